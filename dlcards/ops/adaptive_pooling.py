"""Pooling to a given size, whatever the size of the input.

The bins of n cells are floor(i·n/o) … ceil((i+1)·n/o) for i < o: they may overlap and differ in
length. The bodies do not depend on the number of axes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Size, op
from dlcards.ops._room import check_room
from dlcards.ops._windows import axes_fault, each_axis


def _adaptive_fault(input: Any, output_size: Any) -> str:
    if min(input.shape[2:], default=1) < 1:
        return f"input has shape {input.shape} (it takes at least one cell along each axis)"
    return axes_fault(input.ndim - 2, output_size=output_size)


def _adaptive_output(input: Any, output_size: Any) -> tuple[int, ...]:
    return (*input.shape[:2], *each_axis(output_size, input.ndim - 2))


def _adaptive_avg_pool(input: Array, output_size: Size) -> Any:
    """The mean of each bin, with bins cut so that there are as many as asked for: any image comes
    out at the size that the dense layer needs."""
    averages = mean_bins(input.shape[2:], output_size)  # for each axis: which cells make which bin
    return along_axes(input, averages)


def _adaptive_avg_pool_grad(grad_output: Array, input: Array, output_size: Any) -> dict[str, Any]:
    averages = mean_bins(input.shape[2:], output_size)  # for each axis: which cells made which bin
    shares = [matrix.T for matrix in averages]  # each bin shares out what reaches it
    return {"input": along_axes(grad_output, shares)}


def _adaptive_max_pool(input: Array, output_size: Size) -> Any:
    """The maximum of each bin, with bins cut so that there are as many as asked for."""
    cells = _bin_cells(input.shape[2:], output_size)  # the places in each bin: (bins…, cells)
    planes = input.reshape(*input.shape[:2], math.prod(input.shape[2:]))  # each plane as a row
    return np.max(planes[:, :, cells], axis=-1)


def _adaptive_max_pool_grad(grad_output: Array, input: Array, output_size: Any) -> dict[str, Any]:
    cells = _bin_cells(input.shape[2:], output_size)  # the places in each bin: (bins…, cells)
    planes = input.reshape(-1, math.prod(input.shape[2:]))  # each plane as a row
    winner = np.argmax(planes[:, cells], axis=-1)  # of equals, the first
    place = np.take_along_axis(cells[None], winner[..., None], axis=-1)[..., 0]  # in its plane
    row = np.arange(len(planes)).reshape(-1, *[1] * (input.ndim - 2))  # which plane
    grad = np.zeros(planes.shape)  # losers get nothing
    np.add.at(grad, (row, place), grad_output.reshape(place.shape))
    return {"input": grad.reshape(input.shape)}


def along_axes(x: Any, matrices: list[Any]) -> Any:
    """Apply a matrix (out, in) to each axis after batch and channel."""
    for axis, matrix in enumerate(matrices, start=2):
        x = np.moveaxis(np.tensordot(x, matrix, axes=(axis, 1)), -1, axis)
    return x


def mean_bins(size: tuple[int, ...], output_size: Any) -> list[Any]:
    """Return for each axis the matrix (bins, cells) that takes the mean of each bin."""
    matrices = []
    for n, out in zip(size, each_axis(output_size, len(size)), strict=True):
        check_room((out, n))
        first, end = _bins(n, out)
        order = np.arange(n)
        inside = (order >= first[:, None]) & (order < end[:, None])
        matrices.append(inside / (end - first)[:, None])
    return matrices


def _bins(n: int, out: int) -> tuple[Any, Any]:
    """Return where each bin begins and ends."""
    bins = np.arange(out)
    return bins * n // out, -(-(bins + 1) * n // out)


def _bin_cells(size: tuple[int, ...], output_size: Any) -> Any:
    """Return the places of each bin's cells in the plane, row-major; short bins repeat a cell."""
    rank, axes = len(size), []
    for axis, (n, out) in enumerate(zip(size, each_axis(output_size, rank), strict=True)):
        first, end = _bins(n, out)
        steps = np.arange(np.max(end - first))
        cells = np.minimum(first[:, None] + steps, end[:, None] - 1)  # the last one, again
        own = [1] * (2 * rank)
        own[axis], own[rank + axis] = cells.shape
        axes.append(cells.reshape(own))
    check_room([max(sizes) for sizes in zip(*(cells.shape for cells in axes), strict=True)])
    places = np.ravel_multi_index(tuple(np.broadcast_arrays(*axes)), size)
    return places.reshape(*places.shape[:rank], -1)


