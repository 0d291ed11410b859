"""Commands on the reference implementations."""

from __future__ import annotations

import json as json_
import sys
from typing import TYPE_CHECKING, Any

from dlcards.errors import UsageError, near
from dlcards.ops import find, registry

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim
    from dlcards.ops._op import Op


def list_(family: str, *, json: bool) -> None:
    """Print the ops of a family, or all."""
    ops = [op for op in registry().values() if op.family.startswith(family) or family in op.family]
    if not ops:
        families = sorted({op.family for op in registry().values()})
        raise UsageError(
            f"op list: no family '{family}' ({near(family, families) or ', '.join(families)})"
        )
    if json:
        sys.stdout.write(json_.dumps([_facts(op) for op in ops], ensure_ascii=False) + "\n")
        return
    last = ""
    for op in ops:
        if op.family != last:
            sys.stdout.write(f"{'' if not last else chr(10)}{op.family}\n")
            last = op.family
        sys.stdout.write(f"  {op.name:26} {op.breath}\n")


def evaluate() -> None:
    """Answer requests, a line of JSON each, until the end of input."""
    from dlcards.ops._wire import answer

    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(f"{answer(line)}\n")
            sys.stdout.flush()


def _facts(op: Op) -> dict[str, Any]:
    return {
        "name": op.name, "family": op.family, "signature": op.signature_text, "shapes": str(op.shapes),
        "breath": op.breath, "formula": op.formula, "wrt": list(op.wrt),
        "paper": str(op.paper) if op.paper else "", "pitfall": op.pitfall,
    }  # fmt: skip


def show(rim: Rim, name: str) -> None:
    """Print everything about an op."""
    from dlcards.tui.op import show as shown

    shown(find(name), rim.terminal, rim.out)


def compare(rim: Rim, names: list[str], *, plot: bool, derivative: bool) -> None:
    """Print elementwise ops side by side."""
    from dlcards.tui.op import compare as shown

    shown([find(name) for name in names], rim.terminal, rim.out, plot=plot, derivative=derivative)


def calc(rim: Rim, name: str, words: list[str], *, grad: bool, steps: bool, json: bool) -> None:
    """Compute an op with arguments from the command line."""
    from dlcards.answers.numeric import format_value
    from dlcards.ops._wire import encode

    op = find(name)
    arguments = _arguments(op, words)
    value = op(**arguments)
    gradients = dict(op.grad(**arguments)) if grad else {}
    if json:
        answer = {"value": encode(value)} | ({"grad": encode(gradients)} if grad else {})
        sys.stdout.write(json_.dumps(answer) + "\n")
        return
    if steps:
        from dlcards.tui.op import steps as shown

        shown(op, arguments, rim.terminal, rim.out)
    rim.out.write(f"{_written(value, format_value)}\n")
    for wrt, gradient in gradients.items():
        rim.out.write(f"d/d{wrt}: {format_value(gradient, digits=6)}\n")


def _written(value: Any, write: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{name}: {write(part, digits=6)}" for name, part in value.items())
    return str(write(value, digits=6))


def _arguments(op: Op, words: list[str]) -> dict[str, Any]:
    """Read --name value pairs; a value is a number, an array as in answers, JSON, or a word."""
    arguments: dict[str, Any] = {}
    rest = list(words)
    while rest:
        name, _, value = rest.pop(0).removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if name not in op.signature.parameters:
            hint = near(name, op.signature.parameters) or f"it takes {op.signature_text}"
            raise UsageError(f"{op.name}: unknown argument '--{name}' ({hint})")
        if not value:
            if not rest:
                raise UsageError(f"{op.name}: --{name} has no value")
            value = rest.pop(0)
        arguments[name] = _value(value)
    return arguments


def _value(text: str) -> Any:
    from dlcards.answers.grammar import Unreadable
    from dlcards.answers.numeric import read_array, read_number

    if text in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[text]
    try:
        return json_.loads(text)
    except ValueError:
        pass
    for read in (read_number, read_array):
        try:
            return read(text).value
        except Unreadable:
            continue
    return text
