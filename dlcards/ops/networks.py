"""Calculators: the shapes, parameters and multiplications of a whole network."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from dlcards.ops._chain import (
    InputShape,
    Layers,
    Shape,
    chain_fault,
    macs_of,
    output_of,
    params_of,
)
from dlcards.ops._op import Check, op
from dlcards.ops._published.catalog import NETWORKS, layer_table


def _read_name(value: Any) -> str:
    if not isinstance(value, str) or value not in NETWORKS:
        raise ValueError
    return value


NetworkName: TypeAlias = Annotated[
    str, Check(f"the name of a network: {', '.join(NETWORKS)}", _read_name)
]


@op(
    shapes="-> shapes(L,*), params(L), macs(L), total_params(), total_macs()",
    formula=r"P = \sum_l P_l, \quad M = \sum_l M_l, \quad s_l = f_l(s_{l-1})",
    example={
        "input_shape": [1, 32, 32],
        "layers": [
            {"type": "conv2d", "out_channels": 6, "kernel_size": 5},
            {"type": "maxpool2d", "kernel_size": 2},
            {"type": "flatten"},
            {"type": "linear", "out_features": 10},
        ],
    },
    pitfall="Most parameters sit in the first linear layer behind the flatten, most "
    "multiplications in the convolutions; with groups a filter sees only its share of channels.",
    fault=chain_fault,
)
def network_summary(input_shape: InputShape, layers: Layers) -> Any:
    """Carry the shape from layer to layer; what comes in says how many weights a layer has, what
    goes out how often a filter's weights are used.

    Shapes are without the batch. Types are PyTorch's: conv, linear, maxpool, avgpool,
    adaptiveavgpool, batchnorm, flatten and activations, with PyTorch's options; what comes in
    need not be given. Multiply-accumulates are those of conv and linear.
    """
    shape = input_shape  # as it comes in
    shapes: list[Shape] = []  # of each layer's output
    params: list[int] = []  # of each layer
    macs: list[int] = []  # of each layer
    for layer in layers:
        params = [*params, params_of(shape, layer)]  # weights and biases, by what comes in
        macs = [*macs, macs_of(shape, layer)]  # weights times places
        shape = output_of(shape, layer)  # what goes out
        shapes = [*shapes, shape]  # layer by layer
    return {
        "shapes": shapes,
        "params": params,
        "macs": macs,
        "total_params": sum(params),
        "total_macs": sum(macs),
    }


@op(
    shapes="-> ()",
    formula=r"P = \sum_{l} P_l",
    example={"name": "resnet50"},
    pitfall="Papers and libraries differ: AlexNet in two towers has 60,965,224, in one 61,100,840; "
    "GoogLeNet and Inception-v3 are counted without their auxiliary heads.",
)
def model_params(name: NetworkName) -> Any:
    """The parameters of a published network for 1000 classes, counted from its layer table: only
    what is trained, so no running statistics of a normalisation.

    LeNet-5 has 10 classes and U-Net 2. The variants are torchvision's where it has them.
    """
    layers = layer_table(name)  # the network as published, row by row
    each = [layer.params for layer in layers]  # of each row
    return sum(each)
