"""Padding: what stands around an array."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcards.ops._op import Array, Indices, Real, op


def _pad_fault(input: Any, pad: Any, mode: str, **_: Any) -> str:
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        return f"pad has {len(pad)} numbers (it takes pairs, for at most {input.ndim} axes)"
    for axis, (before, after) in enumerate(_pairs(pad), start=1):
        size = input.shape[-axis]
        if size + before < 0 or size + after < 0 or size + before + after < 0:
            return f"pad crops {(-before, -after)} from axis {-axis} (it has {size})"
        most = {"reflect": size - 1, "circular": size, "replicate": np.inf * size}.get(mode, np.inf)
        if max(before, after) > 0 and not max(before, after) <= most:
            return f"pad of {max(before, after)} in mode {mode!r} (axis {-axis} has {size})"
    return ""


@op(
    shapes="input(*), pad(p) -> (*)",
    formula=r"y(i) = \begin{cases} x(i - p) & 0 \le i - p < n \\ c & \text{else} \end{cases}",
    example={"input": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "pad": [1, 2], "mode": "reflect"},
    pitfall="The list begins with the LAST axis: (left, right, top, bottom). 'reflect' does not "
    "repeat the edge, and a negative number crops.",
    fault=_pad_fault,
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
    grad_output: Array, input: Array, pad: Indices, *, mode: str, value: float
) -> dict[str, Any]:
    source = _sources(input.shape, pad, mode)  # the place where each cell came from
    total = np.zeros(input.size + 1)  # of each place; the last collects what came from none
    np.add.at(total, source, grad_output)
    return {"input": total[:-1].reshape(input.shape)}


def _sources(shape: tuple[int, ...], pad: Any, mode: str) -> Any:
    """Pad the places themselves: where each cell of the output comes from, −1 for a constant."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    pairs = [(0, 0)] * (len(shape) - len(pad) // 2) + _pairs(pad)[::-1]
    added = [(max(before, 0), max(after, 0)) for before, after in pairs]
    modes: dict[str, Any] = {
        "constant": {"mode": "constant", "constant_values": -1},
        "reflect": {"mode": "reflect"},
        "replicate": {"mode": "edge"},
        "circular": {"mode": "wrap"},
    }
    grown = np.pad(places, added, **modes[mode])
    kept = [slice(max(-b, 0), n - max(-a, 0)) for (b, a), n in zip(pairs, grown.shape, strict=True)]
    return grown[tuple(kept)]


def _pairs(pad: Any) -> list[tuple[int, int]]:
    """Return (before, after) for the last axis, the last but one, and so on."""
    return list(zip(pad[::2].tolist(), pad[1::2].tolist(), strict=True))
