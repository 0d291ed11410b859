"""Reads one deck file into cards and Problems; good cards beside a bad one still load."""

from __future__ import annotations

from itertools import islice
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.errors import Problem, near
from dlcards.library import decode, yaml12
from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dlcards.model.card import Head

DECK_FIELDS = {"deck": (str, "text"), "title": (str, "text"), "cards": (list, "a list")}
MOST_PROBLEMS = yaml12.MOST_PROBLEMS


class Placed(NamedTuple):
    """A card as it was written, with the path of its data in the file."""

    card: Head
    path: str


class Loaded(NamedTuple):
    """What one file holds; `deck` is "" where the file has no usable id."""

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
        raw = read_bytes(path)
    except OSError as error:
        fact = f"cannot be read: {error.strerror or error}"
        return Loaded(str(path), "", "", (), {}, (Problem(str(path), 0, "", fact, "check it"),))
    document = yaml12.read(raw, str(path))
    reading = _Reading(str(path), document)
    if isinstance(document.data, dict):
        return reading.deck(document.data)
    if not document.problems:
        reading.add("$", "", Fault("", "holds no deck", "begin with 'deck:', 'title:', 'cards:'"))
    return reading.loaded("", "", ())


def twice(loaded: Loaded, owner: str) -> Problem:
    """Say that a deck is in another file already."""
    line = loaded.lines.get("$.deck", 0)
    fact = f"the deck '{loaded.deck}' is in {owner} already"
    return Problem(loaded.file, line, "", fact, "give it another id")


def read_bytes(path: Path) -> bytes:
    """Return what a file holds, or the first part of what is too large; raises OSError.

    A pipe or a device could be endless, or make the program wait for ever.
    """
    if not S_ISREG(path.stat().st_mode):
        raise OSError(0, "is no plain file")
    with path.open("rb") as file:
        return file.read(yaml12.MOST_BYTES + 1)


class _Reading:
    """The faults of one file as they are found, up to a number that a person can mend."""

    def __init__(self, file: str, document: yaml12.Document) -> None:
        self.file, self.lines = file, document.lines
        self.problems = list(document.problems)

    def deck(self, data: dict[str, Any]) -> Loaded:
        """Read the fields of a deck, then its cards."""
        for fault in islice(_deck_faults(data), MOST_PROBLEMS):
            self.add("$", "", fault)
        entries = data.get("cards")
        cards = tuple(self._cards(entries if isinstance(entries, list) else []))
        deck, title = data.get("deck"), data.get("title")
        return self.loaded(
            deck if isinstance(deck, str) and decode.is_id(deck) else "",
            title if isinstance(title, str) else "",
            cards,
        )

    def loaded(self, deck: str, title: str, cards: tuple[Placed, ...]) -> Loaded:
        if len(self.problems) >= MOST_PROBLEMS:
            fact = f"has {MOST_PROBLEMS} faults or more"
            self.problems[MOST_PROBLEMS:] = [Problem(self.file, 0, "", fact, "mend the first ones")]
        return Loaded(self.file, deck, title, cards, self.lines, tuple(self.problems))

    def add(self, path: str, name: str, fault: Fault) -> None:
        self.problems.append(_placed(self.lines, self.file, path, name, fault))

    def _cards(self, entries: list[Any]) -> Iterator[Placed]:
        taken: dict[str, int] = {}
        for index, entry in enumerate(entries):
            path = f"$.cards[{index}]"
            if not isinstance(entry, dict):
                self._report(
                    path, "", [Fault("", f"card {index + 1} is no mapping", "see deck new")]
                )
                continue
            card = decode.card(entry)
            name = str(entry.get("id", ""))[:80]
            found = _faults(entry, card)
            if card is not None:
                found = [*found, *_taken(card, taken, self.lines.get(path, 0))]
            self._report(path, name, found)
            if card is not None and not found:
                yield Placed(card, path)

    def _report(self, path: str, name: str, found: Iterable[Fault]) -> None:
        for fault in islice(found, max(0, MOST_PROBLEMS + 1 - len(self.problems))):
            self.add(path, name, fault)


def _deck_faults(data: dict[str, Any]) -> Iterator[Fault]:
    for name in data:
        if name not in DECK_FIELDS:
            hint = near(name, DECK_FIELDS) or f"a deck has {', '.join(DECK_FIELDS)}"
            yield Fault(name, f"unknown field '{name}'", hint)
    for name, (type_, said) in DECK_FIELDS.items():
        if not isinstance(data.get(name), type_):
            yield Fault(name, f"'{name}' must be {said}", "see deck new")
    deck = data.get("deck")
    if isinstance(deck, str) and not decode.is_id(deck):
        yield Fault("deck", f"'{deck[:80]}' is no id", "small letters, digits and single hyphens")


def _faults(entry: dict[str, Any], card: Any) -> Iterable[Fault]:
    """Lazily what keeps an entry from being a card, or at once what its kind refuses."""
    return decode.faults(entry) if card is None else list(card.faults())


def _taken(card: Any, taken: dict[str, int], line: int) -> Iterator[Fault]:
    """Say which ids of a card and of its siblings are taken, and take them."""
    ids = [card.id, *(sibling.id for sibling in card.expand() if sibling.id != card.id)]
    for name in ids:
        if name in taken:
            what = "'id'" if name == card.id else f"'{name}', the id of a gap,"
            hint = "choose another: history hangs on it"
            yield Fault("id", f"{what} is taken (line {taken[name]})", hint)
        taken.setdefault(name, line)


def _placed(lines: dict[str, int], file: str, path: str, name: str, fault: Fault) -> Problem:
    line = _line(lines, f"{path}.{fault.field}" if fault.field else path)
    bare = fault.field and "'" not in fault.message
    message = f"'{fault.field}' {fault.message}" if bare else fault.message
    return Problem(file, line, name, message, fault.hint)


def _line(lines: dict[str, int], path: str) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path, 0)
