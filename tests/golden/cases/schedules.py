"""Golden cases of the schedules: PyTorch's own, stepped; the others step by step in plain Python."""

from __future__ import annotations

import math
import warnings

import torch
from case import Case
from torch.optim import lr_scheduler


def _optimizer(lr=0.1):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)


def _stepped(optimizer, scheduler, steps, names=("lr",)):
    seen = {name: [] for name in names}
    for step in range(steps):
        if step:
            optimizer.step()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scheduler.step()
        for name in names:
            seen[name].append(optimizer.param_groups[0][name])
    return seen


def _torch(name):
    def reference(base_lr, steps, milestones=None, **options):
        if milestones is not None:
            options["milestones"] = milestones.tolist()
        optimizer = _optimizer(base_lr)
        return _stepped(optimizer, getattr(lr_scheduler, name)(optimizer, **options), steps)

    return reference


def _sequential(base_lr, steps, warmup, T_max, start_factor=1 / 3, eta_min=0.0):
    optimizer = _optimizer(base_lr)
    parts = [
        lr_scheduler.LinearLR(optimizer, start_factor, total_iters=warmup),
        lr_scheduler.CosineAnnealingLR(optimizer, T_max, eta_min),
    ]
    return _stepped(optimizer, lr_scheduler.SequentialLR(optimizer, parts, [warmup]), steps)


def _one_cycle(max_lr, steps=None, **options):
    optimizer = _optimizer()
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr, **options)
    return _stepped(optimizer, scheduler, steps or scheduler.total_steps, ("lr", "momentum"))


def _cyclic(base_lr, max_lr, steps, **options):
    optimizer = _optimizer(base_lr)
    scheduler = lr_scheduler.CyclicLR(optimizer, base_lr, max_lr, **options)
    return _stepped(optimizer, scheduler, steps, ("lr", "momentum"))


def _plateau(base_lr, metrics, **options):
    optimizer = _optimizer(base_lr)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for metric in metrics.tolist():
        scheduler.step(metric)
        rates.append(optimizer.param_groups[0]["lr"])
    return {"lr": rates}


def _lambda(shape):
    """A shape of s, as PyTorch's LambdaLR with a rate of 1."""

    def reference(steps, **options):
        optimizer = _optimizer(1.0)
        scheduler = lr_scheduler.LambdaLR(optimizer, lambda s: shape(s, **options))
        return _stepped(optimizer, scheduler, steps)

    return reference


def _exponential_e(s, base_lr, k):
    return base_lr / math.e ** (k * s)


def _inverse_time(s, base_lr, decay_rate, decay_steps):
    return base_lr * decay_steps / (decay_steps + decay_rate * s)


def _noam(s, d_model, warmup, factor=1.0):
    step = s + 1
    high = factor / math.sqrt(d_model * warmup)
    return high * step / warmup if step < warmup else high * math.sqrt(warmup / step)


def _warmup_cosine(s, base_lr, warmup, total, min_lr=0.0):
    if s < warmup:
        return s / warmup * base_lr
    if s > total:
        return min_lr
    way = (s - warmup) / (total - warmup) if total > warmup else 0.0
    return min_lr + (base_lr - min_lr) * math.cos(math.pi * way / 2) ** 2


def _wsd(s, base_lr, warmup, stable, decay, min_lr=0.0):
    if s < warmup:
        return (s + 1) / warmup * base_lr
    if s < warmup + stable:
        return base_lr
    if s < warmup + stable + decay:
        over = s - warmup - stable
        return (base_lr * (decay - over) + min_lr * over) / decay
    return min_lr


def _early_stopping(losses, patience, min_delta=0.0):
    """Look for `patience` epochs after a best one, none of them better."""
    losses, best, records = losses.tolist(), math.inf, []
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best = loss
            records.append(epoch)
    for record, following in zip(records, [*records[1:], len(losses)]):
        if following - record > patience:
            return {"stop_epoch": record + patience, "best_epoch": record}
    return {"stop_epoch": len(losses) - 1, "best_epoch": records[-1]}


TORCH = {
    "StepLR": [{"step_size": 3}, {"step_size": 1, "gamma": 0.5}, {"step_size": 20, "gamma": 0.5}],
    "MultiStepLR": [
        {"milestones": [2, 5]}, {"milestones": [7, 3, 3], "gamma": 0.5}, {"milestones": [0, 30]},
        {"milestones": []},
    ],
    "ConstantLR": [{}, {"factor": 0.5, "total_iters": 1}, {"factor": 1.0, "total_iters": 20}],
    "LinearLR": [
        {}, {"start_factor": 0.1, "total_iters": 8}, {"start_factor": 1.0, "end_factor": 0.0},
        {"start_factor": 1.0, "end_factor": 0.5, "total_iters": 1}, {"total_iters": 30},
    ],
    "ExponentialLR": [{"gamma": 0.9}, {"gamma": 1.0}, {"gamma": 0.1}],
    "PolynomialLR": [{}, {"power": 2.0}, {"total_iters": 10, "power": 0.5}, {"total_iters": 1}],
    "CosineAnnealingLR": [
        {"T_max": 12}, {"T_max": 4}, {"T_max": 3, "eta_min": 0.02}, {"T_max": 1}, {"T_max": 50},
    ],
    "CosineAnnealingWarmRestarts": [
        {"T_0": 4}, {"T_0": 2, "T_mult": 2}, {"T_0": 1, "T_mult": 3, "eta_min": 0.01}, {"T_0": 1},
        {"T_0": 30},
    ],
}  # fmt: skip

