"""Losses that arrange embeddings by their distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import (
    Array,
    Flag,
    Indices,
    NonNegative,
    Paper,
    Probabilities,
    Real,
    Reduction,
    Signs,
    index_fault,
    op,
)
from dlcards.ops._reduction import mean, reduce, spread
from dlcards.ops.losses._vectors import direction, length


@op(
    shapes="x1(N,D), x2(N,D), target(N) -> () or (N)",
    formula=r"L = \frac{1}{2} \left[ y\, d^2 + (1 - y) \max(0,\ m - d)^2 \right], "
    r"\quad d = \|x_1 - x_2\|",
    paper=Paper(
        "Hadsell, Chopra and LeCun", 2006, "Dimensionality Reduction by Learning an Invariant Mapping"
    ),
    example={
        "x1": [[0.0, 0.0], [1.0, 1.0]],
        "x2": [[0.3, 0.4], [1.0, 1.5]],
        "target": [1, 0],
        "margin": 1.0,
    },
    pitfall="Here 1 means similar; in the paper Y = 0 does. Ask which before comparing formulas.",
)  # fmt: skip
def contrastive_loss(
    x1: Array,
    x2: Array,
    target: Probabilities,
    *,
    margin: Real = 1.0,
    reduction: Reduction = "mean",
) -> Any:
    """Similar pairs are pulled together by a spring, dissimilar ones pushed apart until they are
    a margin away."""
    d = length(x1 - x2)  # distance of each pair
    missing = np.maximum(0, margin - d)  # what is missing to the margin
    each = 0.5 * (target * d**2 + (1 - target) * missing**2)  # pull if similar, push if not
    return reduce(each, reduction)


@contrastive_loss.gradient
def contrastive_loss_grad(
    grad_output: Array, x1: Array, x2: Array, target: Array, *, margin: float, reduction: str
) -> dict[str, Any]:
    d = length(x1 - x2)  # distance of each pair
    missing = np.maximum(0, margin - d)  # what is missing to the margin
    slope = target * d - (1 - target) * missing  # dL/dd
    share = spread(grad_output, d, reduction) * slope  # what reaches each distance
    grad = share[:, None] * direction(x1 - x2)  # along the difference; 0 where d = 0
    return {"x1": grad, "x2": -grad}


@op(
    shapes="anchor(*,D), positive(*,D), negative(*,D) -> () or (*)",
    formula=r"L = \max\left(0,\ \|a - p + \varepsilon\|_p - \|a - n + \varepsilon\|_p + m\right)",
    paper=Paper(
        "Schroff, Kalenichenko and Philbin", 2015,
        "FaceNet: A Unified Embedding for Face Recognition and Clustering",
    ),
    example={
        "anchor": [[0.0, 0.0], [1.0, 0.0]],
        "positive": [[0.0, 1.0], [1.0, 1.0]],
        "negative": [[1.5, 0.0], [4.0, 4.0]],
        "margin": 1.0,
    },
    pitfall="PyTorch compares distances, FaceNet squared distances: a margin of 0.2 is not the "
    "same margin.",
)  # fmt: skip
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    *,
    margin: Real = 1.0,
    p: NonNegative = 2.0,
    eps: Real = 1e-6,
    swap: Flag = False,
    reduction: Reduction = "mean",
) -> Any:
    """The negative must be farther from the anchor than the positive by a margin: only the order
    of distances counts, and triplets that keep it have no gradient.

    With `swap` the negative's distance is to the anchor or the positive, whichever is nearer.
    """
    near = length(anchor - positive + eps, p)  # distance to the positive
    far = length(anchor - negative + eps, p)  # distance to the negative
    if swap:
        far = np.minimum(far, length(positive - negative + eps, p))  # from the nearer of the two
    each = np.maximum(0, near - far + margin)  # by how much the margin is missed
    return reduce(each, reduction)


@triplet_margin_loss.gradient
def triplet_margin_loss_grad(
    grad_output: Array,
    anchor: Array,
    positive: Array,
    negative: Array,
    *,
    margin: float,
    p: float,
    eps: float,
    swap: bool,
    reduction: str,
) -> dict[str, Any]:
    near = length(anchor - positive + eps, p)  # distance to the positive
    far = length(anchor - negative + eps, p)  # distance to the negative
    across = length(positive - negative + eps, p)  # from positive to negative
    own = np.heaviside(across - far, 0.5) if swap else np.ones(far.shape)  # 1 if a–n is the nearer
    rival = np.minimum(far, across) if swap else far  # the distance that counts
    active = near - rival + margin >= 0  # misses the margin; exactly on it counts too
    share = (spread(grad_output, near, reduction) * active)[..., None]  # what reaches each triplet
    pull = share * direction(anchor - positive + eps, p)  # by a − p
    push = share * own[..., None] * direction(anchor - negative + eps, p)  # by a − n
    swapped = share * (1 - own[..., None]) * direction(positive - negative + eps, p)  # by p − n
    return {"anchor": pull - push, "positive": -pull - swapped, "negative": push + swapped}


@op(
    shapes="input1(N,D), input2(N,D), target(N) -> () or (N)",
    formula=r"L = \begin{cases} 1 - \cos(x_1, x_2) & y = 1 \\ "
    r"\max(0,\ \cos(x_1, x_2) - m) & y = -1 \end{cases}",
    example={
        "input1": [[1.0, 0.0], [1.0, 2.0]],
        "input2": [[1.0, 1.0], [2.0, 1.0]],
        "target": [1, -1],
        "margin": 0.5,
    },
    pitfall="The labels are ±1 and the margin is a cosine, so 0.5 tolerates 60°, it does not ask "
    "for it.",
)
def cosine_embedding_loss(
    input1: Array,
    input2: Array,
    target: Signs,
    *,
    margin: Real = 0.0,
    reduction: Reduction = "mean",
) -> Any:
    """The contrastive loss for angles: similar pairs are turned together, others apart until
    their cosine is below the margin."""
    n1 = np.sqrt(np.sum(input1**2, axis=1) + 1e-12)  # ‖x₁‖, above zero
    n2 = np.sqrt(np.sum(input2**2, axis=1) + 1e-12)  # ‖x₂‖, above zero
    cos = np.sum(input1 * input2, axis=1) / (n1 * n2)  # cosine of the angle
    each = np.where(target == 1, 1 - cos, np.maximum(0, cos - margin))  # similar, or not
    return reduce(each, reduction)


@cosine_embedding_loss.gradient
def cosine_embedding_loss_grad(
    grad_output: Array,
    input1: Array,
    input2: Array,
    target: Array,
    *,
    margin: float,
    reduction: str,
) -> dict[str, Any]:
    n1 = np.sqrt(np.sum(input1**2, axis=1) + 1e-12)  # ‖x₁‖, above zero
    n2 = np.sqrt(np.sum(input2**2, axis=1) + 1e-12)  # ‖x₂‖, above zero
    cos = np.sum(input1 * input2, axis=1) / (n1 * n2)  # cosine of the angle
    slope = np.where(target == 1, -1.0, 1.0 * (cos >= margin))  # dL/dcos; on the margin too
    share = spread(grad_output, cos, reduction) * slope  # what reaches each cosine
    both = (share / (n1 * n2))[:, None]  # over both lengths
    grad1 = both * input2 - (share * cos / n1**2)[:, None] * input1  # only the angle changes
    grad2 = both * input1 - (share * cos / n2**2)[:, None] * input2  # as does the other
    return {"input1": grad1, "input2": grad2}


@op(
    shapes="features(N,D), target(N), centers(C,D) -> ()",
    formula=r"L = \frac{1}{2N} \sum_{i=1}^{N} \|x_i - c_{y_i}\|^2",
    paper=Paper(
        "Wen, Zhang, Li and Qiao", 2016,
        "A Discriminative Feature Learning Approach for Deep Face Recognition",
    ),
    example={
        "features": [[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]],
        "target": [0, 0, 1],
        "centers": [[0.0, 0.0], [2.0, 3.0]],
    },
    pitfall="Alone it collapses everything into one point: it goes beside a softmax loss, which "
    "keeps the classes apart.",
    fault=lambda target, centers, **_: index_fault(target, len(centers), "target"),
)  # fmt: skip
def center_loss(features: Array, target: Indices, centers: Array) -> Any:
    """Half the mean squared distance of each feature from the centre of its class: softmax
    separates the classes, this makes each compact."""
    offset = features - centers[target]  # from the centre of the class
    each = 0.5 * np.sum(offset**2, axis=1)  # half the squared distance
    return mean(each)


@center_loss.gradient
def center_loss_grad(
    grad_output: Array, features: Array, target: Array, centers: Array
) -> dict[str, Any]:
    offset = features - centers[target]  # from the centre of the class
    grad = grad_output / len(features) * offset  # mean over rows
    members = 1.0 * (
        target[:, None] == np.arange(len(centers))
    )  # one-hot: who belongs to which centre
    return {"features": grad, "centers": -members.T @ grad}
