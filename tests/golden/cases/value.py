"""Golden cases of returns, advantages and the losses of value functions."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case

PATH = {
    "rewards": [1.0, 0.0, -2.0, 0.5],
    "values": [0.5, 0.4, 0.6, 0.3, -1.0],
    "dones": [0, 1, 0, 0],
}
STEPS = {
    "value": [0.5, 1.0, -3.0],
    "reward": [1.0, 0.0, 1000.0],
    "next_value": [0.8, 2.0, -1000.0],
    "done": [0, 1, 0],
    "gamma": 0.9,
}
ACTIONS = {
    "q": [[1.0, 2.0, 0.0], [0.5, 0.0, 7.0], [3.0, -2.0, 1.0], [0.4, 0.0, 0.0]],
    "next_q": [[0.0, 1.0, 1.0], [2.0, 1.0, 0.0], [0.5, 0.0, 3.0], [1.0, 0.0, 0.0]],
    "target_next_q": [[0.6, 0.4, 0.5], [1.0, 3.0, 0.0], [-1.0, 2.0, 0.0], [0.4, 9.0, 0.0]],
    "action": [1, 2, 0, 0],
    "reward": [1.0, 0.0, -0.5, 0.0],
    "done": [0, 1, 0, 0],
    "gamma": 0.9,
}


def _returns(rewards, gamma):
    """The definition: a double sum."""
    steps = range(len(rewards))
    return torch.stack([sum(gamma ** (s - t) * rewards[s] for s in steps[t:]) for t in steps])


def _gae(rewards, values, dones, gamma=0.99, lam=0.95):
    """The definition: a double sum of TD errors, cut where an episode ends."""
    advantages = []
    for t in range(len(rewards)):
        total, weight = 0.0, 1.0
        for s in range(t, len(rewards)):
            alive = 1.0 - float(dones[s])
            total += weight * float(rewards[s] + gamma * alive * values[s + 1] - values[s])
            weight *= gamma * lam * alive
        advantages.append(total)
    return torch.tensor(advantages, dtype=torch.float64)


def _td(value, reward, next_value, done, gamma):
    return F.mse_loss(value, reward + torch.where(done == 1, 0.0, gamma * next_value))


def _dqn(q, next_q, target_next_q, action, reward, done, gamma, double=False):
    taken = q[torch.arange(len(q)), action]
    if double:
        future = target_next_q[torch.arange(len(q)), next_q.argmax(1)]
    else:
        future = target_next_q.max(1).values
    return F.smooth_l1_loss(taken, reward + gamma * (1 - done.double()) * future)


CASES = [
    *(
        Case("discounted_returns", _returns, {"rewards": rewards, "gamma": gamma}, ("rewards",))
        for rewards in ([1.0, 0.0, 2.0, -1.0], [5.0], [1, 1, 1])
        for gamma in (0.9, 1.0, 0.0)
    ),
    *(
        Case("gae", _gae, {**PATH, **options})
        for options in ({}, {"gamma": 0.9, "lam": 0.5}, {"lam": 0.0}, {"lam": 1.0}, {"gamma": 1.0, "lam": 1.0, "dones": [0, 0, 0, 1]})
    ),
    Case("gae", _gae, {"rewards": [1.0], "values": [0.5, 2.0], "dones": [0]}),
    Case("td_loss", _td, STEPS, ("value",)),
    Case("td_loss", _td, {**STEPS, "gamma": 0.0}, ("value",)),
    *(
        Case("dqn_loss", _dqn, {**ACTIONS, **options}, ("q",))
        for options in ({}, {"double": True}, {"gamma": 1.0}, {"gamma": 0.0, "double": True})
    ),
    Case("dqn_loss", _dqn, {**ACTIONS, "reward": [1.46, 8.0, 999.0, -1000.0]}, ("q",)),
]
