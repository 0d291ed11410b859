"""The compiled copy of the decks in one SQLite file, brought up to date whenever it is opened.

Whatever was read by another program, from another syllabus or from another set of files is read
again, as is each file whose size or time changed. A damaged copy is made anew; deleting it costs
one slower start.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from dlcards import __version__

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable, Iterator

    from dlcards.errors import Problem
    from dlcards.library.loader import Loaded
    from dlcards.library.sources import Sources
    from dlcards.library.syllabus import Syllabus

LAYOUT = 4  # of the tables below; each number has copies of its own
PER_DECK = 1_000_000  # positions of a deck's cards: deck rank × this + place in the deck
PATIENCE = 10  # seconds for which another process may hold the copy

_TABLES = """
CREATE TABLE file(path TEXT PRIMARY KEY, stamp TEXT, deck TEXT, title TEXT, owner TEXT,
                  problems BLOB) WITHOUT ROWID;
CREATE TABLE card(key TEXT PRIMARY KEY, position INTEGER, deck TEXT, concept TEXT, aspect TEXT,
                  kind TEXT, weight INTEGER, text TEXT, family TEXT, file TEXT, line INTEGER,
                  body BLOB) WITHOUT ROWID;
CREATE INDEX card_position ON card(position);
CREATE INDEX card_deck ON card(deck, position);
CREATE INDEX card_file ON card(file);
CREATE TABLE meta(stamp TEXT, problems BLOB);
"""
_MADE = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
_DAMAGED = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_DENIED = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_AUTH, sqlite3.SQLITE_PROTOCOL,
})  # fmt: skip
_READERS = ("answers", "kinds", "library", "model")  # the packages that decide what a card is


class Copy(NamedTuple):
    """An open copy; `folder` is its own where the cache cannot be written."""

    path: Path
    database: sqlite3.Connection
    folder: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close it, and remove one that was only for this run."""
        self.database.close()
        if self.folder is not None:
            self.folder.cleanup()


def compiled(sources: Sources, cache: Path) -> Copy:
    """Open the copy of some sources, up to date; one for this run where `cache` is of no use."""
    path = cache / f"cards-{_digest(sources)}.sqlite"
    for anew in (False, True):
        try:
            cache.mkdir(parents=True, exist_ok=True)
            if anew:
                _remove(path)
            return Copy(path, _current(path, sources))
        except OSError:
            break
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DENIED:
                break
            if code not in _DAMAGED:
                raise
    import tempfile  # only here: it costs more than opening the copy

    folder = tempfile.TemporaryDirectory(prefix="dlcards-")
    path = Path(folder.name, path.name)
    return Copy(path, _current(path, sources), folder)


def refresh(copy: Copy, sources: Sources) -> None:
    """Read again what has changed since the copy was opened."""
    _Refresh(copy.database, sources).run()


def _digest(sources: Sources) -> str:
    places = (str(place.resolve()) for place in sources.places)
    return f"{crc32(chr(10).join([str(LAYOUT), *places]).encode()):08x}"


def _remove(path: Path) -> None:
    """Remove a copy with its journal, which SQLite would play into the next one."""
    for name in (path, path.with_name(f"{path.name}-journal")):
        name.unlink(missing_ok=True)


def _current(path: Path, sources: Sources) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
    try:
        database.execute("PRAGMA synchronous = OFF")  # a lost copy is read again from the decks
        if database.execute(_MADE).fetchone() is None:
            _transaction(database, lambda: _create(database))
        _Refresh(database, sources).run()
    except BaseException:
        database.close()
        raise
    return database


def _transaction(database: sqlite3.Connection, work: Callable[[], None]) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        work()
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _create(database: sqlite3.Connection) -> None:
    if database.execute(_MADE).fetchone() is None:  # another process may have been faster
        for statement in _TABLES.split(";"):
            database.execute(statement)


class _File(NamedTuple):
    """What the copy knows of a file. `owner` is the file whose cards its deck has."""

    stamp: str
    deck: str
    owner: str


