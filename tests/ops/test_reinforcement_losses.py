"""Returns, advantages and policies: their limits, and what counts as a constant."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dlcards import ops
from dlcards.ops._op import OpError

few = settings(max_examples=25, deadline=None, database=None)
seeds = st.integers(0, 999)
discounts = st.floats(0, 1)


@few
@given(seeds, discounts)
def test_monte_carlo_and_one_step_are_the_limits_of_gae(seed: int, gamma: float) -> None:
    rewards, values = np.random.default_rng(seed).normal(size=(2, 6))
    gae, never, beyond = ops.find("gae"), np.zeros(6), np.append(values, 0.0)
    returns = ops.find("discounted_returns")(rewards, gamma)
    one_step = rewards + gamma * beyond[1:] - values
    assert_allclose(gae(rewards, beyond, never, gamma=gamma, lam=1.0), returns - values, atol=1e-9)
    assert_allclose(gae(rewards, beyond, never, gamma=gamma, lam=0.0), one_step, atol=1e-12)


def test_nothing_crosses_the_end_of_an_episode() -> None:
    gae = ops.find("gae")
    first = gae([1.0, 2.0], [0.5, 0.4, 9.0], [0, 1])
    both = gae([1.0, 2.0, 7.0, 7.0], [0.5, 0.4, 9.0, 8.0, 7.0], [0, 1, 0, 0])
    assert_allclose(both[:2], first)
    assert_allclose(first[1], 2.0 - 0.4)


@pytest.mark.parametrize(
    ("ratio", "advantage", "learns"),
    [
        (1.0, 1.0, True),
        (1.5, 1.0, False),
        (0.5, 1.0, True),
        (1.0, -1.0, True),
        (1.5, -1.0, True),
        (0.5, -1.0, False),
    ],
)
def test_clipping_stops_only_what_the_advantage_rewards(
    ratio: float, advantage: float, learns: bool
) -> None:
    grad = ops.find("ppo_clip_loss").grad([math.log(ratio)], [0.0], [advantage])["log_probs"]
    assert_allclose(grad, [-ratio * advantage if learns else 0.0])


def test_ppo_starts_as_the_policy_gradient() -> None:
    log_p, advantages = [-1.0, -2.0], [3.0, -1.0]
    ppo = ops.find("ppo_clip_loss").grad(log_p, log_p, advantages)["log_probs"]
    reinforce = ops.find("reinforce_loss").grad(log_p, advantages)["log_probs"]
    assert_allclose(ppo, reinforce)


def test_double_dqn_lets_the_online_network_choose() -> None:
    step = {
        "q": [[0.0, 0.0]],
        "next_q": [[1.0, 0.0]],
        "target_next_q": [[2.0, 9.0]],
        "action": [0],
        "reward": [0.0],
        "done": [0],
        "gamma": 1.0,
    }
    dqn = ops.find("dqn_loss")
    assert dqn(**step) == 8.5
    assert dqn(**step, double=True) == 1.5
    assert dqn(**{**step, "done": [1]}) == 0


def test_the_bootstrap_has_no_gradient() -> None:
    assert ops.find("td_loss").wrt == ("value",)
    assert ops.find("dqn_loss").wrt == ("q",)


def test_a_hopeless_preference_has_a_finite_cost() -> None:
    dpo = ops.find("dpo_loss")
    assert dpo([-90000.0], [0.0], [0.0], [0.0]) == 9000
    assert dpo([-5.0], [-5.0], [-7.0], [-7.0]) == math.log(2)


@few
@given(seeds, st.integers(1, 6))
def test_entropy_is_between_certainty_and_a_guess(seed: int, actions: int) -> None:
    logits = 3 * np.random.default_rng(seed).normal(size=(2, actions))
    entropy = ops.find("categorical_entropy")
    assert -1e-12 <= entropy(logits) <= math.log(actions) + 1e-12
    assert_allclose(entropy(0 * logits), math.log(actions), atol=1e-12)


REFUSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("gae", ([1.0], [1.0], [0]), "values has 1 numbers (it takes 2:"),
    ("gae", ([1.0], [1.0, 2.0], [2]), "dones is [2] (it takes numbers from 0 to 1)"),
    ("discounted_returns", ([1.0], 1.5), "gamma is 1.5 (it takes a number from 0 to 1)"),
    ("dqn_loss", (*[[[1.0]]] * 3, [1], [0.0], [0], 0.9), "action holds 1 (it takes 0 to 0)"),
]


@pytest.mark.parametrize(("name", "args", "fault"), REFUSED, ids=[row[2] for row in REFUSED])
def test_what_does_not_go_together_is_refused(name: str, args: Any, fault: str) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(*args)
    assert str(caught.value).startswith(f"{name}: {fault}")
