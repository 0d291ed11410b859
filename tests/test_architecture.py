"""The laws of the source tree, read from the source: who imports whom, and what nobody may do."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dlcards"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]

EVERYTHING = "errors config model ops tex answers kinds library schedule log session tui cli"
MAY_IMPORT = {
    "__init__": "",
    "__main__": "cli",
    "errors": "",
    "config": "errors",
    "model": "errors",
    "ops": "errors",
    "tex": "errors",
    "answers": "errors model",
    "kinds": "errors model answers ops",
    "library": "errors model kinds tex answers",  # answers: what a proof line states
    "schedule": "errors model",
    "log": "errors model schedule",
    "session": "errors model schedule",
    "tui": "errors model session tex ops config answers",  # answers: numbers are written one way
    "cli": EVERYTHING,
}
THIRD_PARTY = {
    "config": "msgspec platformdirs",
    "model": "msgspec",
    "ops": "numpy",
    "answers": "numpy sympy mpmath",
    "kinds": "msgspec numpy",
    "library": "msgspec yaml",
    "schedule": "msgspec numpy",
    "log": "msgspec",
    "session": "msgspec",
    "tui": "rich numpy msgspec",
    "cli": "typer msgspec click",
}
SLOW = {"numpy", "sympy", "rich", "yaml"}  # never loaded by importing one of these packages
FAST = {"errors", "config", "model", "tex", "kinds", "library", "schedule", "log", "session", "cli"}
RIM_ONLY = re.compile(
    r"\b(datetime\.now|date\.today|time\.time|time\.monotonic|random\.random|random\.seed"
    r"|os\.environ|os\.getenv|os\.urandom|uuid4|secrets)\b|(?<![\w.])(?<!def )print\("
)
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}


def package_of(path: Path) -> str:
    """`kinds` of dlcards/kinds/basic.py, `errors` of dlcards/errors.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(module: ast.AST) -> list[str]:
    """Every module that is imported, wherever the line stands."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def at_import(module: ast.Module) -> list[str]:
    """What importing the module imports: not what stands in a function or under TYPE_CHECKING."""
    body: list[ast.stmt] = [
        node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    return imports(ast.Module(body, []))


def without_texts(source: str) -> str:
    """The source without its texts and comments."""
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.unparse(module)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_package_imports_only_what_it_may(path: Path) -> None:
    package = package_of(path)
    may = {package, "__version__", *MAY_IMPORT[package].split()}
    inside = [name.split(".") for name in imports(tree(path))]
    parts = {name[1] for name in inside if name[0] == "dlcards" and len(name) > 1}
    assert parts <= may


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_package_uses_only_its_third_parties(path: Path) -> None:
    import sys

    known = {*sys.stdlib_module_names, "dlcards", *THIRD_PARTY.get(package_of(path), "").split()}
    assert {name.partition(".")[0] for name in imports(tree(path))} <= known


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_slow_library_is_imported_at_the_start(path: Path) -> None:
    found = {name.partition(".")[0] for name in at_import(tree(path))}
    assert package_of(path) not in FAST or not found & SLOW


@pytest.mark.parametrize(
    "kind", sorted((PACKAGE / "kinds").glob("[a-z]*.py")), ids=lambda p: p.stem
)
def test_kinds_do_not_know_each_other(kind: Path) -> None:
    others = {f"dlcards.kinds.{other.stem}" for other in kind.parent.glob("[a-z]*.py")}
    found = {name.rpartition(".")[0] for name in imports(tree(kind))}
    assert not found & others


@pytest.mark.parametrize(
    "path", [path for path in FILES if package_of(path) != "cli"],
    ids=[name for name in NAMES if not name.startswith("dlcards/cli")],
)  # fmt: skip
def test_clock_chance_environment_and_streams_are_read_at_the_rim(path: Path) -> None:
    assert RIM_ONLY.findall(without_texts(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(tree(path)) or ""
    assert docstring.partition("\n\n")[0].endswith((".", "…")), "a sentence, then perhaps a law"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_is_one_idea(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= 400
    assert not {path.stem.strip("_"), *path.parts} & VAGUE


def test_every_package_has_its_row() -> None:
    assert {package_of(path) for path in FILES} <= MAY_IMPORT.keys()


def test_the_patterns_can_fail() -> None:
    bad = "import os\nhome = os.environ['HOME']\nprint(home)\n"
    assert len(RIM_ONLY.findall(without_texts(bad))) == 2
    assert at_import(ast.parse("def f():\n    import numpy\n")) == []
    assert at_import(ast.parse("import numpy")) == ["numpy"]
