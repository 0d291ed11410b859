"""A chain of layers: how a row of it is read, and what each type of layer makes of a shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from dlcards.errors import UsageError
from dlcards.ops._arguments import check_of
from dlcards.ops._op import Check, Count, Flag, Unit
from dlcards.ops.architectures import (
    Extents,
    Sizes,
    conv_output_size,
    conv_params,
    linear_params,
    pool_output_size,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape: TypeAlias = tuple[int, ...]
Layer: TypeAlias = Mapping[str, Any]


class Kind(NamedTuple):
    """What a layer of a type takes, and how its output, parameters and work follow from it."""

    needs: tuple[str, ...] = ()
    options: Layer = MappingProxyType({})
    output: Callable[[Shape, Layer], Shape] = lambda shape, _: shape
    params: Callable[[Shape, Layer], int] = lambda *_: 0
    macs: Callable[[Shape, Layer], int] = lambda *_: 0


def _read_layers(value: Any) -> tuple[Layer, ...]:
    return tuple(_read_layer(dict(layer)) for layer in value)


def _read_layer(layer: dict[str, Any]) -> Layer:
    type = str(layer.pop("type", "")).lower().replace("_", "")
    name = type if type in KINDS else type.rstrip("123d")  # of any number of axes
    if name not in KINDS:
        raise ValueError
    kind = KINDS[name]
    if not set(kind.needs) <= set(layer) <= {*kind.needs, *kind.options}:
        raise ValueError
    read = {field: _read_field(field, value) for field, value in layer.items()}
    return {"type": name, **kind.options, **read}


def _read_field(field: str, value: Any) -> Any:
    unset = value is None and field in ("stride", "in_channels", "in_features")
    return None if unset else check_of(_FIELDS[field]).read(value)


def _read_shape(value: Any) -> Shape:
    shape = np.asarray(value)
    if shape.ndim != 1 or not shape.size or np.any((shape < 1) | (shape != np.trunc(shape))):
        raise ValueError
    return tuple(int(n) for n in shape)


def chain_fault(input_shape: Shape, layers: Sequence[Layer]) -> str:
    """Walk through once: the first layer that does not fit what the one before it gives."""
    shape = input_shape
    for number, layer in enumerate(layers, start=1):
        try:
            after = output_of(shape, layer)
            params_of(shape, layer)
            shape = after
        except UsageError as error:
            return f"layer {number}, {layer['type']}: {error}"
    return ""


def _conv_output(shape: Shape, layer: Layer) -> Shape:
    _expect_axes(shape)
    _expect(layer, "in_channels", shape[0])
    sizes = {name: layer[name] for name in ("kernel_size", "stride", "padding", "dilation")}
    return (layer["out_channels"], *conv_output_size(shape[1:], **sizes))


def _conv_params(shape: Shape, layer: Layer) -> int:
    kernel = np.broadcast_to(layer["kernel_size"], (len(shape) - 1,))
    some = {name: layer[name] for name in ("groups", "bias")}
    return int(conv_params(shape[0], layer["out_channels"], kernel, **some))


def _conv_macs(shape: Shape, layer: Layer) -> int:
    """Each weight, but not the bias, is multiplied at each place."""
    weights = _conv_params(shape, {**layer, "bias": False})
    return weights * math.prod(_conv_output(shape, layer)[1:])


def _linear_output(shape: Shape, layer: Layer) -> Shape:
    _expect(layer, "in_features", shape[-1])
    return (*shape[:-1], layer["out_features"])


def _linear_params(shape: Shape, layer: Layer) -> int:
    return int(linear_params(shape[-1], layer["out_features"], bias=layer["bias"]))


def _linear_macs(shape: Shape, layer: Layer) -> int:
    return int(math.prod(shape) * layer["out_features"])


def _pool_output(shape: Shape, layer: Layer) -> Shape:
    _expect_axes(shape)
    sizes = {name: size for name, size in layer.items() if name != "type"}
    return (shape[0], *pool_output_size(shape[1:], **sizes))


def _adaptive_output(shape: Shape, layer: Layer) -> Shape:
    _expect_axes(shape)
    size = layer["output_size"]
    if size.ndim and size.shape != (len(shape) - 1,):
        raise UsageError(
            f"output_size has {size.size} numbers (it takes one, or one for each axis)"
        )
    return (shape[0], *np.broadcast_to(size, (len(shape) - 1,)).tolist())


def _expect_axes(shape: Shape) -> None:
    if len(shape) < 2:
        raise UsageError(f"its input has shape {shape} (it takes channels and sizes)")


def _expect(layer: Layer, name: str, given: int) -> None:
    if layer[name] not in (None, given):
        raise UsageError(f"{name} is {layer[name]} (it gets {given})")


_FIELDS: Mapping[str, Any] = {
    "in_channels": Count, "out_channels": Count, "in_features": Count, "out_features": Count,
    "kernel_size": Sizes, "stride": Sizes, "padding": Extents, "dilation": Sizes,
    "output_size": Sizes, "groups": Count, "bias": Flag, "ceil_mode": Flag, "p": Unit,
}  # fmt: skip
_WINDOW: Layer = {"stride": None, "padding": 0, "ceil_mode": False}
_FILTER: Layer = {
    "in_channels": None, "stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True
}  # fmt: skip
KINDS: Mapping[str, Kind] = {
    "conv": Kind(("out_channels", "kernel_size"), _FILTER, _conv_output, _conv_params, _conv_macs),
    "linear": Kind(
        ("out_features",), {"in_features": None, "bias": True},
        _linear_output, _linear_params, _linear_macs,
    ),
    "maxpool": Kind(("kernel_size",), {**_WINDOW, "dilation": 1}, _pool_output),
    "avgpool": Kind(("kernel_size",), _WINDOW, _pool_output),
    "adaptiveavgpool": Kind(("output_size",), {}, _adaptive_output),
    "batchnorm": Kind(params=lambda shape, _: 2 * shape[0]),
    "flatten": Kind(output=lambda shape, _: (math.prod(shape),)),
    **{name: Kind() for name in ("relu", "tanh", "sigmoid", "gelu", "softmax", "identity")},
    "dropout": Kind(options={"p": 0.5}),
}  # fmt: skip


def output_of(shape: Shape, layer: Layer) -> Shape:
    """Return the shape that goes out, without the batch."""
    return KINDS[layer["type"]].output(shape, layer)


def params_of(shape: Shape, layer: Layer) -> int:
    """Return the weights and biases, by the shape that comes in."""
    return KINDS[layer["type"]].params(shape, layer)


def macs_of(shape: Shape, layer: Layer) -> int:
    """Return the multiply-accumulates of one example."""
    return KINDS[layer["type"]].macs(shape, layer)


InputShape: TypeAlias = Annotated[
    Shape, Check("channels and sizes, each a whole number of at least 1", _read_shape)
]
Layers: TypeAlias = Annotated[
    tuple[Layer, ...],
    Check(
        "rows like {'type': 'conv2d', 'out_channels': 6, 'kernel_size': 5}, "
        f"of the types {', '.join(KINDS)}",
        _read_layers,
    ),
]
