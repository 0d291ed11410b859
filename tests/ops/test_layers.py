"""Layers that are transposes, inverses or special cases of one another, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dlcards import ops
from dlcards.ops._op import OpError

few = settings(max_examples=25, deadline=None, database=None)
SEEDS = st.integers(0, 10_000)
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
BORDER = st.tuples(st.integers(0, 2), st.integers(0, 2))


def normal(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


# Transposes and inverses


@few
@given(SEEDS, PAIR, PAIR, PAIR, BORDER, st.sampled_from([1, 2]))
def test_transposed_convolution_is_the_transpose_of_the_convolution(
    seed: int, kernel: Any, stride: Any, dilation: Any, padding: Any, groups: int
) -> None:
    size = (8, 7)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x, w = normal(seed, 2, 4, *size), normal(seed + 1, 6, 4 // groups, *kernel)
    y = ops.find("conv2d")(x, w, **options)
    left = [
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, p, d, k, s in zip(size, padding, dilation, kernel, stride, strict=True)
    ]
    g = normal(seed + 2, *y.shape)
    back = ops.find("conv_transpose2d")(g, w, **options, output_padding=left)
    assert np.sum(y * g) == pytest.approx(np.sum(x * back))


@few
@given(SEEDS, PAIR, PAIR, PAIR, BORDER)
def test_fold_is_the_transpose_of_unfold_and_counts_overlaps(
    seed: int, kernel: Any, stride: Any, dilation: Any, padding: Any
) -> None:
    options = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    unfold, fold = ops.find("unfold"), ops.find("fold")
    x = normal(seed, 2, 3, 8, 7)
    columns = unfold(x, **options)
    y = normal(seed + 1, *columns.shape)
    back = fold(y, (8, 7), **options)
    assert np.sum(columns * y) == pytest.approx(np.sum(x * back))
    times = fold(unfold(np.ones(x.shape), **options), (8, 7), **options)
    np.testing.assert_allclose(fold(columns, (8, 7), **options), times * x)


@few
@given(SEEDS, st.sampled_from([1, 2, 3]))
def test_shuffles_are_undone(seed: int, r: int) -> None:
    x = normal(seed, 2, 2 * r**2, 2, 3)
    up = ops.find("pixel_shuffle")(x, r)
    np.testing.assert_array_equal(ops.find("pixel_unshuffle")(up, r), x)
    mixed = ops.find("channel_shuffle")(x, r)
    np.testing.assert_array_equal(ops.find("channel_shuffle")(mixed, x.shape[1] // r), x)


def test_a_convolution_as_a_matrix_product() -> None:
    x, w = normal(0, 2, 3, 5, 4), normal(1, 4, 3, 3, 2)
    columns = ops.find("unfold")(x, (3, 2), padding=1, stride=2)
    y = ops.find("conv2d")(x, w, padding=1, stride=2)
    np.testing.assert_allclose((w.reshape(4, -1) @ columns).reshape(y.shape), y)


# Reading rows, pixels and places


@few
@given(SEEDS)
def test_embedding_is_a_product_with_one_hot_rows(seed: int) -> None:
    tokens, weight = np.random.default_rng(seed).integers(0, 4, (2, 5)), normal(seed, 4, 3)
    rows = ops.find("one_hot")(tokens, 4)
    np.testing.assert_array_equal(ops.find("embedding")(tokens, weight), rows @ weight)
    g = normal(seed + 1, 2, 5, 3)
    grad = ops.find("embedding").grad(tokens, weight, grad_output=g)["weight"]
    np.testing.assert_allclose(grad, np.einsum("nkv,nkd->vd", rows, g))


@few
@given(
    st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic", "area"]),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    SEEDS,
)
def test_interpolation_keeps_constants_and_the_same_size(mode: str, size: Any, seed: int) -> None:
    interpolate, x = ops.find("interpolate"), normal(seed, 1, 2, 4, 3)
    flat = interpolate(np.full((1, 2, 4, 3), 2.5), size, mode=mode)
    np.testing.assert_allclose(flat, np.full((1, 2, *size), 2.5))
    np.testing.assert_allclose(interpolate(x, (4, 3), mode=mode), x, atol=1e-12)


@few
@given(st.integers(1, 80), st.integers(1, 80))
@example(30, 22)
def test_nearest_reads_the_exact_cell_where_places_fall_on_edges(n: int, out: int) -> None:
    cells = ops.find("interpolate")(np.arange(n)[None, None], out)
    assert cells.ravel().tolist() == [i * n // out for i in range(out)]


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("align_corners", [True, False], ids=["corners", "half-pixel"])
def test_a_grid_of_pixel_centres_reads_the_image(mode: str, align_corners: bool) -> None:
    x, (h, w) = normal(3, 1, 2, 4, 5), (4, 5)
    if align_corners:
        rows, columns = np.linspace(-1, 1, h), np.linspace(-1, 1, w)
    else:
        rows, columns = (2 * np.arange(h) + 1) / h - 1, (2 * np.arange(w) + 1) / w - 1
    grid = np.stack(np.meshgrid(columns, rows), axis=-1)[None]
    y = ops.find("grid_sample")(x, grid, mode=mode, align_corners=align_corners)
    np.testing.assert_allclose(y, x, atol=1e-12)


@few
@given(SEEDS)
def test_roi_align_of_a_plane_is_the_plane_at_bin_centres(seed: int) -> None:
    """Bilinear samples of a linear image are exact, so each bin has the value at its centre."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:9, :8]
    a, b = rng.normal(size=2)
    x1, y1, w, h = rng.uniform(1, 3, 4)
    pooled = ops.find("roi_align")(
        (a * x + b * y)[None, None], [[0, x1, y1, x1 + w, y1 + h]], (2, 3), aligned=True
    )
    columns, rows = (
        x1 - 0.5 + (np.arange(3) + 0.5) * w / 3,
        y1 - 0.5 + (np.arange(2) + 0.5) * h / 2,
    )
    np.testing.assert_allclose(pooled[0, 0], a * columns + b * rows[:, None], atol=1e-12)


