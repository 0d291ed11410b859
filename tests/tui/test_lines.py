"""One edited line: pure functions, then real editing in a pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.tui.lines import Lines, clean, marked

Spawn: TypeAlias = Any  # a pexpect.spawn
pexpect = pytest.importorskip("pexpect")
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
ROOT = Path(__file__).parents[2]

UP, LEFT, HOME, KILL, BACKSPACE = "\x1b[A", "\x1b[D", "\x01", "\x15", "\x7f"
BOLD, PLAIN, LINK, LINKED = "\x1b[1m", "\x1b[0m", "\x1b]8;;http://x\x1b\\", "\x1b]8;;\x07"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("> ", "> "),
        (f"{BOLD}x{PLAIN}> ", f"\x01{BOLD}\x02x\x01{PLAIN}\x02> "),
        (f"{PLAIN}{BOLD}x", f"\x01{PLAIN}{BOLD}\x02x"),
        ("\x1b[38;2;1;2;3mx", "\x01\x1b[38;2;1;2;3m\x02x"),
        (f"{LINK}x{LINKED}", f"\x01{LINK}\x02x\x01{LINKED}\x02"),
        ("θ[0m", "θ[0m"),
    ],
    ids=["bare", "two-codes", "adjacent-codes", "RGB", "link", "no-escape"],
)
def test_marked(prompt: str, expected: str) -> None:
    assert marked(prompt) == expected


@given(st.lists(st.sampled_from([BOLD, PLAIN, LINK, LINKED, "x", " ", "[", "m", "σ"])))
@settings(max_examples=100, deadline=None)
def test_marking_keeps_the_text_and_is_done_once(pieces: list[str]) -> None:
    prompt = "".join(pieces)
    done = marked(prompt)
    assert done.replace("\x01", "").replace("\x02", "") == prompt
    assert marked(done) == done
    assert "\x1b" not in re.sub("\x01[^\x02]*\x02", "", done)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0.5 x", "0.5 x"),
        (f"1{UP}2\x1bOA3", "123"),
        ("a\tb\u00a0c", "a b c"),
        ("a\x00\x07\x1b", "a"),
        ("a\ud800b\u200d", "ab"),
        ("−½ σ(x)²", "−½ σ(x)²"),
    ],
    ids=["plain", "arrows", "white-space", "controls", "surrogate-and-joiner", "mathematics"],
)
def test_clean(typed: str, expected: str) -> None:
    assert clean(typed) == expected


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_clean_text_is_printable_and_stays(typed: str) -> None:
    assert clean(typed).isprintable()
    assert clean(clean(typed)) == clean(typed)


def test_history_drops_blanks_and_repetitions() -> None:
    assert Lines(["a", "a", " ", "", "b\x1b[A", "a"]).history == ("a", "b", "a")


PROGRAM = """
import sys
{before}
from dlcards.tui.lines import Lines
from dlcards.tui.terminal import Terminated, signals

lines = Lines(["old answer", "new answer"])
try:
    with signals():
        for _ in range({count}):
            print("got", ascii(lines.read("\\033[1mask\\033[0m> ", {prefill!r})), flush=True)
except (EOFError, KeyboardInterrupt, Terminated) as ended:
    print("ended by", repr(ended), lines.history, flush=True)
