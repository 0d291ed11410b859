"""Judges a typed word or phrase token by token: forgives spelling, never a digit or a "not".

As whole strings, "L1 regularization" and "L2 regularization" are nearer than two spellings of
"receive": so similarity suggests and never passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import combining, normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

Words: TypeAlias = tuple[str, ...]

_ARTICLES = ("a", "an", "the")
_EXACT = frozenset({
    "after", "before", "cannot", "fewer", "higher", "larger", "lower", "neither", "never",
    "outer", "inner", "smaller", "under", "without", "within",
})  # fmt: skip
_NEGATIONS = frozenset({"no", "not", "non", "nor", "none", "less", "more", "low", "high"})
# Beginnings that turn a word round: "minimization" is no misspelling of "maximization".
_OPPOSITES = (
    ("max", "min"), ("macro", "micro"), ("intra", "inter"), ("hyper", "hypo"), ("pre", "post"),
    ("homo", "hetero"), ("over", "under"), ("sub", "super"), ("in", "ex"), ("ante", "anti"),
)  # fmt: skip
# Signs that carry meaning stay: a decimal point, the sign of a number, relations.
_WORD = re.compile(r"(?<!\w)[-−]?\.?\d[^\W_]*(?:[./]\d+)*|[^\W_]+(?:(?<=\d)\.\d+)*|[<>=+%]")
_ALIKE = 0.75  # of SequenceMatcher: from here a form is suggested
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class TextJudgement:
    """Whether a text is accepted; `near` is the accepted form that it resembles but is not."""

    right: bool
    near: str | None = None


def judge_text(
    given: str,
    accept: Sequence[str],
    *,
    case: bool = False,
    typos: bool = True,
    reject: Sequence[str] = (),
) -> TextJudgement:
    """Judge a typed text against the accepted forms; a form in `reject` is wrong however near.

    Accents, punctuation, hyphens, articles and (unless `case`) capitals are forgiven; with `typos`
    one slip in words of five letters or more, two in words of nine or more.
    """
    words = _words(given[:_LONGEST], case)
    accepted, refused = ([_words(form, case) for form in forms] for forms in (accept, reject))
    slips, refusal = (_fewest(words, forms, typos) for forms in (accepted, refused))
    if slips is not None and (slips == 0 or refusal is None or slips < refusal):
        return TextJudgement(right=True)
    return TextJudgement(False, None if refusal is not None else _near(words, accept, accepted))


def _words(text: str, case: bool) -> Words:
    """Return a text as it is compared: without accents, punctuation and surrounding articles."""
    text = "".join(char for char in normalize("NFKD", text) if not combining(char))
    text = (text if case else text.casefold()).replace("’", "'").replace("&", " and ")
    text = re.sub(r"n't\b", " not", text).replace("'", "")
    words = [word.replace("−", "-") for word in _WORD.findall(text)]
    while len(words) > 1 and words[0].lower() in _ARTICLES:
        del words[0]
    return tuple(words)


def _fewest(words: Words, forms: list[Words], typos: bool) -> int | None:
    """Return the fewest slips between a text and any of the forms, None if it is none of them."""
    found = [slips for form in forms if (slips := _slips(words, form, typos)) is not None]
    return min(found, default=None)


def _slips(words: Words, form: Words, typos: bool) -> int | None:
    if not words or not form:
        return None
    if _joined(words) == _joined(form):
        return 0
    if not typos or len(words) != len(form):
        return None
    slips = [_slips_of_word(word, right) for word, right in zip(words, form, strict=True)]
    known = [count for count in slips if count is not None]
    return sum(known) if len(known) == len(slips) else None


def _joined(words: Words) -> str:
    """Batch norm, batch-norm and batchnorm are one word; 1 0 and 10 are two numbers."""
    return re.sub(r"(?<!\d) | (?![\d.])", "", " ".join(words))


def _slips_of_word(word: str, right: str) -> int | None:
    """Return how many slips apart two words are, None where they are two words."""
    if word == right:
        return 0
    allowed = (len(right) >= 5) + (len(right) >= 9)
    if not (word.isalpha() and right.isalpha()) or _turned(word, right):
        return None
    slips = _distance(word, right) if abs(len(word) - len(right)) <= allowed else allowed + 1
    return slips if slips <= allowed else None


def _turned(word: str, right: str) -> bool:
    """Whether two words may be opposites: first letters differ (un-, de-), or max and min."""
    if word[0] != right[0] or {word.lower(), right.lower()} & _EXACT:
        return True
    pair = (word.lower(), right.lower())
    return any(
        (pair[0].startswith(a) and pair[1].startswith(b))
        or (pair[0].startswith(b) and pair[1].startswith(a))
        for a, b in _OPPOSITES
    )


def _distance(a: str, b: str) -> int:
    """Damerau-Levenshtein: insertions, deletions, changes and neighbours exchanged."""
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _near(words: Words, accept: Sequence[str], accepted: list[Words]) -> str | None:
    """Return the accepted form that a wrong text is a bad spelling of, never its opposite."""
    likeness = [
        SequenceMatcher(None, " ".join(words), " ".join(form)).ratio()
        if _telling(words) == _telling(form) and not _any_turned(words, form)
        else 0.0
        for form in accepted
    ]
    best = max(range(len(accept)), key=likeness.__getitem__, default=None)
    return accept[best] if best is not None and likeness[best] >= _ALIKE else None


def _telling(words: Words) -> list[str]:
    """Return the words that decide between right and wrong: digits, signs, negations."""
    return [word for word in words if not word.isalpha() or word.lower() in _NEGATIONS | _EXACT]


def _any_turned(words: Words, form: Words) -> bool:
    pairs = zip(words, form, strict=False)
    return len(words) == len(form) and any(a != b and _turned(a, b) for a, b in pairs)
