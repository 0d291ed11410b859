"""Drives the real program in a pseudo-terminal and reads its screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Self

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WAIT = 20  # seconds until a text that does not come is a failure
NAMED = {"default": None, "brown": "yellow"}  # pyte's words for Rich's


class Program:
    """`python -m dlcards …` in a terminal of a given size. Use it in a `with` statement."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        home: str | os.PathLike[str],
        columns: int = 80,
        rows: int = 30,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ
        }
        given = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "DLCARDS_HOME": str(home)}
        self.child = pexpect.spawn(
            sys.executable, ["-m", "dlcards", *arguments], encoding="utf-8", timeout=WAIT,
            dimensions=(rows, columns), env=kept | given | dict(environ or {}), codec_errors="replace",
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    def expect(self, text: str) -> str:
        """Wait until a text has been printed; returns the screen."""
        self.child.expect_exact(text)
        self._stream.feed(self.child.before + self.child.after)
        return self.text()

    def type(self, keys: str, wait: str) -> str:
        """Type keys and wait for a text; returns the screen."""
        self.child.send(keys)
        return self.expect(wait)

    def settle(self) -> str:
        """Read until the program falls silent or ends; returns the screen."""
        while True:
            try:
                self._stream.feed(self.child.read_nonblocking(65536, timeout=1.0))
            except (pexpect.TIMEOUT, pexpect.EOF):
                return self.text()

    def finish(self) -> int:
        """Wait for the end; returns the exit status, or minus the signal."""
        self.child.expect(pexpect.EOF)
        self._stream.feed(self.child.before)
        self.child.close()
        status = self.child.exitstatus
        return -self.child.signalstatus if status is None else status

    def text(self) -> str:
        """The screen as text, without blank ends of lines."""
        return "\n".join(row.rstrip() for row in self.screen.display).rstrip()

    def cells(self) -> Iterator[list[tuple[str, str | None, bool, bool]]]:
        """The rows down to the last one in use: character, colour, bold, reverse."""
        used = len(self.text().split("\n"))
        for y in range(used):
            row: Any = self.screen.buffer[y]
            yield [_cell(row[x]) for x in range(self.screen.columns)]


def _cell(char: Any) -> tuple[str, str | None, bool, bool]:
    colour = NAMED.get(char.fg, char.fg)
    if colour is not None and len(colour) == 6 and not colour.isalpha():
        colour = f"#{colour}"
    return char.data, colour, char.bold, char.reverse
