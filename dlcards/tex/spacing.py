"""What stands between two neighbours of a row, in every layout alike.

The spaces depend on the roles of the neighbours only; the table below is all of it. Two factors
side by side (`juxtaposed`) stand together in Unicode and get a star in ASCII where their names
would run together: `αx` and `alpha*x`.
"""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

from dlcards.tex.node import Accent, Fence, Frac, Grid, Leaf, Limits, Node, Role, Root, Row, Script


class Style(NamedTuple):
    """Tight is the style of scripts: no spaces around operators."""

    ascii: bool
    tight: bool = False


# d_k, x^0.5, E_(x∼p), x*: a letter after them would seem to belong to the script
_OPEN_ENDED = re.compile(r"[_^]([^\W_]+[\u0300-\u036f]?(\.\d+)?|\([^()]*\))\Z|.[*⋆†]\Z")
_JUXTAPOSED = "juxtaposed"
_FENCE = "fence"
_DIFFERENTIAL = Leaf("d", "d", "ord")
_SIGN = "sign"  # an operator with nothing to its left: the minus of −x

# (left roles, right roles, gap): the first row that fits decides; empty means any
_RULES: tuple[tuple[str, str, str], ...] = (
    ("", "rel bin", " "),
    ("rel bin", "", " "),
    ("", "punct close slash", ""),
    ("punct", "", " "),
    ("open sign slash", "", ""),
    ("word lim", "open fence", ""),
    ("word lim sum inner", "", " "),
    ("", "word lim sum inner", " "),
    ("prefix", "", ""),
    ("", "", _JUXTAPOSED),
)
_ROLES = (*get_args(Role), _FENCE, _SIGN)


def _gap_by_rule(left: str, right: str) -> str:
    fitting = (
        gap
        for lefts, rights, gap in _RULES
        if (not lefts or left in lefts.split()) and (not rights or right in rights.split())
    )
    return next(fitting)


_GAPS = {(left, right): _gap_by_rule(left, right) for left in _ROLES for right in _ROLES}
_UNARY_AFTER = frozenset({"", "bin", "rel", "open", "punct", "slash", "word", "lim", "sum", _SIGN})


def spaced(items: tuple[Node, ...], style: Style) -> list[tuple[str, Node]]:
    """The items of a row without its spaces, each with the gap before it."""
    result: list[tuple[str, Node]] = []
    left = ""
    wish = ""
    for item in items:
        role = role_of(item)
        if role == "space":
            wish = max(wish, item.text if isinstance(item, Leaf) else "", key=len)
            continue
        if role == "bin" and left in _UNARY_AFTER:
            role = _SIGN
        gap = _gap(result[-1][1], left, item, role, style) if result else ""
        result.append((gap if style.tight else max(wish, gap, key=len) if result else "", item))
        left = role
        wish = ""
    return result


def mended(gap: str, left: str, right: str) -> str:
    """The gap between two texts, so that a script or a star does not swallow its neighbour."""
    if gap == "*" and left.endswith("*"):
        return " "
    return " " if not gap and right[:1].isalnum() and _OPEN_ENDED.search(left) else gap


def role_of(node: Node) -> str:
    """The role of a node among its neighbours."""
    match node:
        case Leaf(_, _, role):
            return role
        case Script(base):
            return role_of(base)
        case Limits(base):  # what has limits stands apart even from a bracket: max_x (a + b)
            return "sum" if role_of(base) == "lim" else role_of(base)
        case Accent(_, _, body):
            return role_of(body)
        case Fence():
            return _FENCE
        case _:
            return "ord"


def _gap(before: Node, left: str, item: Node, role: str, style: Style) -> str:
    gap = _GAPS[left, role]
    if gap == _JUXTAPOSED:
        return _juxtaposed(before, item, style)
    if left == "prefix" and not gap:
        return (
            " "
            if role not in (_FENCE, "open", "punct", "close") and _apart(before, item, style)
            else ""
        )
    if style.tight and not _needs_room(before, item, style):
        return ""
    return gap


def _needs_room(before: Node, item: Node, style: Style) -> bool:
    """In scripts only words keep their spaces; beside an operator only the operator matters."""
    if role_of(before) == "punct":
        return False
    both = (before, item)
    operators = [node for node in both if role_of(node) in ("bin", "rel")]
    return any(_is_lettered(node, style) for node in operators or both)


def _is_lettered(node: Node, style: Style) -> bool:
    if isinstance(node, Leaf) and node.role in ("bin", "rel"):
        return _shown(node, style)[0].isalpha()
    return _is_word(node, style)


def _shown(leaf: Leaf, style: Style) -> str:
    return leaf.ascii if style.ascii else leaf.text


def _apart(before: Node, item: Node, style: Style) -> bool:
    return _is_word(item, style) or (style.ascii and _is_word(before, style))


def _juxtaposed(left: Node, right: Node, style: Style) -> str:
    if style.ascii:
        return _star(left, right)
    return " " if _is_word(left, style) or _is_word(right, style) else ""


def _is_word(node: Node, style: Style) -> bool:
    """Whether a node shows as several letters that must not run into others."""
    match node:
        case Leaf():
            shown = _shown(node, style)
            return len(shown) > 1 and shown[-1].isalpha()
        case Script(base) | Limits(base):
            return style.ascii and _is_word(base, style)
        case _:
            return False


def _star(left: Node, right: Node) -> str:
    if _is_text(left) or _is_text(right):
        return " "
    if (opening := _opening(right)) in ("(", "["):  # perhaps a call, or an index: (f*g)[n]
        is_product = _is_number(left) or isinstance(left, Fence | Frac | Root)
        return "*" if is_product and opening == "(" else ""
    if left == _DIFFERENTIAL and _begins_name(right):
        return " "
    return "*" if _ends_name(left) or _begins_name(right) else ""


def _is_text(node: Node) -> bool:
    return isinstance(node, Leaf) and node.role == "text"


def _opening(node: Node) -> str:
    while isinstance(node, Script):
        node = node.base
    return node.left.text if isinstance(node, Fence) and node.left.role == "open" else ""


def _is_number(node: Node) -> bool:
    return isinstance(node, Leaf) and node.text.isdigit() and node.text.isascii()


def _ends_name(node: Node) -> bool:
    return _begins_name(node) or isinstance(node, Script | Fence)


def _begins_name(node: Node) -> bool:
    match node:
        case Leaf(_, plain):
            return len(plain) > 1 and plain.isalpha()
        case Script(base):
            return _begins_name(base)
        case Row(items):
            return len(items) > 0 and _begins_name(items[0])
        case Grid():
            return False
        case _:
            return True
