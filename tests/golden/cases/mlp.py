"""Golden cases of a whole small network."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _mlp(x, W1, b1, W2, b2, target):
    return F.cross_entropy(F.linear(F.relu(F.linear(x, W1, b1)), W2, b2), target)


CASES = [
    Case("mlp_2layer", _mlp, {
        "x": scale * _some(m, i), "W1": _some(h, i), "b1": _some(h), "W2": _some(o, h), "b2": _some(o),
        "target": [n % o for n in range(m)],
    }, ("x", "W1", "b1", "W2", "b2"))
    for m, i, h, o, scale in ((2, 2, 3, 2, 1.0), (5, 3, 4, 3, 1.0), (1, 1, 1, 2, 1.0), (3, 2, 3, 4, 1000.0))
]
