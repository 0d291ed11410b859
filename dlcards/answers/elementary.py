"""The elementary functions on one number, each saying where it is not defined; math only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from dlcards.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar: TypeAlias = int | float


class Undefined(UsageError):
    """A formula that has no finite value where it is asked, with the reason."""


def _checked(name: str, function: Callable[[Any], Scalar]) -> Callable[[Any], Scalar]:
    """Return `function` with its domain errors and overflows said in one sentence."""

    def checked(x: Any) -> Scalar:
        try:
            return function(x)
        except OverflowError as error:
            raise Undefined(f"{name}({x:.4g}) is too large (check the argument)") from error
        except ValueError as error:
            raise Undefined(f"{name} of {_kind(x)} is not defined (check the argument)") from error

    return checked


def _kind(x: Scalar) -> str:
    if x == 0:
        return "zero"
    return "a negative number" if x < 0 else "infinity"


def _sign(x: Scalar) -> int:
    return (x > 0) - (x < 0)


def _sech(x: float) -> float:
    return 2 * math.exp(-abs(x)) / (1 + math.exp(-2 * abs(x)))


def _sigmoid(x: float) -> float:
    """Never exponentiates a positive number, so that it cannot overflow."""
    small = math.exp(-abs(x))
    return (1 if x >= 0 else small) / (1 + small)


def _softplus(x: float) -> float:
    return max(x, 0) + math.log1p(math.exp(-abs(x)))


_PLAIN: dict[str, Callable[[Any], Scalar]] = {
    "exp": math.exp, "log": math.log, "log2": math.log2, "log10": math.log10,
    "sqrt": math.sqrt, "abs": abs, "sign": _sign, "floor": math.floor, "ceil": math.ceil,
    "round": round, "sin": math.sin, "cos": math.cos, "tan": math.tan, "sinh": math.sinh,
    "cosh": math.cosh, "tanh": math.tanh, "sech": _sech, "erf": math.erf, "erfc": math.erfc,
    "sigmoid": _sigmoid, "relu": lambda x: max(x, 0), "softplus": _softplus,
}  # fmt: skip
ELEMENTWISE = {name: _checked(name, function) for name, function in _PLAIN.items()}


def _sum(args: list[Any]) -> Any:
    if len(args) == 1 and hasattr(args[0], "sum"):
        return args[0].sum().item()
    return sum(args)


def _mean(args: list[Any]) -> Any:
    if len(args) == 1 and hasattr(args[0], "mean"):
        return args[0].mean().item()
    return _sum(args) / len(args)


def _extreme(name: str) -> Callable[[list[Any]], Any]:
    def extreme(args: list[Any]) -> Any:
        if not any(hasattr(arg, "ravel") for arg in args):
            return (max if name == "max" else min)(args)
        import numpy as np

        if len(args) == 1:
            return getattr(args[0], name)().item()
        return getattr(np, f"{name}imum").reduce(np.broadcast_arrays(*args))

    return extreme


def _of_something(name: str, reduce: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def reduced(args: list[Any]) -> Any:
        if not all(getattr(arg, "size", 1) for arg in args):
            raise Undefined(f"{name} of an empty list is not defined (give it numbers)")
        try:
            value = reduce(args)
        except OverflowError as error:
            raise Undefined(f"{name} of its arguments is too large (check them)") from error
        except ValueError as error:
            raise Undefined(f"{name} joins lists of different shapes (make them alike)") from error
        if isinstance(value, float) and not math.isfinite(value):
            raise Undefined(f"{name} of its arguments is not finite (check them)")
        return value

    return reduced


REDUCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    name: _of_something(name, reduce)
    for name, reduce in {
        "max": _extreme("max"), "min": _extreme("min"), "sum": _sum, "mean": _mean,
    }.items()
}  # fmt: skip
