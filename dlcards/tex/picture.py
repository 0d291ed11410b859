"""A picture: rows of text of one width, and the row that stands on the line of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dlcards.tex.columns import width

if TYPE_CHECKING:
    from collections.abc import Iterable


class Picture(NamedTuple):
    rows: tuple[str, ...]  # each exactly `width` columns wide
    base: int  # index of the row on the line of writing
    width: int

    @property
    def below(self) -> int:
        return len(self.rows) - self.base - 1


def text_picture(text: str) -> Picture:
    return Picture((text,), 0, width(text))


def column_picture(rows: Iterable[str], base: int, align: str = "l") -> Picture:
    """Rows of any width, padded to the widest."""
    rows = tuple(rows)
    widest = max(map(width, rows), default=0)
    return Picture(tuple(padded(row, widest, align) for row in rows), base, widest)


def padded(text: str, columns: int, align: str) -> str:
    """`text` in exactly `columns` columns; a centred text leans to the left."""
    spare = columns - width(text)
    before = {"l": 0, "c": spare // 2, "r": spare}[align]
    return " " * before + text + " " * (spare - before)


def beside(parts: list[Picture]) -> Picture:
    """Pictures from left to right on one line of writing."""
    if len(parts) == 1:
        return parts[0]
    above = max((part.base for part in parts), default=0)
    below = max((part.below for part in parts), default=0)
    columns = [_grown(part, above, below) for part in parts]
    rows = tuple(map("".join, zip(*columns, strict=True))) if columns else ("",)
    return Picture(rows, above, sum(part.width for part in parts))


def stacked(parts: list[Picture], base: int, align: str = "c") -> Picture:
    """Pictures from top to bottom; the line of writing is that of `parts[base]`."""
    widest = max(part.width for part in parts)
    rows = tuple(padded(row, widest, align) for part in parts for row in part.rows)
    above = sum(len(part.rows) for part in parts[:base])
    return Picture(rows, above + parts[base].base, widest)


def _grown(part: Picture, above: int, below: int) -> tuple[str, ...]:
    blank = (" " * part.width,)
    return blank * (above - part.base) + part.rows + blank * (below - part.below)
