"""A deck of real cards in memory, for sittings without a catalog and a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from dlcards.errors import UsageError
from dlcards.kinds import union
from dlcards.session import states as s

if TYPE_CHECKING:
    from dlcards.model.card import Card
    from dlcards.model.memory import Grade

HEAD = {"concept": "mse", "aspect": "pitfall", "why": "Because."}
CARDS: dict[str, dict[str, Any]] = {
    "basic": {"kind": "basic", "front": "Which?", "back": "That.", "hints": ["a", "b"]},
    "typed": {"kind": "typed", "front": "Name?", "accept": ["anchor"], "hints": ["a…"]},
    "choice": {
        "kind": "choice",
        "front": "Which?",
        "options": [{"text": "one", "correct": True}, {"text": "two", "refute": "Not two."},
                    {"text": "three", "refute": "Not three."}],
    },
    "compute": {
        "kind": "compute",
        "front": "Sum of {{x}}?",
        "ask": "sum(x)",
        "inputs": {"x": {"integers": [1, 9], "shape": [3]}},
        "mistakes": [{"expr": "mean(x)", "say": "That is the mean."}],
        "convention": "Exact.",
    },
    "impossible": {
        "kind": "compute", "front": "?", "ask": "x",
        "inputs": {"x": {"integers": [1, 2]}}, "where": ["x > 2"],
    },
    "silent": {  # asks, but cannot explain: 1 / 0 stands in its 'why'
        "kind": "compute", "front": "{{x}}?", "ask": "x", "why": "{{1 / (x - x)}}",
        "inputs": {"x": {"integers": [1, 2]}},
    },
}  # fmt: skip
DAYS: dict[Grade, int] = {0: 1, 1: 1, 2: 1, 3: 3, 4: 6, 5: 9}


def card(key: str) -> Card:
    """Read a card of the deck, as the catalog would."""
    name = key.partition("/")[2]
    if name not in CARDS:
        raise UsageError(f"card '{key}': not in the decks (see card find)")
    data = HEAD | CARDS[name] | {"id": name}
    return msgspec.convert(data, type=union())  # type: ignore[no-any-return]


def item(name: str, **fields: Any) -> s.Item:
    return s.Item(f"deck/{name}", "deck", "mse", **fields)


def intervals(asked: s.Item) -> dict[Grade, int]:
    return DAYS if asked.mode == "review" else {}
