"""The GRU: layers and directions of GRUCell, unrolled through time."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dlcards.ops._op import Array, Arrays, Count, Flag, Indices, op
from dlcards.ops.layers import linear
from dlcards.ops.recurrent._gates import gru_gates, gru_slopes
from dlcards.ops.recurrent._stack import scan_grads, stack_of
from dlcards.ops.recurrent._weights import stack_fault, stack_output
from dlcards.ops.recurrent.cells import GRU


@op(
    name="GRU",
    shapes="input(T,N,I) -> output (T,N,D·H), h_n (L·D,N,H)",
    formula=r"n_t = \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + b'_n)), \quad "
    r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    paper=GRU,
    example={
        "input": [[[1.0]], [[-1.0]]],
        "params": {
            "weight_ih_l0": [[1.0], [-0.5], [1.0]],
            "weight_hh_l0": [[0.5], [1.0], [-1.0]],
            "bias_ih_l0": [0.0, 0.5, 0.0],
            "bias_hh_l0": [0.0, 0.0, 0.25],
        },
        "hidden_size": 1,
        "h_0": [[[0.5]]],
    },
    pitfall="ONNX computes the other GRU by default (linear_before_reset = 0), with the reset "
    "gate before the product: the same weights give other numbers.",
    fault=partial(stack_fault, 3),
    output=stack_output,
)
def gru(
    input: Array,
    params: Arrays,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    bias: Flag = True,  # noqa: ARG001 - says which params there are, for the check
    batch_first: Flag = False,
    bidirectional: Flag = False,
    h_0: Array | None = None,
    lengths: Indices | None = None,
) -> Any:
    """Runs the cell of GRUCell over a sequence, layer upon layer: three quarters of an LSTM's
    weights, and one state instead of two."""
    net = stack_of(
        input, params, hidden_size, num_layers, bidirectional, batch_first, lengths
    )  # its layers and directions
    h_n = net.start(h_0, hidden_size)  # the state of each, at first
    tracks = net.room(hidden_size)  # its states at all times
    for scan in net.scans:
        x = net.below(scan, tracks)  # what it reads: the input, or the states of the layer below
        a = linear.function(
            x, scan.weight("weight_ih"), scan.option("bias_ih")
        )  # W x + b, all times
        U, b_hh = scan.weight("weight_hh"), scan.option("bias_hh")  # the memory's weights
        h = h_n[scan.number]  # first state
        for t in scan.times:
            r, z, a_n, b_n = gru_gates(a[t], linear.function(h, U, b_hh))  # reset and update
            n = np.tanh(a_n + r * b_n)  # candidate
            step = (1 - z) * n + z * h  # next state: z keeps, 1 − z writes
            tracks[scan.number, t] = h = np.where(net.alive[t], step, h)  # held past the end
        h_n[scan.number] = h  # last state
    return {"output": net.output(tracks), "h_n": h_n}


@gru.gradient
def gru_grad(
    grad_output: dict[str, Array],
    input: Array,
    params: Arrays,
    hidden_size: int,
    *,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    bidirectional: bool,
    h_0: Array | None,
    lengths: Indices | None,
) -> dict[str, Any]:
    net = stack_of(
        input, params, hidden_size, num_layers, bidirectional, batch_first, lengths
    )  # its layers and directions
    start = net.start(h_0, hidden_size)  # first states
    levels = net.levels(
        gru.function, {"h_0": start}, hidden_size=hidden_size, bias=bias, lengths=lengths
    )  # forward again: what each layer reads, and the last one's states
    flow = net.flow(levels, grad_output["output"])  # gradient of each level, so far
    g_start = grad_output["h_n"].copy()  # gradient of each state, so far
    grads: dict[str, Any] = {}  # by name
    for scan in reversed(net.scans):
        k, x, U = scan.number, levels[scan.layer], scan.weight("weight_hh")  # as on the way there
        h = levels[scan.layer + 1][..., scan.columns]  # its states
        before = scan.before(h, net.alive, start[k])  # the state before each time
        a = linear.function(x, scan.weight("weight_ih"), scan.option("bias_ih"))  # the input's part
        b = linear.function(
            before, U, scan.option("bias_hh")
        )  # the memory's part, all times at once
        r, z, a_n, b_n = gru_gates(a, b)  # reset and update of all times
        n = np.tanh(a_n + r * b_n)  # candidates
        keep = np.where(net.alive, z, 1.0)  # what a state keeps; all of it past the end
        by_a, by_b = gru_slopes(r, z, n, b_n, before)  # of each h by both parts
        by_a, by_b = (np.where(net.alive, by, 0.0) for by in (by_a, by_b))  # nothing past the end
        above = flow[scan.layer + 1][..., scan.columns]  # what reaches each h from above
        g_a, g_b = np.zeros(a.shape), np.zeros(b.shape)  # room for what reaches both parts
        g = g_start[k]  # what reaches the last state
        for t in reversed(scan.times):
            g = g + above[t]  # all that reaches h: from later, from above
            thrice = np.concatenate([g, g, g], axis=1)  # the same arrives at r, z and n
            g_a[t] = thrice * by_a[t]  # on the input's side
            g_b[t] = thrice * by_b[t]  # on the memory's side, where n is reset
            g = g * keep[t] + g_b[t] @ U  # to h before: past the gates, and through them
        g_start[k] = g  # what reaches the first state
        down = g_a @ scan.weight("weight_ih")  # what reaches what it read
        flow[scan.layer] = flow[scan.layer] + down  # from both directions
        grads = grads | scan_grads(scan, g_a, g_b, x, before)  # sums over time
    return {"input": net.turned(flow[0]), **grads, **({} if h_0 is None else {"h_0": g_start})}
