"""The log of one learner: what was done is appended and stays, what follows from it is derived.

Every call that writes is one transaction with one fsync: when it has returned, the fact survives
a crash. A log that does not exist reads as empty and comes into being with the first fact.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from dlcards.errors import LogError
from dlcards.log import backups, catalog, derived, schema, statistics
from dlcards.log.connection import connect, nothing
from dlcards.log.faults import faults
from dlcards.log.rows import (
    SELECT_FACT,
    SELECT_MEMORY,
    STANDING,
    history_of,
    insert,
    memories,
    memory_of,
    reviews,
)
from dlcards.model.memory import Review

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dlcards.log.statistics import Counts, Recall, Tally
    from dlcards.model.memory import Act, Memory
    from dlcards.schedule import Scheduler
    from dlcards.schedule.queue import Candidate

_IN = "card IN (SELECT value FROM json_each(?))"


class Log:
    """An open log; use it in a `with` statement. Every method may raise LogError."""

    def __init__(self, path: Path, scheduler: Scheduler, busy_ms: int) -> None:
        self._path = path
        self._scheduler = scheduler
        self._busy_ms = busy_ms
        self._database: sqlite3.Connection | None = None
        self._on_file = False
        self._wrote: int | None = None  # the day of the last fact appended here

    @classmethod
    def open(cls, path: Path, *, scheduler: Scheduler, busy_ms: int = 5000) -> Self:
        """Name the file; it is opened when first asked. `busy_ms`: how long to wait for others."""
        return cls(path, scheduler, busy_ms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._wrote = None  # what went wrong is the news, not the backup
        self.close()

    def close(self) -> None:
        """Let go of the file; after the first grades of a day its backup is taken."""
        try:
            if self._wrote is not None and self._database is not None:
                backups.daily(self._database, self._path, self._wrote)
        finally:
            self._release()

    # Facts

    def append(self, fact: Review) -> Memory | None:
        """Write a fact and return what is known of its card after it.

        A second fact with the same uid is a bug of the caller: sqlite3.IntegrityError.
        """
        with self._writing() as database:
            return self._take_in(database, fact)

    def undo(self, *, uid: str, at: int, day: int) -> Review | None:
        """Take back the last grade that stands, whoever gave it; None where there is none."""
        if not self._path.exists():
            return None
        with self._writing() as database:
            last = f"{SELECT_FACT} WHERE act = 'grade' AND {STANDING} ORDER BY seq DESC LIMIT 1"
            undone = next(reviews(database.execute(last)), None)
            if undone is not None:
                fact = Review(uid=uid, card=undone.card, at=at, day=day, act="undo")
                self._take_in(database, replace(fact, target=undone.uid))
            return undone

    def suspend(self, card: str, *, uid: str, at: int, day: int) -> Memory | None:
        """Hide a card until it is unsuspended."""
        return self._act("suspend", card, uid, at, day)

    def unsuspend(self, card: str, *, uid: str, at: int, day: int) -> Memory | None:
        """Show a suspended card again."""
        return self._act("unsuspend", card, uid, at, day)

    def bury(self, card: str, *, uid: str, at: int, day: int) -> Memory | None:
        """Hide a card until the day is over."""
        return self._act("bury", card, uid, at, day)

    def facts(self) -> Iterator[Review]:
        """Yield everything that was ever appended, in order, undone facts and their undos too."""
        with self._reading() as database:
            yield from reviews(database.execute(f"{SELECT_FACT} ORDER BY seq"))

    def size(self) -> int:
        """Return how many facts there are."""
        with self._reading() as database:
            return int(database.execute("SELECT count(*) FROM fact").fetchone()[0])

    def history(self, card: str) -> list[Review]:
        """Return the facts of a card that no undo has taken back, in order."""
        with self._reading() as database:
            return history_of(database, card)

    # What follows from them

    def memory(self, card: str) -> Memory | None:
        """Return what is known of a card."""
        with self._reading() as database:
            return memory_of(database, card)

    def memories(self, cards: Iterable[str] | None = None) -> dict[str, Memory]:
        """Return what is known of these cards, or of all."""
        with self._reading() as database:
            if cards is None:
                found = database.execute(SELECT_MEMORY)
            else:
                found = database.execute(f"{SELECT_MEMORY} WHERE {_IN}", (json.dumps(list(cards)),))
            return {memory.card: memory for memory in memories(found)}

    def due(self, day: int) -> list[Memory]:
        """Return the cards to be asked on the day, today's drills included, longest due first."""
        with self._reading() as database:
            asked = f"{SELECT_MEMORY} WHERE {catalog.DUE} ORDER BY due, card"
            return list(memories(database.execute(asked, {"day": day})))

    def seen(self, cards: Iterable[str]) -> set[str]:
        """Return those of the cards that were ever reviewed."""
        with self._reading() as database:
            asked = f"SELECT card FROM memory WHERE reviews > 0 AND {_IN}"  # noqa: S608  # a constant
            return {card for (card,) in database.execute(asked, (json.dumps(list(cards)),))}

    def counts(self, day: int) -> Counts:
        """Return the cards met and the reviews done on a day, over all sittings."""
        with self._reading() as database:
            return statistics.counts(database, day)

    def daily(self, since: int) -> list[Tally]:
        """Return the days with any grade, oldest first."""
        with self._reading() as database:
            return statistics.daily(database, since)

    def load(self, day_from: int, day_to: int) -> dict[int, int]:
        """Return how many cards come due on each of the days; days without any are left out."""
        with self._reading() as database:
            return statistics.load(database, day_from, day_to)

    def retention(self, day_from: int, day_to: int) -> dict[str, Recall]:
        """Return by card how often it was recalled on days after the one when it was first met."""
        with self._reading() as database:
            return statistics.retention(database, day_from, day_to)

    # Together with the cards of the decks

    def unseen(
        self,
        cards: Path,
        limit: int,
        *,
        day: int,
        exclude: Iterable[str] = (),
        topics: Iterable[str] | None = None,
    ) -> list[Candidate]:
        """Return the first new cards of a catalog, by position, that are not hidden on the day."""
        with self._reading() as database:
            return catalog.unseen(database, cards, limit, day=day, exclude=exclude, topics=topics)

    def due_in(
        self, cards: Path, day: int, *, ahead: int = 0, topics: Iterable[str] | None = None
    ) -> list[Candidate]:
        """Return the due cards that are in a catalog, and those due within `ahead` days."""
        with self._reading() as database:
            return catalog.due_in(database, cards, day, ahead, topics)

    def due_count(self, cards: Path, day: int, *, topics: Iterable[str] | None = None) -> int:
        """Return how many cards of a catalog are due."""
        with self._reading() as database:
            return catalog.due_count(database, cards, day, topics)

    def groups(self, cards: Path, day: int) -> set[str]:
        """Return the texts of a catalog of which a card was reviewed on the day."""
        with self._reading() as database:
            return catalog.groups(database, cards, day)

    def pace(self, cards: Path, last: int = 1000) -> dict[str, tuple[int, int]]:
        """Return by kind of card the median milliseconds of a reply, and of how many replies."""
        with self._reading() as database:
            return catalog.pace(database, cards, last)

    # Care

    def verify(self) -> list[str]:
        """Say what is wrong with the file or with the derived tables; nothing where all is well."""
        with self._reading() as database:
            said = [row[0] for row in database.execute("PRAGMA integrity_check")]
            damage = [f"{self._path}: {line}" for line in said if line != "ok"]
            return damage or list(derived.differences(database, self._scheduler))

    def rebuild(self) -> None:
        """Make the derived tables anew from the facts."""
        if self._path.exists():
            with self._writing() as database:
                derived.rebuild(database, self._scheduler)

    def backup(self, target: Path) -> Path:
        """Copy the log as it is now to a file of its own."""
        if target.resolve() == self._path.resolve():
            raise LogError(f"{target}: is the log itself (name another file for the backup)")
        with self._reading() as database, faults(target):
            return backups.take(database, target)

    def restore(self, source: Path) -> Path | None:
        """Put a backup in the log's place, once it is found sound; return where the old log is."""
        self._release()
        return backups.restore(source, self._path)

    def _act(self, act: Act, card: str, uid: str, at: int, day: int) -> Memory | None:
        return self.append(Review(uid=uid, card=card, at=at, day=day, act=act))

    def _take_in(self, database: sqlite3.Connection, fact: Review) -> Memory | None:
        self._wrote = fact.day
        if fact.act != "undo":
            insert(database, fact)
            return derived.follow(database, fact, self._scheduler)
        asked = f"{SELECT_FACT} WHERE uid = ? AND {STANDING}"
        undone = next(reviews(database.execute(asked, (fact.target,))), None)
        if undone is None:
            raise LogError(f"{self._path}: no fact '{fact.target}' stands (nothing to take back)")
        insert(database, fact)
        return derived.unfollow(database, undone, self._scheduler)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with faults(self._path):
            yield self._connected(create=False)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with faults(self._path):
            database = self._connected(create=True)
            with schema.transaction(database):
                # Another process may have updated the file, or folded it with other settings.
                schema.version(database, self._path)
                if not derived.is_current(database, self._scheduler):
                    derived.rebuild(database, self._scheduler)
                yield database

    def _connected(self, *, create: bool) -> sqlite3.Connection:
        on_file = create or self._path.exists()
        if self._database is None or on_file > self._on_file:
            self._release()
            self._database = (
                connect(self._path, self._scheduler, self._busy_ms)
                if on_file
                else nothing(self._scheduler)
            )
            self._on_file = on_file
        return self._database

    def _release(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database, self._on_file, self._wrote = None, False, None
