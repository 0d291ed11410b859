"""A deck file: good cards load, and every fault is said at once with its line and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from deckfiles import card, deck, write

from dlcards.kinds import example, kinds
from dlcards.library import decode, loader, schema, syllabus, yaml12
from dlcards.library.sources import shipped, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent


def said(tmp_path: Path, text: str) -> list[str]:
    path = write(tmp_path / "deck.yaml", text)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in loader.load(path).problems]


def test_a_good_deck(tmp_path: Path) -> None:
    loaded = loader.load(write(tmp_path / "deck.yaml", deck(card("a"), card("b"))))
    assert (loaded.deck, loaded.title, loaded.problems) == ("one", "One", ())
    assert [(placed.card.id, loaded.lines[placed.path]) for placed in loaded.cards] == [
        ("a", 4),
        ("b", 13),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (deck(card(), id="1.10"), "deck.yaml:1: 'deck' must be text (see deck new)"),
        (deck(card(), id="'Über deck'"), "deck.yaml:1: 'Über deck' is no id (small letters, digits and single hyphens)"),
        (deck(card(), id="a/b"), "'a/b' is no id"),
        (deck(card(), title="[x]"), "deck.yaml:2: 'title' must be text"),
        (deck(card()) + "author: me\n", "deck.yaml:13: unknown field 'author' (a deck has deck, title, cards)"),
        (deck(card()).replace("title", "titel"), "unknown field 'titel' (did you mean 'title'?)"),
        ("deck: one\ntitle: One\n", "'cards' must be a list"),
        ("deck: one\ntitle: One\ncards: {a: 1}\n", "deck.yaml:3: 'cards' must be a list"),
        (deck("- just text\n"), "deck.yaml:4: card 1 is no mapping"),
        (deck(card(id="1.10")), "deck.yaml:4: card '1.1': 'id' must be text (put quotes around it)"),
        (deck(card(id="no")).replace("id: no", "id: Not_an_id"), "'id' is no id (small letters"),
        (deck(card(kind="basik")), "deck.yaml:5: card 'a': unknown kind 'basik' (did you mean 'basic'?)"),
        (deck(card(kind="[basic]")), "'kind' must be text"),
        (deck(card(kind="")), "deck.yaml:4: card 'a': has no 'kind'"),
        (deck(card(back="")), "deck.yaml:4: card 'a': has no 'back' (add it)"),
        (deck(card(back="~")), "'back' must be text (put quotes around it)"),
        (deck(card(aspect="pitfal")), "deck.yaml:7: card 'a': 'aspect': invalid enum value 'pitfal'"),
        (deck(card(more="  weight: 6")), "'weight': expected 'int' <= 5"),
        (deck(card(more="  weight: heavy")), "deck.yaml:13: card 'a': 'weight' must be a whole number"),
        (deck(card(more="  needs: mse")), "'needs' must be a list"),
        (deck(card(more="  needs: [mse, 3]")), "'needs[1]' must be text"),
        (deck(card(more="  wny: x")), "deck.yaml:13: card 'a': unknown field 'wny' (did you mean 'why'?)"),
        (deck(card(more="  hints: [a, '']")), "'hints[1]'"),
        (deck(card("a"), card("a")), "deck.yaml:13: card 'a': 'id' is taken (line 4) (choose another: history hangs on it)"),
        (deck(card("a-c2"), card("a", kind="cloze", front="", back="", more="  text: '{{c1::x}} {{c2::y}}'")),
         "card 'a': 'a-c2', the id of a gap, is taken (line 4)"),
        (deck(card(kind="cloze", front="", back="", more="  text: 'no gap'")), "deck.yaml:11: card 'a': 'text' has no gap"),
        (deck(card(kind="choice", back="", more="  options:\n  - {text: a, correct: true}\n  - {txt: b}")),
         "unknown field 'txt' in 'options[1]'"),
        (deck(card(kind="compute", back="", more="  ask: x\n  inputs:\n    x: {integers: [1, 2], stepp: 1}")),
         "stepp"),
        (deck(card(kind="compute", back="", more="  ask: y + 1\n  inputs: {x: 1}")), "deck.yaml:12: card 'a': unknown name 'y'"),
    ],
)  # fmt: skip
def test_a_fault_has_place_fact_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    assert message in "\n".join(said(tmp_path, text))


def test_all_faults_are_said_at_once_and_good_cards_load(tmp_path: Path) -> None:
    text = deck(
        card("a", back="", aspect="joke", more="  wieght: 3"),
        card("b"),
        "- 7\n",
        card("c", kind="x"),
        card("b"),
    )
    loaded = loader.load(write(tmp_path / "deck.yaml", text))
    assert [placed.card.id for placed in loaded.cards] == ["b"]
    assert [(p.line, p.card) for p in loaded.problems] == [
        (12, "a"), (7, "a"), (4, "a"), (22, ""), (24, "c"), (32, "b"),
    ]  # fmt: skip


def test_a_number_in_a_number_field_is_a_number(tmp_path: Path) -> None:
    more = "  ask: x\n  rtol: 1.10e-2\n  inputs: {x: {uniform: [1e-3, 1], step: .5}}"
    loaded = loader.load(
        write(tmp_path / "deck.yaml", deck(card(kind="compute", back="", more=more)))
    )
    assert loaded.problems == ()
    assert loaded.cards[0].card.rtol == 0.011  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        deck(*["- 1\n"] * 100_000),
        deck(*[f"- {{id: c{n}, kind: bsic}}\n" for n in range(50_000)]),
        deck("- {id: a, kind: basic, " + "".join(f"frnt{n}: 1, " for n in range(100_000)) + "}\n"),
        deck() + "".join(f"crds{n}: 1\n" for n in range(100_000)),
    ],
    ids=["cards that are none", "unknown kinds", "unknown fields", "unknown fields of the deck"],
)
def test_no_more_is_said_than_can_be_mended(tmp_path: Path, text: str) -> None:
    found = said(tmp_path, text)
    assert 100 <= len(found) <= 101
    assert "has 100 faults or more" in found[-1]


def test_the_first_good_card_after_many_faults_still_loads(tmp_path: Path) -> None:
    loaded = loader.load(write(tmp_path / "deck.yaml", deck(*["- 1\n"] * 500, card("z"))))
    assert [placed.card.id for placed in loaded.cards] == ["z"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("decks: [{id: x, concepts: [{title: y}]}]", "missing required field `id`"),
        ("decks: 3", "is no syllabus: Expected `array`, got `int`"),
        ("- a", "is no syllabus"),
        ("decks: [{id: x, concepts: [{id: y, weight: 9}]}]", "<= 5"),
        ("decks: [", "is not YAML"),
        (b"\x00", "is no text"),
    ],
)
def test_a_faulty_syllabus_says_so_and_plans_nothing(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    plan = syllabus.load(write(tmp_path / "syllabus.yaml", text))
    assert message in str(plan.problems[0])
    assert (plan.concepts, plan.decks) == ({}, {})


def test_a_syllabus_gives_weights_and_order(tmp_path: Path) -> None:
    text = "decks:\n- {id: x, title: X, concepts: [{id: mse, weight: 5}, {id: mae}]}\n"
    plan = syllabus.load(write(tmp_path / "syllabus.yaml", text))
    assert (plan.weight("mse"), plan.weight("mae"), plan.weight("other")) == (5, 3, 3)
    assert plan.concepts["mae"].order == 1
    assert syllabus.load(tmp_path / "gone.yaml").problems == ()


def test_the_shipped_syllabus_is_read() -> None:
    plan = syllabus.load(shipped() / "syllabus.yaml")
    assert plan.problems == ()
    assert plan.weight("mse") == 5


def test_the_schema_file_is_the_schema() -> None:
    """Made again by: python -m dlcards deck schema > dlcards/library/deck.schema.json"""
    assert (ROOT / "dlcards" / "library" / "deck.schema.json").read_text("utf-8") == schema.text()


def test_the_shipped_decks_name_the_schema() -> None:
    for path in shipped().glob("[0-9]*.yaml"):
        first = path.read_text("utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("=")[2]).is_file()


def references(node: Any) -> Iterator[str]:
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if name == "$ref":
            yield value.removeprefix("#/$defs/")
        elif isinstance(value, (dict, list)):
            yield from references(value)


def test_the_schema_holds_together() -> None:
    made = json.loads(schema.text())
    assert made["$schema"].startswith("https://json-schema.org/")
    assert made["required"] == ["deck", "title", "cards"]
    assert made["additionalProperties"] is False
    assert set(references(made)) <= made["$defs"].keys()


@pytest.mark.parametrize("kind", list(kinds()))
def test_the_schema_knows_every_field_of_every_kind(kind: str) -> None:
    made = schema.schema()["$defs"]
    (found,) = (
        part
        for part in made.values()
        if part.get("properties", {}).get("kind", {}).get("enum") == [kind]
    )
    assert set(yaml12.read(example(kind).encode(), "x").data) <= found["properties"].keys()
    assert found["additionalProperties"] is False
    required = {f.encode_name for f in msgspec.structs.fields(kinds()[kind]) if f.required}
    assert required | {"kind"} == set(found["required"])


def test_every_refused_card_says_why() -> None:
    for data in ({"kind": "basic"}, {"kind": None}, {}, {"kind": "typed", "accept": []}):
        assert decode.card(data) is None
        assert list(decode.faults(data))


def test_sources_are_files_folders_and_nothing_else(tmp_path: Path) -> None:
    from dlcards.errors import UsageError

    deep = write(tmp_path / "a" / "b" / "deep.yml", deck(card()))
    top = write(tmp_path / "top.yaml", deck(card(), id="two"))
    write(tmp_path / ".hidden" / "x.yaml", "")
    write(tmp_path / "syllabus.yaml", "decks: []")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = sources([tmp_path, top], tmp_path / "nobody")
    assert found.files() == [top, deep]
    assert found.syllabus == tmp_path / "syllabus.yaml"
    assert sources([], tmp_path / "nobody").places == (shipped(),)
    with pytest.raises(UsageError, match="no such file or folder"):
        sources([tmp_path / "gone"], tmp_path)
