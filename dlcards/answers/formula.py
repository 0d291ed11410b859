"""Judges a formula: equal to the key at every point, or where not, by what.

Numbers decide; nothing symbolic is asked whether two formulas are equal, because it can neither be
told 0 < p < 1 nor be trusted to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from dlcards.answers.domains import Point, Variable, points
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.precise import Beyond, precise
from dlcards.answers.tree import Call, Node, Num, children, names, show
from dlcards.answers.written import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Outcome: TypeAlias = Literal["right", "wrong", "undecided"]

SURE = 1e-12  # relative disagreement that floats explain by themselves
PLAIN = 1e-3  # disagreement that floats do not explain, unless terms cancel at this very point
TINY = 1e-9  # below it, a value is perhaps what a cancellation has left
SAME = 1e-8  # relative; between factors that are said to be constant
DIGITS = (50, 200, 1000)  # more where fifty are eaten by a cancellation, such as 1 − tanh² far out
EQUAL_DIGITS = 1e-20
LOST = 1e-100  # what a cancellation may still leave of a thousand digits
FEWEST = 8  # points at which both must have a value
SHORTER = 12  # of all points, the counterexample with the shortest numbers is shown
FEW, MANY = 4, 16  # digits in which two values are shown


class Rules(NamedTuple):
    """What the form of an answer must obey beside its value."""

    must_use: tuple[str, ...] = ()  # variables or functions
    must_not_use: tuple[str, ...] = ()
    no_numbers: bool = False
    max_length: int | None = None  # characters of the answer as typed


class Pair(NamedTuple):
    """Both values at a point, floats or of many digits; None where a formula is not defined."""

    at: Point
    key: Any
    given: Any
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
    pairs = _compared(key, given, variables, seed)
    if any(not pair.agree for pair in pairs):
        return Verdict("wrong", _relation(pairs, variables), _example(pairs))
    if len(pairs) < FEWEST:
        return Verdict("undecided", "There are too few values to compare your formula with.")
    return Verdict("right")


def equal(one: Node, other: Node, at: Sequence[Point]) -> bool:
    """Whether two formulas have the same value at all of these points."""
    apart: list[Pair] = []
    for point in at:
        pair = _in_floats(one, other, point)
        if not pair.agree and _far_apart(pair):
            return False  # a mistake loses its name where terms cancel, never a verdict
        apart += [] if pair.agree else [pair]
    exact = (_in_digits(one, other, pair) for pair in apart)
    return bool(at) and all(pair is None or pair.agree for pair in exact)


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


def _compared(key: Node, given: Node, variables: Sequence[Variable], seed: int) -> list[Pair]:
    """Both values at each point; those points that say nothing are left out.

    Where floats differ at most points, no rounding explains it. Elsewhere many digits decide.
    """
    pairs = [_in_floats(key, given, at) for at in points(variables, (key, given), seed)]
    plain = [pair for pair in pairs if not pair.agree and _far_apart(pair)]
    if 2 * len(plain) > len(pairs):
        return [pair for pair in pairs if pair.agree or pair in plain]
    sure = not any(map(_may_be_extreme, variables))
    exact = (pair if pair.agree and sure else _in_digits(key, given, pair) for pair in pairs)
    return [pair for pair in exact if pair is not None]


def _may_be_extreme(variable: Variable) -> bool:
    """Whether a domain may have no point at which floats would tell two formulas apart."""
    return not variable.whole and (variable.low, variable.high) != (None, None)


def _in_floats(key: Node, given: Node, point: Point) -> Pair:
    truth, other = value(key, point), value(given, point)
    agree = truth is not None and other is not None
    if truth is not None and other is not None:
        agree = abs(truth - other) <= SURE * max(abs(truth), abs(other))
    return Pair(point, truth, other, agree)


def value(node: Node, point: Point) -> float | None:
    """Return the value at a point, None where there is none."""
    try:
        return float(evaluate(node, point))
    except (Undefined, OverflowError):
        return None


def _far_apart(pair: Pair) -> bool:
    if pair.key is None or pair.given is None:
        return False
    return bool(abs(pair.key - pair.given) > PLAIN * max(abs(pair.key), abs(pair.given), TINY))


def _in_digits(key: Node, given: Node, pair: Pair) -> Pair | None:
    """The values to fifty digits, or to more where these leave it open; None where nothing tells."""
    truth = other = None
    try:
        for digits in DIGITS:
            truth, other = _digits(key, pair.at, digits), _digits(given, pair.at, digits)
            if truth is None and other is None:
                return None
            if truth is not None and other is not None and _same_digits(truth, other):
                return Pair(pair.at, truth, other, agree=True)
    except Beyond:
        return pair if pair.agree or _far_apart(pair) else None
    lost = truth is not None and other is not None and abs(truth) + abs(other) < LOST
    return None if lost else Pair(pair.at, truth, other, agree=False)


def _digits(node: Node, point: Point, digits: int) -> Any:
    try:
        return precise(node, point, digits)
    except Undefined:
        return None


def _same_digits(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= EQUAL_DIGITS * max(abs(one), abs(other)))


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
    visible = [pair for pair in wrong if _seen_to_differ(pair, FEW)] or wrong
    short = min(visible[:SHORTER], key=lambda p: sum(len(f"{x:g}") for x in p.at.values()))
    at = ", ".join(f"{name} = {x:.12g}" for name, x in short.at.items())
    yours = f"At {at} yours" if at else "Yours"
    for digits in (FEW, 2 * FEW, MANY):
        if _seen_to_differ(short, digits):
            truth = _shown(short.key, digits).removeprefix("is ")
            return f"{yours} {_shown(short.given, digits)}, the key {truth}."
    more = "larger" if short.given > short.key else "smaller"
    return f"{yours} is {more} than the key by {float(abs(short.given - short.key)):.2g}."


def _seen_to_differ(pair: Pair, digits: int) -> bool:
    return _shown(pair.key, digits) != _shown(pair.given, digits)


def _shown(value: Any, digits: int) -> str:
    return "is not defined" if value is None else f"is {format_value(float(value), digits)}"


def _constant(pairs: list[Pair]) -> str:
    """A factor or a difference that is the same everywhere."""
    if any(pair.key is None or pair.given is None for pair in pairs):
        return ""
    both = [(float(pair.key), float(pair.given)) for pair in pairs]
    ratios = [given / key for key, given in both if abs(key) > TINY]
    factor = sorted(ratios)[len(ratios) // 2] if len(ratios) >= FEWEST else 0.0
    if factor and not _near(factor, 1) and all(_near(y, factor * x) for x, y in both):
        return f"Yours is the key × {format_value(factor)}."
    apart = [given - key for key, given in both]
    if abs(apart[0]) > TINY and all(_near(difference, apart[0]) for difference in apart):
        sign = "+" if apart[0] > 0 else "−"
        return f"Yours is the key {sign} {format_value(abs(apart[0]))}."
    return ""


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= max(SAME * abs(other), TINY)


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
