"""Golden cases of the losses for yes or no."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from case import Case

REDUCTIONS = ("mean", "sum", "none")
PROBS = {"input": [0.9, 0.2, 0.6, 0.5], "target": [1.0, 0.0, 0.3, 1.0]}
EDGES = {"input": [0.0, 0.0, 1.0, 1.0, 1e-30], "target": [0.0, 1.0, 0.0, 1.0, 1.0]}
LOGITS = {"input": [[2.0, -1.0], [0.5, 0.0]], "target": [[1.0, 0.0], [0.3, 1.0]]}
HUGE = {"input": [1000.0, -1000.0, 1000.0, -1000.0], "target": [1.0, 0.0, 0.0, 1.0]}
SIGNED = {"input": [2.0, 0.5, -0.5, 1.0, -1.0, 0.0, 0.0], "target": [1.0, 1, 1, 1, -1, 1, -1]}
WEIGHTS = {"weight": [[1.0, 2.0], [0.0, 0.5]]}


def _reduced(each, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": torch.clone}[reduction](each)


def _logit_bce(input, target, reduction):
    """Keep the tails, which F.binary_cross_entropy_with_logits rounds to 0."""
    return _reduced(-(target * F.logsigmoid(input) + (1 - target) * F.logsigmoid(-input)), reduction)


def _focal(inputs, targets, alpha=0.25, gamma=2.0, reduction="none"):
    log_p = torch.where(targets == 1, F.logsigmoid(inputs), F.logsigmoid(-inputs))
    each = -((-torch.expm1(log_p)) ** gamma) * log_p
    if alpha >= 0:
        each = torch.where(targets == 1, alpha, 1 - alpha) * each
    return _reduced(each, reduction)


def _hinge(input, target, margin=1.0, reduction="mean"):
    return _reduced(F.relu(margin - target * input), reduction)


def _squared_hinge(input, target, margin=1.0, reduction="mean"):
    return _reduced(F.relu(margin - target * input) ** 2, reduction)


def _perceptron(input, target, reduction="mean"):
    return _reduced(F.relu(-target * input), reduction)


def _soft_margin(input, target):
    return torch.mean(-F.logsigmoid(target * input))


FOCAL = {"inputs": [3.0, -1.0, 0.5, 0.0], "targets": [1.0, 1.0, 0.0, 0.0]}
SATURATED = {"inputs": [40.0, -40.0, 1000.0, -1000.0], "targets": [1.0, 1.0, 0.0, 1.0]}
MARGIN = [
    ("hinge_loss", _hinge, {}),
    ("hinge_loss", _hinge, {"margin": 0.5}),
    ("squared_hinge_loss", _squared_hinge, {}),
    ("squared_hinge_loss", _squared_hinge, {"margin": 2.0}),
    ("perceptron_loss", _perceptron, {}),
    ("soft_margin_loss", F.soft_margin_loss, {}),
    ("hinge_embedding_loss", F.hinge_embedding_loss, {}),
    ("hinge_embedding_loss", F.hinge_embedding_loss, {"margin": 0.5}),
]
BCE, LOGIT_BCE = F.binary_cross_entropy, F.binary_cross_entropy_with_logits

CASES = [
    *(
        # PyTorch holds the 1e-12 of the gradient in single precision
        Case("binary_cross_entropy", BCE, {**args, "reduction": reduction}, ("input",), rtol=1e-8)
        for args in (PROBS, EDGES, {**PROBS, "weight": [1.0, 2.0, 0.0, 0.5]})
        for reduction in REDUCTIONS
    ),
    Case("binary_cross_entropy", BCE, {"input": [], "target": []}),
    *(
        Case("binary_cross_entropy_with_logits", LOGIT_BCE, {**args, "reduction": reduction}, ("input",))
        for args in (
            LOGITS,
            HUGE,
            {**LOGITS, **WEIGHTS},
            {**LOGITS, "pos_weight": [3.0, 0.5]},
            {**LOGITS, "pos_weight": np.array(2.0)},
            {**LOGITS, **WEIGHTS, "pos_weight": [3.0, 0.5]},
        )
        for reduction in REDUCTIONS
    ),
    Case("binary_cross_entropy_with_logits", LOGIT_BCE, {"input": [], "target": []}),
    Case("binary_cross_entropy_with_logits", LOGIT_BCE, {"input": [math.nan], "target": [1.0]}),
    Case("binary_cross_entropy_with_logits", _logit_bce, {"input": [-40.0, 40.0], "target": [0.0, 1.0], "reduction": "none"}, ("input",), atol=0),
    *(
        Case("sigmoid_focal_loss", _focal, {**FOCAL, **options}, ("inputs",))
        for options in (
            {},
            {"reduction": "mean"},
            {"reduction": "sum"},
            {"alpha": -1.0},
            {"alpha": 0.5, "gamma": 0.0},
            {"gamma": 0.5},
            {"gamma": 5.0},
        )
    ),
    Case("sigmoid_focal_loss", _focal, SATURATED, ("inputs",)),
    Case("sigmoid_focal_loss", _focal, {"inputs": [40.0, -40.0], "targets": [1.0, 0.0], "gamma": 1.0}, ("inputs",), atol=0),
    *(
        Case(op, reference, {**SIGNED, "reduction": reduction, **options}, ("input",))
        for op, reference, options in MARGIN
        for reduction in REDUCTIONS
    ),
    *(Case(op, reference, {"input": [], "target": [], **options}) for op, reference, options in MARGIN),
    Case("soft_margin_loss", _soft_margin, {"input": [1000.0, -1000.0, 3.0], "target": [-1.0, -1.0, 1.0]}, ("input",)),
    Case("hinge_embedding_loss", F.hinge_embedding_loss, {"input": [1.0, 1.0, 2.0], "target": [-1.0, 1.0, -1.0]}, ("input",)),
    Case("hinge_loss", _hinge, {"input": [1000.0, -1000.0], "target": [1.0, 1.0]}, ("input",)),
]
