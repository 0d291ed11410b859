"""Initializers: what is drawn has the spread that was said, and identities change nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.ops import find
from dlcards.ops._op import OpError
from dlcards.ops.initializers import draw

SHAPE = (64, 32, 5)


@pytest.mark.parametrize(
    "name", ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "lecun_normal_"]
)  # fmt: skip
def test_what_is_drawn_has_the_spread_that_was_said(name: str) -> None:
    facts = find(name)(SHAPE)
    weight = draw(find(name), np.random.default_rng(0), SHAPE)
    assert weight.shape == SHAPE
    if "uniform" in name:
        assert 0.99 * facts["bound"] < np.abs(weight).max() <= facts["bound"]
        facts = {"std": facts["bound"] / math.sqrt(3)}
    assert np.std(weight) == pytest.approx(
        facts if name == "lecun_normal_" else facts["std"], rel=0.02
    )
    assert np.mean(weight) == pytest.approx(0, abs=0.003)


def test_a_draw_is_made_by_its_generator_alone() -> None:
    first, second = (
        draw(find("kaiming_normal_"), np.random.default_rng(7), (3, 2), mode="fan_out")
        for _ in "ab"
    )
    np.testing.assert_array_equal(first, second)


def test_what_draws_nothing_is_what_it_is() -> None:
    weight = draw(find("constant_"), np.random.default_rng(0), (2, 2), val=3.0)
    np.testing.assert_array_equal(weight, np.full((2, 2), 3.0))


def test_the_filters_of_an_orthogonal_convolution_are_orthonormal() -> None:
    weight = draw(find("orthogonal_"), np.random.default_rng(0), (4, 2, 3, 3))
    filters = weight.reshape(4, -1)
    np.testing.assert_allclose(filters @ filters.T, np.eye(4), atol=1e-12)


@given(rows=st.integers(1, 6), columns=st.integers(1, 6), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_orthogonal_weights_keep_lengths(rows: int, columns: int, seed: int) -> None:
    W = draw(find("orthogonal_"), np.random.default_rng(seed), (rows, columns), gain=2.0)
    assert W.shape == (rows, columns)
    gram = W @ W.T if rows <= columns else W.T @ W
    np.testing.assert_allclose(gram, 4 * np.eye(min(rows, columns)), atol=1e-12)


def test_a_dirac_convolution_changes_nothing() -> None:
    image = np.random.default_rng(1).normal(size=(2, 4, 5, 6))
    plain = find("conv2d")(image, find("dirac_")([4, 4, 3, 3]), padding=1)
    np.testing.assert_array_equal(plain, image)
    grouped = find("conv2d")(
        image, find("dirac_")([4, 2, 3, 1], groups=2), padding=(1, 0), groups=2
    )
    np.testing.assert_array_equal(grouped, image)


def test_the_default_of_linear_is_kaiming_with_root_five() -> None:
    default = find("linear_default_init")(300, 7)
    kaiming = find("kaiming_uniform_")([7, 300], a=math.sqrt(5))
    assert default["weight_bound"] == pytest.approx(kaiming["bound"], rel=1e-14)


def test_a_gaussian_cut_at_two_sigmas_keeps_0_8796_of_its_spread() -> None:
    assert find("trunc_normal_std")(1.0, -2.0, 2.0) == pytest.approx(0.8796256610342398, rel=1e-12)


@pytest.mark.parametrize(("a", "b"), [(6.0, 7.0), (-7.0, -6.0)])
def test_a_tail_alone_keeps_its_digits(a: float, b: float) -> None:
    x = np.linspace(a, b, 200_001)
    p = np.exp(-0.5 * (x**2 - 36))
    p /= p.sum()
    expected = math.sqrt(np.sum(p * (x - np.sum(p * x)) ** 2))
    assert find("trunc_normal_std")(1.0, a, b) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("xavier_uniform_", {"shape": [3]}, "shape has 1 axes (it takes outputs, inputs and the kernel's)"),
        ("kaiming_normal_", {"shape": []}, "shape has 0 axes (it takes outputs, inputs and the kernel's)"),
        ("eye_", {"shape": [2, 2, 2]}, "shape has 3 axes (it takes rows and columns)"),
        ("dirac_", {"shape": [2, 2]}, "shape has 2 axes (it takes outputs, inputs and 1 to 3 of the kernel)"),
        ("dirac_", {"shape": [3, 1, 3], "groups": 2}, "groups is 2 (it takes a divisor of 3 outputs)"),
        ("trunc_normal_std", {"std": 1.0, "a": 2.0, "b": 1.0}, "a is 2 (it takes a number below b, 1)"),
        ("constant_", {"shape": [0], "val": 1.0}, "shape is [0] (it takes a list of whole numbers, each at least 1)"),
    ],
    ids=["fans of a vector", "fans of a scalar", "no matrix", "no kernel", "groups", "interval", "empty"],
)  # fmt: skip
def test_shapes_that_have_no_such_start_are_refused(name: str, args: Any, sentence: str) -> None:
    with pytest.raises(OpError) as fault:
        find(name)(**args)
    assert str(fault.value) == f"{name}: {sentence}"
