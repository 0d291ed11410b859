"""The rules of good cards that hold for every kind and for decks as a whole; `deck check` applies them.

Each rule yields Problems. What a kind knows of its own fields it says itself, in `lint` and `prove`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.errors import Problem, near
from dlcards.library.loader import twice
from dlcards.model.card import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dlcards.library.loader import Loaded, Placed
    from dlcards.library.syllabus import Syllabus

HEAVY = 4  # the weight from which a card must say why and what is often said instead
MOST_CHOICE = 0.10  # share of a deck
MOST_TRIVIA = 0.10
LONGEST_KEY = 0.35  # share of choice cards whose right option is the longest
LONGEST_TEXT = 600  # characters of a question: it is read in a terminal
FEW = 10  # below this many cards a share says nothing

FAMILIES = {
    "mse": "regression-losses", "mae": "regression-losses", "huber": "regression-losses",
    "quantile-loss": "regression-losses", "bce": "cross-entropies", "cce": "cross-entropies",
    "sparse-cce": "cross-entropies", "focal-loss": "cross-entropies", "kl-divergence": "divergences",
    "entropy": "divergences", "sigmoid": "squashing", "tanh": "squashing", "softmax": "squashing",
    "relu": "rectifiers", "leaky-relu": "rectifiers", "prelu": "rectifiers", "elu": "rectifiers",
    "gelu": "rectifiers", "swish-silu": "rectifiers", "max-vs-avg-pool": "pooling", "pooling": "pooling",
    "stride": "spatial", "dilated-conv": "spatial", "padding-types": "spatial",
}  # fmt: skip
"""The family of concepts that are confused with each other; their cards must carry one."""

_DATED = re.compile(r"\b(currently|nowadays|state of the art|SOTA|today's best)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(as above|see above|previous card|as before)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[89]|20)\d\d\b|\bcomputed\b|\d\.\d")


class Entry(NamedTuple):
    """One card with what a rule may look at."""

    loaded: Loaded
    placed: Placed
    weight: int

    @property
    def card(self) -> Any:
        return self.placed.card


def problems(decks: Sequence[Loaded], plan: Syllabus, *, prove: bool = True) -> list[Problem]:
    """Return everything that the rules find in decks that were read, and in their syllabus."""
    found = [*plan.problems, *_twice(decks)]
    return found + [problem for loaded in decks for problem in _deck(loaded, plan, prove=prove)]


def _twice(decks: Sequence[Loaded]) -> Iterator[Problem]:
    """A deck is in one file of a folder; one of another folder may shadow it."""
    owners: dict[tuple[Path, str], str] = {}
    for loaded in decks:
        owner = owners.setdefault((Path(loaded.file).parent, loaded.deck), loaded.file)
        if loaded.deck and owner != loaded.file:
            yield twice(loaded, owner)


def _deck(loaded: Loaded, plan: Syllabus, *, prove: bool) -> Iterator[Problem]:
    entries = [
        Entry(loaded, placed, placed.card.weight or plan.weight(placed.card.concept))
        for placed in loaded.cards
    ]
    for entry in entries:
        for fault in _card(entry, plan, prove=prove):
            yield loaded.problem(entry.placed, fault)
    for shares in (_kinds, _trivia, _key_lengths):
        for message, hint in shares(entries):
            yield Problem(loaded.file, 1, "", message, hint)


def _card(entry: Entry, plan: Syllabus, *, prove: bool) -> Iterator[Fault]:
    for rule in RULES:
        yield from rule(entry, plan)
    yield from entry.card.lint()
    if prove:
        from dlcards.library.proofs import faults

        yield from faults(entry.card)
        yield from entry.card.prove()


def _teaches(entry: Entry, _: Syllabus) -> Iterator[Fault]:
    """Rules 10 and 15: why, the common mistake, the source."""
    for field in ("why", "mistake") if entry.weight >= HEAVY else ():
        if not getattr(entry.card, field):
            yield Fault("", f"has no '{field}' at weight {entry.weight}", "one sentence teaches it")
    if not entry.card.source:
        yield Fault(
            "", "has no 'source'", "paper and year, documentation with version, or computed"
        )
    elif not _YEAR.search(entry.card.source):
        yield Fault("source", "names no year and no version", "such as 'He et al. 2015'")


def _known(entry: Entry, plan: Syllabus) -> Iterator[Fault]:
    """Concepts, needs and follow-ups must be there."""
    card, ids = entry.card, {placed.card.id for placed in entry.loaded.cards}
    if entry.loaded.deck in plan.decks:
        concept = plan.concepts.get(card.concept)
        if concept is None:
            yield Fault(
                "concept",
                f"'{card.concept}' is not in the syllabus",
                near(card.concept, plan.concepts),
            )
        for need in card.needs:
            if need not in plan.concepts:
                yield Fault("needs", f"'{need}' is not in the syllabus", near(need, plan.concepts))
    if card.followup and "/" not in card.followup and card.followup not in ids:
        yield Fault(
            "followup", f"'{card.followup}' is no card of the deck", near(card.followup, ids)
        )


def _family(entry: Entry, _: Syllabus) -> Iterator[Fault]:
    """Rule 13: confusable siblings carry a family."""
    if entry.card.concept in FAMILIES and not entry.card.family:
        yield Fault(
            "",
            f"has no 'family', but '{entry.card.concept}' is easily confused",
            f"such as '{FAMILIES[entry.card.concept]}'",
        )


def _phrasing(entry: Entry, _: Syllabus) -> Iterator[Fault]:
    """Rules 2, 14, 16 and 18 on what is said anywhere on the card."""
    for field, text in _texts(entry.card):
        if match := _DATED.search(text):
            yield Fault(field, f"says '{match[0]}'", "name the year")
        if match := _ABOVE.search(text):
            yield Fault(field, f"says '{match[0]}'", "a card stands alone")
    if len(getattr(entry.card, "front", "")) > LONGEST_TEXT:
        yield Fault("front", f"has more than {LONGEST_TEXT} characters", "split the card")


def _mathematics(entry: Entry, _: Syllabus) -> Iterator[Fault]:
    """Rule 14: every formula can be drawn, in Unicode and in ASCII, within 80 columns."""
    from dlcards.tex import fit, problems, split, width

    for field, text in _texts(entry.card):
        for what, piece in split(text):
            if what not in ("math", "display") or "{{" in piece:
                continue
            for message in problems(piece):
                yield Fault(field, f"the formula {piece!r}: {message}")
            if max((width(row) for row in fit(piece, 76)), default=0) > 76:
                yield Fault(field, f"the formula {piece!r} is wider than 76 columns", "break it up")


RULES: tuple[Callable[[Entry, Syllabus], Iterator[Fault]], ...] = (
    _teaches, _known, _family, _phrasing, _mathematics,
)  # fmt: skip


def _kinds(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Rule 9 and the mix: recognising is a weak way of learning."""
    kinds = Counter(entry.card.__struct_config__.tag for entry in entries)
    if len(entries) >= FEW and kinds["choice"] > MOST_CHOICE * len(entries):
        yield f"{kinds['choice']} of {len(entries)} cards are multiple choice", "10 % at most"


