"""Random changes that are made in training only; the chance itself arrives as an argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, Indices, Paper, Unit, op


@op(
    shapes="input(*), mask(*) -> (*)",
    formula=r"y = \frac{m \odot x}{1 - p} \text{ in training}, \quad y = x \text{ at inference}",
    paper=Paper(
        "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov", 2014,
        "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
    ),
    example={"input": [1.0, 2.0, 3.0, 4.0], "mask": [1, 0, 1, 1], "p": 0.25},
    pitfall="p is the probability to drop, not to keep; inverted dropout scales in training only, "
    "so scaling at inference too counts it twice.",
)  # fmt: skip
def dropout(input: Array, mask: Array, *, p: Unit = 0.5, training: Flag = True) -> Any:
    """Silences each unit with probability p and scales the survivors up, so that no unit can rely
    on another and the expected value stays the same.

    The mask is 1 where a unit is kept.
    """
    if not training:
        return input
    scale = 1 / (1 - p) if p < 1 else 0.0  # survivors speak louder; with p = 1 there are none
    return input * mask * scale


@dropout.gradient
def dropout_grad(
    grad_output: Array, mask: Array, *, p: float, training: bool, **_: Any
) -> dict[str, Any]:
    if not training:
        return {"input": grad_output}
    scale = 1 / (1 - p) if p < 1 else 0.0  # as in the forward pass
    return {"input": grad_output * mask * scale}


@op(
    shapes="x1(*x), x2(*x), y1(*y), y2(*y) -> x(*x), y(*y)",
    formula=r"x = \lambda x_1 + (1 - \lambda) x_2, \quad y = \lambda y_1 + (1 - \lambda) y_2",
    paper=Paper(
        "Zhang, Cissé, Dauphin and Lopez-Paz", 2018, "mixup: Beyond Empirical Risk Minimization"
    ),
    example={
        "x1": [1.0, 0.0], "x2": [0.0, 2.0], "y1": [1.0, 0.0], "y2": [0.0, 1.0], "lam": 0.75
    },
    pitfall="The labels are mixed with the same λ, so they must be one-hot or probabilities, not "
    "class indices.",
)  # fmt: skip
def mixup(x1: Array, x2: Array, y1: Array, y2: Array, lam: Unit) -> Any:
    """Trains on straight lines between examples, labels and all: the model learns to be linear
    and unsure in between. λ is drawn from a Beta(α, α)."""
    x = lam * x1 + (1 - lam) * x2  # between the inputs
    y = lam * y1 + (1 - lam) * y2  # between the labels, with the same λ
    return {"x": x, "y": y}


@mixup.gradient
def mixup_grad(grad_output: Any, lam: float, **_: Any) -> dict[str, Any]:
    g_x, g_y = grad_output["x"], grad_output["y"]  # what reaches the mixtures
    return {"x1": lam * g_x, "x2": (1 - lam) * g_x, "y1": lam * g_y, "y2": (1 - lam) * g_y}


@op(
    shapes="x1(C,H,W), x2(C,H,W), y1(*y), y2(*y), box(4) -> x(C,H,W), y(*y), lam()",
    formula=r"x = M \odot x_1 + (1 - M) \odot x_2, \quad "
    r"y = \lambda y_1 + (1 - \lambda) y_2, \quad \lambda = 1 - \frac{|\text{box}|}{H W}",
    paper=Paper(
        "Yun, Han, Oh, Chun, Choe and Yoo", 2019,
        "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features",
    ),
    example={
        "x1": [[[1.0, 1.0], [1.0, 1.0]]],
        "x2": [[[5.0, 6.0], [7.0, 8.0]]],
        "y1": [1.0, 0.0],
        "y2": [0.0, 1.0],
        "box": [0, 1, 1, 4],
    },
    pitfall="λ is the share of the pixels that were left, counted after the box is clipped to the "
    "image, not the λ that was drawn.",
)  # fmt: skip
def cutmix(x1: Array, x2: Array, y1: Array, y2: Array, box: Indices) -> Any:
    """Pastes a box of one image into another and mixes the labels by area: no pixel is wasted, as
    in cutout, and none is a ghost, as in mixup. The box is (top, left, bottom, right)."""
    high, wide = x1.shape[1:]  # of the image
    top, left, bottom, right = np.clip(box, 0, [high, wide, high, wide])  # clipped to the image
    x = x1.copy()  # the image that stays around the box
    x[:, top:bottom, left:right] = x2[:, top:bottom, left:right]  # the box of the other
    area = max(bottom - top, 0) * max(right - left, 0)  # pixels that were replaced
    lam = 1 - area / (high * wide)  # share of the first image
    return {"x": x, "y": lam * y1 + (1 - lam) * y2, "lam": lam}
