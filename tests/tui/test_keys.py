"""Keys through pipes (what bytes mean) and through pseudo-terminals (what a terminal does)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.tui.keys import Keys, console_key

if TYPE_CHECKING:
    from collections.abc import Iterator

Spawn: TypeAlias = Any  # a pexpect.spawn
pexpect = pytest.importorskip("pexpect")
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
ROOT = Path(__file__).parents[2]


def keys_of(typed: bytes) -> list[str]:
    """The keys of a pipe that carries `typed` and is then closed."""
    out, into = os.pipe()
    os.write(into, typed)
    os.close(into)
    with os.fdopen(out) as stdin, Keys(stdin) as keys:
        return list(iter(keys.read, "eof"))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        pytest.param(b"3412", ["3", "4", "1", "2"], id="digits"),
        pytest.param(b"a Z?", ["a", " ", "Z", "?"], id="characters-are-themselves"),
        pytest.param("éσ漢🙂".encode(), ["é", "σ", "漢", "🙂"], id="UTF-8"),
        pytest.param(b"\r\n\t", ["enter", "enter", "tab"], id="enter-tab"),
        pytest.param(b"\x7f\b", ["backspace", "backspace"], id="backspace"),
        pytest.param(b"\x1b", ["esc"], id="ESC"),
        pytest.param(b"\x1bq", ["esc", "q"], id="ESC-then-key"),
        pytest.param(b"\x1b\x1b[A", ["esc", "up"], id="ESC-then-arrow"),
        pytest.param("\x1bé".encode(), ["esc", "é"], id="ESC-then-UTF-8"),
        pytest.param(b"\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"], id="arrows"),
        pytest.param(b"\x1bOA\x1bOB\x1bOC\x1bOD", ["up", "down", "right", "left"], id="SS3-arrows"),
        pytest.param(b"\x1b[1;5A\x1b[1;2D", ["up", "left"], id="arrows-with-control-and-shift"),
        pytest.param(b"\x1b[H\x1b[F\x1bOH\x1bOF", ["home", "end"] * 2, id="home-end-xterm"),
        pytest.param(b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", ["home", "end"] * 2, id="home-end-vt"),
        pytest.param(b"\x1b[3~\x1b[5~\x1b[6~", ["delete", "pageup", "pagedown"], id="editing"),
        pytest.param(b"\x1b[3;5~x", ["delete", "x"], id="delete-with-control"),
        pytest.param(b"\x1b[15~\x1bOP\x1b[[A\x1b[Zx", ["x"], id="unnamed-sequences"),
        pytest.param(b"\x1b[12;40Rx", ["x"], id="report-of-the-terminal"),
        pytest.param(b"\x1b[", ["esc", "["], id="broken-off-sequence-is-given-back"),
        pytest.param(b"\x1bO", ["esc", "O"], id="ESC-then-O"),
        pytest.param(b"\x1b[1\x1b[A", ["esc", "[", "1", "up"], id="sequence-cut-by-another"),
        pytest.param(b"\x1b[200~12\x1b[A34\x1b[201~x", ["x"], id="paste"),
        pytest.param(b"\x1b[200~12", [], id="paste-without-end"),
        pytest.param(b"\x00\x01\x0cx", ["x"], id="other-controls"),
        pytest.param(b"\x80\xffx", ["x"], id="stray-bytes"),
        pytest.param(b"\xc3x", ["x"], id="broken-off-UTF-8"),
        pytest.param(b"\xe6\xbc\x1b[A", ["up"], id="UTF-8-cut-by-a-sequence"),
        pytest.param(b"\xed\xa0\x80x", ["x"], id="surrogate"),
        pytest.param(b"1\x042", ["1"], id="Ctrl-D"),
        pytest.param(b"", [], id="closed"),
    ],
)
def test_bytes(typed: bytes, keys: list[str]) -> None:
    assert keys_of(typed) == keys


def test_closed_input_stays_closed() -> None:
    out, into = os.pipe()
    os.close(into)
    with os.fdopen(out) as stdin, Keys(stdin) as keys:
        assert [keys.read(), keys.read(0.0)] == ["eof", "eof"]


def test_ctrl_c_as_a_byte() -> None:
    with pytest.raises(KeyboardInterrupt):
        keys_of(b"1\x03")


NAMES = {"enter", "esc", "backspace", "tab", "up", "down", "left", "right", "home", "end"}
NAMES |= {"delete", "pageup", "pagedown"}


@given(st.binary(max_size=12).filter(lambda typed: b"\x03" not in typed))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_named_keys(typed: bytes) -> None:
    for key in keys_of(typed):
        assert key in NAMES or (len(key) == 1 and key.isprintable())


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12))
@settings(max_examples=100, deadline=None)
def test_printable_text_arrives_whole(text: str) -> None:
    assert "".join(keys_of(text.encode())) == text


@pytest.mark.parametrize("timeout", [0.0, 0.01, -1.0])
def test_time_runs_out(timeout: float) -> None:
    out, into = os.pipe()
    with os.fdopen(out) as stdin, os.fdopen(into, "wb"), Keys(stdin) as keys:
        assert keys.read(timeout) == ""


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("7", "7"), ("\r", "enter"), ("\b", "backspace"), ("\x1b", "esc"), ("é", "é"),
        ("àH", "up"), ("\0P", "down"), ("àM", "right"), ("àK", "left"), ("àS", "delete"),
        ("\0;", None), ("à", "à"), ("\x1a", "eof"), ("\x04", "eof"), ("\ud83d", None),
    ],
    ids=repr,
)  # fmt: skip
def test_windows_console(typed: str, key: str | None) -> None:
    waiting = list(typed)
    assert console_key(lambda: waiting.pop(0), lambda: bool(waiting)) == key
    assert waiting == []


PROGRAM = """
import fcntl, struct, sys, termios
from dlcards.tui.keys import Keys
from dlcards.tui.terminal import Terminated, signals

