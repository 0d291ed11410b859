"""Histories for the tests of the log: short rows that become facts with uids and instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from dlcards.model.memory import Review

if TYPE_CHECKING:
    from dlcards.log import Log

DAY = 739_000
CARDS = ("losses/huber", "losses/focal", "norms/batch", "norms/layer")


class Deed(NamedTuple):
    """One thing that a learner does."""

    what: str  # an act, or "undo last"
    card: str = CARDS[0]
    grade: int = 4
    mode: str = "review"
    day: int = DAY
    interval: int | None = None
    millis: int = 1000


deeds = st.builds(
    Deed,
    what=st.sampled_from(["grade"] * 6 + ["undo last", "suspend", "unsuspend", "bury"]),
    card=st.sampled_from(CARDS),
    grade=st.integers(0, 5),
    mode=st.sampled_from(["review", "review", "review", "drill", "cram", "quiz"]),
    day=st.integers(DAY - 3, DAY + 40),
    interval=st.none() | st.integers(1, 40),
    millis=st.integers(0, 9000),
)


def fact(number: int, deed: Deed, **more: Any) -> Review:
    """Return the fact of a deed that is not an undo."""
    row: dict[str, Any] = {"uid": f"u{number}", "card": deed.card, "at": number, "day": deed.day}
    if deed.what == "grade":
        row |= {"grade": deed.grade, "mode": deed.mode, "interval": deed.interval}
        row |= {"millis": deed.millis, "seed": number, "reply": "2/3 · ½"}
    else:
        row |= {"act": deed.what}
    return Review(**row | more)


def do(log: Log, number: int, deed: Deed) -> None:
    """Do one deed; the number makes its uid."""
    if deed.what == "undo last":
        log.undo(uid=f"u{number}", at=number, day=deed.day)
    else:
        log.append(fact(number, deed))
