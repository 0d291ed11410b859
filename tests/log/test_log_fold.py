"""What is derived equals the fold of the facts, and an undo is the exact inverse."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from histories import CARDS, DAY, Deed, deeds, do, fact
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dlcards.errors import LogError
from dlcards.log import Log
from dlcards.log.rows import INSERT_FACT
from dlcards.log.statistics import Counts, Recall
from dlcards.model.memory import Review
from dlcards.schedule import sm2
from dlcards.schedule.fold import fold, is_due, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcards.model.memory import Grade, Memory

DAYS = range(DAY - 5, DAY + 60)
histories = st.lists(deeds, max_size=25)


def state(log: Log) -> tuple[Any, ...]:
    """Everything that can be asked of a log."""
    return (
        log.memories(),
        log.daily(0),
        [log.counts(day) for day in DAYS],
        [log.due(day) for day in DAYS],
        [log.history(card) for card in CARDS],
        log.load(DAY, DAY + 9),
        log.retention(0, 10**6),
        log.seen(CARDS),
    )


def logs() -> Iterator[Log]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Log.open(Path(folder) / "log.db", scheduler=sm2) as log,
    ):
        yield log


@settings(max_examples=40, deadline=None)
@given(histories)
def test_derived_equals_fold(history: list[Deed]) -> None:
    for log in logs():
        for number, deed in enumerate(history):
            do(log, number, deed)
        facts = list(log.facts())
        assert log.memories() == fold(facts, sm2)
        assert log.verify() == []
        before = state(log)
        log.rebuild()
        assert state(log) == before
        assert list(log.facts()) == facts


@settings(max_examples=30, deadline=None)
@given(histories)
def test_what_is_asked_equals_plain_python(history: list[Deed]) -> None:
    for log in logs():
        for number, deed in enumerate(history):
            do(log, number, deed)
        facts = list(standing(log.facts()))
        memories = fold(facts, sm2)
        for day in DAYS:
            due = {memory.card for memory in memories.values() if is_due(memory, day)}
            assert {memory.card for memory in log.due(day)} == due
            reviews = [one for one in facts if one.day == day and one.mode == "review"]
            graded = sum(one.act == "grade" for one in reviews)
            new = sum(memory.first == day for memory in memories.values() if memory.reviews)
            assert log.counts(day) == Counts(new, graded - new)
        graded_modes = Counter(
            (one.day, "practice" if one.mode in {"cram", "quiz"} else one.mode)
            for one in facts
            if one.act == "grade"
        )
        for tally in log.daily(0):
            assert tally.new + tally.reviews == graded_modes.pop((tally.day, "review"), 0)
            assert tally.drills == graded_modes.pop((tally.day, "drill"), 0)
            assert tally.practice == graded_modes.pop((tally.day, "practice"), 0)
            assert tally.millis == sum(one.millis for one in facts if one.day == tally.day)
        assert not graded_modes
        shown = [memory for memory in memories.values() if memory.reviews and not memory.suspended]
        assert log.load(0, 10**6) == Counter(memory.due for memory in shown)
        for card, recall in log.retention(DAY, DAY + 20).items():
            later = [
                one.grade
                for one in facts
                if one.card == card and one.act == "grade" and one.mode == "review"
                and memories[card].first < one.day <= DAY + 20 and one.day >= DAY
            ]  # fmt: skip
            assert recall == Recall(sum(g is not None and g >= 3 for g in later), len(later))


@settings(max_examples=25, deadline=None)
@given(st.lists(deeds.filter(lambda deed: deed.what == "grade"), max_size=10), histories)
def test_undo_is_the_exact_inverse(history: list[Deed], earlier: list[Deed]) -> None:
    for log in logs():
        for number, deed in enumerate(earlier):
            do(log, number, deed)
        states = []
        for number, deed in enumerate(history, 100):
            states.append(state(log))
            do(log, number, deed)
        for number, (deed, before) in enumerate(zip(history[::-1], states[::-1], strict=True), 200):
            undone = log.undo(uid=f"u{number}", at=number, day=DAY + 99)
            assert undone is not None
            assert (undone.card, undone.grade, undone.mode) == (deed.card, deed.grade, deed.mode)
            assert state(log) == before


def test_undo_works_across_runs_to_the_first_grade(path: Path) -> None:
    for number in range(3):
        with Log.open(path, scheduler=sm2) as log:
            log.append(fact(number, Deed("grade", CARDS[number])))
    taken = []
    for number in range(4):
        with Log.open(path, scheduler=sm2) as log:
            undone = log.undo(uid=f"x{number}", at=9, day=DAY)
            taken.append(undone and undone.uid)
    assert taken == ["u2", "u1", "u0", None]
    with Log.open(path, scheduler=sm2) as log:
        assert (log.memories(), log.counts(DAY), log.daily(0)) == ({}, (0, 0), [])
        assert len(list(log.facts())) == 6


@pytest.mark.parametrize(
    ("target", "stands"), [("u0", True), ("u1", True), ("nowhere", False), ("u2", False)]
)
def test_undo_of_a_certain_fact(path: Path, target: str, stands: bool) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("bury")))
        log.append(fact(1, Deed("grade")))
        log.append(fact(2, Deed("grade")))
        log.append(fact(3, Deed("undo"), target="u2"))
        before = state(log)
        undo = fact(4, Deed("undo"), target=target)
        if stands:
            log.append(undo)
            assert log.memories() == fold(log.facts(), sm2)
            assert log.verify() == []
        else:
            with pytest.raises(LogError, match=f"'{target}' stands"):
                log.append(undo)
            assert state(log) == before


def test_acts_hide_and_show(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade", grade=1)))
        shown = [len(log.due(DAY))]
        log.bury(CARDS[0], uid="b", at=1, day=DAY)
        shown += [len(log.due(DAY)), len(log.due(DAY + 1))]
        assert log.load(DAY, DAY + 9) == {DAY + 1: 1}
        log.suspend(CARDS[0], uid="s", at=2, day=DAY + 1)
        assert log.load(DAY, DAY + 9) == {}
        shown += [len(log.due(DAY + 1))]
        memory = log.unsuspend(CARDS[0], uid="n", at=3, day=DAY + 1)
        shown += [len(log.due(DAY + 1))]
        assert shown == [1, 0, 1, 0, 1]
        assert memory == log.memory(CARDS[0])
        assert [one.act for one in log.history(CARDS[0])] == ["grade", "bury", "suspend", "unsuspend"]  # fmt: skip


def test_a_fact_comes_back_as_it_was(path: Path) -> None:
    whole = Review(uid="é", card="d/c", at=2**41, day=DAY, mode="quiz", grade=0, seed=2**53, reply="a\n\x00'\"",
                   millis=7, interval=3)  # fmt: skip
    with Log.open(path, scheduler=sm2) as log:
        log.append(whole)
        with pytest.raises(sqlite3.IntegrityError):
            log.append(whole)
    with Log.open(path, scheduler=sm2) as log:
        assert list(log.facts()) == [whole]


class Daily:
    """Every card comes back tomorrow."""

    name = "daily"

    def after(self, memory: Memory | None, review: Review, /) -> Memory:
        return replace(sm2.after(memory, review), interval=1, due=review.day + 1)

    def interval_after(self, memory: Memory | None, grade: Grade, day: int, /) -> int:
        return 1


def test_another_scheduler_refolds_and_back_again(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        for number in range(6):
            log.append(
                fact(number, Deed("grade", CARDS[number % 2], day=DAY + 6 * number, interval=14))
            )
        facts, first = list(log.facts()), state(log)
    with Log.open(path, scheduler=Daily()) as log:
        assert {memory.interval for memory in log.memories().values()} == {1}
        assert log.verify() == []
        assert list(log.facts()) == facts
    with Log.open(path, scheduler=sm2) as log:
        assert state(log) == first


def test_a_scheduler_changed_meanwhile_is_noticed_at_the_next_grade(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log, Log.open(path, scheduler=Daily()) as other:
        for number in range(3):
            log.append(fact(number, Deed("grade")))
        other.append(fact(3, Deed("grade", CARDS[1])))
        log.append(fact(4, Deed("grade", CARDS[2])))
        assert log.memories() == fold(log.facts(), sm2)


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        pytest.param("UPDATE memory SET due = due + 1", "memory of 'losses/huber'", id="due"),
        pytest.param("UPDATE memory SET ease = 'x'", "memory of 'losses/huber'", id="no number"),
        pytest.param("DELETE FROM memory", "memory of 'losses/huber': None", id="memory gone"),
        pytest.param("UPDATE daily SET done = 7", "counts of day 739000", id="counts"),
        pytest.param("DROP TRIGGER fact_stays; UPDATE fact SET grade = 1", "memory of", id="fact changed"),
        pytest.param("DROP TRIGGER fact_remains; DELETE FROM fact", "facts say None", id="fact gone"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_rebuilt(path: Path, tampering: str, complaint: str) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
    with closing(sqlite3.connect(path)) as database:
        database.executescript(tampering)
    with Log.open(path, scheduler=sm2) as log:
        assert complaint in log.verify()[0]
        log.rebuild()
        assert log.verify() == []


@pytest.mark.parametrize("change", ["UPDATE fact SET grade = 5", "DELETE FROM fact"])
def test_facts_are_append_only(path: Path, change: str) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
    with closing(sqlite3.connect(path)) as database, pytest.raises(sqlite3.IntegrityError, match="never"):  # fmt: skip
        database.execute(change)


def test_every_field_has_its_column(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade")))
    with closing(sqlite3.connect(path)) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(fact)")]
    assert columns == ["seq", *Review.__struct_fields__]
    assert INSERT_FACT.count("?") == len(Review.__struct_fields__)