def say(*words):
    print(*words, flush=True)

def await_typed(count):  # until that many bytes wait in the kernel
    while struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, b"    "))[0] < count:
        pass

try:
    with signals():
        {body}
except (Terminated, KeyboardInterrupt, RuntimeError) as ended:
    say("ended by", repr(ended))
"""
ECHO = """
        with Keys(sys.stdin) as keys:
            say("ready")
            while (key := keys.read()) != "eof":
                say("key", key)
            say("key eof")
"""


def start(body: str) -> Spawn:
    """Run a program in a terminal between two reports of the terminal's mode."""
    shell = 'trap : INT; stty -g; "$1" -c "$2"; stty -g'
    arguments = ["-c", shell, "sh", sys.executable, PROGRAM.format(body=body.strip())]
    child = pexpect.spawn("sh", arguments, cwd=str(ROOT), encoding="utf-8", timeout=10)
    child.delaybeforesend = None
    return child


def mode(child: Spawn) -> str:
    child.expect(r"(?:[0-9a-f]+:){10,}[0-9a-f]+")
    return str(child.match.group())


@pytest.fixture
def echo() -> Iterator[Spawn]:
    child = start(ECHO)
    yield child
    child.close(force=True)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("3412", ["3", "4", "1", "2"]),
        ("\x1b", ["esc"]),
        ("\x1b[A\x1bOB", ["up", "down"]),
        ("é漢", ["é", "漢"]),
        ("\r", ["enter"]),
        ("\x7f", ["backspace"]),
        ("\x16x", ["x"]),
    ],
    ids=["digits", "ESC", "arrows", "UTF-8", "enter", "backspace", "Ctrl-V-quotes-nothing"],
)
def test_terminal(echo: Spawn, typed: str, keys: list[str]) -> None:
    before = mode(echo)
    echo.expect_exact("ready\r\n")
    echo.send(typed)
    for key in keys:
        echo.expect_exact(f"key {key}\r\n")
        assert echo.before == ""  # nothing echoed, nothing else understood
    echo.send("\x04")
    echo.expect_exact("key eof")
    assert mode(echo) == before


def test_typed_ahead_while_busy() -> None:
    body = """
        with Keys(sys.stdin) as keys:
            say("busy")
            await_typed(4)
            say("keys", *[keys.read() for _ in range(4)])
    """
    child = start(body)
    child.expect_exact("busy")
    child.send("3412")
    child.expect_exact("keys 3 4 1 2")
    child.expect(pexpect.EOF)


def test_typed_ahead_before_the_start() -> None:
    body = """
        say("starting")
        await_typed(3)
        with Keys(sys.stdin) as keys:
            say("keys", *[keys.read() for _ in range(3)])
    """
    child = start(body)
    child.expect_exact("starting")
    child.send("34\n")
    child.expect_exact("keys 3 4 enter")
    child.expect(pexpect.EOF)


