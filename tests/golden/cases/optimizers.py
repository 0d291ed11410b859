"""Golden cases of the optimizers: PyTorch's own, the others in closed form or by other means."""

from __future__ import annotations

import math
from contextlib import contextmanager

import torch
from case import Case

P = [1.0, -2.0, 0.5]
G = [[0.5, -1.0, 0.0], [0.3, 2.0, -0.1], [-0.2, 1.5, 0.4], [0.1, -0.7, 0.4], [0.25, 0.6, -3.0]]
DATA = {"params": P, "grads": G}
FLAT = {"params": [0.0, 3.0], "grads": [[0.0, 0.0], [0.0, 0.0]]}
SPARSE = {"params": [1.0, 1.0], "grads": [[1e-12, 0.0], [0.0, 1e6], [1e-12, -1e3]]}
LONG = {"params": [1.0, -1.0], "grads": [[math.sin(t), math.cos(3 * t)] for t in range(12)]}
MATRIX = {
    "params": [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]],
    "grads": [
        [[0.5, -1.0, 2.0], [0.1, 0.3, -0.2]],
        [[-0.4, 1.0, 0.7], [2.0, -0.6, 0.9]],
        [[1.5, 0.2, -0.3], [0.8, 1.1, -0.5]],
    ],
}
TALL = {"params": [[1.0], [2.0], [-0.5]], "grads": [[[1.0], [0.5], [2.0]], [[0.5], [-1.0], [0.0]]]}
WHOLE = {"params": [1, -2], "grads": [[1, 0], [2, -1]]}
SCALAR = {"params": 2.0, "grads": [1.0, -0.5]}


@contextmanager
def _doubles():
    """PyTorch keeps some of its state in the default type."""
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def _torch(name):
    def reference(params, grads, **options):
        theta, path = torch.as_tensor(params, dtype=torch.float64).clone().requires_grad_(), []
        with _doubles():
            optimizer = getattr(torch.optim, name)([theta], **options)
            for g in grads.double():
                theta.grad = g.clone()
                optimizer.step()
                path.append(theta.detach().clone())
        return {"params": torch.stack(path)}

    return reference


# What PyTorch does not have


def _fading(count, factor):
    """The weight of gradient s (column) at step t (row): factor to the power of its age."""
    age = torch.arange(count)[:, None] - torch.arange(count)
    return torch.where(age >= 0, torch.tensor(factor, dtype=torch.float64) ** age, 0.0)


def _averages(x, beta):
    """(1 - β) Σ β^age x, for all steps at once."""
    return (1 - beta) * torch.tensordot(_fading(len(x), beta), x.double(), 1)


def _momentum_ema(params, grads, lr, beta=0.9):
    v = _averages(grads, beta)
    return {"params": params - torch.cumsum(_each(lr, v) * v, 0)}


def _momentum_lr_inside(params, grads, lr, momentum=0.9):
    v = torch.tensordot(_fading(len(grads), momentum), _each(lr, grads) * grads, 1)
    return {"params": params - torch.cumsum(v, 0)}


def _each(lr, grads):
    lr = torch.as_tensor(lr, dtype=torch.float64).expand(len(grads))
    return lr.reshape(-1, *[1] * (grads.ndim - 1))


