"""Golden cases of the losses for numbers."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case

X, Y, W = [0.5, -2.0, 3.0, 1.0], [0.0, 1.0, 3.0, -1.0], [1.0, 0.0, 2.0, 0.5]
BOTH = ("input", "target")
REDUCTIONS = ("mean", "sum", "none")
EMPTY = {"input": [], "target": []}
HUGE = {"input": [1e3, -1e3, 0.0], "target": [-1e3, 0.0, 1e3], "reduction": "none"}
MATRIX = {"input": [[1.0, 2.0], [3, 4]], "target": [[0.5, 2.5], [-3, 4]]}


def _quantile(input, target, q=0.5, reduction="mean"):
    d = target - input
    return _reduced(q * torch.relu(d) + (1 - q) * torch.relu(-d), reduction)


def _log_cosh(input, target, reduction="mean"):
    r = input - target
    return _reduced(torch.logaddexp(r, -r) - math.log(2), reduction)


def _charbonnier(input, target, eps=1e-3, reduction="mean"):
    return _reduced(torch.hypot(input - target, torch.full_like(input, eps)), reduction)


def _msle(input, target):
    return F.mse_loss(torch.log1p(input), torch.log1p(target))


def _linear_regression(X, w, b, y):
    return torch.sum((F.linear(X, w[None], b[None])[:, 0] - y) ** 2) / (2 * len(y))


def _logistic_regression(X, w, b, y):
    return F.binary_cross_entropy_with_logits(F.linear(X, w[None], b[None])[:, 0], y)


def _reduced(each, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": torch.clone}[reduction](each)


DATA = {"X": [[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]], "w": [0.5, -2.0], "b": 0.25}
REGRESSION = [
    ("mse_loss", F.mse_loss, BOTH, {}),
    ("l1_loss", F.l1_loss, BOTH, {}),
    ("smooth_l1_loss", F.smooth_l1_loss, BOTH, {"beta": 1.0}),
    ("smooth_l1_loss", F.smooth_l1_loss, BOTH, {"beta": 0.0}),
    ("smooth_l1_loss", F.smooth_l1_loss, BOTH, {"beta": 2.5}),
    ("huber_loss", F.huber_loss, BOTH, {"delta": 0.5}),
    ("huber_loss", F.huber_loss, BOTH, {"delta": 2.0}),
    ("huber_loss", F.huber_loss, BOTH, {}),
    ("quantile_loss", _quantile, ("input",), {"q": 0.9}),
    ("quantile_loss", _quantile, ("input",), {"q": 0.0}),
    ("quantile_loss", _quantile, ("input",), {}),
    ("log_cosh_loss", _log_cosh, ("input",), {}),
    ("charbonnier_loss", _charbonnier, ("input",), {"eps": 0.1}),
    ("charbonnier_loss", _charbonnier, ("input",), {}),
]
COUNTS = {"input": [0.5, 1.0, 3.0, 0.01], "target": [0.0, 1.0, 2.0, 7.0]}
NOISY = {"input": [0.0, 0.0, 1.0, 4.0], "target": [1.0, 2.0, 3.0, 4.0], "var": [2.0, 0.5, 1e-9, 1.0]}

CASES = [
    *(
        Case(op, reference, {"input": X, "target": Y, "reduction": reduction, **options}, wrt)
        for op, reference, wrt, options in REGRESSION
        for reduction in REDUCTIONS
    ),
    *(Case(op, reference, {**MATRIX, **options}, wrt) for op, reference, wrt, options in REGRESSION),
    *(Case(op, reference, {**HUGE, **options}, wrt) for op, reference, wrt, options in REGRESSION),
    *(Case(op, reference, {**EMPTY, **options}) for op, reference, wrt, options in REGRESSION),
    *(
        Case(op, reference, {"input": X, "target": Y, "weight": W, "reduction": reduction}, BOTH)
        for op, reference in [
            ("mse_loss", F.mse_loss),
            ("l1_loss", F.l1_loss),
            ("huber_loss", F.huber_loss),
        ]
        for reduction in REDUCTIONS
    ),
    Case("mse_loss", F.mse_loss, {"input": [math.inf], "target": [1.0]}),
    Case("mse_loss", F.mse_loss, {"input": [math.nan, 1.0], "target": [1.0, 1.0]}),
    Case("mse_loss", F.mse_loss, {"input": 3.0, "target": 1.0}, BOTH),
    Case("l1_loss", F.l1_loss, {"input": [-math.inf, 1.0], "target": [1.0, 1.0], "reduction": "none"}),
    Case("huber_loss", F.huber_loss, {"input": [1.0, -1.0], "target": [0.0, 0.0]}, BOTH),
    Case("msle_loss", _msle, {"input": [0.0, 3.0, 1e6, -0.5], "target": [0.0, 7.0, 1.0, 2.0]}, ("input",)),
    Case("msle_loss", _msle, {"input": [-2.0, 3.0], "target": [0.0, 7.0]}),
    Case("msle_loss", _msle, {"input": [], "target": []}),
    *(
        Case(
            "poisson_nll_loss",
            F.poisson_nll_loss,
            {**COUNTS, "log_input": log_input, "full": full, "reduction": reduction},
            ("input",),
        )
        for log_input in (True, False)
        for full in (True, False)
        for reduction in REDUCTIONS
    ),
    Case("poisson_nll_loss", F.poisson_nll_loss, {"input": [0.0, 2.0], "target": [1.0, 0.0], "log_input": False, "eps": 1e-3}, ("input",)),
    Case("poisson_nll_loss", F.poisson_nll_loss, {"input": [-1000.0, 1000.0], "target": [1.0, 2.0], "reduction": "none"}, ("input",)),
    *(
        Case(
            "gaussian_nll_loss",
            F.gaussian_nll_loss,
            {**NOISY, "full": full, "reduction": reduction},
            ("input", "var"),
        )
        for full in (True, False)
        for reduction in REDUCTIONS
    ),
    Case("gaussian_nll_loss", F.gaussian_nll_loss, {"input": [0.0, 1.0], "target": [0.5, 1.0], "var": [0.0, 0.05], "eps": 0.1}, ("input", "var")),
    Case("linear_regression_loss", _linear_regression, {**DATA, "y": [1.0, 0.0, 2.0]}, ("X", "w", "b")),
    Case("linear_regression_loss", _linear_regression, {"X": [[2.0]], "w": [3.0], "b": 0.0, "y": [6.0]}, ("X", "w", "b")),
    Case("logistic_regression_loss", _logistic_regression, {**DATA, "y": [1.0, 0.0, 1.0]}, ("X", "w", "b")),
    Case("logistic_regression_loss", _logistic_regression, {"X": [[1000.0], [-1000.0], [1000.0]], "w": [1.0], "b": 0.0, "y": [1.0, 0.0, 0.0]}, ("X", "w", "b")),
]
