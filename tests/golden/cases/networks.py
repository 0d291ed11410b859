"""Golden cases of whole networks: PyTorch's layers on the meta device, run on a real input shape.

A network is written as its forward pass; each call makes the layer that its input needs.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


class Tape:
    """Makes layers, runs them and keeps them for counting."""

    def __init__(self):
        self.layers = nn.ModuleList()

    def _run(self, layer, x):
        self.layers.append(layer)
        return layer(x)

    def conv(self, x, out, kernel, stride=1, padding=0, groups=1, bias=True):
        options = {"groups": groups, "bias": bias, "device": "meta"}
        return self._run(nn.Conv2d(x.shape[1], out, kernel, stride, padding, **options), x)

    def norm(self, x):
        return self._run(nn.BatchNorm2d(x.shape[1], device="meta"), x)

    def conv_norm(self, x, out, kernel, stride=1, groups=1):
        return self.norm(self.conv(x, out, kernel, stride, kernel // 2, groups, bias=False))

    def linear(self, x, out, bias=True):
        return self._run(nn.Linear(x.shape[-1], out, bias, device="meta"), x)

    def params(self):
        return sum(p.numel() for p in self.layers.parameters())


def _lenet(t, x):
    x = F.avg_pool2d(t.conv(x, 6, 5), 2)
    x = F.avg_pool2d(t.conv(x, 16, 5), 2).flatten(1)
    return t.linear(t.linear(t.linear(x, 120), 84), 10)


def _alexnet(t, x):
    x = F.max_pool2d(t.conv(x, 64, 11, 4, 2), 3, 2)
    x = F.max_pool2d(t.conv(x, 192, 5, padding=2), 3, 2)
    for width in (384, 256, 256):
        x = t.conv(x, width, 3, padding=1)
    x = F.max_pool2d(x, 3, 2).flatten(1)
    return t.linear(t.linear(t.linear(x, 4096), 4096), 1000)


def _vgg(*plan):
    def forward(t, x):
        for width, times in zip((64, 128, 256, 512, 512), plan, strict=True):
            for _ in range(times):
                x = t.conv(x, width, 3, padding=1)
            x = F.max_pool2d(x, 2)
        return t.linear(t.linear(t.linear(x.flatten(1), 4096), 4096), 1000)

    return forward


def _squeezenet(t, x):
    x = F.max_pool2d(t.conv(x, 96, 7, 2), 3, 2, ceil_mode=True)
    for i, (squeeze, expand) in enumerate([(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]):
        x = t.conv(x, squeeze, 1)
        x = torch.cat([t.conv(x, expand, 1), t.conv(x, expand, 3, padding=1)], 1)
        if i in (2, 6):
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
    return t.conv(x, 1000, 1).mean((2, 3))


def _unet(t, x):
    skips = []
    for width in (64, 128, 256, 512):
        x = t.conv(t.conv(x, width, 3), width, 3)
        skips.append(x)
        x = F.max_pool2d(x, 2)
    x = t.conv(t.conv(x, 1024, 3), 1024, 3)
    for skip in reversed(skips):
        x = t._run(nn.ConvTranspose2d(x.shape[1], skip.shape[1], 2, 2, device="meta"), x)
        cut = (skip.shape[2] - x.shape[2]) // 2
        x = torch.cat([skip[:, :, cut : cut + x.shape[2], cut : cut + x.shape[3]], x], 1)
        x = t.conv(t.conv(x, skip.shape[1], 3), skip.shape[1], 3)
    return t.conv(x, 2, 1)


def _resnet(depths, bottleneck, groups=1, base=64):
    def block(t, x, width, stride):
        if bottleneck:
            inner = int(width * base / 64) * groups
            y = t.conv_norm(t.conv_norm(x, inner, 1), inner, 3, stride, groups)
            y = t.conv_norm(y, 4 * width, 1)
        else:
            y = t.conv_norm(t.conv_norm(x, width, 3, stride), width, 3)
        return y + (x if x.shape == y.shape else t.conv_norm(x, y.shape[1], 1, stride))

    def forward(t, x):
        x = F.max_pool2d(t.conv_norm(x, 64, 7, 2), 3, 2, 1)
        for stage, depth in enumerate(depths):
            for i in range(depth):
                x = block(t, x, 64 * 2**stage, 2 if stage and not i else 1)
        return t.linear(x.mean((2, 3)), 1000)

    return forward


def _densenet(t, x):
    x = F.max_pool2d(t.conv_norm(x, 64, 7, 2), 3, 2, 1)
    for block, depth in enumerate((6, 12, 24, 16)):
        if block:
            x = F.avg_pool2d(t.conv(t.norm(x), x.shape[1] // 2, 1, bias=False), 2)
        for _ in range(depth):
            y = t.norm(t.conv(t.norm(x), 128, 1, bias=False))
            x = torch.cat([x, t.conv(y, 32, 3, padding=1, bias=False)], 1)
    return t.linear(t.norm(x).mean((2, 3)), 1000)


def _mobilenet_v1(t, x):
    x = t.conv_norm(x, 32, 3, 2)
    for width in (64, 128, 128, 256, 256, *[512] * 6, 1024, 1024):
        x = t.conv_norm(x, x.shape[1], 3, 2 if width != x.shape[1] and width > 64 else 1, x.shape[1])
        x = t.conv_norm(x, width, 1)
    return t.linear(x.mean((2, 3)), 1000)


def _mobilenet_v2(t, x):
    x = t.conv_norm(x, 32, 3, 2)
    for times, width, repeats, stride in (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ):  # fmt: skip
        for i in range(repeats):
            y = x if times == 1 else t.conv_norm(x, times * x.shape[1], 1)
            y = t.conv_norm(y, y.shape[1], 3, 1 if i else stride, y.shape[1])
            y = t.conv_norm(y, width, 1)
            x = x + y if i else y
    return t.linear(t.conv_norm(x, 1280, 1).mean((2, 3)), 1000)


def _gated(t, x, squeezed):
    gate = t.conv(t.conv(x.mean((2, 3), keepdim=True), squeezed, 1), x.shape[1], 1)
    return x * torch.sigmoid(gate)


def _efficientnet_b0(t, x):
    x = t.conv_norm(x, 32, 3, 2)
    for kernel, times, width, repeats, stride in (
        (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1),
        (5, 6, 192, 4, 2), (3, 6, 320, 1, 1),
    ):  # fmt: skip
        for i in range(repeats):
            y = x if times == 1 else t.conv_norm(x, times * x.shape[1], 1)
            y = t.conv_norm(y, y.shape[1], kernel, 1 if i else stride, y.shape[1])
            y = t.conv_norm(_gated(t, y, x.shape[1] // 4), width, 1)
            x = x + y if i else y
    return t.linear(t.conv_norm(x, 1280, 1).mean((2, 3)), 1000)


def _vit(width, depth):
    def forward(t, x):
        x = t.conv(x, width, 16, 16).flatten(2).transpose(1, 2)
        learned = nn.ParameterList([torch.empty(1, 1, width, device="meta")])
        x = torch.cat([learned[0].expand(len(x), 1, width), x], 1)
        learned.append(torch.empty(x.shape[1:], device="meta"))
        t.layers.append(learned)
        for _ in range(depth):
            x = t._run(nn.TransformerEncoderLayer(width, 1, 4 * width, norm_first=True, device="meta"), x)
        return t.linear(t._run(nn.LayerNorm(width, device="meta"), x)[:, 0], 1000)

    return forward


IMAGE = (3, 224, 224)
NETWORKS = {
    "lenet5": (_lenet, (1, 32, 32)),
    "alexnet": (_alexnet, IMAGE),
    "vgg11": (_vgg(1, 1, 2, 2, 2), IMAGE),
    "vgg13": (_vgg(2, 2, 2, 2, 2), IMAGE),
    "vgg16": (_vgg(2, 2, 3, 3, 3), IMAGE),
    "vgg19": (_vgg(2, 2, 4, 4, 4), IMAGE),
    "squeezenet1_0": (_squeezenet, IMAGE),
    "unet": (_unet, (1, 572, 572)),
    "resnet18": (_resnet((2, 2, 2, 2), False), IMAGE),
    "resnet34": (_resnet((3, 4, 6, 3), False), IMAGE),
    "resnet50": (_resnet((3, 4, 6, 3), True), IMAGE),
    "resnet101": (_resnet((3, 4, 23, 3), True), IMAGE),
    "resnet152": (_resnet((3, 8, 36, 3), True), IMAGE),
    "resnext50_32x4d": (_resnet((3, 4, 6, 3), True, 32, 4), IMAGE),
    "densenet121": (_densenet, IMAGE),
    "mobilenet_v1": (_mobilenet_v1, IMAGE),
    "mobilenet_v2": (_mobilenet_v2, IMAGE),
    "efficientnet_b0": (_efficientnet_b0, IMAGE),
    "vit_b_16": (_vit(768, 12), IMAGE),
    "vit_l_16": (_vit(1024, 24), IMAGE),
}


def _count(name):
    forward, shape = NETWORKS[name]
    tape = Tape()
    forward(tape, torch.empty(2, *shape, device="meta"))
    return tape.params()


LAZY = {
    "conv2d": nn.LazyConv2d, "Conv1d": nn.LazyConv1d, "linear": nn.LazyLinear, "maxpool2d": nn.MaxPool2d,
    "max_pool1d": nn.MaxPool1d, "AvgPool2d": nn.AvgPool2d, "BatchNorm2d": nn.LazyBatchNorm2d,
    "flatten": nn.Flatten, "relu": nn.ReLU, "adaptive_avg_pool2d": nn.AdaptiveAvgPool2d, "dropout": nn.Dropout,
}  # fmt: skip


def _summary(input_shape, layers):
    x = torch.empty(2, *input_shape, device="meta")
    shapes, params, macs = [], [], []
    for row in layers:
        options = {name: value for name, value in row.items() if name not in ("type", "in_channels", "in_features")}
        kind = LAZY[row["type"]]
        layer = kind(**options, **({"device": "meta"} if "Lazy" in kind.__name__ else {}))
        layer(x)  # a lazy layer learns what comes in
        with FlopCounterMode(display=False) as counter:
            x = layer(x)
        shapes.append(list(x.shape[1:]))
        params.append(sum(p.numel() for p in layer.parameters()))
        macs.append(counter.get_total_flops() // 2 // len(x))
    totals = {"total_params": sum(params), "total_macs": sum(macs)}
    return {"shapes": shapes, "params": params, "macs": macs, **totals}


def _conv(out, kernel, **options):
    return {"type": "conv2d", "out_channels": out, "kernel_size": kernel, **options}


def _dense(out, **options):
    return {"type": "linear", "out_features": out, **options}


MAX = {"type": "maxpool2d", "kernel_size": 2}
MAX3 = {"type": "maxpool2d", "kernel_size": 3, "stride": 2}
MEAN = {"type": "AvgPool2d", "kernel_size": 2}
FLATTEN = {"type": "flatten"}
RELU = {"type": "relu"}
SAME = {"padding": 1}

CHAINS = [
    ((1, 32, 32), [
        _conv(6, 5), MEAN, _conv(16, 5), MEAN, FLATTEN, _dense(120, in_features=400), _dense(84), _dense(10),
    ]),
    ((3, 224, 224), [
        _conv(64, 11, stride=4, padding=2), RELU, MAX3, _conv(192, 5, padding=2), RELU, MAX3,
        _conv(384, 3, **SAME), _conv(256, 3, **SAME), _conv(256, 3, **SAME), MAX3,
        {"type": "adaptive_avg_pool2d", "output_size": [6, 6]}, FLATTEN, {"type": "dropout", "p": 0.5},
        _dense(4096), _dense(4096), _dense(1000),
    ]),
    ((3, 224, 224), [
        *(layer for width, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
          for layer in [*[_conv(width, 3, **SAME)] * times, MAX]),
        FLATTEN, _dense(4096), _dense(4096), _dense(1000),
    ]),
    ((8, 15, 20), [
        _conv(8, (3, 5), groups=8, bias=False, dilation=(2, 1), in_channels=8), {"type": "BatchNorm2d"},
        _conv(12, 1, groups=4), {"type": "maxpool2d", "kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        {"type": "adaptive_avg_pool2d", "output_size": 1}, FLATTEN, _dense(2, bias=False),
    ]),
    ((2, 30), [
        {"type": "Conv1d", "out_channels": 4, "kernel_size": 3}, {"type": "max_pool1d", "kernel_size": 2}, _dense(5),
    ]),
    ((7,), [_dense(3), RELU]),
]  # fmt: skip

CASES = [
    *(Case("model_params", _count, {"name": name}) for name in NETWORKS),
    *(Case("network_summary", _summary, {"input_shape": s, "layers": rows}) for s, rows in CHAINS),
]
