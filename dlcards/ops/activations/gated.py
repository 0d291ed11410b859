"""Activations that have weights, or split their input, so that one part gates the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Paper, Whole, axis_fault, op
from dlcards.ops.activations.rectifiers import relu, relu_grad
from dlcards.ops.activations.saturating import sigmoid, sigmoid_grad
from dlcards.ops.activations.smooth import gelu, gelu_grad, silu, silu_grad

_SHAZEER = Paper("Shazeer", 2020, "GLU Variants Improve Transformer")
_PROJECTED = {
    "input": [[1.0, -0.5], [0.3, 2.0]],
    "W": [[0.6, -1.0, 0.2], [1.0, 0.4, -0.3]],
    "V": [[0.1, 0.6, -0.7], [-0.2, 0.8, 0.9]],
}


def _halves(input: Any, dim: int) -> str:
    if fault := axis_fault(input, dim):
        return fault
    size = input.shape[dim]
    return f"axis {dim} of input has size {size} (it takes an even size)" if size % 2 else ""


def _half_as_wide(input: Any, dim: int) -> tuple[int, ...]:
    dim = dim % input.ndim
    return tuple(n // 2 if axis == dim else n for axis, n in enumerate(input.shape))


@op(
    shapes="input(n,*) -> (*)",
    formula=r"\mathrm{GLU}(a, b) = a \odot \sigma(b)",
    paper=Paper("Dauphin, Fan, Auli & Grangier", 2017,
                "Language Modeling with Gated Convolutional Networks"),
    example={"input": [[1.0, 2.0, 0.0, -1.0]], "dim": -1},
    pitfall="The second half is the gate, and the output is half as wide as the input.",
    fault=_halves,
    output=_half_as_wide,
)  # fmt: skip
def glu(input: Array, dim: Whole = -1) -> Any:
    """One half of the features, let through by the sigmoid of the other half."""
    a, b = np.split(input, 2, axis=dim)  # values and gates
    return a * sigmoid.function(b)


@glu.gradient
def glu_grad(grad_output: Array, input: Array, dim: int) -> dict[str, Any]:
    a, b = np.split(input, 2, axis=dim)  # values and gates
    into_a = grad_output * sigmoid.function(b)  # the gate scales the gradient
    into_b = sigmoid_grad(grad_output * a, b)["input"]  # through σ
    return {"input": np.concatenate([into_a, into_b], axis=dim)}


@op(
    shapes="input(N,d), W(d,h), V(d,h), W2(h,o) -> (N,o)",
    formula=r"\mathrm{SwiGLU}(x) = \left(\mathrm{SiLU}(xW) \odot xV\right) W_2",
    paper=_SHAZEER,
    example=_PROJECTED | {"W2": [[1.0, 0.5], [-0.4, 0.3], [0.2, 0.7]]},
    pitfall="Three matrices: the hidden width is cut to 2/3 to keep the parameters of a plain FFN.",
)
def swiglu(input: Array, W: Array, V: Array, W2: Array) -> Any:
    """The feed-forward block of Llama: a SiLU gate times a linear path, projected back."""
    gate = silu.function(input @ W)  # SiLU(xW): the gated half
    value = input @ V  # xV
    return (gate * value) @ W2


@swiglu.gradient
def swiglu_grad(grad_output: Array, input: Array, W: Array, V: Array, W2: Array) -> dict[str, Any]:
    z = input @ W  # before the gate
    gate = silu.function(z)  # SiLU(xW)
    value = input @ V  # xV
    into_hidden = grad_output @ W2.T  # gradient at the product
    into_z = silu_grad(into_hidden * value, z)["input"]  # through the gate
    into_value = into_hidden * gate  # through the linear path
    return {
        "input": into_z @ W.T + into_value @ V.T,
        "W": input.T @ into_z,
        "V": input.T @ into_value,
        "W2": (gate * value).T @ grad_output,
    }


@op(
    shapes="input(N,d), W(d,h), V(d,h) -> (N,h)",
    formula=r"\mathrm{GEGLU}(x) = \mathrm{GELU}(xW) \odot xV",
    paper=_SHAZEER,
    example=_PROJECTED,
    pitfall="The GELU is the exact one, with erf; T5's code takes the tanh form.",
)
def geglu(input: Array, W: Array, V: Array) -> Any:
    """A linear path gated by the GELU of another one."""
    gate = gelu.function(input @ W)  # GELU(xW)
    value = input @ V  # xV
    return gate * value


@geglu.gradient
def geglu_grad(grad_output: Array, input: Array, W: Array, V: Array) -> dict[str, Any]:
    z = input @ W  # before the gate
    into_z = gelu_grad(grad_output * (input @ V), z, approximate="none")["input"]  # the gate
    into_value = grad_output * gelu.function(z)  # through the linear path
    return {
        "input": into_z @ W.T + into_value @ V.T,
        "W": input.T @ into_z,
        "V": input.T @ into_value,
    }


@op(
    shapes="input(N,d), W(d,h), V(d,h) -> (N,h)",
    formula=r"\mathrm{ReGLU}(x) = \max(0, xW) \odot xV",
    paper=_SHAZEER,
    example=_PROJECTED,
    pitfall="Where the gate is closed neither W nor V gets a gradient.",
)
def reglu(input: Array, W: Array, V: Array) -> Any:
    """A linear path gated by the ReLU of another one."""
    gate = relu.function(input @ W)  # max(0, xW)
    value = input @ V  # xV
    return gate * value


@reglu.gradient
def reglu_grad(grad_output: Array, input: Array, W: Array, V: Array) -> dict[str, Any]:
    z = input @ W  # before the gate
    into_z = relu_grad(grad_output * (input @ V), z)["input"]  # through the gate
    into_value = grad_output * relu.function(z)  # through the linear path
    return {
        "input": into_z @ W.T + into_value @ V.T,
        "W": input.T @ into_z,
        "V": input.T @ into_value,
    }


@op(
    shapes="input(N,i), weight(k,o,i), bias(k,o) -> (N,o)",
    formula=r"f(x)_o = \max_k \left(w_{ko}^\top x + b_{ko}\right)",
    paper=Paper("Goodfellow, Warde-Farley, Mirza, Courville & Bengio", 2013, "Maxout Networks"),
    example={
        "input": [[1.0, -2.0]],
        "weight": [[[1.0, 0.0], [0.5, 0.5]], [[-1.0, 0.3], [0.0, 1.0]]],
        "bias": [[0.0, 0.1], [0.2, 0.0]],
    },
    pitfall="k pieces need k times the parameters; of tied pieces the first gets the gradient.",
)
def maxout(input: Array, weight: Array, bias: Array) -> Any:
    """The largest of k linear functions: a learned convex activation, of which ReLU is one."""
    pieces = np.tensordot(input, weight, axes=([1], [2])) + bias  # wᵀx + b, (N, k, o)
    return np.max(pieces, axis=1)


@maxout.gradient
def maxout_grad(grad_output: Array, input: Array, weight: Array, bias: Array) -> dict[str, Any]:
    pieces = np.tensordot(input, weight, axes=([1], [2])) + bias  # wᵀx + b, (N, k, o)
    winner = np.argmax(pieces, axis=1)[:, None]  # the piece that won
    chosen = np.arange(weight.shape[0])[:, None] == winner  # 1 for it, 0 for the others
    into = grad_output[:, None] * chosen  # gradient of each piece
    return {
        "input": np.tensordot(into, weight, axes=([1, 2], [0, 1])),
        "weight": np.einsum("nko,ni->koi", into, input),
        "bias": np.sum(into, axis=0),
    }
