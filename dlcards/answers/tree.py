"""The frozen tree that a typed formula becomes, and how it is written back with all brackets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from collections.abc import Callable

Operator: TypeAlias = Literal["+", "-", "*", "/", "^"]
Relation: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "~"]


@dataclass(frozen=True, slots=True)
class Num:
    """A number as written, never negative: a sign before it is a `Neg`."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Const:
    """A number with a name of its own: pi, e; in decks also inf."""

    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """A declared variable, spelled as it was declared."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    """The negative of a formula."""

    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two formulas and the arithmetic between them."""

    op: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function at its arguments; keyword arguments in decks only."""

    name: str
    args: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Array:
    """A list of formulas, lists among them; decks only."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An entry of an array or of a tuple of results; decks only."""

    of: Node
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """The value of a keyword that is a word ("sum"), true, false or none; decks only."""

    value: str | bool | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A statement: two formulas and the relation that holds between them; decks only."""

    op: Relation
    left: Node
    right: Node


Node: TypeAlias = Num | Const | Name | Neg | Binary | Call | Array | Index | Word | Compare


def show(node: Node) -> str:
    """Write a tree with every bracket: what was understood, so that a misreading is seen."""
    match node:
        case Num(value):
            return repr(value)
        case Const(name) | Name(name):
            return name
        case Neg(of):
            return f"-{_operand(of)}"
        case Binary(op, left, right):
            space = " " if op in "+-" else ""
            return f"({_operand(left)}{space}{op}{space}{_operand(right)})"
        case Call(name, args, keywords):
            shown = [*map(show, args), *(f"{key}={show(value)}" for key, value in keywords)]
            return f"{name}({', '.join(shown)})"
        case Array(items):
            return f"[{', '.join(map(show, items))}]"
        case Index(of, at):
            return f"{_operand(of)}[{', '.join(map(str, at))}]"
        case Word(value):
            return f'"{value}"' if isinstance(value, str) else str(value).lower()
        case Compare(op, left, right):
            return f"{show(left)} {op} {show(right)}"
        case _:
            assert_never(node)


def names(node: Node) -> frozenset[str]:
    """Return the variables that a tree needs."""
    if isinstance(node, Name):
        return frozenset({node.name})
    return frozenset().union(*map(names, children(node)))


def _operand(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, Neg) else show(node)


def children(node: Node) -> tuple[Node, ...]:
    """Return the trees directly inside a tree."""
    match node:
        case Num() | Const() | Name() | Word():
            return ()
        case Neg(of) | Index(of):
            return (of,)
        case Binary(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Call(_, args, keywords):
            return args + tuple(value for _, value in keywords)
        case Array(items):
            return items
        case _:
            assert_never(node)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with `change` applied to each tree directly inside it."""
    match node:
        case Num() | Const() | Name() | Word():
            return node
        case Neg(of):
            return Neg(change(of))
        case Binary(op, left, right):
            return Binary(op, change(left), change(right))
        case Call(name, args, keywords):
            return Call(name, tuple(map(change, args)), tuple((k, change(v)) for k, v in keywords))
        case Array(items):
            return Array(tuple(map(change, items)))
        case Index(of, at):
            return Index(change(of), at)
        case Compare(op, left, right):
            return Compare(op, change(left), change(right))
        case _:
            assert_never(node)
