"""The rim: the one place that reads clock, chance, environment and streams, for all commands."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from dlcards import config
from dlcards.errors import OutputError, UsageError
from dlcards.tui.terminal import Terminal, detect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcards.library.catalog import Catalog
    from dlcards.log import Log
    from dlcards.model.memory import Review


class Rim:
    """What a command needs of the world; made once, from the global options."""

    def __init__(self, decks: list[Path], plain: bool | None) -> None:
        self.named_decks = decks
        self._plain = plain
        self._offset = _offset(os.environ.get("DLCARDS_NOW", ""))

    @cached_property
    def places(self) -> config.Places:
        return config.places(os.environ)

    @cached_property
    def settings(self) -> config.Settings:
        return config.load(self.places.config)

    @cached_property
    def terminal(self) -> Terminal:
        plain = self._plain if self._plain is not None else self.settings.plain or None
        return detect(sys.stdin, sys.stdout, os.environ, plain=plain)

    @property
    def out(self) -> TextIO:
        return sys.stdout

    def clock(self) -> datetime:
        """The time with its offset from UTC, moved by DLCARDS_NOW for rehearsals and tests."""
        return datetime.now().astimezone() + self._offset

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""
        return int(self.clock().timestamp() * 1000)

    def today(self) -> int:
        """The learner's day."""
        from dlcards.schedule.days import day_of

        return day_of(self.clock(), self.settings.rollover_hour)

    def uid(self) -> str:
        """A new identity for a fact."""
        return os.urandom(12).hex()

    def seed(self) -> int:
        """A seed for a sitting that named none."""
        return int.from_bytes(os.urandom(4), "big")

    @contextmanager
    def catalog(self) -> Iterator[Catalog]:
        """The cards of the decks that were asked for."""
        from dlcards.library.catalog import Catalog
        from dlcards.library.sources import sources

        found = sources(self.named_decks, self.places.decks)
        with Catalog.open(found, self.places.cache) as catalog:
            yield catalog

    @contextmanager
    def log(self) -> Iterator[Log]:
        """The learner's log."""
        from dlcards.log import Log
        from dlcards.schedule import sm2

        with Log.open(self.places.log, scheduler=sm2) as log:
            yield log

    def fact(self, card: str, act: Any) -> Review:
        """A fact of now that is no grade."""
        from dlcards.model.memory import Review

        return Review(uid=self.uid(), card=card, at=self.now(), day=self.today(), act=act)

    def write(self, key: str, text: str) -> str:
        """Have the learner go on with a program; returns what became of it.

        The attempt of an earlier review is kept beside it, as `.last.py`: it must not be read now.
        """
        path = self.places.attempts / f"{key.replace(':', '-')}.py"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.read_bytes() != text.encode():
                path.replace(path.with_suffix(".last.py"))
            path.write_text(text, encoding="utf-8", newline="\n")
            self.edit(str(path), text.count("\n") + 1)
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise OutputError(f"{path}: cannot be used: {error} (check rights and disk)") from None

    def edit(self, file: str, line: int) -> None:
        """Open an editor on a file and wait; raises UsageError where there is none."""
        import shlex
        import subprocess

        environ = os.environ
        chosen = self.settings.editor or environ.get("VISUAL") or environ.get("EDITOR") or "vi"
        hint = "set EDITOR, or config set editor"
        try:
            words = shlex.split(chosen)
        except ValueError as error:
            raise UsageError(f"editor '{chosen}': {error} ({hint})") from None
        if not words:
            raise UsageError(f"editor '{chosen}': names no program ({hint})")
        at = [f"+{line}"] if Path(words[0]).name in TAKES_LINE else []
        try:
            subprocess.run([*words, *at, file], check=False)  # noqa: S603 - the user's own editor
        except OSError as error:
            raise UsageError(f"editor '{chosen}': {error.strerror} ({hint})") from None


TAKES_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe"})


def _offset(text: str) -> timedelta:
    if not text:
        return timedelta()
    try:
        return datetime.fromisoformat(text).astimezone() - datetime.now().astimezone()
    except ValueError:
        hint = "such as 2026-11-22T09:00"
        raise UsageError(f"DLCARDS_NOW: '{text}' is no time ({hint})") from None
