"""Normalisation of channels by mean and variance: over the batch, an instance or a group."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Count, Flag, NonNegative, Paper, Real, op


def _batch_fault(input: Any, training: bool, **_: Any) -> str:
    cells = input.size // max(input.shape[1], 1)
    if training and cells < 2:
        return f"input has {cells} values for each channel (training takes at least 2)"
    return ""


@op(
    shapes="input(N,C,*), running_mean(C), running_var(C), weight(C), bias(C) "
    "-> output(N,C,*), running_mean(C), running_var(C)",
    formula=r"y = \gamma\, \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta",
    paper=Paper(
        "Ioffe and Szegedy", 2015,
        "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate "
        "Shift",
    ),
    example={
        "input": [[1.0, 4.0], [3.0, 0.0], [2.0, 2.0]],
        "running_mean": [0.0, 0.0],
        "running_var": [1.0, 1.0],
        "weight": [1.0, 2.0],
        "bias": [0.0, 1.0],
        "training": True,
    },
    pitfall="It divides by the biased variance of the batch but remembers the unbiased one; and "
    "PyTorch's momentum is the weight of the new value, 1 − that of other frameworks.",
    fault=_batch_fault,
)  # fmt: skip
def batch_norm(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    training: Flag = False,
    momentum: Real = 0.1,
    eps: NonNegative = 1e-5,
) -> Any:
    """Each channel is brought to mean 0 and variance 1 over the batch and all places, then given
    a learned scale and shift; at inference remembered statistics make it a fixed affine map.

    The remembered statistics are no part of the graph: no gradient flows through them.
    """
    mean, var = running_mean, running_var  # at inference: what training remembered
    if training:
        axes = (0, *range(2, input.ndim))  # all but the channels
        n = input.size // input.shape[1]  # values of each channel
        mean = np.mean(input, axis=axes)  # of the batch
        var = np.mean((input - _across(mean, input)) ** 2, axis=axes)  # biased: divides by n
        running_mean = (1 - momentum) * running_mean + momentum * mean  # remembered
        unbiased = var * n / (n - 1)  # what is remembered divides by n − 1
        running_var = (1 - momentum) * running_var + momentum * unbiased  # remembered
    x_hat = (input - _across(mean, input)) / np.sqrt(_across(var, input) + eps)  # normalised
    output = _affine(x_hat, weight, bias)  # γ x̂ + β
    return {"output": output, "running_mean": running_mean, "running_var": running_var}


@batch_norm.gradient
def batch_norm_grad(
    grad_output: Any,
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None,
    bias: Array | None,
    *,
    training: bool,
    eps: float,
    **_: Any,
) -> dict[str, Any]:
    g_output = grad_output["output"]  # the remembered statistics are no part of the graph
    axes = (0, *range(2, input.ndim))  # all but the channels
    mean, var = running_mean, running_var  # at inference: constants
    if training:
        mean = np.mean(input, axis=axes)  # of the batch
        var = np.mean((input - _across(mean, input)) ** 2, axis=axes)  # biased
    std = np.sqrt(_across(var, input) + eps)  # what was divided by
    x_hat = (input - _across(mean, input)) / std  # normalised
    g = g_output if weight is None else g_output * _across(weight, input)  # gradient at x̂
    if training:
        g_mean = np.mean(g, axis=axes, keepdims=True)  # what a shift of all x undoes
        g_along = np.mean(g * x_hat, axis=axes, keepdims=True)  # what a stretch of all x undoes
        g = g - g_mean - x_hat * g_along  # both parts are lost
    grads = {"input": g / std}  # by name
    return grads | _affine_grads(g_output, x_hat, weight, bias)


def _instance_fault(input: Any, **_: Any) -> str:
    cells = int(np.prod(input.shape[2:]))
    return f"input has {cells} places in a channel (it takes at least 2)" if cells < 2 else ""


@op(
    shapes="input(N,C,*), weight(C), bias(C) -> (N,C,*)",
    formula=r"y = \gamma_c\, \frac{x - \mu_{nc}}{\sqrt{\sigma_{nc}^2 + \varepsilon}} + \beta_c",
    paper=Paper(
        "Ulyanov, Vedaldi and Lempitsky", 2016,
        "Instance Normalization: The Missing Ingredient for Fast Stylization",
    ),
    example={
        "input": [[[1.0, 2.0, 6.0], [0.0, 0.5, 1.0]]],
        "weight": [1.0, 2.0],
        "bias": [0.0, 1.0],
    },
    pitfall="It erases the contrast of every channel of every image, which is the style: good for "
    "style transfer, bad where the strength of a feature is the signal.",
    fault=_instance_fault,
)  # fmt: skip
def instance_norm(
    input: Array, weight: Array | None = None, bias: Array | None = None, *, eps: NonNegative = 1e-5
) -> Any:
    """Each channel of each image is brought to mean 0 and variance 1 over its own places: group
    norm with a group for every channel."""
    return group_norm.function(input, input.shape[1], weight, bias, eps=eps)


@instance_norm.gradient
def instance_norm_grad(
    grad_output: Array, input: Array, weight: Array | None, bias: Array | None, *, eps: float
) -> dict[str, Any]:
    return group_norm_grad(grad_output, input, input.shape[1], weight, bias, eps=eps)


def _group_fault(input: Any, num_groups: int, **_: Any) -> str:
    if input.shape[1] % num_groups:
        return f"num_groups is {num_groups} (it takes a divisor of {input.shape[1]} channels)"
    return ""


@op(
    shapes="input(N,C,*), weight(C), bias(C) -> (N,C,*)",
    formula=r"y = \gamma_c\, \frac{x - \mu_{ng}}{\sqrt{\sigma_{ng}^2 + \varepsilon}} + \beta_c",
    paper=Paper("Wu and He", 2018, "Group Normalization"),
    example={
        "input": [[[1.0, 2.0], [3.0, 6.0], [0.0, 0.5], [1.0, 2.5]]],
        "num_groups": 2,
        "weight": [1.0, 2.0, 1.0, 1.0],
        "bias": [0.0, 0.0, 1.0, 0.0],
    },
    pitfall="The statistics are of a group, but the weight and bias are of a channel. One group "
    "is not layer_norm: that has a weight for every feature.",
    fault=_group_fault,
)
def group_norm(
    input: Array,
    num_groups: Count,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    eps: NonNegative = 1e-5,
) -> Any:
    """Normalises groups of channels within each example: as good with a batch of 2 as batch norm
    is with 32, because the batch plays no part."""
    cells = math.prod(input.shape[1:]) // num_groups  # in a group
    grouped = input.reshape(len(input), num_groups, cells)  # one row for each group
    centred = grouped - np.mean(grouped, axis=2, keepdims=True)  # mean 0
    var = np.mean(centred**2, axis=2, keepdims=True)  # biased: of the centred values
    x_hat = (centred / np.sqrt(var + eps)).reshape(input.shape)  # variance 1, back in place
    return _affine(x_hat, weight, bias)


@group_norm.gradient
def group_norm_grad(
    grad_output: Array,
    input: Array,
    num_groups: int,
    weight: Array | None,
    bias: Array | None,
    *,
    eps: float,
) -> dict[str, Any]:
    cells = math.prod(input.shape[1:]) // num_groups  # in a group
    grouped = input.reshape(len(input), num_groups, cells)  # one row for each group
    centred = grouped - np.mean(grouped, axis=2, keepdims=True)  # mean 0
    std = np.sqrt(np.mean(centred**2, axis=2, keepdims=True) + eps)  # what was divided by
    x_hat = centred / std  # normalised
    g_x_hat = grad_output if weight is None else grad_output * _across(weight, input)  # before γ
    g = g_x_hat.reshape(grouped.shape)  # one row for each group
    g_mean = np.mean(g, axis=2, keepdims=True)  # what a shift of the group undoes
    g_along = np.mean(g * x_hat, axis=2, keepdims=True)  # what a stretch of it undoes
    grad_grouped = (g - g_mean - x_hat * g_along) / std  # both parts are lost
    grads = {"input": grad_grouped.reshape(input.shape)}  # back in place
    return grads | _affine_grads(grad_output, x_hat.reshape(input.shape), weight, bias)


def _affine(x_hat: Any, weight: Any, bias: Any) -> Any:
    """Give each channel its learned scale and shift."""
    scaled = x_hat if weight is None else x_hat * _across(weight, x_hat)
    return scaled if bias is None else scaled + _across(bias, x_hat)


def _affine_grads(grad_output: Any, x_hat: Any, weight: Any, bias: Any) -> dict[str, Any]:
    """Sum over all that a channel's scale and shift served."""
    axes = (0, *range(2, x_hat.ndim))
    grads = {}
    if weight is not None:
        grads["weight"] = np.sum(grad_output * x_hat, axis=axes)
    if bias is not None:
        grads["bias"] = np.sum(grad_output, axis=axes)
    return grads


def _across(per_channel: Any, input: Any) -> Any:
    """Lay one number for each channel along axis 1."""
    return per_channel.reshape(-1, *[1] * (input.ndim - 2))
