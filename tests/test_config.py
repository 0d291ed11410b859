"""Settings: what a file may hold, how one value is changed, and where everything lives."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dlcards import config
from dlcards.errors import OutputError, UsageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "config.toml"


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_without_a_file_all_is_as_documented(path: Path) -> None:
    assert config.load(path) == config.Settings()
    assert not path.parent.exists(), "reading writes nothing"


def test_every_setting_says_what_it_is_for() -> None:
    assert config.fields().keys() == set(config.Settings.__struct_fields__)
    assert all(len(said) > 10 for said in config.fields().values())


def test_every_default_is_allowed() -> None:
    assert (
        msgspec.convert(msgspec.to_builtins(config.Settings()), config.Settings)
        == config.Settings()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("new_per_dya = 3", "unknown setting 'new_per_dya' (did you mean 'new_per_day'"),
        ("[table]\nx = 1", "unknown setting 'table' (one of new_per_day"),
        ("new_per_day = 'many'", "new_per_day: Expected `int`, got `str`"),
        ("new_per_day = -1", "new_per_day: Expected `int` >= 0"),
        ("new_per_day = true", "new_per_day: Expected `int`, got `bool`"),
        ("buttons = 'three'", "buttons: Invalid enum value 'three'"),
        ("rollover_hour = 13", "rollover_hour"),
        ("new_per_day = ", "cannot be read: Invalid value"),
        ("plain = true\nplain = false", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name(
    path: Path, text: str | bytes, message: str
) -> None:
    write(path, text)
    with pytest.raises(UsageError) as error:
        config.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)


def test_a_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be read"):
        config.load(path)


def test_a_byte_order_mark_is_fine(path: Path) -> None:
    write(path, "\ufeffnew_per_day = 3\n")
    assert config.load(path).new_per_day == 3


@pytest.mark.parametrize(
    ("before", "name", "text", "after"),
    [
        ("", "new_per_day", "20", "new_per_day = 20\n"),
        ("plain = true", "new_per_day", "20", "plain = true\nnew_per_day = 20\n"),
        ("plain = true\n", "plain", "false", "plain = false\n"),
        ("# mine\nnew_per_day=5 # few\n\nplain = true\n", "new_per_day", "6", "# mine\nnew_per_day=6 # few\n\nplain = true\n"),
        ("# new_per_day = 5\n", "new_per_day", "6", "# new_per_day = 5\nnew_per_day = 6\n"),
        ("editor = 'a # b' # c\n", "editor", "vim", 'editor = "vim" # c\n'),
        ('editor = "a \\" b" # c\n', "editor", "vim", 'editor = "vim" # c\n'),
        ("", "editor", "code --wait", 'editor = "code --wait"\n'),
        ("", "editor", r"C:\new\tool.exe", 'editor = "C:\\\\new\\\\tool.exe"\n'),
        ("", "editor", "a\nnew_per_day = 3", 'editor = "a\\nnew_per_day = 3"\n'),
        ("", "editor", "'quoted'", 'editor = "quoted"\n'),
        ("", "buttons", "six", 'buttons = "six"\n'),
        ("tries = 3\n", "tries", "1", "tries = 1\n"),
    ],
)  # fmt: skip
def test_changing_one_value_leaves_the_rest(
    path: Path, before: str, name: str, text: str, after: str
) -> None:
    write(path, before)
    settings = config.change(path, name, text)
    assert path.read_text("utf-8") == after
    assert settings == config.load(path)
    assert tomllib.loads(after)[name] == getattr(settings, name)


@pytest.mark.parametrize(
    ("before", "name", "text", "message"),
    [
        ("", "colour", "red", "config: unknown setting 'colour'"),
        ("", "tries", "9", "config: tries: Expected `int` <= 5"),
        ("", "tries", "two", "config: tries: Expected `int`, got `str`"),
        ("", "tries", "2\nplain = true", "config: tries: Expected `int`, got `str`"),
        ("", "buttons", "4", "config: buttons"),
        ("tries = ", "plain", "true", "cannot be read"),
        ('"tries" = 3\n', "tries", "4", "change it with an editor"),
        ("editor = '''\nplain = false\n'''\n", "plain", "true", "change it with an editor"),
    ],
)
def test_what_cannot_be_changed_changes_nothing(
    path: Path, before: str, name: str, text: str, message: str
) -> None:
    write(path, before)
    with pytest.raises(UsageError) as error:
        config.change(path, name, text)
    assert message in str(error.value)
    assert path.read_text("utf-8") == before


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises((OutputError, UsageError)):
        config.change(tmp_path / "folder" / "config.toml", "plain", "true")


@pytest.mark.parametrize(
    ("environ", "log"),
    [
        ({"DLCARDS_HOME": "/somewhere"}, Path("/somewhere/log.sqlite")),
        ({"DLCARDS_HOME": "~/x"}, Path.home() / "x" / "log.sqlite"),
        ({"DLCARDS_HOME": "here"}, Path("here/log.sqlite")),
    ],
)
def test_one_folder_holds_everything(environ: dict[str, str], log: Path) -> None:
    found = config.places(environ)
    assert found.log == log
    assert {place.parent for place in found} == {log.parent}


def test_the_standard_places_are_the_programs_own() -> None:
    found: Any = config.places({})
    assert all("dlcards" in str(place) for place in found)
    assert len({found.config, found.log, found.decks, found.cache}) == 4


def test_a_home_that_is_nobodys() -> None:
    with pytest.raises(UsageError, match="DLCARDS_HOME"):
        config.places({"DLCARDS_HOME": "~nobody-of-that-name/x"})
