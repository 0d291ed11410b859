"""Splits typed arrays (`1 2 3`, `[1, 2; 3, 4]`, one row a line) into entries, each a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.grammar import parse
from dlcards.answers.hygiene import Unreadable, clean_learner
from dlcards.answers.tokens import LEARNER

if TYPE_CHECKING:
    from collections.abc import Callable

_OPENING, _CLOSING = "([{", ")]}"
_DEEPEST = 8
_AXES = 12
# An x between sizes is a cross: 64x112x112.
_CROSS = re.compile(r"(?<=[0-9)\s])[xX×](?=[0-9(\s])")


class Piece(NamedTuple):
    """A part of the text from `start` to `end`, so that a fault keeps its place."""

    text: str
    start: int
    end: int

    @property
    def inner(self) -> str:
        """The characters of the part."""
        return self.text[self.start : self.end]

    def strip(self, signs: str = "") -> Piece:
        """Return the part without blanks, nor `signs`, at its ends."""
        left = len(self.inner) - len(self.inner.lstrip())
        kept = self.inner.rstrip()
        kept = kept.rstrip(signs).rstrip() if signs else kept
        return Piece(self.text, self.start + left, self.start + max(len(kept), left))


def read_entries(text: str) -> list[Any]:
    """Return the numbers of a typed array in nested lists, all rows of one length."""
    whole = _whole(text)
    entries = _list(whole, 0)
    _shape(entries, whole)
    return entries


def read_sizes(text: str) -> tuple[int, ...]:
    """Return the sizes of a typed shape."""
    whole = _whole(text)
    if not _bare(whole).inner:
        return ()
    crossed = _CROSS.sub(",", whole.text)
    pieces = _split_entries(_bare(Piece(crossed, whole.start, whole.end)))
    if len(pieces) > _AXES:
        raise Unreadable(f"more than {_AXES} axes (shorten it)", pieces[_AXES].start, text)
    return tuple(_size(piece, whole.text) for piece in pieces)


def number(piece: Piece) -> int | float:
    """Return the value of one entry."""
    try:
        value = evaluate(parse(piece.inner), {})
    except Unreadable as fault:
        raise Unreadable(fault.message, piece.start + fault.position, piece.text) from fault
    except Undefined as fault:
        raise Unreadable(str(fault), piece.start, piece.text) from fault
    return value  # type: ignore[no-any-return]


def _whole(text: str) -> Piece:
    if len(text) > LEARNER.characters:
        raise Unreadable(f"longer than {LEARNER.characters} characters (shorten it)",
                         LEARNER.characters, text[: LEARNER.characters + 1])  # fmt: skip
    text = clean_learner(text)
    whole = Piece(text, 0, len(text)).strip()
    if not whole.inner:
        raise Unreadable("nothing to read (write the entries)", 0, text)
    return whole


def _list(piece: Piece, depth: int) -> list[Any]:
    if depth > _DEEPEST:
        raise Unreadable(
            f"nested more than {_DEEPEST} deep (write it flatter)", piece.start, piece.text
        )
    body = _bare(piece)
    if not body.inner:
        raise Unreadable("an empty list (write its entries)", piece.start, piece.text)
    rows = [row for row in _split(body, lambda char: char in ";\n") if row.inner]
    if len(rows) > 1:
        return [_row(_bare(row.strip(",")), depth + 1) for row in rows]
    return _row(body, depth)


def _row(piece: Piece, depth: int) -> list[Any]:
    pieces = _split_entries(piece)
    if all(part.inner[:1] == "[" and _closes_at_end(part) for part in pieces):
        return [_list(part, depth + 1) for part in pieces]
    return [number(part) for part in pieces]


def _split_entries(piece: Piece) -> list[Piece]:
    """Split at commas; where there are none, at blanks."""
    piece = piece.strip(",")
    parts = _split(piece, lambda char: char == ",")
    return (
        parts if len(parts) > 1 else [p for p in _split(piece, str.isspace) if p.inner] or [piece]
    )


def _split(piece: Piece, cuts: Callable[[str], bool]) -> list[Piece]:
    """Split where `cuts` says so outside brackets."""
    parts, start, open_ = list[Piece](), piece.start, list[int]()
    for at in range(piece.start, piece.end):
        char = piece.text[at]
        if char in _OPENING:
            open_.append(at)
        elif char in _CLOSING:
            _close(open_, at, piece.text)
        elif not open_ and cuts(char):
            parts.append(Piece(piece.text, start, at).strip())
            start = at + 1
    if open_:
        raise Unreadable("a bracket is not closed (close it)", open_[0], piece.text)
    return [*parts, Piece(piece.text, start, piece.end).strip()]


def _close(open_: list[int], at: int, text: str) -> None:
    if not open_ or _OPENING.index(text[open_[-1]]) != _CLOSING.index(text[at]):
        raise Unreadable(f"'{text[at]}' closes nothing (check the brackets)", at, text)
    open_.pop()


def _bare(piece: Piece) -> Piece:
    """Take off the brackets that enclose the whole part."""
    piece = piece.strip()
    return (
        Piece(piece.text, piece.start + 1, piece.end - 1).strip()
        if _closes_at_end(piece)
        else piece
    )


def _closes_at_end(piece: Piece) -> bool:
    """Whether the bracket that begins the part is closed by its last character."""
    if piece.inner[:1] not in tuple(_OPENING):
        return False
    depth = 0
    for at, char in enumerate(piece.inner):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth == 0:
            same_kind = _CLOSING.find(char) == _OPENING.index(piece.inner[0])
            return at == len(piece.inner) - 1 and same_kind
    return False


def _size(piece: Piece, text: str) -> int:
    value = number(Piece(text, piece.start, piece.end))
    if value < 0 or value != int(value):
        raise Unreadable("a size is a whole number, not negative (write 64)", piece.start, text)
    return int(value)


def _shape(entries: Any, whole: Piece) -> tuple[int, ...]:
    """Return the lengths of all axes; rows that differ have none."""
    if not isinstance(entries, list):
        return ()
    shapes = {_shape(entry, whole) for entry in entries}
    if len(shapes) > 1:
        lengths = " and ".join(
            sorted(str(shape[0]) if shape else "no brackets" for shape in shapes)
        )
        raise Unreadable(f"rows of {lengths} (give every row as many)", whole.start, whole.text)
    return (len(entries), *shapes.pop())
