"""Turns the data of one card into its struct, and everything that does not fit into Problems.

msgspec stops at the first fault; a card that fails is therefore looked at again field by field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from dlcards.errors import near
from dlcards.kinds import kinds
from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlcards.model.card import Head

_AT = re.compile(r" - at `\$?\.?(.*)`$")
_PLAIN = {
    "Expected `str`": "must be text", "Expected `int`": "must be a whole number",
    "Expected `float`": "must be a number", "Expected `bool`": "must be true or false",
    "Expected `array`": "must be a list", "Expected `object`": "must be a mapping",
}  # fmt: skip


def card(data: dict[str, Any]) -> tuple[Head | None, list[Fault]]:
    """Return the card, or None and all of its faults."""
    kind = kinds().get(data.get("kind", ""))
    if kind is None:
        return None, [_unknown_kind(data)]
    try:
        fields = {name: value for name, value in data.items() if name != "kind"}
        return msgspec.convert(fields | {"kind": data["kind"]}, kind), []
    except msgspec.ValidationError as error:
        return None, list(_faults(kind, data)) or [_translated(str(error), "")]


def _unknown_kind(data: dict[str, Any]) -> Fault:
    if "kind" not in data:
        return Fault("", "has no 'kind'", f"one of {', '.join(kinds())}")
    hint = near(str(data["kind"]), kinds()) or f"one of {', '.join(kinds())}"
    return Fault("kind", f"unknown kind '{data['kind']}'", hint)


def _faults(kind: type[Head], data: dict[str, Any]) -> Iterable[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in data:
        if name not in fields and name != "kind":
            yield Fault(
                name,
                f"unknown field '{name}'",
                near(name, fields)
                or f"a {kind.__struct_config__.tag} card has {', '.join(fields)}",
            )
    for name, field in fields.items():
        if name in data:
            yield from _field_faults(name, data[name], field.type)
        elif field.required:
            yield Fault("", f"has no '{name}'", "add it")


def _field_faults(name: str, value: Any, type_: Any) -> Iterable[Fault]:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        yield _translated(str(error), name)


def _translated(message: str, field: str) -> Fault:
    """Say in plain words what msgspec found, and at which path."""
    at = _AT.search(message)
    inner = at[1] if at else ""
    path = field + (inner if inner.startswith("[") or not inner else f".{inner}")
    plain = _AT.sub("", message)
    if unknown := re.search(r"unknown field `(.+)`", plain):
        return Fault(
            f"{path}.{unknown[1]}", f"unknown field '{unknown[1]}' in '{path}'", "remove it"
        )
    if missing := re.search(r"missing required field `(.+)`", plain):
        return Fault(path, f"'{path}' has no '{missing[1]}'", "add it")
    for start, said in _PLAIN.items():
        if plain.startswith(start) and "|" not in plain:
            return Fault(path, f"'{path}' {said}", "")
    if "matching regex" in plain:
        return Fault(path, f"'{path}' is no id", "small letters, digits and single hyphens")
    return Fault(path, f"'{path}': {plain[:1].lower()}{plain[1:].replace('`', chr(39))}", "")
