"""Golden cases of the layers that only move numbers."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case


def _ramp(*shape: int) -> np.ndarray:
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


UNFOLD = [  # image, options
    ((1, 1, 3, 3), {"kernel_size": 2}),
    ((2, 3, 4, 5), {"kernel_size": (2, 3), "padding": (1, 0)}),
    ((1, 2, 6, 5), {"kernel_size": (3, 2), "stride": (2, 1), "dilation": (1, 2), "padding": 1}),
    ((1, 1, 1, 1), {"kernel_size": 1}),
]
COLUMNS = [(4, 4), (18, 15), (12, 15), (1, 1)]  # rows and columns that fold back to that image

CASES = [
    *(Case("unfold", F.unfold, {"input": _ramp(*x), **options}, ("input",)) for x, options in UNFOLD),
    *(
        Case("fold", F.fold, {
            "input": _ramp(x[0], *columns), "output_size": x[2:], **options,
        }, ("input",))
        for (x, options), columns in zip(UNFOLD, COLUMNS, strict=True)
    ),
    *(
        Case("pixel_shuffle", F.pixel_shuffle, {"input": _ramp(*x), "upscale_factor": r}, ("input",))
        for x, r in (((1, 4, 1, 2), 2), ((2, 8, 3, 2), 2), ((1, 9, 2, 2), 3), ((1, 2, 2, 2), 1))
    ),
    *(
        Case("pixel_unshuffle", F.pixel_unshuffle, {"input": _ramp(*x), "downscale_factor": r}, ("input",))
        for x, r in (((1, 1, 2, 4), 2), ((2, 3, 4, 6), 2), ((1, 2, 3, 6), 3), ((1, 2, 2, 2), 1))
    ),
    *(
        Case("channel_shuffle", F.channel_shuffle, {"input": _ramp(*x), "groups": g}, ("input",))
        for x, g in (((1, 6, 1, 1), 2), ((2, 6, 2, 3), 3), ((1, 4, 2, 1), 1), ((1, 4, 1, 1), 4))
    ),
]
