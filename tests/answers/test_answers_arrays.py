"""Typed arrays and shapes: what they are read as, or refused with what and where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcards.answers.numeric import Unreadable, form_of, read, read_array, read_shape

ARRAYS: dict[str, Any] = {
    "1 2 3": [1, 2, 3],
    "1, 2, 3": [1, 2, 3],
    "1,2,3": [1, 2, 3],
    "1,2,3,": [1, 2, 3],
    "[1, 2, 3]": [1, 2, 3],
    "(1, 2, 3)": [1, 2, 3],
    "{1, 2, 3}": [1, 2, 3],
    "[1 2 3]": [1, 2, 3],
    " [ 1 , 2 ] ": [1, 2],
    "7": [7],
    "[7]": [7],
    "(1+2)": [3],
    "-1 2": [-1, 2],
    "1 -2": [1, -2],
    "1/3 2/3": [1 / 3, 2 / 3],
    "(1+2)/3, 4": [1, 4],
    "(1+2) (3+4)": [3, 7],
    "ln 2, sqrt(4)": [0.6931471806, 2],
    "max(1, 2) 3": [2, 3],
    "½ ½": [0.5, 0.5],
    "50% 50%": [0.5, 0.5],
    "1e-3 −2": [1e-3, -2],
    "1\u00a02": [1, 2],
    "[1, 2; 3, 4]": [[1, 2], [3, 4]],
    "1 2; 3 4": [[1, 2], [3, 4]],
    "1, 2; 3 4": [[1, 2], [3, 4]],
    "1 2; 3 4;": [[1, 2], [3, 4]],
    "[[1,2],[3,4]]": [[1, 2], [3, 4]],
    "[1,2],[3,4]": [[1, 2], [3, 4]],
    "[[1 2] [3 4]]": [[1, 2], [3, 4]],
    "[[1 2]\n [3 4]]": [[1, 2], [3, 4]],
    "[[1, 2],\n [3, 4]]": [[1, 2], [3, 4]],
    "1 2\n3 4": [[1, 2], [3, 4]],
    "1 2\r\n3 4\r\n": [[1, 2], [3, 4]],
    "1, 2,\n3, 4": [[1, 2], [3, 4]],
    "(1, 2); (3, 4)": [[1, 2], [3, 4]],
    "[[1, 2]]": [[1, 2]],
    "[[1], [2]]": [[1], [2]],
    "1; 2": [[1], [2]],
    "1\n2": [[1], [2]],
    "[[[1, 2]]]": [[[1, 2]]],
    "[[[1,2],[3,4]],[[5,6],[7,8]]]": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    "[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
}


@pytest.mark.parametrize("text", ARRAYS)
def test_an_array_is_read(text: str) -> None:
    got = read_array(text).value
    np.testing.assert_allclose(got, ARRAYS[text], rtol=1e-9)
    assert (got.shape, got.dtype) == (np.shape(ARRAYS[text]), np.float64)


REFUSED_ARRAYS = [
    ("", "nothing to read", 0),
    ("[]", "empty list", 0),
    ("[[1], []]", "empty list", 6),
    ("1,,2", "nothing to read", 2),
    ("1 2 apples", "unknown name", 4),
    ("1, 2 3", "side by side", 5),
    ("1,000", "begins with a zero", 2),
    ("1, 2; 3", "rows of 1 and 2", 0),
    ("[[1, 2], 3]", "round brackets", 1),
    ("[1, 2", "not closed", 0),
    ("1, 2]", "closes nothing", 4),
    ("[1, 2)", "closes nothing", 5),
    ("1 - 2", "too early", 3),
    ("1, 1/0", "divides by zero", 3),
    ("1, inf", "finite", 3),
    ("[1, 2;\n 3, x]", "unknown name", 11),
    ("[" * 12 + "1" + "]" * 12, "nested", 9),
    ("1," * 250, "longer than 400", 400),
    ("1 \x1b2", "U+001B", 2),
    ("array([1, 2])", "round brackets", 6),
]


@pytest.mark.parametrize(
    ("text", "message", "at"), REFUSED_ARRAYS, ids=[ascii(row[0][:20]) for row in REFUSED_ARRAYS]
)
def test_an_array_is_refused_at_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as fault:
        read_array(text)
    assert (message in str(fault.value), fault.value.position) == (True, at), str(fault.value)


SHAPES = {
    "64x112x112": (64, 112, 112),
    "64X112": (64, 112),
    "64×112×112": (64, 112, 112),
    "64 x 112 x 112": (64, 112, 112),
    "(64, 112, 112)": (64, 112, 112),
    "[64, 112, 112]": (64, 112, 112),
    "64 112 112": (64, 112, 112),
    "64,112,112": (64, 112, 112),
    "64": (64,),
    "(64,)": (64,),
    "()": (),
    "(2*3, 7)": (6, 7),
    "2^5 x (224/2)": (32, 112),
    "0, 3": (0, 3),
}


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_is_read(text: str) -> None:
    assert read_shape(text).value == SHAPES[text]
    assert all(type(size) is int for size in read_shape(text).value)


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "nothing to read", 0),
        ("64x2.5", "whole number", 3),
        ("-1, 3", "whole number", 0),
        ("N, 3", "unknown name", 0),
        ("64x", "unknown name 'x'", 2),
        ("1,000", "begins with a zero", 2),
        ("1 " * 13, "more than 12 axes", 24),
        ("64; 3", "one formula", 2),
        ("64 * 3", "stands where", 3),
    ],
)
def test_a_shape_is_refused_at_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(Unreadable) as fault:
        read_shape(text)
    assert (message in str(fault.value), fault.value.position) == (True, at), str(fault.value)


@pytest.mark.parametrize(
    ("form", "text", "echo"),
    [
        ("vector", "1, 2/4", "2 entries: [1, 0.5]"),
        ("vector", "7", "1 entry: [7]"),
        ("matrix", "1 2\n3 4", "2×2: [1, 2; 3, 4]"),
        ("matrix", "[[1],[2]]", "2×1: [1; 2]"),
        ("matrix", "[[[1, 2]]]", "1×1×2: [[[1, 2]]]"),
        ("shape", "64x112", "shape (64, 112)"),
        ("scalar", "0.5", "read as 0.5"),
        ("integer", "1,664", "read as 1,664"),
        ("percent", "7%", "read as 7 %"),
    ],
)
def test_the_reading_is_echoed(form: Any, text: str, echo: str) -> None:
    assert read(form, text).echo == echo


@pytest.mark.parametrize(
    ("key", "form"),
    [
        (0.5, "scalar"),
        (np.float64(2), "scalar"),
        (np.array(2.5), "scalar"),
        (3, "integer"),
        (np.int64(3), "integer"),
        (np.array(3), "integer"),
        ((64, 112), "shape"),
        ((), "shape"),
        ([1, 2], "vector"),
        (np.array([1.0]), "vector"),
        ((0.5, 1), "vector"),
        ([[1, 2]], "matrix"),
        (np.zeros((2, 2, 2)), "matrix"),
    ],
    ids=repr,
)
def test_the_key_says_the_form(key: Any, form: str) -> None:
    assert form_of(key) == form
