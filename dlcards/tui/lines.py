"""One typed line with editing and a history of its own."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

# ECMA-48: control sequences, and operating system commands such as links
_ESCAPES = r"(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))+"
_UNMARKED = re.compile(rf"\x01?({_ESCAPES})\x02?")
_TYPED = re.compile(rf"{_ESCAPES}|\x1bO[A-Za-z]")  # arrows, where nothing edits the line


class Lines:
    """Asks for answers; ↑ brings back earlier answers, never the learner's shell history."""

    def __init__(self, history: Sequence[str] = ()) -> None:
        self._history: list[str] = []
        for line in history:
            self._remember(clean(line))

    @property
    def history(self) -> tuple[str, ...]:
        """What was answered, oldest first, without blanks and immediate repetitions."""
        return tuple(self._history)

    def read(self, prompt: str, prefill: str = "") -> str:
        """Return one line; `prefill` stands in it already and can be edited.

        Ctrl-D raises EOFError, Ctrl-C KeyboardInterrupt.
        """
        editor = _editor()
        if editor is None:
            line = _unedited(prompt, clean(prefill))
        else:
            line = _edited(editor, prompt, clean(prefill), self._history)
        self._remember(clean(line))
        return clean(line)

    def _remember(self, line: str) -> None:
        if line.strip() and self._history[-1:] != [line]:
            self._history.append(line)


def marked(prompt: str) -> str:
    """Put ANSI codes between \\001 and \\002, so that readline counts columns without them."""
    return _UNMARKED.sub("\x01\\1\x02", prompt)


def clean(typed: str) -> str:
    """Drop escape sequences and control characters; every white space becomes a space."""
    plain = _TYPED.sub("", typed)
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in plain)


def _editor() -> ModuleType | None:
    """Return readline; Windows and some small builds of Python have none."""
    try:
        return import_module("readline")  # on first use, for it reads files
    except ImportError:
        return None


def _edited(editor: ModuleType, prompt: str, prefill: str, history: Sequence[str]) -> str:
    editor.set_auto_history(False)
    editor.clear_history()
    for line in history:
        editor.add_history(line)
    editor.set_startup_hook(lambda: editor.insert_text(prefill))
    try:
        return _typed(marked(prompt))
    finally:
        editor.set_startup_hook(None)
        editor.clear_history()


def _unedited(prompt: str, prefill: str) -> str:
    """Offer the prefill in brackets: an empty line takes it."""
    return _typed(f"{prompt}[{prefill}] " if prefill else prompt) or prefill


def _typed(prompt: str) -> str:
    try:
        return input(prompt)
    except UnicodeDecodeError as broken:  # a stray byte costs its character, not the session
        return str(broken.object.decode(broken.encoding, "replace"))
