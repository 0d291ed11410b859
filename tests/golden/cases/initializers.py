"""Golden cases of the initializers: what torch.nn.init asks its random numbers for."""

from __future__ import annotations

import math
from unittest.mock import patch

import numpy as np
import torch
from case import Case
from torch import nn


def _asked(initializer, shape, **options):
    """Catch the arguments of uniform_ or normal_ that an initializer fills a tensor with."""
    caught = {}

    def uniform_(tensor, low, high, **_):
        assert low == -high
        caught["bound"] = high

    def normal_(tensor, mean, std, **_):
        assert mean == 0
        caught["std"] = std

    weight = torch.empty(*shape)
    with (
        patch.object(torch.Tensor, "uniform_", uniform_),
        patch.object(torch.Tensor, "normal_", normal_),
    ):
        initializer(weight, **options)
    fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(weight)
    return {"fan_in": fan_in, "fan_out": fan_out, **caught}


def _reference(name):
    return lambda shape, **options: _asked(getattr(nn.init, name), shape, **options)


def _lecun(shape):
    fan = nn.Conv1d(shape[1], shape[0], math.prod(shape[2:])).weight[0].numel()
    return torch.tensor(fan, dtype=torch.float64).rsqrt()


def _linear(in_features, out_features):
    """Fill a layer by the largest number that it asks for."""
    asked = []

    def uniform_(tensor, low, high, **_):
        asked.append(high)
        return tensor

    with patch.object(torch.Tensor, "uniform_", uniform_):
        nn.Linear(in_features, out_features)
    return {"weight_bound": asked[0], "bias_bound": asked[1]}


def _orthogonal(gaussian, gain=1.0):
    """Let torch draw this very matrix."""
    with patch.object(torch.Tensor, "normal_", lambda tensor, *_, **__: tensor.copy_(gaussian)):
        weight = torch.empty(gaussian.shape, dtype=torch.float64)
        with patch.object(torch.Tensor, "new_empty", lambda tensor, size: torch.empty(size, dtype=torch.float64)):
            return nn.init.orthogonal_(weight, gain)


def _trunc_std(std, a=-2.0, b=2.0):
    """Integrate the density by Gauss and Legendre's rule."""
    low, high = max(a, -40 * std), min(b, 40 * std)
    nodes, shares = (torch.tensor(part) for part in np.polynomial.legendre.leggauss(400))
    x = (high - low) / 2 * nodes + (high + low) / 2
    p = torch.softmax(-0.5 * (x / std) ** 2 + shares.log(), 0)
    return ((x - (p * x).sum()) ** 2 * p).sum().sqrt()


SHAPES = [(1, 1), (2, 3), (10, 4), (8, 3, 5), (16, 3, 3, 3), (6, 1, 3, 3), (4, 2, 3, 2, 2)]
KAIMING = [
    {}, {"a": 0.2}, {"a": math.sqrt(5)}, {"mode": "fan_out"}, {"nonlinearity": "relu"},
    {"nonlinearity": "tanh", "mode": "fan_out"}, {"nonlinearity": "selu"},
    {"nonlinearity": "linear"}, {"nonlinearity": "sigmoid"},
]
CASES = [
    *(
        Case(name, _reference(name), {"shape": shape, **options})
        for name in ("xavier_uniform_", "xavier_normal_")
        for shape in SHAPES
        for options in ({}, {"gain": 2.5})
    ),
    *(
        Case(name, _reference(name), {"shape": shape, **options})
        for name in ("kaiming_uniform_", "kaiming_normal_")
        for shape in SHAPES[1::2]
        for options in KAIMING
    ),
    *(Case("lecun_normal_", _lecun, {"shape": shape}) for shape in SHAPES),
    *(
        Case("calculate_gain", nn.init.calculate_gain, {"nonlinearity": word})
        for word in (
            "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
            "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu",
        )
    ),
    *(
        Case("calculate_gain", nn.init.calculate_gain, {"nonlinearity": "leaky_relu", "param": a})
        for a in (0.0, 0.2, 1.0, -3.0)
    ),
    *(
        Case("linear_default_init", _linear, {"in_features": n, "out_features": m})
        for n, m in ((1, 1), (256, 10), (3, 700))
    ),
    *(
        Case("orthogonal_", _orthogonal, {"gaussian": np.round(np.cos(2.3 * np.arange(r * c) + r).reshape(r, c), 3), **options})
        for r, c in ((1, 1), (2, 2), (4, 3), (2, 5), (1, 3))
        for options in ({}, {"gain": 1.5})
    ),
    *(
        Case("trunc_normal_std", _trunc_std, {"std": std, "a": a, "b": b}, rtol=1e-8)
        for std, a, b in (
            (1.0, -2.0, 2.0), (0.02, -2.0, 2.0), (0.5, -1.0, 1.0), (1.0, -1.0, 3.0),
            (2.0, 0.0, 1.0), (1.0, 1.0, 3.0), (1.0, -math.inf, math.inf), (1.0, 0.0, math.inf),
        )
    ),
    Case("trunc_normal_std", _trunc_std, {"std": 3.0}, rtol=1e-8),
    *(
        Case("eye_", lambda shape: nn.init.eye_(torch.empty(*shape)), {"shape": shape})
        for shape in ((1, 1), (3, 3), (2, 4), (4, 2))
    ),
    *(
        Case("dirac_", lambda shape, groups=1: nn.init.dirac_(torch.empty(*shape), groups), {"shape": shape, **options})
        for shape, options in (
            ((1, 1, 1), {}), ((2, 2, 3), {}), ((3, 2, 4), {}), ((2, 4, 3, 3), {}),
            ((4, 2, 3, 2), {"groups": 2}), ((6, 1, 3, 3), {"groups": 3}), ((2, 2, 3, 1, 2), {}),
        )
    ),
    *(
        Case("constant_", lambda shape, val: nn.init.constant_(torch.empty(*shape, dtype=torch.float64), val), {"shape": shape, "val": val})
        for shape, val in (((3,), 0.5), ((2, 3), -1.25), ((1, 2, 2), math.inf), ((2, 1), 0.0))
    ),
]
