"""Questions about the log and all cards of the decks at once, answered inside SQLite.

A catalog is another SQLite file, read only, with the table `card (key, position, concept, deck,
kind, weight, text, family)`: with a hundred thousand cards nothing is carried into Python that is not
wanted there.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from dlcards.errors import LogError
from dlcards.schedule.queue import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SHOWN: Final = """memory.reviews > 0 AND NOT memory.suspended
    AND memory.buried NOT BETWEEN :day AND :day + 1"""
_ON_THE_DAY: Final = """memory.due <= :day
    OR (memory.last = :day AND memory.drill) OR memory.last > :day + 1"""
# The same as `schedule.fold.is_due`; a test runs both.
DUE: Final = f"({_SHOWN} AND ({_ON_THE_DAY}))"
# What falls due in the next days may be asked for early, but not twice on one day.
_AHEAD: Final = "(memory.due <= :until AND memory.last < :day)"
_MET: Final = """EXISTS (SELECT 1 FROM memory WHERE memory.card = card.key AND (memory.reviews > 0
    OR memory.suspended OR memory.buried BETWEEN :day AND :day + 1))"""
_TOPICS: Final = """(:topics IS NULL OR card.deck IN (SELECT value FROM json_each(:topics))
    OR card.concept IN (SELECT value FROM json_each(:topics)))"""
# CROSS keeps the few due cards outside and looks each one up in the decks; left to itself, SQLite
# goes through all cards of the decks in their order.
_JOINED: Final = f"""memory CROSS JOIN catalog.card ON card.key = memory.card
    WHERE {_SHOWN} AND ({_ON_THE_DAY} OR {_AHEAD}) AND {_TOPICS}"""

_UNSEEN: Final = f"""
SELECT card.key, card.concept, card.weight, 0, 0, 1, card.position, card.text, card.family, 0
FROM catalog.card WHERE NOT {_MET} AND {_TOPICS}
AND card.key NOT IN (SELECT value FROM json_each(:exclude)) ORDER BY card.position LIMIT :limit
"""  # noqa: S608  # nothing but constants of this module, as below
_DUE_IN: Final = f"""
SELECT card.key, card.concept, card.weight, memory.due, memory.interval, 0, card.position,
card.text, card.family, memory.drill AND memory.last = :day FROM {_JOINED} ORDER BY card.position
"""  # noqa: S608
_DUE_COUNT: Final = f"SELECT count(*) FROM {_JOINED}"  # noqa: S608
_GROUPS: Final = """
SELECT DISTINCT card.text FROM memory JOIN catalog.card ON card.key = memory.card
WHERE memory.last = :day AND memory.reviews > 0 AND card.text <> ''
"""

# SQLite has no median: the rows of the last reviews are few enough to be sorted here.
_TIMES: Final = """
SELECT card.kind, fact.millis FROM fact JOIN catalog.card ON card.key = fact.card
WHERE fact.seq > (SELECT coalesce(max(seq), 0) FROM fact) - :last AND fact.act = 'grade'
AND fact.millis > 0
"""


def unseen(
    database: sqlite3.Connection,
    catalog: Path,
    limit: int,
    *,
    day: int,
    exclude: Iterable[str],
    topics: Iterable[str] | None,
) -> list[Candidate]:
    """Return the first cards, by position, that were never reviewed and are not hidden."""
    asked = {"limit": limit, "day": day, "exclude": _json(exclude), "topics": _json(topics)}
    with _attached(database, catalog):
        return list(_candidates(database.execute(_UNSEEN, asked)))


def due_in(
    database: sqlite3.Connection,
    catalog: Path,
    day: int,
    ahead: int,
    topics: Iterable[str] | None,
) -> list[Candidate]:
    """Return the cards due by `ahead` days after the day that the decks still have."""
    asked = {"day": day, "until": day + ahead, "topics": _json(topics)}
    with _attached(database, catalog):
        return list(_candidates(database.execute(_DUE_IN, asked)))


def due_count(
    database: sqlite3.Connection, catalog: Path, day: int, topics: Iterable[str] | None
) -> int:
    """Return how many cards are due that the decks still have."""
    with _attached(database, catalog):
        found = database.execute(_DUE_COUNT, {"day": day, "until": day, "topics": _json(topics)})
        return int(found.fetchone()[0])


def groups(database: sqlite3.Connection, catalog: Path, day: int) -> set[str]:
    """Return the texts of which a card was reviewed on the day."""
    with _attached(database, catalog):
        return {text for (text,) in database.execute(_GROUPS, {"day": day})}


def pace(database: sqlite3.Connection, catalog: Path, last: int) -> dict[str, tuple[int, int]]:
    """Return by kind the median milliseconds among the last facts, and of how many."""
    times: dict[str, list[int]] = {}
    with _attached(database, catalog):
        for kind, millis in database.execute(_TIMES, {"last": last}):
            times.setdefault(kind, []).append(millis)
    return {kind: (sorted(each)[len(each) // 2], len(each)) for kind, each in times.items()}


@contextmanager
def _attached(database: sqlite3.Connection, catalog: Path) -> Iterator[None]:
    try:
        database.execute("ATTACH ? AS catalog", (f"{catalog.resolve().as_uri()}?mode=ro",))
    except sqlite3.DatabaseError as error:
        fact = f"the card catalog cannot be read, {error}"
        raise LogError(f"{catalog}: {fact} (delete it, it will be made again)") from error
    try:
        yield
    finally:
        database.execute("DETACH catalog")


def _candidates(rows: Iterable[tuple[Any, ...]]) -> Iterator[Candidate]:
    for card, concept, weight, due, interval, new, position, group, family, drill in rows:
        yield Candidate(card, concept, weight, due, interval, bool(new), position, group or "",
                        family or "", bool(drill))  # fmt: skip


def _json(names: Iterable[str] | None) -> str | None:
    return None if names is None else json.dumps(list(names))
