"""Copies of the log: taken while it is in use, thinned with age, checked before they replace it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Final

from dlcards.errors import LogError
from dlcards.log.faults import BACKUPS, faults
from dlcards.log.schema import version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ALL: Final = 7  # days of which every backup is kept
WEEKLY: Final = 61  # days, two months, of which each week's newest is kept; after that each month's


def take(database: sqlite3.Connection, target: Path) -> Path:
    """Copy a log as it is now to one file, which is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
        return partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def daily(database: sqlite3.Connection, path: Path, day: int) -> Path | None:
    """Take the day's backup where there is none, thin the older ones; None where there is one."""
    target = _named(path, day)
    with faults(target):
        if target.exists():
            return None
        take(database, target)
        existing = _existing(path)
        for old in existing.keys() - kept(existing, day):
            existing[old].unlink(missing_ok=True)
        return target


def kept(days: Iterable[int], today: int) -> set[int]:
    """Return the days whose backups stay: all of a week, weekly for two months, then monthly."""
    newest: dict[tuple[str, int, int], int] = {}
    for day in sorted(days):
        newest[_period(day, today - day)] = day
    return set(newest.values())


def before(path: Path, known: int) -> Path:
    """Name the backup that is taken before a migration to a version; it is never thinned."""
    return path.parent / BACKUPS / f"{path.stem}-before-v{known}{path.suffix}"


def restore(source: Path, path: Path) -> Path | None:
    """Put a checked copy of `source` in the log's place; return where the old file was kept.

    Raises LogError, and changes nothing, where `source` is no sound log or the log is in use.
    """
    fresh = path.with_name(f"{path.name}.restored")
    with faults(source), closing(_opened(source)) as database:
        _check(database, source)
        take(database, fresh)
    with faults(path):
        try:
            aside = _set_aside(path) if path.exists() else None
            # A write-ahead log left behind would be replayed into the file that takes its place.
            for companion in ("-wal", "-shm"):
                path.with_name(path.name + companion).unlink(missing_ok=True)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    return aside


def _period(day: int, age: int) -> tuple[str, int, int]:
    if age < ALL:
        return "day", day, 0
    at = date.fromordinal(day)
    week = at.isocalendar()
    return ("week", week.year, week.week) if age <= WEEKLY else ("month", at.year, at.month)


def _named(path: Path, day: int) -> Path:
    return path.parent / BACKUPS / f"{path.stem}-{date.fromordinal(day).isoformat()}{path.suffix}"


def _existing(path: Path) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for file in (path.parent / BACKUPS).glob(f"{path.stem}-????-??-??{path.suffix}"):
        try:
            found[date.fromisoformat(file.stem[-10:]).toordinal()] = file
        except ValueError:
            continue  # somebody else's file, which is not ours to thin
    return found


def _opened(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _check(database: sqlite3.Connection, source: Path) -> None:
    if version(database, source) == 0:
        raise LogError(f"{source}: is empty (choose another backup)")
    (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise LogError(f"{source}: is damaged, {said} (choose another backup)")


def _set_aside(path: Path) -> Path:
    """Copy the old file, with what a crash may have left beside it, and return the copy."""
    names = (path.with_name(f"{path.name}.replaced-{n}") for n in count(1))
    aside = next(name for name in names if not name.exists())
    ahead = aside.with_name(f"{aside.name}-wal")
    # Before SQLite looks at it: what it takes for worthless it deletes.
    shutil.copy2(path, aside)
    with suppress(FileNotFoundError):
        shutil.copy2(path.with_name(f"{path.name}-wal"), ahead)
    try:
        _alone(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return aside  # a damaged file is in nobody's use, and it is what the backup replaces
        aside.unlink()
        ahead.unlink(missing_ok=True)
        raise
    shutil.copy2(path, aside)
    ahead.unlink(missing_ok=True)
    return aside


def _alone(path: Path) -> None:
    """Gather the log into its one file; fails while anybody else, who may yet write, has it open."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
