"""Commands on single cards: find, show, history, suspend and back."""

from __future__ import annotations

import json as json_
from datetime import date
from typing import TYPE_CHECKING

from dlcards.errors import UsageError

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim


def find(rim: Rim, words: list[str], *, json: bool) -> None:
    """Print the cards that hold every word."""
    with rim.catalog() as catalog:
        found = catalog.find(words)
    if json:
        rim.out.write(json_.dumps([entry._asdict() for entry in found]) + "\n")
        return
    if not found:
        raise UsageError(f"card find: no card holds {' '.join(map(repr, words))} (try fewer words)")
    for entry in found:
        rim.out.write(f"{entry.key}  ({entry.kind}, {entry.aspect})\n")


def show(rim: Rim, key: str, seed: int) -> None:
    """Print a card with its answer."""
    from dlcards.tui.card import show as shown

    with rim.catalog() as catalog:
        entry, card = catalog.entry(key), catalog.card(key).draw(seed)
    place = f"{entry.file}:{entry.line}"
    shown(
        card,
        f"{key}  ({entry.kind}, {entry.concept}, {entry.aspect})",
        place,
        rim.terminal,
        rim.out,
    )


def history(rim: Rim, key: str, *, json: bool) -> None:
    """Print every review of a card."""
    import msgspec

    with rim.log() as log, rim.catalog() as catalog:
        reviews, memory = log.history(key), log.memory(key)
        if not reviews:
            catalog.entry(key)  # an unknown key is a slip, an unseen card is not
    if json:
        rim.out.write(msgspec.json.encode({"memory": memory, "reviews": reviews}).decode() + "\n")
        return
    if memory is None:
        rim.out.write(f"{key}: not seen yet.\n")
        return
    for fact in reviews:
        grade = "" if fact.grade is None else f" grade {fact.grade}"
        reply = f"  {fact.reply!r}" if fact.reply else ""
        rim.out.write(
            f"{_date(fact.day)}  {fact.mode if fact.act == 'grade' else fact.act}{grade}  {fact.millis / 1000:.0f} s{reply}\n"
        )
    state = (
        "suspended" if memory.suspended else f"due {_date(memory.due)}" if memory.reviews else "new"
    )
    rim.out.write(
        f"{state}, interval {memory.interval} d, ease {memory.ease / 100:.2f}, {memory.lapses} lapses\n"
    )


def suspend(rim: Rim, keys: list[str], *, hide: bool) -> None:
    """Hide cards, or bring them back."""
    with rim.log() as log, rim.catalog() as catalog:
        entries = [catalog.entry(key) for key in keys]
        for entry in entries:
            log.append(rim.fact(entry.key, "suspend" if hide else "unsuspend"))
            rim.out.write(f"{entry.key}: {'suspended' if hide else 'back'}\n")


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()
