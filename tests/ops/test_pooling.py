"""Poolings against their definitions in loops, and where one is a case of another."""

from __future__ import annotations

from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

few = settings(max_examples=25, deadline=None, database=None)
SEEDS = st.integers(0, 10_000)
SIZE = st.tuples(st.integers(1, 7), st.integers(1, 7))


def normal(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize(("name", "pool"), [("avg", np.mean), ("max", np.max)])
@few
@given(SEEDS, SIZE, SIZE)
def test_adaptive_bins_run_from_floor_to_ceil(
    name: str, pool: Any, seed: int, size: Any, output_size: Any
) -> None:
    x = normal(seed, 2, 3, *size)
    y = ops.find(f"adaptive_{name}_pool2d")(x, output_size)
    for i, j in product(*map(range, output_size)):
        (a, b), (c, d) = (
            (floor(k * n / o), ceil((k + 1) * n / o))
            for k, n, o in zip((i, j), size, output_size, strict=True)
        )
        np.testing.assert_allclose(y[:, :, i, j], pool(x[:, :, a:b, c:d], axis=(2, 3)))


@few
@given(SEEDS, SIZE)
def test_one_bin_is_the_global_pooling(seed: int, size: Any) -> None:
    x = normal(seed, 2, 3, *size)
    for name in ("avg", "max"):
        one = ops.find(f"adaptive_{name}_pool2d")(x, 1)
        np.testing.assert_allclose(one[:, :, 0, 0], ops.find(f"global_{name}_pool2d")(x))


@few
@given(SEEDS)
def test_unpooling_puts_the_maxima_back(seed: int) -> None:
    x = normal(seed, 2, 3, 6, 4)
    pooled = ops.find("max_pool2d_with_indices")(x, 2)
    back = ops.find("max_unpool2d")(pooled["output"], pooled["indices"], 2)
    np.testing.assert_array_equal(back[back != 0], x[back != 0])
    assert np.count_nonzero(back) == pooled["output"].size
    np.testing.assert_array_equal(ops.find("max_pool2d")(np.abs(back), 2), np.abs(pooled["output"]))


@few
@given(SEEDS)
def test_power_means_go_from_sum_to_maximum(seed: int) -> None:
    x = np.abs(normal(seed, 1, 2, 6)) + 0.1
    lp = ops.find("lp_pool1d")
    np.testing.assert_allclose(lp(x, 1, 3), 3 * ops.find("avg_pool1d")(x, 3))
    np.testing.assert_allclose(lp(x, 300, 3), ops.find("max_pool1d")(x, 3), rtol=0.01)


@few
@given(SEEDS)
def test_pooling_of_volumes_is_pooling_of_planes_of_depth_1(seed: int) -> None:
    x = normal(seed, 2, 3, 1, 5, 4)
    for name in ("max_pool", "avg_pool"):
        deep = ops.find(f"{name}3d")(x, (1, 3, 2), padding=(0, 1, 0))
        flat = ops.find(f"{name}2d")(x[:, :, 0], (3, 2), padding=(1, 0))
        np.testing.assert_array_equal(deep[:, :, 0], flat)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("adaptive_avg_pool2d", {"output_size": (1, 2, 3)}, "output_size has 3 numbers"),
    ("adaptive_max_pool2d", {"output_size": 0}, "output_size is 0"),
    ("lp_pool2d", {"norm_type": 2, "kernel_size": 5}, "a window of 5 does not fit"),
    ("lp_pool2d", {"norm_type": 0, "kernel_size": 2}, "norm_type is 0"),
    ("max_pool2d_with_indices", {"kernel_size": 5}, "a window of 5 does not fit"),
    ("max_unpool2d", {"indices": np.full((1, 2, 4, 4), 64), "kernel_size": 2}, "indices holds 64"),
    ("max_unpool2d", {"indices": np.zeros((1, 2, 2, 2)), "kernel_size": 2}, "indices has shape"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"), REFUSED, ids=[f"{name}: {s}" for name, _, s in REFUSED]
)
def test_what_does_not_go_together_is_refused(
    name: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(np.zeros((1, 2, 4, 4)), **arguments)
    assert f"{name}: {sentence}" in str(caught.value)
