"""Where decks are: the paths that were named, else the user's folder before the shipped one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlcards.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDINGS = (".yaml", ".yml")
MOST_FILES = 10_000
SYLLABUS = "syllabus.yaml"  # the one file of a folder that is no deck


class Sources(NamedTuple):
    """Folders or files in the order in which a deck is looked for; the first one wins."""

    places: tuple[Path, ...]
    syllabus: Path

    def files(self) -> list[Path]:
        """Every deck file, each place in the order of names."""
        return [file for _, file in self.numbered()]

    def numbered(self) -> list[tuple[int, Path]]:
        """Every deck file with the number of its place; a file that is met twice counts once."""
        found: dict[Path, int] = {}
        for number, place in enumerate(self.places):
            for file in _files(place):
                found.setdefault(file, number)
        return [(number, file) for file, number in found.items()]


def shipped() -> Path:
    """The folder of decks that comes with the program, installed or in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "decks"  # in a wheel; an editable install has them beside the package
    return inside if inside.is_dir() else package.parent / "decks"


def sources(named: Sequence[Path], user: Path) -> Sources:
    """Return the places to look; raises UsageError for a named path that is not there."""
    for place in named:
        if not place.exists():
            raise UsageError(
                f"{place}: no such file or folder (give a deck file or a folder of them)"
            )
    places = tuple(named) or (*([user] if user.is_dir() else []), shipped())
    own = (_folder(place) / SYLLABUS for place in places)
    return Sources(places, next((path for path in own if path.is_file()), shipped() / SYLLABUS))


def _folder(place: Path) -> Path:
    return place if place.is_dir() else place.parent


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for found, file in enumerate(_inside(place)):
        if found == MOST_FILES:
            many = f"more than {MOST_FILES:,} deck files"
            raise UsageError(f"{place}: {many} (name a smaller folder)")
        yield file


def _inside(place: Path) -> Iterator[Path]:
    """Deck files of a folder, and folders that cannot be opened: reading them says why."""
    closed: list[Path] = []
    walk = os.walk(place, onerror=lambda error: closed.append(Path(error.filename)))
    for folder, subfolders, names in walk:  # does not follow links: no loops
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(ENDINGS) and name != SYLLABUS and not name.startswith("."):
                yield Path(folder, name)
    yield from closed
