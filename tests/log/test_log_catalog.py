"""The log and the cards of the decks asked together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from histories import DAY, Deed, fact

from dlcards.errors import LogError
from dlcards.log import Log
from dlcards.schedule import sm2
from dlcards.schedule.queue import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Catalog = Callable[[Sequence[tuple[object, ...]]], Path]

ROWS = [
    ("b/last", 9, "norm", "b", 2, None, None),
    ("a/buried", 0, "huber", "a", 3, "", ""),
    ("a/suspended", 1, "huber", "a", 3, "", ""),
    ("a/failed", 2, "huber", "a", 3, "t", "losses"),
    ("a/known", 3, "focal", "a", 5, "", ""),
    ("a/quizzed", 4, "focal", "a", 1, "", ""),
    ("b/new", 5, "norm", "b", 2, "t", "norms"),
]


@pytest.fixture
def log(path: Path) -> Log:
    log = Log.open(path, scheduler=sm2)
    log.bury("a/buried", uid="b", at=0, day=DAY)
    log.suspend("a/suspended", uid="s", at=0, day=DAY)
    log.append(fact(0, Deed("grade", "a/known", day=DAY - 1)))
    log.append(fact(1, Deed("grade", "a/failed", grade=1)))
    log.append(fact(2, Deed("grade", "a/quizzed", mode="quiz")))
    log.append(fact(3, Deed("grade", "gone/from-the-decks", day=DAY - 1)))
    return log


@pytest.mark.parametrize(
    ("limit", "day", "exclude", "decks", "keys"),
    [
        pytest.param(9, DAY, (), None, "a/quizzed b/new b/last", id="all new, by position"),
        pytest.param(2, DAY, (), None, "a/quizzed b/new", id="limited"),
        pytest.param(9, DAY, ("b/new",), None, "a/quizzed b/last", id="excluded"),
        pytest.param(9, DAY + 1, (), ["a"], "a/buried a/quizzed", id="one deck, a day later"),
        pytest.param(9, DAY, (), ["focal"], "a/quizzed", id="one concept"),
        pytest.param(9, DAY, (), [], "", id="no deck"),
        pytest.param(0, DAY, (), None, "", id="none allowed"),
    ],
)
def test_unseen(
    log: Log, catalog: Catalog, limit: int, day: int, exclude: tuple[str, ...], decks: list[str] | None,
    keys: str,
) -> None:  # fmt: skip
    with log:
        got = log.unseen(catalog(ROWS), limit, day=day, exclude=exclude, topics=decks)
    assert [one.card for one in got] == keys.split()
    assert all(one.new for one in got)


def test_due(log: Log, catalog: Catalog) -> None:
    cards = catalog(ROWS)
    with log:
        assert log.due_in(cards, DAY) == [
            Candidate("a/failed", "huber", 3, DAY + 1, 1, False, 2, "t", "losses", True),
            Candidate("a/known", "focal", 5, DAY, 1, False, 3),
        ]
        assert [one.drill for one in log.due_in(cards, DAY + 1)] == [False, False]
        assert (log.due_count(cards, DAY), log.due_count(cards, DAY, topics=["b"])) == (2, 0)
        assert {memory.card for memory in log.due(DAY)} >= {"gone/from-the-decks"}
        assert log.groups(cards, DAY) == {"t"}
        assert log.groups(cards, DAY + 1) == set()


@pytest.mark.parametrize(
    ("times", "last", "pace"),
    [
        pytest.param([], 9, {}, id="none yet"),
        pytest.param([900, 100, 300], 9, {"basic": (300, 3)}, id="the median"),
        pytest.param([900, 100, 300], 1, {"basic": (300, 1)}, id="of the last ones"),
        pytest.param([0, 100], 9, {"basic": (100, 1)}, id="where the time is known"),
    ],
)
def test_pace(
    path: Path, catalog: Catalog, times: list[int], last: int, pace: dict[str, tuple[int, int]]
) -> None:
    with Log.open(path, scheduler=sm2) as log:
        for number, millis in enumerate(times):
            log.append(fact(number, Deed("grade", "a/known", millis=millis)))
        assert log.pace(catalog(ROWS), last) == pace


def test_the_catalog_is_never_written(log: Log, catalog: Catalog) -> None:
    cards = catalog(ROWS)
    before = cards.read_bytes()
    with log:
        log.due_in(cards, DAY)
        assert log.append(fact(9, Deed("grade"))) is not None  # nothing is left attached
        cards.unlink()
        cards = catalog(ROWS[:1])
        assert [one.card for one in log.unseen(cards, 9, day=DAY)] == ["b/last"]
    assert [file.name for file in cards.parent.iterdir() if "cards" in file.name] == [cards.name]
    assert before != cards.read_bytes()


@pytest.mark.parametrize("content", [None, b"garbage" * 999], ids=["missing", "garbage"])
def test_a_bad_catalog_is_named(log: Log, tmp_path: Path, content: bytes | None) -> None:
    cards = tmp_path / "cards.db"
    if content is not None:
        cards.write_bytes(content)
    with log:
        with pytest.raises(LogError, match=r"cards\.db: .*delete it"):
            log.due_count(cards, DAY)
        assert log.verify() == []


def test_a_hundred_thousand_cards_are_not_compared_pairwise(path: Path, catalog: Catalog) -> None:
    cards = catalog([(f"d/c{n}", n, "k", "d", 1, "", "") for n in range(100_000)])
    with Log.open(path, scheduler=sm2) as log:
        log.append(fact(0, Deed("grade", "d/c0")))
        assert [one.card for one in log.unseen(cards, 2, day=DAY)] == ["d/c1", "d/c2"]
        assert log.due_count(cards, DAY + 1) == 1
