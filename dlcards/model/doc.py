"""What a card says: a `Doc` is a tuple of blocks of six closed types.

Kinds of cards make blocks, front ends (terminal, JSON, Anki) render them; neither knows the other.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Role: TypeAlias = Literal["", "answer", "why", "mistake", "contrast", "hint", "note", "source"]
Mark: TypeAlias = Literal["", "right", "wrong"]


class Block(msgspec.Struct, frozen=True, tag_field="block", tag=str.lower):
    """One piece of a Doc."""


class Text(Block, frozen=True):
    """Prose; `$…$` is mathematics, `` `…` `` code, `**…**` bold. `role` says what it is for."""

    text: str
    role: Role = ""


class Math(Block, frozen=True):
    """A displayed formula, in the LaTeX of `dlcards.tex`."""

    latex: str


class Code(Block, frozen=True):
    """Source code, shown as it stands."""

    source: str
    language: str = "python"


class Cell(msgspec.Struct, frozen=True):
    """One cell of a table; a mark is shown as a sign too, never as colour alone."""

    text: str
    mark: Mark = ""


class Table(Block, frozen=True):
    """Rows of cells under an optional header; cells are prose."""

    rows: tuple[tuple[Cell, ...], ...]
    header: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """A line of an op's own source, what it does, and the value that it took."""

    source: str
    note: str = ""
    value: str = ""


class Steps(Block, frozen=True):
    """A worked solution."""

    steps: tuple[Step, ...]
    title: str = ""


class Curve(msgspec.Struct, frozen=True):
    """One named function of a plot, sampled; a value may be NaN where there is none."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]


class Plot(Block, frozen=True):
    """Curves over a common axis."""

    curves: tuple[Curve, ...]
    title: str = ""


AnyBlock: TypeAlias = Text | Math | Code | Table | Steps | Plot
Doc: TypeAlias = tuple[AnyBlock, ...]


def prose(text: str, role: Role = "") -> Doc:
    """Split deck text into blocks: `$$…$$` alone on a paragraph becomes a displayed formula."""
    blocks: list[AnyBlock] = []
    for index, piece in enumerate(text.split("$$")):
        if not piece.strip():
            continue
        blocks.append(Math(piece.strip()) if index % 2 else Text(piece.strip("\n"), role))
    return tuple(blocks)
