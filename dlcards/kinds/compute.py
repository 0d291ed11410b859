"""Compute cards: fresh numbers at each review, judged by computing, explained by the op's own lines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from dlcards.answers.diagnose import generic
from dlcards.answers.evaluate import Undefined
from dlcards.answers.grammar import Unreadable
from dlcards.answers.numeric import Form, form_of, format_value, judge, read, tolerance_said
from dlcards.kinds import _expression, _inputs, _template
from dlcards.kinds._inputs import Given
from dlcards.kinds._rules import question
from dlcards.kinds._slips import Slip
from dlcards.kinds._steps import worked
from dlcards.kinds._template import squeezed
from dlcards.model.card import CardFault, Fault, Head, Line, Prompt, Prose, Verdict
from dlcards.model.doc import Cell, Code, Doc, Table, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlcards.answers.numeric import Judgement
    from dlcards.kinds._expression import Call

EXAMPLE = """\
id: huber-three-residuals
kind: compute
concept: huber
aspect: compute
family: regression-losses
front: 'Predictions {{input}}, targets {{target}}: what does the Huber loss with $\\delta = {{delta}}$ return?'
op: huber_loss
inputs:
  input: {integers: [-4, 4], shape: [3]}
  target: {integers: [-2, 2], shape: [3]}
  delta: {choice: [1, 2]}
