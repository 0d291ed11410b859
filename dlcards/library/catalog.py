"""Every card at hand without reading YAML: a compiled copy of the decks in one SQLite file.

The copy is keyed by program version, sources and each file's size and time of change; whatever does
not fit is read again, a damaged file is made anew, and deleting it costs one slower start.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards import __version__
from dlcards.errors import Problem, UsageError, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dlcards.library.loader import Loaded
    from dlcards.library.sources import Sources
    from dlcards.library.syllabus import Syllabus
    from dlcards.model.card import Card

LAYOUT = 3  # of the tables below; another number makes every older copy unfit
PER_DECK = 1_000_000  # positions of a deck's cards: deck rank × this + place in the deck

_TABLES = """
CREATE TABLE file(path TEXT PRIMARY KEY, stamp TEXT, deck TEXT, title TEXT, source INTEGER,
                  problems BLOB) WITHOUT ROWID;
CREATE TABLE card(key TEXT PRIMARY KEY, position INTEGER, deck TEXT, concept TEXT, aspect TEXT,
                  kind TEXT, weight INTEGER, text TEXT, family TEXT, file TEXT, line INTEGER,
                  body BLOB) WITHOUT ROWID;
CREATE INDEX card_position ON card(position);
CREATE INDEX card_deck ON card(deck, position);
CREATE INDEX card_file ON card(file);
CREATE TABLE meta(stamp TEXT);
"""
_COLUMNS = "key, position, deck, concept, aspect, kind, weight, text, family, file, line"


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

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database

    @classmethod
    def open(cls, sources: Sources, cache: Path) -> Catalog:
        """Open the compiled copy, bringing it up to date first.

        Falls back to a copy of its own for this run where `cache` cannot be written.
        """
        name = f"cards-{_digest(sources)}.sqlite"
        try:
            cache.mkdir(parents=True, exist_ok=True)
            return _current(cache / name, sources)
        except OSError:
            return _temporary(sources, name)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                return _temporary(sources, name)
            (cache / name).unlink(missing_ok=True)
            return _current(cache / name, sources)

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM card").fetchone()[0])

    def card(self, key: str) -> Card:
        """Return a card; raises UsageError with near keys."""
        row = self._database.execute("SELECT body FROM card WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise UsageError(f"card '{key}': not in the decks ({self._near(key)})")
        return _decoded(row[0])

    def entry(self, key: str) -> Entry:
        """Return what is known of a card; raises UsageError with near keys."""
        found = self.entries([key])
        if not found:
            raise UsageError(f"card '{key}': not in the decks ({self._near(key)})")
        return found[key]

    def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """Return what is known of those of the keys that are in the decks."""
        rows = (
            self._database.execute(f"SELECT {_COLUMNS} FROM card WHERE key = ?", (key,)).fetchone()
            for key in keys
        )
        return {row[0]: Entry(*row) for row in rows if row}

    def all(self, topic: str = "") -> Iterator[Entry]:
        """Every card, or those of one deck or concept, in the order of learning."""
        where, values = ("WHERE deck = ? OR concept = ?", (topic, topic)) if topic else ("", ())
        query = f"SELECT {_COLUMNS} FROM card {where} ORDER BY position"
        return (Entry(*row) for row in self._database.execute(query, values))

    def topic(self, word: str) -> str:
        """Return the deck or concept that a word names; raises UsageError with near names."""
        known = self.topics()
        if word in known:
            return word
        inside = [name for name in known if word.lower() in name]
        if len(inside) == 1:
            return inside[0]
        hint = near(word, known) or (
            f"one of {', '.join(inside[:5])}" if inside else "see deck list"
        )
        raise UsageError(f"topic '{word}': no deck or concept has that name ({hint})")

    def topics(self) -> list[str]:
        """The ids of decks, then of concepts, in the order of learning."""
        decks = [
            row[0]
            for row in self._database.execute(
                "SELECT deck FROM card GROUP BY deck ORDER BY min(position)"
            )
        ]
        concepts = [
            row[0]
            for row in self._database.execute(
                "SELECT concept FROM card GROUP BY concept ORDER BY min(position)"
            )
        ]
        return decks + [name for name in concepts if name not in decks]

    def decks(self) -> list[DeckInfo]:
        """Every deck with the number of its cards."""
        query = """SELECT file.deck, file.title, file.path, count(card.key) FROM file
                   LEFT JOIN card ON card.file = file.path
                   GROUP BY file.path ORDER BY coalesce(min(card.position), 1e18), file.path"""
        return [DeckInfo(*row) for row in self._database.execute(query)]

    def problems(self) -> list[Problem]:
        """Every fault of every file."""
        import msgspec

        rows = self._database.execute(
            "SELECT problems FROM file WHERE problems IS NOT NULL ORDER BY path"
        )
        return [p for row in rows for p in msgspec.msgpack.decode(row[0], type=list[Problem])]

    def has_problems(self) -> bool:
        """Whether any file has a fault."""
        found = self._database.execute("SELECT 1 FROM file WHERE problems IS NOT NULL LIMIT 1")
        return found.fetchone() is not None

    def find(self, words: Sequence[str]) -> list[Entry]:
        """Cards whose key or text holds every word, whatever its case."""
        found = []
        for row in self._database.execute(f"SELECT {_COLUMNS}, body FROM card ORDER BY position"):
            text = f"{row[0]} {row[3]} {bytes(row[-1]).decode('utf-8', 'ignore')}".lower()
            if all(word.lower() in text for word in words):
                found.append(Entry(*row[:-1]))
        return found

    def _near(self, key: str) -> str:
        keys = [row[0] for row in self._database.execute("SELECT key FROM card")]
        ends = [known for known in keys if known.partition("/")[2] == key]
        return f"did you mean '{ends[0]}'?" if ends else near(key, keys) or "see card find"


def _decoded(body: bytes) -> Card:
    import msgspec

    from dlcards.kinds import union

    return msgspec.msgpack.decode(body, type=union())  # type: ignore[no-any-return]


def _digest(sources: Sources) -> str:
    named = "\n".join(
        [str(LAYOUT), __version__, *(str(place.resolve()) for place in sources.places)]
    )
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _current(path: Path, sources: Sources) -> Catalog:
    fresh = not path.exists()
    database = sqlite3.connect(path, isolation_level=None, timeout=10)
    database.execute("PRAGMA synchronous = OFF")  # a lost copy is read again from the decks
    if fresh or not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        _with_lock(database, lambda: _create(database))
    _Refresh(database, sources).run()
    return Catalog(path, database)


def _temporary(sources: Sources, name: str) -> Catalog:
    folder = Path(tempfile.mkdtemp(prefix="dlcards-"))
    catalog = _current(folder / name, sources)
    import atexit
    import shutil

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return catalog


def _with_lock(database: sqlite3.Connection, work: Any) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        work()
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _create(database: sqlite3.Connection) -> None:
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        for statement in _TABLES.split(";"):
            database.execute(statement)


class _Refresh:
    """Brings a copy up to date: reads again only what has changed."""

    def __init__(self, database: sqlite3.Connection, sources: Sources) -> None:
        self.database, self.sources = database, sources
        self.files = {str(path): _stamp(path) for path in sources.files()}

    def run(self) -> None:
        if self._fits():
            return
        _with_lock(self.database, self._bring_up_to_date)

    def _fits(self) -> bool:
        known = dict(self.database.execute("SELECT path, stamp FROM file"))
        stamp = self.database.execute("SELECT stamp FROM meta").fetchone()
        return known == self.files and stamp == (_stamp(self.sources.syllabus),)

    def _bring_up_to_date(self) -> None:
        from dlcards.library import syllabus

        known = dict(self.database.execute("SELECT path, stamp FROM file"))
        stamp = _stamp(self.sources.syllabus)
        # Another set of files may change which deck shadows which, and the ranks: all is read again.
        same = known.keys() == self.files.keys() and self.database.execute(
            "SELECT stamp FROM meta"
        ).fetchone() == (stamp,)
        keep = {path for path, at in known.items() if same and self.files.get(path) == at}
        for path in known.keys() - keep:
            self.database.execute("DELETE FROM card WHERE file = ?", (path,))
            self.database.execute("DELETE FROM file WHERE path = ?", (path,))
        plan = syllabus.load(self.sources.syllabus)
        for source, path in enumerate(self.files):
            if path not in keep:
                self._read(path, source, plan)
        self.database.execute("DELETE FROM meta")
        self.database.execute("INSERT INTO meta VALUES(?)", (stamp,))

    def _read(self, path: str, source: int, plan: Syllabus) -> None:
        import msgspec

        from dlcards.library.loader import load

        loaded = load(Path(path))
        problems = list(loaded.problems)
        rows = (
            []
            if self._shadowed(loaded, problems)
            else list(_rows(loaded, plan, self._rank(loaded, plan)))
        )
        packed = msgspec.msgpack.encode(problems) if problems else None
        self.database.execute(
            "INSERT INTO file VALUES(?, ?, ?, ?, ?, ?)",
            (path, self.files[path], loaded.deck, loaded.title, source, packed),
        )
        marks = ", ".join("?" * (len(Entry._fields) + 1))
        self.database.executemany(f"INSERT OR IGNORE INTO card VALUES({marks})", rows)

    def _shadowed(self, loaded: Loaded, problems: list[Problem]) -> bool:
        """Whether an earlier place holds a deck of the same id; in one place that is a fault."""
        row = self.database.execute(
            "SELECT path FROM file WHERE deck = ?", (loaded.deck,)
        ).fetchone()
        if row is None or not loaded.deck:
            return False
        if Path(row[0]).parent == Path(loaded.file).parent:
            problems.append(
                Problem(
                    loaded.file,
                    loaded.lines.get("$.deck", 1),
                    "",
                    f"the deck '{loaded.deck}' is in {row[0]} already",
                    "give it another id",
                )
            )
        return True

    def _rank(self, loaded: Loaded, plan: Syllabus) -> int:
        order = list(plan.decks)
        if loaded.deck in order:
            return order.index(loaded.deck)
        return len(order) + list(self.files).index(loaded.file)


def _rows(loaded: Loaded, plan: Syllabus, rank: int) -> Iterator[tuple[Any, ...]]:
    import msgspec

    from dlcards.library.order import ordered

    encode = msgspec.msgpack.Encoder().encode
    position = rank * PER_DECK
    for placed in ordered(loaded.cards, plan):
        text = f"{loaded.deck}/{placed.card.id}"
        line = loaded.lines.get(placed.path, 0)
        for card in placed.card.expand():  # type: ignore[attr-defined]  # every kind is a Card
            yield (
                f"{loaded.deck}/{card.id}", position, loaded.deck, card.concept, card.aspect,
                card.__struct_config__.tag, card.weight or plan.weight(card.concept), text,
                card.family, loaded.file, line, encode(card),
            )  # fmt: skip
            position += 1


def _stamp(path: Path) -> str:
    try:
        stat = os.stat(path)  # noqa: PTH116 - a broken link has a stamp as well
    except OSError as error:
        return f"unreadable {error.errno}"
    return f"{stat.st_mtime_ns} {stat.st_size} {stat.st_ino}"
