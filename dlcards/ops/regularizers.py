"""Penalties on weights, and a bound on their length."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Unit, Whole, axis_fault, op


@op(
    shapes="weight(*) -> ()",
    formula=r"R = \frac{\lambda}{2} \sum_i w_i^2",
    paper=Paper(
        "Hoerl and Kennard", 1970, "Ridge Regression: Biased Estimation for Nonorthogonal Problems"
    ),
    example={"weight": [3.0, -4.0], "lam": 0.1},
    pitfall="With the ½ the gradient is λw, as weight_decay adds it; books that leave the ½ out "
    "have 2λw, so the same λ is twice as strong.",
)
def l2_penalty(weight: Array, lam: NonNegative) -> Any:
    """Half of λ times the squared length: every weight shrinks in proportion, none to exactly
    zero; a Gaussian prior on the weights."""
    squares = weight**2  # of each weight
    return 0.5 * lam * np.sum(squares)


@l2_penalty.gradient
def l2_penalty_grad(grad_output: Array, weight: Array, lam: float) -> dict[str, Any]:
    slope = lam * weight  # the 2 of the square meets the ½
    return {"weight": grad_output * slope}


@op(
    shapes="weight(*) -> ()",
    formula=r"R = \lambda \sum_i |w_i|",
    paper=Paper("Tibshirani", 1996, "Regression Shrinkage and Selection via the Lasso"),
    example={"weight": [3.0, -4.0, 0.0], "lam": 0.1},
    pitfall="Its gradient has the same size however small the weight, 0 at 0: gradient descent "
    "jitters around zero and needs a proximal step to land there.",
)
def l1_penalty(weight: Array, lam: NonNegative) -> Any:
    """λ times the sum of the sizes: a constant pull that takes small weights to exactly zero, so
    it selects features; a Laplace prior on the weights."""
    sizes = np.abs(weight)  # of each weight
    return lam * np.sum(sizes)


@l1_penalty.gradient
def l1_penalty_grad(grad_output: Array, weight: Array, lam: float) -> dict[str, Any]:
    slope = lam * np.sign(weight)  # a constant pull, none at 0
    return {"weight": grad_output * slope}


@op(
    shapes="weight(*) -> ()",
    formula=r"R = \lambda \left(\rho \sum_i |w_i| + \frac{1 - \rho}{2} \sum_i w_i^2\right)",
    paper=Paper(
        "Zou and Hastie", 2005, "Regularization and Variable Selection via the Elastic Net"
    ),
    example={"weight": [3.0, -4.0], "lam": 0.1, "l1_ratio": 0.5},
    pitfall="The ½ stands before the L2 part only.",
)
def elastic_net_penalty(weight: Array, lam: NonNegative, *, l1_ratio: Unit = 0.5) -> Any:
    """Some L1 to select features and some L2 to keep correlated ones together, where L1 alone
    would pick one of them at random."""
    l1 = np.sum(np.abs(weight))  # Σ|w|
    l2 = 0.5 * np.sum(weight**2)  # ½Σw²
    return lam * (l1_ratio * l1 + (1 - l1_ratio) * l2)


@elastic_net_penalty.gradient
def elastic_net_penalty_grad(
    grad_output: Array, weight: Array, lam: float, *, l1_ratio: float
) -> dict[str, Any]:
    slope = lam * (l1_ratio * np.sign(weight) + (1 - l1_ratio) * weight)  # of both parts
    return {"weight": grad_output * slope}


@op(
    shapes="weight(n,*) -> (n,*)",
    formula=r"w_r \leftarrow w_r \min\left(1,\ \frac{c}{\lVert w_r \rVert_2}\right)",
    paper=Paper("Srebro and Shraibman", 2005, "Rank, Trace-Norm and Max-Norm"),
    example={"weight": [[3.0, 4.0], [0.3, 0.4]], "max_norm": 1.0},
    pitfall="A row that is short enough is left alone, not stretched; and in (out, in) weights dim "
    "0 bounds what comes into each unit.",
    fault=lambda weight, dim, **_: axis_fault(weight, dim),
)
def max_norm_(weight: Array, max_norm: NonNegative, *, dim: Whole = 0) -> Any:
    """Pulls each row that has grown too long back onto a ball: a hard limit instead of a penalty,
    so even a high learning rate cannot blow the weights up."""
    others = tuple(axis for axis in range(weight.ndim) if axis != dim % weight.ndim)  # of a row
    norm = np.sqrt(np.sum(weight**2, axis=others, keepdims=True))  # length of each row
    factor = np.where(norm > max_norm, max_norm / (norm + 1e-7), 1.0)  # 1e-7 as in torch.renorm
    return weight * factor
