"""Sliding windows over the axes after batch and channel, for convolution and pooling of any rank."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dlcards.ops._room import check_room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Border: TypeAlias = list[tuple[int, int]]  # cells before and after, for each axis


def each_axis(value: Any, axes: int) -> tuple[int, ...]:
    """Spell a size out for each axis; one number, also in a tuple, stands for all."""
    sizes = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return sizes * axes if len(sizes) == 1 else sizes


def conv_border(padding: Any, kernel: Sequence[int], dilation: Any) -> Border:
    """Return the zeros that a convolution puts around its input; the odd one of 'same' is last."""
    if isinstance(padding, str):
        spare = [d * (k - 1) for k, d in zip(kernel, each_axis(dilation, len(kernel)), strict=True)]
        return [(n // 2, n - n // 2) if padding == "same" else (0, 0) for n in spare]
    return [(n, n) for n in each_axis(padding, len(kernel))]


def pool_border(
    size: Sequence[int], kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Border:
    """Return the cells that pooling puts around its input.

    With `ceil_mode` a last window may hang over the end, unless all it sees is padding.
    """
    border = []
    for n, k, s, p, d in _by_axis(size, kernel, stride, padding, dilation):
        room = n + 2 * p - d * (k - 1) - 1  # for the first cell of a window to move in
        missing = -room % s  # until one more window fits
        hangs_over = ceil_mode and room + missing < n + p
        border.append((p, p + missing if hangs_over else p))
    return border


def framed(input: Floats, border: Border, value: float = 0.0) -> Floats:
    """Put the border around the input; where there is none, it is the input itself."""
    if not any(map(any, border)):
        return input
    size = [n + before + after for n, (before, after) in _sides(input, border)]
    check_room((*input.shape[:2], *size), given=input.size)
    frame = np.full((*input.shape[:2], *size), value)
    frame[_inside(input.shape[2:], border)] = input
    return frame


def unframed(frame: Floats, border: Border) -> Floats:
    """Take the border off: the gradient of `framed`."""
    size = [n - before - after for n, (before, after) in _sides(frame, border)]
    content: Floats = frame[_inside(size, border)]
    return content


def places_of(
    size: Sequence[int], border: Border, kernel: Any, stride: Any, dilation: Any
) -> tuple[int, ...]:
    """Return how many windows there are along each axis."""
    sides = [n + before + after for n, (before, after) in zip(size, border, strict=True)]
    axes = _by_axis(sides, kernel, stride, dilation)
    return tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in axes)


def windows(x: Floats, kernel: Any, stride: Any, dilation: Any) -> Floats:
    """Return what each window sees: (N, C, *kernel, *places), a view without a copy."""
    axes = list(_by_axis(x.shape[2:], kernel, stride, dilation))
    places = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in axes]
    taps = [step * d for step, (_, _, _, d) in zip(x.strides[2:], axes, strict=True)]
    moves = [step * s for step, (_, _, s, _) in zip(x.strides[2:], axes, strict=True)]
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:2], *(k for _, k, _, _ in axes), *places),
        (*x.strides[:2], *taps, *moves),
        writeable=False,
    )


def overlap_add(parts: Floats, size: Sequence[int], stride: Any, dilation: Any) -> Floats:
    """Add (N, C, *kernel, *places) back to the cells that the windows saw: `windows` transposed."""
    axes = len(size)
    check_room((*parts.shape[:2], *size), given=parts.size)
    total = np.zeros((*parts.shape[:2], *size))
    kernel, places = parts.shape[2 : 2 + axes], parts.shape[2 + axes :]
    for tap in np.ndindex(*kernel):
        seen = tuple(
            slice(t * d, t * d + s * (n - 1) + 1, s)
            for t, n, s, d in _by_axis(tap, places, stride, dilation)
        )
        total[:, :, *seen] += parts[:, :, *tap]
    return total


def window_cells(x: Floats, kernel: Any, stride: Any, dilation: Any) -> Floats:
    """Return the cells of each window in row-major order: (N, C, cells, *places)."""
    patches = windows(x, each_axis(kernel, x.ndim - 2), stride, dilation)
    check_room(patches.shape, given=x.size)
    taps, places = patches.shape[2 : x.ndim], patches.shape[x.ndim :]
    return patches.reshape(*x.shape[:2], math.prod(taps), *places)


def add_cells(
    cells: Floats, size: Sequence[int], kernel: Any, stride: Any, dilation: Any
) -> Floats:
    """Add the cells of all windows back where they were seen: `window_cells` transposed."""
    taps, places = each_axis(kernel, len(size)), cells.shape[3:]
    return overlap_add(cells.reshape(*cells.shape[:2], *taps, *places), size, stride, dilation)


def as_columns(patches: Floats, groups: int) -> Floats:
    """im2col: lay (N, C, *kernel, *places) out as (groups, one column for each place)."""
    rank = (patches.ndim - 2) // 2
    count, channels = patches.shape[:2]
    rows = channels // groups * math.prod(patches.shape[2 : 2 + rank])
    return patches.reshape(count, groups, rows, math.prod(patches.shape[2 + rank :]))


def window_fault(input: Any, border: Border, kernel: Any, dilation: Any) -> str:
    """Return one sentence where a window is larger than the input with its border, or ''."""
    sides = (n + before + after for n, (before, after) in _sides(input, border))
    for n, k, d in _by_axis(list(sides), kernel, dilation):
        if d * (k - 1) + 1 > n:
            return f"a window of {d * (k - 1) + 1} does not fit (the input with padding has {n})"
    return ""


def axes_fault(axes: int, **sizes: Any) -> str:
    """Return one sentence on the first size that is not one number or one for each axis, or ''."""
    for name, value in sizes.items():
        if isinstance(value, tuple) and len(value) not in (1, axes):
            return f"{name} has {len(value)} numbers (it takes one, or one for each of {axes} axes)"
    return ""


def _by_axis(first: Sequence[int], *rest: Any) -> Any:
    return zip(first, *(each_axis(value, len(first)) for value in rest), strict=True)


def _sides(x: Floats, border: Border) -> Any:
    return zip(x.shape[2:], border, strict=True)


def _inside(size: Sequence[int], border: Border) -> Any:
    return (..., *(slice(b, b + n) for n, (b, _) in zip(size, border, strict=True)))
