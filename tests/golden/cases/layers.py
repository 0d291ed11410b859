"""Golden cases of the affine and bilinear layers."""

from __future__ import annotations

import torch.nn.functional as F
from case import Case

W = [[1.0, 0.0], [0.5, -1.0], [2.0, 1.0]]
B = [0.0, 1.0, -1.0]
X1, X2 = [[1.0, 2.0], [0.5, -1.0]], [[1.0, 0.0, -1.0], [2.0, 3.0, 0.5]]
W2 = [[[1.0, 2.0, 3.0], [0.0, 1.0, 0.5]], [[-1.0, 0.5, 0.0], [2.0, 0.25, -3.0]]]

CASES = [
    *(
        Case("linear", F.linear, {"input": input, "weight": W, "bias": B}, ("input", "weight", "bias"))
        for input in ([[1.0, 2.0], [0.0, -1.0]], [1.0, 2.0], [[[1.0, 2.0], [3, 4]], [[5, 6], [7, 8]]])
    ),
    Case("linear", F.linear, {"input": [[1.0, 2.0]], "weight": W}, ("input", "weight")),
    Case("linear", F.linear, {"input": [[5.0]], "weight": [[2.0]], "bias": [1.0]}, ("input", "weight", "bias")),
    Case("bilinear", F.bilinear, {"input1": X1, "input2": X2, "weight": W2, "bias": [0.5, -0.5]}, ("input1", "input2", "weight", "bias")),
    Case("bilinear", F.bilinear, {"input1": X1, "input2": X2, "weight": W2}, ("input1", "input2", "weight")),
]
