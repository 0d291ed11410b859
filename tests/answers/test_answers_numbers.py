"""What a typed number is read as, or refused with what and where."""

from __future__ import annotations

import math

import pytest

from dlcards.answers.numeric import Unreadable, read_number, read_percent

ACCEPTED = {
    # plain
    "0": 0, "7": 7, "42": 42, " 42 ": 42, "+3": 3, "-3": -3, "- 3": -3, "--3": 3, "-+3": -3,
    "0.5": 0.5, ".5": 0.5, "5.": 5.0, "-.5": -0.5, "0.0": 0.0, "-0": 0, "123456789": 123456789,
    "3.14159": 3.14159, "0.001": 0.001,
    # powers of ten
    "5e-1": 0.5, "5E-1": 0.5, "1e5": 1e5, "1e+5": 1e5, "2.5e3": 2500, ".5e1": 5, "1e-7": 1e-7,
    "1e308": 1e308, "1e-300": 1e-300, "1e007": 1e7, "2e": 2 * math.e,
    # thousands
    "1,000": 1000, "12,345": 12345, "1,234,567": 1234567, "138,357,544": 138357544,
    "1,000.5": 1000.5, "1,000 + 1": 1001, "2*1,000": 2000, "1_000": 1000, "1_000_000": 10**6,
    # arithmetic
    "1/3": 1 / 3, "2/4": 0.5, "6/3": 2, "1+2": 3, "1 - 2": -1, "2*3": 6, "1+2*3": 7, "(1+2)*3": 9,
    "2-3-4": -5, "8/4/2": 1, "8/(4/2)": 4, "64*3*7*7+64": 9472, "4*16*(16+8+1)": 1600,
    "(224-11)/4+1": 54.25, "1/(2*3)": 1 / 6, "(224 - 7 + 2*3)/2 + 1": 112.5, "2*-3": -6,
    "((((1))))": 1, "2(3)": 6, "(2)(3)": 6, "2(1+1)(3)": 12,
    # powers
    "2^10": 1024, "2**10": 1024, "2^-1": 0.5, "-2^2": -4, "(-2)^2": 4, "2^3^2": 512, "4^0.5": 2,
    "2^-1/2": 0.25, "0^0": 1, "3²": 9, "2³": 8, "10⁻²": 0.01, "2¹⁰": 1024, "-3²": -9, "10^3": 1000,
    "9^(1/2)": 3, "2^100": 2**100,
    # functions
    "ln 2": math.log(2), "ln(2)": math.log(2), "log(2)": math.log(2), "log 2": math.log(2),
    "log2(8)": 3, "log2 8": 3, "log_2(8)": 3, "log10(1000)": 3, "log_10(100)": 2,
    "-log(0.8)": -math.log(0.8), "-ln 0.8": -math.log(0.8), "-log(1/3)": math.log(3),
    "exp(1)": math.e, "exp(-2)": math.exp(-2), "sqrt(2)/2": math.sqrt(0.5), "sqrt 2": math.sqrt(2),
    "√2": math.sqrt(2), "√(2)": math.sqrt(2), "√2/2": math.sqrt(0.5), "√(9)·2": 6, "3√2": 3 * math.sqrt(2),
    "√4^3": 8, "ln 2^3": math.log(8), "ln(2)^2": math.log(2) ** 2, "ln²(2)": math.log(2) ** 2,
    "tanh^2(1)": math.tanh(1) ** 2, "1-tanh(0.5)^2": 1 - math.tanh(0.5) ** 2, "ln ln 3": math.log(math.log(3)),
    "abs(-3)": 3, "|-3|": 3, "|1-3|*2": 4, "2|3|": 6, "||-3|-1|": 2, "|2(|-3|)|": 6, "|(2|3|)|": 6, "sign(-2)": -1,
    "floor(2.7)": 2, "ceil(2.1)": 3, "round(2.6)": 3, "max(1, 2)": 2, "min(1, 2, -3)": -3,
    "max(0, -1)": 0, "max(1,200)": 200, "min(1,200)": 1, "sum(1, 2, 3)": 6, "mean(1, 2, 6)": 3, "sin(0)": 0, "cos(0)": 1, "tan(0)": 0,
    "sinh(0)": 0, "cosh(0)": 1, "tanh(0)": 0, "sech(0)": 1, "erf(0)": 0, "erfc(0)": 1,
    "sigmoid(0)": 0.5, "σ(0)": 0.5, "sigma(0)": 0.5, "σ(2)(1-σ(2))": 0.1049935854, "relu(-1)": 0,
    "softplus(0)": math.log(2), "2 ln 2": 2 * math.log(2), "sigmoid(-1000)": 0, "softplus(1000)": 1000,
    "sech(1000)": 0,
    # constants
    "pi": math.pi, "π": math.pi, "2π": 2 * math.pi, "2 pi": 2 * math.pi, "e": math.e, "e^2": math.e**2,
    "e^-1": math.exp(-1), "π/2": math.pi / 2, "√(2π)": math.sqrt(2 * math.pi), "1/√(2π)": 1 / math.sqrt(2 * math.pi),
    # percent and unit letters
    "50%": 0.5, "50 %": 0.5, "12.5%": 0.125, "-5%": -0.05, "(1/2)%": 0.005, "100%": 1, "1e1%": 0.1,
    "100%-20%": 0.8, "25.6M": 25600000, "25.6 M": 25600000, "1.5k": 1500, "1.5K": 1500, "7B": 7e9,
    "1.1M": 1100000, "3T": 3e12, "2G": 2e9, "2 GiB": 2**31, "2GB": 2e9, "1 KiB": 1024,
    "1.5 MiB": 1.5 * 2**20, "80 million": 8e7, "0.5k": 500, "1e-3k": 1, "16*2 GiB": 2**35,
    # signs of other alphabets, by meaning
    "−3": -3, "–3": -3, "2×3": 6, "2·3": 6, "2⋅3": 6, "6÷3": 2, "6∕3": 2, "½": 0.5, "¾": 0.75,
    "⅓": 1 / 3, "-½": -0.5, "1\u00a0+\u00a02": 3, "1\t+ 2": 3,
}  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_number_is_read(text: str) -> None:
    assert read_number(text).value == pytest.approx(ACCEPTED[text], rel=1e-9, abs=1e-300)


