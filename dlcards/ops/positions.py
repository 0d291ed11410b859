"""How a transformer knows where a token stands: sinusoids, rotations, and a bias by distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Count, Flag, Paper, Positive, op
from dlcards.ops.attention import VASWANI

if TYPE_CHECKING:
    from numpy.typing import NDArray


@op(
    shapes="-> (seq_len,d_model)",
    formula=r"PE_{p, 2i} = \sin\frac{p}{10000^{2i/d}}, \quad "
    r"PE_{p, 2i+1} = \cos\frac{p}{10000^{2i/d}}",
    paper=VASWANI,
    example={"seq_len": 3, "d_model": 4},
    pitfall="Sine and cosine alternate along the features, and both of a pair have the same "
    "frequency: the exponent is 2i/d for columns 2i and 2i + 1.",
)
def sinusoidal_positional_encoding(
    seq_len: Count, d_model: Count, *, base: Positive = 10000.0
) -> Any:
    """A clock with a hand for each pair of features, from fast to slow: a shift in position is a
    rotation of each hand, so relative positions are a linear map. Nothing is learned."""
    p = np.arange(seq_len)[:, None]  # positions, down
    column = np.arange(d_model)  # features, across
    angle = p / base ** (2 * (column // 2) / d_model)  # a pair shares its frequency
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def _pairs_fault(input: Any, **_: Any) -> str:
    features = input.shape[-1]
    return f"input has {features} features (it takes an even number)" if features % 2 else ""


@op(
    shapes="input(*n,L,D), positions(L) -> (*n,L,D)",
    formula=r"\begin{pmatrix} y_a \\ y_b \end{pmatrix} = \begin{pmatrix} \cos p\theta_i & "
    r"-\sin p\theta_i \\ \sin p\theta_i & \cos p\theta_i \end{pmatrix} "
    r"\begin{pmatrix} x_a \\ x_b \end{pmatrix}, \quad \theta_i = 10000^{-2i/D}",
    paper=Paper(
        "Su, Lu, Pan, Murtadha, Wen and Liu", 2021,
        "RoFormer: Enhanced Transformer with Rotary Position Embedding",
    ),
    example={"input": [[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]], "positions": [0, 1]},
    pitfall="Which features are a pair differs: LLaMA takes i and i + D/2, RoFormer 2i and 2i + 1; "
    "the weights of one do not fit the other. It turns queries and keys, never values.",
    fault=_pairs_fault,
)  # fmt: skip
def rotary_embedding(
    input: Array, positions: Array, *, base: Positive = 10000.0, interleaved: Flag = False
) -> Any:
    """Turns each pair of features by an angle that grows with the position, so that the dot
    product of a query and a key depends only on how far they are apart."""
    D = input.shape[-1]  # features
    theta = base ** (-np.arange(0, D, 2) / D)  # frequency of each pair, from 1 down
    angle = positions[:, None] * theta  # of each position and pair
    return _turned(input, angle, interleaved)


@rotary_embedding.gradient
def rotary_embedding_grad(
    grad_output: Array, input: Array, positions: Array, *, base: float, interleaved: bool
) -> dict[str, Any]:
    D = input.shape[-1]  # features
    theta = base ** (-np.arange(0, D, 2) / D)  # frequency of each pair
    angle = positions[:, None] * theta  # of each position and pair
    return {"input": _turned(grad_output, -angle, interleaved)}


def _turned(
    x: NDArray[np.float64], angle: NDArray[np.float64], interleaved: bool
) -> NDArray[np.float64]:
    """Rotate the pairs (x[2i], x[2i+1]) if interleaved, else (x[i], x[i + D/2])."""
    half = x.shape[-1] // 2
    first, second = (
        (slice(0, None, 2), slice(1, None, 2)) if interleaved else (slice(half), slice(half, None))
    )
    a, b = x[..., first], x[..., second]
    y = np.empty(x.shape)
    y[..., first] = a * np.cos(angle) - b * np.sin(angle)
    y[..., second] = a * np.sin(angle) + b * np.cos(angle)
    return y


@op(
    shapes="-> (num_heads,seq_len,seq_len)",
    formula=r"b_{h, i, j} = \begin{cases} -m_h (i - j) & j \le i \\ -\infty & j > i \end{cases}, "
    r"\quad m_h = 2^{-8h/H}",
    paper=Paper(
        "Press, Smith and Lewis", 2022,
        "Train Short, Test Long: Attention with Linear Biases Enables Input Length Extrapolation",
    ),
    example={"num_heads": 2, "seq_len": 3},
    pitfall="For 12 heads the slopes are not 2^(−8h/12): they are those of 8 heads, then every "
    "second one of 16.",
)  # fmt: skip
def alibi_bias(num_heads: Count, seq_len: Count) -> Any:
    """No position embedding at all: each head subtracts a penalty that grows with the distance,
    some heads steeply, some gently; it extrapolates to longer sequences than it was trained on."""
    whole = 2 ** (num_heads.bit_length() - 1)  # the largest power of two that fits
    slopes = 2.0 ** (-8 * np.arange(1, whole + 1) / whole)  # a geometric sequence for so many heads
    between = 2.0 ** (
        -8 * np.arange(1, 2 * whole, 2) / (2 * whole)
    )  # every second of twice as many
    m = np.concatenate([slopes, between])[:num_heads]  # a slope for each head
    i, j = np.indices((seq_len, seq_len))  # who looks, and where
    penalty = m[:, None, None] * (j - i)  # by distance
    return np.where(j <= i, penalty, -np.inf)
