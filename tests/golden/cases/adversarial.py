"""Golden cases of the losses of the two players of a GAN."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from case import Case

LOGITS = {"real_logits": [2.0, 0.5, -1.0], "fake_logits": [-1.0, 0.5, -2.0, 0.0]}
HUGE = {"real_logits": [1000.0, -1000.0], "fake_logits": [1000.0, -1000.0]}
SCORES = {"real": [0.8, 1.5, 1.0, -3.0], "fake": [-0.5, 0.2, -1.0, -2.0, 0.4]}
FAR = {"real": [1000.0, -1000.0], "fake": [1000.0, -1000.0, 0.0]}


def _bce(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def _discriminator(real_logits, fake_logits):
    return _bce(real_logits, 1.0) + _bce(fake_logits, 0.0)


def _generator(fake_logits, saturating=False):
    return -_bce(fake_logits, 0.0) if saturating else _bce(fake_logits, 1.0)


def _ls_discriminator(real, fake):
    return (F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake))) / 2


def _ls_generator(fake):
    return F.mse_loss(fake, torch.ones_like(fake)) / 2


def _critic(real, fake):
    return fake.mean() - real.mean()


def _critic_generator(fake):
    return -fake.mean()


def _penalty(gradients, lambda_=10.0):
    return lambda_ * (torch.linalg.vector_norm(gradients, dim=1) - 1).square().mean()


def _hinge(real, fake):
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


CASES = [
    *(Case("gan_discriminator_loss", _discriminator, args, tuple(args)) for args in (LOGITS, HUGE)),
    Case("gan_discriminator_loss", _discriminator, {"real_logits": [], "fake_logits": [1.0]}),
    *(
        Case("gan_generator_loss", _generator, {"fake_logits": fake, "saturating": saturating}, ("fake_logits",))
        for fake in ([-3.0, 0.5, 0.0], [1000.0, -1000.0])
        for saturating in (False, True)
    ),
    *(
        Case(op, reference, args, ("real", "fake"))
        for op, reference in (
            ("lsgan_discriminator_loss", _ls_discriminator),
            ("wgan_critic_loss", _critic),
            ("hinge_gan_discriminator_loss", _hinge),
        )
        for args in (SCORES, FAR, {"real": [1], "fake": [-1]})
    ),
    *(
        Case(op, reference, {"fake": fake}, ("fake",))
        for op, reference in (("lsgan_generator_loss", _ls_generator), ("wgan_generator_loss", _critic_generator))
        for fake in (SCORES["fake"], FAR["fake"], [1])
    ),
    *(
        Case("wgan_gradient_penalty", _penalty, {"gradients": gradients, **options}, ("gradients",))
        for gradients in ([[0.6, 0.8], [3.0, 4.0], [0.5, 0.0]], [[0.0, 0.0], [1.0, -1.0]], [[1000.0, 0.0]])
        for options in ({}, {"lambda_": 1.0})
    ),
]
