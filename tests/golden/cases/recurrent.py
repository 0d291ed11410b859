"""Golden cases of the recurrent networks: nn.RNN, nn.LSTM, nn.GRU, the cells, and formulas."""

from __future__ import annotations

import numpy as np
import torch
from case import Case
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _some(*shape: int, turn: float = 1.7) -> np.ndarray:
    """Return unequal numbers of both signs, the same in every run."""
    ramp = np.arange(np.prod(shape)).reshape(shape)
    return np.round(np.cos(turn * ramp + len(shape) + turn), 3)


def _rnn_cell(input, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    cell = torch.rnn_tanh_cell if nonlinearity == "tanh" else torch.rnn_relu_cell
    return cell(input, h, weight_ih, weight_hh, bias_ih, bias_hh)


def _lstm_cell(input, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    h, c = torch.lstm_cell(input, (h, c), weight_ih, weight_hh, bias_ih, bias_hh)
    return {"h": h, "c": c}


def _gru_cell(input, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    return torch.gru_cell(input, h, weight_ih, weight_hh, bias_ih, bias_hh)


def _cell_args(gates: int, N: int, I: int, H: int) -> dict:
    return {
        "input": _some(N, I), "h": _some(N, H, turn=0.9),
        "weight_ih": _some(gates * H, I, turn=2.1), "weight_hh": _some(gates * H, H, turn=1.3),
        "bias_ih": _some(gates * H), "bias_hh": _some(gates * H, turn=0.4),
    }  # fmt: skip


def _cell_cases(op, reference, gates, more=()):
    for N, I, H in ((1, 1, 1), (2, 3, 2), (3, 2, 4)):
        args = _cell_args(gates, N, I, H) | {name: _some(N, H, turn=0.6) for name in more}
        yield Case(op, reference, args, (*args,))
    args = {name: value for name, value in args.items() if not name.startswith("bias")}
    yield Case(op, reference, args, (*args,))
    yield Case(op, reference, args | {"input": 1000 * args["input"]}, ("input", "h", *more))


def _network(kind):
    def run(
        input, params, hidden_size, num_layers=1, bias=True, batch_first=False,
        bidirectional=False, h_0=None, c_0=None, lengths=None, **options,
    ):  # fmt: skip
        net = kind(
            input.shape[2], hidden_size, num_layers, bias=bias, batch_first=batch_first,
            bidirectional=bidirectional, dtype=torch.float64, **options,
        )  # fmt: skip
        assert set(params) == set(dict(net.named_parameters()))
        states = h_0
        if kind is nn.LSTM and h_0 is not None:
            states = (h_0, c_0)
        x = input
        if lengths is not None:
            x = pack_padded_sequence(x, lengths, batch_first, enforce_sorted=False)
        output, states = functional_call(net, params, (x, states))
        if lengths is not None:
            T = input.shape[1 if batch_first else 0]
            output, _ = pad_packed_sequence(output, batch_first, total_length=T)
        names = ("h_n", "c_n") if kind is nn.LSTM else ("h_n",)
        states = states if kind is nn.LSTM else (states,)
        return {"output": output, **dict(zip(names, states, strict=True))}

    return run


NETWORKS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
SHAPES = [  # T, N, I, H, options, lengths, given start
    (1, 1, 1, 1, {}, None, False),
    (4, 2, 3, 2, {}, None, True),
    (3, 2, 2, 3, {"num_layers": 2}, None, True),
    (4, 2, 2, 2, {"bidirectional": True}, None, True),
    (3, 2, 1, 2, {"num_layers": 3, "bidirectional": True}, None, False),
    (3, 2, 2, 2, {"bias": False, "batch_first": True}, None, True),
    (4, 3, 2, 2, {"bidirectional": True}, [2, 4, 1], True),
    (4, 3, 2, 2, {"num_layers": 2, "bidirectional": True, "batch_first": True}, [3, 1, 2], True),
    (3, 2, 2, 2, {}, [1, 3], True),
]
RELU = [(4, 2, 3, 2, {"nonlinearity": "relu", "num_layers": 2, "bidirectional": True}, [4, 2], True)]
PROJECTED = [
    (3, 2, 2, 3, {"proj_size": 2}, None, True),
    (4, 3, 2, 3, {"proj_size": 1, "num_layers": 2, "bidirectional": True}, [2, 4, 3], True),
]


def _network_case(op, T, N, I, H, options, lengths, start):
    laid_out = {name: value for name, value in options.items() if name != "nonlinearity"}
    net = NETWORKS[op](I, H, **laid_out)
    params = {
        name: _some(*weight.shape, turn=1.1 + 0.37 * k)
        for k, (name, weight) in enumerate(net.named_parameters())
    }
    sizes = (N, T) if options.get("batch_first") else (T, N)
    args = {"input": _some(*sizes, I), "params": params, "hidden_size": H, **options}
    wrt = ["input", "params"]
    scans = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    if start:
        args["h_0"] = _some(scans, N, options.get("proj_size") or H, turn=0.8)
        wrt.append("h_0")
        if op == "LSTM":
            args["c_0"] = _some(scans, N, H, turn=2.6)
            wrt.append("c_0")
    if lengths is not None:
        args["lengths"] = lengths
    return Case(op, _network(NETWORKS[op]), args, tuple(wrt))


def _reset_before(x, h, Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh):
    z = torch.sigmoid(x @ Wz.T + h @ Uz.T + bz)
    r = torch.sigmoid(x @ Wr.T + h @ Ur.T + br)
    candidate = torch.tanh(x @ Wh.T + (r * h) @ Uh.T + bh)
    return torch.lerp(h, candidate, z)


def _reset_before_args(N, I, H):
    gates = {
        f"{kind}{gate}": _some(*shape, turn=1.1 + 0.31 * k)
        for k, (gate, kind, shape) in enumerate(
            (gate, kind, shape)
            for gate in "zrh"
            for kind, shape in (("W", (H, I)), ("U", (H, H)), ("b", (H,)))
        )
    }
    return {"x": _some(N, I), "h": _some(N, H, turn=0.9), **gates}


def _peephole(input, h, c, weight_ih, weight_hh, bias, p_i, p_f, p_o):
    H = h.shape[1]
    a = torch.addmm(bias, torch.cat([input, h], 1), torch.cat([weight_ih, weight_hh], 1).T)
    i = torch.sigmoid(a[:, :H] + p_i * c)
    f = torch.sigmoid(a[:, H : 2 * H] + p_f * c)
    c = f * c + i * torch.tanh(a[:, 2 * H : 3 * H])
    o = torch.sigmoid(a[:, 3 * H :] + p_o * c)
    return {"h": o * torch.tanh(c), "c": c}


def _coupled(input, h, c, weight_ih, weight_hh, bias):
    H = h.shape[1]
    a = torch.addmm(bias, torch.cat([input, h], 1), torch.cat([weight_ih, weight_hh], 1).T)
    c = torch.lerp(c, torch.tanh(a[:, H : 2 * H]), torch.sigmoid(a[:, :H]))
    return {"h": torch.sigmoid(a[:, 2 * H :]) * torch.tanh(c), "c": c}


def _variant_args(gates, N, I, H):
    args = _cell_args(gates, N, I, H)
    del args["bias_ih"], args["bias_hh"]
    return {**args, "c": _some(N, H, turn=0.6), "bias": _some(gates * H)}


def _truncated(x, h0, W_xh, W_hh, b, grad_h, chunk):
    weights = [weight.clone().requires_grad_() for weight in (W_xh, W_hh, b)]
    h, loss = h0, torch.zeros((), dtype=torch.float64)
    for t in range(len(x)):
        if t % chunk == 0:
            h = h.detach()
        h = torch.tanh(weights[0] @ x[t] + weights[1] @ h + weights[2])
        loss = loss + grad_h[t] @ h
    grads = torch.autograd.grad(loss, weights)
    return {"loss": loss, **dict(zip(("W_xh", "W_hh", "b"), grads, strict=True))}


def _truncated_args(T, I, H, chunk):
    return {
        "x": _some(T, I), "h0": _some(H), "W_xh": _some(H, I, turn=2.2), "W_hh": _some(H, H),
        "b": _some(H, turn=0.7), "grad_h": _some(T, H, turn=0.5), "chunk": chunk,
    }  # fmt: skip


def _sampling(step, kind, k, c=0.0, eps=0.0):
    i = torch.tensor(float(step), dtype=torch.float64)
    if kind == "linear":
        return torch.clamp(k - c * i, min=eps)
    return k**i if kind == "exponential" else torch.sigmoid(np.log(k) - i / k)


CASES = [
    *_cell_cases("RNNCell", _rnn_cell, 1),
    Case("RNNCell", _rnn_cell, {**_cell_args(1, 2, 3, 2), "nonlinearity": "relu"},
         ("input", "h", *WEIGHTS)),
    Case("RNNCell", _rnn_cell, {
        "input": [[0.0]], "h": [[0.0]], "weight_ih": [[1.0]], "weight_hh": [[1.0]],
        "nonlinearity": "relu",
    }, ("input", "h", "weight_ih")),
    *_cell_cases("LSTMCell", _lstm_cell, 4, ("c",)),
    *_cell_cases("GRUCell", _gru_cell, 3),
    *(_network_case(op, *row) for op in NETWORKS for row in SHAPES),
    *(_network_case("RNN", *row) for row in RELU),
    *(_network_case("LSTM", *row) for row in PROJECTED),
    *(
        Case("gru_cell_reset_before", _reset_before, args, (*args,))
        for args in (_reset_before_args(1, 1, 1), _reset_before_args(3, 2, 4))
    ),
    *(
        Case("peephole_lstm_cell", _peephole, args, (*args,))
        for N, I, H in ((1, 1, 1), (2, 3, 2))
        for args in [_variant_args(4, N, I, H) | {
            name: _some(H, turn=turn) for name, turn in (("p_i", 0.3), ("p_f", 1.2), ("p_o", 2.3))
        }]
    ),
    *(
        Case("coupled_lstm_cell", _coupled, args, (*args,))
        for args in (_variant_args(3, 1, 1, 1), _variant_args(3, 2, 3, 2))
    ),
    *(
        Case("truncated_bptt_rnn_grad", _truncated, _truncated_args(*row))
        for row in ((1, 1, 1, 1), (4, 2, 3, 1), (5, 2, 3, 2), (6, 1, 2, 3), (4, 2, 2, 4), (3, 2, 2, 9))
    ),
    *(
        Case("scheduled_sampling_prob", _sampling, {"step": step, **law})
        for step in (0, 1, 7, 1000)
        for law in (
            {"kind": "linear", "k": 1.0, "c": 0.01, "eps": 0.1},
            {"kind": "linear", "k": 0.9, "c": 0.2},
            {"kind": "exponential", "k": 0.99},
            {"kind": "inverse_sigmoid", "k": 10.0},
            {"kind": "inverse_sigmoid", "k": 1.0},
        )
    ),
]
