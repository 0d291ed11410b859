"""Normalisation of the features of each example by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Size, op


def _layer_fault(input: Any, normalized_shape: Any, weight: Any, bias: Any = None, **_: Any) -> str:
    shape = _shape(normalized_shape)
    if input.shape[input.ndim - len(shape) :] != shape:
        return f"input has shape {input.shape} (normalized_shape is {shape})"
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None and value.shape != shape:
            return f"{name} has shape {value.shape} (it takes {shape})"
    return ""


@op(
    shapes="input(*) -> (*)",
    formula=r"y = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
    paper=Paper("Ba, Kiros and Hinton", 2016, "Layer Normalization"),
    example={
        "input": [[1.0, 2.0, 6.0], [0.0, 0.5, 1.0]],
        "normalized_shape": [3],
        "weight": [1.0, 2.0, 1.0],
        "bias": [0.0, 0.0, 1.0],
    },
    pitfall="The variance is the biased one, over the features of one example; the weight has one "
    "number for each feature.",
    fault=_layer_fault,
)
def layer_norm(
    input: Array,
    normalized_shape: Size,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    eps: NonNegative = 1e-5,
) -> Any:
    """Each example is brought to mean 0 and variance 1 over its own features: no batch, no
    memory, the same in training and at inference."""
    axes = _last(normalized_shape)  # the normalised axes
    centred = input - np.mean(input, axis=axes, keepdims=True)  # mean 0
    var = np.mean(centred**2, axis=axes, keepdims=True)  # biased: of the centred values
    x_hat = centred / np.sqrt(var + eps)  # variance 1
    if weight is not None:
        x_hat *= weight  # learned scale of each feature
    if bias is not None:
        x_hat += bias  # learned shift
    return x_hat


@layer_norm.gradient
def layer_norm_grad(
    grad_output: Array,
    input: Array,
    normalized_shape: Any,
    weight: Array | None,
    bias: Array | None,
    *,
    eps: float,
) -> dict[str, Any]:
    axes = _last(normalized_shape)  # the normalised axes
    centred = input - np.mean(input, axis=axes, keepdims=True)  # mean 0
    std = np.sqrt(np.mean(centred**2, axis=axes, keepdims=True) + eps)  # what was divided by
    x_hat = centred / std  # normalised
    g = grad_output if weight is None else grad_output * weight  # gradient at x̂
    g_along = np.mean(g * x_hat, axis=axes, keepdims=True)  # what a stretch of all features undoes
    grad = g - np.mean(g, axis=axes, keepdims=True)  # a shift of all features is lost
    grad -= x_hat * g_along  # so is a stretch of them
    grad /= std  # through the division
    grads = {"input": grad}  # by name
    rest = tuple(range(input.ndim - len(axes)))  # a weight serves all examples
    if weight is not None:
        grads["weight"] = np.sum(grad_output * x_hat, axis=rest)  # Σ g x̂
    if bias is not None:
        grads["bias"] = np.sum(grad_output, axis=rest)  # Σ g
    return grads


@op(
    shapes="input(*) -> (*)",
    formula=r"y = \gamma \odot \frac{x}{\sqrt{\frac{1}{d} \sum_{i} x_i^2 + \varepsilon}}",
    paper=Paper("Zhang and Sennrich", 2019, "Root Mean Square Layer Normalization"),
    example={"input": [[3.0, 4.0], [1.0, -1.0]], "normalized_shape": [2], "weight": [1.0, 0.5]},
    pitfall="Nothing is centred and there is no bias; eps=None is the machine epsilon of the "
    "dtype, far from layer_norm's 1e-5.",
    fault=_layer_fault,
)
def rms_norm(
    input: Array,
    normalized_shape: Size,
    weight: Array | None = None,
    *,
    eps: NonNegative | None = None,
) -> Any:
    """Layer norm without the centring: divides by the root mean square, which is cheaper and in
    language models as good."""
    axes = _last(normalized_shape)  # the normalised axes
    floor = np.finfo(np.float64).eps if eps is None else eps  # keeps zeros from 0/0
    rms = np.sqrt(np.mean(input**2, axis=axes, keepdims=True) + floor)  # root mean square
    x_hat = input / rms  # of size 1 on average
    return x_hat if weight is None else x_hat * weight


@rms_norm.gradient
def rms_norm_grad(
    grad_output: Array,
    input: Array,
    normalized_shape: Any,
    weight: Array | None,
    *,
    eps: float | None,
) -> dict[str, Any]:
    axes = _last(normalized_shape)  # the normalised axes
    floor = np.finfo(np.float64).eps if eps is None else eps  # keeps zeros from 0/0
    rms = np.sqrt(np.mean(input**2, axis=axes, keepdims=True) + floor)  # root mean square
    x_hat = input / rms  # normalised
    g = grad_output if weight is None else grad_output * weight  # gradient at x̂
    g_along = np.mean(g * x_hat, axis=axes, keepdims=True)  # what a stretch of all features undoes
    grads = {"input": (g - x_hat * g_along) / rms}  # that part is lost
    if weight is not None:
        rest = tuple(range(input.ndim - len(axes)))  # a weight serves all examples
        grads["weight"] = np.sum(grad_output * x_hat, axis=rest)  # Σ g x̂
    return grads


def _shape(size: Any) -> tuple[int, ...]:
    return size if isinstance(size, tuple) else (size,)


def _last(normalized_shape: Any) -> tuple[int, ...]:
    return tuple(range(-len(_shape(normalized_shape)), 0))
