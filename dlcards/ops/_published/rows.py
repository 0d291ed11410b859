"""The rows of a layer table: one layer that has parameters each, with its sizes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias


class Conv(NamedTuple):
    """A convolution of two axes, plain or transposed; one number for the kernel is a square."""

    in_channels: int
    out_channels: int
    kernel: int | tuple[int, int]
    groups: int = 1
    bias: bool = False

    @property
    def params(self) -> int:
        area = math.prod(self.kernel) if isinstance(self.kernel, tuple) else self.kernel**2
        return self.out_channels * (self.in_channels // self.groups * area + self.bias)


class Dense(NamedTuple):
    """A linear layer."""

    in_features: int
    out_features: int
    bias: bool = True

    @property
    def params(self) -> int:
        return self.out_features * (self.in_features + self.bias)


class Norm(NamedTuple):
    """A scale and a shift for each channel."""

    channels: int

    @property
    def params(self) -> int:
        return 2 * self.channels


class Learned(NamedTuple):
    """Numbers learned as they are: positions, a class token, the scale of a branch."""

    shape: tuple[int, ...]

    @property
    def params(self) -> int:
        return math.prod(self.shape)


Row: TypeAlias = Conv | Dense | Norm | Learned
Rows: TypeAlias = Iterator[Row]


def conv_norm(
    in_channels: int, out_channels: int, kernel: int | tuple[int, int], groups: int = 1
) -> Rows:
    """A convolution without bias, because the normalisation behind it has one."""
    yield Conv(in_channels, out_channels, kernel, groups)
    yield Norm(out_channels)


def rounded(channels: float, divisor: int = 8) -> int:
    """Round to a multiple of 8 that is not more than 10 % below, as MobileNet does."""
    near = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return near + divisor if near < 0.9 * channels else near
