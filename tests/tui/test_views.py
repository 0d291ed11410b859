"""Golden screens of a session's states, at three widths and without a screen."""

from __future__ import annotations

from io import StringIO

import pytest

from dlcards.model.card import Line, Pick, Prompt, Reveal, Verdict
from dlcards.model.doc import prose
from dlcards.session.policy import FOUR, SIX, TWO
from dlcards.session.states import Asking, Button, Done, Item, Judged, Progress, Result
from dlcards.tui import views
from dlcards.tui.page import Page
from dlcards.tui.terminal import Terminal

ITEM = Item("losses-core/mse", "losses-core", "mse", "review", new=True)
PROGRESS = Progress(2, 8, 3, 1, 65_000)


def page(width: int = 60, *, plain: bool = False, unicode: bool = True) -> tuple[Page, StringIO]:
    out = StringIO()
    return Page(Terminal(width, 24, unicode, False, plain, False), out), out


def judged(buttons: tuple[Button, ...], suggested: int) -> Judged:
    prompt = Prompt(prose("Why?"), Reveal())
    return Judged(ITEM, 1, prompt, "x", Verdict(1.0, "read as 2"), prose("So.", "answer"), buttons, suggested, 900, PROGRESS)  # type: ignore[arg-type]  # fmt: skip


def labelled(scale: tuple[tuple[int, str], ...]) -> tuple[Button, ...]:
    return tuple(Button(grade, label, days) for (grade, label), days in zip(scale, (1, 6, 45, 800, 5, 5), strict=False))  # type: ignore[arg-type]  # fmt: skip


QUESTION_NARROW = """\
losses-core · new     █░░░░░░ 2/10  1:05

Which one is right?

  1  The mean
  2  The √2 of it
"""
QUESTION_ALOUD = """\
losses-core - new. Card 3 of 10. 1:05

Which one is right?

  1  The mean
  2  The √2 of it
"""


@pytest.mark.parametrize(
    ("width", "plain", "looks"),
    [(40, False, QUESTION_NARROW), (40, True, QUESTION_ALOUD)],
    ids=["narrow", "aloud"],
)
def test_question(width: int, plain: bool, looks: str) -> None:
    where, out = page(width, plain=plain)
    prompt = Prompt(prose("Which one is right?"), Pick(("The mean", r"The $\sqrt{2}$ of it")))
    views.question(Asking(ITEM, 1, prompt, PROGRESS), where)
    assert out.getvalue().replace("√(2)", "√2") == looks


BUTTONS = [
    ("four", labelled(FOUR), 4, " 1 Again 1d   2 Hard 6d  [3 Good 1.5mo]  4 Easy 2.2y", "Good"),
    ("two, nearest is taken", labelled(TWO), 5, " 1 Again 1d  [2 Good 6d]", "Good"),
    ("a tie takes the lower", labelled(TWO), 2, "[1 Again 1d]  2 Good 6d", "Again"),
    ("none moves", tuple(Button(g, n) for g, n in FOUR), 1, "[1 Again]  2 Hard   3 Good   4 Easy", "Again"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("buttons", "suggested", "row", "taken"), [b[1:] for b in BUTTONS], ids=[b[0] for b in BUTTONS]
)
def test_buttons(buttons: tuple[Button, ...], suggested: int, row: str, taken: str) -> None:
    where, out = page(80)
    views.buttons(judged(buttons, suggested), where)
    assert out.getvalue() == f"\n{row}\nEnter takes {taken}, ? for help\n"


@pytest.mark.parametrize("width", [24, 40, 80])
def test_buttons_are_never_cut(width: int) -> None:
    where, out = page(width)
    views.buttons(judged(labelled(SIX), 0), where)
    assert all(f"{grade} {label}" in out.getvalue() for grade, label in SIX)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (Prompt((), Reveal()), "press space"),
        (Prompt((), Pick(("a", "b"))), "number of the right one"),
        (Prompt((), Pick(("a", "b"), several=True)), "then Enter"),
        (Prompt((), Line("a scalar, within 1 %")), "Type a scalar, within 1 %"),
    ],
    ids=["reveal", "pick", "pick several", "line"],
)
def test_how_to_reply_is_said(prompt: Prompt, said: str) -> None:
    where, out = page()
    views.prompt_line(prompt, where)
    assert said in out.getvalue()


def result(grade: int, mode: str = "review") -> Result:
    return Result(Item("losses-core/x", "losses-core", mode=mode), grade, 1000)  # type: ignore[arg-type]


SUMMARIES = [
    ("all done", Done("finished", (result(4), result(1), result(4, "drill")), 0, 61_000),
     ["Done for now.", "2 cards, 1 recalled (50%), in 1:01", "losses-core  1/2", "Tomorrow: 7 due."]),
    ("nothing due", Done("finished", (), 0, 0), ["Nothing is due.", "Tomorrow: 7 due."]),
    ("stopped", Done("stopped", (result(4),), 3, 1000), ["Stopped; 3 cards wait."]),
    ("time", Done("time", (result(4),), 3, 1000), ["Time is up; 3 cards wait."]),
    ("a card was left out", Done("finished", (), 0, 0, ("card 'x': broken",)), ["Left out: card 'x': broken"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("done", "said"), [s[1:] for s in SUMMARIES], ids=[s[0] for s in SUMMARIES]
)
def test_summary(done: Done, said: list[str]) -> None:
    where, out = page()
    views.summary(done, 7, where)
    assert all(line in out.getvalue() for line in said)
