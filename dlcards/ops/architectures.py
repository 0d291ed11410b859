"""Calculators: the sizes, parameters and multiplications of layers, exactly, as whole numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np

from dlcards.ops._op import Check, Count, Flag, Paper, op

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def _whole_numbers(least: int) -> Callable[[Any], NDArray[np.int64]]:
    def read(value: Any) -> NDArray[np.int64]:
        array = np.asarray(value)
        if array.dtype.kind not in "fiu" or np.any((array < least) | (array != np.trunc(array))):
            raise ValueError
        return array.astype(np.int64)

    return read


# One number, or one for each axis; as arrays, so that a formula is the same for both.
Sizes: TypeAlias = Annotated[
    Any,
    Check("a whole number of at least 1, or one for each axis", _whole_numbers(1)),
]
Extents: TypeAlias = Annotated[
    Any,
    Check("a whole number of at least 0, or one for each axis", _whole_numbers(0)),
]
LayerTable: TypeAlias = Annotated[
    Any,
    Check("rows of kernel, stride and dilation, each at least 1", _whole_numbers(1)),
]

_GUIDE = Paper("Dumoulin and Visin", 2016, "A Guide to Convolution Arithmetic for Deep Learning")


def _axes_fault(input_size: Any, **sizes: Any) -> str:
    for name, value in sizes.items():
        if np.ndim(value) and value.shape not in ((1,), input_size.shape):
            return f"{name} has {value.size} numbers (it takes one, or one for each axis)"
    return ""


def _size_fault(
    input_size: Any,
    kernel_size: Any,
    padding: Any,
    dilation: Any = 1,
    stride: Any = 1,
    **_: Any,
) -> str:
    sizes = {"kernel_size": kernel_size, "padding": padding, "dilation": dilation, "stride": stride}
    if fault := _axes_fault(input_size, **sizes):
        return fault
    room = input_size + 2 * padding - dilation * (kernel_size - 1)
    return "" if np.all(room >= 1) else "kernel_size is larger than the padded input (it must fit)"


@op(
    shapes="input_size(*) -> (*)",
    formula=r"o = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1",
    paper=_GUIDE,
    example={"input_size": 224, "kernel_size": 7, "stride": 2, "padding": 3},
    pitfall="It rounds down: 224 with kernel 11 and stride 4 gives 54, and AlexNet's 55 needs an "
    "input of 227 or a padding of 2.",
    fault=_size_fault,
)
def conv_output_size(
    input_size: Sizes,
    kernel_size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Extents = 0,
    dilation: Sizes = 1,
) -> Any:
    """The window covers d(k − 1) + 1 cells; count how many steps of s it can make in the padded
    input, and one for where it starts."""
    span = dilation * (kernel_size - 1) + 1  # cells that the window covers
    room = input_size + 2 * padding - span  # how far it can move
    return _numbers(room // stride + 1)


def _transpose_fault(
    input_size: Any, kernel_size: Any, stride: Any, padding: Any, output_padding: Any, dilation: Any
) -> str:
    sizes = {"kernel_size": kernel_size, "padding": padding, "dilation": dilation, "stride": stride}
    if fault := _axes_fault(input_size, **sizes, output_padding=output_padding):
        return fault
    if np.any(output_padding >= np.maximum(stride, dilation)):
        return "output_padding is too large (it must be below the stride or the dilation)"
    reach = (input_size - 1) * stride + dilation * (kernel_size - 1) + 1 + output_padding
    return "" if np.all(reach > 2 * padding) else "padding crops everything (it must leave a cell)"


@op(
    shapes="input_size(*) -> (*)",
    formula=r"o = (n - 1)s - 2p + d(k - 1) + p_{\text{out}} + 1",
    paper=_GUIDE,
    example={"input_size": 7, "kernel_size": 4, "stride": 2, "padding": 1},
    pitfall="A strided convolution maps several sizes to one; output_padding says which of them "
    "to return to, and adds no data.",
    fault=_transpose_fault,
)
def conv_transpose_output_size(
    input_size: Sizes,
    kernel_size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Extents = 0,
    output_padding: Extents = 0,
    dilation: Sizes = 1,
) -> Any:
    """The convolution's formula read backwards: stride spreads the input out, padding crops."""
    span = dilation * (kernel_size - 1) + 1  # cells that one input cell paints
    reach = (input_size - 1) * stride + span  # from the first painted cell to the last
    return _numbers(reach - 2 * padding + output_padding)


