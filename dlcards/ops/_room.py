"""How many numbers an op may lay out in memory: an argument must not demand gigabytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 1 << 25  # numbers in one array: 256 MiB of float64


def check_room(*shapes: Sequence[int], given: int = 0) -> None:
    """Raise MemoryError where an array is over the limit, and larger than what was `given`."""
    for shape in shapes:
        if (count := math.prod(shape)) > LIMIT and count > given:
            raise MemoryError(f"an array of {count:,} numbers is needed (it takes up to {LIMIT:,})")
