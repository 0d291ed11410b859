"""A sitting as tables: events in, states and effects out, over real cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from rehearsal import card, intervals, item

from dlcards.errors import IllegalEvent, UsageError
from dlcards.model.card import Line, Pick, Prompt, Reveal, Verdict
from dlcards.session import states as s
from dlcards.session.engine import LONGEST, Ports, Session
from dlcards.session.policy import BUTTONS, Policy, may_try_again, suggested

if TYPE_CHECKING:
    from collections.abc import Callable

    Open = Callable[..., Session]

A, RATE, UNDO, SKIP = s.Answer(), s.Rate(), s.Undo(), s.Skip()


def play(session: Session, *events: s.AnyEvent, step: int = 1000) -> list[s.Effect]:
    """Send events a second apart; returns all effects."""
    effects: list[s.Effect] = []
    for event in events:
        effects += session.send(event, session.asked + step)
    return effects


def asking(session: Session) -> s.Asking:
    assert isinstance(session.state, s.Asking), session.state
    return session.state


def judged(session: Session) -> s.Judged:
    assert isinstance(session.state, s.Judged), session.state
    return session.state


def done(session: Session) -> s.Done:
    assert isinstance(session.state, s.Done), session.state
    return session.state


def right(session: Session) -> str:
    """The reply that earns everything for the open question."""
    for reply in ("anchor", "1", "2", "3", *map(str, range(4, 28))):
        verdict = session._drawn.check(reply)
        if verdict.right:
            return reply
    raise AssertionError("no reply is right")


def test_reveal_grade_done(sitting: Open) -> None:
    session = sitting("basic")
    assert asking(session).prompt.form == Reveal()
    assert play(session, A) == []
    assert [(b.grade, b.label, b.days) for b in judged(session).buttons] == [
        (1, "Again", 1), (3, "Hard", 3), (4, "Good", 6), (5, "Easy", 9),
    ]  # fmt: skip
    (record,) = play(session, s.Rate(5))
    assert isinstance(record, s.Record)
    assert record == s.Record("deck/basic", grade=5, seed=record.seed, millis=1000, interval=9)
    assert done(session).reason == "finished"
    assert [result.grade for result in done(session).results] == [5]


def test_a_card_below_4_comes_back_until_it_is_4(sitting: Open) -> None:
    session = sitting("basic", "typed")
    effects = play(session, A, s.Rate(1), A, s.Rate(4), A, s.Rate(3), A, s.Rate(4))
    assert [(e.card, e.mode, e.grade, e.interval) for e in effects if isinstance(e, s.Record)] == [
        ("deck/basic", "review", 1, 1), ("deck/typed", "review", 4, 6),
        ("deck/basic", "drill", 3, None), ("deck/basic", "drill", 4, None),
    ]  # fmt: skip
    assert done(session).left == 0


def test_a_drilled_card_has_fresh_numbers(sitting: Open) -> None:
    session = sitting("compute")
    numbers = [asking(session).seed]
    for _ in range(3):
        play(session, s.Answer(""), s.Rate(1))
        numbers.append(asking(session).seed)
    assert len(set(numbers)) == 4


def test_progress_counts_drills_apart(sitting: Open) -> None:
    session = sitting("basic", "typed", "choice")
    play(session, A, s.Rate(1), A, s.Rate(4))
    progress = asking(session).progress
    assert (progress.done, progress.left, progress.drills_left) == (2, 1, 1)


@pytest.mark.parametrize(
    ("events", "tries", "grade"),
    [
        pytest.param(["@"], 0, 4, id="right at once"),
        pytest.param(["nonsense", "@"], 1, 3, id="right at the second try"),
        pytest.param(["nonsense", "nonsense", "@"], 1, 3, id="the same again costs nothing"),
        pytest.param(["nonsense", " nonsense ", "@"], 1, 3, id="nor with spaces around"),
        pytest.param(["nonsense", "rubbish"], 1, 1, id="wrong twice"),
        pytest.param(["nonsense", ""], 1, 0, id="given up after a try"),
        pytest.param([""], 0, 0, id="given up at once"),
        pytest.param(["hint", "@"], 0, 3, id="right with a hint"),
        pytest.param(["anchr", "@"], 0, 4, id="a slip is forgiven, and the second reply ignored"),
    ],
)
def test_tries_of_a_typed_card(sitting: Open, events: list[str], tries: int, grade: int) -> None:
    session = sitting("typed")
    for event in events:
        if isinstance(session.state, s.Asking):
            before = session.state
            play(session, s.Hint() if event == "hint" else s.Answer(event.replace("@", "anchor")))
            assert before.tries <= tries
    assert judged(session).suggested == grade


@pytest.mark.parametrize(
    ("name", "unreadable"),
    [
        ("compute", "3 +"),
        ("compute", "$"),
        ("choice", "9"),
        ("choice", "which?"),
        ("choice", "1 2"),
    ],
)
def test_an_unreadable_reply_costs_nothing(sitting: Open, name: str, unreadable: str) -> None:
    session = sitting(name)
    for _ in range(4):
        play(session, s.Answer(unreadable))
        feedback = asking(session).feedback
        assert feedback is not None
        assert feedback.unreadable
        assert feedback.said
        assert asking(session).tries == 0
    play(session, s.Answer(right(session)))
    assert judged(session).suggested == 4


def test_a_choice_has_one_try(sitting: Open) -> None:
    session = sitting("choice")
    wrong = next(n for n in "123" if n != right(session))
    play(session, s.Answer(wrong))
    assert judged(session).suggested == 2, "the misconception has a name"


def test_a_named_mistake_is_said_before_the_second_try(sitting: Open) -> None:
    session = sitting("compute")
    mean = sum(session._drawn.inputs["x"]) / 3  # type: ignore[attr-defined]
    play(session, s.Answer(str(mean)))
    feedback = asking(session).feedback
    assert feedback is not None
    assert "That is the mean." in {getattr(block, "text", "") for block in feedback.said}
    assert feedback.near_miss


def test_hints_come_one_by_one(sitting: Open) -> None:
    session = sitting("basic")
    assert asking(session).hints_left == 2
    play(session, s.Hint())
    assert (asking(session).hints, asking(session).hints_left) == (("a",), 1)
    play(session, s.Hint())
    with pytest.raises(IllegalEvent, match="no more"):
        play(session, s.Hint())
    assert asking(session).hints == ("a", "b")


WRONG, NEAR, RIGHT, OPEN = Verdict(0.0), Verdict(0.3, near_miss=True), Verdict(1.0), Verdict(None)


@pytest.mark.parametrize(
    ("form", "verdict", "hints", "tries", "empty", "pace", "grade"),
    [
        (Reveal(), OPEN, 0, 0, True, None, 4),
        (Reveal(), OPEN, 1, 0, True, None, 3),
        (Reveal(), OPEN, 0, 0, True, 0.1, 4),
        (Line(), WRONG, 0, 0, True, None, 0),
        (Line(), WRONG, 0, 1, False, None, 1),
        (Line(), NEAR, 0, 1, False, None, 2),
        (Line(), RIGHT, 0, 0, False, None, 4),
        (Line(), RIGHT, 0, 0, False, 0.59, 5),
        (Line(), RIGHT, 0, 0, False, 0.6, 4),
        (Line(), RIGHT, 0, 0, False, 2.5, 4),
        (Line(), RIGHT, 0, 0, False, 2.51, 3),
        (Line(), RIGHT, 1, 0, False, 0.1, 3),
        (Line(), RIGHT, 0, 1, False, 0.1, 3),
        (Pick(("a", "b")), RIGHT, 0, 0, False, None, 4),
        (Pick(("a", "b")), NEAR, 0, 0, False, None, 2),
    ],
)
def test_suggested_grade(
    form: Any, verdict: Verdict, hints: int, tries: int, empty: bool, pace: float | None, grade: int
) -> None:
    prompt = Prompt((), form)
    assert grade == suggested(prompt, verdict, hints=hints, tries=tries, empty=empty, pace=pace)


@pytest.mark.parametrize(
    ("form", "tries", "again"),
    [(Line(), 1, True), (Line(), 2, False), (Pick(("a",)), 1, False), (Reveal(), 1, False)],
)
def test_who_may_try_again(form: Any, tries: int, again: bool) -> None:
    assert may_try_again(Prompt((), form), Policy(tries=2), tries) is again


def test_the_grade_follows_the_learners_own_pace(sitting: Open) -> None:
    fast = sitting("typed", pace={"typed": 10_000})
    play(fast, s.Answer("anchor"), step=5000)
    slow = sitting("typed", pace={"typed": 10_000})
    play(slow, s.Answer("anchor"), step=26_000)
    assert (judged(fast).suggested, judged(slow).suggested) == (5, 3)


def test_a_question_left_lying_counts_ten_minutes(sitting: Open) -> None:
    session = sitting("basic")
    play(session, A, step=86_400_000)
    assert judged(session).millis == LONGEST


def test_a_clock_that_goes_back_costs_nothing(sitting: Open) -> None:
    session = sitting("basic")
    play(session, A, step=-5000)
    assert judged(session).millis == 0


def test_skip_asks_at_the_end(sitting: Open) -> None:
    session = sitting("basic", "typed")
    play(session, SKIP)
    assert [one.card for one in session.queue] == ["deck/typed", "deck/basic"]
    assert asking(session).item.card == "deck/typed"


@pytest.mark.parametrize("event", [s.Bury(), s.Suspend()], ids=["bury", "suspend"])
@pytest.mark.parametrize("first", [(), (A,)], ids=["before the answer", "after it"])
def test_bury_and_suspend_take_the_card_out(
    sitting: Open, event: s.AnyEvent, first: tuple[s.AnyEvent, ...]
) -> None:
    session = sitting("basic", "typed", "basic")
    play(session, *first)
    before = session.state
    (record,) = play(session, event)
    assert record == s.Record("deck/basic", type(event).__name__.lower())  # type: ignore[arg-type]
    assert [one.card for one in session.queue] == ["deck/typed"]
    assert play(session, UNDO) == [s.TakeBack(ours=True)]
    assert session.state == before
    assert len(session.queue) == 3


def test_the_time_limit_ends_between_questions(sitting: Open) -> None:
    session = sitting("basic", "typed", "choice", minutes=1)
    play(session, A, RATE, step=1000)
    session.send(s.Answer("anchor"), 59_000)
    session.send(RATE, 60_000)
    assert (done(session).reason, done(session).left) == ("time", 1)


def test_a_limit_of_nothing_still_asks_one_card(sitting: Open) -> None:
    session = sitting("basic", "typed", minutes=0)
    play(session, A, RATE)
    assert (done(session).reason, len(done(session).results)) == ("time", 1)


def test_cram_moves_nothing(sitting: Open) -> None:
    session = sitting("basic", "typed", mode="cram")
    effects = play(session, A, s.Rate(1), s.Answer("anchor"), s.Rate(5), A)
    assert [button.days for button in judged(session).buttons] == [None] * 4
    effects += play(session, s.Rate(4))
    records = [effect for effect in effects if isinstance(effect, s.Record)]
    assert [(r.mode, r.grade, r.interval) for r in records] == [
        ("cram", 1, None), ("cram", 5, None), ("cram", 4, None),
    ]  # fmt: skip


def test_without_drill_a_failed_card_does_not_come_back(sitting: Open) -> None:
    session = sitting("basic", drill=False)
    play(session, A, s.Rate(0))
    assert done(session).left == 0


@pytest.mark.parametrize("buttons", BUTTONS)
def test_a_grade_without_a_button_still_has_its_interval(sitting: Open, buttons: str) -> None:
    session = sitting("basic", buttons=BUTTONS[buttons])
    play(session, A)
    (record,) = play(session, s.Rate(2))
    assert isinstance(record, s.Record)
    assert (record.grade, record.interval) == (2, 1)


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (
            ("impossible", "basic"),
            ["card 'deck/impossible': no draw meets x > 2 (widen the inputs)"],
        ),
        (("gone", "basic"), ["card 'deck/gone': not in the decks (see card find)"]),
        (("gone", "impossible", "gone", "basic"), ["gone", "impossible"]),
    ],
    ids=["cannot be drawn", "not there", "several, each once"],
)
def test_a_card_that_cannot_be_asked_is_left_out_and_named(
    sitting: Open, names: tuple[str, ...], named: list[str]
) -> None:
    session = sitting(*names)
    assert asking(session).item.card == "deck/basic"
    play(session, A, RATE)
    assert len(done(session).faults) == len(named)
    assert all(part in fault for part, fault in zip(named, done(session).faults, strict=True))


def test_a_card_that_cannot_explain_is_left_out_after_the_reply(sitting: Open) -> None:
    session = sitting("silent", "basic")
    assert play(session, s.Answer("")) == []
    assert asking(session).item.card == "deck/basic"
    assert "divides by zero" in session.faults[0]


def test_a_sitting_of_faulty_cards_is_done_at_once(sitting: Open) -> None:
    assert len(done(sitting("gone", "impossible")).faults) == 2
    assert done(sitting()).reason == "finished"


def test_undo_brings_faults_back_to_where_they_were(sitting: Open) -> None:
    session = sitting("basic", "gone", "typed")
    play(session, A, RATE)
    assert len(session.faults) == 1
    play(session, UNDO, RATE)
    assert len(session.faults) == 1, "named once, though met twice"


STATES = {"asking": (), "judged": (A,), "done": (A, RATE)}
LEGAL = {
    "asking": "answer hint undo skip bury suspend reload again stop",
    "judged": "rate undo skip bury suspend reload again stop",
    "done": "undo again stop",
}
EVENTS: dict[str, s.AnyEvent] = {
    "answer": A, "hint": s.Hint(), "rate": RATE, "undo": UNDO, "skip": SKIP, "bury": s.Bury(),
    "suspend": s.Suspend(), "reload": s.Reload(), "again": s.Again(item("typed")),
    "stop": s.Stop(),
}  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_an_illegal_event_raises_and_changes_nothing(sitting: Open, state: str, event: str) -> None:
    session = sitting("basic")
    play(session, *STATES[state])
    before = (session.state, session.queue, session.results, session.faults, list(session._past))
    if event in LEGAL[state].split():
        play(session, EVENTS[event])
        return
    with pytest.raises(IllegalEvent):
        play(session, EVENTS[event])
    after = (session.state, session.queue, session.results, session.faults, list(session._past))
    assert after == before


def test_there_are_six_grades(sitting: Open) -> None:
    session = sitting("basic")
    play(session, A)
    with pytest.raises(IllegalEvent, match="0 to 5"):
        play(session, s.Rate(6))  # type: ignore[arg-type]
    assert judged(session)


def test_a_grade_of_an_earlier_sitting_is_taken_back_by_the_driver(sitting: Open) -> None:
    session = sitting("basic")
    before = session.state
    assert play(session, UNDO) == [s.TakeBack(ours=False)]
    assert session.state == before
    play(session, s.Again(item("typed")))
    assert [one.card for one in session.queue] == ["deck/typed", "deck/basic"]


def test_reload_asks_the_edited_card() -> None:
    edited = {"front": "Which?"}

    def changing(key: str) -> Any:
        return msgspec.structs.replace(card(key), **edited)  # type: ignore[type-var]

    session = Session([item("basic")], Policy(), Ports(changing, intervals), seed=1, at=0)
    play(session, A)
    edited["front"] = "Which one?"
    play(session, s.Reload())
    assert "Which one?" in str(asking(session).prompt)


def test_a_card_that_an_edit_broke_is_left_out() -> None:
    broken: list[str] = []

    def breaking(key: str) -> Any:
        if key in broken:
            raise UsageError(f"card '{key}': not in the decks")
        return card(key)

    queue = [item("basic"), item("typed")]
    session = Session(queue, Policy(), Ports(breaking, intervals), seed=1, at=0)
    play(session, A, RATE)
    broken.append("deck/basic")
    play(session, UNDO)
    assert judged(session).item.card == "deck/basic", "an undo needs no deck"
    play(session, s.Reload())
    assert asking(session).item.card == "deck/typed"
