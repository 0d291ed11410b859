"""What holds for a metric whatever the data: symmetries, bounds, and how metrics hang together."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

OP = ops.registry()
quick = settings(max_examples=40, deadline=None, database=None)
seeds = st.integers(0, 10**6).map(np.random.default_rng)
words = st.lists(st.sampled_from("abc"), max_size=7)


# Labels


@quick
@given(seeds)
def test_micro_averages_over_all_classes_are_accuracy(rng: Any) -> None:
    y_true, y_pred = rng.integers(0, 4, (2, 20))
    accuracy = OP["accuracy"](y_true, y_pred)
    for name in ("precision", "recall", "f1"):
        assert OP[name](y_true, y_pred, average="micro") == pytest.approx(accuracy)


@quick
@given(seeds)
def test_weighted_recall_is_accuracy_and_balanced_accuracy_mean_recall(rng: Any) -> None:
    y_true = np.concatenate([np.arange(4), rng.integers(0, 4, 20)])
    y_pred = rng.integers(0, 4, 24)
    recall, accuracy = OP["recall"], OP["accuracy"]
    assert recall(y_true, y_pred, average="weighted") == pytest.approx(accuracy(y_true, y_pred))
    balanced = OP["balanced_accuracy"](y_true, y_pred)
    assert recall(y_true, y_pred, average="macro") == pytest.approx(balanced)


@quick
@given(seeds)
def test_dice_is_f1_and_jaccard_follows_from_it(rng: Any) -> None:
    y_true, y_pred = rng.integers(0, 2, (2, 12))
    f = OP["f1"](y_true, y_pred)
    assert OP["dice_score"](y_true, y_pred) == pytest.approx(f)
    assert OP["fbeta"](y_true, y_pred, 1.0) == pytest.approx(f)
    jaccard = OP["jaccard_score"](y_true, y_pred)
    assert jaccard == pytest.approx(f / (2 - f))
    known = np.append(y_true, [0, 1]), np.append(y_pred, [0, 1])
    iou = OP["segmentation_iou"](*known, num_classes=2)["per_class"]
    assert iou == pytest.approx(OP["jaccard_score"](*known, average="none"))


@quick
@given(seeds)
def test_matthews_is_the_correlation_of_two_classes(rng: Any) -> None:
    y_true, y_pred = np.hstack([rng.integers(0, 2, (2, 12)), [[0, 1], [0, 1]]])
    expected = np.corrcoef(y_true, y_pred)[0, 1]
    assert OP["matthews_corrcoef"](y_true, y_pred) == pytest.approx(expected)
    assert OP["matthews_corrcoef"](1 - y_true, y_pred) == pytest.approx(-expected)


# Scores


@quick
@given(seeds)
def test_area_under_roc_is_the_auc_and_sees_only_the_order(rng: Any) -> None:
    y_true, y_score = np.append(rng.integers(0, 2, 12), [0, 1]), rng.integers(0, 6, 14) / 5
    auc = OP["roc_auc"](y_true, y_score)
    for drop in (True, False):
        curve = OP["roc_curve"](y_true, y_score, drop_intermediate=drop)
        between = (curve["tpr"][1:] + curve["tpr"][:-1]) / 2
        assert np.diff(curve["fpr"]) @ between == pytest.approx(auc)
    assert OP["roc_auc"](y_true, np.exp(3 * y_score)) == pytest.approx(auc)
    assert OP["roc_auc"](y_true, -y_score) == pytest.approx(1 - auc)
    assert OP["roc_auc"](1 - y_true, y_score) == pytest.approx(1 - auc)


@quick
@given(seeds)
def test_average_precision_of_ties_does_not_depend_on_their_order(rng: Any) -> None:
    y_true, y_score = rng.integers(0, 2, 10), rng.integers(0, 3, 10)
    order = rng.permutation(10)
    expected = OP["average_precision"](y_true, y_score)
    assert OP["average_precision"](y_true[order], y_score[order]) == pytest.approx(expected)


@quick
@given(seeds)
def test_calibration_error_of_one_bin_is_the_overall_gap_and_more_bins_find_more(rng: Any) -> None:
    confidences, correct = rng.uniform(0.01, 1, 20), rng.integers(0, 2, 20)
    one, four, eight = (
        OP["expected_calibration_error"](confidences, correct, n_bins=n) for n in (1, 4, 8)
    )
    assert one == pytest.approx(abs(confidences.mean() - correct.mean()))
    assert one - 1e-12 <= four <= eight + 1e-12 <= 1 + 2e-12


@quick
@given(seeds)
def test_ndcg_is_1_in_the_best_order_and_less_in_any_other(rng: Any) -> None:
    relevance = rng.permutation(6).astype(float)
    assert OP["ndcg"](relevance, relevance) == pytest.approx(1)
    assert OP["ndcg"](relevance, np.roll(relevance, 1)) < 1
    order = rng.permutation(6)
    tied = rng.integers(0, 3, 6)
    expected = OP["ndcg"](relevance, tied, k=3)
    assert OP["ndcg"](relevance[order], tied[order], k=3) == pytest.approx(expected)


# Boxes


def some_boxes(rng: Any, count: int) -> Any:
    near = rng.integers(0, 8, (count, 2)).astype(float)
    return np.hstack([near, near + rng.integers(1, 8, (count, 2))])


@quick
@given(seeds)
def test_overlaps_are_ordered_symmetric_and_have_no_unit(rng: Any) -> None:
    a, b = some_boxes(rng, 4), some_boxes(rng, 3)
    iou, giou, diou, ciou = (
        OP[name](a, b)
        for name in ("box_iou", "generalized_box_iou", "distance_box_iou", "complete_box_iou")
    )
    assert np.all((iou >= 0) & (iou <= 1))
    assert np.all((ciou <= diou + 1e-12) & (diou <= iou) & (giou <= iou) & (giou >= -1))
    assert np.transpose(OP["box_iou"](b, a)) == pytest.approx(iou)
    assert OP["generalized_box_iou"](3 * a + 5, 3 * b + 5) == pytest.approx(giou)
    assert np.diag(OP["complete_box_iou"](a, a)) == pytest.approx(1)


@quick
@given(seeds, st.sampled_from([0.0, 0.25, 0.5, 0.75]))
def test_nms_keeps_boxes_apart_and_drops_none_without_a_reason(rng: Any, t: float) -> None:
    boxes, scores = some_boxes(rng, 8), rng.permutation(8)
    iou = OP["box_iou"](boxes, boxes)
    kept = OP["nms"](boxes, scores, t)
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)
    assert all(iou[i, j] <= t for i, j in combinations(kept, 2))
    for dropped in set(range(8)) - set(kept):
        assert any(iou[dropped, k] > t and scores[k] > scores[dropped] for k in kept)


@quick
@given(seeds)
def test_soft_nms_only_lowers_and_leaves_the_best(rng: Any) -> None:
    boxes, scores = some_boxes(rng, 6), rng.permutation(6) + 1.0
    final = OP["soft_nms_scores"](boxes, scores)
    assert np.all(final <= scores)
    assert final.max() == scores.max()
    assert OP["soft_nms_scores"](boxes, scores, sigma=1e12) == pytest.approx(scores)


@quick
@given(seeds)
def test_coco_does_not_depend_on_the_order_of_rows(rng: Any) -> None:
    gt = np.hstack([rng.integers(0, 2, (6, 2)), rng.integers(0, 20, (6, 2)), np.full((6, 2), 9)])
    near = np.hstack([gt[:, :2], gt[:, 2:] + rng.integers(-2, 3, (6, 4))])
    dt = np.hstack([near, rng.permutation(6)[:, None] / 6])
    expected = OP["coco_map"](gt, dt)
    assert OP["coco_map"](gt, rng.permutation(dt)) == pytest.approx(expected)
    assert expected["AP"] <= expected["AP50"] + 1e-12
    assert expected["AP75"] <= expected["AP50"] + 1e-12


# Texts


@quick
@given(words, words, words)
def test_edit_distance_is_a_distance(a: list[str], b: list[str], c: list[str]) -> None:
    distance = OP["edit_distance"]
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))
    assert (distance(a, b) == 0) == (a == b)


@quick
@given(words, words)
def test_rouge_swaps_precision_and_recall_with_its_texts(a: list[str], b: list[str]) -> None:
    there, back = OP["rouge"](a, b), OP["rouge"](b, a)
    for name in there:
        assert there[name][[1, 0, 2]] == pytest.approx(back[name])
    assert np.all(there["rougeL"] <= there["rouge1"] + 1e-12)


@quick
@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=9), words)
def test_bleu_is_1_for_a_reference_itself_whatever_the_others(a: list[str], b: list[str]) -> None:
    assert OP["bleu"]([a], [[b, a]]) == pytest.approx(1)


# Generated images


@quick
@given(seeds)
def test_frechet_distance_is_symmetric_and_0_only_for_itself(rng: Any) -> None:
    mu1, mu2 = rng.normal(size=(2, 3))
    cov1, cov2 = (np.cov(rng.normal(size=(3, 9))) for _ in range(2))
    there = OP["frechet_distance"](mu1, cov1, mu2, cov2)
    assert there == pytest.approx(OP["frechet_distance"](mu2, cov2, mu1, cov1))
    assert there > np.sum((mu1 - mu2) ** 2)
    assert OP["frechet_distance"](mu1, cov1, mu1, cov1) == pytest.approx(0, abs=1e-9)


@quick
@given(seeds)
def test_inception_score_is_between_1_and_the_number_of_classes(rng: Any) -> None:
    probs = rng.dirichlet(np.full(4, 0.3), size=6)
    assert 1 - 1e-12 <= OP["inception_score"](probs) <= 4 + 1e-12


# Traps

TRAPS: list[tuple[str, dict[str, Any], float]] = [
    ("f1", {"y_true": [0, 0, 1, 2], "y_pred": [0, 1, 1, 1], "average": "macro"}, (2 / 3 + 0.5) / 3),
    ("top_k_accuracy", {"y_true": [0, 1], "y_score": [[1, 1], [1, 1]], "k": 1}, 0.5),
    ("roc_auc", {"y_true": [1, 0], "y_score": [0.5, 0.5]}, 0.5),
    ("roc_auc", {"y_true": [1, 1], "y_score": [0.5, 0.5]}, np.nan),
    ("average_precision", {"y_true": [0, 0], "y_score": [1, 0]}, 0),
    ("cohen_kappa", {"y_true": [1, 1], "y_pred": [1, 1]}, np.nan),
    ("matthews_corrcoef", {"y_true": [0, 1], "y_pred": [1, 1]}, 0),
    ("log_loss", {"y_true": [1], "y_prob": [0.0]}, 52 * np.log(2)),
    ("expected_calibration_error", {"confidences": [0.5, 0.6], "correct": [0, 1], "n_bins": 2}, 0.45),
    ("r2_score", {"y_true": [1, 2], "y_pred": [2, 1]}, -3),
    ("ndcg", {"y_true": [0, 3], "y_score": [2, 1]}, 1 / np.log2(3)),
    ("mean_reciprocal_rank", {"ranks": [2, 0]}, 0.25),
    ("precision_at_k", {"relevance": [1], "k": 4}, 0.25),
    ("map_at_k", {"relevance": [1, 0], "k": 2, "num_relevant": 9}, 0.5),
    ("detection_ap", {"scores": [4, 3, 2], "tp": [1, 1, 1], "num_gt": 5, "method": "eleven_point"}, 7 / 11),
    ("dice_score", {"y_true": [0, 0], "y_pred": [0, 0]}, 0),
    ("bleu", {"candidates": [["a", "b"]], "references": [[["a", "b"]]]}, 0),
    ("bleu", {"candidates": [["a"] * 3], "references": [[["a"] * 4, ["a"] * 2]], "max_n": 1}, 1),
    ("word_error_rate", {"reference": "hi", "hypothesis": "oh hi you"}, 2),
    ("word_error_rate", {"reference": "", "hypothesis": "oh"}, np.inf),
    ("bits_per_character", {"log_probs": [np.log(0.25)], "num_chars": 1}, 2),
    ("psnr", {"input": [1], "target": [1], "data_range": 1}, np.inf),
    ("inception_score", {"probs": [[1, 0], [0, 1]]}, 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "args", "value"), TRAPS, ids=lambda x: x if isinstance(x, str) else ""
)
def test_trap(name: str, args: dict[str, Any], value: float) -> None:
    np.testing.assert_allclose(OP[name](**args), value, rtol=1e-12, atol=1e-12)


MISFITS: list[tuple[str, dict[str, Any], str]] = [
    ("precision", {"y_true": [0, 1, 2], "y_pred": [0, 1, 1]}, "average is 'binary' for the classes"),
    ("recall", {"y_true": [0, 2], "y_pred": [0, 0]}, "average is 'binary' for the classes"),
    ("fbeta", {"beta": np.inf}, "beta is inf"),
    ("top_k_accuracy", {"y_true": [0, 1, 3]}, "y_true holds 3"),
    ("confusion_matrix", {"num_classes": 2}, "y_true holds 2"),
    ("confusion_matrix", {"y_pred": [0, 0, 1, 2, 2, -1], "num_classes": None}, "y_pred holds -1"),
    ("log_loss", {"y_true": [0, 1, 2]}, "y_true holds 2"),
    ("roc_auc", {"y_true": [0, 1, 2, 0, 1, 0]}, "y_true is .* 0 or 1"),
    ("ndcg", {"y_score": [[1, 2, 3, 4]]}, "y_true and y_score differ"),
    ("segmentation_iou", {"num_classes": 1}, "y_true holds 1"),
    ("bleu", {"references": []}, "references has 0 entries"),
    ("bleu", {"references": [[]]}, "references has an empty entry"),
    ("bleu", {"candidates": ["the cat"]}, "candidates is .* lists of tokens"),
    ("rouge", {"candidate": [["nested"]]}, "candidate is .* a text"),
    ("coco_map", {"gt": [[1, 2, 3]]}, "gt has shape"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"), MISFITS, ids=[f"{n}-{next(iter(w))}" for n, w, _ in MISFITS]
)
def test_what_does_not_go_together_is_refused(
    name: str, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError, match=rf"^{name}: {sentence}"):
        OP[name](**{**OP[name].example, **wrong})
