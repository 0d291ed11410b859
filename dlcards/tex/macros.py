"""The one table of macros and environments: the terminal, Anki and the deck check all read it."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from dlcards.tex.node import Leaf, Role


class Macro(NamedTuple):
    """What a macro is; `web` is what plain MathJax must be given in its place."""

    kind: str
    text: str = ""
    ascii: str = ""
    role: Role = "ord"
    web: str = ""

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.text, self.ascii, self.role)


class Environment(NamedTuple):
    """Delimiters and column alignment of an environment; `joined` cells read on as one row."""

    left: str = ""
    right: str = ""
    align: str = "c"
    joined: bool = False
    spec: bool = False  # a column specification follows, as in array
    web: str = ""


# Lower-case names are also their ASCII form, with the exceptions that everyone writes short.
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "ϑ": "vartheta", "ϰ": "varkappa", "ϖ": "varpi", "ϱ": "varrho", "ς": "varsigma",
    "ϕ": "varphi",
    "Γ": "Gamma", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_GREEK_ASCII = {"epsilon": "eps"}

# role, Unicode, ASCII, names
_SIGNS: tuple[tuple[Role, str, str, str], ...] = (
    ("ord", "ε", "eps", "varepsilon"),
    ("ord", "∞", "inf", "infty"),
    ("ord", "ℓ", "l", "ell"),
    ("ord", "ℏ", "hbar", "hbar"),
    ("ord", "′", "'", "prime"),
    ("ord", "∅", "{}", "emptyset varnothing"),
    ("ord", "⊤", "T", "top intercal"),
    ("ord", "⊥", "_|_", "bot"),
    ("ord", "†", "+", "dagger"),
    ("ord", "%", "%", "%"),
    ("ord", "$", "$", "$"),
    ("ord", "_", "_", "_"),
    ("ord", "#", "#", "#"),
    ("ord", "&", "&", "&"),
    ("ord", "|", "|", "vert"),
    ("ord", "‖", "||", "| Vert"),
    ("prefix", "∂", "d", "partial"),
    ("prefix", "∇", "grad", "nabla"),
    ("prefix", "Δ", "Delta", "Delta"),
    ("prefix", "∀", "forall", "forall"),
    ("prefix", "∃", "exists", "exists"),
    ("prefix", "¬", "not", "neg lnot"),
    ("inner", "…", "...", "dots ldots dotsc"),
    ("inner", "⋯", "...", "cdots dotsb"),
    ("inner", "⋮", ":", "vdots"),
    ("inner", "⋱", "...", "ddots"),
    ("slash", "·", "*", "cdot"),
    ("slash", "*", "*", "ast"),
    ("bin", "×", "x", "times"),
    ("bin", "÷", "/", "div"),
    ("bin", "⊙", ".*", "odot"),
    ("bin", "⊗", "(x)", "otimes"),
    ("bin", "⊕", "(+)", "oplus"),
    ("bin", "∘", "o", "circ"),
    ("bin", "⋆", "*", "star"),
    ("bin", "±", "+-", "pm"),
    ("bin", "∓", "-+", "mp"),
    ("bin", "∪", "union", "cup"),
    ("bin", "∩", "intersect", "cap"),
    ("bin", "∧", "and", "wedge land"),
    ("bin", "∨", "or", "vee lor"),
    ("bin", "∖", "minus", "setminus"),
    ("bin", "mod", "mod", "bmod"),
    ("rel", "≤", "<=", "le leq"),
    ("rel", "≥", ">=", "ge geq"),
    ("rel", "<", "<", "lt"),
    ("rel", ">", ">", "gt"),
    ("rel", "≪", "<<", "ll"),
    ("rel", "≫", ">>", "gg"),
    ("rel", "≠", "!=", "ne neq"),
    ("rel", "≈", "~=", "approx"),
    ("rel", "≃", "~=", "simeq"),
    ("rel", "≅", "~=", "cong"),
    ("rel", "≡", "==", "equiv"),
    ("rel", "∼", "~", "sim"),
    ("rel", "∝", "prop to", "propto"),
    ("rel", "∈", "in", "in"),
    ("rel", "∋", "contains", "ni"),
    ("rel", "∉", "not in", "notin"),
    ("rel", "⊂", "subset", "subset"),
    ("rel", "⊆", "subseteq", "subseteq"),
    ("rel", "⊃", "supset", "supset"),
    ("rel", "⊇", "supseteq", "supseteq"),
    ("rel", "→", "->", "to rightarrow longrightarrow"),
    ("rel", "←", "<-", "leftarrow gets"),
    ("rel", "↔", "<->", "leftrightarrow"),
    ("rel", "↦", "|->", "mapsto"),
    ("rel", "⇒", "=>", "Rightarrow implies"),
    ("rel", "⇐", "<==", "Leftarrow"),
    ("rel", "⇔", "<=>", "iff Leftrightarrow"),
    ("rel", "|", "|", "mid"),
    ("rel", "∥", "||", "parallel"),
    ("rel", "⊥", "_|_", "perp"),
    ("punct", ":", ":", "colon"),
    ("open", "{", "{", "{ lbrace"),
    ("close", "}", "}", "} rbrace"),
    ("open", "⟨", "<", "langle"),
    ("close", "⟩", ">", "rangle"),
    ("open", "⌊", "floor(", "lfloor"),
    ("close", "⌋", ")", "rfloor"),
    ("open", "⌈", "ceil(", "lceil"),
    ("close", "⌉", ")", "rceil"),
    ("open", "|", "|", "lvert"),
    ("close", "|", "|", "rvert"),
    ("open", "‖", "||", "lVert"),
    ("close", "‖", "||", "rVert"),
    ("sum", "∑", "sum", "sum"),
    ("sum", "∏", "prod", "prod"),
    ("sum", "∫", "int", "int"),
    ("sum", "⋃", "union", "bigcup"),
    ("sum", "⋂", "intersect", "bigcap"),
    ("sum", "⨁", "(+)", "bigoplus"),
    ("space", " ", " ", ", : ; > thinspace"),
    ("space", " ", " ", " "),
    ("space", "  ", "  ", "quad"),
    ("space", "    ", "    ", "qquad"),
    ("space", "", "", "!"),
)

# What a keyboard gives directly; other characters stand for themselves.
_KEYS: tuple[tuple[Role, str, str], ...] = (
    ("bin", "+", "+"),
    ("bin", "−", "-"),
    ("slash", "*", "*"),
    ("slash", "/", "/"),
    ("rel", "=", "="),
    ("rel", ":=", ":="),
    ("rel", "<", "<"),
    ("rel", ">", ">"),
    ("punct", ",", ","),
    ("punct", ";", ";"),
    ("punct", ":", ":"),
    ("open", "(", "("),
    ("close", ")", ")"),
    ("open", "[", "["),
    ("close", "]", "]"),
    ("close", "!", "!"),
    ("space", " ", "~"),
)

_WORDS = (
    "log ln lg exp sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan arg deg det "
    "dim gcd hom ker Pr"
)
_LIMITS = "max min sup inf lim limsup liminf"

# Names of our own: MathJax is given the second form.
_OURS: dict[str, Macro] = {
    "argmax": Macro("sign", "argmax", "argmax", "lim", r"\operatorname*{arg\,max}"),
    "argmin": Macro("sign", "argmin", "argmin", "lim", r"\operatorname*{arg\,min}"),
    "softmax": Macro("sign", "softmax", "softmax", "word", r"\operatorname{softmax}"),
    "sigmoid": Macro("sign", "sigmoid", "sigmoid", "word", r"\operatorname{sigmoid}"),
    "relu": Macro("sign", "relu", "relu", "word", r"\operatorname{relu}"),
    "coloneqq": Macro("sign", ":=", ":=", "rel", r"\mathrel{:=}"),
    "bm": Macro("plain", web=r"\boldsymbol"),
    "mathbbm": Macro("alphabet", "double", web=r"\mathbb"),
    "mathds": Macro("alphabet", "double", web=r"\mathbb"),
}

_ACCENTS = {
    "hat": ("\u0302", "hat"), "widehat": ("\u0302", "hat"),
    "tilde": ("\u0303", "tilde"), "widetilde": ("\u0303", "tilde"),
    "bar": ("\u0304", "bar"), "overline": ("\u0305", "bar"),
    "vec": ("\u20d7", "vec"), "overrightarrow": ("\u20d7", "vec"),
    "dot": ("\u0307", "dot"), "ddot": ("\u0308", "ddot"),
    "check": ("\u030c", "check"), "breve": ("\u0306", "breve"),
    "underline": ("\u0332", "underline"),
}  # fmt: skip

# kind of construction: its names
_CONSTRUCTIONS = {
    "frac": "frac dfrac cfrac",
    "tfrac": "tfrac",
    "binom": "binom dbinom tbinom",
    "sqrt": "sqrt",
    "plain": "mathbf boldsymbol mathnormal",
    "name": "mathrm mathit mathsf mathtt",
    "text": "text textbf textit textrm texttt textsf mbox",
    "operator": "operatorname",
    "left": "left",
    "right": "right",
    "middle": "middle",
    "begin": "begin",
    "end": "end",
    "not": "not",
    "underbrace": "underbrace",
    "overbrace": "overbrace",
    "overset": "overset stackrel",
    "underset": "underset",
    "substack": "substack",
    "break": "\\ cr",
    "ignored": (
        "displaystyle textstyle scriptstyle limits nolimits nonumber notag hline big Big bigg "
        "Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm"
    ),
}


def _macros() -> dict[str, Macro]:
    table = {n: Macro("sign", char, _GREEK_ASCII.get(n, n)) for char, n in _GREEK.items()}
    for role, char, plain, names in _SIGNS:
        table |= {n: Macro("sign", char, plain, role) for n in names.split() or [" "]}
    table |= {name: Macro("sign", name, name, "word") for name in _WORDS.split()}
    table |= {name: Macro("sign", name, name, "lim") for name in _LIMITS.split()}
    for kind, names in _CONSTRUCTIONS.items():
        table |= {name: Macro(kind) for name in names.split()}
    table |= {name: Macro("accent", *mark) for name, mark in _ACCENTS.items()}
    table |= {"mathbb": Macro("alphabet", "double"), "mathcal": Macro("alphabet", "script")}
    return table | {"mathscr": Macro("alphabet", "script")} | _OURS


MACROS = _macros()

ENVIRONMENTS = {
    "matrix": Environment(),
    "smallmatrix": Environment(),
    "pmatrix": Environment("(", ")"),
    "bmatrix": Environment("[", "]"),
    "Bmatrix": Environment("{", "}"),
    "vmatrix": Environment("|", "|"),
    "Vmatrix": Environment("‖", "‖"),
    "cases": Environment("{", "", "l"),
    "array": Environment(spec=True),
    "aligned": Environment(align="rl", joined=True),
    "split": Environment(align="rl", joined=True),
    "gathered": Environment(align="c", joined=True),
    # inside \[ \] MathJax refuses these, which open a display of their own
    "align": Environment(align="rl", joined=True, web="aligned"),
    "align*": Environment(align="rl", joined=True, web="aligned"),
}

_SIGN_OF = {m.text: m.leaf for m in reversed(MACROS.values()) if m.kind == "sign" and m.text}
_SIGN_OF |= {char: Leaf(char, plain, role) for role, char, plain in _KEYS}
_SIGN_OF |= {plain: Leaf(char, plain, role) for role, char, plain in _KEYS}
_SIGN_OF |= {c: Leaf(c, c, "ord") for c in "|.?'\"@"} | {"‖": Leaf("‖", "||", "ord")}


def sign(char: str) -> Leaf:
    """The leaf of a character typed as itself."""
    return _SIGN_OF.get(char) or Leaf(char, to_ascii(char), "ord")


def to_ascii(text: str) -> str:
    """ASCII that still tells what each character was."""
    return text if text.isascii() else "".join(map(_spell, text))


def _spell(char: str) -> str:
    if char.isascii():
        return char
    if (known := _SIGN_OF.get(char)) is not None:
        return known.ascii
    folded = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return folded or f"U+{ord(char):04X}"
