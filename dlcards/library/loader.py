"""Reads one deck file into cards and Problems; good cards beside a bad one still load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.errors import Problem, near
from dlcards.library import decode, yaml12

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dlcards.model.card import Fault, Head

DECK_FIELDS = ("deck", "title", "cards")


class Placed(NamedTuple):
    """A card as it was written, with the path of its data in the file."""

    card: Head
    path: str


class Loaded(NamedTuple):
    """What one file holds."""

    file: str
    deck: str
    title: str
    cards: tuple[Placed, ...]
    lines: dict[str, int]
    problems: tuple[Problem, ...]

    def problem(self, placed: Placed, fault: Fault) -> Problem:
        """Give a fault of a card its place."""
        return _placed(self.lines, self.file, placed.path, placed.card.id, fault)


def load(path: Path) -> Loaded:
    """Read a deck file. Never raises for anything that a file can hold."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        fault = Problem(str(path), 0, "", f"cannot be read: {error.strerror}", "check the file")
        return Loaded(str(path), "", "", (), {}, (fault,))
    document = yaml12.read(raw, str(path))
    problems = list(document.problems)
    problems += _deck_problems(document, str(path))
    data = document.data if isinstance(document.data, dict) else {}
    entries = data.get("cards")
    cards = list(
        _cards(document, str(path), entries if isinstance(entries, list) else [], problems)
    )
    deck, title = (str(data.get(name) or "") for name in ("deck", "title"))
    return Loaded(str(path), deck, title, tuple(cards), document.lines, tuple(problems))


def _deck_problems(document: yaml12.Document, file: str) -> Iterator[Problem]:
    data, lines = document.data, document.lines
    if not isinstance(data, dict):
        if not document.problems:
            yield Problem(
                file, 1, "", "holds no deck", "begin with 'deck: name', 'title:' and 'cards:'"
            )
        return
    for name in data:
        if name not in DECK_FIELDS:
            hint = near(name, DECK_FIELDS) or f"a deck has {', '.join(DECK_FIELDS)}"
            yield Problem(file, _line(lines, f"$.{name}"), "", f"unknown field '{name}'", hint)
    for name, type_, said in (
        ("deck", str, "text"),
        ("title", str, "text"),
        ("cards", list, "a list"),
    ):
        if not isinstance(data.get(name), type_):
            yield Problem(
                file, _line(lines, f"$.{name}"), "", f"'{name}' must be {said}", "see deck new"
            )


def _cards(
    document: yaml12.Document, file: str, entries: list[Any], problems: list[Problem]
) -> Iterator[Placed]:
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries):
        path = f"$.cards[{index}]"
        line = _line(document.lines, path)
        if not isinstance(entry, dict):
            problems.append(
                Problem(file, line, "", f"card {index + 1} is no mapping", "see deck new")
            )
            continue
        name = str(entry.get("id", ""))
        found, faults = decode.card(entry)
        if found is not None:
            faults = list(_own_faults(found))
        if found is not None and name in seen:
            line = _line(document.lines, f"{path}.id")
            problems.append(
                Problem(
                    file,
                    line,
                    name,
                    f"the id is taken (line {seen[name]})",
                    "choose another: history hangs on it",
                )
            )
            continue
        seen.setdefault(name, line)
        problems += (_placed(document.lines, file, path, name, fault) for fault in faults)
        if found is not None and not faults:
            yield Placed(found, path)


def _own_faults(card: Any) -> Iterable[Fault]:
    return card.faults()  # type: ignore[no-any-return]  # every kind has the methods of Card


def _placed(lines: dict[str, int], file: str, path: str, name: str, fault: Fault) -> Problem:
    line = _line(lines, f"{path}.{fault.field}" if fault.field else path)
    said = (
        fault.message
        if "'" in fault.message or not fault.field
        else f"'{fault.field}' {fault.message}"
    )
    return Problem(file, line, name, said, fault.hint)


def _line(lines: dict[str, int], path: str) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path, 0)
