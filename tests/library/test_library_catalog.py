"""The compiled copy: always equal to what the files say, whatever happened to it or to them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from deckfiles import card, deck, write

from dlcards.errors import DeckError, UsageError
from dlcards.library.catalog import Catalog
from dlcards.library.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = """\
decks:
- {id: two, title: Two, concepts: [{id: huber, weight: 5}, {id: mse, weight: 4}]}
- {id: one, title: One, concepts: [{id: batchnorm, weight: 2}]}
"""
CLOZE = {"kind": "cloze", "front": "", "back": "", "more": "  text: '{{c1::x}} is {{c2::y}}.'"}


class Shelf:
    """Two folders of decks, the first one before the second, and a cache."""

    def __init__(self, root: Path) -> None:
        self.first, self.second, self.cache = root / "first", root / "second", root / "cache"
        self.first.mkdir()
        self.sources = Sources((self.first, self.second), root / "syllabus.yaml")
        write(root / "syllabus.yaml", PLAN)
        write(self.second / "one.yaml", deck(card("a"), card("b")))
        write(
            self.second / "two.yaml", deck(card("c", "mse"), card("d", "huber", **CLOZE), id="two")
        )

    def open(self, cache: Path | None = None) -> Catalog:
        return Catalog.open(self.sources, cache or self.cache)

    def contents(self, cache: Path | None = None) -> Any:
        """Everything that can be asked of a catalog."""
        with self.open(cache) as catalog:
            entries = list(catalog.all())
            cards = [msgspec.to_builtins(catalog.card(entry.key)) for entry in entries]
            return entries, cards, catalog.decks(), catalog.problems(), catalog.topics()

    def order(self) -> list[str]:
        with self.open() as catalog:
            return [entry.key for entry in catalog.all()]

    def copy(self) -> Path:
        (path,) = self.cache.glob("*.sqlite")
        return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_decks_in_the_syllabus_s_order_and_siblings_together(shelf: Shelf) -> None:
    assert shelf.order() == ["two/d", "two/d-c2", "two/c", "one/a", "one/b"]
    with shelf.open() as catalog:
        sibling = catalog.entry("two/d-c2")
        assert (sibling.text, sibling.weight, sibling.line) == ("two/d", 5, 13)
        assert catalog.card("two/d-c2").id == "d-c2"
        assert catalog.topics() == ["two", "one", "huber", "mse", "batchnorm"]
        assert [(info.id, info.title, info.cards) for info in catalog.decks()] == [
            ("two", "One", 3),
            ("one", "One", 2),
        ]
        assert len(catalog) == 5
        assert list(catalog.entries(["one/a", "gone"])) == ["one/a"]


def test_what_is_needed_comes_first(shelf: Shelf) -> None:
    text = deck(card("a", "mse", more="  needs: [huber]"), card("b", "new"), card("c", "huber"),
                card("d", "mse", more="  needs: [new, mse]"), id="two")  # fmt: skip
    write(shelf.second / "two.yaml", text)
    assert shelf.order()[:4] == ["two/c", "two/b", "two/a", "two/d"]


def test_a_circle_of_needs_is_broken(shelf: Shelf) -> None:
    text = deck(
        *[card(f"c{n}", f"c{n}", more=f"  needs: [c{(n + 1) % 150}]") for n in range(150)], id="two"
    )
    write(shelf.second / "two.yaml", text)
    assert len(shelf.order()) == 152


def test_the_second_opening_reads_nothing(shelf: Shelf) -> None:
    fresh = shelf.contents()
    before = shelf.copy().stat()
    assert shelf.contents() == fresh
    assert shelf.copy().stat().st_mtime_ns == before.st_mtime_ns


def rewrite(shelf: Shelf) -> None:
    write(shelf.second / "one.yaml", deck(card("a"), card("z")))


def touch(path: Path) -> None:
    os.utime(path, ns=(0, 0))


CHANGES: dict[str, Callable[[Shelf], object]] = {
    "a changed file": rewrite,
    "a new file": lambda shelf: write(shelf.second / "three.yaml", deck(card("x"), id="three")),
    "a removed file": lambda shelf: (shelf.second / "one.yaml").unlink(),
    "every file removed": lambda shelf: shutil.rmtree(shelf.second),
    "a file that broke": lambda shelf: write(shelf.second / "one.yaml", "deck: [\n"),
    "a deck without an id": lambda shelf: write(shelf.second / "one.yaml", deck(card(), id="Bad Id")),
    "another deck's id": lambda shelf: write(shelf.second / "one.yaml", deck(card("q"), id="two")),
    "a deck that shadows": lambda shelf: write(shelf.first / "mine.yaml", deck(card("m"))),
    "a touched file": lambda shelf: touch(shelf.second / "two.yaml"),
    "another syllabus": lambda shelf: write(shelf.sources.syllabus, "decks:\n- {id: one}\n"),
    "a touched syllabus": lambda shelf: touch(shelf.sources.syllabus),
    "a broken syllabus": lambda shelf: write(shelf.sources.syllabus, "decks: 7\n"),
    "no syllabus": lambda shelf: shelf.sources.syllabus.unlink(),
    "the copy deleted": lambda shelf: shelf.copy().unlink(),
    "the copy emptied": lambda shelf: shelf.copy().write_bytes(b""),
    "the copy cut short": lambda shelf: os.truncate(shelf.copy(), 5000),
    "the copy cut in its first page": lambda shelf: os.truncate(shelf.copy(), 60),
    "the copy overwritten": lambda shelf: shelf.copy().write_bytes(b"no database at all" * 500),
    "a table that is missing": lambda shelf: sql(shelf, "DROP TABLE file"),
    "columns that are missing": lambda shelf: sql(shelf, "ALTER TABLE file DROP COLUMN owner"),
    "a copy of another version": lambda shelf: sql(shelf, "UPDATE meta SET stamp = 'dlcards 0.0'"),
}  # fmt: skip


def sql(shelf: Shelf, statement: str) -> None:
    with closing(sqlite3.connect(shelf.copy())) as database, database:
        database.execute(statement)


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_equals_what_a_fresh_one_would_be(shelf: Shelf, tmp_path: Path, change: str) -> None:
    shelf.contents()
    CHANGES[change](shelf)
    assert shelf.contents() == shelf.contents(tmp_path / "fresh")
    if "copy" in change:
        assert shelf.copy().stat().st_size > 5000, "made anew where it belongs"


SHADOWS = [
    ("first/a.yaml", deck(card("m"))), ("second/one.yaml", deck(card("m"), id="other")),
    ("first/a.yaml", deck(card("c"), id="two")), ("first/a.yaml", deck(card("n"), id="none")),
    ("second/one.yaml", deck(card("a"))), ("second/three.yaml", deck(card("k"))),
    ("second/one.yaml", deck(card("a"), id="was-one")), ("first/a.yaml", deck(card("n"))),
    ("second/three.yaml", deck(card("k", back=""))), ("first/a.yaml", "deck: [\n"),
]  # fmt: skip


def test_shadowing_is_the_same_however_the_files_came_to_be(shelf: Shelf, tmp_path: Path) -> None:
    shelf.contents()
    for n, (name, text) in enumerate(SHADOWS):
        write(tmp_path / name, text)
        assert shelf.contents() == shelf.contents(tmp_path / f"fresh{n}"), f"after step {n}: {name}"


def test_the_first_place_wins(shelf: Shelf) -> None:
    write(shelf.first / "mine.yaml", deck(card("mine")))
    assert shelf.order() == ["two/d", "two/d-c2", "two/c", "one/mine"]
    with shelf.open() as catalog:
        assert catalog.problems() == []


def test_a_deck_twice_in_one_place_is_a_problem(shelf: Shelf) -> None:
    path = write(shelf.second / "later" / "twin.yaml", deck(card("x")))
    with shelf.open() as catalog:
        (problem,) = catalog.problems()
        assert catalog.has_problems()
    assert (problem.file, problem.line) == (str(path), 1)
    assert f"the deck 'one' is in {shelf.second / 'one.yaml'} already" in problem.message
    assert "one/x" not in shelf.order()


def put_a_folder_in_its_place(shelf: Shelf) -> None:
    shelf.contents()
    path = shelf.copy()
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "block",
    [
        lambda shelf: shelf.cache.write_text("a file in place of the folder"),
        put_a_folder_in_its_place,
    ],
    ids=["no folder can be made", "no file can be made"],
)
def test_without_a_cache_every_run_has_its_own_copy(
    shelf: Shelf, tmp_path: Path, block: Callable[[Shelf], object]
) -> None:
    block(shelf)
    assert shelf.contents() == shelf.contents(tmp_path / "fresh")
    with shelf.open() as catalog:
        own = catalog.path
        assert own.is_file()
        assert shelf.cache not in own.parents
    assert not own.parent.exists(), "removed when it is closed"


def test_a_damaged_page_is_an_error_with_a_remedy(shelf: Shelf) -> None:
    write(shelf.second / "big.yaml", deck(*[card(f"c{n}") for n in range(200)], id="big"))
    shelf.contents()
    with shelf.copy().open("r+b") as file:
        file.seek(4096 * 12)
        file.write(b"\xff" * 4096 * 12)
    with shelf.open() as catalog, pytest.raises(DeckError, match="delete it: it is made again"):
        [catalog.card(entry.key) for entry in catalog.all()]
    shelf.copy().unlink()
    assert len(shelf.order()) == 205


def test_refresh_sees_an_edit_and_a_broken_edit(shelf: Shelf) -> None:
    with shelf.open() as catalog:
        rewrite(shelf)
        catalog.refresh()
        assert catalog.card("one/z").id == "z"
        write(shelf.second / "one.yaml", deck(card("z", back="")))
        catalog.refresh()
        assert "has no 'back'" in str(catalog.problems()[0])
        with pytest.raises(UsageError):
            catalog.card("one/z")


BUILD = """\
import sys
from pathlib import Path
from dlcards.library.catalog import Catalog
from dlcards.library.sources import Sources
places = tuple(Path(place) for place in sys.argv[2:])
with Catalog.open(Sources(places, Path("none")), Path(sys.argv[1])) as catalog:
    print(len(list(catalog.all())), catalog.path.parent)
