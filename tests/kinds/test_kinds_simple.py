"""Cloze, choice and typed cards, as tables."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dlcards.kinds.basic import Basic
from dlcards.kinds.choice import Choice
from dlcards.kinds.cloze import Cloze
from dlcards.kinds.typed import Typed
from dlcards.model.doc import Math, Table, Text

HEAD = {"id": "a", "concept": "mse", "aspect": "pitfall"}


def cloze(text: str, **fields: Any) -> Cloze:
    return msgspec.convert({**HEAD, "kind": "cloze", "text": text, **fields}, Cloze)


def choice(*options: dict[str, Any], front: str = "Which one?", **fields: Any) -> Choice:
    data = {**HEAD, "kind": "choice", "front": front, "options": options, **fields}
    return msgspec.convert(data, Choice)


def typed(*accept: str, front: str = "What is it called?", **fields: Any) -> Typed:
    return msgspec.convert(
        {**HEAD, "kind": "typed", "front": front, "accept": accept, **fields}, Typed
    )


def said(doc: Any) -> str:
    return " | ".join(
        b.text if isinstance(b, Text) else b.latex if isinstance(b, Math) else "…" for b in doc
    )


def right(text: str) -> dict[str, Any]:
    return {"text": text, "correct": True}


def wrong(text: str, refute: str = "") -> dict[str, Any]:
    return {"text": text, "refute": refute}


@pytest.mark.parametrize(
    ("text", "asked", "answer"),
    [
        pytest.param("He uses {{c1::2/n}}.", ["He uses […]."], ["He uses **2/n**."], id="one gap"),
        pytest.param(
            "{{c1::He}} suits {{c2::ReLU}}.", ["[…] suits ReLU.", "He suits […]."],
            ["**He** suits ReLU.", "He suits **ReLU**."], id="two siblings, the other stays filled",
        ),
        pytest.param(
            "{{c1::He}} and {{c1::Xavier}}.", ["[…] and […]."], ["**He** and **Xavier**."],
            id="one number, two gaps, one card",
        ),
        pytest.param("{{c1::He::a name}} is.", ["[a name…] is."], ["**He** is."], id="hint"),
        pytest.param("{{c1::$x_{i}$}} is.", ["[…] is."], ["$x_{i}$ is."], id="formula in a gap"),
        pytest.param("{{c3::x}} then {{c2::y}}", ["x then […]", "[…] then y"], ["x then **y**", "**x** then y"],
                     id="siblings in the order of their numbers"),
    ],
)  # fmt: skip
def test_gaps(text: str, asked: list[str], answer: list[str]) -> None:
    siblings = cloze(text).expand()
    assert [said(card.ask().doc) for card in siblings] == asked
    assert [said(card.explain()) for card in siblings] == answer
    assert list(cloze(text).faults()) == []


def test_the_first_sibling_keeps_the_id_and_all_ids_are_ids() -> None:
    siblings = cloze("{{c1::x}} {{c2::y}}").expand()
    assert [card.id for card in siblings] == ["a", "a-c2"]
    for card in siblings:
        assert msgspec.json.decode(msgspec.json.encode(card), type=Cloze) == card


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("No gap.", "has no gap"),
        ("{{c1::x}} {{c2:y}}", "has a gap that cannot be read"),
        ("{{c1::$e^{x_{i}}$}} is.", "ends a gap inside"),
        ("{{c0::x}}", "has the gap number 0"),
        ("{{c10::x}}", "has the gap number 10"),
    ],
)
def test_faulty_gaps(text: str, fault: str) -> None:
    assert fault in str(list(cloze(text).faults()))


def test_other_faults_of_a_cloze() -> None:
    assert "too long for its gaps" in str(list(cloze("{{c1::x}} {{c2::y}}", id="a" * 62).faults()))
    assert "set by the program" in str(list(cloze("{{c1::x}}", gap=1).faults()))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{c1::a}} {{c2::b}} {{c3::c}}", "has 3 gaps"),
        ("{{c1::a}}" + " word" * 25, "has 26 words"),
        ("the term $x + {{c1::y}}$ is", "has a gap inside a formula"),
    ],
)
def test_lint_of_a_cloze(text: str, fault: str) -> None:
    assert fault in str(list(cloze(text).lint()))


OPTIONS = (right("alpha"), wrong("beta", "Not beta."), wrong("gamma"), wrong("delta", "Nor delta."))


def test_the_order_of_options_is_fresh_and_every_order_comes() -> None:
    card = choice(*OPTIONS[:3])
    orders = {tuple(option.text for option in card.draw(seed).options) for seed in range(100)}
    assert len(orders) == 6


def test_the_order_does_not_depend_on_how_the_deck_lists_them() -> None:
    one, other = choice(*OPTIONS), choice(*reversed(OPTIONS))
    assert all(one.draw(seed) == other.draw(seed) for seed in range(5))


@pytest.mark.parametrize(
    ("reply", "score", "understood", "refuted", "near_miss"),
    [
        ("1", 1.0, "alpha", "", False),
        ("a", 1.0, "alpha", "", False),
        (" A ", 1.0, "alpha", "", False),
        ("2", 0.0, "beta", "Not beta.", True),
        ("3", 0.0, "gamma", "", False),
    ],
)
def test_one_right_option(
    reply: str, score: float, understood: str, refuted: str, near_miss: bool
) -> None:
    verdict = choice(*OPTIONS).check(reply)
    assert (verdict.score, verdict.understood, said(verdict.said)) == (score, understood, refuted)
    assert verdict.near_miss is near_miss


@pytest.mark.parametrize(
    ("reply", "score"),
    [("1 2", 1.0), ("2,1", 1.0), ("b a", 1.0), ("1 1 2", 1.0), ("1", 0.5), ("1 3", 0.0),
     ("1 2 3", 0.5), ("3 4", 0.0), ("1 2 3 4", 0.0)],
)  # fmt: skip
def test_several_right_options(reply: str, score: float) -> None:
    card = choice(right("p"), right("q"), wrong("r", "Not r."), wrong("s"), several=True)
    assert list(card.faults()) == []
    assert card.check(reply).score == score


def test_the_explanation_marks_and_refutes_every_option() -> None:
    (table,) = (block for block in choice(*OPTIONS).explain() if isinstance(block, Table))
    rows = [(text.text, text.mark, refute.text) for text, refute in table.rows]
    assert rows[:2] == [("alpha", "right", ""), ("beta", "wrong", "Not beta.")]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ((wrong("a"), wrong("b")), "no option is right"),
        ((right("a"), right("b")), "2 options are right"),
        ((right("a"), wrong("a")), "two options are the same"),
    ],
)
def test_faulty_options(options: tuple[dict[str, Any], ...], fault: str) -> None:
    assert fault in str(list(choice(*options).faults()))


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (choice(right("aaaa"), wrong("bbbb", "No.")), "there are 2 options"),
        (choice(right("aaaa"), wrong("bbbb"), wrong("cccc", "No.")), "has no refutation"),
        (choice(right("aaaaaaaa"), wrong("bbb", "No."), wrong("ccc", "No.")), "2.67 times the length"),
        (choice(right("aaaa"), wrong("bbbb", "No."), wrong("all of the above", "No.")), "refers to the other"),
        (choice(right("aaaa"), wrong("bbbb", "No."), wrong("cccc", "No."), front="Which is not so?"), "does not hold"),
        (typed("anchor", front="Is it the anchor?"), "holds the answer"),
        (typed("one two three four five"), "more than four words"),
        (typed("x", front="Name three losses."), "open list"),
        (typed("x", front="Does it learn?"), "yes or no"),
        (msgspec.convert({**HEAD, "kind": "basic", "front": "Is it so?", "back": "Yes."}, Basic), "yes or no"),
        (msgspec.convert({**HEAD, "kind": "basic", "front": "Why?", "back": "w " * 26}, Basic), "26 words"),
        (msgspec.convert({**HEAD, "kind": "basic", "front": "Why gradient?", "back": "gradient"}, Basic), "every term"),
        (msgspec.convert({**HEAD, "kind": "basic", "front": "Why?", "back": "$$a$$ $$b$$"}, Basic), "several displayed"),
    ],
)  # fmt: skip
def test_lint(card: Any, fault: str) -> None:
    assert fault in str(list(card.lint()))


def test_an_answer_inside_another_word_does_not_stand_in_the_question() -> None:
    assert list(typed("ELU", front="What is ReLU with an exponential tail called?").lint()) == []


@pytest.mark.parametrize(
    ("card", "reply", "score", "near"),
    [
        pytest.param(typed("anchor", "anchor point"), "Anchor", 1.0, False, id="capitals"),
        pytest.param(
            typed("anchor", "anchor point"), "an anchor point", 1.0, False, id="other form"
        ),
        pytest.param(typed("anchor"), "anchro", 1.0, False, id="a slip"),
        pytest.param(typed("anchor", typos=False), "anchro", 0.0, True, id="no slips forgiven"),
        pytest.param(typed("ELU", case=True), "elu", 0.0, None, id="capitals matter"),
        pytest.param(typed("L2 loss", reject=["L1 loss"]), "L1 loss", 0.0, False, id="rejected"),
        pytest.param(typed("anchor"), "positive", 0.0, False, id="wrong"),
        pytest.param(
            typed("batch normalization"), "batch-normalisation", 1.0, False, id="spelling"
        ),
    ],
)
def test_typed(card: Typed, reply: str, score: float, near: bool | None) -> None:
    verdict = card.check(reply)
    assert verdict.score == score
    assert near is None or verdict.near_miss is near
    assert not verdict.unreadable


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (typed("L1 loss", reject=["L1 loss"]), "'L1 loss' is accepted all the same"),
        (typed("batch norm", "anchor", reject=["The Anchor"]), "'The Anchor' is accepted"),
        (typed("anchor", "—"), "'—' can never be typed"),
    ],
)
def test_forms_that_contradict(card: Typed, fault: str) -> None:
    assert fault in str(list(card.faults()))
