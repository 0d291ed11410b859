"""Compute cards: how inputs are drawn, what is asked, how replies are judged and explained."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from dlcards.kinds import _inputs, _template
from dlcards.kinds.compute import Compute
from dlcards.library import decode, yaml12
from dlcards.model.card import CardFault
from dlcards.model.doc import Code, Steps, Table, Text
from dlcards.ops import huber_loss

HEAD = "id: a\nkind: compute\nconcept: mse\naspect: compute\n"


def card(text: str) -> Compute:
    """Read a card from the lines of YAML that tell it from others."""
    text = HEAD + ("" if "front:" in text else "front: 'How much?'\n") + text
    document = yaml12.read(text.encode(), "card.yaml")
    assert document.problems == []
    assert list(decode.faults(document.data)) == []
    found = decode.card(document.data)
    assert isinstance(found, Compute)
    return found


def faults(text: str) -> str:
    return " | ".join(f"{f.field}: {f.message}" for f in card(text).faults())


def said(doc: Any) -> list[str]:
    return [block.text for block in doc if isinstance(block, Text)]


HUBER = """\
op: huber_loss
inputs: {input: [4, 0], target: [0, 1], delta: {choice: [2]}}
convention: Mean over {{2}} elements.
"""


@pytest.mark.parametrize(
    ("text", "key", "form"),
    [
        pytest.param(HUBER, 3.25, "scalar", id="value is the default"),
        pytest.param(HUBER + "ask: grad.input\n", [1.0, -0.5], "vector", id="gradient"),
        pytest.param(HUBER + "args: {reduction: sum}\n", 6.5, "scalar", id="an argument in words"),
        pytest.param("ask: 'mean(abs(x))'\ninputs: {x: [1, -3]}\n", 2.0, "scalar", id="expression"),
        pytest.param("ask: 'x[1] + huber_loss([2], [0])'\ninputs: {x: [1, 3]}\n", 4.5, "scalar", id="ops inside"),
        pytest.param("ask: x\ninputs: {x: 3}\n", 3, "integer", id="the name of an input"),
        pytest.param("ask: '[[x, 1], [2, 3]]'\ninputs: {x: 3}\n", [[3, 1], [2, 3]], "matrix", id="matrix"),
        pytest.param("ask: 'x / 4'\ninputs: {x: 3}\nform: percent\n", 0.75, "percent", id="percent"),
        pytest.param(
            "ask: 'softmax([x, 0], dim=0)'\ninputs: {x: 0}\n", [0.5, 0.5], "vector", id="op in the expression"
        ),
    ],
)  # fmt: skip
def test_what_is_asked(text: str, key: Any, form: str) -> None:
    drawn = card(text).draw(1)
    assert np.allclose(np.asarray(drawn.key, dtype=float), key)
    assert drawn.written_form == form
    assert drawn.check(drawn.written_key(digits=8)).right
    assert drawn.explain()


def test_a_named_output_is_asked() -> None:
    text = "op: receptive_field\nask: {part}\ninputs: {layers: [[3, 1, 1], [3, 2, 1]]}\n"
    parts = card(text.replace("{part}", "value")).draw(1)
    with pytest.raises(CardFault, match="cannot be typed"):
        _ = parts.key
    named = card(text.replace("{part}", "jump")).draw(1)
    assert isinstance(named.key, (int, float, np.ndarray))


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ("{integers: [-2, 2]}", lambda x: x in (-2, -1, 0, 1, 2)),
        ("{integers: [1, 3], shape: [2, 3]}", lambda x: np.shape(x) == (2, 3) and set(np.ravel(x)) <= {1, 2, 3}),
        ("{uniform: [0.1, 0.9], step: 0.1}", lambda x: x in [round(0.1 * n, 10) for n in range(1, 10)]),
        ("{uniform: [0, 1], step: 0.25, shape: [4]}", lambda x: set(x) <= {0, 0.25, 0.5, 0.75, 1}),
        ("{uniform: [2, 3]}", lambda x: 2 <= x <= 3),
        ("{choice: [2, 8]}", lambda x: x in (2, 8)),
        ("{choice: [[1, 2], [3, 4]]}", lambda x: x in ([1, 2], [3, 4])),
        ("{integers: [1, 4], shape: [4], distinct: true}", lambda x: sorted(x) == [1, 2, 3, 4]),
        ("{value: [1, 2]}", lambda x: x == [1, 2]),
        ("{expr: 'n * 2'}", lambda x: x == 6),
        ("{expr: 'softmax([0, 0], dim=0)'}", lambda x: x == [0.5, 0.5]),
        ("{integers: [1, 1], shape: [n]}", lambda x: x == [1, 1, 1]),
        ("{integers: [1, 1], shape: [1, n]}", lambda x: x == [[1, 1, 1]]),
        ("5", lambda x: x == 5),
    ],
)  # fmt: skip
def test_drawing(given: str, holds: Any) -> None:
    text = f"ask: n\ninputs:\n  n: 3\n  x: {given}\n"
    assert faults(text) == ""
    for seed in range(30):
        assert holds(card(text).draw(seed).inputs["x"])


def test_both_ends_of_a_grid_come() -> None:
    text = "ask: x\ninputs: {x: {uniform: [0.1, 0.7], step: 0.2}}\n"
    assert {card(text).draw(seed).key for seed in range(60)} == {0.1, 0.3, 0.5, 0.7}


def test_conditions_hold_in_every_draw() -> None:
    text = "ask: 'x - y'\ninputs: {x: {integers: [0, 9]}, y: {integers: [0, 9]}}\nwhere: ['x > y', 'y > 2']\n"
    for seed in range(40):
        drawn: dict[str, Any] = dict(card(text).draw(seed).inputs)
        assert drawn["x"] > drawn["y"] > 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ask: x\ninputs: {x: {integers: [1, 2]}}\nwhere: ['x > 2']\n", "no draw meets x > 2"),
        ("ask: 'sum(x)'\ninputs: {x: {integers: [1, 2], shape: [4000]}}\nwhere: ['sum(x) < 0']\n", "no draw"),
        ("ask: n\ninputs: {n: {value: 90}, x: {integers: [1, 2], shape: [n, n]}}\n", "8,100 numbers"),
        ("ask: n\ninputs: {n: {value: 1.5}, x: {integers: [1, 2], shape: [n]}}\n", "axis of size 1.5"),
        ("ask: x\ninputs: {x: {integers: [1, 2], shape: [3], distinct: true}}\n", "fewer than 3 different"),
        ("ask: n\ninputs: {n: 0, x: {expr: '1 / n'}}\n", "divides by zero"),
        ("ask: 'x > 3'\ninputs: {x: 4}\n", "cannot be typed"),
        ("ask: '1 / x'\ninputs: {x: 0}\n", "divides by zero"),
        ("op: mse_losss\ninputs: {input: [1], target: [2]}\n", "did you mean 'mse_loss'"),
        ("op: mse_loss\ninputs: {input: [1], target: [2, 3]}\n", "shape"),
        ("op: mse_loss\ninputs: {input: [1]}\n", "target"),
        ("op: mse_loss\nask: grad.weight\ninputs: {input: [1], target: [2]}\n", "has no 'weight'"),
        ("ask: 'conv2d([[[[1]]]], [[[[1]]]], padding=100000000)'\n", "conv2d"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(text: str, message: str) -> None:
    from dlcards.errors import DlcardsError

    with pytest.raises(DlcardsError, match=message):
        card(text).draw(1).ask()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ask: x\ninputs: {x: {integers: [1, 2], choice: [3]}}", "inputs.x: has 2 ways of drawing"),
        ("ask: x\ninputs: {x: {shape: [2]}}", "inputs.x: has 0 ways of drawing"),
        ("ask: x\ninputs: {x: {integers: [2, 1]}}", "inputs.x: draws from 2 to 1"),
        ("ask: x\ninputs: {x: {uniform: [-1e308, 1e308], step: 0.1}}", "is too fine"),
        ("ask: x\ninputs: {x: {integers: [1, 2], step: 0.1}}", "inputs.x.step: is for 'uniform' only"),
        ("ask: x\ninputs: {x: {value: 1, shape: [2]}}", "has a shape of its own"),
        ("ask: x\ninputs: {x: {integers: [1, 2], shape: [n]}}", "'n' is no input above"),
        ("ask: x\ninputs: {x: {integers: [1, 2], shape: [-1]}}", "has an axis of -1"),
        ("ask: x\ninputs: {x: {integers: [1, 2], shape: [1000000000000]}}", "axis of 1,000,000,000,000"),
        ("ask: x\ninputs: {x: [[1, 2], [3]]}", "inputs.x: holds something else than numbers"),
        ("ask: x\ninputs: {x: {choice: [mean, sum]}}", "inputs.x: holds something else than numbers"),
        ("ask: x\ninputs: {x: {value: {a: 1}}}", "inputs.x: holds something else than numbers"),
        ("ask: x\ninputs: {x: {value: true}}", "inputs.x: holds something else than numbers"),
        ("ask: x\ninputs: {x: {expr: 'y + 1'}, y: 1}", "inputs.x.expr: unknown name 'y'"),
        ("ask: y\ninputs: {x-y: 1}", "inputs.x-y: is no name"),
        ("ask: x\ninputs: {x: 1}\nwhere: [x]", "where[0]: compares nothing"),
        ("ask: x\ninputs: {x: 1}\nwhere: ['x >']", "where[0]: "),
        ("ask: x\ninputs: {x: 1}\nmistakes: [{expr: 'x +', say: no}]", "mistakes[0].expr: "),
        ("ask: x\ninputs: {x: 1}\nmistakes: [{expr: x, say: '{{y}}'}]", "mistakes[0].say: unknown name 'y'"),
        ("ask: x\ninputs: {x: 1}\nhints: ['{{y}}']", "hints[0]: unknown name 'y'"),
        ("ask: x\ninputs: {x: 1}\nfront: '{{y}}'", "front: unknown name 'y'"),
        ("ask: x\ninputs: {x: 1}\nwhy: '{{__import__}}'", "why: "),
        ("ask: x\ninputs: {x: 1}\nconvention: '{{x.real}}'", "convention: "),
        ("ask: '().__class__'\ninputs: {x: 1}", "ask: "),
        ("ask: value\ninputs: {x: 1}", "ask: 'value' of which op is not said"),
        ("op: mse_loss\ninputs: {input: 1}\nargs: {input: 2}", "args.input: 'input' is an input already"),
    ],
)  # fmt: skip
def test_faults(text: str, fault: str) -> None:
    assert fault in faults(text + "\n")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{x}} of {{y}}", "2.5 of [1, 2]"),
        ("{{x * 2}}", "5"),
        ("$w = {{x}}$", "$w = 2.5$"),
        ("$$W = {{M}}$$", r"$$W = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$$"),
        ("$a$ {{y}}", "$a$ [1, 2]"),
        ("$x_{{{n}}}$", "$x_{3}$"),
        ("no place, $x^{2}$", "no place, $x^{2}$"),
        ("{{mse_loss([1], [3])}}", "4"),
        ("$${{batch}}$$", r"$$\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$$"),
    ],
)
def test_templates(text: str, written: str) -> None:
    env = {"x": 2.5, "y": np.array([1, 2]), "n": 3, "M": np.array([[1, 2], [3, 4]]),
           "batch": np.array([[[[1, 2], [3, 4]]]])}  # fmt: skip
    assert list(_template.faults("front", text, env)) == []
    assert _template.fill(text, env) == written


def test_every_text_of_a_card_is_filled() -> None:
    text = """\
