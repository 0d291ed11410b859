"""Metrics of masks: the overlap of what is there and what was painted."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Count, Indices, Paper, index_fault, op
from dlcards.ops.metrics._labels import YesNo, share


def _class_fault(y_true: Any, y_pred: Any, num_classes: int) -> str:
    return index_fault(y_true, num_classes, "y_true") or index_fault(y_pred, num_classes, "y_pred")


@op(
    shapes="y_true(*), y_pred(*) -> per_class(num_classes), mean()",
    formula=r"\text{IoU} = \frac{TP}{TP + FP + FN}, \quad "
    r"\text{mIoU} = \frac{1}{C} \sum_{c=1}^{C} \text{IoU}_c",
    example={"y_true": [[0, 0, 1], [0, 1, 1]], "y_pred": [[0, 1, 1], [0, 1, 0]], "num_classes": 3},
    pitfall="A class in neither mask is nan and left out of the mean; counting it as 0 or 1 "
    "changes the score.",
    fault=_class_fault,
)
def segmentation_iou(y_true: Indices, y_pred: Indices, num_classes: Count) -> Any:
    """Intersection over union of each class over all pixels, and the mean over the classes that
    occur."""
    right = y_true[y_true == y_pred]  # pixels with the label that is true
    intersection = np.bincount(right, minlength=num_classes)  # painted where it is
    there = np.bincount(y_true.ravel(), minlength=num_classes)  # pixels of each class
    painted = np.bincount(y_pred.ravel(), minlength=num_classes)  # pixels with each label
    union = there + painted - intersection  # painted or there
    per_class = intersection / union  # nan where a class is in neither
    found = per_class[union > 0]  # classes that occur
    return {"per_class": per_class, "mean": np.sum(found) / np.float64(found.size)}


@op(
    shapes="y_true(*), y_pred(*) -> ()",
    formula=r"\frac{2 |A \cap B|}{|A| + |B|}",
    paper=Paper("Dice", 1945, "Measures of the Amount of Ecologic Association Between Species"),
    example={"y_true": [[0, 1, 1], [0, 1, 0]], "y_pred": [[0, 1, 0], [1, 1, 0]]},
    pitfall="Two empty masks are 0/0: 0 here, as F1 has it, though many toolkits say 1. The mean "
    "over images is not the score of all pixels.",
)
def dice_score(y_true: YesNo, y_pred: YesNo) -> Any:
    """Twice the overlap over the two sizes: the F1 of the pixels, 2J/(1 + J) of the IoU."""
    overlap = np.sum(y_true * y_pred)  # pixels in both masks
    sizes = np.sum(y_true) + np.sum(y_pred)  # pixels of one and of the other
    return share(2 * overlap, sizes)[()]
