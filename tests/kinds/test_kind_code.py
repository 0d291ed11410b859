"""Code cards: programs of learners against the op, and decks whose texts look like programs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from dlcards.answers import sandbox
from dlcards.errors import DlcardsError
from dlcards.kinds import example, kinds, union
from dlcards.kinds._outputs import compared
from dlcards.kinds.code import Code
from dlcards.library import decode, yaml12
from dlcards.model.card import Edit
from dlcards.model.doc import Code as CodeBlock
from dlcards.model.doc import Doc, Table, Text
from dlcards.session import states as s
from dlcards.session.engine import Ports, Session
from dlcards.session.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

HEAD = {"id": "a", "concept": "c", "aspect": "code", "kind": "code", "front": "Write it."}
SOFTMAX = "import numpy as np\ndef softmax(input):\n"


def code(**fields: Any) -> Code:
    return msgspec.convert(HEAD | fields, Code)


def model() -> Code:
    found: Code = decode.card(yaml12.read(example("code").encode(), "x.yaml").data)
    return found.draw(1)


def text(card: Code, reply: str) -> str:
    return "\n".join(words(card.check(reply).said))


def words(doc: Doc) -> list[str]:
    tables = (block for block in doc if isinstance(block, Table))
    cells = [cell.text for table in tables for row in table.rows for cell in row]
    return [block.text for block in doc if isinstance(block, Text)] + cells


def softmax(*lines: str) -> str:
    return SOFTMAX + "".join(f"    {line}\n" for line in lines)


RIGHT = {
    "as it should be": softmax("e = np.exp(input - input.max(-1, keepdims=True))", "return e / e.sum(-1, keepdims=True)"),
    "by log-sum-exp": softmax("m = input.max(axis=-1, keepdims=True)", "return np.exp(input - m - np.log(np.exp(input - m).sum(axis=-1, keepdims=True)))"),
    "as lists": softmax("e = np.exp(input - input.max(-1, keepdims=True))", "return (e / e.sum(-1, keepdims=True)).tolist()"),
    "by rows": softmax("if input.ndim > 1: return np.stack([softmax(row) for row in input])", "e = np.exp(input - max(input))", "return e / sum(e)"),
    "a lambda": "import numpy as np\nsoftmax = lambda input: (e := np.exp(input - input.max(-1, keepdims=True))) / e.sum(-1, keepdims=True)",
    "np without import": "import numpy\ndef softmax(input):\n    e = numpy.exp(input - numpy.max(input, -1, keepdims=True))\n    return e / numpy.sum(e, -1, keepdims=True)",
    "printing": softmax("print(input)", "e = np.exp(input - input.max(-1, keepdims=True))", "return e / e.sum(-1, keepdims=True)"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_programs(name: str) -> None:
    verdict = model().check(RIGHT[name])
    assert (verdict.score, verdict.understood) == (1.0, "all 4 cases agree")


WRONG = [  # program, score, near miss, what is said
    (softmax("return np.exp(input) / np.exp(input).sum(-1, keepdims=True)"), 0.5, True, "exp(1000) overflows"),
    (softmax("e = np.exp(input - input.max())", "return e / e.sum()"), 0.25, True, "Sum along the last axis"),
    (softmax("e = np.exp(input - input.max(0))", "return e / e.sum(0)"), 0.25, True, "Sum along the last axis"),
    (softmax("e = np.exp(input)", "return e / e.sum(-1)"), 0.25, True, "Line 4: ValueError: operands could not be broadcast"),
    (softmax("return input.sum(-1)"), 0, False, "the shape (4,) is expected, yours is ()"),
    (softmax("return input[None]"), 0, False, "the shape (4,) is expected, yours is (1, 4)"),
    (softmax("return input * 0"), 0, False, "expected [0."),
    (softmax("return input * np.nan"), 0, False, "got [nan"),
    (softmax("return input, input"), 0, False, "the shape (4,) is expected, yours is (2, 4)"),
    (softmax("return {'a': input}"), 0, False, "one array is expected"),
    (softmax("return [input, 1.0]"), 0, False, "one array is expected"),
    (softmax("return None"), 0, False, "returns NoneType, not numbers"),
    (softmax("pass"), 0, False, "returns NoneType, not numbers"),
    (softmax("return 1 / 0"), 0, False, "Line 3: ZeroDivisionError"),
    (softmax("return inputs"), 0, False, "Line 3: NameError"),
    (softmax("return input +"), 0, False, "Line 3: SyntaxError: invalid syntax"),
    (softmax("import sys", "sys.exit()"), 0, False, "Line 4: SystemExit"),
    (softmax("input += 1", "e = np.exp(input)", "return e / e.sum(-1, keepdims=True)"), 0, False, "changes its argument input in place"),
    (softmax("return np.zeros(10**11)"), 0, False, "MemoryError"),
    (softmax("return input()"), 0, False, "TypeError: 'numpy.ndarray' object is not callable"),
    ("def soft_max(input): return input", 0, False, "there is no function 'softmax'"),
    ("def softmax(x): return x", 0, False, "unexpected keyword argument 'input'"),
    ("here is some prose", 0, False, "Line 1: SyntaxError"),
    ("\x00", 0, False, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "score", "near", "said"), WRONG, ids=[w[3] or "a zero" for w in WRONG]
)
def test_wrong_programs(reply: str, score: float, near: bool, said: str) -> None:
    verdict = model().check(reply)
    assert (verdict.score, verdict.near_miss, verdict.unreadable) == (score, near, False)
    assert said in text(model(), reply)
    assert text(model(), reply).startswith("Case") == ("SyntaxError" not in said and "no function" not in said and reply != "\x00")  # fmt: skip


def test_an_endless_loop_costs_a_try_not_the_sitting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 1.0)
    ports = Ports(lambda key: model(), lambda item: {})
    sitting = Session([s.Item("d/a")], Policy(), ports, seed=1, at=0)
    sitting.send(s.Answer(softmax("while True: pass")), 1)
    assert isinstance(sitting.state, s.Asking)
    assert sitting.state.feedback is not None
    assert "did not end" in str(sitting.state.feedback.said)
    assert sitting.state.tries == 1
    sitting.send(s.Answer(softmax("while True: pass") + "\n"), 2)
    assert isinstance(sitting.state, s.Asking), "the same program again is not run again"
    assert sitting.state.tries == 1
    sitting.send(s.Answer(RIGHT["as it should be"]), 3)
    assert isinstance(sitting.state, s.Judged)
    assert sitting.state.suggested == 3


def test_the_stub_is_a_program_and_no_answer() -> None:
    card = model()
    form = card.ask().form
    assert isinstance(form, Edit)
    compile(form.stub + "pass", "stub", "exec")
    assert max(map(len, form.stub.split("\n"))) <= 88
    assert card.check(form.stub).score == card.check("  \n").score == 0.0
    assert card.check(form.stub).said == ()


def test_the_explanation_is_the_op_without_its_decorator() -> None:
    (source,) = [block.source for block in model().explain() if isinstance(block, CodeBlock)]
    assert source.startswith("def softmax(")
    assert '"""' not in source
    ast.parse(source)