def test_suspended_passes_on_what_was_typed() -> None:
    body = """
        import subprocess
        with Keys(sys.stdin) as keys:
            say("busy")
            await_typed(8)
            say("first", keys.read())
            with keys.suspended():
                subprocess.run(["stty", "-g"], check=True)
                say("line", input())
            say("last", keys.read())
    """
    child = start(body)
    before = mode(child)
    child.expect_exact("busy")
    child.send("1hello\n2")
    child.expect_exact("first 1")
    assert mode(child) == before
    child.expect_exact("line hello")
    child.expect_exact("last 2")
    assert mode(child) == before


@pytest.mark.parametrize(
    ("number", "ended"),
    [
        (signal.SIGTERM, "Terminated('SIGTERM')"),
        (signal.SIGHUP, "Terminated('SIGHUP')"),
        (signal.SIGINT, "KeyboardInterrupt()"),
    ],
    ids=["SIGTERM", "SIGHUP", "SIGINT"],
)
def test_signal_restores_the_terminal(number: int, ended: str) -> None:
    child = start(ECHO.replace('"ready"', '"pid", __import__("os").getpid()'))
    before = mode(child)
    child.expect(r"pid (\d+)\r\n")
    os.kill(int(child.match.group(1)), number)
    child.expect_exact(f"ended by {ended}")
    assert mode(child) == before


def test_ctrl_c_restores_the_terminal() -> None:
    child = start(ECHO)
    before = mode(child)
    child.expect_exact("ready")
    child.send("\x03")
    child.expect_exact("ended by KeyboardInterrupt()")
    assert mode(child) == before


def test_exception_restores_the_terminal() -> None:
    child = start(ECHO.replace("key eof", "bye").replace('say("bye")', 'raise RuntimeError("bug")'))
    before = mode(child)
    child.expect_exact("ready")
    child.send("\x04")
    child.expect_exact("ended by RuntimeError('bug')")
    assert mode(child) == before


def test_hung_up_terminal_ends_the_program(tmp_path: Path) -> None:
    """By the end of input or by the signal, whichever comes first, and never by a traceback."""
    report = tmp_path / "report"
    os.mkfifo(report)
    body = f"""
        into = open({str(report)!r}, "w")
        with Keys(sys.stdin) as keys:
            say("ready")
            sys.stdout = into
            key = keys.read()
        say("key", key)
    """
    child = start(body)
    with report.open() as lines:
        child.expect_exact("ready")
        child.ptyproc.fileobj.close()
        ended = {line.strip() for line in lines}
    assert ended
    assert ended <= {"key eof", "ended by Terminated('SIGHUP')"}


@pytest.fixture
def shell() -> Iterator[Spawn]:
    """A shell with job control; dash, unlike bash, leaves the mode as a stopped job left it."""
    environ = {**os.environ, "PS1": "ask> ", "ENV": "", "TERM": "dumb"}
    child = pexpect.spawn("sh", ["-i"], cwd=str(ROOT), env=environ, encoding="utf-8", timeout=10)
    child.delaybeforesend = None
    child.expect_exact("ask> ")
    yield child
    child.close(force=True)


@pytest.mark.parametrize(
    ("stop", "look"),
    [("Ctrl-Z", "stty -a"), ("SIGSTOP", "stty sane; stty -a")],
    ids=["Ctrl-Z-gives-back-the-mode", "SIGSTOP-cannot"],
)
def test_stop_and_continue(shell: Spawn, tmp_path: Path, stop: str, look: str) -> None:
    program = tmp_path / "program.py"
    body = ECHO.replace('"ready"', '"pid", __import__("os").getpid()')
    program.write_text(f"import sys; sys.path[:0] = ['.']\n{PROGRAM.format(body=body.strip())}")
    shell.sendline(f"{sys.executable} {program}")
    shell.expect(r"pid (\d+)\r\n")
    pid = int(shell.match.group(1))
    for _ in range(2):  # the second stop shows that the first one left everything in order
        shell.send("\x1a") if stop == "Ctrl-Z" else os.kill(pid, signal.SIGSTOP)
        shell.expect("Stopped")
        shell.expect_exact("ask> ")
        shell.sendline(look)
        for flag in ("icanon", "echo"):
            assert shell.expect([rf" {flag}\b", rf" -{flag}\b"]) == 0
        shell.expect_exact("ask> ")
        shell.sendline("fg")
        shell.expect_exact(f"{program}\r\n")
        shell.send("7")
        shell.expect_exact("key 7\r\n")  # without enter: keys come at once again
    shell.send("\x04")
    shell.expect_exact("key eof")
    shell.expect_exact("ask> ")
