"""The real program in a pseudo-terminal: what a person types and sees."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from terminal import Program

if TYPE_CHECKING:
    from pathlib import Path

SIZES = [(40, 30), (80, 30), (200, 50)]


def review(deck: Path, *options: str) -> tuple[str, ...]:
    return ("--decks", str(deck), "review", "--seed", "1", *options)


def facts(home: Path, deck: Path, key: str) -> str:
    command = [sys.executable, "-m", "dlcards", "--decks", str(deck), "card", "history", key]
    environ = os.environ | {"DLCARDS_HOME": str(home)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("columns", "rows"), SIZES, ids=[f"{c}x{r}" for c, r in SIZES])
@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
                         ids=["colour", "no-colour", "ascii"])  # fmt: skip
def test_a_whole_sitting(
    deck: Path, home: Path, columns: int, rows: int, environ: dict[str, str]
) -> None:
    """Every kind of card, answered, graded, drilled and summed up, in every kind of terminal."""
    with Program(review(deck), home=home, columns=columns, rows=rows, environ=environ) as p:
        assert "half-line" in p.expect("press space")
        assert "negative" in p.type(" ", "Enter takes")
        p.type("3", "right one")
        screen = p.type(right_option(p.text()), "Enter takes")
        assert "Right" in screen
        p.type("\r", "within 1 %")
        assert "not the mean" in p.type("29\r", "Try again").replace("\n", " ")
        assert "9.667" in p.type("29/3\r", "Enter takes")
        p.type("\r", "or a few")
        assert "Right" in p.type("contrastiv loss\r", "Enter takes")
        p.type("4", "within 1 %")  # graded Hard after a second try: drilled in the same sitting
        p.type("9.67\r", "Enter takes")
        assert "recalled" in p.type("4", "Tomorrow")
        assert p.finish() == 0
        widest = max(map(len, p.text().split("\n")))
    assert widest <= columns
    if "NO_COLOR" in environ:
        assert "\x1b[3" not in p.child.before


def right_option(screen: str) -> str:
    return next(row.strip()[0] for row in screen.split("\n") if "Nothing at all" in row)


def test_hints_undo_and_help(deck: Path, home: Path) -> None:
    with Program(review(deck), home=home) as p:
        p.expect("press space")
        assert "slope" in p.type("h", "Look at the slope")
        p.type("h", "zero there")
        assert "no further hint" in p.type("h", "no further hint")
        p.type(" ", "[2 Hard")  # hints lower the suggestion
        p.type("\r", "right one")
        assert "half-line" in p.type("u", "Enter takes")  # the grade is taken back
        assert "undo the last grade" in p.type("?", "undo the last grade")
        p.type("q", "Tomorrow")
        assert p.finish() == 0
    assert "not seen yet" in facts(home, deck, "tiny/one-basic")


def test_typed_ahead_keys_are_kept(deck: Path, home: Path) -> None:
    """Reveal, grade and quit in one burst, before the first screen is drawn."""
    with Program(review(deck), home=home) as p:
        p.child.send(" 3q")
        p.expect("Tomorrow")
        assert p.finish() == 0
    assert "grade 4" in facts(home, deck, "tiny/one-basic")


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("\x03", 130),
        ("\x04", 0),
        ("q", 0),
        (signal.SIGTERM, 128 + signal.SIGTERM),
        (signal.SIGHUP, 128 + signal.SIGHUP),
    ],
    ids=["ctrl-c", "ctrl-d", "q", "sigterm", "sighup"],
)
def test_leaving_loses_nothing(deck: Path, home: Path, how: str | int, status: int) -> None:
    with Program(review(deck), home=home) as p:
        p.expect("press space")
        p.type(" ", "Enter takes")
        p.type("3", "right one")
        if isinstance(how, str):
            p.child.send(how)
        else:
            p.child.kill(how)
        assert p.finish() == status
    assert "grade 4" in facts(home, deck, "tiny/one-basic")


def test_today_then_enter(deck: Path, home: Path) -> None:
    with Program(("--decks", str(deck)), home=home) as p:
        screen = p.expect("Enter starts")
        assert "gets you ready" in screen
        assert "New       4" in screen
        p.type("\r", "press space")
        p.type("q", "Tomorrow")
        assert p.finish() == 0


def test_editing_a_card_keeps_its_history(deck: Path, home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f"#!{sys.executable}\nimport sys, pathlib\n"
                      "p = pathlib.Path(sys.argv[-1])\n"
                      "p.write_text(p.read_text().replace('half-line', 'side'))\n")  # fmt: skip
    editor.chmod(0o755)
    with Program(review(deck), home=home, environ={"EDITOR": str(editor)}) as p:
        p.expect("press space")
        assert "Which side starves" in p.type("e", "Which side starves")
        p.type("q", "Tomorrow")
        assert p.finish() == 0
