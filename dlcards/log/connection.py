"""A connection to the log: checked, up to date, and as durable as one fsync a grade makes it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from dlcards.log import backups, derived, schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dlcards.schedule import Scheduler


def connect(
    path: Path, scheduler: Scheduler, busy_ms: int, steps: Sequence[str] = schema.MIGRATIONS
) -> sqlite3.Connection:
    """Open a log, make it where there is none, and bring it up to date.

    Raises LogError for a foreign or newer file; what SQLite says of a damaged one passes through.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    uri = (
        f"{path.resolve().as_uri()}?mode=rwc"  # as a URI, so that a catalog can be attached as one
    )
    database = sqlite3.connect(uri, timeout=busy_ms / 1000, isolation_level=None, uri=True)
    try:
        _prepare(database, path, scheduler, steps)
    except BaseException:
        database.close()
        raise
    return database


def nothing(scheduler: Scheduler) -> sqlite3.Connection:
    """Return the log of a learner who has none yet; nothing is written anywhere."""
    database = sqlite3.connect("file::memory:", isolation_level=None, uri=True)
    schema.migrate(database)
    derived.rebuild(database, scheduler)
    return database


def _prepare(
    database: sqlite3.Connection, path: Path, scheduler: Scheduler, steps: Sequence[str]
) -> None:
    database.execute("PRAGMA synchronous = FULL")
    found = schema.version(database, path, len(steps))
    if 0 < found < len(steps):
        backups.take(database, backups.before(path, len(steps)))
    if found < len(steps) or not derived.is_current(database, scheduler):
        with schema.transaction(database):  # another process may have been faster
            schema.migrate(database, steps)
            if not derived.is_current(database, scheduler):
                derived.rebuild(database, scheduler)
    _write_ahead(database)


def _write_ahead(database: sqlite3.Connection) -> None:
    try:
        database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # The switch waits for nobody. Without it a grade is as safe, only slower, and the next
        # start tries again.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
