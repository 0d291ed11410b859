"""How recurrent networks are trained: backpropagation cut into chunks, and whose tokens to feed."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Count, Finite, NonNegativeInt, Paper, Positive, op


@op(
    shapes="x(T,I), h0(H), W_xh(H,I), W_hh(H,H), b(H), grad_h(T,H) -> loss (), W_xh (H,I), "
    "W_hh (H,H), b (H)",
    formula=r"L = \sum_t g_t^\top h_t, \quad \frac{\partial L}{\partial W_{hh}} \approx "
    r"\sum_t \delta_t h_{t-1}^\top, \quad "
    r"\delta_t = (1 - h_t^2) \odot (g_t + m_t W_{hh}^\top \delta_{t+1})",
    paper=Paper(
        "Williams and Peng", 1990,
        "An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network "
        "Trajectories",
    ),
    example={
        "x": [[1.0], [0.0], [0.0], [-1.0]],
        "h0": [0.0],
        "W_xh": [[1.0]],
        "W_hh": [[0.9]],
        "b": [0.0],
        "grad_h": [[0.0], [0.0], [0.0], [1.0]],
        "chunk": 2,
    },
    pitfall="The state still flows forward across the cut, only the gradient does not: nothing "
    "longer than a chunk is ever learned from, and the gradient is biased.",
)  # fmt: skip
def truncated_bptt_rnn_grad(
    x: Array, h0: Array, W_xh: Array, W_hh: Array, b: Array, grad_h: Array, chunk: Count
) -> Any:
    """Backpropagation through time with the state detached every few steps: constant memory for
    sequences of any length. A chunk of T or more steps is the full gradient.

    In the formula m is 0 where the next step begins a chunk, else 1. The network is h_t = tanh(W_xh x_t + W_hh h_{t−1} + b); `grad_h` is dL/dh_t from above.
    """
    T, H = grad_h.shape  # steps, units
    a = x @ W_xh.T + b  # the input's part of all steps
    h = np.vstack([h0, np.zeros((T, H))])  # h0, and room for the T states
    for t in range(T):
        h[t + 1] = np.tanh(a[t] + W_hh @ h[t])  # forward: across the cuts too
    delta = np.zeros((T, H))  # room for what reaches the sums inside tanh
    g = np.zeros(H)  # what comes back from the step after: nothing yet
    for t in reversed(range(T)):
        delta[t] = (grad_h[t] + g) * (1 - h[t + 1] ** 2)  # from above and from later, through tanh
        g = W_hh.T @ delta[t] * (t % chunk > 0)  # to the step before; cut where a chunk begins
    return {
        "loss": np.sum(grad_h * h[1:]),
        "W_xh": delta.T @ x,
        "W_hh": delta.T @ h[:-1],
        "b": np.sum(delta, axis=0),
    }


def _law_fault(kind: str, k: float, **_: Any) -> str:
    if kind == "exponential" and k >= 1:
        return f"k is {k:g} (an exponential decay takes a number below 1)"
    if kind == "inverse_sigmoid" and k < 1:
        return f"k is {k:g} (an inverse sigmoid takes a number of at least 1)"
    return ""


@op(
    shapes="-> ()",
    formula=r"\epsilon_i = \max(\epsilon, k - c\,i) \quad \text{or} \quad k^i \quad \text{or} \quad "
    r"\frac{k}{k + e^{i/k}}",
    paper=Paper(
        "Bengio, Vinyals, Jaitly and Shazeer", 2015,
        "Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks",
    ),
    example={"step": 20, "kind": "inverse_sigmoid", "k": 10.0},
    pitfall="It is the probability of feeding the true token, so it falls during training: 1 is "
    "teacher forcing, 0 is what happens at inference.",
    fault=_law_fault,
)  # fmt: skip
def scheduled_sampling_prob(
    step: NonNegativeInt,
    kind: Literal["linear", "exponential", "inverse_sigmoid"],
    k: Positive,
    *,
    c: Finite = 0.0,
    eps: Finite = 0.0,
) -> Any:
    """Weans a decoder off the truth: at first it is fed true tokens, later more and more of its
    own, so that it learns to go on after its own mistakes (exposure bias).

    `c` is the slope of the linear law and `eps` its floor; the other laws have neither.
    """
    if kind == "linear":
        return np.maximum(eps, k - c * step)
    if kind == "exponential":
        return np.power(k, step)
    return k / (k + np.exp(step / k))
