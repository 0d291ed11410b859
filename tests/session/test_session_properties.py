"""What holds for any sequence of events: undo is exact, seeds decide, everything is plain data."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rehearsal import card, intervals, item

from dlcards.errors import IllegalEvent
from dlcards.session import states as s
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

NAMES = ["basic", "typed", "choice", "compute", "impossible", "silent", "gone"]
REPLIES = ["", "anchor", "1", "2", "7", "12", "wrong", "3 +"]
EVENTS: st.SearchStrategy[s.AnyEvent] = st.one_of(
    st.sampled_from(REPLIES).map(s.Answer),
    st.sampled_from([s.Rate(grade) for grade in (None, 0, 1, 2, 3, 4, 5)]),
    st.sampled_from([s.Hint(), s.Skip(), s.Bury(), s.Suspend(), s.Reload(), s.Undo()]),
)
QUEUES = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5)
PLAYS = st.lists(EVENTS, max_size=25)
SHORT = settings(max_examples=60, deadline=None, derandomize=True)


def opened(names: list[str], **policy: Any) -> Session:
    queue = [item(name, new=name == "basic") for name in names]
    return Session(queue, Policy(**policy), Ports(card, intervals), seed=3, at=0)


def everything(session: Session) -> tuple[Any, ...]:
    return (session.state, session.queue, session.results, session.faults, session._drawn,
            session._last_reply)  # fmt: skip


def sent(session: Session, event: s.AnyEvent, at: int) -> list[s.Effect] | None:
    """The effects; None where the event was illegal, which changes nothing."""
    try:
        return list(session.send(event, at))
    except IllegalEvent:
        return None


@SHORT
@given(QUEUES, PLAYS)
def test_undo_is_the_exact_inverse(names: list[str], events: list[s.AnyEvent]) -> None:
    session = opened(names)
    past: list[tuple[Any, ...]] = []
    for n, event in enumerate(events):
        before = everything(session) if hasattr(session, "_drawn") else ()
        effects = sent(session, event, 1000 * n)
        if effects and isinstance(effects[0], s.Record):
            past.append(before)
        elif effects == [s.TakeBack(ours=True)]:
            assert everything(session) == past.pop()
        elif effects == [s.TakeBack(ours=False)]:
            assert everything(session) == before
            assert not past
    while past:
        assert session.send(s.Undo(), 0) == (s.TakeBack(ours=True),)
        assert everything(session) == past.pop()
    assert session.results == ()


@SHORT
@given(QUEUES, PLAYS)
def test_results_are_the_grades_recorded_and_not_taken_back(
    names: list[str], events: list[s.AnyEvent]
) -> None:
    session, facts = opened(names), list[s.Record]()
    for n, event in enumerate(events):
        for effect in sent(session, event, 1000 * n) or ():
            if isinstance(effect, s.Record):
                facts.append(effect)
            elif effect.ours:
                facts.pop()
    grades = [(fact.card, fact.grade) for fact in facts if fact.act == "grade"]
    assert [(result.item.card, result.grade) for result in session.results] == grades


@SHORT
@given(QUEUES, PLAYS)
def test_seed_and_events_decide_everything(names: list[str], events: list[s.AnyEvent]) -> None:
    one, other = opened(names), opened(names)
    for n, event in enumerate(events):
        assert sent(one, event, 1000 * n) == sent(other, event, 1000 * n)
        assert one.state == other.state


@SHORT
@given(QUEUES, PLAYS)
def test_states_events_and_effects_survive_json(names: list[str], events: list[s.AnyEvent]) -> None:
    session = opened(names)
    for n, event in enumerate(events):
        assert msgspec.json.decode(msgspec.json.encode(event), type=s.AnyEvent) == event
        assert (
            msgspec.json.decode(msgspec.json.encode(session.state), type=s.State) == session.state
        )
        for effect in sent(session, event, 1000 * n) or ():
            assert msgspec.json.decode(msgspec.json.encode(effect), type=type(effect)) == effect


@SHORT
@given(QUEUES, PLAYS)
def test_what_is_done_and_left_adds_up(names: list[str], events: list[s.AnyEvent]) -> None:
    session = opened(names, drill=False)
    for n, event in enumerate(events):
        sent(session, event, 1000 * n)
        if isinstance(session.state, s.Asking):
            progress = session.state.progress
            assert progress.done == len(session.results)
            assert progress.left == len(session.queue)
            assert progress.new_left == sum(one.new for one in session.queue)


def test_another_seed_draws_other_numbers() -> None:
    def asked(seed: int) -> Any:
        ports = Ports(card, intervals)
        return Session([item("compute")], Policy(), ports, seed=seed, at=0)._drawn

    assert asked(1) == asked(1)
    assert len({str(asked(seed)) for seed in range(8)}) > 5


@pytest.mark.parametrize(
    "text", ['{"event":"fly"}', '{"event":"rate","grade":9}', '{"event":"answer","x":1}']
)
def test_no_other_event_is_read(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=s.AnyEvent)
