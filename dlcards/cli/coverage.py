"""Shows what of the syllabus the decks ask."""

from __future__ import annotations

import json as json_
from itertools import groupby
from typing import TYPE_CHECKING

from dlcards.library.coverage import Row
from dlcards.library.coverage import coverage as covered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlcards.cli.rim import Rim
    from dlcards.library.syllabus import Syllabus


def coverage(rim: Rim, topic: str, *, seed: bool, json: bool) -> None:
    """Print the table."""
    from dlcards.library import syllabus
    from dlcards.library.sources import sources

    plan = syllabus.load(sources(rim.named_decks, rim.places.decks).syllabus)
    with rim.catalog() as catalog:
        chosen = topic and catalog.topic(topic)
        rows = [
            r for r in covered(plan, catalog.all()) if chosen in ("", r.concept.deck, r.concept.id)
        ]
    if json:
        rim.out.write(json_.dumps([_plain(row) for row in rows]) + "\n")
    elif seed:
        _bullets(rim, plan, rows)
    else:
        _table(rim, rows)


def _plain(row: Row) -> dict[str, object]:
    concept = row.concept
    return {
        "deck": concept.deck, "concept": concept.id, "weight": concept.weight, "origin": concept.origin,
        "demanded": row.demanded, "covered": row.covered, "cards": row.cards,
    }  # fmt: skip


def _table(rim: Rim, rows: Sequence[Row]) -> None:
    for deck, group in groupby(rows, key=lambda row: row.concept.deck):
        held = list(group)
        rim.out.write(f"{deck}: {_share(held)}\n")
        for row in held:
            aspects = " ".join(f"{a}{_count(len(keys))}" for a, keys in row.cards.items())
            rim.out.write(
                f"  {_sign(row)} {row.concept.id} (weight {row.concept.weight})\n      {aspects}\n"
            )
    rim.out.write(f"\nAll: {_share(rows)}\n")


def _bullets(rim: Rim, plan: Syllabus, rows: Sequence[Row]) -> None:
    """The topic list, bullet by bullet."""
    known = {row.concept.id: row for row in rows}
    section = ""
    for bullet in plan.bullets:
        held = [known[concept] for concept in bullet.concepts if concept in known]
        if not held:
            continue
        if bullet.section != section:
            section = bullet.section
            rim.out.write(f"{section}\n")
        rim.out.write(f"  {_share(held):28} {bullet.text}\n")


def _count(cards: int) -> str:
    return ":-" if not cards else f":{cards}"


def _sign(row: Row) -> str:
    return "ok" if row.covered == row.demanded else "  "


def _share(rows: Sequence[Row]) -> str:
    has, needs = sum(row.covered for row in rows), sum(row.demanded for row in rows)
    return f"{has} of {needs} demanded ({has / needs:.0%})" if needs else "nothing demanded"
