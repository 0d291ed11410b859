"""What is known of a learner's memory of one card, and the fact that it is folded from.

Days are proleptic ordinals (`date.toordinal`) of the learner's own calendar day.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Grade: TypeAlias = Literal[0, 1, 2, 3, 4, 5]  # SM-2's q: 5 perfect … 0 blackout
Mode: TypeAlias = Literal["review", "drill", "cram", "quiz"]
Act: TypeAlias = Literal["grade", "undo", "suspend", "unsuspend", "bury"]

PASS = 3  # the least grade that counts as recalled
DONE = 4  # the least grade that ends the day's drilling


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of the append-only log. Only `mode="review"` moves the schedule."""

    uid: str  # identity of the fact, so that logs of several machines can be united
    card: str
    at: int  # UTC, milliseconds since 1970
    day: int  # the learner's calendar day
    act: Act = "grade"
    mode: Mode = "review"
    grade: Grade | None = None
    seed: int = 0
    reply: str = ""
    millis: int = 0  # time from question to reply
    target: str = ""  # for an undo: the uid that it takes back
    interval: int | None = None  # days shown and applied; None lets the scheduler say


class Memory(msgspec.Struct, frozen=True):
    """The state of one card after all its reviews."""

    card: str
    due: int  # day
    interval: int  # days
    ease: int  # hundredths: 250 is an easiness factor of 2.50
    repetitions: int  # in a row with q >= 3
    reviews: int
    lapses: int
    first: int  # day of the first review
    last: int  # day of the last review
    drill: bool = False  # graded below 4 on `last`, comes back the same day until it is better
    suspended: bool = False
    buried: int = 0  # the day until whose end it stays hidden
