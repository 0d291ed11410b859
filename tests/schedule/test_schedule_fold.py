"""What acts, modes and undos do to the memory of a card."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dlcards.model.memory import Memory, Review
from dlcards.schedule import sm2
from dlcards.schedule.fold import fold, is_drill, is_due

DAY = 739_000


def facts(*rows: dict[str, Any]) -> list[Review]:
    given = {"card": "c", "at": 0, "day": DAY}
    return [Review(**{"uid": f"u{n}", **given, **row}) for n, row in enumerate(rows)]


def after(*rows: dict[str, Any]) -> Memory | None:
    return fold(facts(*rows), sm2).get("c")


GOOD = {"grade": 4}
FAIL = {"grade": 1}


@pytest.mark.parametrize(
    ("rows", "same"),
    [
        pytest.param([GOOD, {"grade": 0, "mode": "cram"}], [GOOD], id="cram moves nothing"),
        pytest.param([GOOD, {"grade": 0, "mode": "quiz"}], [GOOD], id="quiz moves nothing"),
        pytest.param([{"grade": 0, "mode": "quiz"}], [], id="a card only quizzed is unknown"),
        pytest.param([GOOD, FAIL, {"act": "undo", "target": "u1"}], [GOOD], id="undo"),
        pytest.param([GOOD, FAIL, {"act": "undo", "target": "u0"}], [FAIL], id="undo of the first"),
        pytest.param([GOOD, {"act": "undo", "target": "u0"}], [], id="undo of all"),
        pytest.param([GOOD, {"act": "undo", "target": "far"}], [GOOD], id="undo of another log's"),
        pytest.param([{"act": "suspend"}, GOOD, {"act": "unsuspend"}], [GOOD], id="unsuspend"),
        pytest.param([{"act": "suspend"}, {"act": "undo", "target": "u0"}], [], id="undo suspend"),
        pytest.param([FAIL, {"grade": 3, "mode": "drill"}], [FAIL], id="drilled, not yet well"),
        pytest.param([FAIL, {"grade": 4, "mode": "drill"}, {"grade": 2, "mode": "drill"}], [FAIL], id="drilled again"),
    ],
)  # fmt: skip
def test_facts_that_come_to_the_same(
    rows: list[dict[str, Any]], same: list[dict[str, Any]]
) -> None:
    assert after(*rows) == after(*same)


def test_a_drill_ends_at_four_and_changes_nothing_else() -> None:
    failed, drilled = after(FAIL), after(FAIL, {"grade": 4, "mode": "drill"})
    assert failed is not None
    assert failed.drill
    assert drilled == replace(failed, drill=False)


def test_suspend_and_bury_before_the_first_review() -> None:
    hidden = after({"act": "suspend"}, {"act": "bury"})
    assert hidden == replace(sm2.blank("c"), suspended=True, buried=DAY)
    met = after({"act": "suspend"}, GOOD)
    assert met is not None
    assert (met.first, met.reviews, met.suspended) == (DAY, 1, True)


@pytest.mark.parametrize(
    ("chosen", "interval"),
    [
        pytest.param(None, 15, id="none chosen"),
        pytest.param(13, 13, id="earlier"),
        pytest.param(17, 17, id="later"),
        pytest.param(12, 15, id="out of bounds below"),
        pytest.param(18, 15, id="out of bounds above"),
    ],
)
def test_a_chosen_interval_is_kept_within_the_bounds(chosen: int | None, interval: int) -> None:
    memory = after(GOOD, {**GOOD, "day": DAY + 1}, {**GOOD, "day": DAY + 7, "interval": chosen})
    assert memory is not None
    assert (memory.interval, memory.due) == (interval, DAY + 7 + interval)


def test_the_order_of_the_log_counts_and_not_the_clock() -> None:
    memory = after({**GOOD, "day": DAY + 100, "at": 100}, {**FAIL, "day": DAY, "at": 0})
    assert memory is not None
    assert (memory.last, memory.due) == (DAY, DAY + 1)


KNOWN = replace(sm2.blank("c"), due=DAY, interval=6, reviews=2, first=DAY - 7, last=DAY - 6)


@pytest.mark.parametrize(
    ("change", "due"),
    [
        pytest.param({}, True, id="due today"),
        pytest.param({"due": DAY - 300}, True, id="late"),
        pytest.param({"due": DAY + 1}, False, id="tomorrow"),
        pytest.param({"due": DAY + 1, "last": DAY, "drill": True}, True, id="drill of today"),
        pytest.param({"due": DAY + 1, "last": DAY - 1, "drill": True}, False, id="drill of yesterday"),
        pytest.param({"suspended": True}, False, id="suspended"),
        pytest.param({"buried": DAY}, False, id="buried today"),
        pytest.param({"buried": DAY - 1}, True, id="buried yesterday"),
        pytest.param({"buried": DAY + 1}, False, id="buried a time zone ahead"),
        pytest.param({"buried": DAY + 9}, True, id="buried before the clock went back"),
        pytest.param({"due": DAY + 2, "last": DAY + 1}, False, id="reviewed a time zone ahead"),
        pytest.param({"due": DAY + 80, "last": DAY + 70}, True, id="reviewed before the clock went back"),
        pytest.param({"reviews": 0, "due": 0}, False, id="never reviewed"),
    ],
)  # fmt: skip
def test_due(change: dict[str, Any], due: bool) -> None:
    assert is_due(replace(KNOWN, **change), DAY) is due


def test_a_drill_is_told_from_a_review() -> None:
    assert is_drill(replace(KNOWN, last=DAY, drill=True), DAY)
    assert not is_drill(replace(KNOWN, last=DAY, drill=True), DAY + 1)
