"""A card with its answer, outside a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.text import Text

from dlcards.model.card import Line, Pick
from dlcards.tui import blocks
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
    if isinstance(prompt.form, Pick):
        for number, option in enumerate(prompt.form.options, 1):
            page.print(Text(f"{number}  ", "card.label"), blocks.inline(option, page), indent=2)
    elif isinstance(prompt.form, Line):
        page.print(page.text(f"Type {prompt.form.expects}.", "card.note"))
    for hint in card.hints:
        page.print(Text("Hint  ", "card.label"), blocks.inline(hint, page))
    page.rule()
    blocks.show(card.explain(), page)
    page.print(page.text(place, "card.note"))
