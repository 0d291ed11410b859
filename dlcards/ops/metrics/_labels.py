"""Labels as metrics read them, and how often the predicted ones agree with the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcards.ops._op import Check

if TYPE_CHECKING:
    from collections.abc import Callable

Counts: TypeAlias = NDArray[np.float64]
Average: TypeAlias = Literal["binary", "micro", "macro", "weighted", "none"]


def _yes_or_no(value: Any) -> NDArray[np.int64]:
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or np.any((array != 0) & (array != 1)):
        raise ValueError
    return array.astype(np.int64)


YesNo: TypeAlias = Annotated[NDArray[np.int64], Check("numbers that are 0 or 1", _yes_or_no)]


def tallies(y_true: Any, y_pred: Any, average: str) -> tuple[Counts, Counts, Counts]:
    """Return hits, false alarms and misses of each class that occurs.

    'binary' counts class 1 only, 'micro' all classes together.
    """
    table = crossed(y_true, y_pred)
    hits = np.diag(table)
    false_alarms, misses = table.sum(axis=0) - hits, table.sum(axis=1) - hits
    if average == "binary":
        of_one = classes(y_true, y_pred) == 1
        return hits[of_one].sum(), false_alarms[of_one].sum(), misses[of_one].sum()
    if average == "micro":
        return hits.sum(), false_alarms.sum(), misses.sum()
    return hits, false_alarms, misses


def crossed(y_true: Any, y_pred: Any) -> Counts:
    """Return how often each true class (row) was given each class (column), of those that occur."""
    known = classes(y_true, y_pred)
    table = np.zeros((known.size, known.size))
    np.add.at(table, (np.searchsorted(known, y_true), np.searchsorted(known, y_pred)), 1.0)
    return table


def classes(y_true: Any, y_pred: Any) -> NDArray[np.int64]:
    """Return the classes that occur, in order."""
    return np.union1d(y_true, y_pred)


def share(part: Any, whole: Any) -> Any:
    """Return part / whole; nothing of nothing is 0, as in scikit-learn."""
    return np.where(whole == 0, 0.0, part / whole)


def averaged(score: Any, support: Any, average: str) -> Any:
    """Return the mean over classes: plain, or weighted by how often each is true."""
    ways: dict[str, Callable[[], Any]] = {
        "macro": lambda: np.sum(score) / np.size(score),
        "weighted": lambda: np.sum(score * support) / np.sum(support),
    }
    return ways[average]() if average in ways else score[()]


def average_fault(y_true: Any, y_pred: Any, average: str, **_: Any) -> str:
    """Say which average is needed where class 1 is not one of two."""
    known = classes(y_true, y_pred)
    if average != "binary" or known.size < 2 or (known.size == 2 and 1 in known):
        return ""
    return f"average is 'binary' for the classes {known.tolist()} (it takes 1 and one other)"
