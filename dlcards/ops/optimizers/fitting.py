"""How the first linear models learnt: by their mistakes, and at one stroke."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Real, Signs, op


@op(
    shapes="w(n), x(n), y() -> w(n), b(), updated()",
    formula=r"y\,(w^{\top} x + b) \le 0: \quad w \leftarrow w + \eta\, y\, x, \quad "
    r"b \leftarrow b + \eta\, y",
    paper=Paper(
        "Rosenblatt",
        1958,
        "The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain",
    ),
    example={"w": [0.5, -1.0], "x": [1.0, 2.0], "b": 0.0, "y": 1, "lr": 1.0},
    pitfall="Labels are 1 and −1, not 1 and 0; a point on the boundary is a mistake, or zero "
    "weights would never move.",
)
def perceptron_update(w: Array, x: Array, b: Real, y: Signs, lr: NonNegative = 1.0) -> Any:
    """Learns from mistakes only: a misclassified point pulls the weights towards y·x. On separable
    data it stops after finitely many mistakes, on other data never.
    """
    margin = y * (w @ x + b)  # positive if classified right
    updated = bool(margin <= 0)  # a mistake, or on the boundary
    step = lr * y if updated else 0.0 * y  # nothing to learn from what is right
    return {"w": w + step * x, "b": b + step, "updated": updated}


@op(
    shapes="X(m,n), y(m) -> (n)",
    formula=r"w = (X^{\top} X + \lambda I)^{-1} X^{\top} y",
    paper=Paper(
        "Legendre", 1805, "Nouvelles méthodes pour la détermination des orbites des comètes"
    ),
    example={"X": [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], "y": [1.0, 3.0, 5.0]},
    pitfall="With collinear columns or fewer rows than columns XᵀX is singular and has no inverse: "
    "the shortest solution is taken, and λ > 0 makes it unique. It squares the condition number.",
)
def linear_regression_normal_equation(X: Array, y: Array, *, l2: NonNegative = 0.0) -> Any:
    """Least squares at one stroke: set the gradient to zero and solve. It costs n³, so beyond a few
    thousand features gradient descent wins.

    There is no intercept unless X has a column of ones.
    """
    gram = X.T @ X + l2 * np.eye(X.shape[1])  # XᵀX + λI
    moment = X.T @ y  # Xᵀy
    return np.linalg.lstsq(gram, moment, rcond=1e-13)[0]  # solve; the shortest if many
