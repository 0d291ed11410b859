"""Blocks that look at the whole feature map and turn channels or places up and down."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Padding, Paper, op
from dlcards.ops._windows import axes_fault, conv_border
from dlcards.ops.activations.rectifiers import relu, relu_grad
from dlcards.ops.activations.saturating import sigmoid, sigmoid_grad
from dlcards.ops.convolution import conv2d


@op(
    shapes="input(N,C,H,W), w1(R,C), w2(C,R) -> (N,C,H,W)",
    formula=r"y = x \cdot \sigma(W_2\, \mathrm{ReLU}(W_1 z)), \quad "
    r"z_c = \frac{1}{H W} \sum_{i, j} x_c(i, j)",
    paper=Paper("Hu, Shen and Sun", 2018, "Squeeze-and-Excitation Networks"),
    example={
        "input": [[[[1.0, 3.0]], [[-1.0, 0.5]]]],
        "w1": [[0.5, 1.0]],
        "w2": [[1.0], [-2.0]],
    },
    pitfall="The gates are sigmoids and not a softmax: channels do not compete, several may be "
    "fully open.",
)
def se_block(input: Array, w1: Array, w2: Array) -> Any:
    """Squeeze and excite: the mean of each channel goes through a small MLP that says how much of
    each channel to let through."""
    z = np.mean(input, axis=(2, 3))  # squeeze: one number for each channel
    hidden = relu.function(z @ w1.T)  # through a bottleneck
    gate = sigmoid.function(hidden @ w2.T)  # excite: 0 to 1 for each channel
    return input * gate[:, :, None, None]


@se_block.gradient
def se_block_grad(grad_output: Array, input: Array, w1: Array, w2: Array) -> dict[str, Any]:
    z = np.mean(input, axis=(2, 3))  # squeezed
    z1 = z @ w1.T  # before the ReLU
    hidden = relu.function(z1)  # bottleneck
    z2 = hidden @ w2.T  # before the sigmoid
    gate = sigmoid.function(z2)  # of each channel
    g_gate = np.sum(grad_output * input, axis=(2, 3))  # a gate scaled its whole plane
    g2 = sigmoid_grad(g_gate, z2)["input"]  # through the sigmoid
    g1 = relu_grad(g2 @ w2, z1)["input"]  # through the ReLU
    g_mean = g1 @ w1 / (input.shape[2] * input.shape[3])  # the mean shares it out
    grad_input = grad_output * gate[:, :, None, None] + g_mean[:, :, None, None]  # both ways
    return {"input": grad_input, "w1": g1.T @ z, "w2": g2.T @ hidden}


def _spatial_fault(input: Any, weight: Any, padding: Any) -> str:
    if input.shape[1] < 1:
        return f"input has shape {input.shape} (it takes at least one channel)"
    if fault := axes_fault(2, padding=padding):
        return fault
    kernel = weight.shape[2:]
    border = conv_border(padding, kernel, 1)
    if any(sum(sides) != k - 1 for sides, k in zip(border, kernel, strict=True)):
        return f"padding is {padding} (it takes what keeps the size: half of the kernel {kernel})"
    return ""


@op(
    shapes="input(N,C,H,W), weight(1,2,k,l) -> (N,C,H,W)",
    formula=r"y = x \cdot \sigma\left(w * [\operatorname{mean}_c x,\ \max_c x]\right)",
    paper=Paper("Woo, Park, Lee and Kweon", 2018, "CBAM: Convolutional Block Attention Module"),
    example={
        "input": [[[[1.0, 3.0], [0.5, -1.0]], [[-1.0, 0.5], [2.0, 0.0]]]],
        "weight": [[[[0.5]], [[-1.0]]]],
        "padding": 0,
    },
    pitfall="The order is [mean; max], and the padding must keep the size: (k − 1)/2.",
    fault=_spatial_fault,
)
def spatial_attention(input: Array, weight: Array, padding: Padding = "same") -> Any:
    """Says where to look: mean and maximum over the channels, one convolution, a sigmoid, and
    every place is turned up or down."""
    mean = np.mean(input, axis=1, keepdims=True)  # over the channels
    strongest = np.max(input, axis=1, keepdims=True)  # over the channels
    summary = np.concatenate([mean, strongest], axis=1)  # two numbers for each place
    gate = sigmoid.function(conv2d(summary, weight, padding=padding))  # 0 to 1 for each place
    return input * gate


@spatial_attention.gradient
def spatial_attention_grad(
    grad_output: Array, input: Array, weight: Array, padding: Any
) -> dict[str, Any]:
    mean = np.mean(input, axis=1, keepdims=True)  # over the channels
    winner = np.argmax(input, axis=1)[:, None]  # the strongest channel; of equals, the first
    strongest = np.take_along_axis(input, winner, axis=1)  # what it said
    summary = np.concatenate([mean, strongest], axis=1)  # two numbers for each place
    z = conv2d(summary, weight, padding=padding)  # before the sigmoid
    g_gate = np.sum(grad_output * input, axis=1, keepdims=True)  # a gate scaled all channels
    g_z = sigmoid_grad(g_gate, z)["input"]  # through the sigmoid
    conv = conv2d.grad(summary, weight, padding=padding, grad_output=g_z)  # the convolution
    g_mean, g_max = np.split(conv["input"], 2, axis=1)  # [mean; max]
    won = np.arange(input.shape[1])[:, None, None] == winner  # the maximum is one channel's
    through = g_mean / input.shape[1] + np.where(won, g_max, 0)  # the mean is everyone's
    return {"input": grad_output * sigmoid.function(z) + through, "weight": conv["weight"]}
