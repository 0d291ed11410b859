"""Networks that are one chain: LeNet, AlexNet, VGG, SqueezeNet, and U-Net with its two arms."""

from __future__ import annotations

from itertools import pairwise

from dlcards.ops._published.rows import Conv, Dense, Rows


def lenet5() -> Rows:
    """As taught today: 32×32 grey input, every map of the third layer sees all before it."""
    yield Conv(1, 6, 5, bias=True)
    yield Conv(6, 16, 5, bias=True)
    yield from _dense(16 * 5 * 5, 120, 84, 10)


def alexnet() -> Rows:
    """In one tower, as in torchvision; the two towers of 2012 have 60,965,224."""
    for inputs, outputs, kernel in (
        (3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3)
    ):  # fmt: skip
        yield Conv(inputs, outputs, kernel, bias=True)
    yield from _dense(256 * 6 * 6, 4096, 4096, 1000)


def vgg(*repeats: int) -> Rows:
    """Blocks of 3×3 convolutions, so many in each; the image ends as 7×7."""
    channels = 3
    for width, times in zip((64, 128, 256, 512, 512), repeats, strict=True):
        for _ in range(times):
            yield Conv(channels, width, 3, bias=True)
            channels = width
    yield from _dense(512 * 7 * 7, 4096, 4096, 1000)


def squeezenet() -> Rows:
    """Version 1.0: fire modules squeeze by 1×1, then expand by 1×1 and 3×3 side by side."""
    yield Conv(3, 96, 7, bias=True)
    channels = 96
    for squeeze, expand in (
        (16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)
    ):  # fmt: skip
        yield Conv(channels, squeeze, 1, bias=True)
        yield Conv(squeeze, expand, 1, bias=True)
        yield Conv(squeeze, expand, 3, bias=True)
        channels = 2 * expand
    yield Conv(channels, 1000, 1, bias=True)


def unet() -> Rows:
    """As published: grey input, 64 to 1024 channels, two classes."""
    down = (1, 64, 128, 256, 512, 1024)
    for inputs, outputs in pairwise(down):
        yield from _twice(inputs, outputs)
    for inputs, outputs in pairwise(down[:0:-1]):
        yield Conv(inputs, outputs, 2, bias=True)  # transposed: up
        yield from _twice(inputs, outputs)  # from below and from the skip
    yield Conv(64, 2, 1, bias=True)


def _twice(inputs: int, outputs: int) -> Rows:
    yield Conv(inputs, outputs, 3, bias=True)
    yield Conv(outputs, outputs, 3, bias=True)


def _dense(*widths: int) -> Rows:
    for inputs, outputs in pairwise(widths):
        yield Dense(inputs, outputs)
