"""Reads LaTeX of our dialect into a tree: one function for each construction."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dlcards.tex.alphabet import shaped
from dlcards.tex.macros import ENVIRONMENTS, MACROS, Macro, sign, to_ascii
from dlcards.tex.node import (
    Accent,
    Binom,
    Brace,
    Fence,
    Frac,
    Leaf,
    Limits,
    Node,
    Root,
    Script,
    items_of,
    row_of,
)
from dlcards.tex.reader import Reader
from dlcards.tex.scan import TexError, Token

if TYPE_CHECKING:
    from dlcards.tex.reader import Build

_EXPECTED = {
    "}": "unopened }",
    "\\right": "\\right without \\left",
    "\\end": "\\end without \\begin",
}


@lru_cache(maxsize=512)
def parse(source: str) -> Node:
    """The tree of `source`; raises TexError for what is not in the dialect."""
    reader = Reader(source, _BUILD)
    grid = reader.grid("rl", joined=True)
    if (token := reader.peek).text:
        raise TexError(_EXPECTED.get(token.text, f"unexpected {token.text}"), token.position)
    return grid if len(grid.rows) > 1 or len(grid.rows[0]) > 1 else grid.rows[0][0]


# Each construction takes the reader just after its macro.


def _frac(reader: Reader, macro: Macro, _token: Token) -> Node:
    return Frac(reader.argument(), reader.argument(), macro.kind == "tfrac")


def _binom(reader: Reader, _macro: Macro, _token: Token) -> Node:
    return Binom(reader.argument(), reader.argument())


def _sqrt(reader: Reader, _macro: Macro, _token: Token) -> Node:
    index = reader.optional()
    return Root(reader.argument(), index)


def _plain(reader: Reader, _macro: Macro, _token: Token) -> Node:
    return reader.argument()


def _name(reader: Reader, _macro: Macro, _token: Token) -> Node:
    """Several upright letters make one word; anything else stays what it is."""
    body = reader.argument()
    leaves = [item for item in items_of(body) if isinstance(item, Leaf)]
    word = "".join(leaf.text for leaf in leaves)
    if len(leaves) < len(items_of(body)) or not word.replace("−", "-").replace("-", "").isalnum():
        return body
    if word.isdigit() or len(word) == 1:
        return body
    return _word(word.replace("−", "-"))


def _word(word: str) -> Leaf:
    return Leaf(word, to_ascii(word), "word")


def _text(reader: Reader, _macro: Macro, token: Token) -> Node:
    text = reader.raw(token)
    return Leaf(text, to_ascii(text), "text")


def _operator(reader: Reader, _macro: Macro, token: Token) -> Node:
    limits = reader.peek.text == "*"
    if limits:
        reader.take()
    word = _word(reader.raw(token).strip())
    return word._replace(role="lim") if limits else word


def _alphabet(reader: Reader, macro: Macro, _token: Token) -> Node:
    items = items_of(reader.argument())
    return row_of(tuple(_shape(item, macro.text) for item in items))


def _shape(item: Node, shape: str) -> Node:
    if not isinstance(item, Leaf) or len(item.text) != 1:
        return item
    return item._replace(text=shaped(item.text, shape))


def _accent(reader: Reader, macro: Macro, _token: Token) -> Node:
    body = reader.argument()
    if isinstance(body, Script) and isinstance(body.base, Leaf):  # the letter wears the hat
        return body._replace(base=Accent(macro.text, macro.ascii, body.base))
    return Accent(macro.text, macro.ascii, body)


def _left(reader: Reader, _macro: Macro, token: Token) -> Node:
    left = reader.delimiter()
    body = row_of(reader.row())
    reader.expect("\\right", token)
    return Fence(left, body, reader.delimiter())


def _middle(reader: Reader, _macro: Macro, _token: Token) -> Node:
    return reader.delimiter()._replace(role="rel")


def _begin(reader: Reader, _macro: Macro, token: Token) -> Node:
    name = reader.raw(token)
    environment = ENVIRONMENTS.get(name)
    if environment is None:
        raise TexError(f"unknown environment {name}", token.position)
    align = environment.align
    if environment.spec:
        align = "".join(c for c in reader.raw(token) if c in "lcr") or "c"
    body = reader.grid(align, joined=environment.joined)
    reader.expect("\\end", token)
    if (ended := reader.raw(token)) != name:
        raise TexError(f"\\begin{{{name}}} is ended by \\end{{{ended}}}", token.position)
    if not environment.left:
        return body
    return Fence(sign(environment.left), body, sign(environment.right))


def _substack(reader: Reader, _macro: Macro, token: Token) -> Node:
    opened = reader.take()
    if opened.text != "{":
        raise TexError("\\substack needs {…}", token.position)
    body = reader.grid("c", joined=False)
    reader.expect("}", opened)
    return body


def _not(reader: Reader, _macro: Macro, token: Token) -> Node:
    body = reader.argument()
    if not isinstance(body, Leaf):
        raise TexError("\\not needs a sign after it", token.position)
    known = {"=": "ne", "∈": "notin"}.get(body.text)
    if known is not None:
        return MACROS[known].leaf
    return body._replace(text=f"{body.text}\u0338", ascii=f"not {body.ascii}")


def _brace(reader: Reader, macro: Macro, _token: Token) -> Node:
    return Brace(reader.argument(), macro.kind == "overbrace")


def _overset(reader: Reader, _macro: Macro, _token: Token) -> Node:
    over = reader.argument()
    return Limits(_unbraced(reader.argument()), None, over)


def _underset(reader: Reader, _macro: Macro, _token: Token) -> Node:
    under = reader.argument()
    return Limits(_unbraced(reader.argument()), under, None)


def _unbraced(base: Node) -> Node:
    """What carries a mark keeps its role: the braces of {=} only delimit the argument."""
    return sign(base.text) if isinstance(base, Leaf) and base.role == "ord" else base


def _misplaced(_reader: Reader, _macro: Macro, token: Token) -> Node:
    raise TexError(f"{token.text} cannot stand here", token.position)


_BUILD: Build = {
    "frac": _frac,
    "tfrac": _frac,
    "binom": _binom,
    "sqrt": _sqrt,
    "plain": _plain,
    "name": _name,
    "text": _text,
    "operator": _operator,
    "alphabet": _alphabet,
    "accent": _accent,
    "left": _left,
    "middle": _middle,
    "begin": _begin,
    "substack": _substack,
    "not": _not,
    "underbrace": _brace,
    "overbrace": _brace,
    "overset": _overset,
    "underset": _underset,
    "right": _misplaced,
    "end": _misplaced,
    "break": _misplaced,
    "ignored": _misplaced,
}
