"""Division by a norm: of a vector, of neighbouring channels, of a weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Array,
    Count,
    NonNegative,
    NonNegativeInt,
    Paper,
    Real,
    Whole,
    axis_fault,
    op,
)
from dlcards.ops._room import count_fault


@op(
    shapes="input(N,C,*) -> (N,C,*)",
    formula=r"y_c = x_c \left( k + \frac{\alpha}{n} \sum_{c' \in \text{window}(c)} x_{c'}^2 "
    r"\right)^{-\beta}",
    paper=Paper(
        "Krizhevsky, Sutskever and Hinton", 2012,
        "ImageNet Classification with Deep Convolutional Neural Networks",
    ),
    example={"input": [[[1.0, 2.0], [3.0, 0.0], [-2.0, 1.0]]], "size": 3, "alpha": 1.0},
    pitfall="Here α is divided by the size of the window and k is 1; the paper does not divide, "
    "and AlexNet has k = 2. A window of even size reaches further back than ahead.",
)  # fmt: skip
def local_response_norm(
    input: Array, size: Count, *, alpha: Real = 1e-4, beta: Real = 0.75, k: Real = 1.0
) -> Any:
    """Divides each channel by the energy of its neighbours at the same place, as excited neurons
    inhibit those beside them; batch norm made it history."""
    near = _neighbours(input.shape[1], size)  # which channels are in the window of which
    energy = np.einsum("cd,nd...->nc...", near, input**2) / size  # mean over the window, zeros too
    return input * (k + alpha * energy) ** -beta


@local_response_norm.gradient
def local_response_norm_grad(
    grad_output: Array, input: Array, size: int, *, alpha: float, beta: float, k: float
) -> dict[str, Any]:
    near = _neighbours(input.shape[1], size)  # which channels are in the window of which
    energy = np.einsum("cd,nd...->nc...", near, input**2) / size  # mean over the window
    scale = k + alpha * energy  # what was raised to −β
    own = grad_output * scale**-beta  # through the numerator
    g_energy = grad_output * input * -beta * alpha * scale ** (-beta - 1)  # through the power
    spread = np.einsum("cd,nc...->nd...", near, g_energy) / size  # back to all in the window
    return {"input": own + 2 * input * spread}


def _neighbours(channels: int, size: int) -> Any:
    """Return 1 where channel d is in the window of channel c, (C, C): an even one leans back."""
    order = np.arange(channels)
    ahead = order[None, :] - order[:, None]
    return np.where((ahead >= -(size // 2)) & (ahead <= (size - 1) // 2), 1.0, 0.0)


def _normalize_fault(input: Any, dim: int, **_: Any) -> str:
    return axis_fault(input, dim)


@op(
    shapes="input(*) -> (*)",
    formula=r"y = \frac{x}{\max(\|x\|_p, \varepsilon)}",
    example={"input": [[3.0, 4.0], [1.0, -1.0]]},
    pitfall="ε is a floor under the norm and is not added to it: a row of zeros stays 0, and all "
    "others have norm exactly 1.",
    fault=_normalize_fault,
)
def normalize(input: Array, *, p: Real = 2.0, dim: Whole = 1, eps: NonNegative = 1e-12) -> Any:
    """Puts vectors on the unit sphere: keeps the direction and forgets the length, so that a dot
    product becomes a cosine."""
    norm = _norm(input, p, dim)  # of each vector
    return input / np.maximum(norm, eps)


@normalize.gradient
def normalize_grad(
    grad_output: Array, input: Array, *, p: float, dim: int, eps: float
) -> dict[str, Any]:
    norm = _norm(input, p, dim)  # of each vector
    length = np.maximum(norm, eps)  # what was divided by
    radial = np.sum(grad_output * input, axis=dim, keepdims=True) / length**2  # −dL/d length
    g_norm = np.where(norm >= eps, radial, 0)  # the floor is a constant
    return {"input": grad_output / length - g_norm * _norm_slope(input, norm, p, dim)}


def _norm(x: Any, p: float, axis: Any) -> Any:
    return np.linalg.norm(x, p, axis=axis, keepdims=True)


def _norm_slope(x: Any, norm: Any, p: float, axis: Any) -> Any:
    """Return the derivative of the p-norm; 0 at 0, and equal extremes share."""
    if np.isinf(p):
        at_norm = np.abs(x) == norm
        return np.sign(x) * at_norm / np.sum(at_norm, axis=axis, keepdims=True)
    if p == 0:
        return np.zeros(x.shape)  # a count does not move
    ratio = np.abs(x) / np.where(norm == 0, 1, norm)
    slope = np.sign(x) * np.where(x == 0, 1, ratio) ** (p - 1)
    return np.where((x == 0) | (norm == 0), 0, slope)


def _weight_norm_fault(v: Any, g: Any, dim: int) -> str:
    if fault := axis_fault(v, dim):
        return fault
    kept = tuple(n if axis == dim else 1 for axis, n in enumerate(v.shape))
    return "" if g.shape == kept else f"g has shape {g.shape} (it takes {kept})"


@op(
    shapes="v(*), g -> (*)",
    formula=r"w = g\, \frac{v}{\|v\|}",
    paper=Paper(
        "Salimans and Kingma", 2016,
        "Weight Normalization: A Simple Reparameterization to Accelerate Training of Deep Neural "
        "Networks",
    ),
    example={"v": [[3.0, 4.0], [1.0, 0.0]], "g": [[1.0], [2.0]]},
    pitfall="The norm is over all axes but dim: one length for each output unit, not one for the "
    "matrix.",
    fault=_weight_norm_fault,
)  # fmt: skip
def weight_norm(v: Array, g: Array, *, dim: NonNegativeInt = 0) -> Any:
    """Learns the length g and the direction v of each weight vector apart, so that a step on one
    does not disturb the other; the gradient by v is orthogonal to v."""
    axes = _all_but(dim, v)  # the axes of one weight vector
    norm = np.sqrt(np.sum(v**2, axis=axes, keepdims=True))  # its length
    return g * v / norm


@weight_norm.gradient
def weight_norm_grad(grad_output: Array, v: Array, g: Array, *, dim: int) -> dict[str, Any]:
    axes = _all_but(dim, v)  # the axes of one weight vector
    norm = np.sqrt(np.sum(v**2, axis=axes, keepdims=True))  # its length
    direction = v / norm  # the unit vector
    grad_g = np.sum(grad_output * direction, axis=axes, keepdims=True)  # along the direction
    grad_v = g / norm * (grad_output - grad_g * direction)  # what is left, across it
    return {"v": grad_v, "g": grad_g}


def _all_but(dim: int, v: Any) -> tuple[int, ...]:
    return tuple(axis for axis in range(v.ndim) if axis != dim)


@op(
    shapes="weight(o,i), u(o) -> weight(o,i), sigma()",
    formula=r"\bar{W} = \frac{W}{\sigma}, \quad \sigma = u^\top W v \approx \sigma_{\max}(W)",
    paper=Paper(
        "Miyato, Kataoka, Koyama and Yoshida", 2018,
        "Spectral Normalization for Generative Adversarial Networks",
    ),
    example={"weight": [[3.0, 0.0], [0.0, 1.0]], "u": [0.8, 0.6]},
    pitfall="One iteration underestimates σ; it works because u is kept from step to step and the "
    "weight changes little. In the gradient u and v are constants.",
    fault=lambda n_power_iterations, **_: count_fault(1000, n_power_iterations=n_power_iterations),
)  # fmt: skip
def spectral_norm(
    weight: Array, u: Array, *, n_power_iterations: Count = 1, eps: NonNegative = 1e-12
) -> Any:
    """Divides a weight by its largest singular value, so that the layer is 1-Lipschitz; power
    iteration finds the value with two matrix-vector products a step."""
    for _ in range(n_power_iterations):
        v = _unit(weight.T @ u, eps)  # right singular vector, nearer at each turn
        u = _unit(weight @ v, eps)  # left singular vector
    sigma = u @ weight @ v  # largest singular value, from below
    return {"weight": weight / sigma, "sigma": sigma}


@spectral_norm.gradient
def spectral_norm_grad(
    grad_output: Any, weight: Array, u: Array, *, n_power_iterations: int, eps: float
) -> dict[str, Any]:
    for _ in range(n_power_iterations):
        v = _unit(weight.T @ u, eps)  # right singular vector
        u = _unit(weight @ v, eps)  # left singular vector
    sigma = u @ weight @ v  # largest singular value
    g = grad_output["weight"]  # what reaches W / σ
    g_sigma = grad_output["sigma"] - np.sum(g * weight) / sigma**2  # what reaches σ
    return {"weight": g / sigma + g_sigma * np.outer(u, v)}


def _unit(x: Any, eps: float) -> Any:
    return x / np.maximum(np.sqrt(np.sum(x**2)), eps)
