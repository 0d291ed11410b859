"""Named misconceptions of cards whose answers are computed."""

from __future__ import annotations

import msgspec

from dlcards.model.card import Prose


class Slip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a misconception would answer, as an expression, and what to say to it."""

    expr: Prose
    say: Prose
