"""Reads "input(N,C), target(N) -> ()" and says which argument does not fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

Dims: TypeAlias = tuple[str, ...]

_ARGUMENT = re.compile(r"(\w+)\(([^)]*)\)")


class Shapes:
    """The shapes of an op's arguments: a letter is one axis, `*` is any number of axes.

    The same letter, or the same starred name (`*`, `*d`), stands for the same size everywhere.
    `|` separates alternatives: "target(N|N,C)".
    """

    def __init__(self, text: str) -> None:
        self.text = text
        arguments, _, self.output = (part.strip() for part in text.partition("->"))
        self.arguments: dict[str, tuple[Dims, ...]] = {
            name: tuple(_dims(choice) for choice in choices.split("|"))
            for name, choices in _ARGUMENT.findall(arguments)
        }

    def __str__(self) -> str:
        return self.text

    def fault(self, values: Mapping[str, Any]) -> str:
        """Return one sentence on the first argument whose shape does not fit, or ''."""
        bound: dict[str, tuple[int, ...]] = {}
        for name, choices in self.arguments.items():
            if values.get(name) is None:
                continue
            shape = np.shape(values[name])
            fits = next(
                (b for dims in choices if (b := _bind(dims, shape, bound)) is not None), None
            )
            if fits is None:
                return f"{name} has shape {shape} (it takes {_needed(choices, bound)})"
            bound = fits
        return ""


def axis_fault(array: Any, axis: int | tuple[int, ...], name: str = "dim") -> str:
    """Return one sentence where `array` has no such axis, or names one twice, or ''."""
    axes = np.ndim(array)
    asked = np.atleast_1d(np.array(axis, dtype=int))
    if np.any((asked < -axes) | (asked >= axes)):
        return f"{name} is {axis} (it takes {-axes} to {axes - 1})"
    twice = len(np.unique(asked % max(axes, 1))) < asked.size
    return f"{name} is {axis} (it takes each axis once)" if twice else ""


def index_fault(indices: Any, size: int, name: str, ignore: int | None = None) -> str:
    """Return one sentence on the first index that is not from 0 to size - 1, or ''."""
    flat = np.ravel(indices)
    wrong = flat[((flat < 0) | (flat >= size)) & (flat != ignore)]
    return f"{name} holds {wrong[0]} (it takes 0 to {size - 1})" if wrong.size else ""


def _dims(text: str) -> Dims:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _bind(
    dims: Dims, shape: tuple[int, ...], bound: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]] | None:
    """Match a shape; returns the names with their sizes, or None."""
    stars = [i for i, dim in enumerate(dims) if dim.startswith("*")]
    star = stars[0] if stars else len(dims)
    tail = len(dims) - star - 1 if stars else 0
    if len(shape) < star + tail or (not stars and len(shape) != len(dims)):
        return None
    pieces: list[tuple[int, ...]] = [(n,) for n in shape[:star]]
    if stars:
        pieces += [shape[star : len(shape) - tail]]
        pieces += [(n,) for n in shape[len(shape) - tail :]]
    found = dict(bound)
    for dim, piece in zip(dims, pieces, strict=True):
        expected = (int(dim),) if dim.isdigit() else found.setdefault(dim, piece)
        if expected != piece:
            return None
    return found


def _needed(choices: tuple[Dims, ...], bound: Mapping[str, tuple[int, ...]]) -> str:
    def size(dim: str) -> str:
        known = bound.get(dim)
        return dim if known is None else ", ".join(map(str, known))

    def written(dims: Dims) -> str:
        inside = ", ".join(text for dim in dims if (text := size(dim)))
        return f"({inside},)" if "," not in inside and inside else f"({inside})"

    return " or ".join(written(dims) for dims in choices)
