"""Connects a session with a front end and a log: events in, effects carried out, until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, assert_never

from msgspec.structs import replace

from dlcards.errors import IllegalEvent
from dlcards.model.memory import Review
from dlcards.schedule.leech import warns
from dlcards.session.states import Again, Done, Item, Record, Stop, TakeBack

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlcards.model.memory import Memory
    from dlcards.session.engine import Session
    from dlcards.session.states import AnyEvent, Effect, State


ADVICE = "reformulate it, split it, or suspend it"


class FrontEnd(Protocol):
    """Shows states and brings events; EOFError and KeyboardInterrupt end the sitting in order."""

    def event(self, state: State) -> AnyEvent: ...

    def notice(self, message: str) -> None:
        """Say something beside the state, such as that a card is a leech."""

    def refused(self, message: str) -> None:
        """Say why an event was not possible; nothing has changed."""


class World(NamedTuple):
    """The rim of a sitting: time, identities, the log."""

    now: Callable[[], int]  # milliseconds since 1970, UTC
    today: Callable[[], int]  # the learner's day
    uid: Callable[[], str]
    append: Callable[[Review], Memory | None]  # durable when it returns
    undo: Callable[[], Review | None]  # the last grade of an earlier sitting


def drive(session: Session, front: FrontEnd, world: World) -> Done:
    """Run the session to its end; everything graded is durable before the next question."""
    ours: list[Review] = []
    while not isinstance(session.state, Done):
        try:
            event = front.event(session.state)
        except EOFError:
            event = Stop()
        except KeyboardInterrupt:
            event = Stop(interrupted=True)
        try:
            effects = session.send(event, world.now())
        except IllegalEvent as error:
            front.refused(str(error))
            continue
        for effect in effects:
            _carry_out(effect, ours, session, front, world)
    return session.state


def _carry_out(
    effect: Effect, ours: list[Review], session: Session, front: FrontEnd, world: World
) -> None:
    match effect:
        case Record():
            ours.append(_fact(effect, world))
            memory = world.append(ours[-1])
            fresh = effect.act == "grade" and effect.mode == "review"
            if fresh and memory is not None and warns(memory):
                front.notice(f"{memory.card} has lapsed {memory.lapses} times: {ADVICE}")
        case TakeBack(ours=True):
            # By its own identity, so that another sitting on the same log keeps its grades.
            target = ours.pop()
            undo = Record(target.card, "undo")
            world.append(replace(_fact(undo, world), target=target.uid))
        case TakeBack():
            _take_back_earlier(session, front, world)
        case _:
            assert_never(effect)


def _take_back_earlier(session: Session, front: FrontEnd, world: World) -> None:
    undone = world.undo()
    if undone is None:
        front.refused("undo: there is nothing to take back")
        return
    item = Item(undone.card, undone.card.partition("/")[0], mode=undone.mode)
    session.send(Again(item), world.now())


def _fact(record: Record, world: World) -> Review:
    return Review(
        uid=world.uid(), card=record.card, at=world.now(), day=world.today(), act=record.act,
        mode=record.mode, grade=record.grade, seed=record.seed, reply=record.reply,
        millis=record.millis, interval=record.interval,
    )  # fmt: skip
