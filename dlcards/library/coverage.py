"""What of the syllabus is asked by which card: a table of concepts and their aspects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dlcards.library.catalog import Entry
    from dlcards.library.syllabus import Concept, Syllabus

WHOLE_ORIGINS = ("seed", "notes")  # concepts of which every listed aspect is demanded
HEAVY = 4  # the weight from which the same holds whatever the origin
MIDDLE = 3  # the weight at which two aspects are enough; below it, one


class Row(NamedTuple):
    """A concept: the cards of each listed aspect, and how many aspects must have one."""

    concept: Concept
    cards: Mapping[str, tuple[str, ...]]
    demanded: int

    @property
    def covered(self) -> int:
        """How many of the demanded aspects have a card."""
        return min(self.demanded, sum(bool(keys) for keys in self.cards.values()))


def demanded(concept: Concept) -> int:
    """Return how many of a concept's aspects must have a card."""
    count = len(concept.aspects)
    if concept.origin in WHOLE_ORIGINS or concept.weight >= HEAVY:
        return count
    return min(count, 2 if concept.weight == MIDDLE else 1)


def coverage(plan: Syllabus, entries: Iterable[Entry]) -> list[Row]:
    """Return a row for every concept of the syllabus, in the order of learning."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        found.setdefault((entry.concept, entry.aspect), []).append(entry.key)
    return [
        Row(
            concept,
            {a: tuple(found.get((concept.id, a), ())) for a in concept.aspects},
            demanded(concept),
        )
        for concept in plan.concepts.values()
    ]
