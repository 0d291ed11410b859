"""Schedules that lower the rate, in steps or smoothly: closed forms of the step t = 0, 1, 2, …"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Count,
    Indices,
    NonNegative,
    NonNegativeInt,
    Paper,
    Positive,
    Unit,
    op,
)


@op(
    name="StepLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0\, \gamma^{\lfloor t / s \rfloor}",
    example={"base_lr": 0.1, "steps": 6, "step_size": 2, "gamma": 0.5},
    pitfall="PyTorch multiplies the rate it finds, so a rate that someone else changed stays "
    "changed; step_size counts calls of step(), usually epochs.",
)
def step_lr(
    base_lr: NonNegative, steps: NonNegativeInt, step_size: Count, *, gamma: NonNegative = 0.1
) -> Any:
    """Multiplies the rate by γ every step_size steps: a staircase."""
    t = np.arange(steps)  # steps taken so far
    drops = t // step_size  # how many drops came before
    lr = base_lr * gamma**drops  # each multiplies by γ
    return {"lr": lr}


def _milestone_fault(milestones: Any, **_: Any) -> str:
    below = milestones[milestones < 0]
    return f"milestones holds {below[0]} (it takes steps from 0)" if below.size else ""


@op(
    name="MultiStepLR",
    shapes="milestones(k) -> lr(steps)",
    formula=r"\eta_t = \eta_0\, \gamma^{\left| \{ i : m_i \le t \} \right|}",
    example={"base_lr": 0.1, "steps": 6, "milestones": [2, 5], "gamma": 0.5},
    pitfall="A milestone given twice drops twice; the drop is at the milestone itself, not after.",
    fault=_milestone_fault,
)
def multi_step_lr(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    milestones: Indices,
    *,
    gamma: NonNegative = 0.1,
) -> Any:
    """Multiplies the rate by γ at each milestone: a staircase with steps chosen by hand."""
    t = np.arange(steps)  # steps taken so far
    drops = np.sum(milestones[:, None] <= t, axis=0)  # milestones reached
    lr = base_lr * gamma**drops  # each multiplies by γ
    return {"lr": lr}


@op(
    name="ConstantLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0 \begin{cases} f & t < T \\ 1 & t \ge T \end{cases}",
    example={"base_lr": 0.1, "steps": 6, "factor": 0.5, "total_iters": 3},
    pitfall="It raises the rate: for the first total_iters steps base_lr is cut, then it is back.",
)
def constant_lr(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    *,
    factor: Unit = 1 / 3,
    total_iters: Count = 5,
) -> Any:
    """A fraction of the rate for the first steps, the whole afterwards: the simplest warm-up."""
    t = np.arange(steps)  # steps taken so far
    lr = base_lr * np.where(t < total_iters, factor, 1.0)  # cut at first
    return {"lr": lr}


@op(
    name="LinearLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0 \left( a + (b - a) \min\left(1, \frac{t}{T}\right) \right)",
    paper=Paper("Goyal et al.", 2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour"),
    example={"base_lr": 0.1, "steps": 6, "start_factor": 0.25, "total_iters": 3},
    pitfall="It starts at a third of the rate unless told otherwise, not at 0, and the whole rate "
    "is first used at step total_iters.",
)
def linear_lr(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    *,
    start_factor: Positive = 1 / 3,
    end_factor: NonNegative = 1.0,
    total_iters: Count = 5,
) -> Any:
    """A straight line from one fraction of the rate to another, then level: as a warm-up it lets
    large batches find their feet.
    """
    t = np.arange(steps)  # steps taken so far
    done = np.minimum(t / total_iters, 1.0)  # part of the way, level afterwards
    lr = base_lr * (start_factor + (end_factor - start_factor) * done)  # straight line
    return {"lr": lr}


@op(
    name="ExponentialLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0\, \gamma^t",
    example={"base_lr": 0.1, "steps": 4, "gamma": 0.9},
    pitfall="It compounds: γ = 0.9 for each epoch leaves 0.003 % of the rate after 100 epochs.",
)
def exponential_lr(base_lr: NonNegative, steps: NonNegativeInt, gamma: NonNegative) -> Any:
    """Multiplies the rate by γ at every step: it loses the same percentage each time."""
    t = np.arange(steps)  # steps taken so far
    lr = base_lr * gamma**t  # one factor for each
    return {"lr": lr}


@op(
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0\, e^{-k t}",
    example={"base_lr": 0.1, "k": 0.1, "steps": 4},
    pitfall="The same curve as ExponentialLR with γ = e^(−k), not with γ = k: k = 0.1 is γ = 0.905.",
)
def exponential_decay_e(base_lr: NonNegative, k: NonNegative, steps: NonNegativeInt) -> Any:
    """Exponential decay with base e: the rate halves every ln 2 / k steps."""
    t = np.arange(steps)  # steps taken so far
    lr = base_lr * np.exp(-k * t)  # decay of rate k
    return {"lr": lr}


@op(
    shapes="-> lr(steps)",
    formula=r"\eta_t = \frac{\eta_0}{1 + r\, t / s}",
    example={"base_lr": 0.1, "decay_rate": 1.0, "decay_steps": 2, "steps": 5},
    pitfall="Fast at first and then ever slower: it falls like 1/t, so its sum diverges and its "
    "squares' sum converges, as Robbins and Monro ask.",
)
def inverse_time_decay(
    base_lr: NonNegative, decay_rate: NonNegative, decay_steps: Positive, steps: NonNegativeInt
) -> Any:
    """The rate divided by a number that grows linearly: half of it after decay_steps/decay_rate
    steps, a third after twice as many.
    """
    t = np.arange(steps)  # steps taken so far
    lr = base_lr / (1 + decay_rate * t / decay_steps)  # falls like 1/t
    return {"lr": lr}


@op(
    name="PolynomialLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_0 \left( 1 - \frac{\min(t, T)}{T} \right)^{p}",
    example={"base_lr": 0.1, "steps": 6, "total_iters": 4, "power": 2.0},
    pitfall="From step total_iters on the rate is 0, and training goes on without learning.",
)
def polynomial_lr(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    *,
    total_iters: Count = 5,
    power: NonNegative = 1.0,
) -> Any:
    """A power of what is left of the way: power 1 is a straight line to 0, higher powers fall
    faster at first.
    """
    t = np.arange(steps)  # steps taken so far
    left = 1 - np.minimum(t, total_iters) / total_iters  # part of the way still ahead
    lr = base_lr * left**power  # 0 at the end
    return {"lr": lr}
