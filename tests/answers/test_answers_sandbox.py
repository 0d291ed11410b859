"""Programs as learners write them, in a process of its own: what comes back, and what cannot."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcards.answers import sandbox

CASES = [{"x": [1.0, 2.0]}, {"x": [3.0, 4.0]}]
HEAD = "import numpy as np\ndef f(x):\n"


def body(*lines: str) -> str:
    """A function `f(x)` of these lines; the first of them is line 3."""
    return HEAD + "".join(f"    {line}\n" for line in lines)


def run(source: str, cases: Any = None) -> list[sandbox.Ran]:
    return sandbox.run(source, "f", CASES if cases is None else cases)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("return x + 1", [2.0, 3.0]),
        ("return list(x)", [1.0, 2.0]),
        ("return x.sum()", 3.0),
        ("return float(x[0])", 1.0),
        ("return x > 1", [0.0, 1.0]),
        ("return x * np.inf", [np.inf, np.inf]),
        ("return x * np.nan", [np.nan, np.nan]),
        ("return x[:0]", []),
        ("return np.float32(0.5)", 0.5),
        ("return [[1, 2], [3, 4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("return x, x", [[1.0, 2.0], [1.0, 2.0]]),
        ("return x / 0", [np.inf, np.inf]),
    ],
)
def test_values_come_back(line: str, value: Any) -> None:
    first = run(body(line))[0]
    assert (first.error, first.changed) == ("", ())
    np.testing.assert_array_equal(first.value, np.array(value))


def test_several_outputs_come_back() -> None:
    (ran,) = run(body("return x, x.sum()"), CASES[:1])
    assert [part.tolist() for part in ran.value] == [[1.0, 2.0], 3.0]
    (ran,) = run(body("return {'a': x, 'b': (x, 1)}"), CASES[:1])
    assert ran.value["a"].tolist() == [1.0, 2.0]
    assert [part.tolist() for part in ran.value["b"]] == [[1.0, 2.0], 1.0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1.0, 2.0], "float64 (2,)"),
        ([1, 2], "float64 (2,)"),
        (np.array([1, 2]), "int64 (2,)"),
        (np.array([[True]]), "bool (1, 1)"),
        (np.array([], dtype=int), "int64 (0,)"),
        (2, "int ()"),
        (0.5, "float ()"),
        ("sum", "str ()"),
        (None, "NoneType ()"),
        ((2, 3), "list ()"),
    ],
)
def test_arguments_arrive_with_their_types(given: Any, said: str) -> None:
    source = body("kind = str(x.dtype) if hasattr(x, 'dtype') else type(x).__name__",
                  "raise ValueError(f'{kind} {np.shape(x) if hasattr(x, \"dtype\") else ()}')")  # fmt: skip
    assert run(source, [{"x": given}])[0].error == f"ValueError: {said}"


@pytest.mark.parametrize(
    ("source", "error", "line"),
    [
        pytest.param(body("return y"), "NameError: name 'y' is not defined", 3, id="unknown name"),
        pytest.param(body("", "return 1 / 0"), "ZeroDivisionError: division by zero", 4, id="division"),
        pytest.param(body("return x[5]"), "IndexError", 3, id="index"),
        pytest.param(body("return x @ np.ones(3)"), "ValueError: matmul", 3, id="shapes"),
        pytest.param(body("return x +"), "SyntaxError: invalid syntax", 3, id="syntax"),
        pytest.param("def f(x):\nreturn x", "IndentationError: expected an indented block", 2, id="indentation"),
        pytest.param("x = 1 / 0\n", "ZeroDivisionError", 1, id="at the top"),
        pytest.param("import nowhere\n", "ModuleNotFoundError", 1, id="import"),
        pytest.param("def g(x): return x", "NameError: there is no function 'f'", 0, id="no function"),
        pytest.param("f = 3", "NameError: there is no function 'f'", 0, id="not a function"),
        pytest.param("def f(): return 1", "TypeError: f() got an unexpected keyword", 0, id="no parameter"),
        pytest.param("def f(y): return 1", "TypeError: f() got an unexpected keyword", 0, id="other parameter"),
        pytest.param(body("return f(x)"), "RecursionError: maximum recursion", 3, id="recursion"),
        pytest.param(body("assert False"), "AssertionError", 3, id="no message"),
        pytest.param(body("return None"), "TypeError: the function returns NoneType, not numbers", 0, id="None"),
        pytest.param(body("return 'text'"), "TypeError: the function returns str, not numbers", 0, id="a string"),
        pytest.param(body("return f"), "TypeError: the function returns function, not numbers", 0, id="a function"),
        pytest.param(body("return 1j"), "TypeError: the function returns complex, not numbers", 0, id="complex"),
        pytest.param(body("return [x, None]"), "TypeError", 0, id="a list with None"),
        pytest.param(body("yield x"), "TypeError: the function returns generator", 0, id="generator"),
        pytest.param(body("import sys", "sys.exit()"), "SystemExit", 4, id="sys.exit"),
        pytest.param(body("import sys", "sys.exit(3)"), "SystemExit: 3", 4, id="sys.exit(3)"),
        pytest.param(body("raise KeyboardInterrupt"), "KeyboardInterrupt", 3, id="KeyboardInterrupt"),
        pytest.param(body("import os", "os._exit(0)"), "the process ended without an answer", 0, id="os._exit"),
        pytest.param(body("import os", "os.abort()"), "the process ended without an answer", 0, id="abort"),
        pytest.param(body("return input()"), "EOFError", 3, id="reading stdin"),
        pytest.param(body("import sys", "return sys.stdin.read()"), "TypeError: the function returns str", 0, id="stdin"),
        pytest.param(body("return np.zeros(10**11)"), "MemoryError", 3, id="memory hog"),
        pytest.param(body("return 'a' * 10**11"), "MemoryError", 3, id="long string"),
        pytest.param(body("return np.zeros(10**6)"), "ValueError: the function returns 1,000,000 numbers", 0, id="huge output"),
        pytest.param(body("raise ValueError('a' * 10**6)"), "ValueError: aaaa", 3, id="huge message"),
        pytest.param(body("return open('/nowhere/file').read()"), "FileNotFoundError", 3, id="no such file"),
        pytest.param("\x00", "", 0, id="a zero byte"),
        pytest.param("\ud800", "", 0, id="half a character"),
        pytest.param("(" * 5000, "", 0, id="brackets"),
        pytest.param("def f(x):\n" + "".join(f"{' ' * n}if x:\n" for n in range(1, 150)), "", 0, id="too deep"),
    ],
)  # fmt: skip
def test_what_fails_is_said_with_its_line(source: str, error: str, line: int) -> None:
    (ran,) = run(source)
    assert ran.error.startswith(error)
    assert ran.error
    assert len(ran.error) <= 400
    assert not line or ran.line == line


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["print('a' * 10**6)", "return x"], id="printing"),
        pytest.param(["import sys", "sys.stdout.write('{}')", "sys.stderr.write('x')", "return x"], id="stdout"),
        pytest.param(["import sys", "sys.stdout.close()", "return x"], id="closing stdout"),
        pytest.param(["import threading, time", "threading.Thread(target=time.sleep, args=(60,)).start()", "return x"], id="a thread that goes on"),
        pytest.param(["import warnings", "warnings.warn('careful')", "return x"], id="a warning"),
        pytest.param(["import subprocess, sys", "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])", "return x"], id="a process that goes on"),
        pytest.param(["global len", "len = None", "return x"], id="a builtin shadowed"),
        pytest.param(["import json", "json.dumps = None", "return x"], id="json broken"),
    ],
)  # fmt: skip
def test_side_effects_do_no_harm(lines: list[str]) -> None:
    start = time.monotonic()
    ran = run(body(*lines))
    assert time.monotonic() - start < sandbox.SECONDS
    if "json.dumps" in str(lines):
        assert len(ran) == 1
    else:
        assert [one.value.tolist() for one in ran] == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "line", ["x += 1; return x", "x[0] = 0; return x", "x.sort(); x[:] = x[::-1]; return x"]
)
def test_an_argument_changed_in_place_is_named(line: str) -> None:
    assert run(body(line))[0].changed == ("x",)


def test_each_case_has_fresh_arguments() -> None:
    same = [{"x": [1.0]}, {"x": [1.0]}]
    assert [ran.value.tolist() for ran in run(body("x += 1", "return x"), same)] == [[2.0], [2.0]]


def test_cases_before_the_failure_are_kept() -> None:
    ran = run(body("if x[0] > 2: raise ValueError('large')", "return x"))
    assert [one.error for one in ran] == ["", "ValueError: large"]
    ran = run(body("import os", "if x[0] > 2: os._exit(1)", "return x"))
    assert ran[0].value.tolist() == [1.0, 2.0]
    assert ran[1].error.startswith("the process ended")


@pytest.mark.parametrize(
    "source",
    [
        body("while True: pass"),
        "while True: pass",
        body("import time", "time.sleep(60)"),
        body("import signal, time", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(60)"),
    ],
    ids=["in the function", "at the top", "asleep", "ignoring signals"],
)  # fmt: skip
def test_an_endless_loop_ends(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 1.0)
    monkeypatch.setattr(sandbox, "PATIENCE", 0.5)
    start = time.monotonic()
    (ran,) = run(source)
    assert ran.error == sandbox.TOO_LONG
    assert time.monotonic() - start < 4


def test_children_of_the_child_end_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    source = body("import subprocess, sys",
                  "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
                  f"open({str(mark)!r}, 'w').write(str(p.pid))", "return x")  # fmt: skip
    run(source, CASES[:1])
    pid = int(mark.read_text())
    for _ in range(100):
        if not _alive(pid):
            return
        time.sleep(0.02)
    raise AssertionError("it goes on")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_child_knows_no_secrets_and_leaves_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    source = body("import os", "open('left.txt', 'w').write('x')",
                  "raise ValueError(repr(sorted(os.environ)) + os.getcwd())")  # fmt: skip
    error = run(source)[0].error
    assert "API_TOKEN" not in error
    assert "HOME" not in error
    folder = error.rpartition("]")[2]
    assert folder != str(Path.cwd())
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    "forged",
    ["[1]", "{}", "3", '{"value": 1, "changed": []}', '{"error": "x"}', "[" * 5000, "null", "\\xff",
     '{"value": {"numbers": ["x"], "shape": [1]}, "changed": []}',
     '{"value": {"numbers": ["1"], "shape": [2]}, "changed": []}'],
)  # fmt: skip
def test_a_forged_answer_does_not_crash_us(forged: str) -> None:
    lines = [f"for fd in range(3, 20):\n        try: os.write(fd, {forged!r}.encode() + b'\\n')\n        except OSError: pass"]  # fmt: skip
    ran = run("import os\n" + body(*lines, "return x"))
    assert ran
    assert all(isinstance(one, sandbox.Ran) for one in ran)


def test_our_own_request_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is infinite or not a number survives the way there."""
    (ran,) = run(body("return x"), [{"x": [np.inf, -np.inf, np.nan, 1e-320]}])
    assert json.dumps(ran.value.tolist()) == "[Infinity, -Infinity, NaN, 1e-320]"
