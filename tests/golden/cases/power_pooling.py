"""Golden cases of pooling by a power mean."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 2)


CASES = [
    *(
        Case("lp_pool1d", F.lp_pool1d, {"input": sign(_some(*shape)), "norm_type": p, "kernel_size": k, "stride": s}, ("input",))
        for shape, k, s in (((1, 1, 6), 2, None), ((2, 3, 7), 3, 2), ((1, 2, 7), 3, 1))
        for p, sign in ((1, np.abs), (2, np.asarray), (3, np.abs), (2.5, np.abs), (4, np.asarray))
    ),
    *(
        Case("lp_pool2d", F.lp_pool2d, {"input": sign(_some(*shape)), "norm_type": p, "kernel_size": k, "stride": s}, ("input",))
        for shape, k, s in (((1, 1, 4, 4), 2, None), ((2, 3, 5, 6), (3, 2), (2, 1)))
        for p, sign in ((1, np.abs), (2, np.asarray), (3, np.abs))
    ),
    Case("lp_pool1d", F.lp_pool1d, {"input": [[[-1.0, -2.0, -3.0, 4.0]]], "norm_type": 3, "kernel_size": 2}),
    Case("lp_pool1d", F.lp_pool1d, {"input": [[[0.0, 0.0, 3.0, 4.0]]], "norm_type": 2, "kernel_size": 2}, ("input",)),
]
