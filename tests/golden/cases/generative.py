"""Golden cases of the losses that bring one distribution near another."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case
from torch.distributions import Normal, kl_divergence

LATENT = {"mu": [[0.0, 1.0], [-0.5, 0.0], [3.0, -2.0]], "logvar": [[0.0, 0.0], [-1.0, 0.5], [2.0, -4.0]]}
IMAGES = {
    "recon_logits": [[2.0, -1.0, 0.5], [0.0, 1000.0, -1000.0], [3.0, -2.0, 1.0]],
    "x": [[1.0, 0.0, 1.0], [0.5, 1.0, 0.0], [0.0, 1.0, 0.3]],
}
CLASSES = {
    "student_logits": [[1.0, 2.0, 0.5], [0.0, 0.0, 3.0]],
    "teacher_logits": [[0.5, 4.0, 2.0], [-1.0, 0.0, 2.0]],
    "target": [1, 0],
}
HUGE = {"student_logits": [[1000.0, -1000.0]], "teacher_logits": [[-1000.0, 1000.0]], "target": [0]}


def _kl(mu, logvar):
    sigma = torch.exp(logvar / 2)
    return kl_divergence(Normal(mu, sigma), Normal(0.0, 1.0)).sum(1).mean()


def _vae(recon_logits, x, mu, logvar, beta=1.0):
    recon = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum") / len(x)
    return recon + beta * _kl(mu, logvar)


def _wasserstein(u, v, u_weights=None, v_weights=None):
    """By quantiles: the heaps laid side by side from the left, moved layer by layer."""
    heaps = []
    for sample, weights in ((u, u_weights), (v, v_weights)):
        places, order = sample.double().sort()
        mass = torch.ones(len(sample), dtype=torch.float64) if weights is None else weights[order].double()
        heaps.append((places, torch.cumsum(mass / mass.sum(), 0)))
    levels = torch.cat([level for _, level in heaps]).sort().values
    total, before = 0.0, 0.0
    for level in levels.tolist():
        middle = torch.tensor((before + level) / 2, dtype=torch.float64)
        at = [p[min(int(torch.searchsorted(h, middle)), len(p) - 1)] for p, h in heaps]
        total += float((at[0] - at[1]).abs()) * (level - before)
        before = level
    return total


def _distillation(student_logits, teacher_logits, target, T=2.0, alpha=0.5):
    log_q, log_p = F.log_softmax(student_logits / T, 1), F.log_softmax(teacher_logits / T, 1)
    soft = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, target)


CASES = [
    Case("vae_kl", _kl, LATENT, ("mu", "logvar")),
    Case("vae_kl", _kl, {"mu": [[0.0]], "logvar": [[0.0]]}, ("mu", "logvar")),
    Case("vae_kl", _kl, {"mu": [[1000.0, -1000.0]], "logvar": [[-100.0, 100.0]]}, ("mu", "logvar")),
    *(
        Case("vae_loss", _vae, {**IMAGES, **LATENT, "beta": beta}, ("recon_logits", "x", "mu", "logvar"))
        for beta in (1.0, 0.0, 4.0)
    ),
    *(
        Case("wasserstein_distance_1d", _wasserstein, args)
        for args in (
            {"u": [0.0, 1.0, 3.0], "v": [5.0, 6.0, 8.0]},
            {"u": [3.0, 1.0, 1.0, -2.0], "v": [0.5, 1.0]},
            {"u": [0.0, 1.0], "v": [0.0, 1.0], "u_weights": [3.0, 1.0], "v_weights": [2.0, 2.0]},
            {"u": [2.0, -1.0, 0.5], "v": [1.0, 4.0, 0.0, 0.0], "u_weights": [0.2, 0.0, 7.0]},
            {"u": [1], "v": [1]},
            {"u": [-1000.0], "v": [1000.0, 1000.0]},
        )
    ),
    *(
        Case("distillation_loss", _distillation, {**CLASSES, **options}, ("student_logits",))
        for options in ({}, {"T": 1.0}, {"T": 5.0, "alpha": 0.9}, {"alpha": 0.0}, {"alpha": 1.0, "T": 0.5})
    ),
    Case("distillation_loss", _distillation, HUGE, ("student_logits",)),
]
