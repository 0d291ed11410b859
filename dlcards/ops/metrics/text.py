"""Metrics of a text against another: overlap of n-grams, edits, bits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcards.ops._op import Array, Count, Paper, op
from dlcards.ops._room import count_fault
from dlcards.ops.metrics._labels import share
from dlcards.ops.metrics._tokens import (
    Characters,
    PlainWords,
    References,
    Sentences,
    Tokens,
    Words,
    ngrams,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def _pairs_fault(candidates: Any, references: Any, **_: Any) -> str:
    if len(references) != len(candidates):
        return f"references has {len(references)} entries (it takes one for each candidate)"
    return "" if all(references) else "references has an empty entry (it takes at least one text)"


@op(
    shapes="-> ()",
    formula=r"\text{BLEU} = \min\left(1, e^{1 - r/c}\right) "
    r"\left( \prod_{n=1}^{4} p_n \right)^{1/4}",
    paper=Paper(
        "Papineni, Roukos, Ward and Zhu", 2002,
        "BLEU: a Method for Automatic Evaluation of Machine Translation",
    ),
    example={
        "candidates": [["the", "cat", "sat", "on", "the", "mat"]],
        "references": [[["the", "cat", "sat", "on", "a", "mat"], ["a", "cat", "sat", "there"]]],
    },
    pitfall="Counts are summed over the corpus before dividing, so it is no mean of sentences; "
    "without smoothing it is 0 as soon as one precision is 0, as in most single sentences.",
    fault=lambda max_n, **texts: _pairs_fault(**texts) or count_fault(1000, max_n=max_n),
)  # fmt: skip
def bleu(candidates: Sentences, references: References, *, max_n: Count = 4) -> Any:
    """The geometric mean of the n-gram precisions, each n-gram counted at most as often as in one
    reference, times a penalty for being short.

    r sums the lengths of the closest references, c those of the candidates.
    """
    sizes = range(1, max_n + 1)  # n = 1, 2, 3, 4
    hits = np.array([_clipped(candidates, references, n) for n in sizes])  # n-grams found
    total = np.array([_ngrams(candidates, n) for n in sizes])  # n-grams there are
    p = share(hits, total)  # precisions p₁ to p₄
    c = sum(map(len, candidates))  # length of the candidates
    r = sum(map(_closest, candidates, references))  # of their closest references
    brevity = np.exp(min(0.0, 1 - r / max(c, 1)))  # below 1 where they are short
    return brevity * np.exp(np.mean(np.log(p)))


@op(
    shapes="-> rouge1(3), rouge2(3), rougeL(3)",
    formula=r"P = \frac{m}{|c|}, \quad R = \frac{m}{|r|}, \quad F_1 = \frac{2PR}{P + R}",
    paper=Paper("Lin", 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"),
    example={"candidate": "The cat lay on a mat.", "reference": "The cat sat on the mat."},
    pitfall="It depends on the tokeniser: here lower case, letters and digits only, no stemming. "
    "ROUGE-L is the longest common subsequence, gaps allowed.",
)
def rouge(candidate: PlainWords, reference: PlainWords) -> Any:
    """How much of the reference a summary covers: common words, common pairs, the longest common
    subsequence; each as precision, recall and F1."""
    ones = _overlap(candidate, reference, 1)  # common words
    twos = _overlap(candidate, reference, 2)  # common pairs
    longest = _common_subsequence(candidate, reference)  # words in the same order
    c = len(candidate)  # words of the candidate
    r = len(reference)  # words of the reference
    rouge1 = _precision_recall_f1(ones, c, r)  # of the words
    rouge2 = _precision_recall_f1(twos, max(c - 1, 0), max(r - 1, 0))  # of the pairs
    rougeL = _precision_recall_f1(longest, c, r)  # of the subsequence
    return {"rouge1": rouge1, "rouge2": rouge2, "rougeL": rougeL}


_LEVENSHTEIN = Paper(
    "Levenshtein", 1966,
    "Binary Codes Capable of Correcting Deletions, Insertions and Reversals",
)  # fmt: skip


@op(
    shapes="-> ()",
    formula=r"D_{ij} = \min\left(D_{i-1,j} + 1,\ D_{i,j-1} + 1,\ D_{i-1,j-1} + [a_i \ne b_j]\right)",
    paper=_LEVENSHTEIN,
    example={"a": "kitten", "b": "sitting"},
    pitfall="Swapping two neighbours costs 2; one row of the table is enough memory.",
)
def edit_distance(a: Characters, b: Characters) -> Any:
    """The fewest insertions, deletions and substitutions that turn one into the other, by dynamic
    programming over prefixes."""
    steps = np.arange(len(b) + 1)  # 0, 1, 2, …: prefixes of b
    row = steps  # from nothing: insert them all
    for i, token in enumerate(a, start=1):
        same = np.array([other == token for other in b], dtype=bool)  # where b has this token
        change = np.minimum(row[1:] + 1, row[:-1] + 1 - same)  # delete it, or substitute or keep
        row = np.minimum.accumulate(np.append(i, change) - steps) + steps  # or insert, one each
    return int(row[-1])


@op(
    shapes="-> ()",
    formula=r"\text{WER} = \frac{S + D + I}{N}",
    paper=_LEVENSHTEIN,
    example={"reference": "the cat sat on the mat", "hypothesis": "the cat sit on mat"},
    pitfall="It divides by the words of the reference and can exceed 1; over a corpus, sum edits "
    "and words before dividing.",
)
def word_error_rate(reference: Words, hypothesis: Words) -> Any:
    """The edits that turn the reference's words into the hypothesis, for each word of the
    reference."""
    edits = edit_distance.function(reference, hypothesis)  # substitutions, deletions, insertions
    return np.float64(edits) / len(reference)


@op(
    shapes="-> ()",
    formula=r"\text{CER} = \frac{S + D + I}{N}",
    paper=_LEVENSHTEIN,
    example={"reference": "recognize speech", "hypothesis": "wreck a nice beach"},
    pitfall="Spaces and case count as characters; normalise both texts first, or say that you did "
    "not.",
)
def character_error_rate(reference: Characters, hypothesis: Characters) -> Any:
    """Word error rate by characters: milder on a word that is almost right."""
    edits = edit_distance.function(reference, hypothesis)  # substitutions, deletions, insertions
    return np.float64(edits) / len(reference)


@op(
    shapes="log_probs(*) -> ()",
    formula=r"\text{BPC} = -\frac{1}{n \ln 2} \sum_{t} \ln p_t",
    example={"log_probs": [-0.5, -1.2, -0.3, -2.0], "num_chars": 10},
    pitfall="The logarithms are natural, so divide by ln 2; the characters are those of the text, "
    "not the tokens, which makes tokenisers comparable.",
)
def bits_per_character(log_probs: Array, num_chars: Count) -> Any:
    """How many bits the model needs for each character: its total surprise, in base 2."""
    nats = -np.sum(log_probs)  # surprise at the whole text
    bits = nats / np.log(2)  # 1 bit is ln 2 nats
    return bits / num_chars


def _clipped(candidates: Sequence[Tokens], references: Any, n: int) -> int:
    """Count the n-grams that a reference has too, each at most as often as it is there."""
    found = 0
    for candidate, several in zip(candidates, references, strict=True):
        most: Counter[Tokens] = Counter()
        for reference in several:
            most |= ngrams(reference, n)
        found += (ngrams(candidate, n) & most).total()
    return found


def _ngrams(candidates: Sequence[Tokens], n: int) -> int:
    return sum(max(len(candidate) - n + 1, 0) for candidate in candidates)


def _closest(candidate: Tokens, references: Sequence[Tokens]) -> int:
    """Return the length nearest to the candidate's; of two as near, the shorter."""
    return min((abs(len(ref) - len(candidate)), len(ref)) for ref in references)[1]


def _overlap(candidate: Tokens, reference: Tokens, n: int) -> int:
    return (ngrams(candidate, n) & ngrams(reference, n)).total()


def _common_subsequence(a: Tokens, b: Tokens) -> int:
    row = np.zeros(len(b) + 1, dtype=np.int64)
    for token in a:
        same = np.array([other == token for other in b], dtype=bool)
        row = np.maximum.accumulate(np.append(0, np.maximum(row[1:], row[:-1] + same)))
    return int(row[-1])


def _precision_recall_f1(matches: int, candidate: int, reference: int) -> Any:
    """Return the three; nothing of nothing is 0."""
    whole = np.array([candidate, reference, candidate + reference])
    return share(np.array([matches, matches, 2 * matches]), whole)
