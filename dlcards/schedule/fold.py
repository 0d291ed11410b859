"""Schedules as a fold over facts: what an act does to the memory of a card, for any scheduler.

The facts come in the order of the log, never sorted by time: after a clock was set back the newer
review must be the one that counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from dlcards.model.memory import DONE
from dlcards.schedule.sm2 import blank
from dlcards.schedule.spread import applied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlcards.model.memory import Memory, Review
    from dlcards.schedule import Scheduler


def fold(facts: Iterable[Review], scheduler: Scheduler) -> dict[str, Memory]:
    """Return the memory of every card that the facts speak of."""
    return replay(standing(facts), scheduler)


def standing(facts: Iterable[Review]) -> Iterator[Review]:
    """Yield the facts that no undo has taken back, without the undos."""
    kept = list(facts)
    undone = {fact.target for fact in kept if fact.act == "undo"}
    return (fact for fact in kept if fact.act != "undo" and fact.uid not in undone)


def replay(facts: Iterable[Review], scheduler: Scheduler) -> dict[str, Memory]:
    """Fold facts of which none is undone."""
    memories: dict[str, Memory] = {}
    for fact in facts:
        memory = step(memories.get(fact.card), fact, scheduler)
        if memory is not None:
            memories[fact.card] = memory
    return memories


def step(memory: Memory | None, fact: Review, scheduler: Scheduler) -> Memory | None:
    """Return the memory of the fact's card after it; None while nothing is known of the card."""
    match fact.act:
        case "grade":
            return _graded(memory, fact, scheduler)
        case "suspend":
            return replace(_known(memory, fact), suspended=True)
        case "unsuspend":
            return replace(_known(memory, fact), suspended=False)
        case "bury":
            return replace(_known(memory, fact), buried=fact.day)
        case "undo":
            return memory  # what it takes back was left out before the fold
        case _:
            assert_never(fact.act)


def is_due(memory: Memory, day: int) -> bool:
    """Whether the card is to be asked on `day`, be it for a drill.

    A last review or a burial that lies more than a day ahead tells of a clock set back (travel
    moves a day by one at most): such a card must not stay hidden until that day comes.
    """
    hidden = memory.suspended or day <= memory.buried <= day + 1 or memory.reviews == 0
    return not hidden and (memory.due <= day or is_drill(memory, day) or memory.last > day + 1)


def is_drill(memory: Memory, day: int) -> bool:
    """Whether the card was graded below 4 on `day` and not better since."""
    return memory.drill and memory.last == day


def _graded(memory: Memory | None, fact: Review, scheduler: Scheduler) -> Memory | None:
    match fact.mode:
        case "review" if memory is None or memory.last != fact.day or not memory.reviews:
            return _spread(scheduler.after(memory, fact), fact)
        case "review" | "drill":  # a second review on one day, from two sittings, is practice too
            better = fact.grade is not None and fact.grade >= DONE
            return None if memory is None else replace(memory, drill=not better)
        case "cram" | "quiz":
            return memory
        case _:
            assert_never(fact.mode)


def _spread(memory: Memory, fact: Review) -> Memory:
    interval = applied(memory.interval, fact.interval)
    if interval == memory.interval:
        return memory
    return replace(memory, interval=interval, due=fact.day + interval)


def _known(memory: Memory | None, fact: Review) -> Memory:
    return blank(fact.card) if memory is None else memory
