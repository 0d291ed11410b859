"""Hostile input: each is refused or read in milliseconds, with nothing imported or executed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from dlcards.answers.grammar import clean_learner, parse, show, strip_deck
from dlcards.answers.numeric import Unreadable, read_array, read_number, read_shape

HOSTILE = {
    # code
    "__import__('os').system('id')": "cannot be read", "().__class__": "cannot be read",
    "(1).__class__": "cannot be read", "exec('1')": "cannot be read", "eval('1')": "cannot be read",
    "open('/etc/passwd')": "cannot be read", "lambda: 0": "cannot be read", "import os": "unknown name",
    "os.system": "cannot be read", "print(1)": "unknown function", "exit()": "unknown function",
    "quit": "unknown name", "globals()": "unknown function", "getattr(1, 2)": "unknown function",
    "__builtins__": "unknown name", "__name__": "unknown name", "self": "unknown name",
    "a if b else c": "unknown name", "[x for x in 1]": "round brackets", "{}": "round brackets",
    "1 or 2": "unknown name", "not 1": "unknown name", "1 and 1": "unknown name", "1 is 1": "unknown name",
    "x := 3": "write / for a ratio", "x=1": "only the value", "1 == 1": "only the value", "1 != 2": "product out",
    "1; import os": "one formula", "`id`": "delete it", "$(id)": "delete it", "${HOME}": "delete it",
    "%s": "stands where", "{0}": "round brackets", "f'{1}'": "cannot be read", '"a"': "delete it",
    "b'1'": "cannot be read", "1\\n": "delete it", "\\frac{1}{2}": "delete it", "@1": "delete it",
    "#1": "delete it", "1 # comment": "delete it", "~1": "delete it", "1 & 2": "delete it",
    "1 >> 2": "delete it", "1 << 99999": "delete it", "1 ^": "too early", "1 // 2": "stands where",
    "Symbol('x')": "cannot be read", "Integer(1)": "unknown function", "S(1)": "unknown function",
    "lambdify(1)": "unknown function", "zoo": "unknown name", "oo": "unknown name", "I": "unknown name",
    "factorial(10)": "unknown function", "gamma(9)": "unknown function", "range(9)": "unknown function",
    "max(max)": "needs brackets", "max(1, key=2)": "only the value", "sum[1]": "round brackets",
    "exp.__call__(1)": "cannot be read", "sin.cos(1)": "cannot be read", "1.real": "unknown name",
    "1..real": "cannot be read", "1if 1else 2": "unknown name",
    # bombs of size
    "1e999999999": "exponent", "1e-999999999": "exponent", "9**9**9": "too large",
    "9^9^9^9^9^9": "too large", "99999999^99999999": "too large", "2^(2^(2^(2^9)))": "too large",
    "10^1000000": "too large", "exp(exp(exp(exp(9))))": "too large", "1e308^2": "too large",
    "(10^300)^(10^300)": "too large", "(2^1000)*(2^1000)": "not finite", "2^-99999999": 0.0,
    "0^99999999999": 0, "1^99999999999": 1, "(-1)^99999999999": -1, "9" * 301: "more than 300 digits",
    "9" * 401: "longer than 400", "1" + "0" * 399: "more than 300 digits", "0." + "0" * 398: 0.0,
    "0." + "0" * 390 + "1": "too small", "0^0^0^0": 1, "10⁹⁹⁹⁹⁹": "exponent", "1e308k": "too large",
    "sinh(1e308)": "too large", "sin(1e308)": 0.4533964905,
    # bombs of depth and length
    "(" * 400: "more than 300", "(" * 41 + "1" + ")" * 41: "nested", "-" * 399 + "1": "more than 300",
    "-" * 290 + "1": "nested", "√" * 200 + "1": "nested", "|" * 200: "nested", "sin(" * 90 + "1": "nested",
    "ln " * 130 + "2": "nested", "2^" * 149 + "2": "nested", "1+" * 149 + "1": 150, "1+" * 199 + "1": "more than 300",
    "max(" + "1," * 140 + "1)": 1, "1," * 199: "more than 300", "x" * 5000: "longer than 400",
    "(1)" * 50: 1, "(1)" * 101: "more than 300", "1%" + "%" * 290: 0.0, " " * 401: "longer than 400",
    "\n" * 300: "nothing to read", "[" * 400: "round brackets", ")" * 300: "stands where",
    "²" * 100: "exponent", "2" + "²" * 2: 2**22, "2²" + "^2" * 140: "nested", ".": "delete it",
    "e" * 300: "unknown name", "_" * 300: "unknown name", "1e" * 100: "unknown name",
    # characters that are obeyed or unseen
    "\x1b[31m1": "U+001B (control)", "1\x00": "U+0000", "1\x07": "U+0007", "1\x08\x08": "U+0008", "1\x7f": "U+007F",
    "1\x9b0m": "U+009B", "1\r2": "U+000D", "\u202e1": "right-to-left override", "1\u202d": "U+202D",
    "1\u2066": "U+2066", "1\u200b": "zero width space", "1\u200d2": "zero width joiner", "\ufeff1": "U+FEFF",
    "1\u00ad": "soft hyphen", "1\u2028": "line separator", "1\u2029": "U+2029", "1\ue000": "U+E000",
    "1\ud800": "U+D800", "1\U000e0041": "U+E0041", "1\uffff": "U+FFFF", "1\u2060": "word joiner",
    # look-alikes and markup
    "с": "looks like 'c'", "ѕin(1)": "looks like 's'", "ο": "looks like 'o'", "𝟏": "type '1'", "ｅ": "type 'e'",
    "1̸": "cannot be read", "Ⅷ": "type 'VIII'", "½½": "side by side", "①": "type '1'", "[bold]1[/bold]": "round brackets",
    "[link=http://x]1[/link]": "round brackets", "<script>": "delete it", "🔥": "delete it", "1🔥": "delete it",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_text_has_a_harmless_outcome(text: str) -> None:
    expected = HOSTILE[text]
    if isinstance(expected, str):
        with pytest.raises(Unreadable) as fault:
            read_number(text)
        assert expected in str(fault.value)
        assert str(fault.value.caret()).isascii() or "\x1b" not in fault.value.caret()
    else:
        assert read_number(text).value == pytest.approx(expected)


def test_there_are_enough_attacks() -> None:
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("read", [read_number, read_array, read_shape])
def test_hostile_text_costs_milliseconds(read) -> None:  # type: ignore[no-untyped-def]
    read_array("1 2")  # NumPy is imported now
    slowest = 0.0
    for text in HOSTILE:
        start = time.process_time()
        with suppress(Unreadable):
            read(text)
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 0.1  # two orders below what a bomb costs, two above what a shared machine adds


def test_scalars_need_neither_numpy_nor_sympy() -> None:
    program = """
