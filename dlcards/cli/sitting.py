"""Makes a sitting out of what a learner wishes, the log and the decks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dlcards.errors import UsageError
from dlcards.schedule import sm2
from dlcards.schedule.queue import order
from dlcards.schedule.spread import offers
from dlcards.session.policy import BUTTONS, Policy
from dlcards.session.states import Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.cli.rim import Rim
    from dlcards.library.catalog import Catalog
    from dlcards.log import Log
    from dlcards.model.memory import Grade
    from dlcards.schedule.queue import Candidate

SECONDS_A_CARD = 20  # assumed until the learner's own times are known
DAYS_OF_TIMES = 30
ENOUGH = 20  # reviews after which own times count
CRAM_LIMIT = 10_000


class Wish(NamedTuple):
    """What was asked for on the command line."""

    topics: tuple[str, ...] = ()
    limit: int | None = None
    new: int | None = None
    minutes: float | None = None
    cram: bool = False
    ahead: int = 0
    seed: int | None = None


class Day(NamedTuple):
    """What a day holds."""

    reviews: list[Candidate]
    drills: list[Candidate]
    new: list[Candidate]

    @property
    def total(self) -> int:
        return len(self.reviews) + len(self.drills) + len(self.new)


def queue(rim: Rim, log: Log, catalog: Catalog, wish: Wish) -> list[Candidate]:
    """Return the cards of a sitting in their order."""
    topics = [catalog.topic(word) for word in wish.topics] or None
    if wish.cram:
        found = _everything(catalog, topics)
    else:
        found = _scheduled(rim, log, catalog, wish, topics)
    return found[: wish.limit] if wish.limit else found


def day(rim: Rim, log: Log, catalog: Catalog) -> Day:
    """Return what today holds, within the day's limits."""
    found = _scheduled(rim, log, catalog, Wish(), None)
    return Day(
        [c for c in found if not c.new and not c.drill],
        [c for c in found if c.drill],
        [c for c in found if c.new],
    )


def _scheduled(
    rim: Rim, log: Log, catalog: Catalog, wish: Wish, topics: list[str] | None
) -> list[Candidate]:
    today, settings = rim.today(), rim.settings
    done = log.counts(today)
    new_left = max(0, settings.new_per_day - done.new) if wish.new is None else wish.new
    limit = settings.reviews_per_day
    due = log.due_in(catalog.path, today, ahead=wish.ahead, topics=topics)
    met = log.groups(catalog.path, today)
    fresh: list[Candidate] = []
    if new_left:  # a text's gaps do not meet on a day, so some candidates may fall out
        fresh = log.unseen(catalog.path, 4 * new_left + 20, day=today, topics=topics)
    return order(
        [*due, *fresh], today, new_left=new_left, met=met,
        reviews_left=max(0, limit - done.reviews) if limit else None,
    )  # fmt: skip


def _everything(catalog: Catalog, topics: list[str] | None) -> list[Candidate]:
    from dlcards.schedule.queue import Candidate

    entries = [entry for topic in topics or [""] for entry in catalog.all(topic)]
    if not entries:
        raise UsageError("cram: there are no cards (see deck list)")
    unique = {entry.key: entry for entry in entries[:CRAM_LIMIT]}
    return [Candidate(e.key, e.concept, e.weight, position=e.position) for e in unique.values()]


def items(found: list[Candidate], wish: Wish) -> list[Item]:
    """Turn candidates into places of a session's queue."""
    return [
        Item(c.card, c.card.partition("/")[0], c.concept,
             "cram" if wish.cram else "drill" if c.drill else "review", c.new)
        for c in found
    ]  # fmt: skip


def policy(rim: Rim, log: Log, catalog: Catalog, wish: Wish) -> Policy:
    """Return how the sitting treats its cards."""
    return Policy(
        mode="cram" if wish.cram else "review",
        tries=rim.settings.tries,
        minutes=wish.minutes,
        buttons=BUTTONS[rim.settings.buttons],
        pace={kind: median for kind, (median, count) in log.pace(catalog.path).items() if count >= ENOUGH},
    )  # fmt: skip


def intervals(rim: Rim, log: Log, item: Item) -> Mapping[Grade, int]:
    """Return the days that each grade would give a card, as they will be applied."""
    if item.mode != "review":
        return {}
    today = rim.today()
    grades: tuple[Grade, ...] = (0, 1, 2, 3, 4, 5)
    load: Mapping[int, int] | None = log.load(today, today + 400) if rim.settings.spread else None
    count = None if load is None else (lambda days: load.get(today + days, 0))
    return offers(item.card, log.memory(item.card), grades, today, scheduler=sm2, load=count)


def minutes(log: Log, today: int, cards: int) -> float:
    """Return the minutes that so many cards will take, by the learner's own times."""
    days = log.daily(today - DAYS_OF_TIMES)
    done = sum(day.new + day.reviews for day in days)
    spent = sum(day.millis for day in days)
    seconds = spent / done / 1000 if done >= ENOUGH else SECONDS_A_CARD
    return cards * seconds / 60


def streak(log: Log, today: int) -> int:
    """Return the number of days in a row with a review, up to today or yesterday."""
    days = {tally.day for tally in log.daily(0)}
    last = today if today in days else today - 1
    count = 0
    while last - count in days:
        count += 1
    return count
