"""Writes decks for tests; a card is good unless a test says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CARD = """\
- id: {id}
  kind: basic
  concept: {concept}
  aspect: pitfall
  front: 'Which mean does batch normalisation subtract at inference?'
  back: 'The running mean of training.'
  why: 'One example has no statistics of its own.'
  mistake: 'Often said: the mean of the batch. That is training.'
  source: 'Ioffe and Szegedy 2015'
"""


def card(id: str = "a", concept: str = "batchnorm", *, more: str = "", **changed: str) -> str:
    """One card as YAML; a keyword replaces a field's value, or drops the field where it is ""."""
    lines = []
    for line in CARD.format(id=id, concept=concept).splitlines():
        name = line.strip("- ").partition(":")[0]
        if name not in changed:
            lines.append(line)
        elif changed[name]:
            lines.append(f"{line[:2]}{name}: {changed[name]}")
    return "\n".join([*lines, *more.splitlines()]) + "\n"


def deck(*cards: str, id: str = "one", title: str = "'One'") -> str:
    return f"deck: {id}\ntitle: {title}\ncards:\n{''.join(cards)}"


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
