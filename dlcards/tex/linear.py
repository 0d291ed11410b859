"""The one-line layout: brackets stand where the picture had none."""

from __future__ import annotations

import re
import unicodedata
from typing import assert_never

from dlcards.tex.alphabet import lowered, raised
from dlcards.tex.columns import width
from dlcards.tex.macros import MACROS, sign
from dlcards.tex.node import (
    Accent,
    Binom,
    Brace,
    Fence,
    Frac,
    Grid,
    Leaf,
    Limits,
    Node,
    Root,
    Row,
    Script,
    items_of,
    row_of,
)
from dlcards.tex.spacing import Style, mended, role_of, spaced

_FACTORS = frozenset({"ord", "fence", "open", "word", "sum", "lim", "prefix", "inner"})
_BINDERS = frozenset({"word", "sum", "lim", "prefix"})
_DIFFERENTIALS = ("d", "∂", "∇", "Δ", "δ")
_NAME = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_SLASH = sign("/")
# Not of the role "open": what we bracket is a factor, never the argument of a call.
_LEFT, _RIGHT = Leaf("(", "(", "ord"), Leaf(")", ")", "ord")
_CLOSE_BRACE = MACROS["}"].leaf


def linear(node: Node, style: Style) -> str:
    """`node` on one line."""
    match node:
        case Leaf(text, plain):
            return plain if style.ascii else text
        case Row(items):
            return _row(items, style)
        case Script(base, sub, sup):
            return _base(base, style) + scripts(sub, sup, style)
        case Limits(base, under, over):
            return _base(base, style) + scripts(under, over, style)
        case Frac(num, den):
            return f"{_numerator(num, style)}/{_denominator(den, style)}"
        case Binom(top, bottom):
            return f"binom({linear(top, style)}, {linear(bottom, style)})"
        case Root(body, degree):
            return _root(body, degree, style)
        case Accent():
            return accented(node, style)
        case Brace(body):
            return f"({linear(body, style)})"
        case Fence():
            return _fence(node, style)
        case Grid():
            return _grid(node, style)
        case _:
            assert_never(node)


def scripts(sub: Node | None, sup: Node | None, style: Style) -> str:
    """Both scripts on the line: β₁ᵗ, x_Q^K."""
    return script(sub, style, up=False) + script(sup, style, up=True)


def script(node: Node | None, style: Style, *, up: bool) -> str:
    """One script on the line, in Unicode script letters if every letter has one."""
    if node is None:
        return ""
    text = small(node, style)
    return _script_letters(text, style, up) or _marked(node, text, "^" if up else "_")


def inline_script(node: Node, style: Style, *, up: bool) -> str | None:
    """A script that stays on the line without a mark, or None."""
    return _script_letters(small(node, style), style, up)


def small(node: Node, style: Style) -> str:
    """What stands in a script: one line, without spaces round its operators."""
    return linear(node, Style(style.ascii, tight=True)).strip()


def _script_letters(text: str, style: Style, up: bool) -> str | None:
    if style.ascii:
        return text if text.strip("'") == "" else None  # primes need no mark
    return raised(text) if up else lowered(text)


def accented(node: Accent, style: Style) -> str:
    """A combining mark on a single letter, a word before anything longer."""
    text = linear(node.body, style)
    if len(text) == 1 and not style.ascii:
        return unicodedata.normalize("NFC", text + node.mark)
    if style.ascii and _NAME.fullmatch(text) and isinstance(node.body, Leaf):
        return f"{text}_{node.name}"
    return f"{node.name}({text})"


def guarded(items: tuple[Node, ...]) -> tuple[Node, ...]:
    """The items with brackets round each one-line fraction that its neighbours would tear."""
    if not any(isinstance(item, Frac) for item in items):
        return items
    shown = tuple(item for item in items if role_of(item) != "space")
    kept = [
        Fence(_LEFT, item, _RIGHT) if isinstance(item, Frac) and _torn(shown, i) else item
        for i, item in enumerate(shown)
    ]
    bracketed = iter(kept)
    return tuple(item if role_of(item) == "space" else next(bracketed) for item in items)


