"""Convolutional blocks with a path around them: residual, bottleneck, inverted, dense."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Arrays, Paper, op
from dlcards.ops.activations.rectifiers import relu, relu6, relu6_grad, relu_grad
from dlcards.ops.convolution import conv2d

_HE = Paper("He, Zhang, Ren and Sun", 2016, "Deep Residual Learning for Image Recognition")
_IMAGE = [[[[1.0, -0.5], [0.5, 2.0]]]]
_CROSS = [[[[0.0, 0.1, 0.0], [0.2, 0.5, -0.1], [0.0, 0.3, 0.0]]]]


@op(
    shapes="input(N,C,H,W), w1(M,C,3,3), w2(C,M,3,3) -> (N,C,H,W)",
    formula=r"y = \mathrm{ReLU}(w_2 * \mathrm{ReLU}(w_1 * x) + x)",
    paper=_HE,
    example={"input": _IMAGE, "w1": _CROSS, "w2": [[[[0.1] * 3, [0.2, 0.4, 0.1], [0.1] * 3]]]},
    pitfall="The last ReLU comes after the addition; before it, the branch could only add.",
)
def residual_block(input: Array, w1: Array, w2: Array) -> Any:
    """The layers learn only what to change, and the identity carries the rest: with weights of
    zero it passes its input, and gradients reach the first layer of a very deep net."""
    hidden = relu.function(conv2d(input, w1, padding=1))  # 3×3, then ReLU
    branch = conv2d(hidden, w2, padding=1)  # 3×3, no ReLU yet
    return relu.function(branch + input)


@residual_block.gradient
def residual_block_grad(grad_output: Array, input: Array, w1: Array, w2: Array) -> dict[str, Any]:
    z1 = conv2d(input, w1, padding=1)  # before the first ReLU
    hidden = relu.function(z1)  # what the second layer saw
    z = conv2d(hidden, w2, padding=1) + input  # before the last ReLU
    g = relu_grad(grad_output, z)["input"]  # reaches the branch and the shortcut alike
    second = conv2d.grad(hidden, w2, padding=1, grad_output=g)  # through the second 3×3
    g1 = relu_grad(second["input"], z1)["input"]  # through the first ReLU
    first = conv2d.grad(input, w1, padding=1, grad_output=g1)  # through the first 3×3
    return {"input": g + first["input"], "w1": first["weight"], "w2": second["weight"]}


@op(
    shapes="input(N,C,H,W), w1(M,C,1,1), w2(K,M,3,3), w3(C,K,1,1) -> (N,C,H,W)",
    formula=r"y = \mathrm{ReLU}(w_3 * \mathrm{ReLU}(w_2 * \mathrm{ReLU}(w_1 * x)) + x)",
    paper=_HE,
    example={"input": _IMAGE, "w1": [[[[0.8]]]], "w2": _CROSS, "w3": [[[[0.5]]]]},
    pitfall="The 1×1 layers squeeze and restore the channels; the costly 3×3 works on a quarter "
    "of them.",
)
def bottleneck_block(input: Array, w1: Array, w2: Array, w3: Array) -> Any:
    """A residual block for deep nets: 1×1 to fewer channels, 3×3 among them, 1×1 back."""
    narrow = relu.function(conv2d(input, w1))  # 1×1: fewer channels
    mixed = relu.function(conv2d(narrow, w2, padding=1))  # 3×3 among the few
    branch = conv2d(mixed, w3)  # 1×1: all channels again, no ReLU yet
    return relu.function(branch + input)


@bottleneck_block.gradient
def bottleneck_block_grad(
    grad_output: Array, input: Array, w1: Array, w2: Array, w3: Array
) -> dict[str, Any]:
    z1 = conv2d(input, w1)  # before the first ReLU
    narrow = relu.function(z1)  # what the 3×3 saw
    z2 = conv2d(narrow, w2, padding=1)  # before the second ReLU
    mixed = relu.function(z2)  # what the last 1×1 saw
    g = relu_grad(grad_output, conv2d(mixed, w3) + input)["input"]  # branch and shortcut alike
    third = conv2d.grad(mixed, w3, grad_output=g)  # through the last 1×1
    g2 = relu_grad(third["input"], z2)["input"]  # through the second ReLU
    second = conv2d.grad(narrow, w2, padding=1, grad_output=g2)  # through the 3×3
    g1 = relu_grad(second["input"], z1)["input"]  # through the first ReLU
    first = conv2d.grad(input, w1, grad_output=g1)  # through the first 1×1
    return {
        "input": g + first["input"],
        "w1": first["weight"],
        "w2": second["weight"],
        "w3": third["weight"],
    }


@op(
    shapes="input(N,C,H,W), w_expand(M,C,1,1), w_depthwise(M,1,3,3), w_project(C,M,1,1) "
    "-> (N,C,H,W)",
    formula=r"y = x + w_p * \mathrm{ReLU6}(w_d *_{\text{depthwise}} \mathrm{ReLU6}(w_e * x))",
    paper=Paper(
        "Sandler, Howard, Zhu, Zhmoginov and Chen", 2018,
        "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
    ),
    example={
        "input": _IMAGE, "w_expand": [[[[1.0]]], [[[-0.5]]]],
        "w_depthwise": [[[[0.3, 0.1, 0.2], [0.2, 0.5, -0.1], [0.1, 0.3, 0.4]]]] * 2, "w_project": [[[[0.5]], [[1.0]]]],
    },
    pitfall="The projection is linear: a ReLU on the narrow end would destroy what little room "
    "there is. The shortcut joins narrow ends, the reverse of a bottleneck.",
)  # fmt: skip
def inverted_residual(input: Array, w_expand: Array, w_depthwise: Array, w_project: Array) -> Any:
    """Narrow outside, wide inside: expand by 1×1, filter each channel by itself, project back
    without an activation, add the input."""
    wide = relu6.function(conv2d(input, w_expand))  # 1×1: more channels
    groups = len(w_expand)  # one for each of them
    filtered = relu6.function(conv2d(wide, w_depthwise, padding=1, groups=groups))  # each by itself
    return input + conv2d(filtered, w_project)


@inverted_residual.gradient
def inverted_residual_grad(
    grad_output: Array, input: Array, w_expand: Array, w_depthwise: Array, w_project: Array
) -> dict[str, Any]:
    depthwise = {"padding": 1, "groups": len(w_expand)}  # each channel by itself
    z1 = conv2d(input, w_expand)  # before the first ReLU6
    wide = relu6.function(z1)  # what the depthwise filters saw
    z2 = conv2d(wide, w_depthwise, **depthwise)  # before the second ReLU6
    project = conv2d.grad(relu6.function(z2), w_project, grad_output=grad_output)  # linear
    g2 = relu6_grad(project["input"], z2)["input"]  # through the second ReLU6
    filters = conv2d.grad(wide, w_depthwise, grad_output=g2, **depthwise)  # the filters
    g1 = relu6_grad(filters["input"], z1)["input"]  # through the first ReLU6
    expand = conv2d.grad(input, w_expand, grad_output=g1)  # through the first 1×1
    return {
        "input": grad_output + expand["input"],
        "w_expand": expand["weight"],
        "w_depthwise": filters["weight"],
        "w_project": project["weight"],
    }


def _dense_fault(input: Any, weights: Any) -> str:
    channels = input.shape[1]
    for number in range(len(weights)):
        name = str(number)
        if name not in weights:
            return f"weights has no {name!r} (it takes '0', '1', … in order)"
        shape = weights[name].shape
        if len(shape) != 4 or shape[1:] != (channels, 3, 3):
            return f"weights {name!r} has shape {shape} (it takes (k, {channels}, 3, 3))"
        channels += shape[0]
    return ""


@op(
    shapes="input(N,C,H,W), weights -> (N,C+L·k,H,W)",
    formula=r"x_{l + 1} = [x_l,\ w_l * \mathrm{ReLU}(x_l)]",
    paper=Paper(
        "Huang, Liu, van der Maaten and Weinberger", 2017,
        "Densely Connected Convolutional Networks",
    ),
    example={
        "input": _IMAGE,
        "weights": {"0": _CROSS, "1": [[_CROSS[0][0], [[0.1] * 3, [0.0, 0.3, 0.0], [0.1] * 3]]]},
    },
    pitfall="Features are concatenated, not added, so the channels grow by k with each layer and "
    "the weight of layer l takes C + l·k of them.",
    fault=_dense_fault,
)  # fmt: skip
def dense_block(input: Array, weights: Arrays) -> Any:
    """Each layer sees the features of all layers before it and adds a few of its own: features
    are reused, not learned again."""
    x = input  # all features so far
    for layer in range(len(weights)):
        new = conv2d(relu.function(x), weights[str(layer)], padding=1)  # k features more
        x = np.concatenate([x, new], axis=1)  # beside those of before
    return x


@dense_block.gradient
def dense_block_grad(grad_output: Array, input: Array, weights: Any) -> dict[str, Any]:
    x = dense_block.function(input, weights)  # all features
    g, grads = grad_output, {}  # what reaches them, from the last layer back
    for layer in reversed(range(len(weights))):
        seen = x.shape[1] - len(weights[str(layer)])  # channels that the layer saw
        x, g, g_new = x[:, :seen], g[:, :seen], g[:, seen:]  # its own features apart
        active, weight = relu.function(x), weights[str(layer)]  # what the layer saw, and how
        part = conv2d.grad(active, weight, padding=1, grad_output=g_new)  # through the 3×3
        grads[f"weights.{layer}"] = part["weight"]  # of this layer
        g = g + relu_grad(part["input"], x)["input"]  # straight on, and through the layer
    return {"input": g, **grads}
