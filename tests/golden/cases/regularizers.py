"""Golden cases of the regularizers."""

from __future__ import annotations

import torch
from case import Case


def _l2(weight, lam):
    return lam * torch.linalg.vector_norm(weight).square() / 2


def _l1(weight, lam):
    return lam * torch.linalg.vector_norm(weight, 1)


def _elastic(weight, lam, l1_ratio=0.5):
    return (l1_ratio * lam * weight.abs() + (1 - l1_ratio) * lam * weight.square() / 2).sum()


def _max_norm(weight, max_norm, dim=0):
    return torch.renorm(weight, 2, dim, max_norm)


WEIGHTS = [[3.0, -4.0, 0.0], [[0.5, -2.0], [1e3, 1e-3]], [0.0], 2.0]
LONG = [[3.0, 4.0, 0.0], [0.3, 0.4, 0.1], [-30.0, 0.0, 40.0]]

CASES = [
    *(
        Case(op, reference, {"weight": weight, "lam": lam, **options}, ("weight",))
        for op, reference, options in (
            ("l2_penalty", _l2, {}),
            ("l1_penalty", _l1, {}),
            ("elastic_net_penalty", _elastic, {}),
            ("elastic_net_penalty", _elastic, {"l1_ratio": 0.2}),
            ("elastic_net_penalty", _elastic, {"l1_ratio": 1.0}),
        )
        for weight in WEIGHTS
        for lam in (0.0, 0.01, 2.0)
        if op != "l2_penalty" or weight != [0.0]
    ),
    Case("l2_penalty", lambda weight, lam: lam * (weight * weight).sum() / 2,
         {"weight": [0.0, 0.0], "lam": 1.0}, ("weight",)),
    Case("l2_penalty", _l2, {"weight": [], "lam": 1.0}),
    *(
        Case("max_norm_", _max_norm, {"weight": LONG, "max_norm": bound, **options})
        for bound in (0.5, 1.0, 5.0, 100.0)
        for options in ({}, {"dim": 1}, {"dim": -1})
    ),
    Case("max_norm_", _max_norm, {"weight": [[[1.0, 2.0], [3.0, 4.0]], [[0.1, 0.0], [0.0, 0.1]]],
                                  "max_norm": 2.0, "dim": 2}),
    Case("max_norm_", _max_norm, {"weight": [[0.0, 0.0], [1.0, 0.0]], "max_norm": 0.5}),
]
