"""Where a formula is compared: points of the variables' domains that leave no corner out.

All sign orthants, near zero, near both ends, both sides of every kink of either formula; the same
points for the same seed, so that a verdict never changes.
"""

from __future__ import annotations

import math
import random
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.tree import Binary, Call, Node, children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Domain: TypeAlias = Literal["real", "positive", "nonnegative", "unit", "integer", "count"]
Point: TypeAlias = dict[str, float]

LEAST = 32  # points, beside those at kinks
MOST_KINK_POINTS = 48
MOST_KINKS = 12  # of one formula
BISECTIONS = 40
SIGNED = 6  # variables of which every combination of signs is tried: 64 points
_ENDS: dict[str, tuple[float, float]] = {
    "real": (-math.inf, math.inf), "positive": (0.0, math.inf), "nonnegative": (0.0, math.inf),
    "unit": (0.0, 1.0), "integer": (-math.inf, math.inf), "count": (1.0, math.inf),
}  # fmt: skip
_WHOLE = ("integer", "count")
_MAGNITUDES = (0.003, 0.08, 0.37, 0.9, 1.7, 3.1, 5.3, 23.0)  # of an unbounded variable
_SHARES = (0.004, 0.06, 0.21, 0.43, 0.58, 0.77, 0.93, 0.996)  # of a bounded one's width
_STEPS = (0, 1, 2, 3, 4, 5, 7, 12, 31, 100)  # from the end of a whole one's domain
_FAR = (60.0, 300.0, 2000.0, 1e5)  # magnitudes among which kinks are sought beside the values


class Variable(NamedTuple):
    """A variable with its domain; `low` and `high` narrow it."""

    name: str
    domain: Domain = "real"
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the domain; they belong to it where it is one of whole numbers."""
        low, high = _ENDS[self.domain]
        return (
            low if self.low is None else max(low, self.low),
            high if self.high is None else min(high, self.high),
        )

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.domain in _WHOLE

    def holds(self, value: float) -> bool:
        """Whether a value belongs to the domain."""
        low, high = self.ends
        if self.whole:
            return low <= value <= high and float(value).is_integer()
        return low < value < high

    def values(self) -> list[float]:
        """Return numbers from all parts of the domain, in order; none where it is empty."""
        low, high = self.ends
        if self.whole:
            return _whole_values(low, high)
        if not low < high:
            return []
        if math.isfinite(low) and math.isfinite(high):
            return [low + (high - low) * share for share in _SHARES]
        if math.isfinite(low):
            return [low + size for size in _MAGNITUDES]
        if math.isfinite(high):
            return [high - size for size in reversed(_MAGNITUDES)]
        return [-size for size in reversed(_MAGNITUDES)] + list(_MAGNITUDES)


def _whole_values(low: float, high: float) -> list[float]:
    """Small ones and some larger ones, from each end there is, or to both sides of zero."""
    found: set[int] = set()
    if math.isfinite(low):
        found |= {math.ceil(low) + step for step in _STEPS}
    if math.isfinite(high):
        found |= {math.floor(high) - step for step in _STEPS}
    found |= set() if found else {sign * step for step in _STEPS for sign in (-1, 1)}
    return [float(n) for n in sorted(found) if low <= n <= high]


def points(variables: Sequence[Variable], formulas: Iterable[Node], seed: int) -> list[Point]:
    """Return at least 32 points of the domain, and both sides of the kinks of the formulas."""
    if not all(variable.values() for variable in variables):
        return []
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found = [*_orthants(variables, chance), *_everywhere(variables, chance)]
    kinks = [kink for formula in formulas for kink in [*_kinks(formula)][:MOST_KINKS]]
    return found + _around(kinks, variables, found)


def _orthants(variables: Sequence[Variable], chance: random.Random) -> Iterator[Point]:
    """One point in each combination of the low and high halves of the first domains."""
    halves = [_halves(v) for v in variables[:SIGNED]]
    for sides in product((0, 1), repeat=len(halves)):
        point = {v.name: chance.choice(v.values()) for v in variables}
        for v, half, side in zip(variables, halves, sides, strict=False):
            point[v.name] = _near(chance.choice(half[side]), v, chance)
        yield point


def _everywhere(variables: Sequence[Variable], chance: random.Random) -> Iterator[Point]:
    """Each part of each domain at least once, in combinations left to chance."""
    orders = {v.name: _shuffled(v, chance) for v in variables}
    for n in range(LEAST):
        yield {v.name: _near(orders[v.name][n % len(orders[v.name])], v, chance) for v in variables}


def _shuffled(variable: Variable, chance: random.Random) -> list[float]:
    values = variable.values()
    chance.shuffle(values)
    return values


def _halves(variable: Variable) -> tuple[list[float], list[float]]:
    values = variable.values()
    middle = (len(values) + 1) // 2
    return values[:middle], values[middle:] or values


def _near(value: float, variable: Variable, chance: random.Random) -> float:
    """Move a value a little, so that no formula can be right by luck."""
    if variable.whole:
        return value
    room = min(abs(value - end) for end in (*variable.ends, value * 2 or 1.0))
    return _short(value + 0.4 * room * chance.uniform(-1, 1), 0.1 * room)


def _short(value: float, reach: float) -> float:
    """Round to as few digits as keep a value within reach, so that it is easily said."""
    rounded = (float(f"{value:.{digits}g}") for digits in range(3, 17))
    return next((short for short in rounded if abs(short - value) < reach), value)


def _kinks(node: Node) -> Iterator[Node]:
    """The expressions whose zeros are kinks: arguments of abs, sign, relu, differences in max."""
    if isinstance(node, Call):
        if node.name in ("abs", "sign", "relu"):
            yield node.args[0]
        if node.name in ("max", "min"):
            yield from (Binary("-", one, other) for one, other in combinations(node.args, 2))
    for child in children(node):
        yield from _kinks(child)


def _around(kinks: list[Node], variables: Sequence[Variable], starts: list[Point]) -> list[Point]:
    found: list[Point] = []
    for start, kink, variable in product(starts[:6], kinks, variables):
        if len(found) >= MOST_KINK_POINTS:
            break
        if (root := _root(kink, variable, start)) is not None:
            found += [start | {variable.name: x} for x in _sides(root, variable)]
    return found


def _sides(root: float, variable: Variable) -> list[float]:
    """Close to a kink and a little farther off, on both sides of it."""
    if variable.whole:
        near = [math.floor(root) - 1, math.floor(root), math.ceil(root), math.ceil(root) + 1]
        return [float(n) for n in dict.fromkeys(near) if variable.holds(n)]
    size = max(1.0, abs(root))
    steps = (-0.3 * size, -1e-3 * size, 1e-3 * size, 0.3 * size)
    sides = [_short(root + step, 0.1 * abs(step)) for step in steps]
    return [x for x in sides if variable.holds(x)]


def _root(kink: Node, variable: Variable, start: Mapping[str, float]) -> float | None:
    """A zero of the kink along one variable, by bisection between values of unequal sign."""

    def sign(x: float) -> float:
        try:
            return float(evaluate(kink, {**start, variable.name: x}))
        except Undefined:
            return math.nan

    far = [x for size in _FAR for x in (-size, size) if variable.holds(x)]
    for left, right in pairwise(sorted([*variable.values(), *far])):
        a, b = sign(left), sign(right)
        if a * b < 0:
            for _ in range(BISECTIONS):
                middle = (left + right) / 2
                if a * sign(middle) > 0:
                    left = middle
                else:
                    right = middle
            return right
        if b == 0:
            return right
    return None
