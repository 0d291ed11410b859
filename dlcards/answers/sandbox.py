"""Runs a learner's own function in a process of its own: limits on time, memory and output.

Only text that the learner typed comes here, never a deck's. The limits protect from slips such as
an endless loop, not from an enemy: a learner may run what they like on their own machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 5.0  # for all cases together, the import of NumPy included
MEGABYTES = 2048  # of address space, of which NumPy's libraries take a part
MOST_OUTPUT = 1 << 22  # characters of the answer that are read

# The child: limits itself, reads the request, answers in one line of JSON on a stream of its own.
_CHILD = """\
import json, os, sys, traceback
answer = os.fdopen(os.dup(1), "w")
request = json.load(sys.stdin)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (request["bytes"], request["bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
except (ImportError, ValueError, OSError):
    pass
null = os.open(os.devnull, os.O_RDWR)
for stream in (0, 1, 2):
    os.dup2(null, stream)

def told(error):
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "answer.py"]
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    return {"error": f"{type(error).__name__}: {error}"[:400], "line": line or (lines[-1] if lines else 0)}

def plain(value):
    import numpy as np
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)) and any(isinstance(v, (np.ndarray, dict, list, tuple)) for v in value):
        return [plain(v) for v in value]
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"returns {type(value).__name__}, not numbers")
    return [[str(x) for x in array.astype(float).ravel().tolist()], list(array.shape)]

space = {"__name__": "answer"}
results = []
try:
    import numpy as np
    np.seterr(all="ignore")
    exec(compile(request["source"], "answer.py", "exec"), space)
    function = space.get(request["function"])
    if not callable(function):
        raise NameError(f"there is no function '{request['function']}'")
except BaseException as error:
    results = [told(error)]
else:
    for case in request["cases"]:
        try:
            arguments = {k: np.array(v, dtype=float) if isinstance(v, list) else v for k, v in case.items()}
            before = {k: v.copy() for k, v in arguments.items() if hasattr(v, "copy")}
            value = plain(function(**arguments))
            changed = [k for k, v in before.items() if not np.array_equal(v, arguments[k], equal_nan=True)]
            results.append({"value": value, "changed": changed})
        except BaseException as error:
            results.append(told(error))
            break
json.dump(results, answer)
"""


class Ran(NamedTuple):
    """What one case gave: a value, or an error with the line of the learner's text."""

    value: Any = None
    error: str = ""
    line: int = 0
    changed: tuple[str, ...] = ()  # arguments that were changed in place


def run(source: str, function: str, cases: Sequence[Mapping[str, Any]]) -> list[Ran]:
    """Run the function on each case until one fails. Never raises for what the text does."""
    request = {
        "source": source, "function": function, "cases": [dict(case) for case in cases],
        "seconds": int(SECONDS), "bytes": MEGABYTES << 20,
    }  # fmt: skip
    environ = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory(prefix="dlcards-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-I", "-c", _CHILD], input=json.dumps(request), text=True,
                capture_output=True, timeout=SECONDS + 2, cwd=folder, env=environ, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return [Ran(error=f"did not end within {SECONDS:.0f} seconds")]
    return _answered(done.stdout[:MOST_OUTPUT], done.returncode)


def _answered(text: str, status: int) -> list[Ran]:
    try:
        return [_ran(result) for result in json.loads(text)]
    except ValueError:
        if status == -24:  # SIGXCPU
            return [Ran(error=f"did not end within {SECONDS:.0f} seconds")]
        return [
            Ran(error="the process ended without an answer: too much memory or output, or an exit")
        ]


def _ran(result: Mapping[str, Any]) -> Ran:
    if "error" in result:
        return Ran(error=str(result["error"]), line=int(result["line"] or 0))
    return Ran(_arrays(result["value"]), changed=tuple(result["changed"]))


def _arrays(value: Any) -> Any:
    """Turn ["1.0", …], shape back into arrays; text, so that inf and nan survive."""
    import numpy as np

    if isinstance(value, dict):
        return {name: _arrays(part) for name, part in value.items()}
    if len(value) == 2 and all(isinstance(part, list) for part in value) and _is_leaf(value):
        return np.array([float(x) for x in value[0]]).reshape(value[1])
    return [_arrays(part) for part in value]


def _is_leaf(value: list[Any]) -> bool:
    return all(isinstance(x, str) for x in value[0]) and all(isinstance(n, int) for n in value[1])
