"""Cuts LaTeX into tokens and knows what is wrong with it."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 10_000  # characters; a formula of a card has a few hundred
MAX_DEPTH = 60  # nested groups; keeps every layout far from Python's recursion limit

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|:=|[ \t\n]+|.", re.DOTALL)


class TexError(ValueError):
    """What cannot be read, and where (an index into the source)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"column {position + 1}: {message}")
        self.message = message
        self.position = position


class Token(NamedTuple):
    text: str
    position: int


_BLANK = " \t\n"
_FORBIDDEN = {
    "%": r"% begins a comment (write \%)",
    "$": r"$ inside mathematics (write \$)",
    "#": r"# is not a sign (write \#)",
    "\\": "a backslash ends the formula",
}


def scan(source: str) -> tuple[Token, ...]:
    """The tokens of `source` without spaces; an empty token marks the end."""
    if len(source) > MAX_LENGTH:
        raise TexError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    found = [Token(m[0], m.start()) for m in TOKEN.finditer(source) if m[0][0] not in _BLANK]
    for text, position in found:
        if text in _FORBIDDEN:
            raise TexError(_FORBIDDEN[text], position)
        if len(text) == 1 and not text.isprintable():
            raise TexError(f"control character {text!r}", position)
    return (*found, Token("", len(source)))
