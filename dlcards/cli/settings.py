"""Shows the settings and where every file lives, and changes one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from dlcards import config

if TYPE_CHECKING:
    from dlcards.cli.rim import Rim


def settings(rim: Rim, name: str | None, value: str | None) -> None:
    """Print the settings, or one of them, or change one."""
    if name is not None and value is not None:
        _print(rim, config.change(rim.places.config, name, value), name)
    elif name is not None:
        if name not in config.fields():
            config.change(rim.places.config, name, "")  # raises with near names
        _print(rim, rim.settings, name)
    else:
        for one in config.fields():
            _print(rim, rim.settings, one)
        rim.out.write("\n")
        for place, path in rim.places._asdict().items():
            rim.out.write(f"{place:7} {path}{'' if path.exists() else '  (not there yet)'}\n")
        from dlcards.library.sources import shipped

        rim.out.write(f"{'shipped':7} {shipped()}\n")


def _print(rim: Rim, found: config.Settings, name: str) -> None:
    value = json.dumps(msgspec.structs.asdict(found)[name])
    rim.out.write(f"{f'{name} = {value}':26} # {config.fields()[name]}\n")
