"""Takes the pictures of the README: real runs in a pseudo-terminal, drawn as SVG by Rich.

Run it as `python tests/screens/make.py`; it writes the SVG files beside itself.
"""

from __future__ import annotations

import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from terminal import Program  # noqa: E402 - the tests' own pseudo-terminal


class Screen(NamedTuple):
    """A picture: the command, what is typed (each with the text to wait for), rows kept."""

    name: str
    arguments: tuple[str, ...]
    typed: tuple[tuple[str, str], ...]
    rows: int = 24
    columns: int = 80


MSE = ("review", "mse", "--cram", "--limit", "3", "--seed", "5")
ASKED = (("\r", "Enter takes"), ("\r", "press space"), (" ", "Enter takes"), ("\r", "vector"))
WRONG = ("-14 10 0 -4\r", "Try again")  # the factor of the mean forgotten
SCREENS = (
    Screen("today", (), (), rows=14),
    Screen("mistake", MSE, (*ASKED, WRONG), rows=20),
    Screen("solution", MSE, (*ASKED, WRONG, ("-3.5 2.5 0 -1\r", "? for help")), rows=44),
    Screen("op", ("op", "show", "gelu"), (), rows=44),
)


def picture(screen: Screen, home: str) -> str:
    """Run a command, type, and return the last screen as SVG."""
    with Program(screen.arguments, home=home, rows=screen.rows, columns=screen.columns) as program:
        program.settle()
        for keys, wait in screen.typed:
            program.type(keys, wait)
        cells = program.cells()
    console = Console(record=True, width=screen.columns, file=StringIO(), force_terminal=True)
    for row in cells:
        line = Text()
        for char, colour, bold, reverse in row:
            line.append(char, Style(color=colour, bold=bold, reverse=reverse))
        line.rstrip()
        console.print(line, soft_wrap=True)
    return console.export_svg(title=" ".join(("dlcards", *screen.arguments)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for screen in SCREENS:
            (HERE / f"{screen.name}.svg").write_text(picture(screen, home), encoding="utf-8")
