"""A whole network with its loss, small enough to differentiate by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Indices, Paper, index_fault, op
from dlcards.ops.activations.rectifiers import relu, relu_grad
from dlcards.ops.activations.simplex import softmax
from dlcards.ops.losses.classification import cross_entropy


@op(
    shapes="x(m,i), W1(h,i), b1(h), W2(o,h), b2(o), target(m) -> ()",
    formula=r"L = \mathrm{CE}(\mathrm{ReLU}(x W_1^\top + b_1)\, W_2^\top + b_2,\ y)",
    paper=Paper(
        "Rumelhart, Hinton and Williams", 1986,
        "Learning Representations by Back-Propagating Errors",
    ),
    example={
        "x": [[1.0, 2.0], [0.5, -1.0]],
        "W1": [[0.5, 0.25], [-0.5, 1.0], [1.0, -1.0]],
        "b1": [0.1, 0.0, -0.2],
        "W2": [[0.5, -1.0, 0.25], [0.3, 0.8, -0.5]],
        "b2": [0.0, 0.1],
        "target": [0, 1],
    },
    pitfall="The 1/m of the mean enters once, at the logits: (p − y)/m; do not divide again in "
    "each layer.",
    fault=lambda target, b2, **_: index_fault(target, len(b2), "target"),
)  # fmt: skip
def mlp_2layer(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, target: Indices) -> Any:
    """The smallest network with a hidden layer: affine, ReLU, affine, cross-entropy; its backward
    pass is the chain rule written out from the loss to the first weight."""
    z1 = x @ W1.T + b1  # affine
    h = relu.function(z1)  # hidden layer
    logits = h @ W2.T + b2  # affine
    return cross_entropy(logits, target)


@mlp_2layer.gradient
def mlp_2layer_grad(
    grad_output: Array, x: Array, W1: Array, b1: Array, W2: Array, b2: Array, target: Indices
) -> dict[str, Any]:
    z1 = x @ W1.T + b1  # forward again
    h = relu.function(z1)  # hidden layer
    p = softmax.function(h @ W2.T + b2, dim=1)  # what the model believes
    y = 1.0 * (target[:, None] == np.arange(len(b2)))  # one-hot: what is so
    g2 = grad_output * (p - y) / len(x)  # at the logits: the 1/m enters here, once
    g_h = g2 @ W2  # back through W2
    g1 = relu_grad(g_h, z1)["input"]  # back through the ReLU
    return {
        "x": g1 @ W1,
        "W1": g1.T @ x,
        "b1": np.sum(g1, axis=0),
        "W2": g2.T @ h,
        "b2": np.sum(g2, axis=0),
    }
