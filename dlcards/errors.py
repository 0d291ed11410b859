"""What can go wrong: exit statuses, the exceptions that carry them, and faults of decks as data.

A message reads *place: fact (remedy)*. Only `cli.main` catches; anything that is not a
`DlcardsError` is a bug and keeps its traceback.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

INTERRUPTED = 130  # the shell's number for Ctrl-C: everything up to the last grade is saved


class DlcardsError(Exception):
    """A request that cannot be done; `status` is the exit status of the program."""

    status: ClassVar[int] = 1


class UsageError(DlcardsError):
    """The request names something that is not there, or makes no sense."""

    status = 2


class DeckError(DlcardsError):
    """Decks have problems and the request needs them whole."""

    status = 3


class LogError(DlcardsError):
    """The review log is newer than the program, locked, or damaged."""

    status = 4


class OutputError(DlcardsError):
    """The result cannot be written."""

    status = 5


class IllegalEvent(DlcardsError):
    """A session was sent an event that its state does not know; nothing has changed."""


class Problem(NamedTuple):
    """One fault of a deck, with the place and the remedy. A fault is data, never an exception."""

    file: str
    line: int  # from 1; 0 where the file as a whole is meant
    card: str  # the card's id, "" where no card is to blame
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        card = f" card '{self.card}':" if self.card else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{card} {self.message}{hint}"


def near(word: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the known words closest to `word`, or an empty string."""
    found = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(repr(name) for name in found)}?" if found else ""
