"""Draws a Doc: each block type once, for every kind of card."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from rich.text import Text as RichText

from dlcards import tex
from dlcards.model.doc import Code, Math, Plot, Steps, Table, Text
from dlcards.tui import plot

if TYPE_CHECKING:
    from dlcards.model.doc import AnyBlock, Cell, Doc, Step
    from dlcards.tui.page import Page

LABELS = {
    "": "", "answer": "", "note": "", "why": "Why", "mistake": "Mistake", "contrast": "Contrast",
    "hint": "Hint", "source": "Source",
}  # fmt: skip
STYLES = {"answer": "card.answer", "note": "card.note", "source": "card.note", "hint": "card.hint"}
LABEL_WIDTH = 10
NARROW = 60  # columns below which labels stand on a line of their own
SHORT_CELL = 14  # characters up to which cells stand side by side
PLOT_HEIGHT = 16


def show(doc: Doc, page: Page, indent: int = 0) -> None:
    """Print the blocks of a Doc."""
    for number, block in enumerate(doc):
        if number and not _together(doc[number - 1], block):
            page.blank()
        _block(block, page, indent)


def _block(block: AnyBlock, page: Page, indent: int) -> None:
    match block:
        case Text():
            _text(block, page, indent)
        case Math():
            _math(block, page, indent)
        case Code():
            _code(block, page, indent + 2)
        case Table():
            _table(block, page, indent)
        case Steps():
            _steps(block, page, indent)
        case Plot():
            _plot(block, page)
        case _:
            assert_never(block)


def _together(before: AnyBlock, block: AnyBlock) -> bool:
    """Labelled remarks follow each other without a gap."""
    return all(isinstance(b, Text) and LABELS[b.role] for b in (before, block))


def _text(block: Text, page: Page, indent: int) -> None:
    label, style = LABELS[block.role], STYLES.get(block.role, "")
    if not label:
        _paragraphs(block.text.split("\n\n"), style, page, indent)
    elif page.width < NARROW or page.terminal.plain:
        page.print(
            RichText(f"{label}: ", "card.label"), inline(block.text, page, style), indent=indent
        )
    else:
        _labelled(label, inline(" ".join(block.text.split()), page, style), page, indent)


def _paragraphs(texts: list[str], style: str, page: Page, indent: int) -> None:
    """Paragraphs with a blank line between; rows of a drawing stay together."""
    for number, text in enumerate(texts):
        if number and not (_is_row(texts[number - 1]) and _is_row(text)):
            page.blank()
        if _is_drawing(text):
            page.rows([page.spelled(row) for row in text.split("\n")], style, indent)
        elif _is_row(text):
            row = page.spelled(text.strip()[1:-1])
            page.rows(_folded(row, page.width - indent), "card.code", indent)
        else:
            page.print(inline(" ".join(text.split()), page, style), indent=indent)


def _is_row(paragraph: str) -> bool:
    """Whether a paragraph is one piece of code, as in a drawing that is written row by row."""
    text = paragraph.strip()
    return text.startswith("`") and text.endswith("`") and text.count("`") == 2


def _is_drawing(paragraph: str) -> bool:
    """Whether a paragraph is a picture made of box characters, whose spaces matter."""
    return "\n" in paragraph and any("\u2500" <= char <= "\u257f" for char in paragraph)


def _labelled(label: str, text: RichText, page: Page, indent: int) -> None:
    """A label in the margin, the text beside it."""
    room = page.width - indent - LABEL_WIDTH
    for number, line in enumerate(text.wrap(page.console, room)):
        line.rstrip()
        head = RichText(
            f"{label:{LABEL_WIDTH}}" if number == 0 else " " * LABEL_WIDTH, "card.label"
        )
        page.console.print(RichText(" " * indent) + head + line, soft_wrap=True)


def inline(text: str, page: Page, style: str = "") -> RichText:
    """Prose with its mathematics on the line, its code and its emphasis."""
    found = RichText(style=style)
    for what, piece in tex.split(text):
        if what in ("math", "display"):
            found.append(tex.line(piece, ascii=page.ascii), "card.math")
        else:
            found.append(page.spelled(piece), {"code": "card.code", "bold": "bold"}.get(what, ""))
    return found


def _math(block: Math, page: Page, indent: int) -> None:
    left = indent + (2 if page.width < NARROW else 4)
    if page.terminal.plain:
        page.print(RichText(tex.line(block.latex, ascii=page.ascii), "card.math"), indent=indent)
        return
    rows = tex.fit(block.latex, page.width - left, ascii=page.ascii)
    if len(rows) == 1:
        page.print(RichText(rows[0], "card.math"), indent=left)
    else:
        page.rows(rows, "card.math", left)


def _code(block: Code, page: Page, indent: int) -> None:
    """Source as it stands; a comment that would not fit goes on a line of its own above."""
    room = page.width - indent
    for line in page.spelled(block.source).splitlines():
        head, mark, comment = line.partition("  # ")
        before = " " * (len(head) - len(head.lstrip()))
        parts = [f"{before}# {comment}", head] if mark and len(line) > room else [line]
        page.rows([row for part in parts for row in _folded(part, room)], "card.code", indent)


def _folded(line: str, room: int) -> list[str]:
    """A line of source in pieces that fit, the later ones further in."""
    deeper = " " * min(len(line) - len(line.lstrip()) + 4, room // 2)
    rows: list[str] = []
    while len(line) > room:
        cut = line.rfind(" ", len(deeper) + 1, room) + 1 or room
        rows.append(line[:cut].rstrip())
        line = deeper + line[cut:].lstrip()
    return [*rows, line]


def _table(block: Table, page: Page, indent: int) -> None:
    short = all(len(cell.text) <= SHORT_CELL for row in block.rows for cell in row)
    if short and not block.header:
        _grid(block, page, indent)
        return
    for row in block.rows:
        _listed(row, block.header, page, indent)


def _grid(block: Table, page: Page, indent: int) -> None:
    """Cells side by side, such as a matrix with its wrong entries marked."""
    texts = [[_marked(cell, page).plain for cell in row] for row in block.rows]
    wide = max((len(text) for row in texts for text in row), default=0)
    for row in block.rows:
        line = RichText(" " * indent)
        for cell in row:
            marked = _marked(cell, page)
            marked.pad_left(wide - len(marked.plain) + 2)
            line.append_text(marked)
        page.console.print(line, soft_wrap=True)


def _listed(row: tuple[Cell, ...], header: tuple[str, ...], page: Page, indent: int) -> None:
    """A row as a small list: its first cell, the others below."""
    first, *others = row
    page.print(_marked(first, page), indent=indent, hang=2)
    for name, cell in zip([*header[1:], *[""] * len(others)], others, strict=False):
        if cell.text:
            label = RichText(f"{name}: " if name else "", "card.note")
            page.print(label, inline(cell.text, page, "card.note"), indent=indent + 4)


def _marked(cell: Cell, page: Page) -> RichText:
    if not cell.mark:
        return inline(cell.text, page)
    right = cell.mark == "right"
    sign = page.signs.right if right else page.signs.wrong
    found = RichText(f"{sign} ", "card.right" if right else "card.wrong")
    return found.append_text(inline(cell.text, page))


def _steps(block: Steps, page: Page, indent: int) -> None:
    if block.title:
        page.print(RichText(block.title, "card.label"), indent=indent)
    for step in block.steps:
        _step(step, page, indent + 2)


def _step(step: Step, page: Page, indent: int) -> None:
    """The op's own line, its name at the right margin or below, its value under it."""
    source, note = (
        RichText(page.spelled(step.source), "card.code"),
        page.text(step.note, "card.note"),
    )
    gap = page.width - indent - source.cell_len - note.cell_len
    if note.plain and gap >= 2 and not page.terminal.plain:
        page.print(source, " " * gap, note, indent=indent)
    else:
        page.print(source, indent=indent)
        if note.plain:
            page.print(note, indent=indent + 2)
    if step.value:
        page.print(f"{page.signs.step} ", page.text(step.value, "card.value"), indent=indent + 2)


def _plot(block: Plot, page: Page) -> None:
    if page.terminal.plain:
        _numbers(block, page)
        return
    series = [plot.Series(page.spelled(c.label), c.xs, c.ys) for c in block.curves]
    picture = plot.canvas(
        series, width=min(page.width, 76), height=PLOT_HEIGHT, ascii=page.ascii,
        title=page.spelled(block.title),
    )  # fmt: skip
    for row in picture.rows():
        line = RichText()
        for char, index in row:
            line.append(char, "" if index is None else f"curve.{index % 3}")
        line.rstrip()
        page.console.print(line, soft_wrap=True)


def _numbers(block: Plot, page: Page) -> None:
    """A picture in words: a few points of every curve."""
    page.print(block.title)
    for curve in block.curves:
        step = max(1, len(curve.xs) // 8)
        points = list(zip(curve.xs, curve.ys, strict=True))[::step]
        page.print(f"{curve.label}: " + ", ".join(f"{y:.3g} at {x:.3g}" for x, y in points))
