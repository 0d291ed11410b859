"""Cuts the prose of a card into text, mathematics, code and bold text.

Mathematics and code are cut out first, so nothing inside them is interpreted. A mark without a
partner is plain text: `$5 and $10` holds no mathematics.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Piece = tuple[str, str]

_MARKS = re.compile(
    r"""
      (?P<dollar>  \\\$ )
    | (?<!`)(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | \$\$(?P<display>(?:\\.|[^\\$]|\$(?!\$))+?)\$\$
    | \$(?!\s)(?P<math>(?:\\.|[^\\$])+)(?<!\s)\$(?!\d)   # the rule of Pandoc: prices are no maths
    | (?P<bold>\*\*)
    """,
    re.VERBOSE | re.DOTALL,
)


def split(text: str) -> tuple[Piece, ...]:
    """Pieces (kind, text) in order; kind is text, math, display, code or bold."""
    marked = list(_cut(text))
    return tuple(_joined(_embolden(marked)))


def _cut(text: str) -> Iterator[Piece]:
    end = 0
    for found in _MARKS.finditer(text):
        yield "text", text[end : found.start()]
        end = found.end()
        kind = found.lastgroup or "text"
        match kind:
            case "dollar":
                yield "text", "$"
            case "bold":
                yield "mark", _flank(text, found)
            case _:
                yield kind, found[kind]
    yield "text", text[end:]


def _flank(text: str, found: re.Match[str]) -> str:
    """Which ends of bold text a mark may be: none of them beside a space."""
    opens = text[found.end() : found.end() + 1].strip()
    closes = text[: found.start()][-1:].strip()
    return ("<" if opens else "") + (">" if closes else "")


def _embolden(pieces: list[Piece]) -> Iterator[Piece]:
    """Text between two marks becomes bold; the mathematics between them stays itself."""
    bold_until = -1
    for place, (kind, text) in enumerate(pieces):
        if kind != "mark":
            yield ("bold" if kind == "text" and place < bold_until else kind), text
        elif place == bold_until:
            bold_until = -1
        elif bold_until < 0 and "<" in text and (close := _closing(pieces, place)) is not None:
            bold_until = close
        else:
            yield ("bold" if place < bold_until else "text"), "**"


def _closing(pieces: list[Piece], opened: int) -> int | None:
    inside = ""
    for place in range(opened + 1, len(pieces)):
        kind, text = pieces[place]
        if kind == "mark" and ">" in text and inside:
            return place
        inside += text
    return None


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbouring pieces of text, or of bold, as one; empty ones are dropped."""
    kind, whole = "", ""
    for next_kind, text in pieces:
        if next_kind == kind and kind in ("text", "bold"):
            whole += text
            continue
        if whole:
            yield kind, whole
        kind, whole = next_kind, text
    if whole:
        yield kind, whole
