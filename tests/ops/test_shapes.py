"""Shapes as text: what fits, and the sentence on what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcards.ops._shapes import Shapes, axis_fault, index_fault


def fault(text: str, **shapes: tuple[int, ...] | None) -> str:
    values = {name: None if shape is None else np.ones(shape) for name, shape in shapes.items()}
    return Shapes(text).fault(values)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        pytest.param("x(N,C), y(N) -> ()", {"x": (2, 3), "y": (2,)}, id="letters"),
        pytest.param("x(*), y(*) -> ()", {"x": (2, 3), "y": (2, 3)}, id="star"),
        pytest.param("x(*), y(*) -> ()", {"x": (), "y": ()}, id="star of nothing"),
        pytest.param("x(N,*,D), w(D) -> ()", {"x": (2, 5, 6, 3), "w": (3,)}, id="star in between"),
        pytest.param("x(N,*,D), w(D) -> ()", {"x": (2, 3), "w": (3,)}, id="star of no axes"),
        pytest.param("x(N,C), y(N|N,C) -> ()", {"x": (2, 3), "y": (2, 3)}, id="second choice"),
        pytest.param("x(*), v(*|) -> ()", {"x": (2,), "v": ()}, id="scalar choice"),
        pytest.param("x(N), w(N) -> ()", {"x": (2,), "w": None}, id="optional left out"),
        pytest.param("b(N,4) -> ()", {"b": (7, 4)}, id="a number is that size"),
        pytest.param("x(*a), y(*b) -> ()", {"x": (2,), "y": (3, 3)}, id="two stars differ"),
        pytest.param("x(N) -> ()", {"x": (0,)}, id="empty"),
    ],
)
def test_fits(text: str, shapes: dict[str, tuple[int, ...]]) -> None:
    assert fault(text, **shapes) == ""


@pytest.mark.parametrize(
    ("text", "shapes", "sentence"),
    [
        pytest.param(
            "x(N,C), y(N) -> ()", {"x": (2, 3), "y": (3,)},
            "y has shape (3,) (it takes (2,))", id="letter taken",
        ),
        pytest.param(
            "x(N,C) -> ()", {"x": (2,)}, "x has shape (2,) (it takes (N, C))", id="too few axes"
        ),
        pytest.param(
            "x(*), y(*) -> ()", {"x": (2, 3), "y": (2,)},
            "y has shape (2,) (it takes (2, 3))", id="star taken",
        ),
        pytest.param(
            "x(N,C), y(N|N,C) -> ()", {"x": (2, 3), "y": (4,)},
            "y has shape (4,) (it takes (2,) or (2, 3))", id="choices",
        ),
        pytest.param(
            "b(N,4) -> ()", {"b": (7, 5)}, "b has shape (7, 5) (it takes (N, 4))", id="a number"
        ),
        pytest.param(
            "x(N,*,D) -> ()", {"x": (2,)}, "x has shape (2,) (it takes (N, *, D))", id="around a star"
        ),
    ],
)  # fmt: skip
def test_fault(text: str, shapes: dict[str, tuple[int, ...]], sentence: str) -> None:
    assert fault(text, **shapes) == sentence


@pytest.mark.parametrize(
    ("axis", "sentence"),
    [
        (0, ""), (-2, ""), (1, ""), ((0, 1), ""), ((), ""),
        (2, "dim is 2 (it takes -2 to 1)"),
        (-3, "dim is -3 (it takes -2 to 1)"),
        ((0, 2), "dim is (0, 2) (it takes -2 to 1)"),
        ((1, -1), "dim is (1, -1) (it takes each axis once)"),
    ],
)  # fmt: skip
def test_axis_fault(axis: int | tuple[int, ...], sentence: str) -> None:
    assert axis_fault(np.ones((2, 3)), axis) == sentence


@pytest.mark.parametrize(
    ("indices", "ignore", "sentence"),
    [
        ([0, 2], None, ""), ([], None, ""), ([0, -100], -100, ""),
        ([0, 3, 4], None, "target holds 3 (it takes 0 to 2)"),
        ([-1, 0], None, "target holds -1 (it takes 0 to 2)"),
        ([-100, 0], None, "target holds -100 (it takes 0 to 2)"),
    ],
)  # fmt: skip
def test_index_fault(indices: list[int], ignore: int | None, sentence: str) -> None:
    assert index_fault(np.array(indices, dtype=np.int64), 3, "target", ignore) == sentence


@pytest.mark.parametrize(
    ("text", "values", "promised"),
    [
        pytest.param("x(N,C) -> (C,N)", {"x": np.ones((2, 3))}, (3, 2), id="letters"),
        pytest.param("x(N,*,D) -> (*,D)", {"x": np.ones((2, 5, 6, 3))}, (5, 6, 3), id="star"),
        pytest.param("x(N) -> ()", {"x": np.ones(2)}, (), id="a number"),
        pytest.param("x(N) -> (N,4)", {"x": np.ones(2)}, (2, 4), id="a number is that size"),
        pytest.param("x(N) -> (N,k)", {"x": np.ones(2), "k": 7}, (2, 7), id="an argument"),
        pytest.param("x(N) -> (N,k)", {"x": np.ones(2), "k": None}, None, id="argument left out"),
        pytest.param("x(N) -> (N')", {"x": np.ones(2)}, None, id="not known"),
        pytest.param("x(N) -> a(N), b ()", {"x": np.ones(2)}, {"a": (2,), "b": ()}, id="named"),
        pytest.param("x(N) -> a(N), b (K)", {"x": np.ones(2)}, None, id="one not known"),
        pytest.param("x(N) -> a(N), and more", {"x": np.ones(2)}, None, id="not all said"),
        pytest.param("x(N) -> () or (N)", {"x": np.ones(2), "reduction": "sum"}, (), id="reduced"),
        pytest.param("x(N) -> () or (N)", {"x": np.ones(2), "reduction": "none"}, (2,), id="each"),
        pytest.param("x(N) -> () or (N)", {"x": np.ones(2)}, None, id="either"),
    ],
)
def test_promised_output(text: str, values: dict[str, Any], promised: Any) -> None:
    shapes = Shapes(text)
    fault, letters = shapes.match(values)
    assert not fault
    assert shapes.promised(letters, values) == promised