import json, sys
from dlcards.answers import diagnose, grammar, numeric, text
for line in json.load(sys.stdin):
    try:
        reading = numeric.read_number(line)
        numeric.judge("scalar", 0.5, reading.value), numeric.format_value(reading.value)
        diagnose.generic("scalar", 0.5, reading.value)
    except numeric.Unreadable as fault:
        str(fault), fault.caret()
    try:
        numeric.judge("shape", (1, 2), numeric.read_shape(line).value)
    except numeric.Unreadable as fault:
        pass
    text.judge_text(line, ["batch norm"])
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"numpy", "sympy", "msgspec", "rich", "yaml", "os.system", "subprocess"}))
"""
    texts = json.dumps([*HOSTILE, "64x112x112", "-log(0.8)", "(1, 2)"])
    done = subprocess.run(
        [sys.executable, "-c", program], input=texts, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize(
    "text",
    ["(" * 1999, "[" * 1999, "-" * 400 + "1", "1+" * 400 + "1", "f(" * 400, "x[0" * 300, "1+" * 248 + "1"],
)  # fmt: skip
def test_a_hostile_deck_formula_is_refused_or_read(text: str) -> None:
    with suppress(Unreadable):
        assert show(parse(text, deck=True, names=None))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred", "[31mred"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("x[i] and [bold]", "x[i] and [bold]"),
        ("ﬁ é 数 🔥", "ﬁ é 数 🔥"),
    ],
)
def test_deck_text_loses_what_a_terminal_obeys(text: str, left: str) -> None:
    assert strip_deck(text) == left


def test_learner_text_is_composed_and_lines_are_kept() -> None:
    assert clean_learner("e\u0301\r\n1\t2") == "\u00e9\n1\t2"


def test_the_caret_never_repeats_a_control_character() -> None:
    with pytest.raises(Unreadable) as fault:
        clean_learner("1\x1b]0;title\x07")
    assert fault.value.caret() == "1?]0;title?\n ^"
