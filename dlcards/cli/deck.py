"""Commands on decks: list, check, begin a new one, print the schema."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING

from dlcards.errors import DeckError, OutputError, UsageError

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim
    from dlcards.errors import Problem

HEADER = """\
# yaml-language-server: $schema=deck.schema.json
deck: {name}
title: {title}
cards:
"""


def list_(rim: Rim, *, json: bool) -> None:
    """Print the decks."""
    with rim.catalog() as catalog:
        decks, problems = catalog.decks(), catalog.problems()
    if json:
        rim.out.write(json_.dumps([deck._asdict() for deck in decks]) + "\n")
        return
    wide = max((len(deck.id) for deck in decks), default=0)
    for deck in decks:
        rim.out.write(f"{deck.cards:5}  {deck.id:{wide}}  {deck.title}\n{'':7}{deck.file}\n")
    if problems:
        rim.out.write(f"{len(problems)} problems: see dlcards deck check.\n")


def check(rim: Rim, paths: list[Path], *, prove: bool, json: bool) -> None:
    """Print every problem; raises DeckError where there is one."""
    from dlcards.library import loader, rules, syllabus
    from dlcards.library.sources import sources

    found = sources(paths or rim.named_decks, rim.places.decks)
    decks = [loader.load(path) for path in found.files()]
    problems = [problem for loaded in decks for problem in loaded.problems]
    problems += rules.problems(decks, syllabus.load(found.syllabus), prove=prove)
    cards = sum(len(loaded.cards) for loaded in decks)
    if json:
        rows = [problem._asdict() for problem in problems]
        rim.out.write(json_.dumps({"decks": len(decks), "cards": cards, "problems": rows}) + "\n")
    else:
        _print(rim, problems)
    if problems:
        raise DeckError(f"{len(problems)} problems in {len(decks)} decks, {cards} cards read")
    if not json:
        rim.out.write(f"{cards} cards in {len(decks)} decks: no problems.\n")


def _print(rim: Rim, problems: list[Problem]) -> None:
    here = Path.cwd()
    for problem in sorted(problems):
        path = Path(problem.file)
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        rim.out.write(f"{problem._replace(file=str(shown))}\n")


def new(rim: Rim, name: str, out: Path | None) -> None:
    """Write a deck with an example of every kind, and the schema beside it for the editor."""
    import textwrap

    from dlcards.kinds import example, kinds
    from dlcards.library.schema import text as schema_text

    if not name.replace("-", "").isalnum() or not name.islower():
        raise UsageError(f"deck '{name}': is no id (small letters, digits and hyphens)")
    path = out or rim.places.decks / f"{name}.yaml"
    if path.exists():
        raise UsageError(f"{path}: is there already (choose another name, or --out)")
    cards = (textwrap.indent(example(kind), "  ").replace("  ", "- ", 1) for kind in kinds())
    title = name.replace("-", " ").capitalize()
    text = HEADER.format(name=name, title=title) + "\n".join(cards)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (path.parent / "deck.schema.json").write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror} (choose with --out)"
        ) from None
    rim.out.write(f"{path}\nEdit it, then: dlcards deck check {path}\n")


def schema() -> None:
    """Print the JSON Schema."""
    import sys

    from dlcards.library.schema import text

    sys.stdout.write(text())
