"""Golden cases of the normalisations of features."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case

AFFINE = ("input", "weight", "bias")


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    return F.layer_norm(input, tuple(normalized_shape), weight, bias, eps)


def _rms_norm(input, normalized_shape, weight=None, eps=None):
    return F.rms_norm(input, tuple(normalized_shape), weight, eps)


CASES = [
    *(
        Case("layer_norm", _layer_norm, {
            "input": _some(*shape), "normalized_shape": shape[-axes:],
            "weight": _some(*shape[-axes:]), "bias": _some(*shape[-axes:]) - 1, "eps": eps,
        }, AFFINE)
        for shape, axes, eps in (((3,), 1, 1e-5), ((2, 3), 1, 1e-5), ((2, 3, 4), 2, 0.1), ((2, 2, 3), 1, 1e-5))
    ),
    Case("layer_norm", _layer_norm, {"input": _some(2, 4), "normalized_shape": (4,)}, ("input",)),
    Case("layer_norm", _layer_norm, {"input": 1e6 + _some(2, 4), "normalized_shape": (4,)}, ("input",), rtol=1e-7),
    Case("layer_norm", _layer_norm, {"input": np.zeros((2, 3)), "normalized_shape": (3,)}, ("input",)),
    Case("layer_norm", _layer_norm, {"input": [[5.0], [7.0]], "normalized_shape": (1,), "weight": [2.0]}, ("input", "weight")),
    *(
        Case("rms_norm", _rms_norm, {
            "input": _some(*shape), "normalized_shape": shape[-axes:],
            "weight": _some(*shape[-axes:]), "eps": eps,
        }, ("input", "weight"))
        for shape, axes, eps in (((3,), 1, None), ((2, 3), 1, 1e-5), ((2, 3, 4), 2, 0.1))
    ),
    Case("rms_norm", _rms_norm, {"input": _some(2, 4), "normalized_shape": (4,)}, ("input",)),
    Case("rms_norm", _rms_norm, {"input": [[0.0, 0.0], [1e-9, 1e-8]], "normalized_shape": (2,)}, ("input",)),
]
