"""Reads a formula that a person or a deck wrote into a frozen tree; nothing is ever executed.

A Pratt parser over the tokens of `tokens.py`. A text has one reading or is refused with the place:
what two readers could take differently (`1/2x`, `ln 2x`, `0,5`) is refused with both spellings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dlcards.answers.hygiene import Unreadable, clean_learner, strip_deck
from dlcards.answers.tokens import Cursor, Token
from dlcards.answers.tree import (
    Array,
    Binary,
    Call,
    Compare,
    Const,
    Index,
    Name,
    Neg,
    Node,
    Num,
    Operator,
    Relation,
    Word,
    names,
    show,
)  # fmt: skip
from dlcards.answers.vocabulary import FUNCTIONS, SUFFIXES, WORDS, Arity, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_DEPTH = 40
# How tightly a sign binds to what is on its left; a power binds its right side one less.
_BINDING = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 40, "%": 50, "[": 50}
_SIDE_BY_SIDE, _MINUS, _POWER = 20, 30, 40
_RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "~")


def parse(
    text: str,
    *,
    names: Collection[str] | None = (),
    functions: Mapping[str, Arity] | None = None,
    deck: bool = False,
    thousands: bool = False,
) -> Node:
    """Read one formula, or raise Unreadable.

    `names` are the variables that may occur (None: any). `functions` are allowed beside the
    standard ones; a deck without them may call anything. `deck` adds lists, keyword arguments,
    dotted functions, indices and one comparison. `thousands` reads 1,000 as a thousand.
    """
    return _Parser(text, Vocabulary(names, functions, deck), deck, thousands).formula()


class _Parser(Cursor):
    """One pass over the tokens of one text."""

    def __init__(self, text: str, words: Vocabulary, deck: bool, thousands: bool) -> None:
        super().__init__(text, deck=deck, thousands=thousands)
        self.words = words
        self.deck = deck
        self.depth = 0
        self.bars = 0  # open |…| since the last bracket: there a bar closes

    def formula(self) -> Node:
        if self.ended:
            raise self.fault("nothing to read (write a number or a formula)")
        node = self.expression()
        if self.deck and self.token.kind == "sign" and self.token.value in _RELATIONS:
            op = cast("Relation", self.advance().value)
            node = Compare(op, node, self.expression())
        if not self.ended:
            raise self.fault(self._left_over())
        return node

    def expression(self, binding: int = 0) -> Node:
        self.depth += 1
        if self.depth > _DEPTH:
            raise self.fault(f"nested more than {_DEPTH} deep (write it flatter)")
        node = self._prefix()
        while self._binds_left() > binding:
            node = self._infix(node)
        self.depth -= 1
        return node

    # What may stand on the right of a finished formula.

    def _binds_left(self) -> int:
        token = self.token
        if token.kind == "power":
            return _POWER
        if token.kind == "sign" and token.value in _BINDING:
            return _BINDING[str(token.value)]
        return _SIDE_BY_SIDE if self._starts_factor() else 0

    def _starts_factor(self) -> bool:
        return (
            self.token.kind == "name" or self.sees("(", "√") or (self.sees("|") and not self.bars)
        )

    def _infix(self, left: Node) -> Node:
        token = self.token
        if token.kind == "power":
            return Binary("^", left, _whole(cast("int", self.advance().value)))
        if token.kind != "sign" or token.value in ("(", "√", "|"):
            return Binary("*", left, self.expression(_SIDE_BY_SIDE))
        self.advance()
        match token.value:
            case "%":
                return _percent(left)
            case "[":
                return self._index(left)
            case "^":
                return Binary("^", left, self.expression(_POWER - 1))
            case "/":
                return self._quotient(left)
            case op:
                return Binary(cast("Operator", op), left, self.expression(_BINDING[str(op)]))

    def _quotient(self, left: Node) -> Node:
        node = Binary("/", left, self.expression(_SIDE_BY_SIDE))
        if self._starts_factor():
            raise self.fault(
                "a division followed by a product without * (write a/(b*c) or (a/b)*c)"
            )
        return node

    def _index(self, of: Node) -> Node:
        at = [self._place_in_array()]
        while self.sees(","):
            self.advance()
            at.append(self._place_in_array())
        self.expect("]", "an index is one whole number for each axis (close it with ])")
        return Index(of, tuple(at))

    def _place_in_array(self) -> int:
        sign = -1 if self.sees("-") else 1
        self.place += sign < 0
        if self.token.kind != "number" or not isinstance(self.token.value, int):
            raise self.fault("an index is a whole number (write x[0])")
        return sign * cast("int", self.advance().value)

    # What may begin a formula.

    def _prefix(self) -> Node:
        token = self.advance()
        match token.kind, token.value:
            case "number", int() | float() as value:
                return self._number(value)
            case "fraction", (int() as over, int() as under):
                return Binary("/", self._no_number_next(Num(over)), Num(under))
            case "name", _:
                return self._named(token)
            case "sign", "-":
                return Neg(self.expression(_MINUS))
            case "sign", "+":
                return self.expression(_MINUS)
            case "sign", "√":
                return self._root()
            case "sign", "(":
                return self._bracket()
            case "sign", "[" if self.deck:
                return Array(self._items("]", "the list is not closed (add ])"))
            case "sign", "|":
                return self._absolute()
            case _:
                raise self.fault(self._no_beginning(token), token)

    def _root(self) -> Node:
        node = self.expression(_POWER)
        self._no_factor_after("the root")
        return Call("sqrt", (node,))

    def _no_factor_after(self, what: str) -> None:
        """Refuse √2x and ln 2x: people differ on where the root and the logarithm end."""
        if self._starts_factor() and self.tokens[self.place - 1].text not in (")", "|"):
            raise self.fault(f"where does {what} end? (use brackets)")

    def _no_beginning(self, token: Token) -> str:
        if token.kind == "end":
            return "the formula ends too early (something is missing here)"
        if token.kind == "string":
            return "a text is the value of a keyword only (write reduction='sum')"
        return f"'{token.text}' stands where a number is expected (write one before it)"

    def _number(self, value: int | float) -> Node:
        token = self.token
        if token.kind == "name" and token.text in SUFFIXES and not self.words.variable(token):
            value = _scaled(value, SUFFIXES[self.advance().text])
            if value == float("inf"):
                raise self.fault("too large a number (the largest is about 1e308)", token)
        return self._no_number_next(Num(value))

    def _no_number_next(self, node: Node) -> Node:
        if self.token.kind in ("number", "fraction"):
            raise self.fault("two numbers side by side (put a sign between them)")
        return node

    def _bracket(self) -> Node:
        bars, self.bars = self.bars, 0
        node = self.expression()
        if self.deck and self.sees(","):
            self.advance()
            rest = () if self.sees(")") else self._items(")", "the list is not closed (add a ')')")
            self.place += not rest
            node = Array((node, *rest))
        else:
            self.expect(")", self._not_closed())
        self.bars = bars
        return node

    def _not_closed(self) -> str:
        if self.ended:
            return "a bracket is not closed (add a ')')"
        return self._left_over()

    def _absolute(self) -> Node:
        self.bars += 1
        node = self.expression()
        self.expect("|", "an absolute value is not closed (add a |)")
        self.bars -= 1
        return Call("abs", (node,))

    def _items(self, closing: str, why: str) -> tuple[Node, ...]:
        bars, self.bars, items = self.bars, 0, list[Node]()
        while not self.sees(closing):
            items.append(self.expression())
            if not self.sees(","):
                break
            self.advance()
        self.expect(closing, why if self.ended else self._left_over())
        self.bars = bars
        return tuple(items)

    # Names: a variable, a constant, a function.

    def _named(self, token: Token) -> Node:
        bracket = self.sees("(")
        function = self.words.function(token, bracket)
        variable = self.words.variable(token)
        if variable and not (function == token.text and bracket):
            return Name(variable)
        if function:
            return self._call(function, token)
        if self.words.is_constant(token):
            return Const(str(token.value))
        if self.words.any_name and "." not in token.text:
            return Name(token.text)
        raise self.fault(self.words.unknown(token, bracket), token)

    def _call(self, name: str, token: Token) -> Node:
        power = self._power_of_function(name)
        if self.sees("("):
            self.advance()
            call: Node = self._arguments(name, token)
        else:
            call = Call(name, (self._bare_argument(name, token),))
        return call if power is None else Binary("^", call, power)

    def _power_of_function(self, name: str) -> Node | None:
        """Read the power in tanh²(x) and tanh^2(x)."""
        if self.token.kind == "power":
            power = cast("int", self.advance().value)
        elif self.sees("^") and self.tokens[self.place + 1].kind == "number":
            self.advance()
            power = cast("int", self.advance().value)
        elif self.sees("^"):
            raise self.fault(f"a power of {name} is a positive number here (write {name}(x)^p)")
        else:
            return None
        if power < 0:
            raise self.fault(f"inverse function or reciprocal? (write 1/{name}(x) for the latter)")
        return Num(power)

    def _arguments(self, name: str, token: Token) -> Call:
        bars, self.bars = self.bars, 0
        args, keywords = list[Node](), dict[str, Node]()
        while not self.sees(")"):
            if self.deck and self._keyword_next():
                word = self.advance()
                self.advance()
                if word.text in keywords:
                    raise self.fault(f"keyword '{word.text}' twice (delete one)", word)
                keywords[word.text] = self._keyword_value()
            elif keywords:
                raise self.fault("a plain argument after a keyword (put it before)")
            else:
                args.append(self.expression())
            if not self.sees(","):
                break
            self.advance()
        self.expect(")", self._not_closed())
        self.bars = bars
        self._check_count(name, len(args) + len(keywords), token)
        return Call(name, tuple(args), tuple(keywords.items()))

    def _check_count(self, name: str, count: int, token: Token) -> None:
        arity = self.words.arity(name)
        if not arity.takes(count):
            raise self.fault(f"{name} takes {arity}, not {count} (see its brackets)", token)

    def _keyword_next(self) -> bool:
        after = self.tokens[self.place + 1] if self.token.kind == "name" else self.token
        return after.kind == "sign" and after.text == "="

    def _keyword_value(self) -> Node:
        token = self.token
        if token.kind == "string":
            return Word(str(self.advance().value))
        if token.kind == "name" and token.text.lower() in WORDS and not self.words.variable(token):
            return Word(WORDS[self.advance().text.lower()])
        return self.expression()

    def _bare_argument(self, name: str, token: Token) -> Node:
        """Read the argument in `ln 2`: one number, name or root, with its power."""
        if not self.words.takes_one(name) or not self._may_go_bare():
            raise self.fault(f"{name} needs brackets (write {name}(x))", token)
        node = self.expression(_MINUS)
        self._no_factor_after(name)
        return node

    def _may_go_bare(self) -> bool:
        return self.token.kind in ("number", "fraction", "name") or self.sees("√", "|")

    # Faults at the end of a formula.

    def _left_over(self) -> str:
        token, before = self.token, self.tokens[self.place - 1]
        if token.kind == "end":
            return "the formula ends too early (close its brackets)"
        if token.value == "," and before.kind == self.tokens[self.place + 1].kind == "number":
            after = self.tokens[self.place + 1].text
            return f"a comma is no decimal point (write {before.text}.{after}, or 1,000 in threes)"
        if token.kind in ("number", "fraction"):
            return "a number right after something else (put a sign between them)"
        if token.value == ")":
            return "a bracket closes that was never opened (delete it)"
        if token.value in _RELATIONS:
            return "a second comparison (write one)"
        return f"'{token.text}' is not expected here (delete it)"


def _whole(value: int) -> Node:
    return Neg(Num(-value)) if value < 0 else Num(value)


def _percent(node: Node) -> Node:
    if isinstance(node, Num):
        return Num(float(f"{node.value!r}e-2") if "e" not in repr(node.value) else node.value / 100)
    return Binary("/", node, Num(100))


def _scaled(value: int | float, scale: int) -> int | float:
    scaled = value * scale
    if isinstance(scaled, int) or scaled == float("inf"):
        return scaled
    nearest = round(scaled)  # 1.1 M is 1100000, not 1100000.0000000002
    return nearest if abs(scaled - nearest) <= 1e-12 * scaled else scaled


__all__ = [
    "FUNCTIONS", "Arity", "Array", "Binary", "Call", "Compare", "Const", "Index", "Name", "Neg",
    "Node", "Num", "Unreadable", "Word", "clean_learner", "names", "parse", "show", "strip_deck",
]  # fmt: skip