def test_indices_arrive_as_whole_numbers() -> None:
    card = code(op="nll_loss", parameters=["input", "target"],
                cases=[{"inputs": {"input": [[-1.0, -2.0], [-0.5, -3.0]], "target": [1, 0]}}])  # fmt: skip
    right = "import numpy as np\ndef nll_loss(input, target): return -input[np.arange(2), target].mean()"
    assert list(card.faults()) == list(card.prove()) == []
    assert card.check(right).right


def test_fixed_arguments_are_passed_where_they_are_parameters() -> None:
    cases = [{"inputs": {"input": [1.0, 5.0], "target": [0.0, 0.0]}}]
    card = code(op="huber_loss", parameters=["input", "target", "delta"], cases=cases,
                args={"delta": 2.0, "reduction": "sum"})  # fmt: skip
    right = ("import numpy as np\ndef huber_loss(input, target, delta):\n    r = abs(input - target)\n"
             "    return np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)).sum()")  # fmt: skip
    assert list(card.faults()) == list(card.prove()) == []
    assert card.check(right).right


def test_a_gradient_is_asked() -> None:
    card = code(op="sigmoid", parameters=["input"], ask="grad.input",
                cases=[{"inputs": {"input": [0.0, 100.0, -1.0]}}])  # fmt: skip
    right = "import numpy as np\ndef sigmoid_grad(input):\n    s = 1/(1+np.exp(-input))\n    return s*(1-s)"
    assert list(card.prove()) == []
    assert card.check(right).right
    assert "def sigmoid_grad" in card.stub


SHAPED = {"inputs": {"input": [1.0]}}
FALSE = [
    ({"op": "no_such_op"}, "no_such_op"),
    ({"ask": "grad.nothing"}, "has no gradient for 'nothing'"),
    ({"args": {"nothing": 1}}, "cannot be computed"),
    ({"cases": [{"inputs": {"input": "text"}}]}, ""),
    ({"cases": [{"inputs": {}}]}, "gives no 'input'"),
    ({"cases": [{"inputs": {"input": [1.0], "other": 1}}]}, "'other' is no parameter"),
    ({"parameters": ["input", "for"]}, "'for' is no name"),
    ({"parameters": ["input", "a b"]}, "'a b' is no name"),
    ({"seed": 4}, "set by the program"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), FALSE, ids=[f[1] or "text" for f in FALSE])
