"""The tables of the log and how an older file becomes a present one.

`fact` is the truth and is never changed; `memory` and `daily` are derived from it by the fold and
may be dropped at any time. So a migration only ever touches `fact`.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from dlcards.errors import LogError
from dlcards.model.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

APPLICATION: Final = 0x646C6372  # "dlcr", so that `file` and others' tools can tell it

FACTS: Final = """
CREATE TABLE fact (
    seq INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('grade', 'undo', 'suspend', 'unsuspend', 'bury')),
    mode TEXT NOT NULL CHECK (mode IN ('review', 'drill', 'cram', 'quiz')),
    grade INTEGER CHECK ((act = 'grade') = (grade IS NOT NULL) AND grade BETWEEN 0 AND 5),
    seed INTEGER NOT NULL,
    reply TEXT NOT NULL,
    millis INTEGER NOT NULL,
    target TEXT NOT NULL CHECK ((act = 'undo') = (target <> '')),
    interval INTEGER
);
CREATE INDEX fact_card ON fact (card);
CREATE INDEX fact_day ON fact (day);
CREATE UNIQUE INDEX fact_undone ON fact (target) WHERE act = 'undo';
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
    BEGIN SELECT RAISE (ABORT, 'facts are never changed'); END;
CREATE TRIGGER fact_remains BEFORE DELETE ON fact
    BEGIN SELECT RAISE (ABORT, 'facts are never deleted'); END;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
MIGRATIONS: Final = (FACTS,)  # step n leads from version n to n + 1
VERSION: Final = len(MIGRATIONS)

# A column for each field of Memory, so that a field of a new scheduler needs no migration. The type
# matters: between columns without one and columns with one SQLite uses no index. The indices hold
# what their questions ask, so that nothing is looked up for each of a hundred thousand cards.
_TYPES: Final = {str: "TEXT", int: "INTEGER", bool: "INTEGER", float: "REAL"}
_COLUMNS: Final = ", ".join(
    f"{field.name} {_TYPES[field.type]} NOT NULL" for field in msgspec.structs.fields(Memory)
)
DERIVED: Final = f"""
DROP TABLE IF EXISTS memory;
DROP TABLE IF EXISTS daily;
CREATE TABLE memory ({_COLUMNS}, PRIMARY KEY (card)) WITHOUT ROWID;
CREATE INDEX memory_due ON memory (due, suspended, reviews);
CREATE INDEX memory_first ON memory (first, reviews);
CREATE INDEX memory_last ON memory (last);
CREATE TABLE daily (day INTEGER, mode TEXT, done INTEGER NOT NULL, millis INTEGER NOT NULL,
    PRIMARY KEY (day, mode)) WITHOUT ROWID;
"""


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock; everything in it happens, or nothing does."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def run(database: sqlite3.Connection, script: str) -> None:
    """Execute statements within the transaction at hand; `executescript` would end it."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""


def version(database: sqlite3.Connection, path: Path, known: int = VERSION) -> int:
    """Return the version of a log, 0 for an empty file.

    Raises LogError for another program's database and for a log newer than this program.
    """
    found = int(database.execute("PRAGMA user_version").fetchone()[0])
    owner = database.execute("PRAGMA application_id").fetchone()[0]
    empty = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if owner != APPLICATION and not (empty and owner == found == 0):
        raise LogError(f"{path}: is a database of another program (name another file for the log)")
    if found > known:
        raise LogError(
            f"{path}: was written by a newer dlcards, as log version {found}, and this one reads "
            f"up to {known} (install a dlcards that reads log version {found})"
        )
    return found


def migrate(database: sqlite3.Connection, steps: Sequence[str] = MIGRATIONS) -> None:
    """Bring a log up to date; within a transaction."""
    found = int(database.execute("PRAGMA user_version").fetchone()[0])
    for step in steps[found:]:
        run(database, step)
    database.execute(f"PRAGMA application_id = {APPLICATION}")
    database.execute(f"PRAGMA user_version = {len(steps)}")
