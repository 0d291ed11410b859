"""Turns a plain NumPy function into an op: checked arguments, gradient, worked steps, facts.

An op's body is what the learner reads as the worked solution, so checks live outside it: in the
annotations (see _arguments), in `shapes`, and in `fault`.
"""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints

import numpy as np

from dlcards.errors import UsageError
from dlcards.ops._arguments import (
    Array,
    Arrays,
    Axes,
    Check,
    Count,
    Extent,
    Finite,
    Flag,
    Indices,
    NonNegative,
    NonNegativeInt,
    NonNegatives,
    Padding,
    Positive,
    Positives,
    Probabilities,
    Real,
    Reduction,
    Signs,
    Size,
    Unit,
    Whole,
    check_of,
)  # fmt: skip
from dlcards.ops._shapes import Shapes, axis_fault, index_fault
from dlcards.ops._worked import Worked, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = [
    "Array", "Arrays", "Axes", "Check", "Count", "Extent", "Finite", "Flag", "Indices", "NonNegative",
    "NonNegativeInt", "NonNegatives", "Op", "OpError", "Padding", "Paper", "Positive", "Positives",
    "Probabilities", "Real", "Reduction", "Signs", "Size", "Unit", "Whole", "axis_fault",
    "index_fault", "op",
]  # fmt: skip

_T = TypeVar("_T")
_Backward = TypeVar("_Backward", bound="Callable[..., Mapping[str, Any]]")


class OpError(UsageError):
    """An op was called with arguments that it cannot take."""


class Paper(NamedTuple):
    """Where an op was defined."""

    authors: str
    year: int
    title: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}). {self.title}."


