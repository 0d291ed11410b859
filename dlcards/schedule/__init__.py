"""When a card comes back and in which order: pure functions of facts; no clock, no chance.

A scheduler says what one review does to the memory of a card; everything around it (undo, drills,
spread, order, leeches) is the same for every scheduler and is written once, in this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dlcards.model.memory import Grade, Memory, Review


class Scheduler(Protocol):
    """What a scheduling algorithm must say. The module `sm2` is one."""

    @property
    def name(self) -> str:
        """Tells one rule from another, parameters included: a new name refolds the log."""

    def after(self, memory: Memory | None, review: Review, /) -> Memory:
        """Return the memory after a grade with `mode="review"`; None: never reviewed."""

    def interval_after(self, memory: Memory | None, grade: Grade, day: int, /) -> int:
        """Return the days until the card would come back, graded so on `day`; before spread."""


__all__ = ["Scheduler"]
