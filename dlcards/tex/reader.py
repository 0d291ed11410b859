"""Walks over the tokens of a formula: rows, groups, fences, scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dlcards.tex.bars import pair_bars
from dlcards.tex.macros import MACROS, Macro, sign
from dlcards.tex.node import (
    NOTHING,
    Brace,
    Fence,
    Grid,
    Leaf,
    Limits,
    Node,
    Script,
    items_of,
    row_of,
)
from dlcards.tex.scan import MAX_DEPTH, TexError, Token, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Build = Mapping[str, Callable[["Reader", Macro, Token], Node]]

NO_DELIMITER = Leaf("", "", "ord")
_ENDS = frozenset({"", "}", "&", "\\\\", "\\cr", "\\end", "\\right"})
_BREAKS = ("\\\\", "\\cr")
_CLOSERS = frozenset({")", "]", "⟩"} | {f"\\{n}" for n, m in MACROS.items() if m.role == "close"})
_ESCAPES = {",": " ", ";": " ", ":": " ", " ": " ", "!": ""}


class Reader:
    """A position in the tokens of one formula."""

    def __init__(self, source: str, build: Build) -> None:
        self.source = source
        self.build = build
        self.tokens = scan(source)
        self.at = 0
        self.depth = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += bool(token.text)
        return token

    def expect(self, text: str, opened: Token) -> None:
        if self.peek.text != text:
            raise TexError(f"{opened.text} is never closed by {text}", opened.position)
        self.take()

    # Rows and what they hold

    def grid(self, align: str, *, joined: bool) -> Grid:
        rows: list[tuple[Node, ...]] = []
        cells: list[Node] = [row_of(self.row())]
        while self.peek.text == "&" or self.peek.text in _BREAKS:
            if self.take().text != "&":
                rows.append(tuple(cells))
                cells = []
            cells.append(row_of(self.row()))
        if cells != [NOTHING] or not rows:  # \\ after the last row opens no new one
            rows.append(tuple(cells))
        return Grid(tuple(rows), align, joined)

    def row(self, stops: frozenset[str] = frozenset()) -> tuple[Node, ...]:
        self.descend()
        items: list[Node] = []
        while (text := self.peek.text) not in _ENDS and text not in stops:
            items.extend(self.item())
        self.depth -= 1
        return tuple(pair_bars(items))

    def item(self) -> Iterable[Node]:
        text = self.peek.text
        if text in ("^", "_", "'"):
            return (self.scripts(NOTHING),)
        if self.kind == "ignored":
            self.take()
            return ()
        leaf = self.leaf_ahead()
        if leaf is not None and leaf.role == "open":
            self.take()
            return self.fence(leaf)
        return (self.scripts(self.atom()),)

    def fence(self, left: Leaf) -> Iterable[Node]:
        """What follows an opening bracket; without a closing one the bracket is a mere sign."""
        body = self.row(_CLOSERS)
        right = self.leaf_ahead()
        if right is None or right.role != "close":
            return (left, *body)
        self.take()
        return (self.scripts(Fence(left, row_of(body), right)),)

    def scripts(self, base: Node) -> Node:
        sub: Node | None = None
        sup: Node | None = None
        while True:
            while self.kind == "ignored":  # \limits, \nolimits
                self.take()
            text, position = self.peek
            if text == "'" and sup is None:
                sup = self.primes()
            elif text == "_" and sub is None:
                self.take()
                sub = self.argument()
            elif text == "^" and (sup is None or _is_prime(sup)):
                self.take()
                sup = row_of((*(items_of(sup) if sup else ()), *items_of(self.argument())))
            elif text in ("_", "^", "'"):
                raise TexError(f"second {text} on the same base", position)
            else:
                return _attach(base, sub, sup)

    def primes(self) -> Node:
        count = 0
        while self.peek.text == "'":
            self.take()
            count += 1
        return row_of((MACROS["prime"].leaf,) * count)

    # One thing

    @property
    def kind(self) -> str:
        text = self.tokens[self.at].text
        if not text.startswith("\\"):
            return ""
        macro = MACROS.get(text[1:])
        return macro.kind if macro is not None else "unknown"

    def leaf_ahead(self) -> Leaf | None:
        text = self.peek.text
        if not text.startswith("\\"):
            return sign(text) if text not in _ENDS and text != "{" else None
        return MACROS[text[1:]].leaf if self.kind == "sign" else None

    def argument(self) -> Node:
        while self.kind == "ignored":
            self.take()
        if self.peek.text in _ENDS or self.peek.text in ("^", "_"):
            raise TexError("an argument is missing", self.peek.position)
        self.descend()
        atom = self.atom()
        self.depth -= 1
        return atom

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TexError(f"nested more than {MAX_DEPTH} deep", self.peek.position)

    def atom(self) -> Node:
        token = self.take()
        if token.text == "{":
            return self.group(token)
        if token.text == "'":
            return MACROS["prime"].leaf
        if not token.text.startswith("\\"):
            return sign(token.text)
        macro = MACROS.get(token.text[1:])
        if macro is None:
            raise TexError(f"unknown macro {token.text}", token.position)
        return macro.leaf if macro.kind == "sign" else self.build[macro.kind](self, macro, token)

    def group(self, opened: Token) -> Node:
        items = self.row()
        self.expect("}", opened)
        if len(items) == 1 and isinstance(items[0], Leaf) and items[0].role != "text":
            return _alone(items[0])
        return row_of(items)

    def optional(self) -> Node | None:
        """The index in square brackets of a root."""
        if self.peek.text != "[":
            return None
        opened = self.take()
        index = row_of(self.row(frozenset("]")))
        self.expect("]", opened)
        return index

    def delimiter(self) -> Leaf:
        token = self.take()
        if token.text == ".":
            return NO_DELIMITER
        macro = MACROS.get(token.text[1:]) if token.text.startswith("\\") else None
        leaf = macro.leaf if macro is not None else sign(token.text)
        if leaf.role not in ("open", "close") and leaf.text not in ("|", "‖", "/", "<", ">", "∥"):
            raise TexError(f"{token.text or 'the end'} is not a delimiter", token.position)
        return leaf

    def raw(self, opened: Token) -> str:
        """The text between braces, as written; it may hold escaped signs only."""
        brace = self.take()
        if brace.text != "{":
            raise TexError(f"{opened.text} needs {{…}}", opened.position)
        start = brace.position + 1
        end = start
        level = 1
        while level and (token := self.take()).text:
            level += {"{": 1, "}": -1}.get(token.text, 0)
            end = token.position
        if level:
            raise TexError(f"{opened.text}{{ is never closed", opened.position)
        return _unescape(self.source[start:end], start)


def _unescape(text: str, start: int) -> str:
    def plain(found: re.Match[str]) -> str:
        name = found[1]
        if name in "_%&#${}":
            return name
        if name not in _ESCAPES:
            raise TexError(f"\\{name} inside text", start + found.start())
        return _ESCAPES[name]

    marked = re.sub(r"\\([A-Za-z]+|.)", plain, text.replace("~", " "))
    return re.sub(r"\s+", " ", marked)


def _alone(leaf: Leaf) -> Leaf:
    """A sign in braces is a sign without spaces: {,} in 1{,}000."""
    return leaf._replace(role="ord") if leaf.role in ("bin", "rel", "punct") else leaf


def _is_prime(node: Node) -> bool:
    return all(isinstance(item, Leaf) and item.text == "′" for item in items_of(node))


def _attach(base: Node, sub: Node | None, sup: Node | None) -> Node:
    if sub is None and sup is None:
        return base
    if isinstance(base, Brace | Limits) or (isinstance(base, Leaf) and base.role in ("sum", "lim")):
        return Limits(base, sub, sup)
    return Script(base, sub, sup)
