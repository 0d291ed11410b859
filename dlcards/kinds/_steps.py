"""The worked solution of a computed answer: the lines of the ops that were called for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcards.answers.numeric import format_value
from dlcards.kinds._template import squeezed
from dlcards.model.doc import Doc, Step, Steps

if TYPE_CHECKING:
    from dlcards.kinds._expression import Call

MOST_WORKED = 4  # ops of one expression whose lines are shown


def worked(calls: list[Call], asked: str, key: Any) -> Doc:
    """The ops' own lines with their values; an expression is closed by its own value."""
    blocks: list[Steps] = []
    for call in calls[-MOST_WORKED:]:
        gradient, _, name = call.part.partition(".")
        if gradient == "grad":
            lines = call.op.worked_grad(*call.args, **call.kwargs).lines
            title = f"{call.op.name}: gradient for {name}"
        else:
            lines, name = call.op.worked(*call.args, **call.kwargs).lines, call.part
            title = call.op.name
        blocks.append(Steps(tuple(_step(line, name) for line in lines), title))
    if len(calls) != 1 or asked not in ("value", calls[0].part):
        blocks.append(Steps((Step(asked, "", format_value(squeezed(key))),)))
    return tuple(blocks)


def _step(line: Any, part: str) -> Step:
    value = line.value
    if isinstance(value, dict):
        value = value.get(part, value)
    return Step(line.source, line.note, _shown(value))


def _shown(value: Any) -> str:
    """Write the value of a worked line; what is no number is written as Python writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_shown(part)}" for name, part in value.items())
    if isinstance(value, (bool, str)) or value is None:
        return str(value)
    return format_value(squeezed(value))
