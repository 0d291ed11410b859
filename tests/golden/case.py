"""A golden case: an op, arguments, and the independent PyTorch function that says the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Case(NamedTuple):
    """One row of a golden file.

    `reference` is called with `args` by keyword. Lists and arrays arrive as tensors: float64 where
    they hold a float or are differentiated, else int64 (or bool); also inside a dict. Tuples,
    numbers, words and lists that are no rectangular block of numbers arrive as they are.
    It returns a tensor, a number, or a dict of them for named outputs.

    `wrt` names the arguments to differentiate; a dict of tensors gives gradients `params.name`.
    A value is right within `atol + rtol * |golden|`; give `atol=0` where the tails matter.
    """

    op: str
    reference: Callable[..., Any]
    args: Mapping[str, Any]
    wrt: tuple[str, ...] = ()
    rtol: float = 1e-9
    atol: float = 1e-12
