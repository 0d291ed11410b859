"""Single keys of a terminal, none of them lost.

Law: bytes are taken one at a time and only when a key is asked for. What is typed ahead waits in
the kernel, for the next key or for the editor or line prompt that is started in between.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from contextlib import contextmanager, suppress
from select import select
from typing import TYPE_CHECKING, TextIO

if sys.platform == "win32":
    import msvcrt
    import time
else:
    import termios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any, Self

_PAUSE = 0.1  # seconds: the bytes of one key come faster, even over ssh; a person does not
_SILENCE = 1.0  # seconds: a paste that stops for so long has lost its end
_INTERRUPT = "\x03"
_PASTE_END = b"\x1b[201~"
_WHOLE = re.compile(rb"O[ -~]|\[\[[ -~]|\[[0-?]*[ -/]*[@-Z\\-~]")  # ECMA-48, and [[A, Linux's F1
_BEGUN = re.compile(rb"O[ -~]?|\[\[[ -~]?|\[[0-?]*[ -/]*[@-Z\\-~]?")

_CONTROLS = {
    "\r": "enter", "\n": "enter", "\t": "tab", "\x1b": "esc",
    "\b": "backspace", "\x7f": "backspace", "\x04": "eof",
}  # fmt: skip
_SEQUENCES = {  # the final letter, or the first number and ~
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end",
    "1~": "home", "7~": "home", "4~": "end", "8~": "end",
    "3~": "delete", "5~": "pageup", "6~": "pagedown", "200~": "paste",
}  # fmt: skip
_CONSOLE = {  # Windows: what follows "\0" or "à"
    "H": "up", "P": "down", "M": "right", "K": "left", "G": "home", "O": "end",
    "S": "delete", "I": "pageup", "Q": "pagedown",
}  # fmt: skip


class Keys:
    """A terminal that gives keys as they are typed, for as long as the `with` block lasts.

    Ctrl-C raises KeyboardInterrupt and Ctrl-Z stops the program as ever. For the main thread.
    """

    def __init__(self, stdin: TextIO) -> None:
        self._device = _Device(stdin)

    def __enter__(self) -> Self:
        self._device.hold()
        return self

    def __exit__(self, *_: object) -> None:
        self._device.release()

    def read(self, timeout: float | None = None) -> str:
        """Return the next key, or "" if none comes within `timeout` seconds.

        A printable character is its own name (the space bar is " "); the others are enter, esc,
        backspace, tab, up, down, left, right, home, end, delete, pageup, pagedown, and eof for
        Ctrl-D or a closed input. Pasted text and unknown keys are passed over.
        """
        while True:
            key = self._device.key(None if timeout is None else max(timeout, 0.0))
            if key is not None:
                return key

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Give the terminal back as it was found, for an editor or a line prompt."""
        self._device.release()
        try:
            yield
        finally:
            self._device.hold()


def console_key(take: Callable[[], str], waiting: Callable[[], bool]) -> str | None:
    """Return the next key of a Windows console, None for one without a name."""
    char = take()
    if char == "\0" or (char == "à" and waiting()):  # a typed à comes alone
        return _CONSOLE.get(take())
    return "eof" if char == "\x1a" else _named(char)


def _named(char: str) -> str | None:
    if char == _INTERRUPT:
        raise KeyboardInterrupt
    return _CONTROLS.get(char, char if char.isprintable() else None)


if sys.platform == "win32":

    class _Device:
        """The console, which has no mode to hold."""

        def __init__(self, stdin: TextIO) -> None:
            self._stdin = stdin

        def hold(self) -> None: ...

        def release(self) -> None: ...

        def key(self, timeout: float | None) -> str | None:
            rounds = 0
            while not msvcrt.kbhit():  # the C library offers no wait with a limit
                if timeout is not None and rounds * 0.01 >= timeout:
                    return ""
                time.sleep(0.01)
                rounds += 1
            return console_key(msvcrt.getwch, msvcrt.kbhit)

