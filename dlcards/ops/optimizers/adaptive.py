"""Optimizers that give each parameter a rate of its own, from the size of its gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, Paper, Unit, op
from dlcards.ops.optimizers._pairs import Bounds, Factors  # noqa: TC001 - an op's annotations are read

_EXAMPLE = {"params": [1.0, -2.0], "grads": [[0.5, -10.0], [0.25, -5.0]]}


@op(
    name="Adagrad",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"G_t = G_{t-1} + g_t^2, \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{G_t} + \epsilon}\, g_t",
    paper=Paper(
        "Duchi, Hazan and Singer",
        2011,
        "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
    ),
    example={**_EXAMPLE, "lr": 0.1},
    pitfall="The sum only grows, so the rate only falls, in the end to nothing; ε is outside the "
    "root.",
)
def adagrad(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-2,
    lr_decay: NonNegative = 0.0,
    weight_decay: NonNegative = 0.0,
    initial_accumulator_value: NonNegative = 0.0,
    eps: NonNegative = 1e-10,
    maximize: Flag = False,
) -> Any:
    """Divides each step by the root of the sum of all its squared gradients so far: parameters
    that rarely get a gradient keep a high rate, which suits sparse features.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    G = np.full_like(params, initial_accumulator_value)  # sum of squared gradients
    for t, g in enumerate(-grads if maximize else grads):
        g = g + weight_decay * theta  # weight decay enters the gradient
        G = G + g**2  # it never shrinks
        eta = lr / (1 + t * lr_decay)  # the rate for all
        theta = theta - eta * g / (np.sqrt(G) + eps)  # step, a rate for each
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="Adadelta",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\Delta_t = \frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t, \quad "
    r"\theta_t = \theta_{t-1} - \eta \Delta_t",
    paper=Paper("Zeiler", 2012, "ADADELTA: An Adaptive Learning Rate Method"),
    example=_EXAMPLE,
    pitfall="ε is inside both roots, and it sets the size of the first steps: from zero there are "
    "no earlier steps to measure by.",
)
def adadelta(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1.0,
    rho: Unit = 0.9,
    eps: NonNegative = 1e-6,
    weight_decay: NonNegative = 0.0,
    maximize: Flag = False,
) -> Any:
    """RMSprop whose numerator is the RMS of its own recent steps: a step has the units of the
    parameter, and no learning rate has to be chosen.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = u = np.zeros_like(params)  # mean squares of gradients and of steps
    for g in -grads if maximize else grads:
        g = g + weight_decay * theta  # weight decay enters the gradient
        v = rho * v + (1 - rho) * g**2  # mean square of gradients
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g  # RMS of steps over RMS of gradients
        u = rho * u + (1 - rho) * delta**2  # mean square of steps
        theta = theta - lr * delta  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="RMSprop",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"v_t = \alpha v_{t-1} + (1 - \alpha) g_t^2, \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{v_t} + \epsilon}\, g_t",
    paper=Paper(
        "Tieleman and Hinton",
        2012,
        "Lecture 6.5, RMSProp: Divide the Gradient by a Running Average of Its Recent Magnitude",
    ),
    example={**_EXAMPLE, "lr": 0.1, "alpha": 0.9},
    pitfall="PyTorch's α is 0.99 where the lecture has 0.9; without bias correction the first "
    "step is 1/√(1 − α) times the lr, 10 times at 0.99.",
)
def rmsprop(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-2,
    alpha: Unit = 0.99,
    eps: NonNegative = 1e-8,
    weight_decay: NonNegative = 0.0,
    momentum: NonNegative = 0.0,
    centered: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Adagrad that forgets: it divides by the root of a moving average of squared gradients, so
    the rate follows recent gradients and does not die out.

    Centered, it divides by the standard deviation instead. Momentum gathers the scaled gradients.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = mean = b = np.zeros_like(params)  # averages of g² and g, and the velocity
    for g in -grads if maximize else grads:
        g = g + weight_decay * theta  # weight decay enters the gradient
        v = alpha * v + (1 - alpha) * g**2  # mean square of gradients
        if centered:
            mean = alpha * mean + (1 - alpha) * g  # mean gradient, to subtract its square
        b = momentum * b + g / (np.sqrt(v - mean**2) + eps)  # scaled gradient, on a velocity
        theta = theta - lr * b  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="Rprop",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\Delta_t = \begin{cases} \eta^{+} \Delta_{t-1} & g_t\, g_{t-1} > 0 \\ "
    r"\eta^{-} \Delta_{t-1} & g_t\, g_{t-1} < 0 \\ \Delta_{t-1} & \text{otherwise} \end{cases}, "
    r"\quad \theta_t = \theta_{t-1} - \Delta_t \operatorname{sign}(g_t)",
    paper=Paper(
        "Riedmiller and Braun",
        1993,
        "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm",
    ),
    example={
        "params": [1.0, -2.0], "grads": [[0.5, -1.0], [0.25, 0.5], [0.1, 0.5]], "lr": 0.1,
    },
    pitfall="It needs the full batch: with mini-batches the noise flips signs. After a flip it "
    "forgets the gradient and does not move for one step.",
)  # fmt: skip
def rprop(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-2,
    etas: Factors = (0.5, 1.2),
    step_sizes: Bounds = (1e-6, 50.0),
    maximize: Flag = False,
) -> Any:
    """Only the sign of the gradient counts: each parameter has its own step size, which grows
    while the sign stays and shrinks when it flips, for then a minimum was jumped over.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    shrink, grow = etas  # factors for a flip, and for the same sign
    size = np.full_like(params, lr)  # the first step of each
    before = np.zeros_like(params)  # no gradient yet
    for g in -grads if maximize else grads:
        agree = g * before  # above 0: the sign stayed; below: it flipped
        factor = np.select([agree > 0, agree < 0], [grow, shrink], 1.0)  # more, less
        size = np.clip(size * factor, *step_sizes)  # step size of each
        before = np.where(agree < 0, 0.0, g)  # after a flip: stay, and start afresh
        theta = theta - size * np.sign(before)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}
