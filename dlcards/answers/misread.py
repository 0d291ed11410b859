"""Mistakes that anybody makes with a formula, each as the formula that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcards.answers.latex import latex
from dlcards.answers.tree import Binary, Call, Name, Neg, Node, Num, children, rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dlcards.answers.domains import Variable

    Wrong = tuple[str, Node]

MOST_FACTORS = 6  # of a product of which each part may have been forgotten
ONE, TWO, HUNDRED = Num(1), Num(2), Num(100)
_WHOLE: tuple[tuple[str, Callable[[Node], Node]], ...] = (
    ("That is the negative of the answer: check the sign.", Neg),
    ("That is twice the answer: a factor ½ is missing.", lambda key: Binary("*", TWO, key)),
    ("That is half the answer: a factor 2 is missing.", lambda key: Binary("/", key, TWO)),
    ("That is the reciprocal of the answer.", lambda key: Binary("/", ONE, key)),
    ("That is one minus the answer.", lambda key: Binary("-", ONE, key)),
    ("That is one more than the answer.", lambda key: Binary("+", key, ONE)),
    ("That is one less than the answer.", lambda key: Binary("-", key, ONE)),
    ("That is the answer in bits: the natural logarithm is asked.",
     lambda key: Binary("/", key, Call("log", (TWO,)))),
    ("That is the answer with log10: the natural logarithm is asked.",
     lambda key: Binary("/", key, Call("log", (Num(10),)))),
    ("That is a hundred times the answer: percent are not asked.",
     lambda key: Binary("*", HUNDRED, key)),
    ("That is the square of the answer.", lambda key: Binary("^", key, TWO)),
    ("That is the square root of the answer.", lambda key: Call("sqrt", (key,))),
    ("That is the logarithm of the answer.", lambda key: Call("log", (key,))),
    ("That is the exponential of the answer.", lambda key: Call("exp", (key,))),
)  # fmt: skip
_FUNCTIONS = (
    ("log", "log2", "That has the logarithm to base 2: the natural one is asked."),
    ("log", "log10", "That has the logarithm to base 10: the natural one is asked."),
    ("log2", "log", "That has the natural logarithm: the one to base 2 is asked."),
    ("sigmoid", "tanh", "That has tanh where the sigmoid belongs."),
    ("tanh", "sigmoid", "That has the sigmoid where tanh belongs."),
    ("max", "min", "That takes the smaller where the larger belongs."),
    ("min", "max", "That takes the larger where the smaller belongs."),
    ("floor", "ceil", "That rounds up: it is rounded down, by floor."),
    ("ceil", "floor", "That rounds down: it is rounded up, by ceil."),
)


def misread(
    key: Node, variables: Sequence[Variable], stages: Iterable[Node] = (), *, chain: bool = False
) -> Iterator[Wrong]:
    """Yield what to say and the wrong formula, most likely first.

    `stages` are other ways of writing the key, whose parts can be forgotten too; `chain` says that
    the key is a derivative.
    """
    for said, change in _WHOLE:
        yield said, change(key)
    for right, wrong, said in _FUNCTIONS:
        yield said, _renamed(key, right, wrong)
    for variable in variables:
        yield from _of_variable(key, variable)
    for first, second in _pairs(variables):
        yield f"That has {first} and {second} exchanged.", _swapped(key, first, second)
    for written in (key, *stages):
        yield from _anywhere(written, lambda node: _without_a_part(node, chain))
    for name in (Name(variable.name) for variable in variables):
        yield f"That has the sign of {name.name} reversed.", _with(key, name, Neg(name))


def _of_variable(key: Node, variable: Variable) -> Iterator[Wrong]:
    name = Name(variable.name)
    if variable.domain == "unit":
        said = f"That has 1 − {name.name} where {name.name} belongs."
        yield said, _with(key, name, Binary("-", ONE, name))
    if variable.whole:
        n = name.name
        yield f"That is {n} times the answer: a sum where the mean is asked.", _times(key, name)
        yield f"That is the answer divided by {n}: a mean where the sum is asked.", _over(key, name)
        yield f"That has {n} where {n} − 1 belongs.", _with(key, Binary("-", name, ONE), name)
        yield f"That has {n} − 1 where {n} belongs.", _with(key, name, Binary("-", name, ONE))
        yield f"That has {n} + 1 where {n} belongs.", _with(key, name, Binary("+", name, ONE))


def _times(key: Node, by: Node) -> Node:
    return Binary("*", key, by)


def _over(key: Node, by: Node) -> Node:
    return Binary("/", key, by)


def _pairs(variables: Sequence[Variable]) -> Iterator[tuple[str, str]]:
    names = [variable.name for variable in variables]
    return ((a, b) for n, a in enumerate(names) for b in names[n + 1 :])


def _with(node: Node, old: Node, new: Node) -> Node:
    return new if node == old else rebuilt(node, lambda child: _with(child, old, new))


def _swapped(node: Node, one: str, other: str) -> Node:
    if isinstance(node, Name):
        return Name({one: other, other: one}.get(node.name, node.name))
    return rebuilt(node, lambda child: _swapped(child, one, other))


def _renamed(node: Node, old: str, new: str) -> Node:
    inside = rebuilt(node, lambda child: _renamed(child, old, new))
    return Call(new, inside.args) if isinstance(inside, Call) and inside.name == old else inside


def _anywhere(node: Node, change: Callable[[Node], Iterator[Wrong]]) -> Iterator[Wrong]:
    """The tree with one of its parts changed, in each place and each way."""
    yield from change(node)
    for place, child in enumerate(children(node)):
        for said, changed in _anywhere(child, change):
            yield said, _replaced(node, place, changed)


def _replaced(node: Node, place: int, new: Node) -> Node:
    places = iter(range(len(children(node))))
    return rebuilt(node, lambda child: new if next(places) == place else child)


def _without_a_part(node: Node, chain: bool) -> Iterator[Wrong]:
    """A factor, a term, a power or a root is forgotten, or a sign inside is wrong."""
    match node:
        case Binary("*" | "/"):
            yield from _without_factors(node, chain)
        case Binary("+" | "-", left, right):
            flipped = Binary("-" if node.op == "+" else "+", left, right)
            yield f"That has the wrong sign before ${latex(right)}$.", flipped
            yield f"That lacks the term ${latex(right)}$.", left
            alone = right if node.op == "+" else Neg(right)
            yield f"That lacks the term ${latex(left)}$.", alone
        case Binary("^", base, _):
            yield f"That lacks the power of ${latex(base)}$.", base
        case Call("sqrt", (inside,)):
            yield f"That lacks the root of ${latex(inside)}$.", inside
        case Call("floor" | "ceil", (inside,)):
            yield "That is not rounded to a whole number.", inside


def _without_factors(node: Node, chain: bool) -> Iterator[Wrong]:
    above, below = _factors(node)
    why = ": the inner derivative of the chain rule" if chain else ""
    size = min(len(above), MOST_FACTORS)
    groups = [(n, n + wide) for wide in range(1, size) for n in range(len(above) - wide + 1)]
    for first, last in groups:
        lost = latex(_product(above[first:last]))
        kept = above[:first] + above[last:]
        yield f"That lacks the factor ${lost}${why}.", _quotient(kept, below)
    for n, divisor in enumerate(below):
        others = below[:n] + below[n + 1 :]
        yield f"That lacks the division by ${latex(divisor)}$.", _quotient(above, others)


def _factors(node: Node) -> tuple[list[Node], list[Node]]:
    """The factors of a product, and those that it is divided by."""
    match node:
        case Binary("*", left, right):
            (above, below), (more, under) = _factors(left), _factors(right)
            return above + more, below + under
        case Binary("/", left, right):
            above, below = _factors(left)
            return above, [*below, right]
    return [node], []


def _quotient(above: list[Node], below: list[Node]) -> Node:
    return Binary("/", _product(above), _product(below)) if below else _product(above)


def _product(factors: list[Node]) -> Node:
    product: Node = factors[0] if factors else ONE
    for factor in factors[1:]:
        product = Binary("*", product, factor)
    return product