@few
@given(
    st.sampled_from(["constant", "reflect", "replicate", "circular"]),
    st.lists(st.integers(-2, 3), min_size=4, max_size=4),
    SEEDS,
)
def test_padding_is_numpys_after_cropping(mode: str, pad: list[int], seed: int) -> None:
    x = normal(seed, 1, 5, 6)
    rows, columns = (5 + min(pad[2], 0) + min(pad[3], 0), 6 + min(pad[0], 0) + min(pad[1], 0))
    assume(mode == "constant" or min(rows, columns) > 3)
    kept = x[:, max(-pad[2], 0) :, max(-pad[0], 0) :][:, :rows, :columns]
    added = [(0, 0), *((max(a, 0), max(b, 0)) for a, b in ((pad[2], pad[3]), (pad[0], pad[1])))]
    names: dict[str, Any] = {"constant": "constant", "reflect": "reflect", "replicate": "edge"}
    expected = np.pad(kept, added, mode=names.get(mode, "wrap"))
    np.testing.assert_array_equal(ops.find("pad")(x, pad, mode=mode), expected)


# Blocks and augmentation


def test_a_residual_block_of_zeros_passes_gradient() -> None:
    x, zeros = np.abs(normal(4, 1, 2, 3, 3)), np.zeros((2, 2, 3, 3))
    block = ops.find("residual_block")
    np.testing.assert_array_equal(block(x, zeros, zeros), x)
    np.testing.assert_array_equal(block.grad(x, zeros, zeros)["input"], np.ones(x.shape))


def test_dropout_keeps_the_mean_over_all_masks() -> None:
    x, p = np.array([1.0, -2.0, 3.0]), 0.25
    masks = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T
    chances = np.prod(np.where(masks, 1 - p, p), axis=1)
    mean = sum(c * ops.find("dropout")(x, m, p=p) for c, m in zip(chances, masks, strict=True))
    np.testing.assert_allclose(mean, x)


@few
@given(st.lists(st.integers(-3, 8), min_size=4, max_size=4))
def test_cutmix_labels_are_shares_of_pixels(box: list[int]) -> None:
    images = {"x1": np.zeros((1, 4, 5)), "x2": np.ones((1, 4, 5))}
    mixed = ops.find("cutmix")(**images, y1=[1.0, 0.0], y2=[0.0, 1.0], box=box)
    share = np.mean(mixed["x"])
    assert mixed["lam"] == pytest.approx(1 - share)
    np.testing.assert_allclose(mixed["y"], [1 - share, share])


