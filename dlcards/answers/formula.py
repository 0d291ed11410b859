"""Judges a formula: equal to the key at every point, or where not, by what.

Numbers decide; nothing symbolic is asked whether two formulas are equal, because it can neither be
told 0 < p < 1 nor be trusted to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from dlcards.answers.domains import Point, Variable, points
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.precise import DIGITS, MOST_DIGITS, Beyond, precise
from dlcards.answers.tree import Call, Node, Num, children, names, show
from dlcards.answers.written import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Outcome: TypeAlias = Literal["right", "wrong", "undecided"]

SURE = 1e-12  # relative disagreement that floats explain by themselves
PLAIN = 1e-3  # disagreement that floats do not explain, unless terms cancel at this very point
TINY = 1e-9  # both values below: what is left of a cancellation
EQUAL_DIGITS = 1e-20
FEWEST = 8  # points at which both must have a value
SHORTER = 12  # of all points, the counterexample with the shortest numbers is shown


class Rules(NamedTuple):
    """What the form of an answer must obey beside its value."""

    must_use: tuple[str, ...] = ()  # variables or functions
    must_not_use: tuple[str, ...] = ()
    no_numbers: bool = False
    max_length: int | None = None  # characters of the answer as typed


class Pair(NamedTuple):
    """Both values at a point; None where a formula is not defined."""

    at: Point
    key: float | None
    given: float | None
    agree: bool


class Verdict(NamedTuple):
    """The outcome, how the two are related, and a point that shows that they are not equal."""

    outcome: Outcome
    relation: str = ""
    example: str = ""

    @property
    def said(self) -> str:
        """All that is to be said of it."""
        return " ".join(filter(None, (self.relation, self.example)))


def judge(key: Node, given: Node, variables: Sequence[Variable], seed: int) -> Verdict:
    """Compare a formula with the key over the domain of the variables."""
    pairs = _compared(key, given, points(variables, (key, given), seed))
    if any(not pair.agree for pair in pairs):
        return Verdict("wrong", _relation(pairs, variables), _example(pairs))
    if len(pairs) < FEWEST:
        return Verdict("undecided", "There are too few values to compare your formula with.")
    return Verdict("right")


def equal(one: Node, other: Node, variables: Sequence[Variable], seed: int) -> bool:
    """Whether two formulas have the same value everywhere."""
    pairs = [_in_floats(one, other, at) for at in points(variables, (one, other), seed)]
    apart = [pair for pair in pairs if not pair.agree]
    if not pairs or 2 * sum(map(_far_apart, apart)) > len(pairs):
        return False
    exact = (_in_digits(one, other, pair) for pair in apart)
    return all(pair is None or pair.agree for pair in exact)


def broken_rule(given: Node, text: str, rules: Rules) -> str:
    """Say which rule of form the answer breaks, or ''."""
    used = names(given) | {node.name for node in _nodes(given) if isinstance(node, Call)}
    if missing := [word for word in rules.must_use if word not in used]:
        return f"the answer is to be written with {' and '.join(missing)}"
    if wrong := [word for word in rules.must_not_use if word in used]:
        return f"the answer is to be written without {' and '.join(wrong)}"
    if rules.no_numbers and any(
        isinstance(n, Num) and n.value not in (0, 1, 2) for n in _nodes(given)
    ):
        return "the answer is to be written without numbers"
    if rules.max_length is not None and len(text.replace(" ", "")) > rules.max_length:
        return f"the answer can be written in {rules.max_length} characters"
    return ""


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _nodes(child)


def _compared(key: Node, given: Node, at: Sequence[Point]) -> list[Pair]:
    """Both values at each point; those points that say nothing are left out.

    Where floats differ at most points, no rounding explains it. Elsewhere many digits decide.
    """
    pairs = [_in_floats(key, given, point) for point in at]
    plain = [pair for pair in pairs if not pair.agree and _far_apart(pair)]
    if 2 * len(plain) > len(pairs):
        return [pair for pair in pairs if pair.agree or pair in plain]
    exact = (pair if pair.agree else _in_digits(key, given, pair) for pair in pairs)
    return [pair for pair in exact if pair is not None]


def _in_floats(key: Node, given: Node, point: Point) -> Pair:
    truth, value = _value(key, point), _value(given, point)
    agree = truth is not None and value is not None
    if truth is not None and value is not None:
        agree = abs(truth - value) <= SURE * max(abs(truth), abs(value))
    return Pair(point, truth, value, agree)


def _value(node: Node, point: Point) -> float | None:
    try:
        return float(evaluate(node, point))
    except (Undefined, OverflowError):
        return None


def _far_apart(pair: Pair) -> bool:
    if pair.key is None or pair.given is None:
        return False
    return abs(pair.key - pair.given) > PLAIN * max(abs(pair.key), abs(pair.given), TINY)


def _in_digits(key: Node, given: Node, pair: Pair) -> Pair | None:
    """The values to fifty digits, or to more where these leave it open; None where beyond all."""
    try:
        for digits in (DIGITS, MOST_DIGITS):
            truth, value = _digits(key, pair.at, digits), _digits(given, pair.at, digits)
            if truth is None and value is None:
                return None
            if truth is not None and value is not None and _same_digits(truth, value):
                return Pair(pair.at, float(truth), float(value), agree=True)
    except Beyond:
        return None
    return Pair(pair.at, _floated(truth), _floated(value), agree=False)


def _digits(node: Node, point: Point, digits: int) -> Any:
    try:
        return precise(node, point, digits)
    except Undefined:
        return None


def _same_digits(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= EQUAL_DIGITS * max(abs(one), abs(other)))


def _floated(value: Any) -> float | None:
    return None if value is None else float(value)


def _relation(pairs: list[Pair], variables: Sequence[Variable]) -> str:
    return _undefined(pairs) or _constant(pairs) or _half(pairs, variables)


def _undefined(pairs: list[Pair]) -> str:
    """Equal wherever both are defined."""
    apart = [pair for pair in pairs if not pair.agree]
    if any(pair.key is not None and pair.given is not None for pair in apart):
        return ""
    if len(apart) == len(pairs):
        return ""
    return "Equal wherever both are defined, but not defined at the same places."


def _example(pairs: list[Pair]) -> str:
    """The point with the shortest numbers at which the values are seen to differ."""
    wrong = [pair for pair in pairs if not pair.agree]
    visible = [pair for pair in wrong if _shown(pair.key, 4) != _shown(pair.given, 4)] or wrong
    short = min(visible[:SHORTER], key=lambda p: sum(len(f"{x:g}") for x in p.at.values()))
    digits = 4 if _shown(short.key, 4) != _shown(short.given, 4) else 12
    at = ", ".join(f"{name} = {x:.12g}" for name, x in short.at.items())
    yours, truth = _shown(short.given, digits), _shown(short.key, digits)
    return f"{f'At {at} yours' if at else 'Yours'} {yours}, the key {truth.removeprefix('is ')}."


def _shown(value: float | None, digits: int) -> str:
    return "is not defined" if value is None else f"is {format_value(value, digits)}"


def _constant(pairs: list[Pair]) -> str:
    """A factor or a difference that is the same everywhere."""
    both = [(p.key, p.given) for p in pairs if p.key is not None and p.given is not None]
    if len(both) < len(pairs):
        return ""
    ratios = [given / key for key, given in both if abs(key) > TINY]
    zeros = all(abs(given) <= TINY for key, given in both if abs(key) <= TINY)
    if len(ratios) >= FEWEST and zeros and _same(ratios) and not _same([ratios[0], 1.0]):
        return f"Yours is the key × {format_value(ratios[0])}."
    apart = [given - key for key, given in both]
    if _same(apart) and abs(apart[0]) > TINY:
        sign = "+" if apart[0] > 0 else "−"
        return f"Yours is the key {sign} {format_value(abs(apart[0]))}."
    return ""


def _same(values: list[float]) -> bool:
    return max(values) - min(values) <= 1e-9 * max(abs(values[0]), TINY)


def _half(pairs: list[Pair], variables: Sequence[Variable]) -> str:
    """A variable for whose positive or negative values alone the formulas agree."""
    for variable in variables:
        for sign, relation in ((1, ">"), (-1, "<")):
            inside = [p.agree for p in pairs if p.at[variable.name] * sign > 0]
            outside = [p.agree for p in pairs if p.at[variable.name] * sign < 0]
            if inside and outside and all(inside) and not all(outside):
                return f"Equal only where {variable.name} {relation} 0."
    return ""


def shown(node: Node) -> str:
    """How a formula was read."""
    text = show(node)
    return text[1:-1] if text.startswith("(") and _encloses(text) else text


def _encloses(text: str) -> bool:
    """Whether the first bracket closes at the very end."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return position == len(text) - 1
    return False
