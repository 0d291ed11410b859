"""Golden cases of the metrics of labels: counted one example at a time, from the definitions."""

from __future__ import annotations

import math

from case import Case


def _labels(y_true, y_pred):
    return y_true.flatten().tolist(), y_pred.flatten().tolist()


def _accuracy(y_true, y_pred):
    pairs = list(zip(*_labels(y_true, y_pred), strict=True))
    return sum(t == p for t, p in pairs) / len(pairs) if pairs else math.nan


def _cells(true, pred, c):
    tp = sum(t == c and p == c for t, p in zip(true, pred, strict=True))
    fp = sum(t != c and p == c for t, p in zip(true, pred, strict=True))
    fn = sum(t == c and p != c for t, p in zip(true, pred, strict=True))
    return tp, fp, fn


def _balanced(y_true, y_pred):
    true, pred = _labels(y_true, y_pred)
    recalls = []
    for c in sorted(set(true)):
        tp, _, fn = _cells(true, pred, c)
        recalls.append(tp / (tp + fn))
    return sum(recalls) / len(recalls)


def _averaging(score):
    """Make a metric of a score of (tp, fp, fn), by scikit-learn's rules."""

    def metric(y_true, y_pred, average="binary", **options):
        true, pred = _labels(y_true, y_pred)
        cells = {c: _cells(true, pred, c) for c in sorted({*true, *pred})}
        if average == "binary":
            return score(*cells.get(1, (0, 0, 0)), **options)
        if average == "micro":
            return score(*(sum(column) for column in zip(*cells.values(), strict=True)), **options)
        each = [score(*cell, **options) for cell in cells.values()]
        if average == "none":
            return each
        support = [tp + fn if average == "weighted" else 1 for tp, _, fn in cells.values()]
        return sum(s * w for s, w in zip(each, support, strict=True)) / sum(support)

    return metric


def _precision(tp, fp, fn):
    return tp / (tp + fp) if tp + fp else 0.0


def _recall(tp, fp, fn):
    return tp / (tp + fn) if tp + fn else 0.0


def _fbeta(tp, fp, fn, beta=1.0):
    p, r = _precision(tp, fp, fn), _recall(tp, fp, fn)
    below = beta**2 * p + r
    return (1 + beta**2) * p * r / below if below else 0.0


def _jaccard(tp, fp, fn):
    return tp / (tp + fp + fn) if tp + fp + fn else 0.0


def _top_k(y_true, y_score, k):
    found = 0
    for truth, row in zip(y_true.tolist(), y_score.tolist(), strict=True):
        better = sum(s > row[truth] or (s == row[truth] and c > truth) for c, s in enumerate(row))
        found += better < k
    return found / len(y_true)


def _confusion(y_true, y_pred, num_classes=None):
    true, pred = _labels(y_true, y_pred)
    K = 1 + max(*true, *pred) if num_classes is None else num_classes
    pairs = list(zip(true, pred, strict=True))
    return [[pairs.count((i, j)) for j in range(K)] for i in range(K)]


def _matthews(y_true, y_pred):
    """Correlate the one-hot labels: Σ over classes of the covariances, over the two variances."""
    true, pred = _labels(y_true, y_pred)
    known, n = sorted({*true, *pred}), len(true)

    def covariance(a, b):
        total = 0.0
        for c in known:
            in_a, in_b = [x == c for x in a], [x == c for x in b]
            both = sum(x and y for x, y in zip(in_a, in_b, strict=True))
            total += both / n - sum(in_a) / n * sum(in_b) / n
        return total

    spread = covariance(true, true) * covariance(pred, pred)
    return covariance(true, pred) / math.sqrt(spread) if spread > 1e-12 else 0.0


def _phi(y_true, y_pred):
    true, pred = _labels(y_true, y_pred)
    tp, fp, fn = _cells(true, pred, 1)
    tn = len(true) - tp - fp - fn
    return (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def _kappa(y_true, y_pred):
    true, pred = _labels(y_true, y_pred)
    n = len(true)
    agree = sum(t == p for t, p in zip(true, pred, strict=True)) / n
    chance = sum(true.count(c) * pred.count(c) for c in {*true, *pred}) / n**2
    return (agree - chance) / (1 - chance) if chance != 1 else math.nan


BINARY = {"y_true": [0, 1, 1, 1, 0, 1, 0, 0], "y_pred": [0, 1, 0, 1, 1, 1, 0, 1]}
CLASSES = {"y_true": [0, 0, 1, 1, 2, 2, 2, 4], "y_pred": [0, 0, 1, 2, 2, 0, 3, 0]}
NEVER_YES = {"y_true": [0, 1, 0], "y_pred": [0, 0, 0]}
NOTHING = {"y_true": [0, 0], "y_pred": [0, 0]}
OTHER_NAMES = {"y_true": [-1, 1, 1, -1], "y_pred": [1, 1, -1, -1]}
LABELS = [BINARY, CLASSES, NEVER_YES, OTHER_NAMES]
AVERAGES = ("micro", "macro", "weighted", "none")


def _averaged(op, metric, **options):
    yield from (Case(op, metric, {**a, **options}) for a in (BINARY, NEVER_YES, NOTHING, OTHER_NAMES))
    yield from (
        Case(op, metric, {**args, **options, "average": average})
        for args in (CLASSES, NEVER_YES)
        for average in AVERAGES
    )


CASES = [
    *(Case("accuracy", _accuracy, args) for args in LABELS),
    Case("accuracy", _accuracy, {"y_true": [[0, 1], [2, 2]], "y_pred": [[0, 1], [1, 2]]}),
    Case("accuracy", _accuracy, {"y_true": [], "y_pred": []}),
    *(Case("balanced_accuracy", _balanced, args) for args in LABELS),
    *(
        Case("top_k_accuracy", _top_k, {"y_true": [0, 1, 2, 1], "y_score": scores, "k": k})
        for k in (1, 2, 3, 9)
        for scores in (
            [[5.0, 3.0, 1.0], [4.0, 1.0, 2.0], [3.0, 2.0, 1.0], [0.0, 9.0, 9.5]],
            [[1.0, 1.0, 1.0], [2.0, 2.0, 1.0], [1.0, 2.0, 1.0], [0.0, 0.0, 0.0]],
        )
    ),
    *(Case("confusion_matrix", _confusion, args) for args in (BINARY, CLASSES)),
    Case("confusion_matrix", _confusion, {**BINARY, "num_classes": 3}),
    Case("confusion_matrix", _confusion, {"y_true": [], "y_pred": [], "num_classes": 2}),
    *_averaged("precision", _averaging(_precision)),
    *_averaged("recall", _averaging(_recall)),
    *_averaged("f1", _averaging(_fbeta)),
    *(case for beta in (0.0, 0.5, 2.0) for case in _averaged("fbeta", _averaging(_fbeta), beta=beta)),
    *_averaged("jaccard_score", _averaging(_jaccard)),
    *(Case("matthews_corrcoef", _matthews, args) for args in LABELS),
    Case("matthews_corrcoef", _phi, BINARY),
    Case("matthews_corrcoef", _matthews, {"y_true": [0, 1, 2], "y_pred": [0, 1, 2]}),
    *(Case("cohen_kappa", _kappa, args) for args in (*LABELS, NOTHING)),
]