where: ['max(abs(input - target)) > delta']
ask: value
convention: Mean over the three elements.
mistakes:
- {expr: 'mean((input - target)^2) / 2', say: 'That is squared error everywhere; beyond $\\delta$ the loss is linear.'}
why: Residuals within $\\delta$ pay half their square, larger ones $\\delta(|r| - \\delta/2)$.
mistake: 'Often said: "δ only scales the loss". It is the residual at which the square turns into a line.'
source: computed
"""

TEMPLATES = ("front", "why", "mistake", "contrast")
FORMS: dict[Form, str] = {
    "scalar": "a number", "percent": "a percentage", "integer": "a whole number",
    "shape": "a shape", "vector": "a vector", "matrix": "a matrix",
}  # fmt: skip


class Compute(Head, frozen=True, kw_only=True, tag="compute"):
    """A question for a number, an array or a shape, computed from drawn inputs."""

    front: Prose
    op: Annotated[
        str, msgspec.Meta(description="An op of the registry; without it, `ask` is an expression.")
    ] = ""
    inputs: Annotated[
        dict[str, Given],
        msgspec.Meta(
            max_length=16,
            description="How each input is drawn; those named as the op's arguments are passed to it.",
        ),
    ] = msgspec.field(default_factory=dict)
    args: Annotated[
        dict[str, Any],
        msgspec.Meta(description="Fixed arguments of the op, such as reduction: sum."),
    ] = msgspec.field(default_factory=dict)
    where: Annotated[
        tuple[Prose, ...],
        msgspec.Meta(max_length=8, description="Conditions that a draw must meet."),
    ] = ()
    asked: Annotated[
        Prose,
        msgspec.Meta(
            description="'value', 'grad.NAME', an output's name, or an expression over inputs and ops."
        ),
    ] = msgspec.field(name="ask", default="value")
    form: Annotated[
        Form | None,
        msgspec.Meta(description="How the answer is written; taken from the key where absent."),
    ] = None
    rtol: Annotated[float, msgspec.Meta(gt=0, le=0.2, description="Relative tolerance.")] = 0.01
    atol: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    convention: Annotated[
        str, msgspec.Meta(description="Reduction, log base, bias: what makes the answer unique.")
    ] = ""
    units: Annotated[str, msgspec.Meta(description="The unit of the answer.")] = ""
    mistakes: Annotated[
        tuple[Slip, ...],
        msgspec.Meta(max_length=8, description="Named misconceptions, likeliest first."),
    ] = ()

    def expand(self) -> tuple[Compute, ...]:
        return (self,)

    def draw(self, seed: int) -> Compute:
        try:
            drawn = _inputs.draw(self.inputs, self.where, random.Random(seed))  # noqa: S311
        except (Unreadable, Undefined) as error:
            raise CardFault(f"card '{self.id}': {error}") from None
        fixed = msgspec.structs.replace(self, inputs=drawn, where=())
        return msgspec.structs.replace(fixed, hints=tuple(map(fixed._filled, self.hints)))

    def faults(self) -> Iterable[Fault]:
        names = list(self.inputs)
        yield from _inputs.faults(self.inputs)
        if not self.op and not self._is_expression:
            yield Fault("ask", f"'{self.asked}' of which op is not said", "name it with 'op:'")
        for name in self.args.keys() & self.inputs.keys():
            yield Fault(f"args.{name}", f"'{name}' is an input already", "keep one of them")
        for n, text in enumerate(self.where):
            yield from _inputs.condition_faults(f"where[{n}]", text, names)
        expressions = [(f"mistakes[{n}].expr", slip.expr) for n, slip in enumerate(self.mistakes)]
        expressions += [("ask", self.asked)] if self._is_expression else []
        for field, text in expressions:
            yield from _inputs.expression_faults(field, text, names)
        for field, text in self._templates():
            yield from _template.faults(field, text, names)

    def lint(self) -> Iterable[Fault]:
        yield from question("front", self.front)
        if not self.convention and not self.units:
            yield Fault("convention", "is missing", "say the reduction, log base or unit")
        if not any(isinstance(given, _inputs.Input) for given in self.inputs.values()):
            yield Fault(
                "inputs", "nothing is drawn", "let the numbers vary, or make it a basic card"
            )

    def prove(self) -> Iterable[Fault]:
        from dlcards.kinds._variants import faults_of_variants

        return faults_of_variants(self)

    def ask(self) -> Prompt:
        units = f"Answer in {self.units}." if self.units else ""
        said = " ".join(filter(None, (self.convention, units)))
        note = prose(self._filled(said), "note") if said else ()
        form = self.written_form
        expects = f"{FORMS[form]}, {tolerance_said(form, self.rtol, self.atol)}"
        return Prompt((*prose(self._filled(self.front)), *note), Line(expects))

    def check(self, reply: str) -> Verdict:
        if not reply.strip():
            return Verdict(0.0)
        form, key = self.written_form, self.key
        try:
            given = read(form, reply)
        except Unreadable as error:
            where = Code(error.caret(), "text")
            return Verdict(0.0, said=(Text(str(error)), where), unreadable=True)
        value = squeezed(given.value)
        judged = judge(form, key, value, rtol=self.rtol, atol=self.atol)
        if judged.score >= 1.0:
            note = (Text(judged.said, "note"),) if judged.said else ()
            return Verdict(1.0, given.echo, note)
        named = self.name_mistake(value)
        said = (*_marked(judged, value), *(prose(named, "mistake") if named else ()))
        return Verdict(judged.score, given.echo, said, near_miss=bool(named))

    def explain(self) -> Doc:
        answer = f"{self.written_key()} {self._filled(self.units)}".strip()
        filled = {field: self._filled(getattr(self, field)) for field in TEMPLATES}
        notes = msgspec.structs.replace(self, **filled).notes()
        return (Text(answer, "answer"), *worked(self._computed()[1], self.asked, self.key), *notes)

    @property
    def key(self) -> Any:
        """The truth for the drawn inputs, without leading axes of size 1."""
        key, _ = self._computed()
        if not _is_answer(key):
            hint = "ask for a number, an array or a shape"
            raise CardFault(f"card '{self.id}': '{self.asked}' cannot be typed ({hint})")
        return squeezed(key)

    @property
    def env(self) -> dict[str, Any]:
        """The drawn inputs by name."""
        return _inputs.environment(self.inputs)

    @property
    def written_form(self) -> Form:
        """How the answer is written: as the deck says, else as the key is."""
        return self.form or form_of(self.key)

    def written_key(self, digits: int = 4) -> str:
        """The key as a learner would type it."""
        if self.form == "percent":
            return f"{format_value(100 * self.key, digits)} %"
        return format_value(self.key, digits)

    def name_mistake(self, given: Any) -> str:
        """Say which mistake leads to the wrong answer, or ''."""
        form = self.written_form
        for slip in self.mistakes:
            wrong = self.slipped(slip)
            if wrong is not None and judge(form, wrong, given, rtol=self.rtol).score >= 1.0:
                return self._said(slip)
        return generic(form, self.key, given, inputs=self.env, question=self._words) or ""

    def slipped(self, slip: Slip) -> Any:
        """The answer that a misconception computes; None where it has none for these numbers."""
        try:
            wrong = _expression.compute(slip.expr, self.env)
        except Undefined:
            return None
        return squeezed(wrong) if _is_answer(wrong) else None

    def _said(self, slip: Slip) -> str:
        """What to say of a misconception; as it stands where a value in it is not defined."""
        try:
            return self._filled(slip.say)
        except Undefined:
            return slip.say

    @property
    def _is_expression(self) -> bool:
        return not (self.asked.isidentifier() or self.asked.startswith("grad.")) or (
            self.asked in self.inputs
        )

    def _call(self, ops: _expression.Ops) -> Any:
        """Call the op with the inputs that it knows by name."""
        from dlcards.ops import find

        known = find(self.op).signature.parameters
        arguments = {name: value for name, value in self.env.items() if name in known}
        return ops[f"{self.op}.{self.asked}"](**arguments, **self.args)

    def _computed(self) -> tuple[Any, list[Call]]:
        """The answer, and the ops that were called for it in the order in which they ran."""
        ops = _expression.Ops()
        if self._is_expression:
            return _expression.compute(self.asked, self.env, ops), ops.calls
        return self._call(ops), ops.calls

    def _templates(self) -> Iterable[tuple[str, str]]:
        """Every text that may hold `{{…}}`, with its field."""
        yield from ((field, getattr(self, field)) for field in (*TEMPLATES, "convention", "units"))
        yield from ((f"hints[{n}]", text) for n, text in enumerate(self.hints))
        yield from ((f"mistakes[{n}].say", slip.say) for n, slip in enumerate(self.mistakes))

    @property
    def _words(self) -> str:
        """What the question is about: only mistakes that belong to it are suspected."""
        return " ".join((self.front, self.convention, self.units, self.op, self.asked, self.why))

    def _filled(self, text: str) -> str:
        return _template.fill(text, self.env)


def _is_answer(value: Any) -> bool:
    """Whether a person can type a value: a number, a shape, an array with something in it."""
    if isinstance(value, tuple):
        return all(isinstance(size, int) for size in value)
    if hasattr(value, "dtype"):
        return value.dtype.kind in "fiu" and value.size > 0
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _marked(judged: Judgement, given: Any) -> Doc:
    """What the judgement says, and for arrays the reply again with its wrong entries marked."""
    said: Doc = (Text(judged.said),) if judged.said else ()
    if len(judged.right) < 2:
        return said
    import numpy as np

    array = np.asarray(given)
    array = array.reshape(-1, array.shape[-1])  # the rows of all matrices, one below the other
    marks = np.array(judged.right).reshape(array.shape)
    rows = tuple(
        tuple(Cell(format_value(x), "right" if ok else "wrong") for x, ok in zip(*row, strict=True))
        for row in zip(array, marks, strict=True)
    )
    return (*said, Table(rows))
