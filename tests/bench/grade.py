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
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

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
            fact = Review(uid=os.urandom(12).hex(), card=key(n), at=n, day=day, grade=4, mode="cram")
            started = time.perf_counter()
            log.append(fact)
            times.append((time.perf_counter() - started) * 1000)
    return times


def graded(rounds: int) -> tuple[list[float], float]:
    """Return the milliseconds from grade to next question, and those from the end of input to exit."""
    command = [sys.executable, "-m", "dlcards", "review", "--json", "--new", str(rounds)]
    pipe = subprocess.PIPE
    times: list[float] = []
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        process.stdout.readline()
        for _ in range(rounds):
            _told(process, {"event": "answer"})
            started = time.perf_counter()
            _told(process, {"event": "rate", "grade": 4})
            times.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        process.stdin.close()
        process.wait()
    return times, (time.perf_counter() - started) * 1000


def _told(process: subprocess.Popen[str], event: dict[str, Any]) -> None:
    process.stdin.write(json.dumps(event) + "\n")
    process.stdin.flush()
    state = json.loads(process.stdout.readline())
    if "error" in state or state["state"] == "done":
        raise SystemExit(f"{event}: {state}")


def _summary(times: list[float]) -> dict[str, float]:
    return {"median": median(times), "p95": quantiles(times, n=20)[-1]}


if __name__ == "__main__":
    chosen, today, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    through, leaving = graded(count)
    print(
        json.dumps(
            {
                "append": _summary(appended(chosen, today, count)),
                "grade to next question": _summary(through),
                "leave, with the day's backup": {"median": leaving},
            }
        )
    )
