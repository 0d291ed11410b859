"""What holds for every formula, number and text."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.answers.evaluate import Undefined, evaluate
from dlcards.answers.grammar import Unreadable, clean_learner, names, parse, show, strip_deck
from dlcards.answers.numeric import (
    form_of,
    format_value,
    judge,
    read_array,
    read_number,
    read_percent,
    read_shape,
)  # fmt: skip
from dlcards.answers.text import judge_text

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True)
ENV = {"x": 0.7, "s": -1.25}

numbers = st.integers(0, 99).map(str) | st.floats(0.01, 99).map(repr)
leaves = numbers | st.sampled_from(["x", "s", "pi", "e", "½", "50%"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "**", " · "]), inner)
    function = st.sampled_from(["exp", "sqrt", "tanh", "abs", "relu", "σ", "ln", "log2", "floor"])
    return (
        pair.map("".join)
        | inner.map("({})".format)
        | inner.map("-{}".format)
        | inner.map("|{}|".format)
        | st.tuples(function, inner).map(lambda pair: f"{pair[0]}({pair[1]})")
        | st.tuples(inner, inner).map(lambda pair: f"max({pair[0]}, {pair[1]})")
        | inner.map("2({})".format)
        | inner.map("({})²".format)
    )


formulas = st.recursive(leaves, _grown, max_leaves=8)
alphabet = "0123456789.,;:+-*/^()[]{}|%!=<>~'\"_ \n\txse ½²√πσ×−kMGiBlnogaxmtshr\x1b\u202eа"
garbage = st.text(alphabet, max_size=60) | st.text(max_size=30)


def _fault(read: Callable[[str], object], text: str) -> Unreadable | None:
    try:
        read(text)
    except Unreadable as fault:
        return fault
    return None


def _has_its_place(fault: Unreadable) -> bool:
    text, caret = fault.caret().split("\n")
    return caret.strip() == "^" and 0 <= fault.position <= len(fault.text) and text.isprintable()


def _value(tree: Any) -> Any:
    try:
        return evaluate(tree, ENV)
    except Undefined:
        return None


@EXAMPLES
@given(formulas)
def test_a_formula_written_back_is_the_same_formula(text: str) -> None:
    try:
        tree = parse(text, names=ENV)
    except Unreadable:
        return  # ambiguous by chance: 1/2(x)
    again = parse(show(tree), names=ENV, deck=True)
    assert again == tree
    assert show(again) == show(tree)
    assert _value(again) == _value(tree)
    assert names(again) == names(tree)


@EXAMPLES
@given(garbage, st.booleans())
def test_any_text_is_read_or_refused(text: str, deck: bool) -> None:
    for read in (read_number, read_percent, read_array, read_shape):
        fault = _fault(read, text)
        assert fault is None or _has_its_place(fault)
    with suppress(Unreadable, Undefined):
        evaluate(parse(text, names=None if deck else ENV, deck=deck), ENV)


@EXAMPLES
@given(st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12))
def test_a_written_number_is_read_as_itself(value: float) -> None:
    for group in (True, False):
        got = read_number(format_value(value, 6, group=group)).value
        assert math.isclose(got, value, rel_tol=1e-5, abs_tol=1e-300)
    assert judge(form_of(value), value, got).score in ((1,) if isinstance(value, int) else (1, 1.0))


@EXAMPLES
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 4)).flatmap(
        lambda shape: st.lists(
            st.lists(st.floats(-1e6, 1e6), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
)
def test_a_written_matrix_is_read_as_itself(rows: list[list[float]]) -> None:
    text = format_value(rows, 8)
    np.testing.assert_allclose(read_array(text).value, rows, rtol=1e-7)
    echoed = read_array(text).echo.partition(": ")[2]
    np.testing.assert_allclose(read_array(echoed).value.ravel(), np.ravel(rows), rtol=1e-7)


@EXAMPLES
@given(st.lists(st.integers(0, 4096), max_size=5).map(tuple))
def test_a_written_shape_is_read_as_itself(shape: tuple[int, ...]) -> None:
    assert read_shape(format_value(shape)).value == shape
    assert judge("shape", shape, shape).score == 1


@EXAMPLES
@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6), st.floats(0.9, 1.1))
def test_the_tolerance_is_a_band_around_the_key(key: float, factor: float) -> None:
    inside = abs(factor - 1) <= 1e-2
    if abs(abs(factor - 1) - 1e-2) > 1e-6:
        assert (judge("scalar", key, key * factor).score == 1) == inside


@EXAMPLES
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_are_judged(given_text: str, accepted: str) -> None:
    judgement = judge_text(given_text, [accepted], reject=["not this"])
    assert judgement.near in (None, accepted)
    assert not (judgement.right and judgement.near)


@EXAMPLES
@given(st.text(max_size=60))
def test_stripped_text_is_what_a_learner_may_type(text: str) -> None:
    clean_learner(strip_deck(text))
    assert strip_deck(strip_deck(text)) == strip_deck(text)
