"""Measures the ops against PyTorch on the CPU, as ratios of the time for the same work.

    python tests/bench/ops.py                       up to 64 elements: what a question asks for
    python tests/bench/ops.py --scale real          as large as in training
    python tests/bench/ops.py --scale real --threads 2

Each library runs in a process of its own, because their pools of threads disturb each other, and
they take turns, so that a busy moment hits both. PyTorch computes in float64, as the ops do; the
last column is the ratio to PyTorch in float32. Nothing is asserted: the table is for people.
`forward` is the value; `gradient` is the value and the gradients of all that is differentiable.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec
from math import exp, log
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
LIBRARIES = ("numpy", "float64", "float32")  # the ops, and PyTorch in two precisions


class Row(NamedTuple):
    """An op (the first word of the name) at work; `wrt` names what is differentiated."""

    name: str
    wrt: str
    args: Mapping[str, Any]


def main() -> None:
    """Measure all rows of a scale in turn, print the ratios and their summary."""
    asked = _arguments()
    if asked.child:
        _serve(asked.child, asked.scale, asked.threads)
        return
    if find_spec("torch") is None:
        sys.exit("torch: not installed (pip install torch, to have something to compare with)")
    workers = {name: _worker(name, asked) for name in LIBRARIES}
    print(f"{'':42}{'ops ms':>10}{'torch ms':>10}{'ratio':>8}{'float32':>8}")
    for task in ("forward", "gradient"):
        ratios = {}
        for row in ROWS[asked.scale](np.random.default_rng(0)):
            if asked.only and asked.only not in row.name:
                continue
            times = _measured(workers, {"row": row.name, "task": task}, asked.rounds)
            ratios[row.name] = times["numpy"] / times["float64"]
            _print_row(f"{row.name}, {task}", times)
        if not ratios:
            sys.exit(f"--only {asked.only}: no row has this in its name")
        _print_summary(task, ratios)
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the ops against PyTorch.")
    parser.add_argument("--scale", choices=("interview", "real"), default="interview")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def _worker(library: str, asked: argparse.Namespace) -> Any:
    """Start a library; the variables must be set before it loads."""
    threads = str(asked.threads)
    pools = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    words = [sys.executable, __file__, "--child", library, "--scale", asked.scale]
    environ = {**os.environ, **pools, "PYTHONPATH": str(os.environ.get("PYTHONPATH", ROOT))}
    pipe = subprocess.PIPE
    words += ["--threads", threads]
    return subprocess.Popen(words, env=environ, stdin=pipe, stdout=pipe, text=True)


def _measured(workers: Mapping[str, Any], request: Any, rounds: int) -> dict[str, float]:
    """Return the median of the rounds, in milliseconds; each round is a child's best of a few."""
    times: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            worker.stdin.write(json.dumps(request) + "\n")
            worker.stdin.flush()
            times[name].append(float(worker.stdout.readline()))
    return {name: median(each) for name, each in times.items()}


def _print_row(name: str, times: Mapping[str, float]) -> None:
    ours, double, single = (times[library] for library in LIBRARIES)
    columns = f"{ours:10.3f}{double:10.3f}{ours / double:8.2f}{ours / single:8.2f}"
    print(f"{name:42}{columns}", flush=True)


def _print_summary(task: str, ratios: Mapping[str, float]) -> None:
    mean = exp(sum(map(log, ratios.values())) / len(ratios))
    worst = max(ratios, key=lambda name: ratios[name])
    middle = median(ratios.values())
    print(f"{task}: geometric mean {mean:.2f}, median {middle:.2f}, ", end="")
    print(f"worst {ratios[worst]:.2f} ({worst})\n", flush=True)


# In the child


def _serve(library: str, scale: str, threads: int) -> None:
    """Answer each request, a line of JSON, with the milliseconds of one run."""
    rows = {row.name: row for row in ROWS[scale](np.random.default_rng(0))}
    prepare = _ops() if library == "numpy" else _torch(library, threads)
    prepared: tuple[str, Any] = ("", None)
    for line in sys.stdin:
        asked = json.loads(line)
        if prepared[0] != asked["row"]:
            prepared = (asked["row"], prepare(rows[asked["row"]]))
        print(_best(prepared[1][asked["task"]]), flush=True)


