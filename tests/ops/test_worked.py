"""Worked solutions: which lines are recorded, with what source, note and value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcards.ops._worked import Line, Worker


# fmt: off
def straight(x: Any, *, k: float = 2.0) -> Any:
    """Not a line of the solution."""
    y = x + 1  # one more
    z = (  # a remark on the way
        y
        * k
    )  # scaled
    return z - 1
# fmt: on


def unpacked(x: Any) -> Any:
    a, b = x, -x  # both signs
    return a, b


def branching(x: Any) -> Any:
    if x > 0:
        return x
    y = -x  # turned
    return y + 0


def looping(steps: int) -> Any:
    total = 0  # start
    for step in range(steps):
        total += step  # add
    return total


def in_place(x: Any) -> Any:
    y = np.zeros(2)  # room
    y[0] = x  # first
    y[1] = 2 * x  # second
    return y


def with_inner(x: Any) -> Any:
    def opposite(item: float) -> float:
        return -item

    word = "a  # b"  # a word
    return sorted(x, key=opposite), word


@pytest.mark.parametrize(
    ("function", "args", "expected"),
    [
        pytest.param(
            straight, {"x": 1},
            [("y = x + 1", "one more", "y", 2), ("z = ( y * k )", "scaled", "z", 4.0),
             ("return z - 1", "", "", 3.0)],
            id="assignments, several source lines, a default",
        ),
        pytest.param(
            unpacked, {"x": 3},
            [("a, b = x, -x", "both signs", "a, b", (3, -3)), ("return a, b", "", "", (3, -3))],
            id="unpacking",
        ),
        pytest.param(branching, {"x": 3}, [("return x", "", "", 3)], id="only lines that ran"),
        pytest.param(
            branching, {"x": -3},
            [("y = -x", "turned", "y", 3), ("return y + 0", "", "", 3)],
            id="the other branch",
        ),
        pytest.param(
            looping, {"steps": 2},
            [("total = 0", "start", "total", 0), ("total += step", "add", "total", 0),
             ("total += step", "add", "total", 1), ("return total", "", "", 1)],
            id="each turn of a loop",
        ),
        pytest.param(
            in_place, {"x": 3.0},
            [("y = np.zeros(2)", "room", "y", [0.0, 0.0]), ("y[0] = x", "first", "y", [3.0, 0.0]),
             ("y[1] = 2 * x", "second", "y", [3.0, 6.0]), ("return y", "", "", [3.0, 6.0])],
            id="values are kept as they were",
        ),
    ],
)  # fmt: skip
def test_lines(function: Any, args: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    worked = Worker(function)(**args)
    np.testing.assert_equal(worked.lines, tuple(Line(*line) for line in expected))
    np.testing.assert_equal(worked.value, function(**args))


def test_words_with_a_comment_mark_and_functions_inside_are_left_alone() -> None:
    line, _ = Worker(with_inner)(x=[1, 2]).lines
    assert line.source == 'word = "a  # b"'
    assert line.note == "a word"


def test_the_function_itself_is_not_changed() -> None:
    before = straight.__code__
    Worker(straight)(x=1)
    assert straight.__code__ is before
    assert straight(1) == 3.0
