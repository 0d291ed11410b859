"""The registry over lines of JSON: one request in, one answer out, never an exception.

A request is `{"op": "softmax", "args": {"input": [1, 2]}, "wrt": ["input"], "grad_output": [1, 0]}`
and its answer `{"value": …, "grad": {"input": …}}`, or `{"error": "one sentence"}`. `grad` is there
where `wrt` is: the gradient of the sum of value times `grad_output`, which is ones where absent.
Arrays are nested lists, named outputs are objects, and "inf", "-inf", "nan" are numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcards.errors import DlcardsError, UsageError, near
from dlcards.ops import find

_FIELDS = ("op", "args", "wrt", "grad_output")
_WORDS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def answer(line: str) -> str:
    """Return the answer to one line as one line, without a line end."""
    try:
        return json.dumps(_reply(_parsed(line)), separators=(",", ":"), allow_nan=False)
    except DlcardsError as error:
        return _error(str(error))
    except RecursionError:
        return _error("request: lists within lists without end (at most a few hundred deep)")
    except MemoryError:
        return _error("request: the answer does not fit into memory (ask for less)")


def decode(value: Any) -> Any:
    """Make numbers of the words "inf", "-inf" and "nan", wherever they stand."""
    match value:
        case str():
            return _WORDS.get(value, value)
        case list():
            return [decode(entry) for entry in value]
        case dict():
            return {name: decode(entry) for name, entry in value.items()}
    return value


def encode(value: Any) -> Any:
    """Make JSON of what an op returns: lists of arrays, words of numbers that are not finite."""
    match value:
        case np.ndarray() | np.generic():
            return encode(value.tolist())
        case Mapping():
            return {str(name): encode(entry) for name, entry in value.items()}
        case list() | tuple():
            return [encode(entry) for entry in value]
        case float() if not math.isfinite(value):
            return str(value)
    return value


def _reply(request: Mapping[str, Any]) -> dict[str, Any]:
    op = find(_op_name(request))
    args = _object(request, "args")
    wrt = _names(request)
    value = op(**args)
    if not wrt:
        return {"value": encode(value)}
    grads = op.grad(**args, grad_output=decode(request.get("grad_output")))
    return {"value": encode(value), "grad": encode(_picked(op.name, grads, wrt))}


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise UsageError(f"request: not JSON ({error})") from None
    if not isinstance(request, dict):
        raise UsageError('request: not an object (it takes {"op": …, "args": {…}})')
    for name in request:
        if name not in _FIELDS:
            raise UsageError(f"request: unknown field {name!r} (it takes {', '.join(_FIELDS)})")
    return request


def _op_name(request: Mapping[str, Any]) -> str:
    name = request.get("op")
    if not isinstance(name, str):
        raise UsageError("request: op is missing (it takes the name of an op)")
    return name


def _object(request: Mapping[str, Any], field: str) -> dict[str, Any]:
    value = request.get(field, {})
    if not isinstance(value, dict):
        raise UsageError(f"request: {field} is not an object (it takes arguments by name)")
    return {name: decode(entry) for name, entry in value.items()}


def _names(request: Mapping[str, Any]) -> list[str]:
    names = request.get("wrt") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError("request: wrt is not a list of names (it takes the names of arguments)")
    return names


def _picked(op: str, grads: Mapping[str, Any], wrt: list[str]) -> dict[str, Any]:
    """Pick the gradients asked for; `params` stands for each of `params.weight`, `params.bias`."""
    picked: dict[str, Any] = {}
    for asked in wrt:
        found = {k: g for k, g in grads.items() if k == asked or k.startswith(f"{asked}.")}
        if not found:
            hint = near(asked, grads) or f"it has {', '.join(grads)}"
            raise UsageError(f"{op}: no gradient with respect to {asked!r} ({hint})")
        picked |= found
    return picked


def _error(sentence: str) -> str:
    return json.dumps({"error": " ".join(sentence.split())}, separators=(",", ":"))
