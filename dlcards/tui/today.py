"""The first screen: what today holds, and Enter to begin."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from rich.text import Text

from dlcards.tui.keys import Keys
from dlcards.tui.page import Page
from dlcards.tui.terminal import signals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.tui.terminal import Terminal

LABEL = 10


def show(facts: Mapping[str, Any], terminal: Terminal, out: TextIO) -> bool:
    """Print today; returns whether to start a review."""
    page = Page(terminal, out)
    if facts["first_run"]:
        _welcome(facts, page)
    for label, value in _lines(facts):
        page.print(Text(f"{label:{LABEL}}", "card.label"), page.text(value))
    if facts["problems"]:
        page.print(
            page.text(f"{facts['problems']} problems in decks: see dlcards deck check", "card.hint")
        )
    page.blank()
    if not facts["due"] + facts["new"]:
        page.print("Nothing more today. More cards: dlcards review --new 5, or --ahead 3")
        return False
    if not terminal.interactive:
        page.print("Start with: dlcards review")
        return False
    page.print(page.text("Enter starts, q leaves.", "card.note"))
    with signals(), Keys(sys.stdin) as keys:
        return keys.read() in ("enter", " ")


def _welcome(facts: Mapping[str, Any], page: Page) -> None:
    page.print(Text("dlcards", "card.label"), " gets you ready for deep-learning interviews.")
    page.print(
        "You are asked, you answer, the answer is checked and explained; you say how well it went, "
        "and each card comes back just before you would forget it. Ten minutes a day are enough."
    )
    page.print(page.text(f"Your reviews are kept in {facts['log']}", "card.note"))
    page.blank()


def _lines(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    weakest = facts["weakest"]
    lines = [
        ("Due", str(facts["due"])),
        ("New", f"{facts['new']} today, from decks of {facts['cards']} cards"),
        ("Time", f"about {facts['minutes']:.0f} min"),
        ("Streak", f"{facts['streak']} day{'s' * (facts['streak'] != 1)}"),
    ]
    if facts["done_today"]:
        lines.append(("Today", f"{facts['done_today']} done"))
    if weakest is not None:
        lines.append(("Weakest", f"{weakest['topic']} ({weakest['share']:.0%} recalled)"))
    return lines
