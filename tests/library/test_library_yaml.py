"""YAML as data: what each scalar means, and what a hostile file can do (nothing)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from deckfiles import card, deck, write
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcards.library import loader, yaml12

if TYPE_CHECKING:
    from pathlib import Path


def read(text: str | bytes) -> yaml12.Document:
    return yaml12.read(text if isinstance(text, bytes) else text.encode(), "deck.yaml")


def problems(text: str | bytes) -> list[str]:
    return [str(problem) for problem in read(text).problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("1E5", 100000.0), (".5", 0.5), ("5.", 5.0), ("-.5e1", -5.0), ("1.10", 1.1),
        ("3", 3), ("+3", 3), ("-3", -3), ("010", 10), ("0", 0), ("123456789012345678", 123456789012345678),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("NO", "NO"),
        ("true", True), ("False", False), ("tRUE", "tRUE"), ("null", None), ("~", None), ("", None),
        ("nil", "nil"), ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("0x10", "0x10"), ("0o7", "0o7"),
        ("0b1", "0b1"), ("1_000", "1_000"), ("2024-01-01", "2024-01-01"), ("12:00:00", "12:00:00"),
        (".inf", ".inf"), (".nan", ".nan"), ("inf", "inf"), ("e5", "e5"), (".", "."), ("1.2.3", "1.2.3"),
        ("<<", "<<"), ("=", "="), ("'3'", "3"), ('"no"', "no"), ("'true'", "true"),
        (r"'\frac{1}{2}'", r"\frac{1}{2}"), (r"\frac{1}{2}", r"\frac{1}{2}"), ('"a\\nb"', "a\nb"),
        ("'\u200bzero'", "zero"), ("😀", "😀"),
    ],
)  # fmt: skip
def test_a_scalar_is_what_yaml_1_2_says(text: str, value: Any) -> None:
    document = read(f"a: {text}\n")
    assert document.problems == []
    found = document.data["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a: 1\nb: 2\n", "$.b", 2),
        ("a:\n- x\n- y\n", "$.a[1]", 3),
        ("cards:\n- id: x\n  front: |\n    one\n    two\n  back: z\n", "$.cards[0].back", 6),
        ("\ufeffa: 1\r\nb: 2\r\n", "$.b", 2),
        ("# note\n\na: {b: [1,\n 2]}\n", "$.a.b[1]", 4),
    ],
)
def test_every_path_has_its_line(text: str, path: str, line: int) -> None:
    assert read(text).lines[path] == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "deck.yaml:3: 'a' is written twice (first in line 1) (keep one)", id="key twice"),
        pytest.param("1: a\n'1': b\n", "deck.yaml:2: '1' is written twice", id="key twice, as number and text"),
        pytest.param('a: 1\nb: "\\frac{1}{2}"\n', "deck.yaml:2: holds the control character '\\x0c' (in double quotes a backslash is an escape: use single quotes)", id="frac in double quotes"),
        pytest.param('b: "\\beta"\n', "control character '\\x08'", id="beta"),
        pytest.param('b: "\\theta"\n', "holds '\\t', written with a backslash (in double quotes", id="theta"),
        pytest.param('b: "$\\nabla f$"\n', "holds '\\n', written with a backslash", id="nabla"),
        pytest.param('b: "\\Lambda"\n', "control character '\\u2028'", id="Lambda"),
        pytest.param('b: "\\sigma"\n', "use single quotes around text with a backslash", id="sigma"),
        pytest.param('b: "\\xi"\n', "use single quotes around text with a backslash", id="xi"),
        pytest.param("a: &x 1\n", "deck.yaml:1: uses an anchor or alias", id="anchor"),
        pytest.param("a: &x [1]\nb: *x\n", "deck.yaml:1: uses an anchor", id="alias"),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "uses an anchor", id="billion laughs"),
        pytest.param("a: *a\n", "uses an anchor or alias", id="alias of nothing"),
        pytest.param("a: !!python/object/apply:os.system [exit 1]\n", "has the tag 'tag:yaml.org,2002:python/object/apply:os.system'", id="python object"),
        pytest.param("a: !!str 1\n", "has the tag", id="known tag"),
        pytest.param("!deck\na: 1\n", "has the tag '!deck'", id="tag on top"),
        pytest.param("%TAG ! tag:x,2000:\n---\na: !b 1\n", "has the tag 'tag:x,2000:b'", id="tag directive"),
        pytest.param("a:\n\tb: 1\n", "deck.yaml:2: is not YAML: while scanning for the next token found character that cannot start any token (indent with spaces)", id="tab"),
        pytest.param("a: 1\n---\nb: 2\n", "deck.yaml:2: holds a second document", id="second document"),
        pytest.param("a: b: c\n", "a ':' in a text needs quotes around it", id="colon"),
        pytest.param("a: 'open\n", "close the quote", id="open quote"),
        pytest.param("a: @x\n", "put quotes around a text that begins with this sign", id="at sign"),
        pytest.param("a: [1, 2\n", "is not YAML", id="open list"),
        pytest.param("[a, b]: 1\n", "has a list or mapping as a key", id="list as a key"),
        pytest.param("? {a: 1}\n: 1\n", "has a list or mapping as a key", id="mapping as a key"),
        pytest.param("a: 1e999\n", "holds a number beyond 1e308", id="infinite number"),
        pytest.param(f"a: {'9' * 100_000}\n", "holds a whole number of 100,000 digits", id="huge number"),
        pytest.param("a: ü\nb: \x1b[31m\n", "deck.yaml:2: holds the character U+001B", id="terminal escape"),
        pytest.param("a: \uffff\n", "holds the character U+FFFF", id="no character"),
        pytest.param("deck: x".encode("utf-16"), "deck.yaml: is no text (a deck is YAML in UTF-8)", id="UTF-16"),
        pytest.param("a: 1\nb: ü\n".encode("latin-1"), "deck.yaml:2: is not UTF-8", id="Latin-1"),
        pytest.param(b"a: \xed\xa0\x80\n", "is not UTF-8", id="surrogate"),
        pytest.param(b"\x7fELF\x00\x01\x02", "is no text", id="binary"),
        pytest.param(b"a: " + b"x" * (10 << 20), "deck.yaml: has 4 MB or more", id="10 MB"),
        pytest.param("[" * 100_000, "is nested deeper than 24", id="deep list"),
        pytest.param("{a: " * 100_000, "is nested deeper than 24", id="deep mapping"),
        pytest.param("- " * 100_000, "is nested deeper than 24", id="deep block"),
        pytest.param("".join(f"k{n}:\n" for n in range(300_000)), "holds more than 400,000 values", id="300,000 keys"),
        pytest.param("".join(f"k{n}: 1\n" for n in range(1_000_000)), "MB or more", id="a million keys"),
        pytest.param("a: [" + "1," * 450_000 + "]", "holds more than 400,000 values", id="a long list"),
        pytest.param("? " + "x" * 300 + "\n: 1\n", "has a key of 300 characters", id="long key"),
        pytest.param(("{" + "a" * 190 + ": ") * 20 + "[" + "1," * 390_000, "long keys far too deep", id="paths that multiply"),
        pytest.param("- !x 1\n" * 190_000, "has more than 100 faults", id="a fault in each line"),
        pytest.param("a: (a+)+$\nb: " + "a" * 50_000 + "!\na: 1\n", "'a' is written twice", id="text like a regular expression"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_a_sentence(text: str | bytes, message: str) -> None:
    found = problems(text)
    assert message in "\n".join(found)
    assert len(found) <= 101
    assert max(map(len, found)) < 400


@pytest.mark.parametrize("text", ["", "# only a note\n", "---\n", "\ufeff"])
def test_an_empty_file_is_no_data_and_no_problem(text: str) -> None:
    document = read(text)
    assert (document.data, document.problems) == (None, []) or document.data is None


def test_a_byte_order_mark_is_fine() -> None:
    assert read("\ufeffdeck: x\n").data == {"deck": "x"}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=60), st.text(" \n\t:-[]{}'\"#&*!|>%@`?,\\ab01~", max_size=60).map(str.encode)))  # fmt: skip
def test_no_file_raises(raw: bytes) -> None:
    document = yaml12.read(raw, "x")
    assert document.problems or isinstance(
        document.data, (dict, list, str, int, float, bool, type(None))
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda path: path.mkdir(), "is no plain file", id="a folder"),
        pytest.param(
            lambda path: os.mkfifo(path), "is no plain file", id="a pipe would wait for ever"
        ),
        pytest.param(lambda path: path.symlink_to(path), "symbolic link", id="a link to itself"),
        pytest.param(
            lambda path: path.symlink_to("/dev/zero"), "is no plain file", id="an endless device"
        ),
        pytest.param(lambda path: path.symlink_to("gone"), "No such file", id="a link to nothing"),
        pytest.param(lambda path: path.write_bytes(b"x" * (6 << 20)), "MB or more", id="large"),
        pytest.param(lambda path: path.write_text("- a\n- b\n"), "holds no deck", id="a list"),
        pytest.param(lambda path: path.write_text(""), "holds no deck", id="empty"),
        pytest.param(lambda path: path.write_text("a word"), "holds no deck", id="a word"),
    ],
)
def test_what_is_no_deck_file(tmp_path: Path, make: Any, message: str) -> None:
    path = tmp_path / "deck.yaml"
    make(path)
    loaded = loader.load(path)
    (problem,) = loaded.problems
    assert message in str(problem)
    assert (loaded.cards, loaded.deck) == ((), "")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = write(tmp_path / "deck.yaml", deck(card()))
    path.chmod(0)
    assert "Permission denied" in str(loader.load(path).problems[0])


def test_nothing_is_executed_or_written(tmp_path: Path) -> None:
    target = tmp_path / "made"
    hostile = f"!!python/object/apply:pathlib.Path.touch ['{target}']"
    path = write(
        tmp_path / "deck.yaml",
        deck(card(back=hostile), card("b", back=f"'{{{{open({target})}}}}'")),
    )
    loader.load(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["deck.yaml"]
