"""Golden cases of the layers that look rows up."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from case import Case

TABLE = [[0.1, 0.2], [1.0, -1.0], [0.5, 0.5], [2.0, 3.0]]
TIED = [[1.0, 2.0], [1.0, 0.0], [-1.0, 2.0], [-3.0, -3.0]]

CASES = [
    *(
        Case("embedding", F.embedding, {"input": input, "weight": TABLE, **options}, ("weight",))
        for input in ([1, 0, 1], [[3, 3], [3, 0]], np.array(2))
        for options in (
            {}, {"padding_idx": 1}, {"padding_idx": -1}, {"scale_grad_by_freq": True},
            {"padding_idx": 3, "scale_grad_by_freq": True},
        )
    ),
    *(
        Case("embedding_bag", F.embedding_bag, {
            "input": input, "weight": weight, "offsets": offsets, "mode": mode,
        }, ("weight",))
        for weight in (TABLE, TIED)
        for input, offsets in (
            ([1, 0, 1, 2], [0, 3]), ([0, 1, 2, 3, 1, 2, 3], [0, 2, 2, 5]), ([3], [0, 1]),
        )
        for mode in ("sum", "mean", "max")
    ),
    Case("embedding_bag", F.embedding_bag, {"input": [1, 2], "weight": TABLE, "offsets": [0]}, ("weight",)),
    *(
        Case("one_hot", lambda tensor, num_classes: F.one_hot(tensor, num_classes), {"tensor": tensor, "num_classes": classes})
        for tensor, classes in (([0, 2, 1], 4), ([0, 2, 1], -1), ([[1, 0], [2, 2]], 3), (np.array(1), 2))
    ),
]
