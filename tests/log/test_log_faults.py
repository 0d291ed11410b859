"""A log that is missing, newer, foreign, locked, damaged, or without room says so and loses nothing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from histories import CARDS, DAY, Deed, fact

from dlcards.errors import LogError
from dlcards.log import Log
from dlcards.log.connection import connect
from dlcards.log.schema import MIGRATIONS, VERSION
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dlcards.model.memory import Review


def fill(path: Path, count: int = 40) -> None:
    with Log.open(path, scheduler=sm2) as log:
        for number in range(count):
            log.append(fact(number, Deed("grade", f"d/c{number}")))


def sql(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)


def newer(path: Path) -> None:
    sql(path, f"PRAGMA user_version = {VERSION + 2}")


def foreign(path: Path) -> None:
    path.unlink()
    sql(path, "CREATE TABLE notes (id)")


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all, " * 500)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def scribbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * len(data[4096:])
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "fact", "remedy"),
    [
        pytest.param(newer, f"log version {VERSION + 2}", f"reads log version {VERSION + 2}", id="newer"),
        pytest.param(foreign, "another program", "name another file", id="foreign"),
        pytest.param(garbage, "is not a review log", "restore the newest backup: ", id="garbage"),
        pytest.param(truncated, "is damaged", "restore the newest backup: ", id="truncated"),
        pytest.param(scribbled, "is damaged", "restore the newest backup: ", id="scribbled"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_read(
    path: Path, harm: Callable[[Path], None], fact: str, remedy: str
) -> None:
    fill(path)
    harm(path)
    before = path.read_bytes()
    with Log.open(path, scheduler=sm2) as log, pytest.raises(LogError) as raised:
        log.memories()
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert fact in message
    assert remedy in message
    assert path.read_bytes() == before


def test_the_remedy_names_the_newest_backup_and_it_helps(path: Path) -> None:
    fill(path, 3)
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(9, Deed("grade", day=DAY + 1)))
    garbage(path)
    with Log.open(path, scheduler=sm2) as log:
        with pytest.raises(LogError) as raised:
            log.memories()
        backup = Path(str(raised.value).removesuffix(")").split("backup: ")[1])
        aside = log.restore(backup)
        assert len(list(log.facts())) == 4
    assert aside is not None
    assert aside.read_bytes().startswith(b"no database")


def test_a_row_that_is_no_memory(path: Path) -> None:
    fill(path, 1)
    sql(path, "UPDATE memory SET ease = 'x'")
    with Log.open(path, scheduler=sm2) as log:
        with pytest.raises(LogError, match=r"no dlcards wrote.*rebuild"):
            log.memory("d/c0")
        log.rebuild()
        assert log.memory("d/c0") is not None


def test_without_a_backup_the_remedy_says_so(path: Path) -> None:
    path.parent.mkdir()
    garbage(path)
    with Log.open(path, scheduler=sm2) as log, pytest.raises(LogError, match="no backup yet"):
        log.due(DAY)


def test_reading_creates_nothing(path: Path, catalog: Callable[[Sequence[object]], Path]) -> None:
    cards = catalog([("d/a", 0, "k", "d", 3, "", "")])
    with Log.open(path, scheduler=sm2) as log:
        assert (log.memories(), log.due(DAY), log.daily(0), log.verify()) == ({}, [], [], [])
        assert [one.card for one in log.unseen(cards, 5, day=DAY)] == ["d/a"]
        assert log.due_count(cards, DAY) == 0
        assert log.undo(uid="u", at=0, day=DAY) is None
        log.rebuild()
    assert not path.parent.exists()


def test_a_log_that_appears_while_reading_is_seen(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        assert log.memories() == {}
        fill(path, 2)
        assert len(log.memories()) == 2


@pytest.mark.parametrize("content", [b""], ids=["an empty file"])
def test_what_a_crash_at_birth_leaves_is_a_new_log(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    fill(path, 1)
    with Log.open(path, scheduler=sm2) as log:
        assert len(log.memories()) == 1


def test_locked(path: Path) -> None:
    fill(path, 2)
    with Log.open(path, scheduler=sm2, busy_ms=1) as log:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert len(log.memories()) == 2  # reading goes on
            with pytest.raises(LogError, match=r"another program is writing.*try again"):
                log.append(fact(9, Deed("grade")))
        assert log.append(fact(9, Deed("grade"))) is not None
        assert log.verify() == []


def append_many(log: Log, done: list[Review]) -> None:
    for number in range(len(done), 1000):
        one = fact(number, Deed("grade", f"d/c{number}"))
        log.append(one)
        done.append(one)


def test_full_disk_loses_nothing(path: Path) -> None:
    done: list[Review] = []
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(10_000, Deed("grade")))
        assert log._database is not None
        pages = log._database.execute("PRAGMA page_count").fetchone()[0]
        log._database.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LogError, match=r"disk is full.*earlier grades are saved"):
            append_many(log, done)
        assert log.verify() == []
        assert len(list(log.facts())) == len(log.memories()) == len(done) + 1
        log._database.execute("PRAGMA max_page_count = 100000")
        append_many(log, done)  # from the fact that failed on, now that there is room
        assert log.verify() == []


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere; be nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "log.db"
        fill(path, 2)
        Path(folder).chmod(0o555)
        with unprivileged(), Log.open(path, scheduler=sm2) as log, pytest.raises(LogError, match="permissions"):  # fmt: skip
            log.append(fact(9, Deed("grade")))
        with unprivileged(), Log.open(path.with_name("new.db"), scheduler=sm2) as log, pytest.raises(LogError, match="permissions"):  # fmt: skip
            log.append(fact(9, Deed("grade")))
        Path(folder).chmod(0o755)
        with Log.open(path, scheduler=sm2) as log:
            assert len(log.memories()) == 2


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Log.open(tmp_path / "file" / "log.db", scheduler=sm2) as log, pytest.raises(LogError, match="check the folder"):  # fmt: skip
        log.append(fact(0, Deed("grade")))


def test_an_older_log_is_backed_up_and_brought_up_to_date(path: Path) -> None:
    fill(path, 3)
    steps = (
        *MIGRATIONS,
        "ALTER TABLE fact ADD COLUMN place TEXT;\nCREATE INDEX x ON fact (place);",
    )
    with closing(connect(path, sm2, 1000, steps)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
        assert database.execute("SELECT count(place IS NULL) FROM fact").fetchone() == (3,)
    with Log.open(path, scheduler=sm2) as log, pytest.raises(LogError, match="newer dlcards"):
        log.memories()
    (before,) = (path.parent / "backups").glob("*-before-v*")
    with Log.open(before, scheduler=sm2) as log:
        assert len(log.memories()) == 3


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    fill(path, 3)
    steps = (*MIGRATIONS, "ALTER TABLE fact ADD COLUMN place TEXT;\nCREATE INDEX x ON nowhere (y);")
    with pytest.raises(sqlite3.OperationalError):
        connect(path, sm2, 1000, steps)
    with Log.open(path, scheduler=sm2) as log:
        assert log.verify() == []
        log.append(fact(9, Deed("grade", CARDS[0])))


def test_a_newer_version_is_noticed_while_the_log_is_open(path: Path) -> None:
    fill(path, 1)
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(8, Deed("grade")))
        newer(path)
        with pytest.raises(LogError, match="newer dlcards"):
            log.append(fact(9, Deed("grade")))
