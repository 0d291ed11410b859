"""Moving averages: of weights, and of any series."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, Paper, Unit, op


@op(
    shapes="params(T,*) -> (T,*)",
    formula=r"\bar{\theta}_0 = \theta_0, \quad "
    r"\bar{\theta}_t = \beta \bar{\theta}_{t-1} + (1 - \beta) \theta_t",
    paper=Paper(
        "Polyak and Juditsky", 1992, "Acceleration of Stochastic Approximation by Averaging"
    ),
    example={"params": [[1.0, 0.0], [2.0, 0.0], [3.0, 1.0]], "decay": 0.5},
    pitfall="It starts at the first weights, so it needs no bias correction; batch-norm "
    "statistics have to be averaged or recomputed too.",
)
def ema_weights(params: Array, *, decay: Unit = 0.999) -> Any:
    """A slowly following copy of the weights: training goes on with the fast ones, and the smooth
    ones are evaluated, because their noise has averaged out.
    """
    path = []  # the average after each step
    average = params[:1].sum(axis=0)  # starts at the first weights
    for theta in params:
        average = decay * average + (1 - decay) * theta  # follows slowly
        path.append(average)
    return np.reshape(path, params.shape)


@op(
    shapes="x(T) -> (T)",
    formula=r"v_t = \beta v_{t-1} + (1 - \beta) x_t, \quad \hat{v}_t = \frac{v_t}{1 - \beta^t}",
    paper=Paper("Kingma and Ba", 2015, "Adam: A Method for Stochastic Optimization"),
    example={"x": [1.0, 1.0, 4.0], "beta": 0.5, "bias_correction": True},
    pitfall="The correction counts from t = 1: the first corrected value is the first x itself, "
    "and uncorrected it is only (1 − β) of it.",
)
def ewma(x: Array, *, beta: Unit = 0.9, bias_correction: Flag = False) -> Any:
    """An average that forgets exponentially: about the last 1/(1 − β) values count. It starts at
    zero, which bias correction undoes.
    """
    path = []  # the average after each value
    v = 0.0  # starts at zero
    for t, value in enumerate(x, start=1):
        v = beta * v + (1 - beta) * value  # new values in, old ones fade
        path.append(v / (1 - beta**t) if bias_correction else v)
    return np.reshape(path, x.shape)


@ewma.gradient
def ewma_grad(
    grad_output: Array, x: Array, *, beta: float, bias_correction: bool
) -> dict[str, Any]:
    t = np.arange(1, len(x) + 1)  # how old the average is
    arrives = grad_output / (1 - beta**t) if bias_correction else grad_output  # at each v
    age = t[:, None] - t  # from value (column) to average (row)
    weights = np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0.0)  # ∂v/∂x
    return {"x": arrives @ weights}
