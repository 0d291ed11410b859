"""The learner's day turns at four in the morning of the local clock, whatever the clock does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dlcards.schedule.days import day_of, instant

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "zone", "rollover", "day"),
    [
        ("2026-03-10 03:59", "Europe/Berlin", 4, "2026-03-09"),
        ("2026-03-10 04:00", "Europe/Berlin", 4, "2026-03-10"),
        ("2026-03-10 23:59", "Europe/Berlin", 4, "2026-03-10"),
        ("2026-03-11 00:30", "Europe/Berlin", 4, "2026-03-10"),
        ("2026-03-11 00:30", "Europe/Berlin", 0, "2026-03-11"),
        ("2026-01-01 03:00", "Pacific/Auckland", 4, "2025-12-31"),
        ("2026-03-29 03:59", "Europe/Berlin", 4, "2026-03-28"),  # an hour after the jump
        ("2026-10-25 03:59", "Europe/Berlin", 4, "2026-10-24"),
        ("2024-02-29 12:00", "America/New_York", 4, "2024-02-29"),
    ],
)
def test_turn(local: str, zone: str, rollover: int, day: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    assert day_of(at, rollover) == date.fromisoformat(day).toordinal()


@pytest.mark.parametrize(
    ("day", "zone", "rollover", "hours"),
    [
        pytest.param("2026-03-10", "Europe/Berlin", 4, 24, id="ordinary"),
        pytest.param("2026-03-28", "Europe/Berlin", 4, 23, id="spring, before the turn"),
        pytest.param("2026-03-29", "Europe/Berlin", 0, 23, id="spring, midnight"),
        pytest.param("2026-10-24", "Europe/Berlin", 4, 25, id="autumn, before the turn"),
        pytest.param("2026-10-25", "Europe/Berlin", 2, 25, id="autumn, turning in the hour twice told"),
        pytest.param("2026-03-07", "America/New_York", 4, 23, id="New York, spring"),
        pytest.param("2026-10-31", "America/New_York", 4, 25, id="New York, autumn"),
        pytest.param("2026-04-04", "Australia/Lord_Howe", 4, 24.5, id="half an hour"),
    ],
)  # fmt: skip
def test_length_of_a_day(day: str, zone: str, rollover: int, hours: float) -> None:
    ordinal = date.fromisoformat(day).toordinal()
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) - timedelta(days=2)
    quarters = [start + n * timedelta(minutes=15) for n in range(4 * 24 * 5)]
    days = [day_of(at, rollover, ZoneInfo(zone)) for at in quarters]
    assert days == sorted(days)  # no day begins twice
    assert Counter(days)[ordinal] == 4 * hours


def test_the_zone_of_the_time_or_a_given_one() -> None:
    at = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)  # 03:30 in Berlin, 11:30 in Tokyo
    assert day_of(at.astimezone(BERLIN)) == day_of(at, zone=BERLIN) == date(2026, 3, 9).toordinal()
    assert day_of(at, zone=ZoneInfo("Asia/Tokyo")) == date(2026, 3, 10).toordinal()


def test_the_instant_does_not_depend_on_the_zone() -> None:
    at = datetime(2026, 10, 25, 0, 30, 0, 123_000, tzinfo=UTC)  # 02:30 in Berlin, told twice
    later = at + timedelta(hours=1)
    assert instant(at) == instant(at.astimezone(BERLIN)) == 1_792_888_200_123
    assert instant(later.astimezone(BERLIN)) - instant(at.astimezone(BERLIN)) == 3_600_000


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        day_of(datetime(2026, 3, 10))  # noqa: DTZ001  # on purpose
    with pytest.raises(ValueError, match="no time zone"):
        instant(datetime(2026, 3, 10))  # noqa: DTZ001
