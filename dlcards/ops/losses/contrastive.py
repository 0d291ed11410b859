"""Losses that pick the one true partner out of many by cosine similarity."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Indices, Paper, Positive, Real, index_fault, op
from dlcards.ops._reduction import mean
from dlcards.ops.activations import simplex
from dlcards.ops.losses._vectors import unit, unit_grad

log_softmax = simplex.log_softmax.function  # plain: arguments are checked by then
softmax = simplex.softmax.function
_LEAST = 1e-7  # the arc cosine has an infinite slope at ±1


@op(
    shapes="z1(N,D), z2(N,D) -> ()",
    formula=r"L = -\frac{1}{2N} \sum_{i=1}^{2N} \log \frac{e^{\cos(z_i, z_{i'})/\tau}}"
    r"{\sum_{k \ne i} e^{\cos(z_i, z_k)/\tau}}",
    paper=Paper(
        "Chen, Kornblith, Norouzi and Hinton", 2020,
        "A Simple Framework for Contrastive Learning of Visual Representations",
    ),
    example={"z1": [[1.0, 0.0], [0.0, 1.0]], "z2": [[1.0, 0.2], [0.5, 1.0]], "temperature": 0.5},
    pitfall="Each of the 2N views is an anchor and must not meet itself: mask the diagonal with "
    "−∞ before the softmax, not with 0.",
)  # fmt: skip
def nt_xent_loss(z1: Array, z2: Array, *, temperature: Positive = 0.5) -> Any:
    """Two views of each example must find each other among all 2N views of the batch: a softmax
    over cosines, sharpened by the temperature."""
    z = unit(np.concatenate([z1, z2]))  # all 2N views, length 1
    sharp = z @ z.T / temperature  # cosines of all pairs, sharpened
    logits = np.where(np.eye(len(z)) == 1, -np.inf, sharp)  # nobody is his own partner
    log_p = log_softmax(logits)  # log-probability of each partner
    partner = np.roll(np.arange(len(z)), len(z1))  # i + N, and back
    each = -np.take_along_axis(log_p, partner[:, None], axis=1)  # surprise at the true one
    return mean(each)


@nt_xent_loss.gradient
def nt_xent_loss_grad(
    grad_output: Array, z1: Array, z2: Array, *, temperature: float
) -> dict[str, Any]:
    views = np.concatenate([z1, z2])  # all 2N views
    z = unit(views)  # length 1
    sharp = z @ z.T / temperature  # cosines of all pairs, sharpened
    logits = np.where(np.eye(len(z)) == 1, -np.inf, sharp)  # nobody is his own partner
    y = np.roll(np.eye(len(z)), len(z1), axis=1)  # one-hot: the true partner
    slope = (softmax(logits) - y) * grad_output / len(z)  # dL/dlogits: p − y, mean over views
    grad_z = (slope + slope.T) @ z / temperature  # each view is a row and a column
    grad = unit_grad(grad_z, views)  # back through the length
    return {"z1": grad[: len(z1)], "z2": grad[len(z1) :]}


@op(
    shapes="query(N,D), positive(N,D), negatives(M,D) -> ()",
    formula=r"L = -\frac{1}{N} \sum_{i=1}^{N} \log \frac{e^{\cos(q_i, k_i)/\tau}}"
    r"{e^{\cos(q_i, k_i)/\tau} + \sum_{j=1}^{M} e^{\cos(q_i, n_j)/\tau}}",
    paper=Paper(
        "van den Oord, Li and Vinyals", 2018,
        "Representation Learning with Contrastive Predictive Coding",
    ),
    example={
        "query": [[1.0, 0.0]],
        "positive": [[1.0, 1.0]],
        "negatives": [[0.0, 1.0], [-1.0, 0.5]],
        "temperature": 0.5,
    },
    pitfall="A low temperature sharpens: the hardest negatives then have almost all of the "
    "gradient, and at 0.001 the logits are ±1000.",
)  # fmt: skip
def info_nce_loss(
    query: Array, positive: Array, negatives: Array, *, temperature: Positive = 0.1
) -> Any:
    """Cross-entropy of finding the positive among shared negatives; log of their number minus the
    loss is a lower bound on the mutual information."""
    q, k, n = unit(query), unit(positive), unit(negatives)  # all of length 1
    own = np.sum(q * k, axis=1, keepdims=True)  # cosine with the positive
    others = q @ n.T  # cosines with the negatives
    logits = np.concatenate([own, others], axis=1) / temperature  # the positive is class 0
    each = -log_softmax(logits)[:, 0]  # surprise at the positive
    return mean(each)


@info_nce_loss.gradient
def info_nce_loss_grad(
    grad_output: Array, query: Array, positive: Array, negatives: Array, *, temperature: float
) -> dict[str, Any]:
    q, k, n = unit(query), unit(positive), unit(negatives)  # all of length 1
    own = np.sum(q * k, axis=1, keepdims=True)  # cosine with the positive
    logits = np.concatenate([own, q @ n.T], axis=1) / temperature  # the positive is class 0
    p = softmax(logits)  # belief in each
    share = grad_output / len(query) / temperature  # mean over queries
    doubt = p[:, :1] - 1  # p − y of the positive
    grad_q = share * (doubt * k + p[:, 1:] @ n)  # to the positive, away from the negatives
    grad_k = share * doubt * q  # the positive to its query
    return {"query": unit_grad(grad_q, query), "positive": unit_grad(grad_k, positive)}


@op(
    shapes="image_features(N,D), text_features(N,D) -> ()",
    formula=r"L = -\frac{1}{2N} \sum_{i=1}^{N} \left[ \log \frac{e^{s_{ii}}}{\sum_j e^{s_{ij}}} + "
    r"\log \frac{e^{s_{ii}}}{\sum_j e^{s_{ji}}} \right], \quad s_{ij} = t \cos(u_i, v_j)",
    paper=Paper(
        "Radford et al.", 2021,
        "Learning Transferable Visual Models From Natural Language Supervision",
    ),
    example={
        "image_features": [[1.0, 0.0], [0.0, 1.0]],
        "text_features": [[1.0, 0.5], [0.2, 1.0]],
        "logit_scale": 10.0,
    },
    pitfall="The scale multiplies, it is 1/temperature; CLIP learns its logarithm and holds it "
    "below 100.",
)  # fmt: skip
def clip_loss(image_features: Array, text_features: Array, logit_scale: Real) -> Any:
    """Each image must find its text among the batch and each text its image: the mean of a
    cross-entropy along the rows and one along the columns."""
    u, v = unit(image_features), unit(text_features)  # all of length 1
    logits = logit_scale * u @ v.T  # cosines, sharpened: images × texts
    image_loss = -mean(np.diagonal(log_softmax(logits)))  # which text: along the rows
    text_loss = -mean(np.diagonal(log_softmax(logits.T)))  # which image: along the columns
    return (image_loss + text_loss) / 2


@clip_loss.gradient
def clip_loss_grad(
    grad_output: Array, image_features: Array, text_features: Array, logit_scale: float
) -> dict[str, Any]:
    u, v = unit(image_features), unit(text_features)  # all of length 1
    logits = logit_scale * u @ v.T  # cosines, sharpened: images × texts
    doubt = softmax(logits) + softmax(logits.T).T - 2 * np.eye(len(u))  # p − y, both ways
    slope = grad_output * doubt / (2 * len(u))  # dL/dlogits
    grad_u = unit_grad(logit_scale * slope @ v, image_features)  # back through the length
    grad_v = unit_grad(logit_scale * slope.T @ u, text_features)  # as for the images
    return {"image_features": grad_u, "text_features": grad_v}


@op(
    shapes="embedding(N,D), weight(C,D), target(N) -> (N,C)",
    formula=r"z_{ic} = \begin{cases} s \cos(\theta_{ic} + m) & c = y_i \\ s \cos \theta_{ic} & "
    r"c \ne y_i \end{cases}, \quad \theta_{ic} = \arccos \cos(x_i, w_c)",
    paper=Paper(
        "Deng, Guo, Xue and Zafeiriou", 2019,
        "ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
    ),
    example={
        "embedding": [[1.0, 0.5], [0.0, 2.0]],
        "weight": [[1.0, 0.0], [0.5, 1.0]],
        "target": [0, 1],
        "s": 8.0,
        "m": 0.5,
    },
    pitfall="The slope of arccos is infinite at ±1: keep the cosine 1e-7 away from both. Beyond "
    "θ = π − m the logit rises again, which easy-margin rules patch.",
    fault=lambda weight, target, **_: index_fault(target, len(weight), "target"),
)  # fmt: skip
def arcface_logits(
    embedding: Array, weight: Array, target: Indices, *, s: Real = 64.0, m: Real = 0.5
) -> Any:
    """Adds a margin to the angle of the true class, so that a face must be nearer to its own class
    than softmax alone would ask; a cross-entropy follows."""
    cos = unit(embedding) @ unit(weight).T  # cosine with each class
    theta = np.arccos(np.clip(cos, -1 + _LEAST, 1 - _LEAST))  # angle to each class
    y = np.arange(len(weight)) == target[:, None]  # the true class
    return s * np.where(y, np.cos(theta + m), cos)


@arcface_logits.gradient
def arcface_logits_grad(
    grad_output: Array, embedding: Array, weight: Array, target: Array, *, s: float, m: float
) -> dict[str, Any]:
    x, w = unit(embedding), unit(weight)  # all of length 1
    cos = x @ w.T  # cosine with each class
    inside = np.abs(cos) <= 1 - _LEAST  # where it was not clipped
    theta = np.arccos(np.clip(cos, -1 + _LEAST, 1 - _LEAST))  # angle to each class
    y = np.arange(len(weight)) == target[:, None]  # the true class
    bent = inside * np.sin(theta + m) / np.sin(theta)  # d cos(θ + m) / d cos θ
    slope = grad_output * s * np.where(y, bent, 1)  # what reaches each cosine
    grad_x = unit_grad(slope @ w, embedding)  # back through the length
    grad_w = unit_grad(slope.T @ x, weight)  # as for the embedding
    return {"embedding": grad_x, "weight": grad_w}
