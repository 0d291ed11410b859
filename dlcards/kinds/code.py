"""Code cards: implement it in NumPy; the learner's function runs against the registry's op."""

from __future__ import annotations

import ast
import inspect
import keyword
import random
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from dlcards.kinds import _inputs
from dlcards.kinds._inputs import Given
from dlcards.kinds._outputs import brief, compared
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

WIDTH = 80  # columns of the stub's docstring
INDENT = "    "


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
        if self.seed:
            yield Fault("seed", "is set by the program", "leave it out")
        for name in self.parameters:
            if not name.isidentifier() or keyword.iskeyword(name):
                yield Fault("parameters", f"'{name}' is no name", "letters, digits and _")
        for n, case in enumerate(self.cases):
            for fault in _inputs.faults(case.inputs):
                yield fault._replace(field=f"cases[{n}].{fault.field}")
            given = case.inputs.keys() | self.args.keys()
            for name in sorted(case.inputs.keys() - set(self.parameters)):
                yield Fault(f"cases[{n}].inputs", f"'{name}' is no parameter")
            for name in sorted(set(self.parameters) - given):
                yield Fault(f"cases[{n}].inputs", f"gives no '{name}'", "or set it in 'args'")

    def lint(self) -> Iterable[Fault]:
        if not any(case.trap for case in self.cases):
            yield Fault("cases", "no case has a trap", "add one that a naive answer fails")

    def prove(self) -> Iterable[Fault]:
        """The op itself must take every case; its own source is the reference solution."""
        for seed in range(5):
            try:
                for case in self._drawn(seed):
                    self._truth(self._arguments(case))
            except Exception as error:  # noqa: BLE001 - whatever it is, the deck is told of it
                yield Fault("cases", f"cannot be computed with seed {seed}: {error}")
                return

    def ask(self) -> Prompt:
        return Prompt(prose(self.front), Edit(self.stub))

    def check(self, reply: str) -> Verdict:
        from dlcards.answers import sandbox

        if not reply.strip() or reply.strip() == self.stub.strip():
            return Verdict(0.0)
        cases = [self._arguments(case) for case in self._drawn(self.seed)]
        truths = [self._truth(case) for case in cases]
        for number, ran in enumerate(sandbox.run(reply, self.name, list(map(self._sent, cases)))):
            if said := self._failed(number, self._sent(cases[number]), truths[number], ran):
                return Verdict(number / len(cases), said=said, near_miss=number > 0)
        return Verdict(1.0, f"all {len(cases)} cases agree")

    def explain(self) -> Doc:
        heading = Text("The reference implementation:", "answer")
        return (heading, CodeBlock(_source(self._function)), *self.notes())

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.op if self.asked == "value" else f"{self.op}_grad"

    @property
    def stub(self) -> str:
        """What the editor opens with."""
        slope = f"The gradient with respect to {self.asked.removeprefix('grad.')}."
        said = textwrap.wrap(self._op.breath if self.asked == "value" else slope, WIDTH)
        lines = ['"""' + said[0], *said[1:], "", self._op.shapes.text, '"""', ""]
        body = "".join(f"{INDENT if line else ''}{line}\n" for line in lines)
        head = f"import numpy as np\n\n\ndef {self.name}({', '.join(self.parameters)}):\n"
        return f"{head}{body.rstrip()}\n{INDENT}"

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

    def _arguments(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """What the op is called with: indices whole, everything else as floats."""
        return self._op.arguments(**case, **self.args)

    def _sent(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the learner's function is called with."""
        return {name: arguments[name] for name in self.parameters}

    def _truth(self, arguments: Mapping[str, Any]) -> Any:
        if self.asked == "value":
            return self._op(**arguments)
        gradients = self._op.grad(**arguments)
        name = self.asked.removeprefix("grad.")
        if name not in gradients:
            raise CardFault(f"card '{self.id}': {self.op} has no gradient for '{name}'")
        return gradients[name]

    def _failed(self, number: int, case: Mapping[str, Any], truth: Any, ran: Ran) -> Doc:
        """What is wrong with one case; nothing where it agrees."""
        said = _difference(case, truth, ran)
        if not said or (ran.error and not number and not self._ran_at_all(ran)):
            return said
        head = Text(f"Case {number + 1} of {len(self.cases)} fails.")
        trap = self.cases[number].trap
        return (head, *said, *(prose(trap, "mistake") if trap and not ran.error else ()))

    def _ran_at_all(self, ran: Ran) -> bool:
        """Whether the text could be read and has the function."""
        faults = ("SyntaxError", "IndentationError", "TabError", "NameError: there is no function")
        return not ran.error.startswith(faults)


def _difference(case: Mapping[str, Any], truth: Any, ran: Ran) -> Doc:
    if ran.error:
        return (Text(f"Line {ran.line}: {ran.error}" if ran.line else ran.error),)
    shown = ", ".join(f"{name} = {brief(value)}" for name, value in case.items())
    if ran.changed:
        return (
            Text(f"With {shown} your function changes its argument {ran.changed[0]} in place."),
        )
    return compared(f"With {shown}", truth, ran.value)


def _source(function: Any) -> str:
    """The function's own lines, without its decorator and docstring."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    (tree,) = ast.parse("\n".join(lines[start:])).body
    body = tree.body  # type: ignore[attr-defined]
    said = body[0] if len(body) > 1 and ast.get_docstring(tree) is not None else None  # type: ignore[arg-type]
    kept = [] if said is None else range(said.lineno - 1, said.end_lineno)
    return "\n".join(line for n, line in enumerate(lines[start:]) if n not in kept) + "\n"
