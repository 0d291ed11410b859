"""Formulas of deep learning, laid out: expected lines and pictures, and laws that hold for all."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.tex import box, fit, line, parse, width
from dlcards.tex.alphabet import lowered, raised
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
)

HERE = Path(__file__).parent
FORMULAS = [
    block.split("\n") for block in (HERE / "formulas.txt").read_text("utf-8").strip().split("\n\n")
]
PICTURES = [
    block.split("\n", 2)
    for block in (HERE / "pictures.txt").read_text("utf-8").rstrip("\n").split("\n%%\n")
]
SOURCES = [pytest.param(source, id=name[2:]) for name, source, _, _ in FORMULAS]


def leaves(node: Node | None) -> list[Leaf]:
    """Every sign of a formula except delimiters, spaces and separators of cells."""
    match node:
        case None:
            return []
        case Leaf(_, _, role):
            return [] if role in ("space", "punct") else [node]
        case Row(items):
            return [leaf for item in items for leaf in leaves(item)]
        case Script(base, low, high) | Limits(base, low, high):
            return leaves(base) + leaves(low) + leaves(high)
        case Frac(first, second, _) | Binom(first, second) | Root(first, second):
            return leaves(first) + leaves(second)
        case Accent(_, _, body) | Brace(body, _):
            return leaves(body)
        case Fence(left, body, right):
            return [left, *leaves(body), right] if line_high(body) else leaves(body)
        case Grid(rows):
            return [leaf for row in rows for cell in row for leaf in leaves(cell)]
        case _:
            assert_never(node)


def line_high(body: Node) -> bool:
    """Whether brackets round `body` surely do not grow."""
    return isinstance(body, Leaf)


def missing(source: str, shown: str, *, ascii: bool) -> list[str]:
    plain = unicodedata.normalize("NFD", shown)
    return [
        leaf.text
        for leaf in leaves(parse(source))
        if not any(form in plain for form in forms(leaf, ascii=ascii))
    ]


def forms(leaf: Leaf, *, ascii: bool) -> set[str]:
    text = (leaf.ascii if ascii else leaf.text).strip()
    return {
        unicodedata.normalize("NFD", form)
        for form in (text, raised(text), lowered(text))
        if form is not None
    }


# What is expected


@pytest.mark.parametrize(
    ("source", "unicode", "ascii"),
    [pytest.param(*rest, id=name[2:]) for name, *rest in FORMULAS],
)
def test_formula_on_one_line(source: str, unicode: str, ascii: str) -> None:
    assert line(source) == unicode
    assert line(source, ascii=True) == ascii


@pytest.mark.parametrize(
    ("title", "source", "picture"), [pytest.param(*row, id=row[0][2:]) for row in PICTURES]
)
def test_formula_in_two_dimensions(title: str, source: str, picture: str) -> None:
    assert "\n".join(box(source, ascii=title.endswith(", ascii"))) == picture


@pytest.mark.parametrize(
    ("source", "unicode", "ascii"),
    [
        (r"a+b", "a + b", "a + b"),
        (r"-x", "−x", "-x"),
        (r"a=-b", "a = −b", "a = -b"),
        (r"(-1)^n", "(−1)ⁿ", "(-1)^n"),
        (r"x,-y", "x, −y", "x, -y"),
        (r"\sum -x", "∑ −x", "sum -x"),
        (r"1{,}000", "1,000", "1,000"),
        (r"a{-1}", "a−1", "a-1"),
        (r"x_{t-1}", "xₜ₋₁", "x_(t-1)"),
        (r"x_Q", "x_Q", "x_Q"),
        (r"x_Q y", "x_Q y", "x_Q*y"),
        (r"x^{0.5} y", "x^0.5 y", "x^0.5*y"),
        (r"x^{ab}", "xᵃᵇ", "x^(ab)"),
        (r"x_{(i)}", "x₍ᵢ₎", "x_(i)"),
        (r"x^* y", "x* y", "x^* y"),
        (r"A^{-\top}", "A⁻ᵀ", "A^(-T)"),
        (r"{a+b}^2", "(a + b)²", "(a + b)^2"),
        (r"{\frac ab}^2", "(a/b)²", "(a/b)^2"),
        (r"\frac12 r", "(1/2)r", "(1/2)*r"),
        (r"\lambda\frac12", "λ(1/2)", "lambda*(1/2)"),
        (r"\frac{a}{bc}", "a/(bc)", "a/(bc)"),
        (r"\frac{a}{12}", "a/12", "a/12"),
        (r"\frac{a}{f(x)}", "a/f(x)", "a/f(x)"),
        (r"\frac{\frac ab}{c}", "(a/b)/c", "(a/b)/c"),
        (r"\frac{a}{n!}", "a/(n!)", "a/(n!)"),
        (r"a/\frac bc", "a/(b/c)", "a/(b/c)"),
        (r"\log\frac pq", "log(p/q)", "log(p/q)"),
        (r"\hat{x_i}", "x̂ᵢ", "x_hat_i"),
        (r"\hat{x+y}", "hat(x + y)", "hat(x + y)"),
        (r"\vec v", "v⃗", "v_vec"),
        (r"|a|b|", "|a|b|", "|a|b|"),
        (r"|-x|", "|−x|", "|-x|"),
        (r"p(a|b)", "p(a|b)", "p(a|b)"),
        (r"[0, 1)", "[0, 1)", "[0, 1)"),
        (r"(a", "(a", "(a"),
        (r"a)", "a)", "a)"),
        (r"\bigl( x \bigr)", "(x)", "(x)"),
        (r"\displaystyle x", "x", "x"),
        (r"\not=", "≠", "!="),
        (r"\not\in S", "∉ S", "not in S"),
        (r"a := b", "a := b", "a := b"),
        (r"x\text{ if }y", "x if y", "x if y"),
        (r"\text{a\_b \% c}", "a_b % c", "a_b % c"),
        (r"n \times m", "n × m", "n x m"),
        (r"\mathbb{R}^{n \times m}", "ℝ^(n×m)", "R^(n x m)"),
        (r"\mathrm{d}x", "dx", "dx"),
        (r"\operatorname*{arg\,max}_x", "arg maxₓ", "arg max_x"),
        (r"α ≤ β", "α ≤ β", "alpha <= beta"),
        (r"\lceil x \rceil", "⌈x⌉", "ceil(x)"),
        (r"\sum_{\substack{i \\ j}} x", "∑_(i; j) x", "sum_(i; j) x"),
        (r"a \\ b", "a; b", "a; b"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_spacing_and_brackets(source: str, unicode: str, ascii: str) -> None:
    assert (line(source), line(source, ascii=True)) == (unicode, ascii)


def test_picture_gives_way_to_line_and_line_stays_when_too_long() -> None:
    source = r"\frac{a}{b} + c"
    assert fit(source, 9) == [" a", "─── + c", " b"]
    assert fit(source, 7) == [" a", "─── + c", " b"]
    assert fit(source, 6) == ["a/b + c"]
    assert fit(source, 0) == ["a/b + c"]


# Laws


@pytest.mark.parametrize("source", SOURCES)
def test_every_sign_appears(source: str) -> None:
    for ascii in (False, True):
        assert missing(source, line(source, ascii=ascii), ascii=ascii) == []
        assert missing(source, "\n".join(box(source, ascii=ascii)), ascii=ascii) == []


@pytest.mark.parametrize("source", SOURCES)
def test_ascii_is_ascii(source: str) -> None:
    assert line(source, ascii=True).isascii()
    assert "".join(box(source, ascii=True)).isascii()


@pytest.mark.parametrize("source", SOURCES)
def test_no_trailing_blanks(source: str) -> None:
    assert all(row == row.rstrip() for row in box(source))
    assert line(source) == line(source).strip()


ATOMS = st.sampled_from(
    [*"abxyzQ27+-=<,", r"\alpha", r"\theta", r"\cdot", r"\le", r"\log", r"\partial", r"\infty",
     r"\max", r"\sum", r"\ldots", r"\text{if }", r"\mathrm{KL}", r"\mathbb{E}", r"\,"]
)  # fmt: skip


def wrap(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        st.lists(inner, max_size=4).map(" ".join),
        two.map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
        two.map(lambda p: rf"{{{p[0]}}}_{{{p[1]}}}"),
        two.map(lambda p: rf"x^{{{p[0]}}} {p[1]}"),
        two.map(lambda p: rf"\sum_{{{p[0]}}}^{{{p[1]}}}"),
        inner.map(lambda s: rf"\sqrt{{{s}}}"),
        inner.map(lambda s: rf"\left( {s} \right]"),
        inner.map(lambda s: rf"\hat{{{s}}}"),
        two.map(lambda p: rf"\begin{{cases}} {p[0]} & {p[1]} \\ {p[1]} \end{{cases}}"),
        two.map(lambda p: rf"\begin{{aligned}} {p[0]} &= {p[1]} \\ {p[1]} \end{{aligned}}"),
    )


GENERATED = st.recursive(ATOMS, wrap, max_leaves=12)


@given(GENERATED)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_sign_of_a_generated_formula_is_lost(source: str) -> None:
    for ascii in (False, True):
        for shown in (line(source, ascii=ascii), "\n".join(box(source, ascii=ascii))):
            assert missing(source, shown, ascii=ascii) == [], shown
            assert not ascii or shown.isascii()


@given(GENERATED, st.integers(0, 60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_several_rows_always_fit(source: str, columns: int) -> None:
    rows = fit(source, columns)
    assert len(rows) == 1 or max(map(width, rows)) <= columns


# Whatever comes


@given(st.text(st.sampled_from("ab1 \\{}[]()^_&'|%$~+-\n\té∑\x1b") | st.characters(), max_size=30))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_raises(source: str) -> None:
    for ascii in (False, True):
        shown = [line(source, ascii=ascii), *box(source, ascii=ascii), *fit(source, 9, ascii=ascii)]
        assert all(row.isprintable() for row in shown)
        assert not ascii or all(row.isascii() for row in shown)


@pytest.mark.parametrize(
    "source",
    [
        "{" * 10_000,
        "{" * 10_000 + "}" * 10_000,
        "x" * 1_000_000,
        "(" * 9_999,
        r"\hat" * 2_000,
        r"\sqrt" * 1_900,
        r"\frac{1}{" * 900,
        "x^{" * 3_000,
        r"\left(" * 1_600,
        r"\foo",
        "a % b",
        "x^a^b",
    ],
    ids=lambda source: f"{source[:8]}:{len(source)}",
)
def test_what_cannot_be_read_is_shown_as_written(source: str) -> None:
    assert box(source) == fit(source, 40) == [line(source)] == [source]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("x^{", "}"),
        ("x_{", "}"),
        (r"\lambda\frac{", "}{2}"),
        (r"\frac{1}{", "}"),
        (r"\sqrt{", "}"),
        (r"\hat{a", "}"),
        (r"\sum_{", "}"),
        (r"\left(", r"\right)"),
        (r"\begin{matrix}", r"\end{matrix}"),
        (r"\underbrace{", "}_{x}"),
    ],
)
def test_deepest_nesting_takes_no_exponential_time(opening: str, closing: str) -> None:
    source = opening * 29 + "k" + closing * 29
    assert parse(source)
    for ascii in (False, True):
        assert any(k in line(source, ascii=ascii) for k in "kᵏₖ")
        assert any(k in "".join(box(source, ascii=ascii)) for k in "kᵏₖ")


def test_source_on_several_lines_is_shown_on_one() -> None:
    assert line("\\foo\n  x") == "\\foo x"
