"""How random weights begin: so large that signals and gradients neither fade nor explode.

An initializer here says what it would draw from, so that its numbers can be checked; `draw` draws.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np

from dlcards.ops._erf import normal_cdf, normal_pdf
from dlcards.ops._op import Count, Finite, Op, Paper, Positive, Real, op
from dlcards.ops.identities import Shape, orthogonal_

Nonlinearity: TypeAlias = Literal[
    "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu",
]  # fmt: skip
Mode: TypeAlias = Literal["fan_in", "fan_out"]

_GLOROT = Paper(
    "Glorot and Bengio", 2010,
    "Understanding the Difficulty of Training Deep Feedforward Neural Networks",
)  # fmt: skip
_HE = Paper(
    "He, Zhang, Ren and Sun", 2015,
    "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification",
)  # fmt: skip


def draw(op: Op, generator: np.random.Generator, shape: tuple[int, ...], **options: Any) -> Any:
    """Draw weights of a shape as an initializer says, such as `kaiming_normal_` or `orthogonal_`.

    Its own `options` follow by name. Raises OpError for a shape that it cannot take.
    """
    if op is orthogonal_:
        rows = (shape[0], math.prod(shape[1:]))  # a filter is a row, whatever its shape
        return op(gaussian=generator.standard_normal(rows), **options).reshape(shape)
    facts = op(shape=shape, **options)
    if isinstance(facts, dict) and "bound" in facts:
        return generator.uniform(-facts["bound"], facts["bound"], shape)
    std = facts["std"] if isinstance(facts, dict) else facts
    return facts if np.ndim(facts) else generator.normal(0.0, std, shape)


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many inputs an output sums, and how many outputs an input reaches."""
    field = math.prod(shape[2:])  # places of the kernel
    return shape[1] * field, shape[0] * field


def _fan_fault(shape: tuple[int, ...], **_: Any) -> str:
    axes = len(shape)
    return "" if axes >= 2 else f"shape has {axes} axes (it takes outputs, inputs and the kernel's)"


@op(
    shapes="-> fan_in (), fan_out (), bound ()",
    formula=r"W \sim U(-a, a), \quad a = g \sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}",
    paper=_GLOROT,
    example={"shape": [16, 3, 3, 3]},
    pitfall="In a convolution the places of the kernel multiply both fans; and the bound is √3 "
    "times the standard deviation.",
    fault=_fan_fault,
)
def xavier_uniform_(shape: Shape, *, gain: Real = 1.0) -> Any:
    """Keeps the variance of signals forward and of gradients backward, as far as one number can
    serve both: 2 over the sum of the fans. Made for tanh."""
    fan_in, fan_out = _fans(shape)  # inputs of an output, outputs of an input
    std = gain * math.sqrt(2 / (fan_in + fan_out))  # the variance is 2 over their sum
    bound = math.sqrt(3) * std  # a uniform law has the variance bound²/3
    return {"fan_in": fan_in, "fan_out": fan_out, "bound": bound}


@op(
    shapes="-> fan_in (), fan_out (), std ()",
    formula=r"W \sim N(0, \sigma^2), \quad \sigma = g \sqrt{\frac{2}{n_{\text{in}} + n_{\text{out}}}}",
    paper=_GLOROT,
    example={"shape": [16, 3, 3, 3]},
    pitfall="The 2 is there because the two fans are averaged, not because of ReLU: that is He's.",
    fault=_fan_fault,
)
def xavier_normal_(shape: Shape, *, gain: Real = 1.0) -> Any:
    """Glorot's variance, 2 over the sum of the fans, from a normal law."""
    fan_in, fan_out = _fans(shape)  # inputs of an output, outputs of an input
    std = gain * math.sqrt(2 / (fan_in + fan_out))  # the variance is 2 over their sum
    return {"fan_in": fan_in, "fan_out": fan_out, "std": std}


@op(
    shapes="-> fan_in (), fan_out (), bound ()",
    formula=r"W \sim U(-b, b), \quad b = g \sqrt{\frac{3}{n_{\text{in}}}}, \quad "
    r"g = \sqrt{\frac{2}{1 + a^2}}",
    paper=_HE,
    example={"shape": [16, 3, 3, 3], "nonlinearity": "relu"},
    pitfall="nn.Linear calls it with a = √5, which is no leaky ReLU: it makes the bound 1/√fan_in.",
    fault=_fan_fault,
)
def kaiming_uniform_(
    shape: Shape, *, a: Real = 0.0, mode: Mode = "fan_in", nonlinearity: Nonlinearity = "leaky_relu"
) -> Any:
    """Keeps the variance through ReLUs: each throws half of the signal away, so the weights get
    twice the variance, 2 over the fan.

    `a` is the slope of the leaky ReLU below zero; fan_in keeps signals, fan_out gradients.
    """
    fan_in, fan_out = _fans(shape)  # inputs of an output, outputs of an input
    fan = fan_in if mode == "fan_in" else fan_out  # which of the two to keep
    std = calculate_gain.function(nonlinearity, a) / math.sqrt(fan)  # the variance is gain²/fan
    bound = math.sqrt(3) * std  # a uniform law has the variance bound²/3
    return {"fan_in": fan_in, "fan_out": fan_out, "bound": bound}