def test_a_false_card_is_found(change: dict[str, Any], fault: str) -> None:
    try:
        card = code(**({"op": "softmax", "parameters": ["input"], "cases": [SHAPED]} | change))
    except msgspec.ValidationError:
        assert not fault
        return
    found = str([*card.faults(), *card.prove()])
    assert fault in found


def test_a_card_that_cannot_be_judged_is_left_out_of_the_sitting() -> None:
    card = code(op="softmax", parameters=["input"], cases=[SHAPED], args={"nothing": 1})
    ports = Ports(lambda key: card, lambda item: {})
    sitting = Session([s.Item("d/a")], Policy(), ports, seed=1, at=0)
    sitting.send(s.Answer(RIGHT["as it should be"]), 1)
    assert isinstance(sitting.state, s.Done)
    assert "nothing" in sitting.state.faults[0]


A, B = np.array([1.0, 2.0]), np.array(3.0)


@pytest.mark.parametrize(
    ("truth", "given", "said"),
    [
        (B, B, ""),
        (3, np.array(3.0), ""),
        ((2, 3), np.array([2.0, 3.0]), ""),
        ((2, 3), np.array([2.0, 4.0]), "expected"),
        (A, A + 1e-9, ""),
        (A, A + 1e-3, "expected [1, 2]"),
        (np.array([np.inf, np.nan]), np.array([np.inf, np.nan]), ""),
        (np.array([np.inf]), np.array([-np.inf]), "got [-inf]"),
        (A, np.array([[1.0, 2.0]]), "the shape (2,) is expected, yours is (1, 2)"),
        ((A, B), [A, B], ""),
        ((A, B), [A, B + 1], "output 2:"),
        ((A, B), [A], "2 outputs are expected, yours are 1"),
        ((A, A), np.array([A, A]), ""),
        ((A, B), B, "2 outputs are expected, yours are 1"),
        ({"m": A, "v": B}, {"m": A, "v": B}, ""),
        ({"m": A, "v": B}, [A, B], ""),
        ({"m": A, "v": B}, {"m": A, "v": B + 1}, ", v:"),
        ({"m": A, "v": B}, {"m": A}, "the outputs m, v are expected, yours are m"),
        ({"m": A}, A, ""),
        (B, B + 1, "got 4"),
        (np.array(1e-3), np.array(1e-3 + 2e-6), "got 0.001002"),
        (np.array(123456.0), np.array(123457.0), "got 123457"),
        (A * 1.23456, A * 1.23457, "expected 1.23456 at [0]"),
        (A, {"m": A}, "one array is expected"),
        (A, [A, [B]], "one array is expected"),
        (np.zeros((20, 50)), np.eye(20, 50), "got 1 there; 20 of 1000 entries differ"),
    ],
)  # fmt: skip
def test_outputs_are_compared(truth: Any, given: Any, said: str) -> None:
    found = " ".join(words(compared("With x", truth, given)))
    assert said in found
    assert bool(found) == bool(said)


HARM = "__import__('pathlib').Path('MARK').write_text('x')"


@pytest.mark.parametrize("kind", kinds())
def test_nothing_of_a_deck_is_executed(kind: str, tmp_path: Path) -> None:
    """Every text of every card replaced by a program, one at a time: faults, or harmless words."""
    mark = tmp_path / "mark"
    harm = HARM.replace("MARK", str(mark))
    data = yaml12.read(example(kind).encode(), "x.yaml").data
    for place in places(data):
        for program in (harm, f"{{{{{harm}}}}}", f'"""\n{harm}\n"""'):
            try:
                card = msgspec.convert(replaced(data, place, program), union())
                for use in (card.faults, card.lint, card.prove):
                    list(use())
                drawn = card.expand()[0].draw(1)
                drawn.ask(), drawn.check("1"), drawn.explain()
            except (DlcardsError, msgspec.ValidationError, LookupError):
                pass
            assert not mark.exists(), (place, program)


def places(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(data, dict):
        return [p for key in data if key != "kind" for p in places(data[key], (*at, key))]
    if isinstance(data, list):
        return [p for n, part in enumerate(data) for p in places(part, (*at, n))]
    return [at] if isinstance(data, str) else []


def replaced(data: Any, at: tuple[Any, ...], new: str) -> Any:
    if not at:
        return new
    head, *rest = at
    if isinstance(data, dict):
        return {k: replaced(v, tuple(rest), new) if k == head else v for k, v in data.items()}
    return [replaced(v, tuple(rest), new) if n == head else v for n, v in enumerate(data)]
