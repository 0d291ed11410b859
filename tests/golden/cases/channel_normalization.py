"""Golden cases of the normalisations of channels."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case

AFFINE = ("input", "weight", "bias")


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _batch_norm(input, running_mean, running_var, weight=None, bias=None, **options):
    mean, var = running_mean.clone(), running_var.clone()
    output = F.batch_norm(input, mean, var, weight, bias, **options)
    return {"output": output, "running_mean": mean, "running_var": var}


def _instance_norm(input, weight=None, bias=None, eps=1e-5):
    return F.instance_norm(input, None, None, weight, bias, True, 0.1, eps)


RUNNING = {"running_mean": [0.5, -0.5, 0.0], "running_var": [1.0, 2.0, 0.5]}
SCALE = {"weight": [1.0, -2.0, 0.5], "bias": [0.0, 1.0, -1.0]}
NARROW = 1e4 + 1e-3 * _some(8, 3)  # a small spread far from zero: one pass would cancel

CASES = [
    *(
        Case("batch_norm", _batch_norm, {"input": _some(*shape), **RUNNING, **SCALE, **options}, AFFINE)
        for shape in ((4, 3), (2, 3, 5), (2, 3, 2, 2))
        for options in (
            {}, {"training": True}, {"training": True, "momentum": 0.3, "eps": 0.1}, {"eps": 0.5}
        )
    ),
    *(
        Case("batch_norm", _batch_norm, {"input": _some(4, 3), **RUNNING, "training": training}, ("input",))
        for training in (True, False)
    ),
    Case("batch_norm", _batch_norm, {"input": np.ones((3, 3)), **RUNNING, "training": True}, ("input",)),
    Case("batch_norm", _batch_norm, {"input": NARROW, **RUNNING, "training": True}, rtol=1e-6),
    *(
        Case("instance_norm", _instance_norm, {"input": _some(*shape), **SCALE, "eps": eps}, AFFINE)
        for shape, eps in (((2, 3, 4), 1e-5), ((1, 3, 2, 3), 0.1), ((2, 3, 2, 1, 2), 1e-5))
    ),
    Case("instance_norm", _instance_norm, {"input": _some(2, 2, 3)}, ("input",)),
    *(
        Case("group_norm", F.group_norm, {
            "input": _some(*shape), "num_groups": groups,
            "weight": _some(shape[1]), "bias": _some(shape[1]) + 1, "eps": eps,
        }, AFFINE)
        for shape, groups, eps in (((2, 4, 3), 2, 1e-5), ((2, 6, 2, 2), 3, 0.1), ((2, 4), 2, 1e-5), ((1, 4, 2), 1, 1e-5), ((1, 3, 4), 3, 1e-5))
    ),
    Case("group_norm", F.group_norm, {"input": _some(2, 4, 2), "num_groups": 2}, ("input",)),
]
