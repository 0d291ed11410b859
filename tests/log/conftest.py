"""A fresh path for a log, and a catalog of cards beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

COLUMNS = """key TEXT PRIMARY KEY, position INTEGER, concept TEXT, deck TEXT, weight INTEGER,
text TEXT, family TEXT, kind TEXT"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log that is not there yet, in a folder that is not there yet."""
    return tmp_path / "data" / "reviews.db"


@pytest.fixture
def catalog(tmp_path: Path) -> Callable[[Sequence[tuple[object, ...]]], Path]:
    """Write rows of (key, position, concept, deck, weight, text, family), whose kind is "basic"."""

    def write(rows: Sequence[tuple[object, ...]]) -> Path:
        target = tmp_path / "cards #1?.db"
        with closing(sqlite3.connect(target)) as database:
            database.execute(f"CREATE TABLE card ({COLUMNS})")
            database.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, 'basic')", rows)
            database.commit()
        return target

    return write
