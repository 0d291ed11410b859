"""What was acknowledged is there after kill -9, and two processes lose nothing of each other."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import TYPE_CHECKING

from dlcards.log import Log
from dlcards.schedule import sm2

if TYPE_CHECKING:
    from pathlib import Path

APPEND = """
import sys
from pathlib import Path
from dlcards.log import Log
from dlcards.model.memory import Review
from dlcards.schedule import sm2
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Log.open(path, scheduler=sm2) as log:
    for n in range(count):
        fact = Review(uid=f"{name}-{n}", card=f"d/c{n % 7}", at=n, day=739000 + n // 9, grade=n % 6)
        log.append(fact)
        if n % 5 == 4:
            log.undo(uid=f"{name}-undo-{n}", at=n, day=739000)
        print(fact.uid, flush=True)
"""
KILLS = 20


def start(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APPEND, str(path), name, str(count)],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    chance = random.Random(20)
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        with start(path, f"k{kill}", 10**6) as child:
            assert child.stdout is not None
            for _ in range(chance.randrange(1, 60)):
                acknowledged.add(child.stdout.readline().strip())
            child.kill()
            acknowledged.update(line.strip() for line in child.stdout if line.endswith("\n"))
    with Log.open(path, scheduler=sm2) as log:
        assert log.verify() == []
        there = {fact.uid for fact in log.facts()}
    assert len(acknowledged) > KILLS
    assert acknowledged <= there


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(path: Path) -> None:
    with Log.open(path, scheduler=sm2) as log:
        log.bury("d/c", uid="u", at=0, day=739_000)
        assert log._database is not None
        asked = ("journal_mode", "synchronous")
        said = [log._database.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert said == ["wal", 2]  # FULL: the write-ahead log is synced at every commit


def test_processes_that_begin_together_lose_nothing(path: Path) -> None:
    children = [start(path, f"p{n}", 60) for n in range(3)]
    for child in children:
        with child:
            assert child.stdout is not None
            assert len(child.stdout.readlines()) == 60
        assert child.returncode == 0
    with Log.open(path, scheduler=sm2) as log:
        facts = list(log.facts())
        assert log.verify() == []
    assert sum(fact.act == "grade" for fact in facts) == 180
    assert sum(fact.act == "undo" for fact in facts) == 36
    assert len({fact.target for fact in facts if fact.act == "undo"}) == 36
