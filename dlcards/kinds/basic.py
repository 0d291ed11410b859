"""Basic cards: a question, an answer, and the learner judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcards.kinds._rules import core_length, question, repeated_term
from dlcards.model.card import Fault, Head, Prompt, Prose, Reveal, Verdict
from dlcards.model.doc import Doc, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = """\
id: batchnorm-inference-mean
kind: basic
concept: batchnorm
aspect: pitfall
front: At inference, which mean does BatchNorm subtract?
back: The running mean collected in training, not the batch's own.
why: One example alone has no batch statistics worth the name, and the output must not depend on its neighbours.
mistake: 'Often said: "the batch mean". That is training; forgetting eval mode is the classic bug.'
source: Ioffe and Szegedy 2015
"""


class Basic(Head, frozen=True, kw_only=True, tag="basic"):
    """A question whose answer the learner recalls, reveals and grades."""

    front: Prose
    back: Prose

    def expand(self) -> tuple[Basic, ...]:
        return (self,)

    def draw(self, seed: int) -> Basic:  # noqa: ARG002 - nothing in this kind is drawn
        return self

    def faults(self) -> Iterable[Fault]:
        return ()

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        yield from core_length("back", self.back)
        yield from repeated_term("back", self.front, self.back)

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Reveal())

    def check(self, reply: str) -> Verdict:  # noqa: ARG002 - the learner judges
        return Verdict(score=None)

    def explain(self) -> Doc:
        return (*prose(self.back, "answer"), *self.notes())
