"""Writes the golden vectors: what PyTorch answers, with its gradients, for every case.

    python tests/golden/make.py                 every module of cases/
    python tests/golden/make.py activations     only cases/activations.py

The gradient of a case is a vector-Jacobian product with `grad_output`, a fixed pattern that is
written into the file, because the gradient of a plain sum cannot tell softmax from a constant.
"""

from __future__ import annotations

import json
import math
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from case import Case

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Regenerate the golden files of these modules of cases, or of all of them."""
    torch.set_num_threads(1)  # sums in a fixed order: the same file on every machine
    for name in names or sorted(path.stem for path in (HERE / "cases").glob("[!_]*.py")):
        cases: list[Case] = import_module(f"cases.{name}").CASES
        rows = [_row(number, case) for number, case in enumerate(cases)]
        (HERE / f"{name}.json").write_text(_file(rows), encoding="utf-8")
        print(f"{name}.json: {len(rows)} cases")


def _file(rows: list[dict[str, Any]]) -> str:
    lines = ",\n".join(json.dumps(row, sort_keys=True, separators=(",", ":")) for row in rows)
    return f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n'


def _row(number: int, case: Case) -> dict[str, Any]:
    try:
        return {
            "op": case.op, "args": _plain(case.args), "rtol": case.rtol, "atol": case.atol,
            **_answer(case),
        }  # fmt: skip
    except Exception as error:
        error.add_note(f"in case {number} of {case.op}: {dict(case.args)!r}")
        raise


def _answer(case: Case) -> dict[str, Any]:
    """Return value, and where the case asks for it grad_output and grad."""
    args = {name: _tensors(value, name in case.wrt) for name, value in case.args.items()}
    output = case.reference(**args)
    if not case.wrt:
        return {"value": _plain(output)}
    outputs = output if isinstance(output, dict) else {"": output}
    upstream = {name: _pattern(part) for name, part in outputs.items() if _differentiable(part)}
    total = torch.stack([(outputs[name] * upstream[name]).sum() for name in upstream]).sum()
    leaves = dict(_leaves(args, case.wrt))
    grads = torch.autograd.grad(total, list(leaves.values()), materialize_grads=True)
    return {
        "value": _plain(output),
        "grad_output": _plain(upstream.get("", upstream)),
        "grad": _plain(dict(zip(leaves, grads, strict=True))),
    }


def _tensors(value: Any, differentiate: bool) -> Any:
    """Make tensors of the blocks of numbers in an argument."""
    if isinstance(value, dict):
        return {name: _tensors(entry, differentiate) for name, entry in value.items()}
    if differentiate:
        return torch.tensor(np.asarray(value, dtype=np.float64), requires_grad=True)
    if not isinstance(value, (list, np.ndarray)):
        return value
    try:
        array = np.asarray(value)
    except ValueError:  # ragged: a list of lists of words, of boxes
        return value
    if array.dtype.kind == "f":
        array = array.astype(np.float64)
    return torch.tensor(array) if array.dtype.kind in "fib" else value


def _leaves(args: dict[str, Any], wrt: tuple[str, ...]) -> Iterator[tuple[str, torch.Tensor]]:
    for name in wrt:
        if isinstance(args[name], dict):
            yield from ((f"{name}.{entry}", tensor) for entry, tensor in args[name].items())
        else:
            yield name, args[name]


def _differentiable(output: Any) -> bool:
    return isinstance(output, torch.Tensor) and output.requires_grad


def _pattern(output: torch.Tensor) -> torch.Tensor:
    """Return 1 for a scalar, else unequal numbers of both signs in the shape of the output."""
    if output.ndim == 0:
        return torch.tensor(1.0, dtype=torch.float64)
    ramp = torch.arange(output.numel(), dtype=torch.float64).reshape(output.shape)
    return torch.round(1000 * torch.cos(2.4 * ramp)) / 1000


def _plain(value: Any) -> Any:
    """Make JSON of an answer or an argument; non-finite numbers become words."""
    match value:
        case dict():
            return {name: _plain(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case torch.Tensor():
            return _plain(value.detach().tolist())
        case np.ndarray() | np.generic():
            return _plain(value.tolist())
        case float() if not math.isfinite(value):
            return str(value)
    return value


if __name__ == "__main__":
    main(sys.argv[1:])
