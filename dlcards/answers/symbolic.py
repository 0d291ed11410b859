"""SymPy objects built node by node from our own trees: derivatives that prove keys.

SymPy never reads text here: its readers execute code. It decides no verdict of a review either; it
is asked by `deck check`, where its time is not felt.
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


def expression(node: Node) -> Any:
    """Return the SymPy expression of a tree; variables are real symbols."""
    import sympy

    match node:
        case Num(value):
            return sympy.Rational(repr(value)) if isinstance(value, float) else sympy.Integer(value)
        case Const(name):
            return {"pi": sympy.pi, "e": sympy.E, "inf": sympy.oo}[name]
        case Name(name):
            return sympy.Symbol(name, real=True)
        case Neg(of):
            return -expression(of)
        case Binary(op, left, right):
            return ARITHMETIC[op](expression(left), expression(right))
        case Call(name, args):
            return _function(name)(*map(expression, args))
        case Array() | Index() | Word() | Compare():
            raise Undefined("only formulas of single numbers can be differentiated")
        case _:
            assert_never(node)


def derivative(node: Node, name: str) -> Any:
    """Return the SymPy derivative of a tree with respect to one of its variables."""
    import sympy

    return sympy.diff(expression(node), sympy.Symbol(name, real=True))


def value(found: Any, env: Mapping[str, float]) -> float | None:
    """Return a SymPy expression's value at a point; None where it has no real one."""
    import sympy

    at = {sympy.Symbol(name, real=True): sympy.Float(x, 30) for name, x in env.items()}
    number = found.subs(at).doit().evalf(20)
    if not number.is_real or not number.is_finite:
        return None
    return float(number)


def _function(name: str) -> Any:
    import sympy as s

    table = {
        "abs": s.Abs, "max": s.Max, "min": s.Min, "ceil": s.ceiling, "sign": s.sign,
        "relu": lambda x: s.Max(x, 0), "sigmoid": lambda x: 1 / (1 + s.exp(-x)),
        "softplus": lambda x: s.log(1 + s.exp(x)), "log2": lambda x: s.log(x, 2),
        "log10": lambda x: s.log(x, 10), "sum": lambda *xs: s.Add(*xs),
        "mean": lambda *xs: s.Add(*xs) / len(xs),
    }  # fmt: skip
    if name not in table and not hasattr(s, name):
        raise Undefined(f"{name} cannot be differentiated")
    return table.get(name) or getattr(s, name)
