"""The shipped decks hold every rule of good cards, and every number on them is computed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dlcards.library import loader, rules, syllabus
from dlcards.library.sources import shipped
from dlcards.tex import width
from dlcards.tui.signs import ascii_only

if TYPE_CHECKING:
    from pathlib import Path

DECKS = sorted(shipped().glob("[0-9]*.yaml"))
SCHEMA = "# yaml-language-server: $schema=../dlcards/library/deck.schema.json"


@pytest.mark.parametrize("path", DECKS, ids=[path.stem for path in DECKS])
def test_deck_check_finds_nothing(path: Path) -> None:
    loaded = loader.load(path)
    found = [
        *loaded.problems,
        *rules.problems([loaded], syllabus.load(shipped() / "syllabus.yaml")),
    ]
    assert [str(problem) for problem in found] == []
    assert path.read_text(encoding="utf-8").startswith(SCHEMA)


@pytest.mark.parametrize("path", DECKS, ids=[path.stem for path in DECKS])
def test_a_deck_is_the_syllabus_s_and_fits_a_terminal(path: Path) -> None:
    loaded = loader.load(path)
    plan = syllabus.load(shipped() / "syllabus.yaml")
    assert loaded.title == plan.decks[loaded.deck]
    assert path.name == f"{list(plan.decks).index(loaded.deck) + 1:02}-{loaded.deck}.yaml"
    for placed in loaded.cards:
        assert plan.concepts[placed.card.concept].deck == loaded.deck, placed.card.id
        for row in getattr(placed.card, "front", "").split("\n"):
            if row.startswith((" ", "┌", "│", "└")):  # a drawing, not prose that wraps
                assert width(row) <= 78, (placed.card.id, row)
                assert ascii_only(row).isascii()


def test_ids_are_unique_over_all_decks_of_one_topic() -> None:
    keys = Counter(
        (loaded.deck, placed.card.id)
        for path in DECKS
        for loaded in [loader.load(path)]
        for placed in loaded.cards
    )
    assert [key for key, count in keys.items() if count > 1] == []
