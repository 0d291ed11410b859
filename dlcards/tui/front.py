"""The terminal's front end of a session: draws a state, waits for keys or a line, returns an event."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self, TextIO

from dlcards.model.card import Line, Pick
from dlcards.session import states as s
from dlcards.tui import views
from dlcards.tui.keys import Keys
from dlcards.tui.lines import Lines
from dlcards.tui.page import Page
from dlcards.tui.terminal import signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlcards.model.memory import Grade
    from dlcards.session.states import AnyEvent, Asking, Done, Judged, State
    from dlcards.tui.terminal import Terminal

EVENTS: dict[str, Callable[[], AnyEvent]] = {
    "h": s.Hint, "u": s.Undo, "n": s.Skip, "b": s.Bury, "s": s.Suspend, "q": s.Stop,
}  # fmt: skip
TAKE = (" ", "enter")


class TerminalFront:
    """Keys in a terminal, one reply a line elsewhere. Use it in a `with` statement."""

    def __init__(
        self, terminal: Terminal, stdin: TextIO, out: TextIO, edit: Callable[[str], str]
    ) -> None:
        self.page = Page(terminal, out)
        self.terminal, self._stdin, self._edit = terminal, stdin, edit
        self._lines = Lines()
        self._shown: State | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(signals())
        if self.terminal.interactive:
            self._keys = self._stack.enter_context(Keys(self._stdin))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def event(self, state: State) -> AnyEvent:
        """Draw what is new and return what the learner does."""
        match state:
            case s.Asking():
                self._draw_question(state)
                return self._reply(state)
            case s.Judged():
                self._draw_answer(state)
                return self._grade(state)
            case s.Done():
                return s.Stop()

    def notice(self, message: str) -> None:
        """Say something beside the state."""
        self.page.print(self.page.text(message, "card.hint"))

    def done(self, state: Done, tomorrow: int) -> None:
        """Draw the end."""
        views.summary(state, tomorrow, self.page)

    def _draw_question(self, state: Asking) -> None:
        last = self._shown
        if not (isinstance(last, s.Asking) and last.prompt is state.prompt):
            views.question(state, self.page)
            views.prompt_line(state.prompt, self.page)
        elif state.hints != last.hints:
            views.hint(state.hints[-1], self.page)
        elif state.feedback is not None and state.feedback is not last.feedback:
            views.feedback(state.feedback, self.page)
        self._shown = state

    def _draw_answer(self, state: Judged) -> None:
        last = self._shown
        if last is not state:
            if not (isinstance(last, s.Asking) and last.prompt is state.prompt):
                views.question(_asked(state), self.page)  # an undo came back to it
            views.answer(state, self.page)
            views.buttons(state, self.page)
        self._shown = state

    def _reply(self, state: Asking) -> AnyEvent:
        if not self.terminal.interactive or isinstance(state.prompt.form, Line):
            return self._typed(state)
        if isinstance(state.prompt.form, Pick):
            return self._picked(state.prompt.form, state)
        while True:
            key = self._key()
            if key in TAKE:
                return s.Answer()
            if event := self._command(key, state):
                return event

    def _typed(self, state: Asking) -> AnyEvent:
        """A line: a reply, or a command after a colon."""
        while True:
            line = self._line(f"{self.page.signs.prompt} ")
            if not line.startswith(":") and not (line == "?" and self.terminal.interactive):
                return s.Answer(line)
            if event := self._command(line.removeprefix(":").strip()[:1] or "?", state):
                return event

    def _picked(self, form: Pick, state: Asking) -> AnyEvent:
        """Digits: one answers at once, several are gathered until Enter."""
        picked: list[str] = []
        while True:
            key = self._key()
            if key.isdigit() and 1 <= int(key) <= len(form.options):
                if not form.several:
                    return s.Answer(key)
                picked = [k for k in picked if k != key] if key in picked else [*picked, key]
                self.page.print(f"Picked: {' '.join(sorted(picked)) or 'none'}")
            elif key in TAKE:
                return s.Answer(" ".join(sorted(picked)))
            elif event := self._command(key, state):
                return event

    def _grade(self, state: Judged) -> AnyEvent:
        keys = {
            str(views.key_of(button, number, len(state.buttons))): button.grade
            for number, button in enumerate(state.buttons)
        }
        while True:
            key = self._key() if self.terminal.interactive else self._line("grade> ") or "enter"
            if key in TAKE:
                return s.Rate(_grade_of(views.nearest(state)))
            if key in keys:
                return s.Rate(keys[key])
            if event := self._command(key.removeprefix(":"), state):
                return event
            if not self.terminal.interactive:
                self.notice(f"Grade with {', '.join(keys)}, or Enter for the marked one.")

    def _command(self, key: str, state: Asking | Judged) -> AnyEvent | None:
        """What a letter asks for; None where it asks for nothing, or was done here."""
        if key == "eof":
            raise EOFError
        if key == "?":
            views.help_(self.page)
            if isinstance(state, s.Asking):
                views.prompt_line(state.prompt, self.page)
            else:
                views.buttons(state, self.page)
        elif key == "e":
            return self._edited(state)
        elif key == "h" and isinstance(state, s.Asking) and not state.hints_left:
            self.notice("There is no further hint.")
        elif key in EVENTS:
            return EVENTS[key]()
        return None

    def _edited(self, state: Asking | Judged) -> AnyEvent | None:
        if not self.terminal.interactive:
            self.notice("Editing needs a terminal.")
            return None
        with self._keys.suspended():
            problems = self._edit(state.item.card)
        self._shown = None
        if problems:
            self.notice(problems)
            self.page.print("Press a key to go on.")
            self._key()
        return s.Reload()

    def _key(self) -> str:
        return self._keys.read()

    def _line(self, prompt: str) -> str:
        self.page.console.file.flush()
        if not self.terminal.interactive:
            line = self._stdin.readline()
            if not line:
                raise EOFError
            return line.strip()
        with self._keys.suspended():
            return self._lines.read(prompt).strip()


def _asked(state: Judged) -> Asking:
    return s.Asking(state.item, state.seed, state.prompt, state.progress)


def _grade_of(number: int) -> Grade:
    grades: tuple[Grade, ...] = (0, 1, 2, 3, 4, 5)
    return grades[number]