IMAGE = np.zeros((1, 4, 5, 5))
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("conv_transpose2d", {"weight": np.zeros((4, 1, 2, 2)), "groups": 3}, "groups is 3"),
    ("conv_transpose2d", {"weight": np.zeros((4, 1, 2, 2)), "output_padding": 1}, "output_padding"),
    ("conv_transpose2d", {"weight": np.zeros((4, 1, 2, 2)), "padding": 3}, "padding is 3"),
    ("conv_transpose2d", {"weight": np.zeros((4, 1, 2, 2)), "stride": (1, 1, 1)}, "stride has 3"),
    ("conv_transpose2d", {"weight": np.zeros((4, 3, 2, 2)), "bias": [1.0]}, "bias has shape (1,)"),
    ("unfold", {"kernel_size": 6}, "a window of 6 does not fit"),
    ("unfold", {"kernel_size": (2, 2, 2)}, "kernel_size has 3"),
    ("fold", {"input": np.zeros((1, 4, 5)), "output_size": 3, "kernel_size": 2}, "input has 5 col"),
    ("fold", {"input": np.zeros((1, 5, 4)), "output_size": 3, "kernel_size": 2}, "input has 5 row"),
    ("pixel_shuffle", {"upscale_factor": 3}, "input has 4 channels"),
    ("pixel_unshuffle", {"downscale_factor": 2}, "input is 5 by 5"),
    ("channel_shuffle", {"groups": 3}, "groups is 3"),
    ("embedding", {"input": [3], "weight": np.zeros((3, 2))}, "input holds 3"),
    ("embedding", {"input": [1], "weight": np.zeros((3, 2)), "padding_idx": 3}, "padding_idx is 3"),
    ("embedding_bag", {"input": [1], "weight": np.eye(3), "offsets": [1]}, "offsets begins with 1"),
    ("embedding_bag", {"input": [1], "weight": np.eye(3), "offsets": [0, 2]}, "offsets is [0, 2]"),
    ("one_hot", {"tensor": [3], "num_classes": 3}, "tensor holds 3"),
    ("one_hot", {"tensor": [-1]}, "tensor holds -1"),
    ("one_hot", {"tensor": [0], "num_classes": 0}, "num_classes is 0"),
    ("one_hot", {"tensor": []}, "num_classes is -1"),
    ("pad", {"pad": [1]}, "pad has 1 numbers"),
    ("pad", {"pad": [-3, -3]}, "pad crops 6 cells"),
    ("pad", {"pad": [5, 0], "mode": "reflect"}, "pad is 5 for axis -1"),
    ("pad", {"pad": [6, 0], "mode": "circular"}, "pad is 6 for axis -1"),
    ("interpolate", {}, "size and scale_factor"),
    ("interpolate", {"size": 2, "scale_factor": 2.0}, "size and scale_factor"),
    ("interpolate", {"size": 2, "mode": "linear"}, "mode is 'linear'"),
    ("interpolate", {"size": 2, "align_corners": True}, "align_corners is set"),
    ("interpolate", {"scale_factor": 0.1}, "scale_factor is 0.1"),
    ("interpolate", {"size": (2, 2, 2)}, "size has 3"),
    ("roi_align", {"boxes": [[1, 0, 0, 1, 1]], "output_size": 2}, "the first column of boxes"),
    ("roi_align", {"boxes": [[0.5, 0, 0, 1, 1]], "output_size": 2}, "boxes begins"),
    ("dense_block", {"weights": {"1": np.zeros((1, 4, 3, 3))}}, "weights has no '0'"),
    ("dense_block", {"weights": {"0": np.zeros((1, 3, 3, 3))}}, "weights '0' has shape"),
    ("spatial_attention", {"weight": np.zeros((1, 2, 3, 3)), "padding": 0}, "padding is 0"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"), REFUSED, ids=[f"{name}: {s}" for name, _, s in REFUSED]
)
def test_what_does_not_go_together_is_refused(
    name: str, arguments: dict[str, Any], sentence: str
) -> None:
    op = ops.find(name)
    images = {"input": IMAGE} if "input" in op.signature.parameters else {}
    with pytest.raises(OpError) as caught:
        op(**{**images, **arguments})
    assert f"{name}: {sentence}" in str(caught.value)
    assert "\n" not in str(caught.value)


EMPTY: list[tuple[str, dict[str, Any]]] = [
    ("conv_transpose2d", {"weight": np.zeros((4, 2, 2, 2))}),
    ("unfold", {"kernel_size": 2}),
    ("pixel_shuffle", {"upscale_factor": 2}),
    ("interpolate", {"size": 3}),
    ("se_block", {"w1": np.zeros((1, 4)), "w2": np.zeros((4, 1))}),
    ("group_norm", {"num_groups": 2}),
    ("adaptive_max_pool2d", {"output_size": 2}),
    ("max_pool2d_with_indices", {"kernel_size": 2}),
    ("lp_pool2d", {"norm_type": 2, "kernel_size": 2}),
]


@pytest.mark.parametrize(("name", "arguments"), EMPTY, ids=[name for name, _ in EMPTY])
def test_an_empty_batch_stays_empty(name: str, arguments: dict[str, Any]) -> None:
    images = np.zeros((0, 4, 5, 5))
    output = ops.find(name)(images, **arguments)
    first = output["output"] if isinstance(output, dict) else output
    assert len(first) == 0
    assert ops.find(name).grad(images, **arguments)["input"].shape == images.shape
