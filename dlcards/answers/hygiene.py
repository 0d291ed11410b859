"""Keeps characters out that a terminal would obey or an eye would not see, and says where they are.

Learner text that has one is refused, with its place; text of decks is freed of them.
"""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width, name, normalize

from dlcards.errors import UsageError

_WINDOW = 72  # columns: a caret under a longer line would be lost after the terminal's wrap
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, format, bidi, private, separators
_KEPT = "\n\t"


class Unreadable(UsageError):
    """Text that has no one meaning: what is wrong, and the place (an index into `text`)."""

    def __init__(self, message: str, position: int, text: str) -> None:
        super().__init__(message)
        self.message = message
        self.position = min(max(position, 0), len(text))
        self.text = text

    def __str__(self) -> str:
        return self.message

    def caret(self) -> str:
        """Return two lines: the text (the line at fault of it) and a caret under the place."""
        start = self.text.rfind("\n", 0, self.position) + 1
        line, at = self.text[start:].partition("\n")[0], self.position - start
        if len(line) > _WINDOW:
            left = max(0, min(at - _WINDOW // 2, len(line) - _WINDOW))
            cut = line[left : left + _WINDOW]
            line, at = ("…" if left else "") + cut, at - left + bool(left)
        return f"{_visible(line)}\n{' ' * _columns(_visible(line[:at]))}^"


def clean_learner(text: str) -> str:
    """Return what was typed in composed form; refuse characters that are obeyed or not seen."""
    text = text.replace("\r\n", "\n")
    for at, char in enumerate(text):
        if _unseen(char):
            raise Unreadable(f"{_called(char)} cannot be read (delete it)", at, text)
    return normalize("NFC", text)


def strip_deck(text: str) -> str:
    """Return the text of a deck without characters that a terminal obeys or an eye cannot see."""
    return "".join(char for char in text if not _unseen(char))


def _unseen(char: str) -> bool:
    return category(char) in _UNSEEN and char not in _KEPT


def _called(char: str) -> str:
    known = "control" if category(char) == "Cc" else name(char, "hidden").lower()
    return f"the character U+{ord(char):04X} ({known})"


def _visible(line: str) -> str:
    shown = ("?" if _unseen(char) else " " if char.isspace() else char for char in line)
    return "".join(shown)


def _columns(text: str) -> int:
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
