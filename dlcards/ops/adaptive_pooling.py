"""Pooling to a given size, whatever the size of the input.

The bins of n cells are floor(i·n/o) … ceil((i+1)·n/o) for i < o: they may overlap and differ in
length. The bodies do not depend on the number of axes.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Size, op
from dlcards.ops._windows import axes_fault, each_axis


def _adaptive_fault(input: Any, output_size: Any) -> str:
    if min(input.shape[2:], default=1) < 1:
        return f"input has shape {input.shape} (it takes at least one cell along each axis)"
    return axes_fault(input.ndim - 2, output_size=output_size)


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
    planes = input.reshape(*input.shape[:2], -1)  # each plane as a row
    return np.max(planes[:, :, cells], axis=-1)


def _adaptive_max_pool_grad(grad_output: Array, input: Array, output_size: Any) -> dict[str, Any]:
    cells = _bin_cells(input.shape[2:], output_size)  # the places in each bin: (bins…, cells)
    planes = input.reshape(-1, cells.max() + 1)  # each plane as a row
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
    """Return the flat places of the cells of each bin, row-major; short bins repeat their last."""
    axes = []
    for n, out in zip(size, each_axis(output_size, len(size)), strict=True):
        first, end = _bins(n, out)
        steps = np.arange(np.max(end - first))
        axes.append(np.minimum(first[:, None] + steps, end[:, None] - 1))
    rank = len(axes)
    laid = [
        places.reshape(
            *(places.shape[part] if i == axis else 1 for part in (0, 1) for i in range(rank))
        )
        for axis, places in enumerate(axes)
    ]
    flat = reduce(lambda outer, inner: outer[0] * inner[1] + inner[0], _sized(laid, size))
    return flat
