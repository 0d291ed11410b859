"""The names that typed formulas know: functions, constants, unit letters, declared variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import name as character_name
from unicodedata import normalize

from dlcards.errors import near

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dlcards.answers.tokens import Token


class Arity(NamedTuple):
    """How many arguments a function takes; `most` is None where any number will do."""

    least: int = 1
    most: int | None = 1

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {_counted(self.least)}"
        if self.least == self.most:
            return _counted(self.least)
        return f"{self.least} to {_counted(self.most)}"

    def takes(self, count: int) -> bool:
        """Whether a call with `count` arguments is one."""
        return self.least <= count and (self.most is None or count <= self.most)


ANY = Arity(0, None)
_ONE, _SOME = Arity(), Arity(1, None)

FUNCTIONS: dict[str, Arity] = {
    "exp": _ONE, "log": _ONE, "log2": _ONE, "log10": _ONE, "sqrt": _ONE, "abs": _ONE,
    "sign": _ONE, "floor": _ONE, "ceil": _ONE, "round": _ONE, "sin": _ONE, "cos": _ONE,
    "tan": _ONE, "sinh": _ONE, "cosh": _ONE, "tanh": _ONE, "sech": _ONE, "erf": _ONE,
    "erfc": _ONE, "sigmoid": _ONE, "relu": _ONE, "softplus": _ONE,
    "max": _SOME, "min": _SOME, "sum": _SOME, "mean": _SOME,
}  # fmt: skip

ALIASES = {"ln": "log", "sigma": "sigmoid"}  # sigma only where brackets follow: σ(x)
CONSTANTS = ("pi", "e")
DECK_CONSTANTS = (*CONSTANTS, "inf")
WORDS: dict[str, bool | None] = {"none": None, "true": True, "false": False}

_KIB = 1024
_SHOWN = 24  # letters of an unknown name that its fault repeats
SUFFIXES: dict[str, int] = {
    "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12,
    "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": _KIB, "MiB": _KIB**2, "GiB": _KIB**3, "TiB": _KIB**4,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip

# Words that name no number here, with the remedy.
UNSAID = {
    "inf": "write a finite number",
    "infinity": "write a finite number",
    "nan": "write a finite number",
    "none": "write a number",
    "true": "write 1",
    "false": "write 0",
    "j": "complex numbers are not asked",
}


class Vocabulary:
    """What a name may stand for in one formula."""

    def __init__(
        self,
        names: Collection[str] | None,
        functions: Mapping[str, Arity] | None,
        deck: bool,
    ) -> None:
        self.any_name = names is None
        self.any_function = deck and functions is None
        self.constants = DECK_CONSTANTS if deck else CONSTANTS
        self.functions = FUNCTIONS | dict(functions or {})
        self.declared = {spelled(name): name for name in names or ()}
        self.declared |= {name: name for name in names or ()}

    def variable(self, token: Token) -> str:
        """Return the declared variable that a token names, "" for none."""
        return self.declared.get(token.text) or self.declared.get(str(token.value), "")

    def function(self, token: Token, bracket: bool) -> str:
        """Return the function that a token names, "" for none; `bracket`: one follows."""
        for word in (token.text, str(token.value)):
            known = word if word in self.functions else ALIASES.get(word, "")
            if known and (word != "sigma" or bracket):
                return known
        return token.text if self.any_function and bracket else ""

    def is_constant(self, token: Token) -> bool:
        """Whether a token names a number."""
        return token.value in self.constants

    def arity(self, function: str) -> Arity:
        """How many arguments a function takes."""
        return ANY if self.any_function else self.functions.get(function, ANY)

    def takes_one(self, function: str) -> bool:
        """Whether a function may go without brackets, as in ln 2."""
        return self.functions.get(function) == _ONE

    def unknown(self, token: Token, bracket: bool) -> str:
        """Say what is wrong with a name that stands for nothing, and what was perhaps meant."""
        word = token.text if len(token.text) <= _SHOWN else f"{token.text[:_SHOWN]}…"
        if remedy := UNSAID.get(word.lower()):
            return f"'{word}' is not a number here ({remedy})"
        if len(word) > 1 and all(letter in self.declared for letter in word):
            return f"'{word}' is no name (write {'*'.join(word)} for the product)"
        if bracket:
            return f"unknown function '{word}' ({near(word, self.functions) or 'check its name'})"
        known = [*self.declared, *self.functions, *ALIASES, *self.constants, *SUFFIXES]
        return f"unknown name '{word}' ({near(word, known) or self._expected()})"

    def _expected(self) -> str:
        if not self.declared:
            return "a number is asked"
        return f"known are {', '.join(dict.fromkeys(self.declared.values()))}"


def spelled(word: str) -> str:
    """Return the one spelling of a name: σ₁, sigma_1 and sigma1 are the same variable."""
    plain = "".join(map(_letter, word))
    return plain.replace("_", "") or word


def _letter(char: str) -> str:
    if char.isascii():
        return char
    variant = normalize("NFKC", char)
    known = character_name(variant, "").split()
    if known[:2] == ["GREEK", "SMALL"]:
        return {"lamda": "lambda", "final": "sigma"}.get(known[3].lower(), known[3].lower())
    if known[:2] == ["GREEK", "CAPITAL"]:
        return {"Lamda": "Lambda"}.get(known[3].title(), known[3].title())
    return variant


def _counted(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"
