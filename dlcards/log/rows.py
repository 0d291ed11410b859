"""Facts and memories as rows, and rows as facts and memories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from dlcards.model.memory import Memory, Review

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

_FACT: Final = Review.__struct_fields__
_MEMORY: Final = Memory.__struct_fields__
FACT: Final = ", ".join(f"fact.{name}" for name in _FACT)
MEMORY: Final = ", ".join(f"memory.{name}" for name in _MEMORY)
# Each of these names columns by the fields of our own structs, nothing that comes from outside.
SELECT_FACT: Final = f"SELECT {FACT} FROM fact"  # noqa: S608
SELECT_MEMORY: Final = f"SELECT {MEMORY} FROM memory"  # noqa: S608
INSERT_FACT: Final = f"INSERT INTO fact ({', '.join(_FACT)}) VALUES ({', '.join('?' * len(_FACT))})"  # noqa: S608
INSERT_MEMORY: Final = f"INSERT OR REPLACE INTO memory VALUES ({', '.join('?' * len(_MEMORY))})"  # noqa: S608
STANDING: Final = "act <> 'undo' AND uid NOT IN (SELECT target FROM fact WHERE act = 'undo')"


def reviews(rows: Iterable[tuple[Any, ...]]) -> Iterator[Review]:
    """Yield facts, each of them checked."""
    return (msgspec.convert(dict(zip(_FACT, row, strict=True)), Review) for row in rows)


def memories(rows: Iterable[tuple[Any, ...]]) -> Iterator[Memory]:
    """Yield memories; SQLite has no truth values, so numbers become them again."""
    return (
        msgspec.convert(dict(zip(_MEMORY, row, strict=True)), Memory, strict=False) for row in rows
    )


def insert(database: sqlite3.Connection, fact: Review) -> None:
    """Write one fact."""
    database.execute(INSERT_FACT, msgspec.structs.astuple(fact))


def keep(database: sqlite3.Connection, memory: Memory) -> None:
    """Write what is now known of a card."""
    database.execute(INSERT_MEMORY, msgspec.structs.astuple(memory))


def memory_of(database: sqlite3.Connection, card: str) -> Memory | None:
    """Return what is known of a card."""
    found = database.execute(f"{SELECT_MEMORY} WHERE card = ?", (card,))
    return next(memories(found), None)


def history_of(database: sqlite3.Connection, card: str) -> list[Review]:
    """Return a card's facts that stand, in the order of the log."""
    found = database.execute(f"{SELECT_FACT} WHERE card = ? AND {STANDING} ORDER BY seq", (card,))
    return list(reviews(found))
