"""Activations that level off on both sides: sigmoids, tanhs and the step."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Finite, Paper, Real, op


@op(
    shapes="input(*) -> (*)",
    formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    expr="1/(1 + exp(-input))",
    paper=Paper(
        "Verhulst", 1838, "Notice sur la loi que la population suit dans son accroissement"
    ),
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="exp(−x) overflows at −1000: take exp(−|x|) below and exp(min(x, 0)) above the line.",
)
def sigmoid(input: Array) -> Any:
    """Squashes a logit into a probability; its slope is at most 1/4 and dies at both ends.

    σ' = σ(1 − σ), and σ(−x) = 1 − σ(x).
    """
    z = np.exp(-np.abs(input))  # e^{−|x|}: at most 1, so it never overflows
    top = np.exp(np.minimum(input, 0.0))  # 1 where x ≥ 0, else e^x
    return top / (1.0 + z)


@sigmoid.gradient
def sigmoid_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    z = np.exp(-np.abs(input))  # e^{−|x|}
    slope = z / (1.0 + z) ** 2  # σ(1 − σ), without the cancellation in 1 − σ
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
    expr="tanh(input)",
    example={"input": [-1.0, 0.0, 1.0]},
    pitfall="tanh(x) = 2σ(2x) − 1: zero-centred, slope 1 at 0, and it still saturates.",
)
def tanh(input: Array) -> Any:
    """A sigmoid stretched to (−1, 1): zero-centred, slope 1 at the origin, it still saturates."""
    return np.tanh(input)


@tanh.gradient
def tanh_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    z = np.exp(-2.0 * np.abs(input))  # e^{−2|x|}
    slope = 4.0 * z / (1.0 + z) ** 2  # 1 − tanh² = sech², without the cancellation
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\log \sigma(x) = -\log(1 + e^{-x})",
    expr="-log(1 + exp(-input))",
    example={"input": [-2.0, 0.0, 2.0]},
    pitfall="log(sigmoid(−1000)) is −inf; the stable form says −1000.",
)
def logsigmoid(input: Array) -> Any:
    """The log-probability of the positive class, linear in the logit where it is very negative."""
    z = np.exp(-np.abs(input))  # e^{−|x|}: at most 1
    return np.minimum(input, 0.0) - np.log1p(z)


@logsigmoid.gradient
def logsigmoid_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    slope = sigmoid.function(-input)  # 1 − σ(x) = σ(−x)
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{softsign}(x) = \frac{x}{1 + |x|}",
    expr="input/(1 + abs(input))",
    paper=Paper("Turian, Bergstra & Bengio", 2009,
                "Quadratic Features and Deep Architectures for Chunking"),
    example={"input": [-3.0, -0.5, 1.0, 3.0]},
    pitfall="It approaches ±1 like 1/|x|, not exponentially: at x = 9 it is only 0.9.",
)  # fmt: skip
def softsign(input: Array) -> Any:
    """Like tanh, but with polynomial tails, so that the gradient fades slowly."""
    return input / (1.0 + np.abs(input))


@softsign.gradient
def softsign_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    slope = 1.0 / (1.0 + np.abs(input)) ** 2  # derivative of x/(1 + |x|)
    return {"input": grad_output * slope}


def _ordered(min_val: float, max_val: float, **_: Any) -> str:
    return "" if min_val <= max_val else f"min_val {min_val} is above max_val {max_val}"


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{hardtanh}(x) = \min(\max(x, a), b)",
    expr="min(max(input, min_val), max_val)",
    paper=Paper("Collobert", 2004, "Large Scale Machine Learning"),
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="The gradient is 0 at the ends themselves: x = ±1 does not learn.",
    fault=_ordered,
)
def hardtanh(input: Array, *, min_val: Real = -1.0, max_val: Real = 1.0) -> Any:
    """A clipped line: as cheap as a comparison, and no gradient at all once it is clipped."""
    return np.clip(input, min_val, max_val)


@hardtanh.gradient
def hardtanh_grad(
    grad_output: Array, input: Array, *, min_val: float, max_val: float
) -> dict[str, Any]:
    clipped = (input <= min_val) | (input >= max_val)  # the ends count as clipped
    return {"input": np.where(clipped, 0.0, grad_output)}


@op(
    shapes="input(*) -> (*)",
    formula=r"\mathrm{hardsigmoid}(x) = \frac{\min(\max(x + 3, 0), 6)}{6}",
    expr="min(max(input + 3, 0), 6)/6",
    paper=Paper("Courbariaux, Bengio & David", 2015,
                "BinaryConnect: Training Deep Neural Networks with Binary Weights during "
                "Propagations"),
    example={"input": [-4.0, -1.0, 1.0, 4.0]},
    pitfall="PyTorch's slope is 1/6; Keras long used 0.2, so weights do not carry over.",
)  # fmt: skip
def hardsigmoid(input: Array) -> Any:
    """The sigmoid as three straight lines, for hardware without an exponential."""
    return np.clip(input + 3.0, 0.0, 6.0) / 6.0


@hardsigmoid.gradient
def hardsigmoid_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    inside = (input > -3.0) & (input < 3.0)  # the ends count as flat
    return {"input": np.where(inside, grad_output / 6.0, 0.0)}


@op(
    shapes="input(*), value(*|) -> (*)",
    formula=r"H(x) = \begin{cases} 0 & x < 0 \\ v & x = 0 \\ 1 & x > 0 \end{cases}",
    example={"input": [-1.5, 0.0, 2.0], "value": 0.5},
    pitfall="The value at 0 is a choice (the perceptron's is 1), and the derivative is 0 elsewhere.",
)
def heaviside(input: Array, value: Array) -> Any:
    """The step of the perceptron: no gradient to descend, hence sigmoids and surrogates."""
    step = np.where(input > 0, 1.0, 0.0)  # 1 above zero, 0 below
    return np.where(input == 0, value, step)


@op(
    shapes="input(*,D), weight(D), bias(D) -> (*,D)",
    formula=r"\mathrm{DyT}(x) = \gamma \odot \tanh(\alpha x) + \beta",
    expr="weight*tanh(alpha*input) + bias",
    paper=Paper("Zhu, Chen, He, LeCun & Liu", 2025, "Transformers without Normalization"),
    example={"input": [[-2.0, 0.5], [1.0, 3.0]], "weight": [1.0, 2.0], "bias": [0.0, 0.1]},
    pitfall="α is one learnable scalar for the layer; γ and β are one for each channel.",
)
def dynamic_tanh(input: Array, weight: Array, bias: Array, *, alpha: Finite = 0.5) -> Any:
    """Replaces LayerNorm by a learnable squashing: no mean and no variance to compute."""
    squashed = np.tanh(alpha * input)  # tanh(αx)
    return weight * squashed + bias


@dynamic_tanh.gradient
def dynamic_tanh_grad(
    grad_output: Array, input: Array, weight: Array, *, alpha: float, **_: Any
) -> dict[str, Any]:
    rows = tuple(range(input.ndim - 1))  # every axis but the channels
    squashed = np.tanh(alpha * input)  # tanh(αx)
    inner = tanh_grad(grad_output * weight, alpha * input)["input"]  # gradient at αx
    return {
        "input": alpha * inner,
        "weight": np.sum(grad_output * squashed, axis=rows),
        "bias": np.sum(grad_output, axis=rows),
        "alpha": np.sum(inner * input),
    }
