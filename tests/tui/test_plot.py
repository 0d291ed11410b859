"""Pictures as they were looked at, and what holds for any data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.tui.plot import Series, bars, canvas, curves, heat, number, progress, spark

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = math.nan, math.inf


def sampled(label: str, function: Callable[[float], float], *, count: int = 161) -> Series:
    """A function on [−4, 4]."""
    xs = [-4 + 8 * step / (count - 1) for step in range(count)]
    return Series(label, xs, [function(x) for x in xs])


def picture(text: str) -> list[str]:
    """The lines of a golden picture, without the indentation of the source."""
    return [line[4:] for line in text.strip("\n").split("\n")]


RELU = sampled("relu", lambda x: max(x, 0.0))
STEP = sampled("relu'", lambda x: float(x > 0))
TANH = sampled("tanh", math.tanh)
SIGMOID = sampled("σ", lambda x: 1 / (1 + math.exp(-x)))
LOG = sampled("log", lambda x: math.log(x) if x > 0 else NAN)
WARMUP = Series("lr", [0.0, 10.0, 100.0], [0.0, 1000.0, 100.0])
CONSTANT = sampled("three", lambda _: 3.0)

GOLDEN = [
    pytest.param([RELU, STEP], 40, 12, False, "relu and its derivative", """
    relu and its derivative
    4 ┤                  ┊               ⢀⡤⠊
      │                  ┊             ⣀⠔⠃
      │                  ┊           ⡠⠞⠁
      │                  ┊        ⢀⡴⠋
      │                  ┊      ⣀⠖⠉
      │                  ⢀⡀ ⣀⡀⡠⣚⡁ ⣀⡀ ⣀⡀ ⣀⡀ ⣀
      │                  ┊ ⢀⡴⠋
    0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣠⠖⠉
      └──────────────────┴──────────────────
       −4                0                 4
    ⠤⠤⠤⠤ relu  ⠤⠄ ⠤ relu'
""", id="function-and-derivative"),
    pytest.param([RELU, STEP], 40, 12, True, "relu and its derivative", """
    relu and its derivative
    4 +                  |                **
      |                  |             ****
      |                  |           ***
      |                  |        ***
      |                  |      ***
      |                  ....***............
      |                  |****
    0 +********************
      +------------------+------------------
       -4                0                 4
    *** relu  ... relu'
""", id="function-and-derivative-in-ASCII"),
    pytest.param([TANH, SIGMOID, RELU], 50, 14, False, "", """
         4 ┤                     ┊                 ⢀⠐
           │                     ┊               ⠠
           │                     ┊             ⡀⠈
           │                     ┊           ⠄
           │                     ┊        ⠠⠈
           │                     ┊      ⠠
           │                     ┊   ⠠⢀⣁⣀⡤⣤⡤⠤⡤⠤⠤⠤⠤⠤⠤⠤⠤
           │                  ⣀⡀ ⠤⢄⡠⠞⠋⠉⠉⠁
         0 ┤⠤⠄⠄⠤⠄┈⠤⠄⠄⠤⠆┈⠖⠂⠄⠉⠅┈⠄┈⣄⠴⠋┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
           │                 ⢀⡤⠚⠁┊
    −0.999 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⠤⠤⠤⠒⠊⠁   ┊
           └─────────────────────┴────────────────────
            −4                   0                   4
    ⠤⠤⠤⠤ tanh  ⠤⠄ ⠤ σ  ⠄ ⠄  relu
""", id="three-curves"),
    pytest.param([LOG], 36, 9, False, "", """
    1.39 ┤               ⢀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠉
       0 ┤┈┈┈┈┈┈┈⣀⡠⠤⠔⠒⠊⠉⠉⠁┈┈┈┈┈┈┈┈┈┈┈┈┈┈
         │   ⣠⠤⠊⠉
         │ ⢀⠎
         │⢰⠁
      −3 ┤⡎
         └──────────────────────────────
          0.05                         4
    ⠤⠤⠤⠤ log
""", id="not-defined-everywhere"),
    pytest.param([WARMUP], 36, 9, True, "", """
    1e3 +   ****
        |  *    *****
        |  *         *******
        | *                 *****
        | *                      *******
      0 +*
        +-------------------------------
         0                           100
    *** lr
""", id="few-points-are-joined"),
    pytest.param([CONSTANT], 30, 8, False, "", """
    4.5 ┤            ┊
        │            ┊
        │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
        │            ┊
    1.5 ┤            ┊
        └────────────┴────────────
         −4          0           4
    ⠤⠤⠤⠤ three
