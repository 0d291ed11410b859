"""Keep equal concepts apart in a line whose order otherwise stays, in n log n steps.

A concept that was just asked rests for some slots; the first in line whose concept is rested goes
next. A concept with so many cards left that they would pile up at the end goes before its turn,
so that two of a kind meet only where nothing else is left to put between them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BETWEEN: Final = 2  # others wanted between two cards of one concept
NEVER: Final = -BETWEEN - 1  # long enough before slot 0 to be rested there


class Apart:
    """A line of concepts, taken one by one; a place in the line is an index of `concepts`.

    `others` are the concepts of cards that come in between and are not of this line.
    """

    def __init__(self, concepts: Sequence[str], others: Iterable[str] = ()) -> None:
        self._line: dict[str, deque[int]] = defaultdict(deque)
        for place, concept in enumerate(concepts):
            self._line[concept].append(place)
        self._last: dict[str, int] = {}  # the slot in which the concept was asked
        # Heaps may hold entries that are out of date; `_settle` and `_pressing` put them right.
        self._ready = [(line[0], concept) for concept, line in self._line.items()]
        self._resting: list[tuple[int, int, str]] = []  # rested from this slot, place, concept
        self._left = Counter([*concepts, *others])
        self._most = [(-count, concept) for concept, count in self._left.items()]
        heapify(self._ready)
        heapify(self._most)

    def rested(self, concept: str, slot: int, between: int = BETWEEN) -> bool:
        """Whether at least so many others came since the concept was asked."""
        return slot - self._last.get(concept, NEVER) > between

    def ready(self, slot: int) -> bool:
        """Whether any rested concept has a card left."""
        self._settle(slot)
        return bool(self._ready)

    def asked(self, concept: str, slot: int) -> None:
        """Say that a card of the concept from elsewhere fills the slot."""
        self._last[concept] = slot
        self._left[concept] -= 1

    def take(self, slot: int, slots_left: int) -> int:
        """Return the place of the card that fills the slot; IndexError when none is left."""
        self._settle(slot)
        concept = self._pressing(slot, slots_left)
        if concept is None:
            concept = (self._ready or self._resting)[0][-1]
        line = self._line[concept]
        place = line.popleft()
        self.asked(concept, slot)
        if line:
            heappush(self._resting, (slot + BETWEEN + 1, line[0], concept))
        return place

    def _settle(self, slot: int) -> None:
        """Let both heaps begin with an entry that holds at this slot."""
        resting, ready = self._resting, self._ready
        while resting and (resting[0][0] <= slot or self._outdated(*resting[0])):
            self._file(*heappop(resting)[1:], slot)
        while ready and (self._stale(*ready[0]) or not self.rested(ready[0][1], slot)):
            self._file(*heappop(ready), slot)

    def _file(self, place: int, concept: str, slot: int) -> None:
        if self._stale(place, concept):
            return
        if self.rested(concept, slot):
            heappush(self._ready, (place, concept))
        else:
            heappush(self._resting, (self._last[concept] + BETWEEN + 1, place, concept))

    def _outdated(self, until: int, place: int, concept: str) -> bool:
        return until != self._last[concept] + BETWEEN + 1 or self._stale(place, concept)

    def _stale(self, place: int, concept: str) -> bool:
        line = self._line[concept]
        return not line or line[0] != place

    def _pressing(self, slot: int, slots_left: int) -> str | None:
        """Return the concept with most cards left if it could not keep its distance later."""
        while -self._most[0][0] != self._left[self._most[0][1]]:
            concept = self._most[0][1]
            heapreplace(self._most, (-self._left[concept], concept))
        count, concept = -self._most[0][0], self._most[0][1]
        if not self._line[concept]:
            return None
        for between in range(1, BETWEEN + 1):
            needed = (count - 1) * (between + 1) + 1
            if needed >= slots_left and self.rested(concept, slot, between):
                return concept
        return None
