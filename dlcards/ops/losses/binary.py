"""Losses for yes or no as a probability: labels are 0 and 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Array,
    NonNegative,
    Paper,
    Probabilities,
    Real,
    Reduction,
    op,
)
from dlcards.ops._reduction import reduce, spread


@op(
    shapes="input(*), target(*), weight(*) -> () or (*)",
    formula=r"L = -\left[ y \log p + (1 - y) \log(1 - p) \right]",
    expr="-(target*log(input) + (1 - target)*log(1 - input))",
    example={"input": [0.9, 0.2, 0.6], "target": [1.0, 0.0, 0.0]},
    pitfall="The logarithm is clamped at −100, so a confident mistake costs 100 and not infinity; "
    "a saturated sigmoid has already lost the answer: use the logits.",
)
def binary_cross_entropy(
    input: Probabilities,
    target: Array,
    *,
    weight: Array | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """Surprise at the label: −log of the probability that the model gave to what happened."""
    p = input  # probability of a yes
    y = target  # label: 1 is a yes
    log_yes = np.maximum(np.log(p), -100)  # log p, clamped: log 0 is −100
    log_no = np.maximum(np.log1p(-p), -100)  # log(1 − p), clamped
    each = -(y * log_yes + (1 - y) * log_no)  # only the term of the true label counts
    if weight is not None:
        each = weight * each  # weighted
    return reduce(each, reduction)


@binary_cross_entropy.gradient
def binary_cross_entropy_grad(
    grad_output: Array, input: Array, target: Array, *, weight: Array | None, reduction: str
) -> dict[str, Any]:
    p = input  # probability of a yes
    y = target  # label: 1 is a yes
    slope = (p - y) / np.maximum(p * (1 - p), 1e-12)  # dL/dp, finite at 0 and 1
    if weight is not None:
        slope = weight * slope  # weighted
    return {"input": spread(grad_output, p, reduction) * slope}


def _pos_weight_fault(input: Any, pos_weight: Any, **_: Any) -> str:
    if pos_weight is None or pos_weight.shape in ((), (1,), input.shape, input.shape[-1:]):
        return ""
    return f"pos_weight has shape {pos_weight.shape} (it takes one number, or one for each class)"


@op(
    shapes="input(*), target(*), weight(*) -> () or (*)",
    formula=r"L = -\left[ w_{+}\, y \log \sigma(x) + (1 - y) \log(1 - \sigma(x)) \right] "
    r"= \max(x, 0) - x y + \log\left(1 + e^{-|x|}\right) \text{ for } w_{+} = 1",
    expr="max(input, 0) - input*target + log(1 + exp(-abs(input)))",
    example={"input": [2.0, -1.0, 0.5], "target": [1.0, 0.0, 0.0]},
    pitfall="pos_weight multiplies the term of the positives only, weight multiplies both; "
    "sigmoid followed by log gives infinity at ±1000, this form does not.",
    fault=_pos_weight_fault,
)
def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    *,
    weight: Array | None = None,
    reduction: Reduction = "mean",
    pos_weight: Array | None = None,
) -> Any:
    """Sigmoid and cross-entropy in one, stable at any logit; the gradient is just σ(x) − y."""
    x = input  # logit of a yes
    y = target  # label: 1 is a yes
    tail = np.log1p(np.exp(-np.abs(x)))  # log(1 + e^−|x|): the exponent is never positive
    cost_yes = np.maximum(-x, 0) + tail  # −log σ(x)
    cost_no = np.maximum(x, 0) + tail  # −log(1 − σ(x))
    if pos_weight is not None:
        cost_yes = pos_weight * cost_yes  # positives count more, or less
    each = y * cost_yes + (1 - y) * cost_no  # only the term of the true label counts
    if weight is not None:
        each = weight * each  # weighted
    return reduce(each, reduction)


@binary_cross_entropy_with_logits.gradient
def binary_cross_entropy_with_logits_grad(
    grad_output: Array,
    input: Array,
    target: Array,
    *,
    weight: Array | None,
    reduction: str,
    pos_weight: Array | None,
) -> dict[str, Any]:
    x = input  # logit of a yes
    y = target  # label: 1 is a yes
    positives = y if pos_weight is None else pos_weight * y  # w₊ y
    yes = 1 / (1 + np.exp(-x))  # σ(x)
    no = 1 / (1 + np.exp(x))  # 1 − σ(x), without cancelling
    slope = (1 - y) * yes - positives * no  # dL/dx: σ(x) − y without weights
    if weight is not None:
        slope = weight * slope  # weighted
    return {"input": spread(grad_output, x, reduction) * slope}


@op(
    shapes="inputs(*), targets(*) -> () or (*)",
    formula=r"L = -\alpha_t (1 - p_t)^\gamma \log p_t, \quad p_t = \begin{cases} \sigma(x) & y = 1"
    r" \\ 1 - \sigma(x) & y = 0 \end{cases}",
    paper=Paper(
        "Lin, Goyal, Girshick, He and Dollár", 2017, "Focal Loss for Dense Object Detection"
    ),
    example={"inputs": [3.0, -1.0, 0.5], "targets": [1.0, 1.0, 0.0], "alpha": 0.25, "gamma": 2.0},
    pitfall="α weighs the positives and 1 − α the negatives, so the usual 0.25 lowers the rare "
    "class; a negative α turns the weighting off.",
)
def sigmoid_focal_loss(
    inputs: Array,
    targets: Array,
    *,
    alpha: Real = 0.25,
    gamma: NonNegative = 2.0,
    reduction: Reduction = "none",
) -> Any:
    """Cross-entropy times (1 − p_t)^γ: the easy examples, however many, stop drowning the hard
    ones."""
    x = inputs  # logit of a yes
    y = targets  # label: 1 is a yes
    p = 1 / (1 + np.exp(-x))  # σ(x)
    q = 1 / (1 + np.exp(x))  # 1 − σ(x), without cancelling
    wrong = p * (1 - y) + q * y  # 1 − p_t: the probability of the wrong answer
    ce = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))  # −log p_t
    each = ce * wrong**gamma  # easy examples fade
    if alpha >= 0:
        each = (alpha * y + (1 - alpha) * (1 - y)) * each  # α for yes, 1 − α for no
    return reduce(each, reduction)


@sigmoid_focal_loss.gradient
def sigmoid_focal_loss_grad(
    grad_output: Array,
    inputs: Array,
    targets: Array,
    *,
    alpha: float,
    gamma: float,
    reduction: str,
) -> dict[str, Any]:
    x = inputs  # logit of a yes
    y = targets  # label: 1 is a yes
    p = 1 / (1 + np.exp(-x))  # σ(x)
    q = 1 / (1 + np.exp(x))  # 1 − σ(x), without cancelling
    wrong = p * (1 - y) + q * y  # 1 − p_t
    ce = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))  # −log p_t
    d_ce = p * (1 - y) - q * y  # its slope: σ(x) − y
    d_wrong = p * q * (1 - 2 * y)  # slope of 1 − p_t
    relative = d_wrong / np.where(wrong > 0, wrong, 1)  # slope of log(1 − p_t); 0 once p_t is 1
    slope = wrong**gamma * (d_ce + gamma * ce * relative)  # product rule
    if alpha >= 0:
        slope = (alpha * y + (1 - alpha) * (1 - y)) * slope  # α for yes, 1 − α for no
    return {"inputs": spread(grad_output, x, reduction) * slope}
