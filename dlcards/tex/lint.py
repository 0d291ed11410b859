"""What a deck check says about a formula."""

from __future__ import annotations

from dlcards.tex.macros import ENVIRONMENTS, MACROS
from dlcards.tex.parse import parse
from dlcards.tex.scan import MAX_LENGTH, TOKEN, TexError

# What YAML makes of a macro in double quotes, by the letter that the escape has eaten.
_EATEN = {
    "\a": "a", "\b": "b", "\x1b": "e", "\f": "f", "\n": "n", "\x85": "N", "\r": "r", "\t": "t",
    "\v": "v", "\u2028": "L", "\u2029": "P", "\0": "0",
}  # fmt: skip
_INNOCENT = ("\n", "\t")  # also plain white space: suspicious only before the rest of a macro
_SHORTEST_REST = 2  # "\nu" is more often a line break before u


def problems(source: str) -> list[str]:
    """Everything wrong with a formula, in the order of the source; empty if it can be drawn."""
    found = sorted(_eaten(source) + _unknown(source))
    if not found:
        found = _refused(source)
    return [f"column {place + 1}: {message}" for place, message in found]


def _eaten(source: str) -> list[tuple[int, str]]:
    """Control characters, most of them macros that double quotes in YAML have destroyed."""
    return [
        (place, f"control character {char!r}{_lost_macro(source, place)}")
        for place, char in enumerate(source)
        if not char.isprintable() and (char not in _INNOCENT or _lost_macro(source, place))
    ]


def _lost_macro(source: str, place: int) -> str:
    letter = _EATEN.get(source[place], "")
    rest = TOKEN.match("\\" + letter + source[place + 1 : place + 20])
    name = rest[0][1:] if letter and rest is not None else ""
    if name not in MACROS or len(name) <= _SHORTEST_REST:
        return ""
    return f", the remains of \\{name} (put the formula in single quotes)"


def _unknown(source: str) -> list[tuple[int, str]]:
    if len(source) > MAX_LENGTH:
        return []
    return [
        (token.start(), f"{token[0]} is not known{_near(token[0][1:])}")
        for token in TOKEN.finditer(source)
        if token[0].startswith("\\") and len(token[0]) > 1 and token[0][1:] not in MACROS
    ]


def _near(name: str) -> str:
    import difflib  # only when there is something to report

    near = difflib.get_close_matches(name, MACROS, n=1)
    return f" (did you mean \\{near[0]}?)" if near else ""


def _refused(source: str) -> list[tuple[int, str]]:
    try:
        parse(source)
    except TexError as error:
        return [(error.position, error.message + _known_environments(error.message))]
    return []


def _known_environments(message: str) -> str:
    known = ", ".join(ENVIRONMENTS)
    return f" (known: {known})" if message.startswith("unknown environment") else ""
