"""Golden cases of the losses on the overlap of masks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case

SOFT = {"input": [[0.9, 0.6, 0.3], [0.2, 0.1, 0.5]], "target": [[1, 1, 0], [0, 0, 1]]}
HARD = {"input": [1.0, 1.0, 0.0, 0.0, 1.0], "target": [1.0, 0.0, 1.0, 0.0, 1.0]}
EMPTY = {"input": [0.0, 0.0, 0.0], "target": [0.0, 0.0, 0.0]}
MISSED = {"input": [0.0, 0.0, 1.0], "target": [1.0, 1.0, 0.0]}
MASKS = (SOFT, HARD, EMPTY, MISSED)


def _counts(input, target):
    """Soft true positives, false positives and false negatives, pixel by pixel."""
    tp = sum(p * y for p, y in zip(input.flatten(), target.flatten(), strict=True))
    fp = sum(p * (1 - y) for p, y in zip(input.flatten(), target.flatten(), strict=True))
    fn = sum((1 - p) * y for p, y in zip(input.flatten(), target.flatten(), strict=True))
    return tp, fp, fn


def _dice(input, target, smooth=1e-5):
    tp, fp, fn = _counts(input, target)
    return 1 - (2 * tp + smooth) / (2 * tp + fp + fn + smooth)


def _jaccard(input, target, smooth=1e-5):
    tp, fp, fn = _counts(input, target)
    return 1 - (tp + smooth) / (tp + fp + fn + smooth)


def _tversky(input, target, alpha=0.5, beta=0.5, smooth=1e-5):
    tp, fp, fn = _counts(input, target)
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def _bce_dice(input, target, alpha=0.5, smooth=1e-5):
    bce = F.binary_cross_entropy(input, target.double())
    return torch.lerp(_dice(input, target, smooth), bce, alpha)


CASES = [
    *(
        Case(op, reference, {**masks, **options}, ("input",))
        for op, reference in (("dice_loss", _dice), ("jaccard_loss", _jaccard), ("tversky_loss", _tversky))
        for masks in MASKS
        for options in ({}, {"smooth": 1.0})
    ),
    *(
        Case("tversky_loss", _tversky, {**masks, "alpha": alpha, "beta": beta}, ("input",))
        for masks in MASKS
        for alpha, beta in ((0.3, 0.7), (1.0, 1.0), (0.0, 2.0))
    ),
    Case("dice_loss", _dice, {**EMPTY, "smooth": 0.0}),
    # PyTorch holds the 1e-12 of the gradient of cross-entropy in single precision
    *(
        Case("bce_dice_loss", _bce_dice, {**masks, **options}, ("input",), rtol=1e-8)
        for masks in MASKS
        for options in ({}, {"alpha": 0.2, "smooth": 1.0}, {"alpha": 1.0}, {"alpha": 0.0})
    ),
]
