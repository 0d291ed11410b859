"""Activations that gate their input by a smooth probability of itself: SiLU, GELU and their kin."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._erf import normal_cdf, normal_pdf
from dlcards.ops._op import Array, Finite, Paper, op
from dlcards.ops.activations.saturating import sigmoid, sigmoid_grad, tanh_grad

_GELU = Paper("Hendrycks & Gimpel", 2016, "Gaussian Error Linear Units (GELUs)")


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{SiLU}(x) = x\, \sigma(x)",
    expr="input*sigmoid(input)",
    paper=Paper("Elfwing, Uchibe & Doya", 2018,
                "Sigmoid-Weighted Linear Units for Neural Network Function Approximation in "
                "Reinforcement Learning"),
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="It is not monotone: the minimum is −0.2785 at x = −1.2785.",
)  # fmt: skip
def silu(input: Array) -> Any:
    """A smooth ReLU that gates the input by its own sigmoid and dips a little below zero."""
    gate = sigmoid.function(input)  # σ(x)
    return input * gate


@silu.gradient
def silu_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    gate = sigmoid.function(input)  # σ(x)
    slope = gate + sigmoid_grad(input, input)["input"]  # σ + xσ'
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{swish}_\beta(x) = x\, \sigma(\beta x)",
    expr="input*sigmoid(beta*input)",
    paper=Paper("Ramachandran, Zoph & Le", 2017, "Searching for Activation Functions"),
    example={"input": [-2.0, 0.0, 2.0], "beta": 1.5},
    pitfall="β sits inside the sigmoid: β = 0 is x/2, β = 1 is SiLU, β → ∞ is ReLU.",
)
def swish(input: Array, *, beta: Finite = 1.0) -> Any:
    """SiLU with a knob that goes from a line to ReLU."""
    gate = sigmoid.function(beta * input)  # σ(βx)
    return input * gate


@swish.gradient
def swish_grad(grad_output: Array, input: Array, *, beta: float) -> dict[str, Any]:
    z = beta * input  # βx
    slope = sigmoid.function(z) + sigmoid_grad(z, z)["input"]  # σ(z) + zσ'(z)
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{GELU}(x) = x\, \Phi(x) = \frac{x}{2}\left(1 + "
    r"\mathrm{erf}\frac{x}{\sqrt{2}}\right)",
    expr="input*(1 + erf(input/sqrt(2)))/2",
    paper=_GELU,
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="The tanh form differs by up to 5e-4: GPT-2 was trained with it, BERT with erf.",
)
def gelu(input: Array, *, approximate: Literal["none", "tanh"] = "none") -> Any:
    """Weights the input by the probability that a standard normal variable is below it."""
    if approximate == "tanh":
        u = np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)  # the cubic inside tanh
        return input * (0.5 * (1.0 + np.tanh(u)))
    cdf = normal_cdf(input)  # Φ(x) = ½ erfc(−x/√2), which keeps its digits in the tail
    return input * cdf


@gelu.gradient
def gelu_grad(grad_output: Array, input: Array, *, approximate: str) -> dict[str, Any]:
    if approximate == "tanh":
        u = np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)  # the cubic inside tanh
        du = np.sqrt(2 / np.pi) * (1.0 + 3 * 0.044715 * input**2)  # du/dx
        slope = 0.5 * (1.0 + np.tanh(u)) + 0.5 * input * tanh_grad(du, u)["input"]  # product rule
        return {"input": grad_output * slope}
    slope = normal_cdf(input) + input * normal_pdf(input)  # Φ + xφ
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{QuickGELU}(x) = x\, \sigma(1.702\, x)",
    expr="input*sigmoid(1.702*input)",
    paper=_GELU,
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="A third GELU: CLIP's weights need this one, and the others differ by up to 0.02.",
)
def quick_gelu(input: Array) -> Any:
    """GELU with the normal distribution replaced by a logistic one of about the same width."""
    return swish.function(input, beta=1.702)


@quick_gelu.gradient
def quick_gelu_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    return swish_grad(grad_output, input, beta=1.702)


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{mish}(x) = x \tanh(\log(1 + e^x))",
    expr="input*tanh(log(1 + exp(input)))",
    paper=Paper("Misra", 2019, "Mish: A Self Regularized Non-Monotonic Activation Function"),
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="The softplus inside must be the stable one: log(1 + exp(1000)) is inf.",
)
def mish(input: Array) -> Any:
    """Like SiLU, smooth and non-monotone, with tanh of softplus as the gate."""
    s = np.logaddexp(0.0, input)  # softplus(x)
    return input * np.tanh(s)


@mish.gradient
def mish_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    s = np.logaddexp(0.0, input)  # softplus(x), whose derivative is σ(x)
    ds = sigmoid.function(input)  # σ(x)
    slope = np.tanh(s) + input * tanh_grad(ds, s)["input"]  # product rule
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{hardswish}(x) = x\, \frac{\min(\max(x + 3, 0), 6)}{6}",
    expr="input*min(max(input + 3, 0), 6)/6",
    paper=Paper("Howard et al.", 2019, "Searching for MobileNetV3"),
    example={"input": [-4.0, -1.0, 1.0, 4.0]},
    pitfall="The slope jumps at the ends: −1/2 just above −3 and 3/2 just below 3.",
)
def hardswish(input: Array) -> Any:
    """SiLU with a piecewise linear gate, for phones: no exponential."""
    gate = np.clip(input + 3.0, 0.0, 6.0) / 6.0  # hardsigmoid(x)
    return input * gate


@hardswish.gradient
def hardswish_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    middle = np.where(input >= 3.0, 1.0, input / 3.0 + 0.5)  # x/3 + 1/2 between the ends
    slope = np.where(input <= -3.0, 0.0, middle)  # 0 below
    return {"input": grad_output * slope}
