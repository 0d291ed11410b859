"""Gathers what the log says of the learner; printed as JSON or drawn by the terminal."""

from __future__ import annotations

import json as json_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim

DAYS_BACK = 60
DAYS_AHEAD = 14


def stats(rim: Rim, *, json: bool) -> None:
    """Show the figures."""
    facts = figures(rim)
    if json:
        rim.out.write(json_.dumps(facts) + "\n")
        return
    from dlcards.tui.stats import show

    show(facts, rim.terminal, rim.out)


def figures(rim: Rim) -> dict[str, Any]:
    """Return reviews, retention by topic, forecast, streak, leeches."""
    from dlcards.cli import sitting, topics
    from dlcards.schedule.leech import is_leech, reformulate

    day = rim.today()
    with rim.log() as log, rim.catalog() as catalog:
        days = log.daily(0)
        recall = log.retention(day - DAYS_BACK, day)
        memories = log.memories()
        load = log.load(day, day + DAYS_AHEAD - 1)
        late = sum(log.load(0, day - 1).values())
        streak, cards = sitting.streak(log, day), len(catalog)
    passed, total = (sum(r[i] for r in recall.values()) for i in (0, 1))
    return {
        "cards": {"in_decks": cards, "seen": sum(m.reviews > 0 for m in memories.values()),
                  "mature": sum(m.interval >= 21 for m in memories.values()),
                  "suspended": sum(m.suspended for m in memories.values())},
        "reviews": {"all": sum(t.new + t.reviews for t in days),
                    "today": sum(t.new + t.reviews for t in days if t.day == day),
                    "minutes_today": round(sum(t.millis for t in days if t.day == day) / 60_000, 1)},
        "streak": streak,
        "retention": {"days": DAYS_BACK, "passed": passed, "total": total,
                      "share": round(passed / total, 4) if total else None,
                      "topics": topics.retention(recall)},
        "forecast": {"overdue": late, "days": [load.get(day + n, 0) for n in range(DAYS_AHEAD)]},
        "leeches": sorted(m.card for m in memories.values() if is_leech(m)),
        "reformulate": sorted(m.card for m in memories.values() if reformulate(m)),
    }  # fmt: skip
