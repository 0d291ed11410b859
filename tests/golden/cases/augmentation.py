"""Golden cases of dropout, mixup and cutmix, written out in PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from case import Case


def _dropout(input, mask, p=0.5, training=True):
    if not training:
        return input * 1.0
    kept = torch.where(mask > 0, input, torch.zeros_like(input))
    return kept / (1 - p) if p < 1 else kept * 0.0


def _mixup(x1, x2, y1, y2, lam):
    return {"x": torch.lerp(x2, x1, lam), "y": torch.lerp(y2, y1, lam)}


def _cutmix(x1, x2, y1, y2, box):
    height, width = x1.shape[1:]
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    top, left, bottom, right = box.tolist()
    inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
    lam = 1 - inside.double().mean()
    return {"x": torch.where(inside, x2, x1), "y": torch.lerp(y2, y1, lam), "lam": lam}


X = [[1.0, -2.0, 3.0], [0.0, 5.0, -6.0]]
MASK = [[1, 0, 1], [1, 1, 0]]
ONE, TWO = np.arange(12.0).reshape(1, 3, 4), -np.arange(1.0, 13.0).reshape(1, 3, 4)

CASES = [
    *(
        Case("dropout", _dropout, {"input": X, "mask": MASK, "p": p, "training": training}, ("input",))
        for p in (0.0, 0.25, 0.5, 1.0)
        for training in (True, False)
    ),
    *(
        Case("mixup", _mixup, {"x1": X, "x2": [[0.5] * 3, [2.0] * 3], "y1": [1.0, 0.0], "y2": [0.0, 1.0], "lam": lam}, ("x1", "x2", "y1", "y2"))
        for lam in (0.0, 0.3, 1.0)
    ),
    *(
        Case("cutmix", _cutmix, {"x1": ONE, "x2": TWO, "y1": [1.0, 0.0, 0.0], "y2": [0.0, 0.5, 0.5], "box": box})
        for box in ([0, 1, 2, 3], [-2, -1, 1, 9], [1, 1, 1, 3], [0, 0, 3, 4], [2, 3, 1, 1], [5, 5, 9, 9])
    ),
]
