"""Attention: queries look for keys that match and take a weighted mean of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np

from dlcards.ops._arguments import check_of
from dlcards.ops._op import Array, Check, Finite, Flag, Paper, op

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _mask(value: Any) -> Any:
    array = np.asarray(value)
    return array.copy() if array.dtype.kind == "b" else check_of(Array).read(array)


Mask: TypeAlias = Annotated[Any, Check("true and false, or numbers to add to the scores", _mask)]

VASWANI = Paper("Vaswani et al.", 2017, "Attention Is All You Need")


def _attention_fault(
    query: Any, key: Any, attn_mask: Any, is_causal: bool, enable_gqa: bool, **_: Any
) -> str:
    if attn_mask is not None and is_causal:
        return "attn_mask and is_causal are both given (it takes one of them)"
    lead, key_lead = query.shape[:-2], key.shape[:-2]
    if enable_gqa and lead and key_lead:
        if key_lead[-1] == 0 or lead[-1] % key_lead[-1]:
            return f"query has {lead[-1]} heads (it takes a multiple of the {key_lead[-1]} of key)"
        key_lead = (*key_lead[:-1], lead[-1])
    if lead != key_lead:
        return f"query and key have batches of shape {lead} and {key_lead} (they must agree)"
    scores = (*lead, query.shape[-2], key.shape[-2])
    return "" if attn_mask is None else _broadcast_fault(attn_mask, scores)


def _broadcast_fault(attn_mask: Any, scores: tuple[int, ...]) -> str:
    fits = attn_mask.ndim <= len(scores) and all(
        n in (1, size) for n, size in zip(attn_mask.shape[::-1], scores[::-1], strict=False)
    )
    return "" if fits else f"attn_mask has shape {attn_mask.shape} (it must broadcast to {scores})"


@op(
    shapes="query(*q,L,E), key(*k,S,E), value(*k,S,V) -> (*q,L,V)",
    formula=r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d_k}}\right) V",
    paper=VASWANI,
    example={
        "query": [[1.0, 0.0], [0.0, 2.0]],
        "key": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        "value": [[1.0], [2.0], [4.0]],
    },
    pitfall="In a boolean mask true means may look, the opposite of MultiheadAttention; a row that "
    "may look nowhere gives 0; and is_causal counts from the top left when L and S differ.",
    fault=_attention_fault,
)
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Mask | None = None,
    *,
    is_causal: Flag = False,
    scale: Finite | None = None,
    enable_gqa: Flag = False,
) -> Any:
    """Each query scores all keys by a dot product, softmax makes weights of the scores, and the
    answer is the weighted mean of the values; √d keeps the variance of the scores at 1, or softmax
    would saturate.

    With enable_gqa several heads of queries share one head of keys and values.
    """
    keys, values = _shared(key, query, enable_gqa), _shared(value, query, enable_gqa)  # GQA
    factor = query.shape[-1] ** -0.5 if scale is None else scale  # 1/√d
    scores = factor * query @ np.swapaxes(keys, -1, -2)  # how well each query fits each key
    scores = _masked(scores, attn_mask, is_causal)  # −inf where it may not look
    weights = _weights(scores)  # softmax of each row
    return weights @ values


@scaled_dot_product_attention.gradient
def scaled_dot_product_attention_grad(
    grad_output: Array,
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Any,
    *,
    is_causal: bool,
    scale: float | None,
    enable_gqa: bool,
) -> dict[str, Any]:
    keys, values = _shared(key, query, enable_gqa), _shared(value, query, enable_gqa)  # GQA
    factor = query.shape[-1] ** -0.5 if scale is None else scale  # 1/√d
    scores = factor * query @ np.swapaxes(keys, -1, -2)  # how well each query fits each key
    weights = _weights(_masked(scores, attn_mask, is_causal))  # softmax where it may look
    g_weights = grad_output @ np.swapaxes(values, -1, -2)  # a weight: what its value would change
    g_scores = factor * through_softmax(g_weights, weights)  # 0 where it may not look
    grad_key = np.swapaxes(g_scores, -1, -2) @ query  # every query that looked at it
    grad_value = np.swapaxes(weights, -1, -2) @ grad_output  # every row that took from it
    return {
        "query": g_scores @ keys,
        "key": _unshared(grad_key, key.shape),
        "value": _unshared(grad_value, value.shape),
    }


def _shared(
    array: NDArray[np.float64], query: NDArray[np.float64], grouped: bool
) -> NDArray[np.float64]:
    """Repeat each head of keys or values for all heads of queries that share it."""
    if not grouped or array.ndim < 3:
        return array
    return np.repeat(array, query.shape[-3] // array.shape[-3], axis=-3)


def _unshared(grad: NDArray[np.float64], shape: tuple[int, ...]) -> Any:
    """Sum over the heads of queries that shared one head of keys or values."""
    if grad.shape == shape:
        return grad
    groups = grad.reshape(*shape[:-2], -1, *shape[-2:])
    return np.sum(groups, axis=-3)


def _masked(scores: NDArray[np.float64], attn_mask: Any, is_causal: bool) -> Any:
    """Put −inf where a query may not look, or add a mask of numbers."""
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=np.bool_)
    if attn_mask is None:
        return scores
    if attn_mask.dtype == np.bool_:
        return np.where(attn_mask, scores, -np.inf)
    return scores + attn_mask


def _weights(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the softmax of each row; a row that may look nowhere gets zeros, not nan."""
    largest = np.max(scores, axis=-1, keepdims=True, initial=-np.inf)
    nowhere = largest == -np.inf
    weights: NDArray[np.float64] = scores - np.where(nowhere, 0.0, largest)
    np.exp(weights, out=weights)  # in place: the scores are the largest array here
    total = np.sum(weights, axis=-1, keepdims=True)
    weights /= np.where(nowhere, 1.0, total)
    return weights


def through_softmax(g: NDArray[np.float64], weights: NDArray[np.float64]) -> Any:
    """Take a gradient from the weights back to the scores."""
    mean = np.einsum("...s,...s->...", g, weights)[..., None]  # without a product as an array
    return weights * (g - mean)
