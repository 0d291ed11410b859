"""Networks that cut the image into patches: ViT, Swin, ConvNeXt."""

from __future__ import annotations

from dlcards.ops._published.rows import Conv, Dense, Learned, Norm, Rows


def vit(width: int, depth: int, patch: int = 16, image: int = 224) -> Rows:
    """A transformer encoder over the patches and a class token."""
    yield Conv(3, width, patch, bias=True)
    yield Learned((width,))  # class token
    yield Learned(((image // patch) ** 2 + 1, width))  # positions
    for _ in range(depth):
        yield from _attention(width)
        yield from _feed_forward(width)
    yield Norm(width)
    yield Dense(width, 1000)


def swin(width: int, depths: tuple[int, ...], heads: tuple[int, ...], window: int = 7) -> Rows:
    """Attention within windows, with a learned bias for each relative position and head."""
    yield Conv(3, width, 4, bias=True)
    yield Norm(width)
    for stage, (depth, head) in enumerate(zip(depths, heads, strict=True)):
        if stage:  # four neighbours become one patch of twice the width
            yield Norm(4 * width)
            yield Dense(4 * width, 2 * width, bias=False)
            width *= 2
        for _ in range(depth):
            yield from _attention(width)
            yield Learned(((2 * window - 1) ** 2, head))
            yield from _feed_forward(width)
    yield Norm(width)
    yield Dense(width, 1000)


def convnext(depths: tuple[int, ...], widths: tuple[int, ...]) -> Rows:
    """Depthwise 7×7, then a feed-forward part at each place, then a scale for each channel."""
    channels = 3
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if stage:
            yield Norm(channels)
        yield Conv(channels, width, 2 if stage else 4, bias=True)
        if not stage:
            yield Norm(width)
        for _ in range(depth):
            yield Conv(width, width, 7, groups=width, bias=True)
            yield from _feed_forward(width)
            yield Learned((width,))
        channels = width
    yield Norm(channels)
    yield Dense(channels, 1000)


def _attention(width: int) -> Rows:
    yield Norm(width)
    yield Dense(width, 3 * width)  # query, key and value
    yield Dense(width, width)


def _feed_forward(width: int) -> Rows:
    yield Norm(width)
    yield Dense(width, 4 * width)
    yield Dense(4 * width, width)
