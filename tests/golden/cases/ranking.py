"""Golden cases of the losses on the order of scores."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case

REDUCTIONS = ("mean", "sum", "none")
PAIRS = {
    "input1": [2.0, 0.5, 1.0, 1.0, -1000.0],
    "input2": [1.0, 1.0, 3.0, 1.0, 1000.0],
    "target": [1.0, 1, -1, -1, 1],
}
SCORES = {"input": [[0.1, 0.2, 0.4, 0.8], [0.9, 0.0, -0.1, 1.5]], "target": [3, 0]}
LABELS = {
    "input": [[0.1, 0.2, 0.4, 0.8], [0.9, 0.0, -0.1, 1.5], [1.0, 1.0, 0.0, 2.0], [0.3, 0.1, 0.2, 0.0]],
    "target": [[3, 0, -1, 1], [2, -1, 0, 1], [-1, 0, 1, 2], [1, 3, 0, 2]],
}
SOFT = {"input": [[2.0, -1.0, 0.5], [1000.0, -1000.0, 0.0]], "target": [[1.0, 0.0, 1.0], [0.0, 1.0, 0.3]]}
WEIGHT = [0.5, 2.0, 0.0, 1.5]
BATCH = {"input": [[[2.0, -1.0], [0.5, 0.0]]], "target": [[[1.0, 0.0], [1.0, 1.0]]]}


def _ranknet(s_pos, s_neg, reduction="mean"):
    each = -F.logsigmoid(s_pos - s_neg)
    return {"mean": torch.mean, "sum": torch.sum, "none": torch.clone}[reduction](each)


def _listnet(scores, relevance):
    return F.cross_entropy(scores, F.softmax(relevance.double(), 1))


RANKNET = {"s_pos": [2.0, 0.5, 1000.0, -900.0, 1.0], "s_neg": [1.0, 1.5, -1000.0, 0.0, 1.0]}
GRADED = {"scores": [[1.0, 2.0, 0.0], [0.5, 0.5, -3.0]], "relevance": [[3, 1, 0], [0, 2, 2]]}

CASES = [
    *(
        Case("margin_ranking_loss", F.margin_ranking_loss, {**PAIRS, "reduction": reduction, "margin": margin}, ("input1", "input2"))
        for margin in (0.0, 1.0, 2.5)
        for reduction in REDUCTIONS
    ),
    Case("margin_ranking_loss", F.margin_ranking_loss, {"input1": [], "input2": [], "target": []}),
    *(
        Case("multi_margin_loss", F.multi_margin_loss, {**SCORES, "reduction": reduction, **options}, ("input",))
        for options in ({}, {"margin": 0.5}, {"p": 2}, {"weight": WEIGHT}, {"p": 2, "weight": WEIGHT, "margin": 2.0})
        for reduction in REDUCTIONS
    ),
    Case("multi_margin_loss", F.multi_margin_loss, {"input": [[2.0, 1.0, 1.0], [1000.0, -1000.0, 0.0]], "target": [0, 1]}, ("input",)),
    Case("multi_margin_loss", F.multi_margin_loss, {"input": [[2.0]], "target": [0]}, ("input",)),
    Case("multi_margin_loss", F.multi_margin_loss, {"input": [[math.inf, 0.0], [0.0, -math.inf]], "target": [0, 0]}, ("input",)),
    Case("multilabel_margin_loss", F.multilabel_margin_loss, {"input": [[math.inf, 0.0]], "target": [[0, -1]]}, ("input",)),
    *(
        Case("multilabel_margin_loss", F.multilabel_margin_loss, {**LABELS, "reduction": reduction}, ("input",))
        for reduction in REDUCTIONS
    ),
    Case("multilabel_margin_loss", F.multilabel_margin_loss, {"input": [[1.0, 0.0, 0.0]], "target": [[0, -1, -1]]}, ("input",)),
    *(
        Case("multilabel_soft_margin_loss", F.multilabel_soft_margin_loss, {**SOFT, "reduction": reduction, **options}, ("input",))
        for options in ({}, {"weight": [0.5, 2.0, 0.0]})
        for reduction in REDUCTIONS
    ),
    Case("multilabel_soft_margin_loss", F.multilabel_soft_margin_loss, {**BATCH, "reduction": "none"}, ("input",)),
    *(
        Case("ranknet_loss", _ranknet, {**RANKNET, "reduction": reduction}, ("s_pos", "s_neg"))
        for reduction in REDUCTIONS
    ),
    Case("ranknet_loss", _ranknet, {"s_pos": [], "s_neg": []}),
    Case("listnet_loss", _listnet, GRADED, ("scores",)),
    Case("listnet_loss", _listnet, {"scores": [[1000.0, -1000.0]], "relevance": [[0.0, 1000.0]]}, ("scores",)),
    Case("listnet_loss", _listnet, {"scores": [[5.0]], "relevance": [[2.0]]}, ("scores",)),
]
