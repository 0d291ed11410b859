"""How many terminal columns a text takes."""

import unicodedata

_WIDE = ("W", "F")
_INVISIBLE = ("Mn", "Me", "Cf", "Cc")  # combining marks, joiners, control characters


def width(text: str) -> int:
    """Columns of `text`: combining marks take none, wide East Asian characters two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in _INVISIBLE:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1
