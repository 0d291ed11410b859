"""Derive cards: the answer is a formula, judged at many points, explained step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zlib import crc32

import msgspec

from dlcards.answers import formula, grammar
from dlcards.answers.domains import Domain, Variable, points
from dlcards.answers.latex import latex
from dlcards.answers.misread import misread
from dlcards.answers.tree import Name
from dlcards.answers.vocabulary import FUNCTIONS
from dlcards.kinds._rules import question
from dlcards.kinds._slips import Slip
from dlcards.model.card import Fault, Head, Line, Prompt, Prose, Verdict
from dlcards.model.doc import Code, Doc, Math, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dlcards.answers.tree import Node
    from dlcards.model.doc import AnyBlock

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

    def of(self, name: str) -> Variable:
        """The variable of that name."""
        return Variable(name, self.domain, self.low, self.high)


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the key is the derivative of: `deck check` differentiates it with SymPy."""

    expr: Formula
    wrt: str
    variables: dict[str, Range]
    where: Annotated[
        dict[str, Formula], msgspec.Meta(description="The key's variables in terms of these.")
    ] = msgspec.field(default_factory=dict)

    def latex(self) -> str:
        """The derivative as a question."""
        inside = latex(grammar.parse(self.expr, names=list(self.variables)))
        name = latex(Name(self.wrt))
        return rf"\frac{{\partial}}{{\partial {name}}} \left({inside}\right)"


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
        yield from _range_faults("variables", self.variables)
        for field, text in self._formulas():
            yield from _unreadable(field, text, self.variables)
        for field in ("must_use", "must_not_use"):
            for word in getattr(self, field):
                if word not in self.variables and word not in FUNCTIONS:
                    yield Fault(field, f"'{word}' is no variable and no function")
        if self.proof_of is not None:
            yield from _origin_faults(self.proof_of, self)

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
        judged = self.judged(reply)
        if judged.outcome == "undecided":
            return Verdict(None, understood, prose(judged.said, "note"))
        if judged.outcome == "wrong":
            return self._wrong(given, understood, judged)
        if broken := formula.broken_rule(given, reply, self._rules):
            return Verdict(
                0.5, understood, prose(f"Right value, wrong form: {broken}."), near_miss=True
            )
        return Verdict(1.0, understood)

    def judged(self, text: str) -> formula.Verdict:
        """Compare a formula with the key; raises Unreadable."""
        return formula.judge(self._read(self.key), self._read(text), self.domains, self._seed)

    def explain(self) -> Doc:
        return (Math(latex(self._read(self.key))), *self._derivation(), *self.notes())

    def _derivation(self) -> Doc:
        """What is differentiated, then line by line what it equals."""
        lines: list[AnyBlock] = []
        if self.proof_of is not None:
            lines.append(Math(self.proof_of.latex()))
        for stage in self.steps:
            equals = "= " if lines else ""
            lines += prose(stage.note) if stage.note else ()
            lines.append(Math(f"{equals}{latex(self._read(stage.expr))}"))
        return tuple(lines)

    def _wrong(self, given: Node, understood: str, judged: formula.Verdict) -> Verdict:
        named = self._named(given)
        said = (*prose(named, "mistake"), *prose(judged.example)) if named else prose(judged.said)
        return Verdict(0.0, understood, said, near_miss=bool(named))

    def _named(self, given: Node) -> str:
        """The mistake that the formula equals: the card's own, then those that anybody makes."""
        key = self._read(self.key)
        at = points(self.domains, (key, given), self._seed)
        for said, wrong in self._likely(key):
            if formula.equal(wrong, given, at):
                return said
        return ""

    def _likely(self, key: Node) -> Iterator[tuple[str, Node]]:
        yield from ((slip.say, self._read(slip.expr)) for slip in self.mistakes)
        stages = [self._read(stage.expr) for stage in self.steps]
        chain = self.proof_of is not None or self.asked.startswith("grad.")
        yield from misread(key, self.domains, stages, chain=chain)

    def _read(self, text: str) -> Node:
        return grammar.parse(text, names=list(self.variables))

    def _formulas(self) -> Iterable[tuple[str, str]]:
        """The formulas in the answer's variables, by field."""
        yield "key", self.key
        yield from ((f"steps[{n}].expr", stage.expr) for n, stage in enumerate(self.steps))
        yield from ((f"mistakes[{n}].expr", slip.expr) for n, slip in enumerate(self.mistakes))

    @property
    def domains(self) -> list[Variable]:
        """The variables of the answer with their domains."""
        return [given.of(name) for name, given in self.variables.items()]

    @property
    def _rules(self) -> formula.Rules:
        return formula.Rules(self.must_use, self.must_not_use, self.no_numbers, self.max_length)

    @property
    def _seed(self) -> int:
        return crc32(self.id.encode())  # the points, and so the verdict, are the card's own


def _range_faults(field: str, variables: Mapping[str, Range]) -> Iterable[Fault]:
    for name, given in variables.items():
        if not name.isidentifier() or name in FUNCTIONS:
            yield Fault(f"{field}.{name}", "is no name of a variable", "choose another letter")
        if not given.of(name).values():
            yield Fault(f"{field}.{name}", "has an empty domain", "widen it")


def _unreadable(field: str, text: str, variables: Iterable[str]) -> Iterable[Fault]:
    try:
        grammar.parse(text, names=list(variables))
    except grammar.Unreadable as error:
        yield Fault(field, str(error))


def _origin_faults(origin: Origin, card: Derive) -> Iterable[Fault]:
    yield from _range_faults("proof_of.variables", origin.variables)
    yield from _unreadable("proof_of.expr", origin.expr, origin.variables)
    for name, text in origin.where.items():
        yield from _unreadable(f"proof_of.where.{name}", text, origin.variables)
    if origin.wrt not in origin.variables:
        yield Fault("proof_of.wrt", f"'{origin.wrt}' is none of proof_of.variables")
    for name in card.variables:
        if name not in origin.variables and name not in origin.where:
            hint = "say what it is in proof_of.where"
            yield Fault("proof_of", f"does not know the answer's variable '{name}'", hint)
