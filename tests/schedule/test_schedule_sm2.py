"""SM-2 follows the published tables and exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dlcards.model.memory import Memory, Review
from dlcards.schedule import Scheduler, sm2

DAY = 739_000
SM2: Scheduler = sm2


def review(grade: int, day: int = DAY) -> Review:
    return Review(uid="u", card="c", at=0, day=day, grade=grade)  # type: ignore[arg-type]


def learned(grades: list[int]) -> tuple[list[int], Memory]:
    """Review on the day when the card is due, and return the intervals with the last memory."""
    memory: Memory | None = None
    intervals = []
    for grade in grades:
        memory = sm2.after(memory, review(grade, DAY if memory is None else memory.due))
        intervals.append(memory.interval)
    assert memory is not None
    return intervals, memory


@pytest.mark.parametrize(
    ("grades", "intervals", "ease"),
    [
        pytest.param(
            [4, 4, 4, 2, 4, 4, 4], [1, 6, 15, 1, 1, 6, 15], 250, id="a lapse starts again"
        ),
        pytest.param(
            [5, 5, 5, 5, 3, 3, 5], [1, 6, 17, 50, 138, 362, 985], 272, id="ease goes first"
        ),
        pytest.param([0, 1, 2], [1, 1, 1], 250, id="failures leave the ease"),
        pytest.param([4, 4, 4, 4], [1, 6, 15, 38], 250, id="rounded up: 15 × 2.5 = 37.5"),
        pytest.param([3] * 10, None, 130, id="the ease stays at its floor"),
        pytest.param([3] * 9 + [5], None, 140, id="the ease leaves its floor by 0.10"),
    ],
)
def test_the_published_rule(grades: list[int], intervals: list[int] | None, ease: int) -> None:
    got, memory = learned(grades)
    assert intervals is None or got == intervals
    assert memory.ease == ease


@pytest.mark.parametrize(
    ("interval", "threes", "hundredths", "exact"),
    [(150, 8, 138, 207), (50, 1, 236, 118), (25, 3, 208, 52)],
)
def test_no_product_is_rounded_up_as_in_floats(
    interval: int, threes: int, hundredths: int, exact: int
) -> None:
    _, memory = learned([3] * threes)
    assert memory.ease == hundredths
    grown = replace(memory, interval=interval, repetitions=max(2, threes))
    assert sm2.interval_after(grown, 4, DAY) == exact


def test_floats_would_be_a_day_too_long() -> None:
    ease = 2.5
    for _ in range(8):
        ease += 0.1 - 2 * (0.08 + 2 * 0.02)
    assert round(ease, 2) == 1.38
    assert ceil(150 * ease) == 208  # the reason for integers


@given(
    interval=st.integers(1, 20_000), ease=st.integers(130, 400), grade=st.sampled_from([3, 4, 5])
)
def test_integers_equal_exact_fractions(interval: int, ease: int, grade: int) -> None:
    short = 5 - grade
    change = Fraction(1, 10) - short * (Fraction(8, 100) + short * Fraction(2, 100))
    exact = max(Fraction(13, 10), Fraction(ease, 100) + change)
    memory = replace(sm2.blank("c"), interval=interval, ease=ease, repetitions=2, reviews=2)
    got = sm2.after(memory, review(grade))
    assert Fraction(got.ease, 100) == exact
    assert got.interval == min(sm2.LONGEST, ceil(interval * exact))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-400, 400)), min_size=1, max_size=60))
def test_a_clock_that_jumps_makes_no_interval_negative(reviews: list[tuple[int, int]]) -> None:
    memory = None
    for grade, shift in reviews:
        today = DAY + shift
        memory = sm2.after(memory, review(grade, today))
        assert 1 <= memory.interval <= sm2.LONGEST
        assert memory.due == today + memory.interval > today
        assert memory.ease >= sm2.FLOOR


@pytest.mark.parametrize("late", [0, 1, 30], ids="late {}".format)
def test_a_late_review_takes_the_interval_as_scheduled(late: int) -> None:
    _, memory = learned([4, 4])
    assert sm2.after(memory, review(4, memory.due + late)).interval == 15


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 5))
def test_the_button_shows_what_the_grade_does(grades: list[int], last: int) -> None:
    memory = learned(grades)[1] if grades else None
    assert SM2.interval_after(memory, last, DAY) == SM2.after(memory, review(last)).interval  # type: ignore[arg-type]


def test_what_is_counted() -> None:
    _, memory = learned([4, 1, 3, 5])
    counted = (memory.reviews, memory.lapses, memory.repetitions, memory.first, memory.last)
    assert counted == (4, 1, 2, DAY, DAY + 3)


@pytest.mark.parametrize(("grade", "drill"), [(0, True), (3, True), (4, False), (5, False)])
def test_below_four_comes_back_on_the_day(grade: int, drill: bool) -> None:
    assert sm2.after(None, review(grade)).drill is drill


def test_a_grade_is_needed() -> None:
    with pytest.raises(ValueError, match="has no grade"):
        sm2.after(None, Review(uid="u7", card="c", at=0, day=DAY, act="bury"))
