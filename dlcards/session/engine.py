"""The session: one card after the other, asked, judged, graded, drilled, undone.

`send` takes an event and the time and returns effects. An event that the state does not know
raises IllegalEvent and changes nothing. Undo restores the state before the grade, exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never, get_args
from zlib import crc32

from msgspec.structs import replace

from dlcards.errors import DlcardsError, IllegalEvent
from dlcards.model.doc import Text
from dlcards.model.memory import DONE, Grade
from dlcards.session import states as s
from dlcards.session.policy import may_try_again, suggested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dlcards.model.card import Card, Verdict
    from dlcards.model.memory import Act
    from dlcards.session.policy import Policy

GRADES = get_args(Grade)
SAME_AGAIN = (Text("That is the same answer again: change it, or Enter shows the solution."),)
LONGEST = 10 * 60 * 1000  # a question left lying counts ten minutes at most


class Ports(NamedTuple):
    """What a session asks of the world while it runs; pure functions in tests."""

    card: Callable[[str], Card]  # raises DlcardsError where the card cannot be had
    intervals: Callable[[s.Item], Mapping[Grade, int]]  # days for each grade; {} where none move


class _Moment(NamedTuple):
    """Everything that an undo restores."""

    queue: tuple[s.Item, ...]
    results: tuple[s.Result, ...]
    faults: tuple[str, ...]
    state: s.State
    drawn: Card
    last_reply: str


class Session:
    """A sitting over a queue of cards. `seed` decides every draw."""

    def __init__(
        self, queue: Iterable[s.Item], policy: Policy, ports: Ports, *, seed: int, at: int
    ) -> None:
        self.policy, self.ports, self.seed = policy, ports, seed
        self.queue: tuple[s.Item, ...] = tuple(queue)
        self.results: tuple[s.Result, ...] = ()
        self.faults: tuple[str, ...] = ()
        self.started = self.asked = at
        self._drawn: Card
        self._past: list[_Moment] = []
        self._last_reply = ""
        self.state: s.State = self._next(at)

    def send(self, event: s.AnyEvent, at: int) -> tuple[s.Effect, ...]:
        """Apply an event that happened at `at` (milliseconds); returns what is to be done."""
        match event:
            case s.Answer():
                return self._answer(event.reply, at)
            case s.Hint():
                return self._hint()
            case s.Rate():
                return self._rate(event.grade, at)
            case s.Undo():
                return self._undo(at)
            case s.Skip():
                return self._skip(at)
            case s.Bury():
                return self._put_away("bury", at)
            case s.Suspend():
                return self._put_away("suspend", at)
            case s.Reload():
                return self._reload(at)
            case s.Again():
                return self._again(event, at)
            case s.Stop():
                return self._stop(event, at)
            case _:
                assert_never(event)

    def _answer(self, reply: str, at: int) -> tuple[s.Effect, ...]:
        asking = self._asking("an answer")
        card = self._drawn
        feedback = asking.feedback
        if feedback is not None and reply.strip() and reply.strip() == self._last_reply:
            self.state = replace(asking, feedback=replace(feedback, said=SAME_AGAIN))
            return ()
        try:
            verdict = card.check(reply)
        except DlcardsError as error:  # such as an op that cannot take what the deck gives it
            self._leave_out(error)
            self.state = self._next(at)
            return ()
        if verdict.unreadable:
            self.state = replace(asking, feedback=verdict)
            return ()
        wrong = verdict.score is not None and not verdict.right
        if wrong and feedback is not None and verdict.understood == feedback.understood != "":
            self.state = replace(asking, feedback=replace(feedback, said=SAME_AGAIN))
            return ()
        if wrong and reply.strip() and may_try_again(asking.prompt, self.policy, asking.tries + 1):
            self._last_reply = reply.strip()
            self.state = replace(asking, feedback=verdict, tries=asking.tries + 1)
            return ()
        try:
            self._judge(asking, reply, verdict, at)
        except DlcardsError as error:  # a deck can make a card that asks but cannot explain
            self._leave_out(error)
            self.state = self._next(at)
        return ()

    def _judge(self, asking: s.Asking, reply: str, verdict: Verdict, at: int) -> None:
        millis = max(0, min(at - self.asked, LONGEST))
        typical = self.policy.pace.get(_kind(self._drawn))
        grade = suggested(
            asking.prompt,
            verdict,
            hints=len(asking.hints),
            tries=asking.tries,
            empty=not reply.strip(),
            pace=millis / typical if typical else None,
        )
        self.state = s.Judged(
            asking.item, asking.seed, asking.prompt, reply, verdict, self._drawn.explain(),
            self._buttons(asking.item), grade, millis, self._progress(at),
        )  # fmt: skip

    def _hint(self) -> tuple[s.Effect, ...]:
        asking = self._asking("a hint")
        hints = self._drawn.hints
        shown = len(asking.hints)
        if shown >= len(hints):
            raise IllegalEvent("hint: the card has no more (answer, or Enter shows the solution)")
        self.state = replace(
            asking, hints=(*asking.hints, hints[shown]), hints_left=len(hints) - shown - 1
        )
        return ()

    def _rate(self, grade: Grade | None, at: int) -> tuple[s.Effect, ...]:
        judged = self._judged("a grade")
        chosen = judged.suggested if grade is None else grade
        if chosen not in GRADES:
            raise IllegalEvent(f"grade {chosen}: there is none (0 to 5)")
        item = judged.item
        days = {button.grade: button.days for button in judged.buttons}
        interval = days[chosen] if chosen in days else self.ports.intervals(item).get(chosen)
        record = s.Record(
            item.card, "grade", item.mode, chosen, judged.seed, judged.reply, judged.millis,
            interval if item.mode == "review" else None,
        )  # fmt: skip
        self._remember()
        self.results = (*self.results, s.Result(item, chosen, judged.millis))
        again = self._drills(item, judged.verdict, chosen) if self.policy.drill else ()
        self.queue = (*self.queue[1:], *again)
        self.state = self._next(at)
        return (record,)

    def _drills(self, item: s.Item, verdict: Verdict, grade: Grade) -> tuple[s.Item, ...]:
        """What comes back in the sitting: the parts that were missed, or else a card below 4."""
        back = replace(item, mode="drill" if item.mode == "review" else item.mode, new=False)
        parts = tuple(replace(back, part=part) for part in verdict.missed)
        return parts or ((back,) if grade < DONE else ())

    def _undo(self, at: int) -> tuple[s.Effect, ...]:
        if not self._past:
            return (s.TakeBack(ours=False),)
        moment = self._past.pop()
        self.queue, self.results, self.faults = moment.queue, moment.results, moment.faults
        self.state, self._drawn, self._last_reply = moment.state, moment.drawn, moment.last_reply
        self.asked = at
        return (s.TakeBack(ours=True),)

    def _skip(self, at: int) -> tuple[s.Effect, ...]:
        self._open("a skip")
        self.queue = (*self.queue[1:], self.queue[0])
        self.state = self._next(at)
        return ()

    def _put_away(self, act: Act, at: int) -> tuple[s.Effect, ...]:
        item = self._open(act).item
        self._remember()
        self.queue = tuple(other for other in self.queue if other.card != item.card)
        self.state = self._next(at)
        return (s.Record(item.card, act, item.mode),)

    def _reload(self, at: int) -> tuple[s.Effect, ...]:
        self._open("a reload")
        self.state = self._next(at)
        return ()

    def _again(self, event: s.Again, at: int) -> tuple[s.Effect, ...]:
        others = (other for other in self.queue if other.card != event.item.card)
        self.queue = (event.item, *others)
        self.state = self._next(at)
        return ()

    def _stop(self, event: s.Stop, at: int) -> tuple[s.Effect, ...]:
        if not isinstance(self.state, s.Done):
            self.state = self._done("interrupted" if event.interrupted else "stopped", at)
        return ()

    def _next(self, at: int) -> s.State:
        """Ask the first card of the queue; one that cannot be asked is left out and named."""
        late = self.policy.minutes is not None and at - self.started >= self.policy.minutes * 60_000
        while self.queue and not (late and self.results):
            item = self.queue[0]
            try:
                return self._ask(item, at)
            except DlcardsError as error:
                self._leave_out(error)
        return self._done("time" if self.queue else "finished", at)

    def _leave_out(self, error: DlcardsError) -> None:
        """Name the fault of the first card and go on without it."""
        card = self.queue[0].card
        said = str(error) if card in str(error) else f"card '{card}': {error}"
        self.faults = (*self.faults, said)
        self.queue = tuple(item for item in self.queue if item.card != card)

    def _ask(self, item: s.Item, at: int) -> s.Asking:
        seed = crc32(f"{self.seed}\n{item.card}\n{len(self.results)}".encode())
        drawn = self.ports.card(item.card).draw(seed)
        drawn = drawn.part(item.part) if item.part else drawn
        prompt = drawn.ask()
        self._drawn, self.asked, self._last_reply = drawn, at, ""
        return s.Asking(item, seed, prompt, self._progress(at), hints_left=len(drawn.hints))

    def _done(self, reason: s.Reason, at: int) -> s.Done:
        return s.Done(reason, self.results, len(self.queue), at - self.started, self.faults)

    def _buttons(self, item: s.Item) -> tuple[s.Button, ...]:
        days = self.ports.intervals(item) if item.mode == "review" else {}
        return tuple(
            s.Button(grade, label, days.get(grade)) for grade, label in self.policy.buttons
        )

    def _progress(self, at: int) -> s.Progress:
        drills = sum(item.mode == "drill" for item in self.queue)
        new = sum(item.new for item in self.queue)
        done = sum(result.item.mode != "drill" for result in self.results)
        return s.Progress(done, len(self.queue) - drills, new, drills, at - self.started)

    def _remember(self) -> None:
        self._past.append(
            _Moment(
                self.queue, self.results, self.faults, self.state, self._drawn, self._last_reply
            )
        )

    def _asking(self, what: str) -> s.Asking:
        if not isinstance(self.state, s.Asking):
            raise IllegalEvent(f"{what}: no question is open (the state is {_name(self.state)})")
        return self.state

    def _judged(self, what: str) -> s.Judged:
        if not isinstance(self.state, s.Judged):
            raise IllegalEvent(
                f"{what}: no reply was judged yet (the state is {_name(self.state)})"
            )
        return self.state

    def _open(self, what: str) -> s.Asking | s.Judged:
        if isinstance(self.state, s.Done):
            raise IllegalEvent(f"{what}: the session is over")
        return self.state


def _name(state: s.State) -> str:
    return type(state).__name__.lower()


def _kind(card: Card) -> str:
    return type(card).__name__.lower()
