"""Options of optimizers that come in twos, such as betas: annotations for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from dlcards.ops._arguments import check_of
from dlcards.ops._op import Check, Real

if TYPE_CHECKING:
    from collections.abc import Callable

Pair: TypeAlias = tuple[float, float]


def _pair(holds: Callable[[float, float], bool]) -> Callable[[Any], Pair]:
    number = check_of(Real)

    def read(value: Any) -> Pair:
        first, second = (number.read(entry) for entry in value)
        if not holds(first, second):
            raise ValueError
        return first, second

    return read


def _read_floors(value: Any) -> tuple[float | None, float]:
    first, second = value
    read = _pair(lambda a, b: a >= 0 and b >= 0)
    return (None, read((0.0, second))[1]) if first is None else read((first, second))


Betas: TypeAlias = Annotated[
    Pair,
    Check("two numbers of at least 0 and below 1", _pair(lambda a, b: 0 <= a < 1 and 0 <= b < 1)),
]
Factors: TypeAlias = Annotated[
    Pair, Check("a number between 0 and 1, and one above 1", _pair(lambda a, b: 0 < a < 1 < b))
]
Bounds: TypeAlias = Annotated[
    Pair, Check("two numbers of at least 0, the smaller first", _pair(lambda a, b: 0 <= a <= b))
]
Floors: TypeAlias = Annotated[
    tuple[float | None, float],
    Check("two numbers of at least 0, the first of which may be none", _read_floors),
]
