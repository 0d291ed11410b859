"""Opens sittings over the deck of `rehearsal`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rehearsal import card, intervals, item

from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def sitting() -> Callable[..., Session]:
    """Open a session over the named cards; keywords are those of the policy."""

    def opened(*names: str, mode: Any = "review", seed: int = 7, **policy: Any) -> Session:
        queue = [item(name, mode=mode) for name in names]
        return Session(queue, Policy(mode, **policy), Ports(card, intervals), seed=seed, at=0)

    return opened