CASES = [
    *[Case(name, _torch(name), {"base_lr": 0.1, "steps": 14} | o) for name, options in TORCH.items()
      for o in options],
    *[Case(name, _torch(name), {"base_lr": 3, "steps": steps} | options[0])
      for name, options in TORCH.items() for steps in (0, 1)],
    Case("CosineAnnealingWarmRestarts", _torch("CosineAnnealingWarmRestarts"),
         {"base_lr": 0.5, "steps": 60, "T_0": 3, "T_mult": 2}),
    *[Case("OneCycleLR", _one_cycle, {"max_lr": 0.5} | o) for o in (
        {"total_steps": 10}, {"epochs": 3, "steps_per_epoch": 5}, {"total_steps": 20, "pct_start": 0.25},
        {"total_steps": 13, "anneal_strategy": "linear"}, {"total_steps": 20, "three_phase": True},
        {"total_steps": 17, "three_phase": True, "pct_start": 0.4, "anneal_strategy": "linear"},
        {"total_steps": 12, "base_momentum": 0.5, "max_momentum": 0.99},
        {"total_steps": 12, "div_factor": 10.0, "final_div_factor": 100.0}, {"total_steps": 1},
        {"total_steps": 9, "pct_start": 0.0}, {"total_steps": 9, "pct_start": 1.0},
        {"total_steps": 20, "steps": 5}, {"total_steps": 6, "steps": 6}, {"total_steps": 15, "three_phase": True, "pct_start": 0.6},
    )],
    *[Case("CyclicLR", _cyclic, {"base_lr": 0.1, "max_lr": 0.7, "steps": 15} | o) for o in (
        {}, {"step_size_up": 3}, {"step_size_up": 2, "step_size_down": 4},
        {"step_size_up": 2, "mode": "triangular2"}, {"step_size_up": 5, "step_size_down": 1},
        {"step_size_up": 2, "mode": "exp_range", "gamma": 0.9}, {"step_size_up": 1},
        {"step_size_up": 3, "base_momentum": 0.5, "max_momentum": 0.99, "mode": "triangular2"},
    )],
    *[Case("ReduceLROnPlateau", _plateau, {"base_lr": 0.1, "metrics": metrics} | o) for metrics in (
        [1.0, 0.8, 0.8, 0.9, 0.7, 0.71, 0.72, 0.73, 0.74, 0.6], [-1.0, -1.00005, -0.5, -0.7, -2, -2],
        [math.nan, 1.0, math.nan, 1.0, 1.0, math.inf, 0.99], [1.0],
    ) for o in (
        {}, {"patience": 0}, {"patience": 1, "factor": 0.5}, {"patience": 1, "mode": "max"},
        {"patience": 0, "threshold": 0.2}, {"patience": 0, "threshold": 0.15, "threshold_mode": "abs"},
        {"patience": 0, "mode": "max", "threshold_mode": "abs"}, {"patience": 0, "cooldown": 2},
        {"patience": 0, "min_lr": 0.005}, {"patience": 0, "eps": 0.02},
        {"patience": 0, "mode": "max", "threshold": 0.3},
    )],
    *[Case("SequentialLR_linear_cosine", _sequential, {"base_lr": 0.1, "steps": 14} | o) for o in (
        {"warmup": 4, "T_max": 10}, {"warmup": 1, "T_max": 3, "eta_min": 0.02},
        {"warmup": 5, "T_max": 20, "start_factor": 0.01},
    )],
    *[Case("exponential_decay_e", _lambda(_exponential_e), {"base_lr": 0.1, "k": k, "steps": 6})
      for k in (0.0, 0.1, 2.0)],
    *[Case("inverse_time_decay", _lambda(_inverse_time), {"base_lr": 0.1, "steps": 8} | o) for o in (
        {"decay_rate": 1.0, "decay_steps": 2}, {"decay_rate": 0.5, "decay_steps": 1},
        {"decay_rate": 0.0, "decay_steps": 3},
    )],
    *[Case("noam_lr", _lambda(_noam), {"d_model": 512, "steps": 12} | o) for o in (
        {"warmup": 4}, {"warmup": 4000, "factor": 2.0}, {"warmup": 1},
    )],
    *[Case("warmup_cosine_lr", _lambda(_warmup_cosine), {"base_lr": 0.1, "steps": 14} | o) for o in (
        {"warmup": 3, "total": 10}, {"warmup": 3, "total": 10, "min_lr": 0.01},
        {"warmup": 0, "total": 12}, {"warmup": 5, "total": 30}, {"warmup": 5, "total": 5},
    )],
    *[Case("wsd_lr", _lambda(_wsd), {"base_lr": 0.1, "steps": 14} | o) for o in (
        {"warmup": 3, "stable": 4, "decay": 5}, {"warmup": 3, "stable": 4, "decay": 5, "min_lr": 0.02},
        {"warmup": 0, "stable": 0, "decay": 4}, {"warmup": 2, "stable": 3, "decay": 1, "min_lr": 0.02},
        {"warmup": 20, "stable": 4, "decay": 5},
    )],
    *[Case("early_stopping", _early_stopping, {"losses": losses} | o) for losses in (
        [1.0, 0.6, 0.7, 0.65, 0.5], [3.0, 2.0, 1.0], [1.0, 1.0, 1.0, 1.0], [5.0], [2, 1, 1, 0, 3, 3, 3],
        [1.0, math.nan, 0.5, math.nan, math.nan, 0.1],
    ) for o in ({"patience": 1}, {"patience": 2}, {"patience": 3, "min_delta": 0.2})],
]  # fmt: skip
