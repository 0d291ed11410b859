"""What SQLite and the file system complain of, said as *place: fact (remedy)*."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from dlcards.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BACKUPS: Final = "backups"  # the folder beside the log

_BUSY = "another program is writing to it (close the other dlcards and try again; nothing was lost)"
_FULL = "the disk is full (free some space and try again; all earlier grades are saved)"
_CLOSED = "cannot be opened or written (check the permissions of the file and of its folder)"
_BROKEN = "is damaged ({remedy})"
_FACTS: Final = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_IOERR: "the disk does not answer as it should (check space and disk, try again)",
    sqlite3.SQLITE_CORRUPT: _BROKEN,
    sqlite3.SQLITE_NOTADB: "is not a review log ({remedy})",
}


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Raise LogError for what the world does to a file; what only a bug can do stays as it is."""
    try:
        yield
    except sqlite3.Error as error:
        # An extended code keeps its kind in the lowest byte.
        fact = _FACTS.get(getattr(error, "sqlite_errorcode", -1) & 0xFF)
        if fact is None:
            raise
        raise LogError(f"{path}: {fact.format(remedy=remedy(path))}") from error
    except msgspec.ValidationError as error:
        fact = f"holds what no dlcards wrote: {error}"
        raise LogError(
            f"{path}: {fact} (verify the log, then rebuild or {remedy(path)})"
        ) from error
    except OSError as error:
        fact = error.strerror or str(error)
        raise LogError(f"{path}: {fact} (check the folder, its permissions and space)") from error


def remedy(path: Path) -> str:
    """Return what to do about a damaged log: which backup to restore."""
    found = sorted((path.parent / BACKUPS).glob(f"{path.stem}-[0-9]*{path.suffix}"))
    if found:
        return f"restore the newest backup: {found[-1]}"
    return "there is no backup yet; move the file away to begin a new log"
