"""Losses for one class out of many; the class axis is 1 and a target is the index of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import (
    Array,
    Count,
    Indices,
    NonNegative,
    Paper,
    Probabilities,
    Reduction,
    Unit,
    Whole,
    index_fault,
    op,
)
from dlcards.ops._reduction import reduce, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INCEPTION = Paper(
    "Szegedy, Vanhoucke, Ioffe, Shlens and Wojna", 2016,
    "Rethinking the Inception Architecture for Computer Vision",
)  # fmt: skip


def _class_fault(input: Any, target: Any, ignore_index: int | None = None, **_: Any) -> str:
    if target.ndim == input.ndim:
        return ""  # probabilities
    if target.dtype.kind != "i":
        return "target is not whole numbers (it takes class indices, or one probability a class)"
    return index_fault(target, input.shape[1], "target", ignore_index)


@op(
    shapes="input(N,C,*d), target(N,*d|N,C,*d), weight(C) -> () or (N,*d)",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \sum_{c=1}^{C} y_{ic} \log p_{ic}, "
    r"\quad p_i = \mathrm{softmax}(x_i)",
    paper=_INCEPTION,
    example={"input": [[2.0, 1.0, 0.0], [0.0, 0.0, 3.0]], "target": [0, 1]},
    pitfall="It takes logits: a softmax before it is applied twice. With class weights the mean "
    "divides by the weights of the classes picked, and if every row is ignored it is nan.",
    fault=_class_fault,
)
def cross_entropy(
    input: Array,
    target: Indices | Array,
    *,
    weight: Array | None = None,
    ignore_index: Whole = -100,
    reduction: Reduction = "mean",
    label_smoothing: Unit = 0.0,
) -> Any:
    """The surprise −log p of the true class under the softmax of the logits, so the gradient is
    p − y: what the model believed minus what was so.

    The target is an index for each row or a distribution over the classes. The paper is that of
    label smoothing, which puts ε/C on every class.
    """
    z = input - np.max(input, axis=1, keepdims=True)  # shift: the largest logit of a row is 0
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))  # log-softmax: z − log Σ e^z
    y = _distribution(input, target, ignore_index)  # target as probabilities; 0 where ignored
    if label_smoothing:
        spare = np.mean(y, axis=1, keepdims=True)  # 1/C for every class
        y = (1 - label_smoothing) * y + label_smoothing * spare  # smoothed: ε/C on every class
    if weight is not None:
        y = y * _along_classes(weight, input)  # weighted by class
    each = -np.sum(np.where(y == 0, 0, y * log_p), axis=1)  # −Σ y log p of each row; 0 log 0 = 0
    if reduction == "mean":
        rows = np.sum(_row_weights(input, target, weight, ignore_index))  # rows, as they weigh
        return np.sum(each) / rows
    return reduce(each, reduction)


@cross_entropy.gradient
def cross_entropy_grad(
    grad_output: Array,
    input: Array,
    target: Indices,
    *,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> dict[str, Any]:
    z = input - np.max(input, axis=1, keepdims=True)  # shift: the largest logit of a row is 0
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))  # log-softmax
    y = _distribution(input, target, ignore_index)  # target as probabilities; 0 where ignored
    if label_smoothing:
        spare = np.mean(y, axis=1, keepdims=True)  # 1/C for every class
        y = (1 - label_smoothing) * y + label_smoothing * spare  # smoothed
    w = 1.0 if weight is None else _along_classes(weight, input)  # class weights
    share = grad_output  # what reaches each row
    if reduction == "mean":
        rows = np.sum(_row_weights(input, target, weight, ignore_index))  # rows, as they weigh
        share = grad_output / rows  # shared out by the mean
    share = np.broadcast_to(share, (len(input), *input.shape[2:]))[:, None]  # the same per class
    wy = w * y  # target, weighted by class
    mass = np.sum(wy, axis=1, keepdims=True)  # Σ wy: 1 without weights, 0 where ignored
    grad = np.exp(log_p) * mass  # p, as the row weighs
    grad -= wy  # p − y: what was believed minus what was so
    grad *= share  # of each row
    grad = np.where(mass == 0, 0, grad)  # what is ignored teaches nothing
    if target.ndim < input.ndim:
        return {"input": grad}
    grad_target = -share * (1 - label_smoothing) * w * log_p  # −log p, for probabilities
    return {"input": grad, "target": grad_target}


@op(
    shapes="input(N,C,*d), target(N,*d), weight(C) -> () or (N,*d)",
    formula=r"L = -\frac{\sum_i w_{y_i} x_{i, y_i}}{\sum_i w_{y_i}}",
    example={
        "input": [[-0.4, -1.4, -2.4], [-3.1, -3.1, -0.1]],
        "target": [0, 1],
        "weight": [1.0, 2.0, 1.0],
    },
    pitfall="It takes log-probabilities and computes no logarithm itself: given probabilities it "
    "returns a negative loss without complaint.",
    fault=_class_fault,
)
def nll_loss(
    input: Array,
    target: Indices,
    *,
    weight: Array | None = None,
    ignore_index: Whole = -100,
    reduction: Reduction = "mean",
) -> Any:
    """Minus the log-probability of the true class: the second half of cross-entropy, after
    log_softmax."""
    w = _row_weights(input, target, weight, ignore_index)  # of the true class; 0 where ignored
    index = np.where(target == ignore_index, 0, target)  # any class will do where ignored
    picked = np.take_along_axis(input, index[:, None], axis=1)[:, 0]  # log p of the true class
    each = np.where(w == 0, 0, -picked)  # surprise of each row
    return reduce(each, reduction, w)


@nll_loss.gradient
def nll_loss_grad(
    grad_output: Array,
    input: Array,
    target: Indices,
    *,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
) -> dict[str, Any]:
    w = _row_weights(input, target, weight, ignore_index)  # of the true class; 0 where ignored
    share = spread(grad_output, w, reduction, w)  # what reaches each row
    y = _distribution(input, target, ignore_index)  # one-hot: the other classes play no part
    return {"input": np.where(y == 0, 0, -share[:, None])}


@op(
    shapes="probs(N,C), target(N,C) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \sum_{c=1}^{C} y_{ic} \log p_{ic}",
    example={"probs": [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], "target": [[1, 0, 0], [0, 0.5, 0.5]]},
    pitfall="By the probabilities the gradient is −y/p; the famous p − y is by the logits.",
)
def cross_entropy_soft_targets_from_probs(probs: Probabilities, target: Array) -> Any:
    """Categorical cross-entropy on probabilities: −Σ y log p for each row, then the mean."""
    terms = np.where(target == 0, 0, target * np.log(probs))  # y log p; 0 log 0 = 0
    each = -np.sum(terms, axis=1)  # surprise of each row
    return reduce(each, "mean")


@cross_entropy_soft_targets_from_probs.gradient
def cross_entropy_soft_targets_from_probs_grad(
    grad_output: Array, probs: Array, target: Array
) -> dict[str, Any]:
    slope = np.where(target == 0, 0, -target / probs)  # −y/p
    return {"probs": grad_output / len(probs) * slope}


@op(
    shapes="logits(N,C), target(N) -> (N,C)",
    formula=r"\frac{\partial L_i}{\partial x_{ic}} = p_{ic} - y_{ic}",
    example={"logits": [[2.0, 1.0, 0.0], [0.0, 0.0, 3.0]], "target": [0, 1]},
    pitfall="This is per row: the gradient of the mean is this divided by N, once.",
    fault=lambda logits, target: index_fault(target, logits.shape[1], "target"),
)
def softmax_cross_entropy_grad(logits: Array, target: Indices) -> Any:
    """What softmax and cross-entropy send back to the logits: belief minus truth, p − y, bounded
    by 1 and never vanishing while the answer is wrong."""
    z = logits - np.max(logits, axis=1, keepdims=True)  # shift: the largest logit of a row is 0
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)  # softmax: what the model believes
    y = 1.0 * (target[:, None] == np.arange(logits.shape[1]))  # one-hot: what is so
    return p - y


@op(
    shapes="input(N,C), target(N), alpha(C) -> () or (N)",
    formula=r"L = -\alpha_y (1 - p_y)^\gamma \log p_y, \quad p = \mathrm{softmax}(x)",
    paper=Paper(
        "Lin, Goyal, Girshick, He and Dollár", 2017, "Focal Loss for Dense Object Detection"
    ),
    example={"input": [[3.0, 0.0, 0.0], [0.0, 1.0, 2.0]], "target": [0, 1], "gamma": 2.0},
    pitfall="1 − p cancels as p nears 1: take −expm1(log p). With γ = 0 it is cross-entropy.",
    fault=_class_fault,
)
def softmax_focal_loss(
    input: Array,
    target: Indices,
    *,
    gamma: NonNegative = 2.0,
    alpha: Array | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """Cross-entropy times (1 − p)^γ: an example counts by how wrong the model still is on it.

    `alpha` is a weight for each class; the mean is over rows, whatever they weigh.
    """
    z = input - np.max(input, axis=1, keepdims=True)  # shift: the largest logit of a row is 0
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))  # log-softmax
    log_py = np.take_along_axis(log_p, target[:, None], axis=1)[:, 0]  # log p of the true class
    wrong = -np.expm1(log_py)  # 1 − p, exact even when p is nearly 1
    each = -(wrong**gamma) * log_py  # easy rows fade
    if alpha is not None:
        each = alpha[target] * each  # weight of the true class
    return reduce(each, reduction)


@softmax_focal_loss.gradient
def softmax_focal_loss_grad(
    grad_output: Array,
    input: Array,
    target: Indices,
    *,
    gamma: float,
    alpha: Array | None,
    reduction: str,
) -> dict[str, Any]:
    z = input - np.max(input, axis=1, keepdims=True)  # shift: the largest logit of a row is 0
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))  # log-softmax
    log_py = np.take_along_axis(log_p, target[:, None], axis=1)[:, 0]  # log p of the true class
    wrong = -np.expm1(log_py)  # 1 − p
    ratio = np.where(wrong > 0, log_py / np.where(wrong > 0, wrong, 1), -1)  # log p / (1 − p) → −1
    slope = wrong**gamma * (gamma * np.exp(log_py) * ratio - 1)  # dL/d log p: product rule
    if alpha is not None:
        slope = alpha[target] * slope  # weight of the true class
    share = spread(grad_output, slope, reduction)  # what reaches each row
    y = 1.0 * (target[:, None] == np.arange(input.shape[1]))  # one-hot
    return {"input": (share * slope)[:, None] * (y - np.exp(log_p))}


@op(
    shapes="target(N) -> (N,num_classes)",
    formula=r"q_c = (1 - \varepsilon)\, [c = y] + \frac{\varepsilon}{K}",
    paper=_INCEPTION,
    example={"target": [0, 2], "num_classes": 4, "smoothing": 0.1},
    pitfall="The true class gets its share of ε too: 1 − ε + ε/K, not 1 − ε. The other "
    "convention gives ε/(K − 1) to the others only.",
    fault=lambda target, num_classes, **_: index_fault(target, num_classes, "target"),
)
def label_smooth(target: Indices, num_classes: Count, *, smoothing: Unit = 0.1) -> Any:
    """Takes ε of the certainty from the true class and gives ε/K to every class, so that the
    logits need not run to infinity."""
    y = 1.0 * (target[:, None] == np.arange(num_classes))  # one-hot
    return (1 - smoothing) * y + smoothing / num_classes


def _along_classes(weight: NDArray[np.float64], input: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay the weights of the classes along axis 1, for every row and place."""
    return np.broadcast_to(weight.reshape(-1, *[1] * (input.ndim - 2)), input.shape)


def _distribution(
    input: NDArray[np.float64], target: NDArray[Any], ignore_index: int
) -> NDArray[np.float64]:
    """Return the target as a probability of each class: one-hot rows, zeros where ignored."""
    if target.ndim == input.ndim:
        return target
    classes = np.arange(input.shape[1]).reshape(-1, *[1] * (input.ndim - 2))
    index = np.where(target == ignore_index, -1, target)[:, None]  # -1 is no class
    return np.asarray(classes == index, dtype=np.float64)


def _row_weights(
    input: NDArray[np.float64],
    target: NDArray[Any],
    weight: NDArray[np.float64] | None,
    ignore_index: int,
) -> NDArray[np.float64]:
    """Return what each row counts in a mean: the weight of its class, 0 where ignored."""
    if target.ndim == input.ndim:
        return np.ones((len(input), *input.shape[2:]))
    kept = target != ignore_index
    weight = np.ones(input.shape[1]) if weight is None else weight
    return np.where(kept, weight[np.where(kept, target, 0)], 0)
