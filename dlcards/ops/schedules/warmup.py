"""Schedules that begin with a warm-up: up to the full rate in small steps, then down."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Count, NonNegative, NonNegativeInt, Paper, Positive, op


@op(
    name="SequentialLR_linear_cosine",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \begin{cases} \eta_0 \left( f + (1 - f) \frac{t}{w} \right) & t < w \\ "
    r"\eta_{\min} + \frac{1}{2} (\eta_0 - \eta_{\min}) \left( 1 + \cos \frac{\pi (t - w)}{T} "
    r"\right) & t \ge w \end{cases}",
    example={"base_lr": 0.1, "steps": 7, "warmup": 2, "T_max": 4},
    pitfall="T_max counts from the end of the warm-up: for a whole run give total − warmup, or the "
    "cosine is cut off or climbs again.",
)
def sequential_lr_linear_cosine(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    warmup: Count,
    *,
    T_max: Count,
    start_factor: Positive = 1 / 3,
    eta_min: NonNegative = 0.0,
) -> Any:
    """PyTorch's usual recipe: LinearLR up to the full rate, handed over to CosineAnnealingLR, whose
    time starts at the hand-over.
    """
    t = np.arange(steps)  # steps taken so far
    line = base_lr * (start_factor + (1 - start_factor) * t / warmup)  # up to the full rate
    share = (1 + np.cos(np.pi * (t - warmup) / T_max)) / 2  # from 1 to 0, by its own time
    cosine = eta_min + (base_lr - eta_min) * share  # down
    lr = np.where(t < warmup, line, cosine)  # one after the other
    return {"lr": lr}


@op(
    shapes="-> lr(steps)",
    formula=r"\eta_t = f\, d^{-1/2} \min(t^{-1/2},\ t\, w^{-3/2}), \quad t = 1, 2, \dots",
    paper=Paper("Vaswani et al.", 2017, "Attention Is All You Need"),
    example={"d_model": 512, "warmup": 4, "steps": 8},
    pitfall="Steps count from 1, as t = 0 would be 1/√0; the highest rate, f/√(d·w), is at "
    "t = warmup and nobody sets it.",
)
def noam_lr(
    d_model: Count, warmup: Count, steps: NonNegativeInt, *, factor: NonNegative = 1.0
) -> Any:
    """The Transformer's own: up in a straight line for the warm-up, then down like 1/√t, and lower
    for wider models.
    """
    t = np.arange(1, steps + 1)  # steps, from 1
    rise = t * warmup**-1.5  # straight line
    fall = t**-0.5  # inverse square root; they meet at t = warmup
    lr = factor * d_model**-0.5 * np.minimum(rise, fall)  # the lower of the two
    return {"lr": lr}


def _total_fault(warmup: int, total: int, **_: Any) -> str:
    return f"total is {total} (it takes at least warmup, {warmup})" if total < warmup else ""


@op(
    shapes="-> lr(steps)",
    formula=r"\eta_t = \begin{cases} \eta_0 \frac{t}{w} & t < w \\ \eta_{\min} + \frac{1}{2} "
    r"(\eta_0 - \eta_{\min}) \left( 1 + \cos \frac{\pi (t - w)}{T - w} \right) & w \le t \le T "
    r"\end{cases}",
    paper=Paper(
        "Loshchilov and Hutter", 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts"
    ),
    example={"base_lr": 0.1, "warmup": 2, "total": 6, "steps": 8},
    pitfall="Step 0 has rate 0: the first batch teaches nothing. total includes the warm-up, and "
    "the rate stays at min_lr after it.",
    fault=_total_fault,
)
def warmup_cosine_lr(
    base_lr: NonNegative,
    warmup: NonNegativeInt,
    total: NonNegativeInt,
    steps: NonNegativeInt,
    *,
    min_lr: NonNegative = 0.0,
) -> Any:
    """The usual schedule of language models: linear from 0 to the full rate, so that Adam's averages
    can fill before steps are long, then half a cosine down to min_lr.
    """
    t = np.arange(steps)  # steps taken so far
    line = base_lr * t / max(warmup, 1)  # up from 0
    done = np.clip((t - warmup) / max(total - warmup, 1), 0.0, 1.0)  # part of the descent
    cosine = min_lr + (base_lr - min_lr) * (1 + np.cos(np.pi * done)) / 2  # down to min_lr
    lr = np.where(t < warmup, line, cosine)  # one after the other
    return {"lr": lr}


@op(
    shapes="-> lr(steps)",
    formula=r"\eta_t = \begin{cases} \eta_0 \frac{t + 1}{w} & t < w \\ \eta_0 & t < w + s \\ "
    r"\eta_0 + (\eta_{\min} - \eta_0) \min\left(1, \frac{t - w - s}{d}\right) & t \ge w + s "
    r"\end{cases}",
    paper=Paper(
        "Hu et al.",
        2024,
        "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies",
    ),
    example={"base_lr": 0.1, "warmup": 2, "stable": 3, "decay": 2, "steps": 9},
    pitfall="The loss falls mostly during the decay, so checkpoints of the plateau look worse than "
    "they are; a cosine of unknown length cannot be continued, a plateau can.",
)
def wsd_lr(
    base_lr: NonNegative,
    warmup: NonNegativeInt,
    stable: NonNegativeInt,
    decay: Count,
    steps: NonNegativeInt,
    *,
    min_lr: NonNegative = 0.0,
) -> Any:
    """Warm-up, stable, decay: the length of training need not be known beforehand, since the decay
    can start from any point of the plateau.
    """
    t = np.arange(steps)  # steps taken so far
    rise = np.minimum((t + 1) / max(warmup, 1), 1.0)  # to the full rate, at step w − 1
    done = np.clip((t - warmup - stable) / decay, 0.0, 1.0)  # part of the decay
    lr = base_lr * rise + (min_lr - base_lr) * done  # straight lines, level in between
    return {"lr": lr}
