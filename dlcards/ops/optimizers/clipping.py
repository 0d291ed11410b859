"""Clipping: what is done to gradients that are too long."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Arrays, NonNegative, Paper, Positive, op

_EXAMPLE = {"grads": {"w": [3.0, -4.0], "b": [12.0]}}


def _name_fault(grads: Any, **_: Any) -> str:
    return "a gradient is called total_norm (it takes other names)" if "total_norm" in grads else ""


@op(
    shapes="grads -> total_norm(), and each gradient in its shape",
    formula=r"g \leftarrow g \cdot \min\left(1, \frac{c}{\| g \| + 10^{-6}}\right)",
    paper=Paper(
        "Pascanu, Mikolov and Bengio",
        2013,
        "On the Difficulty of Training Recurrent Neural Networks",
    ),
    example={**_EXAMPLE, "max_norm": 6.5},
    pitfall="There is one norm over all tensors together, so the direction is kept; clipping each "
    "tensor by itself would turn it. Clip after unscaling and before the step.",
    fault=_name_fault,
)
def clip_grad_norm_(grads: Arrays, max_norm: NonNegative, *, norm_type: Positive = 2.0) -> Any:
    """Shortens the whole gradient to max_norm where it is longer and keeps its direction: the cure
    for exploding gradients. The norm before clipping is worth logging.
    """
    norms = [np.linalg.norm(g.ravel(), norm_type) for g in grads.values()]  # of each tensor
    total_norm = np.linalg.norm(norms, norm_type) if norms else 0.0  # of all together
    factor = np.minimum(1.0, max_norm / (total_norm + 1e-6))  # shrinks, never stretches
    return {"total_norm": total_norm, **{name: factor * g for name, g in grads.items()}}


@op(
    shapes="grads -> each gradient in its shape",
    formula=r"g_i \leftarrow \max(-c, \min(c, g_i))",
    example={**_EXAMPLE, "clip_value": 5.0},
    pitfall="It changes the direction, because large components are cut and small ones are not.",
)
def clip_grad_value_(grads: Arrays, clip_value: NonNegative) -> Any:
    """Cuts each component of the gradient to the range from −c to c, each by itself."""
    return {name: np.clip(g, -clip_value, clip_value) for name, g in grads.items()}
