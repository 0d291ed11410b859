"""Brackets that grow with what they hold."""

# top, repeated, middle, bottom
_TALL = {
    "(": "⎛⎜⎜⎝", ")": "⎞⎟⎟⎠", "[": "⎡⎢⎢⎣", "]": "⎤⎥⎥⎦", "{": "⎧⎪⎨⎩", "}": "⎫⎪⎬⎭",
    "⌊": "⎢⎢⎢⎣", "⌋": "⎥⎥⎥⎦", "⌈": "⎡⎢⎢⎢", "⌉": "⎤⎥⎥⎥", "|": "││││", "‖": "‖‖‖‖",
    "/": "╱╱╱╱", "<": "╱│❬╲", ">": "╲│❭╱", "⟨": "╱│⟨╲", "⟩": "╲│⟩╱",
}  # fmt: skip
_TALL_ASCII = {
    "(": "/||\\", ")": "\\||/", "[": "[[[[", "]": "]]]]", "{": "/|{\\", "}": "\\|}/",
    "<": "/|<\\", ">": "\\|>/",
}  # fmt: skip
_TWO = {"{": "⎰⎱", "}": "⎱⎰"}


def bracket(sign: str, height: int, *, ascii: bool) -> tuple[str, ...]:
    """A bracket of `height` rows from top to bottom; what cannot grow repeats."""
    if height == 1 or not sign:
        return (sign,) * height
    if height == 2 and not ascii and sign in _TWO:
        return tuple(_TWO[sign])
    parts = (_TALL_ASCII if ascii else _TALL).get(sign, sign * 4 if len(sign) == 1 else "")
    if not parts:
        return (sign,) * height
    top, side, middle, bottom = tuple(parts)
    rows = [top, *(side * (height - 2)), bottom]
    if height > 2:
        rows[height // 2] = middle
    return tuple(rows)
