"""The learner's day: the local calendar day, which turns in the small hours and not at midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

ROLLOVER: Final = 4  # o'clock, local time
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(at: datetime, rollover: int = ROLLOVER, zone: tzinfo | None = None) -> int:
    """Return the proleptic ordinal of the day that `at` belongs to, in `zone` or in its own.

    The hands of the local clock decide, so a day of summer time's change has 23 or 25 hours.
    Raises ValueError for a time without a zone: nobody could say whose day it is.
    """
    local = _aware(at) if zone is None else _aware(at).astimezone(zone)
    return (local.replace(tzinfo=None) - timedelta(hours=rollover)).toordinal()


def instant(at: datetime) -> int:
    """Return milliseconds since 1970, UTC."""
    return (_aware(at) - EPOCH) // timedelta(milliseconds=1)


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()}: has no time zone")
    return at
