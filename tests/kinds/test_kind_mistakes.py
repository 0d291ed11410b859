"""A sitting in which every mistake that anybody makes is made on purpose, and named each time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from dlcards.answers.diagnose import MISTAKES
from dlcards.kinds import union
from dlcards.model.doc import Text
from dlcards.session import states as s
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

if TYPE_CHECKING:
    from dlcards.model.card import Card

HEAD = {
    "id": "a",
    "concept": "c",
    "aspect": "compute",
    "front": "Which variance, deviation or share?",
    "kind": "compute",
}
MATRIX = [[1.0, 2.0], [0.0, 3.0]]
SOFTMAX = "[[exp(1)/(exp(1)+exp(2)), exp(2)/(exp(1)+exp(2))], [1/(1+exp(3)), exp(3)/(1+exp(3))]]"


def columns() -> str:
    a, b = 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))
    return f"[[{a:.6f}, {b:.6f}], [{1 - a:.6f}, {1 - b:.6f}]]"


NUMBERS: list[tuple[str, dict[str, Any], str, str]] = [  # mistake, card, reply, what is said
    ("sign", {"ask": "x*3", "inputs": {"x": 2.5}}, "-7.5", "negative of the answer"),
    ("reciprocal", {"ask": "x/8", "inputs": {"x": 3.0}}, "8/3", "reciprocal"),
    ("twice", {"ask": "x*3", "inputs": {"x": 2.5}}, "15", "twice the answer"),
    ("half", {"ask": "x*3", "inputs": {"x": 2.5}}, "3.75", "half the answer"),
    ("sum for mean", {"ask": "mean(x)", "inputs": {"x": [1.0, 2.5, 4.0]}}, "7.5", "a sum where the mean over 3"),
    ("mean for sum", {"ask": "sum(x)", "inputs": {"x": [1.0, 2.5, 4.0]}}, "2.5", "a mean where the sum over 3"),
    ("bits for nats", {"ask": "-log(x)", "inputs": {"x": 0.3}}, "-log2(0.3)", "in bits"),
    ("nats for bits", {"ask": "-log2(x)", "inputs": {"x": 0.3}}, "-ln(0.3)", "in nats"),
    ("log10 for ln", {"ask": "-log(x)", "inputs": {"x": 0.3}}, "-log10(0.3)", "with log10"),
    ("ln for log10", {"ask": "10*log10(x)", "inputs": {"x": 7.0}}, "10*ln(7)", "take log10"),
    ("percent for fraction", {"ask": "x/7", "inputs": {"x": 3.0}}, "42.86", "a hundred times"),
    ("fraction for percent", {"ask": "100*x/7", "inputs": {"x": 3.0}}, "0.4286", "a hundredth"),
    ("complement", {"ask": "x/7", "inputs": {"x": 3.0}}, "4/7", "one minus the answer"),
    ("missing bias", {"ask": "64*3*9 + out_channels", "inputs": {"out_channels": 64}}, "1728", "without the 64 biases"),
    ("padding once", {"ask": "floor((n + 2*padding - 3)/stride) + 1", "inputs": {"n": 32, "padding": 3, "stride": 1}}, "33", "padding of 3 once"),
    ("one more", {"ask": "floor((n - 3)/2) + 1", "inputs": {"n": 32}}, "16", "one too many"),
    ("one less", {"ask": "floor((n - 3)/2) + 1", "inputs": {"n": 32}}, "14", "one too few"),
    ("not floored", {"ask": "floor((n - 3)/2) + 1", "inputs": {"n": 32}}, "15.5", "before it is rounded down"),
    ("missing exponential", {"ask": "exp(x)", "inputs": {"x": 1.7}}, "1.7", "logarithm of the answer"),
    ("missing logarithm", {"ask": "log(x)", "inputs": {"x": 5.3}}, "5.3", "exponential of the answer"),
    ("missing root", {"ask": "sqrt(x)", "inputs": {"x": 7.0}}, "7", "square of the answer"),
    ("missing square", {"ask": "x^2", "inputs": {"x": 3.3}}, "3.3", "square root of the answer"),
    ("softmax elsewhere", {"ask": SOFTMAX, "inputs": {"x": MATRIX}}, columns(), "softmax over the columns"),
    ("transposed", {"ask": "x*1", "inputs": {"x": MATRIX}}, "[[1, 0], [2, 3]]", "transposed"),
    ("reversed", {"ask": "x*1", "inputs": {"x": [1.0, 2.0, 4.0]}}, "4 2 1", "reversed order"),
    ("unbiased for biased", {"ask": "mean((x - mean(x))^2)", "inputs": {"x": [1.0, 2.0, 4.0, 9.0]}}, "38/3", "biased variance divides by 4"),
    ("biased for unbiased", {"ask": "sum((x - mean(x))^2)/3", "inputs": {"x": [1.0, 2.0, 4.0, 9.0]}}, "38/4", "the unbiased variance divides by 4 − 1"),
    ("unbiased deviation for biased", {"ask": "sqrt(mean((x - mean(x))^2))", "inputs": {"x": [1.0, 2.0, 4.0, 9.0]}}, "sqrt(38/3)", "the biased deviation divides by 4"),
    ("biased deviation for unbiased", {"ask": "sqrt(sum((x - mean(x))^2)/3)", "inputs": {"x": [1.0, 2.0, 4.0, 9.0]}}, "sqrt(38/4)", "unbiased deviation divides by 4 − 1"),
    ("rounded early", {"ask": "x*3.17", "inputs": {"x": 2.5}}, "7.75", "close, but not within"),
]  # fmt: skip
FORMULAS: list[tuple[str, dict[str, Any], str, str]] = [
    ("1 − y for y", {"key": "y*log(p)", "variables": {"p": {"domain": "unit"}, "y": {"domain": "unit"}}}, "(1-y)*log(p)", "1 − y where y"),
    ("inner derivative", {"key": "2*x*cos(x^2)", "variables": {"x": {}}, "proof_of": {"expr": "sin(x^2)", "wrt": "x", "variables": {"x": {}}}}, "cos(x^2)", "inner derivative"),
    ("sign", {"key": "x - y", "variables": {"x": {}, "y": {}}}, "y - x", "negative"),
    ("log base", {"key": "-log(p)", "variables": {"p": {"domain": "unit"}}}, "-log2(p)", "in bits"),
    ("sum for mean", {"key": "2*x/n", "variables": {"x": {}, "n": {"domain": "count"}}}, "2*x", "sum where the mean"),
]  # fmt: skip
ROWS = [*NUMBERS, *[(name, {"kind": "derive", **card}, reply, said) for name, card, reply, said in FORMULAS]]  # fmt: skip


def card(row: int) -> Card:
    fields = HEAD | ROWS[row][1]
    return msgspec.convert(fields, union())  # type: ignore[no-any-return]


def test_every_mistake_of_the_table_is_made() -> None:
    assert {row[0] for row in NUMBERS} == {mistake.name for mistake in MISTAKES}


@pytest.mark.parametrize("tries", [1, 2], ids=["judged at once", "tried again"])
def test_every_mistake_is_named_in_a_sitting(tries: int) -> None:
    ports = Ports(lambda key: card(int(key)), lambda item: {})
    queue = [s.Item(str(n)) for n in range(len(ROWS))]
    sitting = Session(queue, Policy(tries=tries, drill=False), ports, seed=1, at=0)
    for name, _, reply, said in ROWS:
        sitting.send(s.Answer(reply), sitting.asked + 1000)
        state = sitting.state
        assert isinstance(state, s.Asking if tries == 2 else s.Judged), name
        verdict = state.feedback if isinstance(state, s.Asking) else state.verdict
        assert verdict is not None
        named = [b.text for b in verdict.said if isinstance(b, Text) and b.role == "mistake"]
        assert len(named) == 1, name
        assert said in named[0], name
        if isinstance(state, s.Asking):
            sitting.send(s.Answer(""), sitting.asked + 2000)
            assert isinstance(sitting.state, s.Judged)
            assert sitting.state.suggested == 0, "given up"
        else:
            assert state.suggested == 2, "a named near miss"
        sitting.send(s.Rate(), sitting.asked + 3000)
    assert isinstance(sitting.state, s.Done)
    assert sitting.state.faults == ()
