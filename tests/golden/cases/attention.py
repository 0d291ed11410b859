"""Golden cases of attention, positions and blocks."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from case import Case
from torch import nn
from torch.func import functional_call

QKV = ("query", "key", "value")


def _some(*shape: int, turn: float = 1.7) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    ramp = np.arange(np.prod(shape)).reshape(shape)
    return np.round(np.cos(turn * ramp + len(shape) + turn), 3)


def _qkv(query, key, value):
    return {
        "query": _some(*query), "key": _some(*key, turn=0.9), "value": _some(*value, turn=2.3)
    }  # fmt: skip


def _sdpa(query, key, value, attn_mask=None, **options):
    return F.scaled_dot_product_attention(query, key, value, attn_mask, **options)


BOOLEAN = np.array([[True, False, True], [True, True, False]])
NOWHERE = np.array([[True, False, True], [False, False, False]])
ADDED = np.array([[0.5, -np.inf, -1.0], [0.0, 2.0, -0.25]])
SDPA = [
    (_qkv((2, 3), (3, 3), (3, 2)), {}),
    (_qkv((1, 1), (1, 1), (1, 1)), {}),
    (_qkv((2, 2, 2, 3), (2, 2, 4, 3), (2, 2, 4, 2)), {}),
    (_qkv((2, 4, 3), (2, 4, 3), (2, 4, 3)), {"is_causal": True}),
    (_qkv((2, 3), (4, 3), (4, 2)), {"is_causal": True}),
    (_qkv((4, 3), (2, 3), (2, 2)), {"is_causal": True}),
    (_qkv((2, 3), (3, 3), (3, 2)), {"scale": 2.0}),
    (_qkv((2, 3), (3, 3), (3, 2)), {"attn_mask": BOOLEAN}),
    (_qkv((2, 3), (3, 3), (3, 2)), {"attn_mask": NOWHERE}),
    (_qkv((2, 3), (3, 3), (3, 2)), {"attn_mask": ADDED}),
    (_qkv((2, 2, 3), (2, 3, 3), (2, 3, 2)), {"attn_mask": ADDED[None]}),
    (_qkv((2, 2, 2, 3), (2, 2, 3, 3), (2, 2, 3, 2)), {"attn_mask": BOOLEAN[:1]}),
    (_qkv((1, 4, 2, 3), (1, 2, 3, 3), (1, 2, 3, 2)), {"enable_gqa": True}),
    (_qkv((2, 6, 2, 2), (2, 1, 2, 2), (2, 1, 2, 2)), {"enable_gqa": True, "is_causal": True}),
    (
        {"query": [[1000.0, 0.0], [0.0, -1000.0]], "key": [[1000.0, 1.0], [999.0, 0.0]],
         "value": [[1.0], [2.0]]},
        {"scale": 1.0},
    ),
]


def _multihead(
    query, key, value, num_heads, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias,
    **options,
):  # fmt: skip
    module = nn.MultiheadAttention(query.shape[2], num_heads, dtype=torch.float64)
    params = {
        "in_proj_weight": in_proj_weight, "in_proj_bias": in_proj_bias,
        "out_proj.weight": out_proj_weight, "out_proj.bias": out_proj_bias,
    }  # fmt: skip
    output, weights = functional_call(module, params, (query, key, value), options)
    return {"output": output, "attn_weights": weights}


def _multihead_args(L, S, N, E, num_heads, **options):
    return {
        **_qkv((L, N, E), (S, N, E), (S, N, E)), "num_heads": num_heads,
        "in_proj_weight": _some(3 * E, E, turn=1.3), "in_proj_bias": _some(3 * E, turn=0.4),
        "out_proj_weight": _some(E, E, turn=2.9), "out_proj_bias": _some(E, turn=0.7), **options,
    }  # fmt: skip


PADDING = np.array([[False, True, False], [True, False, False]])
IGNORED = np.array([[False, True, False], [False, False, True]])
MULTIHEAD = [
    (1, 1, 1, 1, 1, {}),
    (3, 3, 2, 4, 2, {}),
    (2, 3, 2, 6, 3, {"average_attn_weights": False}),
    (2, 3, 2, 4, 4, {"key_padding_mask": PADDING}),
    (2, 3, 2, 4, 2, {"attn_mask": IGNORED}),
    (2, 3, 2, 4, 2, {"attn_mask": IGNORED, "key_padding_mask": np.array([[True, False, False]] * 2)}),
    (2, 3, 2, 4, 2, {"attn_mask": _some(2, 3)}),
    (2, 3, 2, 4, 2, {"attn_mask": _some(4, 2, 3), "average_attn_weights": False}),
    (2, 3, 2, 4, 2, {"attn_mask": np.array([IGNORED, IGNORED[::-1]] * 2)}),
]
ALL = (*QKV, "in_proj_weight", "in_proj_bias", "out_proj_weight", "out_proj_bias")


def _attended(scores, keys):
    weights = torch.softmax(scores, 0)
    return {"weights": weights, "context": torch.einsum("t,td->d", weights, keys)}


def _dot(query, keys):
    return _attended(torch.einsum("d,td->t", query, keys), keys)


def _general(query, keys, W):
    return _attended(torch.einsum("d,dk,tk->t", query, W, keys), keys)


def _additive(query, keys, W1, W2, v):
    hidden = F.linear(query, W1)[None] + F.linear(keys, W2)
    return _attended(F.linear(torch.tanh(hidden), v[None])[:, 0], keys)


def _sinusoids(seq_len, d_model, base=10000.0):
    rows = [
        [
            (math.cos if j % 2 else math.sin)(p / math.pow(base, (j - j % 2) / d_model))
            for j in range(d_model)
        ]
        for p in range(seq_len)
    ]
    return torch.tensor(rows, dtype=torch.float64)


def _rotary(input, positions, base=10000.0, interleaved=False):
    """Multiply complex numbers by e^{ipθ}."""
    D = input.shape[-1]
    pairs = input.unflatten(-1, (D // 2, 2) if interleaved else (2, D // 2))
    if not interleaved:
        pairs = pairs.transpose(-1, -2)
    turned = torch.view_as_complex(pairs.contiguous()) * torch.stack([
        torch.polar(torch.ones(len(positions), dtype=torch.float64), positions * base ** (-2 * i / D))
        for i in range(D // 2)
    ], -1)  # fmt: skip
    back = torch.view_as_real(turned)
    return (back if interleaved else back.transpose(-1, -2)).flatten(-2)


def _slopes(heads):
    if heads & (heads - 1) == 0:
        return [2 ** (-8 * (h + 1) / heads) for h in range(heads)]
    fewer = 2 ** math.floor(math.log2(heads))
    return _slopes(fewer) + _slopes(2 * fewer)[0::2][: heads - fewer]


def _alibi(num_heads, seq_len):
    bias = torch.full((num_heads, seq_len, seq_len), -math.inf, dtype=torch.float64)
    for h, slope in enumerate(_slopes(num_heads)):
        for i in range(seq_len):
            for j in range(i + 1):
                bias[h, i, j] = -slope * (i - j)
    return bias


def _encoder_layer(src, params, nhead, dim_feedforward, activation="relu", norm_first=False):
    layer = nn.TransformerEncoderLayer(
        src.shape[2], nhead, dim_feedforward, dropout=0.0, activation=activation,
        norm_first=norm_first, batch_first=True, dtype=torch.float64,
    )  # fmt: skip
    assert set(params) == set(dict(layer.named_parameters()))
    return functional_call(layer, params, (src,))


def _encoder_args(N, L, E, nhead, dim_feedforward, **options):
    layer = nn.TransformerEncoderLayer(E, nhead, dim_feedforward)
    params = {
        name: _some(*weight.shape, turn=1.1 + 0.37 * k)
        for k, (name, weight) in enumerate(layer.named_parameters())
    }
    return {
        "src": _some(N, L, E), "params": params, "nhead": nhead, "dim_feedforward": dim_feedforward,
        **options,
    }  # fmt: skip


def _gating(logits, k):
    values, places = logits.topk(k)
    return torch.zeros_like(logits).scatter(1, places, torch.softmax(values, 1))


CASES = [
    *(
        Case("scaled_dot_product_attention", _sdpa, {**tensors, **options}, QKV)
        for tensors, options in SDPA
    ),
    Case("scaled_dot_product_attention", _sdpa, {
        "query": [[1e6, 0.0]], "key": [[1.0, 0.0], [0.0, 1.0]], "value": [[3.0], [4.0]],
    }, QKV),
    *(
        Case("MultiheadAttention", _multihead, _multihead_args(*sizes, **options), ALL)
        for *sizes, options in MULTIHEAD
    ),
    Case("MultiheadAttention", _multihead, _multihead_args(
        2, 3, 1, 2, 1, attn_mask=np.array([[False, True, False], [True, True, True]])
    )),
    *(
        Case(op, reference, args, tuple(args))
        for T, D in ((1, 1), (3, 2), (4, 3))
        for op, reference, args in (
            ("dot_attention", _dot, {"query": _some(D), "keys": _some(T, D)}),
            ("general_attention", _general,
             {"query": _some(D), "keys": _some(T, 2), "W": _some(D, 2, turn=0.6)}),
            ("additive_attention", _additive,
             {"query": _some(D), "keys": _some(T, 2), "W1": _some(4, D, turn=0.6),
              "W2": _some(4, 2, turn=1.2), "v": _some(4)}),
        )
    ),
    Case("dot_attention", _dot, {
        "query": [1000.0, -1000.0], "keys": [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]],
    }, ("query", "keys")),
    *(
        Case("sinusoidal_positional_encoding", _sinusoids, args)
        for args in (
            {"seq_len": 1, "d_model": 1}, {"seq_len": 5, "d_model": 6}, {"seq_len": 4, "d_model": 5},
            {"seq_len": 60, "d_model": 4, "base": 100.0},
        )
    ),
    *(
        Case("rotary_embedding", _rotary, {"input": _some(*shape), "positions": positions, **options},
             ("input",))
        for options in ({}, {"interleaved": True}, {"base": 100.0})
        for shape, positions in (
            ((1, 2), [3.0]), ((3, 4), [0.0, 1.0, 2.0]), ((2, 2, 3, 6), [5.0, 0.5, 100000.0])
        )
    ),
    *(
        Case("alibi_bias", _alibi, {"num_heads": heads, "seq_len": length})
        for heads, length in ((1, 1), (2, 3), (8, 4), (3, 2), (6, 3), (12, 2))
    ),
    *(
        Case("transformer_encoder_layer", _encoder_layer, _encoder_args(*sizes, **options),
             ("src", "params"), atol=1e-11)
        for sizes in ((1, 1, 2, 1, 3), (2, 3, 4, 2, 5))
        for options in (
            {}, {"norm_first": True}, {"activation": "gelu"},
            {"activation": "gelu", "norm_first": True},
        )
    ),
    *(
        Case("top_k_gating", _gating, {"logits": logits, "k": k}, ("logits",))
        for logits, k in (
            (_some(3, 4), 1), (_some(3, 4), 2), (_some(3, 4), 4), ([[1000.0, -1000.0, 999.0]], 2),
            ([[1.0]], 1),
        )
    ),
]
