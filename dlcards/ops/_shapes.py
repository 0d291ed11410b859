"""Reads "input(N,C), target(N) -> ()": which argument does not fit, what shape will come out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

Dims: TypeAlias = tuple[str, ...]
Bound: TypeAlias = dict[str, tuple[int, ...]]  # what each letter stands for

_ARGUMENT = re.compile(r"(\w+)\s*\(([^)]*)\)")


class Shapes:
    """The shapes of an op's arguments: a letter is one axis, `*` is any number of axes.

    The same letter, or the same starred name (`*`, `*d`), stands for the same size everywhere.
    `|` separates alternatives: "target(N|N,C)". Of the output, "() or (N)" is for reductions; the
    name of an argument is its value, and what is neither, such as `L'`, is not known beforehand.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        arguments, _, self.output = (part.strip() for part in text.partition("->"))
        self.arguments: dict[str, tuple[Dims, ...]] = {
            name: tuple(_dims(choice) for choice in choices.split("|"))
            for name, choices in _ARGUMENT.findall(arguments)
        }
        self._patterns = [
            (name, [_pattern(dims) for dims in choices]) for name, choices in self.arguments.items()
        ]
        choices = self.output.split(" or ")
        self._choices = [_dims(choice.strip("() ")) for choice in choices]
        only_names = not _ARGUMENT.sub("", self.output).strip(", ")
        named = _ARGUMENT.findall(self.output) if only_names else []
        self._outputs = {name: _dims(dims) for name, dims in named}

    def __str__(self) -> str:
        return self.text

    def fault(self, values: Mapping[str, Any]) -> str:
        """Return one sentence on the first argument whose shape does not fit, or ''."""
        return self.match(values)[0]

    def match(self, values: Mapping[str, Any]) -> tuple[str, Bound]:
        """Return the fault, or '', and what each letter stands for."""
        bound: Bound = {}
        for name, patterns in self._patterns:
            if (value := values.get(name)) is None:
                continue
            shape = value.shape if isinstance(value, np.ndarray) else np.shape(value)
            for pattern in patterns:
                trial = bound if len(patterns) == 1 else dict(bound)
                if pattern.binds(shape, trial):
                    bound = trial
                    break
            else:
                return self._misfit(name, shape, values), bound
        return "", bound

    def promised(self, bound: Bound, values: Mapping[str, Any]) -> Any:
        """Return the shape of the output, a mapping of several, or None where it is not said."""
        if self._outputs:
            shapes = {name: _sizes(dims, bound, values) for name, dims in self._outputs.items()}
            return None if None in shapes.values() else shapes
        if len(self._choices) == 1:
            return _sizes(self._choices[0], bound, values)
        if (reduction := values.get("reduction")) is None:
            return None
        return _sizes(self._choices[reduction == "none"], bound, values)

    def _misfit(self, name: str, shape: tuple[int, ...], values: Mapping[str, Any]) -> str:
        before = list(self.arguments)[: list(self.arguments).index(name)]
        _, bound = self.match({other: values.get(other) for other in before})
        return f"{name} has shape {shape} (it takes {_needed(self.arguments[name], bound)})"


class _Pattern(NamedTuple):
    """The axes before the star, the star ('' for none), the axes after it."""

    head: Dims
    star: str
    tail: Dims

    def binds(self, shape: tuple[int, ...], bound: Bound) -> bool:
        """Say whether a shape fits, and note in `bound` what the letters stand for."""
        if self == _ANY:
            return bound.setdefault("*", shape) == shape
        first, last = len(self.head), len(shape) - len(self.tail)
        if last < first or (not self.star and last > first):
            return False
        if self.star and bound.setdefault(self.star, shape[first:last]) != shape[first:last]:
            return False
        return _each(self.head, shape[:first], bound) and _each(self.tail, shape[last:], bound)


_ANY = _Pattern((), "*", ())


def _each(dims: Dims, sizes: tuple[int, ...], bound: Bound) -> bool:
    for dim, size in zip(dims, sizes, strict=True):
        if (dim != str(size)) if dim.isdigit() else (bound.setdefault(dim, (size,)) != (size,)):
            return False
    return True


def axis_fault(array: Any, axis: int | tuple[int, ...], name: str = "dim") -> str:
    """Return one sentence where `array` has no such axis, or names one twice, or ''."""
    axes = np.ndim(array)
    if isinstance(axis, int) and -axes <= axis < axes:
        return ""
    asked = np.atleast_1d(np.array(axis, dtype=int))
    if np.any((asked < -axes) | (asked >= axes)):
        return f"{name} is {axis} (it takes {-axes} to {axes - 1})"
    twice = len(np.unique(asked % max(axes, 1))) < asked.size
    return f"{name} is {axis} (it takes each axis once)" if twice else ""


def without_axis(shape: tuple[int, ...], axis: Any, *, keepdim: bool = False) -> tuple[int, ...]:
    """Return the shape that is left when an axis, or several, is summed over."""
    gone = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    if keepdim:
        return tuple(1 if i in gone else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in gone)


def index_fault(indices: Any, size: int, name: str, ignore: int | None = None) -> str:
    """Return one sentence on the first index that is not from 0 to size - 1, or ''."""
    flat = np.ravel(indices)
    if not flat.size or (flat.min() >= 0 and flat.max() < size):
        return ""
    wrong = flat[((flat < 0) | (flat >= size)) & (flat != ignore)]
    return f"{name} holds {wrong[0]} (it takes 0 to {size - 1})" if wrong.size else ""


def _dims(text: str) -> Dims:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pattern(dims: Dims) -> _Pattern:
    star = next((i for i, dim in enumerate(dims) if dim.startswith("*")), None)
    if star is None:
        return _Pattern(dims, "", ())
    return _Pattern(dims[:star], dims[star], dims[star + 1 :])


def _sizes(dims: Dims, bound: Bound, values: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return a shape, where each axis is a letter that is known, a number, or an argument."""
    sizes: tuple[int, ...] = ()
    for dim in dims:
        if dim in bound:
            sizes += bound[dim]
        elif isinstance(size := int(dim) if dim.isdigit() else values.get(dim), int):
            sizes += (size,)
        else:
            return None
    return sizes


def _needed(choices: tuple[Dims, ...], bound: Mapping[str, tuple[int, ...]]) -> str:
    def size(dim: str) -> str:
        known = bound.get(dim)
        return dim if known is None else ", ".join(map(str, known))

    def written(dims: Dims) -> str:
        inside = ", ".join(text for dim in dims if (text := size(dim)))
        return f"({inside},)" if "," not in inside and inside else f"({inside})"

    return " or ".join(written(dims) for dims in choices)
