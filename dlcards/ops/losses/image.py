"""Losses between images: their texture, their features, their structure, their smoothness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Arrays, Count, NonNegative, Paper, Positive, op
from dlcards.ops._reduction import mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GATYS = Paper("Gatys, Ecker and Bethge", 2015, "A Neural Algorithm of Artistic Style")


@op(
    shapes="features(C,H,W) -> (C,C)",
    formula=r"G_{cd} = \frac{1}{CHW} \sum_{i=1}^{HW} F_{ci} F_{di}",
    paper=_GATYS,
    example={"features": [[[1.0, 2.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 1.0]]]},
    pitfall="The divisor is C·H·W here; papers differ, so style weights do not carry over.",
)
def gram_matrix(features: Array) -> Any:
    """Which channels fire together, summed over all places: it keeps the texture and forgets
    where anything was."""
    C, H, W = features.shape  # channels, height, width
    flat = features.reshape(C, H * W)  # one row for each channel
    return flat @ flat.T / (C * H * W)


@gram_matrix.gradient
def gram_matrix_grad(grad_output: Array, features: Array) -> dict[str, Any]:
    C, H, W = features.shape  # channels, height, width
    flat = features.reshape(C, H * W)  # one row for each channel
    grad = (grad_output + grad_output.T) @ flat / features.size  # each row is in G twice
    return {"features": grad.reshape(features.shape)}


@op(
    shapes="input(C,H,W), target(C,h,w) -> ()",
    formula=r"L = \frac{1}{C^2} \sum_{c,d} \left( G(x)_{cd} - G(y)_{cd} \right)^2",
    paper=_GATYS,
    example={
        "input": [[[1.0, 2.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 1.0]]],
        "target": [[[0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [1.0, 1.0]]],
    },
    pitfall="It compares Gram matrices, not features: shuffling all places of an image changes "
    "nothing.",
)
def style_loss(input: Array, target: Array) -> Any:
    """The mean squared difference of Gram matrices: the same statistics of texture, with no
    regard to content. The two may differ in size, not in channels."""
    gram = gram_matrix(input)  # texture of the image
    wanted = gram_matrix(target)  # texture of the style
    each = (gram - wanted) ** 2  # squared differences
    return mean(each)


@style_loss.gradient
def style_loss_grad(grad_output: Array, input: Array, target: Array) -> dict[str, Any]:
    gap = gram_matrix(input) - gram_matrix(target)  # symmetric
    slope = grad_output * 2 * gap / gap.size  # by the Gram matrix
    C, H, W = input.shape  # channels, height, width
    flat = input.reshape(C, H * W)  # one row for each channel
    grad = 2 * slope @ flat / input.size  # each row is in G twice
    return {"input": grad.reshape(input.shape)}


def _layer_fault(features_input: Any, features_target: Any, weights: Any) -> str:
    for name, layers in (("features_target", features_target), ("weights", weights)):
        if set(layers) != set(features_input):
            return f"{name} has layers {sorted(layers)} (it takes {sorted(features_input)})"
    for layer, x in features_input.items():
        if (shape := features_target[layer].shape) != x.shape:
            return f"features_target[{layer!r}] has shape {shape} (it takes {x.shape})"
        if weights[layer].ndim:
            return f"weights[{layer!r}] is not a number (it takes one for each layer)"
    return ""


@op(
    shapes="-> ()",
    formula=r"L = \sum_{l} \frac{w_l}{C_l H_l W_l} \|\phi_l(x) - \phi_l(y)\|^2",
    paper=Paper(
        "Johnson, Alahi and Fei-Fei", 2016,
        "Perceptual Losses for Real-Time Style Transfer and Super-Resolution",
    ),
    example={
        "features_input": {"relu1": [[[1.0, 2.0]]], "relu2": [[[0.5]], [[1.0]]]},
        "features_target": {"relu1": [[[0.0, 2.0]]], "relu2": [[[1.0]], [[1.0]]]},
        "weights": {"relu1": 1.0, "relu2": 0.5},
    },
    pitfall="Each layer is a mean over its own C·H·W, so that large early layers do not drown the "
    "deep ones; the network that makes the features is frozen.",
    fault=_layer_fault,
)  # fmt: skip
def perceptual_loss(features_input: Arrays, features_target: Arrays, weights: Arrays) -> Any:
    """Compares images by what a trained network sees in them, not pixel by pixel: a shift of one
    pixel is hardly seen, a missing edge is."""
    gaps = {layer: x - features_target[layer] for layer, x in features_input.items()}  # φ(x) − φ(y)
    each = {layer: mean(gap**2) for layer, gap in gaps.items()}  # mean square of each layer
    return np.sum([weights[layer] * loss for layer, loss in each.items()])


@perceptual_loss.gradient
def perceptual_loss_grad(
    grad_output: Array, features_input: Any, features_target: Any, weights: Any
) -> dict[str, Any]:
    gaps = {layer: x - features_target[layer] for layer, x in features_input.items()}  # φ(x) − φ(y)
    return {
        f"features_input.{layer}": grad_output * weights[layer] * 2 * gap / gap.size
        for layer, gap in gaps.items()
    }


def _ssim_fault(input: Any, window_size: int, **_: Any) -> str:
    if window_size > min(input.shape[2:]):
        return f"a window of {window_size} does not fit (the images are {input.shape[2:]})"
    return ""


@op(
    shapes="input(N,C,H,W), target(N,C,H,W) -> ()",
    formula=r"\mathrm{SSIM} = \frac{(2 \mu_x \mu_y + C_1)(2 \sigma_{xy} + C_2)}"
    r"{(\mu_x^2 + \mu_y^2 + C_1)(\sigma_x^2 + \sigma_y^2 + C_2)}, \quad C_i = (k_i R)^2",
    paper=Paper(
        "Wang, Bovik, Sheikh and Simoncelli", 2004,
        "Image Quality Assessment: From Error Visibility to Structural Similarity",
    ),
    example={
        "input": [[[[0.1, 0.5, 0.9], [0.2, 0.6, 0.8], [0.3, 0.4, 0.7]]]],
        "target": [[[[0.2, 0.5, 0.8], [0.2, 0.7, 0.8], [0.1, 0.4, 0.9]]]],
        "window_size": 3,
    },
    pitfall="It is a similarity: 1 is best, so the loss is 1 − SSIM. Libraries differ in the "
    "window, its border and the divisor of the variance.",
    fault=_ssim_fault,
)  # fmt: skip
def ssim(
    input: Array,
    target: Array,
    *,
    window_size: Count = 11,
    sigma: Positive = 1.5,
    data_range: Positive = 1.0,
    k1: NonNegative = 0.01,
    k2: NonNegative = 0.03,
) -> Any:
    """Compares local means, contrasts and correlations in a Gaussian window, because the eye sees
    structure and not squared error.

    Windows lie wholly inside the image, and variances are divided by n.
    """
    c1 = (k1 * data_range) ** 2  # keeps dark places from dividing by 0
    c2 = (k2 * data_range) ** 2  # and flat ones
    g = _gaussian(window_size, sigma)  # window along one axis, sum 1
    mu_x, mu_y = _blur(input, g), _blur(target, g)  # local means
    var_x = _blur(input**2, g) - mu_x**2  # local variances: E[x²] − μ²
    var_y = _blur(target**2, g) - mu_y**2  # of both
    cov = _blur(input * target, g) - mu_x * mu_y  # local covariance
    luminance = (2 * mu_x * mu_y + c1) / (mu_x**2 + mu_y**2 + c1)  # equally bright?
    structure = (2 * cov + c2) / (var_x + var_y + c2)  # equally contrasted and aligned?
    return mean(luminance * structure)


@ssim.gradient
def ssim_grad(
    grad_output: Array,
    input: Array,
    target: Array,
    *,
    window_size: int,
    sigma: float,
    data_range: float,
    k1: float,
    k2: float,
) -> dict[str, Any]:
    c1, c2 = (k1 * data_range) ** 2, (k2 * data_range) ** 2  # against dividing by 0
    g = _gaussian(window_size, sigma)  # window along one axis, sum 1
    mu_x, mu_y = _blur(input, g), _blur(target, g)  # local means
    a1 = 2 * mu_x * mu_y + c1  # luminance, above the line
    b1 = mu_x**2 + mu_y**2 + c1  # and below
    a2 = 2 * (_blur(input * target, g) - mu_x * mu_y) + c2  # structure, above the line
    b2 = _blur(input**2 + target**2, g) - mu_x**2 - mu_y**2 + c2  # and below
    s = a1 * a2 / (b1 * b2)  # SSIM of each window
    share = grad_output / s.size  # mean over windows
    by_square = -share * s / b2  # by E[x²], in b₂
    by_product = share * 2 * a1 / (b1 * b2)  # by E[xy], in a₂
    by_mean = share * 2 * (mu_y * a2 / (b1 * b2) - mu_x * s / b1)  # by μ, in a₁ and b₁
    by_mean = by_mean - 2 * mu_x * by_square - mu_y * by_product  # and in variance, covariance
    grad = _spread_out(by_mean, g) + 2 * input * _spread_out(by_square, g)  # back through windows
    return {"input": grad + target * _spread_out(by_product, g)}


@op(
    shapes="input(*,H,W) -> ()",
    formula=r"L = \sum_{i,j} |x_{i+1,j} - x_{i,j}| + \sum_{i,j} |x_{i,j+1} - x_{i,j}|",
    paper=Paper(
        "Rudin, Osher and Fatemi", 1992,
        "Nonlinear Total Variation Based Noise Removal Algorithms",
    ),
    example={"input": [[1.0, 2.0, 4.0], [1.0, 0.0, 3.0]]},
    pitfall="It is summed, so it grows with the image; and anisotropic: the paper has the length "
    "of the gradient, this the sum of its parts.",
)  # fmt: skip
def total_variation_loss(input: Array) -> Any:
    """The sum of absolute steps between neighbours: it flattens noise and still allows an edge,
    because one large step costs no more than many small ones."""
    down = np.diff(input, axis=-2)  # steps to the pixel below
    right = np.diff(input, axis=-1)  # steps to the pixel on the right
    return np.sum(np.abs(down)) + np.sum(np.abs(right))


@total_variation_loss.gradient
def total_variation_loss_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    down = np.sign(np.diff(input, axis=-2))  # slope of each step down; 0 where flat
    right = np.sign(np.diff(input, axis=-1))  # slope of each step to the right
    grad = np.zeros(input.shape)  # each pixel ends one step and begins the next
    grad[..., 1:, :] += down  # where a step down ends
    grad[..., :-1, :] -= down  # where it begins
    grad[..., 1:] += right  # where a step to the right ends
    grad[..., :-1] -= right  # where it begins
    return {"input": grad_output * grad}


def _gaussian(size: int, sigma: float) -> NDArray[np.float64]:
    offset = np.arange(size) - (size - 1) / 2
    weights = np.exp(-0.5 * (offset / sigma) ** 2)
    window: NDArray[np.float64] = weights / np.sum(weights)
    return window


def _blur(x: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean of each window that lies inside: first along rows, then columns."""
    for axis in (-2, -1):
        seen = np.lib.stride_tricks.sliding_window_view(x, len(window), axis=axis)
        x = seen @ window
    return x


def _spread_out(x: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each pixel its share of all windows that saw it: `_blur` transposed."""
    rim = len(window) - 1
    return _blur(np.pad(x, [(0, 0), (0, 0), (rim, rim), (rim, rim)]), window)
