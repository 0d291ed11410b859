"""Masks, boxes and images: identities between their losses, and what they do not see."""

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
BOX_LOSSES = ["generalized_box_iou_loss", "distance_box_iou_loss", "complete_box_iou_loss"]
every_box_loss = pytest.mark.parametrize("name", BOX_LOSSES)


def masks(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(4, 5)), rng.integers(0, 2, size=(4, 5))


def boxes(seed: int) -> Any:
    corners = np.random.default_rng(seed).uniform(0, 9, size=(2, 6, 2, 2))
    corners.sort(axis=2)
    return corners.reshape(2, 6, 4)


def images(seed: int) -> Any:
    return np.random.default_rng(seed).uniform(size=(2, 1, 2, 6, 5))


# Masks


@few
@given(seeds)
def test_tversky_is_dice_and_jaccard(seed: int) -> None:
    p, y = masks(seed)
    tversky = ops.find("tversky_loss")
    assert_allclose(tversky(p, y, smooth=0.5), ops.find("dice_loss")(p, y, smooth=1.0))
    assert_allclose(tversky(p, y, alpha=1, beta=1), ops.find("jaccard_loss")(p, y))


@few
@given(seeds)
def test_jaccard_follows_from_dice(seed: int) -> None:
    p, y = masks(seed)
    dice = 1 - ops.find("dice_loss")(p, y, smooth=0.0)
    assert_allclose(1 - ops.find("jaccard_loss")(p, y, smooth=0.0), dice / (2 - dice))


@pytest.mark.parametrize("name", ["dice_loss", "jaccard_loss", "tversky_loss"])
def test_two_empty_masks_cost_nothing_and_a_miss_costs_one(name: str) -> None:
    assert ops.find(name)(np.zeros(9), np.zeros(9)) == 0
    assert_allclose(ops.find(name)(np.zeros(9), np.ones(9)), 1, atol=1e-5)


def test_alpha_weighs_false_positives() -> None:
    tversky = ops.find("tversky_loss")
    false_positive, false_negative = ([1, 1], [1, 0]), ([1, 0], [1, 1])
    assert tversky(*false_positive, alpha=0.0, beta=9.0) == 0
    assert tversky(*false_negative, alpha=9.0, beta=0.0) == 0
    assert_allclose(tversky(*false_positive, alpha=3.0, beta=0.0, smooth=0.0), 0.75)


# Boxes


@few
@given(seeds)
def test_box_losses_have_their_ranges(seed: int) -> None:
    a, b = boxes(seed)
    giou, diou, ciou = (ops.find(name)(a, b) for name in BOX_LOSSES)
    assert np.all((giou >= -1e-6) & (giou <= 2))
    assert np.all((diou >= -1e-6) & (diou <= 2))
    assert np.all(ciou >= diou)


@every_box_loss
@pytest.mark.parametrize("shift", [-100.0, 0.5])
@pytest.mark.parametrize("scale", [0.5, 30.0])
def test_neither_place_nor_scale_matters(name: str, shift: float, scale: float) -> None:
    a, b = boxes(7)
    loss = ops.find(name)
    moved = loss(scale * a + shift, scale * b + shift, eps=0.0)
    assert_allclose(moved, loss(a, b, eps=0.0), rtol=1e-9)


@every_box_loss
def test_the_same_box_costs_nothing(name: str) -> None:
    assert_allclose(ops.find(name)(boxes(3)[0], boxes(3)[0]), 0, atol=1e-6)


@every_box_loss
def test_disjoint_boxes_are_still_pulled_together(name: str) -> None:
    grad = ops.find(name).grad([0.0, 0.0, 1.0, 1.0], [5.0, 0.0, 6.0, 1.0])["boxes1"]
    assert grad[0] + grad[2] < 0  # a step down the gradient moves the box to the right


