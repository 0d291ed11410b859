"""Golden cases of the divergences."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case
from torch.distributions import MultivariateNormal, Normal, kl_divergence

LOG_Q = [[-0.5, -1.5, -1.7], [-1.0, -1.0, -1.3]]
P = [[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]]
LOG_P = [[-0.4, -1.6, -2.3], [-1.6, -0.7, -1.2]]
ALL = ("mu1", "sigma1", "mu2", "sigma2")


def _js(p, q):
    """Half the entropy gained by mixing: H(m) - (H(p) + H(q)) / 2."""
    entropy = lambda x: torch.sum(torch.special.entr(x), 1)
    return torch.mean(entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2)


def _normal(mu1, sigma1, mu2, sigma2):
    return kl_divergence(Normal(mu1, sigma1), Normal(mu2, sigma2))


def _mvn(mu1, cov1, mu2, cov2):
    return kl_divergence(MultivariateNormal(mu1, cov1), MultivariateNormal(mu2, cov2))


CASES = [
    *(
        Case(
            "kl_div",
            F.kl_div,
            {"input": LOG_Q, "target": target, "reduction": reduction, "log_target": log_target},
            ("input", "target"),
        )
        for target, log_target in ((P, False), (LOG_P, True))
        for reduction in ("mean", "sum", "none", "batchmean")
    ),
    Case("kl_div", F.kl_div, {"input": [-1.0, -2.0], "target": [0.0, 1.0], "reduction": "sum"}, ("input",)),
    Case("kl_div", F.kl_div, {"input": [-1.0, -2.0], "target": [-math.inf, 0.0], "reduction": "none"}),
    Case("kl_div", F.kl_div, {"input": [-1000.0, -1.0], "target": [1.0, 0.0], "reduction": "none"}, ("input",)),
    Case("kl_div", F.kl_div, {"input": [-1.0, -2.0], "target": [-1000.0, 0.0], "log_target": True}, ("input", "target")),
    Case("kl_div", F.kl_div, {"input": [], "target": []}),
    Case("js_divergence", _js, {"p": P, "q": [[0.1, 0.1, 0.8], [0.2, 0.5, 0.3]]}),
    Case("js_divergence", _js, {"p": [[1.0, 0.0]], "q": [[0.0, 1.0]]}),
    Case("js_divergence", _js, {"p": [[1.0, 0.0]], "q": [[1.0, 0.0]]}),
    Case("kl_divergence_normal", _normal, {"mu1": [0.0, 1.0, -2.0], "sigma1": [1.0, 0.5, 3.0], "mu2": [0.0, 0.0, 5.0], "sigma2": [1.0, 2.0, 0.5]}, ALL),
    Case("kl_divergence_normal", _normal, {"mu1": 1000.0, "sigma1": 1e-3, "mu2": -1000.0, "sigma2": 1e3}, ALL),
    Case("kl_divergence_mvn", _mvn, {"mu1": [0.0, 1.0], "cov1": [[1.0, 0.2], [0.2, 2.0]], "mu2": [-1.0, 0.5], "cov2": [[2.0, 0.5], [0.5, 1.0]]}),
    Case("kl_divergence_mvn", _mvn, {"mu1": [0.5], "cov1": [[4.0]], "mu2": [0.0], "cov2": [[1.0]]}),
    Case("kl_divergence_mvn", _mvn, {"mu1": [0.0] * 40, "cov1": torch.diag(torch.full((40,), 1e-12)).double().tolist(), "mu2": [0.0] * 40, "cov2": torch.diag(torch.full((40,), 1e-10)).double().tolist()}),
]