def _torn(items: tuple[Node, ...], place: int) -> bool:
    after = role_of(items[place + 1]) if place + 1 < len(items) else ""
    before = role_of(items[place - 1]) if place else ""
    if after in _FACTORS or before in _BINDERS or (place and items[place - 1] == _SLASH):
        return True
    frac = items[place]
    return before in _FACTORS and isinstance(frac, Frac) and _merges(frac.num)


def _merges(numerator: Node) -> bool:
    """Whether a numerator would be read together with the factor before it: λ(1/2), not λ1/2."""
    match numerator:
        case Leaf(text, _, role):
            return role != "ord" or not text.isalpha()
        case Row(items):
            return len(items) > 0 and _merges(items[0])
        case Script(base) | Limits(base):
            return _merges(base)
        case _:
            return False


def _row(items: tuple[Node, ...], style: Style) -> str:
    parts: list[str] = []
    before = ""
    for gap, item in spaced(guarded(items), style):
        text = linear(item, style)
        gap = mended(gap, before, text)
        if not (gap.isspace() and (before.endswith(" ") or text.startswith(" "))):
            parts.append(gap)
        parts.append(text)
        before = text
    return "".join(parts)


def _base(base: Node, style: Style) -> str:
    text = linear(base, style)
    return f"({text})" if isinstance(base, Frac | Row | Grid | Binom) and text else text


def _marked(node: Node, text: str, mark: str) -> str:
    name = _NAME if mark == "_" or isinstance(node, Leaf) else _NUMBER
    bare = width(text) == 1 or name.fullmatch(text) or _NUMBER.fullmatch(text) or _in_round(node)
    return mark + (text if bare else f"({text})")


def _in_round(node: Node) -> bool:
    return isinstance(node, Fence) and node.left.text == "(" and node.right.text == ")"


def _numerator(node: Node, style: Style) -> str:
    text = linear(node, style).strip()
    if isinstance(node, Frac | Grid | Limits) or (isinstance(node, Row) and _splits(text, " /")):
        return f"({text})"
    return f"({text})" if isinstance(node, Leaf) and " " in text else text


def _denominator(node: Node, style: Style) -> str:
    text = linear(node, style).strip()
    return text if _is_factor(node, text) else f"({text})"


def _is_factor(node: Node, text: str) -> bool:
    items = items_of(node)
    if not items or _splits(text, " /*·" if isinstance(node, Row | Leaf) else ""):
        return False
    if len(items) == 1:
        return not isinstance(items[0], Frac | Grid | Limits | Row)
    if len(items) == 2 and isinstance(items[0], Leaf) and items[0].text in _DIFFERENTIALS:
        return _is_factor(items[1], text)
    is_call = len(items) == 2 and isinstance(items[1], Fence) and not isinstance(items[0], Fence)
    return is_call or _NUMBER.fullmatch(text) is not None


def _splits(text: str, marks: str) -> bool:
    """Whether one of `marks` stands outside all brackets."""
    depth = 0
    for char in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(char, 0)
        if depth == 0 and char in marks:
            return True
    return False


def _root(body: Node, degree: Node | None, style: Style) -> str:
    inside = linear(body, style)
    if degree is None:
        return f"sqrt({inside})" if style.ascii else f"√({inside})"
    sign = None if style.ascii else inline_script(degree, style, up=True)
    return f"{sign}√({inside})" if sign else f"root({linear(degree, style)}, {inside})"


def _fence(node: Fence, style: Style) -> str:
    left, body, right = node
    if isinstance(body, Grid) and left.text == "{" and not right.text:  # cases, all on one line
        right = _CLOSE_BRACE
    return linear(left, style) + linear(body, style).strip() + linear(right, style)


def _grid(node: Grid, style: Style) -> str:
    if node.joined:
        rows = [linear(row_of(_run_on(row)), style).strip() for row in node.rows]
    else:
        rows = [_cells(row, style) for row in node.rows]
    *inner, last = rows
    return "; ".join([*(row.rstrip(" ,") if ", " in row else row for row in inner), last])


def _run_on(row: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(item for cell in row for item in items_of(cell))


def _cells(row: tuple[Node, ...], style: Style) -> str:
    texts = [linear(cell, style).strip() for cell in row]
    *inner, last = texts
    return ", ".join([*(text.rstrip(" ,") for text in inner), last])
