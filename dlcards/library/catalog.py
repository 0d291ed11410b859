"""Every card at hand without reading YAML: questions to the compiled copy of the decks."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.errors import DeckError, Problem, UsageError, near
from dlcards.library.compiled import compiled, refresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from dlcards.library.compiled import Copy
    from dlcards.library.sources import Sources
    from dlcards.model.card import Card

_COLUMNS = "key, position, deck, concept, aspect, kind, weight, text, family, file, line"
_PROBLEMS = """SELECT problems FROM (SELECT '' AS path, problems FROM meta
               UNION ALL SELECT path, problems FROM file)
               WHERE problems IS NOT NULL ORDER BY path"""
_DECKS = """SELECT file.deck, file.title, file.path, count(card.key) FROM file
            LEFT JOIN card ON card.file = file.path
            GROUP BY file.path ORDER BY coalesce(min(card.position), 1e18), file.path"""


class Entry(NamedTuple):
    """What is known of a card without opening it. `text` is shared by the gaps of one cloze."""

    key: str
    position: int
    deck: str
    concept: str
    aspect: str
    kind: str
    weight: int
    text: str
    family: str
    file: str
    line: int


class DeckInfo(NamedTuple):
    """One deck."""

    id: str
    title: str
    file: str
    cards: int


class Catalog:
    """The cards of some sources. Open it with `Catalog.open`."""

    def __init__(self, copy: Copy, sources: Sources) -> None:
        self.path = copy.path
        self._copy = copy
        self._sources = sources

    @classmethod
    def open(cls, sources: Sources, cache: Path) -> Catalog:
        """Open the compiled copy, bringing it up to date first.

        Falls back to a copy of its own for this run where `cache` cannot be written.
        """
        return cls(compiled(sources, cache), sources)

    def refresh(self) -> None:
        """Read again what has changed, such as a deck that was edited meanwhile."""
        try:
            refresh(self._copy, self._sources)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.close()

    def __len__(self) -> int:
        (row,) = self._rows("SELECT count(*) FROM card")
        return int(row[0])

    def card(self, key: str) -> Card:
        """Return a card; raises UsageError with near keys."""
        for row in self._rows("SELECT body FROM card WHERE key = ?", (key,)):
            return _decoded(row[0])
        raise self._absent(key)

    def entry(self, key: str) -> Entry:
        """Return what is known of a card; raises UsageError with near keys."""
        for row in self._rows(f"SELECT {_COLUMNS} FROM card WHERE key = ?", (key,)):
            return Entry(*row)
        raise self._absent(key)

    def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """Return what is known of those of the keys that are in the decks."""
        query = f"SELECT {_COLUMNS} FROM card WHERE key = ?"
        return {row[0]: Entry(*row) for key in keys for row in self._rows(query, (key,))}

    def all(self, topic: str = "") -> Iterator[Entry]:
        """Every card, or those of one deck or concept, in the order of learning."""
        where, values = ("WHERE deck = ? OR concept = ?", (topic, topic)) if topic else ("", ())
        query = f"SELECT {_COLUMNS} FROM card {where} ORDER BY position"
        return (Entry(*row) for row in self._rows(query, values))

    def topic(self, word: str) -> str:
        """Return the deck or concept that a word names; raises UsageError with near names."""
        known, small = self.topics(), word.lower()
        if small in known:
            return small
        inside = [name for name in known if small in name]
        if len(inside) == 1:
            return inside[0]
        several = f"one of {', '.join(inside[:5])}" if inside else "see deck list"
        hint = near(small, known) or several
        raise UsageError(f"topic '{word}': no deck or concept has that name ({hint})")

    def topics(self) -> list[str]:
        """The ids of decks, then of concepts, in the order of learning."""
        decks, concepts = (
            [
                row[0]
                for row in self._rows(
                    f"SELECT {column} FROM card GROUP BY 1 ORDER BY min(position)"
                )
            ]
            for column in ("deck", "concept")
        )
        return decks + [name for name in concepts if name not in decks]

    def decks(self) -> list[DeckInfo]:
        """Every deck with the number of its cards."""
        return [DeckInfo(*row) for row in self._rows(_DECKS)]

    def problems(self) -> list[Problem]:
        """Every fault of the syllabus and of every file."""
        import msgspec

        decode = msgspec.msgpack.Decoder(list[Problem]).decode
        return [problem for row in self._rows(_PROBLEMS) for problem in decode(row[0])]

    def has_problems(self) -> bool:
        """Whether any file has a fault."""
        return any(True for _ in self._rows(f"{_PROBLEMS} LIMIT 1"))

    def find(self, words: Sequence[str]) -> list[Entry]:
        """Cards whose key, concept or text holds every word, whatever its case."""
        wanted = [word.lower() for word in words]
        found = []
        for *columns, body in self._rows(f"SELECT {_COLUMNS}, body FROM card ORDER BY position"):
            entry = Entry(*columns)
            text = "\n".join([entry.key, entry.concept, *_texts(body)]).lower()
            if all(word in text for word in wanted):
                found.append(entry)
        return found

    def _absent(self, key: str) -> UsageError:
        keys = [row[0] for row in self._rows("SELECT key FROM card")]
        ends = [known for known in keys if known.partition("/")[2] == key]
        hint = f"did you mean '{ends[0]}'?" if ends else near(key, keys) or "see card find"
        return UsageError(f"card '{key}': not in the decks ({hint})")

    def _rows(self, query: str, values: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._copy.database.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: sqlite3.DatabaseError) -> DeckError:
        fact = f"the compiled decks cannot be read: {error}"
        return DeckError(f"{self.path}: {fact} (delete it: it is made again)")


def _decoded(body: bytes) -> Card:
    import msgspec

    from dlcards.kinds import union

    return msgspec.msgpack.decode(body, type=union())  # type: ignore[no-any-return]


def _texts(body: bytes) -> Iterator[str]:
    """Every text of a compiled card, without the names of its fields."""
    import msgspec

    waiting = [msgspec.msgpack.decode(body)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value
