"""Metrics of predicted numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, op
from dlcards.ops._reduction import mean

_EXAMPLE = {"y_true": [3.0, -0.5, 2.0, 7.0], "y_pred": [2.5, 0.0, 2.0, 8.0]}


@op(
    shapes="y_true(N), y_pred(N) -> ()",
    formula=r"R^2 = 1 - \frac{\sum_i (y_i - \hat{y}_i)^2}{\sum_i (y_i - \bar{y})^2}",
    example=_EXAMPLE,
    pitfall="It is below 0 when the mean would have done better; it is a square only for a least-"
    "squares fit on its own data.",
)
def r2_score(y_true: Array, y_pred: Array) -> Any:
    """The share of the variance explained: 1 is perfect, 0 is as good as always saying the mean.

    Where the truth is constant it is 1 for perfect predictions, else 0; for one example, nan.
    """
    residual = np.sum((y_true - y_pred) ** 2)  # what is left over
    total = np.sum((y_true - mean(y_true)) ** 2)  # what there was to explain
    if y_true.size < 2:
        return np.nan  # one example has no variance
    if total == 0:
        return float(residual == 0)  # nothing to explain
    return 1 - residual / total


@op(
    shapes="y_true(*), y_pred(*) -> ()",
    formula=r"\frac{1}{N} \sum_{i=1}^{N} |y_i - \hat{y}_i|",
    example=_EXAMPLE,
    pitfall="The constant with the least error is the median, not the mean.",
)
def mean_absolute_error(y_true: Array, y_pred: Array) -> Any:
    """The mean size of the error, in the units of the target."""
    each = np.abs(y_true - y_pred)  # size of each error
    return mean(each)


@op(
    shapes="y_true(*), y_pred(*) -> ()",
    formula=r"\sqrt{\frac{1}{N} \sum_{i=1}^{N} (y_i - \hat{y}_i)^2}",
    example=_EXAMPLE,
    pitfall="The mean of the batches' roots is not the root of the mean: average the squares.",
)
def root_mean_squared_error(y_true: Array, y_pred: Array) -> Any:
    """The mean squared error back in the units of the target: never below the mean absolute
    error, and far above it where there are outliers."""
    each = (y_true - y_pred) ** 2  # squared errors
    return np.sqrt(mean(each))


@op(
    shapes="y_true(*), y_pred(*) -> ()",
    formula=r"\frac{1}{N} \sum_{i=1}^{N} \frac{|y_i - \hat{y}_i|}{\max(|y_i|, \varepsilon)}",
    example=_EXAMPLE,
    pitfall="It is a fraction, not percent; a true value of 0 is divided by ε = 2.2e-16 and swamps "
    "the rest, and forecasts that are too low cost at most 1.",
)
def mean_absolute_percentage_error(y_true: Array, y_pred: Array) -> Any:
    """The mean error relative to the true value."""
    eps = np.finfo(np.float64).eps  # the spacing of numbers at 1
    size = np.maximum(np.abs(y_true), eps)  # never divide by 0
    each = np.abs(y_true - y_pred) / size  # relative errors
    return mean(each)
