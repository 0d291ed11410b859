"""Commands on the review log."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dlcards.errors import LogError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from dlcards.cli.rim import Rim


def verify(rim: Rim) -> None:
    """Print that the schedule follows from the reviews; raises LogError where it does not."""
    with rim.log() as log:
        faults = log.verify()
        count = log.size()
    if faults:
        for fault in faults:
            rim.out.write(f"{fault}\n")
        raise LogError(
            f"{rim.places.log}: {len(faults)} differences (log rebuild derives it again)"
        )
    rim.out.write(f"{count} facts: the schedule equals their fold.\n")


def undo(rim: Rim) -> None:
    """Take back the last grade."""
    with rim.log() as log:
        undone = log.undo(uid=rim.uid(), at=rim.now(), day=rim.today())
    if undone is None:
        raise UsageError("log undo: there is nothing to take back")
    rim.out.write(f"took back grade {undone.grade} of {undone.card}\n")


def backup(rim: Rim, target: Path | None) -> None:
    """Copy the log."""
    if not rim.places.log.exists():
        raise UsageError(f"{rim.places.log}: there is no log yet (review a card first)")
    today = date.fromordinal(rim.today())
    with rim.log() as log:
        made = log.backup(target or rim.places.log.with_name(f"log-{today}.sqlite"))
    rim.out.write(f"{made}\n")


def restore(rim: Rim, source: Path) -> None:
    """Put a backup in the log's place."""
    with rim.log() as log:
        kept = log.restore(source)
    rim.out.write(f"{rim.places.log}: restored from {source}\n")
    if kept is not None:
        rim.out.write(f"{kept}: the log that was there\n")


def rebuild(rim: Rim) -> None:
    """Derive the schedule again."""
    with rim.log() as log:
        log.rebuild()
    verify(rim)
