"""Golden cases of grid_sample, and of roi_align written out with it."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 3)


def _roi_align(input, boxes, output_size, spatial_scale=1.0, sampling_ratio=-1, aligned=False):
    """Average the samples of each bin, one sample at a time, each read by grid_sample."""
    high, wide = input.shape[2:]
    bins_y, bins_x = (output_size, output_size) if isinstance(output_size, int) else output_size
    crops = []
    for image, *corners in boxes.tolist():
        x1, y1, x2, y2 = (c * spatial_scale - (0.5 if aligned else 0.0) for c in corners)
        w, h = x2 - x1, y2 - y1
        if not aligned:
            w, h = max(w, 1.0), max(h, 1.0)
        over_y = sampling_ratio if sampling_ratio > 0 else math.ceil(h / bins_y)
        over_x = sampling_ratio if sampling_ratio > 0 else math.ceil(w / bins_x)
        crop = torch.zeros(input.shape[1], bins_y, bins_x, dtype=torch.float64)
        for p in range(bins_y):
            for q in range(bins_x):
                for a in range(over_y):
                    for b in range(over_x):
                        y = y1 + (p + (a + 0.5) / over_y) * h / bins_y
                        x = x1 + (q + (b + 0.5) / over_x) * w / bins_x
                        if not (-1 <= y <= high and -1 <= x <= wide):
                            continue
                        at = torch.tensor([(2 * x + 1) / wide - 1, (2 * y + 1) / high - 1], dtype=torch.float64)
                        read = F.grid_sample(
                            input[int(image)][None], at.reshape(1, 1, 1, 2), padding_mode="border", align_corners=False
                        )
                        place = torch.zeros_like(crop)
                        place[:, p, q] = 1.0
                        crop = crop + place * read[0] / (over_y * over_x)
        crops.append(crop)
    return torch.stack(crops)


GRID = np.round(1.3 * np.sin(np.arange(1, 25) * 2.1).reshape(2, 3, 2, 2), 3)  # some are outside
FAR = np.round(4.7 * np.sin(np.arange(1, 17) * 1.3).reshape(1, 2, 4, 2), 3)  # several times over
CORNERS = [[[[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [0.0, 0.0]]]]
BOXES = [[0.0, 0.5, 0.5, 2.5, 2.5], [1.0, -0.7, 1.2, 3.1, 4.6], [0.0, 1.0, 1.0, 1.2, 1.1], [1.0, -3.0, -3.0, 7.0, 6.0]]

CASES = [
    *(
        Case("grid_sample", F.grid_sample, {
            "input": _some(len(grid), 2, 4, 5), "grid": grid,
            "mode": mode, "padding_mode": padding, "align_corners": corners,
        }, ("input", "grid"))
        for grid in (GRID, FAR)
        for mode in ("bilinear", "nearest", "bicubic")
        for padding in ("zeros", "border", "reflection")
        for corners in (False, True)
    ),
    *(
        Case("grid_sample", F.grid_sample, {"input": _some(1, 1, 3, 2), "grid": CORNERS, "align_corners": corners, "padding_mode": padding}, ("input",))
        for corners in (False, True)
        for padding in ("zeros", "border", "reflection")
    ),
    *(
        Case("grid_sample", F.grid_sample, {
            "input": _some(1, 1, 1, 1), "grid": GRID[:1], "align_corners": corners, "padding_mode": "reflection"
        }, ("input", "grid"))
        for corners in (False, True)
    ),
    *(
        Case("roi_align", _roi_align, {
            "input": _some(2, 2, 4, 5), "boxes": BOXES, "output_size": size,
            "spatial_scale": scale, "sampling_ratio": ratio, "aligned": aligned,
        }, ("input",))
        for size, scale in ((2, 1.0), ((3, 1), 0.5))
        for ratio in (-1, 1, 2)
        for aligned in (False, True)
    ),
]
