"""The plain recurrent network: layers and directions of RNNCell, unrolled through time.

The input's part of the gates does not depend on the state, so one matrix product serves all
times; only the memory's part has to wait for the step before. On the way back the same holds for
the weights: each gradient is one product over all times, and only the state's goes step by step.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Arrays, Count, Flag, Indices, op
from dlcards.ops.layers import linear
from dlcards.ops.recurrent._stack import scan_grads, stack_of
from dlcards.ops.recurrent._weights import stack_fault, stack_output
from dlcards.ops.recurrent.cells import ELMAN, squash_slope, squashed


@op(
    name="RNN",
    shapes="input(T,N,I) -> output (T,N,D·H), h_n (L·D,N,H)",
    formula=r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})",
    paper=ELMAN,
    example={
        "input": [[[1.0]], [[0.0]], [[-1.0]]],
        "params": {
            "weight_ih_l0": [[0.5], [1.0]],
            "weight_hh_l0": [[1.0, 0.0], [-1.0, 0.5]],
            "bias_ih_l0": [0.1, 0.0],
            "bias_hh_l0": [0.0, 0.2],
        },
        "hidden_size": 2,
        "h_0": [[[0.5, 0.0]]],
    },
    pitfall="Time comes first unless batch_first; h_n is layer 0 forward, layer 0 backward, layer "
    "1 forward, …, and a sequence that ends early starts its backward pass at its own end.",
    fault=partial(stack_fault, 1),
    output=stack_output,
)
def rnn(
    input: Array,
    params: Arrays,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    nonlinearity: Literal["tanh", "relu"] = "tanh",
    bias: Flag = True,  # noqa: ARG001 - says which params there are, for the check
    batch_first: Flag = False,
    bidirectional: Flag = False,
    h_0: Array | None = None,
    lengths: Indices | None = None,
) -> Any:
    """Reads a sequence with one set of weights, each state made of the input and the state before:
    any length, a memory of fixed size, and no parallelism over time."""
    net = stack_of(
        input, params, hidden_size, num_layers, bidirectional, batch_first, lengths
    )  # its layers and directions
    h_n = net.start(h_0, hidden_size)  # the state of each, at first
    tracks = net.room(hidden_size)  # its states at all times
    for scan in net.scans:
        x = net.below(scan, tracks)  # what it reads: the input, or the states of the layer below
        a = linear.function(x, scan.weight("weight_ih"), scan.merged_bias())  # W x + b, all times
        U = scan.weight("weight_hh")  # the memory's weights
        h = h_n[scan.number]  # first state
        for t in scan.times:
            step = squashed(a[t] + h @ U.T, nonlinearity)  # next state
            tracks[scan.number, t] = h = np.where(net.alive[t], step, h)  # held past the end
        h_n[scan.number] = h  # last state
    return {"output": net.output(tracks), "h_n": h_n}


@rnn.gradient
def rnn_grad(
    grad_output: dict[str, Array],
    input: Array,
    params: Arrays,
    hidden_size: int,
    *,
    num_layers: int,
    nonlinearity: str,
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
        rnn.function,
        {"h_0": start},
        hidden_size=hidden_size,
        nonlinearity=nonlinearity,
        bias=bias,
        lengths=lengths,
    )  # forward again: what each layer reads, and the last one's states
    flow = net.flow(levels, grad_output["output"])  # gradient of each level, so far
    g_start = grad_output["h_n"].copy()  # gradient of each state, so far
    grads: dict[str, Any] = {}  # by name
    for scan in reversed(net.scans):
        U = scan.weight("weight_hh")  # the memory's weights
        h = levels[scan.layer + 1][..., scan.columns]  # its states
        slope = np.where(net.alive, squash_slope(h, nonlinearity), 0.0)  # of a step; 0 past the end
        above = flow[scan.layer + 1][..., scan.columns]  # what reaches them from above
        g_a = np.zeros(h.shape)  # room for what reaches the sums inside the nonlinearity
        g = g_start[scan.number]  # what reaches the last state
        for t in reversed(scan.times):
            g = g + above[t]  # all that reaches h_t: from later, from above
            g_a[t] = g * slope[t]  # through the nonlinearity
            g = g_a[t] @ U + np.where(net.alive[t], 0.0, g)  # to h before; a held state passes it
        g_start[scan.number] = g  # what reaches the first state
        down = g_a @ scan.weight("weight_ih")  # what reaches what it read
        flow[scan.layer] = flow[scan.layer] + down  # from both directions
        before = scan.before(h, net.alive, start[scan.number])  # the state before each time
        grads = grads | scan_grads(scan, g_a, g_a, levels[scan.layer], before)  # sums over time
    return {"input": net.turned(flow[0]), **grads, **({} if h_0 is None else {"h_0": g_start})}