def _lion(params, grads, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
    m = _averages(grads, betas[1])
    before = torch.cat([torch.zeros_like(m[:1]), m[:-1]])
    signs = torch.sign(torch.lerp(grads, before, betas[0]))
    path = [params]
    for sign in signs:
        path.append(torch.sub((1 - lr * weight_decay) * path[-1], sign, alpha=lr))
    return {"params": torch.stack(path[1:])}


def _trust(theta, u):
    norms = torch.linalg.vector_norm(theta), torch.linalg.vector_norm(u)
    return 1.0 if 0 in norms else norms[0] / norms[1]


def _lars(params, grads, lr, momentum=0.9, weight_decay=0.0, trust_coefficient=1e-3):
    """SGD of rate 1 whose gradients are scaled beforehand."""
    theta, path = params.clone().requires_grad_(), []
    sgd = torch.optim.SGD([theta], lr=1.0, momentum=momentum)
    for g in grads:
        u = g + weight_decay * theta.detach()
        norms = theta.detach().norm(), u.norm()
        trusted = trust_coefficient * norms[0] / norms[1] if all(norms) else 1.0
        theta.grad = lr * trusted * u
        sgd.step()
        path.append(theta.detach().clone())
    return {"params": torch.stack(path)}


def _lamb(params, grads, lr, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
    """What Adam of rate 1 does to a parameter at zero is its direction."""
    shadow, theta, path = torch.zeros_like(params, requires_grad=True), params, []
    adam = torch.optim.Adam([shadow], lr=1.0, betas=betas, eps=eps)
    for g in grads:
        shadow.data.zero_()
        shadow.grad = g.clone()
        adam.step()
        u = weight_decay * theta - shadow.detach()
        theta = theta - lr * _trust(theta, u) * u
        path.append(theta)
    return {"params": torch.stack(path)}


def _adabelief(params, grads, lr=1e-3, betas=(0.9, 0.999), eps=1e-16):
    t = torch.arange(1, len(grads) + 1, dtype=torch.float64)[:, None]
    m = _averages(grads, betas[0])
    surprise = grads - torch.cat([torch.zeros_like(m[:1]), m[:-1]])
    s = _averages(surprise**2 + eps / (1 - betas[1]), betas[1])
    m_hat, s_hat = m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)
    return {"params": params - torch.cumsum(lr * m_hat / (torch.sqrt(s_hat) + eps), 0)}


def _muon(params, grads, lr=1e-3, weight_decay=0.1, momentum=0.95, nesterov=True, ns_steps=5,
          adjust_lr_fn=None):  # fmt: skip
    """In double precision: the quintic acts on the singular values alone."""
    rows, columns = params.shape
    factor = 0.2 * math.sqrt(max(rows, columns)) if adjust_lr_fn == "match_rms_adamw" else \
        math.sqrt(max(1, rows / columns))  # fmt: skip
    averages, path = _averages(grads, momentum), [params]
    looks = torch.lerp(grads, averages, momentum) if nesterov else averages
    for look in looks:
        U, S, V = torch.linalg.svd(look, full_matrices=False)
        S = S / S.norm().clamp(min=1e-7)
        for _ in range(ns_steps):
            S = 3.4445 * S - 4.7750 * S**3 + 2.0315 * S**5
        path.append(path[-1] * (1 - lr * weight_decay) - lr * factor * (U * S) @ V)
    return {"params": torch.stack(path[1:])}


# Around them


def _clip_norm(grads, max_norm, norm_type=2.0):
    leaves = _leaves(grads)
    total = torch.nn.utils.clip_grad_norm_(leaves.values(), max_norm, norm_type)
    return {"total_norm": total, **{name: leaf.grad for name, leaf in leaves.items()}}


def _clip_value(grads, clip_value):
    leaves = _leaves(grads)
    torch.nn.utils.clip_grad_value_(leaves.values(), clip_value)
    return {name: leaf.grad for name, leaf in leaves.items()}


def _leaves(grads):
    leaves = {name: torch.zeros(g.shape, dtype=torch.float64) for name, g in grads.items()}
    for name, leaf in leaves.items():
        leaf.grad = grads[name].double().clone()
    return leaves


def _ema(params, decay=0.999):
    start = decay ** torch.arange(1, len(params) + 1, dtype=torch.float64)
    return _averages(params, decay) + torch.tensordot(start[:, None], params[:1].double(), 1)


def _ewma(x, beta=0.9, bias_correction=False):
    t = torch.arange(1, len(x) + 1, dtype=torch.float64)
    return _averages(x, beta) / (1 - beta**t) if bias_correction else _averages(x, beta)


def _perceptron(w, x, b, y, lr=1.0):
    """A step of gradient descent on -y f(x), where the sign is not right."""
    w, b = w.double().requires_grad_(), torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    loss = -y * (torch.dot(w, x.double()) + b)
    updated = loss.item() >= 0
    gw, gb = torch.autograd.grad(loss, (w, b))
    return {"w": w - lr * updated * gw, "b": b - lr * updated * gb, "updated": updated}


def _least_squares(X, y, l2=0.0):
    X, y, n = X.double(), y.double(), X.shape[1]
    rows = torch.cat([X, math.sqrt(l2) * torch.eye(n, dtype=torch.float64)])
    values = torch.cat([y, torch.zeros(n, dtype=torch.float64)])
    return torch.linalg.lstsq(rows, values[:, None], driver="gelsd").solution[:, 0]


TORCH = {
    "SGD": [
        {}, {"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
        {"lr": 0.1, "dampening": 0.5}, {"lr": 0.1, "momentum": 0.8, "nesterov": True},
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.2},
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.2, "maximize": True, "nesterov": True},
    ],
    "Adam": [
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": (0.5, 0.6)}, {"lr": 0.1, "eps": 0.1},
        {"lr": 0.1, "weight_decay": 0.3}, {"lr": 0.1, "betas": (0.9, 0.5), "amsgrad": True},
        {"lr": 0.1, "maximize": True, "weight_decay": 0.1}, {"lr": 0.1, "betas": (0.0, 0.0)},
    ],
    "AdamW": [
        {}, {"lr": 0.1, "weight_decay": 0.5}, {"lr": 0.1, "betas": (0.5, 0.6), "eps": 0.1},
        {"lr": 0.1, "betas": (0.9, 0.5), "amsgrad": True},
        {"lr": 0.1, "maximize": True, "weight_decay": 0.0},
    ],
    "NAdam": [
        {}, {"lr": 0.1, "betas": (0.5, 0.6)}, {"lr": 0.1, "weight_decay": 0.3, "eps": 0.1},
        {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True},
        {"lr": 0.1, "momentum_decay": 5.0, "maximize": True},
    ],
    "RAdam": [
        {}, {"lr": 0.1}, {"lr": 0.1, "weight_decay": 0.3, "eps": 0.1}, {"lr": 0.1, "betas": (0.5, 0.6)},
        {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True, "maximize": True},
    ],
    "Adamax": [
        {}, {"lr": 0.1, "betas": (0.5, 0.6)}, {"lr": 0.1, "weight_decay": 0.3, "eps": 0.1},
        {"lr": 0.1, "maximize": True},
    ],
    "Adagrad": [
        {}, {"lr": 0.1, "lr_decay": 0.5}, {"lr": 0.1, "weight_decay": 0.3, "eps": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.7, "maximize": True},
    ],
    "Adadelta": [
        {}, {"lr": 0.5, "rho": 0.5}, {"eps": 0.1, "weight_decay": 0.3}, {"maximize": True},
    ],
    "RMSprop": [
        {}, {"lr": 0.1, "alpha": 0.5}, {"lr": 0.1, "weight_decay": 0.3, "eps": 0.1},
        {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "alpha": 0.9, "centered": True},
        {"lr": 0.1, "momentum": 0.5, "centered": True, "maximize": True},
    ],
    "Rprop": [
        {}, {"lr": 0.1}, {"lr": 0.1, "etas": (0.25, 3.0)}, {"lr": 0.1, "step_sizes": (0.08, 0.11)},
        {"lr": 0.1, "maximize": True},
    ],
    "ASGD": [
        {}, {"lr": 0.1, "lambd": 0.5}, {"lr": 0.1, "alpha": 2.0, "lambd": 1.0, "t0": 2.0},
        {"lr": 0.1, "weight_decay": 0.3, "maximize": True},
    ],
    "Adafactor": [
        {}, {"lr": 0.5}, {"lr": 0.5, "beta2_decay": -0.3}, {"lr": 0.5, "eps": (0.5, 10.0)},
        {"lr": 0.5, "eps": (None, 2.0), "d": 1.5}, {"lr": 0.9, "weight_decay": 0.3, "maximize": True},
    ],
}  # fmt: skip
INPUTS = [FLAT, SPARSE, LONG, MATRIX, WHOLE, SCALAR]

