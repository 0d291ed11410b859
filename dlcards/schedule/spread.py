"""Move an interval by a few days to the least loaded one, so that reviews do not come in heaps.

The choice depends on the load of the moment, yet a schedule must follow from the facts alone.
So the choice is made once, before the grade; it is shown, it is written into the fact, and a fold
keeps it wherever it lies within the bounds of what the scheduler says. A fact that another
scheduler wrote is thereby taken for what it is worth, and never for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlcards.model.memory import Grade, Memory
    from dlcards.schedule import Scheduler

SHORTEST: Final = 7  # days; a shorter interval is kept as it is

# Anki's fuzz (rslib, states/fuzz.rs) in thousandths: no rounding depends on a float.
BASE: Final = 1000
BANDS: Final = ((2_500, 7_000, 15), (7_000, 20_000, 10), (20_000, None, 5))  # from, to, per cent


def bounds(interval: int) -> range:
    """Return the days that may stand in for an interval: 10 → 8..12, 30 → 27..33, 90 → 84..96."""
    if interval < SHORTEST:
        return range(interval, interval + 1)
    days = interval * 1000
    delta = BASE
    for low, high, percent in BANDS:
        reach = days if high is None else min(days, high)
        delta += max(0, reach - low) * percent // 100
    return range(_rounded(days - delta), _rounded(days + delta) + 1)


def choose(interval: int, load: Callable[[int], int], seed: int) -> int:
    """Return the least loaded day within the bounds.

    `load` says how many cards are due so many days from now. Of equally loaded days the one
    nearest to the interval wins, and `seed` decides whether the day before or the day after.
    """
    side = 1 if seed % 2 else -1
    return min(
        bounds(interval), key=lambda day: (load(day), abs(day - interval), (day - interval) * side)
    )


def applied(scheduled: int, chosen: int | None) -> int:
    """Return the interval that a fold applies: the chosen one if it is a bounded move."""
    return scheduled if chosen is None or chosen not in bounds(scheduled) else chosen


def seed_of(card: str, repetition: int) -> int:
    """Return the same number in every process for a card's repetition."""
    return crc32(f"{card}\n{repetition}".encode())


def offers(
    card: str,
    memory: Memory | None,
    grades: Iterable[Grade],
    day: int,
    *,
    scheduler: Scheduler,
    load: Callable[[int], int] | None,
) -> dict[Grade, int]:
    """Return the interval of each button, worst grade first: what is shown is what will apply.

    `load` None turns the spread off. One seed for all keeps a better grade from coming back sooner
    than a worse one.
    """
    seed = seed_of(card, 0 if memory is None else memory.reviews)
    plain = {grade: scheduler.interval_after(memory, grade, day) for grade in sorted(grades)}
    if load is None:
        return plain
    return {grade: choose(interval, load, seed) for grade, interval in plain.items()}


def _rounded(thousandths: int) -> int:
    return (thousandths + 500) // 1000
