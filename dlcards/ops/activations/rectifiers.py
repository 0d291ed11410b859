"""Activations that let positive inputs through and change only the negative side."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Finite, Flag, Paper, Positive, Real, op
from dlcards.ops.activations.saturating import hardtanh, hardtanh_grad, sigmoid


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{ReLU}(x) = \max(0, x)",
    expr="max(0, input)",
    paper=Paper("Nair & Hinton", 2010,
                "Rectified Linear Units Improve Restricted Boltzmann Machines"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="The derivative at 0 is taken as 0; a unit that is negative on all data never learns.",
)  # fmt: skip
def relu(input: Array) -> Any:
    """Keeps the positive part: slope 1 where active, so gradients do not fade with depth."""
    return np.maximum(input, 0.0)


@relu.gradient
def relu_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    return {"input": np.where(input <= 0, 0.0, grad_output)}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{ReLU6}(x) = \min(\max(0, x), 6)",
    expr="min(max(0, input), 6)",
    paper=Paper("Krizhevsky", 2010, "Convolutional Deep Belief Networks on CIFAR-10"),
    example={"input": [-1.0, 3.0, 7.0]},
    pitfall="The gradient is 0 at 6 itself, as it is at 0.",
)
def relu6(input: Array) -> Any:
    """ReLU with a ceiling, so that low-precision arithmetic keeps its digits."""
    return hardtanh.function(input, min_val=0.0, max_val=6.0)


@relu6.gradient
def relu6_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    return hardtanh_grad(grad_output, input, min_val=0.0, max_val=6.0)


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
    expr="max(0, input) + negative_slope*min(0, input)",
    paper=Paper("Maas, Hannun & Ng", 2013,
                "Rectifier Nonlinearities Improve Neural Network Acoustic Models"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="max(αx, x) is the same only for α ≤ 1.",
)  # fmt: skip
def leaky_relu(input: Array, *, negative_slope: Real = 0.01) -> Any:
    """ReLU with a small slope below zero, so that no unit is ever dead."""
    return np.where(input > 0, input, negative_slope * input)


@leaky_relu.gradient
def leaky_relu_grad(grad_output: Array, input: Array, *, negative_slope: float) -> dict[str, Any]:
    slope = np.where(input > 0, 1.0, negative_slope)  # α at zero too
    return {"input": grad_output * slope}


def _prelu_fault(input: Any, weight: Any) -> str:
    channels = input.shape[1] if input.ndim > 1 else 1
    fits = weight.size in (1, channels)
    return "" if fits else f"weight has {weight.size} slopes (it takes 1 or {channels})"


@op(
    shapes="input(*), weight(C) -> (*)",
    formula=r"f(x) = \begin{cases} x & x > 0 \\ a_c x & x \le 0 \end{cases}",
    paper=Paper("He, Zhang, Ren & Sun", 2015,
                "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet "
                "Classification"),
    example={"input": [[-2.0, -1.0], [3.0, -4.0]], "weight": [0.25, 0.5]},
    pitfall="One slope for each channel, on axis 1; its gradient sums x over the negative inputs.",
    fault=_prelu_fault,
)  # fmt: skip
def prelu(input: Array, weight: Array) -> Any:
    """Leaky ReLU whose slope is learned, one for all channels or one for each."""
    a = weight.reshape(-1, *[1] * (input.ndim - 2))  # slopes, lined up with axis 1
    return np.where(input > 0, input, a * input)


@prelu.gradient
def prelu_grad(grad_output: Array, input: Array, weight: Array) -> dict[str, Any]:
    a = weight.reshape(-1, *[1] * (input.ndim - 2))  # slopes, lined up with axis 1
    into_input = grad_output * np.where(input > 0, 1.0, a)  # slope 1 or a
    into_slope = grad_output * np.where(input > 0, 0.0, input)  # dL/da of each element
    others = tuple(axis for axis in range(input.ndim) if axis != 1 or weight.size == 1)  # not C
    return {"input": into_input, "weight": np.sum(into_slope, axis=others).reshape(weight.shape)}


def _rrelu_fault(lower: float, upper: float, training: bool, slopes: Any, **_: Any) -> str:
    if lower > upper:
        return f"lower {lower} is above upper {upper}"
    if training == (slopes is not None):
        return ""
    return "slopes go with training=True (each drawn from lower to upper), and only with it"


@op(
    shapes="input(*), slopes(*) -> (*)",
    formula=r"f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases} \quad "
    r"a \sim U(l, u), \text{ at evaluation } a = \frac{l + u}{2}",
    expr="max(0, input) + (lower + upper)/2*min(0, input)",
    paper=Paper("Xu, Wang, Chen & Li", 2015,
                "Empirical Evaluation of Rectified Activations in Convolutional Network"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="At evaluation the slope is the mean of the interval, not a draw.",
    fault=_rrelu_fault,
)  # fmt: skip
def rrelu(
    input: Array,
    *,
    lower: Finite = 1 / 8,
    upper: Finite = 1 / 3,
    training: Flag = False,  # noqa: ARG001 - `fault` holds it to the presence of slopes
    slopes: Array | None = None,
) -> Any:
    """Leaky ReLU with a random slope while training and the mean slope after: a regulariser.

    The draws arrive as `slopes`, one for each element.
    """
    a = (lower + upper) / 2 if slopes is None else slopes  # slope below zero
    return np.where(input > 0, input, a * input)


@rrelu.gradient
def rrelu_grad(
    grad_output: Array,
    input: Array,
    *,
    lower: float,
    upper: float,
    slopes: Array | None,
    **_: Any,
) -> dict[str, Any]:
    a = (lower + upper) / 2 if slopes is None else slopes  # slope below zero
    return {"input": grad_output * np.where(input > 0, 1.0, a)}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{ELU}(x) = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}",
    expr="max(0, input) + alpha*(exp(min(0, input)) - 1)",
    paper=Paper("Clevert, Unterthiner & Hochreiter", 2016,
                "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="The derivative jumps at 0 unless α = 1; expm1 keeps the digits near 0.",
)  # fmt: skip
def elu(input: Array, *, alpha: Real = 1.0) -> Any:
    """Bends to −α below zero, so that mean activations stay near zero."""
    below = alpha * np.expm1(np.minimum(input, 0.0))  # α(e^x − 1), never overflowing
    return np.where(input > 0, input, below)


@elu.gradient
def elu_grad(grad_output: Array, input: Array, *, alpha: float) -> dict[str, Any]:
    below = alpha * np.exp(np.minimum(input, 0.0))  # αe^x
    return {"input": grad_output * np.where(input > 0, 1.0, below)}


# The fixed point of mean 0 and variance 1 (Klambauer et al. 2017, section 2).
_SELU_ALPHA = 1.6732632423543772848
_SELU_SCALE = 1.0507009873554804934


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{SELU}(x) = \lambda \begin{cases} x & x > 0 \\ "
    r"\alpha (e^x - 1) & x \le 0 \end{cases} \quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
    expr="1.0507009873554804934*(max(0, input) + 1.6732632423543772848*(exp(min(0, input)) - 1))",
    paper=Paper("Klambauer, Unterthiner, Mayr & Hochreiter", 2017,
                "Self-Normalizing Neural Networks"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="It normalises itself only with LeCun-normal weights and alpha dropout.",
)  # fmt: skip
def selu(input: Array) -> Any:
    """An ELU with constants for which mean 0 and variance 1 are a fixed point of the layers."""
    bent = elu.function(input, alpha=_SELU_ALPHA)  # ELU with α = 1.6733
    return _SELU_SCALE * bent


@selu.gradient
def selu_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    return elu_grad(_SELU_SCALE * grad_output, input, alpha=_SELU_ALPHA)


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{CELU}(x) = \max(0, x) + \min(0, \alpha (e^{x/\alpha} - 1))",
    expr="max(0, input) + alpha*(exp(min(0, input)/alpha) - 1)",
    paper=Paper("Barron", 2017, "Continuously Differentiable Exponential Linear Units"),
    example={"input": [-2.0, -0.5, 0.5, 2.0], "alpha": 2.0},
    pitfall="α also divides x inside the exponential: that keeps the slope 1 at 0 for every α.",
)
def celu(input: Array, *, alpha: Positive = 1.0) -> Any:
    """An ELU whose slope is 1 at zero whatever α is."""
    below = alpha * np.expm1(np.minimum(input, 0.0) / alpha)  # α(e^{x/α} − 1)
    return np.where(input > 0, input, below)


@celu.gradient
def celu_grad(grad_output: Array, input: Array, *, alpha: float) -> dict[str, Any]:
    below = np.exp(np.minimum(input, 0.0) / alpha)  # e^{x/α}
    return {"input": grad_output * np.where(input > 0, 1.0, below)}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{softplus}(x) = \frac{1}{\beta} \log(1 + e^{\beta x})",
    expr="log(1 + exp(beta*input))/beta",
    paper=Paper("Dugas, Bengio, Bélisle, Nadeau & Garcia", 2001,
                "Incorporating Second-Order Functional Knowledge for Better Option Pricing"),
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="PyTorch returns x itself above threshold/β: it differs from the formula by e^−20.",
)  # fmt: skip
def softplus(input: Array, *, beta: Positive = 1.0, threshold: Real = 20.0) -> Any:
    """A smooth ReLU; its derivative is the sigmoid, and it is always positive."""
    z = beta * input  # βx
    smooth = np.logaddexp(0.0, z) / beta  # log(e^0 + e^z)/β, which cannot overflow
    return np.where(z > threshold, input, smooth)


@softplus.gradient
def softplus_grad(
    grad_output: Array, input: Array, *, beta: float, threshold: float
) -> dict[str, Any]:
    z = beta * input  # βx
    slope = np.where(z > threshold, 1.0, sigmoid.function(z))  # σ(βx), or 1 on the line
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = \begin{cases} x & x > \theta \\ v & x \le \theta \end{cases}",
    example={"input": [-1.0, 0.5, 2.0], "threshold": 1.0, "value": 0.0},
    pitfall="The comparison is strict: x = θ becomes v, and unless v = θ there is a jump.",
)
def threshold(input: Array, threshold: Real, value: Real) -> Any:
    """Replaces what is not above a threshold by a constant; ReLU is θ = v = 0."""
    return np.where(input <= threshold, value, input)


@threshold.gradient
def threshold_grad(grad_output: Array, input: Array, threshold: float, **_: Any) -> dict[str, Any]:
    return {"input": np.where(input <= threshold, 0.0, grad_output)}


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = x",
    expr="input",
    example={"input": [-1.0, 0.0, 2.0]},
    pitfall="Layers with nothing between them are one linear layer, however many there are.",
)
def identity(input: Array) -> Any:
    """No activation: the right output for regression, and useless between linear layers."""
    return input


@identity.gradient
def identity_grad(grad_output: Array, **_: Any) -> dict[str, Any]:
    return {"input": grad_output}
