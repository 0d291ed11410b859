"""Evaluates a tree to many digits, where floats leave a verdict open; mpmath is SymPy's arithmetic.

Every step is looked at: what is not real is Undefined as it is in floats, and what is too large to
be worth its digits is Beyond, so that a tower of powers costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from dlcards.answers.elementary import Undefined
from dlcards.answers.evaluate import ARITHMETIC
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
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 100_000  # bits before or after the point


class Beyond(Exception):
    """A value, or one on the way to it, that is too large or too small to be computed."""


def precise(node: Node, env: Mapping[str, float], digits: int = 50) -> Any:
    """Return the value to so many digits; raises Undefined where there is none, or Beyond."""
    import mpmath

    with mpmath.workdps(digits):
        exact = {name: mpmath.mpf(repr(x)) for name, x in env.items()}  # as it is said
        return _Evaluation(exact, mpmath).value(node)


class _Evaluation:
    def __init__(self, env: Mapping[str, Any], mp: Any) -> None:
        self.env = env
        self.mp = mp

    def value(self, node: Node) -> Any:
        match node:
            case Num(value):
                return self.mp.mpf(repr(value))  # 0.1 as it was written, not as a float has it
            case Const(name):
                return {"pi": self.mp.pi, "e": self.mp.e, "inf": self.mp.inf}[name] + 0
            case Name(name):
                return self.env[name]
            case Neg(of):
                return -self.value(of)
            case Binary(op, left, right):
                return self._checked(_apply, op, self.value(left), self.value(right))
            case Call(name, args):
                return self._checked(self._function, name, *map(self.value, args))
            case Array() | Index() | Word() | Compare():
                raise Undefined("only formulas of single numbers have digits")
            case _:
                assert_never(node)

    def _checked(self, function: Any, name: str, *args: Any) -> Any:
        if self._grows(name, args):
            raise Beyond
        try:
            value = function(name, *args)
        except (ValueError, ZeroDivisionError) as error:
            raise Undefined(str(error)) from error
        except OverflowError as error:
            raise Beyond from error
        if isinstance(value, self.mp.mpc) or not self.mp.isfinite(value):
            raise Undefined("the formula has no finite real value")
        if value and abs(self.mp.mag(value)) > LARGEST:
            raise Beyond
        return value

    def _grows(self, name: str, args: tuple[Any, ...]) -> bool:
        """Whether the result would have too many bits before the point to be begun."""
        if name == "^":
            base, power = args
            return bool(base and power and abs(power * self.mp.mag(base)) > LARGEST)
        return name in _EXPONENTIAL and abs(args[0]) > LARGEST

    def _function(self, name: str, *args: Any) -> Any:
        mp = self.mp
        own = {
            "abs": abs, "max": max, "min": min, "round": mp.nint, "relu": lambda x: max(x, mp.mpf(0)),
            "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)),
            "log2": lambda x: mp.log(x, 2), "sum": lambda *xs: sum(xs),
            "mean": lambda *xs: sum(xs) / len(xs),
        }  # fmt: skip
        return (own.get(name) or getattr(mp, name))(*args)


def _apply(op: str, left: Any, right: Any) -> Any:
    return ARITHMETIC[op](left, right)


_EXPONENTIAL = frozenset(
    ["exp", "sinh", "cosh", "tanh", "sech", "sigmoid", "softplus", "erf", "erfc"]
)
