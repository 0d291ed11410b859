"""Losses on pairs of boxes (x1, y1, x2, y2): intersection over union, and what it cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from dlcards.ops._op import Array, NonNegative, Paper, Reduction, op
from dlcards.ops._reduction import reduce, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_ZHENG = Paper(
    "Zheng, Wang, Liu, Li, Ye and Ren", 2020,
    "Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression",
)  # fmt: skip
_BOXES = {
    "boxes1": [[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.0, 2.0]],
    "boxes2": [[1.0, 1.0, 3.0, 3.5], [2.0, 0.5, 4.0, 1.0]],
}


@op(
    shapes="boxes1(*,4), boxes2(*,4) -> () or (*)",
    formula=r"L = 1 - \mathrm{IoU} + \frac{|C \setminus (A \cup B)|}{|C|}, \quad "
    r"\mathrm{IoU} = \frac{|A \cap B|}{|A \cup B|}",
    paper=Paper(
        "Rezatofighi, Tsoi, Gwak, Sadeghian, Reid and Savarese", 2019,
        "Generalized Intersection over Union: A Metric and a Loss for Bounding Box Regression",
    ),
    example=_BOXES,
    pitfall="It ranges from 0 to 2: IoU alone is flat for all disjoint boxes, here the waste in "
    "the hull still pulls them together.",
)  # fmt: skip
def generalized_box_iou_loss(
    boxes1: Array, boxes2: Array, *, reduction: Reduction = "none", eps: NonNegative = 1e-7
) -> Any:
    """One minus the intersection over union, plus the part of the smallest box around both that
    belongs to neither."""
    inter, union = _overlap(boxes1, boxes2)  # |A ∩ B| and |A ∪ B|
    iou = inter / (union + eps)  # intersection over union
    hull = _area(_hull(boxes1, boxes2))  # |C|: smallest box around both
    waste = (hull - union) / (hull + eps)  # part of the hull in neither box
    each = 1 - iou + waste  # loss of each pair
    return _reduced(each, reduction)


@generalized_box_iou_loss.gradient
def generalized_box_iou_loss_grad(
    grad_output: Array, boxes1: Array, boxes2: Array, *, reduction: str, eps: float
) -> dict[str, Any]:
    _, union = _overlap(boxes1, boxes2)  # |A ∪ B|
    hull = _area(_hull(boxes1, boxes2))  # |C|: smallest box around both
    slopes = _Slopes.of(boxes1, boxes2)  # how areas change with the corners of the first
    iou_slope = _iou_slope(boxes1, boxes2, slopes, eps)  # quotient rule
    hull_part = slopes.hull * ((union + eps) / (hull + eps) ** 2)[..., None]  # by the hull
    waste_slope = hull_part - slopes.union / (hull + eps)[..., None]  # and by the union
    share = _shared(grad_output, union, reduction)  # what reaches each pair
    return {"boxes1": share * (waste_slope - iou_slope)}


@op(
    shapes="boxes1(*,4), boxes2(*,4) -> () or (*)",
    formula=r"L = 1 - \mathrm{IoU} + \frac{\rho^2}{c^2}, \quad \rho = \|b_1 - b_2\| "
    r"\text{ between centres}, \ c \text{ the diagonal of the hull}",
    paper=_ZHENG,
    example=_BOXES,
    pitfall="Squared distance over squared diagonal: no scale, and 0 for boxes with one centre, "
    "whatever their shapes.",
)
def distance_box_iou_loss(
    boxes1: Array, boxes2: Array, *, reduction: Reduction = "none", eps: NonNegative = 1e-7
) -> Any:
    """One minus the intersection over union, plus the squared distance of the centres measured
    by the diagonal of the box around both: it moves disjoint boxes straight together."""
    inter, union = _overlap(boxes1, boxes2)  # |A ∩ B| and |A ∪ B|
    iou = inter / (union + eps)  # intersection over union
    rho2 = np.sum(_between_centres(boxes1, boxes2) ** 2, axis=-1)  # ρ²: centres apart
    c2 = np.sum(_sides(_hull(boxes1, boxes2)) ** 2, axis=-1) + eps  # c²: diagonal of the hull
    each = 1 - iou + rho2 / c2  # loss of each pair
    return _reduced(each, reduction)


@distance_box_iou_loss.gradient
def distance_box_iou_loss_grad(
    grad_output: Array, boxes1: Array, boxes2: Array, *, reduction: str, eps: float
) -> dict[str, Any]:
    slope = _distance_slope(boxes1, boxes2, eps)  # by the corners of the first box
    share = _shared(grad_output, boxes1[..., 0], reduction)  # what reaches each pair
    return {"boxes1": share * slope}


@op(
    shapes="boxes1(*,4), boxes2(*,4) -> () or (*)",
    formula=r"L = L_{DIoU} + \alpha v, \quad v = \frac{4}{\pi^2} "
    r"\left(\arctan\frac{w_2}{h_2} - \arctan\frac{w_1}{h_1}\right)^2, \quad "
    r"\alpha = \frac{v}{1 - \mathrm{IoU} + v}",
    paper=_ZHENG,
    example=_BOXES,
    pitfall="The trade-off α is a constant for the gradient: differentiate v only.",
)
def complete_box_iou_loss(
    boxes1: Array, boxes2: Array, *, reduction: Reduction = "none", eps: NonNegative = 1e-7
) -> Any:
    """Overlap, distance of the centres and, once boxes overlap well, likeness of aspect ratio:
    the three things that make two boxes the same."""
    inter, union = _overlap(boxes1, boxes2)  # |A ∩ B| and |A ∪ B|
    iou = inter / (union + eps)  # intersection over union
    rho2 = np.sum(_between_centres(boxes1, boxes2) ** 2, axis=-1)  # ρ²: centres apart
    c2 = np.sum(_sides(_hull(boxes1, boxes2)) ** 2, axis=-1) + eps  # c²: diagonal of the hull
    v = 4 / np.pi**2 * (_slant(boxes2) - _slant(boxes1)) ** 2  # unlikeness of aspect ratio
    alpha = v / (1 - iou + v + eps)  # counts for more as the boxes overlap
    each = 1 - iou + rho2 / c2 + alpha * v  # loss of each pair
    return _reduced(each, reduction)


@complete_box_iou_loss.gradient
def complete_box_iou_loss_grad(
    grad_output: Array, boxes1: Array, boxes2: Array, *, reduction: str, eps: float
) -> dict[str, Any]:
    inter, union = _overlap(boxes1, boxes2)  # |A ∩ B| and |A ∪ B|
    gap = _slant(boxes2) - _slant(boxes1)  # difference of the angles of the diagonals
    v = 4 / np.pi**2 * gap**2  # unlikeness of aspect ratio
    alpha = v / (1 - inter / (union + eps) + v + eps)  # a constant here
    w, h = np.moveaxis(_sides(boxes1), -1, 0)  # width and height
    turn = np.stack([h, -w, -h, w], axis=-1) / (w**2 + h**2)[..., None]  # −d slant / d corners
    v_slope = (8 / np.pi**2 * gap)[..., None] * turn  # chain rule
    slope = _distance_slope(boxes1, boxes2, eps) + alpha[..., None] * v_slope  # all three parts
    return {"boxes1": _shared(grad_output, v, reduction) * slope}


# Geometry


def _sides(boxes: Floats) -> Floats:
    """Return width and height."""
    sides: Floats = boxes[..., 2:] - boxes[..., :2]
    return sides


def _area(boxes: Floats) -> Floats:
    area: Floats = np.prod(_sides(boxes), axis=-1)
    return area


def _slant(boxes: Floats) -> Floats:
    """Return the angle of the diagonal: arctan of width over height."""
    w, h = np.moveaxis(_sides(boxes), -1, 0)
    slant: Floats = np.arctan(w / h)
    return slant


def _between_centres(boxes1: Floats, boxes2: Floats) -> Floats:
    apart: Floats = (boxes1[..., :2] + boxes1[..., 2:] - boxes2[..., :2] - boxes2[..., 2:]) / 2
    return apart


def _hull(boxes1: Floats, boxes2: Floats) -> Floats:
    """Return the smallest box around both."""
    low = np.minimum(boxes1[..., :2], boxes2[..., :2])
    high = np.maximum(boxes1[..., 2:], boxes2[..., 2:])
    return np.concatenate([low, high], axis=-1)


def _common(boxes1: Floats, boxes2: Floats) -> Floats:
    """Return the box in both, inside out in an axis in which they do not meet."""
    low = np.maximum(boxes1[..., :2], boxes2[..., :2])
    high = np.minimum(boxes1[..., 2:], boxes2[..., 2:])
    return np.concatenate([low, high], axis=-1)


def _meet(boxes1: Floats, boxes2: Floats) -> Any:
    return np.all(_sides(_common(boxes1, boxes2)) > 0, axis=-1)


def _overlap(boxes1: Floats, boxes2: Floats) -> tuple[Floats, Floats]:
    """Return the areas of intersection and union."""
    inter = np.where(_meet(boxes1, boxes2), _area(_common(boxes1, boxes2)), 0)
    return inter, _area(boxes1) + _area(boxes2) - inter


# Their derivatives by the corners of the first box


class _Slopes(NamedTuple):
    inter: Floats
    union: Floats
    hull: Floats

    @classmethod
    def of(cls, boxes1: Floats, boxes2: Floats) -> _Slopes:
        ahead = np.heaviside(boxes1 - boxes2, 0.5)  # a tie shares its gradient
        outer = np.concatenate([1 - ahead[..., :2], ahead[..., 2:]], axis=-1)
        meet = _meet(boxes1, boxes2)[..., None]
        inter = np.where(meet, _area_slope(_common(boxes1, boxes2)) * (1 - outer), 0)
        hull = _area_slope(_hull(boxes1, boxes2)) * outer
        return cls(inter, _area_slope(boxes1) - inter, hull)


def _area_slope(boxes: Floats) -> Floats:
    """Each corner moves one side, so the area changes by the other side."""
    other = _sides(boxes)[..., ::-1]
    return np.concatenate([-other, other], axis=-1)


def _iou_slope(boxes1: Floats, boxes2: Floats, slopes: _Slopes, eps: float) -> Floats:
    inter, union = (area[..., None] for area in _overlap(boxes1, boxes2))
    slope: Floats = (slopes.inter * (union + eps) - inter * slopes.union) / (union + eps) ** 2
    return slope


def _distance_slope(boxes1: Floats, boxes2: Floats, eps: float) -> Floats:
    """Return the derivative of 1 − IoU + ρ²/c²."""
    apart = np.tile(_between_centres(boxes1, boxes2), 2)  # half of dρ²/dcentre, for both corners
    sides = _sides(_hull(boxes1, boxes2))
    ahead = np.heaviside(boxes1 - boxes2, 0.5)
    rho2 = np.sum(_between_centres(boxes1, boxes2) ** 2, axis=-1, keepdims=True)
    c2 = np.sum(sides**2, axis=-1, keepdims=True) + eps
    c2_slope = 2 * np.concatenate([-sides * (1 - ahead[..., :2]), sides * ahead[..., 2:]], axis=-1)
    iou_slope = _iou_slope(boxes1, boxes2, _Slopes.of(boxes1, boxes2), eps)
    slope: Floats = (apart * c2 - rho2 * c2_slope) / c2**2 - iou_slope
    return slope


# Reduction: as in torchvision, no boxes cost nothing


def _reduced(each: Floats, reduction: str) -> Any:
    return reduce(each, reduction if each.size or reduction == "none" else "sum")


def _shared(grad_output: Any, each: Floats, reduction: str) -> Floats:
    return spread(grad_output, each, reduction)[..., None]
