"""Optimizers for large batches and large models: per-layer ratios, signs, factors, matrices."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, NonNegativeInt, Paper, Positive, Real, op
from dlcards.ops._room import count_fault
from dlcards.ops.optimizers._pairs import Betas, Floors  # noqa: TC001 - an op's annotations are read

_EXAMPLE = {"params": [3.0, -4.0], "grads": [[0.3, 0.4], [0.6, -0.8]], "lr": 0.1}


@op(
    name="Lion",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\theta_t = (1 - \eta \lambda) \theta_{t-1} - "
    r"\eta \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) g_t), \quad "
    r"m_t = \beta_2 m_{t-1} + (1 - \beta_2) g_t",
    paper=Paper("Chen et al.", 2023, "Symbolic Discovery of Optimization Algorithms"),
    example=_EXAMPLE,
    pitfall="Every parameter moves by the full lr at every step, so it wants an lr 3 to 10 times "
    "smaller than AdamW, and a decay as much larger.",
)
def lion(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-4,
    betas: Betas = (0.9, 0.99),
    weight_decay: NonNegative = 0.0,
) -> Any:
    """Steps by the sign of a momentum: every parameter moves equally far, and there is one average
    to store where Adam has two.

    The step mixes in the new gradient more strongly (β₁) than the momentum does (β₂).
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # for the step, and for the memory
    m = np.zeros_like(params)  # momentum: at rest
    for g in grads:
        c = beta1 * m + (1 - beta1) * g  # momentum and gradient, for the step only
        theta = theta - lr * (np.sign(c) + weight_decay * theta)  # step, with decoupled decay
        m = beta2 * m + (1 - beta2) * g  # momentum, of longer memory
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="LARS",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"u_t = g_t + \lambda \theta_{t-1}, \quad v_t = \mu v_{t-1} + "
    r"\eta\, \kappa\, \frac{\| \theta_{t-1} \|}{\| u_t \|}\, u_t, \quad "
    r"\theta_t = \theta_{t-1} - v_t",
    paper=Paper("You, Gitman and Ginsburg", 2017, "Large Batch Training of Convolutional Networks"),
    example=_EXAMPLE | {"trust_coefficient": 0.02},
    pitfall="The ratio is one for each layer, so it is taken of one tensor at a time; where a norm "
    "is 0, as for fresh biases, it is 1 and κ does not apply.",
)
def lars(
    params: Array,
    grads: Array,
    lr: NonNegative,
    *,
    momentum: NonNegative = 0.9,
    weight_decay: NonNegative = 0.0,
    trust_coefficient: Positive = 1e-3,
) -> Any:
    """SGD whose step is a fixed fraction of the layer's own norm: no layer is torn apart by the
    large rates that large batches need.

    The ratio is that of Optax, with the norm of g + λθ; the paper adds the norms of both.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = np.zeros_like(params)  # velocity: at rest
    for g in grads:
        u = g + weight_decay * theta  # gradient with decay
        ratio = _ratio(theta, u, trust_coefficient)  # κ‖θ‖/‖u‖: how much this layer can bear
        v = momentum * v + lr * ratio * u  # velocity, with the rate inside
        theta = theta - v  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="LAMB",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"u_t = \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon} + \lambda \theta_{t-1}, \quad "
    r"\theta_t = \theta_{t-1} - \eta\, \frac{\| \theta_{t-1} \|}{\| u_t \|}\, u_t",
    paper=Paper(
        "You et al.",
        2020,
        "Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes",
    ),
    example=_EXAMPLE,
    pitfall="The decay is inside u, before the trust ratio, so it is scaled along; where a norm is "
    "0 the ratio is 1.",
)
def lamb(
    params: Array,
    grads: Array,
    lr: NonNegative,
    *,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-6,
    weight_decay: NonNegative = 0.0,
) -> Any:
    """Adam's direction at LARS's length: each layer moves by lr times its own norm, so one rate
    serves all layers at batches of tens of thousands.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = v = np.zeros_like(params)  # the averages start at zero
    for t, g in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * g  # first moment
        v = beta2 * v + (1 - beta2) * g**2  # second moment
        adam = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)  # Adam's direction
        u = adam + weight_decay * theta  # with decay
        ratio = _ratio(theta, u)  # ‖θ‖/‖u‖: how much this layer can bear
        theta = theta - lr * ratio * u  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


def _ratio(theta: Any, u: Any, trust: float = 1.0) -> float:
    """The trust ratio of a layer; 1 where there is nothing to compare."""
    size, step = np.linalg.norm(theta.ravel()), np.linalg.norm(u.ravel())
    return float(trust * size / step) if size > 0 and step > 0 else 1.0


