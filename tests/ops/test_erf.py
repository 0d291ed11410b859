"""The error function against the C library's, and at the ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlcards.ops._erf import erf, erfc, normal_cdf, normal_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS = np.concatenate([np.linspace(-26, 26, 20_001), 10.0 ** np.linspace(-300, 1, 302)])


@pytest.mark.parametrize(("ours", "libm"), [(erf, math.erf), (erfc, math.erfc)])
def test_agrees_to_the_last_digits(ours: Callable[..., Any], libm: Callable[..., float]) -> None:
    expected = [libm(x) for x in POINTS]
    np.testing.assert_allclose(ours(POINTS), expected, rtol=2e-15, atol=0)


@pytest.mark.parametrize(("ours", "libm"), [(erf, math.erf), (erfc, math.erfc)])
def test_few_elements_agree_too(ours: Callable[..., Any], libm: Callable[..., float]) -> None:
    few = POINTS[::200]
    np.testing.assert_allclose(ours(few), [libm(x) for x in few], rtol=2e-15, atol=0)


def test_ends_and_nan() -> None:
    ends = np.array([-np.inf, -0.0, np.inf, np.nan])
    many = np.tile(ends, 1000)  # in blocks
    np.testing.assert_equal(erf(many), np.tile([-1.0, -0.0, 1.0, np.nan], 1000))
    np.testing.assert_equal(erfc(many), np.tile([2.0, 1.0, 0.0, np.nan], 1000))
    np.testing.assert_equal(erf(ends), [-1.0, -0.0, 1.0, np.nan])
    np.testing.assert_equal(erfc(ends), [2.0, 1.0, 0.0, np.nan])
    assert math.copysign(1.0, float(erf(np.array(-0.0)))) == -1.0


@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (1 << 16,)], ids=str)
def test_keeps_the_shape_and_the_argument(shape: tuple[int, ...]) -> None:
    x = np.full(shape, -0.3)
    np.testing.assert_allclose(erf(x), np.full(shape, math.erf(-0.3)), rtol=1e-15)
    np.testing.assert_equal(x, np.full(shape, -0.3))


def test_normal_distribution() -> None:
    x = np.array([-10.0, 0.0, 1.96])
    np.testing.assert_allclose(normal_cdf(x), [7.61985302416e-24, 0.5, 0.975002104852], rtol=1e-11)
    np.testing.assert_allclose(normal_pdf(np.zeros(1)), [1 / math.sqrt(2 * math.pi)], rtol=1e-15)
