"""Golden cases of the metrics of masks and of generated images."""

from __future__ import annotations

import math

import torch
from case import Case
from torch import distributions


def _segmentation(y_true, y_pred, num_classes):
    ious = []
    for c in range(num_classes):
        union = ((y_true == c) | (y_pred == c)).sum().item()
        both = ((y_true == c) & (y_pred == c)).sum().item()
        ious.append(both / union if union else math.nan)
    known = [iou for iou in ious if not math.isnan(iou)]
    return {"per_class": ious, "mean": sum(known) / len(known) if known else math.nan}


def _dice(y_true, y_pred):
    """Count as F1 does: from hits, false alarms and misses."""
    tp, fp, fn = (((y_true == t) & (y_pred == p)).sum().item() for t, p in ((1, 1), (0, 1), (1, 0)))
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0


def _psnr(input, target, data_range):
    root = torch.linalg.vector_norm(input - target) / math.sqrt(input.numel())
    return 20 * torch.log10(data_range / root)


def _frechet(mu1, cov1, mu2, cov2):
    """Take the root's trace from the eigenvalues of the product, which is not symmetric."""
    roots = torch.linalg.eigvals(cov1 @ cov2).real.clamp(min=0).sqrt()
    return (mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * roots.sum()


def _inception(probs):
    pictures = distributions.Categorical(probs)
    whole = distributions.Categorical(probs.mean(0, keepdim=True))
    cross = -torch.xlogy(probs, probs.mean(0)).sum(1)
    assert whole.entropy().isfinite().all()
    return torch.exp((cross - pictures.entropy()).mean())


def _covariance(seed):
    root = torch.randn(3, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (root @ root.T + 0.1 * torch.eye(3)).tolist()


MASKS = [
    {"y_true": [[0, 0, 1], [0, 1, 1]], "y_pred": [[0, 1, 1], [0, 1, 0]]},
    {"y_true": [0, 0, 0], "y_pred": [0, 0, 0]},
    {"y_true": [1, 1], "y_pred": [0, 0]},
    {"y_true": [1, 1], "y_pred": [1, 1]},
]
GAUSSIANS = [
    {"mu1": [0.0, 0.0], "cov1": [[1.0, 0.0], [0.0, 4.0]],
     "mu2": [1.0, 0.0], "cov2": [[4.0, 0.0], [0.0, 1.0]]},
    {"mu1": [0.0, 1.0, 2.0], "cov1": _covariance(1), "mu2": [1.0, -1.0, 0.5], "cov2": _covariance(2)},
    {"mu1": [0.0, 1.0, 2.0], "cov1": _covariance(3), "mu2": [0.0, 1.0, 2.0], "cov2": _covariance(3)},
    {"mu1": [3.0], "cov1": [[4.0]], "mu2": [1.0], "cov2": [[9.0]]},
    {"mu1": [0.0, 0.0], "cov1": [[1.0, 0.0], [0.0, 0.0]],
     "mu2": [0.0, 0.0], "cov2": [[0.0, 0.0], [0.0, 1.0]]},
]  # fmt: skip

CASES = [
    *(Case("segmentation_iou", _segmentation, {**args, "num_classes": 2}) for args in MASKS),
    *(Case("segmentation_iou", _segmentation, {**args, "num_classes": 4}) for args in MASKS),
    Case("segmentation_iou", _segmentation, {"y_true": [], "y_pred": [], "num_classes": 2}),
    *(Case("dice_score", _dice, args) for args in MASKS),
    *(
        Case("psnr", _psnr, {"input": x, "target": y, "data_range": r})
        for r in (1.0, 255.0)
        for x, y in (([0.9, 0.5, 0.1, 0.0], [1.0, 0.5, 0.0, 0.0]), ([[1.0]], [[1.0]]), ([0.0], [255.0]))
    ),
    *(Case("frechet_distance", _frechet, args, rtol=1e-8, atol=1e-9) for args in GAUSSIANS),
    *(
        Case("inception_score", _inception, {"probs": probs})
        for probs in (
            [[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.0, 0.1, 0.9]],
            [[1.0, 0.0], [0.0, 1.0]],
            [[0.5, 0.5], [0.5, 0.5]],
            [[0.2, 0.3, 0.5]],
        )
    ),
]
