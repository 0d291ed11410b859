"""Players, latents and heaps of earth: where the losses are zero, and which way they push."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dlcards import ops
from dlcards.ops._op import OpError

few = settings(max_examples=25, deadline=None, database=None)
seeds = st.integers(0, 999)
samples = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


def test_an_undecided_discriminator_costs_two_bits() -> None:
    assert_allclose(ops.find("gan_discriminator_loss")([0.0], [0.0, 0.0]), 2 * math.log(2))


def test_each_side_has_its_own_mean() -> None:
    real, fake = np.array([1.0]), np.array([0.3, -0.4, 0.5])
    for name in ("gan_discriminator_loss", "lsgan_discriminator_loss", "wgan_critic_loss"):
        loss = ops.find(name)
        assert_allclose(loss(np.tile(real, 5), fake), loss(real, fake), err_msg=name)


def test_the_saturating_generator_has_no_gradient_where_it_needs_one() -> None:
    loss = ops.find("gan_generator_loss")
    assert loss.grad([-20.0], saturating=False)["fake_logits"][0] < -0.99
    assert -1e-8 < loss.grad([-20.0], saturating=True)["fake_logits"][0] < 0


def test_a_flat_critic_has_a_penalty_and_no_direction() -> None:
    penalty = ops.find("wgan_gradient_penalty")
    assert penalty(np.zeros((1, 3))) == 10
    assert np.all(penalty.grad(np.zeros((1, 3)))["gradients"] == 0)


@few
@given(seeds)
def test_the_prior_is_the_nearest_latent(seed: int) -> None:
    mu, logvar = np.random.default_rng(seed).normal(size=(2, 3, 2))
    kl = ops.find("vae_kl")
    assert kl(mu, logvar) > kl(0 * mu, 0 * logvar) == 0


def test_pixels_are_summed() -> None:
    flat = {"mu": [[0.0]], "logvar": [[0.0]]}
    loss = ops.find("vae_loss")([[0.0] * 8], [[1.0] * 8], **flat)
    assert_allclose(loss, 8 * math.log(2))


@few
@given(samples, samples, st.floats(-9, 9))
def test_earth_is_moved_as_far_as_it_is_shifted(u: Any, v: Any, shift: float) -> None:
    distance = ops.find("wasserstein_distance_1d")
    assert_allclose(distance(u, np.add(u, shift)), abs(shift), rtol=1e-9, atol=1e-9)
    assert_allclose(distance(u, v), distance(v, u), rtol=1e-9, atol=1e-12)
    assert distance(u, v) >= abs(np.mean(u) - np.mean(v)) - 1e-9


@few
@given(samples, samples)
def test_a_weight_is_a_number_of_copies(u: Any, v: Any) -> None:
    distance = ops.find("wasserstein_distance_1d")
    counts = 1 + np.arange(len(u)) % 3
    copied = distance(np.repeat(u, counts), v)
    assert_allclose(distance(u, v, u_weights=counts), copied, rtol=1e-9, atol=1e-9)


def test_a_student_like_its_teacher_pays_only_for_the_labels() -> None:
    x, y = [[1.0, 2.0, -1.0]], [0]
    loss, ce = ops.find("distillation_loss"), ops.find("cross_entropy")(x, y)
    assert_allclose(loss(x, x, y, alpha=0.3), 0.7 * ce)
    assert_allclose(loss(x, np.zeros((1, 3)), y, alpha=0.0), ce)


def test_temperature_does_not_weaken_the_teacher() -> None:
    grad = ops.find("distillation_loss").grad
    x, y = np.array([[1.0, -1.0]]), np.array([[0.0, 0.5]])
    hot, hotter = (grad(x, y, [0], T=T, alpha=1.0)["student_logits"] for T in (100.0, 1000.0))
    assert_allclose(hot, hotter, rtol=0.02)  # without T² they would be 100 times apart


REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("wasserstein_distance_1d", ([], [1.0]), {}, "u is empty (it takes at least one sample)"),
    ("wasserstein_distance_1d", ([1.0], [1.0]), {"v_weights": [0.0]}, "v_weights have no finite"),
    ("wasserstein_distance_1d", ([1.0], [1.0]), {"u_weights": [-1.0]}, "u_weights is [-1.0]"),
    ("distillation_loss", ([[1.0]], [[1.0]], [1]), {}, "target holds 1 (it takes 0 to 0)"),
]


@pytest.mark.parametrize(("name", "args", "options", "fault"), REFUSED, ids=[r[3] for r in REFUSED])
def test_what_does_not_go_together_is_refused(
    name: str, args: Any, options: dict[str, Any], fault: str
) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(*args, **options)
    assert str(caught.value).startswith(f"{name}: {fault}")
