"""Losses for predicting numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Array,
    NonNegative,
    Paper,
    Positive,
    Reduction,
    Unit,
    op,
)
from dlcards.ops._reduction import reduce, spread


@op(
    shapes="input(*), target(*), weight(*) -> () or (*)",
    formula=r"L = \frac{1}{n} \sum_{i=1}^{n} (x_i - y_i)^2",
    expr="(input - target)**2",
    example={"input": [2.5, 0.0, 2.0], "target": [3.0, -0.5, 2.0]},
    pitfall="There is no ½ and there is a 1/n: the gradient is 2(x − y)/n.",
)
def mse_loss(
    input: Array, target: Array, *, reduction: Reduction = "mean", weight: Array | None = None
) -> Any:
    """The mean squared residual: maximum likelihood under Gaussian noise of constant variance,
    so its minimiser is the conditional mean and one outlier can own the gradient.

    With weights the mean divides by their sum.
    """
    r = input - target  # residual
    each = r**2  # squared: no ½
    return reduce(each, reduction, weight)


@mse_loss.gradient
def mse_loss_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str, weight: Array | None
) -> dict[str, Any]:
    r = input - target  # residual
    share = spread(grad_output, r, reduction, weight)  # what reaches each element: 1/n in a mean
    grad = share * 2 * r  # chain rule
    return {"input": grad, "target": -grad}


@op(
    shapes="input(*), target(*), weight(*) -> () or (*)",
    formula=r"L = \frac{1}{n} \sum_{i=1}^{n} |x_i - y_i|",
    expr="abs(input - target)",
    example={"input": [2.5, 0.0, 2.0], "target": [3.0, -0.5, 4.0]},
    pitfall="At a tie the gradient is 0 by convention; everywhere else its size does not shrink "
    "near the minimum, so the learning rate has to.",
)
def l1_loss(
    input: Array, target: Array, *, reduction: Reduction = "mean", weight: Array | None = None
) -> Any:
    """The mean absolute residual: maximum likelihood under Laplace noise, so its minimiser is the
    conditional median and outliers pull no harder than anyone else.

    With weights the mean divides by their sum.
    """
    r = input - target  # residual
    each = np.abs(r)  # its size
    return reduce(each, reduction, weight)


@l1_loss.gradient
def l1_loss_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str, weight: Array | None
) -> dict[str, Any]:
    r = input - target  # residual
    share = spread(grad_output, r, reduction, weight)  # what reaches each element: 1/n in a mean
    grad = share * np.sign(r)  # the slope is the sign, 0 at a tie
    return {"input": grad, "target": -grad}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L_\beta(r) = \begin{cases} \frac{r^2}{2\beta} & |r| < \beta \\ "
    r"|r| - \frac{1}{2}\beta & |r| \ge \beta \end{cases}",
    paper=Paper("Girshick", 2015, "Fast R-CNN"),
    example={"input": [0.5, 3.0], "target": [0.0, 0.0], "beta": 1.0},
    pitfall="The tails always have slope 1, whatever β is; it is huber_loss divided by β, and "
    "β = 0 is L1, not 0/0.",
)
def smooth_l1_loss(
    input: Array, target: Array, *, beta: NonNegative = 1.0, reduction: Reduction = "mean"
) -> Any:
    """L1 with its corner rounded off: quadratic within β of the target, slope ±1 outside."""
    r = input - target  # residual
    inside = 0.5 * r**2 / beta  # |r| < β: squared
    outside = np.abs(r) - 0.5 * beta  # |r| ≥ β: linear, slope 1
    each = np.where(np.abs(r) < beta, inside, outside)  # loss of each element
    return reduce(each, reduction)


@smooth_l1_loss.gradient
def smooth_l1_loss_grad(
    grad_output: Array, input: Array, target: Array, *, beta: float, reduction: str
) -> dict[str, Any]:
    r = input - target  # residual
    slope = np.where(np.abs(r) < beta, r / beta, np.sign(r))  # dL/dr
    grad = spread(grad_output, r, reduction) * slope  # chain rule
    return {"input": grad, "target": -grad}


@op(
    shapes="input(*), target(*), weight(*) -> () or (*)",
    formula=r"L_\delta(r) = \begin{cases} \frac{1}{2} r^2 & |r| \le \delta \\ "
    r"\delta \left(|r| - \frac{1}{2}\delta\right) & |r| > \delta \end{cases}",
    paper=Paper("Huber", 1964, "Robust Estimation of a Location Parameter"),
    example={"input": [0.5, 3.0], "target": [0.0, 0.0], "delta": 1.0},
    pitfall="It is δ times smooth_l1_loss with β = δ: the two are not on the same scale.",
)
def huber_loss(
    input: Array,
    target: Array,
    *,
    delta: Positive = 1.0,
    reduction: Reduction = "mean",
    weight: Array | None = None,
) -> Any:
    """Squared near zero, linear in the tails: one outlier cannot own the gradient.

    With weights the mean still divides by the number of elements, unlike that of `mse_loss`.
    """
    r = input - target  # residual
    inside = 0.5 * r**2  # |r| ≤ δ: squared
    outside = delta * (np.abs(r) - 0.5 * delta)  # |r| > δ: linear
    each = np.where(np.abs(r) <= delta, inside, outside)  # loss of each element
    if weight is not None:
        each = weight * each  # weighted
    return reduce(each, reduction)


@huber_loss.gradient
def huber_loss_grad(
    grad_output: Array,
    input: Array,
    target: Array,
    *,
    delta: float,
    reduction: str,
    weight: Array | None,
) -> dict[str, Any]:
    r = input - target  # residual
    slope = np.clip(r, -delta, delta)  # dL/dr: the residual, clipped at ±δ
    if weight is not None:
        slope = weight * slope  # weighted
    grad = spread(grad_output, r, reduction) * slope  # chain rule
    return {"input": grad, "target": -grad}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L_q(d) = \max(q\,d,\ (q - 1)\,d), \quad d = y - x",
    expr="max(q*(target - input), (q - 1)*(target - input))",
    paper=Paper("Koenker and Bassett", 1978, "Regression Quantiles"),
    example={"input": [1.0, 3.0], "target": [2.0, 2.0], "q": 0.9},
    pitfall="The difference is target − input, so q > ½ punishes predicting too little; q = ½ is "
    "half of L1.",
)
def quantile_loss(
    input: Array, target: Array, *, q: Unit = 0.5, reduction: Reduction = "mean"
) -> Any:
    """The pinball loss: absolute error tilted so that its minimiser is the q-quantile."""
    d = target - input  # positive where the prediction is too low
    each = np.maximum(q * d, (q - 1) * d)  # too low costs q, too high costs 1 − q
    return reduce(each, reduction)


@quantile_loss.gradient
def quantile_loss_grad(
    grad_output: Array, input: Array, target: Array, *, q: float, reduction: str
) -> dict[str, Any]:
    d = target - input  # positive where the prediction is too low
    slope = np.where(d > 0, -q, 1 - q) * (d != 0)  # −q below the target, 1 − q above, 0 at a tie
    return {"input": spread(grad_output, d, reduction) * slope}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \log\cosh(x - y)",
    expr="log(cosh(input - target))",
    paper=Paper(
        "Chen, Chen and Zhang", 2019,
        "Log Hyperbolic Cosine Loss Improves Variational Auto-Encoder",
    ),
    example={"input": [0.5, 3.0, -1.0], "target": [0.0, 0.0, 0.0]},
    pitfall="cosh overflows beyond 710: write it as |r| + log(1 + e^(−2|r|)) − log 2.",
)  # fmt: skip
def log_cosh_loss(input: Array, target: Array, *, reduction: Reduction = "mean") -> Any:
    """A Huber loss without a δ and smooth to every order: r²/2 near zero, |r| − log 2 far out."""
    r = np.abs(input - target)  # size of the residual
    each = r + np.log1p(np.exp(-2 * r)) - np.log(2)  # log cosh r, with e^r taken out: no overflow
    return reduce(each, reduction)


@log_cosh_loss.gradient
def log_cosh_loss_grad(
    grad_output: Array, input: Array, target: Array, *, reduction: str
) -> dict[str, Any]:
    r = input - target  # residual
    slope = np.tanh(r)  # sinh / cosh
    return {"input": spread(grad_output, r, reduction) * slope}


@op(
    shapes="input(*), target(*) -> () or (*)",
    formula=r"L = \sqrt{(x - y)^2 + \varepsilon^2}",
    expr="sqrt((input - target)**2 + eps**2)",
    paper=Paper(
        "Charbonnier, Blanc-Féraud, Aubert and Barlaud", 1994,
        "Two Deterministic Half-Quadratic Regularization Algorithms for Computed Imaging",
    ),
    example={"input": [0.5, 3.0, 1.0], "target": [0.0, 0.0, 1.0], "eps": 0.001},
    pitfall="The loss of a perfect prediction is ε, not 0; and squaring overflows for huge "
    "residuals where hypot does not.",
)  # fmt: skip
def charbonnier_loss(
    input: Array, target: Array, *, eps: Positive = 1e-3, reduction: Reduction = "mean"
) -> Any:
    """L1 made differentiable: the hypotenuse over the residual and a small ε."""
    r = input - target  # residual
    each = np.hypot(r, eps)  # √(r² + ε²)
    return reduce(each, reduction)


@charbonnier_loss.gradient
def charbonnier_loss_grad(
    grad_output: Array, input: Array, target: Array, *, eps: float, reduction: str
) -> dict[str, Any]:
    r = input - target  # residual
    slope = r / np.hypot(r, eps)  # a soft sign, from −1 to 1
    return {"input": spread(grad_output, r, reduction) * slope}


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"L = \frac{1}{n} \sum_{i=1}^{n} (\log(1 + x_i) - \log(1 + y_i))^2",
    expr="(log(1 + input) - log(1 + target))**2",
    example={"input": [3.0, 5.0, 2.5], "target": [2.5, 5.0, 4.0]},
    pitfall="It is undefined below −1, and predicting too little costs more than too much.",
)
def msle_loss(input: Array, target: Array) -> Any:
    """The squared error of log(1 + value): it compares ratios, so 10 for 20 is as wrong as 1000
    for 2000; for counts and prices that span orders of magnitude."""
    r = np.log1p(input) - np.log1p(target)  # log of the ratio
    each = r**2  # squared
    return reduce(each, "mean")


@msle_loss.gradient
def msle_loss_grad(grad_output: Array, input: Array, target: Array) -> dict[str, Any]:
    r = np.log1p(input) - np.log1p(target)  # log of the ratio
    slope = 2 * r / (1 + input)  # d r²/dx
    return {"input": spread(grad_output, r, "mean") * slope}
