"""Lengths and directions of vectors, exact for huge and tiny ones, with their derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TINY = 1e-12  # PyTorch's least length in F.normalize


def length(d: NDArray[np.float64], p: float = 2.0, axis: int = -1, keepdims: bool = False) -> Any:
    """Return the p-norm along an axis; p = 0 counts what is not zero, inf is the largest."""
    size = np.abs(d)
    if p == 0:
        return np.sum(size != 0, axis=axis, keepdims=keepdims, dtype=np.float64)
    top = np.max(size, axis=axis, keepdims=True, initial=0)
    if not np.isinf(p):
        scale = np.where((top > 0) & np.isfinite(top), top, 1)  # 1e200 squared is infinite
        top = scale * np.sum((size / scale) ** p, axis=axis, keepdims=True) ** (1 / p)
    return top if keepdims else np.squeeze(top, axis)


def direction(d: NDArray[np.float64], p: float = 2.0, axis: int = -1) -> NDArray[np.float64]:
    """Return the gradient of `length`; at zero it is 0, and the largest share it for p = inf."""
    size, norm = np.abs(d), length(d, p, axis, keepdims=True)
    if p == 0:
        return np.zeros(d.shape)
    if np.isinf(p):
        top = size == norm
        shared: NDArray[np.float64] = np.sign(d) * top / np.sum(top, axis=axis, keepdims=True)
        return shared
    return np.where(d == 0, 0, np.sign(d) * (size / norm) ** (p - 1))


def unit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale each row to length 1; a zero row stays zero."""
    row: NDArray[np.float64] = x / np.maximum(length(x, keepdims=True), TINY)
    return row


def unit_grad(grad_output: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lead a gradient back through `unit`: only what is across the row changes its direction."""
    size = length(x, keepdims=True)
    u = unit(x)
    along = np.where(size >= TINY, u * np.sum(u * grad_output, axis=-1, keepdims=True), 0)
    across: NDArray[np.float64] = (grad_output - along) / np.maximum(size, TINY)
    return across
