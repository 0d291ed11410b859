"""What optimizers promise beyond their golden values: who moves, how far, and who is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcards import ops
from dlcards.ops._op import OpError

# Each with the options that leave nothing but the gradient to move a parameter.
PLAIN: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.9}, "momentum_ema": {}, "momentum_lr_inside": {}, "ASGD": {"lambd": 0.0},
    "Adagrad": {}, "Adadelta": {}, "RMSprop": {"momentum": 0.5, "centered": True}, "Rprop": {},
    "Adam": {"amsgrad": True}, "AdamW": {"weight_decay": 0.0}, "NAdam": {}, "RAdam": {}, "Adamax": {},
    "AdaBelief": {}, "Lion": {}, "LARS": {}, "LAMB": {}, "Adafactor": {}, "Muon": {"weight_decay": 0.0},
}  # fmt: skip
ONE_FOR_ALL = {"LARS", "LAMB", "Adafactor", "Muon"}  # a parameter's step depends on the others
ELEMENTWISE = [name for name in PLAIN if name not in ONE_FOR_ALL]
MAXIMIZE = [name for name in PLAIN if "maximize" in ops.find(name).signature.parameters]

EIGHTHS = st.integers(-72, 72).map(lambda n: n / 8)  # no numbers whose squares vanish
START = np.array([[1.0, -2.0], [0.5, 3.0]])
GRADS = np.array([[[0.5, -1.0], [2.0, 0.25]], [[-0.3, 0.8], [1.0, 0.0]], [[0.9, 0.1], [-0.4, 2.0]]])


def run(name: str, params: Any = START, grads: Any = GRADS, **options: Any) -> Any:
    return ops.find(name)(params, grads, **{"lr": 0.1, **PLAIN[name], **options})["params"]


every_optimizer = pytest.mark.parametrize("name", PLAIN)


@every_optimizer
def test_a_zero_gradient_stays_put(name: str) -> None:
    np.testing.assert_array_equal(run(name, grads=0 * GRADS), [START] * 3)


@every_optimizer
def test_the_future_does_not_change_the_past(name: str) -> None:
    np.testing.assert_array_equal(run(name, grads=GRADS[:2]), run(name)[:2])


@every_optimizer
def test_the_first_step_goes_down(name: str) -> None:
    moved = run(name)[0] - START
    assert np.sum(moved * GRADS[0]) < 0


@pytest.mark.parametrize("name", MAXIMIZE)
def test_to_maximize_is_to_minimize_the_negative(name: str) -> None:
    np.testing.assert_array_equal(run(name, maximize=True), run(name, grads=-GRADS))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_each_parameter_goes_its_own_way(name: str) -> None:
    alone = run(name, params=START[0, 1], grads=GRADS[:, 0, 1])
    np.testing.assert_allclose(alone, run(name)[:, 0, 1], rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Adam", {"eps": 0.0}), ("AdamW", {"eps": 0.0}), ("Adamax", {"eps": 0.0}), ("Lion", {}),
        ("Adagrad", {"eps": 0.0}), ("Rprop", {}), ("AdaBelief", {"eps": 0.0}),
    ],
)  # fmt: skip
@given(g=arrays(float, 3, elements=st.floats(1e-3, 1e3)), scale=st.floats(1e-4, 1e4))
def test_the_first_step_is_lr_whatever_the_scale(
    name: str, options: Any, g: Any, scale: float
) -> None:
    step = run(name, np.zeros(3), [scale * g], **options)
    np.testing.assert_allclose(step, [[-0.1] * 3], rtol=1e-9)


@given(g=arrays(float, (2, 4), elements=EIGHTHS))
def test_lamb_moves_a_layer_by_a_fraction_of_its_norm(g: Any) -> None:
    theta = np.array([1.0, -2.0, 2.0, 4.0])  # of norm 5
    first = run("LAMB", theta, g)[0]
    expected = 0.5 if np.any(g[0]) else 0.0
    np.testing.assert_allclose(np.linalg.norm(first - theta), expected, rtol=1e-9)


@given(g=arrays(float, 6, elements=EIGHTHS))
def test_muon_makes_all_singular_values_about_one(g: Any) -> None:
    g = g.reshape(3, 2) + 5 * np.eye(3, 2) * np.sign(g[0] or 1)
    values = np.linalg.svd(g)[1]
    if values[1] > 0.05 * values[0]:
        step = run("Muon", np.zeros((3, 2)), [g], lr=1.0)[0] / 1.5**0.5
        assert np.all(np.abs(np.linalg.svd(step)[1] - 0.95) < 0.3)


# What tells two of them apart


def test_the_moving_average_takes_a_tenth_of_the_velocity() -> None:
    fast, slow = run("momentum_lr_inside"), run("momentum_ema")
    np.testing.assert_allclose(START - slow, 0.1 * (START - fast), rtol=1e-12)


def test_velocities_differ_once_the_rate_changes() -> None:
    inside = run("momentum_lr_inside", grads=GRADS[:2], lr=[0.1, 0.0])
    average = run("momentum_ema", grads=GRADS[:2], lr=[0.1, 0.0])
    np.testing.assert_array_equal(average[1], average[0])
    assert np.all(inside[1] != inside[0])


def test_decay_is_divided_by_the_gradient_in_adam_and_not_in_adamw() -> None:
    zero = np.zeros((1, 2))
    decays = {"weight_decay": 0.5, "eps": 0.0}
    np.testing.assert_allclose(run("Adam", [10.0, 1.0], zero, **decays), [[9.9, 0.9]])
    adamw = run("AdamW", [10.0, 1.0], zero, weight_decay=0.5)
    np.testing.assert_allclose(adamw, [[9.5, 0.95]])


def test_rprop_does_not_move_after_a_flip() -> None:
    path = run("Rprop", [1.0], [[1.0], [-1.0], [-1.0], [-1.0]])
    np.testing.assert_allclose(path.ravel(), [0.9, 0.9, 0.95, 1.01])


def test_radam_waits_for_six_gradients() -> None:
    steps = np.diff(run("RAdam", [0.0], [[100.0]] * 7).ravel())
    assert np.all(steps[:4] < -1)
    assert np.all(steps[4:] > -0.1)


# Around the optimizers


@given(
    w=arrays(float, (2, 2), elements=EIGHTHS),
    b=arrays(float, 2, elements=EIGHTHS),
    limit=st.floats(0.1, 20),
    order=st.sampled_from([1.0, 2.0, 3.0, np.inf]),
)
def test_a_clipped_gradient_is_short_and_points_the_same_way(
    w: Any, b: Any, limit: float, order: float
) -> None:
    clipped = ops.find("clip_grad_norm_")({"w": w, "b": b}, limit, norm_type=order)
    before, after = np.r_[w.ravel(), b], np.r_[clipped["w"].ravel(), clipped["b"]]
    assert clipped["total_norm"] == pytest.approx(np.linalg.norm(before, order))
    assert np.linalg.norm(after, order) <= limit
    np.testing.assert_allclose(
        after * np.linalg.norm(before), before * np.linalg.norm(after), atol=1e-12
    )


@given(x=st.floats(-1e3, 1e3), beta=st.floats(0.0, 0.99))
def test_the_corrected_average_of_a_constant_is_the_constant(x: float, beta: float) -> None:
    average = ops.find("ewma")([x] * 5, beta=beta, bias_correction=True)
    np.testing.assert_allclose(average, [x] * 5, rtol=1e-9, atol=1e-12)


@given(params=arrays(float, (5, 2), elements=EIGHTHS), decay=st.floats(0, 1))
def test_averaged_weights_stay_among_those_averaged(params: Any, decay: float) -> None:
    average = ops.find("ema_weights")(params, decay=decay)
    np.testing.assert_allclose(average[0], params[0])
    assert np.all(average <= params.max(axis=0) + 1e-9)
    assert np.all(average >= params.min(axis=0) - 1e-9)


def test_the_perceptron_learns_what_can_be_separated() -> None:
    points = [([1.0, 2.0], 1), ([2.0, 0.5], 1), ([-1.0, -1.0], -1), ([0.0, -2.0], -1)]
    state: dict[str, Any] = {"w": [0.0, 0.0], "b": 0.0, "updated": True}
    for x, y in points * 5:
        state = ops.find("perceptron_update")(state["w"], x, state["b"], y)
    assert all(y * (state["w"] @ x + state["b"]) > 0 for x, y in points)
    assert state["updated"] is False


@given(
    X=arrays(float, (6, 3), elements=EIGHTHS),
    y=arrays(float, 6, elements=EIGHTHS),
)
def test_the_residual_is_orthogonal_to_every_column(X: Any, y: Any) -> None:
    w = ops.find("linear_regression_normal_equation")(X, y)
    np.testing.assert_allclose(X.T @ (y - X @ w), 0, atol=1e-6)


# Worked steps and refusals


def test_worked_steps_read_as_the_algorithm_one_step_after_the_other() -> None:
    lines = ops.find("momentum_ema").worked([1.0], [[1.0], [3.0]], 0.5, beta=0.5).lines
    assert [(line.name, line.note) for line in lines] == [
        ("path", "the parameters after each step"),
        ("theta", "where it starts"),
        ("v", "the average starts at zero"),
        *[("v", "moving average of gradients"), ("theta", "step")] * 2,
        ("", ""),
    ]
    assert lines[0].value == []
    np.testing.assert_allclose(
        [line.value for line in lines[1:7]], [[1], [0], [0.5], [0.75], [1.75], [-0.125]]
    )


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("SGD", {"nesterov": True, "momentum": 0}, "SGD: nesterov is True (it takes a momentum above 0 and no dampening)"),
        ("SGD", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "SGD: nesterov is True (it takes a"),
        ("SGD", {"grads": [[[1.0, 2.0]]]}, "SGD: grads has shape (1, 1, 2) (it takes (T, 2, 2))"),
        ("momentum_ema", {"lr": [0.1, 0.2]}, "momentum_ema: lr has shape (2,) (it takes () or (3,))"),
        ("Adam", {"betas": (0.9, 1.0)}, "Adam: betas is (0.9, 1.0) (it takes two numbers of at least 0 and"),
        ("Adam", {"betas": 0.9}, "Adam: betas is 0.9 (it takes two numbers"),
        ("Adam", {"betas": [0.1, 0.2, 0.3]}, "Adam: betas is [0.1, 0.2, 0.3] (it takes two numbers"),
        ("Rprop", {"etas": (1.2, 0.5)}, "Rprop: etas is (1.2, 0.5) (it takes a number between 0 and 1, and"),
        ("Rprop", {"step_sizes": (2, 1)}, "Rprop: step_sizes is (2, 1) (it takes two numbers of at least 0,"),
        ("Adafactor", {"eps": (-1, 1)}, "Adafactor: eps is (-1, 1) (it takes two numbers of at least 0,"),
        ("Adafactor", {"eps": (None, -1)}, "Adafactor: eps is (None, -1) (it takes two numbers of"),
        ("Muon", {"params": [1.0]}, "Muon: params has shape (1,) (it takes (m, n))"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(name: str, args: Any, message: str) -> None:
    with pytest.raises(OpError) as caught:
        run(name, **args)
    assert str(caught.value).startswith(message)


def test_a_gradient_cannot_be_called_total_norm() -> None:
    with pytest.raises(OpError, match=r"^clip_grad_norm_: a gradient is called total_norm \("):
        ops.find("clip_grad_norm_")({"total_norm": [1.0]}, 1.0)
