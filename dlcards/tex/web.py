"""LaTeX of our dialect as plain MathJax knows it."""

import re

from dlcards.tex.macros import ENVIRONMENTS, MACROS

_MACRO = re.compile(r"\\(?:(begin|end)\{([A-Za-z]+\*?)\}|([A-Za-z]+)|.)", re.DOTALL)


def mathjax(source: str) -> str:
    """`source` with our own names replaced; everything else stays as written."""
    return _MACRO.sub(_known_to_mathjax, source)


def _known_to_mathjax(found: re.Match[str]) -> str:
    side, environment, name = found.groups()
    if environment is not None:
        known = ENVIRONMENTS.get(environment)
        return f"\\{side}{{{known.web}}}" if known is not None and known.web else found[0]
    macro = MACROS.get(name or "")
    return macro.web if macro is not None and macro.web else found[0]
