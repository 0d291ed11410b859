"""The hint ladder, the repeat guard and the suggested grade, for the forms of reply of every kind."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dlcards.errors import IllegalEvent
from dlcards.kinds import union
from dlcards.model.card import Arrange
from dlcards.session import states as s
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

HEAD = {"id": "a", "concept": "c", "aspect": "code", "front": "What?", "hints": ["one", "two"]}
UNIT = {"domain": "unit"}
SIGMOID = "import numpy as np\ndef sigmoid(input):\n    return 1 / (1 + np.exp(-input))\n"
POINTS = [{"text": "this", "ask": "What else?"}, {"text": "that", "ask": "What more?"}]
CARDS: dict[str, dict[str, Any]] = {
    "derive": {"kind": "derive", "key": "p - y", "variables": {"p": UNIT, "y": UNIT}},
    "order": {"kind": "order", "items": ["a", "b", "c", "d"]},
    "rubric": {"kind": "rubric", "points": POINTS},
    "code": {"kind": "code", "op": "sigmoid", "parameters": ["input"],
             "cases": [{"inputs": {"input": [0.0, 2.0]}}, {"inputs": {"input": [[1.0]]}}]},
}  # fmt: skip
RIGHT = {"derive": "p-y", "order": "a b c d", "rubric": "1 2", "code": SIGMOID}
NEAR = {"derive": "y-p", "order": "b a c d", "rubric": None,
        "code": SIGMOID.replace("return", "return 0.5 + 0*input[0] if input.ndim > 1 else")}  # fmt: skip
WRONG = {
    "derive": "p^3+y",
    "order": "b a d c",
    "rubric": None,
    "code": "def sigmoid(input): return 1",
}
KINDS = list(CARDS)
TRIED_AGAIN = ["derive", "code"]


def opened(kind: str, **policy: Any) -> Session:
    card = msgspec.convert(HEAD | CARDS[kind], union())
    ports = Ports(lambda key: card, lambda item: {})
    return Session([s.Item("d/a")], Policy(**policy), ports, seed=3, at=0)


def say(sitting: Session, text: str, step: int = 1000) -> s.State:
    assert isinstance(sitting.state, s.Asking)
    form = sitting.state.prompt.form
    if isinstance(form, Arrange):
        text = " ".join(str(form.items.index(word) + 1) for word in text.split())
    sitting.send(s.Answer(text), sitting.asked + step)
    return sitting.state


def grade(state: s.State) -> int:
    assert isinstance(state, s.Judged), state
    return state.suggested


@pytest.mark.parametrize("kind", KINDS)
def test_right_at_once(kind: str) -> None:
    assert grade(say(opened(kind), RIGHT[kind])) == (5 if kind == "rubric" else 4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hints", [1, 2])
def test_right_after_hints(kind: str, hints: int) -> None:
    sitting = opened(kind)
    for n in range(hints):
        sitting.send(s.Hint(), 1)
        assert isinstance(sitting.state, s.Asking)
        assert sitting.state.hints == ("one", "two")[: n + 1]
    assert grade(say(sitting, RIGHT[kind])) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_after_the_last_hint_there_is_the_solution_only(kind: str) -> None:
    sitting = opened(kind)
    for _ in range(2):
        sitting.send(s.Hint(), 1)
    with pytest.raises(IllegalEvent):
        sitting.send(s.Hint(), 1)
    state = say(sitting, "")
    assert grade(state) == 0
    assert isinstance(state, s.Judged)
    assert state.explanation or state.verdict.said


@pytest.mark.parametrize("kind", ["derive", "order", "code"])
def test_fast_and_slow_are_relative_to_the_learner(kind: str) -> None:
    assert grade(say(opened(kind, pace={kind: 10_000}), RIGHT[kind], 5_000)) == 5
    assert grade(say(opened(kind, pace={kind: 10_000}), RIGHT[kind], 26_000)) == 3


@pytest.mark.parametrize("kind", ["derive", "order", "code"])
def test_wrong_is_1_and_a_named_near_miss_is_2(kind: str) -> None:
    assert grade(say(opened(kind, tries=1), WRONG[kind] or "")) == 1
    assert grade(say(opened(kind, tries=1), NEAR[kind] or "")) == 2


@pytest.mark.parametrize("kind", TRIED_AGAIN)
def test_right_at_the_second_try(kind: str) -> None:
    sitting = opened(kind)
    assert isinstance(say(sitting, WRONG[kind] or ""), s.Asking)
    assert grade(say(sitting, RIGHT[kind])) == 3


@pytest.mark.parametrize("kind", TRIED_AGAIN)
def test_the_same_answer_again_costs_nothing(kind: str) -> None:
    sitting = opened(kind)
    for reply in (WRONG[kind], WRONG[kind], f" {WRONG[kind]}\n"):
        state = say(sitting, reply or "")
        assert isinstance(state, s.Asking)
        assert state.tries == 1
    assert "same answer again" in str(state.feedback)
    assert grade(say(sitting, RIGHT[kind])) == 3


@pytest.mark.parametrize("again", ["y - p", "(y-p)", "y−p", "y-1p" and "y - (p)"])
def test_the_same_formula_in_another_spelling_costs_nothing(again: str) -> None:
    sitting = opened("derive")
    say(sitting, "y-p")
    state = say(sitting, again)
    assert isinstance(state, s.Asking)
    assert state.tries == 1
    assert "same answer again" in str(state.feedback)


@pytest.mark.parametrize(("kind", "reply"), [("derive", "p-"), ("derive", "q"), ("rubric", "9")])
def test_an_unreadable_reply_costs_nothing(kind: str, reply: str) -> None:
    sitting = opened(kind)
    for _ in range(4):
        state = say(sitting, reply)
        assert isinstance(state, s.Asking)
        assert state.tries == 0
    assert grade(say(sitting, RIGHT[kind])) >= 4


def test_an_order_that_cannot_be_read_costs_nothing() -> None:
    sitting = opened("order")
    for _ in range(3):
        sitting.send(s.Answer("1 2"), 1)
    assert isinstance(sitting.state, s.Asking)
    assert grade(say(sitting, RIGHT["order"])) == 4


def test_what_cannot_be_judged_is_left_to_the_learner() -> None:
    card = msgspec.convert(
        HEAD | CARDS["derive"] | {"key": "exp(exp(exp(x)))", "variables": {"x": {"low": 99}}},
        union(),
    )
    sitting = Session(
        [s.Item("d/a")], Policy(), Ports(lambda key: card, lambda item: {}), seed=1, at=0
    )
    state = say(sitting, "exp(exp(exp(x)))")
    assert grade(state) == 4
    assert isinstance(state, s.Judged)
    assert state.verdict.score is None
    assert state.explanation
