"""Golden cases of what models cost: tensors on the meta device weighed, multiplications counted."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

TYPES = {1: torch.int8, 2: torch.float16, 4: torch.float32}


def _cache(n_layers, n_kv_heads, head_dim, seq_len, batch=1, bytes_per_element=2):
    dtype = TYPES[bytes_per_element]
    keys = torch.empty(n_layers, batch, n_kv_heads, seq_len, head_dim, dtype=dtype, device="meta")
    return keys.nbytes + torch.empty_like(keys).nbytes


def _macs(function, *args):
    with FlopCounterMode(display=False) as counter:
        function(*args)
    return counter.get_total_flops() // 2


def _attend(q, k, v):
    return F.softmax(q @ k.transpose(-1, -2), -1) @ v


def _attention(seq_len, d_model, n_heads, kv_len=None, batch=1):
    q, k = (
        torch.empty(batch, n_heads, length, d_model // n_heads, device="meta")
        for length in (seq_len, kv_len or seq_len)
    )
    return _macs(_attend, q, k, k)


def _layer(seq_len, d_model, d_ff, batch=1):
    def linear(n, m):
        return nn.Linear(n, m, device="meta")

    project = [linear(d_model, d_model) for _ in range(4)]
    up, down = linear(d_model, d_ff), linear(d_ff, d_model)

    def forward(x):
        mixed = project[3](_attend(project[0](x), project[1](x), project[2](x)))
        return down(F.relu(up(mixed)))

    return _macs(forward, torch.empty(batch, seq_len, d_model, device="meta"))


def _training(params, tokens):
    """Count forward and backward of a matrix of so many weights, and scale by the tokens."""
    weight = torch.empty(1, params, device="meta", requires_grad=True)
    x = torch.empty(1, params, device="meta", requires_grad=True)
    with FlopCounterMode(display=False) as counter:
        F.linear(x, weight).sum().backward()
    return counter.get_total_flops() * tokens


def _adam(params, mixed_precision=True):
    """Weigh what the optimizer keeps after a step."""
    step = torch.optim.Adam([master := nn.Parameter(torch.zeros(params))])
    master.grad = torch.zeros(params)
    step.step()
    state = step.state[master]
    total = master.nbytes + state["exp_avg"].nbytes + state["exp_avg_sq"].nbytes
    half = master.detach().half()
    return total + (2 * half.nbytes if mixed_precision else master.grad.nbytes)


def _scaling(phi, alpha=1.2, beta=1.1, gamma=1.15):
    a, b, c = (torch.tensor(base, dtype=torch.float64).log() * phi for base in (alpha, beta, gamma))
    return {
        "depth": a.exp(), "width": b.exp(), "resolution": c.exp(),
        "flops_factor": (a + 2 * b + 2 * c).exp(),
    }  # fmt: skip


def _args(names, *rows):
    return [dict(zip(names.split(), row, strict=False)) for row in rows]


CASES = [
    *(
        Case("kv_cache_bytes", _cache, args)
        for args in _args(
            "n_layers n_kv_heads head_dim seq_len batch bytes_per_element",
            (32, 32, 128, 4096), (32, 8, 128, 1), (80, 8, 128, 100000, 64), (2, 1, 8, 3, 5, 1), (2, 1, 8, 3, 5, 4),
        )
    ),
    *(
        Case("attention_macs", _attention, args)
        for args in _args(
            "seq_len d_model n_heads kv_len batch",
            (1024, 768, 12), (1024, 768, 1), (5, 8, 2, 7), (1, 64, 4, 100, 3),
        )
    ),
    *(
        Case("transformer_layer_macs", _layer, args)
        for args in _args("seq_len d_model d_ff batch", (1024, 768, 3072), (3, 4, 5, 2), (1, 16, 64))
    ),
    *(
        Case("training_flops_6nd", _training, args)
        for args in _args("params tokens", (1000, 7), (7_000_000, 1_000_000_000))
    ),
    *(
        Case("adam_training_bytes", _adam, args)
        for args in _args("params mixed_precision", (1000,), (1000, False), (1,))
    ),
    *(Case("efficientnet_scaling", _scaling, {"phi": phi}) for phi in (0.0, 1.0, 2.5, 7.0)),
    Case("efficientnet_scaling", _scaling, {"phi": 2.0, "alpha": 1.5, "beta": 1.0, "gamma": 2.0}),
]  # fmt: skip
