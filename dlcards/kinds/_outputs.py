"""Compares what a learner's function returned with the truth, and says the first difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlcards.answers.numeric import format_value
from dlcards.model.doc import Cell, Doc, Table, Text

CLOSE = 1e-6  # relative and absolute, between float64 implementations
SHORT = 60  # characters of a value that is shown


def compared(place: str, truth: Any, given: Any) -> Doc:
    """The first difference between two numbers, arrays, or collections of them."""
    if isinstance(truth, Mapping) and not isinstance(given, Mapping):
        outputs = tuple(truth.values())  # named outputs may be returned in their order
        truth = outputs if len(outputs) > 1 else outputs[0]
    if isinstance(truth, Mapping):
        return _compared_by_name(place, truth, given)
    if _is_collection(truth):
        return _compared_in_order(place, truth, given)
    if isinstance(given, (Mapping, list)):
        return (Text(f"{place} one array is expected, yours are {len(given)}."),)
    return _compared_arrays(place, truth, given)


def brief(value: Any) -> str:
    """Write a value, cut off where it is long."""
    text = format_value(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _compared_by_name(place: str, truth: Mapping[str, Any], given: Mapping[str, Any]) -> Doc:
    if truth.keys() != given.keys():
        asked, yours = ", ".join(truth), ", ".join(given)
        return (Text(f"{place} the outputs {asked} are expected, yours are {yours}."),)
    found = (compared(f"{place}, {name}:", truth[name], given[name]) for name in truth)
    return next(filter(None, found), ())


def _compared_in_order(place: str, truth: Sequence[Any], given: Any) -> Doc:
    several = isinstance(given, list) or (hasattr(given, "ndim") and given.ndim > 0)
    parts = list(given) if several else [given]
    if len(parts) != len(truth):
        return (Text(f"{place} {len(truth)} outputs are expected, yours are {len(parts)}."),)
    pairs = enumerate(zip(truth, parts, strict=True), 1)
    found = (compared(f"{place}, output {n}:", one, other) for n, (one, other) in pairs)
    return next(filter(None, found), ())


def _compared_arrays(place: str, truth: Any, given: Any) -> Doc:
    import numpy as np

    expected, got = np.asarray(truth, dtype=float), np.asarray(given, dtype=float)
    if expected.shape != got.shape:
        asked, yours = format_value(expected.shape), format_value(got.shape)
        return (Text(f"{place} the shape {asked} is expected, yours is {yours}."),)
    if np.allclose(got, expected, rtol=CLOSE, atol=CLOSE, equal_nan=True):
        return ()
    wrong = ~np.isclose(got, expected, rtol=CLOSE, atol=CLOSE, equal_nan=True)
    return (Text(place), Table(_shown_apart(expected, got, wrong)))


def _shown_apart(expected: Any, got: Any, wrong: Any) -> tuple[tuple[Cell, ...], ...]:
    """Both arrays while they are short, else the first entry that differs."""
    asked, yours = format_value(expected), format_value(got)
    if max(len(asked), len(yours)) > SHORT or asked == yours:
        at = tuple(int(axis[0]) for axis in (wrong.nonzero() if wrong.ndim else ()))
        asked, yours = f"{expected[at]:.10g}", f"{got[at]:.10g}"
        if at:
            asked += f" at {list(at)}"
            yours += f" there; {int(wrong.sum())} of {wrong.size} entries differ"
    return (Cell(f"expected {asked}"),), (Cell(f"got {yours}"),)


def _is_collection(value: Any) -> bool:
    """Whether a truth is several outputs; a shape is a tuple of whole numbers, and one answer."""
    return isinstance(value, tuple) and not all(isinstance(size, int) for size in value)
