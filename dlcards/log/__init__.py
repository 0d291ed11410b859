"""The review log: append-only facts in one SQLite file, and the schedules folded from them."""

from __future__ import annotations

from dlcards.log.log import Log

__all__ = ["Log"]
