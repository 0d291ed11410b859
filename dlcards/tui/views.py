"""How the states of a session look: the question, the verdict with the solution, the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from dlcards.model.card import Arrange, Edit, Line, Pick, Reveal, Tick
from dlcards.model.memory import PASS
from dlcards.tui import blocks, plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlcards.model.card import Prompt, Verdict
    from dlcards.session.states import Asking, Button, Done, Item, Judged, Progress
    from dlcards.tui.page import Page

BAR = 24  # columns of the progress bar
WIDE = 60

HELP = {
    "space, Enter": "show the answer; after it, take the marked grade",
    "1 2 3 4": "grade: Again, Hard, Good, Easy (0 to 5 where six are set)",
    "h": "a hint, as long as there are any; it lowers the suggested grade",
    "u": "undo the last grade, also of an earlier sitting",
    "n": "next: ask this card at the end again",
    "e": "edit the card in your editor",
    "x": "give up a program or an explanation: show the solution",
    "b, s": "bury until tomorrow, suspend until further notice",
    "q, Ctrl-D": "quit; everything graded is saved",
    "while typing": "the same letters after a colon: :h :u :n :e :b :s :q :?",
}


def question(state: Asking, page: Page) -> None:
    """A fresh screen with the question."""
    page.clear()
    _header(state.item, state.progress, page)
    page.blank()
    blocks.show(state.prompt.doc, page)
    options(state.prompt, page)


def hint(text: str, page: Page) -> None:
    """A hint below the question."""
    page.blank()
    page.print(Text("Hint  ", "card.label"), blocks.inline(text, page, "card.hint"))


def feedback(verdict: Verdict, prompt: Prompt, page: Page) -> None:
    """What was wrong with a reply that may be given again."""
    page.blank()
    if verdict.unreadable:
        blocks.show(verdict.said, page)
        return
    _understood(verdict, page)
    page.print(Text(f"{page.signs.wrong} ", "card.wrong"), Text("Not that.", "bold"))
    if verdict.said:
        blocks.show(verdict.said, page)
    again = (
        "Enter opens your editor again, x shows the solution."
        if isinstance(prompt.form, Edit) and page.terminal.interactive
        else "Try again, or Enter alone shows the solution."
    )
    page.print(page.text(again, "card.note"))


def answer(state: Judged, page: Page) -> None:
    """The verdict and the solution, below the question."""
    page.blank()
    verdict = state.verdict
    if verdict.score is not None and (state.reply.strip() or verdict.missed):
        _understood(verdict, page)
        _outcome(verdict, page)
    elif verdict.score is None and verdict.said:  # it could not be judged; the learner does
        _understood(verdict, page)
        blocks.show(verdict.said, page)
    page.rule()
    blocks.show(state.explanation, page)


def buttons(state: Judged, page: Page) -> None:
    """The grades with their intervals; the suggested one is marked."""
    page.blank()
    line = Text()
    for number, button in enumerate(state.buttons):
        marked = button.grade == nearest(state)
        days = "" if button.days is None else f" {_days(button.days)}"
        text = f"{key_of(button, number, len(state.buttons))} {button.label}{days}"
        if line.cell_len + len(text) + 2 > page.width:
            page.print(line)
            line = Text()
        line.append(f"[{text}]" if marked else f" {text} ", "card.key" if marked else "")
        line.append(" ")
    page.print(line)
    label = next(b.label for b in state.buttons if b.grade == nearest(state))
    page.print(page.text(f"Enter takes {label}, ? for help", "card.note"))


def nearest(state: Judged) -> int:
    """The grade among the buttons that is closest to the suggested one."""
    return min((b.grade for b in state.buttons), key=lambda g: (abs(g - state.suggested), g))


def key_of(button: Button, number: int, count: int) -> int:
    """The key of a button: its place, or with six buttons the grade itself."""
    return button.grade if count == 6 else number + 1


def prompt_line(prompt: Prompt, page: Page) -> None:
    """How to reply, under the question."""
    page.blank()
    match prompt.form:
        case Reveal():
            text = "Think of the answer, then press space."
        case Pick(several=True):
            text = "Press the numbers of all that are right, then Enter."
        case Pick():
            text = "Press the number of the right one."
        case Arrange():
            text = "Press the numbers in the right order, backspace takes one back, then Enter."
        case Tick():
            text = f"Explain it aloud, {prompt.form.seconds} seconds; space when you have done."
        case Edit() if page.terminal.interactive:
            text = "Enter opens your editor: save and close it to run your function. x gives up."
        case Edit():
            text = "Type your function; a line with a single dot ends it."
        case Line():
            text = f"Type {prompt.form.expects}; :? for help"
    page.print(page.text(text, "card.note"))


def clock(seconds: int, of: int, page: Page) -> None:
    """The time since the question, on a line that is written over."""
    late = ", time is up" if seconds >= of else ""
    over(f"{seconds // 60}:{seconds % 60:02} of {of // 60}:{of % 60:02}{late}", page)


def over(text: str, page: Page) -> None:
    """Write over the line that the cursor is on, and stay on it."""
    page.console.file.write(f"\r{text}\x1b[K")
    page.console.file.flush()


def help_(page: Page) -> None:
    """The keys."""
    page.blank()
    wide = max(map(len, HELP)) + 2 if page.width >= WIDE else 0
    for keys, text in HELP.items():
        page.print(Text(f"{keys:{wide}}" if wide else f"{keys}: ", "card.label"), page.text(text))


def summary(state: Done, tomorrow: int, page: Page) -> None:
    """The end of a sitting: by topic, and what comes tomorrow."""
    page.blank()
    page.rule()
    first = [result for result in state.results if result.item.mode != "drill"]
    passed = sum(result.grade >= PASS for result in first)
    seconds = state.millis // 1000
    _closing(state, page)
    if first:
        page.print(
            f"{len(first)} cards, {passed} recalled ({passed / len(first):.0%}), in {seconds // 60}:{seconds % 60:02}"
        )
        _by_topic(state, page)
    for fault in state.faults:
        page.print(Text("Left out: ", "card.wrong"), page.text(fault))
    page.print(f"Tomorrow: {tomorrow} due.")


def _closing(state: Done, page: Page) -> None:
    if not state.results and state.reason == "finished":
        page.print("Nothing is due. Come back tomorrow, or: dlcards review --ahead 3")
    elif state.reason == "time":
        page.print(f"Time is up; {state.left} cards wait.")
    elif state.left:
        page.print(f"Stopped; {state.left} cards wait. Everything graded is saved.")
    else:
        page.print(Text("Done for now.", "card.label"))


def _by_topic(state: Done, page: Page) -> None:
    total: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for result in state.results:
        if result.item.mode != "drill":
            total[result.item.deck] += 1
            passed[result.item.deck] += result.grade >= PASS
    wide = max(map(len, total))
    for deck, count in total.most_common():
        page.print(f"  {deck:{wide}}  {passed[deck]}/{count}")


def _header(item: Item, progress: Progress, page: Page) -> None:
    kind = (
        "cram"
        if item.mode == "cram"
        else "again"
        if item.mode == "drill"
        else "new"
        if item.new
        else ""
    )
    left = f" {page.signs.dot} ".join(filter(None, (item.deck, kind)))
    seconds = progress.millis // 1000
    clock = f"{seconds // 60}:{seconds % 60:02}"
    total = progress.done + progress.left
    if page.terminal.plain:
        page.print(f"{left}. Card {min(progress.done + 1, total)} of {total}. {clock}")
        return
    bar = plot.progress(progress.done, total, BAR if page.width >= WIDE else 12, ascii=page.ascii)
    right = f"{bar}  {clock}"
    gap = page.width - len(left) - len(right)
    if gap > 1:
        page.print(page.text(left + " " * gap + right, "card.head"))
    else:
        page.print(page.text(left, "card.head"))
        page.print(page.text(right, "card.head"))


def options(prompt: Prompt, page: Page) -> None:
    """What there is to choose from or to arrange."""
    if isinstance(prompt.form, Pick):
        page.blank()
        numbered(prompt.form.options, page)
    elif isinstance(prompt.form, Arrange):
        page.blank()
        numbered(prompt.form.items, page)


def numbered(texts: Sequence[str], page: Page) -> None:
    """Texts to be chosen by number."""
    for number, text in enumerate(texts, 1):
        page.print(Text(f"{number}  ", "card.label"), blocks.inline(text, page), indent=2, hang=3)


def _understood(verdict: Verdict, page: Page) -> None:
    if verdict.understood:
        page.print(page.text(verdict.understood, "card.note"))


def _outcome(verdict: Verdict, page: Page) -> None:
    if verdict.right:
        page.print(Text(f"{page.signs.right} ", "card.right"), Text("Right.", "bold"))
    else:
        partly = f"Partly right ({verdict.score:.0%})." if verdict.score else "Not right."
        page.print(Text(f"{page.signs.wrong} ", "card.wrong"), Text(partly, "bold"))
    if verdict.said:
        blocks.show(verdict.said, page)


def _days(days: int) -> str:
    if days < 30:
        return f"{days}d"
    return f"{days / 30.44:.1f}mo" if days < 365 else f"{days / 365.25:.1f}y"
