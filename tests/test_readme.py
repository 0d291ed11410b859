"""The README says what is true: its commands exist, its deck is clean, its numbers come out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from running import dlcards

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [
    line.partition("  #")[0].strip()
    for block in fenced("sh")
    for line in block.splitlines()
    if line.startswith("dlcards")
]
NEED_MORE = {"dlcards deck check my-topic.yaml"}  # runs below, on the README's own deck


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in NEED_MORE])
def test_the_commands_run(command: str, tmp_path: Path) -> None:
    done = dlcards(*shlex.split(command)[1:], home=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_deck_is_clean(tmp_path: Path) -> None:
    (deck,) = fenced("yaml")
    path = tmp_path / "my-topic.yaml"
    path.write_text(deck, encoding="utf-8")
    done = dlcards("deck", "check", str(path), home=tmp_path)
    assert "1 cards in 1 decks: no problems." in done.stdout, done.stdout


def test_the_library_example_computes_what_it_says() -> None:
    from dlcards.ops import huber_loss

    assert huber_loss([0.5, 3.0], [0.0, 0.0], delta=1.0) == 1.3125
    assert huber_loss.grad([0.5, 3.0], [0.0, 0.0])["input"].tolist() == [0.25, 0.5]
    assert "# 1.3125" in README
    assert "array([0.25, 0.5])" in README


def test_the_table_of_ops_is_the_registry() -> None:
    from ops_table import table

    from dlcards.ops import registry

    assert table() in README, "run python tests/ops_table.py"
    assert f"The library has {len(registry())} ops" in README


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert len(pictures) == 4
    for picture in pictures:
        assert (ROOT / picture).read_text(encoding="utf-8").startswith("<svg")


def test_the_kinds_are_those_of_the_program() -> None:
    from dlcards.kinds import kinds

    named = re.findall(r"^\| `(\w+)` \|", README.partition("## Speed")[0], re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == set(kinds())
