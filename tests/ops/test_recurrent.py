"""Recurrent networks: a stack is its cells one after the other, and padding is never read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.ops import find
from dlcards.ops._op import OpError

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
every_kind = pytest.mark.parametrize("kind", GATES)
FAST = settings(max_examples=15, deadline=None)


def weights(kind: str, I: int, H: int, layers: int = 1, ways: int = 1, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    rows = GATES[kind] * H
    sizes = {"weight_ih": (rows, I), "weight_hh": (rows, H), "bias_ih": (rows,), "bias_hh": (rows,)}
    return {
        f"{name}_l{layer}{way}": rng.normal(
            size=(rows, ways * H) if layer and "ih" in name and len(size) == 2 else size
        )
        for layer in range(layers)
        for way in ("", "_reverse")[:ways]
        for name, size in sizes.items()
    }


# Stacks and cells


@every_kind
def test_a_stack_is_its_cell_one_step_after_the_other(kind: str) -> None:
    params, rng = weights(kind, 3, 2), np.random.default_rng(1)
    x, h, c = rng.normal(size=(5, 4, 3)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    start = {"h_0": h[None], **({"c_0": c[None]} if kind == "LSTM" else {})}
    out = find(kind)(x, params, 2, **start)
    for t in range(5):
        state = {"h": h, "c": c} if kind == "LSTM" else {"h": h}
        cell = {name.removesuffix("_l0"): weight for name, weight in params.items()}
        step = find(f"{kind}Cell")(input=x[t], **state, **cell)
        h, c = (step["h"], step["c"]) if kind == "LSTM" else (step, c)
        np.testing.assert_allclose(out["output"][t], h, rtol=1e-12)
    np.testing.assert_array_equal(out["h_n"][0], out["output"][-1])
    if kind == "LSTM":
        np.testing.assert_allclose(out["c_n"][0], c, rtol=1e-12)


@every_kind
def test_a_sequence_may_be_read_in_two_parts(kind: str) -> None:
    params = weights(kind, 2, 3, layers=2)
    x = np.random.default_rng(2).normal(size=(6, 2, 2))
    whole = find(kind)(x, params, 3, num_layers=2)
    first = find(kind)(x[:2], params, 3, num_layers=2)
    states = {f"{name[0]}_0": state for name, state in first.items() if name != "output"}
    second = find(kind)(x[2:], params, 3, num_layers=2, **states)
    np.testing.assert_allclose(second["output"], whole["output"][2:], rtol=1e-12)


@every_kind
@given(lengths=st.lists(st.integers(1, 5), min_size=1, max_size=4), seed=st.integers(0, 99))
@FAST
def test_padding_is_never_read(kind: str, lengths: list[int], seed: int) -> None:
    options = {"num_layers": 2, "bidirectional": True}
    params = weights(kind, 2, 2, layers=2, ways=2, seed=seed)
    x = np.random.default_rng(seed).normal(size=(5, len(lengths), 2))
    together = find(kind)(x, params, 2, lengths=lengths, **options)
    for n, length in enumerate(lengths):
        alone = find(kind)(x[:length, n : n + 1], params, 2, **options)
        np.testing.assert_allclose(together["output"][:length, n], alone["output"][:, 0], 1e-12)
        np.testing.assert_array_equal(together["output"][length:, n], 0)
        np.testing.assert_allclose(together["h_n"][:, n], alone["h_n"][:, 0], 1e-12)
    grad = find(kind).grad(x, params, 2, lengths=lengths, **options)["input"]
    past = np.arange(5)[:, None] >= np.array(lengths)
    np.testing.assert_array_equal(grad[past], 0)


@every_kind
def test_batch_first_only_swaps_axes(kind: str) -> None:
    params, x = weights(kind, 3, 2), np.random.default_rng(3).normal(size=(4, 2, 3))
    time_first = find(kind)(x, params, 2)
    batch_first = find(kind)(x.swapaxes(0, 1), params, 2, batch_first=True)
    np.testing.assert_array_equal(batch_first["output"].swapaxes(0, 1), time_first["output"])
    np.testing.assert_array_equal(batch_first["h_n"], time_first["h_n"])


@every_kind
def test_reading_backwards_is_reading_the_reversed_sequence(kind: str) -> None:
    params, x = weights(kind, 3, 2, ways=2), np.random.default_rng(4).normal(size=(4, 2, 3))
    reverse = {name.removesuffix("_reverse"): params[name] for name in params if "reverse" in name}
    both = find(kind)(x, params, 2, bidirectional=True)
    backwards = find(kind)(x[::-1], reverse, 2)
    np.testing.assert_allclose(both["output"][..., 2:], backwards["output"][::-1], rtol=1e-12)
    np.testing.assert_allclose(both["h_n"][1], backwards["h_n"][0], rtol=1e-12)


@every_kind
def test_no_sequences_are_a_batch_too(kind: str) -> None:
    out = find(kind)(np.zeros((3, 0, 2)), weights(kind, 2, 2), 2)
    assert out["output"].shape == (3, 0, 2)


def two_layers(**changes: Any) -> dict[str, Any]:
    return {"input": np.ones((3, 2, 2)), "params": weights("GRU", 2, 2), "hidden_size": 2} | changes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"num_layers": 2}, r"params has no weight_ih_l1 \(it takes weight_ih_l0, .*\)"),
        ({"bias": False}, r"params has bias_ih_l0 \(it takes weight_ih_l0, weight_hh_l0\)"),
        ({"hidden_size": 3}, r"params.weight_ih_l0 has shape \(6, 2\) \(it takes \(9, 2\)\)"),
        ({"lengths": [3]}, r"lengths is \[3\] \(it takes 2 numbers from 1 to 3\)"),
        ({"lengths": [3, 4]}, r"lengths is \[3, 4\] \(it takes 2 numbers from 1 to 3\)"),
        ({"lengths": [0, 1]}, r"lengths is \[0, 1\] \(it takes 2 numbers from 1 to 3\)"),
        ({"h_0": [[0.0, 0.0]]}, r"h_0 has shape \(1, 2\) \(it takes \(1, 2, 2\)\)"),
        ({"input": np.ones((0, 2, 2))}, r"input has no time steps \(it takes at least 1\)"),
    ],
    ids=["layers", "bias", "size", "too few lengths", "too long", "too short", "state", "no time"],
)
def test_what_does_not_fit_a_network_is_said_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(OpError, match=f"^GRU: {sentence}$"):
        find("GRU")(**two_layers(**changes))


def test_a_projection_makes_the_state_smaller() -> None:
    with pytest.raises(
        OpError, match=r"^LSTM: proj_size is 1 \(it takes less than hidden_size, 1\)$"
    ):
        find("LSTM")(**find("LSTM").example, proj_size=1)


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_a_cell_needs_rows_for_each_gate(kind: str) -> None:
    rows = f"5 rows \\(it takes {GATES[kind]} for each of 1 units\\)"
    args = {**find(f"{kind}Cell").example, "bias_ih": None, "bias_hh": None}
    args |= {"weight_ih": np.ones((5, 1)), "weight_hh": np.ones((5, 1))}
    with pytest.raises(OpError, match=f"^{kind}Cell: weight_ih has {rows}$"):
        find(f"{kind}Cell")(**args)


# Variants


def cell_args(gates: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "input": rng.normal(size=(2, 3)), "h": rng.normal(size=(2, 2)),
        "c": rng.normal(size=(2, 2)), "weight_ih": rng.normal(size=(2 * gates, 3)),
        "weight_hh": rng.normal(size=(2 * gates, 2)), "bias": rng.normal(size=2 * gates),
    }  # fmt: skip


def same(first: Any, second: Any) -> None:
    np.testing.assert_allclose(first["h"], second["h"], rtol=1e-12)
    np.testing.assert_allclose(first["c"], second["c"], rtol=1e-12)


def test_an_lstm_with_closed_peepholes_is_an_lstm() -> None:
    args = cell_args(4, seed=5)
    peephole = find("peephole_lstm_cell")(**args, p_i=[0, 0], p_f=[0, 0], p_o=[0, 0])
    same(
        peephole,
        find("LSTMCell")(**{n: a for n, a in args.items() if n != "bias"}, bias_ih=args["bias"]),
    )


def test_coupling_is_an_lstm_whose_forget_gate_is_the_input_gate_negated() -> None:
    args = cell_args(3, seed=6)
    four = {
        name: np.concatenate([block[:2], -block[:2], block[2:]])
        for name, block in args.items()
        if name in ("weight_ih", "weight_hh", "bias")
    }
    lstm = find("LSTMCell")(
        args["input"], args["h"], args["c"], four["weight_ih"], four["weight_hh"], four["bias"]
    )
    same(find("coupled_lstm_cell")(**args), lstm)


def test_the_two_grus_agree_where_the_memory_is_not_mixed() -> None:
    rng = np.random.default_rng(7)
    W, U, b = rng.normal(size=(3, 2, 3)), rng.normal(size=(3, 2, 2)), rng.normal(size=(3, 2))
    U[2] = np.eye(2)  # resetting before or after the identity is the same
    x, h = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    names = {
        f"{kind}{gate}": array[k]
        for kind, array in (("W", W), ("U", U), ("b", b))
        for k, gate in enumerate("rzh")
    }
    names |= {"Wz": -W[1], "Uz": -U[1], "bz": -b[1]}  # PyTorch's z keeps, the other writes
    after = find("GRUCell")(x, h, W.reshape(6, 3), U.reshape(6, 2), b.reshape(6))
    np.testing.assert_allclose(find("gru_cell_reset_before")(x, h, **names), after, rtol=1e-12)


# Training


@pytest.mark.parametrize("chunk", [5, 9])
def test_a_chunk_as_long_as_the_sequence_is_the_full_gradient(chunk: int) -> None:
    rng = np.random.default_rng(8)
    x, h0, grad_h = rng.normal(size=(5, 2)), rng.normal(size=3), rng.normal(size=(5, 3))
    W, U, b = rng.normal(size=(3, 2)), rng.normal(size=(3, 3)), rng.normal(size=3)
    cut = find("truncated_bptt_rnn_grad")(x, h0, W, U, b, grad_h, chunk)
    params = {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
    full = find("RNN").grad(
        x[:, None], params, 3, h_0=h0[None, None], grad_output={"output": grad_h[:, None]}
    )
    for ours, theirs in (("W_xh", "weight_ih"), ("W_hh", "weight_hh"), ("b", "bias_ih")):
        np.testing.assert_allclose(cut[ours], full[f"params.{theirs}_l0"], rtol=1e-10)


@pytest.mark.parametrize(
    "law",
    [
        pytest.param({"kind": "linear", "k": 1.0, "c": 0.01, "eps": 0.1}, id="linear"),
        pytest.param({"kind": "exponential", "k": 0.9}, id="exponential"),
        pytest.param({"kind": "inverse_sigmoid", "k": 5.0}, id="inverse sigmoid"),
    ],
)
def test_the_truth_is_fed_less_and_less(law: dict[str, Any]) -> None:
    falling = [find("scheduled_sampling_prob")(step, **law) for step in range(0, 2000, 10)]
    assert 0.8 < falling[0] <= 1
    assert falling[-1] == law.get("eps", pytest.approx(0, abs=1e-12))
    assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize(
    ("kind", "k", "sentence"),
    [
        ("exponential", 1.0, "k is 1 (an exponential decay takes a number below 1)"),
        ("inverse_sigmoid", 0.5, "k is 0.5 (an inverse sigmoid takes a number of at least 1)"),
    ],
)
def test_a_law_that_would_not_fall_is_refused(kind: str, k: float, sentence: str) -> None:
    with pytest.raises(OpError) as fault:
        find("scheduled_sampling_prob")(1, kind, k)
    assert str(fault.value) == f"scheduled_sampling_prob: {sentence}"
