"""Golden cases of CTC."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from case import Case


def _some(*shape: int) -> np.ndarray:
    return np.round(2 * np.cos(1.7 * np.arange(np.prod(shape))).reshape(shape), 3)


def _normal(*shape: int) -> np.ndarray:
    return torch.log_softmax(torch.tensor(_some(*shape)), 2).numpy()


def _with_logits(logits, targets, input_lengths, target_lengths, **options):
    return F.ctc_loss(F.log_softmax(logits, 2), targets, input_lengths, target_lengths, **options)


def _case(scores, targets, input_lengths, target_lengths, **options):
    return {
        "scores": scores, "targets": targets, "input_lengths": input_lengths,
        "target_lengths": target_lengths, **options,
    }


PADDED = ([[1, 2, 0], [3, 3, 1], [2, 0, 0]], [6, 5, 4], [2, 3, 1])
ROWS = [
    *(_case((6, 3, 4), *PADDED, reduction=r) for r in ("mean", "sum", "none")),
    *(_case((6, 3, 4), [1, 2, 3, 3, 1, 2], *PADDED[1:], reduction=r) for r in ("mean", "none")),
    _case((6, 3, 4), [[1, 2, 0], [0, 0, 1], [2, 1, 1]], *PADDED[1:], blank=3, reduction="none"),
    _case((3, 1, 3), [[1, 2]], [3], [2]),
    _case((5, 1, 2), [[1, 1, 1]], [5], [3]),  # exactly one alignment
    _case((1, 1, 2), [[1]], [1], [1]),
    _case((4, 2, 3), [[1, 2], [2, 1]], [4, 3], [0, 2], reduction="none"),  # an empty target
    _case((4, 2, 3), [[1, 2], [2, 1]], [4, 3], [0, 2]),
    *(
        _case((4, 2, 3), [[1, 1, 1], [2, 1, 0]], [4, 4], [3, 2], reduction=r, zero_infinity=zero)
        for r in ("none", "mean", "sum")
        for zero in (True, False)
    ),  # repeats that do not fit
]
EXTREME = 1000 * np.sign(_some(5, 2, 3))

CASES = [
    *(
        Case(op, reference, {name: scores(*row["scores"]), **{k: v for k, v in row.items() if k != "scores"}}, (name,))
        for op, reference, name, scores in (
            ("ctc_loss", F.ctc_loss, "log_probs", _normal),
            ("ctc_loss_with_logits", _with_logits, "logits", _some),
        )
        for row in ROWS
    ),
    Case("ctc_loss", F.ctc_loss, {
        "log_probs": _some(5, 2, 3) - 1, "targets": [[1, 2], [2, 2]], "input_lengths": [5, 4], "target_lengths": [2, 2]
    }, ("log_probs",)),  # no distribution: the gradient is still exp(log_probs) minus posterior
    Case("ctc_loss_with_logits", _with_logits, {
        "logits": EXTREME, "targets": [[1, 2], [2, 2]], "input_lengths": [5, 4], "target_lengths": [2, 2], "reduction": "none"
    }, ("logits",)),
]
