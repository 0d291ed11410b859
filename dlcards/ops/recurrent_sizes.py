"""Calculators: the parameters of recurrent layers, as PyTorch and as textbooks count them."""

from __future__ import annotations

from typing import Any

from dlcards.ops._op import Count, Flag, NonNegativeInt, Paper, op

_SIZES = {"input_size": 10, "hidden_size": 20}


@op(
    shapes="-> ()",
    formula=r"P = h(d + h) + 2h",
    paper=Paper("Elman", 1990, "Finding Structure in Time"),
    example=_SIZES,
    pitfall="PyTorch keeps two biases; from the second layer on the input is D·h wide, twice h if "
    "bidirectional. The length of the sequence is not in it.",
)
def rnn_params(
    input_size: Count,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    bias: Flag = True,
    bidirectional: Flag = False,
) -> Any:
    """A matrix from the input, a matrix from the state and two biases, for each layer and
    direction."""
    D = 2 if bidirectional else 1  # directions
    per_unit = hidden_size + 2 * bias  # weights from the state, and biases, of one unit
    first = hidden_size * (input_size + per_unit)  # bottom layer: sees the input
    later = hidden_size * (D * hidden_size + per_unit)  # others: see all directions below
    return D * (first + (num_layers - 1) * later)


def _projection_fault(hidden_size: int, proj_size: int, **_: Any) -> str:
    if proj_size < hidden_size:
        return ""
    return f"proj_size is {proj_size} (it must be below hidden_size, {hidden_size})"


@op(
    shapes="-> ()",
    formula=r"P = 4h(d + h) + 8h = 4h(d + h + 2)",
    paper=Paper("Hochreiter and Schmidhuber", 1997, "Long Short-Term Memory"),
    example=_SIZES,
    pitfall="The four gates are already the factor 4: 16h(d + h + 1) counts them twice. With two "
    "biases it is 4h(d + h + 2), with a textbook's one 4h(d + h + 1).",
    fault=_projection_fault,
)
def lstm_params(
    input_size: Count,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    bias: Flag = True,
    bidirectional: Flag = False,
    proj_size: NonNegativeInt = 0,
) -> Any:
    """Four times a plain recurrent layer: three gates and the candidate, each with its own
    matrices and two biases.

    With `proj_size` the state that is passed on is a projection of that size.
    """
    D = 2 if bidirectional else 1  # directions
    state = proj_size or hidden_size  # width of the state that is passed on
    per_unit = state + 2 * bias  # weights from the state, and biases, of one unit
    project = proj_size * hidden_size  # the projection, if there is one
    first = 4 * hidden_size * (input_size + per_unit) + project  # bottom layer: sees the input
    later = 4 * hidden_size * (D * state + per_unit) + project  # others: see all directions below
    return D * (first + (num_layers - 1) * later)


@op(
    shapes="-> ()",
    formula=r"P = 3h(d + h) + 6h = 3h(d + h + 2)",
    paper=Paper(
        "Cho et al.", 2014,
        "Learning Phrase Representations Using RNN Encoder-Decoder for Statistical Machine "
        "Translation",
    ),
    example=_SIZES,
    pitfall="Two gates and the candidate make three, not two; PyTorch has two biases, the textbook "
    "one: 3h(d + h + 1).",
)  # fmt: skip
def gru_params(
    input_size: Count,
    hidden_size: Count,
    *,
    num_layers: Count = 1,
    bias: Flag = True,
    bidirectional: Flag = False,
) -> Any:
    """Three times a plain recurrent layer, so three quarters of an LSTM."""
    D = 2 if bidirectional else 1  # directions
    per_unit = hidden_size + 2 * bias  # weights from the state, and biases, of one unit
    first = 3 * hidden_size * (input_size + per_unit)  # bottom layer: sees the input
    later = 3 * hidden_size * (D * hidden_size + per_unit)  # others: see all directions below
    return D * (first + (num_layers - 1) * later)


@op(
    shapes="-> ()",
    formula=r"P = 4\left(h(h + d) + h\right)",
    example=_SIZES,
    pitfall="PyTorch's nn.LSTM has 4h more, because it keeps a second bias.",
)
def lstm_params_single_bias(input_size: Count, hidden_size: Count) -> Any:
    """The textbook's and Keras's LSTM: four gates, each a matrix on [input, state] and one bias."""
    gate = hidden_size * (hidden_size + input_size) + hidden_size  # one matrix and one bias
    return 4 * gate


@op(
    shapes="-> ()",
    formula=r"P = 3\left(h(h + d) + h\right)",
    example=_SIZES,
    pitfall="PyTorch's nn.GRU has 3h more, and so has Keras's by default (reset_after).",
)
def gru_params_single_bias(input_size: Count, hidden_size: Count) -> Any:
    """The textbook's GRU: two gates and the candidate, each a matrix on [input, state] and one
    bias."""
    gate = hidden_size * (hidden_size + input_size) + hidden_size  # one matrix and one bias
    return 3 * gate
