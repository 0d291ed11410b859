"""Losses and measures over the tokens of a language model."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Indices, Paper, Probabilities, Real, index_fault, op
from dlcards.ops._reduction import mean, reduce


def _token_fault(logits: Any, targets: Any, mask: Any) -> str:
    return index_fault(targets[mask > 0], logits.shape[2], "targets")


@op(
    shapes="logits(B,T,V), targets(B,T), mask(B,T) -> ()",
    formula=r"L = -\frac{\sum_{b,t} m_{bt} \log p_{bt}(y_{bt})}{\sum_{b,t} m_{bt}}",
    example={
        "logits": [[[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]],
        "targets": [[0, 1], [2, 0]],
        "mask": [[1, 1], [1, 0]],
    },
    pitfall="The mean is over the unmasked tokens of the whole batch: a mean of row means would "
    "give the tokens of short sequences more weight.",
    fault=_token_fault,
)
def masked_token_cross_entropy(logits: Array, targets: Indices, mask: Probabilities) -> Any:
    """Next-token cross-entropy that leaves out the padding: sum over real tokens, divided by how
    many there are."""
    z = logits - np.max(logits, axis=-1, keepdims=True)  # shift: the largest logit is 0
    log_p = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))  # log-softmax over the vocabulary
    token = np.where(mask > 0, targets, 0)  # any token will do where masked
    log_py = np.take_along_axis(log_p, token[..., None], axis=-1)[..., 0]  # log p of each token
    each = np.where(mask > 0, -log_py, 0)  # surprise at each token; none where masked
    return reduce(each, "mean", mask)


@masked_token_cross_entropy.gradient
def masked_token_cross_entropy_grad(
    grad_output: Array, logits: Array, targets: Array, mask: Array
) -> dict[str, Any]:
    z = logits - np.max(logits, axis=-1, keepdims=True)  # shift: the largest logit is 0
    p = np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)  # softmax
    y = np.arange(logits.shape[-1]) == targets[..., None]  # one-hot
    share = grad_output * mask / np.sum(mask)  # the mean over unmasked tokens; 0 where masked
    return {"logits": np.where(mask[..., None] > 0, share[..., None] * (p - y), 0)}


@op(
    shapes="log_probs(T) -> ()",
    formula=r"\mathrm{PPL} = \exp\left(-\frac{1}{T} \sum_{t=1}^{T} \log p_t\right)",
    paper=Paper(
        "Jelinek, Mercer, Bahl and Baker", 1977,
        "Perplexity: a Measure of the Difficulty of Speech Recognition Tasks",
    ),
    example={"log_probs": [-0.5, -2.0, -1.0]},
    pitfall="Average the log-probabilities over all tokens first; perplexities themselves must "
    "not be averaged, and the logarithm is natural.",
)  # fmt: skip
def perplexity(log_probs: Array) -> Any:
    """The exponential of the mean surprise: how many equally likely tokens the model might as
    well be choosing from."""
    surprise = -mean(log_probs)  # cross-entropy in nats
    return np.exp(surprise)


@perplexity.gradient
def perplexity_grad(grad_output: Array, log_probs: Array) -> dict[str, Any]:
    value = np.exp(-mean(log_probs))  # perplexity
    slope = np.full(log_probs.shape, -value / log_probs.size)  # the same for every token
    return {"log_probs": grad_output * slope}


@op(
    shapes="logits(N,V) -> ()",
    formula=r"L = \frac{c}{N} \sum_{i=1}^{N} \log^2 Z_i, \quad Z_i = \sum_{v=1}^{V} e^{x_{iv}}",
    paper=Paper("Chowdhery et al.", 2022, "PaLM: Scaling Language Modeling with Pathways"),
    example={"logits": [[2.0, 1.0, 0.0], [0.0, 0.0, 3.0]], "coeff": 1e-4},
    pitfall="Softmax does not see a shift of all logits and this does: that is its purpose, and "
    "why its log-sum-exp needs the maximum added back.",
)
def z_loss(logits: Array, *, coeff: Real = 1e-4) -> Any:
    """Keeps the softmax normaliser near 1: a small pull on log Z, so that the logits of a long,
    low-precision training do not drift away."""
    top = np.max(logits, axis=1)  # largest logit of each row
    log_z = top + np.log(np.sum(np.exp(logits - top[:, None]), axis=1))  # log-sum-exp, no overflow
    return coeff * mean(log_z**2)


@z_loss.gradient
def z_loss_grad(grad_output: Array, logits: Array, *, coeff: float) -> dict[str, Any]:
    top = np.max(logits, axis=1)  # largest logit of each row
    log_z = top + np.log(np.sum(np.exp(logits - top[:, None]), axis=1))  # log-sum-exp
    p = np.exp(logits - log_z[:, None])  # softmax: the gradient of log Z
    share = grad_output * coeff / len(logits)  # mean over rows
    return {"logits": share * 2 * log_z[:, None] * p}
