"""Metrics of a classifier's decisions: predicted labels against true ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Count, Indices, NonNegative, Paper, index_fault, op
from dlcards.ops.metrics._labels import (
    Average,
    average_fault,
    averaged,
    crossed,
    share,
    tallies,
)

_BINARY = {"y_true": [0, 1, 1, 1, 0, 1], "y_pred": [0, 1, 0, 1, 1, 1]}
_CLASSES = {"y_true": [0, 0, 1, 1, 2, 2], "y_pred": [0, 0, 1, 2, 2, 0]}


@op(
    shapes="y_true(*), y_pred(*) -> ()",
    formula=r"\frac{1}{N} \sum_{i=1}^{N} [\hat{y}_i = y_i]",
    example=_CLASSES,
    pitfall="With 99 % of one class a constant answer scores 0.99.",
)
def accuracy(y_true: Indices, y_pred: Indices) -> Any:
    """The share of answers that are right, whatever the class."""
    right = y_true == y_pred  # which answers are right
    return np.sum(right) / right.size


@op(
    shapes="y_true(N), y_pred(N) -> ()",
    formula=r"\frac{1}{C} \sum_{c=1}^{C} \frac{TP_c}{TP_c + FN_c}",
    example=_CLASSES,
    pitfall="Only classes that truly occur are averaged; one that is merely predicted is not.",
)
def balanced_accuracy(y_true: Indices, y_pred: Indices) -> Any:
    """The mean recall of the classes: each counts the same however rare, so a constant answer
    scores 1/C."""
    table = crossed(y_true, y_pred)  # rows: the truth; columns: the answers
    support = np.sum(table, axis=1)  # how often each class is true
    each = np.diag(table)[support > 0] / support[support > 0]  # recall of the classes that occur
    return np.sum(each) / each.size


@op(
    shapes="y_true(N), y_score(N,C) -> ()",
    formula=r"\frac{1}{N} \sum_{i=1}^{N} \left[y_i \in \text{top } k \text{ of } s_i\right]",
    example={"y_true": [0, 1, 2], "y_score": [[5, 3, 1], [4, 1, 2], [3, 2, 1]], "k": 2},
    pitfall="Ties have to be broken: as in scikit-learn, of equal scores the later class wins.",
    fault=lambda y_true, y_score, k: index_fault(y_true, y_score.shape[1], "y_true"),  # noqa: ARG005
)
def top_k_accuracy(y_true: Indices, y_score: Array, k: Count) -> Any:
    """The share of examples whose true class is among the k with the highest scores."""
    order = np.argsort(y_score, axis=1, kind="stable")[:, ::-1]  # classes, the best first
    found = np.any(order[:, :k] == y_true[:, None], axis=1)  # is the truth among the first k?
    return np.sum(found) / found.size


def _classes_fault(y_true: Any, y_pred: Any, num_classes: int | None) -> str:
    size = num_classes or 2**31
    return index_fault(y_true, size, "y_true") or index_fault(y_pred, size, "y_pred")


@op(
    shapes="y_true(N), y_pred(N) -> (K,K)",
    formula=r"M_{ij} = \sum_{n=1}^{N} [y_n = i][\hat{y}_n = j]",
    example={**_CLASSES, "num_classes": 3},
    pitfall="Rows are the truth and columns the answers in scikit-learn and PyTorch; textbooks "
    "often transpose it.",
    fault=_classes_fault,
    output=lambda y_true, y_pred, num_classes: (
        (num_classes or int(max([*y_true, *y_pred], default=-1)) + 1,) * 2
    ),
)
def confusion_matrix(y_true: Indices, y_pred: Indices, num_classes: Count | None = None) -> Any:
    """How often each true class (row) was given each label (column): recall reads along a row,
    precision down a column.

    Without `num_classes` it reaches to the largest label.
    """
    largest = max([*y_true, *y_pred], default=-1)  # the last class that occurs
    K = int(largest) + 1 if num_classes is None else num_classes  # classes
    cell = K * y_true + y_pred  # the pairs, numbered row by row
    return np.bincount(cell, minlength=K * K).reshape(K, K)


@op(
    shapes="y_true(N), y_pred(N) -> () or (C)",
    formula=r"P = \frac{TP}{TP + FP}",
    example=_BINARY,
    pitfall="A model that never says yes has 0/0, taken as 0; one that says yes once and is right "
    "has precision 1.",
    fault=average_fault,
)
def precision(y_true: Indices, y_pred: Indices, *, average: Average = "binary") -> Any:
    """Of what was flagged, the share that is right: false alarms lower it."""
    TP, FP, FN = tallies(y_true, y_pred, average)  # hits, false alarms, misses
    score = share(TP, TP + FP)  # of what was flagged
    return averaged(score, TP + FN, average)


@op(
    shapes="y_true(N), y_pred(N) -> () or (C)",
    formula=r"R = \frac{TP}{TP + FN}",
    example=_BINARY,
    pitfall="Flagging everything has recall 1; micro-averaged over all classes it is accuracy.",
    fault=average_fault,
)
def recall(y_true: Indices, y_pred: Indices, *, average: Average = "binary") -> Any:
    """Of what should have been flagged, the share that was: misses lower it."""
    TP, _, FN = tallies(y_true, y_pred, average)  # hits, false alarms, misses
    score = share(TP, TP + FN)  # of what is there
    return averaged(score, TP + FN, average)


_F_MEASURE = Paper("van Rijsbergen", 1979, "Information Retrieval")


@op(
    shapes="y_true(N), y_pred(N) -> () or (C)",
    formula=r"F_1 = \frac{2PR}{P + R} = \frac{2TP}{2TP + FP + FN}",
    paper=_F_MEASURE,
    example=_BINARY,
    pitfall="Macro F1 is the mean of the classes' F1, not the F1 of the mean precision and recall; "
    "true negatives are nowhere in it.",
    fault=average_fault,
)
def f1(y_true: Indices, y_pred: Indices, *, average: Average = "binary") -> Any:
    """The harmonic mean of precision and recall: it is near the worse of the two."""
    TP, FP, FN = tallies(y_true, y_pred, average)  # hits, false alarms, misses
    score = share(2 * TP, 2 * TP + FP + FN)  # 2PR / (P + R), written in counts
    return averaged(score, TP + FN, average)


def _beta_fault(beta: float, **others: Any) -> str:
    return average_fault(**others) if np.isfinite(beta) else "beta is inf (use recall)"


@op(
    shapes="y_true(N), y_pred(N) -> () or (C)",
    formula=r"F_\beta = \frac{(1 + \beta^2) PR}{\beta^2 P + R}",
    paper=_F_MEASURE,
    example={**_BINARY, "beta": 2.0},
    pitfall="It is β², not β, that weighs the misses: at β = 2 a miss costs as much as four false "
    "alarms.",
    fault=_beta_fault,
)
def fbeta(
    y_true: Indices, y_pred: Indices, beta: NonNegative, *, average: Average = "binary"
) -> Any:
    """F1 for those to whom recall matters β times as much as precision."""
    TP, FP, FN = tallies(y_true, y_pred, average)  # hits, false alarms, misses
    hits = (1 + beta**2) * TP  # both weights on the hits
    score = share(hits, hits + beta**2 * FN + FP)  # a miss weighs β², a false alarm 1
    return averaged(score, TP + FN, average)


@op(
    shapes="y_true(N), y_pred(N) -> ()",
    formula=r"\frac{TP \cdot TN - FP \cdot FN}"
    r"{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}",
    paper=Paper(
        "Matthews", 1975,
        "Comparison of the Predicted and Observed Secondary Structure of T4 Phage Lysozyme",
    ),
    example=_BINARY,
    pitfall="A constant answer is 0/0, taken as 0; for several classes the smallest value is "
    "above −1.",
)  # fmt: skip
def matthews_corrcoef(y_true: Indices, y_pred: Indices) -> Any:
    """The correlation of truth and answer: all four cells count, so no imbalance can flatter it.

    For two classes it is phi; for more, the correlation of the one-hot labels.
    """
    table = crossed(y_true, y_pred)  # rows: the truth; columns: the answers
    t = np.sum(table, axis=1)  # how often each class is true
    p = np.sum(table, axis=0)  # how often it is given
    n = np.sum(table)  # examples
    covariance = n * np.trace(table) - t @ p  # right answers beyond those of chance
    spread = np.sqrt((n**2 - p @ p) * (n**2 - t @ t))  # both standard deviations
    return share(covariance, spread)[()]


@op(
    shapes="y_true(N), y_pred(N) -> ()",
    formula=r"\kappa = \frac{p_o - p_e}{1 - p_e}",
    paper=Paper("Cohen", 1960, "A Coefficient of Agreement for Nominal Scales"),
    example=_CLASSES,
    pitfall="Two constant raters agree perfectly and by chance alike: 0/0, which is nan.",
)
def cohen_kappa(y_true: Indices, y_pred: Indices) -> Any:
    """Accuracy above what two raters with these habits would reach by chance."""
    table = crossed(y_true, y_pred)  # rows: one rater; columns: the other
    n = np.sum(table)  # examples
    observed = np.trace(table) / n  # how often they agree
    chance = np.sum(table, axis=1) @ np.sum(table, axis=0) / n**2  # how often they would anyway
    return (observed - chance) / (1 - chance)


@op(
    shapes="y_true(N), y_pred(N) -> () or (C)",
    formula=r"J = \frac{TP}{TP + FP + FN}",
    paper=Paper("Jaccard", 1912, "The Distribution of the Flora in the Alpine Zone"),
    example=_BINARY,
    pitfall="It orders models as F1 does, J = F/(2 − F), but is always the smaller number.",
    fault=average_fault,
)
def jaccard_score(y_true: Indices, y_pred: Indices, *, average: Average = "binary") -> Any:
    """Intersection over union of what is there and what was flagged."""
    TP, FP, FN = tallies(y_true, y_pred, average)  # hits, false alarms, misses
    score = share(TP, TP + FP + FN)  # intersection over union
    return averaged(score, TP + FN, average)
