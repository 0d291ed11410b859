"""How each block looks, in Unicode and ASCII, wide and narrow, drawn and read aloud."""

from __future__ import annotations

from io import StringIO

import pytest

from dlcards.model.doc import Cell, Code, Curve, Doc, Math, Plot, Step, Steps, Table, prose
from dlcards.tui import blocks
from dlcards.tui.page import Page
from dlcards.tui.terminal import Terminal


def drawn(doc: Doc, *, width: int = 60, unicode: bool = True, plain: bool = False) -> str:
    out = StringIO()
    blocks.show(doc, Page(Terminal(width, 24, unicode, False, plain, False), out))
    return out.getvalue()


MATRIX = Table(
    ((Cell("1", "right"), Cell("2.5", "wrong")), (Cell("3", "right"), Cell("4", "right")))
)
OPTIONS = Table(
    (
        (Cell("It scales by p", "wrong"), Cell("That is 2014.")),
        (Cell("Nothing, at inference", "right"), Cell("")),
    )
)
STEP = Steps((Step("r = input - target", "residual δ", "[1, −2]"),), "mse_loss")

LOOKS: list[tuple[str, Doc, dict[str, object], str]] = [
    ("inline mathematics", prose(r"Take $\frac{1}{n}\sum_i r_i^2$ of `r`, **not** the sum."), {},
     "Take (1/n) ∑ᵢ rᵢ² of r, not the sum.\n"),
    ("inline mathematics in ASCII", prose(r"Take $\delta \le 1$ of δ…"), {"unicode": False},
     "Take delta <= 1 of delta...\n"),
    ("displayed formula", (Math(r"\frac{a}{b}"),), {}, "     a\n    ───\n     b\n"),
    ("displayed formula, read aloud", (Math(r"\frac{a}{b}"),), {"plain": True}, "a/b\n"),
    ("unknown macro shows its source", prose(r"$\nosuch{x}$"), {}, "\\nosuch{x}\n"),
    ("markup stays text", prose("x[0] and [bold]y[/bold] :smile:"), {},
     "x[0] and [bold]y[/bold] :smile:\n"),
    ("labelled remark", prose("Because it is.", "why"), {}, "Why       Because it is.\n"),
    ("labelled remark, narrow", prose("Because it is.", "why"), {"width": 40}, "Why: Because it is.\n"),
    ("remarks together", (*prose("A.", "why"), *prose("B.", "source")), {},
     "Why       A.\nSource    B.\n"),
    ("marked matrix", (MATRIX,), {}, "    ✓ 1  ✗ 2.5\n    ✓ 3    ✓ 4\n"),
    ("marked matrix in ASCII", (MATRIX,), {"unicode": False},
     "   [ok] 1  [x] 2.5\n   [ok] 3   [ok] 4\n"),
    ("options with refutations", (OPTIONS,), {},
     "✗ It scales by p\n    That is 2014.\n✓ Nothing, at inference\n"),
    ("options, read aloud", (OPTIONS,), {"plain": True},
     "Wrong: It scales by p\n    That is 2014.\nRight: Nothing, at inference\n"),
    ("worked step", (STEP,), {"width": 44},
     "mse_loss\n  r = input - target              residual δ\n    → [1, −2]\n"),
    ("worked step, narrow", (STEP,), {"width": 24},
     "mse_loss\n  r = input - target\n    residual δ\n    → [1, −2]\n"),
    ("a comment too long for its line", (Code("    x = y  # what it is"),), {"width": 20},
     "      # what it is\n      x = y\n"),
    ("a line of code too long", (Code("def f(alpha, beta, gamma):"),), {"width": 20},
     "  def f(alpha,\n      beta, gamma):\n"),
    ("a drawing keeps its spaces", prose("See:\n\nx ─┬─ F ─┐\n   └────(+)"), {},
     "See:\n\nx ─┬─ F ─┐\n   └────(+)\n"),
    ("a drawing row by row", prose("See:\n\n`x ─┐`\n\n`  └`\n\nSo."), {}, "See:\n\nx ─┐\n  └\n\nSo.\n"),
    ("a drawing in ASCII", prose("x ─┬─ F ─┐\n   └────(+)"), {"unicode": False},
     "x -+- F -+\n   +----(+)\n"),
    ("code as it stands", (Code("a\n  b [0]"),), {}, "  a\n    b [0]\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("doc", "how", "looks"), [row[1:] for row in LOOKS], ids=[r[0] for r in LOOKS]
)
def test_looks(doc: Doc, how: dict[str, object], looks: str) -> None:
    assert drawn(doc, **how) == looks  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("unicode", [True, False], ids=["unicode", "ascii"])
def test_nothing_is_wider_than_the_terminal_or_beyond_ascii(width: int, unicode: bool) -> None:
    doc = (
        *prose("Long prose with δ and ŷ and `code` " * 8, "mistake"), MATRIX, OPTIONS, STEP,
        Plot((Curve("f", (0.0, 1.0, 2.0), (0.0, 1.0, 4.0)),), "title"),
    )  # fmt: skip
    text = drawn(doc, width=width, unicode=unicode)
    longest = max(width, 30)  # a plot needs 30 columns
    assert max(map(len, text.split("\n"))) <= longest
    assert unicode or text.isascii()


def test_a_plot_read_aloud_is_numbers() -> None:
    plot = Plot((Curve("relu", (-1.0, 0.0, 1.0), (0.0, 0.0, 1.0)),), "ReLU")
    assert drawn((plot,), plain=True) == "ReLU\nrelu: 0 at -1, 0 at 0, 1 at 1\n"
