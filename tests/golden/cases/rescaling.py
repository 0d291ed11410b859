"""Golden cases of the divisions by a norm."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _weight_norm(v, g, dim=0):
    return torch._weight_norm(v, g, dim)


def _spectral_norm(weight, u, n_power_iterations=1, eps=1e-12):
    """Run the hook of PyTorch with its u set to ours, and read sigma off the ratio."""
    outputs, inputs = weight.shape
    layer = torch.nn.Linear(inputs, outputs, bias=False, dtype=torch.float64)
    torch.nn.utils.spectral_norm(layer, n_power_iterations=n_power_iterations, eps=eps)
    del layer.weight_orig
    layer.weight_orig = weight
    layer.weight_u.copy_(u)
    layer(torch.zeros(1, inputs, dtype=torch.float64))
    sigma = layer.weight_u @ weight @ layer.weight_v
    return {"weight": layer.weight, "sigma": sigma}


ROWS = [[3.0, 4.0, 0.0], [1.0, -1.0, 1.0], [0.0, 0.0, 0.0], [2.0, -2.0, 0.5]]

CASES = [
    *(
        Case("local_response_norm", F.local_response_norm, {"input": _some(*shape), "size": size, **options}, ("input",))
        for shape, size, options in (
            ((1, 3, 2), 3, {"alpha": 1.0}), ((2, 5, 3), 2, {"alpha": 0.5}), ((2, 4, 2, 2), 4, {"alpha": 2.0, "beta": 0.5, "k": 2.0}),
            ((1, 3, 2), 5, {}), ((1, 2, 3), 1, {"alpha": 1.0}), ((1, 1, 3), 9, {"alpha": 1.0}),
        )
    ),
    *(
        Case("normalize", F.normalize, {"input": ROWS, "p": p, "dim": dim}, ("input",))
        for p in (2.0, 1.0, 3.0, 1.5)
        for dim in (1, 0, -1)
    ),
    Case("normalize", F.normalize, {"input": ROWS, "p": float("inf")}, ("input",)),
    Case("normalize", F.normalize, {"input": [[0.1, 0.2]], "eps": 1.0}, ("input",)),
    Case("normalize", F.normalize, {"input": _some(2, 3, 2)}, ("input",)),
    Case("normalize", F.normalize, {"input": [2.0, -1.0], "dim": 0}, ("input",)),
    *(
        Case("weight_norm", _weight_norm, {"v": _some(*shape), "g": np.arange(1.0, 1 + np.prod(g)).reshape(g), "dim": dim}, ("v", "g"))
        for shape, g, dim in (((2, 3), (2, 1), 0), ((2, 3), (1, 3), 1), ((2, 3, 2, 2), (2, 1, 1, 1), 0), ((3, 2, 2), (1, 1, 2), 2))
    ),
    *(
        Case("spectral_norm", _spectral_norm, {"weight": weight, "u": u, "n_power_iterations": n}, ("weight",))
        for weight, u in (
            ([[3.0, 0.0], [0.0, 1.0]], [0.8, 0.6]), (_some(3, 4), [1.0, 0.0, 0.0]), (_some(4, 2), [0.5, 0.5, 0.5, 0.5]),
        )
        for n in (1, 2, 5)
    ),
]