"""
NO_READLINE = "sys.modules['readline'] = None"


def start(*, count: int = 1, prefill: str = "", before: str = "") -> Spawn:
    """Ask in a terminal between two reports of the terminal's mode, without anyone's inputrc."""
    program = PROGRAM.format(count=count, prefill=prefill, before=before)
    arguments = ["-c", 'trap : INT; stty -g; "$1" -c "$2"; stty -g', "sh", sys.executable, program]
    environ = {**os.environ, "INPUTRC": os.devnull, "TERM": "xterm"}
    child = pexpect.spawn(
        "sh",
        arguments,
        cwd=str(ROOT),
        env=environ,
        encoding="utf-8",
        codec_errors="replace",
        timeout=10,
        dimensions=(24, 30),
    )
    child.delaybeforesend = None
    return child


@pytest.mark.parametrize(
    ("typed", "prefill", "answer"),
    [
        ("0.5\r", "", "0.5"),
        ("0.6\x7f5\r", "", "0.5"),
        (f"b{LEFT}a\r", "", "ab"),
        (f"{UP}\r", "", "new answer"),
        (f"{UP}{UP}\r", "", "old answer"),
        ("!\r", "prefilled", "prefilled!"),
        (f"{KILL}x\r", "prefilled", "x"),
        ("a\x16\x1b[Zb\r", "", "ab"),
        ("\x1b[200~1\x1b[201~2\r", "", "12"),
        (f"\x1b[99;99~\x1bOP{KILL}7\r", "", "7"),
        ("σé\r", "", "σé"),
    ],
    ids=[
        "plain", "backspace", "left", "up", "up-up", "prefill", "prefill-erased",
        "quoted-escape", "paste", "unknown-sequences", "UTF-8",
    ],
)  # fmt: skip
def test_editing(typed: str, prefill: str, answer: str) -> None:
    pytest.importorskip("readline")
    child = start(prefill=prefill)
    child.expect_exact("> ")
    child.send(typed)
    child.expect(r"got '([^']*)'")
    assert child.match.group(1).encode().decode("unicode_escape") == answer
    child.expect(pexpect.EOF)


def test_backspace_stops_at_the_prompt() -> None:
    """The screen as a person sees it, after more backspaces than characters."""
    pyte = pytest.importorskip("pyte")
    screen = pyte.Screen(30, 24)
    child = start()
    child.expect_exact("> ")
    output = child.before + child.after
    child.send("ab" + BACKSPACE * 5 + "c\r")
    child.expect_exact("got 'c'")
    pyte.Stream(screen).feed(output + child.before)
    assert "ask> c" in [line.rstrip() for line in screen.display]
    child.expect(pexpect.EOF)


def test_history_of_others_is_not_offered() -> None:
    child = start(before="import readline; readline.add_history('of others')")
    child.expect_exact("> ")
    child.send(f"{UP * 3}\r")
    child.expect_exact("got 'old answer'")
    child.expect(pexpect.EOF)


def test_answers_join_the_history() -> None:
    child = start(count=2)
    child.expect_exact("> ")
    child.send("third\r")
    child.expect_exact("got 'third'")
    child.expect_exact("> ")
    child.send(f"{UP}\r")
    child.expect_exact("got 'third'")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("before", ["", NO_READLINE], ids=["readline", "no-readline"])
@pytest.mark.parametrize(
    ("typed", "number", "ended"),
    [
        ("\x04", None, "EOFError()"),
        ("half\x03", None, "KeyboardInterrupt()"),
        ("", signal.SIGTERM, "Terminated('SIGTERM')"),
    ],
    ids=["Ctrl-D", "Ctrl-C", "SIGTERM"],
)
def test_ends(typed: str, number: int | None, ended: str, before: str) -> None:
    child = start(before=f"{before}\nimport os; print('pid', os.getpid())", count=2)
    child.expect(r"(?:[0-9a-f]+:){10,}[0-9a-f]+")
    mode = child.match.group()
    child.expect(r"pid (\d+)")
    pid = int(child.match.group(1))
    child.expect_exact("> ")
    child.send(typed)
    if number is not None:
        os.kill(pid, number)
    child.expect_exact(f"ended by {ended} ('old answer', 'new answer')")
    child.expect(r"(?:[0-9a-f]+:){10,}[0-9a-f]+")
    assert child.match.group() == mode


@pytest.mark.parametrize(
    ("typed", "prefill", "answer"),
    [("0.5\r", "", "0.5"), (f"1{UP}2\r", "", "12"), ("\r", "kept", "kept"), ("x\r", "kept", "x")],
    ids=["plain", "arrow", "prefill-taken", "prefill-replaced"],
)
def test_without_readline(typed: str, prefill: str, answer: str) -> None:
    child = start(prefill=prefill, before=NO_READLINE)
    child.expect_exact("[kept] " if prefill else "> ")
    assert "\x01" not in child.before
    child.send(typed)
    child.expect_exact(f"got '{answer}'")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("before", ["", NO_READLINE], ids=["readline", "no-readline"])
def test_stray_byte_costs_its_character_only(before: str) -> None:
    child = start(before=f"{before}\nsys.stdin.reconfigure(encoding='utf-8', errors='strict')")
    child.expect_exact("> ")
    os.write(child.child_fd, b"\x16\xff1\r")
    child.expect(r"got '(.*?)1'")
    child.expect(pexpect.EOF)