class _Refresh:
    """Brings a copy up to date: reads again only what has changed."""

    def __init__(self, database: sqlite3.Connection, sources: Sources) -> None:
        self.database, self.syllabus = database, sources.syllabus
        self.places = {str(path): number for number, path in sources.numbered()}
        self.stamps = {path: _stamp(Path(path)) for path in self.places}
        self.stamp = f"{_program()} {sources.syllabus} {_stamp(sources.syllabus)}"

    def run(self) -> None:
        if not self._fits():
            _transaction(self.database, self._bring_up_to_date)

    def _fits(self) -> bool:
        known = self._known()
        return known is not None and all(
            file.stamp == self.stamps[path] for path, file in known.items()
        )

    def _known(self) -> dict[str, _File] | None:
        """What the copy has, if it was made by this program from the same files and syllabus."""
        if self.database.execute("SELECT stamp FROM meta").fetchone() != (self.stamp,):
            return None
        rows = self.database.execute("SELECT path, stamp, deck, owner FROM file")
        known = {path: _File(*row) for path, *row in rows}
        # Another set of files may change the ranks of decks.
        return known if known.keys() == self.stamps.keys() else None

    def _bring_up_to_date(self) -> None:
        from dlcards.library import syllabus

        known = self._known()
        plan = syllabus.load(self.syllabus)
        if known is None:
            for clear in ("DELETE FROM card", "DELETE FROM file", "DELETE FROM meta"):
                self.database.execute(clear)
            values = (self.stamp, _packed(plan.problems))
            self.database.execute("INSERT INTO meta VALUES(?, ?)", values)
        self._read(known or {}, plan)

    def _read(self, known: dict[str, _File], plan: Syllabus) -> None:
        """Read what has changed, in order: the first file of a deck owns it."""
        from dlcards.library import loader

        owners: dict[str, str] = {}
        ranks = {deck: rank for rank, deck in enumerate([*plan.decks, *self.places])}
        for path, stamp in self.stamps.items():
            file = known.get(path)
            if file and file.stamp == stamp and owners.setdefault(file.deck, path) == file.owner:
                continue
            loaded = loader.load(Path(path))
            owner = owners.setdefault(loaded.deck, path)
            self.database.execute("DELETE FROM card WHERE file = ?", (path,))
            if owner == path and loaded.deck:
                rank = ranks.get(loaded.deck, ranks[path])
                self._cards(loaded, _rows(loaded, plan, rank))
            self._file(loaded, owner)

    def _cards(self, loaded: Loaded, rows: Iterator[tuple[Any, ...]]) -> None:
        # Whoever had the deck before comes later in the order and is shadowed now.
        self.database.execute("DELETE FROM card WHERE deck = ?", (loaded.deck,))
        self.database.executemany(f"INSERT INTO card VALUES({', '.join('?' * 12)})", rows)

    def _file(self, loaded: Loaded, owner: str) -> None:
        """Keep what is known of a file; a deck twice in one place is a fault."""
        from dlcards.library import loader

        path, problems = loaded.file, list(loaded.problems)
        if loaded.deck and owner != path and self.places[owner] == self.places[path]:
            problems.append(loader.twice(loaded, owner))
        self.database.execute(
            "INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?, ?, ?)",
            (path, self.stamps[path], loaded.deck, loaded.title, owner, _packed(problems)),
        )


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


def _packed(problems: tuple[Problem, ...] | list[Problem]) -> bytes | None:
    import msgspec

    return msgspec.msgpack.encode(problems) if problems else None


def _program() -> str:
    """The version, and for those who work on the program the time of its last change."""
    package = Path(__file__).parent.parent
    times = (
        entry.stat().st_mtime_ns
        for name in _READERS
        for entry in os.scandir(package / name)
        if entry.name.endswith(".py")
    )
    return f"{__version__} {max(times, default=0)}"


def _stamp(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError as error:
        return f"unreadable {error.errno}"
    return f"{stat.st_mtime_ns} {stat.st_size} {stat.st_ino}"
