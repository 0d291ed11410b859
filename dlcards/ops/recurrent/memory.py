"""The LSTM: layers and directions of LSTMCell, unrolled through time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Arrays, Count, Flag, Indices, NonNegativeInt, op
from dlcards.ops.layers import linear
from dlcards.ops.recurrent._gates import lstm_gates, lstm_slopes
from dlcards.ops.recurrent._stack import scan_grads, stack_of
from dlcards.ops.recurrent._weights import stack_fault, stack_output
from dlcards.ops.recurrent.cells import LSTM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlcards.ops.recurrent._stack import Scan


@op(
    name="LSTM",
    shapes="input(T,N,I) -> output (T,N,D·H), h_n (L·D,N,H), c_n (L·D,N,H)",
    formula=r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t)",
    paper=LSTM,
    example={
        "input": [[[1.0]], [[-1.0]]],
        "params": {
            "weight_ih_l0": [[1.0], [0.5], [1.0], [-1.0]],
            "weight_hh_l0": [[0.0], [1.0], [-1.0], [0.5]],
            "bias_ih_l0": [0.0, 1.0, 0.0, 0.0],
            "bias_hh_l0": [0.0, 0.0, 0.0, 0.5],
        },
        "hidden_size": 1,
        "h_0": [[[0.5]]],
        "c_0": [[[1.0]]],
    },
    pitfall="proj_size shrinks h, and with it the output and every weight_hh, but not c; and a "
    "sequence that ends early starts its backward pass at its own end.",
    fault=partial(stack_fault, 4),
    output=stack_output,
)
def lstm(
    input: Array,
    params: Arrays,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    bias: Flag = True,  # noqa: ARG001 - says which params there are, for the check
    batch_first: Flag = False,
    bidirectional: Flag = False,
    proj_size: NonNegativeInt = 0,
    h_0: Array | None = None,
    c_0: Array | None = None,
    lengths: Indices | None = None,
) -> Any:
    """Runs the cell of LSTMCell over a sequence, layer upon layer: the memory cell carries
    gradients over many steps, as long as the forget gate stays open."""
    P = proj_size or hidden_size  # numbers in h; those in c are hidden_size
    net = stack_of(
        input, params, P, num_layers, bidirectional, batch_first, lengths
    )  # its layers and directions
    h_n = net.start(h_0, P)  # what each shows, at first
    c_n = net.start(c_0, hidden_size)  # the cells of each, at first
    tracks = net.room(P)  # h at all times
    for scan in net.scans:
        x = net.below(scan, tracks)  # what it reads: the input, or the states of the layer below
        a = linear.function(x, scan.weight("weight_ih"), scan.merged_bias())  # W x + b, all times
        U = scan.weight("weight_hh")  # the memory's weights
        h = h_n[scan.number]  # what it shows, at first
        c = c_n[scan.number]  # its cells, at first
        for t in scan.times:
            i, f, g, o = lstm_gates(a[t] + h @ U.T)  # the gates
            c = np.where(net.alive[t], f * c + i * g, c)  # forget some, write some
            m = scan.projected(o * np.tanh(c))  # show some
            tracks[scan.number, t] = h = np.where(net.alive[t], m, h)  # held past the end
        h_n[scan.number], c_n[scan.number] = h, c  # last states
    return {"output": net.output(tracks), "h_n": h_n, "c_n": c_n}


@lstm.gradient
def lstm_grad(
    grad_output: dict[str, Array],
    input: Array,
    params: Arrays,
    hidden_size: int,
    *,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    bidirectional: bool,
    proj_size: int,
    h_0: Array | None,
    c_0: Array | None,
    lengths: Indices | None,
) -> dict[str, Any]:
    P = proj_size or hidden_size  # numbers in h; those in c are hidden_size
    net = stack_of(
        input, params, P, num_layers, bidirectional, batch_first, lengths
    )  # its layers and directions
    h_start, c_start = net.start(h_0, P), net.start(c_0, hidden_size)  # first states
    levels = net.levels(
        lstm.function,
        {"h_0": h_start, "c_0": c_start},
        hidden_size=hidden_size,
        proj_size=proj_size,
        bias=bias,
        lengths=lengths,
    )  # forward again: what each layer reads, and the last one's states
    flow = net.flow(levels, grad_output["output"])  # gradient of each level, so far
    g_h0 = grad_output["h_n"].copy()  # gradient of what each shows, so far
    g_c0 = grad_output["c_n"].copy()  # gradient of each cell, so far
    grads: dict[str, Any] = {}  # by name
    for scan in reversed(net.scans):
        k, x, U = scan.number, levels[scan.layer], scan.weight("weight_hh")  # as on the way there
        h = levels[scan.layer + 1][..., scan.columns]  # its states
        before = scan.before(h, net.alive, h_start[k])  # the state before each time
        a = linear.function(x, scan.weight("weight_ih"), scan.merged_bias()) + before @ U.T  # gates
        i, f, g, o = lstm_gates(a)  # of all times at once
        keep = np.where(net.alive, f, 1.0)  # what a cell keeps; all of it past the end
        write = np.where(net.alive, i * g, 0.0)  # what is added to it
        c, c_before = _cells(scan, keep, write, c_start[k])  # the cell after and before each time
        shown = np.tanh(c)  # what the output gate lets out
        by_c = o * (1 - shown**2)  # slope of what is shown by its cell
        slopes = lstm_slopes(i, f, g, o, c_before, shown)  # by the sums inside the gates
        slopes = np.where(net.alive, slopes, 0.0)  # nothing past the end
        above = flow[scan.layer + 1][..., scan.columns]  # what reaches each h from above
        g_track = np.zeros(h.shape)  # room for what reaches each h
        g_a = np.zeros(a.shape)  # room for what reaches the sums inside the gates
        g_h = g_h0[k]  # what reaches the last h
        g_c = g_c0[k]  # what reaches the last c
        for t in reversed(scan.times):
            g_track[t] = g_h = g_h + above[t]  # all that reaches h: from later, from above
            g_m = np.where(net.alive[t], scan.unprojected(g_h), 0.0)  # what reaches what is shown
            g_c = g_c + g_m * by_c[t]  # from later, from what is shown
            g_a[t] = np.concatenate([g_c, g_c, g_c, g_m], axis=1) * slopes[t]  # to i, f, g, o
            g_h = g_a[t] @ U + np.where(net.alive[t], 0.0, g_h)  # to h before
            g_c = g_c * keep[t]  # to c before: only the forget gate is on the way
        g_h0[k], g_c0[k] = g_h, g_c  # what reaches the first states
        down = g_a @ scan.weight("weight_ih")  # what reaches what it read
        flow[scan.layer] = flow[scan.layer] + down  # from both directions
        g_track = np.where(net.alive, g_track, 0.0)  # a state that is held was not projected
        grads = {
            **grads,
            **scan_grads(scan, g_a, g_a, x, before),
            **scan.projection_grad(g_track, o * shown),
        }  # sums over time
    starts = {"h_0": None if h_0 is None else g_h0, "c_0": None if c_0 is None else g_c0}  # given?
    return {"input": net.turned(flow[0]), **grads, **_given(starts)}


def _cells(
    scan: Scan, keep: NDArray[np.float64], write: NDArray[np.float64], start: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the cell after and before each time; what it keeps and what is added are known."""
    after, before, c = np.zeros(keep.shape), np.zeros(keep.shape), start
    for t in scan.times:
        before[t] = c
        after[t] = c = keep[t] * c + write[t]
    return after, before


def _given(grads: dict[str, Any]) -> dict[str, Any]:
    return {name: grad for name, grad in grads.items() if grad is not None}
