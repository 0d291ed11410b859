"""What an argument may demand: an answer in little memory, or a refusal in one sentence."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlcards import ops
from dlcards.ops._op import OpError
from dlcards.ops._room import LIMIT, check_room, count_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlcards.ops._op import Op


def demands() -> Iterator[Any]:
    """Every argument that is a size or a count, and calls of the op and its gradient."""
    for op in ops.registry().values():
        for name, check in op.checks.items():
            if "whole number" in check.need:
                yield pytest.param(op, name, id=f"{op.name}-{name}")


@pytest.mark.parametrize(("op", "name"), [*demands()])
@pytest.mark.parametrize("demand", [10**4, 10**9], ids=["ten-thousand", "a-billion"])
def test_no_size_demands_gigabytes(op: Op, name: str, demand: int) -> None:
    calls: list[Callable[..., Any]] = [op] if op.backward is None else [op, op.grad]
    tracemalloc.start()
    try:
        refusals = [refusal(call, {**op.example, name: demand}) for call in calls]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**30
    assert not [said for said in refusals if "Unable to allocate" in said]  # NumPy has tried


def refusal(call: Callable[..., Any], args: dict[str, Any]) -> str:
    try:
        call(**args)
    except OpError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("name", "args", "count"),
    [
        ("conv2d", {"padding": 10**5}, "160,003,200,016"),
        ("one_hot", {"num_classes": 10**9}, "3,000,000,000"),
        ("interpolate", {"size": None, "scale_factor": [1e5]}, "20,000,000,000"),
        ("confusion_matrix", {"num_classes": 10**5}, "10,000,000,000"),
        ("softmax_jacobian", {"input": np.zeros(10**5)}, "10,000,000,000"),
        ("StepLR", {"steps": 10**9}, "1,000,000,000"),
        ("OneCycleLR", {"total_steps": None, "epochs": 10**5, "steps_per_epoch": 10**5}, "10,000,"),
    ],
)
def test_the_refusal_says_how_much(name: str, args: dict[str, Any], count: str) -> None:
    op = ops.find(name)
    with pytest.raises(OpError, match=rf"^{name}: an array of {count}.* \(it takes up to .*\)$"):
        op(**{**op.example, **args})


@pytest.mark.parametrize(
    ("shape", "given", "fits"),
    [
        pytest.param((LIMIT,), 0, True, id="the limit itself"),
        pytest.param((LIMIT, 2), 0, False, id="twice the limit"),
        pytest.param((LIMIT, 2), LIMIT // 32, True, id="in proportion to a large input"),
        pytest.param((LIMIT, 0), 0, True, id="empty"),
        pytest.param((), 0, True, id="one number"),
    ],
)
def test_room(shape: tuple[int, ...], given: int, fits: bool) -> None:
    if fits:
        check_room(shape, given=given)
    else:
        with pytest.raises(MemoryError, match="numbers is needed"):
            check_room((1,), shape, given=given)


def test_counts() -> None:
    assert count_fault(10, a=10, b=0) == ""
    assert count_fault(10, a=10, b=1011) == "b is 1,011 (it takes up to 10)"
