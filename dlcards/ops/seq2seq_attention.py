"""The attentions of recurrent decoders: one query scores the encoder's states, three ways."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Paper, op
from dlcards.ops.activations.simplex import softmax, softmax_grad

_LUONG = Paper(
    "Luong, Pham and Manning", 2015,
    "Effective Approaches to Attention-based Neural Machine Translation",
)  # fmt: skip


@op(
    shapes="query(D), keys(T,D) -> weights (T), context (D)",
    formula=r"\alpha = \mathrm{softmax}_t(q^\top k_t), \quad c = \sum_t \alpha_t k_t",
    paper=_LUONG,
    example={"query": [1.0, 0.5], "keys": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]},
    pitfall="Query and keys must be of the same size; and without 1/√d large vectors saturate the "
    "softmax.",
)
def dot_attention(query: Array, keys: Array) -> Any:
    """Scores an encoder state by its dot product with the decoder's: no weights at all. The keys
    are also the values."""
    scores = keys @ query  # qᵀk of each state
    weights = softmax.function(scores)  # they sum to 1
    return {"weights": weights, "context": weights @ keys}


@dot_attention.gradient
def dot_attention_grad(grad_output: dict[str, Array], query: Array, keys: Array) -> dict[str, Any]:
    scores = keys @ query  # qᵀk of each state
    weights = softmax.function(scores)  # they sum to 1
    g_weights = grad_output["weights"] + keys @ grad_output["context"]  # directly, through the mean
    g = softmax_grad(g_weights, scores, -1)["input"]  # at the scores
    grad_keys = np.outer(weights, grad_output["context"]) + np.outer(g, query)  # as value, as key
    return {"query": g @ keys, "keys": grad_keys}


@op(
    shapes="query(D), keys(T,K), W(D,K) -> weights (T), context (K)",
    formula=r"\alpha = \mathrm{softmax}_t(q^\top W k_t), \quad c = \sum_t \alpha_t k_t",
    paper=_LUONG,
    example={
        "query": [1.0, 0.5],
        "keys": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        "W": [[1.0, 0.0], [2.0, -1.0]],
    },
    pitfall="W stands between the query on its left and the key on its right: the other way round "
    "it is transposed.",
)
def general_attention(query: Array, keys: Array, W: Array) -> Any:
    """A dot product with a learned matrix between: it may match states of different sizes and
    learns which features to compare."""
    seen = query @ W  # the query in the keys' space: Wᵀq
    scores = keys @ seen  # qᵀWk of each state
    weights = softmax.function(scores)  # they sum to 1
    return {"weights": weights, "context": weights @ keys}


@general_attention.gradient
def general_attention_grad(
    grad_output: dict[str, Array], query: Array, keys: Array, W: Array
) -> dict[str, Any]:
    seen = query @ W  # the query in the keys' space: Wᵀq
    grads = dot_attention_grad(grad_output, seen, keys)  # from there on it is dot attention
    return {
        "query": W @ grads["query"],
        "keys": grads["keys"],
        "W": np.outer(query, grads["query"]),
    }


@op(
    shapes="query(D), keys(T,K), W1(A,D), W2(A,K), v(A) -> weights (T), context (K)",
    formula=r"\alpha = \mathrm{softmax}_t(v^\top \tanh(W_1 q + W_2 k_t)), \quad "
    r"c = \sum_t \alpha_t k_t",
    paper=Paper(
        "Bahdanau, Cho and Bengio", 2015,
        "Neural Machine Translation by Jointly Learning to Align and Translate",
    ),
    example={
        "query": [1.0, 0.5],
        "keys": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        "W1": [[1.0, 0.0], [0.0, 1.0]],
        "W2": [[1.0, -1.0], [0.5, 0.0]],
        "v": [1.0, -1.0],
    },
    pitfall="Bahdanau's query is the decoder's state of the step before; Luong's is that of the "
    "same step.",
)  # fmt: skip
def additive_attention(query: Array, keys: Array, W1: Array, W2: Array, v: Array) -> Any:
    """Scores each encoder state by a small network of one hidden layer: the first attention, for
    any two sizes, slower than a dot product."""
    hidden = np.tanh(W1 @ query + keys @ W2.T)  # one hidden layer for each state: (T, A)
    scores = hidden @ v  # one score each
    weights = softmax.function(scores)  # they sum to 1
    return {"weights": weights, "context": weights @ keys}


@additive_attention.gradient
def additive_attention_grad(
    grad_output: dict[str, Array], query: Array, keys: Array, W1: Array, W2: Array, v: Array
) -> dict[str, Any]:
    hidden = np.tanh(W1 @ query + keys @ W2.T)  # one hidden layer for each state: (T, A)
    scores = hidden @ v  # one score each
    weights = softmax.function(scores)  # they sum to 1
    g_weights = grad_output["weights"] + keys @ grad_output["context"]  # directly, through the mean
    g = softmax_grad(g_weights, scores, -1)["input"]  # at the scores
    g_hidden = np.outer(g, v) * (1 - hidden**2)  # into tanh
    g_query = np.sum(g_hidden, axis=0)  # the query takes part in every score
    return {
        "query": g_query @ W1,
        "keys": np.outer(weights, grad_output["context"]) + g_hidden @ W2,
        "W1": np.outer(g_query, query),
        "W2": g_hidden.T @ keys,
        "v": g @ hidden,
    }
