"""Writes a tree as LaTeX, with no more brackets than are needed."""

from __future__ import annotations

from typing import assert_never

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
from dlcards.answers.written import format_value

_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
_ACCENTS = ("hat", "bar", "tilde")
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 3, "^": 4}
_NAMED = {"log": r"\ln", "log2": r"\log_2", "log10": r"\log_{10}", "sigmoid": r"\sigma", "sign": r"\operatorname{sign}"}  # fmt: skip
_PLAIN = frozenset(["exp", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh"])


def latex(node: Node) -> str:
    """Return the formula in the LaTeX of `dlcards.tex`."""
    return _latex(node, 0)


def _latex(node: Node, outer: int) -> str:
    match node:
        case Num(value):
            return format_value(value, digits=6)
        case Const(name):
            return r"\pi" if name == "pi" else name
        case Name(name):
            return _name(name)
        case Neg(of):
            return _bracketed(f"-{_latex(of, 2)}", outer > 2)
        case Binary(op, left, right):
            return _binary(op, left, right, outer)
        case Call(name, args):
            return _call(name, args)
        case Array() | Index() | Word() | Compare():
            return rf"\text{{{show(node)}}}"
        case _:
            assert_never(node)


def _binary(op: str, left: Node, right: Node, outer: int) -> str:
    if op == "/":
        return rf"\frac{{{_latex(left, 0)}}}{{{_latex(right, 0)}}}"
    if op == "^":
        return f"{_latex(left, 5)}^{{{_latex(right, 0)}}}"
    binding = _BINDING[op]
    sign = r" \cdot " if op == "*" and isinstance(right, Num) else " " if op == "*" else f" {op} "
    inner = 3 if isinstance(right, Neg) else binding + (op in "-*")
    text = f"{_latex(left, binding)}{sign}{_latex(right, inner)}"
    return _bracketed(text, outer > binding)


def _call(name: str, args: tuple[Node, ...]) -> str:
    inside = ", ".join(latex(arg) for arg in args)
    match name:
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "abs":
            return rf"\left|{inside}\right|"
        case "floor" | "ceil":
            return rf"\l{name} {inside} \r{name}"
    head = _NAMED.get(name) or (rf"\{name}" if name in _PLAIN else rf"\operatorname{{{name}}}")
    return rf"{head}\left({inside}\right)"


def _name(name: str) -> str:
    """Spell y_hat, sigma1 and h_t as they are written by hand."""
    head, _, index = name.partition("_")
    if index in _ACCENTS:
        return rf"\{index}{{{_name(head)}}}"
    stem = head.rstrip("0123456789")
    index = index or head[len(stem) :]
    word = (
        rf"\{stem}" if stem.lower() in _GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    )
    return f"{word}_{{{index}}}" if index else word


def _bracketed(text: str, needed: bool) -> str:
    return rf"\left({text}\right)" if needed else text
