"""Code cards: implement it in NumPy; the learner's function runs against the registry's op."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from dlcards.answers.numeric import format_value
from dlcards.kinds import _inputs
from dlcards.kinds._inputs import Given
from dlcards.model.card import CardFault, Edit, Fault, Head, Prompt, Prose, Verdict
from dlcards.model.doc import Code as CodeBlock
from dlcards.model.doc import Doc, Text, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dlcards.answers.sandbox import Ran
    from dlcards.ops._op import Op

EXAMPLE = """\
id: softmax-in-numpy
kind: code
concept: softmax-stability
aspect: code
front: Implement softmax over the last axis in NumPy, for an input of any shape.
op: softmax
parameters: [input]
cases:
- inputs: {input: {uniform: [-2, 2], step: 0.5, shape: [4]}}
- inputs: {input: {integers: [-3, 3], shape: [2, 3]}}
  trap: 'Sum along the last axis and keep that axis, so that each row is divided by its own sum.'
- inputs: {input: [[1000, 0, -1000]]}
  trap: 'exp(1000) overflows: subtract the largest logit of the row first, which changes nothing else.'
- inputs: {input: {uniform: [-5, 5], shape: [20, 50]}}
why: Subtracting the maximum leaves the quotient as it is and makes every exponent at most 0.
mistake: 'Often `np.exp(x) / np.exp(x).sum()` is written: it overflows, and sums over the whole array.'
source: computed
"""

CLOSE = 1e-6  # relative and absolute, between float64 implementations
SHORT = 60  # characters of an argument that is shown


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Inputs to try, and what to say when it is these that fail."""

    inputs: dict[str, Given]
    trap: str = ""


class Code(Head, frozen=True, kw_only=True, tag="code"):
    """A function to write. Only the learner's own text is ever run."""

    front: Prose
    op: Annotated[str, msgspec.Meta(description="The op that the function must agree with.")]
    parameters: Annotated[
        tuple[str, ...],
        msgspec.Meta(min_length=1, description="The function's parameters, named as the op's."),
    ]
    cases: Annotated[tuple[Case, ...], msgspec.Meta(min_length=1, max_length=12)]
    asked: Annotated[str, msgspec.Meta(description="'value' or 'grad.NAME' of the op.")] = (
        msgspec.field(name="ask", default="value")
    )
    args: Annotated[dict[str, Any], msgspec.Meta(description="Fixed arguments of the op.")] = (
        msgspec.field(default_factory=dict)
    )
    seed: Annotated[int, msgspec.Meta(description="Set by the program.")] = 0

    def expand(self) -> tuple[Code, ...]:
        return (self,)

    def draw(self, seed: int) -> Code:
        return msgspec.structs.replace(self, seed=seed)

    def faults(self) -> Iterable[Fault]:
        for n, case in enumerate(self.cases):
            for fault in _inputs.faults(case.inputs):
                yield fault._replace(field=f"cases[{n}].{fault.field}")
            if unknown := set(case.inputs) - set(self.parameters):
                yield Fault(f"cases[{n}].inputs", f"'{min(unknown)}' is no parameter")

    def lint(self) -> Iterable[Fault]:
        if not any(case.trap for case in self.cases):
            yield Fault("cases", "no case has a trap", "add one that a naive answer fails")

    def prove(self) -> Iterable[Fault]:
        """The op itself must take every case; its own source is the reference solution."""
        for seed in range(5):
            try:
                for case in self._drawn(seed):
                    self._truth(case)
            except Exception as error:  # noqa: BLE001 - whatever it is, the deck is told of it
                yield Fault("cases", f"cannot be computed with seed {seed}: {error}")
                return

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Edit(self.stub))

    def check(self, reply: str) -> Verdict:
        from dlcards.answers import sandbox

        if not reply.strip() or reply.strip() == self.stub.strip():
            return Verdict(0.0)
        cases = self._drawn(self.seed)
        for number, ran in enumerate(sandbox.run(reply, self.name, cases)):
            said = self._failed(cases[number], ran)
            if said:
                trap = prose(self.cases[number].trap, "mistake") if self.cases[number].trap else ()
                head = (
                    (Text(f"Case {number + 1} of {len(cases)} fails."),) if not _unrun(ran) else ()
                )
                return Verdict(
                    number / len(cases),
                    said=(*head, *said, *(() if ran.error else trap)),
                    near_miss=number > 0,
                )
        return Verdict(1.0, f"all {len(cases)} cases agree")

    def explain(self) -> Doc:
        import inspect
        import textwrap

        source = textwrap.dedent(inspect.getsource(self._function))
        return (Text("The reference implementation:", "answer"), CodeBlock(source), *self.notes())

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.op if self.asked == "value" else f"{self.op}_grad"

    @property
    def stub(self) -> str:
        """What the editor opens with."""
        what = (
            self._op.breath
            if self.asked == "value"
            else f"The gradient with respect to {self.asked[5:]}."
        )
        shapes = self._op.shapes.text
        return (
            f"import numpy as np\n\n\ndef {self.name}({', '.join(self.parameters)}):\n"
            f'    """{what}\n\n    {shapes}\n    """\n    '
        )

    @property
    def _op(self) -> Op:
        from dlcards.ops import find

        return find(self.op)

    @property
    def _function(self) -> Any:
        return self._op.function if self.asked == "value" else self._op.backward

    def _drawn(self, seed: int) -> list[dict[str, Any]]:
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        return [_inputs.draw(case.inputs, (), chance) for case in self.cases]

    def _truth(self, case: Mapping[str, Any]) -> Any:
        if self.asked == "value":
            return self._op(**case, **self.args)
        gradients = self._op.grad(**case, **self.args)
        name = self.asked.removeprefix("grad.")
        if name not in gradients:
            raise CardFault(f"card '{self.id}': {self.op} has no gradient for '{name}'")
        return gradients[name]

    def _failed(self, case: Mapping[str, Any], ran: Ran) -> Doc:
        """What is wrong with one case; nothing where it agrees."""
        if ran.error:
            return (Text(f"Line {ran.line}: {ran.error}" if ran.line else ran.error),)
        shown = ", ".join(f"{name} = {_short(value)}" for name, value in case.items())
        if ran.changed:
            return (
                Text(f"With {shown} your function changes its argument {ran.changed[0]} in place."),
            )
        return _compared(shown, self._truth(case), ran.value)


def _compared(shown: str, truth: Any, given: Any) -> Doc:
    import numpy as np

    expected, got = np.asarray(truth, dtype=float), np.asarray(given, dtype=float)
    if expected.shape != got.shape:
        return (
            Text(f"With {shown} the shape {expected.shape} is expected, yours is {got.shape}."),
        )
    if np.allclose(expected, got, rtol=CLOSE, atol=CLOSE, equal_nan=True):
        return ()
    return (
        Text(f"With {shown}"),
        Text(f"expected {_short(truth)}"),
        Text(f"got {_short(got)}"),
    )


def _short(value: Any) -> str:
    text = format_value(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _unrun(ran: Ran) -> bool:
    return ran.error.startswith(("SyntaxError", "NameError: there is no function"))
