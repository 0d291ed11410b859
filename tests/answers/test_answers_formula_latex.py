"""Formulas in LaTeX: only the brackets that are needed, and the same value when read back."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlcards import tex
from dlcards.answers import grammar
from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.latex import latex
from dlcards.answers.tree import Binary, Call, Name, Neg, Node, Num
from dlcards.tex import node as t

QUICK = settings(max_examples=300, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a + b*c", "a + b c"),
        ("(a+b)*c", r"\left(a + b\right) c"),
        ("a + (b + c)", "a + b + c"),
        ("a - (b + c)", r"a - \left(b + c\right)"),
        ("a - b - c", "a - b - c"),
        ("a*(b*c)", "a b c"),
        ("a*(-b)", r"a \left(-b\right)"),
        ("a + (-b)*c", r"a + \left(-b c\right)"),
        ("-(a*b)", "-a b"),
        ("-(a+b)", r"-\left(a + b\right)"),
        ("-(-a)", r"-\left(-a\right)"),
        ("-((-a)*b)", r"-\left(-a b\right)"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("x^y^z", "x^{y^{z}}"),
        ("(x^y)^z", r"\left(x^{y}\right)^{z}"),
        ("(a/b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("(a+b)/(c+d)", r"\frac{a + b}{c + d}"),
        ("sqrt(x)^2", r"\left(\sqrt{x}\right)^{2}"),
        ("tanh(x)^2", r"\tanh\left(x\right)^{2}"),
        ("2*3", r"2 \cdot 3"),
        ("x*2^y", r"x \cdot 2^{y}"),
        ("2*(1/3)", r"2 \cdot \frac{1}{3}"),
        ("2*(x+1)", r"2 \left(x + 1\right)"),
        ("1e-5*x", r"1 \cdot 10^{-5} x"),
        ("(1e-5)^2", r"\left(1 \cdot 10^{-5}\right)^{2}"),
        ("0.1*x", "0.1 x"),
        ("3.0*x", "3 x"),
        ("123456789*x", "123456789 x"),
        ("|x|", r"\left|x\right|"),
        ("floor(n/2)", r"\lfloor \frac{n}{2} \rfloor"),
        ("log(x)", r"\ln\left(x\right)"),
        ("log2(x)", r"\log_2\left(x\right)"),
        ("sigmoid(x)", r"\sigma\left(x\right)"),
        ("softplus(x)", r"\operatorname{softplus}\left(x\right)"),
        ("max(0, x)", r"\max\left(0, x\right)"),
        ("pi*e", r"\pi e"),
        ("y_hat", r"\hat{y}"),
        ("y_hat_1", r"\hat{y}_{1}"),
        ("theta", r"\theta"),
        ("σ", r"\sigma"),
        ("sigma_1", r"\sigma_{1}"),
        ("x1", "x_{1}"),
        ("x₁", "x_{1}"),
        ("h_t", "h_{t}"),
        ("x_1_2", "x_{1,2}"),
        ("beta_max", r"\beta_{\mathrm{max}}"),
        ("loss", r"\mathrm{loss}"),
        ("_", "_"),
    ],
)
def test_brackets_where_they_are_needed(text: str, written: str) -> None:
    found = latex(grammar.parse(text, names=None))
    assert found == written
    if text != "_":
        assert tex.problems(found) == []


NAMES = st.sampled_from(["x", "y", "alpha", "y_hat", "w_1"])
NUMBERS = st.one_of(st.integers(0, 30), st.sampled_from([0.5, 2.25, 1e-7, 1.5e30, 0.1]))
LEAVES = st.one_of(st.builds(Name, NAMES), st.builds(Num, NUMBERS))
ONE = st.sampled_from(
    ["sqrt", "abs", "floor", "ceil", "log", "exp", "tanh", "sigmoid", "erf", "log2"]
)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.builds(Neg, inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "^"]), inner, inner),
        st.builds(lambda name, arg: Call(name, (arg,)), ONE, inner),
        st.builds(Call, st.sampled_from(["max", "min"]), pair),
    )


TREES = st.recursive(LEAVES, grown, max_leaves=9)
ENV = {"x": 0.7, "y": 2.5, "alpha": -1.25, "y_hat": 3.0, "w_1": 0.2}
DIGITS = "0123456789."


def read_back(node: Any) -> str:
    """A parsed formula in the learner's grammar."""
    match node:
        case t.Row(items):
            return juxtaposed(items)
        case t.Frac(num, den):
            return f"(({read_back(num)})/({read_back(den)}))"
        case t.Root(body, None):
            return f"sqrt({read_back(body)})"
        case t.Accent():
            return "y_hat"
        case t.Script(base, sub, None):
            return {"w": "w_1", "log": "log2"}[read_back(base)]
        case t.Limits(base, sub, None):
            return {"log": "log2"}[read_back(base)]
        case t.Script(base, sub, sup) if sub is not None:
            return read_back(t.Script(t.Script(base, sub, None), None, sup))
        case t.Script(base, None, sup):
            return f"{read_back(base)}^({read_back(sup)})"
        case t.Fence(left, body, _):
            head = {"(": "", "|": "abs", "⌊": "floor", "⌈": "ceil"}[left.text]
            return f"{head}({read_back(body)})"
        case t.Leaf(text, _, role):
            return {"·": "*", "⋅": "*", "ln": "log", "σ": "sigmoid", "α": "alpha", "−": "-",
                    "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")"}.get(text, text if role != "space" else " ")  # fmt: skip
    raise AssertionError(node)


def juxtaposed(items: tuple[Any, ...]) -> str:
    """Pieces side by side; the digits of a number are pieces of their own."""
    text = ""
    for piece in filter(str.strip, map(read_back, items)):
        digits = piece[0] in DIGITS and text[-1:] and text[-1] in DIGITS
        text += piece if digits else f" {piece}"
    return text.strip()


@QUICK
@given(tree=TREES)
def test_the_value_survives(tree: Node) -> None:
    try:
        value = evaluate(tree, ENV)
    except Undefined:
        assume(False)
    assume(math.isfinite(value))
    written = latex(tree)
    assert tex.problems(written) == []
    again = evaluate(grammar.parse(read_back(tex.parse(written)), names=list(ENV), deck=True), ENV)
    assert again == pytest.approx(value, rel=1e-9, abs=1e-12), written
