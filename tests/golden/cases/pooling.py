"""Golden cases of the poolings."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    """Return numbers of both signs, some of them equal, the same in every run."""
    return np.round(3 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 0) - 1


MAX1D = [
    ((1, 1, 6), {"kernel_size": 2}),
    ((2, 3, 7), {"kernel_size": 3, "stride": 2}),
    ((2, 3, 7), {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2}),
    ((1, 2, 7), {"kernel_size": 2, "ceil_mode": True}),
    ((1, 2, 8), {"kernel_size": 3, "stride": 4, "padding": 1, "ceil_mode": True}),
]
MAX2D = [
    ((1, 1, 4, 4), {"kernel_size": 2}),
    ((2, 3, 5, 6), {"kernel_size": 3, "stride": 1}),
    ((2, 3, 5, 7), {"kernel_size": (3, 2), "stride": (2, 3)}),
    ((1, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((1, 2, 7, 8), {"kernel_size": (2, 3), "padding": (1, 1), "dilation": (2, 1), "stride": 2}),
    ((1, 2, 5, 5), {"kernel_size": 2, "ceil_mode": True}),
    ((1, 2, 5, 6), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((1, 1, 5, 5), {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}),
    ((1, 1, 3, 3), {"kernel_size": 3}),
    ((1, 1, 1, 1), {"kernel_size": 1}),
]
AVG1D = [
    ((1, 1, 6), {"kernel_size": 2}),
    ((2, 3, 7), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((2, 3, 7), {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}),
    ((1, 2, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((1, 2, 8), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
]
AVG2D = [
    ((1, 1, 4, 4), {"kernel_size": 2}),
    ((2, 3, 5, 7), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    ((1, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((1, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}),
    ((1, 2, 6, 5), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((1, 2, 6, 5), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}),
    ((1, 2, 5, 6), {"kernel_size": 2, "ceil_mode": True}),
    ((1, 1, 5, 5), {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}),
    ((1, 2, 4, 4), {"kernel_size": 2, "divisor_override": 3}),
]
MAX3D = [
    ((1, 1, 2, 4, 4), {"kernel_size": 2}),
    ((2, 2, 3, 5, 4), {"kernel_size": (1, 3, 2), "stride": (1, 2, 2), "padding": (0, 1, 1)}),
    ((1, 2, 5, 4, 5), {"kernel_size": 2, "dilation": 2, "stride": 1, "ceil_mode": True}),
]
AVG3D = [
    ((1, 1, 2, 4, 4), {"kernel_size": 2}),
    ((2, 2, 3, 5, 4), {"kernel_size": (1, 3, 2), "stride": (1, 2, 2), "padding": (0, 1, 1)}),
    ((1, 2, 3, 4, 5), {"kernel_size": 3, "padding": 1, "stride": 2, "count_include_pad": False}),
    ((1, 2, 3, 4, 5), {"kernel_size": 2, "ceil_mode": True, "divisor_override": 5}),
]
TIED = {"input": [[[[1.0, 1.0, 2.0], [1.0, 1.0, 2.0], [0.0, 2.0, 2.0]]]], "kernel_size": 2, "stride": 1}

CASES = [
    *(
        Case(op, reference, {"input": _some(*shape), **options}, ("input",))
        for op, reference, rows in (
            ("max_pool1d", F.max_pool1d, MAX1D),
            ("max_pool2d", F.max_pool2d, MAX2D),
            ("avg_pool1d", F.avg_pool1d, AVG1D),
            ("avg_pool2d", F.avg_pool2d, AVG2D),
            ("max_pool3d", F.max_pool3d, MAX3D),
            ("avg_pool3d", F.avg_pool3d, AVG3D),
        )
        for shape, options in rows
    ),
    Case("max_pool2d", F.max_pool2d, TIED, ("input",)),
    Case("max_pool2d", F.max_pool2d, {"input": -np.ones((1, 1, 2, 2)), "kernel_size": 2, "padding": 1}, ("input",)),
    Case("global_avg_pool2d", lambda input: input.mean((2, 3)), {"input": _some(2, 3, 4, 5)}, ("input",)),
    Case("global_avg_pool2d", lambda input: input.mean((2, 3)), {"input": [[[[7.0]]]]}, ("input",)),
    *(
        Case("global_max_pool2d", lambda input: input.amax((2, 3)), {"input": input}, ("input",))
        for input in (_some(2, 3, 4, 5), [[[[2.0, 2.0], [1.0, 2.0]]]], [[[[7.0]]]])
    ),
]
