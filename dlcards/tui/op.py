"""An op on one screen: what it is, formula, plot of function and derivative, worked example."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TextIO

from msgspec.structs import replace
from rich.text import Text

from dlcards.errors import UsageError
from dlcards.model.doc import Curve, Math, Plot, Step, Steps
from dlcards.tui import blocks
from dlcards.tui.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlcards.model.doc import Doc
    from dlcards.ops._op import Op
    from dlcards.tui.terminal import Terminal

SAMPLES = 241
WIDE = 72  # columns that seven values need
TICKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of the axis: −3 … 3 where it goes from −5 to 5
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


def compare(
    ops: Sequence[Op], terminal: Terminal, out: TextIO, *, plot: bool, derivative: bool
) -> None:
    """Print elementwise ops at a few points, and over one axis; raises UsageError for others."""
    page = Page(terminal, out)
    drawn = {op.name: curves(op) for op in ops}
    if without := [name for name, picture in drawn.items() if picture is None]:
        raise UsageError(f"op {without[0]}: is not elementwise in one input (see op show)")
    which = 1 if derivative else 0
    if derivative and (rough := [op.name for op in ops if op.backward is None]):
        raise UsageError(f"op {rough[0]}: has no derivative (leave --derivative out)")
    lines = [replace(p.curves[which], label=n) for n, p in drawn.items() if p is not None]
    _values(lines, page)
    if plot:
        page.blank()
        blocks.show((Plot(tuple(lines), "derivatives" if derivative else ""),), page)


def _values(lines: Sequence[Curve], page: Page) -> None:
    """A table of values at a few points of the axis."""
    wide = max(len(line.label) for line in lines) + 2
    xs = lines[0].xs
    places = [round(tick * (len(xs) - 1)) for tick in TICKS]
    shown = places[:: 1 if page.width >= WIDE else 3]
    page.print(page.text(" " * wide + "".join(f"{xs[n]:>9.3g}" for n in shown), "card.note"))
    for line in lines:
        values = "".join(f"{line.ys[n]:>9.4g}" for n in shown)
        page.print(Text(f"{line.label:{wide}}", "card.label"), page.text(values, "card.value"))


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
