"""Pooling by a power mean: between the sum of a window and its maximum."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Positive, Size, op
from dlcards.ops._windows import add_cells, axes_fault, window_cells, window_fault


def _lp_fault(input: Any, kernel_size: Any, stride: Any, **_: Any) -> str:
    axes = input.ndim - 2
    if fault := axes_fault(axes, kernel_size=kernel_size, stride=stride):
        return fault
    return window_fault(input, [(0, 0)] * axes, kernel_size, 1)


def _lp_pool(
    input: Array, norm_type: Positive, kernel_size: Size, *, stride: Size | None = None
) -> Any:
    """The p-norm of each window: the sum for p = 1, near the maximum for large p."""
    stride = kernel_size if stride is None else stride  # windows side by side by default
    cells = window_cells(input, kernel_size, stride, 1)  # of each window: (N, C, cells, places…)
    total = np.sum(cells**norm_type, axis=2)  # Σ xᵖ: of signed powers, not of sizes
    return total ** (1 / norm_type)


def _lp_pool_grad(
    grad_output: Array, input: Array, norm_type: float, kernel_size: Any, *, stride: Any
) -> dict[str, Any]:
    p, stride = norm_type, kernel_size if stride is None else stride  # side by side by default
    cells = window_cells(input, kernel_size, stride, 1)  # of each window: (N, C, cells, places…)
    total = np.sum(cells**p, axis=2)  # Σ xᵖ
    g = np.where(total == 0, 0, grad_output * total ** (1 / p - 1))  # a window of zeros: nothing
    parts = cells ** (p - 1) * g[:, :, None]  # back to each cell
    return {"input": add_cells(parts, input.shape[2:], kernel_size, stride, 1)}


_PITFALL = (
    "The powers are signed: with an odd p a window whose powers sum to less than 0 is nan; ONNX "
    "takes absolute values."
)

lp_pool1d = op(
    name="lp_pool1d",
    shapes="input(N,C,L) -> (N,C,L')",
    formula=r"y(i) = \left( \sum_{u} x(s\,i + u)^p \right)^{1/p}",
    example={"input": [[[3.0, 4.0, 1.0, 2.0]]], "norm_type": 2, "kernel_size": 2},
    pitfall=_PITFALL,
    fault=_lp_fault,
)(_lp_pool)
lp_pool1d.gradient(_lp_pool_grad)

lp_pool2d = op(
    name="lp_pool2d",
    shapes="input(N,C,H,W) -> (N,C,H',W')",
    formula=r"y(i, j) = \left( \sum_{u, v} x(s\,i + u,\ s\,j + v)^p \right)^{1/p}",
    example={
        "input": [[[[1.0, 2.0, 0.5], [3.0, 4.0, 1.0]]]],
        "norm_type": 2,
        "kernel_size": 2,
        "stride": 1,
    },
    pitfall=_PITFALL,
    fault=_lp_fault,
)(_lp_pool)
lp_pool2d.gradient(_lp_pool_grad)
