"""Judges a number, array or shape against its key, entry by entry, and says what is nearly right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from dlcards.answers.written import format_value

Form: TypeAlias = Literal["scalar", "percent", "integer", "shape", "vector", "matrix"]

IMPRECISE = 0.5  # the score of a right number that has too few digits

_SLACK = 1 + 1e-9  # 1.01 is within 1 % of 1, whatever its last bit says
_ZERO = 1e-12  # relative to the largest entry: a key entry below it is a zero with rounding noise
_ZERO_REACH = 1e-6  # relative to the largest entry: how near to a zero is near
_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a number was worth: `right` per entry in reading order, () where the shape is wrong."""

    score: float
    right: tuple[bool, ...]
    said: str = ""


class Flat(NamedTuple):
    """An answer as its shape and its entries in reading order."""

    shape: tuple[int, ...]
    entries: tuple[float, ...]

    def transposed(self) -> Flat:
        """Rows and columns exchanged; only of a matrix."""
        rows, columns = self.shape
        return Flat(
            (columns, rows), tuple(x for j in range(columns) for x in self.entries[j::columns])
        )


def form_of(key: Any) -> Form:
    """Return the form of answer that a key asks for; a share is a scalar unless a card says more."""
    if isinstance(key, tuple) and all(isinstance(size, int) for size in key):
        return "shape"
    flat = flatten(key)
    if flat.shape:
        return "vector" if len(flat.shape) == 1 else "matrix"
    return "integer" if _is_whole(key) else "scalar"


def judge(form: Form, key: Any, given: Any, *, rtol: float = 1e-2, atol: float = 0.0) -> Judgement:
    """Judge `given` against `key`: score is the share of right entries.

    Entries are right within `rtol` of the key's or within `atol`; integers and shapes exactly.
    A right number of too few digits scores `IMPRECISE`.
    """
    if form in ("integer", "shape"):
        rtol = atol = 0.0
    truth, answer = flatten(key), _as_asked(flatten(given), flatten(key).shape, form)
    if form == "shape" and truth.shape != answer.shape:
        return Judgement(
            0.0,
            (),
            f"{_axes(answer)} where {_axes(truth)} {'is' if len(truth.entries) == 1 else 'are'} asked",
        )
    if truth.shape != answer.shape:
        return Judgement(0.0, (), _wrong_shape(truth, answer, rtol, atol))
    right = _marks(truth, answer, rtol, atol, exact=form in ("integer", "shape"))
    if all(right):
        return Judgement(1.0, right)
    if len(right) == 1 and not truth.shape:
        return _judge_scalar(form, key, answer.entries[0], rtol)
    score = sum(right) / len(right)
    if _is_transposed(truth, answer, rtol, atol):
        return Judgement(score, right, "transposed")
    return Judgement(score, right, f"{sum(right)} of {len(right)} entries right")


def tolerance_said(form: Form, rtol: float, atol: float) -> str:
    """Say how exactly an answer is asked, for the prompt."""
    parts = [f"{format_value(100 * rtol)} %"] * (rtol > 0) + [format_value(atol)] * (atol > 0)
    if form in ("integer", "shape") or not parts:
        return "exact"
    return f"within {' or '.join(parts)}"


def close(key: float, given: float, rtol: float, atol: float = 0.0) -> bool:
    """Whether `given` is within the tolerance of `key`."""
    if key == given or not math.isfinite(key):
        return key == given  # an infinite key is within no tolerance of anything else
    return abs(given - key) <= max(rtol * abs(key), atol) * _SLACK


def digits_of(number: float) -> int:
    """Return with how many significant digits a number is written."""
    mantissa = f"{abs(number):.15g}".partition("e")[0].replace(".", "")
    return len(mantissa.strip("0")) or 1


def rounds_to(key: float, given: float, least: int = 2) -> bool:
    """Whether `given` is `key` rounded to the digits of `given`, at least `least` of them."""
    digits = digits_of(given)
    return digits >= least and math.isfinite(key) and float(f"{key:.{digits}g}") == given


def flatten(value: Any) -> Flat:
    """Return any number, list, tuple or array as shape and entries, without NumPy."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, (list, tuple)):
        return Flat((), (_real(value),))
    parts = [flatten(entry) for entry in value]
    if len({part.shape for part in parts}) > 1:
        raise ValueError("rows of different lengths have no shape")
    inner = parts[0].shape if parts else ()
    return Flat((len(parts), *inner), tuple(x for part in parts for x in part.entries))


def _real(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value  # an int stays one: exact beyond 2**53
    return float(value)


def _is_whole(key: Any) -> bool:
    key = key.item() if hasattr(key, "item") else key
    return isinstance(key, int)


def _as_asked(given: Flat, shape: tuple[int, ...], form: Form) -> Flat:
    """Take off or put on axes of length 1 where nobody could have meant anything else."""
    one = len(given.entries) == 1 == math.prod(shape)
    vector = len(shape) == 1 and len(given.shape) == 2 and 1 in given.shape
    row = len(shape) == 2 and shape[0] == 1 and len(given.shape) == 1
    same = len(given.entries) == math.prod(shape)
    return (
        Flat(shape, given.entries) if form != "shape" and same and (one or vector or row) else given
    )


def _marks(truth: Flat, answer: Flat, rtol: float, atol: float, *, exact: bool) -> tuple[bool, ...]:
    pairs = zip(truth.entries, answer.entries, strict=True)
    if exact:
        return tuple(key == given for key, given in pairs)
    scale = max((abs(key) for key in truth.entries if math.isfinite(key)), default=0) or 1.0
    return tuple(close(key, given, rtol, atol or _reach(key, scale)) for key, given in pairs)


def _reach(key: float, scale: float) -> float:
    return _ZERO_REACH * scale if abs(key) <= _ZERO * scale else 0.0


def _judge_scalar(form: Form, key: Any, given: float, rtol: float) -> Judgement:
    (truth,) = flatten(key).entries
    if form == "integer" and rounds_to(truth, given, least=3):
        return Judgement(IMPRECISE, (False,), "right, but the exact number is asked")
    needed = _digits_needed(rtol)
    if form != "integer" and rounds_to(truth, given):
        return Judgement(
            IMPRECISE, (False,), f"right, but give {_WORDS.get(needed, needed)} digits"
        )
    return Judgement(0.0, (False,))


def _digits_needed(rtol: float) -> int:
    """Return how many digits always keep rounding within `rtol`."""
    return 15 if rtol <= 0 else max(1, math.ceil(-math.log10(2 * rtol)) + 1)


def _is_transposed(truth: Flat, answer: Flat, rtol: float, atol: float) -> bool:
    if len(answer.shape) != 2 or answer.transposed().shape != truth.shape:
        return False
    return all(_marks(truth, answer.transposed(), rtol, atol, exact=False))


def _wrong_shape(truth: Flat, answer: Flat, rtol: float, atol: float) -> str:
    row = Flat((1, *answer.shape), answer.entries) if len(answer.shape) == 1 else answer
    if len(truth.shape) == 2 and _is_transposed(truth, row, rtol, atol):
        return "transposed"
    given = f"shape {format_value(answer.shape)}" if answer.shape else "one number"
    asked = f"{format_value(truth.shape)} is" if truth.shape else "one number is"
    return f"{given} where {asked} asked"


def _axes(flat: Flat) -> str:
    count = len(flat.entries)
    return f"{count} axis" if count == 1 else f"{count} axes"