@op(
    name="Adafactor",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\hat{V}_t = \frac{r_t c_t^{\top}}{\operatorname{mean}(r_t)}, \quad "
    r"U_t = \frac{G_t}{\sqrt{\hat{V}_t}}, \quad \theta_t = \theta_{t-1} - \alpha_t\, "
    r"\frac{U_t}{\max(1, \operatorname{RMS}(U_t) / d)}",
    paper=Paper(
        "Shazeer and Stern", 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost"
    ),
    example={"params": [[1.0, 2.0], [-1.0, 0.5]], "grads": [[[1.0, 2.0], [2.0, 8.0]]]},
    pitfall="Only matrices are factored, vectors keep all of v; lr is relative: it is multiplied "
    "by the RMS of the parameters, and 1/√t takes its place once that is smaller.",
)
def adafactor(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-2,
    beta2_decay: Real = -0.8,
    eps: Floors = (None, 1e-3),
    d: Positive = 1.0,
    weight_decay: NonNegative = 0.0,
    maximize: Flag = False,
) -> Any:
    """Adam without momentum that keeps of the second moment only a mean for each row and each
    column: m + n numbers for a matrix of m × n.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    tiny = np.finfo(np.float64).eps if eps[0] is None else eps[0]  # floor under v
    v = r = c = np.zeros(())  # the averages start at zero
    for t, g in enumerate(-grads if maximize else grads, start=1):
        alpha = max(eps[1], _rms(theta)) * min(lr, t**-0.5)  # rate, relative to the parameters
        theta = theta * (1 - lr * weight_decay)  # decay, apart from the gradient
        beta2 = 1 - t**beta2_decay  # 0 at first, then ever closer to 1: no bias to correct
        if params.ndim > 1:
            r = beta2 * r + (1 - beta2) * np.mean(g**2, -1, keepdims=True)  # mean square of rows
            c = beta2 * c + (1 - beta2) * np.mean(g**2, -2, keepdims=True)  # and of columns
            v = r * c / np.maximum(np.mean(r, -2, keepdims=True), tiny)  # of rank 1
        else:
            v = beta2 * v + (1 - beta2) * g**2  # mean of squares
        u = g / np.sqrt(np.maximum(v, tiny**2))  # scaled gradient
        theta = theta - alpha * u / max(1.0, _rms(u) / d)  # step, clipped to an RMS of d
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


def _rms(x: Any) -> float:
    return float(np.sqrt(np.mean(x**2)))


@op(
    name="Muon",
    shapes="params(m,n), grads(T,m,n) -> params(T,m,n)",
    formula=r"B_t = \mu B_{t-1} + (1 - \mu) G_t, \quad \Theta_t = (1 - \eta \lambda) "
    r"\Theta_{t-1} - \eta \sqrt{\max(1, m/n)}\ U V^{\top}, \quad B_t = U \Sigma V^{\top}",
    paper=Paper("Jordan et al.", 2024, "Muon: An Optimizer for Hidden Layers in Neural Networks"),
    example={"params": [[1.0, 0.0], [0.0, 1.0]], "grads": [[[3.0, 4.0], [0.0, 1.0]]], "lr": 0.1},
    pitfall="It is for hidden matrices only: embeddings, heads, biases and gains stay with AdamW. "
    "Five iterations leave singular values of about 0.7 to 1.2, not 1.",
    fault=lambda ns_steps, **_: count_fault(1000, ns_steps=ns_steps),
)
def muon(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    weight_decay: NonNegative = 0.1,
    momentum: NonNegative = 0.95,
    nesterov: Flag = True,
    ns_steps: NonNegativeInt = 5,
    adjust_lr_fn: Literal["original", "match_rms_adamw"] | None = None,
) -> Any:
    """Momentum made orthogonal: all singular values of the step are set to about 1, so rare
    directions of a weight matrix are learnt as fast as frequent ones.

    PyTorch iterates in bfloat16, so it agrees to two digits only.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    wide = _stretch(params.shape, adjust_lr_fn)  # longer steps for larger matrices
    b = np.zeros_like(params)  # momentum: at rest
    for g in grads:
        b = momentum * b + (1 - momentum) * g  # moving average of gradients
        look = momentum * b + (1 - momentum) * g if nesterov else b  # Nesterov's look-ahead
        o = _orthogonal(look, ns_steps)  # nearly orthogonal, by Newton–Schulz
        theta = (1 - lr * weight_decay) * theta - lr * wide * o  # step, with decoupled decay
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


def _stretch(shape: tuple[int, ...], rule: str | None) -> float:
    outputs, inputs = shape
    if rule == "match_rms_adamw":
        return float(0.2 * max(outputs, inputs) ** 0.5)
    return float(max(1.0, outputs / inputs) ** 0.5)


def _orthogonal(g: Any, steps: int) -> Any:
    """Newton–Schulz: a quintic of the singular values, tuned to lift small ones fast."""
    a, b, c = 3.4445, -4.7750, 2.0315  # Jordan's coefficients: steep at 0, not convergent at 1
    x = g.T if len(g) > len(g.T) else g  # the smaller Gram matrix
    x = x / max(float(np.linalg.norm(x)), 1e-7)  # no singular value above 1
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if len(g) > len(g.T) else x
