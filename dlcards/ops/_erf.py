"""The error function of arrays, which NumPy lacks, to the last digits and fast at any size.

Rational approximations on three intervals, after W. J. Cody (1969), Rational Chebyshev
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

_BLOCK = 1 << 15  # elements at once: the temporaries of a block stay in the cache
_NEAR, _FAR = 0.46875, 4.0  # the intervals meet here
_ZERO = 28.0  # beyond it erfc is below the smallest number

# Coefficients of each numerator and denominator, highest power first.
_NEAR_P = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
    3.77485237685302021e2, 3.20937758913846947e3,
)  # fmt: skip
_NEAR_Q = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
    2.84423683343917062e3,
)  # fmt: skip
_MIDDLE_P = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
    6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
    1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
_MIDDLE_Q = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
    1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
    3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_FAR_P = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
    1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
_FAR_Q = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1,
    6.05183413124413191e-2, 2.33520497626869185e-3,
)  # fmt: skip


def erf(x: Floats) -> Floats:
    """Return 2/√π ∫₀ˣ exp(−t²) dt of each element."""
    return _in_blocks(_erf, x)


def erfc(x: Floats) -> Floats:
    """Return 1 − erf of each element, without cancellation: erfc(10) is 2.1e-45, not 0."""
    return _in_blocks(_erfc, x)


def normal_cdf(x: Floats) -> Floats:
    """Return Φ, the probability that a standard normal variable is below each element."""
    return 0.5 * erfc(-np.asarray(x) * math.sqrt(0.5))


def normal_pdf(x: Floats) -> Floats:
    """Return φ, the density of a standard normal variable at each element."""
    return np.asarray(np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi))


def _in_blocks(function: Callable[[Floats], Floats], x: Floats) -> Floats:
    flat = np.asarray(x, dtype=np.float64).ravel()
    result = np.empty_like(flat)
    with np.errstate(under="ignore"):
        for start in range(0, flat.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            result[block] = function(flat[block])
    return result.reshape(np.shape(x))


def _erf(x: Floats) -> Floats:
    result = np.copysign(1.0 - _upper_tail(np.abs(x)), x)
    near = np.abs(x) <= _NEAR
    result[near] = _erf_near(x[near])
    return result


def _erfc(x: Floats) -> Floats:
    tail = _upper_tail(np.abs(x))
    result = np.where(x < 0, 2.0 - tail, tail)
    near = np.abs(x) <= _NEAR
    result[near] = 1.0 - _erf_near(x[near])
    return result


def _erf_near(x: Floats) -> Floats:
    square = x * x
    return np.asarray(x * _polynomial(_NEAR_P, square) / _polynomial(_NEAR_Q, square))


def _upper_tail(y: Floats) -> Floats:
    """Return erfc(y) for y above _NEAR; what it says of smaller y is not used. NaN stays NaN."""
    y = np.minimum(y, _ZERO)
    scaled = _polynomial(_MIDDLE_P, y) / _polynomial(_MIDDLE_Q, y)
    far = y > _FAR
    scaled[far] = _far_scaled(y[far])
    # exp(−y²) loses digits in y²: square a part with few bits exactly, and the rest apart
    coarse = np.trunc(y * 16.0) / 16.0
    return scaled * np.exp(-coarse * coarse) * np.exp(-(y - coarse) * (y + coarse))


def _far_scaled(y: Floats) -> Floats:
    """Return exp(y²) erfc(y) for y above _FAR."""
    z = 1.0 / (y * y)
    return (1.0 / math.sqrt(math.pi) - z * _polynomial(_FAR_P, z) / _polynomial(_FAR_Q, z)) / y


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value
