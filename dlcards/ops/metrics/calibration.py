"""Metrics of predicted probabilities: not only who wins, but how sure one may be."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Count, Indices, Paper, Probabilities, index_fault, op
from dlcards.ops._room import count_fault
from dlcards.ops.metrics._labels import YesNo  # noqa: TC001 - an op's annotations are read


def _label_fault(y_true: Any, y_prob: Any) -> str:
    return index_fault(y_true, 2 if y_prob.ndim == 1 else y_prob.shape[1], "y_true")


@op(
    shapes="y_true(N), y_prob(N|N,C) -> ()",
    formula=r"-\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i}",
    example={"y_true": [0, 1, 1], "y_prob": [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]},
    pitfall="It clips p to [ε, 1 − ε] with ε = 2.2e-16, so a certain mistake costs 36 and not ∞.",
    fault=_label_fault,
)
def log_loss(y_true: Indices, y_prob: Probabilities) -> Any:
    """Cross-entropy as a metric: the mean surprise at the true class.

    One number a row is the probability of class 1.
    """
    eps = np.finfo(np.float64).eps  # the spacing of numbers at 1
    two = np.stack([1 - y_prob, y_prob], axis=-1)  # the probabilities of class 0 and class 1
    p = np.clip(two if y_prob.ndim == 1 else y_prob, eps, 1 - eps)  # never quite certain
    picked = np.take_along_axis(p, y_true[:, None], axis=1)  # probability of the true class
    return np.sum(-np.log(picked)) / picked.size


@op(
    shapes="y_true(N), y_prob(N) -> ()",
    formula=r"\frac{1}{N} \sum_{i=1}^{N} (p_i - y_i)^2",
    paper=Paper("Brier", 1950, "Verification of Forecasts Expressed in Terms of Probability"),
    example={"y_true": [0, 1, 1], "y_prob": [0.1, 0.8, 0.4]},
    pitfall="Brier's own score sums over both classes and is twice this one.",
)
def brier_score(y_true: YesNo, y_prob: Probabilities) -> Any:
    """The mean squared error of a probability: a proper score that, unlike log-loss, is bounded."""
    each = (y_prob - y_true) ** 2  # squared distance to what happened
    return np.sum(each) / each.size


@op(
    shapes="confidences(N), correct(N) -> ()",
    formula=r"\sum_{b=1}^{B} \frac{|b|}{N} \left| \text{acc}(b) - \text{conf}(b) \right|",
    paper=Paper(
        "Guo, Pleiss, Sun and Weinberger", 2017, "On Calibration of Modern Neural Networks"
    ),
    example={"confidences": [0.95, 0.9, 0.85, 0.6, 0.55], "correct": [1, 1, 0, 1, 0], "n_bins": 5},
    pitfall="The paper's bins are (lo, hi], so 0.9 belongs to the bin below; other libraries take "
    "[lo, hi). It depends on the number of bins, and a model that answers the base rate "
    "everywhere has 0.",
    fault=lambda n_bins, **_: count_fault(1_000_000, n_bins=n_bins),
)
def expected_calibration_error(
    confidences: Probabilities, correct: YesNo, *, n_bins: Count = 10
) -> Any:
    """Bin by confidence; in each bin compare how sure the model was with how often it was right;
    average by the bin's share."""
    edges = np.arange(n_bins + 1) / n_bins  # bins of equal width
    bin = np.searchsorted(edges, confidences, side="left")  # bin b is (edge b − 1, edge b]
    right = np.bincount(bin, correct, minlength=n_bins + 1)[1:]  # right answers in each
    claimed = np.bincount(bin, confidences, minlength=n_bins + 1)[1:]  # and those promised
    gap = np.abs(right - claimed)  # |b| · |acc − conf|
    return np.sum(gap) / confidences.size
