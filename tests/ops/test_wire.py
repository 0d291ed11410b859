"""The registry over JSON: what goes in, what comes out, and that nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.ops._wire import answer


def ask(request: Any) -> Any:
    return json.loads(answer(json.dumps(request)))


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        pytest.param(
            {"op": "relu", "args": {"input": [-1, 2.5]}}, {"value": [0.0, 2.5]}, id="value"
        ),
        pytest.param(
            {"op": "relu", "args": {"input": 3}}, {"value": 3.0}, id="a number is an array"
        ),
        pytest.param(
            {"op": "relu", "args": {"input": [["inf", "nan", "-inf"]]}},
            {"value": [["inf", "nan", 0.0]]},
            id="words for numbers both ways",
        ),
        pytest.param(
            {"op": "hardtanh", "args": {"input": [-9, 9], "max_val": "inf"}},
            {"value": [-1.0, 9.0]},
            id="words in options",
        ),
        pytest.param(
            {"op": "softmax", "args": {"input": [[], []], "dim": 1}},
            {"value": [[], []]},
            id="empty",
        ),
        pytest.param(
            {"op": "relu", "args": {"input": [-1, 2]}, "wrt": ["input"]},
            {"value": [0.0, 2.0], "grad": {"input": [0.0, 1.0]}},
            id="gradient of the sum",
        ),
        pytest.param(
            {"op": "relu", "args": {"input": [1, 2]}, "wrt": ["input"], "grad_output": [3, "inf"]},
            {"value": [1.0, 2.0], "grad": {"input": [3.0, "inf"]}},
            id="grad_output",
        ),
        pytest.param(
            {"op": "prelu", "args": {"input": [-1], "weight": [0.5]}, "wrt": ["weight"]},
            {"value": [-0.5], "grad": {"weight": [-1.0]}},
            id="only the gradients asked for",
        ),
        pytest.param(
            {"op": "relu", "args": {"input": [1]}, "wrt": []}, {"value": [1.0]}, id="wrt of nothing"
        ),
    ],
)
def test_answers(request_: Any, reply: Any) -> None:
    assert ask(request_) == reply


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("", "request: not JSON", id="empty line"),
        pytest.param("{", "request: not JSON", id="half an object"),
        pytest.param("[]", "request: not an object", id="a list"),
        pytest.param("{}", "op is missing", id="no op"),
        pytest.param('{"op": 1}', "op is missing", id="op is a number"),
        pytest.param('{"op": "sofmax"}', "did you mean 'softmax'", id="near name"),
        pytest.param('{"op": "relu"}', "missing a required argument: 'input'", id="no arguments"),
        pytest.param('{"op": "relu", "args": []}', "args is not an object", id="args is a list"),
        pytest.param(
            '{"op": "relu", "arg": {}}', "unknown field 'arg' (it takes op, args", id="field"
        ),
        pytest.param('{"op": "relu", "args": {"input": 0, "self": 1}}', "'self'", id="self is no argument"),
        pytest.param(
            '{"op": "relu", "args": {"input": [[1], [1, 2]]}}', "it takes numbers", id="ragged"
        ),
        pytest.param('{"op": "relu", "args": {"input": ["a"]}}', "it takes numbers", id="a word"),
        pytest.param('{"op": "relu", "args": {"input": [null]}}', "it takes numbers", id="null"),
        pytest.param('{"op": "softmax", "args": {"input": [1], "dim": 1}}', "dim is 1", id="axis"),
        pytest.param('{"op": "relu", "args": {"input": %s}}' % ("9" * 400), "numbers", id="huge"),
        pytest.param(
            '{"op": "relu", "args": {"input": [1]}, "wrt": ["inptu"]}', "did you mean 'input'", id="wrt"
        ),
        pytest.param(
            '{"op": "relu", "args": {"input": [1]}, "wrt": "input"}', "not a list", id="wrt is a word"
        ),
        pytest.param(
            '{"op": "relu", "args": {"input": [1]}, "wrt": ["input"], "grad_output": [1, 2]}',
            "grad_output has shape (2,)",
            id="grad_output of another shape",
        ),
        pytest.param(
            '{"op": "heaviside", "args": {"input": [1], "value": 1}, "wrt": ["input"]}',
            "has no gradient",
            id="no gradient",
        ),
        pytest.param(
            '{"op": "relu", "args": {"input": %s}}' % ("[" * 10**5 + "]" * 10**5),
            "lists within lists",
            id="deep",
        ),
        pytest.param(
            '{"op": "relu", "args": {"input": %s}}' % ("[" * 90 + "1" + "]" * 90),
            "it takes numbers",
            id="more axes than NumPy has",
        ),
        pytest.param(
            json.dumps({"op": "softmax_jacobian", "args": {"input": [0] * 10**6}}),
            "an array of 1,000,000,000,000 numbers is needed",
            id="too large an answer",
        ),
    ],
)  # fmt: skip
def test_bad_requests_are_answered_with_one_sentence(line: str, sentence: str) -> None:
    reply = json.loads(answer(line))
    assert list(reply) == ["error"]
    assert sentence in reply["error"]
    assert "\n" not in reply["error"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "op": st.sampled_from(["softmax", "hardtanh", "prelu", "maxout", "x"]),
            "args": st.dictionaries(
                st.sampled_from(["input", "dim", "weight", "bias", "min_val"]), VALUES
            ),
            "wrt": st.just(["input"]) | VALUES,
            "grad_output": VALUES,
        },
    )
)
def test_nothing_raises(request_: Any) -> None:
    assert set(ask(request_)) <= {"value", "grad"} or set(ask(request_)) == {"error"}


@given(st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_no_text_raises(line: str) -> None:
    assert "error" in json.loads(answer(line))
