"""Golden cases of squeeze-and-excitation and of spatial attention."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _se(input, w1, w2):
    z = F.adaptive_avg_pool2d(input, 1).flatten(1)
    gate = torch.sigmoid(F.linear(F.relu(F.linear(z, w1)), w2))
    return input * gate.unflatten(1, (-1, 1, 1))


def _spatial(input, weight, padding="same"):
    summary = torch.stack([input.mean(1), input.max(1).values], 1)
    return input * torch.sigmoid(F.conv2d(summary, weight, padding=padding))


CASES = [
    *(
        Case("se_block", _se, {"input": scale * _some(*x), "w1": _some(r, x[1]), "w2": _some(x[1], r) - 0.3}, ("input", "w1", "w2"))
        for x, r, scale in (((1, 2, 1, 2), 1, 1.0), ((2, 4, 3, 2), 2, 1.0), ((1, 3, 2, 2), 3, 1000.0), ((2, 4, 1, 1), 2, 1.0))
    ),
    *(
        Case("spatial_attention", _spatial, {"input": _some(*x), "weight": _some(1, 2, *k), "padding": padding}, ("input", "weight"))
        for x, k, padding in (
            ((1, 2, 2, 2), (1, 1), 0), ((2, 3, 5, 4), (3, 3), 1), ((1, 3, 4, 4), (7, 7), "same"), ((2, 1, 4, 3), (3, 1), (1, 0)),
        )
    ),
    Case("spatial_attention", _spatial, {"input": [[[[1.0, 2.0]], [[1.0, 3.0]], [[0.0, 3.0]]]], "weight": [[[[0.5]], [[1.0]]]], "padding": 0}, ("input", "weight")),
]
