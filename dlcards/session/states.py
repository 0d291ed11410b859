"""Where a sitting stands, what may happen to it, and what it asks of the world.

All of them are plain data: the terminal draws states, JSON lines carry states and events, and
whoever drives the session carries out the effects.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from dlcards.model.card import Prompt, Verdict
from dlcards.model.doc import Doc
from dlcards.model.memory import Act, Grade, Mode

Reason: TypeAlias = Literal["finished", "stopped", "interrupted", "time"]


class Item(msgspec.Struct, frozen=True):
    """One place in the queue."""

    card: str
    deck: str = ""
    concept: str = ""
    mode: Mode = "review"
    new: bool = False
    part: str = ""  # of a card that was missed in part: what is asked alone


class Button(msgspec.Struct, frozen=True):
    """One way to grade, with the days until the card would come back; None where nothing moves."""

    grade: Grade
    label: str
    days: int | None = None


class Progress(msgspec.Struct, frozen=True):
    """How far the sitting is."""

    done: int
    left: int
    new_left: int
    drills_left: int
    millis: int


class Asking(msgspec.Struct, frozen=True, tag="asking", tag_field="state"):
    """A question waits for its reply."""

    item: Item
    seed: int
    prompt: Prompt
    progress: Progress
    hints: tuple[str, ...] = ()  # those shown so far
    hints_left: int = 0
    tries: int = 0  # wrong replies so far
    feedback: Verdict | None = None  # on the last reply, where it asks again


class Judged(msgspec.Struct, frozen=True, tag="judged", tag_field="state"):
    """The reply was judged and the answer is on the table; a grade is due."""

    item: Item
    seed: int
    prompt: Prompt
    reply: str
    verdict: Verdict
    explanation: Doc
    buttons: tuple[Button, ...]
    suggested: Grade
    millis: int  # from question to reply
    progress: Progress


class Result(msgspec.Struct, frozen=True):
    """One graded card."""

    item: Item
    grade: Grade
    millis: int


class Done(msgspec.Struct, frozen=True, tag="done", tag_field="state"):
    """The sitting is over."""

    reason: Reason
    results: tuple[Result, ...]
    left: int
    millis: int
    faults: tuple[str, ...] = ()  # cards that could not be asked


State: TypeAlias = Asking | Judged | Done


class Event(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag=str.lower
):
    """Something the learner does."""


class Answer(Event, frozen=True):
    """A reply; empty reveals a basic card and gives up on any other."""

    reply: str = ""


class Hint(Event, frozen=True):
    """Show the next hint; it lowers the suggested grade."""


class Rate(Event, frozen=True):
    """Grade the card; without a grade, the suggested one."""

    grade: Grade | None = None


class Undo(Event, frozen=True):
    """Take back the last grade, burial or suspension, of an earlier sitting if need be."""


class Skip(Event, frozen=True):
    """Ask the card again at the end of the sitting."""


class Bury(Event, frozen=True):
    """Hide the card until tomorrow."""


class Suspend(Event, frozen=True):
    """Hide the card until it is unsuspended."""


class Reload(Event, frozen=True):
    """Ask the card afresh, because its deck was edited."""


class Again(Event, frozen=True):
    """Put a card first: an undo gave it back from an earlier sitting."""

    item: Item


class Stop(Event, frozen=True):
    """End the sitting; everything graded is saved already."""

    interrupted: bool = False  # by Ctrl-C, which the program's exit status tells


AnyEvent: TypeAlias = Answer | Hint | Rate | Undo | Skip | Bury | Suspend | Reload | Again | Stop


class Record(msgspec.Struct, frozen=True):
    """Effect: append this fact; the one who drives adds identity and time."""

    card: str
    act: Act = "grade"
    mode: Mode = "review"
    grade: Grade | None = None
    seed: int = 0
    reply: str = ""
    millis: int = 0
    interval: int | None = None


class TakeBack(msgspec.Struct, frozen=True):
    """Effect: undo the newest fact of the log; `ours` says that this sitting wrote it."""

    ours: bool


Effect: TypeAlias = Record | TakeBack
