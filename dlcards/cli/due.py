"""Says what is due, without Rich: this is what scripts and shell prompts call."""

from __future__ import annotations

import json as json_
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim


def due(rim: Rim, *, json: bool) -> None:
    """Print the day's numbers, and by topic."""
    from dlcards.cli import sitting

    with rim.log() as log, rim.catalog() as catalog:
        day = sitting.day(rim, log, catalog)
        minutes = round(sitting.minutes(log, rim.today(), day.total), 1)
        problems = catalog.has_problems()
    reviews = len(day.reviews) + len(day.drills)
    topics = Counter(c.card.partition("/")[0] for c in (*day.reviews, *day.drills, *day.new))
    if json:
        facts = {"due": reviews, "new": len(day.new), "minutes": minutes, "topics": topics}
        rim.out.write(json_.dumps(facts) + "\n")
        return
    rim.out.write(f"{reviews} due, {len(day.new)} new, about {minutes:.0f} min\n")
    for topic, count in topics.most_common():
        rim.out.write(f"{count:6}  {topic}\n")
    if problems:
        rim.out.write("Some decks have problems: see dlcards deck check.\n")
