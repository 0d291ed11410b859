"""One step of a recurrent network: from an input and a state to the next state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import Array, Paper, op
from dlcards.ops.layers import linear, linear_grad
from dlcards.ops.recurrent._gates import gates_fault, gru_gates, gru_slopes, lstm_gates

if TYPE_CHECKING:
    from numpy.typing import NDArray

ELMAN = Paper("Elman", 1990, "Finding Structure in Time")
LSTM = Paper("Hochreiter and Schmidhuber", 1997, "Long Short-Term Memory")
GRU = Paper(
    "Cho et al.",
    2014,
    "Learning Phrase Representations Using RNN Encoder–Decoder for Statistical Machine Translation",
)


@op(
    name="RNNCell",
    shapes="input(N,I), h(N,H), weight_ih(H,I), weight_hh(H,H), bias_ih(H), bias_hh(H) -> (N,H)",
    formula=r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
    paper=ELMAN,
    example={
        "input": [[1.0, -1.0]],
        "h": [[0.5, 0.0]],
        "weight_ih": [[0.5, 0.0], [1.0, -0.5]],
        "weight_hh": [[1.0, 0.0], [-1.0, 0.5]],
        "bias_ih": [0.1, 0.0],
        "bias_hh": [0.0, 0.2],
    },
    pitfall="PyTorch keeps two biases where one would do: they only ever occur as their sum.",
)
def rnn_cell(
    input: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
    *,
    nonlinearity: Literal["tanh", "relu"] = "tanh",
) -> Any:
    """Mixes the new input with the old state and squashes the sum: the same weights at each step,
    so the gradient through time is a product of the same matrix and vanishes or explodes."""
    from_input = linear.function(input, weight_ih, bias_ih)  # W x + b
    from_memory = linear.function(h, weight_hh, bias_hh)  # U h + b
    return squashed(from_input + from_memory, nonlinearity)


@rnn_cell.gradient
def rnn_cell_grad(
    grad_output: Array,
    input: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None,
    bias_hh: Array | None,
    *,
    nonlinearity: str,
) -> dict[str, Any]:
    from_input = linear.function(input, weight_ih, bias_ih)  # W x + b
    from_memory = linear.function(h, weight_hh, bias_hh)  # U h + b
    h_new = squashed(from_input + from_memory, nonlinearity)  # the next state
    g = grad_output * squash_slope(h_new, nonlinearity)  # at the sum
    to_input = linear_grad(g, input, weight_ih, bias_ih)  # both terms get all of it
    return _by_name(to_input, linear_grad(g, h, weight_hh, bias_hh))


def squashed(a: NDArray[np.float64], nonlinearity: str) -> NDArray[np.float64]:
    """Return tanh or ReLU of the sum."""
    return np.tanh(a) if nonlinearity == "tanh" else np.maximum(a, 0.0)


def squash_slope(h: NDArray[np.float64], nonlinearity: str) -> NDArray[np.float64]:
    """Return the slope of tanh or ReLU, from the value alone."""
    return 1 - h**2 if nonlinearity == "tanh" else np.where(h > 0, 1.0, 0.0)


def _lstm_fault(h: Any, weight_ih: Any, weight_hh: Any, **_: Any) -> str:
    return gates_fault(4, h.shape[1], weight_ih=weight_ih, weight_hh=weight_hh)


@op(
    name="LSTMCell",
    shapes="input(N,I), h(N,H), c(N,H), weight_ih(4H,I), weight_hh(4H,H), bias_ih(4H), bias_hh(4H) "
    "-> h (N,H), c (N,H)",
    formula=r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t)",
    paper=LSTM,
    example={
        "input": [[1.0]],
        "h": [[0.5]],
        "c": [[1.0]],
        "weight_ih": [[1.0], [0.5], [1.0], [-1.0]],
        "weight_hh": [[0.0], [1.0], [-1.0], [0.5]],
        "bias_ih": [0.0, 1.0, 0.0, 0.0],
        "bias_hh": [0.0, 0.0, 0.0, 0.5],
    },
    pitfall="The rows are the gates i, f, g, o in PyTorch, but i, o, f, c in ONNX and i, f, c, o "
    "in Keras; and the forget gate came only with Gers, Schmidhuber and Cummins in 2000.",
    fault=_lstm_fault,
)
def lstm_cell(
    input: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> Any:
    """Keeps a memory cell that is added to, not multiplied through weights, so that gradients
    survive many steps: one gate says what to write, one what to forget, one what to show."""
    from_input = linear.function(input, weight_ih, bias_ih)  # W x + b of all four gates
    from_memory = linear.function(h, weight_hh, bias_hh)  # U h + b of all four gates
    i, f, g, o = lstm_gates(from_input + from_memory)  # i, f, o through σ, the candidate g by tanh
    c_new = f * c + i * g  # keep some of the old, write some of the new
    h_new = o * np.tanh(c_new)  # show some of it
    return {"h": h_new, "c": c_new}


@lstm_cell.gradient
def lstm_cell_grad(
    grad_output: dict[str, Array],
    input: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None,
    bias_hh: Array | None,
) -> dict[str, Any]:
    from_input = linear.function(input, weight_ih, bias_ih)  # W x + b of all four gates
    from_memory = linear.function(h, weight_hh, bias_hh)  # U h + b of all four gates
    i, f, g, o = lstm_gates(from_input + from_memory)  # the gates
    shown = np.tanh(f * c + i * g)  # what the output gate lets out
    g_h = grad_output["h"]  # from the state
    g_c = grad_output["c"] + g_h * o * (1 - shown**2)  # from the cell, directly and through h
    g_i = g_c * g * i * (1 - i)  # into σ of the input gate
    g_f = g_c * c * f * (1 - f)  # into σ of the forget gate
    g_g = g_c * i * (1 - g**2)  # into tanh of the candidate
    g_o = g_h * shown * o * (1 - o)  # into σ of the output gate
    g_a = np.concatenate([g_i, g_f, g_g, g_o], axis=1)  # in the order of the rows
    to_input = linear_grad(g_a, input, weight_ih, bias_ih)  # both terms get all of it
    return {**_by_name(to_input, linear_grad(g_a, h, weight_hh, bias_hh)), "c": g_c * f}


def _gru_fault(h: Any, weight_ih: Any, weight_hh: Any, **_: Any) -> str:
    return gates_fault(3, h.shape[1], weight_ih=weight_ih, weight_hh=weight_hh)


@op(
    name="GRUCell",
    shapes="input(N,I), h(N,H), weight_ih(3H,I), weight_hh(3H,H), bias_ih(3H), bias_hh(3H) "
    "-> (N,H)",
    formula=r"n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + b'_n)), \quad "
    r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    paper=GRU,
    example={
        "input": [[1.0]],
        "h": [[0.5]],
        "weight_ih": [[1.0], [-0.5], [1.0]],
        "weight_hh": [[0.5], [1.0], [-1.0]],
        "bias_ih": [0.0, 0.5, 0.0],
        "bias_hh": [0.0, 0.0, 0.25],
    },
    pitfall="The reset gate comes after the product with the weights, so the two biases of n do "
    "not merge; and z near 1 keeps the old state, where the paper's z keeps the new.",
    fault=_gru_fault,
)
def gru_cell(
    input: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> Any:
    """An LSTM with the cell and the state in one and a single gate to both forget and write: the
    new state is a weighted mean of the old one and a candidate."""
    a = linear.function(input, weight_ih, bias_ih)  # W x + b for r, z and n
    b = linear.function(h, weight_hh, bias_hh)  # U h + b for r, z and n
    r, z, a_n, b_n = gru_gates(a, b)  # r = σ(a_r + b_r), z = σ(a_z + b_z), and the rows of n
    n = np.tanh(a_n + r * b_n)  # candidate: reset says how much of the memory it sees
    return (1 - z) * n + z * h


@gru_cell.gradient
def gru_cell_grad(
    grad_output: Array,
    input: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None,
    bias_hh: Array | None,
) -> dict[str, Any]:
    a = linear.function(input, weight_ih, bias_ih)  # W x + b for r, z and n
    b = linear.function(h, weight_hh, bias_hh)  # U h + b for r, z and n
    r, z, a_n, b_n = gru_gates(a, b)  # r = σ(a_r + b_r), z = σ(a_z + b_z), and the rows of n
    n = np.tanh(a_n + r * b_n)  # candidate
    by_a, by_b = gru_slopes(r, z, n, b_n, h)  # slopes of the state by a and by b; n's differ by r
    g = np.tile(grad_output, 3)  # the same arrives at r, z and n
    to_input = linear_grad(g * by_a, input, weight_ih, bias_ih)  # through a
    grads = _by_name(to_input, linear_grad(g * by_b, h, weight_hh, bias_hh))  # through b
    return {**grads, "h": grads["h"] + grad_output * z}


def _by_name(to_input: dict[str, Any], to_memory: dict[str, Any]) -> dict[str, Any]:
    """Name the gradients of the two affine maps as the cell's arguments."""
    grads = {"input": to_input["input"], "h": to_memory["input"]}
    grads |= {"weight_ih": to_input["weight"], "weight_hh": to_memory["weight"]}
    biases = {"bias_ih": to_input.get("bias"), "bias_hh": to_memory.get("bias")}
    return grads | {name: grad for name, grad in biases.items() if grad is not None}
