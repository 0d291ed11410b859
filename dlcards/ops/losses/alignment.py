"""Losses for a sequence of labels whose places in time are not known."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, Indices, NonNegativeInt, Paper, Reduction, index_fault, op
from dlcards.ops._reduction import reduce, spread
from dlcards.ops.activations.simplex import log_softmax

_GRAVES = Paper(
    "Graves, Fernández, Gomez and Schmidhuber", 2006,
    "Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent "
    "Neural Networks",
)  # fmt: skip
_FORMULA = (
    r"L = -\log \sum_{\pi \in \mathcal{B}^{-1}(y)} \prod_{t} p_t(\pi_t), \quad "
    r"\mathcal{B}: \text{ merge repeats, drop blanks}"
)
_TARGET = {"targets": [[1, 2]], "input_lengths": [3], "target_lengths": [2]}


def _ctc_fault(
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int,
    log_probs: Any = None,
    logits: Any = None,
    **_: Any,
) -> str:
    scores = logits if log_probs is None else log_probs
    steps, classes = scores.shape[0], scores.shape[2]
    if blank >= classes:
        return f"blank is {blank} (it takes 0 to {classes - 1})"
    most = targets.shape[1] if targets.ndim == 2 else targets.size
    for lengths, top, name in (
        (input_lengths, steps, "input_lengths"),
        (target_lengths, most, "target_lengths"),
    ):
        if fault := index_fault(lengths, top + 1, name):
            return fault
    if targets.ndim == 1 and np.sum(target_lengths) != targets.size:
        return f"target_lengths sum to {np.sum(target_lengths)} (targets has {targets.size})"
    letters, real = _letters(targets, target_lengths)
    if np.any(letters[real] == blank):
        return f"targets holds {blank} (that is the blank)"
    return index_fault(letters[real], classes, "targets")


@op(
    shapes="log_probs(T,N,C), targets(N,S|M), input_lengths(N), target_lengths(N) -> () or (N)",
    formula=_FORMULA,
    paper=_GRAVES,
    example={
        "log_probs": [[[-1.2, -0.5, -2.3]], [[-0.4, -2.3, -1.5]], [[-1.6, -2.3, -0.4]]],
        **_TARGET,
    },
    pitfall="The gradient takes log_probs for the output of a log_softmax: it is p − posterior "
    "and not −posterior. A repeated letter needs a blank between, and 'mean' divides each loss by "
    "its target length first.",
    fault=_ctc_fault,
)
def ctc_loss(
    log_probs: Array,
    targets: Indices,
    input_lengths: Indices,
    target_lengths: Indices,
    *,
    blank: NonNegativeInt = 0,
    reduction: Reduction = "mean",
    zero_infinity: Flag = False,
) -> Any:
    """The surprise at a label sequence when nobody says at which steps its letters occur: the sum
    over all alignments, by dynamic programming over (time, letter).

    An alignment says a letter or a blank at each step; repeats merge and blanks drop. Where no
    alignment fits, the loss is infinite, or 0 with zero_infinity.
    """
    labels = _with_blanks(targets, target_lengths, blank)  # a blank around each letter: (N, 2S + 1)
    may_skip = _may_skip(labels, blank)  # the blank between two letters, unless they are the same
    emit = _emissions(log_probs, labels)  # log p of each state's label: (T, N, 2S + 1)
    alpha = _start(labels)  # before the first step: all mass on the first blank
    for t in range(len(log_probs)):
        moved = _moves(alpha, may_skip) + emit[t]  # stay, advance or skip a blank; then say it
        alpha = np.where(t < input_lengths[:, None], moved, alpha)  # log p of all prefixes
    ends = _at_ends(alpha, target_lengths)  # in the last letter or the blank after it
    each = -np.logaddexp.reduce(ends, axis=1)  # −log of the sum over all alignments
    if zero_infinity:
        each = np.where(np.isinf(each), 0, each)  # what cannot be aligned does not count
    if reduction == "mean":
        each = each / np.maximum(target_lengths, 1)  # long targets do not weigh more
    return reduce(each, reduction)


@ctc_loss.gradient
def ctc_loss_grad(
    grad_output: Array,
    log_probs: Array,
    targets: Indices,
    input_lengths: Indices,
    target_lengths: Indices,
    *,
    blank: int,
    reduction: str,
    zero_infinity: bool,
) -> dict[str, Any]:
    labels = _with_blanks(targets, target_lengths, blank)  # a blank around each letter
    may_skip = _may_skip(labels, blank)  # the blank between two letters, unless they are the same
    emit = _emissions(log_probs, labels)  # log p of each state's label
    alphas = _forward(emit, may_skip, _start(labels))  # log p of the steps so far, now in s
    betas = _backward(emit, may_skip, input_lengths, target_lengths)  # log p of the rest, from s
    last = alphas[input_lengths, np.arange(len(labels))]  # after the last step of each row
    log_p = np.logaddexp.reduce(_at_ends(last, target_lengths), axis=1)  # log p of the target
    in_state = np.exp(alphas[1:] + betas - log_p[:, None])  # share of the alignments that pass s
    said = labels[:, :, None] == np.arange(log_probs.shape[2])  # which states say which label
    posterior = np.swapaxes(in_state, 0, 1) @ said  # share that says each label at t: (N, T, C)
    grad = np.exp(log_probs) - np.swapaxes(posterior, 0, 1)  # belief minus what is asked for
    alive = np.arange(len(log_probs))[:, None] < input_lengths  # steps within the length
    if zero_infinity:
        alive = alive & ~np.isinf(log_p)  # what cannot be aligned does not count
    share = np.broadcast_to(spread(grad_output, log_p, reduction), log_p.shape)  # of each row
    if reduction == "mean":
        share = share / np.maximum(target_lengths, 1)  # long targets do not weigh more
    return {"log_probs": np.where(alive[:, :, None], grad * share[:, None], 0)}


@op(
    shapes="logits(T,N,C), targets(N,S|M), input_lengths(N), target_lengths(N) -> () or (N)",
    formula=_FORMULA + r", \quad p_t = \mathrm{softmax}(x_t)",
    paper=_GRAVES,
    example={"logits": [[[0.1, 1.0, -1.0]], [[1.0, -1.0, 0.0]], [[0.0, -1.0, 1.5]]], **_TARGET},
    pitfall="The gradient is softmax minus posterior at each step, and 0 past the input length.",
    fault=_ctc_fault,
)
def ctc_loss_with_logits(
    logits: Array,
    targets: Indices,
    input_lengths: Indices,
    target_lengths: Indices,
    *,
    blank: NonNegativeInt = 0,
    reduction: Reduction = "mean",
    zero_infinity: Flag = False,
) -> Any:
    """CTC on logits, so that its gradient is a true derivative: at each step the softmax minus
    the share of the alignments that say each label there."""
    log_probs = log_softmax.function(logits, dim=2)  # over the classes, at each step
    lengths = {"input_lengths": input_lengths, "target_lengths": target_lengths}  # of each row
    options = {"blank": blank, "reduction": reduction, "zero_infinity": zero_infinity}  # as given
    return ctc_loss.function(log_probs, targets, **lengths, **options)


@ctc_loss_with_logits.gradient
def ctc_loss_with_logits_grad(
    grad_output: Array, logits: Array, targets: Indices, **options: Any
) -> dict[str, Any]:
    log_probs = log_softmax.function(logits, dim=2)  # over the classes, at each step
    grads = ctc_loss_grad(grad_output, log_probs, targets, **options)  # softmax − posterior
    return {"logits": grads["log_probs"]}


def _letters(targets: Any, target_lengths: Any) -> tuple[Any, Any]:
    """Return the letters of each row, (N, longest), and where they are real."""
    order = np.arange(np.max(target_lengths, initial=0))
    if targets.ndim == 2:
        first = np.arange(len(targets)) * targets.shape[1]  # rows of equal length, padded
    else:
        first = np.cumsum(target_lengths) - target_lengths  # one row after the other
    place = np.minimum(first[:, None] + order, targets.size - 1)
    return targets.ravel()[place], order < target_lengths[:, None]


def _with_blanks(targets: Any, target_lengths: Any, blank: int) -> Any:
    """Return the labels of the states, (N, 2S + 1): a blank before, between and after letters."""
    letters, real = _letters(targets, target_lengths)
    labels = np.full((len(letters), 2 * letters.shape[1] + 1), blank)
    labels[:, 1::2] = np.where(real, letters, blank)
    return labels


def _may_skip(labels: Any, blank: int) -> Any:
    """Return where a state can be reached from two back: a letter after another letter."""
    before = np.full_like(labels, blank)
    before[:, 2:] = labels[:, :-2]
    return (labels != blank) & (labels != before)


def _emissions(log_probs: Any, labels: Any) -> Any:
    return np.take_along_axis(log_probs, labels[None], axis=2)


def _start(labels: Any) -> Any:
    """Stand in the first blank before the first step: from there both first states are a move."""
    alpha = np.full(labels.shape, -np.inf)
    alpha[:, 0] = 0
    return alpha


def _moves(alpha: Any, may_skip: Any) -> Any:
    """Add up what reaches each state: from itself, from the one before, from two back."""
    states = np.full((len(alpha), alpha.shape[1] + 2), -np.inf)
    states[:, 2:] = alpha
    one, two = states[:, 1:-1], states[:, :-2]
    return np.logaddexp(np.logaddexp(alpha, one), np.where(may_skip, two, -np.inf))


def _forward(emit: Any, may_skip: Any, alpha: Any) -> Any:
    """Return alpha before the first step and after each: (T + 1, N, 2S + 1)."""
    alphas = [alpha]
    for said in emit:
        alphas.append(_moves(alphas[-1], may_skip) + said)
    return np.stack(alphas)


def _backward(emit: Any, may_skip: Any, input_lengths: Any, target_lengths: Any) -> Any:
    """Return log p of what follows step t, from each state: (T, N, 2S + 1)."""
    order = np.arange(emit.shape[2])
    last = 2 * target_lengths[:, None]
    end = np.where((order == last) | (order == last - 1), 0.0, -np.inf)
    onward = np.zeros_like(may_skip)  # where one may skip from, the last state first
    onward[:, 2:] = may_skip[:, :1:-1]
    beta, betas = end, []
    for t in reversed(range(len(emit))):
        if t + 1 < len(emit):
            ahead = (beta + emit[t + 1])[:, ::-1]
            moved = _moves(ahead, onward)[:, ::-1]
            beta = np.where(t + 1 < input_lengths[:, None], moved, end)
        betas.append(beta)
    return np.stack(betas[::-1]) if betas else np.zeros(emit.shape)


def _at_ends(alpha: Any, target_lengths: Any) -> Any:
    """Return the two states in which an alignment may end; a target without letters has one."""
    last = 2 * target_lengths
    letter = np.take_along_axis(alpha, np.maximum(last - 1, 0)[:, None], axis=1)
    blank = np.take_along_axis(alpha, last[:, None], axis=1)
    return np.concatenate([np.where(last[:, None] > 0, letter, -np.inf), blank], axis=1)
