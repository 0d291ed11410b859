"""Proves the key and every line of a derive card: by SymPy, by an op, by points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlcards.answers import grammar
from dlcards.answers.domains import Point, Variable, points
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dlcards.kinds.derive import Derive, Origin

CLOSE = 1e-7  # relative: the derivative of floats by SymPy has more digits than that
FEWEST = 8


def faults_of_derivation(card: Derive) -> Iterable[Fault]:
    """What computing shows to be wrong with the card."""
    try:
        yield from _steps(card)
        yield from _mistakes(card)
        if card.proof_of is not None:
            yield from _origin(card, card.proof_of)
        if card.op:
            yield from _op(card)
    except (grammar.Unreadable, Undefined) as error:
        yield Fault("key", str(error))


def _steps(card: Derive) -> Iterator[Fault]:
    """Each line equals the key, and so the line before it; the last one is the key as written."""
    for n, stage in enumerate(card.steps):
        verdict = card.check(stage.expr)
        if verdict.score == 0.0:
            said = " ".join(getattr(block, "text", "") for block in verdict.said)
            yield Fault(f"steps[{n}].expr", f"is not equal to the key: {said}")


def _mistakes(card: Derive) -> Iterator[Fault]:
    for n, slip in enumerate(card.mistakes):
        if card.check(slip.expr).score != 0.0:
            yield Fault(f"mistakes[{n}].expr", "is accepted as right", "drop it, or mend the key")


def _origin(card: Derive, origin: Origin) -> Iterator[Fault]:
    """The key, its variables replaced, against SymPy's derivative."""
    from dlcards.answers import symbolic

    variables = [Variable(n, r.domain, r.low, r.high) for n, r in origin.variables.items()]
    names = list(origin.variables)
    source = grammar.parse(origin.expr, names=names)
    slope = symbolic.derivative(source, origin.wrt)
    where = {name: grammar.parse(text, names=names) for name, text in origin.where.items()}
    key = grammar.parse(card.key, names=list(card.variables))

    def value(point: Point) -> float:
        inner = {name: evaluate(node, point) for name, node in where.items()}
        return float(evaluate(key, {**point, **inner}))

    yield from _compared(
        "key",
        points(variables, (source,), 1),
        value,
        lambda at: symbolic.value(slope, at),
        "the derivative",
    )


def _op(card: Derive) -> Iterator[Fault]:
    """The key against the op's value or gradient, one element at a time."""
    from dlcards.kinds import _expression

    variables = [Variable(n, r.domain, r.low, r.high) for n, r in card.variables.items()]
    key = grammar.parse(card.key, names=list(card.variables))
    call = _expression.Ops()[f"{card.op}.{card.asked}"]

    def truth(at: Point) -> float | None:
        found: Any = call(**{name: [x] for name, x in at.items()})
        return float(found[0] if getattr(found, "ndim", 0) else found)

    yield from _compared(
        "key", points(variables, (key,), 1), lambda at: float(evaluate(key, at)), truth, card.op
    )


def _compared(
    field: str,
    at: list[Point],
    value: Callable[[Point], float],
    truth: Callable[[Point], float | None],
    what: str,
) -> Iterator[Fault]:
    seen = 0
    for point in at:
        try:
            given, right = value(point), truth(point)
        except Undefined:
            continue
        if right is None:
            continue
        seen += 1
        if not math.isclose(given, right, rel_tol=CLOSE, abs_tol=1e-9):
            place = ", ".join(f"{name} = {x:.4g}" for name, x in point.items())
            yield Fault(field, f"is {given:.6g} at {place}, but {what} is {right:.6g}")
            return
    if seen < FEWEST:
        yield Fault(
            field, f"could be compared with {what} at {seen} points only", "widen the domains"
        )
