"""Metrics of generated images: distance to a target, and of one crowd to another."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Paper, Positive, Probabilities, op
from dlcards.ops._reduction import mean


@op(
    shapes="input(*), target(*) -> ()",
    formula=r"10 \log_{10} \frac{R^2}{\text{MSE}}",
    example={"input": [0.9, 0.5, 0.1, 0.0], "target": [1.0, 0.5, 0.0, 0.0], "data_range": 1.0},
    pitfall="It needs the range of the data, 1 or 255; identical images have ∞, and the mean of "
    "several PSNRs is not the PSNR of the mean error.",
)
def psnr(input: Array, target: Array, data_range: Positive) -> Any:
    """The peak over the root mean squared error, in decibels: 10 times less squared error is 10
    dB more."""
    mse = mean((input - target) ** 2)  # mean squared error
    return 10 * np.log10(data_range**2 / mse)


@op(
    shapes="mu1(D), cov1(D,D), mu2(D), cov2(D,D) -> ()",
    formula=r"\lVert \mu_1 - \mu_2 \rVert^2 + \text{tr}\left(\Sigma_1 + \Sigma_2 - "
    r"2 (\Sigma_1 \Sigma_2)^{1/2}\right)",
    paper=Paper(
        "Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter", 2017,
        "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium",
    ),
    example={
        "mu1": [0.0, 0.0], "cov1": [[1.0, 0.0], [0.0, 4.0]],
        "mu2": [1.0, 0.0], "cov2": [[4.0, 0.0], [0.0, 1.0]],
    },
    pitfall="A matrix square root of Σ₁Σ₂ may come out complex from rounding; it is biased by the "
    "number of samples, so compare only equal numbers.",
)  # fmt: skip
def frechet_distance(mu1: Array, cov1: Array, mu2: Array, cov2: Array) -> Any:
    """How far two Gaussians are apart, squared: the means' distance and the mismatch of the
    covariances. On Inception features it is FID."""
    between = np.sum((mu1 - mu2) ** 2)  # squared distance of the means
    variances, axes = np.linalg.eigh(cov1)  # Σ₁ along its own axes
    root = axes * np.sqrt(np.maximum(variances, 0)) @ axes.T  # Σ₁^½
    shared = np.linalg.eigvalsh(root @ cov2 @ root)  # symmetric, with the eigenvalues of Σ₁Σ₂
    overlap = np.sum(np.sqrt(np.maximum(shared, 0)))  # tr (Σ₁Σ₂)^½; rounding may go below 0
    return between + np.trace(cov1) + np.trace(cov2) - 2 * overlap


@op(
    shapes="probs(N,C) -> ()",
    formula=r"\exp\left( \frac{1}{N} \sum_{i=1}^{N} "
    r"\text{KL}\left(p(y \mid x_i) \,\Vert\, p(y)\right) \right)",
    paper=Paper(
        "Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen", 2016,
        "Improved Techniques for Training GANs",
    ),
    example={"probs": [[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.0, 0.1, 0.9]]},
    pitfall="It never sees a real image: one perfect picture of each class scores the maximum, the "
    "number of classes.",
)  # fmt: skip
def inception_score(probs: Probabilities) -> Any:
    """Each picture clearly one thing, all pictures together many things: from 1, the worst, to
    the number of classes."""
    marginal = np.sum(probs, axis=0) / len(probs)  # p(y): the mean over pictures
    terms = np.where(probs == 0, 0, probs * np.log(probs / marginal))  # p log p/q; 0 log 0 = 0
    kl = np.sum(terms, axis=1)  # how far each picture is from the mean
    return np.exp(mean(kl))
