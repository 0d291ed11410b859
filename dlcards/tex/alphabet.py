"""Letters in other shapes: raised, lowered, double-struck, script."""

_SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′ᵀ",
        strict=True,
    )
)
_SUBSCRIPTS = dict(
    zip(
        "0123456789+−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
# These look raised as they are, but only when nothing else stands beside them.
_RAISED_ALONE = {"*": "*", "⋆": "*", "†": "†", "∘": "°"}

_DOUBLE = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_SCRIPT = {
    "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ",
    "e": "ℯ", "g": "ℊ", "o": "ℴ",
}  # fmt: skip


def raised(text: str) -> str | None:
    """`text` in superscript characters, or None if one of them has no such form."""
    return _RAISED_ALONE.get(text) or _every(text, _SUPERSCRIPTS)


def lowered(text: str) -> str | None:
    """`text` in subscript characters, or None if one of them has no such form."""
    return _every(text, _SUBSCRIPTS)


def shaped(char: str, shape: str) -> str:
    """A letter in the `double` or `script` alphabet; what has no such form stays."""
    early, capitals, small, digits = _SHAPES[shape]
    if char in early:
        return early[char]
    if not (char.isascii() and char.isalnum()):
        return char
    if char.isdigit():
        return chr(digits + int(char)) if digits else char
    return chr(capitals + ord(char) - 65) if char.isupper() else chr(small + ord(char) - 97)


# letters that Unicode had before the block of mathematical alphabets; where A, a and 0 stand
_SHAPES = {
    "double": (_DOUBLE, 0x1D538, 0x1D552, 0x1D7D8),
    "script": (_SCRIPT, 0x1D49C, 0x1D4B6, 0),
}


def _every(text: str, forms: dict[str, str]) -> str | None:
    shapes = [forms.get(char) for char in text]
    known = [shape for shape in shapes if shape is not None]
    return "".join(known) if len(known) == len(shapes) else None
