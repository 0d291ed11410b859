"""Derive, order, rubric and code cards in the real program: terminal, pipe and JSON lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from running import dlcards
from terminal import Program

if TYPE_CHECKING:
    from pathlib import Path

DECK = r"""
deck: fresh
title: Formulas, orders, explanations, programs
cards:
- id: one-derive
  kind: derive
  concept: one
  aspect: derive
  front: 'A logit $z$ gives $p = \sigma(z)$, and $L = -y \ln p - (1-y)\ln(1-p)$. What is $dL/dz$?'
  variables: {p: {domain: unit}, y: {domain: unit}}
  key: p - y
  steps:
  - {expr: '(-y/p + (1-y)/(1-p))*p*(1-p)', note: Chain rule.}
  - {expr: p - y}
  hints: ['Write the derivative as $dL/dp \cdot dp/dz$.']
- id: two-order
  kind: order
  concept: two
  aspect: code
  front: Put one training step into its order.
  items: [forward, loss, backward, update]
- id: three-rubric
  kind: rubric
  concept: three
  aspect: definition
  front: Explain batch normalisation.
  seconds: 60
  points:
  - {text: 'Per channel, subtract the mean.', ask: 'Which statistics normalise a channel?', weight: 2}
  - {text: 'A learned scale and shift follow.', ask: 'Which two parameters are learned?'}
  - {text: 'Inference uses running averages.', ask: 'Which statistics at inference?', weight: 2}
- id: four-code
  kind: code
  concept: four
  aspect: code
  front: Implement softmax over the last axis.
  op: softmax
  parameters: [input]
  cases:
  - inputs: {input: [1, 2]}
  - inputs: {input: [[1000, 0, -1000]]}
    trap: 'exp(1000) overflows: subtract the largest logit first.'
