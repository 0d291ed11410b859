"""An op on one screen: what it is, formula, plot of function and derivative, worked example."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TextIO

from rich.text import Text

from dlcards.errors import UsageError
from dlcards.model.doc import Curve, Math, Plot, Step, Steps
from dlcards.tui import blocks
from dlcards.tui.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlcards.model.doc import Doc
    from dlcards.ops._op import Op
    from dlcards.tui.terminal import Terminal

SAMPLES = 241
DOMAINS = ((-5.0, 5.0), (0.1, 0.9))  # tried in turn: any number, probabilities
TARGETS = (0.0, 1.0)  # a loss of labels ±1 takes the second


def show(op: Op, terminal: Terminal, out: TextIO) -> None:
    """Print everything about an op."""
    page = Page(terminal, out)
    page.print(Text(op.name, "card.label"), page.text(op.signature_text, "card.code"))
    page.print(op.breath)
    page.print(page.text(f"Shapes  {op.shapes}", "card.note"))
    if op.wrt:
        page.print(page.text(f"Gradient with respect to {', '.join(op.wrt)}", "card.note"))
    if op.formula:
        page.blank()
        blocks.show((Math(op.formula),), page)
    if (picture := curves(op)) is not None:
        page.blank()
        blocks.show((picture,), page)
    page.blank()
    blocks.show(worked(op, op.example), page)
    page.blank()
    if op.pitfall:
        page.print(Text("Pitfall  ", "card.label"), page.text(op.pitfall))
    if op.paper:
        page.print(Text("Paper    ", "card.label"), page.text(str(op.paper)))


def steps(op: Op, arguments: Mapping[str, Any], terminal: Terminal, out: TextIO) -> None:
    """Print the op's own lines for some arguments."""
    blocks.show(worked(op, arguments), Page(terminal, out))


def worked(op: Op, arguments: Mapping[str, Any]) -> Doc:
    """The op's lines with their values, and those of its gradient."""
    given = ", ".join(f"{name} = {_shown(value)}" for name, value in arguments.items())
    parts = [_steps(op.worked(**arguments).lines, f"{op.name}: {given}")]
    if op.backward is not None:
        parts.append(_steps(op.worked_grad(**arguments).lines, "Gradient"))
    return tuple(parts)


def curves(op: Op) -> Plot | None:
    """Function and derivative of an elementwise op of one input, or a loss against prediction."""
    import numpy as np

    needed = [name for name, p in op.signature.parameters.items() if p.default is p.empty]
    elementwise = op.shapes.text.split("->")[-1].strip().endswith("(*)")
    if not elementwise or needed not in (["input"], ["input", "target"]):
        return None
    for (low, high), target in product(DOMAINS, TARGETS):
        xs = np.linspace(low, high, SAMPLES)
        arguments: dict[str, Any] = {"input": xs}
        if "target" in needed:
            arguments |= {"target": np.full_like(xs, target)}
        if "reduction" in op.signature.parameters:
            arguments |= {"reduction": "none"}
        try:
            found = [_curve(op.name, xs, op(**arguments))]
        except UsageError:  # not the op's domain
            continue
        if op.backward is not None:
            found.append(_curve("derivative", xs, op.grad(**arguments)["input"]))
        return Plot(tuple(found), f"target {target:g}" if "target" in needed else "")
    return None


def _curve(label: str, xs: Any, ys: Any) -> Curve:
    return Curve(label, tuple(map(float, xs)), tuple(map(float, ys)))


def _steps(lines: Any, title: str) -> Steps:
    return Steps(tuple(Step(line.source, line.note, _shown(line.value)) for line in lines), title)


def _shown(value: Any) -> str:
    from dlcards.answers.numeric import format_value

    if isinstance(value, dict):
        return ", ".join(f"{name} = {_shown(part)}" for name, part in value.items())
    if isinstance(value, (bool, str)) or value is None:
        return str(value)
    return format_value(value)
