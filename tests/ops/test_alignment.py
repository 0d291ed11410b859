"""CTC against the sum over all paths, written out."""

from __future__ import annotations

from itertools import groupby, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

CTC = ops.find("ctc_loss")
WITH_LOGITS = ops.find("ctc_loss_with_logits")


def random_case(seed: int) -> dict[str, Any]:
    """Return a small batch whose rows differ in both lengths; some targets cannot be aligned."""
    rng = np.random.default_rng(seed)
    steps, rows, classes = rng.integers(1, 6), 3, rng.integers(2, 4)
    blank = int(rng.integers(classes))
    letters = [c for c in range(classes) if c != blank]
    return {
        "logits": 2 * rng.normal(size=(steps, rows, classes)),
        "targets": rng.choice(letters, (rows, 3)),
        "input_lengths": rng.integers(0, steps + 1, rows),
        "target_lengths": rng.integers(0, 4, rows),
        "blank": blank,
        "reduction": "none",
    }


def log_softmax(x: Any) -> Any:
    return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))


def summed_over_paths(log_probs: Any, target: list[int], blank: int) -> tuple[float, Any]:
    """Return p(target) and the share of it that says each label at each step."""
    steps, classes = log_probs.shape
    total, said = 0.0, np.zeros((steps, classes))
    for path in product(range(classes), repeat=steps):
        if [label for label, _ in groupby(path) if label != blank] != target:
            continue
        p = np.exp(sum(log_probs[t, label] for t, label in enumerate(path)))
        total += p
        said[np.arange(steps), path] += p
    return total, said / total if total else said


@settings(max_examples=40, deadline=None, database=None)
@given(st.integers(0, 10_000))
def test_loss_and_gradient_are_those_of_the_sum_over_all_paths(seed: int) -> None:
    case = random_case(seed)
    losses = WITH_LOGITS(**case)
    grad = WITH_LOGITS.grad(**case, zero_infinity=True)["logits"]
    log_probs = log_softmax(case["logits"])
    for n, (steps, letters) in enumerate(
        zip(case["input_lengths"], case["target_lengths"], strict=True)
    ):
        row = log_probs[:steps, n]
        target = case["targets"][n, :letters].tolist()
        total, posterior = summed_over_paths(row, target, case["blank"])
        expected = np.exp(row) - posterior if total else np.zeros(row.shape)
        assert losses[n] == pytest.approx(-np.log(total) if total else np.inf, abs=1e-12)
        np.testing.assert_allclose(grad[:steps, n], expected, rtol=1e-9, atol=1e-12)
        assert not np.any(grad[steps:, n]), "no gradient past the length"


@settings(max_examples=20, deadline=None, database=None)
@given(st.integers(0, 10_000))
def test_targets_one_after_the_other_are_the_padded_ones(seed: int) -> None:
    case = random_case(seed)
    rows = zip(case["targets"], case["target_lengths"], strict=True)
    flat = case | {"targets": [letter for row, n in rows for letter in row[:n]]}
    np.testing.assert_array_equal(WITH_LOGITS(**flat), WITH_LOGITS(**case))


@settings(max_examples=20, deadline=None, database=None)
@given(st.integers(0, 10_000))
def test_the_gradient_by_log_probs_is_that_by_logits(seed: int) -> None:
    case = random_case(seed) | {"zero_infinity": True}
    by_logits = WITH_LOGITS.grad(**case)["logits"]
    log_probs = log_softmax(case.pop("logits"))
    by_log_probs = CTC.grad(log_probs, **case)["log_probs"]
    np.testing.assert_allclose(by_log_probs, by_logits, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.sum(by_logits, axis=2), 0, atol=1e-12)


def test_a_long_sequence_does_not_underflow() -> None:
    rng = np.random.default_rng(0)
    case = {"targets": [[1, 2, 1]], "input_lengths": [2000], "target_lengths": [3]}
    loss = WITH_LOGITS(30 * rng.normal(size=(2000, 1, 3)), **case)
    assert 1000 < loss < 1e6  # e^−1000 is 0 in double precision
    grad = WITH_LOGITS.grad(30 * rng.normal(size=(2000, 1, 3)), **case)["logits"]
    assert np.all(np.abs(grad) <= 1)


ROW = {"targets": [[1, 2]], "input_lengths": [3], "target_lengths": [2]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"blank": 3}, "blank is 3 (it takes 0 to 2)"),
        ({"targets": [[1, 0]]}, "targets holds 0 (that is the blank)"),
        ({"targets": [[1, 3]]}, "targets holds 3 (it takes 0 to 2)"),
        ({"targets": [1, 2, 1]}, "target_lengths sum to 2 (targets has 3)"),
        ({"input_lengths": [4]}, "input_lengths holds 4 (it takes 0 to 3)"),
        ({"target_lengths": [3]}, "target_lengths holds 3 (it takes 0 to 2)"),
        ({"target_lengths": [2, 2]}, "target_lengths has shape (2,)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_go_together_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OpError) as caught:
        CTC(np.full((3, 1, 3), -1.0), **{**ROW, **arguments})
    assert f"ctc_loss: {sentence}" in str(caught.value)
