"""Judgements of numbers, arrays and shapes; generic mistakes; how values are written."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from dlcards.answers.diagnose import MISTAKES, generic
from dlcards.answers.numeric import format_value, judge, latex_value, tolerance_said

M = [[1.0, 2.0], [3.0, 4.0]]
JUDGED = [
    # form, key, given, score, right, said
    ("scalar", 0.2231, 0.2231, 1, (True,), ""),
    ("scalar", 0.2231, 0.223, 1, (True,), ""),
    ("scalar", 1.0, 1.01, 1, (True,), ""),
    ("scalar", 1.0, 1.011, 0, (False,), ""),
    ("scalar", 0.2231, -0.2231, 0, (False,), ""),
    ("scalar", 0.2231, 0.22, 0.5, (False,), "right, but give three digits"),
    ("scalar", 0.2231, 0.2, 0, (False,), ""),
    ("scalar", 0.2231, 0.23, 0, (False,), ""),
    ("scalar", 1e-7, 1e-7, 1, (True,), ""),
    ("scalar", 1e-7, 0, 0, (False,), ""),
    ("scalar", 0.0, 0, 1, (True,), ""),
    ("scalar", 0.0, 1e-7, 1, (True,), ""),
    ("scalar", 0.0, 1e-3, 0, (False,), ""),
    ("scalar", 3.0, [3.0], 1, (True,), ""),
    ("scalar", 3.0, [3.0, 4.0], 0, (), "shape (2,) where one number is asked"),
    ("scalar", np.float64(3), np.array([[3.0]]), 1, (True,), ""),
    ("scalar", math.inf, 1e300, 0, (False,), ""),
    ("percent", 0.125, 0.125, 1, (True,), ""),
    ("percent", 0.1249, 0.12, 0.5, (False,), "right, but give three digits"),
    ("integer", 1664, 1664, 1, (True,), ""),
    ("integer", 1664, 1664.0, 1, (True,), ""),
    ("integer", 1664, 1663, 0, (False,), ""),
    ("integer", 1664, 1700, 0, (False,), ""),
    ("integer", 61100840, 61.1e6, 0.5, (False,), "right, but the exact number is asked"),
    ("integer", 2**60 + 1, 2**60, 0, (False,), ""),
    ("shape", (64, 112, 112), (64, 112, 112), 1, (True,) * 3, ""),
    ("shape", (64, 112, 112), (64, 111, 112), 2 / 3, (True, False, True), "2 of 3 entries right"),
    ("shape", (64, 112, 112), (64, 112), 0, (), "2 axes where 3 axes are asked"),
    ("shape", (64,), (64, 1), 0, (), "2 axes where 1 axis is asked"),
    ("shape", (), (), 1, (), ""),
    ("vector", [1, 2, 3], [1, 2, 3], 1, (True,) * 3, ""),
    ("vector", [1, 2, 3], [1, 2, 4], 2 / 3, (True, True, False), "2 of 3 entries right"),
    ("vector", [1, 2, 3], [[1], [2], [3]], 1, (True,) * 3, ""),
    ("vector", [1, 2, 3], [1, 2], 0, (), "shape (2,) where (3,) is asked"),
    ("vector", [3.0], 3, 1, (True,), ""),
    ("vector", [1, 1e-17, 0], [1, 0, 0], 1, (True,) * 3, ""),
    ("vector", [100, 0.0], [100, 1e-2], 0.5, (True, False), "1 of 2 entries right"),
    ("vector", [0.001, 1], [0.002, 1], 0.5, (False, True), "1 of 2 entries right"),
    ("matrix", M, M, 1, (True,) * 4, ""),
    ("matrix", np.array(M), [[1, 2], [3, 5]], 0.75, (True, True, True, False), "3 of 4 entries right"),
    ("matrix", M, [[1, 3], [2, 4]], 0.5, (True, False, False, True), "transposed"),
    ("matrix", [[1, 2, 3]], [1, 2, 3], 1, (True,) * 3, ""),
    ("matrix", [[1], [2]], [1, 2], 0, (), "transposed"),
    ("matrix", [[1, 2, 3], [4, 5, 6]], [[1, 4], [2, 5], [3, 6]], 0, (), "transposed"),
    ("matrix", np.ones((3, 2)) * [1, 2], np.ones((2, 3)), 0, (), "shape (2, 3) where (3, 2) is asked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "key", "given", "score", "right", "said"), JUDGED, ids=[f"{r[0]}-{i}" for i, r in enumerate(JUDGED)]
)  # fmt: skip
def test_an_answer_is_judged(
    form: Any, key: Any, given: Any, score: float, right: tuple[bool, ...], said: str
) -> None:
    judgement = judge(form, key, given)
    assert judgement.score == pytest.approx(score)
    assert (judgement.right, judgement.said) == (right, said)


def test_tolerances_are_the_callers() -> None:
    assert judge("scalar", 1.0, 1.05, rtol=0.1).score == 1
    assert judge("scalar", 1.0, 1.0005, rtol=1e-4).score == 0
    assert judge("scalar", 1.0, 1.05, rtol=0, atol=0.1).score == 1
    assert judge("vector", [0.0, 1.0], [0.05, 1.0], atol=0.1).score == 1
    assert judge("integer", 100, 101, rtol=0.5, atol=5).score == 0
    assert judge("scalar", 2 / 3, 0.667, rtol=1e-4).said == "right, but give five digits"


@pytest.mark.parametrize(
    ("form", "rtol", "atol", "said"),
    [
        ("scalar", 1e-2, 0, "within 1 %"),
        ("scalar", 5e-3, 0, "within 0.5 %"),
        ("vector", 0, 0.01, "within 0.01"),
        ("matrix", 1e-2, 1e-3, "within 1 % or 0.001"),
        ("scalar", 0, 0, "exact"),
        ("integer", 1e-2, 0, "exact"),
        ("shape", 1e-2, 1, "exact"),
    ],
)
def test_the_tolerance_is_said(form: Any, rtol: float, atol: float, said: str) -> None:
    assert tolerance_said(form, rtol, atol) == said


X = {"x": np.arange(5.0)}
GENERIC: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("sign", "scalar", 0.25, -0.25, {}),
    ("sign", "scalar", 1, -1, {}),
    ("sign", "vector", [1, 0, 2], [-1, 0, -2], {}),
    ("sign", "integer", 7, -7, {}),
    ("reciprocal", "scalar", 0.3, 3.333, {}),
    ("reciprocal", "vector", [0.5, 4], [2, 0.25], {}),
    ("twice", "scalar", 0.35, 0.7, {}),
    ("half", "scalar", 0.35, 0.175, {}),
    ("sum for mean", "scalar", 0.35, 1.75, X),
    ("sum for mean", "scalar", 0.35, 1.05, {"x": [[1, 2, 3], [4, 5, 6]]}),
    ("mean for sum", "scalar", 0.35, 0.07, X),
    ("mean for sum", "scalar", 0.35, 0.07, {"n": 5}),
    ("bits for nats", "scalar", 0.35, 0.505, {}),
    ("bits for nats", "scalar", 1.0, 1.4427, {}),
    ("nats for bits", "scalar", 1.5, 1.0397, {}),
    ("log10 for ln", "scalar", 0.35, 0.152, {}),
    ("ln for log10", "scalar", 0.35, 0.8059, {}),
    ("percent for fraction", "scalar", 0.35, 35, {}),
    ("fraction for percent", "scalar", 35.0, 0.35, {}),
    ("complement", "scalar", 0.35, 0.65, {}),
    ("complement", "vector", [1, 0, 0], [0, 1, 1], {}),
    ("missing bias", "integer", 9472, 9408, {"in_channels": 3, "out_channels": 64}),
    ("padding once", "integer", 112, 109, {"padding": 3}),
    ("padding once", "shape", (64, 56, 56), (64, 53, 53), {"padding": 3, "stride": 1}),
    ("padding once", "shape", (64, 112, 112), (64, 110, 110), {"padding": 3, "stride": 2}),
    ("one more", "integer", 54, 55, {}),
    ("one more", "shape", (64, 54, 54), (64, 55, 55), {}),
    ("one less", "shape", (64, 54, 54), (64, 53, 53), {}),
    ("one less", "integer", 54, 53, {}),
    ("not floored", "integer", 54, 54.25, {}),
    ("missing exponential", "scalar", 7.389, 2.0, {}),
    ("missing logarithm", "scalar", 3.0, 20.09, {}),
    ("missing root", "scalar", 3.0, 9.0, {}),
    ("missing square", "scalar", 9.0, 3.0, {}),
    (
        "softmax elsewhere",
        "matrix",
        [[0.25, 0.75], [0.5, 0.5]],
        [[0.5, 0.75], [0.5, 0.25]],
        {"x": np.log([[1, 3], [1, 1]])},
    ),
    (
        "softmax elsewhere",
        "matrix",
        [[0.25, 0.75], [0.5, 0.5]],
        [[1 / 6, 0.5], [1 / 6, 1 / 6]],
        {"x": np.log([[1, 3], [1, 1]])},
    ),
    ("transposed", "matrix", [[1, 2], [3, 4]], [[1, 3], [2, 4]], {}),
    ("transposed", "matrix", [[1, 2, 3]], [[1], [2], [3]], {}),
    ("reversed", "vector", [1, 2, 4], [4, 2, 1], {}),
    ("reversed", "shape", (64, 54, 32), (32, 54, 64), {}),
    ("unbiased for biased", "scalar", 0.36, 0.45, X),
    ("biased for unbiased", "scalar", 0.45, 0.36, X),
    ("unbiased deviation for biased", "scalar", 0.6, 0.6708, X),
    ("biased deviation for unbiased", "scalar", 0.6708, 0.6, X),
    ("rounded early", "scalar", 0.2231, 0.227, {}),
    ("rounded early", "vector", [0.2231, 2.0], [0.227, 1.96], {}),
]


@pytest.mark.parametrize(
    ("name", "form", "key", "given", "inputs"), GENERIC, ids=[f"{r[0]}-{r[1]}" for r in GENERIC]
)
def test_a_generic_mistake_is_named(
    name: str, form: Any, key: Any, given: Any, inputs: Any
) -> None:
    said = generic(form, key, given, inputs=inputs)
    (sentence,) = {mistake.sentence for mistake in MISTAKES if mistake.name == name}
    assert said is not None
    before, _, after = sentence.partition("{n}")
    assert said.startswith(before)
    assert said.endswith(after.rpartition("}")[2])


def test_every_generic_mistake_has_a_case() -> None:
    assert {row[0] for row in GENERIC} == {mistake.name for mistake in MISTAKES}


def test_the_number_involved_is_said() -> None:
    assert generic("scalar", 0.35, 1.75, inputs=X) == (
        "That is 5 times the answer: a sum where the mean over 5 is asked."
    )


@pytest.mark.parametrize(
    ("form", "key", "given"),
    [
        ("scalar", 0.35, 0.111),
        ("scalar", 0.0, 1.0),
        ("scalar", 0.0, -0.5),
        ("scalar", 1.0, 0.0),
        ("scalar", 1.0, 2.0),
        ("scalar", 1.0, 0.5),
        ("scalar", 1.0, math.e),
        ("scalar", -1.0, 2.0),
        ("vector", [0, 0], [1, 1]),
        ("vector", [1, 2, 3], [3, 3, 3]),
        ("vector", [1, 2, 3], [-1, -2]),
        ("shape", (64, 54, 54), (64, 60, 60)),
        ("shape", (64, 54, 54), (64, 54)),
        ("integer", 54, 60),
        ("integer", 54, [1, 2]),
        ("integer", [54, 3], 1),
        ("scalar", -2.0, 0.3),
        ("scalar", 1000.0, 0.3),
        ("scalar", 0.35, 0.35),
        ("scalar", 0.5, 0.5),
        ("integer", 4, 4),
        ("vector", [1, 2, 1], [1, 2, 1]),
        ("matrix", [[1, 2], [2, 1]], [[1, 2], [2, 1]]),
    ],
)
def test_a_coincidence_is_no_mistake(form: Any, key: Any, given: Any) -> None:
    assert generic(form, key, given, inputs={"n": 7}) is None


WRITTEN = [
    (1 / 3, "0.3333", "0.3333"),
    (1e-7, "1e-07", r"1 \times 10^{-7}"),
    (-1.5e20, "-1.5e+20", r"-1.5 \times 10^{20}"),
    (12345.6, "12346", "12346"),
    (25557032.0, "25557032", "25557032"),
    (138357544, "138357544", "138357544"),
    (-0.0, "0", "0"),
    (2.0, "2", "2"),
    (0.99999, "1", "1"),
    (math.inf, "inf", r"\infty"),
    (True, "true", "true"),
    (None, "none", "none"),
    (np.float64(0.5), "0.5", "0.5"),
    ([1, -2.0, 0.0], "[1, -2, 0]", r"\begin{bmatrix} 1 & -2 & 0 \end{bmatrix}"),
    (np.eye(2), "[[1, 0], [0, 1]]", r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}"),
    ((64, 112, 112), "(64, 112, 112)", "(64, 112, 112)"),
    ((64,), "(64,)", "(64,)"),
    ((), "()", "()"),
    ([], "[]", r"\begin{bmatrix}  \end{bmatrix}"),
]


@pytest.mark.parametrize(("value", "text", "latex"), WRITTEN, ids=[row[1] for row in WRITTEN])
def test_a_value_is_written(value: Any, text: str, latex: str) -> None:
    assert format_value(value) == text
    assert latex_value(value) == latex


def test_digits_and_groups_are_the_callers() -> None:
    assert format_value(1 / 3, 2) == "0.33"
    assert format_value([2 / 3], digits=6) == "[0.666667]"
    assert format_value(25557032, group=True) == "25,557,032"
    assert format_value(25557032.0, group=True) == "25,557,032"
    assert format_value(2**200) == "1.607e+60"


ABOUT = [
    ("a mean of squares", 1.5, 4.5, "sum where the mean"),
    ("a softmax", 2.0, 6.0, None),
    ("the variance", 3.0, 2.0, "unbiased variance"),
    ("the loss of three residuals", 3.0, 2.0, None),
    ("the entropy in nats", 1.0 + 0.5, 1.5 / 0.6931, "in bits"),
    ("the output", 1.5, 1.5 / 0.6931, None),
    ("the output", 1.5, -1.5, "negative"),
]


@pytest.mark.parametrize(("question", "key", "given", "said"), ABOUT)
def test_only_what_belongs_to_the_question_is_suspected(
    question: str, key: float, given: float, said: str | None
) -> None:
    found = generic("scalar", key, given, inputs={"x": [1, 2, 3]}, question=question)
    assert found is None if said is None else said in (found or "")
