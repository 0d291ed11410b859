"""Losses on the order of scores: of pairs, of labels and of whole lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import (
    Array,
    Indices,
    Paper,
    Probabilities,
    Real,
    Reduction,
    Signs,
    index_fault,
    op,
)
from dlcards.ops._reduction import mean, reduce, spread
from dlcards.ops.activations import simplex

if TYPE_CHECKING:
    from numpy.typing import NDArray

log_softmax = simplex.log_softmax.function  # plain: arguments are checked by then
softmax = simplex.softmax.function


def _class_fault(input: Any, target: Any, **_: Any) -> str:
    return index_fault(target, input.shape[1], "target")


def _labels_fault(input: Any, target: Any, **_: Any) -> str:
    return index_fault(target, input.shape[1], "target", ignore=-1)


@op(
    shapes="input1(*), input2(*), target(*) -> () or (*)",
    formula=r"L = \max(0,\ -y\,(x_1 - x_2) + m), \quad y \in \{-1, 1\}",
    expr="max(0, margin - target*(input1 - input2))",
    example={
        "input1": [2.0, 0.5, 1.0],
        "input2": [1.0, 1.0, 3.0],
        "target": [1, 1, -1],
        "margin": 0.2,
    },
    pitfall="The margin is 0 unless asked for, so equal scores cost nothing, although PyTorch "
    "still passes their gradient.",
)
def margin_ranking_loss(
    input1: Array,
    input2: Array,
    target: Signs,
    *,
    margin: Real = 0.0,
    reduction: Reduction = "mean",
) -> Any:
    """The hinge on a difference of scores: y = 1 says the first should be ranked higher."""
    lead = target * (input1 - input2)  # how far the right one is ahead
    each = np.maximum(0, margin - lead)  # what is missing to the margin
    return reduce(each, reduction)


@margin_ranking_loss.gradient
def margin_ranking_loss_grad(
    grad_output: Array,
    input1: Array,
    input2: Array,
    target: Array,
    *,
    margin: float,
    reduction: str,
) -> dict[str, Any]:
    short = margin - target * (input1 - input2) >= 0  # misses the margin; exactly on it counts
    grad = spread(grad_output, input1, reduction) * target * short  # pulls the pair apart
    return {"input1": -grad, "input2": grad}


@op(
    shapes="input(N,C), target(N), weight(C) -> () or (N)",
    formula=r"L = \frac{1}{C} \sum_{j \ne y} w_y \max(0,\ m - x_y + x_j)^p",
    paper=Paper(
        "Crammer and Singer", 2001,
        "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines",
    ),
    example={"input": [[0.1, 0.2, 0.4], [0.9, 0.0, 0.3]], "target": [2, 0], "margin": 0.5},
    pitfall="The sum leaves out the true class but is divided by all C classes, not by C − 1.",
    fault=_class_fault,
)  # fmt: skip
def multi_margin_loss(
    input: Array,
    target: Indices,
    *,
    p: Literal[1, 2] = 1,
    margin: Real = 1.0,
    weight: Array | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """The multi-class hinge: every other class must score below the true one by a margin."""
    true = np.take_along_axis(input, target[:, None], axis=1)  # score of the true class
    others = np.arange(input.shape[1]) != target[:, None]  # the true class is left out
    short = np.maximum(0, margin - true + input)  # what is missing to the margin
    missing = np.where(others, short, 0)  # of the rivals only
    each = np.sum(missing**p, axis=1) / input.shape[1]  # over all C classes
    if weight is not None:
        each = weight[target] * each  # weight of the true class
    return reduce(each, reduction)


@multi_margin_loss.gradient
def multi_margin_loss_grad(
    grad_output: Array,
    input: Array,
    target: Indices,
    *,
    p: int,
    margin: float,
    weight: Array | None,
    reduction: str,
) -> dict[str, Any]:
    true = np.take_along_axis(input, target[:, None], axis=1)  # score of the true class
    others = np.arange(input.shape[1]) != target[:, None]  # the true class is left out
    short = np.maximum(0, margin - true + input)  # what is missing to the margin
    missing = np.where(others, short, 0)  # of the rivals only
    slope = np.where(missing > 0, p * missing ** (p - 1), 0)  # by each rival; not on the margin
    slope = slope - ~others * np.sum(slope, axis=1, keepdims=True)  # the true class holds them all
    w = np.ones(len(input)) if weight is None else weight[target]  # weight of the true class
    share = spread(grad_output, w, reduction) * w / input.shape[1]  # what reaches each row
    return {"input": share[:, None] * slope}


@op(
    shapes="input(N,C), target(N,C) -> () or (N)",
    formula=r"L = \frac{1}{C} \sum_{j \in Y} \sum_{i \notin Y} \max(0,\ 1 - (x_j - x_i))",
    example={"input": [[0.1, 0.2, 0.4, 0.8]], "target": [[3, 0, -1, 1]]},
    pitfall="The target lists indices and ends at the first −1; what stands after it is ignored.",
    fault=_labels_fault,
)
def multilabel_margin_loss(input: Array, target: Indices, *, reduction: Reduction = "mean") -> Any:
    """Every true label must outscore every other label by 1: the hinge over all such pairs."""
    wanted = _label_counts(target, input.shape[1])  # which labels are true
    gap = input[:, :, None] - input[:, None, :]  # x_j − x_i for every pair
    pairs = wanted[:, :, None] * (wanted[:, None, :] == 0)  # j is true and i is not
    missing = np.where(pairs > 0, pairs * np.maximum(0, 1 - gap), 0)  # short of the margin by
    each = np.sum(missing, axis=(1, 2)) / input.shape[1]  # over all C labels
    return reduce(each, reduction)


@multilabel_margin_loss.gradient
def multilabel_margin_loss_grad(
    grad_output: Array, input: Array, target: Indices, *, reduction: str
) -> dict[str, Any]:
    wanted = _label_counts(target, input.shape[1])  # which labels are true
    gap = input[:, :, None] - input[:, None, :]  # x_j − x_i for every pair
    pairs = wanted[:, :, None] * (wanted[:, None, :] == 0)  # j is true and i is not
    active = pairs * (gap < 1)  # pairs that miss the margin; exactly on it does not
    slope = np.sum(active, axis=1) - np.sum(active, axis=2)  # lower the wrong, raise the true
    share = spread(grad_output, input[:, 0], reduction) / input.shape[1]  # what reaches each row
    return {"input": share[:, None] * slope}


@op(
    shapes="input(*,C), target(*,C), weight(C) -> () or (*)",
    formula=r"L = -\frac{1}{C} \sum_{c=1}^{C} w_c \left[ y_c \log \sigma(x_c) + "
    r"(1 - y_c) \log(1 - \sigma(x_c)) \right]",
    example={"input": [[2.0, -1.0, 0.5]], "target": [[1, 0, 1]]},
    pitfall="It averages over the labels first, so 'sum' and 'none' are over rows: not the sum "
    "of binary_cross_entropy_with_logits.",
)
def multilabel_soft_margin_loss(
    input: Array,
    target: Probabilities,
    *,
    weight: Array | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """One logistic loss for each label, averaged over the labels: they do not compete, any number
    of them may be true."""
    softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))  # −log(1 − σ(x))
    surprise = softplus - input * target  # −log p of each label
    if weight is not None:
        surprise = weight * surprise  # weight of the label
    each = np.sum(surprise, axis=-1) / input.shape[-1]  # mean over labels
    return reduce(each, reduction)


@multilabel_soft_margin_loss.gradient
def multilabel_soft_margin_loss_grad(
    grad_output: Array, input: Array, target: Array, *, weight: Array | None, reduction: str
) -> dict[str, Any]:
    p = 1 / (1 + np.exp(-input))  # σ(x)
    slope = p - target  # belief minus truth
    if weight is not None:
        slope = weight * slope  # weight of the label
    share = spread(grad_output, np.empty(input.shape[:-1]), reduction)  # what reaches each row
    return {"input": share[..., None] / input.shape[-1] * slope}


@op(
    shapes="s_pos(*), s_neg(*) -> () or (*)",
    formula=r"L = -\log \sigma(s^{+} - s^{-}) = \log\left(1 + e^{-(s^{+} - s^{-})}\right)",
    expr="log(1 + exp(s_neg - s_pos))",
    paper=Paper(
        "Burges, Shaked, Renshaw, Lazier, Deeds, Hamilton and Hullender", 2005,
        "Learning to Rank using Gradient Descent",
    ),
    example={"s_pos": [2.0, 0.5], "s_neg": [1.0, 1.5]},
    pitfall="σ(−900) underflows to 0 and its logarithm is infinite: use softplus of the "
    "difference. Recommenders know the same loss as BPR.",
)  # fmt: skip
def ranknet_loss(s_pos: Array, s_neg: Array, *, reduction: Reduction = "mean") -> Any:
    """Logistic regression on a difference of scores: the probability that the better one is
    ranked higher."""
    behind = s_neg - s_pos  # how far the better one is behind
    each = np.maximum(behind, 0) + np.log1p(np.exp(-np.abs(behind)))  # softplus, no overflow
    return reduce(each, reduction)


@ranknet_loss.gradient
def ranknet_loss_grad(
    grad_output: Array, s_pos: Array, s_neg: Array, *, reduction: str
) -> dict[str, Any]:
    doubt = 1 / (1 + np.exp(s_pos - s_neg))  # probability of the wrong order
    grad = spread(grad_output, doubt, reduction) * doubt  # pushes the pair into order
    return {"s_pos": -grad, "s_neg": grad}


@op(
    shapes="scores(N,K), relevance(N,K) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \sum_{k=1}^{K} \mathrm{softmax}(r_i)_k "
    r"\log \mathrm{softmax}(s_i)_k",
    paper=Paper(
        "Cao, Qin, Liu, Tsai and Li", 2007,
        "Learning to Rank: From Pairwise Approach to Listwise Approach",
    ),
    example={"scores": [[1.0, 2.0, 0.0]], "relevance": [[3, 1, 0]]},
    pitfall="There are two softmaxes: the relevances too become a distribution, so the loss is "
    "not zero at its minimum.",
)  # fmt: skip
def listnet_loss(scores: Array, relevance: Array) -> Any:
    """Cross-entropy between two distributions over a list: which item the relevances would put
    on top, and which the scores would."""
    p = softmax(relevance)  # chance of being on top, by relevance
    log_q = log_softmax(scores)  # its logarithm, by score
    each = -np.sum(np.where(p == 0, 0, p * log_q), axis=1)  # cross-entropy of each list
    return mean(each)


@listnet_loss.gradient
def listnet_loss_grad(grad_output: Array, scores: Array, relevance: Array) -> dict[str, Any]:
    p = softmax(relevance)  # chance of being on top, by relevance
    q = softmax(scores)  # by score
    return {"scores": grad_output / len(scores) * (q - p)}


def _label_counts(target: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return how often each label is listed before the first −1."""
    listed = np.cumprod(target >= 0, axis=1)
    onehot = target[:, :, None] == np.arange(classes)
    counts: NDArray[np.float64] = np.sum(listed[:, :, None] * onehot, axis=1, dtype=np.float64)
    return counts
