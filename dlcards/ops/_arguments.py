"""How the arguments of an op are read and checked: the vocabulary of its annotations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeAlias,
    get_args,
    get_origin,
)

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable


class Check(NamedTuple):
    """How one argument is read: `read` returns the value or raises ValueError, `need` says what."""

    need: str
    read: Callable[[Any], Any]


def check_of(hint: Any) -> Check:
    """Find the Check of an annotation; of a union, one that tries each part in turn."""
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, Check):
            return extra
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return Check(_either([repr(part) for part in parts]), _one_of(*parts))
    checks = [check_of(part) for part in parts if part is not NoneType]
    if not checks:
        raise TypeError(f"{hint!r} has no Check: use the annotations of dlcards.ops._arguments")
    return checks[0] if len(checks) == 1 else _any_of(checks)


def _any_of(checks: list[Check]) -> Check:
    def read(value: Any) -> Any:
        for check in checks[:-1]:
            with suppress(ValueError, TypeError, OverflowError):
                return check.read(value)
        return checks[-1].read(value)

    return Check(_either([check.need for check in checks]), read)


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _floats(value: Any) -> NDArray[np.float64]:
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":  # NumPy would read None as nan and "1" as 1
        raise ValueError
    return _read_only(array, np.float64)


def _floats_that(holds: Callable[[NDArray[np.float64]], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> NDArray[np.float64]:
        if not np.all(holds(array := _floats(value))):
            raise ValueError
        return array

    return read


def _indices(value: Any) -> NDArray[np.int64]:
    array = np.asarray(value)
    if not array.size:
        return array.astype(np.int64)
    if array.dtype.kind in "ib":
        return _read_only(array, np.int64)
    if array.dtype.kind not in "fu" or np.abs(array).max() >= 2.0**63:
        raise ValueError
    if np.any(array != np.trunc(array)):  # nan also differs from itself
        raise ValueError
    return array.astype(np.int64)


def _read_only(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """Return a view that cannot be written to, so an op cannot change what it was given."""
    if array.dtype != dtype:
        return array.astype(dtype)
    view = array.view()
    view.flags.writeable = False
    return view


def _named(value: Any) -> dict[str, NDArray[np.float64]]:
    if not isinstance(value, Mapping):
        raise ValueError  # one exception says "not of this form" for every Check
    return {str(name): _floats(entry) for name, entry in value.items()}


def _number(holds: Callable[[float], bool]) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        plain = type(value) is float or type(value) is int
        if not plain and (isinstance(value, str) or np.ndim(value)):
            raise ValueError
        if not holds(number := float(value)):
            raise ValueError
        return number

    return read


def _whole(holds: Callable[[int], bool]) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is int and holds(value):
            return value
        if isinstance(value, (str, bool, np.bool_)) or np.ndim(value):
            raise ValueError
        if int(value) != value or not holds(int(value)):
            raise ValueError
        return int(value)

    return read


def _one_of(*choices: Any) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, (str, int)) or value not in choices:
            raise ValueError
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError  # one exception says "not of this form" for every Check
    return bool(value)


def _one_or_each(holds: Callable[[int], bool]) -> Callable[[Any], int | tuple[int, ...]]:
    whole = _whole(holds)

    def read(value: Any) -> int | tuple[int, ...]:
        many = type(value) is not int and np.ndim(value)
        return tuple(whole(n) for n in value) if many else whole(value)

    return read


# The vocabulary of annotations. A plain function body sees the type on the left. `Literal[...]`
# needs no Check, and a union is read as the first of its parts that takes the value.
Array: TypeAlias = Annotated[NDArray[np.float64], Check("numbers", _floats)]
NonNegatives: TypeAlias = Annotated[
    NDArray[np.float64], Check("numbers of at least 0", _floats_that(lambda x: x >= 0))
]
Positives: TypeAlias = Annotated[
    NDArray[np.float64], Check("numbers above 0", _floats_that(lambda x: x > 0))
]
Probabilities: TypeAlias = Annotated[
    NDArray[np.float64], Check("numbers from 0 to 1", _floats_that(lambda x: (x >= 0) & (x <= 1)))
]
Signs: TypeAlias = Annotated[
    NDArray[np.float64], Check("numbers that are 1 or -1", _floats_that(lambda x: abs(x) == 1))
]
Indices: TypeAlias = Annotated[NDArray[np.int64], Check("whole numbers", _indices)]
Arrays: TypeAlias = Annotated[Mapping[str, NDArray[np.float64]], Check("numbers by name", _named)]
Real: TypeAlias = Annotated[float, Check("a number", _number(lambda _: True))]
Finite: TypeAlias = Annotated[float, Check("a finite number", _number(math.isfinite))]
Positive: TypeAlias = Annotated[float, Check("a number above 0", _number(lambda x: x > 0))]
NonNegative: TypeAlias = Annotated[
    float, Check("a number of at least 0", _number(lambda x: x >= 0))
]
Unit: TypeAlias = Annotated[float, Check("a number from 0 to 1", _number(lambda x: 0 <= x <= 1))]
Whole: TypeAlias = Annotated[int, Check("a whole number", _whole(lambda _: True))]
Count: TypeAlias = Annotated[int, Check("a whole number of at least 1", _whole(lambda n: n >= 1))]
NonNegativeInt: TypeAlias = Annotated[
    int, Check("a whole number of at least 0", _whole(lambda n: n >= 0))
]
Size: TypeAlias = Annotated[
    int | tuple[int, ...],
    Check("a whole number of at least 1, or one for each axis", _one_or_each(lambda n: n >= 1)),
]
Extent: TypeAlias = Annotated[
    int | tuple[int, ...],
    Check("a whole number of at least 0, or one for each axis", _one_or_each(lambda n: n >= 0)),
]
Axes: TypeAlias = Annotated[
    int | tuple[int, ...], Check("the number of an axis, or several", _one_or_each(lambda _: True))
]
Padding: TypeAlias = Extent | Literal["same", "valid"]
Flag: TypeAlias = Annotated[bool, Check("true or false", _flag)]
Reduction: TypeAlias = Literal["mean", "sum", "none"]
