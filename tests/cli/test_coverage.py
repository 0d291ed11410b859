"""What of the syllabus is asked: the demanded slots, their count, the table's forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import dlcards

from dlcards.library.catalog import Catalog
from dlcards.library.coverage import coverage, demanded
from dlcards.library.sources import shipped, sources
from dlcards.library.syllabus import Concept, load

if TYPE_CHECKING:
    from pathlib import Path

FOUR = ("definition", "formula", "compute", "pitfall")
DEMANDS = [  # weight, origin, aspects, how many must have a card
    (5, "seed", FOUR, 4),
    (1, "seed", FOUR, 4),
    (2, "notes", FOUR, 4),
    (5, "ours", FOUR, 4),
    (4, "ours", FOUR, 4),
    (3, "ours", FOUR, 2),
    (3, "ours", FOUR[:1], 1),
    (2, "ours", FOUR, 1),
    (1, "ours", (), 0),
]


@pytest.mark.parametrize(("weight", "origin", "aspects", "count"), DEMANDS)
def test_how_many_aspects_are_demanded(
    weight: int, origin: str, aspects: tuple[str, ...], count: int
) -> None:
    assert demanded(Concept("x", "X", "deck", 0, weight, origin, aspects)) == count


def test_a_row_counts_aspects_not_cards(tmp_path: Path) -> None:
    (tmp_path / "syllabus.yaml").write_text(
        "decks:\n- id: d\n  concepts:\n"
        "  - {id: x, weight: 5, origin: seed, aspects: [definition, formula]}\n"
    )
    card = "- {{id: {0}, kind: basic, concept: x, aspect: {1}, front: Why?, back: So.}}\n"
    cards = "".join(
        card.format(n, a) for n, a in (("a", "definition"), ("b", "definition"), ("c", "pitfall"))
    )
    (tmp_path / "d.yaml").write_text(f"deck: d\ntitle: D\ncards:\n{cards}")
    found = sources([tmp_path], tmp_path)
    with Catalog.open(found, tmp_path / "cache") as catalog:
        (row,) = coverage(load(found.syllabus), catalog.all())
    assert row.cards == {"definition": ("d/a", "d/b"), "formula": ()}
    assert (row.covered, row.demanded) == (1, 2)


@pytest.mark.parametrize("arguments", ["", "activations", "--seed"])
def test_the_command_speaks_of_shares(arguments: str, tmp_path: Path) -> None:
    done = dlcards("deck", "coverage", *arguments.split(), home=tmp_path)
    assert done.returncode == 0
    assert " demanded (" in done.stdout


def test_every_demanded_slot_has_its_card(tmp_path: Path) -> None:
    rows = json.loads(dlcards("deck", "coverage", "--json", home=tmp_path).stdout)
    shipped_decks = {path.stem[3:] for path in shipped().glob("[0-9]*.yaml")}
    missing = [
        r["concept"] for r in rows if r["deck"] in shipped_decks and r["covered"] < r["demanded"]
    ]
    assert missing == []
