"""Golden cases of the activations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it

from case import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor

INF, NAN = math.inf, math.nan

ORDINARY = [-3.7, -1.2785, -0.3, 1e-5, 0.4, 1.9, 5.2]
MATRIX = [[-1.5, 0.25, 2.0], [0.6, -0.7, 3.5]]
WHOLE = [-2, -1, 1, 2]
HUGE = [-1000.0, -50.0, 50.0, 1000.0]
TAILS = [-30.0, -12.0, -6.5, -2.0]
NOT_FINITE = [-INF, INF, NAN]


def rows(
    op: str, reference: Callable[..., Any], inputs: Iterable[Any], **options: Any
) -> list[Case]:
    """Make a case of each input, differentiated by the input."""
    return [Case(op, reference, {"input": x, **options}, ("input",)) for x in inputs]


def everywhere(
    op: str, reference: Callable[..., Any], kinks: list[float], **options: Any
) -> list[Case]:
    """Make the cases that every elementwise activation has, and its kinks."""
    inputs = [ORDINARY, MATRIX, WHOLE, HUGE, [], 0.7, kinks]
    return rows(op, reference, inputs, **options)


def value_only(op: str, reference: Callable[..., Any], input: Any, **options: Any) -> Case:
    return Case(op, reference, {"input": input, **options})


def tail(op: str, reference: Callable[..., Any], input: Any = TAILS, **options: Any) -> Case:
    """Make a case whose smallest values count too."""
    return Case(op, reference, {"input": input, **options}, ("input",), atol=0.0)


def tanh_of_sigmoid(input: Tensor) -> Tensor:
    """Keep the digits of the derivative in the tails, where PyTorch's 1 − tanh² loses them."""
    return 2 * torch.sigmoid(2 * input) - 1


SATURATING = [
    *everywhere("sigmoid", torch.sigmoid, [0.0]),
    *rows("sigmoid", torch.sigmoid, [NOT_FINITE]),
    tail("sigmoid", torch.sigmoid),
    *everywhere("tanh", torch.tanh, [0.0]),
    *rows("tanh", torch.tanh, [NOT_FINITE]),
    tail("tanh", tanh_of_sigmoid, [0.3, 2.0, 9.0]),
    *everywhere("logsigmoid", F.logsigmoid, [0.0]),
    value_only("logsigmoid", F.logsigmoid, NOT_FINITE),
    Case("logsigmoid", F.logsigmoid, {"input": [10.0, 30.0, 37.0]}, ("input",), atol=1e-25),
    *everywhere("softsign", F.softsign, [0.0]),
    *everywhere("hardtanh", F.hardtanh, [-1.0, 0.0, 1.0]),
    *everywhere("hardtanh", F.hardtanh, [-2.0, 0.5], min_val=-2.0, max_val=0.5),
    *rows("hardtanh", F.hardtanh, [NOT_FINITE]),
    # PyTorch keeps the slope 1/6 in single precision
    *[
        case._replace(rtol=1e-7)
        for case in everywhere("hardsigmoid", F.hardsigmoid, [-3.0, 0.0, 3.0])
    ],
    *[case._replace(rtol=1e-7) for case in rows("hardsigmoid", F.hardsigmoid, [NOT_FINITE])],
]

RECTIFIERS = [
    *everywhere("relu", F.relu, [0.0, -0.0]),
    *rows("relu", F.relu, [NOT_FINITE]),
    *everywhere("relu6", F.relu6, [0.0, 6.0]),
    *rows("relu6", F.relu6, [NOT_FINITE]),
    *everywhere("leaky_relu", F.leaky_relu, [0.0]),
    *rows("leaky_relu", F.leaky_relu, [NOT_FINITE]),
    *everywhere("leaky_relu", F.leaky_relu, [0.0], negative_slope=2.5),
    *everywhere("rrelu", F.rrelu, [0.0]),
    *everywhere("rrelu", F.rrelu, [0.0], lower=0.1, upper=0.2),
    *everywhere("elu", F.elu, [0.0]),
    *everywhere("elu", F.elu, [0.0], alpha=1.7),
    *rows("elu", F.elu, [[-INF, INF]]),
    value_only("elu", F.elu, NOT_FINITE),
    tail("elu", F.elu, [-1e-9, -1e-3]),
    *everywhere("selu", F.selu, [0.0]),
    *rows("selu", F.selu, [[-INF, INF]]),
    value_only("selu", F.selu, NOT_FINITE),
    *everywhere("celu", F.celu, [0.0]),
    *everywhere("celu", F.celu, [0.0], alpha=2.5),
    *rows("celu", F.celu, [[-INF, INF]]),
    value_only("celu", F.celu, NOT_FINITE),
    *everywhere("softplus", F.softplus, [0.0, 20.0]),
    *everywhere("softplus", F.softplus, [0.0, 2.5], beta=2.0, threshold=5.0),
    *rows("softplus", F.softplus, [NOT_FINITE]),
    tail("softplus", F.softplus),
    *everywhere("threshold", F.threshold, [1.0], threshold=1.0, value=-2.0),
    *rows("threshold", F.threshold, [NOT_FINITE], threshold=0.0, value=7.0),
    *everywhere("identity", torch.nn.Identity(), [0.0]),
    *rows("identity", torch.nn.Identity(), [NOT_FINITE]),
]


