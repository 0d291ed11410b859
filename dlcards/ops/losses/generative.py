"""Losses that bring one distribution near another: of latents, of samples, of a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import (
    Array,
    Indices,
    NonNegative,
    NonNegatives,
    Paper,
    Positive,
    Unit,
    index_fault,
    op,
)
from dlcards.ops._reduction import mean
from dlcards.ops.activations import simplex

if TYPE_CHECKING:
    from numpy.typing import NDArray

log_softmax = simplex.log_softmax.function  # plain: arguments are checked by then
softmax = simplex.softmax.function
_KINGMA = Paper("Kingma and Welling", 2014, "Auto-Encoding Variational Bayes")


@op(
    shapes="mu(N,d), logvar(N,d) -> ()",
    formula=r"\mathrm{KL} = \frac{1}{2N} \sum_{i=1}^{N} \sum_{j=1}^{d} \left( \mu_{ij}^2 + "
    r"\sigma_{ij}^2 - 1 - \log \sigma_{ij}^2 \right)",
    paper=_KINGMA,
    example={"mu": [[0.0, 1.0], [-0.5, 0.0]], "logvar": [[0.0, 0.0], [-1.0, 0.5]]},
    pitfall="logvar is log σ², not log σ; the KL is summed over the latents and averaged over the "
    "batch only.",
)
def vae_kl(mu: Array, logvar: Array) -> Any:
    """How far the encoder's Gaussian is from the standard normal prior: zero only for μ = 0 and
    σ = 1, where a latent says nothing."""
    offset = mu**2  # cost of moving the mean
    width = np.expm1(logvar) - logvar  # cost of another width: σ² − 1 − log σ²
    each = 0.5 * np.sum(offset + width, axis=1)  # KL of each example: summed over latents
    return mean(each)


@vae_kl.gradient
def vae_kl_grad(grad_output: Array, mu: Array, logvar: Array) -> dict[str, Any]:
    share = grad_output / len(mu)  # mean over the batch
    return {"mu": share * mu, "logvar": share * 0.5 * np.expm1(logvar)}


@op(
    shapes="recon_logits(N,D), x(N,D), mu(N,d), logvar(N,d) -> ()",
    formula=r"L = \frac{1}{N} \sum_{i=1}^{N} \left[ \sum_{k=1}^{D} \mathrm{BCE}(\hat{x}_{ik}, "
    r"x_{ik}) + \beta\, \mathrm{KL}_i \right]",
    paper=_KINGMA,
    example={
        "recon_logits": [[2.0, -1.0, 0.5]],
        "x": [[1.0, 0.0, 1.0]],
        "mu": [[0.5, -0.5]],
        "logvar": [[0.0, -0.5]],
        "beta": 1.0,
    },
    pitfall="The reconstruction is summed over the pixels: averaged, β is too strong by a factor "
    "of D and the posterior collapses.",
)
def vae_loss(
    recon_logits: Array, x: Array, mu: Array, logvar: Array, *, beta: NonNegative = 1.0
) -> Any:
    """Minus the evidence lower bound: the surprise of the decoder at the data plus the price of
    what the code says about it; β > 1 asks for simpler codes."""
    softplus = np.maximum(recon_logits, 0) + np.log1p(np.exp(-np.abs(recon_logits)))  # no overflow
    pixels = softplus - x * recon_logits  # binary cross-entropy of each pixel
    recon = mean(np.sum(pixels, axis=1))  # summed over pixels, averaged over the batch
    kl = vae_kl(mu, logvar)  # summed over latents, averaged over the batch
    return recon + beta * kl


@vae_loss.gradient
def vae_loss_grad(
    grad_output: Array, recon_logits: Array, x: Array, mu: Array, logvar: Array, *, beta: float
) -> dict[str, Any]:
    share = grad_output / len(x)  # mean over the batch
    p = 1 / (1 + np.exp(-recon_logits))  # decoded pixels
    grad_logvar = share * beta * 0.5 * np.expm1(logvar)  # (σ² − 1)/2
    return {
        "recon_logits": share * (p - x),
        "x": -share * recon_logits,
        "mu": share * beta * mu,
        "logvar": grad_logvar,
    }


def _mass_fault(u: Any, v: Any, u_weights: Any, v_weights: Any) -> str:
    for name, sample, weights in (("u", u, u_weights), ("v", v, v_weights)):
        if not sample.size:
            return f"{name} is empty (it takes at least one sample)"
        if weights is not None and not 0 < np.sum(weights) < np.inf:
            return f"{name}_weights have no finite positive sum (they take some weight above 0)"
    return ""


@op(
    shapes="u(n), v(m), u_weights(n), v_weights(m) -> ()",
    formula=r"W_1(u, v) = \int_{-\infty}^{\infty} |F_u(x) - F_v(x)| \, dx",
    paper=Paper("Villani", 2009, "Optimal Transport: Old and New"),
    example={"u": [0.0, 1.0, 3.0], "v": [5.0, 6.0, 8.0]},
    pitfall="Sorting and pairing the samples works for equal numbers of equal weight only; the "
    "distribution functions work for all.",
    fault=_mass_fault,
)
def wasserstein_distance_1d(
    u: Array,
    v: Array,
    *,
    u_weights: NonNegatives | None = None,
    v_weights: NonNegatives | None = None,
) -> Any:
    """The least work to move one heap of earth onto another: on a line, the area between the two
    distribution functions."""
    places = np.sort(np.concatenate([u, v]))  # where either function jumps
    gaps = np.diff(places)  # widths between jumps
    cdf_u = _share_up_to(places[:-1], u, u_weights)  # mass of u up to each place
    cdf_v = _share_up_to(places[:-1], v, v_weights)  # mass of v
    return np.sum(np.abs(cdf_u - cdf_v) * gaps)


@op(
    shapes="student_logits(N,C), teacher_logits(N,C), target(N) -> ()",
    formula=r"L = \alpha T^2\, \mathrm{KL}\left( p^{(T)} \,\|\, q^{(T)} \right) + "
    r"(1 - \alpha)\, \mathrm{CE}(y, q), \quad q^{(T)} = \mathrm{softmax}(x / T)",
    paper=Paper("Hinton, Vinyals and Dean", 2015, "Distilling the Knowledge in a Neural Network"),
    example={
        "student_logits": [[1.0, 2.0, 0.5]],
        "teacher_logits": [[0.5, 4.0, 2.0]],
        "target": [1],
        "T": 2.0,
        "alpha": 0.5,
    },
    pitfall="Soft gradients shrink as 1/T², so the soft term is multiplied by T²; the hard one "
    "stays at temperature 1.",
    fault=lambda student_logits, target, **_: index_fault(
        target, student_logits.shape[1], "target"
    ),
)
def distillation_loss(
    student_logits: Array,
    teacher_logits: Array,
    target: Indices,
    *,
    T: Positive = 2.0,
    alpha: Unit = 0.5,
) -> Any:
    """The student learns the teacher's softened beliefs, which also say what a wrong class is
    nearly like, beside the true label."""
    log_p = log_softmax(teacher_logits / T)  # teacher, softened
    log_q = log_softmax(student_logits / T)  # student, softened
    p = np.exp(log_p)  # what the teacher believes
    soft = np.where(p == 0, 0, p * (log_p - log_q))  # KL(teacher‖student), by class; 0 log 0 = 0
    surprise = -np.take_along_axis(log_softmax(student_logits), target[:, None], axis=1)  # −log q_y
    each = alpha * T**2 * np.sum(soft, axis=1) + (1 - alpha) * surprise[:, 0]  # soft and hard
    return mean(each)


@distillation_loss.gradient
def distillation_loss_grad(
    grad_output: Array,
    student_logits: Array,
    teacher_logits: Array,
    target: Array,
    *,
    T: float,
    alpha: float,
) -> dict[str, Any]:
    soft = softmax(student_logits / T) - softmax(teacher_logits / T)  # student minus teacher
    hard = softmax(student_logits) - np.eye(student_logits.shape[1])[target]  # belief minus truth
    share = grad_output / len(student_logits)  # mean over rows
    return {"student_logits": share * (alpha * T * soft + (1 - alpha) * hard)}


def _share_up_to(
    places: NDArray[np.float64], sample: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Return the distribution function of a weighted sample."""
    order = np.argsort(sample)
    mass = np.ones(sample.size) if weights is None else weights[order]
    heaped = np.concatenate([[0.0], np.cumsum(mass)]) / np.sum(mass)
    share: NDArray[np.float64] = heaped[np.searchsorted(sample[order], places, side="right")]
    return share
