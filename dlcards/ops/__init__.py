"""Reference implementations of losses, activations, layers and calculators, in plain NumPy.

Every op is a documented function: `from dlcards.ops import huber_loss`, then
`huber_loss(input, target, delta=1.0)`, `huber_loss.grad(input, target)` for the gradients by
name, `huber_loss.worked(input, target)` for its own lines with the values they took.
Names, arguments, defaults and semantics are PyTorch's wherever it has the op; arrays are float64.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

from dlcards.errors import UsageError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.ops._op import Op


@cache
def registry() -> Mapping[str, Op]:
    """Return every op by name, in the order of the family files."""
    from dlcards.ops._op import Op

    found: dict[str, Op] = {}
    for module in walk_packages(__path__, f"{__name__}."):
        if module.ispkg or module.name.rpartition(".")[2].startswith("_"):
            continue
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Op) and value.module == module.name:
                found[value.name] = value
    return found


def find(name: str) -> Op:
    """Return the op called `name`; raises UsageError with the nearest names."""
    ops = registry()
    if name not in ops:
        raise UsageError(f"op '{name}': not in the registry ({near(name, ops) or 'see op list'})")
    return ops[name]


def __getattr__(name: str) -> Any:
    if name.startswith("_") or name not in registry():
        raise AttributeError(f"module 'dlcards.ops' has no op '{name}'")
    return registry()[name]


def __dir__() -> list[str]:
    return sorted({*registry(), "find", "registry"})
