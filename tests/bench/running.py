"""Runs one process and says how long it took and how much memory it needed."""

from __future__ import annotations

import os
import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Run(NamedTuple):
    """What one run cost."""

    millis: float
    megabytes: float  # peak of resident memory


class Case(NamedTuple):
    """A command to be measured; `first` stops the clock at its first line instead of its end."""

    name: str
    words: Sequence[str]
    environ: Mapping[str, str]
    first: bool = False


def run(case: Case) -> Run:
    """Run a command once; its input is empty, and stays open until the clock was stopped."""
    pipe = subprocess.PIPE
    environ = {**os.environ, **case.environ}
    started = time.perf_counter()
    process = subprocess.Popen(case.words, env=environ, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    if case.first and not process.stdout.readline():
        raise SystemExit(f"{case.name}: said nothing")
    stopped = time.perf_counter()
    process.stdin.close()
    process.stdout.read()
    process.stdout.close()
    # Of this child alone: what getrusage says is the largest of all children so far.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if not case.first:
        stopped = time.perf_counter()
    if process.returncode:
        raise SystemExit(f"{case.name}: exit status {process.returncode}")
    return Run((stopped - started) * 1000, usage.ru_maxrss / 1024)


def interleaved(cases: Sequence[Case], rounds: int) -> dict[str, Run]:
    """Run all cases in turn, so that a busy moment hits all of them; return the medians."""
    runs: dict[str, list[Run]] = {case.name: [] for case in cases}
    for case in cases:
        run(case)  # files into the disk's cache, bytecode into __pycache__
    for _ in range(rounds):
        for case in cases:
            runs[case.name].append(run(case))
    return {name: Run(*map(median, zip(*each, strict=True))) for name, each in runs.items()}
