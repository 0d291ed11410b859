"""Cuts typed text into tokens: numbers, names and signs, read by meaning and refused by place.

The limits come first: everything after this module works on a short list of known tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import category, normalize

from dlcards.answers.hygiene import Unreadable, clean_learner
from dlcards.answers.vocabulary import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Kind = Literal["number", "fraction", "power", "name", "string", "sign", "end"]


class Token(NamedTuple):
    """One piece of the text; `value` is a number, a pair (fraction) or how a name is spelled."""

    kind: Kind
    text: str
    at: int
    value: int | float | str | tuple[int, int] = ""


class Limits(NamedTuple):
    """How long a text may be, and of how many tokens."""

    characters: int
    tokens: int


LEARNER = Limits(400, 300)
DECK = Limits(2000, 500)  # a chain of 250 operators is as deep as Python's stack likes

# Signs of other alphabets with one meaning. Length 1 to 1, so that places stay true.
_MEANT = dict(zip("−–‐‑×·⋅∙∗÷∕⁄√", "----*****///√", strict=True)) | {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "**": "^",
    "=": "==",
}
_SIGNS = re.compile(r"\*\*|[-+*/^()|%,]")
_DECK_SIGNS = re.compile(r"\*\*|[<>=!]=|[-+*/^()|%,\[\]=<>~]")
_NUMBER = re.compile(r"((?:[0-9]+(?:_[0-9]{3})*)(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]*)?)([eE][+-]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0(?:[xX][0-9a-fA-F]|[bB][01]|[oO][0-7])")
_ASCII_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[₀-₉]*")
_DOTTED_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*[₀-₉]*")
_GREEK_WORD = re.compile(r"[α-ξπ-ωϑϕϵµΓΔΘΛΞΠΣΦΨΩ](?:_[A-Za-z0-9]+|[0-9]+|[₀-₉]+)?")
_STRING = re.compile(r"'([\w .+-]*)'|\"([\w .+-]*)\"")
_SUPERSCRIPT = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOOKALIKE = dict(zip("аеорсхукмАВЕКМНОРСТХУіјѕοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
                      "aeopcxykmABEKMHOPCTXYijsoABEZHIKMNOPTYX", strict=True))  # fmt: skip
_WRITE = {
    "{": "use round brackets",
    "}": "use round brackets",
    ":": "write / for a ratio",
    "=": "write only the value",
    "!": "write the product out",
    ";": "one formula is asked",
}
_ONE_FORMULA = "one formula is asked, not a list"


def tokens(text: str, *, deck: bool = False, thousands: bool = False) -> list[Token]:
    """Cut `text`, the last token being the end; raise Unreadable beyond the limits."""
    limits = DECK if deck else LEARNER
    if len(text) > limits.characters:
        raise Unreadable(f"longer than {limits.characters} characters (shorten it)",
                         limits.characters, text[: limits.characters + 1])  # fmt: skip
    text = clean_learner(text)
    found = list(_cut(text, deck, thousands))
    if len(found) > limits.tokens:
        raise Unreadable(f"more than {limits.tokens} signs and numbers (shorten it)",
                         found[limits.tokens].at, text)  # fmt: skip
    return [*found, Token("end", "", len(text))]


class Cursor:
    """A place in a list of tokens, and the refusal of whatever stands there."""

    def __init__(self, text: str, *, deck: bool, thousands: bool) -> None:
        self.tokens = tokens(text, deck=deck, thousands=thousands)
        self.text = clean_learner(text)
        self.place = 0

    @property
    def token(self) -> Token:
        """The token at the place."""
        return self.tokens[self.place]

    @property
    def ended(self) -> bool:
        """Whether every token has been read."""
        return self.token.kind == "end"

    def advance(self) -> Token:
        """Return the token at the place and go on to the next; the end is never left."""
        token = self.token
        self.place += token.kind != "end"
        return token

    def sees(self, *signs: str) -> bool:
        """Whether one of `signs` is at the place."""
        return self.token.kind == "sign" and str(self.token.value) in signs

    def expect(self, sign: str, why: str) -> None:
        """Go past `sign`, or refuse with `why`."""
        if not self.sees(sign):
            raise self.fault(why)
        self.advance()

    def fault(self, message: str, token: Token | None = None) -> Unreadable:
        """Return the fault at a token, by default the one at the place."""
        return Unreadable(message, (token or self.token).at, self.text)


def _cut(text: str, deck: bool, thousands: bool) -> Iterator[Token]:
    at, depth = 0, 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _next(text, at, deck, thousands and depth == 0)
        depth += (token.text == "(") - (token.text == ")")
        yield token
        at += len(token.text)


def _next(text: str, at: int, deck: bool, thousands: bool) -> Token:
    patterns: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Token]]] = [
        (_THOUSANDS, _number) if thousands else (_NUMBER, _number),
        (_NUMBER, _number),
        (_DOTTED_WORD if deck else _ASCII_WORD, _word),
        (_GREEK_WORD, _word),
        (_DECK_SIGNS if deck else _SIGNS, _sign),
        (_SUPERSCRIPT, _superscript),
    ]
    for pattern, made in [*patterns, (_STRING, _string)] if deck else patterns:
        if found := pattern.match(text, at):
            return made(found)
    return _single(text, at, deck)


def _number(found: re.Match[str]) -> Token:
    text, at = found.string, found.start()
    mantissa, exponent = found[1].replace(",", "").replace("_", ""), found[2] or ""
    if _OTHER_BASE.match(text, at):
        raise Unreadable("a number of another base (write it in decimal)", at, text)
    if re.match(r"0[0-9]", mantissa):
        after_comma = text[:at].endswith(",")
        remedy = "a comma is no decimal point: write 1.0 or 1000" if after_comma else "drop it"
        raise Unreadable(f"'{found[1]}' begins with a zero ({remedy})", at, text)
    if len(exponent.lstrip("eE+-").lstrip("0")) > 3:
        raise Unreadable("an exponent of more than three digits (write a smaller one)",
                         found.start(2), text)  # fmt: skip
    return Token("number", found[0], at, _value(mantissa, exponent, at, text))


def _value(mantissa: str, exponent: str, at: int, text: str) -> int | float:
    if mantissa.isdigit() and not exponent:
        if len(mantissa) > 300:
            raise Unreadable("a number of more than 300 digits (write it as a power)", at, text)
        return int(mantissa)
    value = float(mantissa + exponent)
    if value == float("inf"):
        raise Unreadable("too large a number (the largest is about 1e308)", at, text)
    if value == 0 and mantissa.strip("0."):
        raise Unreadable("too small a number (write 0, or a larger one)", at, text)
    return value


def _word(found: re.Match[str]) -> Token:
    return Token("name", found[0], found.start(), spelled(found[0]))


def _sign(found: re.Match[str]) -> Token:
    return Token("sign", found[0], found.start(), _MEANT.get(found[0], found[0]))


def _superscript(found: re.Match[str]) -> Token:
    digits = normalize("NFKC", found[0]).replace("−", "-")
    if len(digits.lstrip("+-")) > 3:
        raise Unreadable("an exponent of more than three digits (write a smaller one)",
                         found.start(), found.string)  # fmt: skip
    return Token("power", found[0], found.start(), int(digits))


def _string(found: re.Match[str]) -> Token:
    return Token("string", found[0], found.start(), found[1] or found[2] or "")


def _single(text: str, at: int, deck: bool) -> Token:
    """Read a sign that stands alone by its meaning, or say why it cannot be read."""
    char = text[at]
    meant = _MEANT.get(char, "")
    if meant and (deck or len(meant) == 1):
        return Token("sign", char, at, meant)
    plain = normalize("NFKC", char)
    parts = plain.split("⁄")
    if len(parts) == 2 and all(part.isdigit() for part in parts) and int(parts[1]):
        return Token("fraction", char, at, (int(parts[0]), int(parts[1])))
    raise Unreadable(_refusal(char, plain), at, text)


def _refusal(char: str, plain: str) -> str:
    if char in _LOOKALIKE:
        return f"a letter of another alphabet that looks like '{_LOOKALIKE[char]}' (type it anew)"
    if not char.isascii() and plain.isascii() and plain.isprintable():
        return f"'{char}' is another alphabet's '{plain}' (type '{plain}')"
    if char in "[]":
        return f"'{char}' cannot be read here ({_ONE_FORMULA}: use round brackets)"
    if category(char).startswith("L"):
        return f"'{char}' is not a letter that formulas know (use Latin or Greek letters)"
    remedy = _WRITE.get(char, "delete it")
    return f"'{char}' cannot be read here ({remedy})"
