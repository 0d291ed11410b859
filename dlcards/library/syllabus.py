"""The syllabus: what must be known, how often interviews ask it, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from dlcards.errors import Problem
from dlcards.library import yaml12
from dlcards.library.loader import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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


class Bullet(msgspec.Struct, frozen=True):
    """A line of the topic list that the syllabus grew from, with the concepts that answer it."""

    section: str
    text: str
    concepts: tuple[str, ...] = ()


class Syllabus(NamedTuple):
    """Concepts by id and titles of decks, both in the order of learning."""

    concepts: Mapping[str, Concept]
    decks: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    bullets: tuple[Bullet, ...] = ()

    def weight(self, concept: str) -> int:
        """How often interviews ask a concept, 1 to 5."""
        known = self.concepts.get(concept)
        return known.weight if known else WEIGHT_UNKNOWN


class _Concept(msgspec.Struct):
    """A concept as it is written."""

    id: str
    title: str = ""
    weight: Annotated[int, msgspec.Meta(ge=1, le=5)] = WEIGHT_UNKNOWN
    origin: str = ""
    aspects: tuple[str, ...] = ()


class _Deck(msgspec.Struct):
    """A deck of the syllabus as it is written."""

    id: str
    title: str = ""
    concepts: tuple[_Concept, ...] = ()


class _Plan(msgspec.Struct):
    """The file; what else it holds is for other readers."""

    decks: tuple[_Deck, ...] = ()
    seed_bullets: tuple[Bullet, ...] = ()


def load(path: Path) -> Syllabus:
    """Read a syllabus; a missing file is an empty one, a faulty one is empty and says why."""
    try:
        document = yaml12.read(read_bytes(path), str(path))
    except FileNotFoundError:
        return Syllabus({}, {})
    except OSError as error:
        return _faulty(path, 0, f"cannot be read: {error.strerror or error}")
    if document.problems:
        return Syllabus({}, {}, tuple(document.problems))
    try:
        plan = msgspec.convert({} if document.data is None else document.data, _Plan)
    except msgspec.ValidationError as error:
        fact, _, at = str(error).partition(" - at `")
        return _faulty(path, document.lines.get(at.rstrip("`"), 1), f"is no syllabus: {fact}")
    return _syllabus(plan)


def _faulty(path: Path, line: int, fact: str) -> Syllabus:
    return Syllabus({}, {}, (Problem(str(path), line, "", fact, "compare the shipped one"),))


def _syllabus(plan: _Plan) -> Syllabus:
    concepts: dict[str, Concept] = {}
    for deck in plan.decks:
        for given in deck.concepts:
            concepts[given.id] = Concept(
                given.id, given.title, deck.id, len(concepts), given.weight, given.origin,
                given.aspects,
            )  # fmt: skip
    titles = {deck.id: deck.title for deck in plan.decks}
    return Syllabus(concepts, titles, bullets=plan.seed_bullets)
