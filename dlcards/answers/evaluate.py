"""Computes a tree: scalars by `math`, arrays by NumPy, whole numbers exactly while they are small.

Whatever has no finite value raises Undefined with a sentence; no warning and no traceback leaves.
"""

from __future__ import annotations

import math
import operator
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from dlcards.answers.elementary import ELEMENTWISE, REDUCTIONS, Undefined
from dlcards.answers.tree import (
    Array,
    Binary,
    Call,
    Compare,
    Const,
    Index,
    Name,
    Neg,
    Node,
    Num,
    Word,
    show,
)  # fmt: skip
from dlcards.errors import DlcardsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Scalar: TypeAlias = int | float

_MOST_BITS = 1000  # whole numbers stay exact below this and are always within a float's range
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": operator.pow,
}  # fmt: skip
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
# How far apart equals may be, relatively: == forgives rounding, ~ means within one percent.
_REACH = {"==": 1e-9, "!=": 1e-9, "~": 1e-2}


def evaluate(
    node: Node,
    env: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Any:
    """Return the value of a tree: int, float, ndarray, or whatever one of `functions` gives.

    `env` holds the variables; `functions` come before the elementary ones. A Compare gives a bool.
    """
    return _Evaluation(env, functions or {}).value(node)


class _Evaluation:
    """One computation: the variables and functions that are known while it runs."""

    def __init__(self, env: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self.env = env
        self.functions = functions

    def value(self, node: Node) -> Any:
        match node:
            case Num(value) | Word(value):
                return value
            case Const(name):
                return _CONSTANTS[name]
            case Name(name):
                return self._variable(name)
            case Neg(of):
                return 0 - _number(self.value(of), of)
            case Binary(op, left, right):
                return _arithmetic(op, self.value(left), self.value(right), node)
            case Call():
                return self._call(node)
            case Array(items):
                return _array([self.value(item) for item in items])
            case Index(of, at):
                return _entry(self.value(of), at, node)
            case Compare(op, left, right):
                return _holds(op, self.value(left), self.value(right))
            case _:
                assert_never(node)

    def _variable(self, name: str) -> Any:
        if name not in self.env:
            raise Undefined(f"'{name}' has no value (give it one)")
        return _plain(self.env[name])

    def _call(self, node: Call) -> Any:
        args = [self.value(arg) for arg in node.args]
        keywords = {key: self.value(value) for key, value in node.keywords}
        if node.name in self.functions:
            return _foreign(node.name, self.functions[node.name], args, keywords)
        if node.name not in ELEMENTWISE and node.name not in REDUCTIONS:
            raise Undefined(f"'{node.name}' is not a known function (check its name)")
        if keywords:
            raise Undefined(f"{node.name} takes no keywords (delete '{next(iter(keywords))}')")
        return _elementary(
            node, [_number(arg, of) for arg, of in zip(args, node.args, strict=True)]
        )


def _foreign(
    name: str, function: Callable[..., Any], args: list[Any], keywords: dict[str, Any]
) -> Any:
    try:
        return _plain(function(*args, **keywords))
    except (ArithmeticError, DlcardsError, LookupError, TypeError, ValueError) as error:
        said = str(error)
        raise Undefined(said if said.startswith(name) else f"{name}: {said}") from error


def _elementary(node: Call, args: list[Any]) -> Any:
    if node.name in REDUCTIONS:
        return REDUCTIONS[node.name](args)
    function, (arg,) = ELEMENTWISE[node.name], args
    if _is_array(arg):
        import numpy as np

        return np.array([function(x) for x in arg.ravel().tolist()]).reshape(arg.shape)
    return function(arg)


def _arithmetic(op: str, left: Any, right: Any, node: Binary) -> Any:
    left, right = _number(left, node.left), _number(right, node.right)
    if _is_array(left) or _is_array(right):
        return _array_arithmetic(op, left, right, node)
    try:
        value = _scalar_arithmetic(op, left, right)
    except ZeroDivisionError as error:
        raise Undefined(f"{show(node)} divides by zero (check the denominator)") from error
    except OverflowError as error:
        raise Undefined(f"{_brief(node)} is too large (check the exponent)") from error
    if isinstance(value, complex):
        raise Undefined(f"{_brief(node)} is not real (check the sign)")
    return _finite(value, (left, right), node)


def _scalar_arithmetic(op: str, left: Scalar, right: Scalar) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        if op == "^" and (right < 0 or left.bit_length() * right > _MOST_BITS):
            return float(left) ** float(right)
        if op == "*" and left.bit_length() + right.bit_length() > _MOST_BITS:
            return float(left) * float(right)
        if op == "/" and right and left % right == 0:
            return left // right
    value = ARITHMETIC[op](left, right)
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return float(value)
    return value


def _array_arithmetic(op: str, left: Any, right: Any, node: Binary) -> Any:
    import numpy as np

    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if op == "/" and not right.all():
        raise Undefined(f"{_brief(node)} divides by zero (check the denominator)")
    try:
        with np.errstate(all="ignore"):
            value = ARITHMETIC[op](left, right)
    except ValueError as error:
        raise Undefined(
            f"{_brief(node)} joins shapes {left.shape} and {right.shape} (make them alike)"
        ) from error
    if np.isnan(value).any() or (
        np.isinf(value).any() and np.isfinite(left).all() and np.isfinite(right).all()
    ):
        raise Undefined(f"{_brief(node)} is not finite everywhere (check its entries)")
    return value


def _finite(value: Any, operands: tuple[Scalar, Scalar], node: Node) -> Any:
    if value != value or (math.isinf(value) and all(map(math.isfinite, operands))):
        raise Undefined(f"{_brief(node)} is not finite (check its size)")
    return value


def _number(value: Any, node: Node) -> Any:
    """Return what arithmetic can be done with: an int, a float or an array of numbers."""
    value = _plain(value)
    if isinstance(value, (list, tuple)):
        value = _array(list(value))
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)) or _is_array(value):
        return value
    raise Undefined(f"{_brief(node)} is not a number (compute with numbers and arrays)")