def rrelu_drawn(input: Tensor, training: bool, slopes: Tensor) -> Tensor:
    return torch.where(input > 0, input, slopes * input)


def heaviside(input: Tensor, value: Any) -> Tensor:
    return torch.heaviside(input, torch.as_tensor(value, dtype=torch.float64))


IMAGES = [[[1.0, -2.0], [0.0, 3.0]], [[-1.0, -4.0], [2.0, -0.5]]]  # (2, 2, 2)

WITH_SLOPES = [
    Case("rrelu", rrelu_drawn,
         {"input": [-2.0, 0.0, 3.0, -1.0], "training": True, "slopes": [0.2, 0.3, 0.15, 0.3]},
         ("input",)),
    Case("prelu", F.prelu, {"input": MATRIX, "weight": [0.25]}, ("input", "weight")),
    Case("prelu", F.prelu, {"input": MATRIX, "weight": [0.25, -0.5, 2.0]}, ("input", "weight")),
    Case("prelu", F.prelu, {"input": IMAGES, "weight": [0.1, 0.7]}, ("input", "weight")),
    Case("prelu", F.prelu, {"input": [-1.0, 0.0, 4.0], "weight": [0.3]}, ("input", "weight")),
    Case("prelu", F.prelu, {"input": [[-2], [3]], "weight": [1]}, ("input", "weight")),
    value_only("heaviside", heaviside, [-1.0, 0.0, -0.0, 2.0], value=[0.5, 0.5, 1.0, 0.5]),
    value_only("heaviside", heaviside, MATRIX, value=1.0),
    value_only("heaviside", heaviside, [0.0, 3.0], value=-2.0),
    value_only("heaviside", heaviside, NOT_FINITE, value=[1.0, 1.0, 1.0]),
    value_only("heaviside", heaviside, [], value=[]),
]  # fmt: skip


def swish(input: Tensor, beta: float = 1.0) -> Tensor:
    return input / (1 + torch.exp(-beta * input))


def quick_gelu(input: Tensor) -> Tensor:
    return input * torch.sigmoid(1.702 * input)


def gelu_of_erfc(input: Tensor) -> Tensor:
    return input * torch.erfc(-input / math.sqrt(2)) / 2


SMOOTH = [
    *everywhere("silu", F.silu, [0.0]),
    tail("silu", F.silu),
    *rows("swish", swish, [ORDINARY, MATRIX, WHOLE, [-200.0, -50.0, 50.0, 1000.0], [], 0.7, [0.0]]),
    *rows("swish", swish, [ORDINARY, MATRIX, [-200.0, 200.0]], beta=2.5),
    *rows("swish", swish, [ORDINARY], beta=0.0),
    *everywhere("gelu", F.gelu, [0.0]),
    tail("gelu", gelu_of_erfc),
    *everywhere("gelu", F.gelu, [0.0], approximate="tanh"),
    *everywhere("quick_gelu", quick_gelu, [0.0]),
    *everywhere("mish", F.mish, [0.0]),
    *everywhere("hardswish", F.hardswish, [-3.0, 0.0, 3.0]),
    *rows("hardswish", F.hardswish, [[INF, 1000.0]]),
    value_only("hardswish", F.hardswish, NOT_FINITE),
]


