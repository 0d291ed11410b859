"""Measures how long the learner waits, as multiples of the least that Typer and Rich cost.

    python tests/bench/startup.py
    python tests/bench/startup.py --cards 100000 --reviews 1000000

The commands take turns in one loop, so their ratios hold on a busy machine too. Nothing is asserted:
the tables are for people. `--home DIR` keeps the generated decks and logs for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from running import Case, Run, interleaved, run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TODAY = date(2026, 1, 5)
BASE = Case("import typer, rich.console", (sys.executable, "-c", "import typer, rich.console"), {})
COMMANDS = (
    ("--help", ("--help",), False),
    ("due", ("due",), False),
    ("what today holds", (), False),
    ("first card", ("review", "--json", "--seed", "1"), True),
    ("stats --json", ("stats", "--json"), False),
)


def main() -> None:
    """Make the homes that are missing, measure, print."""
    asked = _arguments()
    root = asked.home or Path(tempfile.mkdtemp(prefix="dlcards-bench-"))
    os.chdir(ROOT)
    try:
        sizes = dict.fromkeys([(0, 0), (10_000, 100_000), (asked.cards, asked.reviews)])
        homes = {_name(cards, reviews): _home(root, cards, reviews) for cards, reviews in sizes}
        cases = [case for name, home in homes.items() for case in _cases(name, home)]
        _print_runs(interleaved([BASE, *cases], asked.rounds))
        for name, home in homes.items():
            _print_loads(name, home)
            if name != _name(0, 0):
                _print_grades(name, home)
    finally:
        if asked.home is None:
            shutil.rmtree(root)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure start, grade and memory.")
    parser.add_argument("--cards", type=int, default=10_000, help="generated, beside the shipped")
    parser.add_argument("--reviews", type=int, default=100_000, help="in the log")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--home", type=Path, help="keep what is generated here")
    return parser.parse_args()


def _name(cards: int, reviews: int) -> str:
    return f"{cards:,} cards, {reviews:,} reviews" if cards else "shipped decks"


def _home(root: Path, cards: int, reviews: int) -> Path:
    """Make the folder of a learner, unless an earlier run has left it."""
    home = root.resolve() / f"{cards}-{reviews}"
    if home.is_dir():
        return home
    home.mkdir(parents=True)
    # As processes of their own: a child's peak of memory is never less than its parent's was.
    if cards:
        _script("cards.py", home / "decks", cards)
    if reviews:
        _script("reviews.py", home / "log.sqlite", cards, reviews, TODAY.toordinal())
        words = (sys.executable, "-m", "dlcards", "log", "verify")
        print(f"{home.name}: {subprocess.check_output(words, env=_environ(home), text=True)}")
    return home


def _script(name: str, place: Path, *words: object) -> str:
    command = (sys.executable, str(HERE / name), str(place), *map(str, words))
    return subprocess.check_output(command, env=_environ(place), text=True)


def _environ(home: Path) -> dict[str, str]:
    named = {"DLCARDS_HOME": str(home), "DLCARDS_NOW": f"{TODAY}T09:00", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **named}


def _cases(name: str, home: Path) -> list[Case]:
    return [
        Case(f"{name}: {said}", (sys.executable, "-m", "dlcards", *words), _environ(home), first)
        for said, words, first in COMMANDS
    ]


def _print_runs(runs: dict[str, Run]) -> None:
    least = runs[BASE.name].millis
    _print_row("", "ms", "times", "MB")
    for name, each in runs.items():
        _print_row(
            name, f"{each.millis:.0f}", f"{each.millis / least:.2f}", f"{each.megabytes:.0f}"
        )


def _print_loads(name: str, home: Path) -> None:
    """Time a start without the compiled copy of the decks, and the next one with it."""
    shutil.rmtree(home / "cache", ignore_errors=True)
    words = (sys.executable, "-m", "dlcards", "due")
    for said in ("decks compiled", "decks cached"):
        each = run(Case(said, words, _environ(home)))
        _print_row(f"{name}: due, {said}", f"{each.millis:.0f}", "", f"{each.megabytes:.0f}")


def _print_grades(name: str, home: Path, rounds: int = 200) -> None:
    """Time grades, and put the log back as it was."""
    log = home / "log.sqlite"
    kept = home / "log.kept"
    shutil.copy2(log, kept)
    for said, times in json.loads(_script("grade.py", home, TODAY.toordinal(), rounds)).items():
        tail = f", 95% in {times['p95']:.1f}" if "p95" in times else ""
        _print_row(f"{name}: {said}{tail}", f"{times['median']:.1f}")
    for companion in home.glob("log.sqlite-*"):
        companion.unlink()
    kept.replace(log)
    shutil.rmtree(home / "backups")


def _print_row(name: str, *columns: str) -> None:
    print(f"{name:72}{''.join(f'{column:>8}' for column in columns)}", flush=True)


if __name__ == "__main__":
    main()
