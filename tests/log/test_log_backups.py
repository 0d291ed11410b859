"""Backups are taken once a day, thinned with age, and checked before they replace the log."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from sqlite3 import IntegrityError
from typing import TYPE_CHECKING

import pytest
from histories import DAY, Deed, fact

from dlcards.errors import LogError
from dlcards.log import Log
from dlcards.log.backups import kept
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 7, 1).toordinal()  # a Wednesday


def days(*texts: str) -> set[int]:
    return {date.fromisoformat(f"2026-{text}").toordinal() for text in texts}


@pytest.mark.parametrize(
    ("existing", "stay"),
    [
        pytest.param([], [], id="none"),
        pytest.param(["06-25", "06-26", "06-30", "07-01"], ["06-25", "06-26", "06-30", "07-01"], id="a week: all"),
        pytest.param(["06-22", "06-23", "06-24", "07-01"], ["06-24", "07-01"], id="a week ago: its newest"),
        pytest.param(["06-14", "06-15", "06-16"], ["06-14", "06-16"], id="Sunday ends a week"),
        pytest.param(["04-03", "04-10", "04-30", "05-01"], ["04-30", "05-01"], id="two months ago: month's newest"),
        pytest.param(["02-03", "02-28", "03-01"], ["02-28", "03-01"], id="long ago: monthly"),
        pytest.param(["07-01", "08-09"], ["07-01", "08-09"], id="from a clock set ahead"),
    ],
)  # fmt: skip
def test_thinning(existing: list[str], stay: list[str]) -> None:
    assert kept(days(*existing), TODAY) == days(*stay)


def test_two_months_end_after_sixty_one_days() -> None:
    later = TODAY + 14
    assert kept(days("05-13", "05-14", "05-15"), later) == days("05-14", "05-15")


def test_thinning_day_by_day_for_three_years() -> None:
    there: set[int] = set()
    for today in range(TODAY, TODAY + 1100):
        there = kept({*there, today}, today)
        ages = sorted(today - day for day in there)
        assert ages[:7] == list(range(min(7, len(ages), today - TODAY + 1)))
        assert all(b - a <= 7 for a, b in pairwise(ages) if b <= 61)
        assert all(b - a <= 62 for a, b in pairwise(ages))
    assert 45 <= len(there) <= 55


def names(path: Path) -> list[str]:
    return sorted(file.name for file in (path.parent / "backups").iterdir())


def test_the_first_sitting_of_a_day_leaves_a_backup(path: Path) -> None:
    first = date.fromordinal(DAY).isoformat()
    for number, day in enumerate([DAY, DAY, DAY + 1]):
        with Log.open(path, scheduler=sm2) as log:
            log.append(fact(number, Deed("grade", day=day)))
    second = date.fromordinal(DAY + 1).isoformat()
    assert names(path) == [f"reviews-{first}.db", f"reviews-{second}.db"]
    with Log.open(path.parent / "backups" / f"reviews-{second}.db", scheduler=sm2) as log:
        assert len(list(log.facts())) == 3


def test_old_backups_go_and_other_files_stay(path: Path) -> None:
    for day in (DAY, DAY + 1, DAY + 700):
        with Log.open(path, scheduler=sm2) as log:
            log.append(fact(day, Deed("grade", day=day)))
            mine = path.parent / "backups" / "reviews-my-own!!!!.db"
        mine.touch()
        mine.with_name("reviews-9999-99-99.db").touch()
    kept_day, last = (date.fromordinal(day).isoformat() for day in (DAY + 1, DAY + 700))
    assert names(path) == sorted(
        [f"reviews-{kept_day}.db", f"reviews-{last}.db", "reviews-9999-99-99.db", mine.name]
    )


def repeat(log: Log) -> None:
    for _ in range(2):
        log.append(fact(0, Deed("grade")))


def test_reading_or_failing_leaves_no_backup(path: Path) -> None:
    with pytest.raises(IntegrityError), Log.open(path, scheduler=sm2) as log:
        repeat(log)
    with Log.open(path, scheduler=sm2) as log:
        assert len(log.memories()) == 1
    assert not (path.parent / "backups").exists()


def test_backup_and_restore(path: Path, tmp_path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
        copy = log.backup(tmp_path / "elsewhere" / "copy.db")
        assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
        assert (
            copy.read_bytes()[18] == 1
        )  # no write-ahead log: it can be read where nothing is written
        log.append(fact(1, Deed("grade")))
        aside = log.restore(copy)
        assert [one.uid for one in log.facts()] == ["u0"]
        log.append(fact(2, Deed("grade")))
        assert log.verify() == []
    assert aside is not None
    with Log.open(aside, scheduler=sm2) as log:
        assert [one.uid for one in log.facts()] == ["u0", "u1"]


def test_restore_where_there_is_no_log(path: Path, tmp_path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
        copy = log.backup(tmp_path / "copy.db")
    with Log.open(tmp_path / "new" / "reviews.db", scheduler=sm2) as log:
        assert log.restore(copy) is None
        assert len(log.memories()) == 1


@pytest.mark.parametrize("content", [b"", b"garbage" * 999, None], ids=["empty", "garbage", "missing"])  # fmt: skip
def test_a_bad_backup_replaces_nothing(path: Path, tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "bad.db"
    if content is not None:
        source.write_bytes(content)
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
        with pytest.raises(LogError, match=r"bad\.db: "):
            log.restore(source)
        assert len(log.memories()) == 1
    assert not list(path.parent.glob("*.restored*"))


def test_a_backup_with_a_broken_page_replaces_nothing(path: Path, tmp_path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        for number in range(60):
            log.append(fact(number, Deed("grade", f"d/{number}")))
        source = log.backup(tmp_path / "bad.db")
        data = bytearray(source.read_bytes())
        data[-4096:] = b"\xa5" * 4096
        source.write_bytes(data)
        with pytest.raises(LogError, match="damaged"):
            log.restore(source)
        assert len(log.memories()) == 60


def test_a_log_in_use_is_not_replaced(path: Path, tmp_path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log, Log.open(path, scheduler=sm2) as other:
        log.append(fact(0, Deed("grade")))
        copy = log.backup(tmp_path / "copy.db")
        other.append(fact(1, Deed("grade")))
        with pytest.raises(LogError, match="another program"):
            log.restore(copy)
        other.append(fact(2, Deed("grade")))
        assert [one.uid for one in log.facts()] == ["u0", "u1", "u2"]


def test_the_log_is_not_its_own_backup(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
        with pytest.raises(LogError, match="is the log itself"):
            log.backup(path.parent / ".." / path.parent.name / path.name)


@pytest.mark.parametrize("old", [b"damaged" * 2000, None], ids=["damaged", "gone"])
def test_a_restored_file_does_not_meet_an_old_write_ahead_log(
    path: Path, tmp_path: Path, old: bytes | None
) -> None:
    ahead = path.with_name(f"{path.name}-wal")
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
        copy = log.backup(tmp_path / "copy.db")
        log.append(fact(1, Deed("grade")))
        left = ahead.read_bytes()
    path.unlink()
    ahead.write_bytes(left)
    if old is not None:
        path.write_bytes(old)
    with Log.open(path, scheduler=sm2) as log:
        aside = log.restore(copy)
        assert [one.uid for one in log.facts()] == ["u0"]
        assert log.verify() == []
    if old is not None:
        assert aside is not None
        assert aside.with_name(f"{aside.name}-wal").read_bytes() == left
