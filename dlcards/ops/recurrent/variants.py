"""Cells that textbooks draw and PyTorch does not have: the first GRU, peepholes, coupled gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Paper, op
from dlcards.ops.activations.saturating import sigmoid
from dlcards.ops.layers import linear, linear_grad
from dlcards.ops.recurrent._gates import gates_fault
from dlcards.ops.recurrent.cells import GRU

if TYPE_CHECKING:
    from numpy.typing import NDArray


@op(
    shapes="x(N,I), h(N,H), Wz(H,I), Uz(H,H), bz(H), Wr(H,I), Ur(H,H), br(H), Wh(H,I), Uh(H,H), "
    "bh(H) -> (N,H)",
    formula=r"\tilde{h} = \tanh(W_h x + U_h (r \odot h_{t-1}) + b_h), \quad "
    r"h_t = (1 - z) \odot h_{t-1} + z \odot \tilde{h}",
    paper=GRU,
    example={
        "x": [[1.0]],
        "h": [[0.5]],
        "Wz": [[1.0]], "Uz": [[0.5]], "bz": [0.0],
        "Wr": [[-0.5]], "Ur": [[1.0]], "br": [0.5],
        "Wh": [[1.0]], "Uh": [[-1.0]], "bh": [0.25],
    },
    pitfall="Here z writes the new, in PyTorch z keeps the old; and PyTorch's reset gate comes "
    "after the product with U, so its weights do not fit here.",
)  # fmt: skip
def gru_cell_reset_before(
    x: Array,
    h: Array,
    Wz: Array,
    Uz: Array,
    bz: Array,
    Wr: Array,
    Ur: Array,
    br: Array,
    Wh: Array,
    Uh: Array,
    bh: Array,
) -> Any:
    """The GRU of the textbooks: the reset gate chooses what of the old state the candidate may
    see, before the weights mix it."""
    z = sigmoid.function(x @ Wz.T + h @ Uz.T + bz)  # update gate: how much to write
    r = sigmoid.function(x @ Wr.T + h @ Ur.T + br)  # reset gate: what of the old to look at
    candidate = np.tanh(x @ Wh.T + (r * h) @ Uh.T + bh)  # new state, proposed
    return (1 - z) * h + z * candidate


@gru_cell_reset_before.gradient
def gru_cell_reset_before_grad(
    grad_output: Array,
    x: Array,
    h: Array,
    Wz: Array,
    Uz: Array,
    bz: Array,
    Wr: Array,
    Ur: Array,
    br: Array,
    Wh: Array,
    Uh: Array,
    bh: Array,
) -> dict[str, Any]:
    z = sigmoid.function(x @ Wz.T + h @ Uz.T + bz)  # update gate
    r = sigmoid.function(x @ Wr.T + h @ Ur.T + br)  # reset gate
    candidate = np.tanh(x @ Wh.T + (r * h) @ Uh.T + bh)  # new state, proposed
    g_z = grad_output * (candidate - h) * z * (1 - z)  # into σ of the update gate
    g_h = grad_output * z * (1 - candidate**2)  # into tanh of the candidate
    g_seen = g_h @ Uh  # what reaches r·h
    g_r = g_seen * h * r * (1 - r)  # into σ of the reset gate
    grad_h = grad_output * (1 - z) + g_seen * r + g_z @ Uz + g_r @ Ur  # four ways from h
    grad_x = g_z @ Wz + g_r @ Wr + g_h @ Wh  # three ways from x
    return {
        "x": grad_x, "h": grad_h,
        "Wz": g_z.T @ x, "Uz": g_z.T @ h, "bz": np.sum(g_z, axis=0),
        "Wr": g_r.T @ x, "Ur": g_r.T @ h, "br": np.sum(g_r, axis=0),
        "Wh": g_h.T @ x, "Uh": g_h.T @ (r * h), "bh": np.sum(g_h, axis=0),
    }  # fmt: skip


def _peephole_fault(h: Any, weight_ih: Any, weight_hh: Any, bias: Any, **_: Any) -> str:
    return gates_fault(4, h.shape[1], weight_ih=weight_ih, weight_hh=weight_hh, bias=bias)


@op(
    shapes="input(N,I), h(N,H), c(N,H), weight_ih(4H,I), weight_hh(4H,H), bias(4H), p_i(H), "
    "p_f(H), p_o(H) -> h (N,H), c (N,H)",
    formula=r"i_t = \sigma(a_i + p_i \odot c_{t-1}), \quad f_t = \sigma(a_f + p_f \odot c_{t-1}), "
    r"\quad o_t = \sigma(a_o + p_o \odot c_t)",
    paper=Paper("Gers and Schmidhuber", 2000, "Recurrent Nets that Time and Count"),
    example={
        "input": [[1.0]],
        "h": [[0.5]],
        "c": [[1.0]],
        "weight_ih": [[1.0], [0.5], [1.0], [-1.0]],
        "weight_hh": [[0.0], [1.0], [-1.0], [0.5]],
        "bias": [0.0, 1.0, 0.0, 0.5],
        "p_i": [0.5],
        "p_f": [-0.5],
        "p_o": [1.0],
    },
    pitfall="The output gate sees the new cell, the other two the old one; a peephole is one "
    "weight for each unit, not a matrix.",
    fault=_peephole_fault,
)
def peephole_lstm_cell(
    input: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array,
    p_i: Array,
    p_f: Array,
    p_o: Array,
) -> Any:
    """An LSTM whose gates look at the cell itself, even while the output gate hides it: it can
    count and time."""
    a = linear.function(input, weight_ih, bias) + h @ weight_hh.T  # W x + U h + b of all gates
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)  # their rows: i, f, g, o
    i = sigmoid.function(a_i + p_i * c)  # input gate: sees the old cell
    f = sigmoid.function(a_f + p_f * c)  # forget gate: sees the old cell
    c_new = f * c + i * np.tanh(a_g)  # forget some, write some
    o = sigmoid.function(a_o + p_o * c_new)  # output gate: sees the new cell
    return {"h": o * np.tanh(c_new), "c": c_new}


@peephole_lstm_cell.gradient
def peephole_lstm_cell_grad(
    grad_output: dict[str, Array],
    input: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array,
    p_i: Array,
    p_f: Array,
    p_o: Array,
) -> dict[str, Any]:
    a = linear.function(input, weight_ih, bias) + h @ weight_hh.T  # W x + U h + b of all gates
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)  # their rows: i, f, g, o
    i, f, g = (
        sigmoid.function(a_i + p_i * c),
        sigmoid.function(a_f + p_f * c),
        np.tanh(a_g),
    )  # gates
    c_new = f * c + i * g  # the new cell
    o, shown = sigmoid.function(a_o + p_o * c_new), np.tanh(c_new)  # output gate, what it lets out
    g_o = grad_output["h"] * shown * o * (1 - o)  # into σ of the output gate
    g_c = grad_output["c"] + grad_output["h"] * o * (1 - shown**2) + g_o * p_o  # three ways from c
    g_i = g_c * g * i * (1 - i)  # into σ of the input gate
    g_f = g_c * c * f * (1 - f)  # into σ of the forget gate
    g_g = g_c * i * (1 - g**2)  # into tanh of the candidate
    g_a = np.concatenate([g_i, g_f, g_g, g_o], axis=1)  # in the order of the rows
    peepholes = {
        "p_i": np.sum(g_i * c, axis=0),
        "p_f": np.sum(g_f * c, axis=0),
        "p_o": np.sum(g_o * c_new, axis=0),
    }  # each saw one cell
    grad_c = g_c * f + g_i * p_i + g_f * p_f  # kept, and seen by two gates
    return {**_affine_grads(g_a, input, h, weight_ih, weight_hh, bias), "c": grad_c, **peepholes}


def _coupled_fault(h: Any, weight_ih: Any, weight_hh: Any, bias: Any, **_: Any) -> str:
    return gates_fault(3, h.shape[1], weight_ih=weight_ih, weight_hh=weight_hh, bias=bias)


@op(
    shapes="input(N,I), h(N,H), c(N,H), weight_ih(3H,I), weight_hh(3H,H), bias(3H) "
    "-> h (N,H), c (N,H)",
    formula=r"c_t = (1 - i_t) \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t)",
    paper=Paper(
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber", 2017,
        "LSTM: A Search Space Odyssey",
    ),
    example={
        "input": [[1.0]],
        "h": [[0.5]],
        "c": [[1.0]],
        "weight_ih": [[1.0], [1.0], [-1.0]],
        "weight_hh": [[0.0], [-1.0], [0.5]],
        "bias": [0.0, 0.0, 0.5],
    },
    pitfall="It writes exactly what it forgets, so the cell cannot keep everything and add to it: "
    "it cannot count.",
    fault=_coupled_fault,
)  # fmt: skip
def coupled_lstm_cell(
    input: Array, h: Array, c: Array, weight_ih: Array, weight_hh: Array, bias: Array
) -> Any:
    """An LSTM that ties forgetting to writing, f = 1 − i, and saves a quarter of the weights: half
    way to a GRU. The rows are the gates i, g, o."""
    a = linear.function(input, weight_ih, bias) + h @ weight_hh.T  # W x + U h + b of all gates
    a_i, a_g, a_o = np.split(a, 3, axis=1)  # their rows: i, g, o
    i, o = sigmoid.function(a_i), sigmoid.function(a_o)  # input and output gate
    c_new = (1 - i) * c + i * np.tanh(a_g)  # write as much as is forgotten
    return {"h": o * np.tanh(c_new), "c": c_new}


@coupled_lstm_cell.gradient
def coupled_lstm_cell_grad(
    grad_output: dict[str, Array],
    input: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array,
) -> dict[str, Any]:
    a = linear.function(input, weight_ih, bias) + h @ weight_hh.T  # W x + U h + b of all gates
    a_i, a_g, a_o = np.split(a, 3, axis=1)  # their rows: i, g, o
    i, g, o = sigmoid.function(a_i), np.tanh(a_g), sigmoid.function(a_o)  # the gates
    shown = np.tanh((1 - i) * c + i * g)  # what the output gate lets out
    g_c = grad_output["c"] + grad_output["h"] * o * (1 - shown**2)  # directly and through h
    g_i = g_c * (g - c) * i * (1 - i)  # into σ of the input gate: writes g, forgets c
    g_g = g_c * i * (1 - g**2)  # into tanh of the candidate
    g_o = grad_output["h"] * shown * o * (1 - o)  # into σ of the output gate
    g_a = np.concatenate([g_i, g_g, g_o], axis=1)  # in the order of the rows
    grads = _affine_grads(g_a, input, h, weight_ih, weight_hh, bias)  # through W x + U h + b
    return {**grads, "c": g_c * (1 - i)}


def _affine_grads(
    g: NDArray[np.float64],
    input: NDArray[np.float64],
    h: NDArray[np.float64],
    weight_ih: NDArray[np.float64],
    weight_hh: NDArray[np.float64],
    bias: NDArray[np.float64],
) -> dict[str, Any]:
    """Return the gradients of W x + U h + b, named as the cells' arguments."""
    to_input = linear_grad(g, input, weight_ih, bias)
    to_memory = linear_grad(g, h, weight_hh, None)
    return {
        "input": to_input["input"], "weight_ih": to_input["weight"], "bias": to_input["bias"],
        "h": to_memory["input"], "weight_hh": to_memory["weight"],
    }  # fmt: skip