def _plain(value: Any) -> Any:
    """Take NumPy's scalars off: float64(2) becomes 2.0."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def _is_array(value: Any) -> bool:
    return hasattr(value, "ravel")


def _array(items: list[Any]) -> Any:
    import numpy as np

    try:
        array = np.array(items)
    except ValueError as error:
        raise Undefined("a list has rows of different lengths (make them alike)") from error
    if array.dtype.kind not in "biufO":
        raise Undefined("a list holds something that is no number (write numbers)")
    try:
        return array if array.dtype.kind in "if" else array.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise Undefined("a list holds something that is no number (write numbers)") from error


def _entry(value: Any, at: tuple[int, ...], node: Node) -> Any:
    try:
        for place in at:
            value = value[place]
    except (LookupError, TypeError) as error:
        raise Undefined(f"{_brief(node)} does not exist (check the index)") from error
    return _plain(value)


def _holds(op: str, left: Any, right: Any) -> bool:
    if any(isinstance(side, (str, bool, NoneType)) for side in (left, right)):
        return (left is right or left == right) == (op in ("==", "~"))
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _scalars_hold(op, left, right)
    return _arrays_hold(op, left, right)


def _scalars_hold(op: str, left: Scalar, right: Scalar) -> bool:
    if op in _ORDER:
        return bool(_ORDER[op](left, right))
    whole = isinstance(left, int) and isinstance(right, int) and op != "~"
    same = left == right or (not whole and math.isclose(left, right, rel_tol=_REACH[op]))
    return same == (op != "!=")


def _arrays_hold(op: str, left: Any, right: Any) -> bool:
    import numpy as np

    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if op in _ORDER:
        return bool(_ORDER[op](left, right).all())
    same = left.shape == right.shape and np.isclose(left, right, rtol=_REACH[op], atol=0).all()
    return bool(same) == (op != "!=")


def _brief(node: Node) -> str:
    text = show(node)
    return text if len(text) <= 40 else f"{text[:39]}…"


__all__ = ["Undefined", "evaluate"]