def _trivia(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Rule 17: little is asked of history."""
    count = sum(entry.card.aspect == "history" for entry in entries)
    if len(entries) >= FEW and count > MOST_TRIVIA * len(entries):
        yield f"{count} of {len(entries)} cards ask for history", "10 % at most"


def _key_lengths(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Rule 9: the longest option must not give the answer away."""
    choices = [e.card.options for e in entries if e.card.__struct_config__.tag == "choice"]
    longest = sum(max(options, key=lambda o: len(o.text)).correct for options in choices)
    if len(choices) >= 3 and longest > max(1, LONGEST_KEY * len(choices)):
        yield (
            f"in {longest} of {len(choices)} choice cards the right option is the longest",
            "35 % at most",
        )


def _texts(card: Any) -> Iterator[tuple[str, str]]:
    """Every text of a card with its field."""
    import msgspec

    for name, value in msgspec.structs.asdict(card).items():
        yield from _inside(name, value)


def _inside(name: str, value: Any) -> Iterable[tuple[str, str]]:
    import msgspec

    if isinstance(value, str) and name not in ("id", "concept", "aspect", "followup", "op"):
        yield name, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(f"{name}[{index}]", item)
    elif isinstance(value, msgspec.Struct):
        for field, item in msgspec.structs.asdict(value).items():
            yield from _inside(f"{name}.{field}", item)
