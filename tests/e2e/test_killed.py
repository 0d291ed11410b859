"""A review that is killed, interrupted, hung up on, or shared keeps every grade it acknowledged.

A grade is acknowledged when the next state has arrived. What was sent and not acknowledged may be in
the log or not, once at most.
"""

from __future__ import annotations

import random
import signal
import sys
import threading
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from driver import Ended, Sitting, dlcards

from dlcards.log import Log
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from pathlib import Path

    from driver import State

KILLS = 50
GRADES = 8  # at most, that a sitting acknowledges before its kill is set going
AT_START = 0.3  # seconds within which a program is killed that still starts, or has just started
AMID = 0.004  # seconds within which the kill comes, about as long as two grades take
FIRST = date(2026, 1, 5)
Told = tuple[str, int, int]  # card, grade, seed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def morning(n: int) -> str:
    """Nine o'clock, so many days later."""
    return f"{FIRST + timedelta(days=n)}T09:00"


class Grader:
    """Grades what is asked, and notes what was acknowledged and what is on its way."""

    def __init__(self, sitting: Sitting, chance: random.Random) -> None:
        self.acknowledged: list[Told] = []
        self.pending: list[Told] = []
        self._sitting, self._chance = sitting, chance
        self._state: State = {}

    def grade(self, most: int | None = None) -> None:
        """Grade so many cards, or until the program ends."""
        count = 0
        try:
            self._state = self._state or self._sitting.state()
            while count != most and self._state["state"] != "done":
                self._grade_one()
                count += 1
        except Ended:
            return

    def _grade_one(self) -> None:
        state = self._state
        while state["state"] == "asking":  # a wrong reply may get a second try
            state = self._sitting.ask("answer")
        grade = self._chance.choice((1, 4, 5))
        self.pending = [(state["item"]["card"], grade, state["seed"])]
        self._state = self._sitting.ask("rate", grade=grade)
        self.acknowledged += self.pending
        self.pending = []


def logged(home: Path) -> list[Told]:
    """Return what stands in the log, in its order."""
    with Log.open(home / "log.sqlite", scheduler=sm2) as log:
        return [(fact.card, fact.grade or 0, fact.seed) for fact in log.facts()]


def assert_sound(home: Path, count: int) -> None:
    """The schedule follows from so many facts, and the next sitting starts."""
    verified = dlcards(home, "log", "verify")
    assert (verified.returncode, verified.stdout.split()[:1]) == (0, [str(count)]), verified
    with Sitting(home, now=morning(KILLS)) as sitting:
        assert sitting.state()["state"] == "asking"


def test_fifty_kills_lose_no_acknowledged_grade(tmp_path: Path) -> None:
    chance = random.Random(50)
    kept: list[Told] = []
    amid = 0  # kills that came while a grade was on its way
    for n in range(KILLS):
        starting = n % 10 == 0
        with Sitting(tmp_path, "--seed", str(n), "--new", "100", now=morning(n)) as sitting:
            grader = Grader(sitting, chance)
            if not starting:
                grader.grade(chance.randint(0, GRADES))
            wait = chance.uniform(0, AT_START if starting else AMID)
            timer = threading.Timer(wait, sitting.process.kill)
            timer.start()
            grader.grade()
            timer.join()
            assert sitting.process.wait() == -signal.SIGKILL
        found = logged(tmp_path)[len(kept) :]
        assert found in (grader.acknowledged, [*grader.acknowledged, *grader.pending])
        kept += found
        amid += bool(grader.pending)
    assert amid > 0
    assert_sound(tmp_path, len(kept))


@pytest.mark.parametrize(
    ("ending", "statuses"),
    [
        pytest.param(
            "SIGINT",
            {130},
            id="ctrl-c",
        ),
        pytest.param("SIGTERM", {-signal.SIGTERM, 128 + signal.SIGTERM}, id="sigterm"),
        pytest.param("", {0}, id="end-of-input"),
    ],
)
def test_what_ends_a_sitting_in_its_middle_loses_nothing(
    ending: str, statuses: set[int], tmp_path: Path
) -> None:
    with Sitting(tmp_path, "--seed", "1", now=morning(0)) as sitting:
        grader = Grader(sitting, random.Random(3))
        grader.grade(3)
        if ending:
            sitting.process.send_signal(signal.Signals[ending])
        _, said, status = sitting.end()
    assert (said, status in statuses) == ("", True), status
    assert logged(tmp_path) == grader.acknowledged
    assert_sound(tmp_path, 3)


def test_two_reviews_at_once_keep_the_grades_of_both(tmp_path: Path) -> None:
    chance = random.Random(2)
    with (
        Sitting(tmp_path, "--seed", "1", now=morning(0)) as one,
        Sitting(tmp_path, "--seed", "2", now=morning(0)) as other,
    ):
        graders = [Grader(one, chance), Grader(other, chance)]
        threads = [threading.Thread(target=grader.grade, args=(12,)) for grader in graders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ends = [one.end(), other.end()]
    assert [(said, status) for _, said, status in ends] == [("", 0), ("", 0)]
    acknowledged = [told for grader in graders for told in grader.acknowledged]
    assert len(acknowledged) == 24
    assert Counter(logged(tmp_path)) == Counter(acknowledged)
    assert_sound(tmp_path, 24)
