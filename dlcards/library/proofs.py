"""`proof:` lines: statements over ops that must hold, so that no number on a card is only typed.

`==` is equality between floats; `a ~ 0.693` says that `a`, rounded as far as is written, is that.
"""

from __future__ import annotations

import re
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
            holds = _expression.value_of(node, {}) and _rounds(node, text)
        except (grammar.Unreadable, evaluate.Undefined) as error:
            yield Fault(f"proof[{index}]", f"{text!r}: {error}")
            continue
        if not isinstance(node, grammar.Compare):
            yield Fault(f"proof[{index}]", f"{text!r} states nothing", "compare with ==, ~, < or >")
        elif not holds:
            left = _expression.value_of(node.left, {})
            yield Fault(
                f"proof[{index}]", f"{text!r} does not hold: it is {format_value(left, digits=8)}"
            )


_DECIMAL = re.compile(r"-?\d+(?:\.(\d+))?")


def _rounds(node: grammar.Node, text: str) -> bool:
    """Whether the left side of `~` agrees with a decimal on the right to half its last digit."""
    written = _DECIMAL.fullmatch(text.rpartition("~")[2].strip())
    if not isinstance(node, grammar.Compare) or node.op != "~" or written is None:
        return True
    left = float(_expression.value_of(node.left, {}))
    half = 0.5 * 10.0 ** -len(written[1] or "")
    return abs(left - float(written[0])) <= half * (1 + 1e-9)
