"""A learner who forgets goes through ninety days with the shipped decks, by JSON lines.

What the log then says is held against everything that was acknowledged, and the schedule against
SM-2 written once more, in fractions.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from contextlib import redirect_stdout
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import pytest
from driver import Conversation, Event, Sitting, State, dlcards

from dlcards.answers.numeric import format_value
from dlcards.cli import run
from dlcards.kinds._template import squeezed
from dlcards.kinds.choice import Choice
from dlcards.kinds.code import Code
from dlcards.kinds.compute import Compute
from dlcards.kinds.derive import Derive
from dlcards.kinds.order import Order
from dlcards.kinds.rubric import Rubric
from dlcards.kinds.typed import Typed
from dlcards.library.catalog import Catalog
from dlcards.library.sources import sources
from dlcards.log import Log
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dlcards.model.memory import Memory, Review

FIRST = date(2026, 1, 5).toordinal()
NEW_A_DAY = 15
OUTSIDE = frozenset({0, 1, 29, 89})  # days whose sitting is a process of its own


class Learner:
    """Knows a card the less likely, the longer it was not asked; notes what was acknowledged."""

    def __init__(self, catalog: Catalog, seed: int) -> None:
        self.catalog = catalog
        self.day = FIRST
        self.acknowledged: list[tuple[object, ...]] = []
        self._chance = random.Random(seed)
        self._strength: dict[str, float] = {}  # days after which half would be forgotten
        self._asked: dict[str, int] = {}  # the day
        self.notices: list[str] = []
        self._knows = False

    def __call__(self, state: State) -> Event:
        """Answer or grade."""
        return self._answer(state) if state["state"] == "asking" else self._rate(state)

    def _answer(self, state: State) -> Event:
        card = state["item"]["card"]
        if state["feedback"] is not None:
            assert not state["feedback"]["unreadable"], state
            return {"event": "answer"}  # gives up
        self._knows = self._chance.random() < self._retained(card)
        if state["prompt"]["form"]["type"] == "reveal":
            return {"event": "answer"}
        return {"event": "answer", "reply": self._reply(card, state["seed"])}

    def _retained(self, card: str) -> float:
        if card not in self._asked:
            return 0.4
        half_lives = (self.day - self._asked[card]) / self._strength.get(card, 2.0)
        return max(0.1, 0.95 * math.exp2(-half_lives))

    def _reply(self, card: str, seed: int) -> str:
        """The right reply, or one that is read and wrong."""
        drawn = self.catalog.card(card).draw(seed)
        match drawn:
            case Typed():
                return drawn.accept[0] if self._knows else "perpetual motion"
            case Choice():
                sides = [option.correct is self._knows for option in drawn.options]
                return str(1 + sides.index(True))
            case Compute(form="percent"):
                return f"{format_value(100 * drawn.key, digits=6)} %" if self._knows else ""
            case Compute():
                return format_value(squeezed(drawn.key), digits=6) if self._knows else ""
            case Derive():
                return drawn.key if self._knows else ""
            case Order():
                right = [str(1 + drawn.shown.index(n)) for n in range(len(drawn.items))]
                return " ".join(right) if self._knows else ""
            case Rubric():
                return " ".join(str(1 + n) for n in range(len(drawn.points))) if self._knows else ""
            case Code():
                self._knows = False  # gives up: nobody types a program into this test
                return ""
        raise AssertionError(f"{card}: no reply is known for {type(drawn)}")

    def _rate(self, state: State) -> Event:
        card, item = state["item"]["card"], state["item"]
        score = state["verdict"]["score"]
        assert score is None or (score == 1.0) is self._knows, state
        assert (state["suggested"] >= 3) is (score is None or self._knows), state
        obstinate = crc32(card.encode()) % 20 == 0  # stays hard, until its ease is at the floor
        passes = (3, 3, 3, 4) if obstinate else (3, 4, 4, 4, 5)
        grade = self._chance.choice(passes if self._knows else (0, 1, 1, 2))
        if state["prompt"]["form"]["type"] == "edit" and item["mode"] == "drill":
            grade = 4  # has read the program that was shown
        old = self._strength.get(card, 2.0)
        if not obstinate:
            self._strength[card] = 2.5 * old if self._knows else max(1.0, old / 2)
        self._asked[card] = self.day
        self.acknowledged.append(
            (card, self.day, item["mode"], grade, state["seed"], state["reply"])
        )
        return {"event": "rate", "grade": grade}


def sit_here(home: Path, learner: Learner, now: str, patch: pytest.MonkeyPatch) -> list[State]:
    """Review in this process; what is written decides what is read."""
    talk = Conversation(learner)
    patch.setenv("DLCARDS_HOME", str(home))
    patch.setenv("DLCARDS_NOW", now)
    patch.setattr("sys.stdin", talk)
    with redirect_stdout(talk):
        try:
            status = run(["review", "--json", "--seed", str(learner.day)])
        except SystemExit as end:
            status = int(end.code or 0)
    assert status == 0, talk.states[-1]
    learner.notices += talk.notices
    return talk.states


def sit_outside(home: Path, learner: Learner, now: str) -> list[State]:
    """Review in a process of its own."""
    with Sitting(home, "--seed", str(learner.day), now=now) as sitting:
        states = [sitting.state()]
        while states[-1]["state"] != "done":
            event = learner(states[-1])
            states.append(sitting.ask(event.pop("event"), **event))
        rest, said, status = sitting.end()
    assert (rest, said, status) == ([], "", 0)
    learner.notices += sitting.notices
    return states


def sibling_excuses(catalog: Catalog, late: Iterable[Memory], asked: set[str]) -> list[str]:
    """Return the cards that nothing excuses: gaps of a text wait for a day on which no other is asked."""
    texts = {entry.text for entry in catalog.entries(asked).values()}
    return [m.card for m in late if catalog.entry(m.card).text not in texts]


@pytest.mark.parametrize(
    ("days", "spread"), [(90, False), (40, True)], ids=["ninety-days-of-sm2", "forty-days-spread"]
)
def test_the_log_and_the_schedule_of_a_learner_who_forgets(
    days: int, spread: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("spread", str(spread).lower()), ("new_per_day", str(NEW_A_DAY))):
        assert dlcards(tmp_path, "config", name, value).returncode == 0
    with (
        Catalog.open(sources((), tmp_path / "decks"), tmp_path / "cache") as catalog,
        Log.open(tmp_path / "log.sqlite", scheduler=sm2) as log,
    ):
        learner = Learner(catalog, seed=days)
        yesterday: set[str] = set()
        for n in range(days):
            day = learner.day = FIRST + n
            late = [m for m in log.due(day) if m.due < day]
            assert sibling_excuses(catalog, late, yesterday) == []
            now = f"{date.fromordinal(day)}T09:00"
            known = len(learner.acknowledged)
            states = (
                sit_outside(tmp_path, learner, now)
                if n in OUTSIDE
                else sit_here(tmp_path, learner, now, monkeypatch)
            )
            assert (states[-1]["reason"], states[-1]["left"]) == ("finished", 0)
            assert states[-1]["faults"] == []
            told = [(r["item"]["card"], r["grade"]) for r in states[-1]["results"]]
            assert told == [(row[0], row[3]) for row in learner.acknowledged[known:]]
            yesterday = {card for card, _ in told}
            assert sibling_excuses(catalog, log.due(day), yesterday) == []
            assert log.counts(day).new <= NEW_A_DAY
        facts = list(log.facts())
        assert [_told(fact) for fact in facts] == learner.acknowledged
        assert max(Counter(_asked_on(facts)).values()) == 1
        folded, moved = naive(facts)
        assert {card: _said(memory) for card, memory in log.memories().items()} == folded
        assert bool(moved) is spread
        assert [note.split()[0] for note in learner.notices] == leech_warnings(facts)
        assert min(known.ease for known in folded.values()) == Fraction(13, 10)
    verified = dlcards(tmp_path, "log", "verify")
    assert (verified.returncode, verified.stdout.split()[0]) == (0, str(len(facts)))


def _told(fact: Review) -> tuple[object, ...]:
    return fact.card, fact.day, fact.mode, fact.grade, fact.seed, fact.reply


def _asked_on(facts: list[Review]) -> list[tuple[str, int]]:
    return [(fact.card, fact.day) for fact in facts if fact.mode == "review"]


def leech_warnings(facts: list[Review]) -> list[str]:
    """The cards in the order of their eighth, twelfth, … lapse."""
    lapses: Counter[str] = Counter()
    warned: list[str] = []
    for fact in facts:
        if fact.mode == "review" and fact.grade is not None and fact.grade < 3:
            lapses[fact.card] += 1
            if lapses[fact.card] >= 8 and lapses[fact.card] % 4 == 0:
                warned.append(fact.card)
    return warned


class Known(NamedTuple):
    """What SM-2 knows of a card."""

    due: int
    interval: int
    ease: Fraction
    repetitions: int
    reviews: int
    lapses: int
    first: int
    last: int


def _said(memory: Memory) -> Known:
    ease = Fraction(memory.ease, 100)
    return Known(
        memory.due, memory.interval, ease, memory.repetitions, memory.reviews, memory.lapses,
        memory.first, memory.last,
    )  # fmt: skip


def naive(facts: list[Review]) -> tuple[dict[str, Known], int]:
    """Fold the reviews by SM-2 as published; also return how many intervals were moved."""
    known: dict[str, Known] = {}
    moved = 0
    for fact in facts:
        if fact.mode != "review":
            continue
        assert fact.grade is not None
        assert fact.interval is not None
        old = known.get(fact.card, Known(0, 0, Fraction(5, 2), 0, 0, 0, fact.day, 0))
        ease, repetitions, interval = _sm2(old, fact.grade)
        assert fact.interval in _around(interval), fact
        moved += fact.interval != interval
        known[fact.card] = Known(
            fact.day + fact.interval, fact.interval, ease, repetitions, old.reviews + 1,
            old.lapses + (fact.grade < 3), old.first, fact.day,
        )  # fmt: skip
    return known, moved


def _sm2(old: Known, grade: int) -> tuple[Fraction, int, int]:
    if grade < 3:
        return old.ease, 0, 1
    miss = 5 - grade
    change = Fraction(1, 10) - miss * (Fraction(8, 100) + miss * Fraction(2, 100))
    ease = max(Fraction(13, 10), old.ease + change)
    grown = {0: 1, 1: 6}.get(old.repetitions, math.ceil(old.interval * ease))
    return ease, old.repetitions + 1, grown


def _around(interval: int) -> range:
    """The days that may stand in for an interval: a share of it that shrinks as it grows."""
    if interval < 7:
        return range(interval, interval + 1)
    reach = Fraction(1)
    for low, high, share in (
        (Fraction(5, 2), 7, 15),
        (Fraction(7), 20, 10),
        (Fraction(20), interval, 5),
    ):
        reach += Fraction(share, 100) * max(Fraction(0), min(interval, high) - low)
    half = Fraction(1, 2)
    return range(math.floor(interval - reach + half), math.floor(interval + reach + half) + 1)
