"""The losses of linear and logistic regression, from the data matrix on."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, op
from dlcards.ops._reduction import reduce, spread


@op(
    shapes="X(m,n), w(n), b(), y(m) -> ()",
    formula=r"L = \frac{1}{2m} \sum_{i=1}^{m} (w^\top x_i + b - y_i)^2",
    example={"X": [[1.0], [2.0], [3.0]], "w": [2.0], "b": 0.5, "y": [2.0, 4.0, 7.0]},
    pitfall="The ½ is there to cancel the 2 of the derivative: it is half of mse_loss.",
)
def linear_regression_loss(X: Array, w: Array, b: Array, y: Array) -> Any:
    """Half the mean squared residual of an affine model, so that the gradient is Xᵀ(ŷ − y)/m."""
    prediction = X @ w + b  # ŷ
    r = prediction - y  # residual
    return reduce(0.5 * r**2, "mean")


@linear_regression_loss.gradient
def linear_regression_loss_grad(
    grad_output: Array, X: Array, w: Array, b: Array, y: Array
) -> dict[str, Any]:
    r = X @ w + b - y  # residual
    d = spread(grad_output, r, "mean") * r  # dL/dŷ: the residual over m
    return {"X": np.outer(d, w), "w": X.T @ d, "b": np.sum(d)}


@op(
    shapes="X(m,n), w(n), b(), y(m) -> ()",
    formula=r"L = -\frac{1}{m} \sum_{i=1}^{m} \left[ y_i \log \hat y_i + "
    r"(1 - y_i) \log(1 - \hat y_i) \right], \quad \hat y_i = \sigma(w^\top x_i + b)",
    example={"X": [[1.0, 2.0], [0.0, -1.0]], "w": [1.0, -0.5], "b": 0.5, "y": [1.0, 0.0]},
    pitfall="Compute it from the logit: log σ(z) of a saturated sigmoid is log 0; and σ' cancels, "
    "so the gradient is Xᵀ(ŷ − y)/m with no σ(1 − σ) in it.",
)
def logistic_regression_loss(X: Array, w: Array, b: Array, y: Array) -> Any:
    """Binary cross-entropy of a sigmoid over an affine model: convex in w, with the gradient of
    linear regression, Xᵀ(ŷ − y)/m."""
    z = X @ w + b  # logit
    each = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))  # −log-likelihood, never log 0
    return reduce(each, "mean")


@logistic_regression_loss.gradient
def logistic_regression_loss_grad(
    grad_output: Array, X: Array, w: Array, b: Array, y: Array
) -> dict[str, Any]:
    z = X @ w + b  # logit
    prediction = 1 / (1 + np.exp(-z))  # ŷ = σ(z)
    d = spread(grad_output, z, "mean") * (prediction - y)  # dL/dz: σ' has cancelled
    return {"X": np.outer(d, w), "w": X.T @ d, "b": np.sum(d)}
