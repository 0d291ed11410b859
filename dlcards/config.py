"""Settings in a TOML file, and the directories where everything of a learner lives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec

from dlcards.errors import OutputError, UsageError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

Meta = msgspec.Meta


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a learner may set; a field's description is its documentation."""

    new_per_day: Annotated[int, Meta(ge=0, le=1000, description="new cards a day")] = 15
    reviews_per_day: Annotated[
        int, Meta(ge=0, le=100_000, description="reviews a day, 0 for no limit")
    ] = 0
    rollover_hour: Annotated[int, Meta(ge=0, le=12, description="hour at which a day begins")] = 4
    buttons: Annotated[
        Literal["two", "four", "six"], Meta(description="grades offered: two, four or six")
    ] = "four"
    spread: Annotated[
        bool, Meta(description="move long intervals a little, to the least loaded day")
    ] = True
    tries: Annotated[int, Meta(ge=1, le=5, description="replies to a typed question")] = 2
    plain: Annotated[bool, Meta(description="linear output for screen readers")] = False
    editor: Annotated[str, Meta(description="command that edits a card; empty takes $EDITOR")] = ""


class Places(NamedTuple):
    """Where things are."""

    config: Path
    log: Path
    decks: Path
    attempts: Path  # programs that the learner wrote for code cards
    cache: Path


def places(environ: Mapping[str, str]) -> Places:
    """Return the standard places; DLCARDS_HOME puts all of them in one folder."""
    if home := environ.get("DLCARDS_HOME"):
        root = _home(home)
        return Places(
            root / "config.toml",
            root / "log.sqlite",
            root / "decks",
            root / "attempts",
            root / "cache",
        )
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("dlcards", appauthor=False)
    data = dirs.user_data_path
    return Places(
        dirs.user_config_path / "config.toml",
        data / "log.sqlite",
        data / "decks",
        data / "attempts",
        dirs.user_cache_path,
    )


def _home(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise UsageError(f"DLCARDS_HOME: '{text}' names no home (give a folder)") from None


def load(path: Path) -> Settings:
    """Read the settings; raises UsageError with place and remedy for any fault of the file."""
    if not path.exists():
        return Settings()
    try:
        data = _toml(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:  # no UTF-8 and no TOML are both ValueErrors
        raise UsageError(f"{path}: cannot be read: {error} (mend or remove it)") from None
    for name in data:
        _known(name, str(path))
    return _settings(data, str(path))


def change(path: Path, name: str, text: str) -> Settings:
    """Set one value in the file, leaving the rest of it as it stands; returns the settings."""
    _known(name, "config")
    value = _value(name, text)
    old = load(path)  # a broken file is not written over
    new = _with(_text(path), name, json.dumps(value, ensure_ascii=False))
    settings = msgspec.structs.replace(old, **{name: value})
    if _read(new) != settings:
        raise UsageError(f"{path}: '{name}' cannot be found in it (change it with an editor)")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror} (check rights)") from None
    return settings


def fields() -> dict[str, str]:
    """Return the name and description of every setting."""
    return {
        field.name: field.type.__metadata__[0].description
        for field in msgspec.structs.fields(Settings)
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _with(text: str, name: str, value: str) -> str:
    """Put a value into the text of a file: where the setting stands, else at the end."""
    line = re.compile(rf"^({re.escape(name)}[ \t]*=[ \t]*){_VALUE}", re.MULTILINE)
    if line.search(text):
        return line.sub(lambda found: f"{found[1]}{value}", text, count=1)
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{name} = {value}\n"


_VALUE = r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s#]+)"""  # a comment after it stays


def _read(text: str) -> Settings | None:
    try:
        return msgspec.convert(_toml(text), Settings)
    except ValueError:  # no TOML, or no settings
        return None


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # only where there are settings

    return tomllib.loads(text)


def _known(name: str, place: str) -> None:
    names = Settings.__struct_fields__
    if name not in names:
        hint = near(name, names) or f"one of {', '.join(names)}"
        raise UsageError(f"{place}: unknown setting '{name}' ({hint})")


def _value(name: str, text: str) -> Any:
    """Read a value as TOML would, or as a word."""
    try:
        data = _toml(f"value = {text}")
    except ValueError:
        data = {}
    value = data["value"] if len(data) == 1 else text
    _settings({name: value}, "config")
    return value


def _settings(data: Mapping[str, Any], place: str) -> Settings:
    try:
        return msgspec.convert(dict(data), Settings)
    except msgspec.ValidationError as error:
        fact, _, where = str(error).partition(" - at `$.")
        raise UsageError(f"{place}: {where.rstrip('`')}: {fact} (see config)") from None
