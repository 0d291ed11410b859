"""Losses that are the negative log-likelihood of a distribution the model predicts."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegatives, Paper, Positive, Reduction, op
from dlcards.ops._reduction import reduce, spread


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = e^{x} - y\,x \quad\text{where } x = \log\lambda",
    expr="exp(input) - target*input",
    example={"input": [0.5, 1.0], "target": [2.0, 3.0]},
    pitfall="By default the input is log λ, not λ; the term log y! is left out unless full, and "
    "then it is Stirling's approximation, for y > 1 only.",
)
def poisson_nll_loss(
    input: Array,
    target: Array,
    *,
    log_input: Flag = True,
    full: Flag = False,
    eps: Positive = 1e-8,
    reduction: Reduction = "mean",
) -> Any:
    """The negative log-likelihood of counts under a Poisson rate λ: λ − y log λ."""
    rate = np.exp(input) if log_input else input  # λ
    log_rate = input if log_input else np.log(input + eps)  # log λ
    each = rate - target * log_rate  # λ − y log λ
    if full:
        y = np.maximum(target, 1)  # Stirling is only used above 1
        log_factorial = y * np.log(y) - y + 0.5 * np.log(2 * np.pi * y)  # Stirling: log y!
        each = each + np.where(target > 1, log_factorial, 0)  # a constant: no gradient
    return reduce(each, reduction)


@poisson_nll_loss.gradient
def poisson_nll_loss_grad(
    grad_output: Array,
    input: Array,
    target: Array,
    *,
    log_input: bool,
    full: bool,  # noqa: ARG001 - adds a constant only
    eps: float,
    reduction: str,
) -> dict[str, Any]:
    d_log = np.exp(input) - target  # by log λ: λ − y
    d_rate = 1 - target / (input + eps)  # by λ itself: 1 − y/λ
    slope = d_log if log_input else d_rate  # by what the input is
    return {"input": spread(grad_output, input, reduction) * slope}


@op(
    shapes="input(*), target(*), var(*) -> () or (*)",
    formula=r"L = \frac{1}{2} \left( \log \sigma^2 + \frac{(x - y)^2}{\sigma^2} \right)",
    expr="(log(var) + (input - target)**2/var)/2",
    paper=Paper(
        "Nix and Weigend", 1994,
        "Estimating the Mean and Variance of the Target Probability Distribution",
    ),
    example={"input": [1.0, 2.0], "target": [1.5, 0.0], "var": [0.25, 4.0]},
    pitfall="The variance is clamped at ε outside the graph, so its gradient passes the clamp; "
    "without the log σ² term the model would just claim infinite variance.",
)  # fmt: skip
def gaussian_nll_loss(
    input: Array,
    target: Array,
    var: NonNegatives,
    *,
    full: Flag = False,
    eps: Positive = 1e-6,
    reduction: Reduction = "mean",
) -> Any:
    """A squared error that learns its own noise: divide it by the predicted variance, and pay the
    log of that variance so that claiming ignorance is not free."""
    v = np.maximum(var, eps)  # variance, never below ε
    each = 0.5 * (np.log(v) + (input - target) ** 2 / v)  # log-variance and scaled error
    if full:
        each = each + 0.5 * np.log(2 * np.pi)  # the constant of the density
    return reduce(each, reduction)


@gaussian_nll_loss.gradient
def gaussian_nll_loss_grad(
    grad_output: Array,
    input: Array,
    target: Array,
    var: Array,
    *,
    full: bool,  # noqa: ARG001 - adds a constant only
    eps: float,
    reduction: str,
) -> dict[str, Any]:
    v = np.maximum(var, eps)  # variance, never below ε
    r = input - target  # residual
    share = spread(grad_output, r, reduction)  # what reaches each element
    grad_var = share * 0.5 * (1 / v - r**2 / v**2)  # 0 where v = r²: the noise it should claim
    return {"input": share * r / v, "var": grad_var}
