"""Draws a compute card many times and says what does not hold in some variant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dlcards.answers.evaluate import Undefined
from dlcards.answers.grammar import Unreadable
from dlcards.answers.numeric import format_value, judge
from dlcards.errors import UsageError
from dlcards.model.card import CardFault, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlcards.kinds.compute import Compute

VARIANTS = 50
MOST_DIGITS = 4  # significant digits of a drawn number that a head still takes in
COMMONEST = 0.5  # share of variants with one and the same key above which a card is no drill
LOST = 0.5  # share of variants in which a named mistake gives the right number


def faults_of_variants(card: Compute) -> Iterable[Fault]:
    """The key is accepted, its negative and neighbour and every listed mistake are refused."""
    keys: Counter[str] = Counter()
    harmless: Counter[int] = Counter()
    for seed in range(VARIANTS):
        try:
            drawn = card.draw(seed)
            key = drawn.key
            drawn.ask(), drawn.explain()
        except (CardFault, UsageError, Undefined, Unreadable, TypeError) as error:
            yield Fault("ask", f"cannot be computed with seed {seed}: {error}")
            return
        found = next(iter(_faults(drawn, key, harmless)), None)
        if found is not None:
            yield found._replace(message=f"{found.message} (seed {seed})")
            return
        keys[format_value(key)] += 1
    yield from _tally(keys, harmless)


def _faults(card: Compute, key: Any, harmless: Counter[int]) -> Iterable[Fault]:
    import numpy as np

    truth = np.asarray(key, dtype=float)
    if not np.all(np.isfinite(truth)):
        yield Fault("ask", f"the answer {format_value(key)} is not finite")
        return
    form = card.written_form
    if card.check(card.written_key(digits=6)).score != 1:
        yield Fault("form", f"the answer {format_value(key)} typed as {form} is not accepted")
    for name, wrong in (("its negative", -truth), ("itself plus 1", truth + 1)):
        differs = not np.allclose(wrong, truth, rtol=2 * card.rtol)
        if differs and judge(form, key, wrong, rtol=card.rtol, atol=card.atol).score >= 1:
            yield Fault("rtol", f"accepts {name} for {format_value(key)}", "make it smaller")
    for n, slip in enumerate(card.mistakes):
        wrong = card.slipped(slip)
        if wrong is None or judge(form, key, wrong, rtol=card.rtol, atol=card.atol).score >= 1:
            harmless[n] += 1
    yield from _unfriendly(card)


def _unfriendly(card: Compute) -> Iterable[Fault]:
    import numpy as np

    for name, value in card.inputs.items():
        for number in np.ravel(np.asarray(value, dtype=float)):
            digits = f"{abs(number):.10g}".replace(".", "").strip("0")
            if len(digits) > MOST_DIGITS:
                yield Fault(
                    f"inputs.{name}",
                    f"{number:.10g} has {len(digits)} digits",
                    "draw friendlier numbers with step",
                )
                return


def _tally(keys: Counter[str], harmless: Counter[int]) -> Iterable[Fault]:
    (commonest, times), *_ = keys.most_common(1)
    if times > COMMONEST * VARIANTS:
        yield Fault(
            "inputs",
            f"{times} of {VARIANTS} variants have the answer {commonest}",
            "let the numbers vary more",
        )
    for n, times in harmless.items():
        if times > LOST * VARIANTS:
            yield Fault(
                f"mistakes[{n}]",
                f"gives the right answer in {times} of {VARIANTS} variants",
                "tighten 'where', or drop it",
            )
