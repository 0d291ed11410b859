"""Turns a plain NumPy function into an op: checked arguments, gradient, worked steps, facts.

An op's body is what the learner reads as the worked solution, so checks live outside it: in the
annotations (see _arguments), in `shapes`, and in `fault`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

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
from dlcards.ops._call import Call, OpError
from dlcards.ops._room import LIMIT, check_room
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
        self.output: Callable[..., Any] | None = facts["output"]
        self.call = Call(self.name, function)
        self.signature = self.call.signature
        self.backward: Callable[..., Mapping[str, Any]] | None = None
        self.__doc__ = inspect.getdoc(function) or ""
        self.__name__ = self.name

    def __repr__(self) -> str:
        return f"<op {self.name}{self.signature}>"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Compute the value; raises OpError for arguments of the wrong form or shape."""
        return _own(self._run(self.function, self.arguments(*args, **kwargs)))

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
        grads = self._run(self._backward, self._with_upstream(args, kwargs, grad_output))
        return {name: _own(grad) for name, grad in grads.items()}

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

    @property
    def checks(self) -> Mapping[str, Check]:
        """How each argument is read, by name."""
        return self.call.checks

    @property
    def signature_text(self) -> str:
        """The arguments and defaults as a person would write them."""
        return self.call.text

    def arguments(self, /, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Read and check the arguments of a call; raises OpError with one sentence."""
        return self._checked(args, kwargs)[0]

    def _checked(self, args: Any, kwargs: Any) -> tuple[dict[str, Any], Any]:
        """Return the arguments, and the shape of the output, or None where it is not known yet."""
        read = self.call.read(args, kwargs)
        fault, letters = self.shapes.match(read)
        if fault := fault or (self.fault(**read) if self.fault else ""):
            raise OpError(f"{self.name}: {fault}")
        promised = self.shapes.promised(letters, read)
        shape = promised if self.output is None else self._run(self.output, read)
        if shape is not None and _largest(shape) > LIMIT:
            self._run(_check_output, {"shape": shape, "arguments": read})
        return read, shape

    def _with_upstream(self, args: Any, kwargs: Any, grad_output: Any) -> dict[str, Any]:
        arguments, shape = self._checked(args, kwargs)
        if shape is None:
            shape = _shape_of(self._run(self.function, arguments))
        return {"grad_output": self._upstream(grad_output, shape), **arguments}

    def _upstream(self, given: Any, shape: Any) -> Any:
        """Read grad_output: ones where absent; of named outputs, zeros for those left out."""
        if not isinstance(shape, Mapping):
            return self._upstream_of("grad_output", given, shape)
        if given is None:
            return {name: np.ones(part) for name, part in shape.items()}
        if not isinstance(given, Mapping) or not set(given) <= set(shape):
            raise OpError(f"{self.name}: grad_output has no such form (it takes {list(shape)})")
        return {
            name: self._upstream_of(f"grad_output of {name}", given[name], part)
            if name in given
            else np.zeros(part)
            for name, part in shape.items()
        }

    def _upstream_of(self, place: str, given: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
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
            except MemoryError as error:  # NumPy's own, or that of check_room
                raise OpError(f"{self.name}: {error}") from error

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


def _shape_of(output: Any) -> Any:
    if isinstance(output, Mapping):
        return {name: np.shape(part) for name, part in output.items()}
    return np.shape(output)


def _largest(shape: Any) -> int:
    shapes = shape.values() if isinstance(shape, Mapping) else (shape,)
    return max(map(math.prod, shapes))


def _check_output(shape: Any, arguments: Mapping[str, Any]) -> None:
    shapes = shape.values() if isinstance(shape, Mapping) else (shape,)
    check_room(*shapes, given=sum(map(np.size, arguments.values())))


def _own(result: Any) -> Any:
    """Copy what is only a view of an argument: a caller may write to what an op returns."""
    if isinstance(result, np.ndarray):
        return result if result.flags.writeable else result.copy()
    if isinstance(result, dict):
        return {name: _own(part) for name, part in result.items()}
    return [_own(part) for part in result] if isinstance(result, list) else result


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
    output: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Op]:
    """Make an op of a function.

    `shapes` reads "input(N,C), target(N) -> ()"; `formula` is LaTeX, `expr` the elementwise closed
    form in the safe grammar; `example` are friendly arguments that show it at work. `fault` takes
    all arguments, once each is read, and returns one sentence on those that do not go together
    (such as `axis_fault`, `index_fault`), or "". `output` takes the same and returns the shape of
    the output, where `shapes` does not say it, for gradients and so that none outgrows the memory.
    """
    facts = {
        "shapes": shapes, "formula": formula, "expr": expr, "paper": paper,
        "example": example, "pitfall": pitfall, "name": name, "fault": fault,
        "output": output,
    }  # fmt: skip
    return lambda function: Op(function, facts)
