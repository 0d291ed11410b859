"""Derive cards: the answer is a formula, judged at many points, explained step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zlib import crc32

import msgspec

from dlcards.answers import formula, grammar
from dlcards.answers.domains import Domain, Variable
from dlcards.answers.latex import latex
from dlcards.answers.misread import misread
from dlcards.kinds._rules import question
from dlcards.kinds._slips import Slip
from dlcards.model.card import Fault, Head, Line, Prompt, Prose, Verdict
from dlcards.model.doc import Code, Doc, Math, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlcards.answers.tree import Node

EXAMPLE = """\
id: sigmoid-bce-logit-gradient
kind: derive
concept: sigmoid-bce-gradient
aspect: derive
front: 'A logit $z$ gives $p = \\sigma(z)$, and the loss is $L = -y \\ln p - (1-y)\\ln(1-p)$. What is $dL/dz$ in terms of $p$ and $y$?'
variables: {p: {domain: unit}, y: {domain: unit}}
key: p - y
proof_of:
  expr: '-y*log(sigmoid(z)) - (1-y)*log(1 - sigmoid(z))'
  wrt: z
  variables: {z: {domain: real}, y: {domain: unit}}
  where: {p: sigmoid(z)}
steps:
- {expr: '(-y/p + (1-y)/(1-p))*p*(1-p)', note: 'Chain rule: $dL/dp$ times $dp/dz = p(1-p)$.'}
- {expr: '-y*(1-p) + (1-y)*p', note: The denominators cancel.}
- {expr: p - y, note: The products of both cancel each other.}
mistakes:
- {expr: '(p-y)*p*(1-p)', say: 'That is the gradient of half the squared error: under cross-entropy the slope of the sigmoid cancels.'}
hints: ['Write the derivative as $dL/dp \\cdot dp/dz$.']
why: The slope of the sigmoid cancels the denominator that the logarithm leaves.
mistake: 'Often $(p-y)p(1-p)$ is given. That belongs to the squared error.'
source: computed
"""

Formula = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The domain of a variable."""

    domain: Domain = "real"
    low: float | None = None
    high: float | None = None


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the key is the derivative of: `deck check` differentiates it with SymPy."""

    expr: Formula
    wrt: str
    variables: dict[str, Range]
    where: Annotated[
        dict[str, Formula], msgspec.Meta(description="The key's variables in terms of these.")
    ] = msgspec.field(default_factory=dict)


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of the derivation; it equals the line before."""

    expr: Formula
    note: str = ""


class Derive(Head, frozen=True, kw_only=True, tag="derive"):
    """A question for a formula."""

    front: Prose
    variables: Annotated[
        dict[str, Range],
        msgspec.Meta(min_length=1, description="What the answer may be written with."),
    ]
    key: Annotated[Formula, msgspec.Meta(description="The answer, as a learner would type it.")]
    proof_of: (
        Annotated[Origin, msgspec.Meta(description="What the key is the derivative of.")] | None
    ) = None
    op: Annotated[str, msgspec.Meta(description="The op whose value or gradient the key is.")] = ""
    asked: Annotated[str, msgspec.Meta(description="'value' or 'grad.NAME' of the op.")] = (
        msgspec.field(name="ask", default="value")
    )
    steps: Annotated[
        tuple[Stage, ...],
        msgspec.Meta(description="The derivation, line by line, down to the key."),
    ] = ()
    must_use: tuple[str, ...] = ()
    must_not_use: tuple[str, ...] = ()
    no_numbers: bool = False
    max_length: int | None = None
    mistakes: tuple[Slip, ...] = ()

    def expand(self) -> tuple[Derive, ...]:
        return (self,)

    def draw(self, seed: int) -> Derive:  # noqa: ARG002 - nothing in this kind is drawn
        return self

    def faults(self) -> Iterable[Fault]:
        for field, text in self._formulas():
            try:
                self._read(text)
            except grammar.Unreadable as error:
                yield Fault(field, str(error))
        for name, given in self.variables.items():
            if not Variable(name, given.domain, given.low, given.high).values():
                yield Fault(f"variables.{name}", "has an empty domain", "widen it")

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        if self.proof_of is None and not self.op and not self.proof:
            yield Fault("", "the key is not proved", "add 'proof_of', 'op' or 'proof'")

    def prove(self) -> Iterable[Fault]:
        from dlcards.kinds._derivations import faults_of_derivation

        return faults_of_derivation(self)

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Line(f"a formula in {', '.join(self.variables)}"))

    def check(self, reply: str) -> Verdict:
        if not reply.strip():
            return Verdict(0.0)
        try:
            given = self._read(reply)
        except grammar.Unreadable as error:
            said = (Text(str(error)), Code(error.caret(), "text"))
            return Verdict(0.0, said=said, unreadable=True)
        understood = f"read as {formula.shown(given)}"
        judged = formula.judge(self._read(self.key), given, self._variables, self._seed)
        if judged.outcome == "undecided":
            return Verdict(None, understood, prose(judged.said, "note"))
        if judged.outcome == "wrong":
            return self._wrong(given, understood, judged.said)
        if broken := formula.broken_rule(given, reply, self._rules):
            return Verdict(
                0.5, understood, prose(f"Right value, wrong form: {broken}."), near_miss=True
            )
        return Verdict(1.0, understood)

    def explain(self) -> Doc:
        stages: list[Text | Math] = []
        for stage in self.steps:
            stages += [Text(stage.note)] if stage.note else []
            stages.append(Math(f"= {latex(self._read(stage.expr))}"))
        return (Math(latex(self._read(self.key))), *stages, *self.notes())

    def _wrong(self, given: Node, understood: str, difference: str) -> Verdict:
        named = self._named(given)
        said = (*prose(named, "mistake"), *prose(difference)) if named else prose(difference)
        return Verdict(0.0, understood, said, near_miss=bool(named))

    def _named(self, given: Node) -> str:
        """The mistake that the formula equals: the card's own, then those that anybody makes."""
        for slip in self.mistakes:
            if self._equals(self._read(slip.expr), given):
                return slip.say
        for name, wrong in misread(self._read(self.key), self._variables):
            if self._equals(wrong, given):
                return name
        return ""

    def _equals(self, one: Node, other: Node) -> bool:
        return formula.judge(one, other, self._variables, self._seed).outcome == "right"

    def _read(self, text: str) -> Node:
        return grammar.parse(text, names=list(self.variables))

    def _formulas(self) -> Iterable[tuple[str, str]]:
        """The formulas in the answer's variables, by field."""
        yield "key", self.key
        yield from ((f"steps[{n}].expr", stage.expr) for n, stage in enumerate(self.steps))
        yield from ((f"mistakes[{n}].expr", slip.expr) for n, slip in enumerate(self.mistakes))

    @property
    def _variables(self) -> list[Variable]:
        return [Variable(name, r.domain, r.low, r.high) for name, r in self.variables.items()]

    @property
    def _rules(self) -> formula.Rules:
        return formula.Rules(self.must_use, self.must_not_use, self.no_numbers, self.max_length)

    @property
    def _seed(self) -> int:
        return crc32(self.id.encode())  # the points, and so the verdict, are the card's own
