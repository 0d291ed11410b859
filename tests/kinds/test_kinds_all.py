"""What every kind of card promises; a new kind is found and tested without being named here."""

from __future__ import annotations

import random
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.kinds import example, kinds, union
from dlcards.library import decode, yaml12
from dlcards.model.card import NOTES, Form, Prompt, Reveal, Verdict
from dlcards.model.doc import AnyBlock

KINDS = list(kinds())
QUICK = settings(max_examples=15, deadline=None, derandomize=True)


def card(kind: str) -> Any:
    """The example of a kind, read as a deck would be."""
    document = yaml12.read(example(kind).encode(), "example.yaml")
    assert document.problems == []
    assert list(decode.faults(document.data)) == []
    return decode.card(document.data)


def drawn(kind: str, seed: int = 1) -> Any:
    return card(kind).expand()[0].draw(seed)


def test_the_kinds_are_found() -> None:
    assert {"basic", "cloze", "choice", "typed", "compute"} <= kinds().keys()
    assert all(kind == struct.__struct_config__.tag for kind, struct in kinds().items())


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_is_a_model(kind: str) -> None:
    found = card(kind)
    assert found.__struct_config__.tag == kind
    assert [*found.faults(), *found.lint(), *found.prove()] == []
    assert found.why
    assert found.mistake
    assert found.source


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_are_documented_by_the_example(kind: str) -> None:
    written = set(yaml12.read(example(kind).encode(), "example.yaml").data)
    own = {field.encode_name for field in msgspec.structs.fields(kinds()[kind]) if field.required}
    assert own <= written


@pytest.mark.parametrize("kind", KINDS)
def test_asking_and_explaining_are_docs(kind: str) -> None:
    for sibling in card(kind).expand():
        asked = sibling.draw(1)
        prompt, answer = asked.ask(), asked.explain()
        assert isinstance(prompt, Prompt)
        assert isinstance(prompt.form, get_args(Form))
        assert prompt.doc
        assert all(isinstance(block, get_args(AnyBlock)) for block in (*prompt.doc, *answer))
        assert "{{" not in str(prompt) + str(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_the_explanation_has_the_answer_and_what_it_teaches(kind: str) -> None:
    asked = drawn(kind)
    blocks = (*asked.check("").said, *asked.explain())  # points to tick are in the verdict
    roles = {getattr(block, "role", "") for block in blocks}
    assert roles - set(NOTES), "something that is no note: the answer"
    assert {"why", "mistake", "source"} <= roles


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_a_seed_decides_the_draw(kind: str, seed: int) -> None:
    for sibling in card(kind).expand():
        once = sibling.draw(seed)
        assert once == sibling.draw(seed)
        assert once.draw(seed) == once
        assert once.id == sibling.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_card_survives_storing(kind: str) -> None:
    for sibling in card(kind).expand():
        for seed in range(5):
            asked = sibling.draw(seed)
            packed = msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=union())
            written = msgspec.json.decode(msgspec.json.encode(asked), type=union())
            assert packed == asked == written
            assert packed.ask() == asked.ask()
            assert packed.explain() == asked.explain()


REPLIES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.,;:+-*/^()[]{}%eEπ√∞−×· \n$\\xnab", max_size=30),
    st.sampled_from(["", " ", "1" * 5000, "[" * 3000, "9^9^9^9", "1/0", "nan", "-inf", "\x00", "\ud800",
                     "1e999", "(2,3", "2 3 4", "[[1,2],[3]]", "b", "0", "²", "1 1 1", "٣"]),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@QUICK
@given(reply=REPLIES)
def test_no_reply_raises(kind: str, reply: str) -> None:
    for sibling in card(kind).expand():
        asked = sibling.draw(2)
        verdict = asked.check(reply)
        assert isinstance(verdict, Verdict)
        assert (verdict.score is None) == isinstance(asked.ask().form, Reveal)
        assert verdict.score is None or 0 <= verdict.score <= 1
        assert not (verdict.unreadable and verdict.right)
        assert not verdict.unreadable or verdict.said, "who asks again says why"
        assert not (verdict.near_miss and not verdict.said), "a mistake with a name is named"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reply", ["", "  ", "\n"])
def test_an_empty_reply_gives_up(kind: str, reply: str) -> None:
    verdict = drawn(kind).check(reply)
    assert verdict.score in (None, 0.0)
    assert not verdict.unreadable


@pytest.mark.parametrize(
    ("kind", "reply", "unreadable"),
    [
        ("choice", "4", True), ("choice", "0", True), ("choice", "x", True), ("choice", "1 2", True),
        ("choice", "1", False), ("choice", "c", False), ("compute", "one third", True),
        ("compute", "1/", True), ("compute", "[1, 2]", True), ("compute", "1/3", False),
        ("typed", "???", False), ("basic", "1/", False),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_asked_again(kind: str, reply: str, unreadable: bool) -> None:
    assert drawn(kind).check(reply).unreadable is unreadable


@pytest.mark.parametrize("kind", KINDS)
def test_drawing_leaves_the_worlds_chance_alone(kind: str) -> None:
    before = random.getstate()
    drawn(kind)
    assert random.getstate() == before
