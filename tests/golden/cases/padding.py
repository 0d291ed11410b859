"""Golden cases of padding."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _pad(input, pad, mode="constant", value=0.0):
    return F.pad(input, pad.tolist(), mode, value if mode == "constant" else None)


def _ramp(*shape: int) -> np.ndarray:
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


CASES = [
    *(
        Case("pad", _pad, {"input": _ramp(*shape), "pad": pad, "value": value}, ("input",))
        for shape, pad, value in (
            ((3,), [1, 2], 0.0), ((2, 3), [1, 0], -1.5), ((2, 3), [0, 1, 2, 0], 0.0),
            ((2, 2, 3), [1, 1, 0, 2, 1, 0], 7.0), ((2, 5), [-1, -2], 0.0), ((2, 5), [-1, 2, 1, -1], 9.0),
            ((2, 2), [0, 0], 1.0), ((2,), [-1, -1], 0.0), ((2, 2), [1, 1], float("-inf")),
        )
    ),
    *(
        Case("pad", _pad, {"input": _ramp(*shape), "pad": pad, "mode": mode}, ("input",))
        for mode in ("reflect", "replicate", "circular")
        for shape, pad in (
            ((2, 4), [2, 3]), ((1, 2, 4), [3, 0]), ((1, 1, 3, 4), [1, 2, 2, 0]),
            ((1, 1, 2, 3, 4), [1, 1, 2, 0, 1, 1]), ((1, 2, 4), [0, 0]),
        )
    ),
    *(
        Case("pad", _pad, {"input": _ramp(1, 2, 5), "pad": pad, "mode": mode}, ("input",))
        for mode in ("replicate", "circular")
        for pad in ([-1, 2], [2, -2], [-1, -1])
    ),
    Case("pad", _pad, {"input": _ramp(1, 1, 2), "pad": [5, 4], "mode": "replicate"}, ("input",)),
    Case("pad", _pad, {"input": _ramp(1, 1, 2), "pad": [2, 2], "mode": "circular"}, ("input",)),
]
