"""A front end for programs: one state out, one event in, each a line of JSON."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self, TextIO

import msgspec

from dlcards.session.states import AnyEvent
from dlcards.tui.terminal import signals

if TYPE_CHECKING:
    from dlcards.session.states import Done, State

LONGEST = 1 << 20  # characters of an event


class JsonLines:
    """Writes states and reads events; a line that is no event is answered and read again."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self.source, self.target = source, target
        self._stack = ExitStack()
        self._decoder = msgspec.json.Decoder(AnyEvent)

    def __enter__(self) -> Self:
        self._stack.enter_context(signals())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def event(self, state: State) -> AnyEvent:
        """Write the state and wait for an event; raises EOFError at the end of input."""
        while True:
            self._write(state)
            line = self._line()
            if line.strip():
                try:
                    return self._decoder.decode(line)  # type: ignore[no-any-return]
                except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
                    self.refused(
                        f'event: {error} (send such as {{"event": "answer", "reply": "0.5"}})'
                    )

    def notice(self, message: str) -> None:
        """Write a notice object; it answers no event."""
        self._write({"notice": message})

    def refused(self, message: str) -> None:
        """Write an error object; the state has not changed and is written again."""
        self._write({"error": message})

    def done(self, state: Done, _tomorrow: int) -> None:
        """Write the last state."""
        self._write(state)

    def _line(self) -> str:
        line = self.source.readline(LONGEST)
        if not line:
            raise EOFError
        return line

    def _write(self, what: object) -> None:
        self.target.write(msgspec.json.encode(what).decode() + "\n")
        self.target.flush()