inputs: {x: {choice: [7]}}
ask: x
front: 'A {{x}}?'
hints: ['B {{x}}']
why: 'C {{x}}'
mistake: 'D {{x}}'
contrast: 'E {{x}}'
convention: 'F {{x}}'
units: 'G{{x}}'
mistakes: [{expr: 'x + 2', say: 'H {{x}}'}]
"""
    drawn = card(text).draw(1)
    shown = [
        *said(drawn.ask().doc),
        *drawn.hints,
        *said(drawn.explain()),
        *said(drawn.check("9").said),
    ]
    assert {"A 7?", "B 7", "C 7", "D 7", "E 7", "7 G7", "H 7", "F 7 Answer in G7."} <= set(shown)


MISTAKEN = (
    HUBER
    + """\
mistakes:
- {expr: 'mean((input - target)^2)', say: 'That is squared.'}
- {expr: 'sum(abs(input - target)) / 0', say: 'Never.'}
- {expr: 'input > target', say: 'Never.'}
- {expr: '2 * huber_loss(input, target, delta=delta)', say: 'Doubled {{1 / (delta - delta)}}.'}
"""
)


@pytest.mark.parametrize(
    ("reply", "score", "named"),
    [
        pytest.param("3.25", 1.0, [], id="right"),
        pytest.param("13/4", 1.0, [], id="right, as a fraction"),
        pytest.param("3.27", 1.0, [], id="within the tolerance"),
        pytest.param("8.5", 0.0, ["That is squared."], id="the mistake of the card"),
        pytest.param("6.5", 0.0, ["Doubled {{1 / (delta - delta)}}."], id="a card's before a generic one"),
        pytest.param("17", 0.0, [], id="wrong without a name"),
    ],
)  # fmt: skip
def test_replies(reply: str, score: float, named: list[str]) -> None:
    verdict = card(MISTAKEN).draw(1).check(reply)
    assert verdict.score == score
    assert [b.text for b in verdict.said if isinstance(b, Text) and b.role == "mistake"] == named
    assert verdict.near_miss is bool(named)


@pytest.mark.parametrize(
    ("ask", "right", "half", "marks"),
    [
        ("[[[[1, 2], [3, 4]]]]", "[[1, 2], [3, 4]]", "[[1, 2], [5, 6]]", 4),
        ("[[[[1, 2], [3, 4]]]]", "[[[[1, 2], [3, 4]]]]", "[[[[1, 2], [5, 6]]]]", 4),
        ("[[1, 2]]", "1 2", "[[1, 3]]", 2),
        ("[[[1, 2]], [[3, 4]]]", "[[[1, 2]], [[3, 4]]]", "[[[1, 2]], [[5, 6]]]", 4),
    ],
    ids=["a batch of one image", "written out", "a row", "rank 3"],
)
def test_axes_that_nobody_sees_need_not_be_typed(
    ask: str, right: str, half: str, marks: int
) -> None:
    drawn = card(f"ask: '{ask}'\ninputs: {{x: 1}}\n").draw(1)
    assert drawn.check(right).right
    verdict = drawn.check(half)
    assert verdict.score == 0.5
    (table,) = (block for block in verdict.said if isinstance(block, Table))
    assert sum(len(row) for row in table.rows) == marks


def test_a_generic_mistake_is_named_where_the_card_lists_none() -> None:
    verdict = card(HUBER).draw(1).check("-3.25")
    assert verdict.near_miss
    assert said(verdict.said)


@pytest.mark.parametrize(
    ("reply", "score", "marks"),
    [
        ("[1, -0.5]", 1.0, []),
        ("1 -0.5", 1.0, []),
        ("[1, 0.5]", 0.5, ["right", "wrong"]),
        ("[2, 3]", 0.0, ["wrong", "wrong"]),
        ("[1]", 0.0, []),
    ],
)
def test_arrays_are_marked_entry_by_entry(reply: str, score: float, marks: list[str]) -> None:
    verdict = card(HUBER + "ask: grad.input\n").draw(1).check(reply)
    assert verdict.score == score
    found = [
        cell.mark for b in verdict.said if isinstance(b, Table) for row in b.rows for cell in row
    ]
    assert found == marks


@pytest.mark.parametrize(("reply", "caret"), [("3 + ?", "3 + ?\n    ^"), ("(1", "(1\n  ^")])
def test_an_unreadable_reply_is_shown_with_a_caret(reply: str, caret: str) -> None:
    verdict = card(HUBER).draw(1).check(reply)
    assert verdict.unreadable
    assert [block.source for block in verdict.said if isinstance(block, Code)] == [caret]


@pytest.mark.parametrize(
    "ask", ["value", "grad.input", "2 * huber_loss(input, target, delta=delta)"]
)
def test_the_worked_steps_end_in_the_key(ask: str) -> None:
    drawn = card(HUBER + f"ask: '{ask}'\n").draw(1)
    steps = [block for block in drawn.explain() if isinstance(block, Steps)]
    assert steps[0].title.startswith("huber_loss")
    assert [step.source for step in steps[0].steps], "the op's own lines"
    assert steps[-1].steps[-1].value == drawn.written_key()


def test_the_steps_are_the_lines_of_the_op() -> None:
    drawn = card(HUBER).draw(1)
    (steps,) = (block for block in drawn.explain() if isinstance(block, Steps))
    worked = huber_loss.worked([4, 0], [0, 1], delta=2)
    assert [step.source for step in steps.steps] == [line.source for line in worked.lines]


def test_drawing_is_pure() -> None:
    given = {"x": _inputs.Input(integers=(0, 9), shape=(3,))}
    one, other = (_inputs.draw(given, ["sum(x) > 4"], random.Random(5)) for _ in range(2))
    assert one == other


DIGITS = "ask: 'x * 2'\ninputs: {x: {uniform: [0, 1]}}\nconvention: none\n"
GOOD = "ask: 'x * 2'\ninputs: {x: {integers: [1, 50]}}\nconvention: none\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(GOOD, "", id="nothing"),
        pytest.param(DIGITS, "digits", id="unfriendly digits"),
        pytest.param(GOOD.replace("50", "1"), "50 of 50 variants have the answer 2", id="one answer"),
        pytest.param(GOOD + "mistakes: [{expr: 'x + x', say: no}]\n", "mistakes[0] gives the right answer in 50",
                     id="a mistake that is right"),
        pytest.param(GOOD + "mistakes: [{expr: '1 / 0', say: no}]\n", "mistakes[0] gives the right", id="a mistake without a value"),
        pytest.param(GOOD + "mistakes: [{expr: 'x + 1', say: no}]\n", "", id="a mistake that is right once"),
        pytest.param(GOOD.replace("x * 2", "x * inf"), "not finite", id="infinite key"),
        pytest.param(GOOD.replace("x * 2", "1 / (x - x)"), "cannot be computed with seed 0", id="no key"),
        pytest.param(GOOD + "form: shape\n", "typed as shape is not accepted", id="a form that does not fit"),
        pytest.param(GOOD.replace("x * 2", "x / 100") + "form: percent\n", "", id="percent can be typed"),
        pytest.param(GOOD + "rtol: 0.2\nform: scalar\natol: 5\n", "accepts", id="a tolerance that takes anything"),
        pytest.param("op: nope\n" + GOOD.replace("x * 2", "value"), "not in the registry", id="no such op"),
    ],
)  # fmt: skip
def test_what_drawing_many_variants_finds(text: str, fault: str) -> None:
    found = [f"{f.field} {f.message}" for f in card(text).prove()]
    assert (fault in " ".join(found)) if fault else found == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ask: x\ninputs: {x: {integers: [1, 9]}}\n", "convention is missing"),
        ("ask: x\ninputs: {x: 3}\nunits: nats\n", "inputs nothing is drawn"),
        (
            "ask: x\ninputs: {x: {integers: [1, 9]}}\nunits: nats\nfront: 'Is it {{x}}?'\n",
            "yes or no",
        ),
    ],
)
def test_lint_of_a_compute_card(text: str, fault: str) -> None:
    assert fault in " ".join(f"{f.field} {f.message}" for f in card(text).lint())
