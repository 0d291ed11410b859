"""Golden cases of the parameters of recurrent layers: PyTorch's layers on the meta device."""

from __future__ import annotations

from case import Case
from torch import nn


def _parameters(layer):
    return sum(p.numel() for p in layer.parameters())


def _built(kind):
    return lambda **args: _parameters(kind(**args, device="meta"))


def _one_bias(kind):
    """Leave the second bias out of PyTorch's count."""

    def count(**args):
        named = kind(**args, device="meta").named_parameters()
        return sum(p.numel() for name, p in named if not name.startswith("bias_hh"))

    return count


SIZES = [
    {"input_size": 10, "hidden_size": 20},
    {"input_size": 1, "hidden_size": 1},
    {"input_size": 3, "hidden_size": 5, "num_layers": 3},
    {"input_size": 3, "hidden_size": 5, "bias": False},
    {"input_size": 3, "hidden_size": 5, "bidirectional": True},
    {"input_size": 7, "hidden_size": 4, "num_layers": 2, "bias": False, "bidirectional": True},
]
PROJECTED = [
    {"input_size": 10, "hidden_size": 20, "proj_size": 5},
    {"input_size": 10, "hidden_size": 20, "proj_size": 5, "num_layers": 3, "bidirectional": True},
    {"input_size": 10, "hidden_size": 20, "proj_size": 1, "bias": False},
]

CASES = [
    *(Case("rnn_params", _built(nn.RNN), args) for args in SIZES),
    *(Case("lstm_params", _built(nn.LSTM), args) for args in SIZES + PROJECTED),
    *(Case("gru_params", _built(nn.GRU), args) for args in SIZES),
    *(Case("lstm_params_single_bias", _one_bias(nn.LSTM), args) for args in SIZES[:2]),
    *(Case("gru_params_single_bias", _one_bias(nn.GRU), args) for args in SIZES[:2]),
]
