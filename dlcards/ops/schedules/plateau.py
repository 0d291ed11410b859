"""Rules that watch a metric: lower the rate, or stop, when it no longer improves."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Count, NonNegative, NonNegativeInt, Paper, Unit, op


def _factor_fault(factor: float, **_: Any) -> str:
    return "factor is 1 (it takes a number below 1)" if factor == 1 else ""


@op(
    name="ReduceLROnPlateau",
    shapes="metrics(T) -> lr(T)",
    formula=r"\eta \leftarrow \max(\gamma \eta, \eta_{\min}) \quad \text{if } "
    r"\text{bad epochs} > \text{patience}",
    example={"base_lr": 0.1, "metrics": [1.0, 0.8, 0.8, 0.9, 0.7], "patience": 1},
    pitfall="It fires when the bad epochs exceed patience: with patience 10 the rate falls after "
    "the 11th. It watches the validation metric, and mode='max' is for accuracy.",
    fault=_factor_fault,
)
def reduce_lr_on_plateau(
    base_lr: NonNegative,
    metrics: Array,
    *,
    mode: Literal["min", "max"] = "min",
    factor: Unit = 0.1,
    patience: NonNegativeInt = 10,
    threshold: NonNegative = 1e-4,
    threshold_mode: Literal["rel", "abs"] = "rel",
    cooldown: NonNegativeInt = 0,
    min_lr: NonNegative = 0.0,
    eps: NonNegative = 1e-8,
) -> Any:
    """Cuts the rate when the metric has not improved for a while: the schedule follows the training
    instead of the calendar.

    The answer is the rate after each metric is seen. Changes of at most eps are not made.
    """
    path = []  # the rate after each epoch
    lr = base_lr  # where it starts
    best = np.inf if mode == "min" else -np.inf  # nothing seen yet
    bad = rest = 0  # epochs without improvement, epochs of cooldown left
    for metric in metrics:
        better = _is_better(metric, best, mode, threshold_mode, threshold)  # by the threshold
        best = metric if better else best  # the one to beat
        bad = 0 if better or rest else bad + 1  # cooldown forgives
        rest = max(rest - 1, 0)  # cooldown runs out
        if bad > patience:
            lower = max(lr * factor, min_lr)  # not below min_lr
            lr = lower if lr - lower > eps else lr  # cut
            bad, rest = 0, cooldown  # start afresh
        path.append(lr)
    return {"lr": np.array(path)}


def _is_better(
    metric: float, best: float, mode: str, threshold_mode: str, threshold: float
) -> bool:
    sign = 1 if mode == "min" else -1
    relative, absolute = best * (1 - sign * threshold), best - sign * threshold
    return bool(sign * metric < sign * (relative if threshold_mode == "rel" else absolute))


def _empty_fault(losses: Any, **_: Any) -> str:
    return "" if losses.size else "losses is empty (it takes at least one epoch)"


@op(
    shapes="losses(T) -> stop_epoch(), best_epoch()",
    formula=r"\text{stop at the first } t \text{ with } L_{t-p+1}, \dots, L_t \ge L^{*} - \delta",
    paper=Paper("Prechelt", 1998, "Early Stopping - But When?"),
    example={"losses": [1.0, 0.6, 0.7, 0.65, 0.5], "patience": 2},
    pitfall="The weights to keep are those of the best epoch, not of the last; an improvement has "
    "to be strictly more than min_delta. Epochs count from 0.",
    fault=_empty_fault,
)
def early_stopping(losses: Array, patience: Count, *, min_delta: NonNegative = 0.0) -> Any:
    """Stops when the validation loss has not improved for `patience` epochs in a row: a limit on
    how far the weights get from their start, and so a regulariser.

    Where it never stops, stop_epoch is the last epoch.
    """
    best, best_epoch, bad = np.inf, 0, 0  # nothing seen yet
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, best_epoch, bad = float(loss), epoch, 0  # better: remember it
        else:
            bad = bad + 1  # no better, once more
        if bad == patience:
            break
    return {"stop_epoch": epoch, "best_epoch": best_epoch}
