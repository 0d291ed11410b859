"""LaTeX of our dialect: parsed once, drawn in two dimensions, on one line or by MathJax."""

from dlcards.tex.columns import width
from dlcards.tex.lint import problems
from dlcards.tex.node import Node
from dlcards.tex.parse import parse
from dlcards.tex.prose import split
from dlcards.tex.scan import TexError
from dlcards.tex.show import box, fit, line
from dlcards.tex.web import mathjax

__all__ = [
    "Node",
    "TexError",
    "box",
    "fit",
    "line",
    "mathjax",
    "parse",
    "problems",
    "split",
    "width",
]
