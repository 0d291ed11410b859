"""The terminal's front end of a session: draws a state, waits for keys or a line, returns an event."""

from __future__ import annotations

from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING, Self, TextIO

from dlcards.errors import DlcardsError
from dlcards.model.card import Arrange, Edit, Line, Pick, Reveal, Tick
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
        self,
        terminal: Terminal,
        stdin: TextIO,
        out: TextIO,
        edit: Callable[[str], str],
        write: Callable[[str, str], str],
    ) -> None:
        """`edit` opens a card's deck and returns its problems; `write` opens a program of a card
        and returns what the learner made of it."""
        self.page = Page(terminal, out)
        self.terminal, self._stdin = terminal, stdin
        self._edit, self._write = edit, write
        self._lines = Lines()
        self._shown: State | None = None
        self._said: tuple[str, ...] = ()
        self._stack = ExitStack()
        self._open = False  # whether the cursor is at the end of a line that is written over
        self._since = 0.0  # when the open question was shown
        self._program = ""  # the learner's text of the open question

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
        """Say something beside the state; said again where a new screen would wipe it away."""
        self._said = (*self._said, message)
        self._say(message)

    def refused(self, message: str) -> None:
        """Say why an event was not possible."""
        self._say(message)

    def done(self, state: Done, tomorrow: int) -> None:
        """Draw the end."""
        views.summary(state, tomorrow, self.page)

    def _say(self, message: str) -> None:
        self.page.print(self.page.text(message, "card.hint"))

    def _draw_question(self, state: Asking) -> None:
        last = self._shown
        if not (isinstance(last, s.Asking) and last.prompt is state.prompt):
            views.question(state, self.page)
            for message in self._said if self.terminal.interactive else ():
                self._say(message)
            views.prompt_line(state.prompt, self.page)
            self._since = monotonic()
        elif state.hints != last.hints:
            views.hint(state.hints[-1], self.page)
        elif state.feedback is not None and state.feedback is not last.feedback:
            views.feedback(state.feedback, state.prompt, self.page)
        self._shown = state
        self._said = ()

    def _draw_answer(self, state: Judged) -> None:
        last = self._shown
        if last is not state:
            if not (isinstance(last, s.Asking) and last.prompt is state.prompt):
                views.question(_asked(state), self.page)  # an undo came back to it
            views.answer(state, self.page)
            views.buttons(state, self.page)
        self._shown = state

    def _reply(self, state: Asking) -> AnyEvent:
        form = state.prompt.form
        if isinstance(form, Edit):
            return self._written(form, state)
        if isinstance(form, Tick):
            return self._ticked(form, state)
        if not self.terminal.interactive or isinstance(form, Line):
            return self._typed(state)
        if isinstance(form, Pick):
            return self._chosen(len(form.options), state, several=form.several)
        if isinstance(form, Arrange):
            return self._chosen(len(form.items), state, several=True, in_order=True)
        return self._awaited(state) or s.Answer()

    def _awaited(self, state: Asking, seconds: int = 0) -> AnyEvent | None:
        """Wait for space or Enter (None), or for a command; `seconds` shows a running clock."""
        clock = bool(seconds) and not self.terminal.plain
        while True:
            if clock:
                views.clock(int(monotonic() - self._since), seconds, self.page)
            key = self._keys.read(1.0 if clock else None)
            if not key:
                continue
            if clock:
                self.page.blank()
            if key in TAKE:
                return None
            if key == "x" and not isinstance(state.prompt.form, Reveal):
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

    def _chosen(
        self, count: int, state: Asking, *, several: bool, in_order: bool = False
    ) -> AnyEvent:
        """Digits: one answers at once, several are gathered until Enter."""
        picked: list[str] = []
        while True:
            key = self._key()
            if key.isdigit() and 1 <= int(key) <= count:
                if not several:
                    return s.Answer(key)
                picked = [k for k in picked if k != key] if key in picked else [*picked, key]
                picked = picked if in_order else sorted(picked)
                self._picked(picked)
            elif key == "backspace" and picked:
                picked.pop()
                self._picked(picked)
            elif key in TAKE:
                self._end_line()
                return s.Answer(" ".join(picked))
            else:
                self._end_line()
                if event := self._command(key, state):
                    return event

    def _picked(self, picked: list[str]) -> None:
        """Say what is picked so far, always in the same line where a screen is looked at."""
        said = f"Picked: {' '.join(picked) or 'none'}"
        if self.terminal.plain:
            self.page.print(said)
        else:
            views.over(said, self.page)
            self._open = True

    def _end_line(self) -> None:
        if self._open:
            self.page.blank()
        self._open = False

    def _ticked(self, form: Tick, state: Asking) -> AnyEvent:
        """First the learner explains, then the points are shown to be ticked."""
        if self.terminal.interactive:
            if event := self._awaited(state, form.seconds):
                return event
        elif (line := self._line("")).startswith(":"):
            return self._command(line[1:2] or "?", state) or s.Answer()
        self.page.blank()
        views.numbered(form.points, self.page)
        self.page.print(
            self.page.text("Which of these did you say? Their numbers, then Enter.", "card.note")
        )
        if self.terminal.interactive:
            return self._chosen(len(form.points), state, several=True)
        return s.Answer(self._line(""))

    def _written(self, form: Edit, state: Asking) -> AnyEvent:
        """A program, from the learner's editor; elsewhere lines down to one with a single dot."""
        if not self.terminal.interactive:
            return self._dictated(state)
        while True:
            if event := self._awaited(state):
                return event
            begin = self._program if state.feedback is not None else form.stub
            try:
                with self._keys.suspended():
                    self._program = self._write(state.item.card, begin)
            except DlcardsError as error:  # such as an editor that is not installed
                self._say(str(error))
                continue
            return s.Answer(self._program)

    def _dictated(self, state: Asking) -> AnyEvent:
        lines: list[str] = []
        while (line := self._stdin.readline()) and line.strip() != ".":
            if line.startswith(":") and not lines:
                return self._command(line[1:2], state) or self._dictated(state)
            lines.append(line)
        if not line and not lines:
            raise EOFError
        return s.Answer("".join(lines))

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
                self._say(f"Grade with {', '.join(keys)}, or Enter for the marked one.")

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
            self._say("There is no further hint.")
        elif key in EVENTS:
            return EVENTS[key]()
        return None

    def _edited(self, state: Asking | Judged) -> AnyEvent | None:
        if not self.terminal.interactive:
            self._say("Editing needs a terminal.")
            return None
        try:
            with self._keys.suspended():
                problems = self._edit(state.item.card)
        except DlcardsError as error:  # such as an editor that is not installed
            self._say(str(error))
            return None
        self._shown = None
        if problems:
            self._say(problems)
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
