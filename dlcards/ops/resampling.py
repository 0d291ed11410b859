"""Signals, images and volumes at another size.

Each cell of the result is a weighted mean of a few, and the weights factor over the axes: one
matrix (out, in) for each axis.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Flag, Positives, Size, op
from dlcards.ops._room import check_room
from dlcards.ops._taps import cubic, linear, weight_matrix
from dlcards.ops._windows import axes_fault, each_axis
from dlcards.ops.adaptive_pooling import along_axes, mean_bins

_RANKS = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}


def _interpolate_fault(
    input: Any, size: Any, scale_factor: Any, mode: str, align_corners: bool | None
) -> str:
    axes = input.ndim - 2
    if axes < 1 or min(input.shape[1:]) < 1:
        return f"input has shape {input.shape} (it takes (N, C, size of each axis))"
    if (size is None) == (scale_factor is None):
        return "size and scale_factor: one of the two is needed (it takes either, not both)"
    if size is not None and (fault := axes_fault(axes, size=size)):
        return fault
    if scale_factor is not None and scale_factor.size not in (1, axes):
        return f"scale_factor has {scale_factor.size} numbers (it takes 1 or {axes})"
    if _RANKS.get(mode, axes) != axes:
        return f"mode is {mode!r} (it takes {_RANKS[mode]} axes after the channels, not {axes})"
    if align_corners is not None and mode not in _RANKS:
        return f"align_corners is set (in mode {mode!r} there are no corners to align)"
    if min(_sizes(input, size, scale_factor)) < 1:
        return f"scale_factor is {scale_factor.tolist()} (nothing is left of {input.shape[2:]})"
    return ""


def _resized(input: Any, size: Any, scale_factor: Any, **_: Any) -> tuple[int, ...]:
    return (*input.shape[:2], *_sizes(input, size, scale_factor))


@op(
    shapes="input(N,C,*) -> (N,C,*size)",
    formula=r"y(i) = \sum_j h(s_i - j)\, x(j), \quad "
    r"s_i = \left(i + \tfrac{1}{2}\right) \frac{n}{o} - \tfrac{1}{2} "
    r"\ \text{ or, with corners aligned, } \ s_i = i\, \frac{n - 1}{o - 1}",
    example={"input": [[[[1.0, 3.0]]]], "size": [1, 4], "mode": "bilinear"},
    pitfall="By default pixels are squares with centres at ½ (half-pixel); align_corners=True "
    "makes them points. 'nearest' rounds down without the ½, 'nearest-exact' has it.",
    fault=_interpolate_fault,
    output=_resized,
)
def interpolate(
    input: Array,
    size: Size | None = None,
    scale_factor: Positives | None = None,
    *,
    mode: Literal[
        "nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area"
    ] = "nearest",
    align_corners: Flag | None = None,
) -> Any:
    """Resizes by reading the input between its cells: each output cell is a weighted mean of a
    few, and the weights factor over the axes."""
    matrices = _resizing(input, size, scale_factor, mode, align_corners)  # (out, in) of each axis
    return along_axes(input, matrices)


@interpolate.gradient
def interpolate_grad(
    grad_output: Array,
    input: Array,
    size: Any,
    scale_factor: Any,
    *,
    mode: str,
    align_corners: bool | None,
) -> dict[str, Any]:
    matrices = _resizing(input, size, scale_factor, mode, align_corners)  # (out, in) of each axis
    back = [matrix.T for matrix in matrices]  # each cell gets back what it gave
    return {"input": along_axes(grad_output, back)}


def _resizing(
    input: Any, size: Any, scale_factor: Any, mode: str, align_corners: bool | None
) -> list[Any]:
    """Return the weights (out, in) along each axis."""
    sizes = _sizes(input, size, scale_factor)
    if mode == "area":
        return mean_bins(input.shape[2:], sizes)
    steps = [n / out for n, out in zip(input.shape[2:], sizes, strict=True)]
    if scale_factor is not None:
        steps = (1 / np.broadcast_to(scale_factor, len(sizes))).tolist()  # as asked, not as rounded
    axes = zip(input.shape[2:], sizes, steps, strict=True)
    return [_axis_weights(n, out, step, mode, bool(align_corners)) for n, out, step in axes]


def _sizes(input: Any, size: Any, scale_factor: Any) -> tuple[int, ...]:
    if scale_factor is None:
        return each_axis(size, input.ndim - 2)
    return tuple(np.floor(input.shape[2:] * scale_factor).astype(int).tolist())


def _axis_weights(n: int, out: int, step: float, mode: str, align_corners: bool) -> Any:
    """Return what each of `out` places takes from each of `n` cells, `step` apart."""
    check_room((out, n))
    order = np.arange(out)
    if mode.startswith("nearest"):
        nearest = _nearest(n, out, step, 0.5 if mode == "nearest-exact" else 0.0)
        return weight_matrix(nearest[:, None], np.ones((out, 1)), n)
    if align_corners:
        step = (n - 1) / (out - 1) if out > 1 else 0.0
    places = order * step if align_corners else (order + 0.5) * step - 0.5
    if mode == "bicubic":
        cells, weights, _ = cubic(places)
    else:
        cells, weights, _ = linear(order if n == out else np.maximum(places, 0))
    return weight_matrix(cells, weights, n)


def _nearest(n: int, out: int, step: float, centre: float) -> Any:
    """Return the cell that each place reads, rounded down."""
    places = (np.arange(out) + centre) * step
    # Rounded to single precision, as in PyTorch: 12.999… at the edge of a cell is in cell 13.
    return np.minimum(np.floor(places.astype(np.float32)).astype(int), n - 1)