""", id="constant"),
    pytest.param([sampled("", lambda x: 1 / x if x else NAN)], 36, 9, False, "", """
     20 ┤               ⢸
        │               ⢸
        │               ⠈⣇
      0 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⡀┊⠈⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
        │              ⢹⡀
        │               ⡇
    −20 ┤               ⡇
        └───────────────┴───────────────
         −4             0              4
""", id="pole-and-no-label"),
]  # fmt: skip


@pytest.mark.parametrize(("series", "width", "height", "ascii", "title", "expected"), GOLDEN)
def test_curves(
    series: list[Series], width: int, height: int, ascii: bool, title: str, expected: str
) -> None:
    drawn = curves(series, width=width, height=height, ascii=ascii, title=title)
    assert drawn == picture(expected)


def test_jump_is_left_open() -> None:
    """A step function of a finely sampled axis has no riser, a steep line has one."""
    steep = sampled("", lambda x: min(max(8 * x, 0.0), 1.0))
    step, slope = (curves([one], width=40, height=11, ascii=True) for one in (STEP, steep))
    inside = slice(1, 6)
    assert not any("." in line or "*" in line for line in step[inside])
    assert all("*" in line for line in slope[inside])


def test_gap_is_left_open() -> None:
    broken = Series("", [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 1.0, NAN, 1.0, 1.0])
    [drawn] = [line for line in curves([broken], width=40, height=7, ascii=True) if "*" in line]
    gap = drawn.strip(" |*")
    assert gap == ""
    assert "* " in drawn.strip(" |")
    assert drawn.count("*") < 20


@pytest.mark.parametrize("ascii", [False, True], ids=["braille", "ASCII"])
def test_cells_know_their_series(ascii: bool) -> None:
    drawn = canvas([RELU, STEP], width=40, height=12, ascii=ascii)
    assert ["".join(char for char, _ in row).rstrip() for row in drawn.rows()] == drawn.lines()
    owners = {owner for row in drawn.rows()[:-3] for _, owner in row}
    assert owners == {None, 0, 1}
    legend = drawn.rows()[-1]
    assert "".join(char for char, owner in legend if owner == 1).endswith(" relu'")
    assert "".join(char for char, owner in legend if owner == 0).endswith(" relu")


@pytest.mark.parametrize("ascii", [False, True], ids=["braille", "ASCII"])
def test_curves_differ_without_colour(ascii: bool) -> None:
    pictures = [
        curves([Series("", [0.0], [0.0])] * before + [TANH], width=60, height=20, ascii=ascii)
        for before in range(4)
    ]
    assert len({tuple(each) for each in pictures}) == 4


@pytest.mark.parametrize("ys", [[], [NAN, INF]], ids=["empty", "not-finite"])
def test_nothing_to_draw(ys: list[float]) -> None:
    drawn = curves([Series("f", ys, ys)], width=40, height=9, title="f")
    assert drawn == ["f", "no finite value to draw"]


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="shorter"):
        curves([Series("f", [0.0, 1.0], [0.0])], width=40, height=9)


def test_long_legend_wraps() -> None:
    named = [TANH._replace(label=label) for label in ("a" * 20, "b" * 20, "c" * 80)]
    drawn = curves(named, width=40, height=14)
    assert len(drawn) == 14
    assert [line.split(" ")[-1] for line in drawn[-3:]] == ["a" * 20, "b" * 20, "c" * 34 + "…"]


finite_or_not = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(st.lists(st.tuples(finite_or_not, finite_or_not), max_size=6), min_size=1, max_size=3),
    st.integers(30, 70),
    st.integers(9, 20),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_data_fit_the_frame(
    data: list[list[tuple[float, float]]], width: int, height: int, ascii: bool
) -> None:
    series = [Series("f", [x for x, _ in one], [y for _, y in one]) for one in data]
    drawn = curves(series, width=width, height=height, ascii=ascii)
    assert all(len(line) <= width for line in drawn)
    assert len(drawn) in (1, height)
    assert not ascii or "".join(drawn).isascii()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (0.5, "0.5"), (-2.0, "−2"), (1000, "1e3"), (1500.0, "1.5e3"), (999.9, "1e3"),
        (1e-5, "1e−5"), (0.001, "0.001"), (-0.0, "0"), (1 / 3, "0.333"), (INF, "∞"), (-INF, "−∞"),
        (NAN, "nan"),
    ],
    ids=str,
)  # fmt: skip
def test_number(value: float, text: str) -> None:
    assert number(value) == text
    assert number(value, ascii=True) == text.replace("−", "-").replace("∞", "inf")


GRADES = [("again", 1.0), ("hard", 12.5), ("good", 1234.0), ("easy", 0.0)]
TOPICS = [("optimizers", 12.0), ("losses", 30.0), ("a very long name of a topic", 3.0)]
ODD = [("m̂", -2.0), ("漢字", NAN), ("x", INF), ("full", 4.0)]


@pytest.mark.parametrize(
    ("items", "width", "ascii", "total", "expected"),
    [
        pytest.param(GRADES, 40, False, None, """
    again ▏                                1
    hard  ▎                             12.5
    good  █████████████████████████████ 1234
    easy                                   0
