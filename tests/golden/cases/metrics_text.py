"""Golden cases of the metrics of texts: recursion and plain counting."""

from __future__ import annotations

import math
import re
from functools import cache

import torch
from case import Case


def _runs(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def _bleu(candidates, references, max_n=4):
    logs = 0.0
    for n in range(1, max_n + 1):
        hits = total = 0
        for candidate, several in zip(candidates, references, strict=True):
            runs = _runs(candidate, n)
            total += len(runs)
            for run in set(runs):
                hits += min(runs.count(run), max(_runs(ref, n).count(run) for ref in several))
        if not hits:
            return 0.0
        logs += math.log(hits / total) / max_n
    c = sum(len(candidate) for candidate in candidates)
    r = 0
    for candidate, several in zip(candidates, references, strict=True):
        r += sorted((abs(len(ref) - len(candidate)), len(ref)) for ref in several)[0][1]
    return math.exp(logs) * (1.0 if c > r else math.exp(1 - r / c))


def _three(matches, c, r):
    p, q = matches / c if c else 0.0, matches / r if r else 0.0
    return [p, q, 2 * p * q / (p + q) if matches else 0.0]


def _rouge(candidate, reference):
    def words(text):
        return [w for w in re.split(r"[^a-z0-9]+", text.lower()) if w] if isinstance(text, str) else text

    a, b = words(candidate), words(reference)

    @cache
    def common(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + common(i + 1, j + 1)
        return max(common(i + 1, j), common(i, j + 1))

    def overlap(n):
        left = _runs(b, n)
        matches = 0
        for run in _runs(a, n):
            if run in left:
                left.remove(run)
                matches += 1
        return _three(matches, len(_runs(a, n)), len(_runs(b, n)))

    return {"rouge1": overlap(1), "rouge2": overlap(2), "rougeL": _three(common(0, 0), len(a), len(b))}


def _edits(a, b):
    @cache
    def distance(i, j):
        if not i or not j:
            return i + j
        change = distance(i - 1, j - 1) + (a[i - 1] != b[j - 1])
        return min(change, distance(i - 1, j) + 1, distance(i, j - 1) + 1)

    return distance(len(a), len(b))


def _rate(cut):
    def rate(reference, hypothesis):
        ref, hyp = (cut(t) if isinstance(t, str) else t for t in (reference, hypothesis))
        return _edits(ref, hyp) / len(ref) if ref else (math.inf if hyp else math.nan)

    return rate


def _bits(log_probs, num_chars):
    return torch.log2(torch.exp(-log_probs)).sum() / num_chars


CAT = "the cat sat on the mat".split()
LOWER = "the the the the the the the".split()
LONG = "it is a guide to action which ensures that the military always obeys the commands".split()
OTHER = "it is a guide to action that ensures that the military will forever heed commands".split()
PAIRS = [("kitten", "sitting"), ("", "abc"), ("abc", ""), ("", ""), ("flaw", "lawn"), ("abab", "baba")]
SPOKEN = [
    ("the cat sat on the mat", "the cat sit on mat"),
    ("hello", "yes hello there my friend"),
    ("a b c", "a b c"),
    ("", "x"),
    ("", ""),
    ("  two   spaces ", "two spaces"),
    (["New York", "is"], ["New York", "was"]),
]
SUMMARIES = [
    ("The cat lay on a mat.", "The cat sat on the mat."),
    ("police kill the gunman", "police killed the gunman"),
    ("the gunman kill police", "police killed the gunman"),
    ("", "nothing"),
    ("one", "one"),
    ("Don't e-mail 2 U.S. men!", "don t e mail 2 us men"),
    (["A", "b", "A"], ["A", "A", "B"]),
]

CASES = [
    *(
        Case("bleu", _bleu, {"candidates": candidates, "references": references, **options})
        for candidates, references, options in (
            ([LONG], [[OTHER, LONG[:12]]], {}),
            ([LONG, CAT], [[OTHER], [CAT[1:], CAT[:5]]], {}),
            ([CAT], [["the cat sat on a mat".split(), "a cat sat there".split()]], {}),
            ([LOWER], [["the cat is on the mat".split(), "there is a cat on the mat".split()]], {"max_n": 1}),
            ([LOWER], [["the cat is on the mat".split()]], {}),
            ([CAT], [[CAT]], {}),
            ([CAT[:4]], [[CAT, CAT[:2]]], {"max_n": 2}),
            ([["a", "b"]], [[["a", "b", "c"], ["a"]]], {"max_n": 1}),
            ([["a"]], [[["a"]]], {}),
            ([[]], [[["a"]]], {}),
            ([[1, 2, 3, 4, 5], [6]], [[[1, 2, 3, 4]], [[6, 7]]], {}),
        )
    ),
    *(Case("rouge", _rouge, {"candidate": c, "reference": r}) for c, r in SUMMARIES),
    *(Case("edit_distance", _edits, {"a": a, "b": b}) for a, b in PAIRS),
    Case("edit_distance", _edits, {"a": ["the", "cat"], "b": ["a", "cat", "sat"]}),
    *(Case("word_error_rate", _rate(str.split), {"reference": r, "hypothesis": h}) for r, h in SPOKEN),
    *(
        Case("character_error_rate", _rate(list), {"reference": r, "hypothesis": h})
        for r, h in SPOKEN
    ),
    Case("bits_per_character", _bits, {"log_probs": [-0.5, -1.2, -0.3, -2.0], "num_chars": 10}),
    Case("bits_per_character", _bits, {"log_probs": [[-1.0, 0.0], [-3.0, -0.1]], "num_chars": 1}),
]
