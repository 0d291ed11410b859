"""The weights of a recurrent stack: PyTorch's names, their shapes, and what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcards.ops.recurrent._stack import Stack, stack_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


def stack_fault(
    gates: int,
    input: NDArray[np.float64],
    params: Mapping[str, NDArray[np.float64]],
    hidden_size: int,
    *,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    bidirectional: bool,
    lengths: Any,
    proj_size: int = 0,
    **states: Any,
) -> str:
    """Return one sentence on the weights, lengths and states that do not fit, or ''."""
    T, N = input.shape[1::-1] if batch_first else input.shape[:2]
    if T == 0:
        return "input has no time steps (it takes at least 1)"
    if lengths is not None and (lengths.shape != (N,) or ((lengths < 1) | (lengths > T)).any()):
        return f"lengths is {lengths.tolist()} (it takes {N} numbers from 1 to {T})"
    if proj_size >= hidden_size:
        return f"proj_size is {proj_size} (it takes less than hidden_size, {hidden_size})"
    scans = num_layers * (2 if bidirectional else 1)
    for name, state in states.items():
        size = hidden_size if name == "c_0" else proj_size or hidden_size
        if name.endswith("_0") and state is not None and state.shape != (scans, N, size):
            return f"{name} has shape {state.shape} (it takes {(scans, N, size)})"
    stack = stack_of(input, params, hidden_size, num_layers, bidirectional, batch_first, None)
    needed = _shapes(stack, gates, hidden_size, proj_size, bias)
    return _params_fault(params, needed)


def stack_output(
    input: NDArray[np.float64],
    hidden_size: int,
    num_layers: int,
    bidirectional: bool,
    batch_first: bool,
    proj_size: int | None = None,
    **_: Any,
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the outputs; only an LSTM, which has a proj_size, has cells."""
    directions, shown = 2 if bidirectional else 1, proj_size or hidden_size
    scans, batch = num_layers * directions, input.shape[0 if batch_first else 1]
    shapes = {
        "output": (*input.shape[:2], directions * shown),
        "h_n": (scans, batch, shown),
        "c_n": (scans, batch, hidden_size),
    }
    return {name: shape for name, shape in shapes.items() if name != "c_n" or proj_size is not None}


def _shapes(
    stack: Stack, gates: int, hidden: int, projected: int, bias: bool
) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight by PyTorch's name."""
    rows, seen = gates * hidden, projected or hidden
    needed: dict[str, tuple[int, ...]] = {}
    for scan in stack.scans:
        width = stack.directions * seen if scan.layer else stack.x.shape[2]
        needed[f"weight_ih_{scan.name}"] = (rows, width)
        needed[f"weight_hh_{scan.name}"] = (rows, seen)
        if bias:
            needed |= {f"bias_ih_{scan.name}": (rows,), f"bias_hh_{scan.name}": (rows,)}
        if projected:
            needed[f"weight_hr_{scan.name}"] = (projected, hidden)
    return needed


def _params_fault(
    params: Mapping[str, NDArray[np.float64]], needed: Mapping[str, tuple[int, ...]]
) -> str:
    for name, shape in needed.items():
        if name not in params:
            return f"params has no {name} (it takes {', '.join(needed)})"
        if params[name].shape != shape:
            return f"params.{name} has shape {params[name].shape} (it takes {shape})"
    for name in params:
        if name not in needed:
            return f"params has {name} (it takes {', '.join(needed)})"
    return ""
