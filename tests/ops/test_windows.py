"""Windows against the definition in loops, their transpose, and the arguments that do not fit."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError
from dlcards.ops._windows import overlap_add, windows

CONVOLUTIONS = st.fixed_dictionaries(
    {
        "size": st.tuples(st.integers(5, 8), st.integers(5, 8)),
        "kernel": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
        "groups": st.sampled_from([1, 2]),
        "seed": st.integers(0, 99),
    }
)


@settings(max_examples=40, deadline=None, database=None)
@given(CONVOLUTIONS)
def test_convolution_is_the_sum_of_its_definition(case: dict[str, Any]) -> None:
    random = np.random.default_rng(case["seed"])
    groups, kernel, (s, t), (d, e) = (case[k] for k in ("groups", "kernel", "stride", "dilation"))
    x, w = random.normal(size=(2, 4, *case["size"])), random.normal(size=(6, 4 // groups, *kernel))
    y = ops.find("conv2d")(x, w, stride=(s, t), dilation=(d, e), groups=groups)
    for n, o, i, j in product(*map(range, y.shape)):
        first = o // (6 // groups) * (4 // groups)  # channel of the filter's group
        expected = sum(
            w[o, c, u, v] * x[n, first + c, s * i + d * u, t * j + e * v]
            for c, u, v in product(*map(range, w.shape[1:]))
        )
        assert y[n, o, i, j] == pytest.approx(expected)


@settings(max_examples=40, deadline=None, database=None)
@given(CONVOLUTIONS)
def test_adding_back_is_the_transpose_of_taking_windows(case: dict[str, Any]) -> None:
    random = np.random.default_rng(case["seed"])
    x = random.normal(size=(2, 3, *case["size"]))
    taken = windows(x, case["kernel"], case["stride"], case["dilation"])
    parts = random.normal(size=taken.shape)
    back = overlap_add(parts, case["size"], case["stride"], case["dilation"])
    assert np.sum(taken * parts) == pytest.approx(np.sum(x * back))


IMAGE = np.zeros((1, 4, 5, 5))
FILTERS = np.zeros((6, 4, 3, 3))
LOGITS = np.zeros((2, 3))
MISFITS: list[tuple[str, dict[str, Any], str]] = [
    ("conv2d", {"weight": FILTERS, "stride": [1, 1, 1]}, "stride has 3 numbers"),
    ("conv2d", {"weight": FILTERS, "padding": "same", "stride": 2}, "padding is 'same'"),
    ("conv2d", {"weight": FILTERS, "padding": "half"}, "padding is 'half'"),
    ("conv2d", {"weight": FILTERS, "groups": 2}, "weight has 4 channels in each of 2 groups"),
    ("conv2d", {"weight": FILTERS[:5, :2], "groups": 2}, "weight has 5 filters"),
    ("conv2d", {"weight": FILTERS, "dilation": 3}, "a window of 7 does not fit"),
    ("depthwise_separable_conv2d",
     {"depthwise_weight": FILTERS[:4, :1], "pointwise_weight": np.zeros((2, 4, 1, 1)),
      "stride": [1, 1, 1]}, "stride has 3 numbers"),
    ("max_pool2d", {"kernel_size": 6}, "a window of 6 does not fit"),
    ("max_pool2d", {"kernel_size": 3, "padding": 2}, "padding is 2"),
    ("avg_pool2d", {"kernel_size": [2, 2, 2]}, "kernel_size has 3 numbers"),
    ("avg_pool2d", {"kernel_size": 2, "divisor_override": 0}, "divisor_override is 0"),
]  # fmt: skip
CLASSES: list[tuple[str, dict[str, Any], str]] = [
    ("cross_entropy", {"input": LOGITS, "target": [0, 3]}, "target holds 3"),
    ("cross_entropy", {"input": LOGITS, "target": [0, -1]}, "target holds -1"),
    ("cross_entropy", {"input": LOGITS, "target": [0, 0.5]}, "target is not whole numbers"),
    ("cross_entropy", {"input": LOGITS, "target": [0, 1], "weight": [1, 1]}, "weight has shape"),
    ("nll_loss", {"input": LOGITS, "target": [0, 3]}, "target holds 3"),
    ("softmax_focal_loss", {"input": LOGITS, "target": [0, 3]}, "target holds 3"),
    ("label_smooth", {"target": [0, 3], "num_classes": 3}, "target holds 3"),
    ("masked_token_cross_entropy",
     {"logits": [LOGITS], "targets": [[0, 3]], "mask": [[1, 1]]}, "targets holds 3"),
    ("binary_cross_entropy", {"input": [1.5], "target": [1]}, "input is"),
    ("binary_cross_entropy_with_logits",
     {"input": LOGITS, "target": LOGITS, "pos_weight": [1, 2]}, "pos_weight has shape (2,)"),
    ("hinge_loss", {"input": [1.5], "target": [0]}, "target is"),
    ("gaussian_nll_loss", {"input": [0], "target": [0], "var": [-1]}, "var is"),
    ("kl_divergence_mvn",
     {"mu1": [0], "cov1": [[1]], "mu2": [0], "cov2": [[0]]}, "cov2 is no covariance"),
    ("conv_output_size", {"input_size": 5, "kernel_size": 7}, "kernel_size is larger"),
    ("conv_output_size", {"input_size": 5, "kernel_size": [3, 3]}, "kernel_size has 2 numbers"),
    ("conv_output_size", {"input_size": 5, "kernel_size": 3, "stride": 0}, "stride is 0"),
    ("conv_transpose_output_size",
     {"input_size": 1, "kernel_size": 2, "padding": 1}, "padding crops everything"),
    ("conv_params", {"in_channels": 3, "out_channels": 4, "kernel_size": 3, "groups": 2},
     "groups is 2"),
    ("conv_macs", {"in_channels": 3, "out_channels": 4, "kernel_size": 9, "input_size": 4},
     "kernel_size is larger"),
    ("receptive_field", {"layers": [[3, 1]]}, "layers has shape (1, 2)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [(name, {"input": IMAGE, **arguments}, sentence) for name, arguments, sentence in MISFITS]
    + CLASSES,
    ids=[f"{name}: {sentence}" for name, _, sentence in MISFITS + CLASSES],
)
def test_arguments_that_do_not_go_together(
    name: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError) as caught:
        ops.find(name)(**arguments)
    assert f"{name}: {sentence}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("conv_output_size", {"input_size": 224, "kernel_size": 11, "stride": 4}, 54),
        ("conv_output_size", {"input_size": [224, 100], "kernel_size": 3}, (222, 98)),
        ("pool_output_size", {"input_size": 5, "kernel_size": 2, "ceil_mode": True}, 3),
        ("linear_params", {"in_features": 10**10, "out_features": 10**10}, 10**20 + 10**10),
    ],
    ids=["number", "one for each axis", "rounded up", "larger than 64 bits"],
)
def test_calculators_answer_in_whole_numbers(
    name: str, arguments: dict[str, Any], answer: Any
) -> None:
    found = ops.find(name)(**arguments)
    assert found == answer
    assert type(found) is type(answer)
    assert all(type(n) is int for n in np.atleast_1d(np.array(found, dtype=object)))


@pytest.mark.parametrize("name", ["conv2d", "max_pool2d", "avg_pool2d"])
def test_an_empty_batch_stays_empty(name: str) -> None:
    op = ops.find(name)
    arguments = {**op.example, "input": np.zeros((0, 1, 4, 4))}
    assert op(**arguments).shape[0] == 0
    assert op.grad(**arguments)["input"].shape == (0, 1, 4, 4)
