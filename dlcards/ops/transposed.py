"""Transposed convolutions: each input cell paints the filter into the output, and overlaps add.

The bodies do not depend on the number of axes: one function serves signals and images.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Count, Extent, Paper, Size, op
from dlcards.ops._room import check_room
from dlcards.ops._windows import (
    as_columns,
    axes_fault,
    each_axis,
    framed,
    overlap_add,
    unframed,
    windows,
)

if TYPE_CHECKING:
    from dlcards.ops._windows import Border


def _transposed_fault(
    input: Any,
    weight: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
    bias: Any = None,
) -> str:
    sizes = {
        "stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation
    }  # fmt: skip
    if fault := axes_fault(input.ndim - 2, **sizes):
        return fault
    if len(weight) % groups:
        return f"groups is {groups} (it takes a divisor of {len(weight)} input channels)"
    outputs = weight.shape[1] * groups
    if bias is not None and bias.shape != (outputs,):
        return f"bias has shape {bias.shape} (it takes ({outputs},))"
    steps = np.maximum(_each(stride, input), _each(dilation, input))
    if np.any(_each(output_padding, input) >= steps):
        return f"output_padding is {output_padding} (it takes less than the stride or dilation)"
    size = _painted(input, weight, stride, output_padding, dilation)
    if np.any(np.array(size) - 2 * _each(padding, input) < 1):
        return f"padding is {padding} (it crops everything away)"
    return ""


def _transposed_output(
    input: Any,
    weight: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
    **_: Any,
) -> tuple[int, ...]:
    size = _painted(input, weight, stride, output_padding, dilation)
    copies = (len(input), groups, *weight.shape[1:], *input.shape[2:])
    check_room(copies, given=input.size + weight.size)
    kept = (n - 2 * p for n, p in zip(size, each_axis(padding, len(size)), strict=True))
    return (len(input), groups * weight.shape[1], *kept)


def _conv_transpose(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Size = 1,
    padding: Extent = 0,
    output_padding: Extent = 0,
    groups: Count = 1,
    dilation: Size = 1,
) -> Any:
    """Runs a convolution backwards: each input cell lays down a scaled copy of the filter, a
    stride apart, and overlaps add up. It is the gradient of a convolution by its input, not its
    inverse.

    The padding is cropped from the result; output_padding adds cells at the far end only, to tell
    apart the sizes that a strided convolution would have rounded to the same one.
    """
    size = _painted(input, weight, stride, output_padding, dilation)  # room for all the copies
    cells = math.prod(input.shape[2:])  # that lay down a copy each
    x = input.reshape(len(input), groups, len(weight) // groups, cells)  # one column for each
    filters = weight.reshape(groups, len(weight) // groups, -1)  # one row for each channel
    products = np.swapaxes(filters, 1, 2) @ x  # the copy that each cell lays down
    channels = groups * weight.shape[1]  # of the output
    copies = products.reshape(len(input), channels, *weight.shape[2:], *input.shape[2:])  # in place
    painted = overlap_add(copies, size, stride, dilation)  # where copies overlap, they add up
    output = unframed(painted, _crop(input, padding))  # the padding is cropped away
    if bias is not None:
        output = output + bias.reshape(-1, *[1] * (weight.ndim - 2))  # one bias for each channel
    return output


def _conv_transpose_grad(
    grad_output: Array,
    input: Array,
    weight: Array,
    bias: Array | None,
    *,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> dict[str, Any]:
    g = framed(grad_output, _crop(input, padding))  # what was cropped has no gradient
    added = [(0, n) for n in each_axis(output_padding, input.ndim - 2)]  # at the far end
    reached = unframed(g, added)  # where copies were laid
    seen = windows(reached, weight.shape[2:], stride, dilation)  # the cells of each copy
    columns = as_columns(seen, groups)  # im2col: one column for each copy
    cells = math.prod(input.shape[2:])  # that lay down a copy each
    x = input.reshape(len(input), groups, len(weight) // groups, cells)  # one column for each
    filters = weight.reshape(groups, len(weight) // groups, -1)  # one row for each channel
    grad_x = filters @ columns  # a plain convolution of the gradient
    grad_filters = np.sum(x @ np.swapaxes(columns, 2, 3), axis=0)  # each filter: Σ of its copies
    grads = {"input": grad_x.reshape(input.shape)}  # columns back to cells
    grads["weight"] = grad_filters.reshape(weight.shape)  # rows back to filters
    if bias is None:
        return grads
    return {**grads, "bias": np.sum(grad_output, axis=(0, *range(2, weight.ndim)))}


def _painted(
    input: Any, weight: Any, stride: Any, output_padding: Any, dilation: Any
) -> tuple[int, ...]:
    """Return the size of the output before it is cropped."""
    moved = (np.array(input.shape[2:]) - 1) * _each(stride, input)
    width = (np.array(weight.shape[2:]) - 1) * _each(dilation, input) + 1
    return tuple((moved + width + _each(output_padding, input)).tolist())


def _crop(input: Any, padding: Any) -> Border:
    return [(p, p) for p in each_axis(padding, input.ndim - 2)]


def _each(size: Any, input: Any) -> Any:
    return np.array(each_axis(size, input.ndim - 2))


conv_transpose1d = op(
    name="conv_transpose1d",
    shapes="input(N,C,L), weight(C,O,k), bias -> (N,O,L')",
    formula=r"y_{o}(j) = b_o + \sum_{c} \sum_{s i + d u - p = j} w_{c o}(u)\, x_{c}(i)",
    paper=Paper("Zeiler, Krishnan, Taylor and Fergus", 2010, "Deconvolutional Networks"),
    example={
        "input": [[[1.0, 2.0, 4.0]]],
        "weight": [[[1.0, 0.5, 0.25]]],
        "bias": [0.0],
        "stride": 2,
    },
    pitfall="The weight is (in, out/groups, k), the reverse of a convolution's.",
    fault=_transposed_fault,
    output=_transposed_output,
)(_conv_transpose)
conv_transpose1d.gradient(_conv_transpose_grad)

conv_transpose2d = op(
    name="conv_transpose2d",
    shapes="input(N,C,H,W), weight(C,O,k,l), bias -> (N,O,H',W')",
    formula=r"H' = (H - 1)\,s - 2p + d\,(k - 1) + 1 + \text{output padding}",
    paper=Paper("Dumoulin and Visin", 2016, "A Guide to Convolution Arithmetic for Deep Learning"),
    example={
        "input": [[[[1.0, 2.0], [3.0, 4.0]]]],
        "weight": [[[[1.0, 0.5], [0.5, 0.25]]]],
        "bias": [0.0],
    },
    pitfall="output_padding adds cells on one side only and fills no zeros in; a kernel that the "
    "stride does not divide paints a checkerboard.",
    fault=_transposed_fault,
    output=_transposed_output,
)(_conv_transpose)
conv_transpose2d.gradient(_conv_transpose_grad)
