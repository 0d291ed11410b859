"""Texts as metrics read them: a list of tokens, or a string that is cut into them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from dlcards.ops._op import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Tokens: TypeAlias = tuple[str | int | float, ...]


def _reader(cut: Callable[[str], Iterable[str]]) -> Callable[[Any], Tokens]:
    def read(value: Any) -> Tokens:
        tokens = tuple(cut(value) if isinstance(value, str) else value)
        if not all(isinstance(token, (str, int, float)) for token in tokens):
            raise ValueError
        return tokens

    return read


def _refuse(text: str) -> Iterable[str]:
    raise ValueError(text)


def _plain_words(text: str) -> list[str]:
    """Cut as the rouge_score package does: lower case, letters and digits only, no stems."""
    return re.findall(r"[a-z0-9]+", text.lower())


_only_tokens = _reader(_refuse)


def _sentences(value: Any) -> tuple[Tokens, ...]:
    if isinstance(value, str):
        raise ValueError  # a string is a list too, of its letters
    return tuple(_only_tokens(sentence) for sentence in value)


def _references(value: Any) -> tuple[tuple[Tokens, ...], ...]:
    if isinstance(value, str):
        raise ValueError
    return tuple(_sentences(several) for several in value)


Characters: TypeAlias = Annotated[Tokens, Check("a string, or a list of tokens", _reader(list))]
Words: TypeAlias = Annotated[Tokens, Check("a sentence, or a list of words", _reader(str.split))]
PlainWords: TypeAlias = Annotated[
    Tokens, Check("a text, or a list of words", _reader(_plain_words))
]
Sentences: TypeAlias = Annotated[tuple[Tokens, ...], Check("lists of tokens", _sentences)]
References: TypeAlias = Annotated[
    tuple[tuple[Tokens, ...], ...],
    Check("for each candidate a list of lists of tokens", _references),
]


def ngrams(tokens: Tokens, n: int) -> Counter[Tokens]:
    """Count the runs of n tokens."""
    return Counter(tokens[i : i + n] for i in range(len(tokens) - n + 1))
