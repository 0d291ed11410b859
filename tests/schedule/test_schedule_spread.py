"""Intervals move within the bounds, to the least loaded day, always the same way."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dlcards.schedule import sm2
from dlcards.schedule.spread import applied, bounds, choose, offers, seed_of

if TYPE_CHECKING:
    from dlcards.model.memory import Grade

DAY = 739_000
GRADES: tuple[Grade, ...] = (1, 3, 4, 5)


def flat(_: int) -> int:
    return 0


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [(1, 1, 1), (6, 6, 6), (7, 5, 9), (10, 8, 12), (15, 13, 17), (20, 17, 23), (30, 27, 33), (90, 84, 96)],
)  # fmt: skip
def test_bounds(interval: int, low: int, high: int) -> None:
    assert (bounds(interval)[0], bounds(interval)[-1]) == (low, high)


@given(st.integers(7, 36_500))
def test_bounds_are_the_published_formula(interval: int) -> None:
    bands = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, 1e9, 0.05))
    delta = 1 + sum(share * max(0.0, min(interval, high) - low) for low, high, share in bands)
    assert bounds(interval) == range(round(interval - delta), round(interval + delta) + 1)


@pytest.mark.parametrize(
    ("busy", "seed", "day"),
    [
        pytest.param({}, 0, 10, id="all free: as scheduled"),
        pytest.param({10: 1}, 0, 11, id="one day after"),
        pytest.param({10: 1}, 1, 9, id="or one before, as the seed says"),
        pytest.param({9: 3, 10: 3, 11: 3, 12: 3, 8: 2}, 0, 8, id="the least loaded"),
        pytest.param({7: -5, 13: -5}, 0, 10, id="never out of bounds"),
    ],
)
def test_choice(busy: dict[int, int], seed: int, day: int) -> None:
    assert choose(10, lambda at: busy.get(at, 0), seed) == day


@given(
    st.integers(1, 5000), st.dictionaries(st.integers(1, 6000), st.integers(0, 9)), st.integers()
)
def test_what_is_chosen_is_applied(interval: int, busy: dict[int, int], seed: int) -> None:
    chosen = choose(interval, lambda at: busy.get(at, 0), seed)
    assert applied(interval, chosen) == chosen
    assert all(busy.get(chosen, 0) <= busy.get(day, 0) for day in bounds(interval))


@given(
    interval=st.integers(6, 400),
    ease=st.integers(130, 300),
    busy=st.dictionaries(st.integers(1, 900), st.integers(0, 5), max_size=80),
)
def test_a_better_grade_never_comes_back_sooner(
    interval: int, ease: int, busy: dict[int, int]
) -> None:
    memory = replace(sm2.blank("c"), interval=interval, ease=ease, repetitions=3, reviews=3)
    shown = offers("c", memory, GRADES, DAY, scheduler=sm2, load=lambda at: busy.get(at, 0))
    assert list(shown) == list(GRADES)
    assert list(shown.values()) == sorted(shown.values())
    for grade, days in shown.items():
        assert applied(sm2.interval_after(memory, grade, DAY), days) == days


def test_without_spread_the_scheduler_is_shown() -> None:
    memory = replace(sm2.blank("c"), interval=6, ease=250, repetitions=2, reviews=2)
    shown = offers("c", memory, GRADES, DAY, scheduler=sm2, load=None)
    assert shown == {1: 1, 3: 15, 4: 15, 5: 16}
    assert offers("c", None, GRADES, DAY, scheduler=sm2, load=flat) == dict.fromkeys(GRADES, 1)


def test_the_seed_is_the_same_in_every_process() -> None:
    code = "from dlcards.schedule.spread import seed_of; print(seed_of('losses/huber', 3))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(sys.path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert said == {f"{seed_of('losses/huber', 3)}\n"}
    assert seed_of("losses/huber", 3) != seed_of("losses/huber", 4)
