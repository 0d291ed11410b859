"""What distinguishes one kind of sitting from another, and the grade that a reply suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dlcards.model.card import Edit, Line, Reveal, Tick
from dlcards.model.memory import Grade, Mode

if TYPE_CHECKING:
    from dlcards.model.card import Prompt, Verdict

FOUR: tuple[tuple[Grade, str], ...] = ((1, "Again"), (3, "Hard"), (4, "Good"), (5, "Easy"))
SIX: tuple[tuple[Grade, str], ...] = (
    (0, "Blackout"), (1, "Wrong"), (2, "Wrong, easy"), (3, "Hard"), (4, "Good"), (5, "Perfect"),
)  # fmt: skip
TWO: tuple[tuple[Grade, str], ...] = ((1, "Again"), (4, "Good"))
BUTTONS = {"two": TWO, "four": FOUR, "six": SIX}

FAST, SLOW = 0.6, 2.5  # times the learner's own median on that kind of card

# The share of a rubric's weight that earns a grade: nobody says every point every time.
SHARES: tuple[tuple[float, Grade], ...] = ((1.0, 5), (0.75, 4), (0.5, 3), (0.25, 2), (0.0, 1))


class Policy(msgspec.Struct, frozen=True):
    """How a sitting treats its cards."""

    mode: Mode = "review"  # what the log calls a first answer
    drill: bool = True  # whether cards graded below 4 come back in the sitting
    tries: int = 2  # replies to a typed question before the answer is shown
    minutes: float | None = None  # no new question after that
    buttons: tuple[tuple[Grade, str], ...] = FOUR
    pace: dict[str, int] = msgspec.field(
        default_factory=dict
    )  # the learner's median milliseconds by kind


def suggested(
    prompt: Prompt, verdict: Verdict, *, hints: int, tries: int, empty: bool, pace: float | None
) -> Grade:
    """Return the SM-2 grade that a reply earned.

    `tries` counts the wrong replies before this one, `pace` is the time as a share of the
    learner's own median, None while that is unknown.
    """
    if isinstance(prompt.form, Reveal) or verdict.score is None:
        return 3 if hints else 4  # a proposal only: the learner judges
    if isinstance(prompt.form, Tick) and not empty:
        earned = next(grade for share, grade in SHARES if verdict.score >= share)
        return min(earned, 3) if hints else earned
    if not verdict.right:
        return 0 if empty else 2 if verdict.near_miss else 1
    if hints or tries or (pace is not None and pace > SLOW):
        return 3
    return 5 if pace is not None and pace < FAST else 4


def may_try_again(prompt: Prompt, policy: Policy, tries: int) -> bool:
    """Whether a wrong reply gets another chance: lines do, options would only be eliminated."""
    return isinstance(prompt.form, (Line, Edit)) and tries < policy.tries
