"""Golden cases of the blocks with a path around them."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(np.cos(1.7 * np.arange(np.prod(shape)) + len(shape) + shape[0]).reshape(shape), 3)


def _residual(input, w1, w2):
    return F.relu(F.conv2d(F.relu(F.conv2d(input, w1, padding=1)), w2, padding=1) + input)


def _bottleneck(input, w1, w2, w3):
    narrow = F.relu(F.conv2d(input, w1))
    return F.relu(F.conv2d(F.relu(F.conv2d(narrow, w2, padding=1)), w3) + input)


def _inverted(input, w_expand, w_depthwise, w_project):
    wide = F.relu6(F.conv2d(input, w_expand))
    filtered = F.relu6(F.conv2d(wide, w_depthwise, padding=1, groups=wide.shape[1]))
    return input + F.conv2d(filtered, w_project)


def _dense(input, weights):
    x = input
    for layer in sorted(weights, key=int):
        x = torch.cat([x, F.conv2d(F.relu(x), weights[layer], padding=1)], 1)
    return x


CASES = [
    *(
        Case("residual_block", _residual, {"input": _some(*x), "w1": scale * _some(m, x[1], 3, 3), "w2": scale * _some(x[1], m, 3, 3)}, ("input", "w1", "w2"))
        for x, m, scale in (((1, 1, 2, 2), 1, 1.0), ((2, 3, 4, 3), 2, 1.0), ((1, 2, 3, 3), 2, 0.0))
    ),
    *(
        Case("bottleneck_block", _bottleneck, {
            "input": _some(*x), "w1": _some(m, x[1], 1, 1), "w2": _some(k, m, 3, 3), "w3": _some(x[1], k, 1, 1)
        }, ("input", "w1", "w2", "w3"))
        for x, m, k in (((1, 1, 2, 2), 1, 1), ((2, 4, 3, 4), 2, 2), ((1, 4, 3, 3), 2, 3))
    ),
    *(
        Case("inverted_residual", _inverted, {
            "input": scale * _some(*x), "w_expand": _some(m, x[1], 1, 1), "w_depthwise": _some(m, 1, 3, 3), "w_project": _some(x[1], m, 1, 1)
        }, ("input", "w_expand", "w_depthwise", "w_project"))
        for x, m, scale in (((1, 1, 2, 2), 2, 1.0), ((2, 3, 4, 3), 6, 1.0), ((1, 2, 3, 3), 4, 9.0))
    ),
    *(
        Case("dense_block", _dense, {
            "input": _some(*x), "weights": {str(l): _some(k, x[1] + l * k, 3, 3) for l in range(layers)}
        }, ("input", "weights"))
        for x, k, layers in (((1, 1, 2, 2), 1, 2), ((2, 3, 3, 4), 2, 3), ((1, 2, 2, 2), 4, 1))
    ),
]
