"""Which cells a place between cells reads along one axis, with what weights, and their slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcards.ops._room import check_room

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_A = -0.75  # slope of Keys' cubic at 1, as in OpenCV and PyTorch; others take −½


class Taps(NamedTuple):
    """The taps of each place on a last axis: cells, weights, and d weight / d place."""

    cells: Any
    weights: Any
    slopes: Any


def nearest(places: Any) -> Taps:
    """Read the nearest cell; half-way, the even one."""
    cell = np.rint(places)[..., None]
    return Taps(cell.astype(int), np.ones(cell.shape), np.zeros(cell.shape))


def linear(places: Any) -> Taps:
    """Read the two cells around a place."""
    cells, t = _around(places, 0, 2)
    left, right = t[..., 0], t[..., 1]
    one = np.ones(left.shape)
    return Taps(cells, np.stack([1 - left, 1 + right], -1), np.stack([-one, one], -1))


def cubic(places: Any) -> Taps:
    """Read the four cells around a place, by Keys' cubic convolution."""
    cells, t = _around(places, -1, 4)
    x = np.abs(t)
    inner = ((_A + 2) * x - (_A + 3)) * x**2 + 1
    outer = ((_A * x - 5 * _A) * x + 8 * _A) * x - 4 * _A
    inner_slope = (3 * (_A + 2) * x - 2 * (_A + 3)) * x
    outer_slope = (3 * _A * x - 10 * _A) * x + 8 * _A
    is_inner = np.array([False, True, True, False])
    sides = np.array([1.0, 1.0, -1.0, -1.0])  # a cell to the left gets farther as the place grows
    slopes = sides * np.where(is_inner, inner_slope, outer_slope)
    return Taps(cells, np.where(is_inner, inner, outer), slopes)


def weight_matrix(cells: Any, weights: Any, size: int) -> Any:
    """Return the weights as a matrix (places, size); what lies beyond the ends reads the end."""
    check_room((len(cells), size))
    matrix = np.zeros((len(cells), size))
    rows = np.arange(len(cells))[:, None]
    np.add.at(matrix, (rows, np.clip(cells, 0, size - 1)), weights)
    return matrix


def _around(places: Any, first: int, count: int) -> tuple[Any, Any]:
    """Return `count` cells from `first` on, and how far to the right of each the place is."""
    floor = np.floor(places)[..., None]
    cells = floor + np.arange(first, first + count)
    return cells.astype(int), places[..., None] - cells


TAPS: Mapping[str, Callable[[Any], Taps]] = {
    "nearest": nearest,
    "bilinear": linear,
    "bicubic": cubic,
}
