"""The tables that the fold makes of the facts: kept current fact by fact, rebuilt, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import astuple

from dlcards.log.rows import (
    INSERT_MEMORY,
    SELECT_FACT,
    SELECT_MEMORY,
    STANDING,
    history_of,
    keep,
    memory_of,
    reviews,
)
from dlcards.log.schema import DERIVED, run
from dlcards.model.memory import Memory
from dlcards.schedule.fold import fold, replay, step

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from dlcards.model.memory import Review
    from dlcards.schedule import Scheduler

_COUNT: Final = """
INSERT INTO daily VALUES (?, ?, ?, ?) ON CONFLICT (day, mode)
DO UPDATE SET done = done + excluded.done, millis = millis + excluded.millis
"""
_DAILY: Final = f"""
SELECT day, mode, count(*), sum(millis) FROM fact WHERE act = 'grade' AND {STANDING}
GROUP BY day, mode ORDER BY day, mode
"""  # noqa: S608  # STANDING is a constant
_RULE: Final = "SELECT value FROM setting WHERE name = 'fold'"


def rule(scheduler: Scheduler) -> str:
    """Name the fold that made the derived tables; under another name they are out of date."""
    return f"{scheduler.name}: {' '.join(Memory.__struct_fields__)}"


def is_current(database: sqlite3.Connection, scheduler: Scheduler) -> bool:
    """Whether the derived tables come of this fold."""
    return bool(database.execute(_RULE).fetchone() == (rule(scheduler),))


def rebuild(database: sqlite3.Connection, scheduler: Scheduler) -> None:
    """Make the derived tables anew from the facts; within a transaction."""
    run(database, DERIVED)
    database.executemany(INSERT_MEMORY, map(astuple, _folded(database, scheduler).values()))
    database.execute(f"INSERT INTO daily {_DAILY}")
    database.execute("INSERT OR REPLACE INTO setting VALUES ('fold', ?)", (rule(scheduler),))


def follow(database: sqlite3.Connection, fact: Review, scheduler: Scheduler) -> Memory | None:
    """Take in a fact that has just been written, not an undo, and return the card's memory."""
    memory = step(memory_of(database, fact.card), fact, scheduler)
    if memory is not None:
        keep(database, memory)
    _count(database, fact, +1)
    return memory


def unfollow(database: sqlite3.Connection, undone: Review, scheduler: Scheduler) -> Memory | None:
    """Take out a fact whose undo has just been written, and return the card's memory."""
    memory = fold(history_of(database, undone.card), scheduler).get(undone.card)
    if memory is None:
        database.execute("DELETE FROM memory WHERE card = ?", (undone.card,))
    else:
        keep(database, memory)
    _count(database, undone, -1)
    return memory


def differences(database: sqlite3.Connection, scheduler: Scheduler) -> Iterator[str]:
    """Say wherever the derived tables are not the fold of the facts."""
    kept = _by_card(database.execute(f"{SELECT_MEMORY} ORDER BY card"))
    told = {card: astuple(memory) for card, memory in _folded(database, scheduler).items()}
    for card in sorted({*kept, *told}):
        if kept.get(card) != told.get(card):
            yield f"memory of '{card}': {kept.get(card)}, but the facts say {told.get(card)}"
    counted = set(database.execute("SELECT day, mode, done, millis FROM daily"))
    for row in sorted(counted ^ set(database.execute(_DAILY))):
        yield f"counts of day {row[0]}, {row[1]}: differ from the facts"


def _folded(database: sqlite3.Connection, scheduler: Scheduler) -> dict[str, Memory]:
    facts = database.execute(f"{SELECT_FACT} WHERE {STANDING} ORDER BY seq")
    return replay(reviews(facts), scheduler)


def _by_card(rows: sqlite3.Cursor) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row for row in rows}


def _count(database: sqlite3.Connection, fact: Review, sign: int) -> None:
    if fact.act != "grade":
        return
    database.execute(_COUNT, (fact.day, fact.mode, sign, sign * fact.millis))
    database.execute("DELETE FROM daily WHERE day = ? AND done = 0", (fact.day,))