"""
NAIVE = "import numpy as np\ndef softmax(input):\n    e = np.exp(input)\n    return e / e.sum(-1, keepdims=True)\n"
RIGHT = NAIVE.replace("np.exp(input)", "np.exp(input - input.max(-1, keepdims=True))")
EDITOR = """\
#!{python}
import pathlib, sys
path, texts = pathlib.Path(sys.argv[-1]), pathlib.Path({texts!r})
found = sorted(texts.iterdir())
(texts.parent / 'opened').open('a').write(path.read_text() + '---')
if found:
    path.write_text(found[0].read_text())
    found[0].unlink()
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "fresh.yaml"
    path.write_text(DECK, encoding="utf-8")
    return path


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """An editor that writes the naive program first, then the right one."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "1").write_text(NAIVE)
    (texts / "2").write_text(RIGHT)
    path = tmp_path / "editor"
    path.write_text(EDITOR.format(python=sys.executable, texts=str(texts)))
    path.chmod(0o755)
    return path


def review(deck: Path, *options: str) -> tuple[str, ...]:
    return ("--decks", str(deck), "review", "--seed", "1", *options)


def ordered(screen: str, *words: str) -> str:
    """The keys that put the options of a screen into this order."""
    rows = [row.split() for row in screen.split("\n") if row[2:3].isdigit()]
    key = {words[1]: words[0] for words in rows if len(words) == 2}
    return "".join(key[word] for word in words)


def only(deck: Path, card: str) -> Path:
    """The deck with one of its cards."""
    head, *cards = deck.read_text("utf-8").split("- id: ")
    deck.write_text(head + "".join(f"- id: {c}" for c in cards if c.startswith(card)), "utf-8")
    return deck


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("environ", [{}, {"DLCARDS_PLAIN": "1"}], ids=["screen", "aloud"])
def test_one_card_of_every_new_kind(
    deck: Path, home: Path, editor: Path, columns: int, environ: dict[str, str]
) -> None:
    environ = {"EDITOR": str(editor), **environ}
    with Program(review(deck), home=home, columns=columns, environ=environ) as p:
        p.expect(":? for help")
        assert "negative of the" in p.type("y-p\r", "Try again").replace("\n", " ")
        assert "^" in p.type("p - q\r", "^")
        p.type("y-p\r", "same answer again")
        p.type("p(1-y)-y(1-p)\r", "Enter takes")
        assert "Right" in p.text()
        p.type("\r", "then Enter")
        p.type(ordered(p.text(), "forward", "backward", "loss", "update") + "\r", "Enter takes")
        assert "3 of 4 are in order; the other must move." in " ".join(p.text().split())
        p.type("4", "you have done")
        p.type(" ", "then Enter")
        p.type("31\r", "Enter takes")
        assert "Partly right (80%)" in p.text()
        p.type("\r", "gives up")
        p.type("\r", "shows the solution" if columns == 80 else "the solution.")
        assert "Case 2 of 2 fails" in p.text()
        assert "subtract the largest" in " ".join(p.text().split())
        p.type("\r", "Enter takes")
        assert "reference implementation" in " ".join(p.text().split())
        p.type("q", "Tomorrow")
        assert p.finish() == 0
        assert max(map(len, p.text().split("\n"))) <= columns
    assert (home / "attempts/fresh/four-code.py").read_text() == RIGHT


def test_missed_points_come_back_alone(deck: Path, home: Path) -> None:
    with Program(review(only(deck, "three")), home=home) as p:
        p.expect("you have done")
        p.type(" ", "then Enter")
        p.type("13\r", "Enter takes")
        p.type("3", "press space")
        assert "Which two parameters are learned?" in p.text()
        assert "again" in p.text()
        p.type("u", "Enter takes")
        assert "Partly right (80%)" in p.text()
        p.type("3", "press space")
        assert "A learned scale" in p.type(" ", "Enter takes")
        assert "Done for now" in p.type("3", "Tomorrow")
        assert p.finish() == 0


def test_a_clock_runs_while_the_learner_speaks(deck: Path, home: Path) -> None:
    with Program(review(only(deck, "three")), home=home) as p:
        p.expect("0:00 of 1:00")
        p.expect("0:01 of 1:00")
        p.type("?", "while typing")  # help does not end the explanation
        p.expect("0:02 of 1:00")
        rows = p.type("x", "Enter takes").split("\n")
        assert sum(" of 1:00" in row for row in rows) == 2, "each written over, not below"
        assert "Not right" in p.text()
        p.type("q", "Tomorrow")


def test_what_is_picked_stays_on_one_line(deck: Path, home: Path) -> None:
    with Program(review(only(deck, "two")), home=home) as p:
        p.expect("then Enter")
        p.type("1", "Picked: 1")
        p.type("2", "Picked: 1 2")
        p.type("\x7f", "Picked: 1")
        p.type("3", "Picked: 1 3")
        p.type("3", "Picked: 1")
        p.type("243", "Picked: 1 2 4 3")
        p.type("\r", "Enter takes")
        assert p.text().count("Picked") == 1
        assert "read as 1 2 4 3" in p.text()
        p.type("q", "Tomorrow")


def test_an_attempt_is_kept_and_the_next_review_begins_anew(
    deck: Path, home: Path, editor: Path
) -> None:
    only(deck, "four")
    for now, keys in (("2026-01-01", "\r"), ("2026-02-01", "x")):
        environ = {"EDITOR": str(editor), "DLCARDS_NOW": now}
        with Program(review(deck), home=home, environ=environ) as p:
            p.expect("gives up")
            p.type("\r", "Enter takes" if keys == "x" else "x shows")
            if keys == "\r":
                p.type("x", "Enter takes")
            p.type("q", "Tomorrow")
    opened = (deck.parent / "opened").read_text().split("---")
    assert opened[0] == opened[1]
    assert opened[0].startswith("import numpy as np\n\n\ndef softmax(input):")
    folder = home / "attempts/fresh"
    assert (folder / "four-code.last.py").read_text() == NAIVE
    assert (folder / "four-code.py").read_text() == RIGHT


@pytest.mark.parametrize("program", ["/nowhere/editor", "'", ""], ids=["missing", "quote", "empty"])
def test_an_editor_that_does_not_start_loses_nothing(deck: Path, home: Path, program: str) -> None:
    environ = {"EDITOR": program, "VISUAL": "/nowhere/vi"} if not program else {"EDITOR": program}
    with Program(review(only(deck, "four")), home=home, environ=environ) as p:
        p.expect("gives up")
        p.type("\r", "set EDITOR")
        p.type("e", "set EDITOR")
        assert "softmax" in p.type("x", "Enter takes")
        p.type("1", "gives up")  # graded, and asked again
        p.type("q", "Tomorrow")
        assert p.finish() == 0


def test_a_pipe_answers_every_kind(deck: Path, home: Path) -> None:
    replies = ["p-y", "", "1 2 3 4", "", "", "1 3", "", *RIGHT.splitlines(), ".", ":q"]
    done = dlcards(*review(deck), home=home, input="\n".join([*replies, ""]))
    assert done.returncode == 0
    assert "Partly right (80%)" in done.stdout
    assert "all 2 cases agree" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("ending", ["", "import numpy\n", ":q\n"], ids=["nothing", "half", "quit"])
def test_the_end_of_a_pipe_is_no_answer(deck: Path, home: Path, ending: str) -> None:
    done = dlcards(*review(only(deck, "four")), home=home, input=ending)
    assert done.returncode == 0
    history = dlcards("--decks", str(deck), "card", "history", "fresh/four-code", home=home)
    assert "not seen yet" in history.stdout


def test_json_lines_answer_every_kind(deck: Path, home: Path) -> None:
    events: list[dict[str, Any]] = [
        {"event": "answer", "reply": "p/y"}, {"event": "hint"}, {"event": "answer", "reply": "p-y"},
        {"event": "rate", "grade": 4}, {"event": "answer", "reply": "1 2 3 4 5"},
        {"event": "answer", "reply": "1 2 3 4"}, {"event": "rate", "grade": 4},
        {"event": "answer", "reply": "3 1 2"}, {"event": "rate"},
        {"event": "answer", "reply": NAIVE}, {"event": "answer", "reply": RIGHT},
        {"event": "rate", "grade": 4},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, events))
    done = dlcards(*review(deck, "--json"), home=home, input=lines)
    assert (done.returncode, done.stderr) == (0, "")
    states = list(map(json.loads, done.stdout.splitlines()))
    assert [s.get("state", "error") for s in states].count("error") == 0
    forms = [s["prompt"]["form"] for s in states if s["state"] == "asking"]
    assert list(dict.fromkeys(form["type"] for form in forms)) == [
        "line",
        "arrange",
        "tick",
        "edit",
    ]
    assert forms[-1]["stub"].startswith("import numpy as np\n")
    judged = [s for s in states if s["state"] == "judged"]
    assert [s["suggested"] for s in judged] == [3, judged[1]["suggested"], 5, 3]
    assert states[-1]["state"] == "done"
    assert [r["grade"] for r in states[-1]["results"]] == [4, 4, 5, 4]
    history = dlcards("--decks", str(deck), "card", "history", "fresh/four-code", home=home)
    assert "grade 4" in history.stdout
