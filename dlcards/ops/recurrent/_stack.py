"""Layers and directions of a recurrent network: their order, their weights, their time.

A scan is one layer in one direction; scans come in PyTorch's order: layer 0 forward, layer 0
backward, layer 1 forward, …; each has one row of h_n. A track is the state of a scan at each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


class Scan(NamedTuple):
    """One layer in one direction; `columns` of the layer's output are its own."""

    number: int
    layer: int
    columns: slice
    reverse: bool
    times: range  # in the order in which it reads them
    params: Mapping[str, Floats]

    @property
    def name(self) -> str:
        """The end of the names of its weights: l0, l0_reverse, l1, …"""
        return f"l{self.layer}_reverse" if self.reverse else f"l{self.layer}"

    def weight(self, kind: str) -> Floats:
        """Return one of its weights, such as weight_ih."""
        return self.params[f"{kind}_{self.name}"]

    def option(self, kind: str) -> Floats | None:
        """Return one of the weights that not every network has, such as bias_ih, or None."""
        return self.params.get(f"{kind}_{self.name}")

    def merged_bias(self) -> Floats | None:
        """Return the sum of the two biases, for networks where they only occur as a sum."""
        first, second = self.option("bias_ih"), self.option("bias_hh")
        return None if first is None or second is None else first + second

    def projected(self, m: Floats) -> Floats:
        """Return an LSTM's h: what is shown of the cell, made smaller where there is weight_hr."""
        W = self.option("weight_hr")
        return m if W is None else m @ W.T

    def unprojected(self, g_h: Floats) -> Floats:
        """Return the gradient before the projection of that after it."""
        W = self.option("weight_hr")
        return g_h if W is None else g_h @ W

    def projection_grad(self, g_h: Floats, m: Floats) -> dict[str, Floats]:
        """Return the gradient of the projection's weight, where there is one."""
        name = f"weight_hr_{self.name}"
        return {f"params.{name}": over_time(g_h, m)} if name in self.params else {}

    def before(self, track: Floats, alive: NDArray[np.bool_], start: Floats) -> Floats:
        """Return the state from which each time was reached; a sequence's first is `start`."""
        shift = -1 if self.reverse else 1
        first = -1 if self.reverse else 0
        states = np.where(np.roll(alive, shift, axis=0), np.roll(track, shift, axis=0), start)
        states[first] = start
        return states


@dataclass(frozen=True)
class Stack:
    """The input with time first, what of it is real, and the scans that read it."""

    x: Floats  # (T, N, I)
    alive: NDArray[np.bool_]  # (T, N, 1): false past the end of a sequence
    scans: tuple[Scan, ...]
    layers: int
    directions: int
    batch_first: bool

    def __repr__(self) -> str:
        layers = "1 layer" if self.layers == 1 else f"{self.layers} layers"
        return f"{layers}, {'both directions' if self.directions == 2 else 'forward'}"

    def start(self, state: Floats | None, size: int) -> Floats:
        """Return a state for each scan: a copy of what is given, or zeros."""
        shape = (len(self.scans), self.x.shape[1], size)
        return np.zeros(shape) if state is None else state.copy()

    def room(self, size: int) -> Floats:
        """Return zeros for the track of each scan: (scans, T, N, size)."""
        return np.zeros((len(self.scans), *self.x.shape[:2], size))

    def below(self, scan: Scan, tracks: Floats) -> Floats:
        """Return what a scan reads: the input, or the states of the layer below."""
        first = (scan.layer - 1) * self.directions
        below = tracks[first : first + self.directions]
        return np.concatenate(below, axis=2) if scan.layer else self.x

    def output(self, tracks: Floats) -> Floats:
        """Return the states of the last layer; past the end of a sequence they are 0."""
        top = np.concatenate(tracks[-self.directions :], axis=2)
        return self.turned(np.where(self.alive, top, 0.0))

    def turned(self, sequence: Floats) -> Floats:
        """Swap time and batch where the caller's batch comes first; its own inverse."""
        return np.swapaxes(sequence, 0, 1) if self.batch_first else sequence

    def levels(
        self, run: Callable[..., Any], starts: Mapping[str, Floats], **options: Any
    ) -> list[Floats]:
        """Return the input of each layer and the output of the last, running one at a time."""
        levels = [self.x]
        for layer in range(self.layers):
            own = [scan for scan in self.scans if scan.layer == layer]
            params = {
                f"{kind}_l0{scan.name.removeprefix(f'l{layer}')}": array
                for scan in own
                for kind, array in _weights(scan).items()
            }
            states = {name: all[own[0].number : own[-1].number + 1] for name, all in starts.items()}
            bidirectional = self.directions == 2
            out = run(levels[-1], params, **options, **states, bidirectional=bidirectional)
            levels.append(out["output"])
        return levels

    def flow(self, levels: list[Floats], grad_output: Floats) -> list[Floats]:
        """Return room for the gradient of each level; what reaches the last is `grad_output`."""
        top = np.where(self.alive, self.turned(grad_output), 0.0)
        return [*(np.zeros(level.shape) for level in levels[:-1]), top]


def stack_of(
    input: Floats,
    params: Mapping[str, Floats],
    hidden_size: int,
    num_layers: int,
    bidirectional: bool,
    batch_first: bool,
    lengths: NDArray[np.int64] | None,
) -> Stack:
    """Lay out a network whose states have `hidden_size` numbers."""
    x = np.swapaxes(input, 0, 1) if batch_first else input
    times = np.arange(len(x))[:, None, None]
    ends = np.full(x.shape[1], len(x)) if lengths is None else lengths
    directions = 2 if bidirectional else 1
    scans = tuple(
        Scan(
            layer * directions + way, layer, slice(way * hidden_size, (way + 1) * hidden_size),
            way == 1, range(len(x))[:: -1 if way else 1], params,
        )
        for layer in range(num_layers)
        for way in range(directions)
    )  # fmt: skip
    return Stack(x, times < ends[:, None], scans, num_layers, directions, batch_first)


def scan_grads(
    scan: Scan, g_a: Floats, g_b: Floats, below: Floats, before: Floats
) -> dict[str, Floats]:
    """Return the gradients of a scan's weights: sums over all times, one matrix product each.

    `g_a` reaches the input's part of the gates at each time, `g_b` the memory's part.
    """
    grads = {"weight_ih": over_time(g_a, below), "weight_hh": over_time(g_b, before)}
    if scan.option("bias_ih") is not None:
        grads |= {"bias_ih": np.sum(g_a, axis=(0, 1)), "bias_hh": np.sum(g_b, axis=(0, 1))}
    return {f"params.{kind}_{scan.name}": grad for kind, grad in grads.items()}


def over_time(g: Floats, x: Floats) -> Floats:
    """Return Σ g xᵀ over all times and sequences."""
    return g.reshape(-1, g.shape[2]).T @ x.reshape(-1, x.shape[2])


def _weights(scan: Scan) -> dict[str, Floats]:
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    found = {kind: scan.params.get(f"{kind}_{scan.name}") for kind in kinds}
    return {kind: array for kind, array in found.items() if array is not None}
