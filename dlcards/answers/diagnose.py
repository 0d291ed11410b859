"""Names the generic mistake that turns the key into the number that was given.

A table of transforms: the first row whose result is the given answer explains it. A row never
fires where it leaves the key as it is, nor where the key is 0 or 1 and any coincidence would do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlcards.answers.judging import Flat, Form, close, flatten, rounds_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SAME = 5e-3  # relative: nearer than this, a transformed key is the given number
_ROUNDED = 3e-2  # relative: this near, but outside the tolerance, was rounded on the way
_COUNTS = ("n", "N", "batch", "batch_size", "num_classes")
_UNITS = ("out_features", "out_channels", "hidden_size", "num_embeddings")


@dataclass(frozen=True, slots=True)
class Case:
    """A wrong answer with what the question gave."""

    form: Form
    key: Flat
    given: Flat
    inputs: Mapping[str, Any]

    @property
    def exact(self) -> bool:
        """Whether the entries are whole numbers."""
        return self.form in ("integer", "shape")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake's name, what it makes of the key, and what to say; {n} is the number involved."""

    name: str
    makes: Callable[[Case], Iterable[tuple[Flat, Any]]]
    sentence: str
    certain: bool = False  # may fire for a key of 1: its result is no small whole number
    about: tuple[str, ...] = ()  # fires only where the question has one of these words


def generic(
    form: Form,
    key: Any,
    given: Any,
    *,
    inputs: Mapping[str, Any] | None = None,
    question: str | None = None,
) -> str | None:
    """Return one sentence on the first generic mistake that explains `given`, or None.

    `inputs` are the question's own numbers and arrays: their sizes are tried as factors. What has
    nothing to do with the words of the `question`, where that is given, is not suspected.
    """
    words = None if question is None else question.lower()
    case = Case(form, flatten(key), flatten(given), inputs or {})
    for mistake in MISTAKES:
        if _ambiguous(case.key) and not mistake.certain:
            continue
        if words is not None and mistake.about and not any(w in words for w in mistake.about):
            continue
        for made, n in mistake.makes(case):
            if _explains(made, case):
                return mistake.sentence.format(n=n)
    return None


def _explains(made: Flat, case: Case) -> bool:
    """Whether a transformed key is the given answer and not the key itself."""
    return _same(made, case.given, case.exact) and not _same(case.key, made, case.exact)


def _same(key: Flat, given: Flat, exact: bool) -> bool:
    if key.shape != given.shape:
        return False
    pairs = list(zip(key.entries, given.entries, strict=True))
    if exact:
        return all(a == b for a, b in pairs)
    reach = 1e-6 * max((abs(a) for a in key.entries), default=0)
    return all(close(a, b, _SAME, reach) or rounds_to(a, b) for a, b in pairs)


def _ambiguous(key: Flat) -> bool:
    """Whether the key is a lone 0 or 1, or nothing but zeros: too much leads there."""
    return not any(key.entries) or (len(key.entries) == 1 and abs(key.entries[0]) == 1)


def _each(function: Callable[[float], float]) -> Callable[[Case], Iterable[tuple[Flat, Any]]]:
    """Return the transform that applies `function` to every entry, where it is defined."""

    def makes(case: Case) -> Iterable[tuple[Flat, Any]]:
        try:
            yield Flat(case.key.shape, tuple(function(x) for x in case.key.entries)), ""
        except (ValueError, ZeroDivisionError, OverflowError):
            return  # the mistake cannot have been made with this key

    return makes


def _each_count(function: Callable[[float, int], float]) -> Callable[[Case], Any]:
    """Return the transform that applies `function` with every size of the inputs."""

    def makes(case: Case) -> Iterable[tuple[Flat, Any]]:
        for n in _counts(case.inputs):
            for made, _ in _each(lambda x, n=n: function(x, n))(case):  # type: ignore[misc]
                yield made, n

    return makes


def _counts(inputs: Mapping[str, Any]) -> list[int]:
    """Return the numbers of entries that the inputs have, whole and along each axis, above 1."""
    found = list[int]()
    for name, value in inputs.items():
        shape = _shape(value)
        found += [math.prod(shape), *shape] if shape else []
        found += [value] if name in _COUNTS and isinstance(value, int) else []
    return [n for n in dict.fromkeys(found) if n > 1]


