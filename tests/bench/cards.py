"""Writes decks of generated cards, a thousand in a file, of every kind in about its usual share."""

from __future__ import annotations

import sys
from pathlib import Path

IN_A_FILE = 1000
ON_A_CONCEPT = 8

BASIC = """\
- id: c{n}
  kind: basic
  concept: {concept}
  aspect: definition
  front: 'Which quantity does layer {n} of the network normalise, and over which axes of its input?'
  back: 'The activations of unit {n}, over the batch.'
  why: 'Each unit has a mean of its own, and only the batch tells it.'
  source: 'computed'
"""
CLOZE = """\
- id: c{n}
  kind: cloze
  concept: {concept}
  aspect: formula
  text: 'Scheme {n} draws weights with variance {{{{c1::$2/n_{{in}}$}}}} because ReLU {{{{c2::halves the moment}}}}.'
  why: 'Half of the pre-activations are cut to zero.'
  source: 'He et al. 2015'
"""
TYPED = """\
- id: c{n}
  kind: typed
  concept: {concept}
  aspect: definition
  front: 'What is example number {n} called, with which the two others are compared?'
  accept: ['anchor {n}', 'anchor example {n}']
  why: 'Both distances are measured from it.'
  source: 'Schroff et al. 2015'
"""
CHOICE = """\
- id: c{n}
  kind: choice
  concept: {concept}
  aspect: pitfall
  front: 'A layer with inverted dropout goes to inference in run {n}. What happens to its activations?'
  options:
  - {{text: 'They pass unchanged', correct: true}}
  - {{text: 'They are halved there', refute: 'They were scaled in training already.'}}
  - {{text: 'They are doubled there', refute: 'That factor belongs to training.'}}
  source: 'Srivastava et al. 2014'
"""
COMPUTE = """\
- id: c{n}
  kind: compute
  concept: {concept}
  aspect: compute
  front: 'Predictions {{{{input}}}}, targets {{{{target}}}}. What does `F.mse_loss` return in case {n}?'
  op: mse_loss
  inputs:
    input: {{integers: [-3, 3], shape: [4]}}
    target: {{integers: [-3, 3], shape: [4]}}
  where: ['mean((input - target)^2) > 1.2']
  ask: value
  convention: 'Mean over the 4 elements, no factor ½.'
  mistakes:
  - {{expr: 'sum((input - target)^2)', say: 'That is the sum: the mean also divides by n.'}}
  source: computed
"""
KINDS = (BASIC, COMPUTE, BASIC, TYPED, BASIC, CLOZE, BASIC, COMPUTE, BASIC, CHOICE)


def write(folder: Path, count: int) -> None:
    """Write entries for `count` cards; a cloze is one entry and two cards, so files hold a few more."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, IN_A_FILE):
        deck = _deck(first)
        numbers = range(first, min(first + IN_A_FILE, count))
        entries = (KINDS[n % len(KINDS)].format(n=n, concept=_concept(n)) for n in numbers)
        head = f"deck: {deck}\ntitle: 'Generated {deck}'\ncards:\n"
        (folder / f"{deck}.yaml").write_text(head + "".join(entries), encoding="utf-8")


def key(n: int) -> str:
    """Return the key of a generated card."""
    return f"{_deck(n)}/c{n}"


def _deck(n: int) -> str:
    return f"bench-{n // IN_A_FILE:03}"


def _concept(n: int) -> str:
    return f"concept-{n // ON_A_CONCEPT}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
