"""The JSON Schema of a deck, made from the structs of the kinds, for editors that complete YAML."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from dlcards.kinds import union
from dlcards.model.card import Id


class Deck(msgspec.Struct, forbid_unknown_fields=True):
    """A deck of cards for one topic."""

    deck: Id
    title: str
    cards: list[Any]


def text() -> str:
    """Return the schema as the text of a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


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
