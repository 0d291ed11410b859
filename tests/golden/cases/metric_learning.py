"""Golden cases of the losses on distances between embeddings."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case

REDUCTIONS = ("mean", "sum", "none")
TRIPLETS = {
    "anchor": [[0.0, 0.0], [1.0, 0.0], [1.0, 2.0], [0.5, 0.5]],
    "positive": [[0.0, 1.0], [1.0, 1.0], [-1.0, 2.0], [0.5, 0.5]],
    "negative": [[1.5, 0.0], [4.0, 4.0], [0.0, 2.5], [0.5, 0.5]],
}
ALL = tuple(TRIPLETS)
PAIRS = {
    "x1": [[0.0, 0.0], [1.0, 1.0], [0.2, 0.4], [0.0, 0.0], [3.0, 0.0]],
    "x2": [[0.3, 0.4], [1.0, 1.5], [0.2, 0.4], [2.0, 0.0], [3.0, 0.0]],
    "target": [1, 0, 0, 0, 1],
}
ANGLES = {
    "input1": [[1.0, 0.0], [1.0, 2.0], [0.0, 3.0], [1.0, 1.0]],
    "input2": [[1.0, 1.0], [2.0, 1.0], [1.0, 0.0], [2.0, 2.0]],
    "target": [1, -1, -1, -1],
}
CENTERS = {
    "features": [[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]],
    "target": [0, 0, 1],
    "centers": [[0.0, 0.5], [2.0, 3.0], [7.0, 7.0]],
}


def _reduced(each, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": torch.clone}[reduction](each)


def _contrastive(x1, x2, target, margin=1.0, reduction="mean"):
    d = torch.linalg.vector_norm(x1 - x2, dim=1)
    each = torch.where(target == 1, d.square() / 2, F.relu(margin - d).square() / 2)
    return _reduced(each, reduction)


def _center(features, target, centers):
    return F.mse_loss(features, centers[target], reduction="sum") / 2 / len(features)


CASES = [
    *(
        Case("triplet_margin_loss", F.triplet_margin_loss, {**TRIPLETS, "reduction": reduction, **options}, ALL)
        for options in (
            {},
            {"margin": 0.3},
            {"swap": True},
            {"p": 1.0},
            {"p": 3.0, "swap": True, "margin": 2.0},
            {"p": math.inf},
            {"eps": 0.1},
        )
        for reduction in REDUCTIONS
    ),
    Case("triplet_margin_loss", F.triplet_margin_loss, {"anchor": [[0.0]], "positive": [[1.0]], "negative": [[2.0]], "eps": 0.0}, ALL),
    Case("triplet_margin_loss", F.triplet_margin_loss, {"anchor": [[0.0]], "positive": [[4.0]], "negative": [[2.0]], "eps": 0.0, "swap": True}, ALL),
    Case("triplet_margin_loss", F.triplet_margin_loss, {"anchor": [0.0, 1.0], "positive": [1.0, 1.0], "negative": [0.0, 2.0]}, ALL),
    *(
        Case("contrastive_loss", _contrastive, {**PAIRS, "reduction": reduction, **options}, ("x1", "x2"))
        for options in ({}, {"margin": 2.0}, {"margin": 3.5})
        for reduction in REDUCTIONS
    ),
    *(
        Case("cosine_embedding_loss", F.cosine_embedding_loss, {**ANGLES, "reduction": reduction, **options}, ("input1", "input2"))
        for options in ({}, {"margin": 0.5}, {"margin": -0.5})
        for reduction in REDUCTIONS
    ),
    # PyTorch holds the 1e-12 under the lengths in single precision
    Case("cosine_embedding_loss", F.cosine_embedding_loss, {"input1": [[0.0, 0.0], [0.0, 0.0]], "input2": [[1.0, 2.0], [1.0, 0.0]], "target": [1, -1]}, ("input1", "input2"), rtol=1e-8),
    Case("center_loss", _center, CENTERS, ("features", "centers")),
    Case("center_loss", _center, {**CENTERS, "features": [[1000.0, -1000.0], [0.0, 0.5], [2.0, 3.0]]}, ("features", "centers")),
    Case("center_loss", _center, {"features": [[1.0]], "target": [0], "centers": [[1.0]]}, ("features", "centers")),
]
