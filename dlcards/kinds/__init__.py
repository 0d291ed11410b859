"""The kinds of cards: one self-contained module each, found by looking, never listed.

A kind is a frozen struct that inherits `Head`; its fields are the YAML of the kind, its module's
`EXAMPLE` is a card that documents and tests it.
"""

from __future__ import annotations

from functools import cache, reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from dlcards.model.card import Head

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def kinds() -> Mapping[str, type[Head]]:
    """Return the struct of every kind, by its word in YAML."""
    found: dict[str, type[Head]] = {}
    for module in iter_modules(__path__, f"{__name__}."):
        if not module.name.rpartition(".")[2].startswith("_"):
            for value in vars(import_module(module.name)).values():
                if _is_kind(value, module.name):
                    found[value.__struct_config__.tag] = value
    return found


@cache
def union() -> Any:
    """Return the type that a card of any kind has: the schema of a deck's entry."""
    return reduce(or_, kinds().values())


def example(kind: str) -> str:
    """Return the YAML of a card that documents the kind."""
    return str(import_module(kinds()[kind].__module__).EXAMPLE)


def _is_kind(value: Any, module: str) -> bool:
    return isinstance(value, type) and issubclass(value, Head) and value.__module__ == module
