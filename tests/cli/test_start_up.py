"""What a command imports and writes before it has anything to do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from running import dlcards

if TYPE_CHECKING:
    from pathlib import Path

DECK = """\
deck: plain
title: Plain
cards:
- {id: a, kind: basic, concept: x, aspect: definition, front: Why?, back: Because.}
"""
PROBE = """\
import json, sys
from dlcards.cli import run
try:
    run(sys.argv[1:])
except SystemExit:
    pass
print(json.dumps(sorted(set(sys.modules) & {heavy!r})), file=sys.stderr)
"""
HEAVY = {"numpy", "sympy", "yaml", "rich", "rich.console", "pydantic", "asyncio"}
FREE_OF = {  # command → what it must not import
    "--help": HEAVY,
    "--version": HEAVY,
    "review --help": HEAVY,
    "op list --help": HEAVY,
    "due": HEAVY,
    "due --json": HEAVY,
    "stats --json": HEAVY,
    "stats": HEAVY - {"rich", "rich.console"},
    "review": HEAVY - {"rich", "rich.console"},
    "review --json": HEAVY,
    "config": HEAVY,
    "log verify": HEAVY,
    "card history plain/a": HEAVY,
}
GROUPS = ("deck", "card", "op", "log")
COMMANDS = ("review", "due", "stats", "config", *GROUPS)


@pytest.mark.parametrize("command", FREE_OF)
def test_nothing_heavy_is_imported_before_it_is_needed(command: str, tmp_path: Path) -> None:
    deck = tmp_path / "plain.yaml"
    deck.write_text(DECK)
    home = tmp_path / "home"
    assert dlcards("--decks", str(deck), "due", home=home).returncode == 0  # the decks are compiled
    probe = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), "--decks", str(deck), *command.split()],
        env={"DLCARDS_HOME": str(home), "PATH": "", "LC_ALL": "C.UTF-8"},
        input="\n3\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    imported = json.loads(probe.stderr.strip().splitlines()[-1])
    assert not set(imported) & FREE_OF[command]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_writes_no_file(command: str, tmp_path: Path) -> None:
    done = dlcards(*command.split(), "--help", home=tmp_path / "home")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: dlcards")
    assert list(tmp_path.iterdir()) == []


def test_every_command_has_help(tmp_path: Path) -> None:
    for group in GROUPS:
        listed = dlcards(group, "--help", home=tmp_path).stdout.partition("Commands:")[2]
        names = [
            line.split()[0]
            for line in listed.splitlines()
            if line.startswith("  ") and line[2] != " "
        ]
        assert names
        for name in names:
            done = dlcards(group, name, "--help", home=tmp_path)
            assert done.returncode == 0, name
            assert len(done.stdout.splitlines()) > 3, name
