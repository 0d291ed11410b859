"""A session between a front end that follows a script and a log that is a list."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from rehearsal import card, intervals, item

from dlcards.model.memory import Review
from dlcards.session import states as s
from dlcards.session.drive import World, drive
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

A, RATE, UNDO = s.Answer(), s.Rate(), s.Undo()


class Script:
    """Plays events, then ends the input; keeps what was shown and said."""

    def __init__(self, events: Iterable[s.AnyEvent], end: type[BaseException] = EOFError) -> None:
        self.events, self.end = iter(events), end
        self.shown: list[s.State] = []
        self.said: list[str] = []

    def event(self, state: s.State) -> s.AnyEvent:
        self.shown.append(state)
        for event in self.events:
            return event
        raise self.end

    def notice(self, message: str) -> None:
        self.said.append(message)

    def refused(self, message: str) -> None:
        self.said.append(message)


class Log:
    """Facts in a list, with grades of an earlier sitting that can be undone."""

    def __init__(self, *earlier: str) -> None:
        self.facts: list[Review] = []
        self.earlier = [Review(uid=name, card=name, at=0, day=1, grade=4) for name in earlier]
        self._uids = (f"uid{n}" for n in count())
        self._times = count(0, 1000)

    def world(self) -> World:
        return World(lambda: next(self._times), lambda: 5, lambda: next(self._uids),
                     self.facts.append, lambda: self.earlier.pop() if self.earlier else None)  # fmt: skip


def run(log: Log, script: Script, *names: str) -> s.Done:
    queue = [item(name) for name in names]
    return drive(
        Session(queue, Policy(), Ports(card, intervals), seed=1, at=0), script, log.world()
    )


def acts(log: Log) -> list[tuple[str, str, str]]:
    return [(fact.act, fact.card.partition("/")[2], fact.target) for fact in log.facts]


def test_a_fact_has_identity_day_and_seed() -> None:
    log, script = Log(), Script([A, RATE])
    done = run(log, script, "basic")
    (fact,) = log.facts
    assert isinstance(script.shown[0], s.Asking)
    assert (fact.uid, fact.day, fact.grade, fact.interval) == ("uid0", 5, 4, 6)
    assert fact.seed == script.shown[0].seed
    assert done.reason == "finished"


def test_an_undo_names_the_fact_that_it_takes_back() -> None:
    log = Log()
    run(
        log,
        Script([A, RATE, s.Answer("anchor"), RATE, UNDO, UNDO, RATE]),
        "basic",
        "typed",
        "choice",
    )
    assert acts(log) == [
        ("grade", "basic", ""), ("grade", "typed", ""), ("undo", "typed", "uid1"),
        ("undo", "basic", "uid0"), ("grade", "basic", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("event", [s.Bury(), s.Suspend()])
def test_an_act_is_undone_like_a_grade(event: s.AnyEvent) -> None:
    log = Log()
    run(log, Script([event, UNDO]), "basic", "typed")
    act = type(event).__name__.lower()
    assert acts(log) == [(act, "basic", ""), ("undo", "basic", "uid0")]


def test_undo_reaches_into_an_earlier_sitting() -> None:
    log, script = Log("deck/choice", "deck/typed"), Script([UNDO, UNDO, UNDO])
    run(log, script, "basic")
    cards = [state.item.card for state in script.shown if isinstance(state, s.Asking)]
    assert cards == ["deck/basic", "deck/typed", "deck/choice", "deck/choice"]
    assert script.said == ["undo: there is nothing to take back"]
    assert log.facts == []


@pytest.mark.parametrize(
    ("end", "reason"), [(EOFError, "stopped"), (KeyboardInterrupt, "interrupted")]
)
def test_the_end_of_input_keeps_what_was_graded(end: type[BaseException], reason: str) -> None:
    log = Log()
    done = run(log, Script([A, RATE], end), "basic", "typed")
    assert (done.reason, done.left) == (reason, 1)
    assert len(log.facts) == 1


def test_an_illegal_event_is_said_and_the_question_stays() -> None:
    script = Script([RATE, A])
    run(Log(), script, "basic")
    assert script.said == ["a grade: no reply was judged yet (the state is asking)"]
    assert script.shown[0] == script.shown[1]
