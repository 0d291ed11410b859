"""Convolutions: small filters that slide over the input, the same weights in every place.

The bodies do not depend on the number of axes: one function serves signals, images and volumes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Count, Padding, Paper, Size, op
from dlcards.ops._room import check_room
from dlcards.ops._windows import (
    as_columns,
    axes_fault,
    conv_border,
    framed,
    overlap_add,
    places_of,
    unframed,
    window_fault,
    windows,
)

_FORMULA = (
    r"y_{o}(i, j) = b_o + \sum_{c} \sum_{u, v} w_{o c}(u, v)\, "
    r"x_{c}(s\,i + d\,u - p,\ s\,j + d\,v - p)"
)


def _conv_fault(
    input: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: int, **_: Any
) -> str:
    kernel = weight.shape[2:]
    if fault := axes_fault(len(kernel), stride=stride, padding=padding, dilation=dilation):
        return fault
    if padding == "same" and np.max(stride) > 1:
        return f"padding is 'same' with stride {stride} (it takes stride 1)"
    if weight.shape[1] * groups != input.shape[1]:
        return (
            f"weight has {weight.shape[1]} channels in each of {groups} groups "
            f"(the input has {input.shape[1]} channels)"
        )
    if len(weight) % groups:
        return f"weight has {len(weight)} filters (it takes a multiple of {groups} groups)"
    return window_fault(input, conv_border(padding, kernel, dilation), kernel, dilation)


def _conv_output(
    input: Any, weight: Any, stride: Any, padding: Any, dilation: Any, **_: Any
) -> tuple[int, ...]:
    kernel = weight.shape[2:]
    border = conv_border(padding, kernel, dilation)
    places = places_of(input.shape[2:], border, kernel, stride, dilation)
    check_room((*input.shape[:2], *kernel, *places), given=input.size + weight.size)  # im2col
    return (len(input), len(weight), *places)


def _convolution(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Size = 1,
    padding: Padding = 0,
    dilation: Size = 1,
    groups: Count = 1,
) -> Any:
    """Slides each filter over the input and takes a dot product in every place: few weights,
    shared everywhere, and what moves in the input moves alike in the output.

    It is a cross-correlation: the filter is not flipped. With groups, each block of filters sees
    its own block of channels only.
    """
    border = conv_border(padding, weight.shape[2:], dilation)  # zeros before and after each axis
    x = framed(input, border)  # padded
    patches = windows(x, weight.shape[2:], stride, dilation)  # what each place sees: (N, C, k…, …)
    columns = as_columns(patches, groups)  # im2col: one column for each place
    filters = weight.reshape(groups, len(weight) // groups, columns.shape[2])  # one row each
    products = filters @ columns  # every filter on every patch: one matrix product
    output = products.reshape(len(x), len(weight), *patches.shape[weight.ndim :])  # in its places
    if bias is not None:
        output = output + bias.reshape(-1, *[1] * (weight.ndim - 2))  # one bias for each filter
    return output


def _convolution_grad(
    grad_output: Array,
    input: Array,
    weight: Array,
    bias: Array | None,
    *,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> dict[str, Any]:
    border = conv_border(padding, weight.shape[2:], dilation)  # zeros before and after each axis
    x = framed(input, border)  # padded
    patches = windows(x, weight.shape[2:], stride, dilation)  # what each place saw
    columns = as_columns(patches, groups)  # im2col: one column for each place
    filters = weight.reshape(groups, len(weight) // groups, columns.shape[2])  # one row each
    g = grad_output.reshape(len(x), *filters.shape[:2], columns.shape[3])  # a row for each filter
    grad_filters = np.sum(g @ np.swapaxes(columns, 2, 3), axis=0)  # each filter: Σ of its patches
    grad_columns = np.swapaxes(filters, 1, 2) @ g  # each patch: Σ of its filters
    grad_patches = grad_columns.reshape(patches.shape)  # col2im: back in their places
    grad_x = overlap_add(grad_patches, x.shape[2:], stride, dilation)  # overlapping patches add up
    grad_input = unframed(grad_x, border)  # what fell on the border is lost
    grad_weight = grad_filters.reshape(weight.shape)  # rows back to filters
    if bias is None:
        return {"input": grad_input, "weight": grad_weight}
    grad_bias = np.sum(grad_output, axis=(0, *range(2, weight.ndim)))  # it was added everywhere
    return {"input": grad_input, "weight": grad_weight, "bias": grad_bias}


conv1d = op(
    name="conv1d",
    shapes="input(N,C,L), weight(O,I,k), bias(O) -> (N,O,L')",
    formula=r"y_{o}(i) = b_o + \sum_{c} \sum_{u} w_{o c}(u)\, x_{c}(s\,i + d\,u - p)",
    paper=Paper(
        "LeCun et al.", 1989, "Backpropagation Applied to Handwritten Zip Code Recognition"
    ),
    example={
        "input": [[[1.0, 2.0, 4.0, 8.0]]],
        "weight": [[[1.0, 0.0, -1.0]]],
        "bias": [0.5],
        "padding": 1,
    },
    pitfall="The filter is not flipped; and 'same' with an even kernel pads one more on the right.",
    fault=_conv_fault,
    output=_conv_output,
)(_convolution)
conv1d.gradient(_convolution_grad)

conv2d = op(
    name="conv2d",
    shapes="input(N,C,H,W), weight(O,I,k,l), bias(O) -> (N,O,H',W')",
    formula=_FORMULA,
    paper=Paper(
        "LeCun, Bottou, Bengio and Haffner", 1998,
        "Gradient-Based Learning Applied to Document Recognition",
    ),
    example={
        "input": [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]]],
        "weight": [[[[1.0, 0.0], [0.0, -1.0]]]],
        "bias": [0.5],
    },
    pitfall="The size is rounded down, so the stride may never reach the last rows, and their "
    "gradient is 0; with groups the weight has C/groups channels, not C.",
    fault=_conv_fault,
    output=_conv_output,
)(_convolution)  # fmt: skip
conv2d.gradient(_convolution_grad)

conv3d = op(
    name="conv3d",
    shapes="input(N,C,D,H,W), weight(O,I,k,l,m), bias(O) -> (N,O,D',H',W')",
    formula=r"y_{o}(i) = b_o + \sum_{c} \sum_{u} w_{o c}(u)\, x_{c}(s\,i + d\,u - p), "
    r"\quad i, u \in \mathbb{Z}^3",
    paper=Paper(
        "Tran, Bourdev, Fergus, Torresani and Paluri", 2015,
        "Learning Spatiotemporal Features with 3D Convolutional Networks",
    ),
    example={
        "input": [[[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 9.0]]]]],
        "weight": [[[[[-1.0]], [[1.0]]]]],
        "bias": [0.5],
    },
    pitfall="The axes are (depth or time, height, width), and the cost grows with the cube of the "
    "kernel.",
    fault=_conv_fault,
    output=_conv_output,
)(_convolution)  # fmt: skip
conv3d.gradient(_convolution_grad)


def _separable_fault(input: Any, depthwise_weight: Any, stride: Any, padding: Any, **_: Any) -> str:
    return _conv_fault(input, depthwise_weight, stride, padding, 1, input.shape[1])


def _separable_output(
    input: Any, depthwise_weight: Any, pointwise_weight: Any, stride: Any, padding: Any
) -> tuple[int, ...]:
    places = _conv_output(input, depthwise_weight, stride, padding, 1)[2:]
    return (len(input), len(pointwise_weight), *places)


@op(
    shapes="input(N,C,H,W), depthwise_weight(C,1,k,l), pointwise_weight(O,C,1,1) -> (N,O,H',W')",
    formula=r"y_o(i, j) = \sum_{c} a_{oc} \sum_{u, v} w_{c}(u, v)\, "
    r"x_{c}(s\,i + u - p,\ s\,j + v - p)",
    paper=Paper(
        "Howard et al.", 2017,
        "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
    ),
    example={
        "input": [[[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [1.0, 0.0]]]],
        "depthwise_weight": [[[[1.0, -1.0]]], [[[0.5, 0.5]]]],
        "pointwise_weight": [[[[1.0]], [[2.0]]]],
    },
    pitfall="The depthwise weight is (C, 1, k, k): the channel axis of 1 is what makes it one "
    "filter for each channel; the saving is 1/C_out + 1/k².",
    fault=_separable_fault,
    output=_separable_output,
)  # fmt: skip
def depthwise_separable_conv2d(
    input: Array,
    depthwise_weight: Array,
    pointwise_weight: Array,
    *,
    stride: Size = 1,
    padding: Padding = 0,
) -> Any:
    """Splits a convolution in two: filter each channel on its own, then mix the channels with a
    1×1 convolution: almost the same job for a fraction of the multiplications."""
    options = {"stride": stride, "padding": padding, "groups": input.shape[1]}  # channels apart
    filtered = conv2d(input, depthwise_weight, **options)  # depthwise: each channel on its own
    return conv2d(filtered, pointwise_weight)


@depthwise_separable_conv2d.gradient
def depthwise_separable_conv2d_grad(
    grad_output: Array,
    input: Array,
    depthwise_weight: Array,
    pointwise_weight: Array,
    *,
    stride: Any,
    padding: Any,
) -> dict[str, Any]:
    options = {"stride": stride, "padding": padding, "groups": input.shape[1]}  # channels apart
    filtered = conv2d(input, depthwise_weight, **options)  # what the mixing saw
    mixing = conv2d.grad(filtered, pointwise_weight, grad_output=grad_output)  # through the 1×1
    filtering = conv2d.grad(
        input, depthwise_weight, grad_output=mixing["input"], **options
    )  # through the channel filters
    return {
        "input": filtering["input"],
        "depthwise_weight": filtering["weight"],
        "pointwise_weight": mixing["weight"],
    }
