"""How much an op may lay out and go round: an argument must not demand gigabytes, or hours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 1 << 24  # numbers in one array: 128 MiB of float64
_FOLD = 64  # and more only in proportion to what was given, as for the patches of large images


def check_room(*shapes: Sequence[int], given: int = 0) -> None:
    """Raise MemoryError where an array is over the limit, for a call that gave so many numbers."""
    most = max(LIMIT, _FOLD * given)
    for shape in shapes:
        if (count := math.prod(shape)) > most:
            raise MemoryError(f"an array of {count:,} numbers is needed (it takes up to {most:,})")


def count_fault(most: int, **counts: int) -> str:
    """Return one sentence on the first count that is too large, or ''."""
    for name, count in counts.items():
        if count > most:
            return f"{name} is {count:,} (it takes up to {most:,})"
    return ""
