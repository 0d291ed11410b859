"""The core: how arguments are read, how gradients are asked for, how ops are found."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pytest

from dlcards import ops
from dlcards.errors import UsageError
from dlcards.ops import _arguments as vocabulary
from dlcards.ops._op import Array, Op, OpError, Size, op


@pytest.mark.parametrize(
    ("annotation", "given", "read"),
    [
        ("Array", [1, 2], np.array([1.0, 2.0])), ("Array", True, np.array(1.0)),
        ("Array", [], np.array([])), ("Indices", [1.0, 2.0], np.array([1, 2])),
        ("Indices", [], np.array([], dtype=int)), ("Arrays", {"w": [1]}, {"w": np.array([1.0])}),
        ("Real", "inf", None), ("Real", float("inf"), float("inf")), ("Real", [1.0], None),
        ("Finite", float("nan"), None), ("Positive", 0, None), ("Positive", float("nan"), None),
        ("NonNegative", 0, 0.0), ("Unit", 1.0, 1.0), ("Unit", 1.1, None),
        ("Whole", -2.0, -2), ("Whole", True, None), ("Whole", 1.5, None),
        ("Whole", float("inf"), None), ("Count", 0, None), ("NonNegativeInt", 0, 0),
        ("Size", 3, 3), ("Size", [3, 1], (3, 1)), ("Size", [3, 0], None), ("Extent", [3, 0], (3, 0)),
        ("Axes", [-1, 0], (-1, 0)), ("Flag", 1, None), ("Flag", False, False),
        ("Reduction", "sum", "sum"), ("Reduction", "Sum", None), ("Reduction", ["sum"], None),
        ("Array", [None], None), ("Array", ["1"], None), ("Array", [[1], [1, 2]], None),
        ("Array", 1j, None), ("Indices", [0.5], None), ("Indices", [float("inf")], None),
        ("Indices", [float("nan")], None), ("Arrays", [1], None),
    ],
)  # fmt: skip
def test_reading(annotation: str, given: Any, read: Any) -> None:
    check = vocabulary.check_of(getattr(vocabulary, annotation))
    if read is None:
        with pytest.raises((ValueError, TypeError, OverflowError)):
            check.read(given)
    else:
        np.testing.assert_equal(check.read(given), read)
        assert np.asarray(check.read(given)).dtype == np.asarray(read).dtype


@pytest.mark.parametrize(
    ("hint", "need"),
    [
        (Literal["a", "b", "c"], "'a', 'b' or 'c'"),
        (Array | None, "numbers"),
        (Annotated[int, "x"] | Literal["same"], TypeError),
        (Size | Literal["same"], "a whole number of at least 1, or one for each axis or 'same'"),
        (int, TypeError),
    ],
    ids=["choices", "optional array", "unread part", "size or word", "bare type"],
)  # fmt: skip
def test_needs(hint: Any, need: Any) -> None:
    if need is TypeError:
        with pytest.raises(TypeError):
            vocabulary.check_of(hint)
    else:
        assert vocabulary.check_of(hint).need == need


@op(shapes="x(n) -> half(n), total()", example={"x": [1.0]})
def halves(x: Array) -> dict[str, Any]:
    """Two outputs."""
    return {"half": x / 2, "total": np.sum(x)}


@halves.gradient
def halves_grad(grad_output: Any, **_: Any) -> dict[str, Any]:
    return {"x": grad_output["half"] / 2 + grad_output["total"]}


@pytest.mark.parametrize(
    ("grad_output", "expected"),
    [
        (None, [1.5, 1.5]),
        ({"half": [2.0, 0.0], "total": 1.0}, [2.0, 1.0]),
        ({"half": [2.0, 0.0]}, [1.0, 0.0]),
        ({}, [0.0, 0.0]),
    ],
    ids=["ones", "both", "left out is zero", "nothing"],
)
def test_grad_output_of_named_outputs(grad_output: Any, expected: list[float]) -> None:
    np.testing.assert_equal(halves.grad([1, 3], grad_output=grad_output), {"x": expected})


@pytest.mark.parametrize(
    ("op_", "grad_output", "fault"),
    [
        (halves, {"third": 1.0}, "halves: grad_output has no such form"),
        (halves, [1.0, 2.0], "halves: grad_output has no such form"),
        (halves, {"half": [1.0]}, "grad_output of half has shape (1,) (the output has shape (2,))"),
        (ops.find("relu"), [1.0], "relu: grad_output has shape (1,) (the output has shape (2,))"),
        (ops.find("relu"), "x", "relu: grad_output is not an array"),
        (ops.find("relu"), [[1], [1, 2]], "relu: grad_output is not an array"),
    ],
)
def test_wrong_grad_output(op_: Op, grad_output: Any, fault: str) -> None:
    with pytest.raises(OpError) as raised:
        op_.grad([1.0, 3.0], grad_output=grad_output)
    assert fault in str(raised.value)


def test_a_gradient_does_not_compute_the_value_where_the_shape_is_known() -> None:
    @op(shapes="x(n), y(n) -> (n)", example={"x": [1.0], "y": [1.0]})
    def unfinished(x: Array, y: Array) -> Any:
        """Cannot be computed."""
        raise NotImplementedError

    @unfinished.gradient
    def unfinished_grad(grad_output: Any, x: Array, y: Array) -> dict[str, Any]:
        return {"x": grad_output * y, "y": grad_output * x}

    grads = unfinished.grad([1.0, 2.0], [3.0, 4.0])
    np.testing.assert_equal(grads, {"x": [3.0, 4.0], "y": [1.0, 2.0]})


def test_what_an_op_returns_is_the_callers_own() -> None:
    identity, given = ops.find("identity"), np.ones(3)
    returned, grad = identity(given), identity.grad(given, grad_output=given)["input"]
    returned += 1
    grad += 1
    np.testing.assert_equal(given, np.ones(3))


def test_an_op_cannot_write_to_what_it_is_given() -> None:
    @op(shapes="x(n) -> (n)", example={"x": [1.0]})
    def careless(x: Array) -> Any:
        """Adds in place."""
        x += 1
        return x

    given = np.ones(3)
    with pytest.raises(OpError, match=r"^careless: .*read-only"):
        careless(given)
    np.testing.assert_equal(given, np.ones(3))


def test_an_op_by_name_and_as_an_attribute() -> None:
    from dlcards.ops import softmax

    assert isinstance(softmax, Op)
    assert softmax is ops.find("softmax")
    assert softmax.family == "activations.simplex"
    assert "softmax" in dir(ops)
    with pytest.raises(UsageError, match="did you mean 'softmax'"):
        ops.find("sofmax")
    with pytest.raises(ImportError):
        from dlcards.ops import nonsense  # noqa: F401


def test_a_failure_of_numpy_inside_an_op_is_a_refusal() -> None:
    @op(shapes="x(*) -> ()", example={"x": [1.0]})
    def first(x: Array) -> Any:
        """The first."""
        return x[0]

    with pytest.raises(OpError, match=r"^first: index 0 is out of bounds .* \(see the shapes: "):
        first([])
