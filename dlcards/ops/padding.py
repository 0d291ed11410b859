"""Padding: what stands around an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcards.ops._op import Array, Indices, Real, op

if TYPE_CHECKING:
    from collections.abc import Mapping


_MODES: Mapping[str, Any] = {
    "constant": {"mode": "constant", "constant_values": -1},
    "reflect": {"mode": "reflect"},
    "replicate": {"mode": "edge"},
    "circular": {"mode": "wrap"},
}


def _pad_fault(input: Any, pad: Any, mode: str, **_: Any) -> str:
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        return f"pad has {len(pad)} numbers (it takes pairs, for at most {input.ndim} axes)"
    for axis, (before, after) in enumerate(_pairs(pad), start=1):
        size = input.shape[-axis]
        left = size + min(before, 0) + min(after, 0)  # after cropping
        if left < 0:
            return f"pad crops {size - left} cells from axis {-axis} (it has {size})"
        most = {"reflect": left - 1, "circular": left, "replicate": 0}.get(mode, np.inf)
        if max(before, after, 0) > (np.inf if mode == "replicate" and left else most):
            return f"pad is {max(before, after)} for axis {-axis} (in mode {mode!r} at most {most})"
    return ""


def _padded(input: Any, pad: Any, **_: Any) -> tuple[int, ...]:
    added = [0] * (input.ndim - len(pad) // 2) + [
        before + after for before, after in _pairs(pad)[::-1]
    ]
    return tuple(n + more for n, more in zip(input.shape, added, strict=True))


@op(
    shapes="input(*), pad(p) -> (*)",
    formula=r"y(i) = \begin{cases} x(i - p) & 0 \le i - p < n \\ c & \text{else} \end{cases}",
    example={"input": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "pad": [1, 2], "mode": "reflect"},
    pitfall="The list begins with the LAST axis: (left, right, top, bottom). 'reflect' does not "
    "repeat the edge, and a negative number crops.",
    fault=_pad_fault,
    output=_padded,
)
def pad(
    input: Array,
    pad: Indices,
    *,
    mode: Literal["constant", "reflect", "replicate", "circular"] = "constant",
    value: Real = 0.0,
) -> Any:
    """Puts cells around an array: a constant, its mirror image, its edge, or its other end."""
    source = _sources(input.shape, pad, mode)  # the place where each cell comes from, −1 for none
    cells = np.append(input, value)  # all places in order, and at −1 the padding value
    return cells[source]


@pad.gradient
def pad_grad(
    grad_output: Array, input: Array, pad: Indices, *, mode: str, **_: Any
) -> dict[str, Any]:
    source = _sources(input.shape, pad, mode)  # the place where each cell came from
    total = np.zeros(input.size + 1)  # of each place; the last collects what came from none
    np.add.at(total, source, grad_output)
    return {"input": total[:-1].reshape(input.shape)}


def _sources(shape: tuple[int, ...], pad: Any, mode: str) -> Any:
    """Pad the places themselves: where each cell of the output comes from, −1 for a constant."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    pairs = [(0, 0)] * (len(shape) - len(pad) // 2) + _pairs(pad)[::-1]
    left = tuple(slice(max(-b, 0), n - max(-a, 0)) for (b, a), n in zip(pairs, shape, strict=True))
    added = [(max(before, 0), max(after, 0)) for before, after in pairs]
    return np.pad(places[left], added, **_MODES[mode]) if pairs else places


def _pairs(pad: Any) -> list[tuple[int, int]]:
    """Return (before, after) for the last axis, the last but one, and so on."""
    return list(zip(pad[::2].tolist(), pad[1::2].tolist(), strict=True))
