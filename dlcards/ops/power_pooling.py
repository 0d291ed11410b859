"""Pooling by a power mean: between the sum of a window and its maximum."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Positive, Size, op
from dlcards.ops._windows import axes_fault, each_axis, window_fault
from dlcards.ops.pooling import avg_pool2d


def _lp_fault(input: Any, kernel_size: Any, stride: Any, **_: Any) -> str:
    axes = input.ndim - 2
    if fault := axes_fault(axes, kernel_size=kernel_size, stride=stride):
        return fault
    return window_fault(input, [(0, 0)] * axes, kernel_size, 1)


def _lp_pool(
    input: Array, norm_type: Positive, kernel_size: Size, *, stride: Size | None = None
) -> Any:
    """The p-norm of each window: the sum for p = 1, near the maximum for large p."""
    cells = np.prod(each_axis(kernel_size, input.ndim - 2))  # of a window
    mean = avg_pool2d.function(input**norm_type, kernel_size, stride=stride)  # of the powers
    total = mean * cells  # Σ xᵖ: of signed powers, not of sizes
    return total ** (1 / norm_type)


def _lp_pool_grad(
    grad_output: Array, input: Array, norm_type: float, kernel_size: Any, *, stride: Any
) -> dict[str, Any]:
    p, cells = norm_type, np.prod(each_axis(kernel_size, input.ndim - 2))  # of a window
    total = avg_pool2d.function(input**p, kernel_size, stride=stride) * cells  # Σ xᵖ
    root = total ** (1 / p - 1) / p  # slope of the root
    g_total = np.where(total == 0, 0, grad_output * root)  # a window of zeros learns nothing
    pooled = avg_pool2d.grad(input, kernel_size, stride=stride, grad_output=g_total * cells)
    return {"input": pooled["input"] * p * input ** (p - 1)}


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
