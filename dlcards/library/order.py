"""The order in which new cards of a deck are met: the syllabus's, what is needed before what needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlcards.library.loader import Placed
    from dlcards.library.syllabus import Syllabus

LONGEST = 100  # a chain of needs beyond this is a deck's fault, not a reason to run out of stack


def ordered(cards: Iterable[Placed], plan: Syllabus) -> list[Placed]:
    """Sort cards by the syllabus's concepts; a concept that others need comes before them.

    A circle of needs is broken where it is met first; order inside a concept is the author's.
    """
    groups: dict[str, list[Placed]] = {}
    for placed in cards:
        groups.setdefault(placed.card.concept, []).append(placed)
    last = len(plan.concepts)
    concepts = sorted(groups, key=lambda c: plan.concepts[c].order if c in plan.concepts else last)
    done: dict[str, None] = {}
    for concept in concepts:
        _visit(concept, groups, done, set())
    return [placed for concept in done for placed in groups[concept]]


def _visit(
    concept: str, groups: dict[str, list[Placed]], done: dict[str, None], path: set[str]
) -> None:
    if concept in done or concept in path or concept not in groups or len(path) > LONGEST:
        return
    needs = (need for placed in groups[concept] for need in placed.card.needs)
    for need in needs:
        _visit(need, groups, done, path | {concept})
    done[concept] = None
