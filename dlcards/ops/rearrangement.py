"""Layers that only move numbers: between patches and columns, between channels and space."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Count, Extent, Paper, Size, op
from dlcards.ops._windows import (
    axes_fault,
    conv_border,
    each_axis,
    framed,
    overlap_add,
    unframed,
    window_fault,
    windows,
)

_SHI = Paper(
    "Shi et al.", 2016,
    "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional "
    "Neural Network",
)  # fmt: skip


def _unfold_fault(
    input: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any, **_: Any
) -> str:
    sizes = {"kernel_size": kernel_size, "dilation": dilation, "padding": padding, "stride": stride}
    if fault := axes_fault(2, **sizes):
        return fault
    return window_fault(input, conv_border(padding, (1, 1), 1), kernel_size, dilation)


def _unfold_output(
    input: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> tuple[int, ...]:
    places = _places(input.shape[2:], kernel_size, dilation, padding, stride)
    cells = math.prod(each_axis(kernel_size, 2))
    return (len(input), input.shape[1] * cells, math.prod(places))


@op(
    shapes="input(N,C,H,W) -> (N,C·k²,L)",
    formula=r"y_{(c, u, v),\, (i, j)} = x_c(s\,i + d\,u - p,\ s\,j + d\,v - p)",
    example={
        "input": [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]],
        "kernel_size": 2,
    },
    pitfall="A column holds all cells of channel 0, then all of channel 1: channels are the slow "
    "axis, as in a flattened filter.",
    fault=_unfold_fault,
    output=_unfold_output,
)
def unfold(
    input: Array,
    kernel_size: Size,
    *,
    dilation: Size = 1,
    padding: Extent = 0,
    stride: Size = 1,
) -> Any:
    """im2col: copies what each window sees into a column, so that a convolution becomes one
    matrix product."""
    kernel = each_axis(kernel_size, 2)  # height and width of a window
    x = framed(input, conv_border(padding, kernel, dilation))  # padded with zeros
    patches = windows(x, kernel, stride, dilation)  # what each place sees: (N, C, k, k, H', W')
    (n, c, k, l, high, wide) = patches.shape  # images, channels, window, places
    return patches.reshape(n, c * k * l, high * wide)


@unfold.gradient
def unfold_grad(
    grad_output: Array,
    input: Array,
    kernel_size: Any,
    *,
    dilation: Any,
    padding: Any,
    stride: Any,
) -> dict[str, Any]:
    size = input.shape[2:]  # of the image
    added = fold.function(
        grad_output, size, kernel_size, dilation=dilation, padding=padding, stride=stride
    )  # a cell was copied once for each window that saw it: the copies add up
    return {"input": added}


def _places(size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> list[int]:
    """Return how many windows fit along each axis."""
    axes = zip(
        *(each_axis(n, 2) for n in (size, kernel_size, dilation, padding, stride)), strict=True
    )
    return [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in axes]


def _fold_fault(
    input: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> str:
    sizes = {
        "output_size": output_size, "kernel_size": kernel_size,
        "dilation": dilation, "padding": padding, "stride": stride,
    }  # fmt: skip
    if fault := axes_fault(2, **sizes):
        return fault
    high, wide = each_axis(kernel_size, 2)
    if input.shape[1] % (high * wide):
        return f"input has {input.shape[1]} rows (it takes a multiple of the {high * wide} cells)"
    rows, columns = _places(output_size, kernel_size, dilation, padding, stride)
    if min(rows, columns) < 1 or rows * columns != input.shape[2]:
        fit = max(rows, 0) * max(columns, 0)
        return f"input has {input.shape[2]} columns (it takes the {fit} windows that fit)"
    return ""


@op(
    shapes="input(N,K,L) -> (N,C,H,W)",
    formula=r"x_c(a, b) = \sum_{s i + d u - p = a} \ \sum_{s j + d v - p = b} y_{(c, u, v),\, (i, j)}",
    example={
        "input": [[[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]],
        "output_size": [2, 3],
        "kernel_size": 2,
    },
    pitfall="Overlaps are summed, so fold(unfold(x)) is x times the number of windows that see "
    "each cell, not x.",
    fault=_fold_fault,
)
def fold(
    input: Array,
    output_size: Size,
    kernel_size: Size,
    *,
    dilation: Size = 1,
    padding: Extent = 0,
    stride: Size = 1,
) -> Any:
    """col2im: puts columns back where their windows were and adds where they overlap: the
    transpose of unfold, not its inverse."""
    kernel, size = each_axis(kernel_size, 2), each_axis(output_size, 2)  # height and width
    border = conv_border(padding, kernel, dilation)  # cells around the image
    places = _places(size, kernel, dilation, padding, stride)  # windows along each axis
    channels = input.shape[1] // (kernel[0] * kernel[1])  # of the image
    patches = input.reshape(len(input), channels, *kernel, *places)  # columns as windows
    full = [n + before + after for n, (before, after) in zip(size, border, strict=True)]  # padded
    return unframed(overlap_add(patches, full, stride, dilation), border)


@fold.gradient
def fold_grad(
    grad_output: Array, kernel_size: Any, *, dilation: Any, padding: Any, stride: Any, **_: Any
) -> dict[str, Any]:
    copied = unfold.function(
        grad_output, kernel_size, dilation=dilation, padding=padding, stride=stride
    )  # every copy of a cell has the gradient of the cell
    return {"input": copied}


def _shuffle_fault(input: Any, upscale_factor: int) -> str:
    channels, cells = input.shape[1], upscale_factor**2
    return (
        f"input has {channels} channels (it takes a multiple of {cells})"
        if channels % cells
        else ""
    )


@op(
    shapes="input(N,C,H,W) -> (N,C/r²,rH,rW)",
    formula=r"y_c(r\,i + u,\ r\,j + v) = x_{c r^2 + u r + v}(i, j)",
    paper=_SHI,
    example={
        "input": [[[[1.0, 5.0]], [[2.0, 6.0]], [[3.0, 7.0]], [[4.0, 8.0]]]],
        "upscale_factor": 2,
    },
    pitfall="The r² cells of a pixel are neighbouring channels, with the output channel as the "
    "slow axis (CRD); TensorFlow's depth_to_space has it as the fast one (DCR).",
    fault=_shuffle_fault,
)
def pixel_shuffle(input: Array, upscale_factor: Count) -> Any:
    """Spends r² channels on an image r times larger: upsampling with learned weights at the cost
    of a small convolution."""
    r = upscale_factor  # along each side
    (n, c, h, w) = input.shape  # images, channels, height, width
    cells = input.reshape(n, c // r**2, r, r, h, w)  # each channel as r × r cells
    placed = cells.transpose(0, 1, 4, 2, 5, 3)  # (n, c, h, r, w, r): cells beside their pixel
    return placed.reshape(n, c // r**2, h * r, w * r)


@pixel_shuffle.gradient
def pixel_shuffle_grad(grad_output: Array, upscale_factor: int, **_: Any) -> dict[str, Any]:
    back = pixel_unshuffle.function(grad_output, upscale_factor)  # a permutation: the inverse
    return {"input": back}


def _unshuffle_fault(input: Any, downscale_factor: int) -> str:
    high, wide = input.shape[2:]
    if high % downscale_factor or wide % downscale_factor:
        return f"input is {high} by {wide} (it takes multiples of {downscale_factor})"
    return ""


@op(
    shapes="input(N,C,H,W) -> (N,C·r²,H/r,W/r)",
    formula=r"y_{c r^2 + u r + v}(i, j) = x_c(r\,i + u,\ r\,j + v)",
    paper=_SHI,
    example={
        "input": [[[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]],
        "downscale_factor": 2,
    },
    pitfall="It loses nothing: the resolution is moved into the channels, r² times as many.",
    fault=_unshuffle_fault,
)
def pixel_unshuffle(input: Array, downscale_factor: Count) -> Any:
    """Folds each r × r block of pixels into r² channels: a downsampling without loss, the inverse
    of pixel_shuffle."""
    r = downscale_factor  # along each side
    (n, c, h, w) = input.shape  # images, channels, height, width
    blocks = input.reshape(n, c, h // r, r, w // r, r)  # each r × r block
    stacked = blocks.transpose(0, 1, 3, 5, 2, 4)  # (n, c, r, r, h, w): its cells beside the channel
    return stacked.reshape(n, c * r**2, h // r, w // r)


@pixel_unshuffle.gradient
def pixel_unshuffle_grad(grad_output: Array, downscale_factor: int, **_: Any) -> dict[str, Any]:
    back = pixel_shuffle.function(grad_output, downscale_factor)  # a permutation: the inverse
    return {"input": back}


def _groups_fault(input: Any, groups: int) -> str:
    channels = input.shape[1]
    return (
        f"groups is {groups} (it must divide the {channels} channels)" if channels % groups else ""
    )


@op(
    shapes="input(N,C,H,W) -> (N,C,H,W)",
    formula=r"y_{j g + i} = x_{i n + j}, \quad 0 \le i < g,\ 0 \le j < n = C / g",
    paper=Paper(
        "Zhang, Zhou, Lin and Sun", 2018,
        "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices",
    ),
    example={"input": [[[[0.0]], [[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]]]], "groups": 2},
    pitfall="It is a transpose, not a random shuffle: doing it again with the same groups does "
    "not undo it unless C is groups².",
    fault=_groups_fault,
)  # fmt: skip
def channel_shuffle(input: Array, groups: Count) -> Any:
    """Deals the channels of each group out to all groups, so that stacked grouped convolutions
    do not stay strangers."""
    channels = input.shape[1]  # of all groups
    split = input.reshape(len(input), groups, channels // groups, *input.shape[2:])  # by group
    return np.swapaxes(split, 1, 2).reshape(input.shape)


@channel_shuffle.gradient
def channel_shuffle_grad(grad_output: Array, input: Array, groups: int) -> dict[str, Any]:
    back = channel_shuffle.function(grad_output, input.shape[1] // groups)  # the transpose back
    return {"input": back}
