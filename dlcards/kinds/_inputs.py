"""How the inputs of a compute card are drawn: friendly numbers, fresh at each review."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from dlcards.answers.hygiene import Unreadable
from dlcards.answers.tree import Compare
from dlcards.kinds import _expression
from dlcards.model.card import CardFault, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

Pair: TypeAlias = Annotated[tuple[float, float], Meta(description="Lowest and highest.")]
Axis: TypeAlias = int | str

MOST_ELEMENTS = 4096  # a question is for a head; a deck must not be able to fill the memory
MOST_DRAWN = 100_000  # numbers over all tries
MOST_STEPS = 1_000_000_000  # of the grid between two ends
TRIES = 2000  # draws until the conditions hold
WAYS = ("uniform", "integers", "choice", "value", "expr")


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One input: exactly one way of drawing, and the shape it fills."""

    uniform: (
        Annotated[Pair, Meta(description="Numbers between two ends, on a grid of `step`.")] | None
    ) = None
    integers: (
        Annotated[tuple[int, int], Meta(description="Whole numbers, both ends included.")] | None
    ) = None
    choice: Annotated[tuple[Any, ...], Meta(min_length=1, description="One of these.")] | None = (
        None
    )
    value: Annotated[Any, Meta(description="Always this.")] = None
    expr: Annotated[str, Meta(max_length=500, description="Computed from the inputs above.")] = ""
    shape: (
        Annotated[
            tuple[Axis, ...],
            Meta(
                max_length=6,
                description="Sizes, or names of inputs above; absent is a single number.",
            ),
        ]
        | None
    ) = None
    step: Annotated[float, Meta(gt=0, description="The grid of `uniform`.")] | None = None
    distinct: Annotated[bool, Meta(description="No entry twice.")] = False


Given: TypeAlias = Input | int | float | list[Any]


def faults(inputs: Mapping[str, Given]) -> Iterable[Fault]:
    """What is wrong with the specifications, without drawing."""
    above: list[str] = []
    for name, given in inputs.items():
        if isinstance(given, Input):
            yield from _faults(f"inputs.{name}", given, above)
        else:
            yield from _value_faults(f"inputs.{name}", given)
        if not name.isidentifier():
            yield Fault(f"inputs.{name}", "is no name", "letters, digits and _")
        above.append(name)


def _faults(field: str, given: Input, above: list[str]) -> Iterable[Fault]:
    ways = [way for way in WAYS if getattr(given, way) not in (None, "")]
    if len(ways) != 1:
        yield Fault(field, f"has {len(ways)} ways of drawing", f"give one of {', '.join(WAYS)}")
    for low, high in (pair for pair in (given.uniform, given.integers) if pair is not None):
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            yield Fault(field, f"draws from {low} to {high}", "lowest first, both finite")
    yield from _grid_faults(field, given)
    for value in (*(given.choice or ()), *([] if given.value is None else [given.value])):
        yield from _value_faults(field, value)
    if given.expr:
        yield from expression_faults(f"{field}.expr", given.expr, above)
    for axis in given.shape or ():
        if isinstance(axis, str) and axis not in above:
            hint = "a size or an input's name"
            yield Fault(f"{field}.shape", f"'{axis}' is no input above", hint)
        if isinstance(axis, int) and not 0 <= axis <= MOST_ELEMENTS:
            yield Fault(f"{field}.shape", f"has an axis of {axis:,}", f"0 to {MOST_ELEMENTS:,}")


def _grid_faults(field: str, given: Input) -> Iterable[Fault]:
    """What goes with one way of drawing only, and a grid too fine for any number."""
    if given.step is not None and given.uniform is None:
        yield Fault(f"{field}.step", "is for 'uniform' only", "remove it")
    if (given.shape is not None or given.distinct) and (given.value is not None or given.expr):
        yield Fault(field, "has a shape of its own already", "remove 'shape' and 'distinct'")
    if given.step is not None and given.uniform is not None:
        low, high = given.uniform
        if not (high - low) / MOST_STEPS <= given.step:
            yield Fault(f"{field}.step", f"{given.step:g} is too fine", "make it larger")


def _value_faults(field: str, value: Any) -> Iterable[Fault]:
    shape = _shape(value)
    if shape is None:
        yield Fault(field, "holds something else than numbers", "numbers, or rows of one length")
    elif math.prod(shape) > MOST_ELEMENTS:
        yield Fault(field, f"has {math.prod(shape):,} numbers", f"{MOST_ELEMENTS:,} at most")


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a number or of nested lists of one length; None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ()
    if not isinstance(value, (list, tuple)):
        return None
    parts = {_shape(part) for part in value} or {()}
    inner = parts.pop()
    return None if parts or inner is None else (len(value), *inner)


