"""Choice cards: one or several right options among named misconceptions, each refuted."""

from __future__ import annotations

import random
import re
from statistics import mean
from typing import TYPE_CHECKING, Annotated

import msgspec

from dlcards.kinds._rules import question
from dlcards.model.card import Fault, Head, Pick, Prompt, Prose, Verdict
from dlcards.model.doc import Cell, Doc, Table, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = """\
id: dropout-inference-scale
kind: choice
concept: dropout
aspect: pitfall
front: A layer trained with inverted dropout, $p = 0.5$, goes to inference. What happens to its activations there?
options:
- {text: 'They pass unchanged', correct: true}
- {text: 'They are multiplied by 0.5', refute: 'Inverted dropout has scaled by $1/(1-p)$ in training already.'}
- {text: 'They are multiplied by 2', refute: 'That factor belongs to training, for the units that were kept.'}
why: Scaling in training keeps the expected activation the same with and without the mask.
mistake: 'Often said: "scale by the keep probability", as in the 2014 paper, which scaled at test time.'
source: Srivastava et al. 2014; PyTorch 2.13
"""

_ABOVE = re.compile(r"\b(all|none|both) of the (above|others|options)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(not|except|never|least)\b[^?]*\?$|\bNOT\b", re.IGNORECASE)


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One option: right, or a misconception with its one-line refutation."""

    text: Prose
    correct: bool = False
    refute: str = ""


class Choice(Head, frozen=True, kw_only=True, tag="choice"):
    """A question with options; their order is fresh at each review."""

    front: Prose
    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=2, max_length=8)]
    several: Annotated[bool, msgspec.Meta(description="More than one option may be right.")] = False

    def expand(self) -> tuple[Choice, ...]:
        return (self,)

    def draw(self, seed: int) -> Choice:
        options = sorted(self.options, key=lambda option: option.text)  # a drawn card, drawn again
        random.Random(seed).shuffle(options)  # noqa: S311 - an order, not a secret
        return msgspec.structs.replace(self, options=tuple(options))

    def faults(self) -> Iterable[Fault]:
        right = sum(option.correct for option in self.options)
        if right == 0:
            yield Fault("options", "no option is right", "mark one with 'correct: true'")
        if right > 1 and not self.several:
            yield Fault("options", f"{right} options are right", "set 'several: true' or mark one")
        if len({option.text for option in self.options}) < len(self.options):
            yield Fault("options", "two options are the same", "change or drop one")

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        if not 3 <= len(self.options) <= 4:
            yield Fault("options", f"there are {len(self.options)} options", "three or four")
        if _NEGATED.search(self.front):
            yield Fault("front", "asks for what does not hold", "ask for what does")
        for index, option in enumerate(self.options):
            yield from _lint_option(f"options[{index}]", option)
        key, lures = self._lengths()
        if lures and not 0.7 <= key / lures <= 1.3:
            yield Fault(
                "options",
                f"the right option has {key / lures:.2f} times the length of the others",
                "between 0.7 and 1.3",
            )

    def prove(self) -> Iterable[Fault]:
        return ()

    def ask(self) -> Prompt:
        texts = tuple(option.text for option in self.options)
        return Prompt(prose(self.front), Pick(texts, self.several))

    def check(self, reply: str) -> Verdict:
        if not reply.strip():
            return Verdict(0.0)
        picked = _picked(reply)
        if not picked or max(picked) > len(self.options) or min(picked) < 1:
            said = f"Answer with a number from 1 to {len(self.options)}"
            return Verdict(
                0.0, said=(Text(f"{said}{', or several' * self.several}."),), unreadable=True
            )
        if len(picked) > 1 and not self.several:
            return Verdict(
                0.0, said=(Text("One option is right: answer with one number."),), unreadable=True
            )
        right = {n for n, option in enumerate(self.options, 1) if option.correct}
        score = max(0.0, (len(picked & right) - len(picked - right)) / len(right))
        understood = ", ".join(self.options[n - 1].text for n in sorted(picked))
        refuted = self._refuted(picked - right)
        return Verdict(score, understood, refuted, near_miss=bool(refuted))

    def explain(self) -> Doc:
        rows = tuple(
            (Cell(option.text, "right" if option.correct else "wrong"), Cell(option.refute))
            for option in self.options
        )
        return (Table(rows), *self.notes())

    def _refuted(self, wrong: set[int]) -> Doc:
        refutations = (self.options[n - 1].refute for n in sorted(wrong))
        return tuple(block for text in refutations if text for block in prose(text, "mistake"))

    def _lengths(self) -> tuple[float, float]:
        right = [len(o.text) for o in self.options if o.correct]
        wrong = [len(o.text) for o in self.options if not o.correct]
        return (mean(right) if right else 0.0), (mean(wrong) if wrong else 0.0)


def _picked(reply: str) -> set[int]:
    """Read '2', '1 3', '1,3' or 'b'; anything else is the empty set."""
    words = reply.replace(",", " ").split() or [""]
    letters = {letter: n for n, letter in enumerate("abcdefgh", 1)}
    numbers = [
        letters.get(w.lower(), int(w) if w.isascii() and w.isdigit() and len(w) < 3 else 0)
        for w in words
    ]
    return set(numbers) if all(numbers) else set()


def _lint_option(field: str, option: Option) -> Iterable[Fault]:
    if _ABOVE.search(option.text):
        yield Fault(f"{field}.text", "refers to the other options", "say what is meant")
    if not option.correct and not option.refute:
        yield Fault(field, "a wrong option has no refutation", "add 'refute': one line")
