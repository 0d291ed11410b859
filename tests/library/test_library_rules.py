"""The rules of good cards: each has a bad card that it finds, and a good card passes them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from deckfiles import card, deck, write

from dlcards.library import loader, rules
from dlcards.library.syllabus import Concept, Syllabus

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = {"batchnorm": 5, "mse": 5, "rare": 2}
PLAN = Syllabus(
    {name: Concept(name, name, "one", n, weight, "ours", ()) for n, (name, weight) in enumerate(WEIGHTS.items())},
    {"one": "One"},
)  # fmt: skip
OPTIONS = """\
  options:
  - {{text: {0}, correct: true}}
  - {{text: bbbb, refute: 'No.'}}
  - {{text: cccc, refute: 'No.'}}
"""


def choice(id: str, right: str = "aaaa") -> str:
    return card(id, kind="choice", back="", more=OPTIONS.format(right))


def found(tmp_path: Path, *cards: str, prove: bool = True) -> list[str]:
    loaded = loader.load(write(tmp_path / "deck.yaml", deck(*cards)))
    assert loaded.problems == ()
    problems = rules.problems([loaded], PLAN, prove=prove)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in problems]


def test_a_good_card_passes_all_rules(tmp_path: Path) -> None:
    assert found(tmp_path, card(), card("b", "rare", why="", mistake="")) == []


@pytest.mark.parametrize(
    ("cards", "message"),
    [
        (card(why=""), "deck.yaml:4: card 'a': has no 'why' at weight 5 (one sentence teaches it)"),
        (card(mistake=""), "has no 'mistake' at weight 5"),
        (card(concept="rare", why="", mistake="", more="  weight: 4"), "has no 'why' at weight 4"),
        (card(source=""), "has no 'source'"),
        (card(source="'a book'"), "deck.yaml:12: card 'a': 'source' names no year and no version"),
        (card(concept="batchnrm"), "deck.yaml:6: card 'a': 'batchnrm' is not in the syllabus (did you mean 'batchnorm'?)"),
        (card(more="  needs: [batchnor]"), "'batchnor' is not in the syllabus (did you mean 'batchnorm'?)"),
        (card(more="  followup: b"), "'b' is no card of the deck"),
        (card(concept="mse"), "has no 'family', but 'mse' is easily confused (such as 'regression-losses')"),
        (card(why="'Nowadays it is so.'"), "says 'Nowadays' (name the year)"),
        (card(mistake="'As above.'"), "says 'As above' (a card stands alone)"),
        (card(front="'Is it the running mean?'"), "can be answered by yes or no"),
        (card(front="'List the statistics.'"), "asks for an open list"),
        (card(front=f"'{'w ' * 301}which?'"), "has more than 600 characters"),
        (card(back=f"'{'w ' * 26}'"), "the answer has 26 words"),
        (card(back="'$$a$$ and $$b$$'"), "several displayed formulas"),
        (card(back="'batch normalisation'"), "every term of the answer stands in the question"),
        (card(back=r"'$\foo{x}$'"), r"the formula '\\foo{x}'"),
        (card(back="'$$" + " + ".join(["abcdef"] * 20) + "$$'"), "is wider than 76 columns"),
        (card(more="  proof: ['mse_loss([1], [3]) == 5']"), "does not hold: it is 4"),
        (card(kind="typed", back="", more="  accept: [mean]"), "'front' holds the answer"),
        ("".join(card(f"a{n}") for n in range(8)) + choice("b") + choice("c"), "2 of 10 cards are multiple choice (10 % at most)"),
        ("".join(card(f"a{n}", aspect="history") for n in range(2)) + "".join(card(f"b{n}") for n in range(8)), "2 of 10 cards ask for history"),
        ("".join(choice(f"a{n}", "aaaaa") for n in range(3)), "in 3 of 3 choice cards the right option is the longest"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_bad_card(tmp_path: Path, cards: str, message: str) -> None:
    assert message in "\n".join(found(tmp_path, cards))


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        ("mse_loss([1, 2], [1, 4]) == 2", ""),
        ("huber_loss.grad.input([5], [0], delta=1) == [1]", ""),
        ("softmax([1, 2, 3], dim=0)[2] ~ 0.665", ""),
        ("1 / 3 ~ 0.333", ""),
        ("2 < 3", ""),
        ('mse_loss([1, 2], [1, 4], reduction="sum") == 4', ""),
        ("1 / 3 ~ 0.334", "does not hold: it is 0.33333333"),
        ("1 / 3 == 0.333", "does not hold: it is 0.33333333"),
        ("[1, 2] == [1, 3]", "does not hold: it is [1, 2]"),
        ("[1, 2] == [1, 2, 3]", "does not hold"),
        ("mse_loss([1], [3])", "states nothing (compare with ==, ~, < or >)"),
        ("1 / 0 == 1", "divides by zero"),
        ("log(0) == 1", "not defined"),
        ("mse_loss([1], [3], [4], [5]) == 1", "mse_loss"),
        ("nothing([1]) == 1", "nothing"),
        ("mse_loss.nope([1], [3]) == 1", "has no 'nope'"),
        ("1 +", "'1 +': "),
        ("x == 1", "x"),
        ('__import__("os") == 1', "__import__"),
        ("9^9^9^9^9 == 1", "too large"),
        ("conv2d([[[[1]]]], [[[[1]]]], padding=100000000) == 1", "conv2d: "),
    ],
)
def test_proofs(tmp_path: Path, proof: str, message: str) -> None:
    problems = found(tmp_path, card(more=f"  proof:\n  - '{proof}'"))
    assert problems == [] if not message else message in problems[0]
    assert not problems or problems[0].startswith("deck.yaml:14: card 'a': ")


def test_without_proving_nothing_is_computed(tmp_path: Path) -> None:
    assert found(tmp_path, card(more="  proof: ['1 == 2']"), prove=False) == []


def test_a_deck_twice_in_a_folder(tmp_path: Path) -> None:
    one, two = (loader.load(write(tmp_path / name, deck(card()))) for name in ("a.yaml", "b.yaml"))
    elsewhere = loader.load(write(tmp_path / "mine" / "a.yaml", deck(card())))
    (problem,) = rules.problems([one, two, elsewhere], PLAN)
    assert "the deck 'one' is in" in str(problem)
    assert (problem.file, problem.line) == (two.file, 1)


def test_problems_of_the_syllabus_are_said(tmp_path: Path) -> None:
    from dlcards.errors import Problem

    fault = Problem("syllabus.yaml", 3, "", "is no syllabus")
    assert rules.problems([], PLAN._replace(problems=(fault,))) == [fault]
