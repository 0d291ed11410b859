"""Runs the real program as a child process, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def dlcards(
    *arguments: str, home: Path, input: str = "", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python -m dlcards …` to its end."""
    given = os.environ | {"DLCARDS_HOME": str(home), "COLUMNS": "80"} | (environ or {})
    return subprocess.run(
        [sys.executable, "-m", "dlcards", *arguments],
        env=given, input=input, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
