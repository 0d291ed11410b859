"""Schedules that go up and down: cosines, restarts, one cycle or many."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import Count, Flag, NonNegative, NonNegativeInt, Paper, Positive, Unit, op

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SGDR = Paper("Loshchilov and Hutter", 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts")


@op(
    name="CosineAnnealingLR",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_{\min} + \frac{1}{2} (\eta_0 - \eta_{\min}) "
    r"\left( 1 + \cos \frac{\pi t}{T} \right)",
    paper=_SGDR,
    example={"base_lr": 0.1, "steps": 6, "T_max": 4},
    pitfall="It does not stop at T_max: past it the rate climbs again along the cosine.",
)
def cosine_annealing_lr(
    base_lr: NonNegative, steps: NonNegativeInt, T_max: Count, *, eta_min: NonNegative = 0.0
) -> Any:
    """Half a cosine from the rate down to eta_min: level at first, steep in the middle, and gentle
    at the end.
    """
    t = np.arange(steps)  # steps taken so far
    share = (1 + np.cos(np.pi * t / T_max)) / 2  # from 1 to 0, and up again
    lr = eta_min + (base_lr - eta_min) * share  # between the two
    return {"lr": lr}


@op(
    name="CosineAnnealingWarmRestarts",
    shapes="-> lr(steps)",
    formula=r"\eta_t = \eta_{\min} + \frac{1}{2} (\eta_0 - \eta_{\min}) "
    r"\left( 1 + \cos \frac{\pi (t - s_i)}{T_i} \right)",
    paper=_SGDR,
    example={"base_lr": 0.1, "steps": 7, "T_0": 2, "T_mult": 2},
    pitfall="With T_mult = 2 the restarts are at T_0, 3T_0, 7T_0, …: stop at the end of a period, "
    "not in its middle.",
)
def cosine_annealing_warm_restarts(
    base_lr: NonNegative,
    steps: NonNegativeInt,
    T_0: Count,
    *,
    T_mult: Count = 1,
    eta_min: NonNegative = 0.0,
) -> Any:
    """Cosine annealing that jumps back to the full rate again and again, each period T_mult times
    as long as the one before: it leaves a minimum to find a wider one.
    """
    t = np.arange(steps)  # steps taken so far
    restarts = np.array(_restarts(T_0, T_mult, steps))  # where a period starts
    i = np.searchsorted(restarts, t, side="right") - 1  # the period of each step
    T_cur = t - restarts[i]  # steps since the restart
    T_i = T_0 * float(T_mult) ** i  # length of the period
    lr = eta_min + (base_lr - eta_min) * (1 + np.cos(np.pi * T_cur / T_i)) / 2  # half a cosine
    return {"lr": lr}


def _restarts(T_0: int, T_mult: int, steps: int) -> list[int]:
    starts, length = [0], T_0
    while starts[-1] < steps:
        starts.append(starts[-1] + length)
        length *= T_mult
    return list(takewhile(lambda start: start <= steps, starts))


def _one_cycle_fault(
    total_steps: int | None,
    epochs: int | None,
    steps_per_epoch: int | None,
    steps: int | None,
    **_: Any,
) -> str:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        return "total_steps is missing (or epochs and steps_per_epoch)"
    total = total_steps or (epochs or 0) * (steps_per_epoch or 0)
    if steps is not None and steps > total:
        return f"steps is {steps} (the cycle has {total})"
    return ""


def _one_cycle_output(
    total_steps: int | None,
    epochs: int | None,
    steps_per_epoch: int | None,
    steps: int | None,
    **_: Any,
) -> dict[str, tuple[int, ...]]:
    total = total_steps or (epochs or 0) * (steps_per_epoch or 0)
    return dict.fromkeys(("lr", "momentum"), (steps or total,))


@op(
    name="OneCycleLR",
    shapes="-> lr(steps), momentum(steps)",
    formula=r"\eta_t = b + (a - b)\, \frac{1 + \cos(\pi p)}{2}, \quad "
    r"\frac{\eta_{\max}}{25} \to \eta_{\max} \to \frac{\eta_{\max}}{25 \cdot 10^4}",
    paper=Paper(
        "Smith",
        2018,
        "A Disciplined Approach to Neural Network Hyper-Parameters: Part 1",
    ),
    example={"max_lr": 1.0, "total_steps": 10},
    pitfall="It is stepped after every batch, not every epoch, and total_steps counts batches. The "
    "final rate is the initial one over final_div_factor, not the highest.",
    fault=_one_cycle_fault,
    output=_one_cycle_output,
)
def one_cycle_lr(
    max_lr: NonNegative,
    total_steps: Count | None = None,
    *,
    epochs: Count | None = None,
    steps_per_epoch: Count | None = None,
    steps: Count | None = None,
    pct_start: Unit = 0.3,
    anneal_strategy: Literal["cos", "linear"] = "cos",
    base_momentum: NonNegative = 0.85,
    max_momentum: NonNegative = 0.95,
    div_factor: Positive = 25.0,
    final_div_factor: Positive = 1e4,
    three_phase: Flag = False,
) -> Any:
    """One long climb to a high rate, one descent to almost nothing, and momentum the other way
    round: the high rate in the middle regularises, the end settles.

    With three_phase the descent is as long as the climb, and a third phase goes on down. `steps`
    asks for the first part of the cycle only.
    """
    total = total_steps or (epochs or 0) * (steps_per_epoch or 0)  # length of the cycle
    t = np.arange(steps or total)  # steps taken so far
    low = max_lr / div_factor  # where it starts
    final = low / final_div_factor  # where it ends
    peak = pct_start * total - 1  # when the rate is highest
    if three_phase:
        ends = [peak, 2 * peak, total - 1]  # when each phase ends
        lr = _annealed(t, ends, [low, max_lr, low, final], anneal_strategy)  # up, down, further
        momenta = [max_momentum, base_momentum, max_momentum, max_momentum]  # the other way round
    else:
        ends = [peak, total - 1]  # when each phase ends
        lr = _annealed(t, ends, [low, max_lr, final], anneal_strategy)  # up and down
        momenta = [max_momentum, base_momentum, max_momentum]  # the other way round
    momentum = _annealed(t, ends, momenta, anneal_strategy)  # low where the rate is high
    return {"lr": lr, "momentum": momentum}


def _annealed(
    t: NDArray[np.int64], ends: Sequence[float], levels: Sequence[float], strategy: str
) -> NDArray[np.float64]:
    """Go from level to level, reaching one at each end."""
    last = [False] * (len(ends) - 1) + [True]
    phase = np.argmax((t[:, None] <= np.array(ends)) | last, axis=1)  # the first that holds t
    start, end = np.array([0.0, *ends[:-1]])[phase], np.array(ends)[phase]
    done = np.where(end == start, 1.0, (t - start) / (end - start))
    before, after = np.array(levels)[phase], np.array(levels)[phase + 1]
    share = (1 - np.cos(np.pi * done)) / 2 if strategy == "cos" else done
    return np.asarray(before + (after - before) * share)


@op(
    name="CyclicLR",
    shapes="-> lr(steps), momentum(steps)",
    formula=r"\eta_t = \eta_{\min} + (\eta_{\max} - \eta_{\min})\, h_t\, s_t, \quad "
    r"s_t = 1,\ 2^{1 - \text{cycle}}\ \text{or}\ \gamma^t",
    paper=Paper("Smith", 2017, "Cyclical Learning Rates for Training Neural Networks"),
    example={"base_lr": 0.1, "max_lr": 0.5, "steps": 8, "step_size_up": 2},
    pitfall="step_size_up is half a cycle, in batches; triangular2 halves the height at each "
    "cycle, exp_range shrinks it at each batch.",
)
def cyclic_lr(
    base_lr: NonNegative,
    max_lr: NonNegative,
    steps: NonNegativeInt,
    *,
    step_size_up: Count = 2000,
    step_size_down: Count | None = None,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: NonNegative = 1.0,
    base_momentum: NonNegative = 0.8,
    max_momentum: NonNegative = 0.9,
) -> Any:
    """Saws between two rates instead of searching for one: the high ones leave saddle points, the
    low ones settle. Momentum saws the other way.
    """
    t = np.arange(steps)  # steps taken so far
    length = step_size_up + (step_size_down or step_size_up)  # of one cycle
    cycle = 1 + t // length  # number of the cycle
    x = t / length - (cycle - 1)  # part of the cycle that is over
    up = step_size_up / length  # part of the cycle that climbs
    h = np.where(x <= up, x / up, (1 - x) / (1 - up))  # height: 0 to 1 and back
    s = _shrunk(t, cycle, gamma)[mode]  # height of the peaks
    lr = base_lr + (max_lr - base_lr) * h * s  # saw
    momentum = max_momentum - (max_momentum - base_momentum) * h * s  # other way round
    return {"lr": lr, "momentum": momentum}


def _shrunk(t: Any, cycle: Any, gamma: float) -> dict[str, Any]:
    return {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1), "exp_range": gamma**t}
