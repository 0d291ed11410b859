"""What normalisations and divisions by a norm must leave, and what they must not see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

few = settings(max_examples=25, deadline=None, database=None)
SEEDS = st.integers(0, 10_000)
RUNNING = {"running_mean": np.zeros(4), "running_var": np.ones(4)}
NORMS: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {  # arguments, axes of the statistics
    "batch_norm": ({**RUNNING, "training": True}, (0, 2, 3)),
    "instance_norm": ({}, (2, 3)),
    "layer_norm": ({"normalized_shape": (4, 3, 2)}, (1, 2, 3)),
    "group_norm": ({"num_groups": 1}, (1, 2, 3)),
}


def run(name: str, x: Any, **options: Any) -> Any:
    arguments, _ = NORMS[name]
    output = ops.find(name)(x, **arguments, **options)
    return output["output"] if name == "batch_norm" else output


def images(seed: int) -> Any:
    return np.random.default_rng(seed).normal(3.0, 2.0, size=(5, 4, 3, 2))


@pytest.mark.parametrize("name", NORMS)
@few
@given(SEEDS)
def test_mean_is_0_and_biased_variance_is_1(name: str, seed: int) -> None:
    y, axes = run(name, images(seed), eps=0.0), NORMS[name][1]
    np.testing.assert_allclose(np.mean(y, axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(np.var(y, axis=axes), 1, rtol=1e-12)


@pytest.mark.parametrize("name", NORMS)
@few
@given(SEEDS, st.floats(0.1, 10.0), st.floats(-10.0, 10.0))
def test_scale_and_shift_of_the_input_are_not_seen(
    name: str, seed: int, scale: float, shift: float
) -> None:
    x = images(seed)
    moved = run(name, scale * x + shift, eps=0.0)
    np.testing.assert_allclose(moved, run(name, x, eps=0.0), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", NORMS)
@few
@given(SEEDS)
def test_the_gradient_is_orthogonal_to_what_is_not_seen(name: str, seed: int) -> None:
    x, (arguments, axes) = images(seed), NORMS[name]
    upstream: Any = np.random.default_rng(seed + 1).normal(size=x.shape)
    given_ = {"output": upstream} if name == "batch_norm" else upstream
    grad = ops.find(name).grad(x, **arguments, eps=0.0, grad_output=given_)["input"]
    np.testing.assert_allclose(np.sum(grad, axis=axes), 0, atol=1e-9)
    np.testing.assert_allclose(np.sum(grad * x, axis=axes), 0, atol=1e-9)


def test_batch_norm_gradient_by_its_output_is_the_slope() -> None:
    """The suite over the registry leaves it out, because what it remembers has no gradient."""
    op, x = ops.find("batch_norm"), images(0)[:2, :, 0, :1]
    weights = np.cos(np.arange(x.size)).reshape(x.shape)
    grad = op.grad(x, **RUNNING, training=True, grad_output={"output": weights})["input"]
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-6
        above, below = (op(x + s, **RUNNING, training=True)["output"] for s in (step, -step))
        slope = np.sum(weights * (above - below)) / 2e-6
        assert grad[index] == pytest.approx(slope, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("momentum", [0.0, 0.1, 1.0])
def test_batch_norm_remembers_the_unbiased_variance(momentum: float) -> None:
    x = images(1)
    output = ops.find("batch_norm")(x, **RUNNING, training=True, momentum=momentum)
    mean, var = np.mean(x, axis=(0, 2, 3)), np.var(x, axis=(0, 2, 3), ddof=1)
    np.testing.assert_allclose(output["running_mean"], momentum * mean)
    np.testing.assert_allclose(output["running_var"], 1 - momentum + momentum * var)


def test_groups_go_from_layer_to_instance() -> None:
    x, group_norm = images(2), ops.find("group_norm")
    np.testing.assert_allclose(group_norm(x, 1), ops.find("layer_norm")(x, (4, 3, 2)))
    np.testing.assert_allclose(group_norm(x, 4), ops.find("instance_norm")(x))


@few
@given(SEEDS, st.sampled_from([1.0, 1.5, 2.0, 3.0, float("inf")]))
def test_normalized_vectors_have_norm_1(seed: int, p: float) -> None:
    x = np.random.default_rng(seed).normal(size=(4, 3))
    norms = np.linalg.norm(ops.find("normalize")(x, p=p), p, axis=1)
    np.testing.assert_allclose(norms, 1)


@few
@given(SEEDS)
def test_weight_norm_has_length_g_and_its_gradient_is_across_v(seed: int) -> None:
    rng = np.random.default_rng(seed)
    v, g = rng.normal(size=(3, 2, 2)), rng.uniform(0.5, 2, size=(3, 1, 1))
    op = ops.find("weight_norm")
    np.testing.assert_allclose(np.sqrt(np.sum(op(v, g) ** 2, axis=(1, 2))), g[:, 0, 0])
    grad = op.grad(v, g, grad_output=rng.normal(size=v.shape))["v"]
    np.testing.assert_allclose(np.sum(grad * v, axis=(1, 2)), 0, atol=1e-12)


@few
@given(SEEDS)
def test_power_iteration_finds_the_largest_singular_value_from_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight, u = rng.normal(size=(3, 4)), rng.normal(size=3)
    top, second, _ = np.linalg.svd(weight)[1]
    few_turns, many = (ops.find("spectral_norm")(weight, u, n_power_iterations=n) for n in (1, 99))
    assert few_turns["sigma"] <= top * (1 + 1e-12)
    assert many["sigma"] == pytest.approx(top, rel=1e-6 + (second / top) ** 150)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("batch_norm", {"input": np.ones((1, 4)), **RUNNING, "training": True}, "input has 1 val"),
        ("batch_norm", {"input": np.ones((2, 3)), **RUNNING}, "running_mean has shape (4,)"),
        ("layer_norm", {"input": np.ones((2, 3)), "normalized_shape": 2}, "input has shape (2, 3)"),
        ("layer_norm", {"input": np.ones((2, 3)), "normalized_shape": 3, "weight": [1]},
         "weight has shape (1,)"),
        ("rms_norm", {"input": np.ones(3), "normalized_shape": (3, 3)}, "input has shape (3,)"),
        ("instance_norm", {"input": np.ones((2, 3, 1))}, "input has 1 places"),
        ("group_norm", {"input": np.ones((2, 3)), "num_groups": 2}, "num_groups is 2"),
        ("normalize", {"input": [1.0], "dim": 1}, "dim is 1"),
        ("weight_norm", {"v": np.ones((2, 3)), "g": [1, 2]}, "g has shape (2,)"),
        ("weight_norm", {"v": np.ones(2), "g": [1], "dim": 1}, "dim is 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_does_not_go_together_is_refused(
    name: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(**arguments)
    assert f"{name}: {sentence}" in str(caught.value)
