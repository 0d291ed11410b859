"""What the terminal can do, decided once from the streams and the environment handed in.

Whatever ends the program, its `finally` clauses run: that is what restores the terminal.
"""

from __future__ import annotations

import io
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

_USUAL = os.terminal_size((80, 24))  # what a VT100 had: for pipes, and terminals that do not say
_NARROWEST = 20  # columns: below it nothing can be laid out
_SIGNS = "−√⎛┤█⠿"  # one of each family of signs that is drawn: maths, frames, blocks, braille
_ENDING = tuple(
    signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if name in signal.Signals.__members__
)


class Terminal(NamedTuple):
    """What may be written to the output, and how the learner can be asked."""

    width: int  # columns
    height: int  # rows
    unicode: bool  # False: ASCII only
    colour: bool  # False: no escape sequences for colour
    plain: bool  # True: linear, no boxes and no pictures, for screen readers
    interactive: bool  # single keys can be read; otherwise one reply a line


class Terminated(BaseException):
    """A signal asks the program to end; like KeyboardInterrupt, no Exception to recover from."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status that shells give to a program ended by this signal."""
        return 128 + self.number


def detect(
    stdin: TextIO | None,
    stdout: TextIO | None,
    environ: Mapping[str, str],
    *,
    plain: bool | None = None,
    width: int | None = None,
) -> Terminal:
    """Decide from streams and environment; `plain` and `width` overrule both.

    `CI` changes nothing: a build log is an output like any other that is not a terminal.
    """
    dumb = environ.get("TERM") == "dumb"
    if plain is None:
        plain = dumb or environ.get("DLCARDS_PLAIN", "0") not in ("", "0")
    columns, rows = _size(stdout, environ)
    shown = _is_terminal(stdout)
    return Terminal(
        width=max(columns if width is None else width, _NARROWEST),
        height=rows,
        unicode=_draws_unicode(stdout),
        colour=shown and not dumb and not plain and not environ.get("NO_COLOR"),
        plain=plain,
        interactive=shown and _is_terminal(stdin) and not dumb,
    )


def prepare(stream: TextIO | None) -> None:
    """Make a sign that the encoding lacks a `?` instead of a crash."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


@contextmanager
def signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `Terminated`, once; for the main thread.

    A signal that is ignored on entry stays so: under nohup the program outlives its terminal.
    """
    before = {number: signal.getsignal(number) for number in _ENDING}
    before = {number: was for number, was in before.items() if was is not signal.SIG_IGN}

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  (Python's signature)
        for each in before:  # a second signal must not cut the restoring short
            signal.signal(each, signal.SIG_IGN)
        raise Terminated(number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, signal.SIG_DFL if was is None else was)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _draws_unicode(stream: TextIO | None) -> bool:
    try:
        _SIGNS.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _size(stream: TextIO | None, environ: Mapping[str, str]) -> tuple[int, int]:
    """Columns and rows; a device that reports 0 does not know."""
    device = _device_size(stream)
    asked = (_count(environ.get("COLUMNS", "")), _count(environ.get("LINES", "")))
    return (
        asked[0] or device.columns or _USUAL.columns,
        asked[1] or device.lines or _USUAL.lines,
    )


def _device_size(stream: TextIO | None) -> os.terminal_size:
    if stream is None or not stream.isatty():
        return _USUAL
    try:
        return os.get_terminal_size(stream.fileno())
    except OSError:  # a terminal that hung up in between has no size
        return _USUAL


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
