"""Reads the arguments of a call: by position or name, each by its annotation, defaults put in."""

from __future__ import annotations

import inspect
import reprlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from dlcards.errors import UsageError
from dlcards.ops._arguments import Check, check_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class OpError(UsageError):
    """An op was called with arguments that it cannot take."""


class Call:
    """The signature of an op's function, and how each of its arguments is read."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.signature = inspect.signature(function)
        self._function = function

    @cached_property
    def checks(self) -> Mapping[str, Check]:
        """How each argument is read, by name."""
        hints = get_type_hints(self._function, include_extras=True)
        return {name: check_of(hints[name]) for name in self.signature.parameters}

    @property
    def text(self) -> str:
        """The arguments and defaults as a person would write them."""
        parts = [
            name if p.default is p.empty else f"{name}={p.default!r}"
            for name, p in self.signature.parameters.items()
        ]
        return f"({', '.join(parts)})"

    def read(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments by name; raises OpError with one sentence."""
        given = self._named(args, kwargs)
        read = {}
        for name, reader, default in self._slots:
            value = given.get(name, default)
            if value is default:
                read[name] = default
                continue
            try:
                read[name] = reader(value)
            except (ValueError, TypeError, OverflowError):
                raise self._unread(name, value) from None
        return read

    def _named(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Bind a call, as Signature.bind does, which takes longer than a small op itself."""
        named = dict(zip(self._places, args, strict=False))
        named.update(kwargs)
        all_apart = len(named) == len(args) + len(kwargs)
        if all_apart and self._needed <= named.keys() <= self._names:
            return named
        try:
            return self.signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise OpError(f"{self.name}: {error} (it takes {self.text})") from None

    def _unread(self, name: str, value: Any) -> OpError:
        shown = " ".join(reprlib.repr(value).split())  # one sentence, however long the value
        return OpError(f"{self.name}: {name} is {shown} (it takes {self.checks[name].need})")

    @cached_property
    def _slots(self) -> tuple[_Slot, ...]:
        """The arguments in order; defaults are read once, and None is only read as a default."""
        slots = []
        for name, parameter in self.signature.parameters.items():
            check, default = self.checks[name], parameter.default
            known = default is None or default is parameter.empty
            slots.append(_Slot(name, check.read, default if known else check.read(default)))
        return tuple(slots)

    @cached_property
    def _places(self) -> tuple[str, ...]:
        """The names of the arguments that may be given by position."""
        parameters = self.signature.parameters.items()
        return tuple(name for name, p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.signature.parameters)

    @cached_property
    def _needed(self) -> frozenset[str]:
        parameters = self.signature.parameters.items()
        return frozenset(name for name, p in parameters if p.default is p.empty)


class _Slot(NamedTuple):
    """One argument: how it is read, and what stands for it where it is left out."""

    name: str
    read: Callable[[Any], Any]
    default: Any