def shrunk(input: Tensor) -> Tensor:
    """Sum the series of x − tanh x for small x."""
    return input**3 / 3 - 2 * input**5 / 15 + 17 * input**7 / 315 - 62 * input**9 / 2835


SHRINKAGE = [
    *everywhere("tanhshrink", F.tanhshrink, [-1.0, 0.0, 0.999999, 1.0]),
    *[
        case._replace(rtol=1e-14, atol=0.0)
        for case in rows("tanhshrink", F.tanhshrink, [[0.9, 0.999999, 1.0]])
    ],
    tail("tanhshrink", shrunk, [-1e-2, -1e-5, 1e-8, 1e-3]),
    *everywhere("softshrink", F.softshrink, [-0.5, 0.0, 0.5]),
    *everywhere("softshrink", F.softshrink, [-1.25, 1.25], lambd=1.25),
    *everywhere("softshrink", F.softshrink, [0.0], lambd=0.0),
    *rows("softshrink", F.softshrink, [NOT_FINITE]),
    *everywhere("hardshrink", F.hardshrink, [-0.5, 0.0, 0.5]),
    *everywhere("hardshrink", F.hardshrink, [-1.25, 1.25], lambd=1.25),
    *rows("hardshrink", F.hardshrink, [NOT_FINITE]),
]

CUBE = [[[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]], [[-1.0, -4.0, 2.0], [2.0, -0.5, 0.1]]]  # (2, 2, 3)
LOGITS = [
    [1.0, 2.0, 3.0], MATRIX, [2.0, 2.0, 2.0], [-1000.0, 0.0, 1000.0], [1000.0, 1000.0, 999.0], [5.0],
]  # fmt: skip
MASKED = [[0.3, -INF, 1.2], [-INF, -INF, 4.0]]
BROKEN = [[-INF, -INF], [INF, 0.0], [NAN, 1.0]]


def over_axes(op: str, reference: Callable[..., Any]) -> list[Case]:
    """Make the cases of a function along one axis."""
    return [
        *rows(op, reference, LOGITS, dim=-1),
        *rows(op, reference, [MATRIX, CUBE], dim=0),
        *rows(op, reference, [CUBE], dim=1),
        *rows(op, reference, [[[], []], [-4, 1, 2]], dim=-1),
        *rows(op, reference, [[[], []]], dim=0),
    ]


def jacobian(input: Tensor) -> Tensor:
    jacobian: Tensor = torch.func.jacrev(lambda x: torch.softmax(x, -1))(input.double())
    return jacobian


def sparsemax(input: Tensor) -> Tensor:
    """Find τ by bisection, which shares nothing with sorting; then one exact step for autograd."""
    low, high = input.detach().amax(-1, keepdim=True) - 1, input.detach().amax(-1, keepdim=True)
    for _ in range(200):
        middle = (low + high) / 2
        above = (input.detach() - middle).clamp(min=0).sum(-1, keepdim=True) >= 1
        low, high = torch.where(above, middle, low), torch.where(above, high, middle)
    support = (input.detach() > high + 1e-13).double()
    tau = ((input * support).sum(-1, keepdim=True) - 1) / support.sum(-1, keepdim=True)
    return (input - tau) * support


def gumbel_softmax(logits: Tensor, gumbels: Tensor, tau: float = 1.0) -> Tensor:
    return ((logits + gumbels) / tau).softmax(-1)


SIMPLEX = [
    *over_axes("softmax", F.softmax),
    *rows("softmax", F.softmax, [MASKED], dim=-1),
    value_only("softmax", F.softmax, BROKEN, dim=-1),
    *over_axes("log_softmax", F.log_softmax),
    value_only("log_softmax", F.log_softmax, MASKED, dim=-1),
    value_only("log_softmax", F.log_softmax, BROKEN, dim=-1),
    *over_axes("softmin", F.softmin),
    *rows("logsumexp", torch.logsumexp, [*LOGITS, CUBE, MASKED], dim=-1),
    *rows("logsumexp", torch.logsumexp, [MATRIX, CUBE], dim=0, keepdim=True),
    *rows("logsumexp", torch.logsumexp, [CUBE], dim=(0, 2)),
    *rows("logsumexp", torch.logsumexp, [CUBE], dim=(-1, 0), keepdim=True),
    value_only("logsumexp", torch.logsumexp, BROKEN, dim=-1),
    value_only("logsumexp", torch.logsumexp, [[], []], dim=-1),
    value_only("softmax_jacobian", jacobian, [1.0, 2.0, 3.0]),
    value_only("softmax_jacobian", jacobian, [-1000.0, 0.0, 1000.0]),
    value_only("softmax_jacobian", jacobian, [4]),
    *rows("sparsemax", sparsemax, [
        MATRIX, [[1.0, 0.9, 0.8, -0.5]], [[3.0, 3.0, 3.0]], [[1000.0, 999.5, -1000.0]],
        [0.1, 0.2, 0.35], [[2], [-7]], [0.0, 0.0, 0.0, 0.0],
    ]),
    *[Case("gumbel_softmax", gumbel_softmax,
           {"logits": MATRIX, "gumbels": [[0.1, 1.2, -0.4], [0.0, 0.3, 2.2]], "tau": tau}, ("logits",))
      for tau in (1.0, 0.1, 5.0)],
    Case("gumbel_softmax", gumbel_softmax,
         {"logits": [1000.0, -1000.0], "gumbels": [0.0, 1.0]}, ("logits",)),
]  # fmt: skip