@op(
    shapes="input_size(*) -> (*)",
    formula=r"o = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1",
    paper=_GUIDE,
    example={"input_size": 112, "kernel_size": 3, "stride": 2, "padding": 1},
    pitfall="With ceil_mode it rounds up, but a last window that would start in the right padding "
    "is dropped.",
    fault=_size_fault,
)
def pool_output_size(
    input_size: Sizes,
    kernel_size: Sizes,
    *,
    stride: Sizes | None = None,
    padding: Extents = 0,
    dilation: Sizes = 1,
    ceil_mode: Flag = False,
) -> Any:
    """The convolution's formula, with the kernel as the default stride and the choice to round
    up."""
    s = kernel_size if stride is None else stride  # windows side by side by default
    span = dilation * (kernel_size - 1) + 1  # cells that the window covers
    room = input_size + 2 * padding - span  # how far it can move
    steps = -(-room // s) if ceil_mode else room // s  # how often: rounded up, or down
    if ceil_mode:
        steps = steps - (steps * s >= input_size + padding)  # none may start in the right padding
    return _numbers(steps + 1)


@op(
    shapes="input_size(*) -> output(*), pad_before(*), pad_after(*)",
    formula=r"o = \left\lceil \frac{n}{s} \right\rceil, \quad "
    r"p = \max\left((o - 1)s + d(k - 1) + 1 - n,\ 0\right)",
    example={"input_size": 224, "kernel_size": 7, "stride": 2},
    pitfall="An odd padding puts the extra cell after, and with a stride it depends on the size "
    "of the input; PyTorch's 'same' allows no stride at all.",
    fault=_axes_fault,
)
def same_padding(
    input_size: Sizes,
    kernel_size: Sizes,
    *,
    stride: Sizes = 1,
    dilation: Sizes = 1,
) -> Any:
    """TensorFlow's 'SAME': as many outputs as strides fit in the input, and just the padding that
    needs."""
    output = -(-input_size // stride)  # n / s, rounded up
    needed = (output - 1) * stride + dilation * (kernel_size - 1) + 1  # cells the windows cover
    total = np.maximum(needed - input_size, 0)  # cells to add
    before = total // 2  # half of them first
    after = total - before  # the odd one goes after
    return {
        "output": _numbers(output),
        "pad_before": _numbers(before),
        "pad_after": _numbers(after),
    }


def _groups_fault(in_channels: int, out_channels: int, groups: int, **_: Any) -> str:
    if in_channels % groups or out_channels % groups:
        return f"groups is {groups} (it must divide {in_channels} and {out_channels} channels)"
    return ""


@op(
    shapes="-> ()",
    formula=r"P = C_{\text{out}} \left( \frac{C_{\text{in}}}{g}\, k_h k_w + 1 \right)",
    example={"in_channels": 3, "out_channels": 64, "kernel_size": 7},
    pitfall="The size of the image is not in it; with groups each filter sees C_in/g channels.",
    fault=_groups_fault,
)
def conv_params(
    in_channels: Count,
    out_channels: Count,
    kernel_size: Sizes,
    *,
    groups: Count = 1,
    bias: Flag = True,
) -> Any:
    """Each filter has a kernel for each channel it sees, and one bias.

    One number for the kernel is a square.
    """
    kernel = math.prod(_plane(kernel_size))  # weights for one channel
    each = in_channels // groups * kernel + bias  # weights of one filter, and its bias
    return out_channels * each


def _macs_fault(input_size: Any, **sizes: Any) -> str:
    return _groups_fault(**sizes) or _size_fault(np.array(_plane(input_size)), **sizes)


@op(
    shapes="-> ()",
    formula=r"M = N\, C_{\text{out}}\, H' W' \cdot \frac{C_{\text{in}}}{g}\, k_h k_w",
    example={
        "in_channels": 3, "out_channels": 64, "kernel_size": 7, "input_size": 224, "stride": 2,
        "padding": 3,
    },
    pitfall="These are multiply-accumulates; the FLOPs are twice as many. Say which.",
    fault=_macs_fault,
)  # fmt: skip
def conv_macs(
    in_channels: Count,
    out_channels: Count,
    kernel_size: Sizes,
    input_size: Sizes,
    *,
    stride: Sizes = 1,
    padding: Extents = 0,
    dilation: Sizes = 1,
    groups: Count = 1,
    batch: Count = 1,
) -> Any:
    """Every output cell costs one multiplication for each weight of its filter: the weights times
    the places. The bias is not counted.

    One number for the kernel or the input is a square.
    """
    size = np.array(_plane(input_size))  # height and width
    span = dilation * (kernel_size - 1) + 1  # cells that the filter covers
    output = (size + 2 * padding - span) // stride + 1  # its places along each axis
    places = math.prod(output.tolist())  # its places
    kernel = math.prod(np.broadcast_to(kernel_size, size.shape).tolist())  # its weights a channel
    return batch * out_channels * places * (in_channels // groups) * kernel


@op(
    shapes="-> separable(), standard(), ratio()",
    formula=r"\frac{C_{\text{in}} k^2 + C_{\text{in}} C_{\text{out}}}"
    r"{C_{\text{in}} C_{\text{out}} k^2} = \frac{1}{C_{\text{out}}} + \frac{1}{k^2}",
    paper=Paper(
        "Howard et al.", 2017,
        "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
    ),
    example={"in_channels": 32, "out_channels": 64, "kernel_size": 3},
    pitfall="The saving is nearly k² and no more: 8 to 9 times for 3×3. Biases are not counted.",
)  # fmt: skip
def depthwise_separable_params(in_channels: Count, out_channels: Count, kernel_size: Sizes) -> Any:
    """One k×k filter for each channel and a 1×1 mixing, instead of a k×k filter for each pair of
    channels: 1/C_out + 1/k² of the weights."""
    kernel = math.prod(_plane(kernel_size))  # weights for one channel
    depthwise = in_channels * kernel  # one filter for each channel
    pointwise = in_channels * out_channels  # 1×1: mixes the channels
    separable = depthwise + pointwise  # both
    standard = in_channels * out_channels * kernel  # a filter for each pair of channels
    return {"separable": separable, "standard": standard, "ratio": separable / standard}


@op(
    shapes="-> ()",
    formula=r"P = n_{\text{in}} n_{\text{out}} + n_{\text{out}}",
    example={"in_features": 784, "out_features": 128},
    pitfall="The batch is not in it; after a flatten, n_in is C·H·W, and that is where the "
    "parameters of old networks are.",
)
def linear_params(in_features: Count, out_features: Count, *, bias: Flag = True) -> Any:
    """One weight for each pair of input and output, and one bias for each output."""
    weights = in_features * out_features  # one for each pair
    return weights + out_features * bias


@op(
    shapes="-> trainable(), buffers()",
    formula=r"P = 2C \text{ trainable } (\gamma, \beta) + 2C \text{ buffers } (\mu, \sigma^2)",
    example={"num_features": 64},
    pitfall="The running mean and variance are saved with the model but are not trained, so "
    "counting parameters misses them.",
)
def batchnorm_params(num_features: Count) -> Any:
    """Two learned numbers for each channel, a scale and a shift, and two running statistics."""
    trainable = 2 * num_features  # γ and β
    buffers = 2 * num_features  # running mean and variance
    return {"trainable": trainable, "buffers": buffers}


@op(
    shapes="-> ()",
    formula=r"P = V \cdot D",
    example={"num_embeddings": 50257, "embedding_dim": 768},
    pitfall="An output layer tied to the embedding must not be counted again.",
)
def embedding_params(num_embeddings: Count, embedding_dim: Count) -> Any:
    """A table with one row for each token: vocabulary times width, without a bias."""
    return num_embeddings * embedding_dim


@op(
    shapes="layers(L,3) -> receptive_field(), jump()",
    formula=r"r = 1 + \sum_{l=1}^{L} d_l (k_l - 1) \prod_{i=1}^{l-1} s_i",
    paper=Paper(
        "Araujo, Norris and Sim", 2019,
        "Computing Receptive Fields of Convolutional Neural Networks",
    ),
    example={"layers": [[7, 2, 1], [3, 2, 1], [3, 1, 2]]},
    pitfall="A layer's kernel counts in steps of the strides before it, not of its own; padding "
    "does not change it.",
)  # fmt: skip
def receptive_field(layers: LayerTable) -> Any:
    """How much of the input one output cell can see: each layer adds d(k − 1) steps, and every
    stride before it makes a step longer.

    A row of `layers` is kernel, stride and dilation.
    """
    kernel = layers[:, 0]  # of each layer
    stride = layers[:, 1]  # of each layer
    dilation = layers[:, 2]  # of each layer
    jump = np.cumprod([1, *stride])  # input cells in a step: before each layer, and at the end
    grows = dilation * (kernel - 1) * jump[:-1]  # what each layer adds
    return {"receptive_field": int(1 + np.sum(grows)), "jump": int(jump[-1])}


def _plane(size: Any) -> list[int]:
    """One number is the side of a square."""
    sides: list[int] = np.atleast_1d(size).tolist()
    return sides if np.ndim(size) else sides * 2


def _numbers(sizes: Any) -> int | tuple[int, ...]:
    """Return one whole number, or one for each axis."""
    return tuple(sizes.tolist()) if np.ndim(sizes) else int(sizes)
