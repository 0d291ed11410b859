"""The layout in two dimensions: fractions over bars, limits under sums, growing brackets."""

from __future__ import annotations

from itertools import zip_longest
from typing import assert_never

from dlcards.tex.brackets import bracket
from dlcards.tex.linear import accented, guarded, inline_script, linear, script, scripts, small
from dlcards.tex.macros import sign
from dlcards.tex.node import (
    Accent,
    Binom,
    Brace,
    Fence,
    Frac,
    Grid,
    Leaf,
    Limits,
    Node,
    Root,
    Row,
    Script,
    items_of,
)
from dlcards.tex.picture import (
    Picture,
    beside,
    column_picture,
    padded,
    stacked,
    text_picture,
)
from dlcards.tex.spacing import Style, mended, spaced

_LEFT, _RIGHT = sign("("), sign(")")
_EMPTY_FACTOR = Leaf("", "", "ord")
_DRAWN = {"bar": "─", "underline": "─"}  # marks as wide as what they cover
_PEAKS = {"hat": "^", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘"}
_COLUMN_GAP = "  "


def picture(node: Node, style: Style) -> Picture:
    """`node` in two dimensions."""
    match node:
        case Leaf():
            return text_picture(linear(node, style))
        case Row(items):
            return _row(items, style)
        case Script(base, sub, sup):
            return _script(_script_base(base, style), sub, sup, style)
        case Limits():
            return _limits(node, style)
        case Frac():
            return _frac(node, style)
        case Binom(top, bottom):
            parts = [picture(top, style), text_picture(""), picture(bottom, style)]
            return _enclosed(_LEFT, stacked(parts, 1), _RIGHT, style)
        case Root(body, degree):
            return _root(body, degree, style)
        case Accent():
            return _accent(node, style)
        case Brace(body, above):
            return _brace(picture(body, style), above, style)
        case Fence(left, body, right):
            return _enclosed(left, _inside(left, body, style), right, style)
        case Grid():
            return _grid(node, style)
        case _:
            assert_never(node)


def _row(items: tuple[Node, ...], style: Style) -> Picture:
    parts: list[Picture] = []
    for gap, item in spaced(_guard_small(items), style):
        part = picture(item, style)
        if parts and (between := _between(parts[-1], gap, part)):
            parts.append(text_picture(between))
        parts.append(part)
    return beside(parts)


def _between(left: Picture, gap: str, right: Picture) -> str:
    if not gap and _bars_touch(left, right):
        return " "
    if gap.isspace() and _brings_space(left, right):
        return ""
    return mended(gap, left.rows[left.base], right.rows[right.base])


def _guard_small(items: tuple[Node, ...]) -> tuple[Node, ...]:
    """Only the fractions that stay on the line need brackets."""
    kept = guarded(items)
    return tuple(
        new if isinstance(old, Frac) and old.small else old
        for old, new in zip(items, kept, strict=True)
    )


def _bars_touch(left: Picture, right: Picture) -> bool:
    """Whether two bars, or a minus and a bar, would look like one."""
    ending, beginning = left.rows[left.base][-1:], right.rows[right.base][:1]
    return ending in ("─", "−", "-") and beginning in ("─", "-")


def _brings_space(left: Picture, right: Picture) -> bool:
    """Whether prose on either side has a space of its own: "x if y"."""
    ends = len(left.rows) == 1 and left.rows[0].endswith(" ")
    return ends or (len(right.rows) == 1 and right.rows[0].startswith(" "))


def _frac(node: Frac, style: Style) -> Picture:
    if node.small:
        return text_picture(linear(node, style))
    over, under = picture(node.num, style), picture(node.den, style)
    bar = text_picture(("-" if style.ascii else "─") * (max(over.width, under.width) + 2))
    return stacked([over, bar, under], 1)


# Scripts and limits


def _script_base(base: Node, style: Style) -> Picture:
    drawn = picture(base, style)
    bracketed = isinstance(base, Frac | Row | Grid | Binom) and drawn.width
    return _enclosed(_LEFT, drawn, _RIGHT, style) if bracketed else drawn


def _script(base: Picture, sub: Node | None, sup: Node | None, style: Style) -> Picture:
    if style.ascii:
        return beside([base, text_picture(scripts(sub, sup, style))])
    if len(base.rows) > 1:
        return beside([base, _at_the_corners(base, sub, sup, style)])
    return beside([base, _round_the_line(sub, sup, style)])


def _at_the_corners(base: Picture, sub: Node | None, sup: Node | None, style: Style) -> Picture:
    between = [""] * (len(base.rows) - 2)
    rows = [_either(sup, style, up=True), *between, _either(sub, style, up=False)]
    return column_picture(rows, base.base)


def _either(node: Node | None, style: Style, *, up: bool) -> str:
    if node is None:
        return ""
    return inline_script(node, style, up=up) or small(node, style)


def _round_the_line(sub: Node | None, sup: Node | None, style: Style) -> Picture:
    """Script letters stay on the line, others go to the row above or below."""
    low = None if sub is None else inline_script(sub, style, up=False)
    high = None if sup is None else inline_script(sup, style, up=True)
    rows = [(low or "") + (high or "")]
    if sub is not None and low is None:
        rows.append(small(sub, style))
    if sup is None or high is not None:
        return column_picture(rows, 0)
    return column_picture([small(sup, style), *rows], 1)


def _limits(node: Limits, style: Style) -> Picture:
    parts = [_limit(node.over, style), picture(node.base, style), _limit(node.under, style)]
    base = 0 if node.over is None else 1
    return stacked([part for part in parts if part is not None], base)


def _limit(node: Node | None, style: Style) -> Picture | None:
    return None if node is None else text_picture(small(node, style))


def _brace(body: Picture, above: bool, style: Style) -> Picture:
    left, side, tip, right = _BRACES[style.ascii, above]
    room = max(body.width, 3) - 3
    drawn = text_picture(left + side * (room // 2) + tip + side * (room - room // 2) + right)
    return stacked([drawn, body] if above else [body, drawn], int(above))


# (ascii, above): left end, side, tip, right end
_BRACES = {
    (False, False): ("╰", "─", "┬", "╯"),
    (False, True): ("╭", "─", "┴", "╮"),
    (True, False): ("\\", "_", "v", "/"),
    (True, True): ("/", "-", "^", "\\"),
}


# What encloses


def _inside(left: Leaf, body: Node, style: Style) -> Picture:
    drawn = picture(body, style)
    is_cases = isinstance(body, Grid) and left.text == "{"
    return beside([text_picture(" "), drawn]) if is_cases else drawn


def _enclosed(left: Leaf, body: Picture, right: Leaf, style: Style) -> Picture:
    return beside([*_side(left, body, style), body, *_side(right, body, style)])


def _side(delimiter: Leaf, body: Picture, style: Style) -> list[Picture]:
    """A bracket as tall as the body; in ASCII floor and ceiling are named before it."""
    sign = linear(delimiter, style)
    name = sign[:-1] if len(sign) > 1 and sign.endswith("(") else ""
    rows = bracket(sign.removeprefix(name), len(body.rows), ascii=style.ascii)
    return [text_picture(name), column_picture(rows, body.base)]


def _root(body: Node, degree: Node | None, style: Style) -> Picture:
    inside = _enclosed(_LEFT, picture(body, style), _RIGHT, style)
    if style.ascii and degree is not None:
        head = "root" + script(degree, style, up=False)
    else:
        head = "sqrt" if style.ascii else "√"
    root = beside([text_picture(head), inside])
    if degree is None or style.ascii:
        return root
    return beside([_round_the_line(None, degree, style), root])


def _accent(node: Accent, style: Style) -> Picture:
    body = picture(node.body, style)
    flat = accented(node, style)
    if (style.ascii and len(body.rows) == 1) or not flat.startswith(f"{node.name}("):
        return text_picture(flat)
    if style.ascii:
        return beside([text_picture(node.name), _enclosed(_LEFT, body, _RIGHT, style)])
    mark = text_picture(
        _DRAWN[node.name] * body.width if node.name in _DRAWN else _PEAKS[node.name]
    )
    return stacked([body, mark], 0) if node.name == "underline" else stacked([mark, body], 1)


# Grids


def _grid(node: Grid, style: Style) -> Picture:
    draw = _joined_cell if node.joined else _cell
    rows = [[draw(cell, i, style) for i, cell in enumerate(row)] for row in node.rows]
    columns = zip_longest(*rows, fillvalue=text_picture(""))
    widths = [max(cell.width for cell in column) for column in columns]
    gap = "" if node.joined else _COLUMN_GAP
    lines = [_grid_row(row, widths, node.align, gap) for row in rows]
    return _centred(_with_air(lines))


def _cell(cell: Node, _column: int, style: Style) -> Picture:
    """Cells of matrices and cases are one line, as TeX sets them in its smaller style."""
    return text_picture(linear(cell, style).strip())


def _joined_cell(cell: Node, column: int, style: Style) -> Picture:
    """A relation at the start of a right-hand cell keeps its space, as after an empty group."""
    return picture(Row((_EMPTY_FACTOR, *items_of(cell))) if column % 2 else cell, style)


def _grid_row(row: list[Picture], widths: list[int], align: str, gap: str) -> Picture:
    parts: list[Picture] = []
    for i, wide in enumerate(widths):
        cell = row[i] if i < len(row) else text_picture("")
        side = align[i % len(align)]
        if i and gap:
            parts.append(text_picture(gap))
        parts.append(
            cell._replace(rows=tuple(padded(r, wide, side) for r in cell.rows), width=wide)
        )
    return beside(parts)


def _with_air(lines: list[Picture]) -> list[Picture]:
    """A blank line between rows if one of them is tall."""
    if all(len(line.rows) == 1 for line in lines):
        return lines
    blank = text_picture("")
    return [part for line in lines for part in (line, blank)][:-1]


def _centred(parts: list[Picture]) -> Picture:
    whole = stacked(parts, 0, "l")
    return whole._replace(base=(len(whole.rows) - 1) // 2)
