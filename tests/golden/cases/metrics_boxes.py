"""Golden cases of boxes and detectors: pair by pair, threshold by threshold, in loops."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from case import Case


def _iou(a, b):
    wide = max(min(a[2], b[2]) - max(a[0], b[0]), 0.0)
    high = max(min(a[3], b[3]) - max(a[1], b[1]), 0.0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - wide * high
    return (wide * high / union if union else math.nan), union


def _giou(a, b):
    iou, union = _iou(a, b)
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return iou - (hull - union) / hull


def _diou(a, b, eps=1e-7):
    wide, high = max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1])
    dx, dy = (a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2
    return _iou(a, b)[0] - (dx**2 + dy**2) / (wide**2 + high**2 + eps)


def _ciou(a, b, eps=1e-7):
    angle_a, angle_b = (math.atan((c[2] - c[0]) / (c[3] - c[1])) for c in (a, b))
    v = (2 / math.pi * (angle_a - angle_b)) ** 2
    alpha = v / (1 - _iou(a, b)[0] + v + eps)
    return _diou(a, b, eps) - v * alpha


def _every_pair(measure):
    return lambda boxes1, boxes2, **options: [
        [measure(a, b, **options) for b in boxes2.tolist()] for a in boxes1.tolist()
    ]


def _nms(boxes, scores, iou_threshold):
    """Ask of each box, the best first, whether a kept one overlaps it too much."""
    boxes, scores = boxes.tolist(), scores.tolist()
    kept: list[int] = []
    for i in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        if not any(_iou(boxes[i], boxes[j])[0] > iou_threshold for j in kept):
            kept.append(i)
    return kept


def _soft(boxes, scores, sigma=0.5):
    boxes, final = boxes.tolist(), scores.tolist()
    left = list(range(len(boxes)))
    while left:
        best = max(left, key=lambda i: (final[i], -i))
        left.remove(best)
        for i in left:
            final[i] *= math.exp(-(_iou(boxes[best], boxes[i])[0] ** 2) / sigma)
    return final


def _voc(scores, tp, num_gt, method="all_points"):
    if not num_gt:
        return math.nan
    flags = [t for _, t in sorted(zip((-scores).tolist(), tp.tolist(), strict=True), key=lambda r: r[0])]
    points = [
        (Fraction(sum(flags[:i]), num_gt), Fraction(sum(flags[:i]), i))
        for i in range(1, len(flags) + 1)
    ]

    def best(recall):
        return max((p for r, p in points if r >= recall), default=Fraction(0))

    if method == "eleven_point":
        return float(sum(best(Fraction(t, 10)) for t in range(11)) / 11)
    return float(sum(best(Fraction(i, num_gt)) / num_gt for i in range(1, num_gt + 1)))


def _xywh_iou(d, g):
    wide = min(d[0] + d[2], g[0] + g[2]) - max(d[0], g[0])
    high = min(d[1] + d[3], g[1] + g[3]) - max(d[1], g[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (d[2] * d[3] + g[2] * g[3] - wide * high)


def _coco(gt, dt):
    """Follow pycocotools for all areas: match within images, then sort over images."""
    gt, dt = gt.reshape(-1, 6).tolist(), dt.reshape(-1, 7).tolist()
    precisions, recalls = [], []
    for t in np.linspace(0.5, 0.95, 10).tolist():
        for c in sorted({g[1] for g in gt}):
            found = []
            for image in sorted({row[0] for row in gt + dt}):
                truths = [g for g in gt if g[:2] == [image, c]]
                mine = sorted((d for d in dt if d[:2] == [image, c]), key=lambda d: -d[6])[:100]
                taken: set[int] = set()
                for d in mine:
                    best, at = min(t, 1 - 1e-10), -1
                    for j, g in enumerate(truths):
                        if j not in taken and _xywh_iou(d[2:6], g[2:6]) >= best:
                            best, at = _xywh_iou(d[2:6], g[2:6]), j
                    taken.add(at)
                    taken.discard(-1)
                    found.append((d[6], at >= 0))
            flags = [hit for _, hit in sorted(found, key=lambda row: -row[0])]
            objects = sum(g[1] == c for g in gt)
            points = [
                (sum(flags[:i]) / objects, sum(flags[:i]) / (i + np.spacing(1)))
                for i in range(1, len(flags) + 1)
            ]
            recalls.append((t, points[-1][0] if points else 0.0))
            for r in np.linspace(0, 1, 101).tolist():
                precisions.append((t, max((p for reached, p in points if reached >= r), default=0.0)))

    def mean(rows, at=None):
        values = [v for t, v in rows if at is None or abs(t - at) < 1e-9]
        return sum(values) / len(values) if values else -1.0

    return {
        "AP": mean(precisions), "AP50": mean(precisions, 0.5), "AP75": mean(precisions, 0.75),
        "AR100": mean(recalls),
    }  # fmt: skip


def _random_scene(seed):
    """Scatter objects over images and classes, and detections near some of them, with ties."""
    rng = np.random.default_rng(seed)
    gt = [
        [int(i), int(c), *rng.integers(0, 40, 2).tolist(), *rng.integers(5, 30, 2).tolist()]
        for i, c in zip(rng.integers(0, 4, 12), rng.integers(0, 3, 12), strict=True)
    ]
    near = [
        [*g[:2], *(np.array(g[2:]) + rng.integers(-2, 3, 4)).tolist(), float(rng.integers(1, 8)) / 8]
        for g in gt * 2
    ]
    apart = [[5, 1, 0, 0, 9, 9, 0.9], [0, 7, 0, 0, 9, 9, 0.9]]
    return {"gt": gt, "dt": near + apart}


PAIR = {
    "boxes1": [[0.0, 0.0, 4.0, 4.0], [1.0, 1.0, 3.0, 5.0], [-2.0, -1.0, 0.5, 1.5]],
    "boxes2": [[2.0, 2.0, 6.0, 6.0], [5.0, 5.0, 7.0, 6.0], [0.0, 0.0, 4.0, 4.0], [1.0, 1.0, 2.0, 2.0]],
}
FLAT = {"boxes1": [[1.0, 1.0, 1.0, 3.0]], "boxes2": [[1.0, 1.0, 1.0, 3.0], [0.0, 0.0, 2.0, 4.0]]}
BOXES = [
    [0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 8, 8], [0, 1, 4, 5], [6, 6, 8, 9], [6.5, 6, 8.5, 8],
]  # fmt: skip
HALF = {"boxes": [[0, 0, 2, 2], [0, 0, 2, 1]], "scores": [0.9, 0.8]}
CHAIN = {"boxes": [[0, 0, 4, 1], [1, 0, 5, 1], [2, 0, 6, 1]], "scores": [0.9, 0.8, 0.7]}
FOUND = {"scores": [0.5, 0.9, 0.8, 0.7, 0.6], "tp": [0, 1, 0, 1, 1], "num_gt": 5}
SCENE = {
    "gt": [[1, 1, 0, 0, 10, 10], [1, 1, 20, 20, 10, 10], [2, 1, 5, 5, 10, 10]],
    "dt": [[1, 1, 0, 0, 10, 9, 0.9], [1, 1, 22, 20, 10, 10, 0.8], [2, 1, 50, 5, 9, 9, 0.7]],
}

# The first detection lies as near to one object as to the other, and takes the later.
BETWEEN = {
    "gt": [[1, 1, 0, 0, 10, 10], [1, 1, 4, 0, 10, 10]],
    "dt": [[1, 1, 2, 0, 10, 10, 0.9], [1, 1, 0, 0, 10, 10, 0.8]],
}

CASES = [
    Case("box_iou", _every_pair(lambda a, b: _iou(a, b)[0]), PAIR),
    Case("box_iou", _every_pair(lambda a, b: _iou(a, b)[0]), FLAT),
    Case("generalized_box_iou", _every_pair(_giou), PAIR),
    Case("distance_box_iou", _every_pair(_diou), PAIR),
    Case("distance_box_iou", _every_pair(_diou), {**PAIR, "eps": 0.5}),
    Case("complete_box_iou", _every_pair(_ciou), PAIR),
    *(
        Case("nms", _nms, {"boxes": BOXES, "scores": scores, "iou_threshold": t})
        for scores in ([0.8, 0.9, 0.7, 0.85, 0.6, 0.65], [0.5] * 6)
        for t in (0.0, 0.3, 0.5, 0.99, 1.0)
    ),
    Case("nms", _nms, {**HALF, "iou_threshold": 0.5}),
    Case("nms", _nms, {**HALF, "iou_threshold": 0.499}),
    Case("nms", _nms, {**CHAIN, "iou_threshold": 0.5}),
    Case("nms", _nms, {"boxes": [], "scores": [], "iou_threshold": 0.5}),
    Case("soft_nms_scores", _soft, {"boxes": BOXES, "scores": [0.8, 0.9, 0.7, 0.85, 0.6, 0.65]}),
    Case("soft_nms_scores", _soft, {"boxes": BOXES, "scores": [0.5] * 6, "sigma": 0.1}),
    Case("soft_nms_scores", _soft, CHAIN),
    *(
        Case("detection_ap", _voc, {**args, "method": method})
        for method in ("all_points", "eleven_point")
        for args in (
            FOUND,
            {**FOUND, "num_gt": 3},
            {"scores": [0.9, 0.8, 0.7, 0.6], "tp": [0, 1, 1, 1], "num_gt": 10},
            {"scores": [0.5, 0.5, 0.5], "tp": [1, 0, 1], "num_gt": 2},
            {"scores": [0.5], "tp": [0], "num_gt": 4},
            {"scores": [], "tp": [], "num_gt": 4},
            {"scores": [0.5], "tp": [0], "num_gt": 0},
        )
    ),
    Case("detection_ap", _voc, FOUND),
    Case("coco_map", _coco, SCENE),
    *(Case("coco_map", _coco, _random_scene(seed)) for seed in range(6)),
    Case("coco_map", _coco, {"gt": SCENE["gt"], "dt": []}),
    Case("coco_map", _coco, {"gt": [], "dt": SCENE["dt"]}),
    Case("coco_map", _coco, {"gt": SCENE["gt"], "dt": [[*g, 0.5] for g in SCENE["gt"]]}),
    Case("coco_map", _coco, {"gt": SCENE["gt"], "dt": [[*g, 0.5] for g in SCENE["gt"]] * 60}),
    Case("coco_map", _coco, BETWEEN),
    Case("coco_map", _coco, {"gt": [[1, 1, 0, 0, 10, 10]], "dt": [[1, 1, 0, 0, 10, 5, 0.5]]}),
]  # fmt: skip
