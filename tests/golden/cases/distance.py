"""Golden cases of the distances and similarities."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case

BOTH = ("x1", "x2")
ROWS = {
    "x1": [[1.0, -2.0, 0.5], [3.0, 4.0, 0.0], [0.1, 0.0, -0.2]],
    "x2": [[0.5, 1.0, 2.0], [3.0, 4.0, 0.0], [-1.0, 2.0, 0.3]],
}
CUBE = {
    "x1": [[[1.0, 2.0], [0.5, -1.0]], [[3.0, 0.0], [1.0, 1.0]]],
    "x2": [[[0.0, 1.0], [2.0, -1.0]], [[1.0, 4.0], [-1.0, 0.5]]],
}
TIES = {"x1": [[1.0, -2.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]], "x2": [[0.0] * 4, [0.0] * 4], "eps": 0.0}


def _cosine(x1, x2):
    """Scale first, so that no square overflows."""
    x1, x2 = x1 / x1.abs().max(), x2 / x2.abs().max()
    return torch.sum(x1 * x2, 1) / torch.linalg.vector_norm(x1) / torch.linalg.vector_norm(x2)


CASES = [
    *(Case("cosine_similarity", F.cosine_similarity, {**ROWS, "dim": dim}, BOTH) for dim in (0, 1, -1)),
    *(Case("cosine_similarity", F.cosine_similarity, {**CUBE, "dim": dim}, BOTH) for dim in (0, 1, 2)),
    Case("cosine_similarity", F.cosine_similarity, ROWS, BOTH),
    Case("cosine_similarity", F.cosine_similarity, {"x1": [1.0, 2.0], "x2": [2.0, 1.0], "dim": 0}, BOTH),
    Case("cosine_similarity", F.cosine_similarity, {"x1": [[0.0, 0.0]], "x2": [[1.0, 1.0]]}, BOTH),
    Case("cosine_similarity", F.cosine_similarity, {"x1": [[1e-9, 2e-9]], "x2": [[1.0, 1.0]]}, BOTH),
    Case("cosine_similarity", F.cosine_similarity, {**ROWS, "eps": 3.0}, BOTH),
    Case("cosine_similarity", _cosine, {"x1": [[1e200, 2e200]], "x2": [[1e200, 0.0]]}),
    Case("cosine_similarity", F.cosine_similarity, {"x1": [[1, 2], [3, 4]], "x2": [[4, 3], [2, 1]]}, BOTH),
    *(
        Case("pairwise_distance", F.pairwise_distance, {**args, **options}, BOTH)
        for args in (ROWS, CUBE, TIES)
        for options in (
            {},
            {"p": 0.5},
            {"p": 1.0},
            {"p": 1.5},
            {"p": 3.0},
            {"p": math.inf},
            {"keepdim": True},
            {"eps": 0.25},
        )
    ),
    Case("pairwise_distance", F.pairwise_distance, {**TIES, "p": 0.0}),
    Case("pairwise_distance", F.pairwise_distance, {"x1": [[math.inf, 0.0]], "x2": [[0.0, 0.0]]}),
    Case("pairwise_distance", F.pairwise_distance, {"x1": [1.0, 5.0], "x2": [4.0, 1.0]}, BOTH),
]
