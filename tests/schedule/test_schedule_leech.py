"""Leeches are named at the eighth lapse, then at every fourth."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dlcards.schedule import sm2
from dlcards.schedule.leech import is_leech, reformulate, warns

MEMORY = replace(sm2.blank("c"), reviews=40)


@pytest.mark.parametrize(
    ("lapses", "leech", "warned"),
    [(0, False, False), (7, False, False), (8, True, True), (9, True, False), (11, True, False),
     (12, True, True), (16, True, True), (17, True, False)],
)  # fmt: skip
def test_lapses(lapses: int, leech: bool, warned: bool) -> None:
    memory = replace(MEMORY, lapses=lapses)
    assert (is_leech(memory), warns(memory)) == (leech, warned)
    assert not warns(replace(memory, repetitions=1))  # the last review was none


@pytest.mark.parametrize(
    ("ease", "lapses", "advised"),
    [(250, 0, False), (131, 7, False), (130, 0, True), (250, 8, True)],
)
def test_advice(ease: int, lapses: int, advised: bool) -> None:
    assert reformulate(replace(MEMORY, ease=ease, lapses=lapses)) is advised
