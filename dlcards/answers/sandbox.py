"""Runs a learner's own function in a process of its own: limits on time, memory and output.

Only text that the learner typed comes here, never a deck's. The limits protect from slips such as
an endless loop, not from an enemy: a learner may run what they like on their own machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 5.0  # of computing, for all cases together, the import of NumPy included
PATIENCE = 2.0  # more seconds by the clock, for a machine that is busy
MEGABYTES = 2048  # of address space, of which NumPy's libraries take a part
MOST_NUMBERS = 100_000  # in what a function returns
MOST_OUTPUT = 1 << 23  # characters of all answers that are read
TOO_LONG = f"did not end within {SECONDS:.0f} seconds: look for a loop without an end"

# The child: limits itself, reads the request, answers each case in a line of JSON on a stream of
# its own. It leaves by os._exit, so that threads which go on cannot keep it.
_CHILD = """\
import json, os, sys, traceback
answer = os.dup(1)
request = json.load(sys.stdin)
sys.path[:] = request["path"]
try:
    import resource
    for what, limit in (("CPU", request["seconds"]), ("AS", request["bytes"]), ("FSIZE", 1 << 20), ("CORE", 0)):
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), (limit, limit + (what == "CPU")))
except (ImportError, ValueError, OSError):
    pass
null = os.open(os.devnull, os.O_RDWR)
for stream in (0, 1, 2):
    os.dup2(null, stream)

def tell(result):
    text = (json.dumps(result) + "\\n").encode()
    while text:
        text = text[os.write(answer, text):]

def told(error):
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "answer.py"]
    line = lines[-1] if lines else 0
    said = str(error)
    if isinstance(error, SyntaxError) and error.filename == "answer.py":
        line, said = error.lineno or 0, error.msg
    return {"error": f"{type(error).__name__}: {said}".rstrip(": ")[:400], "line": line}

def plain(value):
    import numpy as np
    if isinstance(value, dict):
        return {"names": {str(k): plain(v) for k, v in value.items()}}
    if isinstance(value, (tuple, list)) and any(isinstance(v, (np.ndarray, dict, list, tuple)) for v in value):
        try:
            return numbers(np.asarray(value))
        except (TypeError, ValueError):
            return {"parts": [plain(v) for v in value]}
    return numbers(np.asarray(value), type(value).__name__)

def numbers(array, name="an array of objects"):
    if array.dtype.kind not in "biuf":
        raise TypeError(f"the function returns {name}, not numbers")
    if array.size > request["most"]:
        raise ValueError(f"the function returns {array.size:,} numbers")
    return {"numbers": [str(x) for x in array.astype(float).ravel().tolist()], "shape": list(array.shape)}

def given(kind, value):
    import numpy as np
    return value if kind == "plain" else np.array(value, dtype=kind)

def changed(before, after):
    import numpy as np
    return [k for k, v in before.items() if isinstance(v, np.ndarray) and not np.array_equal(v, after[k], equal_nan=True)]

space = {"__name__": "answer"}
try:
    import numpy as np
    np.seterr(all="ignore")
    exec(compile(request["source"], "answer.py", "exec"), space)
    function = space.get(request["function"])
    if not callable(function):
        raise NameError(f"there is no function '{request['function']}'")
    for case in request["cases"]:
        before, after = ({k: given(*v) for k, v in case.items()} for _ in range(2))
        value = plain(function(**after))
        tell({"value": value, "changed": changed(before, after)})
except BaseException as error:
    tell(told(error))
os._exit(0)
"""


class Ran(NamedTuple):
    """What one case gave: a value, or an error with the line of the learner's text."""

    value: Any = None  # an array, a list or a dict of such
    error: str = ""
    line: int = 0
    changed: tuple[str, ...] = ()  # arguments that were changed in place


def run(source: str, function: str, cases: Sequence[Mapping[str, Any]]) -> list[Ran]:
    """Run the function on each case until one fails. Never raises for what the text does."""
    request = {
        "source": source, "function": function, "seconds": int(SECONDS), "bytes": MEGABYTES << 20,
        "most": MOST_NUMBERS, "path": [entry for entry in sys.path if entry],
        "cases": [{name: _sent(value) for name, value in case.items()} for case in cases],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dlcards-", ignore_cleanup_errors=True) as folder:
        text, reason = _child(json.dumps(request), folder)
    ran = _answered(text)
    if len(ran) < len(cases) and not any(one.error for one in ran):
        ran.append(Ran(error=reason))
    return ran[: len(cases)]


def _sent(value: Any) -> tuple[str, Any]:
    """A value with the type that it has on arrival: arrays keep theirs, lists become floats."""
    if hasattr(value, "dtype"):
        return value.dtype.kind + "8" if value.dtype.kind in "if" else "bool", value.tolist()
    return ("f8", value) if isinstance(value, list) else ("plain", value)


def _child(request: str, folder: str) -> tuple[str, str]:
    """What the child wrote, and why it ended if that is not all."""
    environ = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-c", _CHILD], stdin=subprocess.PIPE, stdout=output,
            stderr=subprocess.DEVNULL, cwd=folder, env=environ, start_new_session=True,
        ) as child,
    ):  # fmt: skip
        try:
            child.communicate(request.encode(), timeout=SECONDS + PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end(child)
        output.seek(0)
        return output.read(MOST_OUTPUT).decode("ascii", "replace"), _reason(child.returncode)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; a file took its output, so nobody waits for them."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()


def _reason(status: int) -> str:
    if -status in (signal.SIGKILL, getattr(signal, "SIGXCPU", 0)):
        return TOO_LONG
    return "the process ended without an answer: too much memory or output, or an exit"


def _answered(text: str) -> list[Ran]:
    """Read the lines down to the first that is cut off, or was not written by us."""
    ran: list[Ran] = []
    for line in text.splitlines():
        try:
            ran.append(_ran(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            break
    return ran


def _ran(result: Mapping[str, Any]) -> Ran:
    if "error" in result:
        return Ran(error=str(result["error"]), line=int(result["line"]))
    return Ran(_arrays(result["value"]), changed=tuple(map(str, result["changed"])))


def _arrays(value: Mapping[str, Any]) -> Any:
    """Turn texts and shapes back into arrays; texts, so that inf and nan survive."""
    import numpy as np

    if "names" in value:
        return {name: _arrays(part) for name, part in value["names"].items()}
    if "parts" in value:
        return [_arrays(part) for part in value["parts"]]
    return np.array([float(x) for x in value["numbers"]]).reshape(value["shape"])
