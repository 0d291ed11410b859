"""Layers that mix all features: affine and bilinear maps."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, op


@op(
    shapes="input(*n,i), weight(o,i), bias(o) -> (*n,o)",
    formula=r"y = x W^\top + b",
    example={
        "input": [[1.0, 2.0], [0.0, -1.0]],
        "weight": [[1.0, 0.0], [0.5, -1.0], [2.0, 1.0]],
        "bias": [0.0, 1.0, -1.0],
    },
    pitfall="The weight is (out, in) and the input multiplies its transpose.",
)
def linear(input: Array, weight: Array, bias: Array | None = None) -> Any:
    """An affine map of the last axis: each output is a weighted sum of all inputs, plus a bias."""
    output = input @ weight.T  # a dot product with each row of the weight
    if bias is not None:
        output = output + bias  # the same for every row
    return output


@linear.gradient
def linear_grad(
    grad_output: Array, input: Array, weight: Array, bias: Array | None
) -> dict[str, Any]:
    outputs, inputs = weight.shape  # features out and in
    g = grad_output.reshape(-1, outputs)  # what reaches each row of the batch
    x = input.reshape(-1, inputs)  # each row of the batch
    grad_input = grad_output @ weight  # back through W
    grad_weight = g.T @ x  # Σ over rows of g xᵀ
    if bias is None:
        return {"input": grad_input, "weight": grad_weight}
    grad_bias = np.sum(g, axis=0)  # it was added to every row
    return {"input": grad_input, "weight": grad_weight, "bias": grad_bias}


@op(
    shapes="input1(N,a), input2(N,b), weight(o,a,b), bias(o) -> (N,o)",
    formula=r"y_o = x_1^\top W_o\, x_2 + b_o",
    example={
        "input1": [[1.0, 2.0]],
        "input2": [[1.0, 0.0, -1.0]],
        "weight": [[[1.0, 2.0, 3.0], [0.0, 1.0, 0.5]]],
        "bias": [0.5],
    },
    pitfall="It has a·b weights for each output: the size is a product, not a sum.",
)
def bilinear(input1: Array, input2: Array, weight: Array, bias: Array | None = None) -> Any:
    """One matrix for each output that scores a pair of inputs: linear in each, so that they can
    gate one another."""
    left = np.einsum("na,oab->nob", input1, weight)  # x₁ᵀW: what the first asks of the second
    output = np.einsum("nob,nb->no", left, input2)  # and what the second answers
    if bias is not None:
        output = output + bias  # the same for every row
    return output


@bilinear.gradient
def bilinear_grad(
    grad_output: Array, input1: Array, input2: Array, weight: Array, bias: Array | None
) -> dict[str, Any]:
    mixed = np.einsum("no,oab->nab", grad_output, weight)  # Σ g W: one matrix for each row
    outer = np.einsum("na,nb->nab", input1, input2)  # x₁x₂ᵀ: what each weight multiplied
    grad_input1 = np.einsum("nab,nb->na", mixed, input2)  # by x₁: Σ g W x₂
    grad_input2 = np.einsum("nab,na->nb", mixed, input1)  # by x₂: Σ g Wᵀx₁
    grad_weight = np.einsum("no,nab->oab", grad_output, outer)  # Σ over rows of g x₁x₂ᵀ
    grads = {"input1": grad_input1, "input2": grad_input2, "weight": grad_weight}  # by name
    if bias is None:
        return grads
    return {**grads, "bias": np.sum(grad_output, axis=0)}