MUON = [
    {}, {"lr": 0.1, "weight_decay": 0.0}, {"lr": 0.1, "nesterov": False, "momentum": 0.5},
    {"lr": 0.1, "adjust_lr_fn": "match_rms_adamw"}, {"lr": 0.1, "adjust_lr_fn": "original"},
    {"lr": 0.1, "ns_steps": 1},
]  # fmt: skip
NULL = {"params": [[1.0, 2.0], [0.0, 1.0]], "grads": [[[0.0, 0.0], [0.0, 0.0]]]}
GRADS = {"w": [[3.0, -4.0], [0.0, 1.0]], "b": [12.0, 0.5]}
SERIES = [[1.0, 0.0], [2.0, -1.0], [4.0, 0.5], [3.0, 3.0]]
ROWS = [[1.0, 0.0, 2.0], [1.0, 1.0, -1.0], [1.0, 2.0, 0.5], [1.0, 3.0, 1.5]]

CASES = [
    *[Case(name, _torch(name), DATA | o) for name, options in TORCH.items() for o in options],
    *[Case(name, _torch(name), data | {"lr": 0.1}) for name in TORCH for data in INPUTS],
    Case("Adafactor", _torch("Adafactor"), TALL | {"lr": 0.5}),
    *[Case("Adafactor", _torch("Adafactor"), MATRIX | o) for o in TORCH["Adafactor"]],
    *[Case("momentum_ema", _momentum_ema, DATA | o) for o in (
        {"lr": 0.1}, {"lr": 0.1, "beta": 0.5}, {"lr": [0.1, 0.1, 0.01, 0.01, 0.0]},
    )],
    Case("momentum_ema", _momentum_ema, MATRIX | {"lr": 0.1, "beta": 0.0}),
    *[Case("momentum_lr_inside", _momentum_lr_inside, DATA | o) for o in (
        {"lr": 0.1}, {"lr": 0.1, "momentum": 0.5}, {"lr": [0.1, 0.1, 0.01, 0.01, 0.0]},
    )],
    Case("momentum_lr_inside", _torch("SGD"), DATA | {"lr": 0.1, "momentum": 0.9}),
    *[Case("Lion", _lion, data | o) for data in (DATA, FLAT, MATRIX) for o in (
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": (0.5, 0.2)}, {"lr": 0.1, "weight_decay": 0.5},
    )],
    *[Case("LARS", _lars, data | o) for data in (DATA, FLAT, MATRIX) for o in (
        {"lr": 0.1}, {"lr": 10.0, "momentum": 0.5}, {"lr": 10.0, "weight_decay": 0.5},
        {"lr": 0.1, "trust_coefficient": 0.1, "momentum": 0.0},
    )],
    Case("LARS", _lars, {"params": [0.0, 0.0], "grads": [[1.0, 2.0], [1.0, 0.0]], "lr": 0.1}),
    *[Case("LAMB", _lamb, data | o) for data in (DATA, FLAT, MATRIX) for o in (
        {"lr": 0.1}, {"lr": 0.1, "betas": (0.5, 0.6)}, {"lr": 0.1, "weight_decay": 0.5},
        {"lr": 0.1, "eps": 0.5},
    )],
    Case("LAMB", _lamb, {"params": [0.0, 0.0], "grads": [[1.0, 2.0], [1.0, 0.0]], "lr": 0.1}),
    *[Case("AdaBelief", _adabelief, data | o, rtol=1e-8) for data in (DATA, FLAT, LONG) for o in (
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": (0.5, 0.6)}, {"lr": 0.1, "eps": 0.01},
    )],
    *[Case("Muon", _muon, data | o) for data in (MATRIX, TALL, NULL) for o in MUON],
    *[Case("Muon", _torch("Muon"), data | o, rtol=2e-2, atol=2e-2) for data in (MATRIX, NULL)
      for o in MUON],
    *[Case("clip_grad_norm_", _clip_norm, {"grads": GRADS} | o) for o in (
        {"max_norm": 1.0}, {"max_norm": 13.0}, {"max_norm": 100.0}, {"max_norm": 0.0},
        {"max_norm": 2.0, "norm_type": 1.0}, {"max_norm": 2.0, "norm_type": math.inf},
        {"max_norm": 2.0, "norm_type": 3.5},
    )],
    Case("clip_grad_norm_", _clip_norm, {"grads": {"w": [[0.0, 0.0]], "b": [0]}, "max_norm": 1.0}),
    Case("clip_grad_norm_", _clip_norm, {"grads": {"w": [math.inf, 1.0]}, "max_norm": 1.0}),
    Case("clip_grad_value_", _clip_value, {"grads": GRADS, "clip_value": 2.0}),
    Case("clip_grad_value_", _clip_value, {"grads": {"b": [math.inf, -math.inf, 1]}, "clip_value": 1.5}),
    *[Case("ema_weights", _ema, {"params": SERIES} | o) for o in ({}, {"decay": 0.5}, {"decay": 0.0})],
    Case("ema_weights", _ema, {"params": [2, 4, 1], "decay": 0.75}),
    *[Case("ewma", _ewma, {"x": x} | o, ("x",)) for x in ([1.0, -2.0, 4.0, 0.5], [3.0]) for o in (
        {}, {"bias_correction": True}, {"beta": 0.5}, {"beta": 0.0, "bias_correction": True},
    )],
    *[Case("perceptron_update", _perceptron, {"w": w, "x": [1.0, 2.0], "b": b, "y": y, "lr": lr})
      for w, b, y, lr in (
        ([0.5, -1.0], 0.0, 1, 1.0), ([0.5, -1.0], 0.0, -1, 1.0), ([0.0, 0.0], 0.0, 1, 0.5),
        ([2.0, -1.0], 0.0, -1, 0.1), ([1.0, 1.0], -5.0, 1, 0.1), ([1.0, 1.0], 5.0, 1, 0.1),
    )],
    *[Case("linear_regression_normal_equation", _least_squares, {"X": X, "y": [1.0, 3.0, 4.0, 8.0][:len(X)]} | o)
      for X in (ROWS, ROWS[:2], [[1.0, 0.1], [3.0, 0.3], [7.0, 0.7]]) for o in ({}, {"l2": 0.5})],
    Case("linear_regression_normal_equation", _least_squares, {"X": [[1, 0], [1, 1]], "y": [1, 3]}),
]  # fmt: skip
