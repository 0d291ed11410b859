"""Golden cases of the metrics of ranked lists: walked down item by item."""

from __future__ import annotations

import math
from itertools import permutations

from case import Case


def _dcg(gains, k):
    return sum(g / math.log2(r + 2) for r, g in enumerate(gains[:k]))


def _ndcg_of_one(truth, score, k):
    """Average over every order that the scores allow, best first."""
    n = len(truth)
    orders = [
        order
        for order in permutations(range(n))
        if all(score[a] >= score[b] for a, b in zip(order, order[1:], strict=False))
    ]
    ideal = _dcg(sorted(truth, reverse=True), k)
    mean = sum(_dcg([truth[i] for i in order], k) for order in orders) / len(orders)
    return mean / ideal if ideal else 0.0


def _ndcg(y_true, y_score, k=None):
    queries = y_true.reshape(-1, y_true.shape[-1]).tolist()
    scores = y_score.reshape(len(queries), -1).tolist()
    each = [_ndcg_of_one(t, s, k) for t, s in zip(queries, scores, strict=True)]
    return sum(each) / len(each)


def _reciprocal(ranks):
    each = [1 / r if r else 0.0 for r in ranks.tolist()]
    return sum(each) / len(each) if each else math.nan


def _precision(relevance, k):
    return relevance.tolist()[:k].count(1) / k


def _average(relevance, k, num_relevant=None):
    rel = relevance.tolist()
    relevant = rel.count(1) if num_relevant is None else num_relevant
    total = sum(rel[: i + 1].count(1) / (i + 1) for i in range(min(k, len(rel))) if rel[i])
    return total / min(k, relevant) if relevant else 0.0


RANKED = [
    {"y_true": [3.0, 2.0, 0.0, 1.0], "y_score": [0.9, 0.3, 0.5, 0.1]},
    {"y_true": [3.0, 2.0, 0.0, 1.0, 2.0], "y_score": [0.5, 0.5, 0.9, 0.5, 0.1]},
    {"y_true": [[10.0, 0.0, 0.0, 1.0, 5.0], [0.0, 0.0, 0.0, 0.0, 0.0]],
     "y_score": [[0.1, 0.2, 0.3, 4.0, 70.0], [0.0, 0.0, 1.0, 2.0, 3.0]]},
    {"y_true": [1.0, 2.0, 3.0], "y_score": [0.0, 0.0, 0.0]},
    {"y_true": [2.0], "y_score": [5.0]},
]  # fmt: skip

CASES = [
    *(
        Case("ndcg", _ndcg, {**args, **options})
        for args in RANKED
        for options in ({}, {"k": 1}, {"k": 2}, {"k": 9})
    ),
    *(
        Case("mean_reciprocal_rank", _reciprocal, {"ranks": ranks})
        for ranks in ([1, 3, 0, 2], [0, 0], [5], [])
    ),
    *(
        Case("precision_at_k", _precision, {"relevance": [1, 0, 1, 1, 0], "k": k})
        for k in (1, 3, 5, 8)
    ),
    *(
        Case("map_at_k", _average, {"relevance": rel, "k": k, **options})
        for rel in ([1, 0, 1, 0, 1], [0, 1, 1], [0, 0, 0])
        for k in (1, 2, 5)
        for options in ({}, {"num_relevant": 3}, {"num_relevant": 10})
    ),
]
