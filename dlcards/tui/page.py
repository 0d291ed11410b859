"""A Rich console for a terminal as it is, and the styles of everything that is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from dlcards.tui import signs

if TYPE_CHECKING:
    from dlcards.tui.signs import Signs
    from dlcards.tui.terminal import Terminal

WIDEST = 100  # columns of prose: longer lines are hard to read

THEME = Theme(
    {
        "card.math": "cyan", "card.code": "magenta", "card.note": "dim", "card.head": "dim",
        "card.right": "bold green", "card.wrong": "bold red", "card.label": "bold",
        "card.key": "bold reverse", "card.value": "bold cyan", "card.hint": "yellow",
        "card.answer": "bold", "curve.0": "cyan", "curve.1": "magenta", "curve.2": "yellow",
    }
)  # fmt: skip


class Page:
    """Where output goes. Text is printed as it is: never as markup, never highlighted."""

    def __init__(self, terminal: Terminal, out: TextIO, *, record: bool = False) -> None:
        self.terminal = terminal
        self.width = min(terminal.width, WIDEST)
        self.ascii = not terminal.unicode
        self.console = Console(
            file=out, width=terminal.width, theme=THEME, markup=False, emoji=False, highlight=False,
            no_color=not terminal.colour, force_terminal=terminal.interactive,
            legacy_windows=False, record=record,
        )  # fmt: skip

    @property
    def signs(self) -> Signs:
        """The signs that this terminal can draw and its reader can hear."""
        if self.terminal.plain:
            return signs.WORDS
        return signs.ASCII if self.ascii else signs.UNICODE

    def text(self, text: str, style: str = "") -> Text:
        """A styled text, spelled so that the terminal can show it."""
        return Text(self.spelled(text), style=style)

    def spelled(self, text: str) -> str:
        """The text as the terminal can show it."""
        return signs.ascii_only(text) if self.ascii else text

    def print(self, *pieces: Text | str, indent: int = 0, hang: int = 0) -> None:
        """Print one paragraph, wrapped at words and indented; later lines hang further in."""
        line = Text()
        for piece in pieces:
            line.append_text(piece if isinstance(piece, Text) else self.text(piece))
        room = max(10, self.width - indent - hang)
        first, *rest = self._wrapped(line, room + hang)
        if rest and hang:  # the first line has the room that the others leave free
            rest = self._wrapped(line[len(first.plain) :], room)
        for number, part in enumerate([first, *rest]):
            part.rstrip()
            left = Text(" " * (indent + (hang if number else 0)))
            self.console.print(left + part, soft_wrap=True)

    def _wrapped(self, line: Text, room: int) -> list[Text]:
        if not line.plain.strip():
            return [line]
        return list(line.wrap(self.console, room))

    def rows(self, rows: list[str], style: str = "", indent: int = 0) -> None:
        """Print ready rows, such as a formula or a picture, without wrapping."""
        for row in rows:
            self.console.print(Text(" " * indent) + Text(row, style), soft_wrap=True)

    def rule(self) -> None:
        """Print a thin line between parts; nothing where it would be read aloud."""
        if not self.terminal.plain:
            self.console.print(Text(self.signs.rule * self.width, "card.head"), soft_wrap=True)

    def blank(self) -> None:
        """Print an empty line."""
        self.console.print("")

    def clear(self) -> None:
        """Begin a new screen, on a terminal that has screens."""
        if self.terminal.interactive and not self.terminal.plain:
            self.console.clear()