def expression_faults(field: str, text: str, names: Iterable[str]) -> Iterable[Fault]:
    """The fault of one deck expression, if it cannot be read."""
    try:
        _expression.parse(text, list(names))
    except Unreadable as error:
        yield Fault(field, str(error))


def condition_faults(field: str, text: str, names: Iterable[str]) -> Iterable[Fault]:
    """The fault of one condition, if it cannot be read or compares nothing."""
    known = list(names)
    found = list(expression_faults(field, text, known))
    if not found and not isinstance(_expression.parse(text, known), Compare):
        yield Fault(field, "compares nothing", "such as 'max(x) > 0'")
    yield from found


def draw(inputs: Mapping[str, Given], conditions: Iterable[str], random: Random) -> dict[str, Any]:
    """Draw until the conditions hold; raises CardFault when they do not within 2,000 draws."""
    texts = tuple(conditions)
    rules = [_expression.parse(text, inputs) for text in texts]
    spent = 0
    for _ in range(TRIES):
        drawn: dict[str, Any] = {}
        for name, given in inputs.items():
            drawn[name] = _one(name, given, drawn, random)
        env = environment(drawn)
        if all(_expression.value_of(rule, env) for rule in rules):
            return drawn
        spent += sum(math.prod(_shape(value) or ()) for value in drawn.values())
        if spent > MOST_DRAWN:
            break
    raise CardFault(f"no draw meets {' and '.join(texts)} (widen the inputs)")


def environment(drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as an expression sees them: numbers as they are, lists as arrays."""
    if not any(isinstance(value, list) for value in drawn.values()):
        return dict(drawn)
    import numpy as np

    return {
        name: np.array(value, dtype=np.float64) if isinstance(value, list) else value
        for name, value in drawn.items()
    }


def _one(name: str, given: Given, drawn: Mapping[str, Any], random: Random) -> Any:
    if not isinstance(given, Input):
        return given
    if given.value is not None:
        return given.value
    if given.expr:
        return _listed(name, _expression.compute(given.expr, environment(drawn)))
    sizes = [_size(name, axis, drawn) for axis in given.shape or ()]
    count = math.prod(sizes)
    if count > MOST_ELEMENTS:
        raise CardFault(f"input '{name}' has {count:,} numbers (a card may draw {MOST_ELEMENTS:,})")
    if given.distinct:
        return _shaped(_distinct(name, given, count, random), sizes)
    return _shaped([_number(given, random) for _ in range(count)], sizes)


def _size(name: str, axis: Axis, drawn: Mapping[str, Any]) -> int:
    size = drawn[axis] if isinstance(axis, str) else axis
    if not isinstance(size, int) or size < 0:
        raise CardFault(f"input '{name}' has an axis of size {size!r} (a whole number is needed)")
    return size


def _number(given: Input, random: Random) -> Any:
    if given.choice is not None:
        return random.choice(given.choice)
    if given.integers is not None:
        return random.randint(*given.integers)
    low, high = given.uniform or (0.0, 1.0)
    if given.step is None:
        return random.uniform(low, high)
    steps = int((high - low) / given.step + 1e-9)
    return round(low + given.step * random.randint(0, steps), 10)


def _distinct(name: str, given: Input, count: int, random: Random) -> list[Any]:
    found: list[Any] = []
    for _ in range(TRIES):
        if len(found) == count:
            return found
        number = _number(given, random)
        if number not in found:
            found.append(number)
    raise CardFault(f"input '{name}' has fewer than {count} different numbers (widen the range)")


def _shaped(numbers: list[Any], sizes: list[int]) -> Any:
    """Fold a flat list into nested ones; no axes is the number itself."""
    if not sizes:
        return numbers[0]
    for size in reversed(sizes[1:]):
        numbers = [numbers[i : i + size] for i in range(0, len(numbers), size)] if size else []
    return numbers


def _listed(name: str, value: Any) -> Any:
    """What an expression gave as a number or plain lists, as if it had been drawn."""
    value = value.tolist() if hasattr(value, "tolist") else value
    value = list(value) if isinstance(value, tuple) else value
    if _shape(value) is None:
        raise CardFault(f"input '{name}' is no number and no array (change its 'expr')")
    return value
