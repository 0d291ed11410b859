"""Bars, which open and close with the same sign: which belong together."""

from __future__ import annotations

from dlcards.tex.macros import sign
from dlcards.tex.node import Fence, Leaf, Node, Script, row_of

_BARS = ("|", "‖")


def pair_bars(items: list[Node]) -> list[Node]:
    """|x| and ‖x‖ become fences when every bar has a partner; a lone one stands between."""
    for bar in _BARS:
        places = [i for i, item in enumerate(items) if _bar_of(item) == bar]
        if places and len(places) % 2 == 0:
            items = _fenced(items, places)
        elif places:
            items = [_lone(item) if _bar_of(item) == bar else item for item in items]
    return items


def _bar_of(item: Node) -> str:
    leaf = item.base if isinstance(item, Script) else item
    return leaf.text if isinstance(leaf, Leaf) and leaf.role == "ord" else ""


def _lone(item: Node) -> Node:
    """p(y|x), D(p ‖ q), and the bar of f(x)|₀, which closes what it evaluates."""
    if isinstance(item, Script):
        return item._replace(base=item.base._replace(role="close"))  # type: ignore[call-arg]
    if not isinstance(item, Leaf):
        return item
    return item._replace(role="slash" if item.text == "|" else "rel")


def _fenced(items: list[Node], places: list[int]) -> list[Node]:
    result: list[Node] = []
    after = 0
    for start, end in zip(places[::2], places[1::2], strict=True):
        left, right = items[start], items[end]
        if isinstance(left, Script):  # a script on the opening bar: these are not pairs
            return items
        bar = sign(_bar_of(left))
        fence = Fence(bar, row_of(tuple(items[start + 1 : end])), bar)
        result += items[after:start]
        result.append(right._replace(base=fence) if isinstance(right, Script) else fence)
        after = end + 1
    return result + items[after:]
