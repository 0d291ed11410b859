"""Networks with branches: ResNet, ResNeXt, DenseNet, GoogLeNet, Inception-v3."""

from __future__ import annotations

from itertools import pairwise

from dlcards.ops._published.rows import Conv, Dense, Norm, Rows, conv_norm

WIDTHS = (64, 128, 256, 512)


def basic_resnet(*depths: int) -> Rows:
    """Two 3×3 convolutions a block; where the width changes, the shortcut is a 1×1 convolution."""
    yield from conv_norm(3, 64, 7)
    channels = 64
    for width, depth in zip(WIDTHS, depths, strict=True):
        for _ in range(depth):
            yield from conv_norm(channels, width, 3)
            yield from conv_norm(width, width, 3)
            if channels != width:
                yield from conv_norm(channels, width, 1)
            channels = width
    yield Dense(channels, 1000)


def bottleneck_resnet(*depths: int, groups: int = 1, group_width: int = 64) -> Rows:
    """1×1 down, 3×3, 1×1 up to four times the width; with groups it is a ResNeXt."""
    yield from conv_norm(3, 64, 7)
    channels = 64
    for width, depth in zip(WIDTHS, depths, strict=True):
        inner, outputs = width * group_width // 64 * groups, 4 * width
        for _ in range(depth):
            yield from conv_norm(channels, inner, 1)
            yield from conv_norm(inner, inner, 3, groups)
            yield from conv_norm(inner, outputs, 1)
            if channels != outputs:
                yield from conv_norm(channels, outputs, 1)
            channels = outputs
    yield Dense(channels, 1000)


def densenet(*depths: int, growth: int = 32) -> Rows:
    """Each layer adds `growth` channels to all before it; between blocks the channels halve."""
    yield from conv_norm(3, 64, 7)
    channels = 64
    for block, depth in enumerate(depths):
        if block:
            yield Norm(channels)
            yield Conv(channels, channels // 2, 1)
            channels //= 2
        for _ in range(depth):
            yield Norm(channels)
            yield from conv_norm(channels, 4 * growth, 1)
            yield Conv(4 * growth, growth, 3)
            channels += growth
    yield Norm(channels)
    yield Dense(channels, 1000)


# 1×1; 1×1 then 3×3; 1×1 then the third branch; 1×1 behind the pooling.
GOOGLENET = (
    (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64), (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128), (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128),
)  # fmt: skip


def googlenet() -> Rows:
    """As in torchvision: with normalisation, 3×3 for 5×5 in the third branch, no auxiliary heads."""
    yield from _path(3, (64, 7), (64, 1), (192, 3))
    channels = 192
    for one, reduce3, three, reduce5, five, pool in GOOGLENET:
        yield from _path(channels, (one, 1))
        yield from _path(channels, (reduce3, 1), (three, 3))
        yield from _path(channels, (reduce5, 1), (five, 3))
        yield from _path(channels, (pool, 1))
        channels = one + three + five + pool
    yield Dense(channels, 1000)


def inception_v3() -> Rows:
    """Without the auxiliary head, as it is at test time."""
    yield from _path(3, (32, 3), (32, 3), (64, 3), (80, 1), (192, 3))
    for channels, pool in ((192, 32), (256, 64), (288, 64)):
        yield from _inception_5(channels, pool)
    yield from _path(288, (384, 3))  # 35×35 to 17×17
    yield from _path(288, (64, 1), (96, 3), (96, 3))
    for inner in (128, 160, 160, 192):
        yield from _inception_7(768, inner)
    yield from _path(768, (192, 1), (320, 3))  # 17×17 to 8×8
    yield from _path(768, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3))
    for channels in (1280, 2048):
        yield from _inception_wide(channels)
    yield Dense(2048, 1000)


def _inception_5(channels: int, pool: int) -> Rows:
    yield from _path(channels, (64, 1))
    yield from _path(channels, (48, 1), (64, 5))
    yield from _path(channels, (64, 1), (96, 3), (96, 3))
    yield from _path(channels, (pool, 1))


def _inception_7(channels: int, inner: int) -> Rows:
    flat, tall = (1, 7), (7, 1)
    yield from _path(channels, (192, 1))
    yield from _path(channels, (inner, 1), (inner, flat), (192, tall))
    yield from _path(channels, (inner, 1), (inner, tall), (inner, flat), (inner, tall), (192, flat))
    yield from _path(channels, (192, 1))


def _inception_wide(channels: int) -> Rows:
    yield from _path(channels, (320, 1))
    yield from _path(channels, (384, 1))
    yield from _path(channels, (448, 1), (384, 3))
    for _ in range(2):  # both branches end side by side, flat and tall
        yield from conv_norm(384, 384, (1, 3))
        yield from conv_norm(384, 384, (3, 1))
    yield from _path(channels, (192, 1))


def _path(channels: int, *steps: tuple[int, int | tuple[int, int]]) -> Rows:
    """Convolutions one after another, each width and kernel."""
    for (inputs, _), (outputs, kernel) in pairwise(((channels, 0), *steps)):
        yield from conv_norm(inputs, outputs, kernel)