def _best(run: Callable[[], Any]) -> float:
    """Return the least of some runs, about 30 ms of them, after one to warm up."""
    times = [_timed(run)]
    end = perf_counter() + 0.03
    while len(times) < 3 or perf_counter() < end:
        times.append(_timed(run))
    return min(times) * 1000


def _timed(run: Callable[[], Any]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def _ops() -> Callable[[Row], dict[str, Any]]:
    from dlcards import ops

    def prepare(row: Row) -> dict[str, Any]:
        op = ops.find(row.name.split()[0])
        missing = set(row.wrt.split()) ^ set(op.grad(**row.args))
        assert not missing, f"{row.name}: {missing} has a gradient in one library only"
        return {
            "forward": lambda: op(**row.args),
            "gradient": lambda: (op(**row.args), op.grad(**row.args)),
        }

    return prepare


def _torch(precision: str, threads: int) -> Callable[[Row], dict[str, Any]]:
    import torch

    torch.set_num_threads(threads)
    warnings.simplefilter("ignore")  # kl_div says that its mean is not the mathematical one
    dtype = getattr(torch, precision)
    references = _references(torch)

    def tensor(name: str, value: Any, wrt: list[str]) -> Any:
        if isinstance(value, dict):
            return {key: tensor(f"{name}.{key}", entry, wrt) for key, entry in value.items()}
        if not isinstance(value, np.ndarray):
            return value
        made = torch.tensor(value, dtype=dtype if value.dtype.kind == "f" else None)
        return made.requires_grad_(name in wrt)

    def prepare(row: Row) -> dict[str, Any]:
        name, wrt = row.name.split()[0], row.wrt.split()
        function = references.get(name) or getattr(torch.nn.functional, name)
        args = {key: tensor(key, value, wrt) for key, value in row.args.items()}
        flat = {**args, **{f"params.{key}": value for key, value in args.get("params", {}).items()}}
        leaves = [flat[name] for name in wrt]

        def forward() -> None:
            with torch.no_grad():
                function(**args)

        def gradient() -> None:
            output = function(**args)
            outputs = [y for y in (output if isinstance(output, tuple) else [output]) if y.grad_fn]
            torch.autograd.grad(outputs, leaves, [torch.ones_like(y) for y in outputs])

        return {"forward": forward, "gradient": gradient}

    return prepare


def _references(torch: Any) -> dict[str, Callable[..., Any]]:
    """What PyTorch calls otherwise, or takes in another form."""
    F = torch.nn.functional

    def ctc(logits: Any, targets: Any, **lengths: Any) -> Any:
        return F.ctc_loss(F.log_softmax(logits, 2), targets, **lengths)

    def recurrent(run: Any, states: int) -> Callable[..., Any]:
        def forward(input: Any, params: Any, hidden_size: int) -> Any:
            start = [input.new_zeros(1, input.shape[1], hidden_size)] * states
            first = start if states > 1 else start[0]
            weights = list(params.values())
            return run(input, first, weights, True, 1, 0.0, True, False, False)

        return forward

    def multihead(query: Any, key: Any, value: Any, num_heads: int, **w: Any) -> Any:
        return F.multi_head_attention_forward(
            query, key, value, query.shape[2], num_heads, w["in_proj_weight"], w["in_proj_bias"],
            None, None, False, 0.0, w["out_proj_weight"], w["out_proj_bias"],
        )  # fmt: skip

    def lstm_cell(input: Any, h: Any, c: Any, *weights: Any, **named: Any) -> Any:
        return torch.lstm_cell(input, (h, c), *weights, *named.values())

    return {
        "ctc_loss_with_logits": ctc, "logsumexp": torch.logsumexp, "RNN": recurrent(torch.rnn_tanh, 1),
        "GRU": recurrent(torch.gru, 1), "LSTM": recurrent(torch.lstm, 2), "LSTMCell": lstm_cell,
        "MultiheadAttention": multihead, "swish": F.silu,
    }  # fmt: skip


# The rows


def _interview(rng: np.random.Generator) -> Iterator[Row]:
    """About 70 common ops on up to 64 elements."""
    x, y, u, v = (rng.standard_normal((8, 8)) for _ in range(4))
    p, q = rng.uniform(0.05, 0.95, (2, 8, 8))
    labels, bits, signs = rng.integers(0, 8, 8), np.round(q), np.sign(y)
    for name in (
        "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "softplus", "sigmoid", "tanh",
        "logsigmoid", "softsign", "hardtanh", "hardsigmoid", "silu", "gelu", "mish", "hardswish",
        "softshrink", "hardshrink", "tanhshrink", "glu",
    ):  # fmt: skip
        yield Row(name, "input", {"input": x})
    for name in ("softmax", "log_softmax", "logsumexp"):
        yield Row(name, "input", {"input": x, "dim": 1})
    yield Row("prelu", "input weight", {"input": x, "weight": np.array([0.25])})
    for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        yield Row(name, "input target", {"input": x, "target": y})
    yield Row("binary_cross_entropy", "input", {"input": p, "target": bits})
    yield Row("binary_cross_entropy_with_logits", "input", {"input": x, "target": bits})
    yield Row("kl_div", "input target", {"input": np.log(p), "target": q})
    yield Row("poisson_nll_loss", "input", {"input": x, "target": bits})
    yield Row("gaussian_nll_loss", "input var", {"input": x, "target": y, "var": p})
    for name in ("soft_margin_loss", "hinge_embedding_loss"):
        yield Row(name, "input", {"input": x, "target": signs})
    for name in ("cross_entropy", "nll_loss", "multi_margin_loss"):
        yield Row(name, "input", {"input": x, "target": labels})
    yield Row("multilabel_soft_margin_loss", "input", {"input": x, "target": bits})
    pair = {"input1": x, "input2": y}
    yield Row("margin_ranking_loss", "input1 input2", {**pair, "target": signs})
    yield Row("cosine_embedding_loss", "input1 input2", {**pair, "target": signs[0]})
    triplet = {"anchor": x, "positive": y, "negative": u}
    yield Row("triplet_margin_loss", " ".join(triplet), triplet)
    for name in ("cosine_similarity", "pairwise_distance"):
        yield Row(name, "x1 x2", {"x1": x, "x2": y})
    yield Row("normalize", "input", {"input": x})
    affine = {"input": x, "weight": y, "bias": u[0]}
    yield Row("linear", " ".join(affine), affine)
    cube = rng.standard_normal((4, 4, 4))
    bilinear = {"input1": x[:4, :4], "input2": y[:4, :4], "weight": cube, "bias": v[0, :4]}
    yield Row("bilinear", " ".join(bilinear), bilinear)
    yield Row("embedding", "weight", {"input": labels, "weight": x})
    yield Row(
        "layer_norm", "input weight bias", {**affine, "weight": y[0], "normalized_shape": (8,)}
    )
    yield Row("rms_norm", "input weight", {"input": x, "weight": y[0], "normalized_shape": (8,)})
    channels = {"input": x.reshape(4, 4, 4), "weight": y[0, :4], "bias": u[0, :4]}
    yield Row("group_norm", " ".join(channels), {**channels, "num_groups": 2})
    yield Row("instance_norm", " ".join(channels), channels)
    running = {"running_mean": v[0, :4], "running_var": p[0, :4], "training": True}
    yield Row("batch_norm", " ".join(channels), {**channels, **running})
    signal = {
        "input": x.reshape(2, 4, 8),
        "weight": y.ravel()[:48].reshape(4, 4, 3),
        "bias": u[0, :4],
    }
    yield Row("conv1d", " ".join(signal), {**signal, "padding": 1})
    image = x.reshape(1, 1, 8, 8)
    filters = {"input": image, "weight": y.ravel()[:18].reshape(2, 1, 3, 3), "bias": u[0, :2]}
    yield Row("conv2d", " ".join(filters), {**filters, "padding": 1})
    filters = {**filters, "weight": filters["weight"].reshape(1, 2, 3, 3)}
    yield Row("conv_transpose2d", " ".join(filters), filters)
    for name in ("max_pool2d", "avg_pool2d"):
        yield Row(name, "input", {"input": image, "kernel_size": 2})
    yield Row("adaptive_avg_pool2d", "input", {"input": image, "output_size": 3})
    yield from _recurrent(rng, steps=4, batch=2, size=4)
    cell = _weights(rng, 4, 4)
    cell = {key.removesuffix("_l0"): array for key, array in cell.items()}
    state = {"input": x[:2, :4], "h": y[:2, :4], "c": u[:2, :4]}
    yield Row("LSTMCell", " ".join(state | cell), state | cell)
    yield _attention(rng, (2, 4, 4), (2, 4, 4))
    sizes: dict[str, Any] = {
        "in_proj_weight": (12, 4),
        "in_proj_bias": 12,
        "out_proj_weight": (4, 4),
    }
    weights = {key: rng.standard_normal(size) for key, size in sizes.items()}
    tokens = dict.fromkeys(("query", "key", "value"), x.reshape(4, 4, 4))
    heads = {**tokens, **weights, "out_proj_bias": v[0, :4]}
    yield Row("MultiheadAttention", " ".join(heads), {**heads, "num_heads": 2})
    yield _ctc(rng, steps=8, batch=2, classes=4, letters=3)


def _real(rng: np.random.Generator) -> Iterator[Row]:
    """What training does."""
    shapes: dict[str, Any] = {"input": (8, 64, 56, 56), "weight": (64, 64, 3, 3), "bias": 64}
    conv = {key: rng.standard_normal(shape) for key, shape in shapes.items()}
    yield Row("conv2d 8×64×56×56 k3", " ".join(conv), {**conv, "padding": 1})
    yield [*_recurrent(rng, steps=100, batch=32, size=256)][-1]
    yield _attention(rng, (8, 8, 256, 64), (8, 8, 256, 64))
    yield _ctc(rng, steps=200, batch=16, classes=50, letters=20)
    logits = {"input": rng.standard_normal((1024, 10_000)), "target": rng.integers(0, 10_000, 1024)}
    yield Row("cross_entropy 1024×10000", "input", logits)
    shapes = {"input": (8192, 1024), "weight": 1024, "bias": 1024}
    norm = {key: rng.standard_normal(shape) for key, shape in shapes.items()}
    yield Row("layer_norm 8192×1024", " ".join(norm), {**norm, "normalized_shape": (1024,)})
    yield Row("gelu 10⁷", "input", {"input": rng.standard_normal(10_000_000)})


ROWS: Mapping[str, Callable[[np.random.Generator], Iterator[Row]]] = {
    "interview": _interview, "real": _real
}  # fmt: skip


def _recurrent(rng: np.random.Generator, steps: int, batch: int, size: int) -> Iterator[Row]:
    input = rng.standard_normal((steps, batch, size))
    for name, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        params = _weights(rng, size, gates)
        args = {"input": input, "params": params, "hidden_size": size}
        label = name if size < 16 else f"{name} T={steps} B={batch} H={size}"
        yield Row(label, " ".join(["input", *(f"params.{key}" for key in params)]), args)


def _weights(rng: np.random.Generator, size: int, gates: int) -> dict[str, Any]:
    rows = gates * size
    shapes: dict[str, Any] = {
        "weight_ih": (rows, size),
        "weight_hh": (rows, size),
        "bias_ih": rows,
        "bias_hh": rows,
    }
    return {f"{key}_l0": rng.uniform(-1, 1, shape) / size**0.5 for key, shape in shapes.items()}


def _attention(rng: np.random.Generator, query: Any, key: Any) -> Row:
    shapes = {"query": query, "key": key, "value": key}
    args = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    label = "×".join(map(str, query))
    return Row(f"scaled_dot_product_attention {label}", " ".join(args), args)


def _ctc(rng: np.random.Generator, steps: int, batch: int, classes: int, letters: int) -> Row:
    args = {
        "logits": rng.standard_normal((steps, batch, classes)),
        "targets": rng.integers(1, classes, (batch, letters)),
        "input_lengths": np.full(batch, steps),
        "target_lengths": np.full(batch, letters),
    }
    return Row(f"ctc_loss_with_logits T={steps} B={batch} C={classes}", "logits", args)


if __name__ == "__main__":
    main()
