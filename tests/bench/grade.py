"""Grades cards through the log and through the JSON front end; prints milliseconds as JSON.

Run as a process of its own: `grade.py HOME DAY ROUNDS`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any

from cards import key

from dlcards.log import Log
from dlcards.model.memory import Review
from dlcards.schedule import sm2


def appended(home: Path, day: int, rounds: int) -> list[float]:
    """Return the milliseconds that each `Log.append` took to be durable."""
    times: list[float] = []
    with Log.open(home / "log.sqlite", scheduler=sm2) as log:
        log.counts(day)  # open, as it is when a learner grades
        for n in range(rounds):
            uid = os.urandom(12).hex()
            fact = Review(uid=uid, card=key(n), at=n, day=day, grade=4, millis=900)
            started = time.perf_counter()
            log.append(fact)
            times.append(_since(started))
    return times


def sat(rounds: int) -> dict[str, list[float]]:
    """Return what a learner waits for in a sitting, in milliseconds."""
    waits: dict[str, list[float]] = {"reply to verdict": [], "grade to next question": []}
    words = [sys.executable, "-m", "dlcards", "review", "--json", "--new", str(rounds + 1)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        source, target = process.stdout, process.stdin
        assert source is not None
        assert target is not None
        source.readline()
        for _ in range(rounds):
            waits["reply to verdict"].append(_told(source, target, {"event": "answer"}))
            waits["grade to next question"].append(
                _told(source, target, {"event": "rate", "grade": 4})
            )
        started = time.perf_counter()
        target.close()
        process.wait()
        waits["end, with the day's backup"] = [_since(started)]
    return waits


def _told(source: IO[str], target: IO[str], event: dict[str, Any]) -> float:
    """Send an event and return how long the next state took."""
    started = time.perf_counter()
    target.write(json.dumps(event) + "\n")
    target.flush()
    said = source.readline()
    waited = _since(started)
    state = json.loads(said)
    if state.get("state") not in ("asking", "judged"):
        raise SystemExit(f"{event}: {said[:200]}")
    return waited


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _summary(times: list[float]) -> dict[str, float]:
    tail = {"p95": quantiles(times, n=20)[-1]} if len(times) > 1 else {}
    return {"median": median(times)} | tail


if __name__ == "__main__":
    chosen, today, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    every = sat(count) | {"append, durable": appended(chosen, today, count)}
    print(json.dumps({name: _summary(times) for name, times in every.items()}))
