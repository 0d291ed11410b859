"""Losses that move a policy: by its rewards, or by what people prefer."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Positive, op
from dlcards.ops._reduction import mean
from dlcards.ops.activations import simplex

log_softmax = simplex.log_softmax.function  # plain: arguments are checked by then


@op(
    shapes="log_probs(N), advantages(N) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} A_i \log \pi(a_i \mid s_i)",
    paper=Paper(
        "Williams", 1992,
        "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning",
    ),
    example={"log_probs": [-0.5, -1.2, -2.0], "advantages": [1.0, -0.5, 2.0]},
    pitfall="The advantages are constants, and the value means nothing: only the gradient of this "
    "loss is that of the expected return.",
)  # fmt: skip
def reinforce_loss(log_probs: Array, advantages: Array) -> Any:
    """Makes actions more likely by as much as they turned out better than expected: the
    log-derivative trick, with a minus because returns are to grow."""
    each = -advantages * log_probs  # weighted by how well it went
    return mean(each)


@reinforce_loss.gradient
def reinforce_loss_grad(grad_output: Array, log_probs: Array, advantages: Array) -> dict[str, Any]:
    return {"log_probs": -grad_output * advantages / log_probs.size}


@op(
    shapes="log_probs(N), old_log_probs(N), advantages(N) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \min\left( \rho_i A_i,\ \mathrm{clip}(\rho_i, "
    r"1 - \varepsilon, 1 + \varepsilon) A_i \right), \quad \rho_i = \frac{\pi(a_i \mid s_i)}"
    r"{\pi_{old}(a_i \mid s_i)}",
    paper=Paper(
        "Schulman, Wolski, Dhariwal, Radford and Klimov", 2017,
        "Proximal Policy Optimization Algorithms",
    ),
    example={
        "log_probs": [-0.5, -1.0, -1.5],
        "old_log_probs": [-1.0, -1.1, -1.0],
        "advantages": [1.0, -1.0, -0.5],
        "clip_eps": 0.2,
    },
    pitfall="The paper maximises, so the loss has a minus. Clipping removes the reason to go "
    "further, only on the side that A rewards; it does not bound the ratio.",
)  # fmt: skip
def ppo_clip_loss(
    log_probs: Array, old_log_probs: Array, advantages: Array, *, clip_eps: NonNegative = 0.2
) -> Any:
    """Policy gradient on old samples, as a pessimist: the smaller of the plain and the clipped
    objective, so that no sample pays for leaving the old policy far behind."""
    ratio = np.exp(log_probs - old_log_probs)  # ρ: new policy over old
    plain = ratio * advantages  # importance-weighted advantage
    clipped = np.clip(ratio, 1 - clip_eps, 1 + clip_eps) * advantages  # no gain beyond the clip
    each = -np.minimum(plain, clipped)  # the pessimist's; a loss is minus the objective
    return mean(each)


@ppo_clip_loss.gradient
def ppo_clip_loss_grad(
    grad_output: Array,
    log_probs: Array,
    old_log_probs: Array,
    advantages: Array,
    *,
    clip_eps: float,
) -> dict[str, Any]:
    ratio = np.exp(log_probs - old_log_probs)  # ρ: new policy over old
    plain = ratio * advantages  # importance-weighted advantage
    clipped = np.clip(ratio, 1 - clip_eps, 1 + clip_eps) * advantages  # a constant where clipped
    slope = np.where(plain <= clipped, -plain, 0)  # dρ/d log π = ρ; 0 where the clip wins
    return {"log_probs": grad_output * slope / log_probs.size}


@op(
    shapes="policy_chosen(N), policy_rejected(N), ref_chosen(N), ref_rejected(N) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \log \sigma\left( \beta \left[ "
    r"\log\frac{\pi(y^{+})}{\pi_{ref}(y^{+})} - \log\frac{\pi(y^{-})}{\pi_{ref}(y^{-})} "
    r"\right] \right)",
    paper=Paper(
        "Rafailov, Sharma, Mitchell, Ermon, Manning and Finn", 2023,
        "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    ),
    example={
        "policy_chosen": [-10.0, -12.0],
        "policy_rejected": [-11.0, -11.0],
        "ref_chosen": [-10.5, -11.5],
        "ref_rejected": [-10.5, -11.5],
        "beta": 0.1,
    },
    pitfall="Inputs are log-probabilities of whole answers, summed over tokens; it only widens "
    "the gap, so both may become less likely.",
)  # fmt: skip
def dpo_loss(
    policy_chosen: Array,
    policy_rejected: Array,
    ref_chosen: Array,
    ref_rejected: Array,
    *,
    beta: Positive = 0.1,
) -> Any:
    """Learns from preferences without a reward model: logistic regression on how much more than
    the reference the policy favours the chosen answer."""
    chosen = policy_chosen - ref_chosen  # log-ratio of the answer preferred
    rejected = policy_rejected - ref_rejected  # log-ratio of the other
    margin = beta * (chosen - rejected)  # difference of implied rewards
    each = np.maximum(-margin, 0) + np.log1p(np.exp(-np.abs(margin)))  # −log σ, no overflow
    return mean(each)


@dpo_loss.gradient
def dpo_loss_grad(
    grad_output: Array,
    policy_chosen: Array,
    policy_rejected: Array,
    ref_chosen: Array,
    ref_rejected: Array,
    *,
    beta: float,
) -> dict[str, Any]:
    margin = beta * (policy_chosen - ref_chosen - policy_rejected + ref_rejected)  # rewards apart
    doubt = 1 / (1 + np.exp(margin))  # probability of the wrong preference
    grad = grad_output * beta * doubt / margin.size  # pushes the pair apart
    return {"policy_chosen": -grad, "policy_rejected": grad}


@op(
    shapes="logits(N,A) -> ()",
    formula=r"H = -\frac{1}{N} \sum_{i=1}^{N} \sum_{a=1}^{A} p_{ia} \log p_{ia}, \quad "
    r"p_i = \mathrm{softmax}(x_i)",
    paper=Paper("Shannon", 1948, "A Mathematical Theory of Communication"),
    example={"logits": [[1.0, 1.0, 1.0], [2.0, 0.0, 0.0]]},
    pitfall="As a bonus for exploring it is subtracted from the loss; an action of probability 0 "
    "adds 0, not nan.",
)
def categorical_entropy(logits: Array) -> Any:
    """How undecided a policy is, in nats: log of the number of actions if it guesses, 0 if it is
    certain."""
    log_p = log_softmax(logits)  # log-probability of each action
    p = np.exp(log_p)  # probability
    each = -np.sum(np.where(p == 0, 0, p * log_p), axis=1)  # entropy of each row; 0 log 0 = 0
    return mean(each)


@categorical_entropy.gradient
def categorical_entropy_grad(grad_output: Array, logits: Array) -> dict[str, Any]:
    log_p = log_softmax(logits)  # log-probability of each action
    p = np.exp(log_p)  # probability
    terms = np.where(p == 0, 0, p * log_p)  # p log p; 0 log 0 = 0
    entropy = -np.sum(terms, axis=1, keepdims=True)  # of each row
    return {"logits": -grad_output / len(logits) * (terms + p * entropy)}
