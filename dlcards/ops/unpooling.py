"""Max pooling that remembers where the maxima were, and the way back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Extent, Flag, Indices, Paper, Size, index_fault, op
from dlcards.ops._windows import (
    axes_fault,
    each_axis,
    framed,
    pool_border,
    window_cells,
)
from dlcards.ops.pooling import max_pool2d, pool_output


def _pooled(**given: Any) -> dict[str, tuple[int, ...]]:
    return dict.fromkeys(("output", "indices"), pool_output(**given))


@op(
    shapes="input(N,C,H,W) -> output(N,C,H',W'), indices(N,C,H',W')",
    formula=r"y(i, j) = \max_{u, v}\ x(s\,i + u,\ s\,j + v), \quad "
    r"\text{indices} = \operatorname{argmax} \text{ as } W\,\text{row} + \text{column}",
    example={
        "input": [[[[1.0, 2.0, 5.0, 3.0], [4.0, 0.0, 1.0, 2.0]]]],
        "kernel_size": 2,
    },
    pitfall="An index counts the cells of one plane without its padding, row by row, and not the "
    "cells of the window.",
    fault=max_pool2d.fault,
    output=_pooled,
)
def max_pool2d_with_indices(
    input: Array,
    kernel_size: Size,
    *,
    stride: Size | None = None,
    padding: Extent = 0,
    dilation: Size = 1,
    ceil_mode: Flag = False,
) -> Any:
    """Max pooling that also says where in the plane each maximum was, for unpooling."""
    size = input.shape[2:]  # height and width
    stride = kernel_size if stride is None else stride  # windows side by side by default
    border = pool_border(size, kernel_size, stride, padding, dilation, ceil_mode)  # cells around it
    x = framed(input, border, -np.inf)  # padded with −∞, which never wins
    cells = window_cells(x, kernel_size, stride, dilation)  # of each window: (N, C, cells, places…)
    number = np.arange(size[0] * size[1], dtype=float).reshape(1, 1, *size)  # of each cell
    numbers = window_cells(framed(number, border), kernel_size, stride, dilation)  # as windows
    winner = np.argmax(cells, axis=2, keepdims=True)  # of equals, the first
    numbers = np.broadcast_to(numbers, cells.shape).astype(int)  # the same in every plane
    indices = np.take_along_axis(numbers, winner, axis=2)[:, :, 0]  # where each winner was
    return {"output": np.max(cells, axis=2), "indices": indices}


@max_pool2d_with_indices.gradient
def max_pool2d_with_indices_grad(
    grad_output: Any, input: Array, kernel_size: Any, **options: Any
) -> dict[str, Any]:
    g = grad_output["output"]  # the indices are whole numbers: they have no gradient
    return dict(max_pool2d.grad(input, kernel_size, grad_output=g, **options))


def _unpool_fault(
    input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> str:
    sizes = {
        "kernel_size": kernel_size, "stride": stride, "padding": padding, "output_size": output_size
    }  # fmt: skip
    if fault := axes_fault(2, **sizes):
        return fault
    high, wide = _unpooled(input, kernel_size, stride, padding, output_size)
    return index_fault(indices, max(high, 0) * max(wide, 0), "indices")


def _unpool_output(input: Any, indices: Any, **sizes: Any) -> tuple[int, ...]:  # noqa: ARG001
    return (*input.shape[:2], *_unpooled(input, **sizes))


@op(
    shapes="input(N,C,h,w), indices(N,C,h,w) -> (N,C,H,W)",
    formula=r"y(\text{indices}(i, j)) = x(i, j), \quad y = 0 \text{ elsewhere}",
    paper=Paper("Zeiler and Fergus", 2014, "Visualizing and Understanding Convolutional Networks"),
    example={"input": [[[[4.0, 5.0]]]], "indices": [[[[4, 2]]]], "kernel_size": 2},
    pitfall="It does not undo the pooling: what was not a maximum is 0. Where pooling rounded the "
    "size down, give output_size.",
    fault=_unpool_fault,
    output=_unpool_output,
)
def max_unpool2d(
    input: Array,
    indices: Indices,
    kernel_size: Size,
    *,
    stride: Size | None = None,
    padding: Extent = 0,
    output_size: Size | None = None,
) -> Any:
    """Puts each maximum back where it came from and zeros everywhere else: the switches of a
    deconvolutional network."""
    high, wide = _unpooled(input, kernel_size, stride, padding, output_size)  # of the plane
    (n, c, h, w) = input.shape  # images, channels, places
    planes = np.zeros((n, c, high * wide))  # zeros everywhere
    places = indices.reshape(n, c, h * w)  # where each maximum was
    np.put_along_axis(planes, places, input.reshape(places.shape), axis=2)
    return planes.reshape(n, c, high, wide)


@max_unpool2d.gradient
def max_unpool2d_grad(
    grad_output: Array, input: Array, indices: Indices, **_: Any
) -> dict[str, Any]:
    (n, c, h, w) = input.shape  # images, channels, places
    planes = grad_output.reshape(n, c, math.prod(grad_output.shape[2:]))  # each plane as a row
    places = indices.reshape(n, c, h * w)  # where each maximum went
    grad = np.take_along_axis(planes, places, axis=2)  # read back from there
    return {"input": grad.reshape(input.shape)}


def _unpooled(
    input: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> tuple[int, int]:
    """Return height and width: as asked for, or the least that the windows cover."""
    if output_size is not None:
        high, wide = each_axis(output_size, 2)
        return high, wide
    stride = kernel_size if stride is None else stride
    axes = zip(
        input.shape[2:], *(each_axis(n, 2) for n in (kernel_size, stride, padding)), strict=True
    )
    high, wide = ((n - 1) * s - 2 * p + k for n, k, s, p in axes)
    return high, wide
