"""Golden cases of the transposed convolutions."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case

ALL = ("input", "weight", "bias")


def _some(*shape: int) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    return np.round(np.cos(1.7 * np.arange(np.prod(shape)) + len(shape)).reshape(shape), 3)


ONE = [  # input, weight, options
    ((1, 1, 3), (1, 1, 3), {}),
    ((2, 3, 4), (3, 2, 2), {"stride": 2}),
    ((2, 4, 4), (4, 3, 3), {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2}),
    ((1, 2, 4), (2, 2, 3), {"stride": 1, "dilation": 3, "output_padding": 2, "padding": 2}),
    ((1, 1, 1), (1, 1, 1), {}),
]
TWO = [
    ((1, 1, 2, 2), (1, 1, 2, 2), {}),
    ((2, 3, 3, 4), (3, 2, 3, 2), {"stride": (2, 3), "padding": (1, 0)}),
    ((1, 4, 3, 3), (4, 3, 3, 3), {"groups": 4, "stride": 2, "padding": 1, "output_padding": 1}),
    ((1, 4, 3, 2), (4, 1, 2, 3), {"groups": 2, "dilation": (2, 1), "output_padding": (1, 0)}),
    ((1, 2, 3, 3), (2, 2, 4, 4), {"stride": 2, "padding": (3, 1)}),
]

CASES = [
    *(
        Case(op, reference, {
            "input": _some(*x),
            "weight": _some(*w),
            "bias": _some(w[1] * options.get("groups", 1)),
            **options,
        }, ALL)
        for op, reference, rows in (
            ("conv_transpose1d", F.conv_transpose1d, ONE),
            ("conv_transpose2d", F.conv_transpose2d, TWO),
        )
        for x, w, options in rows
    ),
    Case("conv_transpose1d", F.conv_transpose1d, {"input": _some(1, 2, 3), "weight": _some(2, 1, 2)}, ALL[:2]),
    Case("conv_transpose2d", F.conv_transpose2d, {"input": _some(1, 2, 3, 2), "weight": _some(2, 1, 2, 2)}, ALL[:2]),
]
