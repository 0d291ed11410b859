"""Judges a formula: equal to the key at every point, or where not, by what.

Numbers decide; nothing symbolic is asked whether two formulas are equal, because it can neither be
told 0 < p < 1 nor be trusted to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from dlcards.answers.domains import Point, Variable, points
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.precise import precise
from dlcards.answers.tree import Call, Node, Num, children, names, show
from dlcards.answers.written import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Outcome: TypeAlias = Literal["right", "wrong", "undecided"]

SURE = 1e-12  # relative disagreement that floats explain by themselves
DOUBTFUL = 1e-6  # beyond this the formulas differ; between, fifty digits decide
TINY = 1e-9  # both values below: what is left of a cancellation, fifty digits decide
EQUAL_DIGITS = 1e-20
FEWEST = 8  # points at which the key must be defined
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
    key: float
    given: float | None
    agree: bool


class Verdict(NamedTuple):
    """The outcome, and what to say of it."""

    outcome: Outcome
    said: str = ""


def judge(key: Node, given: Node, variables: Sequence[Variable], seed: int) -> Verdict:
    """Compare a formula with the key over the domain of the variables."""
    pairs = list(_pairs(key, given, points(variables, (key, given), seed)))
    if len(pairs) < FEWEST:
        return Verdict("undecided", "The key has too few values to compare with.")
    if all(pair.agree for pair in pairs):
        return Verdict("right")
    return Verdict("wrong", " ".join(_difference(pairs, variables)))


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


def _pairs(key: Node, given: Node, at: Sequence[Point]) -> Iterator[Pair]:
    for point in at:
        truth = _value(key, point)
        if truth is not None:
            value = _value(given, point)
            agree = value is not None and _agree(key, given, truth, value, point)
            yield Pair(point, truth, value, agree)


def _value(node: Node, point: Point) -> float | None:
    try:
        value = evaluate(node, point)
    except Undefined:
        return None
    return float(value) if isinstance(value, (int, float)) else None


def _agree(key: Node, given: Node, truth: float, value: float, point: Point) -> bool:
    scale = max(abs(truth), abs(value))
    apart = abs(truth - value)
    if apart <= SURE * scale:
        return True
    if scale > TINY and apart > DOUBTFUL * scale:
        return False
    try:
        exact, exact_given = precise(key, point), precise(given, point)
    except Undefined:
        return False
    return bool(
        abs(exact - exact_given) <= EQUAL_DIGITS * max(abs(exact), abs(exact_given), EQUAL_DIGITS)
    )


def _difference(pairs: list[Pair], variables: Sequence[Variable]) -> Iterator[str]:
    if shape := _constant(pairs):
        yield shape
    elif where := _half(pairs, variables):
        yield where
    wrong = [pair for pair in pairs if not pair.agree]
    worst = min(wrong[:SHORTER], key=lambda pair: sum(len(f"{x:g}") for x in pair.at.values()))
    at = ", ".join(f"{name} = {x:.4g}" for name, x in worst.at.items())
    yours = "is not defined" if worst.given is None else f"is {format_value(worst.given)}"
    yield f"At {at} yours {yours}, the key {format_value(worst.key)}."


def _constant(pairs: list[Pair]) -> str:
    """A factor or a difference that is the same everywhere."""
    both = [(pair.key, pair.given) for pair in pairs if pair.given is not None]
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
        if variable.ends[0] < 0 < variable.ends[1]:
            for sign, relation in ((1, ">"), (-1, "<")):
                inside = [p.agree for p in pairs if p.at[variable.name] * sign > 0]
                outside = [p.agree for p in pairs if p.at[variable.name] * sign < 0]
                if inside and outside and all(inside) and not any(outside):
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
