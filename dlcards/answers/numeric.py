"""Reads a typed number, array or shape and says how it was read; the judging is in `judging.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from dlcards.answers.arrays import read_entries, read_sizes
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.grammar import Neg, Node, Num, parse, show
from dlcards.answers.hygiene import Unreadable
from dlcards.answers.judging import Form, Judgement, form_of, judge, tolerance_said
from dlcards.answers.written import format_value, latex_value

_LITERAL_DIGITS = 10  # what was typed is echoed as typed; what was computed to four digits


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a text was taken for. `value` is an int, a float, an ndarray or a tuple of sizes."""

    value: Any
    echo: str


def read(form: Form, text: str) -> Reading:
    """Read `text` as an answer of the given form, or raise Unreadable."""
    match form:
        case "scalar" | "integer":
            return read_number(text)
        case "percent":
            return read_percent(text)
        case "shape":
            return read_shape(text)
        case "vector" | "matrix":
            return read_array(text)
        case _:
            assert_never(form)


def read_number(text: str) -> Reading:
    """Read one number; any formula without variables is one."""
    node, value = _scalar(text)
    return Reading(value, _echo(node, value))


def read_percent(text: str) -> Reading:
    """Read a share as a fraction of one: `50%` and `50` are 0.5.

    A bare number up to 1 could be either and is refused.
    """
    node, value = _scalar(text)
    if "%" not in text and value:
        if abs(value) <= 1:
            shown = format_value(value, _LITERAL_DIGITS)
            raise Unreadable(f"is it {shown} % or {format_value(100 * value)} %? (write the sign %)",
                             0, text)  # fmt: skip
        value = value / 100
    shown = f"{format_value(100 * value, _LITERAL_DIGITS)} %"
    return Reading(value, f"read as {shown}" if _is_literal(node) else f"{show(node)} = {shown}")


def read_array(text: str) -> Reading:
    """Read a vector, a matrix or deeper lists as an array of floats."""
    entries = read_entries(text)
    import numpy as np

    array = np.array(entries, dtype=float)
    size = "×".join(map(str, array.shape))
    if array.ndim == 1:
        size = f"{array.size} {'entry' if array.size == 1 else 'entries'}"
    return Reading(array, f"{size}: {_rows(array.tolist())}")


def read_shape(text: str) -> Reading:
    """Read a shape as a tuple of sizes."""
    sizes = read_sizes(text)
    return Reading(sizes, f"shape {format_value(sizes)}")


def _scalar(text: str) -> tuple[Node, int | float]:
    node = parse(text, thousands=True)
    try:
        return node, evaluate(node, {})
    except Undefined as fault:
        raise Unreadable(str(fault), 0, text) from fault


def _echo(node: Node, value: int | float) -> str:
    if _is_literal(node):
        return f"read as {format_value(value, _LITERAL_DIGITS, group=True)}"
    return f"{show(node)} = {format_value(value, group=True)}"


def _is_literal(node: Node) -> bool:
    return isinstance(node, Num) or (isinstance(node, Neg) and _is_literal(node.of))


def _rows(entries: list[Any]) -> str:
    """Write a matrix in one line, rows between semicolons."""
    if any(isinstance(row, list) and isinstance(row[0], list) for row in entries):
        return format_value(entries, _LITERAL_DIGITS)
    if isinstance(entries[0], list):
        rows = (format_value(row, _LITERAL_DIGITS)[1:-1] for row in entries)
        return f"[{'; '.join(rows)}]"
    return format_value(entries, _LITERAL_DIGITS)


__all__ = [
    "Form", "Judgement", "Reading", "Unreadable", "form_of", "format_value", "judge",
    "latex_value", "read", "read_array", "read_number", "read_percent", "read_shape",
    "tolerance_said",
]  # fmt: skip
