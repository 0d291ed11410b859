"""Reads YAML as data with line numbers: version 1.2's plain scalars, no anchors, no tags, limits.

PyYAML's parser gives the events; what they mean is decided here, because its loaders read `no` as
false, `1e-3` as text and `1:30` as 90, let a repeated key win in silence, and follow aliases into
exponential growth.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from dlcards.errors import Problem

MOST_BYTES = 4 << 20
MOST_NODES = 400_000
DEEPEST = 24
LONGEST_KEY = 200  # characters
MOST_PATHS = 32 << 20  # characters of all paths together
MOST_PROBLEMS = 100  # of one file: who has that many mends the first and looks again
MOST_DIGITS = 18  # of a whole number

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# What YAML allows nowhere, not even in quotes.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# In double quotes "\theta" becomes a tab and "heta", "\_" a fixed space, "\nabla" a new line and "abla".
_EATEN = re.compile(r"[\t\xa0]|\n(?=(?:abla|eq|u|ot|eg|mid|exists)\b)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPED = "in double quotes a backslash is an escape: use single quotes"


class Document(NamedTuple):
    """The data, the line of every path such as `$.cards[3].front`, and what was wrong."""

    data: Any
    lines: dict[str, int]
    problems: list[Problem]


class _Fatal(Exception):
    """The file as a whole cannot be read further."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def read(raw: bytes, file: str) -> Document:
    """Read one file's bytes. Never raises for any content: faults are in `problems`."""
    reader = _Reader(file)
    try:
        data = reader.document(_decoded(raw))
    except _Fatal as fault:
        reader.problems.append(Problem(file, fault.line, "", fault.message, fault.hint))
        data = None
    return Document(data, reader.lines, reader.problems)


def _decoded(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _Fatal(0, f"has {MOST_BYTES >> 20} MB or more", "one file per topic")
    if b"\x00" in raw:
        raise _Fatal(0, "is no text", "a deck is YAML in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Fatal(line, "is not UTF-8", "save the file with that encoding") from None
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise _Fatal(line, f"holds the character U+{ord(bad[0]):04X}", "remove it")
    return text


class _Reader:
    """Turns events into data with a stack of its own, so that depth costs no recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.spent = 0  # characters of paths

    def document(self, text: str) -> Any:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return self._build(yaml.parse(text, Loader=loader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message = " ".join(filter(None, (error.context, error.problem)))
            line = mark.line + 1 if mark else 0
            hint = _remedy(message, _character(text, mark))
            raise _Fatal(line, f"is not YAML: {message}", hint) from None

    def _build(self, events: Any) -> Any:
        import yaml

        stack: list[_Open] = []
        root: list[Any] = []
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Fatal(
                    line, "uses an anchor or alias", "write the text again: decks are plain"
                )
            if isinstance(event, yaml.NodeEvent):
                self._count(line, len(stack))
                self._tag(event, line)
            if isinstance(event, yaml.ScalarEvent):
                self._place(stack, root, self._scalar(event, line), line)
            elif isinstance(event, yaml.CollectionStartEvent):
                value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                path = self._place(stack, root, value, line)
                stack.append(_Open(value, path))
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
            elif isinstance(event, yaml.DocumentStartEvent) and root:
                raise _Fatal(line, "holds a second document", "one deck a file: remove the '---'")
        return root[0] if root else None

    def _count(self, line: int, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Fatal(line, f"holds more than {MOST_NODES:,} values", "split the deck")
        if depth > DEEPEST:
            raise _Fatal(line, f"is nested deeper than {DEEPEST}", "a card needs three levels")

    def _tag(self, event: Any, line: int) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self._problem(line, f"has the tag '{tag}'", "remove it: decks are plain data")

    def _place(self, stack: list[_Open], root: list[Any], value: Any, line: int) -> str:
        """Put a value where it belongs; returns its path."""
        if not stack:
            root.append(value)
            path = "$"
        elif isinstance(stack[-1].value, list):
            path = f"{stack[-1].path}[{len(stack[-1].value)}]"
            stack[-1].value.append(value)
        else:
            path = self._pair(stack[-1], value, line)
        self._record(path, line)
        return path

    def _record(self, path: str, line: int) -> None:
        """Keep the line of a path; long keys at depth would multiply into the whole memory."""
        self.spent += len(path)
        if self.spent > MOST_PATHS:
            raise _Fatal(line, "has long keys far too deep", "a card needs three levels")
        self.lines[path] = line

    def _pair(self, top: _Open, value: Any, line: int) -> str:
        if top.key is None:
            top.key = self._key(top, value, line)
            return f"{top.path}.{top.key}"
        key, top.key = top.key, None
        top.value[key] = value
        return f"{top.path}.{key}"

    def _key(self, top: _Open, value: Any, line: int) -> str:
        if isinstance(value, (dict, list)):
            raise _Fatal(line, "has a list or mapping as a key", "keys are words")
        key = value if isinstance(value, str) else str(value)
        if len(key) > LONGEST_KEY:
            raise _Fatal(line, f"has a key of {len(key):,} characters", "keys are words")
        if key in top.value:
            first = self.lines.get(f"{top.path}.{key}", 0)
            self._problem(line, f"'{key}' is written twice (first in line {first})", "keep one")
        return key

    def _scalar(self, event: Any, line: int) -> Any:
        text: str = event.value
        if bad := _CONTROL.search(text):
            self._problem(line, f"holds the control character {bad[0]!r}", _ESCAPED)
        elif event.style == '"' and (bad := _EATEN.search(text)):
            self._problem(line, f"holds {bad[0]!r}, written with a backslash", _ESCAPED)
        text = _INVISIBLE.sub("", text)
        plain = not event.style and event.implicit[0]
        return self._resolved(text, line) if plain else text

    def _resolved(self, text: str, line: int) -> Any:
        value = _plain(text)
        if isinstance(value, float) and math.isinf(value):
            self._problem(line, "holds a number beyond 1e308", "put quotes around it if it is text")
        digits = len(text.lstrip("+-"))
        if isinstance(value, int) and digits > MOST_DIGITS:
            hint = "write it as 1e20, or put quotes around it if it is text"
            self._problem(line, f"holds a whole number of {digits:,} digits", hint)
        return value

    def _problem(self, line: int, message: str, hint: str) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Fatal(line, f"has more than {MOST_PROBLEMS} faults", "mend the first ones")
        self.problems.append(Problem(self.file, line, "", message, hint))


class _Open:
    """A collection that is being filled; `key` is set between a key and its value."""

    __slots__ = ("key", "path", "value")

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path
        self.key: str | None = None


def _plain(text: str) -> Any:
    """Resolve a plain scalar by YAML 1.2's core schema (decimal numbers, true, false, null)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text[: MOST_DIGITS + 2])  # longer ones are refused
    return float(text) if _FLOAT.match(text) else text


def _character(text: str, mark: Any) -> str:
    """The character at which the parser stopped."""
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    return line[mark.column : mark.column + 1] if mark else ""


def _remedy(message: str, character: str) -> str:
    if character == "\t":
        return "indent with spaces"
    return next((hint for part, hint in _REMEDIES.items() if part in message), _LOOK)


_LOOK = "check quotes and indentation"
_REMEDIES = {
    "mapping values": "a ':' in a text needs quotes around it",
    "found unknown escape": "use single quotes around text with a backslash",
    "decimal number": "use single quotes around text with a backslash",
    "tab character": "indent with spaces",
    "block": "check the indentation",
    "quoted scalar": "close the quote",
    "start any token": "put quotes around a text that begins with this sign",
}