class Op:
    """A reference implementation with its gradient and everything a candidate should know of it."""

    def __init__(self, function: Callable[..., Any], facts: Mapping[str, Any]) -> None:
        self.function = function
        self.name = facts.get("name") or function.__name__
        self.module = function.__module__
        self.paper: Paper | None = facts["paper"]
        self.formula: str = facts["formula"]
        self.expr: str = facts["expr"]
        self.pitfall: str = facts["pitfall"]
        self.example: Mapping[str, Any] = facts["example"]
        self.shapes = Shapes(facts["shapes"])
        self.fault: Callable[..., str] | None = facts["fault"]
        self.signature = inspect.signature(function)
        self.backward: Callable[..., Mapping[str, Any]] | None = None
        self.__doc__ = inspect.getdoc(function) or ""
        self.__name__ = self.name

    def __repr__(self) -> str:
        return f"<op {self.name}{self.signature}>"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Compute the value; raises OpError for arguments of the wrong form or shape."""
        return self._run(self.function, self.arguments(*args, **kwargs))

    def gradient(self, function: _Backward) -> _Backward:
        """Register, as a decorator, the vector-Jacobian product: (grad_output, same arguments).

        What the derivative does not need may be left to `**_`.
        """
        self.backward = function
        return function

    def grad(self, /, *args: Any, grad_output: Any = None, **kwargs: Any) -> Mapping[str, Any]:
        """Return the gradient for each differentiable input, by name.

        `grad_output` has the output's shape; absent, it is ones: the gradient of the sum.
        Raises OpError where the op has no gradient.
        """
        return self._run(self._backward, self._with_upstream(args, kwargs, grad_output))

    def worked(self, /, *args: Any, **kwargs: Any) -> Worked:
        """Return the op's own lines with the values they took, and the value."""
        return self._run(self._worker, self.arguments(*args, **kwargs))

    def worked_grad(self, /, *args: Any, grad_output: Any = None, **kwargs: Any) -> Worked:
        """Return the lines of the gradient with the values they took."""
        return self._run(self._backward_worker, self._with_upstream(args, kwargs, grad_output))

    @property
    def breath(self) -> str:
        """What a good candidate says in one breath: the docstring's first paragraph."""
        return " ".join((self.__doc__ or "").split("\n\n")[0].split())

    @property
    def family(self) -> str:
        """The family file that holds the op, such as 'losses.regression'."""
        return self.module.partition(".ops.")[2]

    @cached_property
    def wrt(self) -> tuple[str, ...]:
        """The names that `grad` answers, computed on the example."""
        return tuple(self.grad(**self.example)) if self.backward is not None else ()

    @cached_property
    def checks(self) -> Mapping[str, Check]:
        """How each argument is read, by name."""
        hints = get_type_hints(self.function, include_extras=True)
        return {name: check_of(hints[name]) for name in self.signature.parameters}

    def arguments(self, /, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Read and check the arguments of a call; raises OpError with one sentence."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise OpError(f"{self.name}: {error} (it takes {self.signature_text})") from None
        bound.apply_defaults()
        read = {name: self._read(name, value) for name, value in bound.arguments.items()}
        if fault := self.shapes.fault(read) or (self.fault(**read) if self.fault else ""):
            raise OpError(f"{self.name}: {fault}")
        return read

    @property
    def signature_text(self) -> str:
        """The arguments and defaults as a person would write them."""
        parts = [
            name if p.default is p.empty else f"{name}={p.default!r}"
            for name, p in self.signature.parameters.items()
        ]
        return f"({', '.join(parts)})"

    def _read(self, name: str, value: Any) -> Any:
        if value is None and self.signature.parameters[name].default is None:
            return None
        check = self.checks[name]
        try:
            return check.read(value)
        except (ValueError, TypeError, OverflowError):
            shown = " ".join(reprlib.repr(value).split())  # one sentence, however long the value
            raise OpError(f"{self.name}: {name} is {shown} (it takes {check.need})") from None

    def _with_upstream(self, args: Any, kwargs: Any, grad_output: Any) -> dict[str, Any]:
        arguments = self.arguments(*args, **kwargs)
        output = self._run(self.function, arguments)
        return {"grad_output": self._upstream(grad_output, output), **arguments}

    def _upstream(self, given: Any, output: Any) -> Any:
        """Read grad_output: ones where absent; of named outputs, zeros for those left out."""
        if not isinstance(output, Mapping):
            return self._upstream_of("grad_output", given, output)
        if given is None:
            return {name: np.ones(np.shape(part)) for name, part in output.items()}
        if not isinstance(given, Mapping) or not set(given) <= set(output):
            raise OpError(f"{self.name}: grad_output has no such form (it takes {list(output)})")
        given = {name: np.zeros(np.shape(part)) for name, part in output.items()} | dict(given)
        return {
            name: self._upstream_of(f"grad_output of {name}", given[name], part)
            for name, part in output.items()
        }

    def _upstream_of(self, place: str, given: Any, output: Any) -> NDArray[np.float64]:
        shape = np.shape(output)
        try:
            upstream = np.ones(shape) if given is None else check_of(Array).read(given)
        except ValueError:
            raise OpError(f"{self.name}: {place} is not an array (it takes numbers)") from None
        if upstream.shape != shape:
            raise OpError(
                f"{self.name}: {place} has shape {upstream.shape} (the output has shape {shape})"
            )
        return upstream

    def _run(self, function: Callable[..., _T], arguments: Mapping[str, Any]) -> _T:
        # ±1000 logits, empty means and the like have defined answers; NumPy's warnings add nothing.
        with np.errstate(all="ignore"):
            try:
                return function(**arguments)
            except (ValueError, IndexError, ArithmeticError) as error:  # they do not go together
                raise OpError(f"{self.name}: {error} (see the shapes: {self.shapes})") from error

    @cached_property
    def _worker(self) -> Worker:
        return Worker(self.function)

    @cached_property
    def _backward_worker(self) -> Worker:
        return Worker(self._backward)

    @property
    def _backward(self) -> Callable[..., Mapping[str, Any]]:
        if self.backward is None:
            raise OpError(f"{self.name}: has no gradient (it is not differentiable)")
        return self.backward


def op(
    *,
    shapes: str,
    formula: str = "",
    expr: str = "",
    paper: Paper | None = None,
    example: Mapping[str, Any],
    pitfall: str = "",
    name: str = "",
    fault: Callable[..., str] | None = None,
) -> Callable[[Callable[..., Any]], Op]:
    """Make an op of a function.

    `shapes` reads "input(N,C), target(N) -> ()"; `formula` is LaTeX, `expr` the elementwise closed
    form in the safe grammar; `example` are friendly arguments that show it at work. `fault` takes
    all arguments, once each is read, and returns one sentence on those that do not go together
    (such as `axis_fault`, `index_fault`), or "".
    """
    facts = {
        "shapes": shapes, "formula": formula, "expr": expr, "paper": paper,
        "example": example, "pitfall": pitfall, "name": name, "fault": fault,
    }  # fmt: skip
    return lambda function: Op(function, facts)
