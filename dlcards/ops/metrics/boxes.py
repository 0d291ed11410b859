"""Boxes: how far they overlap, and which of many say the same; a box is x1, y1, x2, y2."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcards.ops._arguments import check_of
from dlcards.ops._op import Array, Check, Paper, Positive, Real, op


def _boxes(value: Any) -> NDArray[np.float64]:
    array: NDArray[np.float64] = check_of(Array).read(value)
    return array if array.size else np.zeros((0, 4))  # [] is no boxes


Boxes: TypeAlias = Annotated[NDArray[np.float64], Check("boxes of four numbers", _boxes)]

_PAIR = {
    "boxes1": [[0.0, 0.0, 4.0, 4.0], [1.0, 1.0, 3.0, 5.0]],
    "boxes2": [[2.0, 2.0, 6.0, 6.0], [5.0, 5.0, 7.0, 6.0]],
}
_DIOU = Paper(
    "Zheng, Wang, Liu, Li, Ye and Ren", 2020,
    "Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression",
)  # fmt: skip


@op(
    shapes="boxes1(N,4), boxes2(M,4) -> (N,M)",
    formula=r"\text{IoU} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}",
    example=_PAIR,
    pitfall="Boxes apart have a negative overlap on both axes, and its product is positive: clamp "
    "each side at 0 first. Two boxes of area 0 give 0/0, nan.",
)
def box_iou(boxes1: Boxes, boxes2: Boxes) -> Any:
    """Intersection over union of every pair: 1 for the same box, 0 for boxes apart, whatever
    their scale."""
    near = np.maximum(boxes1[:, None, :2], boxes2[:, :2])  # where the overlap starts
    far = np.minimum(boxes1[:, None, 2:], boxes2[:, 2:])  # where it ends
    overlap = np.prod(np.maximum(far - near, 0), axis=-1)  # its area; apart is 0
    union = _area(boxes1)[:, None] + _area(boxes2) - overlap  # both areas, the overlap once
    return overlap / union


@op(
    shapes="boxes1(N,4), boxes2(M,4) -> (N,M)",
    formula=r"\text{GIoU} = \text{IoU} - \frac{|C| - |A \cup B|}{|C|}",
    paper=Paper(
        "Rezatofighi et al.", 2019,
        "Generalized Intersection over Union: A Metric and a Loss for Bounding Box Regression",
    ),
    example=_PAIR,
    pitfall="It runs from −1 to 1; where one box holds the other it says no more than IoU.",
)  # fmt: skip
def generalized_box_iou(boxes1: Boxes, boxes2: Boxes) -> Any:
    """IoU less the empty share of the hull C: boxes apart still differ by how far apart."""
    near = np.maximum(boxes1[:, None, :2], boxes2[:, :2])  # where the overlap starts
    far = np.minimum(boxes1[:, None, 2:], boxes2[:, 2:])  # where it ends
    overlap = np.prod(np.maximum(far - near, 0), axis=-1)  # its area; apart is 0
    union = _area(boxes1)[:, None] + _area(boxes2) - overlap  # both areas, the overlap once
    hull = np.prod(_hull(boxes1, boxes2), axis=-1)  # the smallest box around both
    return overlap / union - (hull - union) / hull


@op(
    shapes="boxes1(N,4), boxes2(M,4) -> (N,M)",
    formula=r"\text{DIoU} = \text{IoU} - \frac{\rho^2(a, b)}{c^2 + \varepsilon}",
    paper=_DIOU,
    example=_PAIR,
    pitfall="The distance is squared and divided by the squared diagonal of the hull, so it has no "
    "unit.",
)
def distance_box_iou(boxes1: Boxes, boxes2: Boxes, *, eps: Positive = 1e-7) -> Any:
    """IoU less the distance of the centres, in diagonals of the hull."""
    iou = box_iou.function(boxes1, boxes2)  # the overlap
    diagonal = np.sum(_hull(boxes1, boxes2) ** 2, axis=-1) + eps  # of the hull, squared
    between = np.sum((_centre(boxes1)[:, None] - _centre(boxes2)) ** 2, axis=-1)  # ρ², of centres
    return iou - between / diagonal


@op(
    shapes="boxes1(N,4), boxes2(M,4) -> (N,M)",
    formula=r"\text{CIoU} = \text{DIoU} - \alpha v, \quad v = \frac{4}{\pi^2} "
    r"\left(\arctan \frac{w_a}{h_a} - \arctan \frac{w_b}{h_b}\right)^2, \quad "
    r"\alpha = \frac{v}{1 - \text{IoU} + v}",
    paper=_DIOU,
    example=_PAIR,
    pitfall="It compares the shapes w/h, not the sizes; as a loss, α is held constant.",
)
def complete_box_iou(boxes1: Boxes, boxes2: Boxes, *, eps: Positive = 1e-7) -> Any:
    """Distance-IoU less a penalty for different shapes: overlap, distance and aspect ratio."""
    iou = box_iou.function(boxes1, boxes2)  # the overlap
    diou = distance_box_iou.function(boxes1, boxes2, eps=eps)  # and the distance
    turn = _slope(boxes1)[:, None] - _slope(boxes2)  # the diagonals differ by this angle
    v = 4 / np.pi**2 * turn**2  # difference of shapes, from 0 to 1
    alpha = v / (1 - iou + v + eps)  # counts more the better they overlap
    return diou - alpha * v


@op(
    shapes="boxes(N,4), scores(N) -> (K)",
    formula=r"\text{keep } i \iff \text{IoU}(b_i, b_j) \le t "
    r"\text{ for every kept } j \text{ with } s_j > s_i",
    example={
        "boxes": [[0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 8, 8]],
        "scores": [0.8, 0.9, 0.7],
        "iou_threshold": 0.5,
    },
    pitfall="Only more than the threshold suppresses, and a box that was suppressed suppresses "
    "nothing; run it for each class on its own.",
)
def nms(boxes: Boxes, scores: Array, iou_threshold: Real) -> Any:
    """Take the best box, drop all that overlap it too much, and go on with the rest: indices of
    the boxes kept, the best first."""
    overlaps = box_iou.function(boxes, boxes) > iou_threshold  # which boxes say the same
    waiting = np.argsort(-scores, kind="stable")  # the best first; ties in the order given
    kept = np.zeros(0, dtype=np.int64)  # none yet
    while waiting.size:
        best = waiting[0]  # best of those left
        kept = np.append(kept, best)  # it stays
        waiting = waiting[1:][~overlaps[best, waiting[1:]]]  # what does not overlap it
    return kept


@op(
    shapes="boxes(N,4), scores(N) -> (N)",
    formula=r"s_i \leftarrow s_i \, e^{-\text{IoU}(b, b_i)^2 / \sigma}",
    paper=Paper(
        "Bodla, Singh, Chellappa and Davis", 2017,
        "Soft-NMS: Improving Object Detection With One Line of Code",
    ),
    example={"boxes": [[0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 8, 8]], "scores": [0.8, 0.9, 0.7]},
    pitfall="The next best is chosen by the scores as lowered so far, not by the first ones.",
)  # fmt: skip
def soft_nms_scores(boxes: Boxes, scores: Array, *, sigma: Positive = 0.5) -> Any:
    """Lower the scores of overlapping boxes instead of dropping them: two objects that stand
    close both survive."""
    iou = np.nan_to_num(box_iou.function(boxes, boxes))  # boxes of area 0 overlap nothing
    final = scores.copy()  # lowered step by step
    waiting = np.full(len(scores), True)  # boxes not yet chosen
    for _ in scores:
        best = np.argmax(np.where(waiting, final, -np.inf))  # best of those left
        waiting[best] = False  # its score stands
        fade = np.exp(-(iou[best] ** 2) / sigma)  # the more overlap, the less is left
        final = np.where(waiting, final * fade, final)  # of those left
    return final


def _area(boxes: Any) -> Any:
    return np.prod(boxes[:, 2:] - boxes[:, :2], axis=-1)


def _centre(boxes: Any) -> Any:
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _slope(boxes: Any) -> Any:
    """Return the angle of the diagonal from the vertical."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    return np.arctan(width / height)


def _hull(boxes1: Any, boxes2: Any) -> Any:
    """Return width and height of the smallest box around each pair."""
    near = np.minimum(boxes1[:, None, :2], boxes2[:, :2])
    return np.maximum(boxes1[:, None, 2:], boxes2[:, 2:]) - near
