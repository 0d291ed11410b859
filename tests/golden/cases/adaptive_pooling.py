"""Golden cases of the adaptive poolings."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    """Return numbers of both signs, some of them equal, the same in every run."""
    return np.round(3 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 0)


ONE = [((1, 1, 5), 3), ((2, 3, 7), 4), ((1, 2, 6), 2), ((1, 2, 3), 5), ((1, 1, 4), 1), ((1, 1, 10), 7)]
TWO = [((1, 1, 3, 3), 2), ((2, 3, 5, 7), (3, 4)), ((1, 2, 6, 4), (2, 1)), ((1, 1, 2, 3), (4, 5)), ((1, 2, 7, 7), 1)]

CASES = [
    Case(op, reference, {"input": _some(*shape), "output_size": size}, ("input",))
    for op, reference, rows in (
        ("adaptive_avg_pool1d", F.adaptive_avg_pool1d, ONE),
        ("adaptive_max_pool1d", F.adaptive_max_pool1d, ONE),
        ("adaptive_avg_pool2d", F.adaptive_avg_pool2d, TWO),
        ("adaptive_max_pool2d", F.adaptive_max_pool2d, TWO),
    )
    for shape, size in rows
]
