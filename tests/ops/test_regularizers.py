"""Regularizers: how penalties scale and mix, and what a bound on the length leaves alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcards.ops import find
from dlcards.ops._op import OpError

FAST = settings(max_examples=40, deadline=None)
weights = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-100, 100))


@given(weight=weights, ratio=st.floats(0, 1))
@FAST
def test_an_elastic_net_is_a_mean_of_lasso_and_ridge(weight: Any, ratio: float) -> None:
    l1, l2 = find("l1_penalty")(weight, 0.3), find("l2_penalty")(weight, 0.3)
    net = find("elastic_net_penalty")(weight, 0.3, l1_ratio=ratio)
    assert net == pytest.approx(ratio * l1 + (1 - ratio) * l2, rel=1e-12)


@given(weight=weights)
@FAST
def test_doubling_the_weights_doubles_lasso_and_quadruples_ridge(weight: Any) -> None:
    for name, factor in (("l1_penalty", 2), ("l2_penalty", 4)):
        penalty = find(name)
        assert penalty(2 * weight, 1.0) == pytest.approx(factor * penalty(weight, 1.0), rel=1e-12)


def test_the_gradient_of_ridge_is_weight_decay_and_that_of_lasso_has_one_size() -> None:
    weight = np.array([3.0, -0.001, 0.0])
    np.testing.assert_allclose(find("l2_penalty").grad(weight, 0.1)["weight"], 0.1 * weight)
    np.testing.assert_allclose(find("l1_penalty").grad(weight, 0.1)["weight"], [0.1, -0.1, 0.0])


@given(weight=weights, bound=st.floats(0.01, 50), data=st.data())
@FAST
def test_no_row_is_longer_than_the_bound_and_short_rows_stay(
    weight: Any, bound: float, data: Any
) -> None:
    dim = data.draw(st.integers(-weight.ndim, weight.ndim - 1))
    before = np.moveaxis(weight, dim, 0).reshape(weight.shape[dim], -1)
    after = np.moveaxis(find("max_norm_")(weight, bound, dim=dim), dim, 0).reshape(before.shape)
    lengths = np.sqrt(np.sum(before**2, axis=1))
    assert np.all(np.sqrt(np.sum(after**2, axis=1)) <= bound * (1 + 1e-12))
    np.testing.assert_array_equal(after[lengths <= bound], before[lengths <= bound])
    cosine = np.sum(before * after, axis=1)
    np.testing.assert_allclose(cosine, lengths * np.minimum(lengths, bound), rtol=1e-4, atol=1e-9)


def test_a_bound_needs_an_axis_that_is_there() -> None:
    with pytest.raises(OpError, match=r"^max_norm_: dim is 2 \(it takes -2 to 1\)$"):
        find("max_norm_")([[1.0]], 1.0, dim=2)
