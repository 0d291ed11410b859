"""A formula for a place of given width: picture, one line, or the source as written.

Nothing here raises: what is not in the dialect is shown as it was written, never guessed.
"""

from __future__ import annotations

from dlcards.tex.columns import width as width_of
from dlcards.tex.layout import picture
from dlcards.tex.linear import linear
from dlcards.tex.macros import to_ascii
from dlcards.tex.parse import parse
from dlcards.tex.scan import TexError
from dlcards.tex.spacing import Style


def box(source: str, *, ascii: bool = False) -> list[str]:
    """The rows of the picture of a formula, without trailing blanks."""
    try:
        rows = picture(parse(source), Style(ascii)).rows
    except TexError:
        return [_as_written(source, ascii)]
    return [row.rstrip() for row in rows]


def line(source: str, *, ascii: bool = False) -> str:
    """A formula on one line."""
    try:
        return linear(parse(source), Style(ascii)).strip()
    except TexError:
        return _as_written(source, ascii)


def fit(source: str, width: int, *, ascii: bool = False) -> list[str]:
    """The picture if it is at most `width` columns wide, else the one line (perhaps too long)."""
    rows = box(source, ascii=ascii)
    if max(map(width_of, rows)) <= width:
        return rows
    return [line(source, ascii=ascii)]


def _as_written(source: str, ascii: bool) -> str:
    """The source on one line; control characters must not reach a terminal."""
    shown = " ".join(source.split())
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown)
    return to_ascii(shown) if ascii else shown
