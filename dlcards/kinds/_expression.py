"""Deck expressions over ops: what `ask`, `where`, `mistakes`, `proof` and `{{…}}` are computed with.

Names of ops are resolved in the registry: `huber_loss(…)`, `huber_loss.grad.input(…)`, and
`receptive_field.jump(…)` for a named output. Nothing else can be called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.answers import evaluate, grammar
from dlcards.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dlcards.ops._op import Op

CLOSE = 1e-9  # relative; what == means between floats that were computed in two ways


class Call(NamedTuple):
    """An op that an expression called; `part` is "" for the value, else "grad.x" or an output."""

    op: Op
    part: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


class Ops(Mapping[str, "Callable[..., Any]"]):
    """The registry as the functions of an expression; keeps the calls that were made."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __getitem__(self, dotted: str) -> Callable[..., Any]:
        from dlcards.ops import registry

        name, _, part = dotted.partition(".")
        op = registry()[name]

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(Call(op, part, args, kwargs))
            return result(op, part, args, kwargs)

        return call

    def __iter__(self) -> Iterator[str]:
        from dlcards.ops import registry

        return iter(registry())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def result(op: Op, part: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the op's value, its gradient for "grad.NAME", or one named output."""
    head, _, name = part.partition(".")
    if head == "grad":
        gradients = _run(op, op.grad, args, kwargs)
        return gradients[name] if name in gradients else _absent(op, name, gradients)
    value = _run(op, op, args, kwargs)
    if not part or part == "value":
        return value
    named = value if isinstance(value, Mapping) else {}
    return named[part] if part in named else _absent(op, part, named)


def _run(
    op: Op, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """Call an op; whatever it cannot do with a deck's numbers is said in a sentence."""
    try:
        return function(*args, **kwargs)
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
        raise evaluate.Undefined(f"{op.name}: {error}") from error


def _absent(op: Op, name: str, known: Collection[str]) -> Any:
    raise evaluate.Undefined(
        f"{op.name} has no '{name}' (it has {', '.join(known) or 'one value'})"
    )


def parse(text: str, names: Collection[str] = ()) -> grammar.Node:
    """Read a deck expression; raises `grammar.Unreadable`."""
    return _parsed(text, frozenset(names))


@lru_cache(maxsize=4096)  # drawing and proving compute the same expressions again and again
def _parsed(text: str, names: frozenset[str]) -> grammar.Node:
    return grammar.parse(text, names=names, deck=True)


def compute(text: str, env: Mapping[str, Any], functions: Mapping[str, Any] | None = None) -> Any:
    """Return the value of a deck expression; raises `Unreadable` or `Undefined`."""
    return value_of(parse(text, env), env, functions)


def value_of(
    node: grammar.Node, env: Mapping[str, Any], functions: Mapping[str, Any] | None = None
) -> Any:
    """Return the value of an expression that was read; raises `Undefined`."""
    try:
        return evaluate.evaluate(node, env, Ops() if functions is None else functions)
    except UsageError as error:  # an op refused its arguments
        raise evaluate.Undefined(str(error)) from None
