"""Networks of depthwise convolutions: the MobileNets and EfficientNet."""

from __future__ import annotations

import math

from dlcards.ops._published.rows import Conv, Dense, Rows, conv_norm, rounded


def mobilenet_v1() -> Rows:
    """A depthwise 3×3 and a pointwise 1×1, thirteen times."""
    yield from conv_norm(3, 32, 3)
    channels = 32
    for width in (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024):
        yield from conv_norm(channels, channels, 3, groups=channels)
        yield from conv_norm(channels, width, 1)
        channels = width
    yield Dense(channels, 1000)


def mobilenet_v2() -> Rows:
    """Inverted residuals: expand by 1×1, depthwise 3×3, and back without an activation."""
    yield from conv_norm(3, 32, 3)
    channels = 32
    for times, width, repeats in (
        (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)
    ):  # fmt: skip
        for _ in range(repeats):
            yield from _inverted(channels, times * channels, width, 3)
            channels = width
    yield from conv_norm(channels, 1280, 1)
    yield Dense(1280, 1000)


# Kernel, expanded width, output width, whether channels are gated.
MOBILENET_V3_LARGE = (
    (3, 16, 16, False), (3, 64, 24, False), (3, 72, 24, False), (5, 72, 40, True),
    (5, 120, 40, True), (5, 120, 40, True), (3, 240, 80, False), (3, 200, 80, False),
    (3, 184, 80, False), (3, 184, 80, False), (3, 480, 112, True), (3, 672, 112, True),
    (5, 672, 160, True), (5, 960, 160, True), (5, 960, 160, True),
)  # fmt: skip
MOBILENET_V3_SMALL = (
    (3, 16, 16, True), (3, 72, 24, False), (3, 88, 24, False), (5, 96, 40, True),
    (5, 240, 40, True), (5, 240, 40, True), (5, 120, 48, True), (5, 144, 48, True),
    (5, 288, 96, True), (5, 576, 96, True), (5, 576, 96, True),
)  # fmt: skip


def mobilenet_v3(blocks: tuple[tuple[int, int, int, bool], ...], hidden: int) -> Rows:
    """Inverted residuals, some with gated channels, and a hidden layer before the classifier."""
    yield from conv_norm(3, 16, 3)
    channels = 16
    for kernel, expanded, width, gated in blocks:
        squeezed = rounded(expanded / 4) if gated else 0
        yield from _inverted(channels, expanded, width, kernel, squeezed)
        channels = width
    yield from conv_norm(channels, 6 * channels, 1)
    yield Dense(6 * channels, hidden)
    yield Dense(hidden, 1000)


# Kernel, expansion, output width, repeats.
EFFICIENTNET = (
    (3, 1, 16, 1), (3, 6, 24, 2), (5, 6, 40, 2), (3, 6, 80, 3), (5, 6, 112, 3), (5, 6, 192, 4),
    (3, 6, 320, 1),
)  # fmt: skip


def efficientnet(wider: float, deeper: float) -> Rows:
    """Gated inverted residuals, with so many times the channels and the layers of B0."""
    channels = rounded(32 * wider)
    yield from conv_norm(3, channels, 3)
    for kernel, times, width, repeats in EFFICIENTNET:
        outputs = rounded(width * wider)
        for _ in range(math.ceil(repeats * deeper)):
            yield from _inverted(channels, times * channels, outputs, kernel, channels // 4)
            channels = outputs
    yield from conv_norm(channels, 4 * channels, 1)
    yield Dense(4 * channels, 1000)


def _inverted(inputs: int, expanded: int, outputs: int, kernel: int, squeezed: int = 0) -> Rows:
    if expanded != inputs:
        yield from conv_norm(inputs, expanded, 1)
    yield from conv_norm(expanded, expanded, kernel, groups=expanded)
    if squeezed:  # squeeze and excitation: a gate for each channel
        yield Conv(expanded, squeezed, 1, bias=True)
        yield Conv(squeezed, expanded, 1, bias=True)
    yield from conv_norm(expanded, outputs, 1)
