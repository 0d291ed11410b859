"""Attention, positions and blocks: what must not change when order, padding or place does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.ops import find
from dlcards.ops._op import OpError

FAST = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)
sizes = st.integers(1, 5)

attend = find("scaled_dot_product_attention")
multihead = find("MultiheadAttention")


def normal(seed: int, *shape: int) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


# Attention


@given(seed=seeds, L=sizes, S=sizes, E=sizes)
@FAST
def test_order_of_queries_is_kept_and_order_of_keys_is_not_seen(
    seed: int, L: int, S: int, E: int
) -> None:
    q, k, v = normal(seed, L, E), normal(seed + 1, S, E), normal(seed, S, 2)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(L), rng.permutation(S)
    np.testing.assert_allclose(
        attend(q[rows], k[columns], v[columns]), attend(q, k, v)[rows], rtol=1e-9, atol=1e-12
    )


@given(seed=seeds, S=sizes, scale=st.sampled_from([0.0, 1.0, 1e6]))
@FAST
def test_the_answer_lies_among_the_values(seed: int, S: int, scale: float) -> None:
    v = normal(seed, S, 3)
    out = attend(normal(seed, 4, 2), normal(seed + 1, S, 2), v, scale=scale)
    assert np.all(out <= v.max(axis=0) + 1e-12)
    assert np.all(out >= v.min(axis=0) - 1e-12)


@given(seed=seeds, L=sizes, S=sizes)
@FAST
def test_a_causal_query_does_not_see_what_comes_later(seed: int, L: int, S: int) -> None:
    q, k, v = normal(seed, L, 2), normal(seed + 1, S, 2), normal(seed, S, 3)
    out = attend(q, k, v, is_causal=True)
    for t in range(min(L, S)):
        alone = attend(q[t : t + 1], k[: t + 1], v[: t + 1])
        np.testing.assert_allclose(out[t : t + 1], alone, rtol=1e-9)
    grads = attend.grad(q, k, v, is_causal=True, grad_output=np.eye(L)[0][:, None] * np.ones(3))
    np.testing.assert_array_equal(grads["value"][1:], 0)


def test_shared_heads_are_repeated_heads() -> None:
    q, k, v = normal(0, 2, 6, 3, 4), normal(1, 2, 2, 5, 4), normal(2, 2, 2, 5, 1)
    repeated = attend(q, k.repeat(3, axis=1), v.repeat(3, axis=1))
    np.testing.assert_allclose(attend(q, k, v, enable_gqa=True), repeated, rtol=1e-12)


@pytest.mark.parametrize("blocked", [False, -np.inf], ids=["boolean", "added"])
def test_a_query_that_may_look_nowhere_gets_zero_and_no_gradient(blocked: Any) -> None:
    q, k, v = normal(0, 2, 3), normal(1, 4, 3), normal(2, 4, 2)
    mask = np.array([[blocked] * 4, [True if blocked is False else 0.0] * 4])
    np.testing.assert_array_equal(attend(q, k, v, mask)[0], 0)
    grads = attend.grad(q, k, v, mask)
    np.testing.assert_array_equal(grads["query"][0], 0)
    assert all(np.all(np.isfinite(grad)) for grad in grads.values())


@pytest.mark.parametrize(("L", "S"), [(0, 3), (2, 0), (0, 0)])
def test_nothing_to_ask_or_nowhere_to_look(L: int, S: int) -> None:
    out = attend(np.zeros((L, 2)), np.zeros((S, 2)), np.zeros((S, 3)))
    np.testing.assert_array_equal(out, np.zeros((L, 3)))


def heads(E: int = 4, **options: Any) -> dict[str, Any]:
    return {
        "query": normal(0, 3, 2, E), "key": normal(1, 5, 2, E), "value": normal(2, 5, 2, E),
        "num_heads": 2, "in_proj_weight": normal(3, 3 * E, E), "in_proj_bias": normal(4, 3 * E),
        "out_proj_weight": normal(5, E, E), "out_proj_bias": normal(6, E), **options,
    }  # fmt: skip


def test_the_masks_of_the_two_attentions_are_opposites() -> None:
    allowed = np.array([[True, False], [True, True]])
    x = normal(0, 2, 1, 3)
    eye = np.tile(np.eye(3), (3, 1))
    module = multihead(x, x, x, 1, eye, np.zeros(9), np.eye(3), np.zeros(3), attn_mask=~allowed)
    np.testing.assert_allclose(
        module["output"][:, 0], attend(x[:, 0], x[:, 0], x[:, 0], allowed), rtol=1e-12
    )


def test_weights_sum_to_one_and_padding_gets_none() -> None:
    padding = np.array([[False, False, True, True, False], [True, False, False, False, False]])
    out = multihead(**heads(key_padding_mask=padding))
    np.testing.assert_allclose(out["attn_weights"].sum(axis=2), 1, rtol=1e-12)
    hidden = np.broadcast_to(padding[:, None], out["attn_weights"].shape)
    np.testing.assert_array_equal(out["attn_weights"][hidden], 0)
    changed = heads(key_padding_mask=padding)
    changed["value"][padding.T] = 99.0
    np.testing.assert_allclose(multihead(**changed)["output"], out["output"], rtol=1e-12)


@pytest.mark.parametrize(
    ("op", "args", "sentence"),
    [
        (attend, {"query": [[1.0, 2.0]], "key": [[1.0]], "value": [[1.0]]},
         r"key has shape \(1, 1\) \(it takes \(\*k, S, 2\)\)"),
        (attend, {"query": [[1.0]], "key": [[1.0]], "value": [[1.0]], "attn_mask": [[True]], "is_causal": True},
         r"attn_mask and is_causal are both given \(it takes one of them\)"),
        (attend, {"query": [[1.0]], "key": [[1.0]], "value": [[1.0]], "attn_mask": [[True, True]]},
         r"attn_mask has shape \(1, 2\) \(it must broadcast to \(1, 1\)\)"),
        (attend, {"query": np.ones((3, 2, 1)), "key": np.ones((2, 2, 1)), "value": np.ones((2, 2, 1))},
         r"query and key have batches of shape \(3,\) and \(2,\) \(they must agree\)"),
        (attend, {"query": np.ones((3, 2, 1)), "key": np.ones((2, 2, 1)), "value": np.ones((2, 2, 1)), "enable_gqa": True},
         r"query has 3 heads \(it takes a multiple of the 2 of key\)"),
        (multihead, heads(num_heads=3),
         r"num_heads is 3 \(it takes a divisor of 4, the embedding's size\)"),
        (multihead, heads(in_proj_weight=np.ones((9, 4)), in_proj_bias=np.ones(9)),
         r"in_proj_weight has 9 rows \(it takes 12: queries, keys and values\)"),
        (multihead, heads(attn_mask=np.ones((2, 2))),
         r"attn_mask has shape \(2, 2\) \(it takes \(3, 5\) or \(4, 3, 5\)\)"),
        (find("rotary_embedding"), {"input": [[1.0]], "positions": [0]},
         r"input has 1 features \(it takes an even number\)"),
        (find("top_k_gating"), {"logits": [[1.0]], "k": 2},
         r"k is 2 \(it takes at most 1, the number of experts\)"),
    ],
    ids=[
        "sizes", "two masks", "mask", "batches", "shared heads", "heads", "rows", "mask of heads",
        "odd features", "experts",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_a_sentence(op: Any, args: Any, sentence: str) -> None:
    with pytest.raises(OpError, match=f"^{op.name}: {sentence}$"):
        op(**args)


@pytest.mark.parametrize(
    "changes",
    [{"linear1.bias": None}, {"extra": np.ones(1)}, {"norm1.bias": np.ones(3)}],
    ids=["missing", "unknown", "wrong shape"],
)
def test_weights_of_an_encoder_layer_are_checked(changes: dict[str, Any]) -> None:
    layer = find("transformer_encoder_layer")
    params = {**layer.example["params"], **changes}
    params = {name: weight for name, weight in params.items() if weight is not None}
    with pytest.raises(OpError, match=r"^transformer_encoder_layer: params.* \(it takes .*\)$"):
        layer(**{**layer.example, "params": params})


# Positions


@given(seed=seeds, gap=st.integers(0, 50), shift=st.floats(0, 1000), interleaved=st.booleans())
@FAST
def test_rotated_dot_products_depend_on_the_distance_alone(
    seed: int, gap: int, shift: float, interleaved: bool
) -> None:
    turn = find("rotary_embedding")
    x = normal(seed, 2, 6)
    near = turn(x, [0, gap], interleaved=interleaved)
    far = turn(x, [shift, shift + gap], interleaved=interleaved)
    np.testing.assert_allclose(near[0] @ near[1], far[0] @ far[1], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(far, axis=1), np.linalg.norm(x, axis=1), rtol=1e-12)


def test_sinusoids_too_look_alike_at_equal_distance() -> None:
    pe = find("sinusoidal_positional_encoding")(40, 16)
    products = pe @ pe.T
    for gap in (0, 1, 7):
        np.testing.assert_allclose(np.diag(products, gap), products[0, gap], rtol=1e-12)


def test_alibi_is_causal_and_grows_with_the_distance() -> None:
    bias = find("alibi_bias")(6, 5)
    np.testing.assert_array_equal(np.isneginf(bias[0]), np.triu(np.ones((5, 5)), 1) == 1)
    np.testing.assert_allclose(bias[:, 1, 0], [-1 / 4, -1 / 16, -1 / 64, -1 / 256, -1 / 2, -1 / 8])
    np.testing.assert_allclose(bias[:, 4, 0], 4 * bias[:, 1, 0])


# Blocks


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_layer_does_not_see_the_order_of_its_tokens(norm_first: bool) -> None:
    layer = find("transformer_encoder_layer")
    params, src = layer.example["params"], normal(0, 2, 5, 2)
    rows = [3, 1, 4, 0, 2]
    out = layer(src, params, 1, 3, norm_first=norm_first)
    again = layer(src[:, rows], params, 1, 3, norm_first=norm_first)
    np.testing.assert_allclose(again, out[:, rows], rtol=1e-9)


@given(seed=seeds, N=sizes, E=sizes, data=st.data())
@FAST
def test_a_token_goes_to_k_experts_with_weights_that_sum_to_one(
    seed: int, N: int, E: int, data: Any
) -> None:
    k = data.draw(st.integers(1, E))
    logits = np.round(normal(seed, N, E))  # with ties
    gates = find("top_k_gating")(logits, k)
    np.testing.assert_array_equal(np.sum(gates > 0, axis=1), k)
    np.testing.assert_allclose(gates.sum(axis=1), 1, rtol=1e-12)
    best = np.sort(logits, axis=1)[:, -k]
    assert np.all((logits >= best[:, None]) | (gates == 0))
