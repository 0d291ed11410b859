"""What schedules promise beyond their golden values: shape, turning points, and who is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

SCHEDULES: dict[str, dict[str, Any]] = {
    "StepLR": {"base_lr": 0.1, "step_size": 3}, "MultiStepLR": {"base_lr": 0.1, "milestones": [2, 5]},
    "ConstantLR": {"base_lr": 0.1}, "LinearLR": {"base_lr": 0.1},
    "ExponentialLR": {"base_lr": 0.1, "gamma": 0.9}, "exponential_decay_e": {"base_lr": 0.1, "k": 0.2},
    "inverse_time_decay": {"base_lr": 0.1, "decay_rate": 0.5, "decay_steps": 2},
    "PolynomialLR": {"base_lr": 0.1}, "CosineAnnealingLR": {"base_lr": 0.1, "T_max": 6},
    "CosineAnnealingWarmRestarts": {"base_lr": 0.1, "T_0": 2, "T_mult": 2},
    "OneCycleLR": {"max_lr": 0.1, "total_steps": 30},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "mode": "triangular2"},
    "SequentialLR_linear_cosine": {"base_lr": 0.1, "warmup": 3, "T_max": 9},
    "noam_lr": {"d_model": 128, "warmup": 4},
    "warmup_cosine_lr": {"base_lr": 0.1, "warmup": 3, "total": 12},
    "wsd_lr": {"base_lr": 0.1, "warmup": 3, "stable": 4, "decay": 5},
}  # fmt: skip
FALLING = [
    "StepLR", "MultiStepLR", "ExponentialLR", "exponential_decay_e", "inverse_time_decay",
    "PolynomialLR",
]  # fmt: skip
every_schedule = pytest.mark.parametrize("name", SCHEDULES)


def lr(name: str, **options: Any) -> Any:
    return ops.find(name)(**{**SCHEDULES.get(name, {}), **options})["lr"]


@every_schedule
def test_as_many_rates_as_steps_and_none_is_negative(name: str) -> None:
    rates = lr(name, steps=20)
    assert rates.shape == (20,)
    assert np.all(rates >= 0)


@every_schedule
def test_a_shorter_run_is_the_beginning_of_a_longer_one(name: str) -> None:
    np.testing.assert_array_equal(lr(name, steps=7), lr(name, steps=20)[:7])


@every_schedule
def test_the_rate_is_in_proportion_to_the_base(name: str) -> None:
    bases = {
        key: 3 * value for key, value in SCHEDULES[name].items() if key in ("base_lr", "max_lr")
    }
    bases = bases or {"factor": 3.0}
    np.testing.assert_allclose(lr(name, steps=20, **bases), 3 * lr(name, steps=20), atol=1e-15)


@pytest.mark.parametrize("name", FALLING)
def test_a_decay_starts_at_the_base_and_never_rises(name: str) -> None:
    rates = lr(name, steps=20)
    assert rates[0] == 0.1
    assert np.all(np.diff(rates) <= 0)


@given(k=st.floats(0, 3))
def test_base_e_is_a_gamma(k: float) -> None:
    by_gamma = lr("ExponentialLR", gamma=math.exp(-k), steps=9)
    np.testing.assert_allclose(lr("exponential_decay_e", k=k, steps=9), by_gamma, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "options", "step", "rate"),
    [
        ("StepLR", {}, 2, 0.1), ("StepLR", {}, 3, 0.01), ("MultiStepLR", {}, 5, 0.001),
        ("MultiStepLR", {"milestones": [4, 4]}, 4, 0.001), ("ConstantLR", {}, 5, 0.1),
        ("LinearLR", {}, 0, 0.1 / 3), ("LinearLR", {}, 5, 0.1), ("PolynomialLR", {}, 5, 0.0),
        ("inverse_time_decay", {}, 4, 0.05), ("CosineAnnealingLR", {}, 3, 0.05),
        ("CosineAnnealingLR", {}, 6, 0.0), ("CosineAnnealingLR", {}, 12, 0.1),
        ("CosineAnnealingWarmRestarts", {}, 2, 0.1), ("CosineAnnealingWarmRestarts", {}, 6, 0.1),
        ("CosineAnnealingWarmRestarts", {}, 4, 0.05), ("CosineAnnealingWarmRestarts", {}, 14, 0.1),
        ("OneCycleLR", {}, 0, 0.004), ("OneCycleLR", {}, 8, 0.1), ("OneCycleLR", {}, 29, 4e-7),
        ("CyclicLR", {}, 3, 0.1), ("CyclicLR", {}, 6, 0.01), ("CyclicLR", {}, 9, 0.055),
        ("SequentialLR_linear_cosine", {}, 3, 0.1), ("SequentialLR_linear_cosine", {}, 12, 0.0),
        ("noam_lr", {"warmup": 4, "d_model": 4}, 3, 0.25), ("noam_lr", {"warmup": 4, "d_model": 4}, 15, 0.125),
        ("warmup_cosine_lr", {}, 0, 0.0), ("warmup_cosine_lr", {}, 3, 0.1), ("warmup_cosine_lr", {}, 20, 0.0),
        ("wsd_lr", {}, 0, 0.1 / 3), ("wsd_lr", {}, 2, 0.1), ("wsd_lr", {}, 7, 0.1), ("wsd_lr", {}, 12, 0.0),
    ],
)  # fmt: skip
def test_turning_points(name: str, options: Any, step: int, rate: float) -> None:
    assert lr(name, steps=30, **options)[step] == pytest.approx(rate, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", ["OneCycleLR", "CyclicLR"])
def test_momentum_is_low_where_the_rate_is_high(name: str) -> None:
    both = ops.find(name)(**SCHEDULES[name], steps=9)
    assert np.argmin(both["momentum"]) == np.argmax(both["lr"])
    assert np.argmax(both["momentum"]) == np.argmin(both["lr"])


# Watching a metric


@pytest.mark.parametrize(
    ("options", "falls"),
    [
        ({"patience": 0}, [1, 2, 3, 4, 5]),
        ({"patience": 2}, [3]),
        ({"patience": 4}, [5]),
        ({"patience": 5}, []),
        ({"patience": 0, "cooldown": 1}, [1, 3, 5]),
        ({"patience": 0, "min_lr": 0.02}, [1, 2]),
        (
            {"patience": 0, "mode": "max", "threshold": 2.0, "threshold_mode": "abs"},
            [1, 2, 3, 4, 5],
        ),
    ],
    ids=str,
)
def test_a_plateau_lowers_the_rate_after_more_than_patience_bad_epochs(
    options: Any, falls: list[int]
) -> None:
    rates = lr("ReduceLROnPlateau", base_lr=0.1, metrics=[1.0] * 6, factor=0.25, **options)
    assert [*np.flatnonzero(np.diff(rates, prepend=0.1) < 0)] == falls


@given(losses=st.lists(st.floats(-5, 5), min_size=1, max_size=12), patience=st.integers(1, 4))
def test_early_stopping_remembers_the_best_and_stops_patience_after_it(
    losses: list[float], patience: int
) -> None:
    answer = ops.find("early_stopping")(losses, patience)
    stop, best = answer["stop_epoch"], answer["best_epoch"]
    assert best == int(np.argmin(losses[: stop + 1]))
    assert stop - best == patience or (stop == len(losses) - 1 and stop - best < patience)


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("MultiStepLR", {"milestones": [3, -1], "steps": 2}, "milestones holds -1 (it takes steps from 0)"),
        ("OneCycleLR", {"total_steps": None}, "total_steps is missing (or epochs and steps_per_epoch)"),
        ("OneCycleLR", {"total_steps": None, "epochs": 2}, "total_steps is missing (or epochs and"),
        ("OneCycleLR", {"total_steps": 5, "steps": 6}, "steps is 6 (the cycle has 5)"),
        ("warmup_cosine_lr", {"total": 2, "steps": 2}, "total is 2 (it takes at least warmup, 3)"),
        ("ReduceLROnPlateau", {"base_lr": 1, "metrics": [1.0], "factor": 1}, "factor is 1 (it takes a number below 1)"),
        ("early_stopping", {"losses": [], "patience": 1}, "losses is empty (it takes at least one epoch)"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(name: str, args: Any, message: str) -> None:
    with pytest.raises(OpError) as caught:
        lr(name, **args)
    assert str(caught.value).startswith(f"{name}: {message}")
