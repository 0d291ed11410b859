"""Formulas of learners and of decks: the tree, its echo, its names and its value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.grammar import Arity, Unreadable, names, parse, show
from dlcards.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = ("x", "s", "β₁", "sigma", "y_hat", "λ")
LEARNER = {
    "s*(1-s)": "(s*(1 - s))",
    "s(1-s)": "(s*(1 - s))",
    "2x": "(2*x)",
    "2 x s": "((2*x)*s)",
    "x^2": "(x^2)",
    "x²": "(x^2)",
    "2x^2": "(2*(x^2))",
    "-x^2": "-(x^2)",
    "(-x)^2": "((-x)^2)",
    "|x|": "abs(x)",
    "|x||s|": "(abs(x)*abs(s))",
    "2|x - 1|": "(2*abs((x - 1)))",
    "σ": "sigma",
    "sigma": "sigma",
    "sigmoid(x)": "sigmoid(x)",
    "max(0, x)": "max(0, x)",
    "tanh^2(x)": "(tanh(x)^2)",
    "1 - tanh²(x)": "(1 - (tanh(x)^2))",
    "e^x": "(e^x)",
    "e^-x": "(e^(-x))",
    "exp(-x)s": "(exp(-x)*s)",
    "β₁ + β_1 + beta1 + beta_1": "(((β₁ + β₁) + β₁) + β₁)",
    "yhat": "y_hat",
    "lambda x": "(λ*x)",
    "x(2)": "(x*2)",
    "√x": "sqrt(x)",
    "ln x": "log(x)",
    "ln x^2": "log((x^2))",
    "2 ln x + 1": "((2*log(x)) + 1)",
    "1/(1+e^-x)": "(1/(1 + (e^(-x))))",
    "x - s - 1": "((x - s) - 1)",
    "x/s*2": "((x/s)*2)",
    "x/s/2": "((x/s)/2)",
    "x%": "(x/100)",
}


@pytest.mark.parametrize("text", LEARNER)
def test_a_formula_is_read_and_written_back_with_every_bracket(text: str) -> None:
    assert show(parse(text, names=VARIABLES)) == LEARNER[text]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("xs", "write x*s"),
        ("y", "unknown name 'y'"),
        ("lamda", "did you mean 'lambda'"),
        ("1/2x", "division followed by a product"),
        ("x/s(1-s)", "division followed by a product"),
        ("ln 2x", "where does log end"),
        ("√2x", "where does the root end"),
        ("x 2", "right after"),
        ("f(x)", "unknown function 'f'"),
        ("x.T", "cannot be read"),
        ("x[0]", "round brackets"),
        ("x == 2", "only the value"),
        ("max(x, key=s)", "only the value"),
        ("huber_loss(x, s)", "unknown function"),
        ("softmax(x)", "unknown function"),
    ],
)
def test_a_formula_with_two_readings_or_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as fault:
        parse(text, names=VARIABLES)
    assert message in str(fault.value)


def test_sigma_is_the_sigmoid_unless_it_is_declared() -> None:
    assert show(parse("σ(x)", names=["x"])) == "sigmoid(x)"
    assert show(parse("σ(x)", names=["x", "σ"])) == "(σ*x)"


def test_names_are_the_variables_only() -> None:
    tree = parse("2x + exp(s) + pi*e", names=VARIABLES)
    assert names(tree) == {"x", "s"}
    assert names(parse("f(a, k=[b, c[0]]) < d", names=None, deck=True)) == {"a", "b", "c", "d"}


DECK = {
    "[1, [2, 3]]": "[1, [2, 3]]",
    "[]": "[]",
    "(1, 2)": "[1, 2]",
    "(1,)": "[1]",
    "f(x, delta=2)": "f(x, delta=2)",
    "f()": "f()",
    "f(delta=2,)": "f(delta=2)",
    "huber_loss.grad.input([1], [2])": "huber_loss.grad.input([1], [2])",
    "softmax([1,2,3])[0]": "softmax([1, 2, 3])[0]",
    "f(x)[0, -1][2]": "f(x)[0, -1][2]",
    "(x + 1)[0]": "(x + 1)[0]",
    "f(x, reduction='sum')": 'f(x, reduction="sum")',
    'f(x, reduction="none")': 'f(x, reduction="none")',
    "f(x, mask=none, causal=True, eps=1e-5)": "f(x, mask=none, causal=true, eps=1e-05)",
    "f(x) == 55": "f(x) == 55",
    "f(x) = 55": "f(x) == 55",
    "f(x) != 1": "f(x) != 1",
    "f(x) ≠ 1": "f(x) != 1",
    "f(x) ~ 0.17": "f(x) ~ 0.17",
    "f(x) ≈ 0.17": "f(x) ~ 0.17",
    "1 < 2": "1 < 2",
    "f(x) <= -inf": "f(x) <= -inf",
    "x ≥ 1": "x >= 1",
    "sum(x) > e": "sum(x) > e",
}


@pytest.mark.parametrize("text", DECK)
def test_a_deck_formula_is_read(text: str) -> None:
    tree = parse(text, names=None, deck=True)
    assert show(tree) == DECK[text]
    assert parse(show(tree), names=None, deck=True) == tree


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("a < b < c", "second comparison", 6),
        ("f(k=1, 2)", "after a keyword", 7),
        ("f(k=1, k=2)", "twice", 7),
        ("'text'", "keyword only", 0),
        ("f('text')", "keyword only", 2),
        ("f(k='a;b')", "cannot be read", 4),
        ("x[a]", "whole number", 2),
        ("x[0.5]", "whole number", 2),
        ("x[0", "close it", 3),
        ("[1, 2", "not closed", 5),
        ("(1, 2", "not closed", 5),
        ("f(1", "not closed", 3),
        ("a.b", "unknown name", 0),
        ("f(1) and 2", "right after", 9),
        ("x.__class__(1).y", "cannot be read", 14),
    ],
)
def test_a_deck_formula_is_refused_at_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as fault:
        parse(text, names=None, deck=True)
    assert (message in str(fault.value), fault.value.position) == (True, at)


def test_functions_of_a_deck_are_checked_where_they_are_given() -> None:
    known = {"huber_loss": Arity(2, 4), "softmax": Arity(1, 2)}
    parse("huber_loss(1, 2, delta=1)", deck=True, functions=known)
    parse("exp(1)", deck=True, functions=known)
    with pytest.raises(Unreadable, match=r"did you mean 'huber_loss'"):
        parse("hubber_loss(1, 2)", deck=True, functions=known)
    with pytest.raises(Unreadable, match=r"takes 2 to 4 arguments, not 1"):
        parse("huber_loss(1)", deck=True, functions=known)


ENV = {"x": 2.0, "v": np.array([1.0, 2.0, 3.0]), "m": np.array([[1, 2], [3, 4]]), "n": np.int64(3),
       "shape": (3, 4), "f": np.float64(0.5), "empty": np.array([]), "w": [1, 2, 3]}  # fmt: skip
OPS: dict[str, Callable[..., Any]] = {
    "total": lambda x, *, scale=1: float(np.sum(x)) * scale,
    "pair": lambda: (1, np.array([2.0, 3.0])),
    "picky": lambda *, reduction: {"sum": 1}[reduction],
    "flag": lambda *, on: on is True,
    "nothing": lambda: None,
}


def _refuses(x: int) -> None:
    raise UsageError("refuses: x is odd")


OPS["refuses"] = _refuses


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x^2 + 1", 5),
        ("v * 2", [2, 4, 6]),
        ("v + [1, 1, 1]", [2, 3, 4]),
        ("2 - v", [1, 0, -1]),
        ("-v", [-1, -2, -3]),
        ("w + 1", [2, 3, 4]),
        ("1 / v", [1, 1 / 2, 1 / 3]),
        ("2^v", [2, 4, 8]),
        ("v^-1", [1, 1 / 2, 1 / 3]),
        ("m[1, 0]", 3),
        ("m[1][0]", 3),
        ("m[0]", [1, 2]),
        ("v[-1]", 3),
        ("exp(v)", np.exp([1, 2, 3])),
        ("sigmoid(m)", 1 / (1 + np.exp(-np.array([[1, 2], [3, 4]])))),
        ("softplus(-v)", np.log1p(np.exp([-1, -2, -3]))),
        ("relu(v - 2)", [0, 0, 1]),
        ("floor(v / 2)", [0, 1, 1]),
        ("max(v)", 3),
        ("min(m)", 1),
        ("sum(m)", 10),
        ("mean(v)", 2),
        ("max(2, v)", [2, 2, 3]),
        ("min(v, 2, [1, 0, 5])", [1, 0, 2]),
        ("sum(v, v)", [2, 4, 6]),
        ("mean(v, 3)", [2, 2.5, 3]),
        ("sum(w)", 6),
        ("total([1, 2, 3], scale=2)", 12),
        ("total(v) / n", 2),
        ("pair()[1][0]", 2),
        ("shape[0] * shape[1]", 12),
        ("f + n", 3.5),
        ("-inf", -math.inf),
        ("exp(-inf)", 0),
        ("[[1, 2], [3, 4]] * m", [[1, 4], [9, 16]]),
    ],
)
def test_a_formula_has_its_value(text: str, value: Any) -> None:
    got = evaluate(parse(text, names=ENV, deck=True), ENV, OPS)
    np.testing.assert_allclose(got, value, rtol=1e-12)
    assert np.shape(got) == np.shape(value)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("2 + 2 == 4", True),
        ("0.1 + 0.2 == 0.3", True),
        ("10^15 == 10^15 + 1", False),
        ("2 != 3", True),
        ("2 != 2", False),
        ("100 ~ 100.9", True),
        ("100 ~ 102", False),
        ("1 < 2", True),
        ("2 <= 1", False),
        ("v == [1, 2, 3]", True),
        ("v == [1, 2]", False),
        ("v != [1, 2]", True),
        ("v > 0", True),
        ("v > 1", False),
        ("shape == (3, 4)", True),
        ("flag(on=true) == 1", True),
        ("v ~ [1.001, 2, 3]", True),
        ("nothing() == 0", False),
        ("nothing() != 0", True),
    ],
)
def test_a_statement_holds_or_not(text: str, holds: bool) -> None:
    assert evaluate(parse(text, names=ENV, deck=True), ENV, OPS) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("v / [1, 0, 1]", "divides by zero"),
        ("v + [1, 2]", r"joins shapes \(3,\) and \(2,\)"),
        ("log(v - 1)", "log of zero"),
        ("sqrt(-v)", "sqrt of a negative number"),
        ("exp(1000 v)", "too large"),
        ("v * 1e308", "not finite"),
        ("(-v)^0.5", "not finite"),
        ("inf - inf", "not finite"),
        ("sin(inf)", "sin of infinity"),
        ("max(empty)", "empty list"),
        ("max(v, [1, 2])", "different shapes"),
        ("[[1, 2], [3]]", "rows of different lengths"),
        ("v[3]", "does not exist"),
        ("x[0]", "does not exist"),
        ("missing + 1", "no value"),
        ("unknown(1)", "not a known function"),
        ("exp(1, base=2)", "takes no keywords"),
        ("total()", "total: .*missing"),
        ("picky(reduction='mean')", "picky: 'mean'"),
        ("nothing() + 1", "not a number"),
        ("total(v, scal=2)", "total: "),
        ("refuses(1)", "^refuses: x is odd$"),
    ],
)
def test_what_has_no_value_says_why(text: str, message: str) -> None:
    tree = parse(text, names=None, deck=True)
    with pytest.raises(Undefined, match=message):
        evaluate(tree, ENV, OPS)


def test_a_function_of_the_caller_comes_before_the_elementary_one() -> None:
    assert evaluate(parse("exp(1)"), {}, {"exp": lambda _: "mine"}) == "mine"
