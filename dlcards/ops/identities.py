"""How weights begin without changing what passes: rotations, identities, and constants."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np

from dlcards.ops._op import Array, Check, Count, Paper, Real, op


def _sizes(value: Any) -> tuple[int, ...]:
    array = np.asarray(value)
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise ValueError  # one exception says "not of this form" for every Check
    if np.any((array < 1) | (array != np.trunc(array))):
        raise ValueError
    return tuple(int(size) for size in array)


Shape: TypeAlias = Annotated[
    tuple[int, ...], Check("a list of whole numbers, each at least 1", _sizes)
]


@op(
    shapes="gaussian(r,c) -> (r,c)",
    formula=r"G = QR, \quad W = g\, Q\, \mathrm{diag}(\mathrm{sign}(R_{ii}))",
    paper=Paper(
        "Saxe, McClelland and Ganguli", 2014,
        "Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks",
    ),
    example={"gaussian": [[1.0, 0.5], [-0.5, 2.0], [0.0, 1.0]]},
    pitfall="Without the signs of R's diagonal the result depends on how QR is computed and is not "
    "uniform; and a wide matrix has orthogonal rows, a tall one orthogonal columns.",
)  # fmt: skip
def orthogonal_(gaussian: Array, *, gain: Real = 1.0) -> Any:
    """A random rotation: all singular values are 1, so that signals and gradients keep their
    length exactly, however deep the network."""
    tall = len(gaussian) >= gaussian.shape[1]  # QR wants at least as many rows as columns
    G = gaussian if tall else gaussian.T  # turned if need be
    Q, R = np.linalg.qr(G)  # orthonormal columns, triangular rest
    Q = Q * np.sign(np.diag(R))  # each column with the sign that makes QR unique
    return gain * (Q if tall else Q.T)


def _matrix_fault(shape: tuple[int, ...]) -> str:
    return "" if len(shape) == 2 else f"shape has {len(shape)} axes (it takes rows and columns)"


@op(
    shapes="-> (r,c)",
    formula=r"W_{ij} = [i = j]",
    example={"shape": [2, 3]},
    pitfall="It keeps the input only as far as the smaller of the two sizes; the rest starts at 0.",
    fault=_matrix_fault,
)
def eye_(shape: Shape) -> Any:
    """A linear layer that begins as the identity: at first it changes nothing."""
    rows, columns = shape  # outputs, inputs
    return np.eye(rows, columns)


def _dirac_fault(shape: tuple[int, ...], groups: int) -> str:
    if not 3 <= len(shape) <= 5:
        return f"shape has {len(shape)} axes (it takes outputs, inputs and 1 to 3 of the kernel)"
    uneven = shape[0] % groups
    return f"groups is {groups} (it takes a divisor of {shape[0]} outputs)" if uneven else ""


@op(
    shapes="-> (o,i,*k)",
    formula=r"W_{oi}(u) = [o = i]\,[u = \lfloor k/2 \rfloor]",
    paper=Paper(
        "Zagoruyko and Komodakis", 2017,
        "DiracNets: Training Very Deep Neural Networks Without Skip-Connections",
    ),
    example={"shape": [2, 2, 3]},
    pitfall="The centre is k // 2, so a kernel of even size shifts the input by half a cell; outputs "
    "beyond the number of inputs start at 0.",
    fault=_dirac_fault,
)  # fmt: skip
def dirac_(shape: Shape, *, groups: Count = 1) -> Any:
    """A convolution that begins as the identity: one in the middle of the kernel, for each channel
    its own."""
    weight = np.zeros(shape)  # nothing but
    outputs = shape[0] // groups  # filters of each group
    channel = np.arange(min(outputs, shape[1]))  # channels that can pass
    middle: list[Any] = [k // 2 for k in shape[2:]]  # of the kernel
    for group in range(groups):
        weight[group * outputs + channel, channel, *middle] = 1.0  # passed unchanged
    return weight


@op(
    shapes="-> (*)",
    formula=r"W_{ij} = c",
    example={"shape": [2, 3], "val": 0.5},
    pitfall="Fine for biases and for the scale of a norm; equal weights get equal gradients and "
    "stay equal forever.",
)
def constant_(shape: Shape, val: Real) -> Any:
    """The same number everywhere: 0 for biases, 1 for scales, 1 for the forget gate's bias."""
    return np.full(shape, val)
