"""Mean, sum or none over the elements of a loss, and the way back for its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


def reduce(
    each: NDArray[np.float64], reduction: str, weight: NDArray[np.float64] | None = None
) -> Any:
    """Reduce the loss of each element: a weighted mean divides by Σ weight."""
    if weight is not None and reduction == "mean":
        return np.sum(weight * each) / np.sum(weight)
    ways: Mapping[str, Callable[..., Any]] = {"mean": mean, "sum": np.sum, "none": np.asarray}
    return ways[reduction](each if weight is None else weight * each)


def mean(each: NDArray[np.float64]) -> Any:
    """Return the mean over all elements; of none it is nan, as in PyTorch, without a warning."""
    return np.sum(each) / each.size


def spread(
    grad_output: Any,
    each: NDArray[np.float64],
    reduction: str,
    weight: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the gradient that reaches each element: a mean shares it out."""
    if weight is None:
        share = np.divide(grad_output, each.size) if reduction == "mean" else grad_output
    else:
        share = grad_output * (weight / np.sum(weight) if reduction == "mean" else weight)
    return np.broadcast_to(share, each.shape)
