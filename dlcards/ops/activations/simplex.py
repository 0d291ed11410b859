"""Activations whose outputs compete: softmax, its logarithm, its kin on the probability simplex."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Axes, Flag, Paper, Positive, Whole, axis_fault, op
from dlcards.ops._shapes import without_axis

_BRIDLE = Paper(
    "Bridle",
    1990,
    "Probabilistic Interpretation of Feedforward Classification Network Outputs, with "
    "Relationships to Statistical Pattern Recognition",
)


def _axis(input: Any, dim: Any, **_: Any) -> str:
    return axis_fault(input, dim)


@op(
    shapes="input(n,*) -> (n,*)",
    formula=r"p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
    paper=_BRIDLE,
    example={"input": [[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]], "dim": -1},
    pitfall="Subtract the maximum first: exp(1000) is inf, and inf/inf is nan.",
    fault=_axis,
)
def softmax(input: Array, dim: Whole = -1) -> Any:
    """Turns logits into probabilities that sum to 1; adding a constant to all changes nothing.

    The Jacobian is diag(p) − ppᵀ. An entry of −inf has probability exactly 0.
    """
    largest = np.max(input, axis=dim, keepdims=True, initial=-np.inf)  # largest logit
    e = np.exp(input - largest)  # now at most 1
    return e / np.sum(e, axis=dim, keepdims=True)


@softmax.gradient
def softmax_grad(grad_output: Array, input: Array, dim: int) -> dict[str, Any]:
    p = softmax.function(input, dim)  # probabilities
    mean = np.sum(grad_output * p, axis=dim, keepdims=True)  # pᵀg
    return {"input": p * (grad_output - mean)}


@op(
    shapes="input(n,*) -> (n,*)",
    formula=r"\log p_i = x_i - \log \sum_j e^{x_j}",
    example={"input": [[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]], "dim": -1},
    pitfall="Never log(softmax(x)): a probability that underflows to 0 becomes −inf.",
    fault=_axis,
)
def log_softmax(input: Array, dim: Whole = -1) -> Any:
    """The logits less their logsumexp: log-probabilities that stay finite for any logits."""
    shifted = input - np.max(input, axis=dim, keepdims=True, initial=-np.inf)  # at most 0
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))


@log_softmax.gradient
def log_softmax_grad(grad_output: Array, input: Array, dim: int) -> dict[str, Any]:
    p = softmax.function(input, dim)  # probabilities
    total = np.sum(grad_output, axis=dim, keepdims=True)  # Σg
    return {"input": grad_output - p * total}


@op(
    shapes="input(n,*) -> (n,*)",
    formula=r"p_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}",
    example={"input": [1.0, 2.0, 3.0], "dim": -1},
    pitfall="It is softmax of −x, not 1 − softmax(x), which does not sum to 1.",
    fault=_axis,
)
def softmin(input: Array, dim: Whole = -1) -> Any:
    """Softmax of the negated input: the smallest gets the most, as for distances."""
    return softmax.function(-input, dim)


@softmin.gradient
def softmin_grad(grad_output: Array, input: Array, dim: int) -> dict[str, Any]:
    return softmax_grad(-grad_output, -input, dim)


def _summed(input: Any, dim: Any, keepdim: bool) -> tuple[int, ...]:
    return without_axis(input.shape, dim, keepdim=keepdim)


@op(
    shapes="input(n,*) -> (*)",
    formula=r"\mathrm{LSE}(x) = \log \sum_j e^{x_j}",
    example={"input": [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], "dim": -1},
    output=_summed,
    pitfall="Factor out the maximum, unless it is infinite: inf − inf is nan.",
    fault=_axis,
)
def logsumexp(input: Array, dim: Axes, *, keepdim: Flag = False) -> Any:
    """A smooth maximum, at most log n above it; its gradient is the softmax."""
    largest = np.max(input, axis=dim, keepdims=True, initial=-np.inf)  # largest element
    m = np.where(np.isfinite(largest), largest, 0.0)  # what is factored out
    total = np.sum(np.exp(input - m), axis=dim, keepdims=True)  # Σe^{x − m}
    result = np.log(total) + m  # put m back
    return result if keepdim else np.squeeze(result, axis=dim)


@logsumexp.gradient
def logsumexp_grad(
    grad_output: Array, input: Array, dim: int | tuple[int, ...], *, keepdim: bool
) -> dict[str, Any]:
    g = grad_output if keepdim else np.expand_dims(grad_output, dim)  # with the axis again
    largest = np.max(input, axis=dim, keepdims=True, initial=-np.inf)  # largest element
    e = np.exp(input - np.where(np.isfinite(largest), largest, 0.0))  # e^{x − m}
    total = np.sum(e, axis=dim, keepdims=True)  # Σe^{x − m}
    return {"input": g * np.where(total > 0, e / total, 0.0)}


@op(
    shapes="input(n) -> (n,n)",
    formula=r"\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} - p_j)",
    example={"input": [1.0, 2.0, 3.0]},
    pitfall="Every row and every column sums to 0: a constant added to all logits does nothing.",
)
def softmax_jacobian(input: Array) -> Any:
    """All partial derivatives of softmax: diag(p) − ppᵀ, symmetric and singular."""
    p = softmax.function(input)  # probabilities
    return np.diag(p) - np.outer(p, p)


@op(
    shapes="input(*,K) -> (*,K)",
    formula=r"p_i = \max(x_i - \tau, 0), \quad \sum_i p_i = 1",
    paper=Paper("Martins & Astudillo", 2016,
                "From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label "
                "Classification"),
    example={"input": [[2.0, 1.5, 0.1], [0.2, 0.1, 0.0]]},
    pitfall="Outside the support the gradient is exactly 0, so the usual log loss cannot be used.",
)  # fmt: skip
def sparsemax(input: Array) -> Any:
    """The nearest point of the probability simplex: like softmax, with exact zeros."""
    shifted = input - np.max(input, axis=-1, keepdims=True, initial=-np.inf)  # at most 0
    z = -np.sort(-shifted, axis=-1)  # from the largest down
    k = np.arange(1, z.shape[-1] + 1)  # 1 … K
    inside = 1 + k * z > np.cumsum(z, axis=-1)  # does the k-th largest get anything?
    size = np.sum(inside, axis=-1, keepdims=True)  # how many do
    tau = (np.sum(np.where(inside, z, 0.0), axis=-1, keepdims=True) - 1) / size  # threshold
    return np.maximum(shifted - tau, 0.0)


@sparsemax.gradient
def sparsemax_grad(grad_output: Array, input: Array) -> dict[str, Any]:
    support = sparsemax.function(input) > 0  # where p is not 0
    size = np.sum(support, axis=-1, keepdims=True)  # how many
    mean = np.sum(grad_output * support, axis=-1, keepdims=True) / size  # mean of g there
    return {"input": support * (grad_output - mean)}


@op(
    shapes="logits(*,K), gumbels(*,K) -> (*,K)",
    formula=r"y_i = \frac{e^{(x_i + g_i)/\tau}}{\sum_j e^{(x_j + g_j)/\tau}}, \quad "
    r"g_i = -\log(-\log u_i)",
    paper=Paper("Jang, Gu & Poole", 2017, "Categorical Reparameterization with Gumbel-Softmax"),
    example={"logits": [[1.0, 2.0, 3.0]], "gumbels": [[0.5, -0.3, 0.1]], "tau": 0.5},
    pitfall="A low τ is nearly one-hot but its gradients have a high variance; anneal it.",
)
def gumbel_softmax(logits: Array, gumbels: Array, *, tau: Positive = 1.0) -> Any:
    """A differentiable sample of a category: softmax of logits plus Gumbel noise over τ."""
    noisy = (logits + gumbels) / tau  # their argmax is an exact sample
    return softmax.function(noisy)


@gumbel_softmax.gradient
def gumbel_softmax_grad(
    grad_output: Array, logits: Array, gumbels: Array, *, tau: float
) -> dict[str, Any]:
    noisy = (logits + gumbels) / tau  # what softmax sees
    return {"logits": softmax_grad(grad_output, noisy, -1)["input"] / tau}
