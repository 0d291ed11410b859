"""Evaluates a tree to fifty digits, where floats leave a verdict open; mpmath is SymPy's arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from dlcards.answers.elementary import Undefined
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

DIGITS = 50


def precise(node: Node, env: Mapping[str, float]) -> Any:
    """Return the value to fifty digits; raises Undefined where there is none."""
    import mpmath

    with mpmath.workdps(DIGITS):
        try:
            value = _value(node, {name: mpmath.mpf(x) for name, x in env.items()}, mpmath)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise Undefined(str(error)) from error
        if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
            raise Undefined("the formula has no finite real value")
        return value


def _value(node: Node, env: Mapping[str, Any], mp: Any) -> Any:
    match node:
        case Num(value):
            return mp.mpf(value)
        case Const(name):
            return {"pi": mp.pi, "e": mp.e, "inf": mp.inf}[name] + 0
        case Name(name):
            return env[name]
        case Neg(of):
            return -_value(of, env, mp)
        case Binary(op, left, right):
            return _arithmetic(op, _value(left, env, mp), _value(right, env, mp))
        case Call(name, args):
            return _function(name, mp)(*(_value(arg, env, mp) for arg in args))
        case Array() | Index() | Word() | Compare():
            raise Undefined("only formulas of single numbers have digits")
        case _:
            assert_never(node)


def _arithmetic(op: str, left: Any, right: Any) -> Any:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    return left**right


def _function(name: str, mp: Any) -> Any:
    own = {
        "abs": abs, "max": max, "min": min, "round": round, "relu": lambda x: max(x, mp.mpf(0)),
        "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)),
        "log2": lambda x: mp.log(x, 2), "sum": lambda *xs: sum(xs), "mean": lambda *xs: sum(xs) / len(xs),
    }  # fmt: skip
    return own.get(name) or getattr(mp, name)
