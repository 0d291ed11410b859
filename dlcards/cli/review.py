"""The daily review: what today holds, and the sitting itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from dlcards.cli import sitting
from dlcards.cli.sitting import Wish
from dlcards.session.drive import FrontEnd, World, drive
from dlcards.session.engine import Ports, Session

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim
    from dlcards.library.catalog import Catalog
    from dlcards.log import Log
    from dlcards.model.card import Card
    from dlcards.session.states import Done

DAYS_OF_RETENTION = 60
FEWEST = 3  # reviews of a topic below which it cannot be called weak


class _Front(FrontEnd, Protocol):
    def done(self, state: Done) -> None: ...


def today(rim: Rim) -> None:
    """Show what today holds; in a terminal, Enter starts the review."""
    from dlcards.tui.today import show

    with rim.log() as log, rim.catalog() as catalog:
        facts = today_facts(rim, log, catalog)
        if show(facts, rim.terminal, rim.out) and sitting.day(rim, log, catalog).total:
            _sit(rim, log, catalog, Wish(), json=False)


def today_facts(rim: Rim, log: Log, catalog: Catalog) -> dict[str, Any]:
    """Return what is said of today, by name; `due --json` prints it."""
    from dlcards.cli.topics import weakest

    held, day = sitting.day(rim, log, catalog), rim.today()
    done = log.counts(day)
    return {
        "due": len(held.reviews) + len(held.drills),
        "new": len(held.new),
        "minutes": round(sitting.minutes(log, day, held.total), 1),
        "streak": sitting.streak(log, day),
        "done_today": done.new + done.reviews,
        "weakest": weakest(log.retention(day - DAYS_OF_RETENTION, day), FEWEST),
        "cards": len(catalog),
        "problems": len(catalog.problems()),
        "first_run": not rim.places.log.exists(),
        "log": str(rim.places.log),
    }


def review(rim: Rim, wish: Wish, *, json: bool) -> None:
    """Run a sitting."""
    with rim.log() as log, rim.catalog() as catalog:
        _sit(rim, log, catalog, wish, json=json)


def _sit(rim: Rim, log: Log, catalog: Catalog, wish: Wish, *, json: bool) -> None:
    found = sitting.queue(rim, log, catalog, wish)
    ports = Ports(lambda key: _card(catalog, key), lambda item: sitting.intervals(rim, log, item))
    session = Session(
        sitting.items(found, wish), sitting.policy(rim, log, catalog, wish), ports,
        seed=rim.seed() if wish.seed is None else wish.seed, at=rim.now(),
    )  # fmt: skip
    world = World(
        rim.now, rim.today, rim.uid, log.append,
        lambda: log.undo(uid=rim.uid(), at=rim.now(), day=rim.today()),
    )  # fmt: skip
    with _front(rim, catalog, json=json) as front:
        state = drive(session, front, world)
        front.done(state, _tomorrow(rim, log))
    if state.reason == "interrupted":
        raise KeyboardInterrupt


def _card(catalog: Catalog, key: str) -> Card:
    return catalog.card(key)


def _tomorrow(rim: Rim, log: Log) -> int:
    day = rim.today()
    return sum(log.load(0, day + 1).values())


def _front(rim: Rim, catalog: Catalog, *, json: bool) -> Any:
    if json:
        from dlcards.cli.jsonlines import JsonLines

        return JsonLines(sys.stdin, sys.stdout)
    from dlcards.tui.front import TerminalFront

    def edit(key: str) -> str:
        entry = catalog.entry(key)
        rim.edit(entry.file, entry.line)
        catalog.refresh()
        return "\n".join(str(p) for p in catalog.problems() if p.file == entry.file)

    return TerminalFront(rim.terminal, sys.stdin, rim.out, edit, rim.write)
