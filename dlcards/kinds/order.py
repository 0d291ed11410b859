"""Order cards: steps to be put into the one right order, with credit for what is in order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated

import msgspec

from dlcards.kinds._rules import question
from dlcards.model.card import Arrange, Fault, Head, Prompt, Prose, Verdict
from dlcards.model.doc import Cell, Doc, Table, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXAMPLE = """\
id: training-step-order
kind: order
concept: training-loop
aspect: code
front: Put one PyTorch training step with gradient clipping into its order; gradients are zero at the start.
items:
- '`output = model(x)`'
- '`loss = criterion(output, y)`'
- '`loss.backward()`'
- '`clip_grad_norm_(model.parameters(), 1.0)`'
- '`optimizer.step()`'
why: Each line needs what the line before has made, and clipping changes the gradients that `step` reads.
mistake: 'Often clipping comes before `backward`: there is nothing to clip yet, and the step uses the full gradients.'
source: PyTorch 2.13 documentation, Optimizing Model Parameters
"""


class Order(Head, frozen=True, kw_only=True, tag="order"):
    """Items in their right order; they are shown shuffled."""

    front: Prose
    items: Annotated[
        tuple[Prose, ...],
        msgspec.Meta(min_length=3, max_length=9, description="In the right order."),
    ]
    shown: tuple[int, ...] = ()

    def expand(self) -> tuple[Order, ...]:
        return (self,)

    def draw(self, seed: int) -> Order:
        places = list(range(len(self.items)))
        chance = random.Random(seed)  # noqa: S311 - an order, not a secret
        while places == sorted(places):
            chance.shuffle(places)
        return msgspec.structs.replace(self, shown=tuple(places))

    def faults(self) -> Iterable[Fault]:
        if len({" ".join(item.lower().split()) for item in self.items}) < len(self.items):
            yield Fault("items", "two items are the same", "change or drop one")
        if self.shown:
            yield Fault("shown", "is set by the program", "leave it out")

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Arrange(tuple(self.items[n] for n in self._shown)))

    def check(self, reply: str) -> Verdict:
        if not reply.strip():
            return Verdict(0.0)
        count = len(self.items)
        numbers = _numbers(reply, count)
        if sorted(numbers) != list(range(1, count + 1)):
            said = f"Give each of the numbers 1 to {count} once, in order, such as 2 1 3."
            return Verdict(0.0, said=(Text(said),), unreadable=True)
        given = [self._shown[n - 1] for n in numbers]
        kept = _increasing(given)
        understood = f"read as {' '.join(map(str, numbers))}"
        if len(kept) == count:
            return Verdict(1.0, understood)
        backwards = len(kept) == 1  # every pair is exchanged
        near = backwards or len(kept) == count - 1
        score = 0.0 if backwards else len(kept) / count
        return Verdict(score, understood, self._marked(given, kept), near_miss=near)

    def _marked(self, given: Sequence[int], kept: frozenset[int]) -> Doc:
        """The reply again, with what may stay where it is."""
        rows = tuple((Cell(self.items[n], "right" if n in kept else "wrong"),) for n in given)
        if len(kept) == 1:
            return (Text("That is the reverse order: turn it round.", "mistake"), Table(rows))
        moved = len(given) - len(kept)
        others = "the other must" if moved == 1 else f"the other {moved} must"
        return (Text(f"{len(kept)} of {len(given)} are in order; {others} move."), Table(rows))

    def explain(self) -> Doc:
        rows = tuple((Cell(f"{n}. {item}"),) for n, item in enumerate(self.items, 1))
        return (Table(rows), *self.notes())

    @property
    def _shown(self) -> tuple[int, ...]:
        return self.shown or tuple(range(len(self.items)))


def _numbers(reply: str, count: int) -> list[int]:
    """Read `2 1 3`, `2, 1, 3` or `213`; nothing where it is something else."""
    words = reply.replace(",", " ").split()
    if len(words) == 1 and len(words[0]) == count:
        words = list(words[0])
    if len(words) != count or not all(len(w) == 1 and w in "123456789" for w in words):
        return []
    return [int(word) for word in words]


def _increasing(given: Sequence[int]) -> frozenset[int]:
    """The longest common subsequence with the right order: what may stay where it is."""
    best: list[list[int]] = []
    for place, item in enumerate(given):
        before = [best[n] for n in range(place) if given[n] < item]
        longest: list[int] = max(before, key=len, default=[])
        best.append([*longest, item])
    kept: list[int] = max(best, key=len, default=[])
    return frozenset(kept)
