"""Order cards: the shuffle, the credit for what is in order, replies of every sort."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.kinds.order import Order
from dlcards.model.card import Arrange
from dlcards.model.doc import Table, Text

HEAD = {"id": "a", "concept": "c", "aspect": "code", "kind": "order", "front": "In which order?"}
ITEMS = ("forward", "loss", "backward", "clip", "step")


def order(*items: str, **fields: Any) -> Order:
    return msgspec.convert(HEAD | {"items": items or ITEMS} | fields, Order)


def typed(card: Order, items: tuple[str, ...]) -> str:
    """The reply that puts these items into this order."""
    form = card.ask().form
    assert isinstance(form, Arrange)
    return " ".join(str(form.items.index(item) + 1) for item in items)


@pytest.mark.parametrize("count", [3, 4, 5, 9])
def test_the_right_order_is_never_shown(count: int) -> None:
    card = order(*(f"item {n}" for n in range(count)))
    shown = [card.draw(seed).ask().form.items for seed in range(200)]  # type: ignore[union-attr]
    assert card.items not in shown
    assert all(sorted(items) == sorted(card.items) for items in shown)
    assert len(set(shown)) > min(4, count)


def test_a_seed_decides_the_order() -> None:
    assert order().draw(3) == order().draw(3).draw(3)
    assert len({order().draw(seed).shown for seed in range(60)}) > 30


@pytest.mark.parametrize(
    ("given", "kept", "near"),
    [
        (("forward", "loss", "backward", "clip", "step"), 5, False),
        (("loss", "forward", "backward", "clip", "step"), 4, True),
        (("step", "forward", "loss", "backward", "clip"), 4, True),
        (("loss", "forward", "clip", "backward", "step"), 3, False),
        (("clip", "step", "forward", "loss", "backward"), 3, False),
        (("step", "clip", "forward", "loss", "backward"), 3, False),
        (("step", "clip", "backward", "forward", "loss"), 2, False),
        (("step", "clip", "backward", "loss", "forward"), 0, True),
    ],
)
def test_credit_is_what_may_stay(given: tuple[str, ...], kept: int, near: bool) -> None:
    for seed in range(5):
        card = order().draw(seed)
        verdict = card.check(typed(card, given))
        assert (verdict.score, verdict.near_miss) == (kept / 5, near)
        if kept < 5:
            said, table = verdict.said
            assert isinstance(said, Text)
            assert isinstance(table, Table)
            assert said.text.startswith(
                f"{kept} of 5 are in order" if kept else "That is the reverse"
            )
            assert tuple(row[0].text for row in table.rows) == given
            assert sum(row[0].mark == "right" for row in table.rows) == max(1, kept)


@pytest.mark.parametrize("wrong", list(permutations("abcd"))[1:], ids="".join)
def test_only_one_order_is_right(wrong: tuple[str, ...]) -> None:
    card = order(*"abcd").draw(1)
    assert card.check(typed(card, tuple("abcd"))).right
    verdict = card.check(typed(card, wrong))
    assert not verdict.right
    assert verdict.said


@pytest.mark.parametrize("reply", ["2 1 3", "2,1,3", " 2, 1 ,3 ", "213", "2  1\t3"])
def test_ways_to_write_an_order(reply: str) -> None:
    verdict = order(*"abc").check(reply)
    assert not verdict.unreadable
    assert verdict.understood == "read as 2 1 3"


@pytest.mark.parametrize(
    "reply",
    ["1 2", "1 1 2", "1 2 3 4", "0 1 2", "1 2 4", "a b c", "1 2 x", "1;2;3", "١ ٢ ٣", "² 1 3", "1.0 2 3",
     "-1 2 3", "12 3", "1" * 5000, "1 2 3" * 500, "\x00", "\ud800", "one two three", "1 2 3 please"],
)  # fmt: skip
def test_an_unreadable_order_is_asked_again(reply: str) -> None:
    verdict = order(*"abc").check(reply)
    assert verdict.unreadable
    assert "1 to 3" in str(verdict.said)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(places=st.permutations(range(6)), seed=st.integers(0, 10**6))
def test_the_credit_is_the_longest_common_subsequence(places: list[int], seed: int) -> None:
    items = "abcdef"
    card = order(*items).draw(seed)
    score = card.check(typed(card, tuple(items[n] for n in places))).score
    best = max(
        len(kept)
        for mask in range(64)
        if (kept := [p for n, p in enumerate(places) if mask >> n & 1]) == sorted(kept)
    )
    assert score == (0 if best == 1 else best / 6)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"items": ["a", "b", "a"]}, "two items are the same"),
        ({"items": ["a b", "c", "A  b"]}, "two items are the same"),
        ({"shown": [1, 0, 2, 3, 4]}, "set by the program"),
    ],
)
def test_faults(fields: dict[str, Any], fault: str) -> None:
    assert fault in str(list(order(**fields).faults() if "items" not in fields else
                             msgspec.convert(HEAD | fields, Order).faults()))  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, 10])
def test_how_many_items(count: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(HEAD | {"items": [str(n) for n in range(count)]}, Order)
