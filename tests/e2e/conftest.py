"""A deck small enough that a test knows every card of it, and a home of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DECK = r"""
deck: tiny
title: A tiny deck
cards:
- id: one-basic
  kind: basic
  concept: one
  aspect: definition
  front: 'Which half-line starves a ReLU of gradient? It has the slope $f(x) = \max(0, x)$.'
  back: The negative one.
  hints: [Look at the slope., It is zero there.]
- id: two-choice
  kind: choice
  concept: two
  aspect: pitfall
  front: What does inverted dropout do at inference?
  options:
  - {text: Nothing at all, correct: true}
  - {text: It scales by p, refute: That is the paper of 2014.}
  - {text: It drops units, refute: Only training drops.}
- id: three-compute
  kind: compute
  concept: three
  aspect: compute
  front: 'Predictions {{input}}, targets {{target}}: the mean of squared errors?'
  op: mse_loss
  inputs: {input: [1, 2, 6], target: [1, 4, 1]}
  convention: Mean.
  mistakes:
  - {expr: 'sum((input - target)^2)', say: 'That is the sum, not the mean.'}
- id: four-typed
  kind: typed
  concept: four
  aspect: definition
  front: Which loss of two words is called triplet loss's pairwise cousin?
  accept: [contrastive loss]
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """The tiny deck's file."""
    path = tmp_path / "tiny.yaml"
    path.write_text(DECK, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for log, settings and cache."""
    return tmp_path / "home"
