"""Distances, rankings and contrasts: what must hold for all of them, and what they refuse."""

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


def rows(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@few
@given(seeds, st.floats(1e-3, 1e3))
def test_length_does_not_change_what_looks_at_angles(seed: int, scale: float) -> None:
    x, y, queue = rows(seed, 3, 4), rows(seed + 1, 3, 4), rows(seed + 2, 5, 4)
    for name, rest in (
        ("cosine_similarity", ()),
        ("nt_xent_loss", ()),
        ("info_nce_loss", (queue,)),
        ("clip_loss", (5.0,)),
    ):
        loss = ops.find(name)
        assert_allclose(loss(scale * x, y, *rest), loss(x, y, *rest), rtol=1e-9, err_msg=name)


@few
@given(seeds)
def test_order_of_the_batch_does_not_matter(seed: int) -> None:
    x, y = rows(seed, 4, 3), rows(seed + 1, 4, 3)
    order = np.random.default_rng(seed).permutation(4)
    for name, rest in (("nt_xent_loss", ()), ("clip_loss", (7.0,))):
        loss = ops.find(name)
        assert_allclose(loss(x[order], y[order], *rest), loss(x, y, *rest), rtol=1e-12)


@few
@given(seeds)
def test_the_two_sides_of_a_pair_are_equals(seed: int) -> None:
    x, y = rows(seed, 3, 4), rows(seed + 1, 3, 4)
    for name, rest in (("nt_xent_loss", ()), ("clip_loss", (7.0,)), ("cosine_similarity", ())):
        assert_allclose(ops.find(name)(x, y, *rest), ops.find(name)(y, x, *rest), rtol=1e-12)


def test_a_guess_costs_the_logarithm_of_the_choices() -> None:
    same = np.ones((5, 3))
    assert_allclose(ops.find("nt_xent_loss")(same, same), math.log(9))
    assert_allclose(ops.find("clip_loss")(same, same, 100.0), math.log(5))
    assert_allclose(ops.find("info_nce_loss")(same, same, same), math.log(6))
    assert_allclose(ops.find("listnet_loss")(same, same), math.log(3))


@pytest.mark.parametrize("name", ["nt_xent_loss", "clip_loss"])
def test_empty_batch_has_no_mean(name: str) -> None:
    rest = (1.0,) if name == "clip_loss" else ()
    assert math.isnan(ops.find(name)(np.ones((0, 2)), np.ones((0, 2)), *rest))


@few
@given(seeds, st.sampled_from([0.5, 1.0, 2.0, 3.0, math.inf]))
def test_distance_is_the_norm_of_the_difference(seed: int, p: float) -> None:
    x, y = rows(seed, 3, 4), rows(seed + 1, 3, 4)
    expected = [np.linalg.norm(row, ord=p) for row in x - y]
    assert_allclose(ops.find("pairwise_distance")(x, y, p=p, eps=0.0), expected, rtol=1e-12)


def test_equal_vectors_are_not_quite_at_distance_zero() -> None:
    same = np.ones((1, 9))
    assert_allclose(ops.find("pairwise_distance")(same, same), [3e-6])
    grads = ops.find("triplet_margin_loss").grad(same, same, same)
    assert all(np.all(np.isfinite(grad)) for grad in grads.values())


def test_huge_vectors_have_a_cosine() -> None:
    x = [[3e200, 4e200]]
    assert_allclose(ops.find("cosine_similarity")(x, x), [1.0])
    assert_allclose(ops.find("cosine_similarity")(x, [[1e-3, 0.0]]), [0.6])


def test_one_means_similar() -> None:
    loss = ops.find("contrastive_loss")
    apart = ([[0.0, 0.0]], [[3.0, 4.0]])
    assert loss(*apart, [1]) == 12.5
    assert loss(*apart, [0]) == 0
    assert loss([[1.0]], [[1.0]], [0], margin=2.0) == 2.0


def test_labels_after_the_first_minus_one_do_not_count() -> None:
    loss, x = ops.find("multilabel_margin_loss"), [[0.1, 0.2, 0.4, 0.8]]
    assert loss(x, [[3, -1, 0, 1]]) == loss(x, [[3, -1, 2, 2]]) != loss(x, [[3, 0, 1, -1]])


def test_arcface_without_margin_is_a_scaled_cosine() -> None:
    x, w = rows(1, 3, 4), rows(2, 5, 4)
    logits = ops.find("arcface_logits")(x, w, [0, 4, 2], s=10.0, m=0.0)
    cosines = [[float(ops.find("cosine_similarity")([a], [b])[0]) for b in w] for a in x]
    assert_allclose(logits, 10 * np.array(cosines), rtol=1e-9)


REFUSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("center_loss", ([[1.0]], [3], [[0.0]]), "target holds 3 (it takes 0 to 0)"),
    ("arcface_logits", ([[1.0]], [1], [[0.0]]), "weight has shape (1,)"),
    ("arcface_logits", ([[1.0]], [[1.0]], [-1]), "target holds -1 (it takes 0 to 0)"),
    ("multi_margin_loss", ([[1.0, 2.0]], [2]), "target holds 2 (it takes 0 to 1)"),
    ("multilabel_margin_loss", ([[1.0, 2.0]], [[2, -1]]), "target holds 2 (it takes 0 to 1)"),
    ("multilabel_margin_loss", ([[1.0, 2.0]], [[-2, -1]]), "target holds -2 (it takes 0 to 1)"),
    ("cosine_similarity", ([1.0], [1.0]), "dim is 1 (it takes -1 to 0)"),
    ("margin_ranking_loss", ([1.0], [1.0], [0]), "target is [0] (it takes numbers that are 1 or"),
]


@pytest.mark.parametrize(("name", "args", "fault"), REFUSED, ids=[row[2][:40] for row in REFUSED])
def test_what_does_not_go_together_is_refused(name: str, args: Any, fault: str) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(*args)
    assert str(caught.value).startswith(f"{name}: {fault}")
