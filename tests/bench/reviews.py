"""Fills a log with the history of a learner who met half of the generated cards over ten years.

The facts go into the log's own table in bulk, in the order of their days; what follows from them is
derived by the log itself, and `log verify` has the last word.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from contextlib import closing
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cards import key

from dlcards.log import Log
from dlcards.log.rows import INSERT_FACT
from dlcards.model.memory import Review
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcards.model.memory import Grade, Memory

DAYS = 3650
FORGOTTEN = 0.2
GRADES: tuple[Grade, ...] = (3, 4, 4, 4, 5)
SPENT = 300_000  # milliseconds after the day's noon within which its reviews lie
NOON_OF_DAY_ONE = -62_135_553_600_000  # 0001-01-01 12:00 UTC, since 1970


def fill(log: Path, cards: int, reviews: int, today: int) -> None:
    """Write so many reviews of the first cards, or fewer where half of the cards have no more."""
    facts = sorted(islice(_histories(cards // 2, today), reviews), key=attrgetter("at"))
    with Log.open(log, scheduler=sm2) as empty:
        empty.append(facts[0])
    with closing(sqlite3.connect(log)) as database:
        database.executemany(INSERT_FACT, map(msgspec.structs.astuple, facts[1:]))
        database.commit()
    with Log.open(log, scheduler=sm2) as full:
        full.rebuild()


def _histories(cards: int, today: int) -> Iterator[Review]:
    chance = random.Random(2026)
    for n in range(cards):
        yield from _history(key(n), chance, today - DAYS, today)


def _history(card: str, chance: random.Random, since: int, today: int) -> Iterator[Review]:
    """The reviews of one card, each on the day when it is due, up to yesterday."""
    day = chance.randrange(since, today)
    memory: Memory | None = None
    while day < today:
        fact = _fact(card, chance, day)
        yield fact
        memory = sm2.after(memory, fact)
        day = memory.due


def _fact(card: str, chance: random.Random, day: int) -> Review:
    grade: Grade = 1 if chance.random() < FORGOTTEN else chance.choice(GRADES)
    at = NOON_OF_DAY_ONE + (day - 1) * 86_400_000 + chance.randrange(SPENT)
    return Review(
        uid=f"{chance.getrandbits(96):024x}", card=card, at=at, day=day, grade=grade,
        seed=chance.getrandbits(32), reply="2/3", millis=chance.randrange(3000, 30_000),
    )  # fmt: skip


if __name__ == "__main__":
    fill(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
