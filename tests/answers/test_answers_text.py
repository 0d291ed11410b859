"""Typed words: spelling is forgiven token by token; digits, negations and opposites never are."""

from __future__ import annotations

import pytest

from dlcards.answers.text import judge_text

RIGHT = [
    ("batch normalization", "Batch Normalization"),
    ("Batch-Normalization", "batch normalization"),
    ("batchnorm", "Batch Norm"),
    ("batch norm", "BatchNorm"),
    ("the softmax", "softmax"),
    ("a softmax.", "Softmax"),
    ("softmax", "the softmax"),
    ("A", "a"),
    ("Polya", "Pólya"),
    ("naïve Bayes", "naive bayes"),
    ("Bayes rule", "Bayes' rule"),
    ("Jensen’s inequality", "Jensen's inequality"),
    ("isn't convex", "is not convex"),
    ("recieve", "receive"),
    ("softmx", "softmax"),
    ("Xaiver initialisation", "Xavier initialization"),
    ("regularizaton", "regularization"),
    ("regularisaton", "regularization"),
    ("precision & recall", "precision and recall"),
    ("ResNet 50", "ResNet-50"),
    ("resnet50", "ResNet-50"),
    ("L2 regularisation", "L2 regularization"),
    ("0.5", "0.5"),
    ("-1", "-1"),
    ("−1", "-1"),
    ("O(n²)", "O(n^2)"),
    ("gradients", "gradient"),
    ("F-1 score", "F1 score"),
    ("ε-greedy", "ε greedy"),
]
WRONG = [
    ("", "softmax"),
    ("...", "softmax"),
    ("L1 regularization", "L2 regularization"),
    ("L1", "L2"),
    ("resnet 101", "resnet 110"),
    ("3.5", "35"),
    (".5", "5"),
    ("-1", "1"),
    ("1 0", "10"),
    ("convex", "not convex"),
    ("not convex", "convex"),
    ("is not convex", "is now convex"),
    ("no bias", "bias"),
    ("without bias", "with bias"),
    ("unsupervised", "supervised"),
    ("unbiased", "biased"),
    ("variant", "invariant"),
    ("decoder", "encoder"),
    ("divergence", "convergence"),
    ("inductive", "deductive"),
    ("minimization", "maximization"),
    ("micro average", "macro average"),
    ("underfitting", "overfitting"),
    ("x < 0", "x > 0"),
    ("rely", "relu"),
    ("gelu", "relu"),
    ("LSTM", "GRU"),
    ("softmax temperature", "softmax"),
    ("smtx", "softmax"),
    ("batch", "batch norm"),
]


@pytest.mark.parametrize(("given", "accepted"), RIGHT)
def test_a_text_is_accepted(given: str, accepted: str) -> None:
    assert judge_text(given, [accepted]).right
    assert judge_text(given, ["something else", accepted]).right


@pytest.mark.parametrize(("given", "accepted"), WRONG)
def test_a_text_is_not_accepted(given: str, accepted: str) -> None:
    assert not judge_text(given, [accepted]).right


@pytest.mark.parametrize(
    ("given", "accepted", "near"),
    [
        ("softtmaxx", "softmax", "softmax"),
        ("batch normm layer x", "batch norm layer", "batch norm layer"),
        ("teacher forzzing", "teacher forcing", "teacher forcing"),
        ("L1 regularization", "L2 regularization", None),
        ("not convex", "convex", None),
        ("minimization", "maximization", None),
        ("decoder", "encoder", None),
        ("banana", "softmax", None),
        ("softmax", "softmax", None),
    ],
)
def test_a_bad_spelling_is_suggested_but_never_an_opposite(
    given: str, accepted: str, near: str | None
) -> None:
    assert judge_text(given, [accepted]).near == near


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("causal", True),
        ("casual", False),
        ("casul", False),
        ("cauzal", True),
    ],
)
def test_a_rejected_form_wins_unless_the_accepted_is_nearer(given: str, right: bool) -> None:
    judgement = judge_text(given, ["causal"], reject=["casual"])
    assert (judgement.right, judgement.near) == (right, None)


def test_case_and_typos_are_the_callers() -> None:
    assert not judge_text("adam", ["Adam"], case=True).right
    assert judge_text("Adam", ["Adam"], case=True).right
    assert not judge_text("recieve", ["receive"], typos=False).right
    assert judge_text("Re-ceive", ["receive"], typos=False).right


def test_a_long_text_is_judged_quickly_and_wrong() -> None:
    assert not judge_text("softmax " * 10**5, ["softmax"]).right
