"""Proves the key and every line of a derive card: by SymPy, by an op, by points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlcards.answers import formula, grammar
from dlcards.answers.domains import Point, points
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.errors import DlcardsError
from dlcards.kinds import _expression
from dlcards.model.card import Fault
from dlcards.model.doc import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dlcards.kinds.derive import Derive, Origin
    from dlcards.model.card import Verdict

CLOSE = 1e-7  # relative: the derivative of floats by SymPy has more digits than that
FEWEST = 8


def faults_of_derivation(card: Derive) -> Iterable[Fault]:
    """What computing shows to be wrong with the card."""
    if any(card.faults()):
        return  # what cannot be read cannot be proved; the faults are told of already
    yield from _key(card)
    yield from _steps(card)
    yield from _mistakes(card)
    if card.proof_of is not None:
        yield from _origin(card, card.proof_of)
    if card.op:
        yield from _op(card)


def _key(card: Derive) -> Iterator[Fault]:
    """The key is accepted, and defined wherever its variables are."""
    key = grammar.parse(card.key, names=list(card.variables))
    for point in points(card.domains, (key,), 1):
        if formula.value(key, point) is None:
            place = _place(point)
            yield Fault("key", f"is not defined at {place}", "narrow the domain of its variables")
            return
    verdict = card.check(card.key)
    if not verdict.right:
        yield Fault("key", f"is not accepted itself: {_said(verdict)}")
    for wrong in (f"-({card.key})", f"{card.key} + 1"):
        if card.judged(wrong).outcome != "wrong":
            yield Fault("key", f"accepts {wrong} as well", "widen the domains")


def _steps(card: Derive) -> Iterator[Fault]:
    """Each line equals the key, and so the line before it."""
    for n, stage in enumerate(card.steps):
        judged = card.judged(stage.expr)
        if judged.outcome != "right":
            yield Fault(f"steps[{n}].expr", f"is not equal to the key: {judged.said}")


def _mistakes(card: Derive) -> Iterator[Fault]:
    """Each named mistake is wrong, and the first of its value."""
    for n, slip in enumerate(card.mistakes):
        field = f"mistakes[{n}].expr"
        if card.judged(slip.expr).outcome != "wrong":
            yield Fault(field, "is accepted as right", "drop it, or mend the key")
        elif not any(block == Text(slip.say, "mistake") for block in card.check(slip.expr).said):
            yield Fault(field, "equals a mistake above it", "drop one of them")


def _origin(card: Derive, origin: Origin) -> Iterator[Fault]:
    """The key, its variables replaced, against SymPy's derivative."""
    from dlcards.answers import symbolic

    names = list(origin.variables)
    source = grammar.parse(origin.expr, names=names)
    where = {name: grammar.parse(text, names=names) for name, text in origin.where.items()}
    key = grammar.parse(card.key, names=list(card.variables))
    try:
        slope = symbolic.derivative(source, origin.wrt)
    except Undefined as error:
        yield Fault("proof_of.expr", str(error))
        return

    def value(point: Point) -> float:
        inner = {name: evaluate(node, point) for name, node in where.items()}
        return float(evaluate(key, {**point, **inner}))

    at = points([given.of(name) for name, given in origin.variables.items()], (source,), 1)
    yield from _compared(at, value, lambda point: symbolic.value(slope, point), "the derivative")


def _op(card: Derive) -> Iterator[Fault]:
    """The key against the op's value or gradient, one element at a time."""
    from dlcards.ops import find

    key = grammar.parse(card.key, names=list(card.variables))
    try:
        settings = _settings(find(card.op))
    except DlcardsError as error:
        yield Fault("op", str(error))
        return
    call = _expression.Ops()[f"{card.op}.{card.asked}"]

    def truth(at: Point) -> float:
        found: Any = call(**{name: x if name in settings else [x] for name, x in at.items()})
        return float(found[0] if getattr(found, "ndim", 0) else found)

    at = points(card.domains, (key,), 1)
    try:
        truth(at[0])
    except (DlcardsError, TypeError, LookupError) as error:
        yield Fault("op", str(error), "name the variables as the op's arguments")
        return
    yield from _compared(at, lambda point: float(evaluate(key, point)), truth, card.op)


def _settings(op: Any) -> set[str]:
    """The arguments that are one number for all elements, such as delta."""
    parameters = op.signature.parameters.values()
    return {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}


def _compared(
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
            place = _place(point)
            yield Fault("key", f"is {given:.6g} at {place}, but {what} is {right:.6g}")
            return
    if seen < FEWEST:
        said = f"could be compared with {what} at {seen} points only"
        yield Fault("key", said, "widen the domains")


def _place(point: Point) -> str:
    return ", ".join(f"{name} = {x:.4g}" for name, x in point.items())


def _said(verdict: Verdict) -> str:
    return " ".join(getattr(block, "text", "") for block in verdict.said)
