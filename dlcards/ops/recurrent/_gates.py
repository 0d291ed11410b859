"""The gates of LSTM and GRU from what the input and the memory say, and their slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops.activations.saturating import sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lstm_gates(a: NDArray[np.float64]) -> tuple[Any, Any, Any, Any]:
    """Return input gate, forget gate, candidate and output gate; rows are in that order."""
    i, f, g, o = np.split(a, 4, axis=-1)
    return sigmoid.function(i), sigmoid.function(f), np.tanh(g), sigmoid.function(o)


def gru_gates(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Any, Any, Any]:
    """Return reset gate, update gate and candidate of the input's part a and the memory's part b.

    The reset gate scales the memory's part of the candidate after the product with the weights.
    """
    a_r, a_z, a_n = np.split(a, 3, axis=-1)
    b_r, b_z, b_n = np.split(b, 3, axis=-1)
    r = sigmoid.function(a_r + b_r)
    return r, sigmoid.function(a_z + b_z), np.tanh(a_n + r * b_n)


def gru_slopes(
    gates: tuple[Any, Any, Any], b: NDArray[np.float64], h: NDArray[np.float64]
) -> tuple[Any, Any]:
    """Return the slopes of the new state by each row of a and of b; h is the state before."""
    r, z, n = gates
    b_n = np.split(b, 3, axis=-1)[2]
    by_n = (1 - z) * (1 - n**2)
    by_z = (h - n) * z * (1 - z)
    by_r = by_n * b_n * r * (1 - r)
    by_a = np.concatenate([by_r, by_z, by_n], axis=-1)
    by_b = np.concatenate([by_r, by_z, by_n * r], axis=-1)
    return by_a, by_b


def gates_fault(
    weight_ih: Any, weight_hh: Any, gates: int, units: int, bias_ih: Any = None
) -> str:
    """Return one sentence where the weights have not `gates` rows for each hidden unit, or ''."""
    for name, weight in {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias_ih": bias_ih}.items():
        if weight is not None and len(weight) != gates * units:
            return f"{name} has {len(weight)} rows (it takes {gates} for each of {units} units)"
    return ""