def _shape(value: Any) -> tuple[int, ...]:
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return shape
    return (len(value), *_shape(value[0])) if isinstance(value, (list, tuple)) and value else ()


def _reordered(pick: Callable[[Flat], Flat | None]) -> Callable[[Case], Iterable[tuple[Flat, Any]]]:
    def makes(case: Case) -> Iterable[tuple[Flat, Any]]:
        if (made := pick(case.key)) is not None:
            yield made, ""

    return makes


def _transposed(key: Flat) -> Flat | None:
    return key.transposed() if len(key.shape) == 2 else None


def _reversed(key: Flat) -> Flat | None:
    return Flat(key.shape, key.entries[::-1]) if len(key.shape) == 1 else None


def _without_bias(case: Case) -> Iterable[tuple[Flat, Any]]:
    if case.form == "integer" and not case.key.shape:
        (key,) = case.key.entries
        for unit in _UNITS:
            if isinstance(n := case.inputs.get(unit), int) and n > 1:
                yield Flat((), (key - n,)), n


def _padded_once(case: Case) -> Iterable[tuple[Flat, Any]]:
    """The padding counts on both sides; on one only, every padded axis is p / stride shorter."""
    padding, stride = (case.inputs.get(name, 1) for name in ("padding", "stride"))
    if not (case.exact and "padding" in case.inputs and isinstance(padding, int)
            and isinstance(stride, int) and stride > 0):  # fmt: skip
        return
    for lost in {padding // stride, -(-padding // stride)}:
        yield _shifted_where_different(case, -lost), padding


def _shifted_where_different(case: Case, step: int) -> Flat:
    pairs = zip(case.key.entries, case.given.entries, strict=False)
    return Flat(case.key.shape, tuple(k if k == g else k + step for k, g in pairs))


def _softmax_elsewhere(case: Case) -> Iterable[tuple[Flat, Any]]:
    """Where the key is the softmax of an input along one axis: that along the other, and of all."""
    if len(case.key.shape) != 2:
        return
    for value in case.inputs.values():
        if len(shape := _shape(value)) == 2 and shape == case.key.shape:
            logits = flatten(value)
            rows, whole = _softmax_of_rows(logits), Flat(shape, _softmax(logits.entries))
            columns = _softmax_of_rows(logits.transposed()).transposed()
            if any(_same(made, case.key, exact=False) for made in (rows, columns)):
                yield from ((rows, "rows"), (columns, "columns"), (whole, "all entries"))


def _softmax_of_rows(logits: Flat) -> Flat:
    count, size = logits.shape
    rows = (logits.entries[n * size : (n + 1) * size] for n in range(count))
    return Flat(logits.shape, tuple(p for row in rows for p in _softmax(row)))


def _softmax(logits: tuple[float, ...]) -> tuple[float, ...]:
    weights = [math.exp(x - max(logits)) for x in logits]
    return tuple(weight / sum(weights) for weight in weights)


def _off_by(step: int) -> Callable[[Case], Iterable[tuple[Flat, Any]]]:
    def makes(case: Case) -> Iterable[tuple[Flat, Any]]:
        if case.exact:
            yield _shifted_where_different(case, step), ""

    return makes


def _not_floored(case: Case) -> Iterable[tuple[Flat, Any]]:
    """A number between the key and the next whole one, where whole numbers are asked."""
    if case.form == "integer" and not (case.key.shape or case.given.shape):
        (key,), (given,) = case.key.entries, case.given.entries
        if key < given < key + 1:
            yield case.given, ""


def _rounded_early(case: Case) -> Iterable[tuple[Flat, Any]]:
    if not case.exact and case.key.shape == case.given.shape:
        pairs = zip(case.key.entries, case.given.entries, strict=True)
        if all(close(key, given, _ROUNDED) for key, given in pairs):
            yield case.given, ""


_MEANS = ("mean", "average", "sum", "reduction", "total")
_LOGS = ("bit", "nat", "log", "ln", "entropy", "divergence")
_SPREADS = ("varian", "deviation", "std", "unbiased", "normali", "statistic")

# In this order: the first that explains the number is said.
MISTAKES = (
    Mistake("sign", _each(lambda x: -x),
            "That is the negative of the answer: check the sign.", certain=True),
    Mistake("reciprocal", _each(lambda x: 1 / x),
            "That is the reciprocal of the answer: numerator and denominator are exchanged."),
    Mistake("twice", _each(lambda x: 2 * x),
            "That is twice the answer: a factor ½ is missing, or a 2 too many."),
    Mistake("half", _each(lambda x: x / 2),
            "That is half the answer: a factor 2 is missing, or a ½ too many."),
    Mistake("sum for mean", _each_count(lambda x, n: x * n),
            "That is {n} times the answer: a sum where the mean over {n} is asked.", about=_MEANS),
    Mistake("mean for sum", _each_count(lambda x, n: x / n),
            "That is the answer divided by {n}: a mean where the sum over {n} is asked.", about=_MEANS),
    Mistake("bits for nats", _each(lambda x: x / math.log(2)),
            "That is the answer in bits: take the natural logarithm, not log2.", certain=True, about=_LOGS),
    Mistake("nats for bits", _each(lambda x: x * math.log(2)),
            "That is the answer in nats: take log2, not the natural logarithm.", certain=True, about=_LOGS),
    Mistake("log10 for ln", _each(lambda x: x / math.log(10)),
            "That is the answer with log10: take the natural logarithm.", certain=True, about=_LOGS),
    Mistake("ln for log10", _each(lambda x: x * math.log(10)),
            "That is the answer with the natural logarithm: take log10.", certain=True, about=_LOGS),
    Mistake("percent for fraction", _each(lambda x: 100 * x),
            "That is a hundred times the answer: percent where the fraction is asked."),
    Mistake("fraction for percent", _each(lambda x: x / 100),
            "That is a hundredth of the answer: a fraction where percent are asked."),
    Mistake("complement", _each(lambda x: 1 - x),
            "That is one minus the answer: the complement is not asked."),
    Mistake("missing bias", _without_bias,
            "That is the answer without the {n} biases: count one for each output."),
    Mistake("padding once", _padded_once,
            "That counts the padding of {n} once: it is added on both sides."),
    Mistake("one more", _off_by(+1),
            "That is one too many: floor the division, and check where the + 1 stands."),
    Mistake("one less", _off_by(-1),
            "That is one too few: check the + 1, and padding on both sides."),
    Mistake("not floored", _not_floored,
            "That is the answer before it is rounded down: floor it."),
    Mistake("missing exponential", _each(math.log),
            "That is the logarithm of the answer: the exponential is missing."),
    Mistake("missing logarithm", _each(math.exp),
            "That is the exponential of the answer: the logarithm is missing."),
    Mistake("missing root", _each(lambda x: x * x),
            "That is the square of the answer: the square root is missing."),
    Mistake("missing square", _each(math.sqrt),
            "That is the square root of the answer: the square is missing."),
    Mistake("softmax elsewhere", _softmax_elsewhere,
            "That is the softmax over the {n}: another axis is asked."),
    Mistake("transposed", _reordered(_transposed),
            "That is the answer transposed: exchange rows and columns."),
    Mistake("reversed", _reordered(_reversed),
            "That is the answer in reversed order: turn it round."),
    Mistake("unbiased for biased", _each_count(lambda x, n: x * n / (n - 1)),
            "That divides by {n} − 1: the biased variance divides by {n}.", about=_SPREADS),
    Mistake("biased for unbiased", _each_count(lambda x, n: x * (n - 1) / n),
            "That divides by {n}: the unbiased variance divides by {n} − 1.", about=_SPREADS),
    Mistake("unbiased deviation for biased", _each_count(lambda x, n: x * math.sqrt(n / (n - 1))),
            "That divides by {n} − 1: the biased deviation divides by {n}.", about=_SPREADS),
    Mistake("biased deviation for unbiased", _each_count(lambda x, n: x * math.sqrt((n - 1) / n)),
            "That divides by {n}: the unbiased deviation divides by {n} − 1.", about=_SPREADS),
    Mistake("rounded early", _rounded_early,
            "That is close, but not within the tolerance: round only at the end."),
)  # fmt: skip
