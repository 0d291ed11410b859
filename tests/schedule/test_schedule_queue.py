"""The order of a sitting: overdue first, new cards between, siblings apart, drills last."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.schedule.queue import Candidate, order

TODAY = 739_000


def line(concepts: str, **fields: object) -> list[Candidate]:
    """One card for each letter; a small letter is a new card of the same concept."""
    return [
        Candidate(f"{n:03}{letter}", letter.upper(), position=n, new=letter.islower(), **fields)  # type: ignore[arg-type]
        for n, letter in enumerate(concepts)
    ]


def said(cards: list[Candidate]) -> str:
    return "".join(one.card[-1] for one in cards)


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        pytest.param("ABC", "ABC", id="already apart"),
        pytest.param("AAB", "ABA", id="one between"),
        pytest.param("AAAABCD", "ABACADA", id="one between as long as there is one"),
        pytest.param("AABBCC", "ABCABC", id="two between where they are there"),
        pytest.param("ABCDDDD", "DADBDCD", id="a heap at the end goes before its turn"),
        pytest.param("AAA", "AAA", id="nothing to put between"),
        pytest.param("xxyz", "xxyz", id="new cards keep their order"),
        pytest.param("ABCDEFx", "ABCxDEF", id="a new card in the middle"),
        pytest.param("ABCDEFxyz", "AxBCyDEzF", id="new cards evenly"),
        pytest.param("XBCDEFx", "XBCxDEF", id="new and old of a concept"),
        pytest.param("ABXx", "XABx", id="old before its turn, away from the new"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_order(given: str, ordered: str) -> None:
    assert said(order(line(given), TODAY)) == ordered


def test_relative_overdueness_then_weight() -> None:
    cards = [
        Candidate("late a week of a year", "a", due=TODAY - 7, interval=365),
        Candidate("late a day of a day", "b", due=TODAY - 1, interval=1),
        Candidate("due today", "c", weight=1, due=TODAY, interval=9),
        Candidate("due today, heavy", "d", weight=5, due=TODAY, interval=30),
        Candidate("late a third", "e", weight=1, due=TODAY - 2, interval=6),
        Candidate("late a third, heavy", "f", weight=4, due=TODAY - 1, interval=3),
        Candidate("failed today", "g", due=TODAY + 1, interval=1, drill=True),
    ]
    assert [one.card for one in order(cards, TODAY)] == [
        "late a day of a day",
        "late a third, heavy",
        "late a third",
        "late a week of a year",
        "due today, heavy",
        "due today",
        "failed today",
    ]


@pytest.mark.parametrize(
    ("new_left", "reviews_left", "ordered"),
    [
        pytest.param(None, None, "AxBCyD", id="none"),
        pytest.param(1, None, "ABxCD", id="new"),
        pytest.param(None, 1, "xAy", id="reviews"),
        pytest.param(0, 0, "", id="both used up"),
        pytest.param(-3, None, "ABCD", id="lowered during the day"),
    ],
)
def test_limits(new_left: int | None, reviews_left: int | None, ordered: str) -> None:
    cards = order(line("ABCDxy"), TODAY, new_left=new_left, reviews_left=reviews_left)
    assert said(cards) == ordered


def test_gaps_of_one_text_do_not_meet_on_one_day() -> None:
    cards = [
        Candidate("review of t", "a", due=TODAY - 1, interval=1, group="t"),
        Candidate("second review of t", "b", due=TODAY, interval=1, group="t"),
        Candidate("new of t", "c", new=True, group="t"),
        Candidate("new of u", "d", new=True, position=1, group="u"),
        Candidate("second new of u", "e", new=True, position=2, group="u"),
        Candidate("met this morning", "f", due=TODAY, interval=1, group="m"),
        Candidate("drill", "g", drill=True, group="w"),
        Candidate("new beside a drill", "h", new=True, position=3, group="w"),
        Candidate("no group", "i", new=True, position=4),
        Candidate("no group either", "j", new=True, position=5),
    ]
    asked = [one.card for one in order(cards, TODAY, met={"m"}, new_left=3)]
    assert sorted(asked) == ["drill", "new of u", "no group", "no group either", "review of t"]


@given(st.text("ABCD", max_size=40))
def test_two_of_a_concept_meet_only_where_they_must(concepts: str) -> None:
    ordered = said(order(line(concepts), TODAY))
    assert sorted(ordered) == sorted(concepts)
    most = max(Counter(concepts).values(), default=0)
    meetings = sum(a == b for a, b in pairwise(ordered))
    assert meetings == max(0, 2 * most - len(concepts) - 1)


@given(st.text("ABCDabcd", max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_nothing_is_lost_and_new_cards_keep_their_order(
    concepts: str, new_left: int, reviews_left: int
) -> None:
    cards = line(concepts)
    got = order(cards, TODAY, new_left=new_left, reviews_left=reviews_left)
    new = [one for one in cards if one.new]
    assert [one for one in got if one.new] == new[:new_left]
    reviews = [one for one in cards if not one.new][:reviews_left]
    assert sorted(one.card for one in got if not one.new) == [one.card for one in reviews]


def test_a_hundred_thousand_cards_take_no_quadratic_time() -> None:
    cards = [
        Candidate(str(n), f"k{n % 700}", n % 5, TODAY - n % 90, 1 + n % 30, n % 9 == 0, n)
        for n in range(100_000)
    ]
    got = order(cards, TODAY)  # quadratic steps would take minutes
    assert len(got) == 100_000
    assert not any(a.concept == b.concept for a, b in pairwise(got))