REFUSED = [
    # text, words of the message, the caret's column
    ("", "nothing to read", 0),
    ("   ", "nothing to read", 3),
    ("1 2", "side by side", 2),
    ("½ 2", "side by side", 2),
    ("1.2.3", "side by side", 3),
    ("0,5", "write 0.5", 1),
    ("3,14", "write 3.14", 1),
    ("1,00", "no decimal point", 2),
    ("1,0000", "no decimal point", 2),
    ("1,000,5", "write 1,000.5", 5),
    ("1;2", "one formula", 1),
    ("5 apples", "unknown name 'apples'", 2),
    ("apples", "a number is asked", 0),
    ("inf", "finite", 0),
    ("-inf", "finite", 1),
    ("Infinity", "finite", 0),
    ("nan", "finite", 0),
    ("NaN", "finite", 0),
    ("none", "write a number", 0),
    ("True", "write 1", 0),
    ("2j", "complex", 1),
    ("0x10", "decimal", 0),
    ("0b11", "decimal", 0),
    ("0o7", "decimal", 0),
    ("007", "begins with a zero", 0),
    ("00.5", "begins with a zero", 0),
    ("1e9999", "exponent", 1),
    ("1e999", "too large", 0),
    ("1e-999", "too small", 0),
    ("10⁹⁹⁹⁹", "exponent", 2),
    ("1e300T", "too large", 5),
    ("1 +", "too early", 3),
    ("*2", "stands where a number is expected", 0),
    ("2*", "too early", 2),
    ("2*/3", "stands where", 2),
    ("()", "stands where", 1),
    ("(1", "not closed", 2),
    ("1)", "never opened", 1),
    ("(1]", "round brackets", 2),
    ("[1]", "round brackets", 0),
    ("{1}", "round brackets", 0),
    ("|1", "absolute value", 2),
    ("1|", "too early", 2),
    ("1/2(3)", "division followed by a product", 3),
    ("1/2π", "division followed by a product", 3),
    ("ln 2π", "where does log end", 4),
    ("√2π", "where does the root end", 2),
    ("exp -1", "needs brackets", 0),
    ("max 2", "needs brackets", 0),
    ("sqrt", "needs brackets", 0),
    ("max()", "at least 1 argument", 0),
    ("log(1, 2)", "takes 1 argument, not 2", 0),
    ("sin^-1(1)", "positive number", 3),
    ("sin⁻¹(1)", "1/sin", 5),
    ("sqr(2)", "did you mean 'sqrt'", 0),
    ("sigmod(0)", "did you mean 'sigmoid'", 0),
    ("pie", "did you mean 'pi'", 0),
    ("σ", "unknown name", 0),
    ("= 3", "write only the value", 0),
    ("x = 3", "write only the value", 2),
    ("5!", "write the product out", 1),
    ("3:4", "write / for a ratio", 1),
    ("7 % 3", "right after", 4),
    ("2 < 3", "delete it", 2),
    ("$5", "delete it", 0),
    ("'1'", "delete it", 0),
    ("1/0", "divides by zero", 0),
    ("0^-1", "divides by zero", 0),
    ("log(0)", "log of zero", 0),
    ("log(-1)", "log of a negative number", 0),
    ("sqrt(-1)", "sqrt of a negative number", 0),
    ("(-8)^(1/3)", "not real", 0),
    ("exp(1000)", "too large", 0),
    ("cosh(1000)", "too large", 0),
    ("1e308*10", "not finite", 0),
    ("1e308+1e308", "not finite", 0),
    ("sum(1e308, 1e308)", "not finite", 0),
    ("10^400", "too large", 0),
    ("а", "looks like 'a'", 0),  # Cyrillic
    ("ехр(1)", "looks like 'e'", 0),
    ("１", "type '1'", 0),  # full width
    ("٣", "delete it", 0),  # Arabic-Indic
    ("∞", "delete it", 0),
    ("数", "Latin or Greek", 0),
    ("3€", "delete it", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "column"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_has_no_one_meaning_is_refused_at_its_place(
    text: str, message: str, column: int
) -> None:
    with pytest.raises(Unreadable) as fault:
        read_number(text)
    assert message in str(fault.value)
    assert "(" in str(fault.value), "a refusal has a remedy"
    line, caret = fault.value.caret().split("\n")
    assert (line, fault.value.position) == (text.replace("\t", " "), column)
    assert caret.lstrip() == "^"


def test_there_are_enough_formats() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 150


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("0.2231", "read as 0.2231"),
        ("-log(0.8)", "-log(0.8) = 0.2231"),
        ("1/3", "(1/3) = 0.3333"),
        ("25.6M", "read as 25,600,000"),
        ("-3", "read as -3"),
        ("ln 2", "log(2) = 0.6931"),
        ("-2^2", "-(2^2) = -4"),
        ("1-2*3", "(1 - (2*3)) = -5"),
        ("2^-1", "(2^(-1)) = 0.5"),
        ("√2/2", "(sqrt(2)/2) = 0.7071"),
        ("0.1234567", "read as 0.1234567"),
        ("64*9408", "(64*9408) = 602,112"),
    ],
)
def test_the_reading_is_echoed_with_every_bracket(text: str, echo: str) -> None:
    assert read_number(text).echo == echo


