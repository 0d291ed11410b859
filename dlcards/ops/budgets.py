"""Calculators: what a model costs in multiplications and in memory."""

from __future__ import annotations

from typing import Any

from dlcards.ops._op import Count, Flag, NonNegative, Paper, Positive, op

_KAPLAN = Paper("Kaplan et al.", 2020, "Scaling Laws for Neural Language Models")


@op(
    shapes="-> ()",
    formula=r"B = 2 \cdot L \cdot n_{kv} \cdot d_h \cdot T \cdot N \cdot b",
    paper=Paper("Pope et al.", 2022, "Efficiently Scaling Transformer Inference"),
    example={"n_layers": 32, "n_kv_heads": 32, "head_dim": 128, "seq_len": 4096},
    pitfall="The 2 is for K and V; it counts KV heads, not query heads. 2³¹ bytes are 2 GiB, but "
    "2.15 GB.",
)
def kv_cache_bytes(
    n_layers: Count,
    n_kv_heads: Count,
    head_dim: Count,
    seq_len: Count,
    *,
    batch: Count = 1,
    bytes_per_element: Count = 2,
) -> Any:
    """A key and a value for every token, in every layer and KV head: it grows with the length and
    the batch, and the weights do not."""
    per_token = 2 * n_layers * n_kv_heads * head_dim  # numbers: a key and a value everywhere
    return per_token * seq_len * batch * bytes_per_element


def _heads_fault(d_model: int, n_heads: int, **_: Any) -> str:
    if d_model % n_heads == 0:
        return ""
    return f"n_heads is {n_heads} (it must divide d_model, {d_model})"


@op(
    shapes="-> ()",
    formula=r"M = 2 N L S d",
    paper=Paper("Vaswani et al.", 2017, "Attention Is All You Need"),
    example={"seq_len": 1024, "d_model": 768, "n_heads": 12},
    pitfall="It is quadratic in the length and free of the number of heads; the projections, 4Ld², "
    "are not in it, and a causal mask saves nothing here. FLOPs are twice as many.",
    fault=_heads_fault,
)
def attention_macs(
    seq_len: Count,
    d_model: Count,
    n_heads: Count,
    *,
    kv_len: Count | None = None,
    batch: Count = 1,
) -> Any:
    """The multiply-accumulates of two matrix products over all heads: scores QKᵀ, and their mix
    of the values."""
    S = kv_len or seq_len  # keys and values; as many as queries in self-attention
    head = d_model // n_heads  # width of one head
    scores = n_heads * seq_len * S * head  # a dot product for each pair, in each head
    mix = n_heads * seq_len * S * head  # each weight times a value
    return batch * (scores + mix)


@op(
    shapes="-> ()",
    formula=r"M = N\left(4Ld^2 + 2L^2 d + 2L d\, d_{ff}\right)",
    paper=_KAPLAN,
    example={"seq_len": 1024, "d_model": 768, "d_ff": 3072},
    pitfall="The quadratic part overtakes the projections only at L = 2d, and the whole rest at "
    "L = 6d if d_ff = 4d: short texts are all matrix products with weights.",
)
def transformer_layer_macs(seq_len: Count, d_model: Count, d_ff: Count, *, batch: Count = 1) -> Any:
    """Each token passes every weight once, and meets every token twice: in the scores and in the
    mix."""
    projections = 4 * seq_len * d_model**2  # Q, K, V and output
    attention = 2 * seq_len**2 * d_model  # scores, and the mix of values
    feed_forward = 2 * seq_len * d_model * d_ff  # up and down
    return batch * (projections + attention + feed_forward)


@op(
    shapes="-> ()",
    formula=r"C \approx 6ND",
    paper=_KAPLAN,
    example={"params": 70_000_000_000, "tokens": 1_400_000_000_000},
    pitfall="These are FLOPs, two for each multiply-accumulate; attention's own cost is left out.",
)
def training_flops_6nd(params: Count, tokens: Count) -> Any:
    """Six FLOPs for each parameter and token: two forward, four backward."""
    forward = 2 * params * tokens  # a multiplication and an addition at each weight
    backward = 2 * forward  # the gradient by the activations, and by the weights
    return forward + backward


@op(
    shapes="-> ()",
    formula=r"B = (2 + 2 + 4 + 4 + 4)P = 16P",
    paper=Paper(
        "Rajbhandari, Rasley, Ruwase and He", 2020,
        "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models",
    ),
    example={"params": 7_000_000_000},
    pitfall="Mixed precision saves nothing here, 16 bytes either way, because of the fp32 master "
    "copy; what it saves is activations and time. Activations are not counted.",
)  # fmt: skip
def adam_training_bytes(params: Count, *, mixed_precision: Flag = True) -> Any:
    """Weight, gradient, master copy and two moments: 16 bytes for each parameter before the first
    activation."""
    weight = 2 if mixed_precision else 4  # bytes: fp16, or fp32
    gradient = 2 if mixed_precision else 4  # in the same precision
    master = 4 if mixed_precision else 0  # fp32 copy to which the small steps are added
    moments = 4 + 4  # m and v, always fp32
    return params * (weight + gradient + master + moments)


@op(
    shapes="-> depth(), width(), resolution(), flops_factor()",
    formula=r"d = \alpha^\phi, \quad w = \beta^\phi, \quad r = \gamma^\phi, \quad "
    r"\frac{F}{F_0} = (\alpha \beta^2 \gamma^2)^\phi",
    paper=Paper(
        "Tan and Le", 2019,
        "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    ),
    example={"phi": 1.0},
    pitfall="Width and resolution count squared, depth once; α β² γ² is 1.92, so the cost is a "
    "little less than doubled at each step.",
)  # fmt: skip
def efficientnet_scaling(
    phi: NonNegative, *, alpha: Positive = 1.2, beta: Positive = 1.1, gamma: Positive = 1.15
) -> Any:
    """Grow depth, width and resolution together, so that one step of φ doubles the cost."""
    depth = alpha**phi  # times the layers: cost grows as fast
    width = beta**phi  # times the channels: of input and of output, so squared
    resolution = gamma**phi  # times the side of the image: squared too
    flops_factor = depth * width**2 * resolution**2  # times the cost
    return {
        "depth": depth,
        "width": width,
        "resolution": resolution,
        "flops_factor": flops_factor,
    }
