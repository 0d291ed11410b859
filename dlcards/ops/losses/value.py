"""Returns, advantages, and losses that learn what a state or an action is worth."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, Indices, Paper, Probabilities, Unit, index_fault, op
from dlcards.ops._reduction import mean


@op(
    shapes="rewards(T) -> (T)",
    formula=r"G_t = r_t + \gamma\, G_{t+1}, \quad G_T = 0",
    paper=Paper("Sutton and Barto", 2018, "Reinforcement Learning: An Introduction"),
    example={"rewards": [1.0, 0.0, 2.0], "gamma": 0.9},
    pitfall="Run backwards, once: the double sum over future rewards is quadratic, and each "
    "return counts its own reward without discount.",
)
def discounted_returns(rewards: Array, gamma: Unit) -> Any:
    """What is still to come from each step on, every further step worth γ times less."""
    returns = np.zeros(rewards.size)  # G, to be filled from the end
    g = 0.0  # nothing comes after the last step
    for t in reversed(range(rewards.size)):
        g = rewards[t] + gamma * g  # the reward now, the rest discounted
        returns[t] = g  # G at this step
    return returns


@discounted_returns.gradient
def discounted_returns_grad(grad_output: Array, rewards: Array, gamma: float) -> dict[str, Any]:
    grad = np.zeros(rewards.size)  # a reward is part of all earlier returns
    g = 0.0  # nothing comes before the first step
    for t in range(rewards.size):
        g = grad_output[t] + gamma * g  # its own return, the earlier ones discounted
        grad[t] = g  # gradient at this step
    return {"rewards": grad}


def _horizon_fault(rewards: Any, values: Any, **_: Any) -> str:
    if len(values) != len(rewards) + 1:
        return (
            f"values has {len(values)} numbers (it takes {len(rewards) + 1}: one for each "
            "reward and one for the state after the last)"
        )
    return ""


@op(
    shapes="rewards(T), values(S), dones(T) -> (T)",
    formula=r"\hat{A}_t = \delta_t + \gamma \lambda (1 - d_t) \hat{A}_{t+1}, \quad "
    r"\delta_t = r_t + \gamma (1 - d_t) V_{t+1} - V_t",
    paper=Paper(
        "Schulman, Moritz, Levine, Jordan and Abbeel", 2016,
        "High-Dimensional Continuous Control Using Generalized Advantage Estimation",
    ),
    example={
        "rewards": [1.0, 0.0, 1.0],
        "values": [0.5, 0.4, 0.6, 0.3],
        "dones": [0, 0, 1],
        "gamma": 0.9,
        "lam": 0.8,
    },
    pitfall="The end of an episode cuts both the value of the next state and the trace; values "
    "has one entry more than rewards.",
    fault=_horizon_fault,
)  # fmt: skip
def gae(
    rewards: Array,
    values: Array,
    dones: Probabilities,
    *,
    gamma: Unit = 0.99,
    lam: Unit = 0.95,
) -> Any:
    """How much better an action was than expected, as a decaying sum of TD errors: λ = 0 is one
    step, biased and calm; λ = 1 is Monte Carlo, unbiased and noisy."""
    alive = 1 - dones  # 0 where an episode ends
    delta = rewards + gamma * alive * values[1:] - values[:-1]  # TD error of each step
    advantages = np.zeros(rewards.size)  # to be filled from the end
    trace = 0.0  # nothing comes after the last step
    for t in reversed(range(rewards.size)):
        trace = delta[t] + gamma * lam * alive[t] * trace  # this error, later ones decayed
        advantages[t] = trace  # advantage at this step
    return advantages


@op(
    shapes="value(N), reward(N), next_value(N), done(N) -> ()",
    formula=r"L = \frac{1}{N} \sum_{i=1}^{N} \left( r_i + \gamma (1 - d_i) V(s'_i) - V(s_i) "
    r"\right)^2",
    paper=Paper("Sutton", 1988, "Learning to Predict by the Methods of Temporal Differences"),
    example={
        "value": [0.5, 1.0],
        "reward": [1.0, 0.0],
        "next_value": [0.8, 2.0],
        "done": [0, 1],
        "gamma": 0.9,
    },
    pitfall="The target is a constant: the gradient goes through V(s) only, although V(s') comes "
    "from the same network.",
)
def td_loss(
    value: Array, reward: Array, next_value: Array, done: Probabilities, gamma: Unit
) -> Any:
    """The squared surprise between what a state was worth and what one step more says it is: a
    guess learns from a later guess."""
    target = reward + gamma * (1 - done) * next_value  # one step of truth, then a guess; constant
    delta = target - value  # TD error
    return mean(delta**2)


@td_loss.gradient
def td_loss_grad(
    grad_output: Array, value: Array, reward: Array, next_value: Array, done: Array, gamma: float
) -> dict[str, Any]:
    target = reward + gamma * (1 - done) * next_value  # constant: no gradient through it
    return {"value": grad_output * 2 * (value - target) / value.size}


@op(
    shapes="q(N,A), next_q(N,A), target_next_q(N,A), action(N), reward(N), done(N) -> ()",
    formula=r"L = \frac{1}{N} \sum_{i=1}^{N} \mathrm{smooth}_{L_1}\left( Q(s_i, a_i) - r_i - "
    r"\gamma (1 - d_i) \max_a Q^{-}(s'_i, a) \right)",
    paper=Paper("Mnih et al.", 2015, "Human-Level Control through Deep Reinforcement Learning"),
    example={
        "q": [[1.0, 2.0], [0.5, 0.0]],
        "next_q": [[0.0, 1.0], [2.0, 1.0]],
        "target_next_q": [[0.6, 0.4], [1.0, 3.0]],
        "action": [1, 0],
        "reward": [1.0, 0.0],
        "done": [0, 1],
        "gamma": 0.9,
    },
    pitfall="Double DQN lets the online network choose the action and the target network judge "
    "it; the max of one noisy network is biased upwards.",
    fault=lambda q, action, **_: index_fault(action, q.shape[1], "action"),
)
def dqn_loss(
    q: Array,
    next_q: Array,
    target_next_q: Array,
    action: Indices,
    reward: Array,
    done: Probabilities,
    gamma: Unit,
    *,
    double: Flag = False,
) -> Any:
    """Smooth L1 between the value of the action taken and the Bellman target, which a frozen copy
    of the network computes."""
    taken = np.take_along_axis(q, action[:, None], axis=1)[:, 0]  # Q(s, a)
    judge = next_q if double else target_next_q  # who chooses the next action
    best = np.argmax(judge, axis=1)  # the action chosen
    future = np.take_along_axis(target_next_q, best[:, None], axis=1)[:, 0]  # and its value
    r = taken - (reward + gamma * (1 - done) * future)  # Bellman error
    each = np.where(np.abs(r) < 1, 0.5 * r**2, np.abs(r) - 0.5)  # smooth L1: slope at most 1
    return mean(each)


@dqn_loss.gradient
def dqn_loss_grad(
    grad_output: Array,
    q: Array,
    next_q: Array,
    target_next_q: Array,
    action: Indices,
    reward: Array,
    done: Array,
    gamma: float,
    *,
    double: bool,
) -> dict[str, Any]:
    taken = np.take_along_axis(q, action[:, None], axis=1)[:, 0]  # Q(s, a)
    best = np.argmax(next_q if double else target_next_q, axis=1)  # the next action
    future = np.take_along_axis(target_next_q, best[:, None], axis=1)[:, 0]  # and its value
    r = taken - (reward + gamma * (1 - done) * future)  # Bellman error; the target is constant
    slope = grad_output * np.clip(r, -1, 1) / r.size  # smooth L1: clipped
    chosen = action[:, None] == np.arange(q.shape[1])  # only the action taken learns
    return {"q": slope[:, None] * chosen}
