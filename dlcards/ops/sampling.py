"""Images read at places that other numbers say: differentiable by the image, or by the places."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Flag, Paper, Positive, Size, Whole, index_fault, op
from dlcards.ops._room import check_room
from dlcards.ops._taps import TAPS, Taps, linear, weight_matrix
from dlcards.ops._windows import axes_fault, each_axis


def _grid_fault(input: Any, **_: Any) -> str:
    empty = input.size == 0 and min(input.shape[2:]) < 1
    return f"input has shape {input.shape} (it takes at least one pixel)" if empty else ""


@op(
    shapes="input(N,C,H,W), grid(N,H',W',2) -> (N,C,H',W')",
    formula=r"y(i, j) = \sum_{u, v} x(u, v)\, h(r_{ij} - u)\, h(c_{ij} - v), \quad "
    r"c = \frac{(g_x + 1)\,W - 1}{2}, \ r = \frac{(g_y + 1)\,H - 1}{2}",
    paper=Paper(
        "Jaderberg, Simonyan, Zisserman and Kavukcuoglu", 2015, "Spatial Transformer Networks"
    ),
    example={
        "input": [[[[1.0, 2.0], [3.0, 5.0]]]],
        "grid": [[[[0.1, 0.2], [-0.3, 0.4]]]],
    },
    pitfall="The grid is (x, y) from −1 to 1, that is (column, row), the reverse of an index; "
    "without align_corners ±1 are the outer edges of the corner pixels, not their centres.",
    fault=_grid_fault,
)
def grid_sample(
    input: Array,
    grid: Array,
    *,
    mode: Literal["bilinear", "nearest", "bicubic"] = "bilinear",
    padding_mode: Literal["zeros", "border", "reflection"] = "zeros",
    align_corners: Flag = False,
) -> Any:
    """Reads an image at given places, between pixels too: what a network says about where to look
    gets a gradient, because the weights of the pixels around a place change smoothly with it."""
    options = (mode, padding_mode, align_corners)  # how to read between and beyond pixels
    rows = _taps(grid[..., 1], input.shape[2], *options)  # the rows that each place reads
    columns = _taps(grid[..., 0], input.shape[3], *options)  # and the columns
    pixels = _pixels(input, rows, columns)  # around each place: (N, C, H', W', rows, columns)
    return np.einsum("nchwuv,nhwu,nhwv->nchw", pixels, rows.weights, columns.weights)


@grid_sample.gradient
def grid_sample_grad(
    grad_output: Array,
    input: Array,
    grid: Array,
    *,
    mode: str,
    padding_mode: str,
    align_corners: bool,
) -> dict[str, Any]:
    options = (mode, padding_mode, align_corners)  # how to read between and beyond pixels
    rows = _taps(grid[..., 1], input.shape[2], *options)  # the rows that each place read
    columns = _taps(grid[..., 0], input.shape[3], *options)  # and the columns
    pixels = _pixels(input, rows, columns)  # around each place
    g = np.einsum("nchw,nchwuv->nhwuv", grad_output, pixels)  # gradient at each weight
    grad_y = np.einsum("nhwuv,nhwu,nhwv->nhw", g, rows.slopes, columns.weights)  # if y moves
    grad_x = np.einsum("nhwuv,nhwu,nhwv->nhw", g, rows.weights, columns.slopes)  # if x moves
    weights = np.einsum("nhwu,nhwv->nhwuv", rows.weights, columns.weights)  # of each pixel
    parts = np.einsum("nchw,nhwuv->nhwuvc", grad_output, weights)  # what each pixel is due
    grad_pixels = np.zeros((len(input), *input.shape[2:], input.shape[1]))  # channels last
    np.add.at(grad_pixels, _places(input, rows, columns), parts)
    grad_input = np.moveaxis(grad_pixels, 3, 1)  # channels back on axis 1
    return {"input": grad_input, "grid": np.stack([grad_x, grad_y], axis=-1)}


def _taps(grid: Any, n: int, mode: str, padding_mode: str, align_corners: bool) -> Taps:
    """Return the pixels along an axis that each place reads; beyond the image the weight is 0."""
    moved = (n - 1 if align_corners else n) / 2  # pixels for each unit of the grid
    places, turns = (grid + 1) * moved - (0 if align_corners else 0.5), moved
    if mode != "bicubic":
        places, kept = _kept_inside(places, n, padding_mode, align_corners)
        turns = kept * moved
    cells, weights, slopes = TAPS[mode](places)
    if mode == "bicubic":  # its taps are folded back one by one
        cells = _kept_inside(cells, n, padding_mode, align_corners)[0].astype(int)
    inside = (cells >= 0) & (cells < n)
    slopes = np.where(inside, slopes * np.asarray(turns)[..., None], 0)
    return Taps(np.clip(cells, 0, n - 1), np.where(inside, weights, 0), slopes)


def _kept_inside(places: Any, n: int, padding_mode: str, align_corners: bool) -> tuple[Any, Any]:
    """Bring places back into the image as the mode says, with the slope of doing so."""
    slope = np.ones(places.shape)
    if padding_mode == "zeros":
        return places, slope
    if padding_mode == "reflection":
        low, span = (0.0, n - 1.0) if align_corners else (-0.5, float(n))
        away = np.abs(places - low)
        turns, rest = np.divmod(away, span) if span else (away, 0 * away)
        back = turns % 2 == 1
        slope = np.where(places < low, -1.0, 1.0) * np.where(back, -1.0, 1.0)
        places = low + np.where(back, span - rest, rest)
    slope = np.where((places > 0) & (places < n - 1), slope, 0)
    return np.clip(places, 0, n - 1), slope


def _pixels(input: Any, rows: Taps, columns: Taps) -> Any:
    """Return the pixels around each place: (N, C, H', W', rows, columns)."""
    return np.moveaxis(np.moveaxis(input, 1, 3)[_places(input, rows, columns)], 5, 1)


def _places(input: Any, rows: Taps, columns: Taps) -> tuple[Any, Any, Any]:
    images = np.arange(len(input)).reshape(-1, 1, 1, 1, 1)
    return images, rows.cells[..., :, None], columns.cells[..., None, :]


def _roi_fault(input: Any, boxes: Any, output_size: Any, **_: Any) -> str:
    if np.any(boxes[:, 0] != np.trunc(boxes[:, 0])):
        return "boxes begins with the number of an image (it takes whole numbers there)"
    return axes_fault(2, output_size=output_size) or index_fault(
        boxes[:, 0].astype(int), len(input), "the first column of boxes"
    )


def _roi_output(input: Any, boxes: Any, output_size: Any, **_: Any) -> tuple[int, ...]:
    return (len(boxes), input.shape[1], *each_axis(output_size, 2))


@op(
    shapes="input(N,C,H,W), boxes(K,5) -> (K,C,H',W')",
    formula=r"y_k(p, q) = \frac{1}{s^2} \sum_{a, b} x_{n}\left(y_1 + "
    r"\left(p + \tfrac{a + 1/2}{s}\right) h,\ x_1 + \left(q + \tfrac{b + 1/2}{s}\right) w\right)",
    paper=Paper("He, Gkioxari, Dollár and Girshick", 2017, "Mask R-CNN"),
    example={
        "input": [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]]],
        "boxes": [[0.0, 0.5, 0.5, 2.5, 2.5]],
        "output_size": 2,
        "sampling_ratio": 1,
        "aligned": True,
    },
    pitfall="aligned=True shifts the box by half a pixel, so that integer pixel centres are where "
    "interpolation puts them; without it a box is never smaller than one pixel.",
    fault=_roi_fault,
    output=_roi_output,
)
def roi_align(
    input: Array,
    boxes: Array,
    output_size: Size,
    *,
    spatial_scale: Positive = 1.0,
    sampling_ratio: Whole = -1,
    aligned: Flag = False,
) -> Any:
    """Cuts a box out of a feature map at a fixed size without rounding: each bin is the mean of a
    few bilinear samples, so that masks stay aligned with pixels.

    A box is (image, x1, y1, x2, y2). A sampling_ratio of 0 or less takes as many samples along an
    axis as a bin has pixels, rounded up.
    """
    options = (spatial_scale, sampling_ratio, aligned)  # how boxes are read
    output = np.zeros((len(boxes), input.shape[1], *each_axis(output_size, 2)))  # one for each box
    for k, box in enumerate(boxes):
        rows, columns = _bins(input, box, output_size, *options)  # weights of pixels in bins
        output[k] = rows @ input[int(box[0])] @ columns.T  # the mean in each bin
    return output


@roi_align.gradient
def roi_align_grad(
    grad_output: Array,
    input: Array,
    boxes: Array,
    output_size: Any,
    *,
    spatial_scale: float,
    sampling_ratio: int,
    aligned: bool,
) -> dict[str, Any]:
    options = (spatial_scale, sampling_ratio, aligned)  # how boxes are read
    grad = np.zeros(input.shape)  # pixels outside all boxes learn nothing
    for g, box in zip(grad_output, boxes, strict=True):
        rows, columns = _bins(input, box, output_size, *options)  # weights of pixels in bins
        grad[int(box[0])] += rows.T @ g @ columns  # shared out again
    return {"input": grad}


def _bins(
    input: Any, box: Any, output_size: Any, scale: float, sampling_ratio: int, aligned: bool
) -> tuple[Any, Any]:
    """Return for rows and columns the matrix (bins, pixels) of a box."""
    x1, y1, x2, y2 = box[1:] * scale - (0.5 if aligned else 0.0)
    (high, wide), (rows, columns) = input.shape[2:], each_axis(output_size, 2)
    return (
        _axis_bins(y1, y2, high, rows, sampling_ratio, aligned),
        _axis_bins(x1, x2, wide, columns, sampling_ratio, aligned),
    )


def _axis_bins(
    start: float, end: float, n: int, bins: int, sampling_ratio: int, aligned: bool
) -> Any:
    """Return the matrix (bins, n) of the mean of a few linear samples in each bin."""
    length = end - start if aligned else max(end - start, 1.0)
    samples = sampling_ratio if sampling_ratio > 0 else max(int(np.ceil(length / bins)), 0)
    check_room((bins * samples, n))
    fractions = (np.arange(bins * samples) + 0.5) / max(samples, 1)  # of a bin, from the start
    places = start + fractions * (length / bins)
    near = (places >= -1) & (places <= n)  # farther out it is all zeros
    cells, weights, _ = linear(np.clip(places, 0, n - 1))
    matrix = weight_matrix(cells, weights * near[:, None], n)
    return np.sum(matrix.reshape(bins, samples, n), axis=1) / max(samples, 1)
