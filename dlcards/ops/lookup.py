"""Layers that look rows up: indices in, vectors out."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Flag, Indices, Whole, index_fault, op


def _embedding_fault(input: Any, weight: Any, padding_idx: int | None = None, **_: Any) -> str:
    rows = len(weight)
    if padding_idx is not None and not -rows <= padding_idx < rows:
        return f"padding_idx is {padding_idx} (it takes {-rows} to {rows - 1})"
    return index_fault(input, rows, "input")


@op(
    shapes="input(*), weight(V,D) -> (*,D)",
    formula=r"y_i = W_{x_i}, \qquad \frac{\partial L}{\partial W_v} = \sum_{i:\, x_i = v} g_i",
    example={
        "input": [1, 0, 1],
        "weight": [[0.1, 0.2], [1.0, -1.0], [0.5, 0.5]],
    },
    pitfall="An index that occurs twice gets both gradients, so fancy-index += is wrong and "
    "np.add.at right; the padding row is looked up as it is, but gets no gradient.",
    fault=_embedding_fault,
)
def embedding(
    input: Indices,
    weight: Array,
    *,
    padding_idx: Whole | None = None,  # noqa: ARG001 - for the gradient
    scale_grad_by_freq: Flag = False,  # noqa: ARG001 - for the gradient
) -> Any:
    """A linear layer on one-hot vectors, without the multiplications: row v of the table is the
    vector of token v.

    The two options change only the gradient.
    """
    return weight[input]


@embedding.gradient
def embedding_grad(
    grad_output: Array,
    input: Indices,
    weight: Array,
    *,
    padding_idx: int | None,
    scale_grad_by_freq: bool,
) -> dict[str, Any]:
    grad = np.zeros(weight.shape)  # rows that were not looked up learn nothing
    np.add.at(grad, input, grad_output)
    if scale_grad_by_freq:
        times = np.bincount(input.ravel(), minlength=len(weight))  # how often each row was used
        grad = grad / np.maximum(times, 1)[:, None]  # the mean over its uses, not the sum
    if padding_idx is not None:
        grad[padding_idx] = 0  # the padding row stays as it is
    return {"weight": grad}


def _bag_fault(input: Any, weight: Any, offsets: Any, **_: Any) -> str:
    if offsets.size and offsets[0] != 0:
        return f"offsets begins with {offsets[0]} (it takes 0 first)"
    if np.any(np.diff(offsets) < 0) or np.any(offsets > len(input)):
        return f"offsets is {offsets.tolist()} (it takes rising positions, at most {len(input)})"
    return index_fault(input, len(weight), "input")


@op(
    shapes="input(n), weight(V,D), offsets(B) -> (B,D)",
    formula=r"y_b = \frac{1}{n_b} \sum_{i \in \text{bag } b} W_{x_i}",
    example={
        "input": [1, 0, 1, 2],
        "weight": [[0.1, 0.2], [1.0, -1.0], [0.5, 0.6]],
        "offsets": [0, 3],
    },
    pitfall="offsets are where bags begin, not how long they are; an empty bag is 0, also in "
    "mode 'max'.",
    fault=_bag_fault,
)
def embedding_bag(
    input: Indices,
    weight: Array,
    offsets: Indices,
    *,
    mode: Literal["sum", "mean", "max"] = "mean",
) -> Any:
    """Looks up the rows of a bag of tokens and pools them at once: a bag of words, without ever
    storing the rows side by side."""
    rows = weight[input]  # the vector of each token
    bag = np.searchsorted(offsets, np.arange(len(input)), side="right") - 1  # which bag it is in
    count = np.bincount(bag, minlength=len(offsets))[:, None]  # tokens in each bag
    if mode == "max":
        best = np.full((len(offsets), weight.shape[1]), -np.inf)  # of each bag and feature
        np.maximum.at(best, bag, rows)
        return np.where(count > 0, best, 0)
    total = np.zeros((len(offsets), weight.shape[1]))  # an empty bag is 0
    np.add.at(total, bag, rows)
    return total / np.maximum(count, 1) if mode == "mean" else total


@embedding_bag.gradient
def embedding_bag_grad(
    grad_output: Array, input: Indices, weight: Array, offsets: Indices, *, mode: str
) -> dict[str, Any]:
    order = np.arange(len(input))  # the tokens, in order
    bag = np.searchsorted(offsets, order, side="right") - 1  # which bag each is in
    share = grad_output[bag]  # a sum passes the gradient on to each token
    if mode == "mean":
        count = np.bincount(bag, minlength=len(offsets))[:, None]  # tokens in each bag
        share = share / count[bag]  # a mean shares it out
    if mode == "max":
        share = share * _firsts(weight[input], bag, len(offsets))  # the winner takes all
    grad = np.zeros(weight.shape)  # rows that were not looked up learn nothing
    np.add.at(grad, input, share)
    return {"weight": grad}


def _firsts(rows: Any, bag: Any, bags: int) -> Any:
    """Return where each feature of a bag has its maximum; of equals, only the first."""
    best = np.full((bags, rows.shape[1]), -np.inf)
    np.maximum.at(best, bag, rows)
    order = np.arange(len(rows))[:, None]
    place = np.where(rows == best[bag], order, len(rows))
    first = np.full(best.shape, len(rows))
    np.minimum.at(first, bag, place)
    return order == first[bag]


def _one_hot_fault(tensor: Any, num_classes: int) -> str:
    if num_classes < -1 or num_classes == 0:
        return f"num_classes is {num_classes} (it takes at least 1, or -1 to count them)"
    if num_classes == -1 and not tensor.size:
        return "num_classes is -1 (it takes a number where there are no indices to count)"
    size = num_classes if num_classes > 0 else int(np.max(tensor)) + 1
    return index_fault(tensor, size, "tensor")


@op(
    shapes="tensor(*) -> (*,K)",
    formula=r"y_{ik} = [x_i = k]",
    example={"tensor": [0, 2, 1], "num_classes": 4},
    pitfall="Without num_classes it counts up to the largest index of this batch, so the width "
    "may change from batch to batch.",
    fault=_one_hot_fault,
    output=lambda tensor, num_classes: (
        *tensor.shape,
        num_classes if num_classes > 0 else int(np.max(tensor)) + 1,
    ),
)
def one_hot(tensor: Indices, num_classes: Whole = -1) -> Any:
    """Each index becomes a row of zeros with a single 1: classes without an order between them."""
    if num_classes == -1:
        num_classes = int(np.max(tensor)) + 1  # as many as the largest index asks for
    classes = np.arange(num_classes)  # 0 to K − 1
    return np.where(tensor[..., None] == classes, 1, 0)
