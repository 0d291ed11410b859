"""Every op keeps the same promises: a witness, a true gradient, honest facts, clear refusals."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sympy  # type: ignore[import-untyped]

from dlcards import ops
from dlcards.ops._erf import erf
from dlcards.ops._op import OpError
from dlcards.ops._wire import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dlcards.ops._op import Op
    from dlcards.ops._worked import Worked

GOLDEN = Path(__file__).parent.parent / "golden"
OPS = ops.registry()
DIFFERENTIABLE = [op for op in OPS.values() if op.backward is not None]
WITH_EXPR = [op for op in OPS.values() if op.expr]

# Ops whose gradient is by definition not the derivative of their value.
NOT_THE_DERIVATIVE = {
    "ctc_loss": "PyTorch's gradient takes log_probs for the output of a log_softmax",
    "complete_box_iou_loss": "its trade-off is a constant for the gradient",
    "batch_norm": "what it remembers is no part of the graph",
    "spectral_norm": "its singular vectors are constants for the gradient",
}


def golden_rows() -> list[dict[str, Any]]:
    files = sorted(GOLDEN.glob("*.json"))
    return [decode(row) for file in files for row in json.loads(file.read_text("utf-8"))["cases"]]


ROWS = golden_rows()
ROW_IDS = [f"{row['op']}-{number}" for number, row in enumerate(ROWS)]
every_op = pytest.mark.parametrize("op", [*OPS.values()], ids=lambda op: op.name)
every_differentiable_op = pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)


# Witnesses


@every_op
def test_an_independent_framework_is_witness_of_each_op_and_each_gradient(op: Op) -> None:
    rows = [row for row in ROWS if row["op"] == op.name]
    assert rows, f"{op.name} has no golden case"
    witnessed = {name for row in rows for name in row.get("grad", {})}
    assert set(op.wrt) <= witnessed


def test_golden_cases_name_ops_that_exist() -> None:
    assert {row["op"] for row in ROWS} <= set(OPS)


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_golden_value(row: dict[str, Any]) -> None:
    assert_close(OPS[row["op"]](**row["args"]), row["value"], row)


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_promised_shape_is_that_of_the_value(row: dict[str, Any]) -> None:
    op = OPS[row["op"]]
    read, promised = op._checked((), row["args"])
    if promised is not None:
        assert promised == shape_of(op._run(op.function, read))


def shape_of(output: Any) -> Any:
    if isinstance(output, dict):
        return {name: np.shape(part) for name, part in output.items()}
    return np.shape(output)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if "grad" in row],
    ids=[name for name, row in zip(ROW_IDS, ROWS, strict=True) if "grad" in row],
)
def test_golden_gradient(row: dict[str, Any]) -> None:
    grads = OPS[row["op"]].grad(**row["args"], grad_output=row["grad_output"])
    for name, golden in row["grad"].items():
        assert_close(grads[name], golden, row)


def assert_close(actual: Any, golden: Any, row: Mapping[str, Any]) -> None:
    if isinstance(golden, dict):
        assert set(actual) == set(golden)
        for name in golden:
            assert_close(actual[name], golden[name], row)
        return
    if isinstance(golden, list) and len({np.shape(part) for part in golden}) > 1:  # ragged
        for part, golden_part in zip(actual, golden, strict=True):
            assert_close(part, golden_part, row)
        return
    if np.size(golden) or np.size(actual):
        assert np.shape(actual) == np.shape(golden)
    np.testing.assert_allclose(actual, golden, rtol=row["rtol"], atol=row["atol"])


# Gradients


@pytest.mark.parametrize("seed", [None, 1, 2])
@every_differentiable_op
def test_gradient_is_the_slope_of_the_value(op: Op, seed: int | None) -> None:
    if op.name in NOT_THE_DERIVATIVE:
        return
    args = near_example(op, seed)
    upstream = pattern(op(**args))
    grads = op.grad(**args, grad_output=upstream)
    for name in op.wrt:
        slopes = central_differences(op, args, name, upstream)
        np.testing.assert_allclose(grads[name], slopes, rtol=2e-6, atol=2e-8, err_msg=name)


def near_example(op: Op, seed: int | None) -> dict[str, Any]:
    """Return the example, its differentiable arguments moved a little where there is a seed."""
    args = dict(op.arguments(**op.example))
    if seed is None:
        return args
    rng = np.random.default_rng(seed)
    for name in op.wrt:
        value = leaf(args, name)
        args = with_leaf(args, name, value + 0.02 * rng.uniform(-1, 1, np.shape(value)))
    return args


def leaf(args: Mapping[str, Any], name: str) -> Any:
    """Find "input", or "params.weight" inside params."""
    outer, _, inner = name.partition(".")
    return args[outer][inner] if inner else args[outer]


def with_leaf(args: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    outer, _, inner = name.partition(".")
    return {**args, outer: {**args[outer], inner: value} if inner else value}


def pattern(output: Any) -> Any:
    """Return weights of both signs in the shape of an output: sums alone hide mistakes."""
    if isinstance(output, dict):
        return {name: pattern(part) for name, part in output.items()}
    return np.cos(1.3 + 2.4 * np.arange(np.size(output))).reshape(np.shape(output))


def central_differences(op: Op, args: Mapping[str, Any], name: str, upstream: Any) -> Any:
    point = np.asarray(leaf(args, name), dtype=np.float64)
    slopes = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[index] = 1e-5 * (1.0 + abs(point[index]))
        above = weighted(op(**with_leaf(args, name, point + step)), upstream)
        below = weighted(op(**with_leaf(args, name, point - step)), upstream)
        slopes[index] = (above - below) / (2 * step[index])
    return slopes


def weighted(output: Any, upstream: Any) -> float:
    if isinstance(output, dict):
        return math.fsum(weighted(output[name], upstream[name]) for name in output)
    return float(np.sum(output * upstream))


# Closed forms


@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize("op", WITH_EXPR, ids=lambda op: op.name)
def test_closed_form_is_the_op_and_its_derivative_the_gradient(op: Op, seed: int | None) -> None:
    args = near_example(op, seed)
    if "reduction" in args:
        args["reduction"] = "none"
    formula, value = parsed(op), op(**args)
    each = evaluated(formula, args)
    share = 1.0 if np.shape(value) else 1.0 / each.size  # some ops can only take the mean
    np.testing.assert_allclose(value, summed_to(share * each, np.shape(value)), 1e-9, 1e-12)
    grads = op.grad(**args) if op.backward is not None else {}
    for name in op.wrt:
        slope = np.broadcast_to(evaluated(formula.diff(symbol(name)), args), each.shape)
        expected = summed_to(share * slope, np.shape(args[name]))
        np.testing.assert_allclose(grads[name], expected, rtol=1e-9, atol=1e-12, err_msg=name)


def symbol(name: str) -> Any:
    return sympy.Symbol(name, real=True)


def parsed(op: Op) -> Any:
    """Read the safe grammar with SymPy."""
    functions = {
        "max": sympy.Max, "min": sympy.Min, "abs": sympy.Abs,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "relu": lambda x: sympy.Max(0, x),
        "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    }  # fmt: skip
    names = {name: symbol(name) for name in op.signature.parameters}
    return sympy.sympify(op.expr, locals=functions | names)


def evaluated(formula: Any, args: Mapping[str, Any]) -> Any:
    names = sorted(str(free) for free in formula.free_symbols)
    off_the_kink = {
        "erf": erf, "DiracDelta": np.zeros_like, "Heaviside": lambda x, _=0.5: np.heaviside(x, 0.5)
    }  # fmt: skip
    function = sympy.lambdify([symbol(name) for name in names], formula, [off_the_kink, "numpy"])
    return np.asarray(function(*[args[name] for name in names]))


def summed_to(full: Any, shape: tuple[int, ...]) -> Any:
    """Undo broadcasting: sum over the axes that were not there, or had size 1."""
    full = full.sum(axis=tuple(range(full.ndim - len(shape))))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return full.sum(axis=ones, keepdims=True)


# Facts and worked solutions


@every_op
def test_facts_are_there(op: Op) -> None:
    assert op.breath
    assert op.formula
    assert op.formula.count("{") == op.formula.count("}")
    assert re.search(r"[.)]$", op.pitfall), "the pitfall is a sentence"
    assert op.name not in {part for other in OPS.values() for part in other.family.split(".")}


@every_op
def test_worked_solution_ends_at_the_value_and_labels_its_steps(op: Op) -> None:
    worked = op.worked(**op.example)
    np.testing.assert_equal(worked.value, op(**op.example))
    assert worked.lines
    assert not list(unlabelled(worked))


@every_differentiable_op
def test_worked_gradient_ends_at_the_gradient_and_labels_its_steps(op: Op) -> None:
    worked = op.worked_grad(**op.example)
    np.testing.assert_equal(worked.value, op.grad(**op.example))
    assert not list(unlabelled(worked))


def unlabelled(worked: Worked) -> Iterator[str]:
    return (line.source for line in worked.lines if line.name and not line.note)


# What an op takes and refuses


@every_op
def test_arguments_are_not_changed(op: Op) -> None:
    read, again = op.arguments(**op.example), op.arguments(**op.example)
    op._run(op.function, read)
    np.testing.assert_equal(read, again)
    if op.backward is not None:
        upstream = pattern(op(**op.example))
        op._run(op.backward, {"grad_output": upstream, **read})
        np.testing.assert_equal(read, again)


@every_op
def test_whole_numbers_are_numbers(op: Op) -> None:
    read = op.arguments(**op.example)
    rounded = {
        name: np.round(value)
        for name, value in read.items()
        if isinstance(value, np.ndarray) and value.dtype == np.float64
    }
    as_integers = {name: value.astype(int).tolist() for name, value in rounded.items()}
    np.testing.assert_equal(outcome(op, read | as_integers), outcome(op, read | rounded))


def outcome(op: Op, args: Mapping[str, Any]) -> Any:
    try:
        return op(**args)
    except OpError as error:
        return type(error)


REFUSED = {
    "a number above 0": 0.0,
    "a number of at least 0": -0.5,
    "a number from 0 to 1": 1.5,
    "a finite number": float("inf"),
    "a whole number": 1.5,
    "a whole number of at least 0": -1,
    "a whole number of at least 1": 0,
    "a whole number of at least 1, or one for each axis": [1, 0],
    "numbers": [1.0, None],
    "whole numbers": [0.5],
    "a whole number of at least 0, or one for each axis": [0, -1],
    "numbers of at least 0": [1.0, -1.0],
    "numbers above 0": [1.0, 0.0],
    "numbers from 0 to 1": [0.5, 1.5],
    "numbers that are 1 or -1": [1.0, 0.0],
    "numbers by name": [1.0],
    "'mean', 'sum' or 'none'": "average",
}


@every_op
def test_what_an_argument_cannot_be_is_refused_in_a_sentence(op: Op) -> None:
    for name, check in op.checks.items():
        for wrong in (object(), REFUSED.get(check.need, object())):
            with pytest.raises(OpError, match=rf"^{op.name}: {name} is .* \(it takes .*\)$"):
                op(**{**op.example, name: wrong})


def wrong_shapes() -> Iterator[Any]:
    for op in OPS.values():
        args = op.arguments(**op.example)
        names = [name for name in op.shapes.arguments if args.get(name) is not None]
        first = op.shapes.arguments[names[0]] if names else ()
        for name in names:
            choices, shape = op.shapes.arguments[name], np.shape(args[name])
            if not any(dim.startswith("*") for choice in choices for dim in choice):
                yield pytest.param(op, name, np.ones((1,) * 9), id=f"{op.name}-{name}-9-axes")
            elif name != names[0] and choices == first and len(first) == 1 and shape:
                longer = (shape[0] + 1, *shape[1:])
                yield pytest.param(op, name, np.ones(longer), id=f"{op.name}-{name}-longer")


@pytest.mark.parametrize(("op", "name", "wrong"), [*wrong_shapes()])
def test_wrong_shapes_are_refused_in_a_sentence(op: Op, name: str, wrong: Any) -> None:
    with pytest.raises(OpError, match=rf"^{op.name}: \w+ has shape .* \(it takes .*\)$"):
        op(**{**op.example, name: wrong})


@every_op
def test_unknown_arguments_are_refused_in_a_sentence(op: Op) -> None:
    with pytest.raises(OpError, match=rf"^{op.name}: .*'nonsense' \(it takes \("):
        op(**op.example, nonsense=1)
