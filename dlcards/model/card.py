"""Cards as a learner meets them: what every kind shares, how a card asks, what a reply was worth.

A kind of card is a frozen struct that inherits `Head` and has the methods of `Card`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

from dlcards.errors import DlcardsError
from dlcards.model.doc import Doc, Role, prose

if TYPE_CHECKING:
    from collections.abc import Iterable

Aspect: TypeAlias = Literal[
    "definition", "derive", "comparison", "pitfall", "code", "formula",
    "gradient", "compute", "tradeoff", "shape", "history",
]  # fmt: skip
Prose: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]


NOTES: tuple[Role, ...] = ("why", "mistake", "contrast", "source")


class Head(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
):
    """The fields that every kind of card has."""

    id: Annotated[
        Id, msgspec.Meta(description="Unique in its deck and never changed: history hangs on it.")
    ]
    concept: Annotated[
        Id, msgspec.Meta(description="The concept of the syllabus that the card tests.")
    ]
    aspect: Annotated[Aspect, msgspec.Meta(description="Which side of the concept is asked.")]
    weight: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=5, description="How often interviews ask it, 1 to 5; 0 takes the concept's."
        ),
    ] = 0
    family: Annotated[
        str, msgspec.Meta(description="Confusable siblings share a family, such as 'norms'.")
    ] = ""
    tags: tuple[str, ...] = ()
    needs: Annotated[
        tuple[Id, ...], msgspec.Meta(description="Concepts to be met before this card.")
    ] = ()
    followup: Annotated[
        str, msgspec.Meta(description="The card id an interviewer would go to next.")
    ] = ""
    hints: Annotated[
        tuple[Prose, ...],
        msgspec.Meta(description="Shown one by one, from vague to nearly the answer."),
    ] = ()
    why: Annotated[str, msgspec.Meta(description="Why the answer is so, in one sentence.")] = ""
    mistake: Annotated[
        str, msgspec.Meta(description="What candidates say instead, and what is right.")
    ] = ""
    contrast: Annotated[
        str, msgspec.Meta(description="The nearest sibling and what tells them apart.")
    ] = ""
    source: Annotated[
        str, msgspec.Meta(description="Paper and year, documentation with version, or 'computed'.")
    ] = ""
    proof: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Statements over ops that must hold, such as 'conv_output_size(227, 11, stride=4) == 55'."
        ),
    ] = ()

    def part(self, name: str) -> Card:
        """The card that asks one missed part alone; raises CardFault for a kind without parts."""
        raise CardFault(f"card '{self.id}': has no part {name}")

    def notes(self) -> Doc:
        """What is said after any answer: why, the common mistake, the contrast, the source."""
        return tuple(
            block for role in NOTES if (text := getattr(self, role)) for block in prose(text, role)
        )


class Reveal(msgspec.Struct, frozen=True, tag="reveal"):
    """The learner thinks, looks at the answer and judges."""


class Line(msgspec.Struct, frozen=True, tag="line"):
    """The learner types one line; `expects` says what is read and how exactly."""

    expects: str = ""


class Pick(msgspec.Struct, frozen=True, tag="pick"):
    """The learner picks among options by number; the reply is '2' or '1 3'."""

    options: tuple[str, ...]
    several: bool = False


class Arrange(msgspec.Struct, frozen=True, tag="arrange"):
    """The learner puts items in order; the reply is their numbers in that order: '2 3 1'."""

    items: tuple[str, ...]


class Tick(msgspec.Struct, frozen=True, tag="tick"):
    """The learner speaks, then ticks the points that were made: '1 3'. Points are shown only then."""

    points: tuple[str, ...]
    seconds: int


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """The learner writes a program, beginning with a stub; the reply is its whole text."""

    stub: str
    language: str = "python"


Form: TypeAlias = Reveal | Line | Pick | Arrange | Tick | Edit


class Prompt(msgspec.Struct, frozen=True):
    """A question and how to reply to it. Front ends know how to read a Form, never a kind."""

    doc: Doc
    form: Form


class Verdict(msgspec.Struct, frozen=True):
    """What a reply was worth."""

    score: float | None  # 0 to 1; None where the learner judges
    understood: str = ""  # how the reply was read
    said: Doc = ()  # what was right or wrong about it, the mistake named
    unreadable: bool = False  # ask again; it costs nothing
    near_miss: bool = False  # wrong, and the mistake has a name
    missed: tuple[str, ...] = ()  # parts of the card that come back as questions of their own

    @property
    def right(self) -> bool:
        """Whether the reply earned everything."""
        return self.score is not None and self.score >= 1.0


class Fault(NamedTuple):
    """One thing wrong with a card, found by its kind; the library adds file and line."""

    field: str
    message: str
    hint: str = ""


class CardFault(DlcardsError):
    """A card cannot be asked, such as a draw whose conditions never hold; others go on."""

    status = 3


class Card(Protocol):
    """What a kind of card can do. A drawn card is a card too, with its numbers fixed."""

    @property
    def id(self) -> str: ...
    @property
    def concept(self) -> str: ...
    @property
    def hints(self) -> tuple[str, ...]: ...

    def expand(self) -> tuple[Card, ...]:
        """The cards that come of one entry of a deck: one, or one per gap of a cloze."""

    def draw(self, seed: int) -> Card:
        """Fix whatever is fresh at each review: numbers, order of options."""

    def part(self, name: str) -> Card:
        """The card that asks one missed part alone; raises CardFault where there is none."""

    def faults(self) -> Iterable[Fault]:
        """What keeps the card from being used; cheap, run whenever a deck is read."""

    def lint(self) -> Iterable[Fault]:
        """What the rules of good cards say of the fields of this kind."""

    def prove(self) -> Iterable[Fault]:
        """What computing shows to be wrong; run by `deck check`."""

    def ask(self) -> Prompt:
        """The question."""

    def check(self, reply: str) -> Verdict:
        """Judge a reply; never raises for anything that a person can type."""

    def explain(self) -> Doc:
        """The answer, why it is so, and what is often said instead."""
