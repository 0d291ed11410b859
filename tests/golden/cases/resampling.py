"""Golden cases of interpolation."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 3)


def _interpolate(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    if hasattr(scale_factor, "tolist"):
        scale_factor = scale_factor.tolist()
    return F.interpolate(input, size, scale_factor, mode, align_corners)


SIZES = {  # for each rank: input, size
    1: [((1, 2, 5), (8,)), ((1, 1, 7), (3,)), ((2, 1, 4), (4,)), ((1, 1, 3), (1,)), ((1, 1, 1), (3,)), ((1, 1, 30), (22,))],
    2: [((1, 2, 3, 4), (5, 7)), ((1, 1, 6, 5), (3, 2)), ((1, 1, 4, 4), (8, 8)), ((1, 1, 2, 3), (1, 6))],
    3: [((1, 1, 2, 3, 2), (3, 5, 4)), ((1, 1, 3, 2, 4), (2, 2, 2))],
}
SCALES = {
    1: [((1, 1, 5), 2.5), ((1, 1, 7), 0.4)],
    2: [((1, 1, 3, 4), 2.0), ((1, 1, 5, 4), 1.3), ((1, 2, 5, 6), [0.5, 1.7])],
    3: [((1, 1, 2, 3, 2), 1.6)],
}
MODES = [("nearest", 1), ("nearest", 2), ("nearest", 3), ("nearest-exact", 1), ("nearest-exact", 2), ("area", 1), ("area", 2), ("area", 3)]
SMOOTH = [("linear", 1), ("bilinear", 2), ("bicubic", 2), ("trilinear", 3)]

CASES = [
    *(
        Case("interpolate", _interpolate, {"input": _some(*shape), "size": size, "mode": mode}, ("input",))
        for mode, rank in MODES
        for shape, size in SIZES[rank]
    ),
    *(
        Case("interpolate", _interpolate, {"input": _some(*shape), "scale_factor": scale, "mode": mode}, ("input",))
        for mode, rank in MODES
        for shape, scale in SCALES[rank]
    ),
    *(
        Case("interpolate", _interpolate, {"input": _some(*shape), "size": size, "mode": mode, "align_corners": corners}, ("input",))
        for mode, rank in SMOOTH
        for corners in (False, True)
        for shape, size in SIZES[rank]
    ),
    *(
        Case("interpolate", _interpolate, {"input": _some(*shape), "scale_factor": scale, "mode": mode, "align_corners": corners}, ("input",))
        for mode, rank in SMOOTH
        for corners in (False, True)
        for shape, scale in SCALES[rank]
    ),
]
