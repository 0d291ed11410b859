"""Optimizers with one learning rate for all parameters: gradient descent, its momentum, averages."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, NonNegatives, Paper, Unit, op

_POLYAK = Paper("Polyak", 1964, "Some Methods of Speeding Up the Convergence of Iteration Methods")


def _nesterov_fault(momentum: float, dampening: float, nesterov: bool, **_: Any) -> str:
    if nesterov and (momentum == 0 or dampening != 0):
        return "nesterov is True (it takes a momentum above 0 and no dampening)"
    return ""


@op(
    name="SGD",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"v_t = \mu v_{t-1} + (1 - \tau) g_t, \quad \theta_t = \theta_{t-1} - \eta v_t",
    paper=Paper(
        "Sutskever, Martens, Dahl and Hinton",
        2013,
        "On the Importance of Initialization and Momentum in Deep Learning",
    ),
    example={
        "params": [1.0, -2.0], "grads": [[0.5, -1.0], [0.25, -0.5], [-0.5, 0.0]],
        "lr": 0.1, "momentum": 0.9,
    },
    pitfall="PyTorch's velocity sums gradients: with μ = 0.9 a steady gradient moves 10 times as "
    "far as without, and the first velocity is g itself, whatever the dampening.",
    fault=_nesterov_fault,
)  # fmt: skip
def sgd(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-3,
    momentum: NonNegative = 0.0,
    dampening: NonNegative = 0.0,
    weight_decay: NonNegative = 0.0,
    nesterov: Flag = False,
    maximize: Flag = False,
) -> Any:
    """Steps against the gradient; momentum keeps a velocity, so steps add up along directions that
    agree and cancel along those that flip.

    Nesterov's form looks ahead: it steps along g + μv, the velocity of the next step if the
    gradient stayed as it is.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = np.zeros_like(params)  # velocity: at rest
    for t, g in enumerate(-grads if maximize else grads):
        g = g + weight_decay * theta  # weight decay enters the gradient
        v = momentum * v + (1 - dampening) * g if t and momentum else g  # velocity, at first g
        theta = theta - lr * (g + momentum * v if nesterov else v)  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    shapes="params(*), grads(T,*), lr(|T) -> params(T,*)",
    formula=r"v_t = \beta v_{t-1} + (1 - \beta) g_t, \quad \theta_t = \theta_{t-1} - \eta v_t",
    paper=_POLYAK,
    example={"params": [1.0, -2.0], "grads": [[0.5, -1.0], [0.5, -1.0]], "lr": 0.1},
    pitfall="Its steps are 1 − β times those of PyTorch's SGD: at β = 0.9 the same lr is 10 times "
    "smaller, and the first steps are smaller still, as v starts at 0.",
)
def momentum_ema(params: Array, grads: Array, lr: NonNegatives, *, beta: Unit = 0.9) -> Any:
    """Momentum as a moving average: v is a mean of recent gradients, on the gradient's own scale.

    lr is a number, or one for each step.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = np.zeros_like(params)  # the average starts at zero
    for eta, g in zip(np.broadcast_to(lr, len(grads)), grads, strict=True):
        v = beta * v + (1 - beta) * g  # moving average of gradients
        theta = theta - eta * v  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    shapes="params(*), grads(T,*), lr(|T) -> params(T,*)",
    formula=r"v_t = \mu v_{t-1} + \eta_t g_t, \quad \theta_t = \theta_{t-1} - v_t",
    paper=_POLYAK,
    example={"params": [1.0, -2.0], "grads": [[0.5, -1.0], [0.5, -1.0]], "lr": [0.1, 0.01]},
    pitfall="It equals PyTorch's SGD only while lr is constant: here a smaller lr acts on new "
    "gradients, and the velocity gathered at the old lr lives on.",
)
def momentum_lr_inside(
    params: Array, grads: Array, lr: NonNegatives, *, momentum: NonNegative = 0.9
) -> Any:
    """Momentum with the learning rate inside: the velocity is already a step in parameter space.

    lr is a number, or one for each step.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    v = np.zeros_like(params)  # velocity: at rest
    for eta, g in zip(np.broadcast_to(lr, len(grads)), grads, strict=True):
        v = momentum * v + eta * g  # velocity, scaled by the lr of its time
        theta = theta - v  # step
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}


@op(
    name="ASGD",
    shapes="params(*), grads(T,*) -> params(T,*)",
    formula=r"\theta_t = (1 - \lambda \eta_t) \theta_{t-1} - \eta_t g_t, \quad "
    r"\eta_t = \frac{\eta}{(1 + \lambda \eta (t - 1))^{\alpha}}",
    paper=Paper(
        "Polyak and Juditsky", 1992, "Acceleration of Stochastic Approximation by Averaging"
    ),
    example={
        "params": [1.0, -2.0], "grads": [[0.5, -1.0], [0.25, -0.5], [-0.5, 0.0]],
        "lr": 0.1, "lambd": 0.1, "t0": 1,
    },
    pitfall="What is trained is not the average: PyTorch keeps the average apart (ax), and until "
    "step t0 it is only a copy of the parameters.",
)  # fmt: skip
def asgd(
    params: Array,
    grads: Array,
    *,
    lr: NonNegative = 1e-2,
    lambd: NonNegative = 1e-4,
    alpha: NonNegative = 0.75,
    t0: NonNegative = 1e6,
    weight_decay: NonNegative = 0.0,
    maximize: Flag = False,
) -> Any:
    """Gradient descent with a slowly falling rate whose iterates are averaged: the noise of single
    steps cancels in the average.

    The answer holds the parameters, as PyTorch's does; the average is among the worked steps.
    """
    path = []  # the parameters after each step
    theta = params  # where it starts
    average = np.zeros_like(params)  # overwritten by the first step
    for t, g in enumerate(-grads if maximize else grads):
        g = g + weight_decay * theta  # weight decay enters the gradient
        eta = lr / (1 + lambd * lr * t) ** alpha  # the rate falls
        theta = (1 - lambd * eta) * theta - eta * g  # step, with a decay of its own
        average = average + (theta - average) / max(1, t - t0)  # mean of the iterates since t0
        path.append(theta)
    return {"params": np.reshape(path, grads.shape)}