"""


def test_two_processes_build_one_copy(shelf: Shelf) -> None:
    write(shelf.second / "big.yaml", deck(*[card(f"c{n}") for n in range(300)], id="big"))
    command = [sys.executable, "-c", BUILD, str(shelf.cache), str(shelf.second)]
    root = str(Path(__file__).parent.parent.parent)
    runs = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}
        )
        for _ in range(3)
    ]
    assert {run.communicate()[0] for run in runs} == {f"305 {shelf.cache}\n"}
    assert {run.returncode for run in runs} == {0}


@pytest.mark.parametrize(
    ("word", "named"),
    [("two", "two"), ("mse", "mse"), ("MSE", "mse"), ("norm", "batchnorm"), ("hub", "huber")],
)
def test_a_word_names_a_topic(shelf: Shelf, word: str, named: str) -> None:
    with shelf.open() as catalog:
        assert catalog.topic(word) == named
        assert list(catalog.all(named))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda catalog: catalog.topic("hubre"), "did you mean 'huber'?"),
        (lambda catalog: catalog.topic("e"), "one of one, huber, mse"),
        (lambda catalog: catalog.topic("zzz"), "see deck list"),
        (lambda catalog: catalog.card("a"), "did you mean 'one/a'?"),
        (lambda catalog: catalog.entry("one/aa"), "did you mean 'one/a'"),
        (lambda catalog: catalog.card("zzz"), "see card find"),
    ],
)
def test_a_name_that_is_not_there_has_near_names(shelf: Shelf, ask: Any, message: str) -> None:
    with shelf.open() as catalog, pytest.raises(UsageError) as error:
        ask(catalog)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["RUNNING"], ["two/c", "one/a", "one/b"]),
        (["running", "huber"], []),
        (["huber"], ["two/d", "two/d-c2"]),
        (["two/"], ["two/d", "two/d-c2", "two/c"]),
        (["front"], []),
        ([], ["two/d", "two/d-c2", "two/c", "one/a", "one/b"]),
    ],
)
def test_find(shelf: Shelf, words: list[str], keys: list[str]) -> None:
    with shelf.open() as catalog:
        assert [entry.key for entry in catalog.find(words)] == keys


def test_the_log_finds_its_columns(shelf: Shelf) -> None:
    shelf.contents()
    with closing(sqlite3.connect(shelf.copy())) as database:
        query = "SELECT key, position, concept, deck, kind, weight, text, family FROM card"
        assert len(database.execute(query).fetchall()) == 5
