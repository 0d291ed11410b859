"""Cards that cost more than they teach; they are named with advice, never suspended silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dlcards.schedule.sm2 import FLOOR

if TYPE_CHECKING:
    from dlcards.model.memory import Memory

LAPSES: Final = 8
AGAIN: Final = 4  # a warning at 8, 12, 16, … lapses


def is_leech(memory: Memory) -> bool:
    """Whether the card has lapsed often enough to be tagged."""
    return memory.lapses >= LAPSES


def warns(memory: Memory) -> bool:
    """Whether the review just made is the lapse at which to say so: the 8th, then every 4th."""
    lapsed = memory.reviews > 0 and memory.repetitions == 0
    return lapsed and is_leech(memory) and (memory.lapses - LAPSES) % AGAIN == 0


def reformulate(memory: Memory) -> bool:
    """Whether the card is better rewritten: a leech, or the ease has sunk to its floor."""
    return is_leech(memory) or (memory.reviews > 0 and memory.ease <= FLOOR)
