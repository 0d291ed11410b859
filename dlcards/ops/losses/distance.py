"""How near two vectors are: the distances and similarities that metric losses are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, Real, Whole, axis_fault, op
from dlcards.ops._shapes import without_axis
from dlcards.ops.losses._vectors import direction, length


@op(
    shapes="x1(*), x2(*) -> (*)",
    formula=r"\cos(x_1, x_2) = \frac{x_1 \cdot x_2}{\max(\|x_1\|, \varepsilon) \, "
    r"\max(\|x_2\|, \varepsilon)}",
    example={"x1": [[1.0, 0.0], [3.0, 4.0]], "x2": [[1.0, 1.0], [4.0, 3.0]], "dim": 1},
    pitfall="A zero vector has no direction: ε under each length makes its similarity 0, not nan.",
    fault=lambda x1, dim, **_: axis_fault(x1, dim),
    output=lambda x1, dim, **_: without_axis(x1.shape, dim),
)
def cosine_similarity(x1: Array, x2: Array, *, dim: Whole = 1, eps: NonNegative = 1e-8) -> Any:
    """The cosine of the angle between two vectors: 1 for the same direction, 0 for orthogonal,
    whatever their lengths."""
    n1 = np.maximum(length(x1, axis=dim, keepdims=True), eps)  # ‖x₁‖, at least ε
    n2 = np.maximum(length(x2, axis=dim, keepdims=True), eps)  # ‖x₂‖
    return np.sum((x1 / n1) * (x2 / n2), axis=dim)


@cosine_similarity.gradient
def cosine_similarity_grad(
    grad_output: Array, x1: Array, x2: Array, *, dim: int, eps: float
) -> dict[str, Any]:
    n1 = np.maximum(length(x1, axis=dim, keepdims=True), eps)  # ‖x₁‖, at least ε
    n2 = np.maximum(length(x2, axis=dim, keepdims=True), eps)  # ‖x₂‖
    cos = np.sum((x1 / n1) * (x2 / n2), axis=dim, keepdims=True)  # the similarity
    g = np.expand_dims(grad_output, dim)  # one for each pair
    grad_x1 = g / n1 * (x2 / n2 - cos * direction(x1, axis=dim))  # turn towards x₂, not grow
    grad_x2 = g / n2 * (x1 / n1 - cos * direction(x2, axis=dim))  # and x₂ towards x₁
    return {"x1": grad_x1, "x2": grad_x2}


@op(
    shapes="x1(*,D), x2(*,D) -> (*) or (*,1)",
    formula=r"d(x_1, x_2) = \left( \sum_{i=1}^{D} |x_{1i} - x_{2i} + \varepsilon|^p "
    r"\right)^{1/p}",
    example={"x1": [[0.0, 0.0], [1.0, 2.0]], "x2": [[3.0, 4.0], [1.0, 0.0]]},
    pitfall="ε is added to the difference, with its sign: equal vectors are ε√D apart, and the "
    "distance is not quite symmetric.",
)
def pairwise_distance(
    x1: Array, x2: Array, *, p: NonNegative = 2.0, eps: Real = 1e-6, keepdim: Flag = False
) -> Any:
    """The p-norm of the difference of each pair of rows; ε keeps its gradient defined where the
    rows are equal."""
    d = x1 - x2 + eps  # difference, never exactly zero for equal rows
    return length(d, p, keepdims=keepdim)


@pairwise_distance.gradient
def pairwise_distance_grad(
    grad_output: Array, x1: Array, x2: Array, *, p: float, eps: float, keepdim: bool
) -> dict[str, Any]:
    d = x1 - x2 + eps  # difference
    g = grad_output if keepdim else grad_output[..., None]  # one for each pair
    grad = g * direction(d, p)  # along the difference
    return {"x1": grad, "x2": -grad}
