"""A card with its answer, outside a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.text import Text

from dlcards.model.card import Edit, Line, Tick
from dlcards.model.doc import Code
from dlcards.tui import blocks, views
from dlcards.tui.page import Page

if TYPE_CHECKING:
    from dlcards.model.card import Card
    from dlcards.tui.terminal import Terminal


def show(card: Card, title: str, place: str, terminal: Terminal, out: TextIO) -> None:
    """Print question, form of the reply, hints and explanation."""
    page = Page(terminal, out)
    prompt = card.ask()
    page.print(page.text(title, "card.head"))
    page.blank()
    blocks.show(prompt.doc, page)
    views.options(prompt, page)
    match prompt.form:
        case Line():
            page.print(page.text(f"Type {prompt.form.expects}.", "card.note"))
        case Tick():
            views.numbered(prompt.form.points, page)
        case Edit():
            blocks.show((Code(prompt.form.stub),), page)
    for hint in card.hints:
        page.print(Text("Hint  ", "card.label"), blocks.inline(hint, page))
    page.rule()
    blocks.show(card.explain(), page)
    page.print(page.text(place, "card.note"))
