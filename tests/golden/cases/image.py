"""Golden cases of the losses between images."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _image(seed: float, *shape: int) -> np.ndarray:
    """Return numbers from 0 to 1."""
    return np.round(0.5 + 0.5 * np.cos(seed * np.arange(np.prod(shape))).reshape(shape), 3)


def _gram(features):
    return torch.einsum("chw,dhw->cd", features, features) / features.numel()


def _style(input, target):
    return F.mse_loss(_gram(input), _gram(target))


def _perceptual(features_input, features_target, weights):
    return sum(weights[layer] * F.mse_loss(x, features_target[layer]) for layer, x in features_input.items())


def _ssim(input, target, window_size=11, sigma=1.5, data_range=1.0, k1=0.01, k2=0.03):
    """Wang's definition with one two-dimensional window and centred moments, window by window."""
    x = torch.arange(window_size, dtype=torch.float64) - (window_size - 1) / 2
    window = torch.exp(-(x[:, None] ** 2 + x[None] ** 2) / (2 * sigma**2)).flatten()
    window = (window / window.sum())[None, :, None]
    patches = [
        F.unfold(image.flatten(0, 1)[:, None], window_size) for image in (input, target)
    ]
    mu_x, mu_y = ((window * p).sum(1, keepdim=True) for p in patches)
    dx, dy = patches[0] - mu_x, patches[1] - mu_y
    var_x, var_y, cov = ((window * d).sum(1, keepdim=True) for d in (dx * dx, dy * dy, dx * dy))
    c1, c2 = (k1 * data_range) ** 2, (k2 * data_range) ** 2
    above = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
    below = (mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2)
    return (above / below).mean()


def _total_variation(input):
    down = (input[..., 1:, :] - input[..., :-1, :]).abs().sum()
    return down + (input[..., 1:] - input[..., :-1]).abs().sum()


LAYERS = {
    "features_input": {"relu1": _some(2, 3, 3), "relu2": _some(4, 1, 2), "relu3": [[[1000.0]]]},
    "features_target": {"relu1": _image(2.3, 2, 3, 3), "relu2": _some(4, 2, 1).reshape(4, 1, 2), "relu3": [[[-1000.0]]]},
    "weights": {"relu1": 1.0, "relu2": 0.5, "relu3": 0.25},
}

CASES = [
    *(Case("gram_matrix", _gram, {"features": _some(*shape)}, ("features",)) for shape in ((3, 2, 4), (1, 1, 1), (2, 5, 1))),
    Case("gram_matrix", _gram, {"features": [[[1, 2], [0, 1]], [[0, 1], [1, 1]]]}, ("features",)),
    Case("style_loss", _style, {"input": _some(3, 2, 4), "target": _image(2.3, 3, 2, 4)}, ("input",)),
    Case("style_loss", _style, {"input": _some(2, 3, 3), "target": _image(2.3, 2, 4, 5)}, ("input",)),
    Case("style_loss", _style, {"input": _some(2, 2, 2), "target": _some(2, 2, 2)}, ("input",)),
    Case("perceptual_loss", _perceptual, LAYERS, ("features_input",)),
    *(
        Case("ssim", _ssim, {"input": _image(1.3, *shape), "target": _image(2.1, *shape), **options}, ("input",), rtol=1e-8)
        for shape, options in (
            ((1, 1, 11, 11), {}),
            ((1, 2, 13, 12), {}),
            ((2, 1, 5, 6), {"window_size": 3}),
            ((1, 1, 4, 4), {"window_size": 4, "sigma": 0.8}),
            ((1, 1, 3, 3), {"window_size": 1}),
            ((1, 1, 6, 6), {"window_size": 5, "data_range": 255.0, "k1": 0.05, "k2": 0.1}),
        )
    ),
    Case("ssim", _ssim, {"input": 255 * _image(1.3, 1, 1, 6, 6), "target": 255 * _image(2.1, 1, 1, 6, 6), "window_size": 5, "data_range": 255.0}, ("input",), rtol=1e-8),
    Case("ssim", _ssim, {"input": np.zeros((1, 1, 3, 3)), "target": np.zeros((1, 1, 3, 3)), "window_size": 3}, ("input",)),
    Case("ssim", _ssim, {"input": np.ones((1, 1, 3, 3)), "target": np.zeros((1, 1, 3, 3)), "window_size": 3}, ("input",)),
    *(Case("total_variation_loss", _total_variation, {"input": _some(*shape)}, ("input",)) for shape in ((3, 4), (2, 3, 2, 5), (1, 1))),
    Case("total_variation_loss", _total_variation, {"input": [[1.0, 1.0, 3.0], [1.0, 0.0, 3.0]]}, ("input",)),
]
