"""Rubric cards: ticks become score and grade, what was missed comes back alone in the sitting."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dlcards.kinds.rubric import Rubric
from dlcards.model.card import CardFault, Reveal, Tick
from dlcards.model.doc import Table
from dlcards.session import states as s
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

HEAD = {"id": "a", "concept": "c", "aspect": "definition", "kind": "rubric", "front": "Explain it."}
POINTS = [
    {"text": "mean", "ask": "What is subtracted?", "weight": 2},
    {"text": "deviation", "ask": "What divides?"},
    {"text": "running", "ask": "What at inference?", "weight": 2},
    {"text": "rates", "ask": "What does it buy?"},
]


def rubric(**fields: Any) -> Rubric:
    return msgspec.convert(HEAD | {"points": POINTS, "hints": ["Think."]} | fields, Rubric)


def session(**policy: Any) -> Session:
    ports = Ports(lambda key: rubric(), lambda item: {})
    return Session([s.Item("d/a")], Policy(**policy), ports, seed=1, at=0)


def play(sitting: Session, *events: s.AnyEvent) -> list[s.Effect]:
    return [effect for event in events for effect in sitting.send(event, sitting.asked + 1000)]


def asked(sitting: Session) -> str:
    assert isinstance(sitting.state, s.Asking), sitting.state
    return "".join(getattr(block, "text", "") for block in sitting.state.prompt.doc)


@pytest.mark.parametrize(
    ("reply", "score", "missed"),
    [
        ("1 2 3 4", 1, ()),
        ("4 3 2 1", 1, ()),
        ("1234", 1, ()),
        ("1,3", 4 / 6, ("2", "4")),
        ("2 4", 2 / 6, ("1", "3")),
        ("1 1 1", 2 / 6, ("2", "3", "4")),
        ("", 0, ("1", "2", "3", "4")),
        (" \n\t ", 0, ("1", "2", "3", "4")),
    ],
)
def test_ticks_are_weighed(reply: str, score: float, missed: tuple[str, ...]) -> None:
    verdict = rubric().check(reply)
    assert verdict.score == pytest.approx(score)
    assert verdict.missed == missed
    (table,) = verdict.said
    assert isinstance(table, Table)
    assert [str(n) for n, row in enumerate(table.rows, 1) if row[0].mark == "wrong"] == list(missed)


@pytest.mark.parametrize(
    "reply", ["5", "0", "1 5", "-1", "one", "1.5", "²", "١", "1;2", "\x00", "9" * 999]
)
def test_what_is_no_point_is_asked_again(reply: str) -> None:
    verdict = rubric().check(reply)
    assert verdict.unreadable
    assert "1 to 4" in str(verdict.said)


def test_the_points_are_not_in_the_question() -> None:
    prompt = rubric().ask()
    assert isinstance(prompt.form, Tick)
    assert prompt.form.seconds == 60
    assert "mean" not in str(prompt.doc)


@pytest.mark.parametrize("name", ["0", "5", "", "x", "²", "-1"])
def test_a_point_that_is_gone(name: str) -> None:
    with pytest.raises(CardFault, match="has no point"):
        rubric().part(name)


def test_a_point_alone_is_a_question_of_its_own() -> None:
    alone = rubric().part("3")
    assert alone.ask().form == Reveal()
    assert alone.check("").score is None
    assert alone.hints == ()
    assert "running" in str(alone.explain())
    assert "deviation" not in str(alone.explain())


@pytest.mark.parametrize(
    ("reply", "hints", "grade"),
    [("1234", 0, 5), ("123", 0, 4), ("13", 0, 3), ("1", 0, 2), ("2", 0, 1), ("", 0, 0),
     ("1234", 1, 3), ("13", 1, 3), ("1", 1, 2)],
)  # fmt: skip
def test_the_share_suggests_the_grade(reply: str, hints: int, grade: int) -> None:
    sitting = session()
    play(sitting, *[s.Hint()] * hints, s.Answer(reply))
    assert isinstance(sitting.state, s.Judged)
    assert sitting.state.suggested == grade


def test_missed_points_come_back_one_by_one_until_they_are_known() -> None:
    sitting = session()
    play(sitting, s.Answer("13"), s.Rate())
    assert asked(sitting) == "What divides?"
    play(sitting, s.Answer(), s.Rate(1))
    assert asked(sitting) == "What does it buy?"
    play(sitting, s.Answer(), s.Rate(4))
    assert asked(sitting) == "What divides?", "not known yet: once more"
    effects = play(sitting, s.Answer(), s.Rate(4))
    assert [(e.mode, e.card) for e in effects if isinstance(e, s.Record)] == [("drill", "d/a")]
    assert isinstance(sitting.state, s.Done)


def test_a_missed_point_comes_back_after_a_good_grade_too() -> None:
    sitting = session()
    play(sitting, s.Answer("123"), s.Rate(4))
    assert asked(sitting) == "What does it buy?"


def test_nothing_comes_back_where_nothing_was_missed_or_nothing_is_drilled() -> None:
    sitting = session()
    play(sitting, s.Answer("1234"), s.Rate())
    assert isinstance(sitting.state, s.Done)
    sitting = session(drill=False)
    play(sitting, s.Answer("1"), s.Rate())
    assert isinstance(sitting.state, s.Done)


def test_undo_over_the_points() -> None:
    sitting = session()
    play(sitting, s.Answer("13"))
    judged, queue = sitting.state, sitting.queue
    play(sitting, s.Rate())
    first = sitting.queue
    play(sitting, s.Answer(), s.Rate(4))
    assert asked(sitting) == "What does it buy?"
    assert play(sitting, s.Undo()) == [s.TakeBack(ours=True)]
    assert (sitting.queue, type(sitting.state)) == (first, s.Judged)
    assert play(sitting, s.Undo()) == [s.TakeBack(ours=True)]
    assert (sitting.queue, sitting.state) == (queue, judged)
    play(sitting, s.Rate(2))
    assert asked(sitting) == "What divides?"


@pytest.mark.parametrize("event", [s.Bury(), s.Suspend()])
def test_putting_the_card_away_takes_its_points_along(event: s.AnyEvent) -> None:
    sitting = session()
    play(sitting, s.Answer("1"), s.Rate(), event)
    assert isinstance(sitting.state, s.Done)
    assert sitting.state.left == 0


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"point": 1}, "set by the program"),
        ({"points": [POINTS[0], POINTS[0]]}, "two points are the same"),
    ],
)
def test_faults(fields: dict[str, Any], fault: str) -> None:
    assert fault in str(list(rubric(**fields).faults()))


def test_a_question_about_a_point_is_linted() -> None:
    card = rubric(points=[{"text": "mean", "ask": "Is it the mean?"}, POINTS[1]])
    assert [fault.field for fault in card.lint()] == ["points[0].ask"]
