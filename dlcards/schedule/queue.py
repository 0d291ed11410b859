"""The order of a sitting: what is most overdue first, new cards evenly among it, drills last.

Cards of one concept keep a distance where there is anything to put between them (`apart`); new
cards never change places, because each may need what an earlier one teaches.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from dlcards.schedule.apart import Apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set


class Candidate(msgspec.Struct, frozen=True):
    """What the order of a sitting needs to know of a card."""

    card: str
    concept: str
    weight: int = 0
    due: int = 0  # day
    interval: int = 0  # days
    new: bool = False
    position: int = 0  # in the syllabus, prerequisites first
    group: str = ""  # a text whose gaps, or a fact whose variants, must not meet on one day
    family: str = ""  # confusable siblings, for sittings that contrast them
    drill: bool = False  # failed today, comes back until it is known


def order(
    candidates: Iterable[Candidate],
    today: int,
    *,
    new_left: int | None = None,
    reviews_left: int | None = None,
    met: Set[str] = frozenset(),
) -> list[Candidate]:
    """Return the cards of a sitting in their order.

    `new_left` and `reviews_left` are what the day's limits still allow (None: no limit), `met` the
    groups seen today. New cards stay in the order of their positions.
    """
    reviews: list[Candidate] = []
    new: list[Candidate] = []
    drills: list[Candidate] = []
    for one in candidates:
        (drills if one.drill else new if one.new else reviews).append(one)
    reviews.sort(key=lambda one: (-overdueness(one, today), -one.weight, one.position, one.card))
    new.sort(key=lambda one: (one.position, one.card))
    seen = {*met, *(one.group for one in drills)}
    chosen = _limited(_one_per_group(reviews, seen), reviews_left)
    seen.update(one.group for one in chosen)
    fresh = _limited(_one_per_group(new, seen), new_left)
    return [*_mixed(chosen, fresh), *drills]


def overdueness(one: Candidate, today: int) -> float:
    """Return the days late as a share of the interval; equal shares are equal floats."""
    return (today - one.due) / max(1, one.interval)


def _one_per_group(cards: Iterable[Candidate], met: Set[str]) -> Iterator[Candidate]:
    seen = set(met)
    for one in cards:
        if not one.group or one.group not in seen:
            seen.add(one.group)
            yield one


def _limited(cards: Iterator[Candidate], left: int | None) -> list[Candidate]:
    # A limit that was lowered during the day leaves less than nothing.
    return list(cards if left is None else islice(cards, max(0, left)))


def _mixed(reviews: Sequence[Candidate], new: Sequence[Candidate]) -> list[Candidate]:
    """Spread new cards evenly over the sitting; one whose concept was just asked lets others by."""
    total = len(reviews) + len(new)
    apart = Apart([one.concept for one in reviews], [one.concept for one in new])
    mixed: list[Candidate] = []
    given = 0
    for slot in range(total):
        left = len(reviews) + given - slot
        wanted = given < len(new) and (2 * given + 1) * total <= 2 * (slot + 1) * len(new)
        yields = wanted and left and not apart.rested(new[given].concept, slot)
        if left and (not wanted or (yields and apart.ready(slot))):
            mixed.append(reviews[apart.take(slot, total - slot)])
        else:
            mixed.append(new[given])
            apart.asked(new[given].concept, slot)
            given += 1
    return mixed
