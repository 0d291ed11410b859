"""Writes a tree as LaTeX, with no more brackets than are needed."""

from __future__ import annotations

from typing import assert_never
from unicodedata import normalize

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
from dlcards.answers.vocabulary import spelled

_GREEK = frozenset([
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu",
    "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega",
])  # fmt: skip
_ACCENTS = ("hat", "bar", "tilde")
_BINDING = {"+": 1, "-": 1, "*": 2}
_NEGATIVE, _BASE = 3, 5  # after a minus, or as a minus's neighbour; below a power
_CONSTANTS = {"pi": r"\pi", "e": "e", "inf": r"\infty"}
_NAMED = {"log": r"\ln", "log2": r"\log_2", "log10": r"\log_{10}", "sigmoid": r"\sigma", "sign": r"\operatorname{sign}"}  # fmt: skip
_PLAIN = frozenset(["exp", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh"])


def latex(node: Node) -> str:
    """Return the formula in the LaTeX of `dlcards.tex`."""
    return _latex(node, 0)


def _latex(node: Node, outer: int) -> str:
    """Write a tree that stands beside a sign binding as tightly as `outer`."""
    match node:
        case Num(value):
            return _number(value, outer)
        case Const(name):
            return _CONSTANTS[name]
        case Name(name):
            return _name(name)
        case Neg(of):
            return _bracketed(f"-{_latex(of, _beside(of, _BINDING['*']))}", outer >= _NEGATIVE)
        case Binary(op, left, right):
            return _binary(op, left, right, outer)
        case Call(name, args):
            return _call(name, args)
        case Array() | Index() | Word() | Compare():
            return rf"\text{{{show(node)}}}"
        case _:
            assert_never(node)


def _number(value: int | float, outer: int) -> str:
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    mantissa, _, power = text.partition("e")
    return _bracketed(rf"{mantissa} \cdot 10^{{{int(power)}}}", outer > _BINDING["*"])


def _binary(op: str, left: Node, right: Node, outer: int) -> str:
    if op == "/":
        fraction = rf"\frac{{{_latex(left, 0)}}}{{{_latex(right, 0)}}}"
        return _bracketed(fraction, outer == _BASE)
    if op == "^":
        root = isinstance(left, Call) and left.name == "sqrt"
        base = _bracketed(_latex(left, _BASE), root)
        power = f"{base}^{{{_latex(right, 0)}}}"
        return _bracketed(power, outer == _BASE)
    binding = _BINDING[op]
    inner = _beside(right, binding + (op == "-"))
    text = f"{_latex(left, binding)}{_sign(op, right)}{_latex(right, inner)}"
    return _bracketed(text, outer > binding)


def _beside(node: Node, binding: int) -> int:
    """How tightly what follows a sign must hold together: a second sign never follows at once."""
    first = node
    while isinstance(first, Binary) and first.op == "*":
        first = first.left
    return _NEGATIVE if isinstance(first, Neg) else binding


def _sign(op: str, right: Node) -> str:
    if op != "*":
        return f" {op} "
    return r" \cdot " if _begins_with_number(right) else " "


def _begins_with_number(node: Node) -> bool:
    """Whether a product written side by side would run its numbers together."""
    while isinstance(node, Binary) and node.op in "*/^":
        node = node.left
    return isinstance(node, Num)


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
    head, *parts = [part for part in name.split("_") if part] or [name]
    stem = head.rstrip("0123456789₀₁₂₃₄₅₆₇₈₉")
    index = [normalize("NFKC", head[len(stem) :])] if stem != head else []
    index += [part for part in parts if part not in _ACCENTS]
    word = _word(stem)
    for accent in (part for part in parts if part in _ACCENTS):
        word = rf"\{accent}{{{word}}}"
    return f"{word}_{{{','.join(map(_index, index))}}}" if index else word


def _word(stem: str) -> str:
    plain = spelled(stem)
    if plain in _GREEK:
        return rf"\{plain}"
    return stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"


def _index(part: str) -> str:
    return part if len(part) == 1 or part.isdigit() else _word(part)


def _bracketed(text: str, needed: bool) -> str:
    return rf"\left({text}\right)" if needed else text
