"""The one way in which numbers, arrays and shapes are written, in text and in LaTeX."""

from __future__ import annotations

import math
import re
from typing import Any

_WHOLE_BELOW = 1e15  # a float beyond this is not known to its last digit: written as a power of ten
_INT_BELOW = 10**21  # whole numbers are exact, but nobody reads more than 21 digits


def format_value(value: Any, digits: int = 4, *, group: bool = False) -> str:
    """Write a number, list, array or shape with `digits` significant digits.

    Whole numbers are written in full (`group`: 1,000). Lists and arrays come as [1, 2], tuples as
    (1, 2).
    """
    value = _plain(value)
    if isinstance(value, list):
        return f"[{', '.join(format_value(entry, digits) for entry in value)}]"
    if isinstance(value, tuple):
        comma = "," if len(value) == 1 else ""
        return f"({', '.join(format_value(entry, digits) for entry in value)}{comma})"
    if isinstance(value, float):
        return _float(value, digits, group)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= _INT_BELOW:
            return f"{value:.{digits}g}"
        return f"{value:,}" if group else str(value)
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def latex_value(value: Any, digits: int = 4) -> str:
    """Write a value in LaTeX: vectors as one row, matrices row by row, shapes in round brackets."""
    value = _plain(value)
    if not isinstance(value, list):
        return _latex_scalar(format_value(value, digits))
    if any(isinstance(row, list) for row in map(_plain, value)):
        rows = [_latex_row(row, digits) for row in map(_plain, value)]
    else:
        rows = [_latex_row(value, digits)]
    body = r" \\ ".join(rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _latex_row(row: Any, digits: int) -> str:
    entries = row if isinstance(row, list) else [row]
    return " & ".join(latex_value(entry, digits) for entry in entries)


def _latex_scalar(text: str) -> str:
    text = re.sub(r"e([+-])0*(\d+)", lambda e: rf" \times 10^{{{e[1].strip('+')}{e[2]}}}", text)
    return text.replace("inf", r"\infty").replace("nan", r"\mathrm{NaN}")


def _float(value: float, digits: int, group: bool) -> str:
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    comma = "," if group else ""
    size = abs(value)
    if size < _WHOLE_BELOW and (value.is_integer() or size >= 10**digits):
        return f"{value:{comma}.0f}"
    return f"{value:.{digits}g}"


def _plain(value: Any) -> Any:
    """Take NumPy off: arrays become lists, its scalars Python's."""
    return value.tolist() if hasattr(value, "tolist") else value
