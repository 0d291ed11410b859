"""Turns the data of one card into its struct, and everything that does not fit into faults.

msgspec stops at the first fault; a card that fails is therefore looked at again field by field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from dlcards.errors import near
from dlcards.kinds import kinds
from dlcards.model.card import Fault, Id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcards.model.card import Head

_AT = re.compile(r" - at `\$?\.?(.*)`$")
_PLAIN = {
    "Expected `str`": "must be text", "Expected `int`": "must be a whole number",
    "Expected `float`": "must be a number", "Expected `bool`": "must be true or false",
    "Expected `array`": "must be a list", "Expected `object`": "must be a mapping",
}  # fmt: skip
_IDS = "small letters, digits and single hyphens"


def card(data: dict[str, Any]) -> Head | None:
    """Return the card, or None where something does not fit: then `faults` says what."""
    kind = _kind(data)
    if kind is None:
        return None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        return None


def faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Yield everything that keeps the data from being a card."""
    kind = _kind(data)
    if kind is None:
        yield _unknown_kind(data)
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in data:
        if name not in fields and name != "kind":
            has = f"a {kind.__struct_config__.tag} card has {', '.join(fields)}"
            yield Fault(name, f"unknown field '{name}'", near(name, fields) or has)
    for name, field in fields.items():
        if name in data:
            yield from _field_faults(name, data[name], field.type)
        elif field.required:
            yield Fault("", f"has no '{name}'", "add it")


def is_id(text: str) -> bool:
    """Whether a text can be the id of a deck or card."""
    return not list(_field_faults("id", text, Id))


def _kind(data: dict[str, Any]) -> type[Head] | None:
    kind = data.get("kind")
    return kinds().get(kind) if isinstance(kind, str) else None


def _unknown_kind(data: dict[str, Any]) -> Fault:
    known = f"one of {', '.join(kinds())}"
    kind = data.get("kind")
    if "kind" not in data:
        return Fault("", "has no 'kind'", known)
    if not isinstance(kind, str):
        return Fault("kind", "'kind' must be text", known)
    return Fault("kind", f"unknown kind '{kind[:80]}'", near(kind[:80], kinds()) or known)


def _field_faults(name: str, value: Any, type_: Any) -> Iterator[Fault]:
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
    if "matching regex" in plain:
        return Fault(path, f"'{path}' is no id", _IDS)
    for start, said in _PLAIN.items():
        if plain.startswith(f"{start}, got"):
            hint = "put quotes around it" if said == "must be text" else ""
            return Fault(path, f"'{path}' {said}", hint)
    return Fault(path, f"'{path}': {plain[:1].lower()}{plain[1:].replace('`', chr(39))}")
