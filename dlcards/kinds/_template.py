"""Card text with `{{expression}}` places: what a compute card says about its fresh numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dlcards.answers.numeric import format_value, latex_value
from dlcards.kinds import _expression
from dlcards.kinds._inputs import expression_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dlcards.model.card import Fault

_PLACE = re.compile(r"\{\{([^{}]+)\}\}")  # x_{{{n}}} is a place in a group of LaTeX
_MATH = re.compile(r"\$\$?")


def faults(field: str, text: str, names: Iterable[str]) -> Iterable[Fault]:
    """The places of a text that cannot be read."""
    known = list(names)
    for place in _PLACE.findall(text):
        yield from expression_faults(field, place, known)


def fill(text: str, env: Mapping[str, Any]) -> str:
    """Write the value of each place: as LaTeX inside `$…$`, as plain text elsewhere."""

    def written(match: re.Match[str]) -> str:
        value = squeezed(_expression.compute(match[1], env))
        inside = len(_MATH.findall(text[: match.start()])) % 2
        return latex_value(value) if inside else format_value(value)

    return _PLACE.sub(written, text) if "{{" in text else text


def squeezed(value: Any) -> Any:
    """Drop leading axes of size 1: a batch of one image is shown as the image."""
    while getattr(value, "ndim", 0) > 1 and value.shape[0] == 1:
        value = value[0]
    return value
