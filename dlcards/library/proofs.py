"""`proof:` lines: statements over ops that must hold, so that no number on a card is only typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcards.answers import evaluate, grammar
from dlcards.answers.numeric import format_value
from dlcards.kinds import _expression
from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable


def faults(card: Any) -> Iterable[Fault]:
    """The proofs of a card that do not hold or cannot be read."""
    for index, text in enumerate(card.proof):
        try:
            node = _expression.parse(text)
            holds = _expression.compute(text, {})
        except (grammar.Unreadable, evaluate.Undefined) as error:
            yield Fault(f"proof[{index}]", f"{text!r}: {error}")
            continue
        if not isinstance(node, grammar.Compare):
            yield Fault(f"proof[{index}]", f"{text!r} states nothing", "compare with ==, ~, < or >")
        elif not holds:
            left = _expression.compute(grammar.show(node.left), {})
            yield Fault(
                f"proof[{index}]", f"{text!r} does not hold: it is {format_value(left, digits=8)}"
            )
