"""Metrics of an object detector: precision along recall, for one class and for a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcards.ops._arguments import check_of
from dlcards.ops._op import Array, Check, NonNegativeInt, Paper, op
from dlcards.ops.metrics._labels import YesNo  # noqa: TC001 - an op's annotations are read

if TYPE_CHECKING:
    from collections.abc import Callable


def _rows(columns: int) -> Callable[[Any], NDArray[np.float64]]:
    def read(value: Any) -> NDArray[np.float64]:
        array: NDArray[np.float64] = check_of(Array).read(value)
        return array if array.size else np.zeros((0, columns))  # [] is no rows

    return read


Truths: TypeAlias = Annotated[
    NDArray[np.float64], Check("rows of image, class, x, y, width, height", _rows(6))
]
Detections: TypeAlias = Annotated[
    NDArray[np.float64], Check("rows of image, class, x, y, width, height, score", _rows(7))
]


@op(
    shapes="scores(N), tp(N) -> ()",
    formula=r"AP = \sum_i (R_i - R_{i-1}) \max_{j \ge i} P_j \quad \text{or} \quad "
    r"\frac{1}{11} \sum_{r \in \{0, 0.1, \dots, 1\}} \max_{R_j \ge r} P_j",
    paper=Paper(
        "Everingham, Van Gool, Williams, Winn and Zisserman", 2010,
        "The PASCAL Visual Object Classes (VOC) Challenge",
    ),
    example={"scores": [0.9, 0.8, 0.7, 0.6, 0.5], "tp": [1, 0, 1, 1, 0], "num_gt": 5},
    pitfall="The eleven points need exact arithmetic: in floating point 6 · 0.1 is above 3/5, and "
    "that recall would be missed. Recall divides by all objects, also those never found.",
)  # fmt: skip
def detection_ap(
    scores: Array,
    tp: YesNo,
    num_gt: NonNegativeInt,
    *,
    method: Literal["all_points", "eleven_point"] = "all_points",
) -> Any:
    """Go down the detections by score; average over recall the best precision still to come.

    'eleven_point' is VOC 2007, 'all_points' the area under the envelope, VOC 2010 and later.
    Without objects it is nan.
    """
    order = np.argsort(-scores, kind="stable")  # the surest first
    found = np.cumsum(tp[order])  # objects found so far
    precision = found / np.arange(1, found.size + 1)  # right ones so far
    envelope = np.maximum.accumulate(precision[::-1])[::-1]  # the best from here on
    if num_gt == 0:
        return np.nan  # nothing to find
    if method == "all_points":
        return np.sum(np.diff(found, prepend=0) / num_gt * envelope)
    tenths = np.arange(11)  # recall 0, 0.1, …, 1 in tenths
    first = np.searchsorted(10 * found, tenths * num_gt)  # where each is reached, in whole numbers
    at = np.append(envelope, 0)[first]  # best precision there; 0 if never reached
    return np.sum(at) / 11


@op(
    shapes="gt(G,6), dt(D,7) -> AP(), AP50(), AP75(), AR100()",
    formula=r"AP = \frac{1}{|C|} \sum_{c} \frac{1}{10} \sum_{t = 0.50}^{0.95} "
    r"\frac{1}{101} \sum_{r = 0}^{1} \max_{R_j \ge r} P_j(c, t)",
    paper=Paper("Lin et al.", 2014, "Microsoft COCO: Common Objects in Context"),
    example={
        "gt": [[1, 1, 0, 0, 10, 10], [1, 1, 20, 20, 10, 10], [2, 1, 5, 5, 10, 10]],
        "dt": [[1, 1, 0, 0, 10, 9, 0.9], [1, 1, 22, 20, 10, 10, 0.8], [2, 1, 50, 5, 9, 9, 0.7]],
    },
    pitfall="A match needs IoU ≥ t and takes its object: a second detection of it is a false "
    "alarm. Boxes are x, y, width, height; classes without objects do not count, and where "
    "there are none at all every number is −1.",
)
def coco_map(gt: Truths, dt: Detections) -> Any:
    """Average precision on 101 recalls, at ten IoU thresholds from 0.50 to 0.95, over classes; at
    most 100 detections an image and class.

    A row of `gt` is image, class, x, y, width, height; one of `dt` has the score behind. It is
    pycocotools' evaluation of boxes over all areas, without crowds.
    """
    classes = np.unique(gt[:, 1])  # those with objects to find
    scores = np.array(
        [_by_threshold(gt[gt[:, 1] == c], dt[dt[:, 1] == c]) for c in classes]
    ).reshape(-1, 2, 10)  # by class: AP and recall, at thresholds from 0.50 to 0.95
    AP = _mean(scores[:, 0])  # over classes and thresholds
    AP50 = _mean(scores[:, 0, 0])  # at the most lenient threshold
    AP75 = _mean(scores[:, 0, 5])  # at a strict one
    AR100 = _mean(scores[:, 1])  # what 100 detections an image find
    return {"AP": AP, "AP50": AP50, "AP75": AP75, "AR100": AR100}


def _by_threshold(gt: Any, dt: Any) -> Any:
    """Return the average precision of a class, and the recall reached, at each threshold (2, 10)."""
    images = [_matched(gt[gt[:, 0] == i], dt[dt[:, 0] == i]) for i in np.unique(dt[:, 0])]
    scores = np.concatenate([s for s, _ in images] or [np.zeros(0)])
    hits = np.concatenate([h for _, h in images] or [np.zeros((10, 0))], axis=1)
    found = np.cumsum(hits[:, np.argsort(-scores, kind="stable")], axis=1)
    precision = found / (np.arange(1, scores.size + 1) + np.spacing(1))
    envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    recall = found / len(gt)
    grid = np.linspace(0, 1, 101)
    first = np.array([np.searchsorted(reached, grid, side="left") for reached in recall])
    never = np.zeros((10, 1))
    at = np.take_along_axis(np.concatenate([envelope, never], axis=1), first, axis=1)
    return np.mean(at, axis=1), np.concatenate([never, recall], axis=1)[:, -1]


def _matched(gt: Any, dt: Any) -> tuple[Any, Any]:
    """Return the scores of an image's detections, and which of them match, by threshold (10, D)."""
    dt = dt[np.argsort(-dt[:, 6], kind="stable")][:100]
    iou = _overlaps(dt[:, 2:6], gt[:, 2:6])
    thresholds = np.minimum(np.linspace(0.5, 0.95, 10), 1 - 1e-10)
    free = np.full((10, len(gt) + 1), True)
    hits = np.zeros((10, len(dt)))
    for d, overlaps in enumerate(np.pad(iou, ((0, 0), (1, 0)), constant_values=-1.0)):
        left = np.where(free, overlaps, -1.0)  # column 0 is no object: it never matches
        best = left.shape[1] - 1 - np.argmax(left[:, ::-1], axis=1)  # of equals, the last
        hit = np.max(left, axis=1) >= thresholds
        free[hit, best[hit]] = False
        hits[:, d] = hit
    return dt[:, 6], hits


def _overlaps(dt: Any, gt: Any) -> Any:
    """Return IoU of boxes x, y, width, height; by the widths as given, so that ties are exact."""
    near = np.maximum(dt[:, None, :2], gt[:, :2])
    far = np.minimum((dt[:, :2] + dt[:, 2:])[:, None], gt[:, :2] + gt[:, 2:])
    overlap = np.prod(np.maximum(far - near, 0), axis=-1)
    union = np.prod(dt[:, 2:], axis=-1)[:, None] + np.prod(gt[:, 2:], axis=-1) - overlap
    return np.where(overlap == 0, 0.0, overlap / union)


def _mean(values: Any) -> float:
    return float(np.mean(values)) if values.size else -1.0  # pycocotools' sign for "undefined"
