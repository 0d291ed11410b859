"""Activations that pull small inputs to zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, op


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = x - \tanh(x)",
    expr="input - tanh(input)",
    example={"input": [-2.0, -0.5, 0.5, 2.0]},
    pitfall="Near 0 it is x³/3, and the subtraction loses every digit of it below 1e-5.",
)
def tanhshrink(input: Array) -> Any:
    """The identity less a tanh: flat at zero, a line shifted by one far out.

    Below 1 the difference comes from Lambert's continued fraction, tanh x = x/(1 + c).
    """
    s = np.minimum(input * input, 1.0)  # x²
    tail = s / (9 + s / (11 + s / (13 + s / (15 + s / 17))))  # the fraction from 9 on
    c = s / (3 + s / (5 + s / (7 + tail)))  # c, with tanh x = x/(1 + c)
    return np.where(np.abs(input) < 1, input * c / (1 + c), input - np.tanh(input))


@tanhshrink.gradient
def tanhshrink_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    slope = np.tanh(input) ** 2  # 1 − sech² = tanh²
    return {"input": grad_output * slope}


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = \mathrm{sign}(x) \max(|x| - \lambda, 0)",
    expr="sign(input)*max(abs(input) - lambd, 0)",
    paper=Paper("Donoho", 1995, "De-Noising by Soft-Thresholding"),
    example={"input": [-2.0, -0.25, 0.25, 2.0]},
    pitfall="It is the proximal step of λ|x|: what survives is also moved by λ.",
)
def softshrink(input: Array, *, lambd: NonNegative = 0.5) -> Any:
    """Soft thresholding: small values become zero, the others move towards it by λ."""
    excess = np.maximum(np.abs(input) - lambd, 0.0)  # how far |x| is above λ
    return np.sign(input) * excess


@softshrink.gradient
def softshrink_grad(grad_output: Array, input: Array, *, lambd: float) -> dict[str, Any]:
    return {"input": np.where(np.abs(input) <= lambd, 0.0, grad_output)}


@op(
    shapes="input(*) -> (*)",
    formula=r"f(x) = \begin{cases} x & |x| > \lambda \\ 0 & |x| \le \lambda \end{cases}",
    example={"input": [-2.0, -0.25, 0.25, 2.0]},
    pitfall="It jumps at ±λ, where its value is 0.",
)
def hardshrink(input: Array, *, lambd: NonNegative = 0.5) -> Any:
    """Hard thresholding: small values become zero and the others stay as they are."""
    return np.where(np.abs(input) <= lambd, 0.0, input)


@hardshrink.gradient
def hardshrink_grad(grad_output: Array, input: Array, *, lambd: float) -> dict[str, Any]:
    return {"input": np.where(np.abs(input) <= lambd, 0.0, grad_output)}
