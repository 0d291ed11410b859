"""Golden cases of the calculators: real PyTorch modules on the meta device, counted."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

CONV = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
POOL = (F.max_pool1d, F.max_pool2d, F.max_pool3d)


def _axes(size):
    """Return the axes, and how to write their sizes: one number stays a number."""
    return (size, list) if isinstance(size, tuple) else ((size,), lambda shape: shape[0])


def _conv_size(input_size, kernel_size, **options):
    size, written = _axes(input_size)
    layer = CONV[len(size) - 1](1, 1, kernel_size, **options, device="meta")
    return written(layer(torch.empty(1, 1, *size, device="meta")).shape[2:])


def _transposed_size(input_size, kernel_size, **options):
    size, written = _axes(input_size)
    layer = TRANSPOSED[len(size) - 1](1, 1, kernel_size, **options, device="meta")
    return written(layer(torch.empty(1, 1, *size, device="meta")).shape[2:])


def _pool_size(input_size, kernel_size, **options):
    size, written = _axes(input_size)
    pool = POOL[len(size) - 1]
    return written(pool(torch.empty(1, 1, *size, device="meta"), kernel_size, **options).shape[2:])


def _same(input_size, kernel_size, stride=1, dilation=1):
    """Search the smallest padding, the odd one after, that gives a start in every stride."""
    starts = len(range(0, input_size, stride))
    layer = nn.Conv1d(1, 1, kernel_size, stride, dilation=dilation, device="meta")
    total = 0
    while True:
        before, after = total // 2, total - total // 2
        x = torch.empty(1, 1, before + input_size + after, device="meta")
        if x.shape[2] > dilation * (kernel_size - 1) and layer(x).shape[2] >= starts:
            return {"output": starts, "pad_before": before, "pad_after": after}
        total += 1


def _parameters(layer):
    return sum(p.numel() for p in layer.parameters())


def _conv_params(in_channels, out_channels, kernel_size, **options):
    rank = len(kernel_size) if isinstance(kernel_size, tuple) else 2
    return _parameters(CONV[rank - 1](in_channels, out_channels, kernel_size, **options, device="meta"))


def _conv_macs(in_channels, out_channels, kernel_size, input_size, batch=1, **options):
    size = input_size if isinstance(input_size, tuple) else (input_size,) * 2
    layer = CONV[len(size) - 1](in_channels, out_channels, kernel_size, **options, device="meta")
    with FlopCounterMode(display=False) as counter:
        layer(torch.empty(batch, in_channels, *size, device="meta"))
    return counter.get_total_flops() // 2


def _separable(in_channels, out_channels, kernel_size):
    free = {"bias": False, "device": "meta"}
    depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels, **free)
    separable = nn.Sequential(depthwise, nn.Conv2d(in_channels, out_channels, 1, **free))
    standard = nn.Conv2d(in_channels, out_channels, kernel_size, **free)
    small, large = _parameters(separable), _parameters(standard)
    return {"separable": small, "standard": large, "ratio": small / large}


def _batchnorm(num_features):
    layer = nn.BatchNorm2d(num_features, device="meta")
    buffers = layer.running_mean.numel() + layer.running_var.numel()
    return {"trainable": _parameters(layer), "buffers": buffers}


def _receptive_field(layers):
    """See which inputs the gradient of one output reaches, and how far its neighbour is."""
    x = torch.ones(1, 1, 400, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers.tolist():
        weight = torch.ones(1, 1, kernel, dtype=torch.float64)
        y = F.conv1d(y, weight, stride=stride, dilation=dilation)
    first, second = (torch.autograd.grad(y[0, 0, i], x, retain_graph=True)[0][0, 0].nonzero() for i in (0, 1))
    return {"receptive_field": int(first[-1] + 1), "jump": int(second[0] - first[0])}


SIZES = [
    {"input_size": 224, "kernel_size": 11, "stride": 4},
    {"input_size": 227, "kernel_size": 11, "stride": 4},
    {"input_size": 224, "kernel_size": 11, "stride": 4, "padding": 2},
    {"input_size": 32, "kernel_size": 3, "padding": 1},
    {"input_size": 32, "kernel_size": 3, "dilation": 4},
    {"input_size": (224, 100), "kernel_size": 7, "stride": 2, "padding": 3},
    {"input_size": (30, 40), "kernel_size": (3, 5), "stride": (1, 2), "padding": (0, 2), "dilation": (2, 1)},
    {"input_size": (8, 16, 16), "kernel_size": 3, "stride": (1, 2, 2)},
    {"input_size": 5, "kernel_size": 5},
]
POOLS = [
    {"input_size": 112, "kernel_size": 3, "stride": 2, "padding": 1},
    {"input_size": 7, "kernel_size": 2},
    {"input_size": 7, "kernel_size": 2, "ceil_mode": True},
    {"input_size": 8, "kernel_size": 3, "stride": 4, "padding": 1, "ceil_mode": True},
    {"input_size": 5, "kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
    {"input_size": (13, 9), "kernel_size": (3, 2), "stride": (2, 3), "dilation": (2, 1), "ceil_mode": True},
    {"input_size": 6, "kernel_size": 2, "stride": 2, "ceil_mode": True},
]
TRANSPOSES = [
    {"input_size": 7, "kernel_size": 4, "stride": 2, "padding": 1},
    {"input_size": 7, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1},
    {"input_size": (5, 6), "kernel_size": (3, 2), "stride": (1, 3), "padding": (1, 0), "output_padding": (0, 2)},
    {"input_size": 4, "kernel_size": 3, "dilation": 3},
    {"input_size": 1, "kernel_size": 1},
]
SAME = [
    {"input_size": 224, "kernel_size": 7, "stride": 2},
    {"input_size": 5, "kernel_size": 4},
    {"input_size": 5, "kernel_size": 3, "dilation": 2},
    {"input_size": 7, "kernel_size": 1, "stride": 3},
    {"input_size": 10, "kernel_size": 2, "stride": 4},
    {"input_size": 1, "kernel_size": 3},
]
FILTERS = [
    {"in_channels": 3, "out_channels": 64, "kernel_size": 7},
    {"in_channels": 64, "out_channels": 64, "kernel_size": 3, "bias": False},
    {"in_channels": 32, "out_channels": 32, "kernel_size": 3, "groups": 32},
    {"in_channels": 8, "out_channels": 12, "kernel_size": (3, 5), "groups": 4},
    {"in_channels": 8, "out_channels": 12, "kernel_size": (5,)},
    {"in_channels": 3, "out_channels": 4, "kernel_size": (3, 3, 2)},
]
MACS = [
    {"in_channels": 3, "out_channels": 64, "kernel_size": 7, "input_size": 224, "stride": 2, "padding": 3},
    {"in_channels": 32, "out_channels": 32, "kernel_size": 3, "input_size": 14, "padding": 1, "groups": 32, "batch": 8},
    {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "input_size": (9, 10), "dilation": (2, 1), "groups": 2},
    {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "input_size": (50,)},
]

CASES = [
    *(Case("conv_output_size", _conv_size, args) for args in SIZES),
    *(Case("pool_output_size", _pool_size, args) for args in POOLS),
    *(Case("conv_transpose_output_size", _transposed_size, args) for args in TRANSPOSES),
    *(Case("same_padding", _same, args) for args in SAME),
    *(Case("conv_params", _conv_params, args) for args in FILTERS),
    *(Case("conv_macs", _conv_macs, args) for args in MACS),
    *(
        Case("depthwise_separable_params", _separable, {"in_channels": i, "out_channels": o, "kernel_size": k})
        for i, o, k in ((32, 64, 3), (1, 1, 1), (16, 8, (5, 3)))
    ),
    *(
        Case("linear_params", lambda **args: _parameters(nn.Linear(**args, device="meta")), args)
        for args in (
            {"in_features": 784, "out_features": 128},
            {"in_features": 10, "out_features": 1, "bias": False},
        )
    ),
    Case("batchnorm_params", _batchnorm, {"num_features": 64}),
    Case(
        "embedding_params",
        lambda **args: _parameters(nn.Embedding(**args, device="meta")),
        {"num_embeddings": 50257, "embedding_dim": 768},
    ),
    *(
        Case("receptive_field", _receptive_field, {"layers": layers})
        for layers in (
            [[3, 1, 1]],
            [[3, 1, 1], [3, 1, 1], [3, 1, 1]],
            [[7, 2, 1], [3, 2, 1], [3, 1, 2]],
            [[2, 2, 1], [2, 2, 1], [5, 1, 3], [2, 3, 1]],
            [[1, 1, 1]],
        )
    ),
]
