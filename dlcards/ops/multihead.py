"""Attention in several heads. True in its masks means ignore: PyTorch's other convention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Count, Flag, op
from dlcards.ops.activations.simplex import softmax
from dlcards.ops.attention import VASWANI, Mask, through_softmax
from dlcards.ops.layers import linear, linear_grad

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def _heads_output(
    query: Any, key: Any, num_heads: int, average_attn_weights: bool, **_: Any
) -> dict[str, tuple[int, ...]]:
    each = () if average_attn_weights else (num_heads,)
    weights = (query.shape[1], *each, query.shape[0], key.shape[0])
    return {"output": query.shape, "attn_weights": weights}


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
    output=_heads_output,
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
    changes neither weights nor work."""
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
    g_scores = scale * through_softmax(g_weights, weights)  # softmax, 1/√d
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
