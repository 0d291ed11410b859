"""SM-2 exactly as published (Wozniak 1990), in integers: the ease is a number of hundredths.

Every change of the ease is an exact hundredth, so `ceil(interval * ease)` is exact too; in floats
it is a day too long for hundreds of reachable pairs. The text changes the ease only on a pass,
before the interval is taken from it; the author's later plug-in does neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from dlcards.model.memory import DONE, PASS, Memory

if TYPE_CHECKING:
    from dlcards.model.memory import Grade, Review

name: Final = "sm2"
START: Final = 250  # hundredths
FLOOR: Final = 130
CHANGE: Final = {3: -14, 4: 0, 5: +10}  # 0.1 − (5−q)(0.08 + (5−q)·0.02); a failure changes nothing
FIRST: Final = {1: 1, 2: 6}  # days after the first and the second pass in a row
LONGEST: Final = 36_500  # a hundred years; keeps every day a date of the calendar


def after(memory: Memory | None, review: Review) -> Memory:
    """Return the memory after a graded review; a late one takes the interval as scheduled.

    Raises ValueError where the review has no grade.
    """
    if review.grade is None:
        raise ValueError(f"review {review.uid}: has no grade")
    known = blank(review.card) if memory is None else memory
    ease, repetitions, interval = _step(known, review.grade)
    return replace(
        known,
        due=review.day + interval,
        interval=interval,
        ease=ease,
        repetitions=repetitions,
        reviews=known.reviews + 1,
        lapses=known.lapses + (review.grade < PASS),
        first=known.first if known.reviews else review.day,
        last=review.day,
        drill=review.grade < DONE,
    )


def interval_after(memory: Memory | None, grade: Grade, day: int) -> int:  # noqa: ARG001  # SM-2 does not ask how late
    """Return the days until the card would come back."""
    return _step(blank("") if memory is None else memory, grade)[2]


def blank(card: str) -> Memory:
    """Return the memory of a card that was never reviewed."""
    return Memory(card, due=0, interval=0, ease=START, repetitions=0, reviews=0, lapses=0, first=0,
                  last=0)  # fmt: skip


def _step(memory: Memory, grade: Grade) -> tuple[int, int, int]:
    """Return ease, repetitions and interval after the grade."""
    if grade < PASS:
        return memory.ease, 0, FIRST[1]
    ease = max(FLOOR, memory.ease + CHANGE[grade])
    repetitions = memory.repetitions + 1
    grown = -(-memory.interval * ease // 100)  # the ceiling
    return ease, repetitions, min(LONGEST, FIRST.get(repetitions, grown))
