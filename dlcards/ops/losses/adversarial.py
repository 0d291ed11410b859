"""Losses of the two players of a GAN; the raw output of a discriminator is a logit or a score."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcards.ops._op import Array, Flag, NonNegative, Paper, op
from dlcards.ops._reduction import mean
from dlcards.ops.losses._vectors import direction, length

_GOODFELLOW = Paper(
    "Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio", 2014,
    "Generative Adversarial Nets",
)  # fmt: skip
_MAO = Paper(
    "Mao, Li, Xie, Lau, Wang and Smolley", 2017, "Least Squares Generative Adversarial Networks"
)
_ARJOVSKY = Paper("Arjovsky, Chintala and Bottou", 2017, "Wasserstein GAN")
_SCORES = {"real": [0.8, 1.5], "fake": [-0.5, 0.2, 0.4]}


@op(
    shapes="real_logits(N), fake_logits(M) -> ()",
    formula=r"L_D = -\frac{1}{N} \sum_i \log \sigma(r_i) - \frac{1}{M} \sum_j "
    r"\log(1 - \sigma(f_j))",
    paper=_GOODFELLOW,
    example={"real_logits": [2.0, 0.5], "fake_logits": [-1.0, 0.5, -2.0]},
    pitfall="Two means, added: one mean over all examples weighs the sides by how many there are. "
    "At the optimum of the game it is 2 log 2, not 0.",
)
def gan_discriminator_loss(real_logits: Array, fake_logits: Array) -> Any:
    """Binary cross-entropy of telling real from generated, computed from the logits."""
    real_missed = np.maximum(-real_logits, 0) + np.log1p(np.exp(-np.abs(real_logits)))  # −log D(x)
    fake_passed = np.maximum(fake_logits, 0) + np.log1p(np.exp(-np.abs(fake_logits)))  # −log(1 − D)
    return mean(real_missed) + mean(fake_passed)


@gan_discriminator_loss.gradient
def gan_discriminator_loss_grad(
    grad_output: Array, real_logits: Array, fake_logits: Array
) -> dict[str, Any]:
    real = -1 / (1 + np.exp(real_logits)) / real_logits.size  # D − 1: raise the real
    fake = 1 / (1 + np.exp(-fake_logits)) / fake_logits.size  # D: lower the fake
    return {"real_logits": grad_output * real, "fake_logits": grad_output * fake}


@op(
    shapes="fake_logits(N) -> ()",
    formula=r"L_G = -\frac{1}{N} \sum_i \log \sigma(f_i) \quad \text{or, saturating,} \quad "
    r"\frac{1}{N} \sum_i \log(1 - \sigma(f_i))",
    paper=_GOODFELLOW,
    example={"fake_logits": [-3.0, 0.5]},
    pitfall="−log D(G(z)) is not the minimax loss log(1 − D(G(z))): that one has no gradient just "
    "when the discriminator wins.",
)
def gan_generator_loss(fake_logits: Array, *, saturating: Flag = False) -> Any:
    """The generator wants its samples called real; the non-saturating form pulls hardest on the
    samples that fool nobody."""
    size = np.log1p(np.exp(-np.abs(fake_logits)))  # the part of both softplus that is not linear
    if saturating:
        caught = -(np.maximum(fake_logits, 0) + size)  # log(1 − D): −softplus(f)
        return mean(caught)
    missed = np.maximum(-fake_logits, 0) + size  # −log D: softplus(−f)
    return mean(missed)


@gan_generator_loss.gradient
def gan_generator_loss_grad(
    grad_output: Array, fake_logits: Array, *, saturating: bool
) -> dict[str, Any]:
    doubt = 1 / (1 + np.exp(fake_logits))  # 1 − D: near 1 when the sample fools nobody
    passed = 1 / (1 + np.exp(-fake_logits))  # D: then near 0
    slope = -passed if saturating else -doubt  # which of them drives the generator
    return {"fake_logits": grad_output * slope / fake_logits.size}


@op(
    shapes="real(N), fake(M) -> ()",
    formula=r"L_D = \frac{1}{2N} \sum_i (r_i - 1)^2 + \frac{1}{2M} \sum_j f_j^2",
    paper=_MAO,
    example=_SCORES,
    pitfall="There is a ½ on each term, and no sigmoid: the scores themselves aim at 1 and 0.",
)
def lsgan_discriminator_loss(real: Array, fake: Array) -> Any:
    """Least squares instead of cross-entropy: samples on the right side but far from the data
    still have a gradient."""
    real_error = 0.5 * (real - 1) ** 2  # real should score 1
    fake_error = 0.5 * fake**2  # fake should score 0
    return mean(real_error) + mean(fake_error)


@lsgan_discriminator_loss.gradient
def lsgan_discriminator_loss_grad(grad_output: Array, real: Array, fake: Array) -> dict[str, Any]:
    grad_real = grad_output * (real - 1) / real.size  # towards 1
    grad_fake = grad_output * fake / fake.size  # towards 0
    return {"real": grad_real, "fake": grad_fake}


@op(
    shapes="fake(N) -> ()",
    formula=r"L_G = \frac{1}{2N} \sum_i (f_i - 1)^2",
    paper=_MAO,
    example={"fake": [-0.5, 0.2, 0.4]},
    pitfall="There is a ½, and the target is 1: what the discriminator wants of real data.",
)
def lsgan_generator_loss(fake: Array) -> Any:
    """Moves the scores of generated samples to 1 by least squares."""
    error = 0.5 * (fake - 1) ** 2  # fake should score 1
    return mean(error)


@lsgan_generator_loss.gradient
def lsgan_generator_loss_grad(grad_output: Array, fake: Array) -> dict[str, Any]:
    return {"fake": grad_output * (fake - 1) / fake.size}


@op(
    shapes="real(N), fake(M) -> ()",
    formula=r"L_D = \frac{1}{M} \sum_j f_j - \frac{1}{N} \sum_i r_i",
    paper=_ARJOVSKY,
    example=_SCORES,
    pitfall="The sign: fake minus real, to be minimised. Without a Lipschitz bound on the critic "
    "it falls without end.",
)
def wgan_critic_loss(real: Array, fake: Array) -> Any:
    """Minus the gap between the mean scores of real and fake: for a 1-Lipschitz critic the gap is
    a lower bound on the Wasserstein distance."""
    return mean(fake) - mean(real)


@wgan_critic_loss.gradient
def wgan_critic_loss_grad(grad_output: Array, real: Array, fake: Array) -> dict[str, Any]:
    grad_real = np.full(real.shape, -grad_output / real.size)  # raise the real
    grad_fake = np.full(fake.shape, grad_output / fake.size)  # lower the fake
    return {"real": grad_real, "fake": grad_fake}


@op(
    shapes="fake(N) -> ()",
    formula=r"L_G = -\frac{1}{N} \sum_i f_i",
    paper=_ARJOVSKY,
    example={"fake": [-0.5, 0.2, 0.4]},
    pitfall="There is no log and no sigmoid: a critic gives scores, not probabilities.",
)
def wgan_generator_loss(fake: Array) -> Any:
    """Raises the mean score of generated samples; its gradient does not fade when the critic is
    good."""
    return -mean(fake)


@wgan_generator_loss.gradient
def wgan_generator_loss_grad(grad_output: Array, fake: Array) -> dict[str, Any]:
    return {"fake": np.full(fake.shape, -grad_output / fake.size)}


@op(
    shapes="gradients(N,D) -> ()",
    formula=r"L = \frac{\lambda}{N} \sum_{i=1}^{N} \left( \|g_i\| - 1 \right)^2, \quad "
    r"g_i = \nabla_{\hat{x}_i} D(\hat{x}_i)",
    paper=Paper(
        "Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville", 2017,
        "Improved Training of Wasserstein GANs",
    ),
    example={"gradients": [[0.6, 0.8], [3.0, 4.0], [0.5, 0.0]], "lambda_": 10.0},
    pitfall="One norm for each example, of the gradient by the input at points between real and "
    "fake; batch normalisation in the critic would mix the examples.",
)  # fmt: skip
def wgan_gradient_penalty(gradients: Array, *, lambda_: NonNegative = 10.0) -> Any:
    """Keeps the critic 1-Lipschitz softly: the norm of its gradient is pulled to 1 from both
    sides."""
    norm = length(gradients)  # ‖g‖ of each example
    excess = norm - 1  # too steep, or too flat
    return lambda_ * mean(excess**2)


@wgan_gradient_penalty.gradient
def wgan_gradient_penalty_grad(
    grad_output: Array, gradients: Array, *, lambda_: float
) -> dict[str, Any]:
    excess = length(gradients) - 1  # too steep, or too flat
    slope = 2 * lambda_ * excess / len(gradients)  # by the norm
    return {"gradients": grad_output * slope[:, None] * direction(gradients)}


@op(
    shapes="real(N), fake(M) -> ()",
    formula=r"L_D = \frac{1}{N} \sum_i \max(0,\ 1 - r_i) + \frac{1}{M} \sum_j \max(0,\ 1 + f_j)",
    paper=Paper("Lim and Ye", 2017, "Geometric GAN"),
    example=_SCORES,
    pitfall="Only the discriminator has a hinge: its generator just raises the mean score, as in "
    "wgan_generator_loss.",
)
def hinge_gan_discriminator_loss(real: Array, fake: Array) -> Any:
    """The hinge of a support vector machine on the scores: samples already beyond the margin no
    longer train the discriminator."""
    real_short = np.maximum(0, 1 - real)  # real should score above 1
    fake_short = np.maximum(0, 1 + fake)  # fake below −1
    return mean(real_short) + mean(fake_short)


@hinge_gan_discriminator_loss.gradient
def hinge_gan_discriminator_loss_grad(
    grad_output: Array, real: Array, fake: Array
) -> dict[str, Any]:
    grad_real = -grad_output / real.size * (real < 1)  # raise the real that miss the margin
    grad_fake = grad_output / fake.size * (fake > -1)  # lower the fake that miss it
    return {"real": grad_real, "fake": grad_fake}
