"""Blocks of a transformer: the encoder layer, and the gate of a mixture of experts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import Array, Arrays, Count, Flag, Paper, op
from dlcards.ops.activations.rectifiers import relu, relu_grad
from dlcards.ops.activations.simplex import softmax, softmax_grad
from dlcards.ops.activations.smooth import gelu, gelu_grad
from dlcards.ops.attention import VASWANI
from dlcards.ops.layers import linear, linear_grad
from dlcards.ops.multihead import multihead_attention, multihead_attention_grad
from dlcards.ops.normalization import layer_norm, layer_norm_grad

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_PROJECTIONS = (
    "self_attn.in_proj_weight", "self_attn.in_proj_bias",
    "self_attn.out_proj.weight", "self_attn.out_proj.bias",
)  # fmt: skip


def _layer_fault(
    src: Any, params: Mapping[str, Any], nhead: int, dim_feedforward: int, **_: Any
) -> str:
    E, F = src.shape[2], dim_feedforward
    needed = dict(zip(_PROJECTIONS, [(3 * E, E), (3 * E,), (E, E), (E,)], strict=True))
    needed |= {"linear1.weight": (F, E), "linear1.bias": (F,)}
    needed |= {"linear2.weight": (E, F), "linear2.bias": (E,)}
    needed |= {f"norm{i}.{kind}": (E,) for i in (1, 2) for kind in ("weight", "bias")}
    for name in (*needed, *params):
        if name not in params or name not in needed:
            verb = "no" if name not in params else "an unknown"
            return f"params has {verb} {name} (it takes {', '.join(needed)})"
        if params[name].shape != needed[name]:
            return f"params.{name} has shape {params[name].shape} (it takes {needed[name]})"
    return f"nhead is {nhead} (it takes a divisor of {E}, the model's size)" if E % nhead else ""


@op(
    shapes="src(N,L,E) -> (N,L,E)",
    formula=r"x' = \mathrm{LN}(x + \mathrm{MHA}(x)), \quad y = \mathrm{LN}(x' + \mathrm{FFN}(x'))",
    paper=VASWANI,
    example={
        "src": [[[1.0, -1.0], [0.5, 2.0]]],
        "params": {
            "self_attn.in_proj_weight": [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0.5, 1]],
            "self_attn.in_proj_bias": [0.0, 0.0, 0.0, 0.0, 0.0, 0.5],
            "self_attn.out_proj.weight": [[1.0, 0.0], [0.0, 1.0]],
            "self_attn.out_proj.bias": [0.0, 0.0],
            "linear1.weight": [[1.0, 0.0], [0.5, -1.0], [1.0, 1.0]],
            "linear1.bias": [0.1, 0.0, 0.5],
            "linear2.weight": [[1.0, 0.0, 1.0], [0.0, 1.0, 0.5]],
            "linear2.bias": [0.0, 0.0],
            "norm1.weight": [1.0, 1.0],
            "norm1.bias": [0.0, 0.5],
            "norm2.weight": [1.0, 2.0],
            "norm2.bias": [0.0, 0.0],
        },
        "nhead": 1,
        "dim_feedforward": 3,
        "norm_first": True,
    },
    pitfall="The paper and PyTorch's default normalise after the sum (post-norm, which needs "
    "warm-up); GPT-2 and later models before (pre-norm), and then need a last norm at the end.",
    fault=_layer_fault,
)
def transformer_encoder_layer(
    src: Array,
    params: Arrays,
    nhead: Count,
    dim_feedforward: Count,  # noqa: ARG001 - says the shapes of params, for the check
    *,
    activation: Literal["relu", "gelu"] = "relu",
    norm_first: Flag = False,
) -> Any:
    """Tokens first exchange information by attention, then each thinks for itself in a
    feed-forward network; both are added to what was there, and normalised."""
    if norm_first:
        seen = _norm(src, params, "norm1")  # normalised first
        x = src + _attention(seen, params, nhead)  # tokens exchange information, added
        seen = _norm(x, params, "norm2")  # normalised again
        return x + _feed_forward(seen, params, activation)
    mixed = src + _attention(src, params, nhead)  # tokens exchange information, added
    x = _norm(mixed, params, "norm1")  # then normalised
    changed = x + _feed_forward(x, params, activation)  # each token for itself, added
    return _norm(changed, params, "norm2")


@transformer_encoder_layer.gradient
def transformer_encoder_layer_grad(
    grad_output: Array,
    src: Array,
    params: Arrays,
    nhead: int,
    dim_feedforward: int,  # noqa: ARG001 - says the shapes of params, for the check
    *,
    activation: str,
    norm_first: bool,
) -> dict[str, Any]:
    if norm_first:
        seen1 = _norm(src, params, "norm1")  # what attention saw
        x = src + _attention(seen1, params, nhead)  # after attention
        seen2 = _norm(x, params, "norm2")  # what the network saw
        g, network = _feed_forward_grad(grad_output, seen2, params, activation)  # back through it
        g, norm2 = _norm_grad(g, x, params, "norm2")  # and its norm
        g_x = grad_output + g  # around it and through it
        g, attention = _attention_grad(g_x, seen1, params, nhead)  # back through attention
        g, norm1 = _norm_grad(g, src, params, "norm1")  # and its norm
        return {"src": g_x + g, **attention, **network, **norm1, **norm2}
    mixed = src + _attention(src, params, nhead)  # after attention
    x = _norm(mixed, params, "norm1")  # what the network saw
    changed = x + _feed_forward(x, params, activation)  # after it
    g_changed, norm2 = _norm_grad(grad_output, changed, params, "norm2")  # through the last norm
    g, network = _feed_forward_grad(g_changed, x, params, activation)  # back through the network
    g_mixed, norm1 = _norm_grad(g_changed + g, mixed, params, "norm1")  # around it and through it
    g, attention = _attention_grad(g_mixed, src, params, nhead)  # back through attention
    return {"src": g_mixed + g, **attention, **network, **norm1, **norm2}


def _attention(
    x: NDArray[np.float64], params: Mapping[str, NDArray[np.float64]], nhead: int
) -> Any:
    t = np.swapaxes(x, 0, 1)  # it wants the sequence first
    weights = [params[name] for name in _PROJECTIONS]
    return np.swapaxes(multihead_attention.function(t, t, t, nhead, *weights)["output"], 0, 1)


def _attention_grad(
    g: NDArray[np.float64],
    x: NDArray[np.float64],
    params: Mapping[str, NDArray[np.float64]],
    nhead: int,
) -> tuple[Any, dict[str, Any]]:
    """Return the gradient of x, which is query, key and value at once, and of the weights."""
    t = np.swapaxes(x, 0, 1)
    N, L, _ = x.shape
    upstream = {"output": np.swapaxes(g, 0, 1), "attn_weights": np.zeros((N, L, L))}
    grads = multihead_attention_grad(
        upstream, t, t, t, nhead, *(params[name] for name in _PROJECTIONS),
        key_padding_mask=None, attn_mask=None, average_attn_weights=True,
    )  # fmt: skip
    grad_x = np.swapaxes(grads["query"] + grads["key"] + grads["value"], 0, 1)
    own = ("in_proj_weight", "in_proj_bias", "out_proj_weight", "out_proj_bias")
    named = zip(_PROJECTIONS, own, strict=True)
    return grad_x, {f"params.{name}": grads[argument] for name, argument in named}


def _feed_forward(
    x: NDArray[np.float64], params: Mapping[str, NDArray[np.float64]], activation: str
) -> Any:
    hidden = linear.function(x, params["linear1.weight"], params["linear1.bias"])
    bent = relu.function(hidden) if activation == "relu" else gelu.function(hidden)
    return linear.function(bent, params["linear2.weight"], params["linear2.bias"])


def _feed_forward_grad(
    g: NDArray[np.float64],
    x: NDArray[np.float64],
    params: Mapping[str, NDArray[np.float64]],
    activation: str,
) -> tuple[Any, dict[str, Any]]:
    first, second = ((params[f"linear{i}.weight"], params[f"linear{i}.bias"]) for i in (1, 2))
    hidden = linear.function(x, *first)
    if activation == "relu":
        to_second = linear_grad(g, relu.function(hidden), *second)
        g_hidden = relu_grad(to_second["input"], hidden)["input"]
    else:
        to_second = linear_grad(g, gelu.function(hidden), *second)
        g_hidden = gelu_grad(to_second["input"], hidden, approximate="none")["input"]
    to_first = linear_grad(g_hidden, x, *first)
    return to_first["input"], {
        f"params.linear{i}.{kind}": grads[kind]
        for i, grads in ((1, to_first), (2, to_second))
        for kind in ("weight", "bias")
    }


def _norm(x: NDArray[np.float64], params: Mapping[str, NDArray[np.float64]], name: str) -> Any:
    return layer_norm.function(
        x, x.shape[-1], params[f"{name}.weight"], params[f"{name}.bias"], eps=1e-5
    )


def _norm_grad(
    g: NDArray[np.float64],
    x: NDArray[np.float64],
    params: Mapping[str, NDArray[np.float64]],
    name: str,
) -> tuple[Any, dict[str, Any]]:
    weight, bias = params[f"{name}.weight"], params[f"{name}.bias"]
    grads = layer_norm_grad(g, x, x.shape[-1], weight, bias, eps=1e-5)
    return grads["input"], {f"params.{name}.{kind}": grads[kind] for kind in ("weight", "bias")}


def _experts_fault(logits: Any, k: int) -> str:
    experts = logits.shape[1]
    return f"k is {k} (it takes at most {experts}, the number of experts)" if k > experts else ""


@op(
    shapes="logits(N,E) -> (N,E)",
    formula=r"G(x) = \mathrm{softmax}(\mathrm{KeepTopK}(x, k)), \quad "
    r"\mathrm{KeepTopK}(x, k)_i = \begin{cases} x_i & \text{among the } k \text{ largest} \\ "
    r"-\infty & \text{otherwise} \end{cases}",
    paper=Paper(
        "Shazeer et al.", 2017,
        "Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer",
    ),
    example={"logits": [[2.0, 1.0, 0.5, -1.0], [0.0, 3.0, 1.0, 2.5]], "k": 2},
    pitfall="Softmax comes after the choice, not before, or the weights would not sum to 1; and an "
    "expert that is not chosen gets no gradient, so it never learns to be.",
    fault=_experts_fault,
)  # fmt: skip
def top_k_gating(logits: Array, k: Count) -> Any:
    """Sends each token to its k best experts and weighs them by softmax: the model grows with the
    number of experts, the work only with k."""
    kept = _kept(logits, k)  # the k largest of each row
    return softmax.function(np.where(kept, logits, -np.inf))


@top_k_gating.gradient
def top_k_gating_grad(grad_output: Array, logits: Array, k: int) -> dict[str, Any]:
    kept = _kept(logits, k)  # the k largest of each row
    chosen = np.where(kept, logits, -np.inf)  # what softmax saw
    return {"logits": softmax_grad(grad_output, chosen, -1)["input"]}


def _kept(logits: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    """Say which are the k largest of each row; of equals the first."""
    order = np.argsort(-logits, axis=1, kind="stable")
    kept = np.zeros(logits.shape, dtype=np.bool_)
    np.put_along_axis(kept, order[:, :k], True, axis=1)
    return kept