@every_box_loss
@pytest.mark.parametrize(
    ("reduction", "value"), [("mean", 0.0), ("sum", 0.0), ("none", np.zeros(0))]
)
def test_no_boxes_cost_nothing(name: str, reduction: str, value: Any) -> None:
    none = np.zeros((0, 4))
    np.testing.assert_equal(ops.find(name)(none, none, reduction=reduction), value)
    grad = ops.find(name).grad(none, none, reduction=reduction)["boxes1"]
    assert grad.shape == (0, 4)


# Images


@few
@given(seeds)
def test_style_does_not_see_places(seed: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 3, 2, 4))
    order = np.random.default_rng(seed).permutation(8)
    shuffled = x.reshape(3, 8)[:, order].reshape(x.shape)
    loss = ops.find("style_loss")
    assert_allclose(loss(shuffled, y), loss(x, y), rtol=1e-9)
    assert_allclose(loss(shuffled, x), 0, atol=1e-20)
    assert np.linalg.eigvalsh(ops.find("gram_matrix")(x)).min() > -1e-12


@few
@given(seeds)
def test_ssim_is_a_similarity(seed: int) -> None:
    x, y = images(seed)
    ssim = ops.find("ssim")
    assert_allclose(ssim(x, x, window_size=5), 1)
    assert_allclose(ssim(x, y, window_size=5), ssim(y, x, window_size=5))
    assert_allclose(
        ssim(255 * x, 255 * y, window_size=5, data_range=255.0), ssim(x, y, window_size=5)
    )
    assert abs(ssim(x, y, window_size=5)) < 1
    assert_allclose(ops.find("ssim").grad(x, x, window_size=5)["input"], 0, atol=1e-9)


@few
@given(seeds)
def test_total_variation_is_blind_to_a_constant(seed: int) -> None:
    x = images(seed)[0]
    loss = ops.find("total_variation_loss")
    assert_allclose(loss(x + 7), loss(x))
    assert loss(np.full((3, 4), 5.0)) == 0
    assert_allclose(np.sum(loss.grad(x)["input"]), 0, atol=1e-12)


def test_one_large_step_costs_as_much_as_many_small_ones() -> None:
    loss = ops.find("total_variation_loss")
    assert loss([[0.0, 0.0, 4.0]]) == loss([[0.0, 1.0, 4.0]]) == 4


ONE = {"a": [[[1.0]]]}
REFUSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("ssim", (np.ones((1, 1, 9, 20)),) * 2, "a window of 11 does not fit (the images are (9, 20))"),
    ("perceptual_loss", (ONE, {}, {"a": 1}), "features_target has layers [] (it takes ['a'])"),
    ("perceptual_loss", (ONE, ONE, {"b": 1}), "weights has layers ['b'] (it takes ['a'])"),
    ("perceptual_loss", (ONE, {"a": [1.0]}, {"a": 1}), "features_target['a'] has shape (1,)"),
    ("perceptual_loss", (ONE, ONE, {"a": [1.0]}), "weights['a'] is not a number"),
    ("dice_loss", ([1.0], [1.0, 0.0]), "target has shape (2,) (it takes (1,))"),
    ("style_loss", (np.ones((1, 2, 2)), np.ones((2, 2, 2))), "target has shape (2, 2, 2)"),
    ("generalized_box_iou_loss", ([1.0, 2.0], [1.0, 2.0]), "boxes1 has shape (2,)"),
    ("bce_dice_loss", ([1.5], [1.0]), "input is [1.5] (it takes numbers from 0 to 1)"),
]


@pytest.mark.parametrize(("name", "args", "fault"), REFUSED, ids=[row[2][:40] for row in REFUSED])
def test_what_does_not_go_together_is_refused(name: str, args: Any, fault: str) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(*args)
    assert str(caught.value).startswith(f"{name}: {fault}")


def test_no_pixels_have_no_mean() -> None:
    assert math.isnan(ops.find("perceptual_loss")({"a": []}, {"a": []}, {"a": 1.0}))
