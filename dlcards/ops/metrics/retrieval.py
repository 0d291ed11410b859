"""Metrics of a ranked list: what stands first counts most."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Count, NonNegativeInt, NonNegatives, Paper, op
from dlcards.ops.metrics._labels import YesNo, share


@op(
    shapes="y_true(n|Q,n), y_score(n|Q,n) -> ()",
    formula=r"\text{NDCG} = \frac{\text{DCG}}{\text{IDCG}}, \quad "
    r"\text{DCG} = \sum_{r=1}^{k} \frac{g_r}{\log_2(r + 1)}",
    paper=Paper(
        "Järvelin and Kekäläinen", 2002, "Cumulated Gain-Based Evaluation of IR Techniques"
    ),
    example={"y_true": [3.0, 2.0, 0.0, 1.0], "y_score": [0.9, 0.3, 0.5, 0.1]},
    pitfall="The gain is the relevance itself; others use 2^rel − 1. Tied scores share the mean of "
    "their gains, and a query with nothing relevant counts 0.",
    fault=lambda y_true, y_score, k: (  # noqa: ARG005
        ""
        if y_true.shape == y_score.shape
        else "y_true and y_score differ in shape (they must not)"
    ),
)
def ndcg(y_true: NonNegatives, y_score: Array, *, k: Count | None = None) -> Any:
    """The gains discounted by the logarithm of their rank, divided by the best order's: 1 for a
    perfect ranking.

    Several queries, one a row, are averaged.
    """
    rank = np.arange(1, y_true.shape[-1] + 1)  # 1, 2, 3, …
    discount = np.where(rank <= (k or rank.size), 1 / np.log2(rank + 1), 0)  # 0 beyond k
    tied = y_score[..., :, None] == y_score[..., None, :]  # which scores are equal
    gain = np.sum(tied * y_true[..., None, :], axis=-1) / np.sum(tied, axis=-1)  # shared by ties
    order = np.argsort(-y_score, axis=-1, kind="stable")  # the best score first
    dcg = np.sum(np.take_along_axis(gain, order, axis=-1) * discount, axis=-1)  # as ranked
    ideal = np.sum(-np.sort(-y_true, axis=-1) * discount, axis=-1)  # in the best order
    each = share(dcg, ideal)  # of each query
    return np.sum(each) / each.size


@op(
    shapes="ranks(N) -> ()",
    formula=r"\frac{1}{Q} \sum_{q=1}^{Q} \frac{1}{r_q}",
    example={"ranks": [1, 3, 0, 2]},
    pitfall="A query without a find counts as 0 and stays in the mean; here its rank is written 0.",
)
def mean_reciprocal_rank(ranks: NonNegatives) -> Any:
    """One over the rank of the first relevant item, averaged: what comes after it does not
    matter."""
    each = np.where(ranks == 0, 0, 1 / ranks)  # 0 = not found
    return np.sum(each) / each.size


@op(
    shapes="relevance(N) -> ()",
    formula=r"P@k = \frac{1}{k} \sum_{i=1}^{k} \text{rel}_i",
    example={"relevance": [1, 0, 1, 1, 0], "k": 3},
    pitfall="It divides by k even if the list is shorter, and does not see the order within the k.",
)
def precision_at_k(relevance: YesNo, k: Count) -> Any:
    """The share of relevant items among the first k."""
    hits = np.sum(relevance[:k])  # relevant ones among the first k
    return hits / k


@op(
    shapes="relevance(N) -> ()",
    formula=r"AP@k = \frac{1}{\min(k, R)} \sum_{i=1}^{k} P@i \cdot \text{rel}_i",
    example={"relevance": [1, 0, 1, 0, 1], "k": 5, "num_relevant": 4},
    pitfall="It divides by min(k, all relevant items), not by the hits: what was not found lowers "
    "it.",
)
def map_at_k(relevance: YesNo, k: Count, num_relevant: NonNegativeInt | None = None) -> Any:
    """The precision at each hit, summed and divided by the hits there could have been; the mean
    over queries is MAP.

    Without `num_relevant` all relevant items are those in the list; with none it is 0.
    """
    rel = relevance[:k]  # the first k
    at = np.cumsum(rel) / np.arange(1, rel.size + 1)  # P@i at every i
    relevant = np.sum(relevance) if num_relevant is None else num_relevant  # items to be found
    return share(np.sum(at * rel), np.minimum(k, relevant))[()]