_PITFALL = (
    "The bins are floor(i·n/o) to ceil((i+1)·n/o): they overlap and differ in length where o does "
    "not divide n, so it is no pooling with a fixed kernel and stride."
)

adaptive_avg_pool1d = op(
    name="adaptive_avg_pool1d",
    shapes="input(N,C,L) -> (N,C,L')",
    formula=r"y(i) = \frac{1}{b_i - a_i} \sum_{j = a_i}^{b_i - 1} x(j), "
    r"\quad a_i = \left\lfloor \frac{i\,n}{o} \right\rfloor, "
    r"\ b_i = \left\lceil \frac{(i + 1)\,n}{o} \right\rceil",
    example={"input": [[[1.0, 3.0, 2.0, 5.0, 4.0]]], "output_size": 3},
    pitfall=_PITFALL,
    fault=_adaptive_fault,
    output=_adaptive_output,
)(_adaptive_avg_pool)
adaptive_avg_pool1d.gradient(_adaptive_avg_pool_grad)

adaptive_avg_pool2d = op(
    name="adaptive_avg_pool2d",
    shapes="input(N,C,H,W) -> (N,C,H',W')",
    formula=r"y(i, j) = \text{mean of } x \text{ over } [a_i, b_i) \times [a_j, b_j), "
    r"\quad a_i = \left\lfloor \frac{i\,n}{o} \right\rfloor, "
    r"\ b_i = \left\lceil \frac{(i + 1)\,n}{o} \right\rceil",
    example={
        "input": [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]],
        "output_size": 2,
    },
    pitfall=_PITFALL,
    fault=_adaptive_fault,
    output=_adaptive_output,
)(_adaptive_avg_pool)
adaptive_avg_pool2d.gradient(_adaptive_avg_pool_grad)

adaptive_max_pool1d = op(
    name="adaptive_max_pool1d",
    shapes="input(N,C,L) -> (N,C,L')",
    formula=r"y(i) = \max_{a_i \le j < b_i} x(j), "
    r"\quad a_i = \left\lfloor \frac{i\,n}{o} \right\rfloor, "
    r"\ b_i = \left\lceil \frac{(i + 1)\,n}{o} \right\rceil",
    example={"input": [[[1.0, 3.0, 2.0, 5.0, 4.0]]], "output_size": 3},
    pitfall="Bins overlap where the output does not divide the input, so one cell may win twice "
    "and get both gradients.",
    fault=_adaptive_fault,
    output=_adaptive_output,
)(_adaptive_max_pool)
adaptive_max_pool1d.gradient(_adaptive_max_pool_grad)

adaptive_max_pool2d = op(
    name="adaptive_max_pool2d",
    shapes="input(N,C,H,W) -> (N,C,H',W')",
    formula=r"y(i, j) = \max_{[a_i, b_i) \times [a_j, b_j)} x, "
    r"\quad a_i = \left\lfloor \frac{i\,n}{o} \right\rfloor, "
    r"\ b_i = \left\lceil \frac{(i + 1)\,n}{o} \right\rceil",
    example={
        "input": [[[[1.0, 2.0, 3.0], [4.0, 9.0, 6.0], [7.0, 8.0, 5.0]]]],
        "output_size": [2, 1],
    },
    pitfall="Bins overlap where the output does not divide the input, so one cell may win twice "
    "and get both gradients.",
    fault=_adaptive_fault,
    output=_adaptive_output,
)(_adaptive_max_pool)
adaptive_max_pool2d.gradient(_adaptive_max_pool_grad)
