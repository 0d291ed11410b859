"""Counts over the whole log, made by SQLite where a million facts would make Python slow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import sqlite3


class Counts(NamedTuple):
    """What of the day's limits is used up."""

    new: int  # cards met for the first time
    reviews: int  # grades of cards met before


class Tally(NamedTuple):
    """One day of learning."""

    day: int
    new: int
    reviews: int
    drills: int
    practice: int  # cram and quiz
    millis: int  # over all of them


class Recall(NamedTuple):
    """How often something was known."""

    passed: int
    total: int


_COUNTS: Final = """
SELECT (SELECT count(*) FROM memory WHERE first = :day AND reviews > 0),
       (SELECT coalesce(sum(done), 0) FROM daily WHERE day = :day AND mode = 'review')
"""
_TALLIES: Final = """
SELECT day, (SELECT count(*) FROM memory WHERE first = daily.day AND reviews > 0),
    sum(done * (mode = 'review')), sum(done * (mode = 'drill')),
    sum(done * (mode IN ('cram', 'quiz'))), sum(millis)
FROM daily WHERE day >= ? GROUP BY day ORDER BY day
"""
_LOAD: Final = """
SELECT due, count(*) FROM memory
WHERE due BETWEEN ? AND ? AND NOT suspended AND reviews > 0 GROUP BY due ORDER BY due
"""
# A grade on the day of the first meeting says nothing about memory.
_RETENTION: Final = """
SELECT memory.card, sum(fact.grade >= 3), count(*) FROM fact JOIN memory ON memory.card = fact.card
WHERE fact.day BETWEEN ? AND ? AND fact.day > memory.first AND fact.mode = 'review'
AND fact.act = 'grade' AND fact.uid NOT IN (SELECT target FROM fact WHERE act = 'undo')
GROUP BY memory.card
"""


def counts(database: sqlite3.Connection, day: int) -> Counts:
    """Return the cards met and the reviews done on a day."""
    new, graded = database.execute(_COUNTS, {"day": day}).fetchone()
    return Counts(new, graded - new)


def daily(database: sqlite3.Connection, since: int) -> list[Tally]:
    """Return the days with any grade, oldest first."""
    rows = database.execute(_TALLIES, (since,))
    return [Tally(day, new, graded - new, *rest) for day, new, graded, *rest in rows]


def load(database: sqlite3.Connection, day_from: int, day_to: int) -> dict[int, int]:
    """Return how many cards come due on each day from the first to the last that has any."""
    return dict(database.execute(_LOAD, (day_from, day_to)).fetchall())


def retention(database: sqlite3.Connection, day_from: int, day_to: int) -> dict[str, Recall]:
    """Return by card how often it was recalled on days after the one when it was first met."""
    rows = database.execute(_RETENTION, (day_from, day_to))
    return {card: Recall(passed, total) for card, passed, total in rows}
