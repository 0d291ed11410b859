"""Where a formula is compared: points of the variables' domains that leave no corner out.

All sign orthants, near zero, near both ends, both sides of every kink of either formula; the same
points for the same seed, so that a verdict never changes.
"""

from __future__ import annotations

import math
import random
from itertools import pairwise, product
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.tree import Binary, Call, Node, children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Domain: TypeAlias = Literal["real", "positive", "nonnegative", "unit", "integer", "count"]
Point: TypeAlias = dict[str, float]

LEAST = 24  # points, beside those at kinks
MOST_KINK_POINTS = 24
BISECTIONS = 40
_ENDS: dict[str, tuple[float, float]] = {
    "real": (-math.inf, math.inf), "positive": (0.0, math.inf), "nonnegative": (0.0, math.inf),
    "unit": (0.0, 1.0), "integer": (-math.inf, math.inf), "count": (1.0, math.inf),
}  # fmt: skip
_WHOLE = ("integer", "count")
_MAGNITUDES = (0.003, 0.08, 0.37, 0.9, 1.7, 3.1, 5.3)  # of an unbounded variable
_SHARES = (0.004, 0.06, 0.21, 0.43, 0.58, 0.77, 0.93, 0.996)  # of a bounded one's width


class Variable(NamedTuple):
    """A variable with its open domain; `low` and `high` narrow it."""

    name: str
    domain: Domain = "real"
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the domain; neither belongs to it."""
        low, high = _ENDS[self.domain]
        return (low if self.low is None else self.low, high if self.high is None else self.high)

    def values(self) -> list[float]:
        """Return numbers from all parts of the domain, in order."""
        low, high = self.ends
        if self.domain in _WHOLE:
            first = int(low) if math.isfinite(low) else -4
            return [float(n) for n in range(first, first + 9) if n <= high]
        if math.isfinite(low) and math.isfinite(high):
            return [low + (high - low) * share for share in _SHARES]
        if math.isfinite(low):
            return [low + size for size in _MAGNITUDES]
        if math.isfinite(high):
            return [high - size for size in reversed(_MAGNITUDES)]
        return [-size for size in reversed(_MAGNITUDES)] + list(_MAGNITUDES)


def points(variables: Sequence[Variable], formulas: Iterable[Node], seed: int) -> list[Point]:
    """Return at least 24 points of the domain, and both sides of the kinks of the formulas."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = [*_orthants(variables, chance)]
    while len(found) < LEAST:
        found.append({v.name: _near(chance.choice(v.values()), v, chance) for v in variables})
    kinks = [kink for formula in formulas for kink in _kinks(formula)]
    return found + _around(kinks, variables, found)


def _orthants(variables: Sequence[Variable], chance: random.Random) -> Iterator[Point]:
    """One point in each combination of low and high halves of the first four domains."""
    halves = [_halves(v) for v in variables[:4]]
    for sides in product((0, 1), repeat=len(halves)):
        point = {v.name: chance.choice(v.values()) for v in variables}
        for v, half, side in zip(variables, halves, sides, strict=False):
            point[v.name] = _near(chance.choice(half[side]), v, chance)
        yield point


def _halves(variable: Variable) -> tuple[list[float], list[float]]:
    values = variable.values()
    middle = (len(values) + 1) // 2
    return values[:middle], values[middle:] or values


def _near(value: float, variable: Variable, chance: random.Random) -> float:
    """Move a value a little, so that no formula can be right by luck; keep it short to print."""
    if variable.domain in _WHOLE:
        return value
    low, high = variable.ends
    room = min(abs(value - end) for end in (low, high, value * 2 or 1.0))
    return float(f"{value + 0.4 * room * chance.uniform(-1, 1):.3g}")


def _kinks(node: Node) -> Iterator[Node]:
    """The expressions whose zeros are kinks: arguments of abs, sign, relu, differences in max."""
    if isinstance(node, Call):
        if node.name in ("abs", "sign", "relu"):
            yield node.args[0]
        if node.name in ("max", "min"):
            first, *others = node.args
            yield from (Binary("-", first, other) for other in others)
    for child in children(node):
        yield from _kinks(child)


def _around(kinks: list[Node], variables: Sequence[Variable], starts: list[Point]) -> list[Point]:
    found: list[Point] = []
    for kink, variable, start in product(kinks, variables, starts[:6]):
        if len(found) >= MOST_KINK_POINTS:
            break
        if variable.domain not in _WHOLE and (root := _root(kink, variable, start)) is not None:
            step = 1e-3 * max(1.0, abs(root))
            sides = (root - step, root + step)
            low, high = variable.ends
            found += [start | {variable.name: x} for x in sides if low < x < high]
    return found


def _root(kink: Node, variable: Variable, start: Mapping[str, float]) -> float | None:
    """A zero of the kink along one variable, by bisection between values of unequal sign."""

    def sign(x: float) -> float:
        try:
            return float(evaluate(kink, {**start, variable.name: x}))
        except Undefined:
            return math.nan

    values = variable.values()
    for left, right in pairwise(values):
        a, b = sign(left), sign(right)
        if a * b < 0:
            for _ in range(BISECTIONS):
                middle = (left + right) / 2
                if a * sign(middle) > 0:
                    left = middle
                else:
                    right = middle
            return right
    return None
