"""The syllabus: what must be known, how often interviews ask it, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.library import yaml12

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "syllabus.yaml"
WEIGHT_UNKNOWN = 3  # of a concept that no syllabus names


class Concept(NamedTuple):
    """One thing to know."""

    id: str
    title: str
    deck: str
    order: int
    weight: int
    origin: str
    aspects: tuple[str, ...]


class Syllabus(NamedTuple):
    """Concepts by id and titles of decks, both in the order of learning."""

    concepts: Mapping[str, Concept]
    decks: Mapping[str, str]

    def weight(self, concept: str) -> int:
        """How often interviews ask a concept, 1 to 5."""
        known = self.concepts.get(concept)
        return known.weight if known else WEIGHT_UNKNOWN


def load(path: Path) -> Syllabus:
    """Read a syllabus; a missing file is an empty one."""
    data = yaml12.read(path.read_bytes(), path.name).data if path.is_file() else {}
    decks: list[dict[str, Any]] = data.get("decks", []) if isinstance(data, dict) else []
    concepts: dict[str, Concept] = {}
    for deck in decks:
        for entry in deck["concepts"]:
            concepts[entry["id"]] = Concept(
                entry["id"], entry["title"], deck["id"], len(concepts), entry["weight"],
                entry["origin"], tuple(entry["aspects"]),
            )  # fmt: skip
    return Syllabus(concepts, {deck["id"]: deck["title"] for deck in decks})
