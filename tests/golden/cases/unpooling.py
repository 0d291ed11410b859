"""Golden cases of max pooling with indices and of unpooling."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    """Return numbers of both signs, some of them equal, the same in every run."""
    return np.round(3 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 0)


def _with_indices(input, kernel_size, **options):
    output, indices = F.max_pool2d(input, kernel_size, **options, return_indices=True)
    return {"output": output, "indices": indices}


def _unpool(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return F.max_unpool2d(input, indices, kernel_size, stride, padding, output_size)


POOL = [
    ((1, 1, 4, 4), {"kernel_size": 2}),
    ((2, 3, 5, 7), {"kernel_size": (3, 2), "stride": (2, 3)}),
    ((1, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((1, 2, 7, 8), {"kernel_size": (2, 3), "padding": 1, "dilation": (2, 1), "stride": 2}),
    ((1, 2, 5, 5), {"kernel_size": 2, "ceil_mode": True}),
    ((1, 1, 2, 2), {"kernel_size": 2, "padding": 1}),
]
UNPOOL = [  # indices, options
    ([[[[4, 2]]]], {"kernel_size": 2}),
    ([[[[0, 3], [8, 14]]]], {"kernel_size": 2}),
    ([[[[0, 4], [12, 24]]]], {"kernel_size": 3, "stride": 2}),
    ([[[[0, 3], [8, 15]]]], {"kernel_size": 3, "stride": 2, "padding": 1, "output_size": (4, 4)}),
    ([[[[0, 3], [11, 19]]]], {"kernel_size": 2, "output_size": (4, 5)}),
    ([[[[1, 2]], [[5, 0]]], [[[6, 3]], [[7, 4]]]], {"kernel_size": (2, 2)}),
]

CASES = [
    *(Case("max_pool2d_with_indices", _with_indices, {"input": _some(*shape), **options}, ("input",)) for shape, options in POOL),
    *(
        Case("max_unpool2d", _unpool, {"input": _some(*np.shape(indices)) + 0.5, "indices": indices, **options}, ("input",))
        for indices, options in UNPOOL
    ),
]
