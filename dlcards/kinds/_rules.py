"""Rules of good cards that several kinds apply to their own fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

CORE_WORDS = 25  # one idea: what must be recalled fits in one breath

_WORD = re.compile(r"[^\W\d_]{5,}")
_MATH = re.compile(r"\$\$?.+?\$\$?", re.DOTALL)
_OPEN = re.compile(r"^\W*(list|name|what are the|enumerate)\b", re.IGNORECASE)
_YES_NO = re.compile(r"^\W*(is|are|does|do|can|should|will|has|have|did|was|were)\b", re.IGNORECASE)


def core_length(field: str, text: str) -> Iterable[Fault]:
    """One idea a card: at most 25 words and one formula of its own line in the answer."""
    words = len(_MATH.sub(" x ", text).split())
    if words > CORE_WORDS:
        yield Fault(field, f"the answer has {words} words", f"{CORE_WORDS} at most: split the card")
    if text.count("$$") > 2:
        yield Fault(field, "the answer has several displayed formulas", "one a card")


def question(field: str, text: str) -> Iterable[Fault]:
    """No open lists, no questions that yes or no would answer."""
    last = re.split(r"(?<=[.!?:])\s+", text.strip())[-1]
    if _OPEN.match(text) or _OPEN.match(last):
        yield Fault(field, "asks for an open list", "ask for a decision or one member with a cue")
    if _YES_NO.match(last) and last.endswith("?") and " or " not in last:
        yield Fault(field, "can be answered by yes or no", "ask which, why, by what or how much")


def repeated_term(field: str, front: str, back: str) -> Iterable[Fault]:
    """The answer must not stand in the question already."""
    answer = _terms(back)
    if answer and answer <= _terms(front):
        yield Fault(field, "every term of the answer stands in the question", "ask it another way")


def _terms(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(_MATH.sub(" ", text)))
