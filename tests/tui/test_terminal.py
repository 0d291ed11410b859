"""What the terminal can do, from streams and environment; signals that end the program."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlcards.tui.terminal import Terminal, Terminated, detect, prepare, signals

ROOT = Path(__file__).parents[2]


class Tty(io.TextIOWrapper):
    """An in-memory stream that says it is a terminal of unknown size."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True


FULL = Terminal(80, 24, unicode=True, colour=True, plain=False, interactive=True)


@pytest.mark.parametrize(
    ("environ", "changed"),
    [
        pytest.param({"TERM": "xterm-256color"}, {}, id="xterm"),
        pytest.param({}, {}, id="no-variables-as-on-Windows"),
        pytest.param({"CI": "true"}, {}, id="CI-forces-nothing"),
        pytest.param({"NO_COLOR": "1"}, {"colour": False}, id="NO_COLOR"),
        pytest.param({"NO_COLOR": ""}, {}, id="empty-NO_COLOR-says-nothing"),
        pytest.param(
            {"TERM": "dumb"}, {"colour": False, "plain": True, "interactive": False}, id="dumb"
        ),
        pytest.param({"DLCARDS_PLAIN": "1"}, {"colour": False, "plain": True}, id="plain"),
        pytest.param({"DLCARDS_PLAIN": "0"}, {}, id="not-plain"),
        pytest.param({"COLUMNS": "132", "LINES": "50"}, {"width": 132, "height": 50}, id="COLUMNS"),
        pytest.param({"COLUMNS": "wide", "LINES": "-3"}, {}, id="COLUMNS-nonsense"),
        pytest.param({"COLUMNS": "³"}, {}, id="COLUMNS-superscript"),
        pytest.param({"COLUMNS": "3"}, {"width": 20}, id="COLUMNS-unusable"),
    ],
)
def test_environment(environ: dict[str, str], changed: dict[str, Any]) -> None:
    assert detect(Tty(), Tty(), environ) == FULL._replace(**changed)


@pytest.mark.parametrize(
    ("environ", "plain", "width", "expected"),
    [
        ({"DLCARDS_PLAIN": "1"}, False, None, FULL),
        ({}, True, None, FULL._replace(plain=True, colour=False)),
        ({"TERM": "dumb"}, False, None, FULL._replace(colour=False, interactive=False)),
        ({"COLUMNS": "132"}, None, 60, FULL._replace(width=60)),
    ],
    ids=["not-plain", "plain", "dumb-not-plain", "width"],
)
def test_arguments_overrule(
    environ: dict[str, str], plain: bool | None, width: int | None, expected: Terminal
) -> None:
    assert detect(Tty(), Tty(), environ, plain=plain, width=width) == expected


@pytest.mark.parametrize(
    ("stdin", "stdout", "changed"),
    [
        pytest.param(io.StringIO(), Tty(), {"interactive": False}, id="piped-in"),
        pytest.param(Tty(), io.StringIO(), {"interactive": False, "colour": False}, id="piped-out"),
        pytest.param(None, None, {"interactive": False, "colour": False}, id="closed"),
        pytest.param(Tty(), Tty("ascii"), {"unicode": False}, id="ascii"),
        pytest.param(Tty(), Tty("latin-1"), {"unicode": False}, id="latin-1"),
        pytest.param(Tty(), Tty("cp1252"), {"unicode": False}, id="cp1252"),
        pytest.param(Tty(), Tty("gb18030"), {}, id="gb18030"),
    ],
)
def test_streams(stdin: Any, stdout: Any, changed: dict[str, Any]) -> None:
    assert detect(stdin, stdout, {}) == FULL._replace(**changed)


@pytest.mark.parametrize(
    ("device", "seen"), [((40, 12), (40, 12)), ((0, 0), (80, 24))], ids=["40x12", "unknown"]
)
def test_size_of_a_device(device: tuple[int, int], seen: tuple[int, int]) -> None:
    termios = pytest.importorskip("termios")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, device[::-1])
    with os.fdopen(ours), os.fdopen(theirs, "w") as stdout:
        found = detect(None, stdout, {})
    assert (found.width, found.height) == seen


def test_prepared_stream_writes_a_question_mark() -> None:
    stream = Tty("ascii")
    prepare(stream)
    stream.write("θ=1")
    stream.flush()
    stream.seek(0)
    assert stream.read() == "?=1"


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["closed", "in-memory"])
def test_prepare_takes_any_stream(stream: io.StringIO | None) -> None:
    prepare(stream)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_signal_raises_and_handlers_return(name: str) -> None:
    number = signal.Signals[name]
    before = signal.getsignal(number)
    with pytest.raises(Terminated, match=name) as raised, signals():
        signal.raise_signal(number)
    assert raised.value.number == number
    assert raised.value.status == 128 + number
    assert signal.getsignal(number) is before


def test_second_signal_does_not_cut_the_restoring_short() -> None:
    steps = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGHUP)
            steps.append("restored")

    with pytest.raises(Terminated, match="SIGTERM"), signals():
        work()
    assert steps == ["restored"]


def test_ignored_hangup_stays_ignored() -> None:
    program = """if True:
    import signal
    from dlcards.tui.terminal import signals
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with signals():
        signal.raise_signal(signal.SIGHUP)
        print("lives on")
    """
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "lives on\n"
