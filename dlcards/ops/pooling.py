"""Pooling: one number for each window, its maximum or its mean.

The bodies do not depend on the number of axes: one function serves signals, images and volumes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Count, Extent, Flag, Paper, Size, op
from dlcards.ops._room import check_room
from dlcards.ops._windows import (
    add_cells,
    axes_fault,
    each_axis,
    framed,
    places_of,
    pool_border,
    unframed,
    window_cells,
    window_fault,
)

if TYPE_CHECKING:
    from dlcards.ops._windows import Border


def _pool_fault(
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    dilation: Any = 1,
    **_: Any,
) -> str:
    axes = input.ndim - 2
    sizes = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    if fault := axes_fault(axes, **sizes):
        return fault
    kernel, around, gaps = (each_axis(n, axes) for n in (kernel_size, padding, dilation))
    if any(2 * p > d * (k - 1) + 1 for k, p, d in zip(kernel, around, gaps, strict=True)):
        return f"padding is {padding} (it takes at most half of the window)"
    stride = kernel_size if stride is None else stride
    border = _border(input, kernel_size, stride, padding, dilation, ceil_mode)
    return window_fault(input, border, kernel_size, dilation)


def pool_output(
    input: Any, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, **rest: Any
) -> tuple[int, ...]:
    """Return the shape that pooling makes of its input."""
    stride, dilation = kernel_size if stride is None else stride, rest.get("dilation", 1)
    border = _border(input, kernel_size, stride, padding, dilation, ceil_mode)
    places = places_of(input.shape[2:], border, kernel_size, stride, dilation)
    cells = each_axis(kernel_size, len(places))
    check_room((*input.shape[:2], *cells, *places), given=input.size)
    return (*input.shape[:2], *places)


def _max_pool(
    input: Array,
    kernel_size: Size,
    *,
    stride: Size | None = None,
    padding: Extent = 0,
    dilation: Size = 1,
    ceil_mode: Flag = False,
) -> Any:
    """Keeps the strongest answer in each window and forgets where in it that was: a little
    shift of the input changes nothing, and the gradient goes to the winner alone."""
    stride = kernel_size if stride is None else stride  # windows side by side by default
    border = _border(input, kernel_size, stride, padding, dilation, ceil_mode)  # cells around it
    x = framed(input, border, -np.inf)  # padded with −∞, which never wins
    cells = window_cells(x, kernel_size, stride, dilation)  # of each window: (N, C, cells, places…)
    return np.max(cells, axis=2)


def _max_pool_grad(
    grad_output: Array,
    input: Array,
    kernel_size: Any,
    *,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> dict[str, Any]:
    stride = kernel_size if stride is None else stride  # windows side by side by default
    border = _border(input, kernel_size, stride, padding, dilation, ceil_mode)  # cells around it
    x = framed(input, border, -np.inf)  # padded with −∞
    cells = window_cells(x, kernel_size, stride, dilation)  # of each window: (N, C, cells, places…)
    winner = np.argmax(cells, axis=2, keepdims=True)  # of equals, the first
    order = np.arange(cells.shape[2]).reshape(-1, *[1] * (input.ndim - 2))  # number of each cell
    parts = np.where(order == winner, grad_output[:, :, None], 0)  # the winner takes all
    grad_x = add_cells(parts, x.shape[2:], kernel_size, stride, dilation)  # overlaps add up
    return {"input": unframed(grad_x, border)}


def _avg_pool(
    input: Array,
    kernel_size: Size,
    *,
    stride: Size | None = None,
    padding: Extent = 0,
    ceil_mode: Flag = False,
    count_include_pad: Flag = True,
    divisor_override: Count | None = None,
) -> Any:
    """Replaces each window by its mean: a fixed low-pass filter that shares its gradient equally
    among all cells."""
    stride = kernel_size if stride is None else stride  # windows side by side by default
    border = _border(input, kernel_size, stride, padding, 1, ceil_mode)  # cells around it
    x = framed(input, border)  # padded with zeros
    total = np.sum(window_cells(x, kernel_size, stride, 1), axis=2)  # sum of each window
    counted = _counted(input, border, padding, count_include_pad)  # 1 for each cell that counts
    count = np.sum(window_cells(counted, kernel_size, stride, 1), axis=2)  # how many in each
    return total / (divisor_override or count)


def _avg_pool_grad(
    grad_output: Array,
    input: Array,
    kernel_size: Any,
    *,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> dict[str, Any]:
    stride = kernel_size if stride is None else stride  # windows side by side by default
    border = _border(input, kernel_size, stride, padding, 1, ceil_mode)  # cells around it
    counted = _counted(input, border, padding, count_include_pad)  # 1 for each cell that counts
    cells = window_cells(counted, kernel_size, stride, 1)  # of each window
    count = np.sum(cells, axis=2)  # how many count in each
    share = grad_output / (divisor_override or count)  # of each cell of a window
    parts = np.repeat(share[:, :, None], cells.shape[2], axis=2)  # the same for all its cells
    grad_x = add_cells(parts, counted.shape[2:], kernel_size, stride, 1)  # overlaps add up
    return {"input": unframed(grad_x, border)}


def _border(
    input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Border:
    return pool_border(input.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)


def _counted(input: Any, border: Border, padding: Any, count_include_pad: bool) -> Any:
    """Return 1 for each cell that a mean counts: the input, maybe its padding, never an overhang."""
    around = [(p, p) for p in each_axis(padding, len(border))]
    overhang = [(0, after - p) for (_, after), (p, _) in zip(border, around, strict=True)]
    cells = framed(np.ones((1, 1, *input.shape[2:])), around, float(count_include_pad))
    return framed(cells, overhang)


_MAX_FORMULA = r"y(i, j) = \max_{u, v}\ x(s\,i + d\,u - p,\ s\,j + d\,v - p)"
_AVG_FORMULA = r"y(i, j) = \frac{1}{k^2} \sum_{u, v} x(s\,i + u - p,\ s\,j + v - p)"

max_pool1d = op(
    name="max_pool1d",
    shapes="input(N,C,L) -> (N,C,L')",
    formula=r"y(i) = \max_{u}\ x(s\,i + d\,u - p)",
    example={"input": [[[1.0, 3.0, 2.0, 5.0, 4.0, 0.0]]], "kernel_size": 2},
    pitfall="The stride defaults to the kernel size, not to 1.",
    fault=_pool_fault,
    output=pool_output,
)(_max_pool)
max_pool1d.gradient(_max_pool_grad)

max_pool2d = op(
    name="max_pool2d",
    shapes="input(N,C,H,W) -> (N,C,H',W')",
    formula=_MAX_FORMULA,
    example={
        "input": [[[[1.0, 2.0, 5.0, 3.0], [4.0, 0.0, 1.0, 2.0],
                    [7.0, 1.0, 0.0, 2.0], [3.0, 6.0, 8.0, 4.0]]]],
        "kernel_size": 2,
    },
    pitfall="The padding is −∞ and not 0, so negative inputs survive it; of equal maxima the "
    "first in row-major order takes the whole gradient.",
    fault=_pool_fault,
    output=pool_output,
)(_max_pool)  # fmt: skip
max_pool2d.gradient(_max_pool_grad)

max_pool3d = op(
    name="max_pool3d",
    shapes="input(N,C,D,H,W) -> (N,C,D',H',W')",
    formula=r"y(i) = \max_{u}\ x(s\,i + d\,u - p), \quad i, u \in \mathbb{Z}^3",
    example={
        "input": [[[[[1.0, 2.0], [4.0, 3.0]], [[8.0, 5.0], [6.0, 7.0]]]]],
        "kernel_size": [1, 2, 2],
    },
    pitfall="One number is the kernel of all three axes, time too; video nets often pool space "
    "first, with (1, 2, 2).",
    fault=_pool_fault,
    output=pool_output,
)(_max_pool)
max_pool3d.gradient(_max_pool_grad)

avg_pool1d = op(
    name="avg_pool1d",
    shapes="input(N,C,L) -> (N,C,L')",
    formula=r"y(i) = \frac{1}{k} \sum_{u} x(s\,i + u - p)",
    example={"input": [[[1.0, 3.0, 2.0, 5.0]]], "kernel_size": 2, "padding": 1},
    pitfall="The zeros of the padding count in the mean by default; ONNX leaves them out.",
    fault=_pool_fault,
    output=pool_output,
)(_avg_pool)
avg_pool1d.gradient(_avg_pool_grad)

avg_pool2d = op(
    name="avg_pool2d",
    shapes="input(N,C,H,W) -> (N,C,H',W')",
    formula=_AVG_FORMULA,
    example={
        "input": [[[[1.0, 2.0, 5.0, 3.0], [4.0, 1.0, 1.0, 3.0]]]],
        "kernel_size": 2,
    },
    pitfall="The zeros of the padding count in the mean by default; what a window hangs over the "
    "end in ceil_mode never does.",
    fault=_pool_fault,
    output=pool_output,
)(_avg_pool)
avg_pool2d.gradient(_avg_pool_grad)

avg_pool3d = op(
    name="avg_pool3d",
    shapes="input(N,C,D,H,W) -> (N,C,D',H',W')",
    formula=r"y(i) = \frac{1}{k^3} \sum_{u} x(s\,i + u - p), \quad i, u \in \mathbb{Z}^3",
    example={
        "input": [[[[[1.0, 2.0], [4.0, 3.0]], [[8.0, 5.0], [6.0, 7.0]]]]],
        "kernel_size": [2, 1, 2],
    },
    pitfall="A kernel of k is k³ cells, and the zeros of the padding count among them by default.",
    fault=_pool_fault,
    output=pool_output,
)(_avg_pool)
avg_pool3d.gradient(_avg_pool_grad)


@op(
    shapes="input(N,C,H,W) -> (N,C)",
    formula=r"y_c = \frac{1}{H W} \sum_{i, j} x_c(i, j)",
    paper=Paper("Lin, Chen and Yan", 2013, "Network in Network"),
    example={"input": [[[[1.0, 2.0], [3.0, 6.0]], [[0.0, 0.0], [0.0, 4.0]]]]},
    pitfall="It returns (N, C), with no 1×1 plane left to flatten.",
)
def global_avg_pool2d(input: Array) -> Any:
    """One mean for each channel: takes the place of the big dense layer at the end, works for
    any image size, and has nothing to learn."""
    cells = input.shape[2] * input.shape[3]  # in a plane
    return np.sum(input, axis=(2, 3)) / cells


@global_avg_pool2d.gradient
def global_avg_pool2d_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    cells = input.shape[2] * input.shape[3]  # in a plane
    share = (grad_output / cells)[:, :, None, None]  # the same for every cell
    return {"input": np.broadcast_to(share, input.shape)}


@op(
    shapes="input(N,C,H,W) -> (N,C)",
    formula=r"y_c = \max_{i, j} x_c(i, j)",
    example={"input": [[[[1.0, 2.0], [3.0, 6.0]], [[0.0, 0.0], [0.0, 4.0]]]]},
    pitfall="Equal maxima share the gradient here, as under amax; in max_pool2d the first takes "
    "it all.",
)
def global_max_pool2d(input: Array) -> Any:
    """The strongest answer of each channel, wherever it was: is the feature there at all?"""
    return np.max(input, axis=(2, 3))


@global_max_pool2d.gradient
def global_max_pool2d_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    best = np.max(input, axis=(2, 3), keepdims=True)  # of each plane
    winners = (input == best) / np.sum(input == best, axis=(2, 3), keepdims=True)  # equals share
    return {"input": grad_output[:, :, None, None] * winners}
