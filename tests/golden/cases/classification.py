"""Golden cases of the losses for one class out of many and of the measures over tokens."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case

REDUCTIONS = ("mean", "sum", "none")
LOGITS = [[2.0, 1.0, 0.0], [0.0, 0.0, 3.0], [-1.0, 0.5, 0.5]]
INDEX = {"input": LOGITS, "target": [0, 1, 2]}
SOFT = {"input": LOGITS, "target": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.5, 0.25, 0.25]]}
WEIGHT = [0.5, 2.0, 3.0]
IMAGES = {
    "input": [
        [[[1.0, 2.0], [0.0, -1.0]], [[0.5, 0.0], [3.0, 1.0]], [[0.0, 0.0], [1.0, 2.0]]],
        [[[0.0, 1.0], [2.0, 3.0]], [[1.0, 1.0], [0.0, 0.0]], [[-2.0, 0.5], [0.5, 0.0]]],
    ],
    "target": [[[0, 1], [2, 0]], [[-100, 2], [1, 1]]],
}
HUGE = {"input": [[1000.0, -1000.0, 0.0], [1000.0, 1000.0, -1000.0]], "target": [1, 0]}
OPTIONS = [
    {},
    {"weight": WEIGHT},
    {"label_smoothing": 0.1},
    {"weight": WEIGHT, "label_smoothing": 0.3},
    {"label_smoothing": 1.0},
]


def _nll(input, target, **options):
    return F.nll_loss(input, target, **options)


def _from_probs(probs, target):
    return -torch.sum(torch.xlogy(target, probs)) / len(probs)


def _softmax_grad(logits, target):
    leaf = logits.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(leaf, target, reduction="sum"), leaf)[0]


def _focal(input, target, gamma=2.0, alpha=None, reduction="mean"):
    ce = F.cross_entropy(input, target, reduction="none")
    each = (-torch.expm1(-ce)) ** gamma * ce
    each = each if alpha is None else alpha[target] * each
    return {"mean": torch.mean, "sum": torch.sum, "none": torch.clone}[reduction](each)


def _label_smooth(target, num_classes, smoothing=0.1):
    """Read the smoothed target off the gradient of the cross-entropy by the log-probabilities."""
    logits = torch.zeros(len(target), num_classes, dtype=torch.float64, requires_grad=True)
    loss = F.cross_entropy(logits, target, label_smoothing=smoothing, reduction="sum")
    return 1 / num_classes - torch.autograd.grad(loss, logits)[0]


def _masked(logits, targets, mask):
    kept = torch.where(mask > 0, targets, -100)
    return F.cross_entropy(logits.flatten(0, 1), kept.flatten())


def _perplexity(log_probs):
    return torch.exp(-torch.mean(log_probs))


def _z_loss(logits, coeff=1e-4):
    return coeff * torch.mean(torch.logsumexp(logits, 1) ** 2)


TOKENS = {
    "logits": [[[2.0, 0.0, 1.0], [0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0], [1000.0, 0.0, -1000.0]]],
    "targets": [[0, 1], [2, -1]],
}

CASES = [
    *(
        Case("cross_entropy", F.cross_entropy, {**args, "reduction": reduction, **options}, wrt)
        for args, wrt in ((INDEX, ("input",)), (SOFT, ("input", "target")), (IMAGES, ("input",)))
        for options in OPTIONS
        for reduction in REDUCTIONS
    ),
    *(
        Case("cross_entropy", F.cross_entropy, {**HUGE, "reduction": reduction}, ("input",))
        for reduction in REDUCTIONS
    ),
    *(
        Case("cross_entropy", F.cross_entropy, {**INDEX, "ignore_index": 1, **options}, ("input",))
        for options in ({}, {"reduction": "none"}, {"weight": WEIGHT}, {"label_smoothing": 0.2})
    ),
    Case("cross_entropy", F.cross_entropy, {"input": LOGITS, "target": [-100] * 3}, ("input",)),
    Case("cross_entropy", F.cross_entropy, {"input": LOGITS, "target": [-100] * 3, "reduction": "sum"}, ("input",)),
    Case("cross_entropy", F.cross_entropy, {"input": [[1.0, -math.inf, 3.0]], "target": [0]}, ("input",)),
    Case("cross_entropy", F.cross_entropy, {"input": [[1.0, -math.inf, 3.0]], "target": [1]}),
    Case("cross_entropy", F.cross_entropy, {"input": [[1.0, math.nan, 3.0]], "target": [0]}),
    Case("cross_entropy", F.cross_entropy, {"input": [[5.0]], "target": [0]}, ("input",)),
    Case("cross_entropy", F.cross_entropy, {**INDEX, "weight": [0.0, 2.0, 1.0], "label_smoothing": 0.3}, ("input",)),
    *(
        Case("nll_loss", _nll, {**args, "reduction": reduction, **options}, ("input",))
        for args in (INDEX, IMAGES)
        for options in ({}, {"weight": WEIGHT}, {"ignore_index": 1})
        for reduction in REDUCTIONS
        if args is INDEX or "ignore_index" not in options
    ),
    Case("nll_loss", _nll, {"input": LOGITS, "target": [-100] * 3}, ("input",)),
    Case("nll_loss", _nll, {"input": [[-math.inf, 0.0]], "target": [0]}),
    Case("nll_loss", _nll, {"input": [[-math.inf, 0.0], [-1.0, -2.0]], "target": [-100, 1]}, ("input",)),
    Case("cross_entropy", F.cross_entropy, {"input": [[math.nan, 0.0], [-1.0, -2.0]], "target": [-100, 1]}),
    Case("nll_loss", _nll, {"input": [[-math.inf, 0.0]], "target": [1]}, ("input",)),
    Case("cross_entropy_soft_targets_from_probs", _from_probs, {"probs": [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], "target": [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]}, ("probs",)),
    Case("cross_entropy_soft_targets_from_probs", _from_probs, {"probs": [[1.0, 0.0], [0.0, 1.0]], "target": [[1.0, 0.0], [0.0, 1.0]]}),
    Case("cross_entropy_soft_targets_from_probs", _from_probs, {"probs": [[1.0, 0.0]], "target": [[0.0, 1.0]]}),
    Case("softmax_cross_entropy_grad", _softmax_grad, {"logits": LOGITS, "target": [0, 1, 2]}),
    Case("softmax_cross_entropy_grad", _softmax_grad, {"logits": HUGE["input"], "target": [1, 0]}),
    *(
        Case("softmax_focal_loss", _focal, {**INDEX, **options}, ("input",))
        for options in (
            {},
            {"reduction": "sum"},
            {"reduction": "none"},
            {"gamma": 0.0},
            {"gamma": 0.5},
            {"alpha": WEIGHT},
            {"alpha": WEIGHT, "gamma": 3.0, "reduction": "none"},
        )
    ),
    Case("softmax_focal_loss", _focal, {"input": [[15.3, 0.0], [19.7, 0.0], [21.1, 0.0], [0.0, 1000.0]], "target": [0] * 4, "gamma": 3.0, "reduction": "none"}, ("input",), rtol=1e-5, atol=0),
    Case("label_smooth", _label_smooth, {"target": [0, 2, 3], "num_classes": 4}),
    Case("label_smooth", _label_smooth, {"target": [1, 0], "num_classes": 2, "smoothing": 1.0}),
    Case("label_smooth", _label_smooth, {"target": [0], "num_classes": 1, "smoothing": 0.5}),
    Case("masked_token_cross_entropy", _masked, {**TOKENS, "mask": [[1, 1], [1, 0]]}, ("logits",)),
    Case("masked_token_cross_entropy", _masked, {**TOKENS, "mask": [[0, 1], [0, 0]]}, ("logits",)),
    Case("masked_token_cross_entropy", _masked, {**TOKENS, "mask": [[0, 0], [0, 0]]}),
    Case("perplexity", _perplexity, {"log_probs": [-0.5, -2.0, -1.0]}, ("log_probs",)),
    Case("perplexity", _perplexity, {"log_probs": [0.0]}, ("log_probs",)),
    Case("perplexity", _perplexity, {"log_probs": [-1000.0, -1000.0]}),
    Case("perplexity", _perplexity, {"log_probs": []}),
    Case("z_loss", _z_loss, {"logits": LOGITS}, ("logits",)),
    Case("z_loss", _z_loss, {"logits": HUGE["input"], "coeff": 0.01}, ("logits",)),
]