""", id="largest-is-full"),
        pytest.param(GRADES, 40, True, None, """
    again #                                1
    hard  #                             12.5
    good  ############################# 1234
    easy                                   0
""", id="ASCII"),
        pytest.param(TOPICS, 40, False, 40.0, """
    optimizers           ███▎        12  30%
    losses               ████████▎   30  75%
    a very long name of… ▉            3   8%
""", id="shares-of-a-total"),
        pytest.param(ODD, 20, False, None, """
    m̂                 −2
    漢字             nan
    x                  ∞
    full ███████████   4
""", id="wide-and-odd"),
        pytest.param([("a", 0.0)], 20, False, 0.0, """
    a                  0
""", id="nothing-of-nothing"),
    ],
)  # fmt: skip
def test_bars(
    items: list[tuple[str, float]], width: int, ascii: bool, total: float | None, expected: str
) -> None:
    assert bars(items, width=width, ascii=ascii, total=total) == picture(expected)


def test_no_bars() -> None:
    assert bars([], width=40) == []


@pytest.mark.parametrize(
    ("values", "drawn", "ascii"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█", "_.-:=+*#"),
        ([7, 0, 7], "█▁█", "#_#"),
        ([3, 3], "▅▅", "=="),
        ([0, 0], "▁▁", "__"),
        ([1, NAN, 3], "▁ █", "_ #"),
        ([-1e308, 0, 1e308], "▁▅█", "_=#"),
        ([], "", ""),
    ],
    ids=["rising", "peaks", "constant", "zero", "gap", "huge", "empty"],
)
def test_spark(values: list[float], drawn: str, ascii: str) -> None:
    assert spark(values) == drawn
    assert spark(values, ascii=True) == ascii


@pytest.mark.parametrize(
    ("values", "drawn", "ascii"),
    [
        ([[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5]], ["█··", "▓▓·", "░▒▓"], ["#  ", "** ", ".:*"]),
        ([[0, 1, 1000]], ["·░█"], [" .#"]),
        ([[2, 2]], ["██"], ["##"]),
        ([[0, 0]], ["··"], ["  "]),
        ([[-1, 0, 1]], ["·▓█"], [" *#"]),
        ([[NAN, 1]], ["?█"], ["?#"]),
        ([[1], []], ["█", ""], ["#", ""]),
    ],
    ids=["attention", "little-is-not-nothing", "equal", "zero", "negative", "nan", "ragged"],
)
def test_heat(values: list[list[float]], drawn: list[str], ascii: list[str]) -> None:
    assert heat(values) == drawn
    assert heat(values, ascii=True) == ascii
    assert heat(values, cell=2) == ["".join(char * 2 for char in line) for line in drawn]


@pytest.mark.parametrize(
    ("done", "total", "width", "drawn"),
    [
        (0, 10, 15, "░░░░░░░░░░ 0/10"),
        (5, 10, 15, "█████░░░░░ 5/10"),
        (10, 10, 15, "█████████ 10/10"),
        (999, 1000, 18, "█████████░ 999/1000"[1:]),
        (0, 0, 14, "░░░░░░░░░░ 0/0"),
        (12, 10, 15, "█████████ 12/10"),
        (3, 30, 8, "3/30"),
    ],
    ids=["start", "half", "end", "nearly", "nothing", "more", "narrow"],
)
def test_progress(done: int, total: int, width: int, drawn: str) -> None:
    assert progress(done, total, width) == drawn
    assert progress(done, total, width, ascii=True) == drawn.translate({0x2588: "#", 0x2591: "."})
