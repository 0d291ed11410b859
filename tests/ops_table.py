"""Prints the README's table of ops: run `python tests/ops_table.py` and put it between the marks."""

from __future__ import annotations

import sys

from dlcards.ops import registry

HEADER = "| family | ops |\n|---|---|\n"


def table() -> str:
    """Return every op by family, as Markdown."""
    families: dict[str, list[str]] = {}
    for op in registry().values():
        families.setdefault(op.family, []).append(f"`{op.name}`")
    rows = (
        f"| {family} | {', '.join(sorted(names))} |\n" for family, names in sorted(families.items())
    )
    return HEADER + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(table())
