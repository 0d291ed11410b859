"""Golden cases of the losses that move a policy."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from case import Case
from torch.distributions import Categorical

STEPS = {"log_probs": [-0.5, -1.2, -2.0, -0.1], "advantages": [1.0, -0.5, 2.0, 0.0]}
CLIPPED = {  # well inside, above and below the clip, with advantages of both signs and none
    "log_probs": [-1.0, -1.05, -0.5, -0.5, -2.0, -2.0, -1.0, -0.3],
    "old_log_probs": [-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0],
    "advantages": [1.0, -2.0, 1.5, -1.5, 0.7, -0.7, -1.0, 0.0],
}
ANSWERS = {
    "policy_chosen": [-10.0, -12.0, -5.0, 0.0],
    "policy_rejected": [-11.0, -11.0, -5.0, -90000.0],
    "ref_chosen": [-10.5, -11.5, -5.0, -1000.0],
    "ref_rejected": [-10.5, -11.0, -5.0, 0.0],
}
WORSE = {"policy_chosen": [-90000.0], "policy_rejected": [0.0], "ref_chosen": [0.0], "ref_rejected": [0.0]}


def _reinforce(log_probs, advantages):
    return -torch.dot(log_probs, advantages) / len(log_probs)


def _ppo(log_probs, old_log_probs, advantages, clip_eps=0.2):
    """By cases of the sign of the advantage, without a minimum of two objectives."""
    ratio = torch.exp(log_probs - old_log_probs)
    gained = torch.where(advantages > 0, ratio.clamp(max=1 + clip_eps), ratio.clamp(min=1 - clip_eps))
    return -(gained * advantages).mean()


def _dpo(policy_chosen, policy_rejected, ref_chosen, ref_rejected, beta=0.1):
    return -F.logsigmoid(beta * (policy_chosen - policy_rejected - ref_chosen + ref_rejected)).mean()


def _entropy(logits):
    return Categorical(logits=logits).entropy().mean()


CASES = [
    Case("reinforce_loss", _reinforce, STEPS, ("log_probs",)),
    Case("reinforce_loss", _reinforce, {"log_probs": [-1000.0], "advantages": [-3.0]}, ("log_probs",)),
    *(Case("ppo_clip_loss", _ppo, {**CLIPPED, "clip_eps": eps}, ("log_probs",)) for eps in (0.2, 0.1, 0.6, 0.0)),
    Case("ppo_clip_loss", _ppo, {"log_probs": [0.0, -600.0], "old_log_probs": [-600.0, 0.0], "advantages": [1.0, -1.0]}, ("log_probs",)),
    *(
        Case("dpo_loss", _dpo, {**answers, **options}, ("policy_chosen", "policy_rejected"))
        for answers in (ANSWERS, WORSE)
        for options in ({}, {"beta": 0.5})
    ),
    Case("categorical_entropy", _entropy, {"logits": [[1.0, 1.0, 1.0], [2.0, 0.0, 0.0]]}, ("logits",)),
    Case("categorical_entropy", _entropy, {"logits": [[1000.0, -1000.0], [0.0, 0.0]]}, ("logits",)),
    Case("categorical_entropy", _entropy, {"logits": [[0.0, -math.inf, 0.0]]}),
    Case("categorical_entropy", _entropy, {"logits": [[5.0]]}, ("logits",)),
]
