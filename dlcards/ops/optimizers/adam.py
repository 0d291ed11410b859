"""Adam and its relatives: a moving average of gradients over one of their size."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, Paper, op
from dlcards.ops.optimizers._pairs import Betas  # noqa: TC001 - an op's annotations are read

_ADAM = Paper("Kingma and Ba", 2015, "Adam: A Method for Stochastic Optimization")
_EXAMPLE = {"params": [1.0, -2.0], "grads": [[0.5, -10.0], [0.25, 5.0]], "lr": 0.1}


@op(
    name="Adam",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"""\begin{aligned} m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
\theta_t &= \theta_{t-1} - \eta\, \frac{m_t / (1 - \beta_1^t)}
{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} \end{aligned}""",
    paper=_ADAM,
    example=_EXAMPLE,
    pitfall="weight_decay joins the gradient here and is divided by √v like it: parameters with "
    "large gradients are hardly decayed, which is what AdamW repairs.",
)
def adam(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 0.0,
    amsgrad: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Momentum over RMSprop, both corrected for starting at zero: each parameter moves by about lr,
    whatever the scale of its gradient.

    AMSGrad divides by the largest v so far, so that no rate ever rises.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = v = largest = np.zeros_like(params)  # the averages start at zero
    for t, g in enumerate(-grads if maximize else grads, start=1):
        g = g + weight_decay * theta  # weight decay enters the gradient
        m = beta1 * m + (1 - beta1) * g  # first moment: mean of gradients
        v = beta2 * v + (1 - beta2) * g**2  # second moment: mean of squares
        m_hat = m / (1 - beta1**t)  # corrected for the start at zero
        if amsgrad:
            largest = np.maximum(largest, v)  # AMSGrad never forgets
        v_hat = (largest if amsgrad else v) / (1 - beta2**t)  # corrected likewise
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="AdamW",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\theta_t = (1 - \eta \lambda) \theta_{t-1} - \eta\, "
    r"\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
    paper=Paper("Loshchilov and Hutter", 2019, "Decoupled Weight Decay Regularization"),
    example=_EXAMPLE,
    pitfall="The decay is multiplied by lr, so a schedule that lowers lr lowers the decay too; "
    "the default is 0.01, not 0.",
)
def adamw(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 1e-2,
    amsgrad: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Adam with weight decay beside the gradient, not in it: every weight shrinks at the same rate,
    because the decay is not divided by √v.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = v = largest = np.zeros_like(params)  # the averages start at zero
    for t, g in enumerate(-grads if maximize else grads, start=1):
        theta = theta * (1 - lr * weight_decay)  # decay, apart from the gradient
        m = beta1 * m + (1 - beta1) * g  # first moment: mean of gradients
        v = beta2 * v + (1 - beta2) * g**2  # second moment: mean of squares
        m_hat = m / (1 - beta1**t)  # corrected for the start at zero
        if amsgrad:
            largest = np.maximum(largest, v)  # AMSGrad never forgets
        v_hat = (largest if amsgrad else v) / (1 - beta2**t)  # corrected likewise
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="NAdam",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"""\begin{aligned} \hat{m}_t &= \frac{(1 - \mu_t)\, g_t}{1 - \bar{\mu}_t} +
\frac{\mu_{t+1}\, m_t}{1 - \bar{\mu}_{t+1}}, \quad \bar{\mu}_t = \prod_{i=1}^{t} \mu_i \\
\mu_t &= \beta_1 \left(1 - \frac{1}{2}\, 0.96^{t \psi} \right) \\
\theta_t &= \theta_{t-1} - \eta\, \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon} \end{aligned}""",
    paper=Paper("Dozat", 2016, "Incorporating Nesterov Momentum into Adam"),
    example=_EXAMPLE,
    pitfall="The bias correction is by the running product of μ_t, not by a power of β₁, because "
    "the momentum warms up from β₁/2.",
)
def nadam(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 2e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 0.0,
    momentum_decay: NonNegative = 4e-3,
    decoupled_weight_decay: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Adam with Nesterov's look-ahead: the step already uses the next momentum, so the new gradient
    counts at once.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = v = np.zeros_like(params)  # the averages start at zero
    product = 1.0  # of all μ so far
    for t, g in enumerate(-grads if maximize else grads, start=1):
        if decoupled_weight_decay:
            theta = theta * (1 - lr * weight_decay)  # decay, apart from the gradient
        else:
            g = g + weight_decay * theta  # weight decay enters the gradient
        m = beta1 * m + (1 - beta1) * g  # first moment
        v = beta2 * v + (1 - beta2) * g**2  # second moment
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))  # momentum of this step
        ahead = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))  # and of the next
        product = product * mu  # what is missing from the average
        m_hat = (1 - mu) * g / (1 - product) + ahead * m / (1 - product * ahead)  # look-ahead
        theta = theta - lr * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="RAdam",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\theta_t = \theta_{t-1} - \eta\, \hat{m}_t \begin{cases} "
    r"\frac{r_t}{\sqrt{\hat{v}_t}} & \rho_t > 5 \\ 1 & \text{otherwise} \end{cases}, \quad "
    r"\rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}",
    paper=Paper("Liu et al.", 2020, "On the Variance of the Adaptive Learning Rate and Beyond"),
    example={"params": [1.0], "grads": [[2.0]] * 6, "lr": 0.1, "betas": [0.9, 0.9]},
    pitfall="While ρ_t is at most 5 (the paper says 4), for 5 steps at β₂ = 0.999, it is momentum "
    "without any division: the scale of the gradient matters.",
)
def radam(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 0.0,
    decoupled_weight_decay: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Adam with its own warm-up: as long as v rests on too few gradients to be trusted it is left
    out, and then it is phased in by the factor r.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = v = np.zeros_like(params)  # the averages start at zero
    most = 2 / (1 - beta2) - 1  # ρ∞: how many gradients v rests on in the end
    for t, g in enumerate(-grads if maximize else grads, start=1):
        if decoupled_weight_decay:
            theta = theta * (1 - lr * weight_decay)  # decay, apart from the gradient
        else:
            g = g + weight_decay * theta  # weight decay enters the gradient
        m = beta1 * m + (1 - beta1) * g  # first moment
        v = beta2 * v + (1 - beta2) * g**2  # second moment
        rho = most - 2 * t * beta2**t / (1 - beta2**t)  # how many gradients v rests on now
        step = m / (1 - beta1**t)  # momentum, corrected for the start at zero
        if rho > 5:
            r = np.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))  # trust
            step = step * r * np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)  # v counts
        theta = theta - lr * step  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="Adamax",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{1 - \beta_1^t} \frac{m_t}{u_t}",
    paper=_ADAM,
    example=_EXAMPLE,
    pitfall="u needs no bias correction, because a maximum is not drawn towards the zero it starts "
    "from; ε is inside the maximum.",
)
def adamax(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 2e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 0.0,
    maximize: Flag = False,
) -> Any:
    """Adam with the infinity norm: it divides by the largest recent gradient, fading, instead of a
    root mean square, so a step is never larger than about lr.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly mean and maximum forget
    m = u = np.zeros_like(params)  # both start at zero
    for t, g in enumerate(-grads if maximize else grads, start=1):
        g = g + weight_decay * theta  # weight decay enters the gradient
        m = beta1 * m + (1 - beta1) * g  # first moment
        u = np.maximum(beta2 * u, np.abs(g) + eps)  # largest gradient, fading
        theta = theta - lr * m / ((1 - beta1**t) * u)  # step: only m is corrected
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="AdaBelief",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"s_t = \beta_2 s_{t-1} + (1 - \beta_2) (g_t - m_{t-1})^2 + \epsilon, \quad "
    r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat{m}_t}{\sqrt{\hat{s}_t} + \epsilon}",
    paper=Paper(
        "Zhuang et al.",
        2020,
        "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients",
    ),
    example=_EXAMPLE,
    pitfall="ε is added to s at every step and stays in it, and again outside the root: the 10⁻¹⁶ "
    "is no more than Adam's 10⁻⁸ squared.",
)
def adabelief(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    betas: Betas = (0.9, 0.999),
    eps: NonNegative = 1e-16,
) -> Any:
    """Adam that divides by how far gradients stray from their mean instead of by their size: long
    steps where the gradient is as expected, short ones where it surprises.

    The surprise is measured against the mean before this gradient, as Optax does. The paper takes
    the mean after it, which makes the surprise β₁ times as large.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    beta1, beta2 = betas  # how slowly the averages forget
    m = s = np.zeros_like(params)  # the averages start at zero
    for t, g in enumerate(grads, start=1):
        surprise = g - m  # what was not foreseen
        m = beta1 * m + (1 - beta1) * g  # mean of gradients: the belief
        s = beta2 * s + (1 - beta2) * surprise**2 + eps  # mean squared surprise
        m_hat = m / (1 - beta1**t)  # corrected for the start at zero
        s_hat = s / (1 - beta2**t)  # corrected likewise
        theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}
