"""Formulas as running text: MathML and, where there is nothing else, the simple part of TeX."""

from __future__ import annotations

import re

from lxml import etree

from litclaims.ingest._runs import LOWERED, PLAIN, RAISED, Runs
from litclaims.ingest._xml import local

_DROPPED = frozenset({"annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"})
_ROOMY = frozenset({"mfrac", "msqrt", "mroot"})
"""Elements whose parts are bracketed in a line if they are more than one sign."""

_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
"""Function application, invisible times, separator and plus."""

_TEX = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([\^_])|([{}])|([^\\^_{}]+)", re.DOTALL)
_TEX_BODY = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_TEX_SIGNS = {
    "times": "×",
    "cdot": "·",
    "pm": "±",
    "mp": "∓",
    "sim": "~",
    "approx": "≈",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "mu": "μ",
    "upmu": "μ",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "div": "÷",
    "percnt": "%",
    "quad": " ",
    "qquad": " ",
    "ldots": "…",
    "frac": "",
}
"""What a command of TeX prints; of others, which set type (``mathrm``), only the argument is kept."""


def mathml(element: etree._Element, runs: Runs) -> None:
    """Add a MathML element to runs: ``msup`` raised, ``msub`` lowered, fractions with a stroke."""
    _math(element, runs, PLAIN)


def _math(element: etree._Element, runs: Runs, style: tuple[bool, bool]) -> None:
    name = local(element)
    if name in _DROPPED:
        return
    parts = list(element)
    if not parts:
        runs.add(_leaf(name, element.text or ""), style)
        return
    for index, part in enumerate(parts):
        runs.add(_before(name, index), style)
        bracketed = name in _ROOMY and index < 2 and len(part) > 1
        runs.add("(" if bracketed else "", style)
        _math(part, runs, _style(name, index) or style)
        runs.add(")" if bracketed else "", style)
    runs.add({"mfenced": ")", "mtr": " "}.get(name, ""), style)


def _leaf(name: str, text: str) -> str:
    if name == "mspace":
        return " "
    text = text.translate(_INVISIBLE)
    return text if name == "mtext" else text.strip()


def _before(name: str, index: int) -> str:
    """What is printed before a part of a formula."""
    if index == 0:
        return {"msqrt": "√", "mroot": "√", "mfenced": "("}.get(name, "")
    return {"mfrac": "/", "mfenced": ", ", "mtr": " ", "mtable": " "}.get(name, "")


def _style(name: str, index: int) -> tuple[bool, bool] | None:
    """The style of a part; None if it is set as what is around it."""
    if (name in ("msup", "mover", "mroot") and index == 1) or (name in ("msubsup", "munderover") and index == 2):
        return RAISED
    return LOWERED if name in ("msub", "munder", "msubsup", "munderover") and index == 1 else None


def tex(text: str, runs: Runs) -> None:
    """Add a formula in TeX to runs: powers, indices, signs and the arguments of other commands."""
    body = _TEX_BODY.search(text)
    text = (body[1] if body else text).replace("$", "").replace("~", " ")
    stack = [PLAIN]
    shift: tuple[bool, bool] | None = None
    for match in _TEX.finditer(text):
        command, escaped, mark, brace, plain = match.groups()
        if mark:
            shift = RAISED if mark == "^" else LOWERED
        elif brace == "{":
            stack.append(shift or stack[-1])
            shift = None
        elif brace == "}":
            if len(stack) > 1:
                stack.pop()
        else:
            word = _TEX_SIGNS.get(command, "") if command else _escaped(escaped) if escaped else plain
            # without braces only the next character is raised
            head = word[:1] if shift and plain else word
            runs.add(head, shift or stack[-1])
            runs.add(word[len(head) :], stack[-1])
            shift = None if word.strip() else shift


def _escaped(character: str) -> str:
    return character if character in "%&#_{}" else " "
