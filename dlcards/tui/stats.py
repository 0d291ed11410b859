"""The learner's figures on one calm screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from rich.text import Text

from dlcards.tui import plot
from dlcards.tui.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.tui.terminal import Terminal

LABEL = 11
MOST_LEECHES = 5


def show(facts: Mapping[str, Any], terminal: Terminal, out: TextIO) -> None:
    """Print reviews, retention by topic, forecast, leeches."""
    page = Page(terminal, out)
    cards, reviews, recall = facts["cards"], facts["reviews"], facts["retention"]
    _line(
        page,
        "Cards",
        f"{cards['seen']} of {cards['in_decks']} met, {cards['mature']} mature, {cards['suspended']} suspended",
    )
    _line(
        page,
        "Reviews",
        f"{reviews['all']} in all, {reviews['today']} today in {reviews['minutes_today']} min",
    )
    _line(page, "Streak", f"{facts['streak']} day{'s' * (facts['streak'] != 1)}")
    _retention(recall, page)
    _forecast(facts["forecast"], page)
    _leeches(facts, page)


def _line(page: Page, label: str, text: str) -> None:
    page.print(Text(f"{label:{LABEL}}", "card.label"), page.text(text))


def _retention(recall: Mapping[str, Any], page: Page) -> None:
    if recall["share"] is None:
        _line(page, "Retention", "none yet: it counts from a card's second day")
        return
    _line(
        page,
        "Retention",
        f"{recall['share']:.0%} of {recall['total']} reviews in {recall['days']} days",
    )
    rows = sorted(recall["topics"].items(), key=lambda item: item[1]["share"])
    if page.terminal.plain:
        for topic, row in rows:
            page.print(f"{topic}: {row['share']:.0%} of {row['total']}")
        return
    bars = plot.bars(
        [(topic, row["share"]) for topic, row in rows],
        width=min(page.width, 76) - 2,
        ascii=page.ascii,
        total=1.0,
    )
    page.rows(bars, indent=2)


def _forecast(forecast: Mapping[str, Any], page: Page) -> None:
    days = forecast["days"]
    page.blank()
    _line(page, "Overdue", str(forecast["overdue"]))
    if page.terminal.plain:
        page.print("Due from today on: " + ", ".join(map(str, days)))
        return
    _line(
        page,
        "Next days",
        f"{plot.spark(days, ascii=page.ascii)}  {days[0]} today, {days[1]} tomorrow, {sum(days)} in {len(days)} days",
    )


def _leeches(facts: Mapping[str, Any], page: Page) -> None:
    for card in facts["leeches"][:MOST_LEECHES]:
        _line(
            page, "Leech", f"{card}: it keeps slipping; reformulate or split it (dlcards card show)"
        )
    others = sorted(set(facts["reformulate"]) - set(facts["leeches"]))
    if others:
        _line(page, "Hard", f"{len(others)} cards at the lowest ease, such as {others[0]}")
