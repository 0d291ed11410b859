"""Golden cases of the convolutions."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case

ALL = ("input", "weight", "bias")


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


def _separable(input, depthwise_weight, pointwise_weight, stride=1, padding=0):
    groups = len(depthwise_weight)
    filtered = F.conv2d(input, depthwise_weight, None, stride, padding, 1, groups)
    return F.conv2d(filtered, pointwise_weight)


CONV1D = [  # input, weight, options
    ((1, 1, 5), (1, 1, 3), {}),
    ((2, 3, 7), (4, 3, 2), {"stride": 2}),
    ((2, 3, 7), (4, 3, 3), {"stride": 3, "padding": 1}),
    ((2, 4, 8), (6, 2, 3), {"groups": 2, "dilation": 2, "padding": 2}),
    ((1, 2, 6), (3, 2, 4), {"padding": "same"}),
    ((1, 2, 6), (3, 2, 3), {"padding": "same", "dilation": 2}),
    ((1, 2, 6), (3, 2, 3), {"padding": "valid", "stride": 2}),
    ((1, 2, 6), (3, 2, 6), {}),
    ((1, 1, 1), (1, 1, 1), {}),
]
CONV2D = [
    ((1, 1, 4, 4), (1, 1, 2, 2), {}),
    ((2, 3, 6, 5), (4, 3, 3, 2), {}),
    ((1, 2, 8, 7), (3, 2, 3, 3), {"stride": 3}),
    ((1, 2, 6, 6), (3, 2, 2, 3), {"stride": (2, 3), "padding": (1, 2)}),
    ((2, 4, 5, 6), (6, 2, 3, 3), {"groups": 2, "padding": 1, "stride": 2}),
    ((1, 3, 5, 5), (6, 1, 3, 3), {"groups": 3, "padding": 1}),
    ((1, 2, 9, 8), (2, 2, 3, 2), {"dilation": (2, 3), "padding": (2, 1), "stride": 2}),
    ((1, 2, 5, 6), (2, 2, 4, 3), {"padding": "same"}),
    ((1, 2, 5, 6), (2, 2, 2, 2), {"padding": "same", "dilation": (3, 1)}),
    ((1, 2, 5, 6), (2, 2, 2, 2), {"padding": "valid", "stride": (1, 2)}),
    ((2, 3, 3, 3), (5, 3, 1, 1), {}),
    ((1, 1, 3, 3), (1, 1, 3, 3), {}),
    ((1, 1, 2, 2), (1, 1, 4, 4), {"padding": 1}),
]
CONV3D = [
    ((1, 1, 3, 3, 3), (1, 1, 2, 2, 2), {}),
    ((2, 2, 4, 3, 4), (4, 1, 2, 3, 2), {"groups": 2, "padding": (1, 1, 0), "stride": (2, 1, 1)}),
    ((1, 2, 5, 4, 3), (2, 2, 3, 2, 2), {"dilation": (2, 1, 1), "padding": "same"}),
]
SEPARABLE = [
    ((1, 2, 4, 4), (2, 1, 3, 3), (3, 2, 1, 1), {"padding": 1}),
    ((2, 3, 5, 5), (3, 1, 2, 3), (2, 3, 1, 1), {"stride": 2}),
    ((1, 2, 4, 4), (2, 1, 3, 3), (3, 2, 1, 1), {"padding": "same"}),
]

CASES = [
    *(
        Case(op, reference, {
            "input": _some(*x), "weight": _some(*w), "bias": _some(w[0]), **options
        }, ALL)
        for op, reference, rows in (
            ("conv1d", F.conv1d, CONV1D), ("conv2d", F.conv2d, CONV2D), ("conv3d", F.conv3d, CONV3D)
        )
        for x, w, options in rows
    ),
    Case("conv1d", F.conv1d, {"input": _some(1, 2, 4), "weight": _some(2, 2, 2)}, ALL[:2]),
    Case("conv2d", F.conv2d, {"input": _some(1, 2, 4, 3), "weight": _some(2, 2, 2, 2)}, ALL[:2]),
    *(
        Case(
            "depthwise_separable_conv2d",
            _separable,
            {
                "input": _some(*x),
                "depthwise_weight": _some(*depthwise),
                "pointwise_weight": _some(*pointwise),
                **options,
            },
            ("input", "depthwise_weight", "pointwise_weight"),
        )
        for x, depthwise, pointwise, options in SEPARABLE
    ),
]
