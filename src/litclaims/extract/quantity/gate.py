"""A scan of raw text for what a dose of cells needs: a word for cells, and a number of thousands or more near it.

It only drops what the grammar could read no dose in (a test over all gold and the example documents holds it to that),
and takes its words from the files that the grammar takes them from.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from litclaims.extract.quantity import Context, find_quantities
from litclaims.model import Block, Span
from litclaims.vocab.wordlist import alternation, rows

SHORT = 6
"""A block of so few words may be the cell of a table, whose words for cells and power stand elsewhere."""

REACH = 200
"""So far behind a number the grammar looks for what it counts."""

_RAISED = re.compile(r"(?<=[A-Za-z.,;:)])(?:[⁰¹²³⁴-⁹]|(?<=[a-z])\d{1,3}(?!\w))[⁰¹²³⁴-⁹\d,˒⁻–-]*")
"""What may be the mark of a citation behind a word, which hides it from the grammar."""

_FIGURE = re.compile(r"10|million|billion")
_SHORT_FORM = re.compile(r"\(\s?([A-Za-z][\w+-]{1,11}?)s?\s?[);,]")
_ACRONYM = "Cs"
"""The end of abbreviations that the grammar takes for cells: OPCs."""


def may_hold_doses(text: str) -> bool:
    """False for a document's text in which no number of cells, platelets or particles can be read."""
    if not _names_cells(text):
        return False
    return "&" in text or _PLAIN.search(text) is not None or _scaled().search(text) is not None


def dosed_blocks(text: str, blocks: Sequence[Block]) -> set[int]:
    """The blocks of a document that may hold a dose.

    A word for cells counts in the block, in what heads it, in the block before, and anywhere for a cell of a table.

    Args:
        text: the document's view.
        blocks: its blocks.
    """
    defined = frozenset(match[1] for match in _SHORT_FORM.finditer(text))
    texts = [text[block.span.start : block.span.end] for block in blocks]

    def celled(part: str) -> bool:
        return _names_cells(part) or any(short in part for short in defined)

    return {index for index in range(len(blocks)) if _is_dosed(index, texts, blocks, celled, defined)}


def _is_dosed(
    index: int,
    texts: Sequence[str],
    blocks: Sequence[Block],
    celled: Callable[[str], bool],
    defined: frozenset[str],
) -> bool:
    text = texts[index]
    if blocks[index].kind == "cell" and any(map(str.isdigit, text)):
        return True
    if _FIGURE.search(text) and len(text.split(None, SHORT)) <= SHORT:
        return True
    if _scaled().search(text):
        around = [texts[place] for place in (max(0, index - 1), *blocks[index].heading_path)]
        return any(map(celled, (text, *around))) and _counts_cells(text, around, defined)
    near = (text[match.end() : match.end() + REACH] for match in _PLAIN.finditer(text))
    return any(map(celled, near)) and _counts_cells(text, (), defined)


def _counts_cells(text: str, around: Sequence[str], defined: frozenset[str]) -> bool:
    """True if the grammar reads a number of cells in a text, given or not, without a look at its sentences."""
    context = Context(sentences=(Span(0, len(text)),), headings=tuple(around))
    unmarked = _RAISED.sub(lambda match: " " * len(match.group()), text)
    return any(
        finding.is_cells
        for each in dict.fromkeys((text, unmarked))
        for finding in find_quantities(each, context, nouns=defined)
    )


def _names_cells(text: str) -> bool:
    words, pairs = _words()
    if any(word in text for word in words):
        return True
    lower = text.lower()
    return any(pair in lower for pair in pairs)


@functools.cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words for cells as the grammar compares them: single ones by case, but for a capital, and pairs."""
    nouns = [row.surface for row in rows("nouns", "unit", "role")]
    single = {noun for noun in nouns if " " not in noun}
    capitals = {noun.capitalize() for noun in single if noun.islower()}
    # part of another one that is looked for anyway
    words = [word for word in single | capitals if not any(other != word and other in word for other in single)]
    return (*sorted(words, key=len), _ACRONYM), tuple(noun.lower() for noun in nouns if " " in noun)


_PLAIN = re.compile(r"\d{4}|\d[.,'’_\s]\d{3}")
"""Part of a number of a thousand or more that is written out; it counts the cells that are named with it."""


@functools.cache
def _scaled() -> re.Pattern[str]:
    """What a number is scaled with: a multiplier, a power of ten."""
    table = [(row.surface, row.get("role")) for row in rows("numbers", "role", "value")]
    words = alternation([surface for surface, role in table if role == "multiplier"])
    letters = alternation([surface for surface, role in table if role in ("letter", "suffix")])
    return re.compile(
        rf"(?i:(?<![A-Za-z])(?:{words})(?![A-Za-z]))|\d\s{{0,3}}-?(?:{letters})(?![A-Za-z])"
        r"|10\s{0,3}\}?(?:\^|\*\*|<|[⁰¹²³⁴-⁹⁺⁻]|\(\s{0,2}\d)|(?:[x×X*·.]|\b[Tt]imes\s)\s{0,3}(?:\\\(\s?)?\{?10|1\^"
        r"|\d[eE]\+?\d|\d\s{1,6}10\s{0,2}(?:1[0-5]|[3-9])(?!\d)"
    )
