"""Worked solutions: a function's own source, line by line, with the values that the lines took.

The function is compiled once more from its source with a recorder after each assignment and
around each return, so there is no second copy to drift and no cost to an ordinary call.
"""

from __future__ import annotations

import ast
import inspect
import io
import textwrap
import tokenize
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Line(NamedTuple):
    """One executed line: its source, its comment, the name it set ('' for a return), the value."""

    source: str
    note: str
    name: str
    value: Any


class Worked(NamedTuple):
    """The lines in the order in which they ran, and what the function returned."""

    lines: tuple[Line, ...]
    value: Any


class Worker:
    """Runs a function and records its lines."""

    def __init__(self, function: Callable[..., Any]) -> None:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
        marker = _Marker(source)
        self.marks = marker.marks
        definition = tree.body[0]
        if not isinstance(definition, ast.FunctionDef):
            raise TypeError(f"{function!r} is not written as a function, so it has no lines")
        definition.decorator_list = []
        definition.args.kwonlyargs.append(ast.arg("__record__"))
        definition.args.kw_defaults.append(None)
        marker.generic_visit(definition)
        _strip_annotations(definition)
        code = compile(ast.fix_missing_locations(tree), inspect.getfile(function), "exec")
        space = dict(function.__globals__)
        exec(code, space)  # noqa: S102 - our own source, read back from our own file
        self.run = space[definition.name]

    def __call__(self, **arguments: Any) -> Worked:
        lines: list[Line] = []

        def record(index: int, value: Any) -> Any:
            lines.append(Line(*self.marks[index], _kept(value)))
            return value

        value = self.run(**arguments, __record__=record)
        return Worked(tuple(lines), value)


class _Marker(ast.NodeTransformer):
    """Puts a call of the recorder after each assignment and around each returned value."""

    def __init__(self, source: str) -> None:
        self.code, self.comments = _parted(source)
        self.marks: list[tuple[str, str, str]] = []

    def visit_Assign(self, node: ast.Assign) -> Any:
        return [node, self._recorded(node, node.targets[-1])]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        return [node, self._recorded(node, node.target)] if node.value else node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        return [node, self._recorded(node, node.target)]

    def visit_Return(self, node: ast.Return) -> Any:
        if node.value is not None:
            node.value = self._call(node, "", node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return node  # a function inside the op is one idea, not steps

    def _recorded(self, node: ast.stmt, target: ast.expr) -> ast.Expr:
        while isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
            target = target.value  # x[i] = … shows x
        name = ast.unparse(target)
        return ast.Expr(self._call(node, name.strip("()"), ast.parse(name, mode="eval").body))

    def _call(self, node: ast.stmt, name: str, value: ast.expr) -> ast.Call:
        segment = ast.get_source_segment(self.code, node) or ""
        source = " ".join(line.strip() for line in segment.splitlines() if line)
        note = self.comments.get(node.end_lineno or 0, "")
        self.marks.append((source, note, name))
        index = ast.Constant(len(self.marks) - 1)
        return ast.Call(ast.Name("__record__", ast.Load()), [index, value], [])


def _parted(source: str) -> tuple[str, dict[int, str]]:
    """Return the code without its comments, in place, and the comments by line."""
    lines, comments = source.splitlines(), {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
            comments[row] = token.string.lstrip("# ").strip()
    return "\n".join(lines), comments


def _strip_annotations(definition: ast.FunctionDef) -> None:
    """Annotations are not needed to run, and their names may be for type checkers only."""
    for argument in (*definition.args.args, *definition.args.kwonlyargs):
        argument.annotation = None
    definition.returns = None


def _kept(value: Any) -> Any:
    """A copy, because a later line may change the array in place, or add to the list."""
    changes = isinstance(value, list) or (hasattr(value, "copy") and hasattr(value, "dtype"))
    return value.copy() if changes else value