WIDE = [[1.0, 2.0, -0.5, 0.3], [0.0, -1.0, 1000.0, -1000.0]]
W = [[0.5, -1.0, 0.2], [1.0, 0.4, -0.3]]
V = [[0.1, 0.6, -0.7], [-0.2, 0.8, 0.9]]
W2 = [[1.0, 0.5], [-0.4, 0.3], [0.2, 0.7]]
X = [[1.0, -0.5], [0.3, 2.0], [-2.0, 0.7]]
PIECES = [
    [[1.0, 0.0], [0.5, 0.5]],
    [[-1.0, 0.3], [0.0, 1.0]],
    [[0.2, 0.2], [0.9, -0.9]],
]  # (3, 2, 2)


def gated(op: str, gate: Callable[[Tensor], Tensor]) -> list[Case]:
    """Make the cases of gate(xW) * xV."""

    def reference(input: Tensor, W: Tensor, V: Tensor) -> Tensor:
        return gate(input @ W) * (input @ V)

    names = ("input", "W", "V")
    values = [(X, W, V), ([[1, 2]], [[1], [0]], [[3], [-1]]), ([[0.0, 0.0]], W, V)]
    return [Case(op, reference, dict(zip(names, row, strict=True)), names) for row in values]


def swiglu(input: Tensor, W: Tensor, V: Tensor, W2: Tensor) -> Tensor:
    return (F.silu(input @ W) * (input @ V)) @ W2


def maxout(input: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return (torch.einsum("ni,koi->nko", input, weight) + bias).max(dim=1).values


def dynamic_tanh(input: Tensor, weight: Tensor, bias: Tensor, alpha: Any = 0.5) -> Tensor:
    return weight * torch.tanh(alpha * input) + bias


GATED = [
    *rows("glu", F.glu, [WIDE, [3.0, 0.0], [[], []], [1, -2]], dim=-1),
    *rows("glu", F.glu, [WIDE, CUBE], dim=0),
    *rows("glu", F.glu, [CUBE], dim=1),
    Case("swiglu", swiglu, {"input": X, "W": W, "V": V, "W2": W2}, ("input", "W", "V", "W2")),
    Case("swiglu", swiglu, {"input": [[1000.0, -1000.0]], "W": W, "V": V, "W2": W2},
         ("input", "W", "V", "W2")),
    *gated("geglu", F.gelu),
    *gated("reglu", F.relu),
    *[Case("maxout", maxout, {"input": x, "weight": PIECES, "bias": bias}, ("input", "weight", "bias"))
      for x, bias in [(X, [[0.0, 0.1], [0.2, 0.0], [-0.1, 0.3]]), ([[0, 0]], [[1, 1], [1, 0], [0, 1]])]],
    *[Case("dynamic_tanh", dynamic_tanh,
           {"input": x, "weight": [1.0, 2.0, -0.5], "bias": [0.0, 0.1, 3.0], "alpha": alpha},
           ("input", "weight", "bias", "alpha"))
      for x in (MATRIX, CUBE, [0.0, 1000.0, -1000.0]) for alpha in (0.5, -2.0)],
]  # fmt: skip

CASES = [*SATURATING, *RECTIFIERS, *WITH_SLOPES, *SMOOTH, *SHRINKAGE, *SIMPLEX, *GATED]
