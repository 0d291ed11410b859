"""Losses for yes or no as a signed score or a distance: labels are ±1 and a margin counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Array,
    Paper,
    Real,
    Reduction,
    Signs,
    op,
)
from dlcards.ops._reduction import reduce, spread


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \max(0,\ m - y\,x), \quad y \in \{-1, 1\}",
    expr="max(0, margin - target*input)",
    paper=Paper("Cortes and Vapnik", 1995, "Support-Vector Networks"),
    example={"input": [2.0, 0.5, -0.5], "target": [1.0, 1.0, 1.0], "margin": 1.0},
    pitfall="Labels are ±1, not {0, 1}: a label of 0 costs the margin and never has a gradient.",
)
def hinge_loss(
    input: Array, target: Signs, *, margin: Real = 1.0, reduction: Reduction = "mean"
) -> Any:
    """Zero beyond the margin on the right side, linear otherwise: only the support vectors have a
    gradient."""
    score = target * input  # positive where the sign is right
    each = np.maximum(0, margin - score)  # what is missing to the margin
    return reduce(each, reduction)


@hinge_loss.gradient
def hinge_loss_grad(
    grad_output: Array, input: Array, target: Array, *, margin: float, reduction: str
) -> dict[str, Any]:
    short = target * input < margin  # who misses the margin; exactly on it does not
    return {"input": spread(grad_output, input, reduction) * -target * short}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \max(0,\ m - y\,x)^2, \quad y \in \{-1, 1\}",
    expr="max(0, margin - target*input)**2",
    example={"input": [2.0, 0.5, -0.5], "target": [1.0, 1.0, 1.0], "margin": 1.0},
    pitfall="It is smooth at the margin, but squares the outliers that the hinge only counted.",
)
def squared_hinge_loss(
    input: Array, target: Signs, *, margin: Real = 1.0, reduction: Reduction = "mean"
) -> Any:
    """The hinge, squared: differentiable at the margin and harder on gross mistakes."""
    missing = np.maximum(0, margin - target * input)  # what is missing to the margin
    each = missing**2  # squared
    return reduce(each, reduction)


@squared_hinge_loss.gradient
def squared_hinge_loss_grad(
    grad_output: Array, input: Array, target: Array, *, margin: float, reduction: str
) -> dict[str, Any]:
    missing = np.maximum(0, margin - target * input)  # what is missing to the margin
    slope = -2 * target * missing  # 0 beyond the margin
    return {"input": spread(grad_output, input, reduction) * slope}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \max(0,\ -y\,x), \quad y \in \{-1, 1\}",
    expr="max(0, -target*input)",
    paper=Paper(
        "Rosenblatt", 1958,
        "The Perceptron: A Probabilistic Model for Information Storage and Organization in the "
        "Brain",
    ),
    example={"input": [2.0, 0.5, -1.5], "target": [1.0, -1.0, 1.0]},
    pitfall="With labels {0, 1} every false positive costs 0: they must be ±1.",
)  # fmt: skip
def perceptron_loss(input: Array, target: Signs, *, reduction: Reduction = "mean") -> Any:
    """The hinge without a margin: it is content as soon as the sign is right, however narrowly."""
    score = target * input  # positive where the sign is right
    each = np.maximum(0, -score)  # how far on the wrong side
    return reduce(each, reduction)


@perceptron_loss.gradient
def perceptron_loss_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str
) -> dict[str, Any]:
    wrong = target * input < 0  # who is on the wrong side; 0 itself is not
    return {"input": spread(grad_output, input, reduction) * -target * wrong}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \log\left(1 + e^{-y\,x}\right), \quad y \in \{-1, 1\}",
    expr="log(1 + exp(-target*input))",
    example={"input": [2.0, 0.5, -1.5], "target": [1.0, -1.0, 1.0]},
    pitfall="It is binary cross-entropy with logits, for labels ±1; computed as written, the "
    "exponential overflows.",
)
def soft_margin_loss(input: Array, target: Signs, *, reduction: Reduction = "mean") -> Any:
    """The logistic loss on labels ±1: a hinge with its corner smoothed, never exactly zero."""
    score = target * input  # positive where the sign is right
    each = np.maximum(-score, 0) + np.log1p(np.exp(-np.abs(score)))  # −log σ(score), no overflow
    return reduce(each, reduction)


@soft_margin_loss.gradient
def soft_margin_loss_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str
) -> dict[str, Any]:
    doubt = 1 / (1 + np.exp(target * input))  # σ(−score): probability of the wrong sign
    return {"input": spread(grad_output, input, reduction) * -target * doubt}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \begin{cases} x & y = 1 \\ \max(0,\ m - x) & y = -1 \end{cases}",
    example={"input": [0.3, 0.2, 1.5], "target": [1.0, -1.0, -1.0], "margin": 1.0},
    pitfall="The input is a distance, not a score: for y = 1 the loss is x itself, negative if x "
    "is.",
)
def hinge_embedding_loss(
    input: Array, target: Signs, *, margin: Real = 1.0, reduction: Reduction = "mean"
) -> Any:
    """For distances of pairs: pull the similar ones to zero, push the others beyond the margin."""
    apart = np.maximum(0, margin - input)  # dissimilar: what is missing to the margin
    each = np.where(target == 1, input, apart)  # similar: the distance itself
    return reduce(each, reduction)


@hinge_embedding_loss.gradient
def hinge_embedding_loss_grad(
    grad_output: Array, input: Array, target: Array, *, margin: float, reduction: str
) -> dict[str, Any]:
    near = input <= margin  # dissimilar pairs still pushed; exactly at the margin too
    slope = np.where(target == 1, 1.0, -1.0 * near)  # pull the similar, push the near others
    return {"input": spread(grad_output, input, reduction) * slope}