@op(
    shapes="-> fan_in (), fan_out (), std ()",
    formula=r"W \sim N(0, \sigma^2), \quad \sigma = \frac{g}{\sqrt{n_{\text{in}}}}, \quad "
    r"g = \sqrt{\frac{2}{1 + a^2}}",
    paper=_HE,
    example={"shape": [16, 3, 3, 3], "nonlinearity": "relu"},
    pitfall="A depthwise weight is (C, 1, k, k), so its fan_in is k²; but its fan_out is C·k², "
    "since groups are not known.",
    fault=_fan_fault,
)
def kaiming_normal_(
    shape: Shape, *, a: Real = 0.0, mode: Mode = "fan_in", nonlinearity: Nonlinearity = "leaky_relu"
) -> Any:
    """He's variance, 2 over the fan for ReLU, from a normal law."""
    fan_in, fan_out = _fans(shape)  # inputs of an output, outputs of an input
    fan = fan_in if mode == "fan_in" else fan_out  # which of the two to keep
    std = calculate_gain.function(nonlinearity, a) / math.sqrt(fan)  # the variance is gain²/fan
    return {"fan_in": fan_in, "fan_out": fan_out, "std": std}


@op(
    shapes="-> ()",
    formula=r"W \sim N(0, \sigma^2), \quad \sigma = \frac{1}{\sqrt{n_{\text{in}}}}",
    paper=Paper("LeCun, Bottou, Orr and Müller", 1998, "Efficient BackProp"),
    example={"shape": [16, 3, 3, 3]},
    pitfall="It is what SELU needs; with ReLU the signal halves its variance at every layer.",
    fault=_fan_fault,
)
def lecun_normal_(shape: Shape) -> Any:
    """Variance 1 over the fan-in: a sum of so many terms keeps the variance of one of them."""
    fan_in = _fans(shape)[0]  # inputs that an output sums
    return 1 / math.sqrt(fan_in)


@op(
    shapes="-> ()",
    formula=r"g_{\text{ReLU}} = \sqrt{2}, \quad g_{\text{leaky}} = \sqrt{\frac{2}{1 + a^2}}, \quad "
    r"g_{\tanh} = \frac{5}{3}, \quad g_{\text{SELU}} = \frac{3}{4}",
    example={"nonlinearity": "leaky_relu", "param": 0.2},
    pitfall="The gain of tanh is 5/3 by trial, not by derivation; and leaky_relu without a slope "
    "takes 0.01, where kaiming_uniform_ takes 0.",
)
def calculate_gain(nonlinearity: Nonlinearity, param: Finite | None = None) -> Any:
    """By how much to widen the weights so that a nonlinearity does not shrink the signal: √2 for
    ReLU, which throws half of it away, 1 for none."""
    a = 0.01 if param is None else param  # slope of a leaky ReLU below zero
    leaky = math.sqrt(2 / (1 + a**2))  # what it lets through: half, and a² of the other half
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "leaky_relu": leaky, "selu": 3 / 4}  # others: 1
    return gains.get(nonlinearity, 1.0)


@op(
    shapes="-> weight_bound (), bias_bound ()",
    formula=r"W, b \sim U\left(-\frac{1}{\sqrt{n_{\text{in}}}},\ \frac{1}{\sqrt{n_{\text{in}}}}\right)",
    example={"in_features": 256, "out_features": 10},
    pitfall="It is neither Glorot's nor He's: the standard deviation is 1/√(3 fan_in), so deep ReLU "
    "networks fade; and the bias does not start at 0.",
)
def linear_default_init(in_features: Count, out_features: Count) -> Any:  # noqa: ARG001 - the shape
    """What nn.Linear does if nobody says otherwise: weight and bias uniform within one over the
    square root of the fan-in, whatever the number of outputs."""
    bound = 1 / math.sqrt(in_features)  # of the fan-in
    return {"weight_bound": bound, "bias_bound": bound}


def _interval_fault(a: float, b: float, **_: Any) -> str:
    return "" if a < b else f"a is {a:g} (it takes a number below b, {b:g})"


@op(
    shapes="-> ()",
    formula=r"\sigma_{\text{cut}} = \sigma \sqrt{1 + \frac{\alpha\varphi(\alpha) - "
    r"\beta\varphi(\beta)}{Z} - \left(\frac{\varphi(\alpha) - \varphi(\beta)}{Z}\right)^2}, \quad "
    r"\alpha = \frac{a}{\sigma}, \ \beta = \frac{b}{\sigma}, \ Z = \Phi(\beta) - \Phi(\alpha)",
    example={"std": 1.0, "a": -2.0, "b": 2.0},
    pitfall="In PyTorch a and b are values, not multiples of σ: with std = 0.02 the default ±2 cuts "
    "off nothing.",
    fault=_interval_fault,
)
def trunc_normal_std(std: Positive, a: Real = -2.0, b: Real = 2.0) -> Any:
    """The standard deviation that is left of a normal law cut off at a and b: at ±2σ it is
    0.8796σ, which some initializers divide out."""
    alpha, beta = np.array([a, b]) / std  # the ends, in standard deviations
    side = np.where(alpha > 0, -1, 1)  # count from the tail that is small, or the digits cancel
    mass = np.abs(normal_cdf(side * beta) - normal_cdf(side * alpha))  # what is left
    density = normal_pdf(np.array([alpha, beta]))  # at the two ends
    ends = np.where(density == 0, 0.0, np.array([alpha, beta]))  # an infinite end adds nothing
    shift = (density[0] - density[1]) / mass  # the mean of what is left
    spread = (ends[0] * density[0] - ends[1] * density[1]) / mass  # what the tails would add
    return std * np.sqrt(1 + spread - shift**2)
