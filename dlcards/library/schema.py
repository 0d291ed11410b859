"""The JSON Schema of a deck, made from the structs of the kinds, for editors that complete YAML."""

from __future__ import annotations

from typing import Any

import msgspec

from dlcards.kinds import union


class Deck(msgspec.Struct, forbid_unknown_fields=True):
    """A deck of cards for one topic."""

    deck: str
    title: str
    cards: list[Any]


def schema() -> dict[str, Any]:
    """Return the schema as a dictionary ready for JSON."""
    cards, parts = msgspec.json.schema_components([union()], ref_template="#/$defs/{name}")
    _, own = msgspec.json.schema_components([Deck], ref_template="#/$defs/{name}")
    body = own["Deck"]
    body["properties"]["cards"]["items"] = cards[0]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "dlcards-deck",
        **body,
        "$defs": parts,
    }
