"""Metrics of a binary classifier's scores over all thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Flag, Paper, op
from dlcards.ops.metrics._labels import YesNo, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAWCETT = Paper("Fawcett", 2006, "An Introduction to ROC Analysis")
_EXAMPLE = {"y_true": [1, 1, 0, 1, 0, 0], "y_score": [0.9, 0.8, 0.7, 0.4, 0.4, 0.1]}


@op(
    shapes="y_true(N), y_score(N) -> ()",
    formula=r"\frac{1}{|P||N|} \sum_{i \in P} \sum_{j \in N} "
    r"[s_i > s_j] + \frac{1}{2} [s_i = s_j]",
    paper=_FAWCETT,
    example=_EXAMPLE,
    pitfall="Ties count one half, so a constant score has 0.5; with one class only it is nan. "
    "Under heavy imbalance it looks better than average precision.",
)
def roc_auc(y_true: YesNo, y_score: Array) -> Any:
    """The probability that a positive scores above a negative: only the order matters, not the
    threshold nor the scale."""
    positive = y_score[y_true == 1]  # scores of the positives
    negative = np.sort(y_score[y_true == 0])  # of the negatives, in order
    below = np.searchsorted(negative, positive, side="left")  # negatives each positive beats
    reach = np.searchsorted(negative, positive, side="right")  # and those it ties with
    won = np.sum(below + reach) / 2  # pairs won, a tie is one half
    return won / (positive.size * np.float64(negative.size))


@op(
    shapes="y_true(N), y_score(N) -> fpr(T), tpr(T)",
    formula=r"\text{TPR}(t) = \frac{TP(t)}{TP + FN}, \quad \text{FPR}(t) = \frac{FP(t)}{FP + TN}",
    paper=_FAWCETT,
    example=_EXAMPLE,
    pitfall="It starts at (0, 0), where nothing is flagged; tied scores enter together, as one "
    "slanted step.",
)
def roc_curve(y_true: YesNo, y_score: Array, *, drop_intermediate: Flag = True) -> Any:
    """Lower the threshold past one score after another: how many positives are found, for how
    many negatives flagged.

    `drop_intermediate` leaves out points on a straight stretch, as scikit-learn does.
    """
    TP, FP = _flagged(y_true, y_score)  # positives and negatives flagged so far
    if drop_intermediate:
        TP, FP = _corners(TP, FP)  # only where the curve turns
    TP = np.append(0, TP)  # at first nothing is flagged
    FP = np.append(0, FP)  # of either
    return {"fpr": FP / FP[-1], "tpr": TP / TP[-1]}


@op(
    shapes="y_true(N), y_score(N) -> ()",
    formula=r"AP = \sum_t (R_t - R_{t-1}) P_t",
    example=_EXAMPLE,
    pitfall="It is a sum of steps: trapezoids between the points would be too optimistic. A "
    "random score has the share of positives, not 0.5.",
)
def average_precision(y_true: YesNo, y_score: Array) -> Any:
    """The mean precision at the thresholds where recall grows: the area under the
    precision-recall curve, by steps."""
    TP, FP = _flagged(y_true, y_score)  # positives and negatives flagged so far
    P = TP / (TP + FP)  # precision: of those flagged
    R = share(TP, np.sum(y_true))  # recall: of all positives
    gain = np.diff(R, prepend=0)  # how much recall each threshold adds
    return np.sum(gain * P)


def _flagged(y_true: Any, y_score: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the positives and negatives at or above each distinct score, the highest first."""
    order = np.argsort(-y_score, kind="stable")
    score = y_score[order]
    last = score != np.append(score[1:], np.nan)  # equal scores pass a threshold together
    return np.cumsum(y_true[order])[last], np.cumsum(1 - y_true[order])[last]


def _corners(TP: Any, FP: Any) -> tuple[Any, Any]:
    if TP.size < 3:
        return TP, FP
    turns = (np.diff(TP, 2) != 0) | (np.diff(FP, 2) != 0)
    kept = np.concatenate([[True], turns, [True]])
    return TP[kept], FP[kept]
