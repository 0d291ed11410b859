"""The gates of LSTM and GRU from what the input and the memory say, and their slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dlcards.ops.activations.saturating import sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


def lstm_gates(a: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return input gate, forget gate, candidate and output gate; rows are in that order."""
    H = a.shape[-1] // 4
    s = sigmoid.function(a)  # of the candidate's rows too: one call is faster than three
    return s[..., :H], s[..., H : 2 * H], np.tanh(a[..., 2 * H : 3 * H]), s[..., 3 * H :]


def lstm_slopes(i: Floats, f: Floats, g: Floats, o: Floats, c: Floats, shown: Floats) -> Floats:
    """Return the slopes by the sums inside the gates: of the new cell by those of i, f and g, of
    what is shown by that of o; c is the cell before, `shown` tanh of the new one."""
    by_i, by_f = g * i * (1 - i), c * f * (1 - f)
    by_g, by_o = i * (1 - g**2), shown * o * (1 - o)
    return np.concatenate([by_i, by_f, by_g, by_o], axis=-1)


def gru_gates(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return reset gate, update gate and, for the candidate, the input's and the memory's part."""
    H = a.shape[-1] // 3
    s = sigmoid.function(a[..., : 2 * H] + b[..., : 2 * H])
    return s[..., :H], s[..., H:], a[..., 2 * H :], b[..., 2 * H :]


def gru_slopes(r: Floats, z: Floats, n: Floats, b_n: Floats, h: Floats) -> tuple[Floats, Floats]:
    """Return the slopes of the new state by each row of a and of b; h is the state before."""
    by_n = (1 - z) * (1 - n**2)
    by_z = (h - n) * z * (1 - z)
    by_r = by_n * b_n * r * (1 - r)
    by_a = np.concatenate([by_r, by_z, by_n], axis=-1)
    by_b = np.concatenate([by_r, by_z, by_n * r], axis=-1)
    return by_a, by_b


def gates_fault(gates: int, units: int, **weights: Any) -> str:
    """Return one sentence where the weights have not `gates` rows for each hidden unit, or ''."""
    for name, weight in weights.items():
        if weight is not None and len(weight) != gates * units:
            return f"{name} has {len(weight)} rows (it takes {gates} for each of {units} units)"
    return ""
