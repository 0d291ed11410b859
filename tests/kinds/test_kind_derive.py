"""Derive cards: what is proved, what is said to a wrong formula, what is refused of a deck."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest

from dlcards.kinds import example
from dlcards.kinds.derive import Derive
from dlcards.library import decode, yaml12
from dlcards.model.doc import Math, Text

HEAD = {"id": "a", "concept": "c", "aspect": "derive", "kind": "derive", "front": "Which?"}
SIGMOID: dict[str, Any] = {
    "variables": {"s": {"domain": "unit"}},
    "key": "s*(1-s)",
    "proof_of": {
        "expr": "sigmoid(x)", "wrt": "x", "variables": {"x": {}}, "where": {"s": "sigmoid(x)"},
    },
    "steps": [{"expr": "s^2*(1/s - 1)", "note": "Chain rule."}, {"expr": "s - s^2"}],
    "mistakes": [{"expr": "1 - s^2", "say": "That is the slope of tanh."}],
}  # fmt: skip
BCE = {"variables": {"p": {"domain": "unit"}, "y": {"domain": "unit"}}, "key": "p - y"}


def derive(**fields: Any) -> Derive:
    return msgspec.convert(HEAD | fields, Derive)


def said(card: Derive, reply: str) -> list[tuple[str, str]]:
    return [(b.text, b.role) for b in card.check(reply).said if isinstance(b, Text)]


def model() -> Derive:
    found: Derive = decode.card(yaml12.read(example("derive").encode(), "x.yaml").data)
    return found


@pytest.mark.parametrize("reply", ["p-y", "-(y-p)", "p(1-y)-y(1-p)", "(-y/p+(1-y)/(1-p)) p (1-p)"])
def test_right_replies(reply: str) -> None:
    verdict = model().check(reply)
    assert (verdict.score, verdict.unreadable) == (1.0, False)
    assert verdict.understood.startswith("read as ")


@pytest.mark.parametrize(
    ("reply", "understood"),
    [("2p", "read as 2*p"), ("p-y^2", "read as p - (y^2)"), ("-p/y", "read as (-p)/y"),
     ("(p-y)*(p+y)", "read as (p - y)*(p + y)")],
)  # fmt: skip
def test_the_reading_is_echoed(reply: str, understood: str) -> None:
    assert derive(**BCE).check(reply).understood == understood


MISTAKES = [  # variables, key, reply, what is said
    ("p:unit y:unit", "p - y", "y - p", "negative of the answer"),
    ("x y", "2*(x-y)", "x-y", "half the answer"),
    ("x y", "x-y", "2x-2y", "twice the answer"),
    ("x:positive y:positive", "x/y", "y/x", "reciprocal"),
    ("p:unit", "p^2", "1-p^2", "one minus the answer"),
    ("n:count", "n^2", "n^2+1", "one more than"),
    ("n:count", "n^2", "n^2-1", "one less than"),
    ("p:unit", "-log(p)", "-log2(p)", "in bits"),
    ("p:unit", "-log(p)", "-log10(p)", "with log10"),
    ("p:unit y:unit", "y*log(p)+p", "y*log2(p)+p", "logarithm to base 2"),
    ("p:unit y:unit", "y*log(p)+p", "y*log10(p)+p", "logarithm to base 10"),
    ("p:unit y:unit", "y*log2(p)+p", "y*log(p)+p", "natural logarithm: the one to base 2"),
    ("x:positive y:positive", "x/(x+y)", "100x/(x+y)", "percent"),
    ("x:positive y:positive", "sqrt(x+y)", "x+y", "square of the answer"),
    ("x:positive y:positive", "x+y", "sqrt(x+y)", "square root of the answer"),
    ("a b", "exp(a-b)", "a-b", "logarithm of the answer"),
    ("a b", "a-b", "e^(a-b)", "exponential of the answer"),
    ("y:unit z", "softplus(z) - y*z", "softplus(z) - (1-y)z", "1 − y where y belongs"),
    ("s:real n:count", "s/n", "s", "a sum where the mean is asked"),
    ("s:real n:count", "s", "s/n", "a mean where the sum is asked"),
    ("s:real n:count", "s*(n-1) + s^2", "s*n + s^2", "n where n − 1 belongs"),
    ("s:real n:count", "s/(n+3)", "s/(n+2)", "n − 1 where n belongs"),
    ("a x", "exp(a*x) + a", "exp(-a*x) + a", "sign of x reversed"),
    ("a:positive b:positive", "log(a/b) + 2*a", "log(b/a) + 2*b", "a and b exchanged"),
    ("x y", "sigmoid(x)*y", "tanh(x)*y", "tanh where the sigmoid"),
    ("x y", "y*(1-tanh(x)^2)", "y*(1-sigmoid(x)^2)", "sigmoid where tanh"),
    ("x y", "max(x, y)", "min(x, y)", "the smaller where the larger"),
    ("x y", "1+min(x, y)", "1+max(x, y)", "the larger where the smaller"),
    ("n:count", "floor(n/2)", "ceil(n/2)", "rounds up"),
    ("n:count", "ceil(n/3)", "floor(n/3)", "rounds down"),
    ("n:count", "floor(n/2)", "n/2", "not rounded"),
    ("x y", "x*sqrt(x^2+y^2)", "x*(x^2+y^2)", "lacks the root"),
    ("x y", "x^2 + y", "x + y", "lacks the power"),
    ("x y z", "x*y*(1-z)", "x*(1-z)", "lacks the factor $y$"),
    ("x y z", "x*y*(1-z)", "x*y", r"lacks the factor $1 - z$"),
    ("x y z", "x*y*(1-z)", "x", r"lacks the factor $y \left(1 - z\right)$"),
    ("x y:positive", "(x-1)/y", "x-1", "lacks the division by $y$"),
    ("x y z", "x + y*z", "x", "lacks the term $y z$"),
    ("x y z", "x - y*z", "x + y*z", "wrong sign before $y z$"),
    ("x y z", "y*exp(x - z)", "y*exp(x + z)", "wrong sign before $z$"),
]


@pytest.mark.parametrize(("names", "key", "reply", "what"), MISTAKES, ids=[m[3] for m in MISTAKES])
def test_a_mistake_that_anybody_makes_is_named(names: str, key: str, reply: str, what: str) -> None:
    given = [word.partition(":") for word in names.split()]
    variables = {name: {"domain": domain or "real"} for name, _, domain in given}
    verdict = (card := derive(variables=variables, key=key)).check(reply)
    assert (verdict.score, verdict.near_miss) == (0.0, True)
    (name, role), (at, _) = said(card, reply)
    assert what in name
    assert role == "mistake"
    assert "yours" in at.lower()
    assert list(card.prove()) == []


def test_the_inner_derivative_is_named_where_a_derivative_is_asked() -> None:
    (name, _), _ = said(model(), "-y/p + (1-y)/(1-p)")
    assert name.startswith(r"That lacks the factor $p \left(1 - p\right)$")
    assert name.endswith("the inner derivative of the chain rule.")


def test_a_mistake_of_the_card_comes_first() -> None:
    card = derive(**BCE, mistakes=[{"expr": "y-p", "say": "The card's own."}])
    assert said(card, "y-p")[0] == ("The card's own.", "mistake")
    assert said(model(), "(p-y)*p*(1-p)")[0][0].startswith("That is the gradient of half")


@pytest.mark.parametrize(
    ("reply", "relation"),
    [("3*(p-y)", "Yours is the key × 3."), ("p-y-0.5", "Yours is the key − 0.5."),
     ("y^3+p", "At p")],
)  # fmt: skip
def test_a_mistake_without_a_name_is_shown(reply: str, relation: str) -> None:
    card = derive(**BCE)
    assert not card.check(reply).near_miss
    assert said(card, reply)[0][0].startswith(relation)


@pytest.mark.parametrize(
    ("rule", "reply", "form"),
    [
        ({"must_use": ["s"]}, "s - s^2", ""),
        ({"must_not_use": ["exp"]}, "s - s^2*exp(0)", "written without exp"),
        ({"no_numbers": True}, "4*s*(1-s)/4", "without numbers"),
        ({"max_length": 7}, "s - s^2 + s - s", "in 7 characters"),
        ({"max_length": 7}, "s*(1-s)", ""),
    ],
)
def test_right_value_wrong_form(rule: dict[str, Any], reply: str, form: str) -> None:
    verdict = derive(**(SIGMOID | rule)).check(reply)
    assert verdict.score == (0.5 if form else 1.0)
    text = "".join(block.text for block in verdict.said if isinstance(block, Text))
    assert text.startswith("Right value, wrong form: ") == bool(form)
    assert form in text


@pytest.mark.parametrize(
    "reply", ["p-", "q", "p y (", "", "1/0", "log(p-1)", "import os", "p.real"]
)
def test_odd_replies(reply: str) -> None:
    verdict = derive(**BCE).check(reply)
    assert verdict.unreadable == (reply not in ("", "1/0", "log(p-1)"))
    assert verdict.score == 0.0


def test_what_cannot_be_compared_is_left_to_the_learner() -> None:
    card = derive(variables={"x": {"low": 100, "high": 200}}, key="exp(exp(exp(x)))")
    verdict = card.check("exp(exp(exp(x)))")
    assert (verdict.score, verdict.right) == (None, False)
    assert "too few values" in str(verdict.said)


def test_the_derivation_is_shown_line_by_line() -> None:
    lines = [block.latex for block in derive(**SIGMOID).explain() if isinstance(block, Math)]
    assert lines == [
        r"s \left(1 - s\right)",
        r"\frac{\partial}{\partial x} \left(\sigma\left(x\right)\right)",
        r"= s^{2} \left(\frac{1}{s} - 1\right)",
        "= s - s^{2}",
    ]


STEP = {"expr": "s - s^3"}
FALSE = [  # what is changed in the card, what prove() or faults() says
    ({"key": "s*(1+s)"}, "but the derivative is"),
    ({"key": "s - 1"}, "but the derivative is"),
    ({"steps": [STEP]}, "steps[0].expr: is not equal to the key"),
    ({"steps": [{"expr": "s - s^2"}, STEP]}, "steps[1].expr: is not equal to the key"),
    ({"mistakes": [{"expr": "s - s^2", "say": "No."}]}, "mistakes[0].expr: is accepted as right"),
    ({"mistakes": [{"expr": "s", "say": "No."}, {"expr": "s*1", "say": "Nor."}]},
     "mistakes[1].expr: equals a mistake above"),
    ({"no_numbers": True, "key": "3*s*(1-s)/3"}, "key: is not accepted itself"),
    ({"key": "log(s-0.5)", "steps": []}, "key: is not defined at s ="),
    ({"key": "0*s", "proof_of": None, "steps": []}, "key: accepts -(0*s) as well"),
    ({"key": "s*(1-q)"}, "key: unknown name 'q'"),
    ({"key": "s*("}, "key: the formula ends too early"),
    ({"steps": [{"expr": "r"}]}, "steps[0].expr: unknown name 'r'"),
    ({"mistakes": [{"expr": "r", "say": "No."}]}, "mistakes[0].expr: unknown name 'r'"),
    ({"must_use": ["nothing"]}, "must_use: 'nothing' is no variable"),
    ({"variables": {"s": {"low": 2, "high": 1}}}, "variables.s: has an empty domain"),
    ({"variables": {"s": {"domain": "unit", "low": 3}}}, "variables.s: has an empty domain"),
    ({"variables": {"s": {"domain": "integer", "low": 0.2, "high": 0.8}}}, "empty domain"),
    ({"variables": {"s": {}, "max": {}}}, "variables.max: is no name"),
    ({"variables": {"s": {}, "t": {}}}, "does not know the answer's variable 't'"),
    ({"proof_of": SIGMOID["proof_of"] | {"wrt": "q"}}, "'q' is none of proof_of.variables"),
    ({"proof_of": SIGMOID["proof_of"] | {"expr": "sigmoid(q)"}}, "proof_of.expr: unknown name"),
    ({"proof_of": SIGMOID["proof_of"] | {"where": {"s": "q"}}}, "proof_of.where.s: unknown name"),
    ({"proof_of": SIGMOID["proof_of"] | {"where": {"s": "tanh(x)"}}}, "but the derivative is"),
    ({"proof_of": SIGMOID["proof_of"] | {"where": {"s": "log(x-99)"}}}, "points only"),
    ({"proof_of": SIGMOID["proof_of"] | {"expr": "round(x)"}}, "cannot be differentiated"),
    ({"proof_of": None, "op": "sigmoid", "key": "sigmoid(s)*2", "steps": [], "mistakes": []},
     "op: sigmoid: "),
    ({"proof_of": None, "op": "no_such_op"}, "no_such_op"),
    ({"proof_of": None, "op": "sigmoid", "ask": "grad.nothing"}, "op: sigmoid"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), FALSE, ids=[f[1] for f in FALSE])
def test_a_false_card_is_found(change: dict[str, Any], fault: str) -> None:
    card = derive(**(SIGMOID | change))
    found = [f"{f.field}: {f.message}" for f in (*card.faults(), *card.prove())]
    assert any(fault in text for text in found), found


OPS = [  # op, asked, variables, key
    ("sigmoid", "value", {"input": {}}, "1/(1+exp(-input))"),
    ("sigmoid", "grad.input", {"input": {}}, "sigmoid(input)*(1-sigmoid(input))"),
    ("tanh", "grad.input", {"input": {}}, "1 - tanh(input)^2"),
    ("mse_loss", "grad.input", {"input": {}, "target": {}}, "2*(input - target)"),
    ("huber_loss", "value", {"input": {}, "target": {}, "delta": {"domain": "positive"}},
     "relu(|input-target| - delta)*delta + min(|input-target|, delta)^2/2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "asked", "variables", "key"), OPS, ids=[f"{o[0]} {o[1]}" for o in OPS]
)
def test_a_key_is_proved_by_an_op(op: str, asked: str, variables: Any, key: str) -> None:
    assert list(derive(op=op, ask=asked, variables=variables, key=key).prove()) == []
    wrong = list(derive(op=op, ask=asked, variables=variables, key=f"({key})*1.001").prove())
    assert [fault.field for fault in wrong] == ["key"]


@pytest.mark.parametrize(
    ("expr", "key"),
    [
        ("log(x)", "1/x"), ("log2(x)", "1/(x*ln(2))"), ("x^x", "x^x*(ln(x)+1)"),
        ("sqrt(x)", "1/(2*sqrt(x))"), ("erf(x)", "2*exp(-x^2)/sqrt(pi)"), ("erfc(x)", "-2*exp(-x^2)/sqrt(pi)"),
        ("softplus(x)", "sigmoid(x)"), ("tanh(x)", "sech(x)^2"), ("sech(x)", "-sech(x)*tanh(x)"),
        ("relu(x-1)", "(1+sign(x-1))/2"), ("abs(x-2)", "sign(x-2)"), ("max(x, x^2)", "max(1, 2*x)*(1+sign(x-1))/2+(1-sign(x-1))/2"),
        ("x*sigmoid(x)", "sigmoid(x)*(1+x*(1-sigmoid(x)))"), ("mean(x, x^2)", "1/2+x"), ("sum(x, 1)", "1"),
        ("0.1*x", "0.1"), ("floor(1.5)*x", "1"), ("log10(x)", "1/(x*ln(10))"), ("min(x, 3)", "(1-sign(x-3))/2"),
    ],
)  # fmt: skip
def test_keys_are_proved_by_the_derivative(expr: str, key: str) -> None:
    x = {"x": {"domain": "positive"}}
    origin = {"expr": expr, "wrt": "x", "variables": x}
    assert list(derive(variables=x, key=key, proof_of=origin).prove()) == []
    wrong = list(derive(variables=x, key=f"({key})*1.001", proof_of=origin).prove())
    assert any("the derivative is" in fault.message for fault in wrong)


PROBE = """\
import sys
from dlcards.kinds.derive import Derive
import msgspec
card = msgspec.convert(msgspec.json.decode(sys.argv[1]), Derive)
for reply in ("p - y", "y - p", "(p-y)*p", "3p", "p(1-y) - y(1-p)", "-(y/p)", "p^2", "q"):
    card.check(reply), card.ask(), card.explain()
print(sorted({"numpy", "sympy", "mpmath", "rich"} & set(sys.modules)))
card.check("p - y + 1e-9")
print(sorted({"numpy", "sympy", "mpmath", "rich"} & set(sys.modules)))
"""


def test_a_review_loads_no_algebra_until_digits_are_needed() -> None:
    card = msgspec.json.encode(HEAD | BCE).decode()
    command = [sys.executable, "-c", PROBE, card]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['mpmath']"]
