"""What is wrong with a formula, what MathJax is given, how prose is cut, how wide a text is."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.tex import TexError, mathjax, parse, problems, split, width
from dlcards.tex.macros import ENVIRONMENTS, MACROS


@pytest.mark.parametrize(
    ("source", "message", "position"),
    [
        (r"x + \foo", r"unknown macro \foo", 4),
        ("{a", "{ is never closed by }", 0),
        ("a}", "unopened }", 1),
        (r"\frac{a}", "an argument is missing", 8),
        ("x^", "an argument is missing", 2),
        ("x^a^b", "second ^ on the same base", 3),
        ("x_a_b", "second _ on the same base", 3),
        (r"\left( a", r"\left is never closed by \right", 0),
        (r"a \right)", r"\right without \left", 2),
        (r"\left x \right)", "x is not a delimiter", 6),
        (r"\begin{foo} x \end{foo}", "unknown environment foo", 0),
        (r"\begin{matrix} x", r"\begin is never closed by \end", 0),
        (r"\begin{matrix} x \end{cases}", r"\begin{matrix} is ended by \end{cases}", 0),
        (r"\text{a", r"\text{ is never closed", 0),
        (r"\text a", r"\text needs {…}", 0),
        (r"\text{\foo}", r"\foo inside text", 6),
        (r"\sqrt[3 x", "[ is never closed by ]", 5),
        ("50 % x", r"% begins a comment (write \%)", 3),
        ("$x$", r"$ inside mathematics (write \$)", 0),
        ("x\\", "a backslash ends the formula", 1),
        ("x\x0crac", r"control character '\x0c'", 1),
    ],
)
def test_refusal_says_what_and_where(source: str, message: str, position: int) -> None:
    with pytest.raises(TexError) as caught:
        parse(source)
    assert (caught.value.message, caught.value.position) == (message, position)
    assert str(caught.value) == f"column {position + 1}: {message}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{a}{b}", []),
        (r"\sofmax(x)", [r"column 1: \sofmax is not known (did you mean \softmax?)"]),
        (r"\zzzzzzzz", [r"column 1: \zzzzzzzz is not known"]),
        ("{a", ["column 1: { is never closed by }"]),
        (
            "x + \x0crac{a}{b}",
            [
                "column 5: control character '\\x0c', the remains of \\frac "
                "(put the formula in single quotes)"
            ],
        ),
        (
            "\theta",
            [
                "column 1: control character '\\t', the remains of \\theta "
                "(put the formula in single quotes)"
            ],
        ),
        ("a +\nu", []),
        ("a\t+ b", []),
        ("a\x07", ["column 2: control character '\\x07'"]),
    ],
    ids=ascii,
)
def test_problems(source: str, expected: list[str]) -> None:
    assert problems(source) == expected


def test_all_unknown_macros_are_reported_at_once() -> None:
    assert len(problems(r"\foo \bra \foo")) == 3


def test_unknown_environment_names_the_known_ones() -> None:
    (problem,) = problems(r"\begin{pmatirx} x \end{pmatirx}")
    assert "unknown environment pmatirx" in problem
    assert "pmatrix" in problem


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_formula_has_problems_exactly_if_it_cannot_be_read(source: str) -> None:
    try:
        parse(source)
    except TexError:
        assert problems(source)
    else:
        assert problems(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\bm{x}", r"\boldsymbol{x}"),
        (r"\bm x", r"\boldsymbol x"),
        (r"\argmin_x", r"\operatorname*{arg\,min}_x"),
        (r"\argmax", r"\operatorname*{arg\,max}"),
        (r"\mathbbm{1}", r"\mathbb{1}"),
        (r"\softmax(x)", r"\operatorname{softmax}(x)"),
        (r"a \\bm", r"a \\bm"),
        (r"\bmod", r"\bmod"),
        (r"\begin{align*}x\end{align*}", r"\begin{aligned}x\end{aligned}"),
        (r"\begin{cases}x\end{cases}", r"\begin{cases}x\end{cases}"),
        (r"\frac{a}{b}", r"\frac{a}{b}"),
        (r"\unknown", r"\unknown"),
    ],
)
def test_mathjax(source: str, expected: str) -> None:
    assert mathjax(source) == expected


def test_mathjax_of_mathjax_changes_nothing() -> None:
    every = " ".join("\\" + name for name in MACROS)
    assert mathjax(mathjax(every)) == mathjax(every)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_is_read(name: str) -> None:
    columns = "{cc}" if ENVIRONMENTS[name].spec else ""
    parse(rf"\begin{{{name}}}{columns} a & b \\ c & d \end{{{name}}}")


@pytest.mark.parametrize("name", [n for n, m in MACROS.items() if m.kind == "sign"])
def test_every_sign_is_read_and_has_an_ascii_form(name: str) -> None:
    parse("\\" + name)
    assert MACROS[name].ascii.isascii()
    assert bool(MACROS[name].ascii) == bool(MACROS[name].text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", [("text", "plain")]),
        ("", []),
        ("a $x$ b", [("text", "a "), ("math", "x"), ("text", " b")]),
        ("$$x$$", [("display", "x")]),
        ("$$a$b$$", [("display", "a$b")]),
        ("`x[i]`", [("code", "x[i]")]),
        ("`` a`b ``", [("code", " a`b ")]),
        ("**b**", [("bold", "b")]),
        (r"cost \$5", [("text", "cost $5")]),
        (r"$a \$ b$", [("math", r"a \$ b")]),
        ("$5 and $10", [("text", "$5 and $10")]),
        ("`$x$` $`y`$", [("code", "$x$"), ("text", " "), ("math", "`y`")]),
        ("`**a**`", [("code", "**a**")]),
        ("$a**b$ **c**", [("math", "a**b"), ("text", " "), ("bold", "c")]),
        ("**a $x$ b**", [("bold", "a "), ("math", "x"), ("bold", " b")]),
        ("**a", [("text", "**a")]),
        ("a ** b ** c", [("text", "a ** b ** c")]),
        ("`a", [("text", "`a")]),
        ("$a", [("text", "$a")]),
        ("$$a", [("text", "$$a")]),
        ("****", [("text", "****")]),
        (r"$\|x\|$", [("math", r"\|x\|")]),
    ],
)
def test_split(text: str, pieces: list[tuple[str, str]]) -> None:
    assert split(text) == tuple(pieces)


@given(st.text(st.sampled_from("ab $`*\\\n"), max_size=30))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_split_loses_nothing_but_marks(text: str) -> None:
    letters = "".join(piece for _, piece in split(text))
    assert [c for c in letters if c in "ab"] == [c for c in text if c in "ab"]
    assert all(piece for _, piece in split(text))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("m̂ₜ", 2), ("x\u20d7", 1), ("漢字", 4), ("𝔼", 1), ("⎛─⎞", 3), ("", 0)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_importing_stays_cheap() -> None:
    heavy = "{'dataclasses', 'inspect', 'difflib', 'numpy', 'sympy', 'rich', 'yaml', 'msgspec'}"
    code = f"import sys, dlcards.tex; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
