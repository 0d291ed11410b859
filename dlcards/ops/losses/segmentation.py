"""Losses on the overlap of a predicted mask with a true one; a mask holds probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Probabilities, Unit, op
from dlcards.ops.losses.binary import binary_cross_entropy

_MASKS = {"input": [[0.9, 0.6], [0.2, 0.1]], "target": [[1, 1], [0, 0]]}


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"L = 1 - \frac{2 \sum_i p_i y_i + s}{\sum_i p_i + \sum_i y_i + s}",
    paper=Paper(
        "Milletari, Navab and Ahmadi", 2016,
        "V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation",
    ),
    example=_MASKS,
    pitfall="The smoothing stands above and below the line: below only, two empty masks would "
    "cost 1 and not 0.",
)  # fmt: skip
def dice_loss(input: Array, target: Array, *, smooth: NonNegative = 1e-5) -> Any:
    """One minus the soft F1 score of the pixels: a few foreground pixels count as much as they
    would in a small image, however large the background."""
    overlap = np.sum(input * target)  # soft |A ∩ B|
    total = np.sum(input) + np.sum(target)  # |A| + |B|
    dice = (2 * overlap + smooth) / (total + smooth)  # 1 for equal masks
    return 1 - dice


@dice_loss.gradient
def dice_loss_grad(
    grad_output: Array, input: Array, target: Array, *, smooth: float
) -> dict[str, Any]:
    above = 2 * np.sum(input * target) + smooth  # twice the overlap
    below = np.sum(input) + np.sum(target) + smooth  # both masks
    slope = (above - 2 * target * below) / below**2  # quotient rule
    return {"input": grad_output * slope}


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"L = 1 - \frac{\sum_i p_i y_i + s}{\sum_i p_i + \sum_i y_i - \sum_i p_i y_i + s}",
    paper=Paper(
        "Rahman and Wang", 2016,
        "Optimizing Intersection-Over-Union in Deep Neural Networks for Image Segmentation",
    ),
    example=_MASKS,
    pitfall="It ranks single masks as Dice does, J = D/(2 − D), but it is stricter, and means over "
    "images may rank differently.",
)  # fmt: skip
def jaccard_loss(input: Array, target: Array, *, smooth: NonNegative = 1e-5) -> Any:
    """One minus the soft intersection over union of two masks."""
    overlap = np.sum(input * target)  # soft |A ∩ B|
    union = np.sum(input) + np.sum(target) - overlap  # |A ∪ B|: the overlap once
    iou = (overlap + smooth) / (union + smooth)  # 1 for equal masks
    return 1 - iou


@jaccard_loss.gradient
def jaccard_loss_grad(
    grad_output: Array, input: Array, target: Array, *, smooth: float
) -> dict[str, Any]:
    overlap = np.sum(input * target)  # soft |A ∩ B|
    above = overlap + smooth  # intersection
    below = np.sum(input) + np.sum(target) - overlap + smooth  # union
    slope = ((1 - target) * above - target * below) / below**2  # quotient rule
    return {"input": grad_output * slope}


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"L = 1 - \frac{TP + s}{TP + \alpha FP + \beta FN + s}, \quad TP = \sum p y, "
    r"\ FP = \sum p (1 - y), \ FN = \sum (1 - p) y",
    paper=Paper(
        "Salehi, Erdogmus and Gholipour", 2017,
        "Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks",
    ),
    example={**_MASKS, "alpha": 0.3, "beta": 0.7},
    pitfall="α weighs false positives and β false negatives: for recall raise β. Some code has "
    "them the other way round.",
)  # fmt: skip
def tversky_loss(
    input: Array,
    target: Array,
    *,
    alpha: NonNegative = 0.5,
    beta: NonNegative = 0.5,
    smooth: NonNegative = 1e-5,
) -> Any:
    """Dice with a price for each kind of mistake: α = β = ½ is Dice, α = β = 1 is Jaccard."""
    tp = np.sum(input * target)  # soft true positives
    fp = np.sum(input * (1 - target))  # soft false positives
    fn = np.sum((1 - input) * target)  # soft false negatives
    tversky = (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)  # 1 without mistakes
    return 1 - tversky


@tversky_loss.gradient
def tversky_loss_grad(
    grad_output: Array, input: Array, target: Array, *, alpha: float, beta: float, smooth: float
) -> dict[str, Any]:
    tp = np.sum(input * target)  # soft true positives
    fp = np.sum(input * (1 - target))  # soft false positives
    fn = np.sum((1 - input) * target)  # soft false negatives
    above = tp + smooth  # what is right
    below = tp + alpha * fp + beta * fn + smooth  # and what it is measured by
    below_slope = target + alpha * (1 - target) - beta * target  # d below / dp
    slope = (above * below_slope - target * below) / below**2  # quotient rule
    return {"input": grad_output * slope}


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"L = \alpha L_{BCE} + (1 - \alpha) L_{Dice}",
    example={**_MASKS, "alpha": 0.5},
    pitfall="It takes probabilities: for logits apply the sigmoid for Dice, but give "
    "cross-entropy the logits.",
)
def bce_dice_loss(
    input: Probabilities, target: Array, *, alpha: Unit = 0.5, smooth: NonNegative = 1e-5
) -> Any:
    """Cross-entropy for a smooth gradient at each pixel, Dice for the balance of classes: a
    weighted sum of both."""
    bce = binary_cross_entropy(input, target)  # mean over pixels
    dice = dice_loss(input, target, smooth=smooth)  # over the whole mask
    return alpha * bce + (1 - alpha) * dice


@bce_dice_loss.gradient
def bce_dice_loss_grad(
    grad_output: Array, input: Array, target: Array, *, alpha: float, smooth: float
) -> dict[str, Any]:
    bce = binary_cross_entropy.grad(input, target)["input"]  # of the cross-entropy
    dice = dice_loss.grad(input, target, smooth=smooth)["input"]  # of the overlap
    return {"input": grad_output * (alpha * bce + (1 - alpha) * dice)}
