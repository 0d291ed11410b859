"""Rubric cards: explain aloud as in the interview, then tick the points that were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from dlcards.kinds._rules import question
from dlcards.model.card import CardFault, Fault, Head, Prompt, Prose, Reveal, Tick, Verdict
from dlcards.model.doc import Cell, Doc, Table, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = """\
id: explain-batchnorm
kind: rubric
concept: batchnorm
aspect: definition
front: Explain batch normalisation as you would in the interview, in about a minute.
seconds: 60
points:
- {text: 'Per channel, subtract the batch mean and divide by the batch standard deviation.', ask: 'Batch normalisation subtracts and divides by what, over which axes?', weight: 2}
- {text: 'A learned scale and shift follow, so the layer can undo it.', ask: 'Which two learned parameters does a channel of batch normalisation have, and why?'}
- {text: 'Inference uses running averages from training.', ask: 'Which statistics does batch normalisation use at inference?', weight: 2}
- {text: 'It allows larger learning rates; why is disputed since 2018.', ask: 'What does batch normalisation buy in training, and is its reason settled?'}
why: A complete answer says what is computed, what is learned, what changes at inference and what it buys.
mistake: 'Often inference is forgotten. It is the first follow-up question.'
source: Ioffe and Szegedy 2015; Santurkar et al. 2018
"""

MOST_SECONDS = 600


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a good answer says; `ask` brings it back alone when it was missed."""

    text: Prose
    ask: Prose
    weight: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1


class Rubric(Head, frozen=True, kw_only=True, tag="rubric"):
    """An explanation to give, with the points it should make."""

    front: Prose
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=2, max_length=9)]
    seconds: Annotated[
        int, msgspec.Meta(ge=10, le=MOST_SECONDS, description="How long the answer may take.")
    ] = 60
    point: Annotated[
        int, msgspec.Meta(ge=0, description="Set by the program: the point that is asked alone.")
    ] = 0

    def expand(self) -> tuple[Rubric, ...]:
        return (self,)

    def draw(self, seed: int) -> Rubric:  # noqa: ARG002 - nothing in this kind is drawn
        return self

    def part(self, name: str) -> Rubric:
        """The card that asks one missed point alone; raises CardFault where it is gone."""
        number = int(name) if name.isascii() and name.isdigit() else 0
        if not 1 <= number <= len(self.points):
            raise CardFault(f"card '{self.id}': has no point {name} any more (its deck was edited)")
        return msgspec.structs.replace(self, point=number, hints=())

    def faults(self) -> Iterable[Fault]:
        if self.point:
            yield Fault("point", "is set by the program", "leave it out")
        if len({point.text for point in self.points}) < len(self.points):
            yield Fault("points", "two points are the same", "change or drop one")

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        for n, point in enumerate(self.points):
            yield from question(f"points[{n}].ask", point.ask)

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        if self.point:
            return Prompt(prose(self._alone.ask), Reveal())
        texts = tuple(point.text for point in self.points)
        return Prompt(prose(self.front), Tick(texts, self.seconds))

    def check(self, reply: str) -> Verdict:
        if self.point:
            return Verdict(None)
        digits = "".join(reply.replace(",", " ").split())
        if any(digit not in "123456789"[: len(self.points)] for digit in digits):
            said = f"Give the numbers of the points you made, 1 to {len(self.points)}, or nothing."
            return Verdict(0.0, said=(Text(said),), unreadable=True)
        numbers = set(map(int, digits))
        made = sum(point.weight for n, point in enumerate(self.points, 1) if n in numbers)
        missed = tuple(str(n) for n in range(1, len(self.points) + 1) if n not in numbers)
        said = f"{len(numbers)} of {len(self.points)} points made."
        return Verdict(made / self._total, said, self._marked(numbers), missed=missed)

    def explain(self) -> Doc:
        if self.point:
            return (*prose(self._alone.text, "answer"), *self.notes())
        return self.notes()

    @property
    def _alone(self) -> Point:
        return self.points[self.point - 1]

    @property
    def _total(self) -> int:
        return sum(point.weight for point in self.points)

    def _marked(self, made: set[int]) -> Doc:
        rows = tuple(
            (Cell(point.text, "right" if n in made else "wrong"),)
            for n, point in enumerate(self.points, 1)
        )
        return (Table(rows),)
