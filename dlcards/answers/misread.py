"""Mistakes that anybody makes with a formula, each as the formula that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcards.answers.tree import Binary, Call, Name, Neg, Node, Num, rebuilt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlcards.answers.domains import Variable

_WHOLE = (
    ("That is the negative of the answer: check the sign.", lambda key: Neg(key)),
    ("That is twice the answer: a factor ½ is missing.", lambda key: Binary("*", Num(2), key)),
    ("That is half the answer: a factor 2 is missing.", lambda key: Binary("/", key, Num(2))),
    ("That is the reciprocal of the answer.", lambda key: Binary("/", Num(1), key)),
    ("That is the square of the answer.", lambda key: Binary("^", key, Num(2))),
    ("That is the square root of the answer.", lambda key: Call("sqrt", (key,))),
    ("That is the logarithm of the answer.", lambda key: Call("log", (key,))),
    ("That is the exponential of the answer.", lambda key: Call("exp", (key,))),
)
_FUNCTIONS = (
    ("log", "log2", "That has the logarithm to base 2: the natural one is asked."),
    ("log", "log10", "That has the logarithm to base 10: the natural one is asked."),
    ("sigmoid", "tanh", "That has tanh where the sigmoid belongs."),
    ("tanh", "sigmoid", "That has the sigmoid where tanh belongs."),
    ("max", "min", "That takes the smaller where the larger belongs."),
    ("min", "max", "That takes the larger where the smaller belongs."),
)


def misread(key: Node, variables: Sequence[Variable]) -> Iterator[tuple[str, Node]]:
    """Yield what to say and the wrong formula, most likely first."""
    for said, change in _WHOLE:
        yield said, change(key)
    for variable in variables:
        name = Name(variable.name)
        if variable.domain == "unit":
            other = Binary("-", Num(1), name)
            yield f"That has 1 − {name.name} where {name.name} belongs.", _with(key, name, other)
        yield f"That has the sign of {name.name} reversed.", _with(key, name, Neg(name))
    for first, second in _pairs(variables):
        yield f"That has {first} and {second} exchanged.", _swapped(key, first, second)
    for right, wrong, said in _FUNCTIONS:
        yield said, _renamed(key, right, wrong)


def _pairs(variables: Sequence[Variable]) -> Iterator[tuple[str, str]]:
    names = [variable.name for variable in variables]
    return ((a, b) for n, a in enumerate(names) for b in names[n + 1 :])


def _with(node: Node, old: Name, new: Node) -> Node:
    return new if node == old else rebuilt(node, lambda child: _with(child, old, new))


def _swapped(node: Node, one: str, other: str) -> Node:
    if isinstance(node, Name):
        return Name({one: other, other: one}.get(node.name, node.name))
    return rebuilt(node, lambda child: _swapped(child, one, other))


def _renamed(node: Node, old: str, new: str) -> Node:
    inside = rebuilt(node, lambda child: _renamed(child, old, new))
    return Call(new, inside.args) if isinstance(inside, Call) and inside.name == old else inside
