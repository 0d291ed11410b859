"""Signs that are drawn, in Unicode or ASCII, and prose for terminals that know ASCII only."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Signs(NamedTuple):
    """What marks right and wrong and the like; never colour alone."""

    right: str
    wrong: str
    prompt: str
    step: str
    dot: str
    rule: str


UNICODE = Signs("✓", "✗", "›", "→", "·", "─")
ASCII = Signs("[ok]", "[x]", ">", "->", "-", "-")
WORDS = Signs("Right:", "Wrong:", ">", "gives", "-", "-")  # read aloud by a screen reader

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower()
    for letter in "αβγδεζηθικλμνξπρστυφχψω"
}
_SPELLED = _GREEK | {
    "Δ": "Delta", "Σ": "Sum", "Ω": "Omega", "Φ": "Phi", "Θ": "Theta", "Π": "Prod",
    "−": "-", "–": "-", "—": "-", "×": "x", "·": "*", "÷": "/", "±": "+-", "√": "sqrt", "∞": "inf",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "←": "<-", "↦": "->", "⇒": "=>",
    "∂": "d", "∇": "grad ", "∑": "sum", "∏": "prod", "∈": "in", "∝": "~", "ŷ": "y_hat", "‖": "||",
    "⊙": "*", "…": "...", "½": "1/2", "¼": "1/4", "¾": "3/4", "°": " deg", "“": '"', "”": '"',
    "‘": "'", "’": "'", "\xa0": " ", "ℓ": "l", "⊤": "^T", "›": ">", "✓": "[ok]", "✗": "[x]",
    "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+",
    "┴": "+", "┼": "+", "▶": ">", "▼": "v", "◀": "<", "▲": "^", "↓": "v", "↑": "^",
    "²": "^2", "³": "^3", "⁻": "^-", "¹": "^1",
}  # fmt: skip
_TABLE = str.maketrans(_SPELLED)


def ascii_only(text: str) -> str:
    """Spell a text in ASCII: signs by their meaning, accents dropped, the rest as '?'."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_TABLE))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return letters.translate(_TABLE).encode("ascii", "replace").decode()
