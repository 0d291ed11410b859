"""Attention: queries look for keys that match and take a weighted mean of their values.

Two conventions meet here, as in PyTorch: in the mask of scaled_dot_product_attention true means
"may look", in those of MultiheadAttention true means "ignore".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np

from dlcards.ops._arguments import check_of
from dlcards.ops._op import Array, Check, Count, Finite, Flag, Paper, op
from dlcards.ops.activations.simplex import softmax
from dlcards.ops.layers import linear, linear_grad

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
    g_scores = factor * _through_softmax(g_weights, weights)  # 0 where it may not look
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
    nowhere = np.max(scores, axis=-1, keepdims=True, initial=-np.inf) == -np.inf
    weights: NDArray[np.float64] = softmax.function(scores)
    return np.where(nowhere, 0.0, weights)


def _through_softmax(g: NDArray[np.float64], weights: NDArray[np.float64]) -> Any:
    """Take a gradient from the weights back to the scores."""
    return weights * (g - np.sum(g * weights, axis=-1, keepdims=True))


def _heads_fault(
    query: Any, num_heads: int, in_proj_weight: Any, in_proj_bias: Any, attn_mask: Any, **rest: Any
) -> str:
    L, N, E = query.shape
    if E % num_heads:
        return f"num_heads is {num_heads} (it takes a divisor of {E}, the embedding's size)"
    for name, array in (("in_proj_weight", in_proj_weight), ("in_proj_bias", in_proj_bias)):
        if len(array) != 3 * E:
            return f"{name} has {len(array)} rows (it takes {3 * E}: queries, keys and values)"
    scores = (N * num_heads, L, len(rest["key"]))
    if attn_mask is not None and attn_mask.shape not in (scores, scores[1:]):
        return f"attn_mask has shape {attn_mask.shape} (it takes {scores[1:]} or {scores})"
    return ""


@op(
    name="MultiheadAttention",
    shapes="query(L,N,E), key(S,N,E), value(S,N,E), in_proj_weight(3E,E), in_proj_bias(3E), "
    "out_proj_weight(E,E), out_proj_bias(E), key_padding_mask(N,S) "
    "-> output (L,N,E), attn_weights (N,L,S)",
    formula=r"\mathrm{MultiHead}(Q, K, V) = \mathrm{Concat}(h_1, \dots, h_H) W^O, \quad "
    r"h_i = \mathrm{Attention}(Q W_i^Q, K W_i^K, V W_i^V)",
    paper=VASWANI,
    example={
        "query": [[[1.0, 0.0]]],
        "key": [[[1.0, 0.0]], [[0.0, 1.0]]],
        "value": [[[1.0, 2.0]], [[3.0, 4.0]]],
        "num_heads": 2,
        "in_proj_weight": [[2, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]],
        "in_proj_bias": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        "out_proj_weight": [[1.0, 0.5], [0.0, 1.0]],
        "out_proj_bias": [0.0, 0.0],
    },
    pitfall="True in its masks means ignore, the opposite of scaled_dot_product_attention; it is "
    "sequence-first by default; and a row that may look nowhere is nan.",
    fault=_heads_fault,
)
def multihead_attention(
    query: Array,
    key: Array,
    value: Array,
    num_heads: Count,
    in_proj_weight: Array,
    in_proj_bias: Array,
    out_proj_weight: Array,
    out_proj_bias: Array,
    *,
    key_padding_mask: Mask | None = None,
    attn_mask: Mask | None = None,
    average_attn_weights: Flag = True,
) -> Any:
    """Several small attentions side by side, each in its own projection of the embedding, then
    mixed: a head can only look at one thing at a time. The heads share the width, so their number
    changes neither weights nor work.
    """
    W_q, W_k, W_v = np.split(in_proj_weight, 3)  # one matrix for each role
    b_q, b_k, b_v = np.split(in_proj_bias, 3)  # and their biases
    q = _heads(linear.function(query, W_q, b_q), num_heads)  # what each head asks: (N, H, L, d)
    k = _heads(linear.function(key, W_k, b_k), num_heads)  # what it finds: (N, H, S, d)
    v = _heads(linear.function(value, W_v, b_v), num_heads)  # what it takes: (N, H, S, d)
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])  # how well they fit
    scores = scores + _ignored(scores, key_padding_mask, attn_mask)  # −inf where to ignore
    weights = softmax.function(scores)  # each head, each query: they sum to 1
    context = _joined(weights @ v)  # the heads side by side again: (L, N, E)
    output = linear.function(context, out_proj_weight, out_proj_bias)  # mixed
    shown = np.mean(weights, axis=1) if average_attn_weights else weights  # over the heads
    return {"output": output, "attn_weights": shown}


@multihead_attention.gradient
def multihead_attention_grad(
    grad_output: dict[str, Array],
    query: Array,
    key: Array,
    value: Array,
    num_heads: int,
    in_proj_weight: Array,
    in_proj_bias: Array,
    out_proj_weight: Array,
    out_proj_bias: Array,
    *,
    key_padding_mask: Any,
    attn_mask: Any,
    average_attn_weights: bool,
) -> dict[str, Any]:
    W_q, W_k, W_v = np.split(in_proj_weight, 3)  # one matrix for each role
    b_q, b_k, b_v = np.split(in_proj_bias, 3)  # and their biases
    q = _heads(linear.function(query, W_q, b_q), num_heads)  # what each head asked
    k = _heads(linear.function(key, W_k, b_k), num_heads)  # what it found
    v = _heads(linear.function(value, W_v, b_v), num_heads)  # what it took
    scale = 1 / np.sqrt(q.shape[-1])  # 1/√d
    scores = scale * q @ np.swapaxes(k, -1, -2)  # how well they fit
    weights = softmax.function(scores + _ignored(scores, key_padding_mask, attn_mask))  # attention
    mixing = linear_grad(
        grad_output["output"], _joined(weights @ v), out_proj_weight, out_proj_bias
    )  # through the output projection
    g_context = _heads(mixing["input"], num_heads)  # what reaches each head
    g_shown = grad_output["attn_weights"]  # what reaches the weights directly
    if average_attn_weights:
        g_shown = g_shown[:, None] / num_heads  # shared by the heads
    g_weights = g_context @ np.swapaxes(v, -1, -2) + g_shown  # and through the values
    g_scores = scale * _through_softmax(g_weights, weights)  # softmax, 1/√d
    g_k = _joined(np.swapaxes(g_scores, -1, -2) @ q)  # every query that looked at it
    g_v = _joined(np.swapaxes(weights, -1, -2) @ g_context)  # every row that took from it
    to_q = linear_grad(_joined(g_scores @ k), query, W_q, b_q)  # through the three projections
    to_k = linear_grad(g_k, key, W_k, b_k)  # of the keys
    to_v = linear_grad(g_v, value, W_v, b_v)  # of the values
    return {
        "query": to_q["input"],
        "key": to_k["input"],
        "value": to_v["input"],
        "in_proj_weight": np.concatenate([to_q["weight"], to_k["weight"], to_v["weight"]]),
        "in_proj_bias": np.concatenate([to_q["bias"], to_k["bias"], to_v["bias"]]),
        "out_proj_weight": mixing["weight"],
        "out_proj_bias": mixing["bias"],
    }


def _heads(x: NDArray[np.float64], num_heads: int) -> NDArray[np.float64]:
    """Cut the embedding into heads: (L, N, E) to (N, H, L, E/H)."""
    L, N, E = x.shape
    return x.reshape(L, N, num_heads, E // num_heads).transpose(1, 2, 0, 3)


def _joined(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay the heads side by side: (N, H, L, d) to (L, N, H·d)."""
    N, H, L, d = x.shape
    return x.transpose(2, 0, 1, 3).reshape(L, N, H * d)


def _ignored(scores: NDArray[np.float64], key_padding_mask: Any, attn_mask: Any) -> Any:
    """Return what to add to the scores (N, H, L, S): −inf where a mask says ignore."""
    total: Any = 0.0
    if attn_mask is not None:
        per_head = attn_mask.ndim == 3  # (N·H, L, S), else (L, S) for all
        total = total + _added(attn_mask.reshape(scores.shape) if per_head else attn_mask)
    if key_padding_mask is not None:
        total = total + _added(key_padding_mask)[:, None, None, :]
    return total


def _added(mask: Any) -> NDArray[np.float64]:
    return np.where(mask, -np.inf, 0.0) if mask.dtype == np.bool_ else np.asarray(mask)
