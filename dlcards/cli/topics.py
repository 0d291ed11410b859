"""Sums what is known of cards up by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.log.statistics import Recall


def retention(cards: Mapping[str, Recall]) -> dict[str, dict[str, Any]]:
    """Return passed, total and share by deck, from recall by card."""
    sums: dict[str, list[int]] = {}
    for card, recall in cards.items():
        both = sums.setdefault(card.partition("/")[0], [0, 0])
        both[0] += recall.passed
        both[1] += recall.total
    return {
        deck: {"passed": passed, "total": total, "share": round(passed / total, 4)}
        for deck, (passed, total) in sorted(sums.items())
        if total
    }


def weakest(cards: Mapping[str, Recall], fewest: int) -> dict[str, Any] | None:
    """Return the deck with the lowest retention among those with enough reviews."""
    known = [
        {"topic": deck, **row} for deck, row in retention(cards).items() if row["total"] >= fewest
    ]
    return min(known, key=lambda row: row["share"], default=None)