else:

    class _Device:
        """A terminal in cbreak mode with its job control, or a pipe, which has no modes."""

        def __init__(self, stdin: TextIO) -> None:
            self._fd = stdin.fileno()
            # The mode on first entry, never read anew: a crashed editor leaves a wrong one behind.
            self._found: list[Any] | None = None
            self._handlers: dict[int, Any] = {}  # of the signals watched, as they were before
            self._returned = b""  # bytes that turned out to begin another key

        def hold(self) -> None:
            if not os.isatty(self._fd):
                return
            if self._found is None:
                self._found = termios.tcgetattr(self._fd)
            try:
                self._cbreak()
                self._watch()
            except BaseException:  # a signal while entering: __exit__ will not be called
                self.release()
                raise

        def release(self) -> None:
            if self._found is None:
                return
            self._set(self._found)
            for number, handler in self._handlers.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
            self._handlers = {}

        def key(self, timeout: float | None) -> str | None:
            """One key; "" if none came in time, None for one that has no name."""
            byte = self._byte(timeout)
            if byte is None:
                return ""
            if byte == b"":
                return "eof"
            if byte == b"\x1b":
                return self._escape()
            return self._character(byte) if byte >= b"\x80" else _named(byte.decode("ascii"))

        def _cbreak(self) -> None:
            """Keys at once and unechoed, Ctrl-C and Ctrl-Z as ever."""
            assert self._found is not None  # noqa: S101  (hold has just read it)
            mode = [*self._found]
            mode[3] = mode[3] & ~(termios.ECHO | termios.ICANON | termios.IEXTEN) | termios.ISIG
            mode[6] = [*mode[6]]
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            self._set(mode)

        def _set(self, mode: list[Any]) -> None:
            """TCSANOW, for the other ways wait for the output or drop what is typed ahead."""
            with suppress(termios.error):  # a terminal that hung up has no mode; reading says eof
                termios.tcsetattr(self._fd, termios.TCSANOW, mode)

        def _watch(self) -> None:
            wanted = {signal.SIGTSTP: self._stop, signal.SIGCONT: self._resume}
            for number, handler in wanted.items():
                self._handlers[number] = signal.signal(number, handler)
            # Else a tcsetattr from the background, which SIGTTOU stops, fails when it is continued.
            signal.siginterrupt(signal.SIGCONT, False)

        def _stop(self, number: int, _: FrameType | None) -> None:
            """Ctrl-Z: the shell gets its terminal in order, we take it again after `fg`."""
            self.release()
            signal.raise_signal(number)
            self.hold()

        def _resume(self, _number: int, _frame: FrameType | None) -> None:
            self._cbreak()

        def _byte(self, timeout: float | None) -> bytes | None:
            """One byte, b"" from a closed input, None if there is none in time."""
            if self._returned:
                byte, self._returned = self._returned[:1], self._returned[1:]
                return byte
            if not select([self._fd], [], [], timeout)[0]:
                return None
            try:
                return os.read(self._fd, 1)
            except OSError:  # Linux says EIO where others say end of file: the terminal hung up
                return b""

        def _escape(self) -> str | None:
            """The key that ESC begins, or ESC itself if nothing that fits follows at once."""
            taken = b""
            while not _WHOLE.fullmatch(taken):
                byte = self._byte(_PAUSE) or b""
                taken += byte
                if not byte or not _BEGUN.fullmatch(taken):
                    self._returned = taken + self._returned
                    return "esc"
            return self._sequence(taken.decode("ascii"))

        def _sequence(self, taken: str) -> str | None:
            """Name `[A`, `OA`, `[3~`, and `[1;5A`, whose second number says shift or control."""
            first, last = taken[1:-1].partition(";")[0], taken[-1]
            name = None if first == "[" else _SEQUENCES.get(first + last if last == "~" else last)
            if name == "paste":
                self._pass_over_paste()
                return None
            return name

        def _pass_over_paste(self) -> None:
            tail = b""
            while tail != _PASTE_END and (byte := self._byte(_SILENCE)):
                tail = (tail + byte)[-len(_PASTE_END) :]

        def _character(self, lead: bytes) -> str | None:
            """The rest of a UTF-8 character; None if it is broken off."""
            taken = lead
            for _ in range(_following(lead[0])):
                byte = self._byte(_PAUSE) or b""
                if not b"\x80" <= byte < b"\xc0":
                    self._returned = byte + self._returned
                    return None
                taken += byte
            text = taken.decode("utf-8", "ignore")
            return _named(text) if text else None


def _following(lead: int) -> int:
    """How many bytes follow the first one of a UTF-8 character (RFC 3629)."""
    return sum(lead >= least for least in (0xC2, 0xE0, 0xF0))
