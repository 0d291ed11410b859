"""Pictures made of characters: curves in braille, bars, sparklines, heat maps, progress.

Law: nothing is told by colour alone. Curves differ by their dashes, in ASCII by their signs.
"""

from __future__ import annotations

import math
import sys
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell: TypeAlias = tuple[str, int | None]  # a character, and the index of the series it belongs to
Dot: TypeAlias = tuple[float, float]  # right and down, in dots from the upper left corner

_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEVELS = {False: "▁▂▃▄▅▆▇█", True: "_.-:=+*#"}
_SHADES = {False: "·░▒▓█", True: " .:*#"}
_GAP = 2  # blank columns between the entries of a legend
_SMALLEST = (18, 3)  # columns and rows of the area that curves are drawn in
_SHORTEST = 4  # columns of a bar that still tells something
_NOISE = 1e-9  # a relative spread below it is rounding, not shape


class Series(NamedTuple):
    """A sampled function; where a value is not finite, the curve has a gap."""

    label: str
    xs: Sequence[float]
    ys: Sequence[float]


class Canvas(NamedTuple):
    """A finished picture whose cells know their series, so that a caller can colour them."""

    cells: tuple[tuple[Cell, ...], ...]

    def rows(self) -> list[list[Cell]]:
        """(character, index of the series or None) for each cell, top row first."""
        return [list(row) for row in self.cells]

    def lines(self) -> list[str]:
        """Rows as text."""
        return ["".join(char for char, _ in row).rstrip() for row in self.cells]


class _Style(NamedTuple):
    across: int  # dots in a cell
    down: int
    bits: tuple[tuple[int, ...], ...]  # bits[down][across]: the dot's bit in U+2800 … U+28FF
    dashes: tuple[str, ...]  # for each series in turn, which dots along the curve are drawn
    signs: str  # for each series in turn, where a cell is one dot
    axis: str  # side, side with a number, corner, bottom, bottom with a number
    zero: str  # horizontal, vertical


_BRAILLE = _Style(
    2, 4, ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80)),
    ("1", "111000", "1000", "1111001000"), "", "│┤└─┴", "┈┊",
)  # fmt: skip
_ASCII = _Style(1, 1, ((1,),), ("1",), "*.+ox", "|++-+", "-|")


def curves(
    series: Sequence[Series], *, width: int, height: int, ascii: bool = False, title: str = ""
) -> list[str]:
    """Draw several functions into one frame of `width` columns and `height` lines, legend and all.

    The first curve is solid, the second dashed, the third dotted. A leap over more than half of
    the curve's own height within a twentieth of the width is a jump, as in a step function, and
    is left open.
    Below 30 columns and 8 lines the picture may be larger than asked.
    """
    return canvas(series, width=width, height=height, ascii=ascii, title=title).lines()


def canvas(
    series: Sequence[Series], *, width: int, height: int, ascii: bool = False, title: str = ""
) -> Canvas:
    """Draw as `curves` does, and keep which cell belongs to which series."""
    style = _ASCII if ascii else _BRAILLE
    points = [_finite(one) for one in series]
    top = [_plain(_cut(title, width, ascii))] if title else []
    if not any(points):
        return Canvas((*top, _plain("no finite value to draw")))
    x_ends = _ends(point[0] for each in points for point in each if point)
    y_ends = _ends(point[1] for each in points for point in each if point)
    side = [number(end, ascii) for end in y_ends]
    margin = max(map(len, side))
    legend = _legend([one.label for one in series], style, width)
    columns = max(width - margin - 2, _SMALLEST[0])
    rows = max(height - len(top) - len(legend) - 2, _SMALLEST[1])
    grid = _Grid(columns, rows, x_ends, y_ends, style)
    for index, each in enumerate(points):
        grid.draw(index, each)
    bottom = _bottom(x_ends, grid, margin, style)
    return Canvas((*top, *_sided(grid, side, margin, style), *bottom, *legend))


