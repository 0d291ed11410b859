"""The error function of arrays, which NumPy lacks, to the last digits and fast at any size.

erfc is a Gaussian times a function that varies little, and that is one polynomial for all
arguments. Near 0 erf is a rational function after W. J. Cody (1969), Rational Chebyshev
approximations for the error function, Mathematics of Computation 23, 631-637. The largest error
is a few units in the last place, relative, also of erfc far out in the tail.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats: TypeAlias = NDArray[np.float64]

_BLOCK = 1 << 14  # elements at once: the temporaries of a block stay in the cache
_FEW = 1 << 8  # up to here one call of the C library for each element is faster
_NEAR = 0.46875  # erf has its own approximation below, where 1 - erfc would cancel
_ZERO = 28.0  # beyond it erfc is below the smallest number
_ROOT_HALF = math.sqrt(0.5)
_PEAK = 1.0 / math.sqrt(2.0 * math.pi)  # the normal density at 0

# Coefficients of each numerator and denominator, highest power first.
_NEAR_P = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
    3.77485237685302021e2, 3.20937758913846947e3,
)  # fmt: skip
_NEAR_Q = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
    2.84423683343917062e3,
)  # fmt: skip
# (1 + 2y) exp(y²) erfc(y) as a polynomial in (y - 4)/(y + 4), for y from 0 to _ZERO, highest power
# first: interpolated at the 23 Chebyshev points with 40 digits; the error is below 2e-17.
_TAIL = (
    -1.8206098680308682e-09, -1.3670989863347383e-08, -7.71541861441783e-09, 1.1534943745754157e-07,
    6.270727157198311e-08, -8.351619688696847e-07, 3.0135049944875397e-07, 5.7178872846321855e-06,
    -1.1224789135154701e-05, -2.4403169244974074e-05, 0.000150622243948303, -0.00019925550755614952,
    -0.00075777334141333, 0.005031969755895426, -0.016197734059115006, 0.03716751556249286,
    -0.06633036581152939, 0.09373283499679412, -0.10103906603635213, 0.06809705425473732,
    0.01537965210262074, -0.1396211168405629, 1.2329951186255526,
)  # fmt: skip


def erf(x: Floats) -> Floats:
    """Return 2/√π ∫₀ˣ exp(−t²) dt of each element."""
    return _each(_erf, math.erf, x)


def erfc(x: Floats) -> Floats:
    """Return 1 − erf of each element, without cancellation: erfc(10) is 2.1e-45, not 0."""
    return _each(_erfc, math.erfc, x)


def normal_cdf(x: Floats) -> Floats:
    """Return Φ, the probability that a standard normal variable is below each element."""
    return _each(_phi, lambda one: 0.5 * math.erfc(one * -_ROOT_HALF), x)


def normal_pdf(x: Floats) -> Floats:
    """Return φ, the density of a standard normal variable at each element."""
    return _in_blocks(lambda block: np.exp(-0.5 * block * block) * _PEAK, x)


def _each(
    of_block: Callable[[Floats], Floats], of_one: Callable[[float], float], x: Floats
) -> Floats:
    if np.size(x) > _FEW:
        return _in_blocks(of_block, x)
    return np.array([of_one(one) for one in np.ravel(x).tolist()]).reshape(np.shape(x))


def _in_blocks(function: Callable[[Floats], Floats], x: Floats) -> Floats:
    flat = np.asarray(x, dtype=np.float64).ravel()
    result = np.empty_like(flat)
    with np.errstate(under="ignore"):
        for start in range(0, flat.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            result[block] = function(flat[block])
    return result.reshape(np.shape(x))


def _phi(x: Floats) -> Floats:
    return 0.5 * _erfc(x * -_ROOT_HALF)


def _erf(x: Floats) -> Floats:
    result = np.copysign(1.0 - _upper_tail(np.abs(x)), x)
    near = np.abs(x) <= _NEAR
    result[near] = _erf_near(x[near])
    return result


def _erfc(x: Floats) -> Floats:
    tail = _upper_tail(np.abs(x))
    return np.where(x < 0, 2.0 - tail, tail)


def _erf_near(x: Floats) -> Floats:
    square = x * x
    return np.asarray(x * _polynomial(_NEAR_P, square) / _polynomial(_NEAR_Q, square))


def _upper_tail(y: Floats) -> Floats:
    """Return erfc(y) for y from 0. NaN stays NaN."""
    y = np.minimum(y, _ZERO)
    scaled = _polynomial(_TAIL, (y - 4.0) / (y + 4.0)) / (1.0 + 2.0 * y)
    # exp(−y²) loses digits in y²: square a part with few bits exactly, and the rest apart
    coarse = np.trunc(y * 16.0) / 16.0
    scaled *= np.exp(-coarse * coarse)
    scaled *= np.exp((coarse - y) * (y + coarse))
    return scaled


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = coefficients[0] * x
    for coefficient in coefficients[1:-1]:
        value += coefficient
        value *= x
    value += coefficients[-1]
    return value
