"""Cloze cards: a true sentence with one or two gaps; each gap is a card, the others stay filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from dlcards.kinds._rules import CORE_WORDS
from dlcards.model.card import Fault, Head, Prompt, Prose, Reveal, Verdict
from dlcards.model.doc import Doc, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = """\
id: he-init-factor
kind: cloze
concept: he-init
aspect: formula
text: 'He initialisation draws weights with variance {{c1::$2/n_{in}$}} because ReLU {{c2::halves the second moment}}.'
why: Half of the pre-activations are cut to zero, so the factor 2 restores the signal's scale.
mistake: 'Often said: "He is for bigger nets". It corrects for ReLU, whatever the size.'
source: He et al. 2015
"""

_GAP = re.compile(r"\{\{c(\d+)::(.+?)(?:::([^:{}]+?))?\}\}", re.DOTALL)
BLANK = "[…]"
MOST_GAPS = 9
LONGEST_ID = 64  # as in the model: the id of a sibling is an id like any other


class Cloze(Head, frozen=True, kw_only=True, tag="cloze"):
    """A sentence to complete. `gap` is set by the program: which gap this sibling asks."""

    text: Annotated[
        Prose, msgspec.Meta(description="Gaps are {{c1::answer}} or {{c1::answer::hint}}.")
    ]
    gap: int = 0

    def expand(self) -> tuple[Cloze, ...]:
        numbers = sorted({int(number) for number, _, _ in _GAP.findall(self.text)})
        return tuple(
            # The first gap keeps the plain id, so a second gap added later costs no history.
            msgspec.structs.replace(
                self, id=self.id if n == numbers[0] else f"{self.id}-c{n}", gap=n
            )
            for n in numbers
        )

    def draw(self, seed: int) -> Cloze:  # noqa: ARG002 - nothing in this kind is drawn
        return self

    def faults(self) -> Iterable[Fault]:
        if not _GAP.search(self.text):
            yield Fault("text", "has no gap", "write one as {{c1::answer}}")
        elif "{{c" in _GAP.sub("", self.text):
            yield Fault("text", "has a gap that cannot be read", "write it as {{c1::answer}}")
        for number, answer, _ in _GAP.findall(self.text):
            if not 1 <= int(number) <= MOST_GAPS:
                yield Fault("text", f"has the gap number {number}", f"1 to {MOST_GAPS}")
            if answer.count("{") != answer.count("}"):
                yield Fault("text", f"ends a gap inside '{answer}'", "write '} }' in the formula")
        if any(len(sibling.id) > LONGEST_ID for sibling in self.expand()):
            yield Fault("id", "is too long for its gaps", f"{LONGEST_ID} characters with -c2")
        if self.gap:
            yield Fault("gap", "is set by the program", "leave it out")

    def lint(self) -> Iterable[Fault]:
        gaps = _GAP.findall(self.text)
        if len(gaps) > 2:
            yield Fault("text", f"has {len(gaps)} gaps", "two at most: split the card")
        if any(text.count("$") % 2 for text in _GAP.split(self.text)[:-1:4]):
            yield Fault("text", "has a gap inside a formula", "put the gap around the whole $…$")
        words = len(_GAP.sub(r"\2", self.text).split())
        if words > CORE_WORDS:
            yield Fault("text", f"has {words} words", f"{CORE_WORDS} at most")

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        return Prompt(prose(_GAP.sub(self._hidden, self.text)), Reveal())

    def check(self, reply: str) -> Verdict:  # noqa: ARG002 - the learner judges
        return Verdict(score=None)

    def explain(self) -> Doc:
        return (*prose(_GAP.sub(self._shown, self.text), "answer"), *self.notes())

    def _hidden(self, match: re.Match[str]) -> str:
        number, answer, hint = match.groups()
        if int(number) != self.gap:
            return answer
        return f"[{hint}…]" if hint else BLANK

    def _shown(self, match: re.Match[str]) -> str:
        number, answer, _ = match.groups()
        plain = int(number) != self.gap or "$" in answer or "`" in answer
        return answer if plain else f"**{answer}**"