def bars(
    items: Sequence[tuple[str, float]],
    *,
    width: int,
    ascii: bool = False,
    total: float | None = None,
) -> list[str]:
    """Draw a bar for each label and value; a bar of full length is `total`, or the largest value.

    With a total, shares follow in percent. What is negative or not finite shows its value only.
    """
    full = _largest(value for _, value in items) if total is None else total
    values = [_amount(value, total, ascii) for _, value in items]
    left = min(max((_width(label) for label, _ in items), default=0), width // 2)
    right = max(map(len, values), default=0)
    room = max(width - left - right - 2, 1)
    return [
        f"{_fitted(label, left, ascii)} {_bar(value, full, room, ascii)} {text:>{right}}"
        for (label, value), text in zip(items, values, strict=True)
    ]


def spark(values: Sequence[float], ascii: bool = False) -> str:
    """One character for each value, the smallest lowest; what is not finite is blank."""
    low, high = _least(values), _largest(values)
    signs = _LEVELS[ascii]
    middle = 0.0 if high == 0 else 0.5  # equal values have no shape, but none is still nothing
    return "".join(
        signs[round(_fraction(value, low, high, middle) * 7)] if math.isfinite(value) else " "
        for value in values
    )


def heat(values: Sequence[Sequence[float]], ascii: bool = False, *, cell: int = 1) -> list[str]:
    """Shade a matrix, `cell` characters for each value (2 look square).

    The lowest shade is kept for 0 (or for the least value if it is negative): any more shows.
    """
    low = min(0.0, _least(value for row in values for value in row))
    high = _largest(value for row in values for value in row)
    return ["".join(_shade(value, low, high, ascii) * cell for value in row) for row in values]


def progress(done: int, total: int, width: int, ascii: bool = False) -> str:
    """Return a bar and "done/total" in `width` columns; the bar is full only at the end."""
    text = f"{done}/{total}"
    room = width - len(text) - 1
    if room < _SHORTEST:
        return text
    full = room * min(max(done, 0), total) // total if total > 0 else 0
    on, off = "#." if ascii else "█░"
    return f"{on * full}{off * (room - full)} {text}"


def number(value: float, ascii: bool = False) -> str:
    """Write a number in three digits or fewer: 0.5, −2, 1e3."""
    if math.isinf(value) and not ascii:
        return "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value + 0.0:.3g}".partition("e")  # + 0.0 makes −0 zero
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text if ascii else text.replace("-", "−")


class _Grid:
    """The area inside the axes: dots gathered into cells."""

    def __init__(self, columns: int, rows: int, x_ends: Dot, y_ends: Dot, style: _Style) -> None:
        self.columns, self.rows = columns, rows
        self._style = style
        self._x_ends, self._y_ends = x_ends, y_ends
        self._wide, self._high = columns * style.across, rows * style.down
        self._bits: dict[tuple[int, int], int] = {}
        self._owner: dict[tuple[int, int], int] = {}
        x, y = self._dot((0.0, 0.0))
        self.zero_column = round(x) // style.across if x_ends[0] < 0 < x_ends[1] else None
        self.zero_row = round(y) // style.down if y_ends[0] < 0 < y_ends[1] else None

    def draw(self, index: int, points: Iterable[Dot | None]) -> None:
        """Draw one series; a cell that two series share belongs to the first of them."""
        dash = self._style.dashes[index % len(self._style.dashes)]
        last, step = None, count()
        for x, y in self._trail([self._dot(point) if point else None for point in points]):
            dot = round(x), round(y)
            if dot != last and dash[next(step) % len(dash)] == "1":
                self._set(index, *dot)
            last = dot

    def cells(self, row: int) -> list[Cell]:
        """One row, zero lines where nothing is drawn."""
        return [self._cell(row, column) for column in range(self.columns)]

    def _cell(self, row: int, column: int) -> Cell:
        owner = self._owner.get((row, column))
        if owner is not None:
            return _sign(self._style, owner, self._bits[row, column]), owner
        if column == self.zero_column:
            return self._style.zero[1], None
        return self._style.zero[0] if row == self.zero_row else " ", None

    def _set(self, index: int, x: int, y: int) -> None:
        (row, down), (column, across) = divmod(y, self._style.down), divmod(x, self._style.across)
        cell = row, column
        self._bits[cell] = self._bits.get(cell, 0) | self._style.bits[down][across]
        self._owner.setdefault(cell, index)

    def _dot(self, point: Dot) -> Dot:
        right = _fraction(point[0], *self._x_ends)
        up = _fraction(point[1], *self._y_ends)
        return right * (self._wide - 1), (1 - up) * (self._high - 1)

    def _trail(self, dots: Sequence[Dot | None]) -> Iterator[Dot]:
        """Every dot on the way, in order; gaps and jumps are not bridged."""
        heights = [dot[1] for dot in dots if dot]
        leap = max(max(heights, default=0) - min(heights, default=0), self._high / 4) / 2
        before: Dot | None = None
        for dot in dots:
            if dot is not None and (before is None or self._jumps(before, dot, leap)):
                yield dot
            elif dot is not None and before is not None:
                yield from _segment(before, dot)
            before = dot

    def _jumps(self, start: Dot, end: Dot, leap: float) -> bool:
        steep = abs(end[0] - start[0]) <= max(2.0, self._wide / 20)
        return steep and abs(end[1] - start[1]) > leap


def _segment(start: Dot, end: Dot) -> Iterator[Dot]:
    """Dots after `start` up to `end`."""
    across, down = end[0] - start[0], end[1] - start[1]
    steps = max(math.ceil(max(abs(across), abs(down))), 1)
    for step in range(1, steps + 1):
        yield start[0] + across * step / steps, start[1] + down * step / steps


def _sign(style: _Style, series: int, bits: int) -> str:
    return style.signs[series % len(style.signs)] if style.signs else chr(0x2800 + bits)


def _sided(grid: _Grid, ends: Sequence[str], margin: int, style: _Style) -> list[tuple[Cell, ...]]:
    """The rows of the grid behind the vertical axis with its numbers."""
    labels = {grid.zero_row: "0"} | {grid.rows - 1: ends[0], 0: ends[1]}
    rows = []
    for row in range(grid.rows):
        label = labels.get(row, "")
        axis = style.axis[1] if label else style.axis[0]
        rows.append((*_plain(f"{label:>{margin}} {axis}"), *grid.cells(row)))
    return rows


def _bottom(ends: Dot, grid: _Grid, margin: int, style: _Style) -> list[tuple[Cell, ...]]:
    """The horizontal axis and its numbers: both ends, and 0 where there is room."""
    low, high = (number(end, style is _ASCII) for end in ends)
    line, labels = [style.axis[3]] * grid.columns, [" "] * grid.columns
    labels[: len(low)] = low
    if len(low) + len(high) < grid.columns:
        labels[-len(high) :] = high
    zero = grid.zero_column
    if zero is not None:
        line[zero] = style.axis[4]
        if len(low) < zero < grid.columns - len(high) - 1:
            labels[zero] = "0"
    indent = " " * (margin + 1)
    return [
        _plain(f"{indent}{style.axis[2]}{''.join(line)}"),
        _plain(f"{indent} {''.join(labels)}"),
    ]


def _legend(labels: Sequence[str], style: _Style, width: int) -> list[tuple[Cell, ...]]:
    """Entries of the dashes and the name of each series, as many to a row as fit."""
    rows: list[list[Cell]] = []
    for index, label in enumerate(labels):
        if not label:
            continue
        mark = _mark(index, style)
        text = f"{mark} {_cut(label, width - len(mark) - 1, style is _ASCII)}"
        entry: list[Cell] = [(char, index) for char in text]
        if rows and _cells_width(rows[-1]) + _GAP + _width(text) <= width:
            rows[-1] += [*_plain(" " * _GAP), *entry]
        else:
            rows.append(entry)
    return [tuple(row) for row in rows]


def _mark(index: int, style: _Style) -> str:
    """A short piece of the curve as it is drawn."""
    grid = _Grid(3 if style.signs else 4, 1, (0.0, 1.0), (0.0, 1.0), style)
    grid.draw(index, [(0.0, 0.5), (1.0, 0.5)])
    return "".join(char for char, _ in grid.cells(0))


def _finite(series: Series) -> list[Dot | None]:
    """Points, None for a gap; empty if there is no point at all."""
    points = [
        (x, y) if math.isfinite(x) and math.isfinite(y) else None
        for x, y in zip(series.xs, series.ys, strict=True)
    ]
    return points if any(points) else []


def _ends(values: Iterable[float]) -> Dot:
    """Least and largest value; for a constant, bounds that put it in the middle."""
    known = list(values)
    low, high = min(known), max(known)
    if high / 2 - low / 2 > _NOISE * max(abs(low), abs(high)):  # halves, for a span may overflow
        return low, high
    spare = abs(high) / 2 or 1.0
    return max(low - spare, -sys.float_info.max), min(high + spare, sys.float_info.max)


def _fraction(value: float, low: float, high: float, middle: float = 0.5) -> float:
    """Where a value stands between two bounds, from 0 to 1; `middle` if they are equal."""
    span = high / 2 - low / 2
    return min(max((value / 2 - low / 2) / span, 0.0), 1.0) if span > 0 else middle


def _least(values: Iterable[float]) -> float:
    return min(filter(math.isfinite, values), default=0.0)


def _largest(values: Iterable[float]) -> float:
    return max(filter(math.isfinite, values), default=0.0)


def _shade(value: float, low: float, high: float, ascii: bool) -> str:
    if not math.isfinite(value):
        return "?"
    signs = _SHADES[ascii]
    if value <= low:
        return signs[0]
    return signs[min(1 + int(_fraction(value, low, high) * 4), 4)]


def _bar(value: float, full: float, room: int, ascii: bool) -> str:
    """A bar padded to its room; however little is more than nothing."""
    if not math.isfinite(value) or value <= 0:
        return " " * room
    filled = _fraction(value, 0.0, full, 1.0) * room
    if ascii:
        return ("#" * max(round(filled), 1)).ljust(room)
    whole, eighth = divmod(max(round(filled * 8), 1), 8)
    return ("█" * whole + _EIGHTHS[eighth].strip()).ljust(room)


def _amount(value: float, total: float | None, ascii: bool) -> str:
    """A value as it stands behind its bar: a whole number in full."""
    whole = float(value).is_integer() and abs(value) < 1e6
    text = f"{value:.0f}".replace("-", "-" if ascii else "−") if whole else number(value, ascii)
    if total is None or total <= 0 or not math.isfinite(value):
        return text
    return f"{text} {f'{value / total:.0%}':>4}"


def _plain(text: str) -> tuple[Cell, ...]:
    return tuple((char, None) for char in text)


def _fitted(text: str, width: int, ascii: bool) -> str:
    cut = _cut(text, width, ascii)
    return cut + " " * (width - _width(cut))


def _cut(text: str, width: int, ascii: bool) -> str:
    """Shorten to `width` columns, with an ellipsis in the last one."""
    if _width(text) <= width:
        return text
    while text and _width(text) > width - 1:
        text = text[:-1]
    return text + ("~" if ascii else "…")


def _cells_width(cells: Sequence[Cell]) -> int:
    return _width("".join(char for char, _ in cells))


def _width(text: str) -> int:
    """Columns on a terminal: a circumflex over m takes none, 漢 takes two."""
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
