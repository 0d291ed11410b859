"""Typed cards: a short text to write, with the forms that are accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from dlcards.answers.text import judge_text
from dlcards.kinds._rules import question
from dlcards.model.card import Fault, Head, Line, Prompt, Prose, Verdict
from dlcards.model.doc import Doc, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = """\
id: triplet-third-name
kind: typed
concept: triplet-loss
aspect: definition
front: A triplet holds a positive, a negative, and the example that both are compared with. What is that one called?
accept: [anchor, anchor example]
why: Both distances are measured from it.
mistake: 'Often said: "query". That is the word of contrastive losses with a dictionary.'
source: Schroff et al. 2015
"""


class Typed(Head, frozen=True, kw_only=True, tag="typed"):
    """A term to type; case, accents, punctuation and small slips are forgiven as the card allows."""

    front: Prose
    accept: Annotated[
        tuple[Prose, ...],
        msgspec.Meta(min_length=1, description="Accepted forms; the first is shown."),
    ]
    reject: Annotated[
        tuple[Prose, ...], msgspec.Meta(description="Wrong forms that look close to a right one.")
    ] = ()
    case: Annotated[bool, msgspec.Meta(description="Capitals matter.")] = False
    typos: Annotated[bool, msgspec.Meta(description="Small slips in long words are forgiven.")] = (
        True
    )

    def expand(self) -> tuple[Typed, ...]:
        return (self,)

    def draw(self, seed: int) -> Typed:  # noqa: ARG002 - nothing in this kind is drawn
        return self

    def faults(self) -> Iterable[Fault]:
        for form in self.accept:
            if not self._judged(form):
                yield Fault("accept", f"'{form}' can never be typed", "accept words or numbers")
        for form in self.reject:
            if self._judged(form):
                yield Fault(
                    "reject", f"'{form}' is accepted all the same", "accept needs another form"
                )

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        if len(self.accept[0].split()) > 4:
            yield Fault("accept", "a typed answer has more than four words", "make it a basic card")
        if any(_holds(self.front, form) for form in self.accept):
            yield Fault("front", "holds the answer", "ask it another way")

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Line("a word or a few"))

    def check(self, reply: str) -> Verdict:
        if not reply.strip():
            return Verdict(0.0)
        judged = judge_text(
            reply, self.accept, case=self.case, typos=self.typos, reject=self.reject
        )
        if judged.right:
            return Verdict(1.0, reply.strip())
        near = (Text(f"Close to '{judged.near}', but not that.", "mistake"),) if judged.near else ()
        return Verdict(0.0, reply.strip(), near, near_miss=bool(near))

    def explain(self) -> Doc:
        return (*prose(self.accept[0], "answer"), *self.notes())

    def _judged(self, form: str) -> bool:
        return judge_text(
            form, self.accept, case=self.case, typos=self.typos, reject=self.reject
        ).right


def _holds(text: str, form: str) -> bool:
    """Whether a form stands in a text as words of its own: ReLU does not hold ELU."""
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE) is not None
