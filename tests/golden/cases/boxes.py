"""Golden cases of the losses on pairs of boxes."""

from __future__ import annotations

import math

import torch
from case import Case

BOXES1 = [[0, 0, 2, 2], [0, 0, 1, 2], [1, 1, 2, 2], [0, 0, 4, 4], [0, 0, 2, 1], [0, 0, 3, 1], [5, 5, 5, 6]]
BOXES2 = [[1, 1, 3, 3.5], [2, 0, 4, 1], [1, 1, 2, 2], [1, 1, 2, 3], [2, 0, 4, 1], [-1, -2, 2.5, 5], [0, 0, 1, 1]]
PAIRS = {"boxes1": BOXES1, "boxes2": BOXES2}
HUGE = {"boxes1": [[-1000, -1000, 1000, 1000]], "boxes2": [[0.0, 0.0, 1e-3, 1e-3]]}


def _iou(boxes1, boxes2, eps):
    x1, y1, x2, y2 = boxes1.unbind(-1)
    a1, b1, a2, b2 = boxes2.unbind(-1)
    width = torch.min(x2, a2) - torch.max(x1, a1)
    height = torch.min(y2, b2) - torch.max(y1, b1)
    inter = torch.where((width > 0) & (height > 0), width * height, 0.0)
    union = (x2 - x1) * (y2 - y1) + (a2 - a1) * (b2 - b1) - inter
    return inter / (union + eps), union


def _hull(boxes1, boxes2):
    x1, y1, x2, y2 = boxes1.unbind(-1)
    a1, b1, a2, b2 = boxes2.unbind(-1)
    return torch.max(x2, a2) - torch.min(x1, a1), torch.max(y2, b2) - torch.min(y1, b1)


def _reduced(each, reduction):
    if reduction == "mean":
        return each.mean() if each.numel() else each.sum()
    return each.sum() if reduction == "sum" else each


def _giou(boxes1, boxes2, reduction="none", eps=1e-7):
    iou, union = _iou(boxes1, boxes2, eps)
    width, height = _hull(boxes1, boxes2)
    return _reduced(1 - iou + (width * height - union) / (width * height + eps), reduction)


def _diou_each(boxes1, boxes2, eps):
    iou, _ = _iou(boxes1, boxes2, eps)
    width, height = _hull(boxes1, boxes2)
    centre1, centre2 = (b.unflatten(-1, (2, 2)).mean(-2) for b in (boxes1, boxes2))
    return 1 - iou + (centre1 - centre2).square().sum(-1) / (width**2 + height**2 + eps)


def _diou(boxes1, boxes2, reduction="none", eps=1e-7):
    return _reduced(_diou_each(boxes1, boxes2, eps), reduction)


def _ciou(boxes1, boxes2, reduction="none", eps=1e-7):
    angle1, angle2 = (torch.atan((b[..., 2] - b[..., 0]) / (b[..., 3] - b[..., 1])) for b in (boxes1, boxes2))
    v = 4 / math.pi**2 * (angle2 - angle1) ** 2
    alpha = (v / (1 - _iou(boxes1, boxes2, eps)[0] + v + eps)).detach()
    return _reduced(_diou_each(boxes1, boxes2, eps) + alpha * v, reduction)


CASES = [
    Case(op, reference, {**boxes, **options}, wrt)
    for op, reference in (
        ("generalized_box_iou_loss", _giou),
        ("distance_box_iou_loss", _diou),
        ("complete_box_iou_loss", _ciou),
    )
    for boxes, options, wrt in (
        (PAIRS, {}, ("boxes1",)),
        (PAIRS, {"reduction": "mean"}, ("boxes1",)),
        (PAIRS, {"reduction": "sum", "eps": 0.01}, ("boxes1",)),
        ({"boxes1": BOXES1[0], "boxes2": BOXES2[0]}, {}, ("boxes1",)),
        (HUGE, {}, ("boxes1",)),
    )
]