def test_exact_integers_stay_exact() -> None:
    for text, exact in {
        "2^60+1": 2**60 + 1,
        "(2^60+2)/2": 2**59 + 1,
        "3*2^60-1": 3 * 2**60 - 1,
    }.items():
        value = read_number(text).value
        assert isinstance(value, int)
        assert value == exact


@pytest.mark.parametrize(
    ("text", "value", "echo"),
    [
        ("50%", 0.5, "read as 50 %"),
        ("50", 0.5, "read as 50 %"),
        ("0.5%", 0.005, "read as 0.5 %"),
        ("0", 0, "read as 0 %"),
        ("1/4*100", 0.25, "((1/4)*100) = 25 %"),
    ],
)
def test_a_percentage_is_a_fraction_of_one(text: str, value: float, echo: str) -> None:
    reading = read_percent(text)
    assert reading.value == pytest.approx(value)
    assert reading.echo == echo


@pytest.mark.parametrize("text", ["0.5", "1", "-0.2", "1/3"])
def test_a_bare_fraction_where_percent_are_asked_is_asked_again(text: str) -> None:
    with pytest.raises(Unreadable, match="write the sign %"):
        read_percent(text)


def test_the_caret_stands_under_wide_and_long_text() -> None:
    with pytest.raises(Unreadable) as fault:
        read_number("1+" * 100 + "数")
    line, caret = fault.value.caret().split("\n")
    assert len(line) <= 74
    assert line.startswith("…")
    assert line[caret.index("^")] == "数"
