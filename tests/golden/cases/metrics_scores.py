"""Golden cases of the metrics of scores, probabilities and numbers, from the definitions."""

from __future__ import annotations

import math

import torch
from case import Case


def _roc_auc(y_true, y_score):
    """Play every positive against every negative."""
    pairs = list(zip(y_true.tolist(), y_score.tolist(), strict=True))
    positive, negative = ([s for y, s in pairs if y == label] for label in (1, 0))
    games = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    return sum(games) / len(games) if games else math.nan


def _at_thresholds(y_true, y_score):
    """Flag everything from each threshold on; return true and false positives of each."""
    y, s = y_true.tolist(), y_score.tolist()
    for t in sorted(set(s), reverse=True):
        flagged = [label for label, score in zip(y, s, strict=True) if score >= t]
        yield sum(flagged), len(flagged) - sum(flagged)


def _roc_curve(y_true, y_score, drop_intermediate=True):
    points = list(_at_thresholds(y_true, y_score))
    kept = [
        point
        for i, point in enumerate(points)
        if not drop_intermediate
        or i in (0, len(points) - 1)
        or any(points[i - 1][j] - 2 * point[j] + points[i + 1][j] for j in (0, 1))
    ]
    positives, negatives = int(y_true.sum()), int((1 - y_true).sum())
    return {
        "fpr": [fp / negatives if negatives else math.nan for _, fp in [(0, 0), *kept]],
        "tpr": [tp / positives if positives else math.nan for tp, _ in [(0, 0), *kept]],
    }


def _average_precision(y_true, y_score):
    total, before, positives = 0.0, 0, int(y_true.sum())
    for tp, fp in _at_thresholds(y_true, y_score):
        total += (tp - before) / max(positives, 1) * tp / (tp + fp)
        before = tp
    return total


def _log_loss(y_true, y_prob):
    p = torch.stack([1 - y_prob, y_prob], 1) if y_prob.ndim == 1 else y_prob
    p = p.clamp(torch.finfo(torch.float64).eps, 1 - torch.finfo(torch.float64).eps)
    return torch.nn.functional.nll_loss(p.log(), y_true)


def _brier(y_true, y_prob):
    return torch.nn.functional.mse_loss(y_prob, y_true.double())


def _ece(confidences, correct, n_bins=10):
    rows = list(zip(confidences.tolist(), correct.tolist(), strict=True))
    total = 0.0
    for b in range(n_bins):
        inside = [row for row in rows if b / n_bins < row[0] <= (b + 1) / n_bins]
        if inside:
            conf, acc = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            total += len(inside) / len(rows) * abs(acc - conf)
    return total


def _r2(y_true, y_pred):
    if len(y_true) < 2:
        return math.nan
    residual, total = ((y_true - y_pred) ** 2).sum(), (y_true - y_true.mean()).square().sum()
    return 1 - residual / total if total else float(not residual)


def _mae(y_true, y_pred):
    return torch.nn.functional.l1_loss(y_pred, y_true)


def _rmse(y_true, y_pred):
    return torch.linalg.vector_norm(y_true - y_pred) / math.sqrt(y_true.numel())


def _mape(y_true, y_pred):
    each = [
        abs(t - p) / max(abs(t), 2.0**-52)
        for t, p in zip(y_true.tolist(), y_pred.tolist(), strict=True)
    ]
    return sum(each) / len(each)


SCORES = [
    {"y_true": [1, 1, 0, 1, 0, 0], "y_score": [0.9, 0.8, 0.7, 0.4, 0.4, 0.1]},
    {"y_true": [0, 0, 1, 1], "y_score": [0.1, 0.4, 0.35, 0.8]},
    {"y_true": [1, 0, 1, 0, 1], "y_score": [0.5, 0.5, 0.5, 0.5, 0.5]},
    {"y_true": [0, 1, 1, 1, 1, 0, 0], "y_score": [5.0, 4.0, 3.0, 2.0, -1000.0, 1000.0, -3.0]},
    {"y_true": [0, 1, 1, 0], "y_score": [math.inf, math.inf, 1.0, -math.inf]},
    {"y_true": [1, 0], "y_score": [2.0, 1.0]},
    {"y_true": [0, 0, 0], "y_score": [0.3, 0.2, 0.1]},
    {"y_true": [1, 1], "y_score": [0.3, 0.2]},
]
CONFIDENT = {
    "confidences": [0.95, 0.9, 0.9, 0.85, 0.6, 0.55, 0.3, 0.7, 0.07, 1.0],
    "correct": [1, 1, 0, 0, 1, 0, 0, 1, 0, 1],
}
NUMBERS = [
    {"y_true": [3.0, -0.5, 2.0, 7.0], "y_pred": [2.5, 0.0, 2.0, 8.0]},
    {"y_true": [1.0, 2.0], "y_pred": [5.0, -5.0]},
    {"y_true": [2.0, 2.0], "y_pred": [2.0, 2.0]},
    {"y_true": [2.0, 2.0], "y_pred": [2.0, 3.0]},
    {"y_true": [1.0], "y_pred": [2.0]},
    {"y_true": [0.0, 1.0], "y_pred": [0.0, 1.5]},
    {"y_true": [0.0, 1.0], "y_pred": [0.5, 1.5]},
]

CASES = [
    *(Case("roc_auc", _roc_auc, args) for args in SCORES),
    *(
        Case("roc_curve", _roc_curve, {**args, **options})
        for args in SCORES
        for options in ({}, {"drop_intermediate": False})
    ),
    *(Case("average_precision", _average_precision, args) for args in SCORES),
    *(
        Case("log_loss", _log_loss, args)
        for args in (
            {"y_true": [0, 1, 1], "y_prob": [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]},
            {"y_true": [0, 2, 1], "y_prob": [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.5, 0.3]]},
            {"y_true": [0, 1, 1, 0], "y_prob": [0.1, 0.8, 0.0, 0.0]},
        )
    ),
    Case("brier_score", _brier, {"y_true": [0, 1, 1], "y_prob": [0.1, 0.8, 0.4]}),
    Case("brier_score", _brier, {"y_true": [0, 1], "y_prob": [1.0, 1.0]}),
    *(
        Case("expected_calibration_error", _ece, {**CONFIDENT, "n_bins": n})
        for n in (1, 5, 10, 15, 100)
    ),
    Case("expected_calibration_error", _ece, CONFIDENT),
    *(Case("r2_score", _r2, args) for args in NUMBERS),
    *(Case("mean_absolute_error", _mae, args) for args in NUMBERS),
    *(Case("root_mean_squared_error", _rmse, args) for args in NUMBERS),
    *(Case("mean_absolute_percentage_error", _mape, args) for args in NUMBERS),
]
