"""The tree of a formula: what was written, before any layout.

Named tuples, because importing dataclasses would cost every start of the program 20 ms.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Role = Literal[
    "ord",  # a letter or digit: x, α, 2
    "word",  # an upright name that takes an argument: log, softmax
    "lim",  # such a name with limits: max, argmin
    "sum",  # a large sign with limits: ∑, ∫
    "prefix",  # binds to what follows: ∂, ∇, ∀
    "inner",  # stands apart like a factor: …
    "bin",  # between spaces: +, ×
    "slash",  # between, without spaces: /, ·
    "rel",  # =, ≤, →
    "open",
    "close",
    "punct",
    "text",  # prose that brings its own spaces
    "space",
]


class Leaf(NamedTuple):
    """One sign, with its way of writing in Unicode and in ASCII."""

    text: str
    ascii: str
    role: Role


class Row(NamedTuple):
    """Things side by side; an empty row is an empty group."""

    items: tuple[Node, ...]


class Script(NamedTuple):
    """A base with a subscript, a superscript or both beside it."""

    base: Node
    sub: Node | None
    sup: Node | None


class Limits(NamedTuple):
    """A base with something set below it, above it or both."""

    base: Node
    under: Node | None
    over: Node | None


class Frac(NamedTuple):
    """A fraction; a small one (\\tfrac) stays on the line in every layout."""

    num: Node
    den: Node
    small: bool


class Binom(NamedTuple):
    """A binomial coefficient."""

    top: Node
    bottom: Node


class Root(NamedTuple):
    """A root; without a degree it is the square root."""

    body: Node
    degree: Node | None


class Accent(NamedTuple):
    """A mark over (or under) a body: `mark` is a combining character, `name` its ASCII word."""

    mark: str
    name: str
    body: Node


class Brace(NamedTuple):
    """A body with a brace below it, or above it."""

    body: Node
    above: bool


class Fence(NamedTuple):
    """A body between two delimiters; a delimiter with empty text is not drawn."""

    left: Leaf
    body: Node
    right: Leaf


class Grid(NamedTuple):
    """Rows of cells; in a joined grid (aligned) the cells of a row read on as one row."""

    rows: tuple[tuple[Node, ...], ...]
    align: str
    joined: bool


Node = Leaf | Row | Script | Limits | Frac | Binom | Root | Accent | Brace | Fence | Grid

NOTHING = Row(())


def row_of(items: tuple[Node, ...]) -> Node:
    """The only item itself, or a row of all."""
    return items[0] if len(items) == 1 else Row(items)


def items_of(node: Node) -> tuple[Node, ...]:
    """The items of a row; anything else is its own only item."""
    return node.items if isinstance(node, Row) else (node,)
