"""Heads of tables that were copied as text: one row a line, or one cell a line.

Where a table has lost its columns, a figure stands under no header. What its head says of doses still holds for the
powers of its rows, if the head names one column of doses and the row holds one power that could be meant.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims.extract.quantity import cells
from litclaims.extract.quantity.cues import GIVEN, NOT_GIVEN, find_cues
from litclaims.extract.quantity.units import mentions_cells
from litclaims.model import Block
from litclaims.vocab.wordlist import alternation, listed

MAX_CELL_WORDS, MAX_LIST_WORDS, MAX_HEAD_WORDS, MAX_CELLS = 4, 8, 30, 600
"""A table copied as text has a cell a line, of few words; its head is a longer line, but no running text."""

MAX_NAMES, MAX_ROWS = 45, 60
"""Words of a line that names the columns, and rows below it."""

MAX_OPENING = 6
"""Lines over which the names of the columns may go on."""

MAX_NAME = 6
"""Words of the name of one column; a longer line may be the title of the table."""

LONGEST = 320
"""Characters of a line between a caption and its rows; a longer one is running text."""

MIN_NAMES = 2
"""Columns beside that of the doses that a line must name to be the head of a table."""

_FIGURE = re.compile(r"10|million|billion")
_POWER = re.compile(r"[×xX*·]\s?10|\b(?:million|billion)\b")
_CAPTION = re.compile(r"table\s?\d", re.IGNORECASE)
_NUMBERED = re.compile(r"\s{0,4}[\d<>~≈±]")
_OWN_FIGURE = re.compile(r"(?<![\w(^×x])\d")
"""A digit of a figure, in a line that should name columns alone."""

_DOSE_COLUMN = re.compile(
    r"(?:[\w+/-]{2,20}\s)?(?:dos(?:es?|ages?)|number)(?![\w-])[*†‡§¶#]?"
    r"(?:\s?\([^()\n]{1,40}(?:\(\d{1,2}\)[^()\n]{0,20})?\)|(?:\sper\s|\s?/\s?)(?:kg|kilogram|m2)(?!\w)"
    r"|\sof\s[\w+-]{2,20}){0,2}",
    re.IGNORECASE,
)
"""The name of a column of doses: ``Cell dose``, ``Dose of MSCs``, ``Dosage (cells/kg)``, ``cell dose per kg``."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a copied table.

    Attributes:
        line: the line that names its column of doses.
        unit: the unit that it gives for powers, as it stands behind a number; empty if it gives none.
        named: True if the line names columns, False if it only speaks of doses.
        column: the name of the column of doses; empty if none or several give the unit.
    """

    line: str = ""
    unit: str = ""
    named: bool = False
    column: str = ""


NONE = Head()


def head_of(text: str, blocks: Sequence[Block], index: int) -> Head:
    """The head of the copied table that a block seems to be a part of; :data:`NONE` if it speaks of no dose.

    Args:
        text: the document's view.
        blocks: its blocks.
        index: of the block.
    """
    own = _text(text, blocks, index)
    if not _FIGURE.search(own):
        return NONE
    if blocks[index].cell is not None:
        return Head(_nearest(text, blocks, index)) if len(own.split()) <= MAX_LIST_WORDS else NONE
    short = len(own.split()) <= MAX_LIST_WORDS
    if _POWER.search(own):
        named = _head_of_rows(text, blocks, index)
        if named:
            return _read(named) if not _denies(named) else NONE
        lines = _lines_of_head(text, blocks, index) if short else []
        heads = {_read(line) if _names_columns(line) else _column(line) for line in lines}
        told = {head for head in heads if head.unit} or heads
        if len(told) == 1:
            return told.pop()
        if any(cells.speaks_of_weight(line) for line in lines):
            return NONE
    return Head(_nearest(text, blocks, index)) if len(own.split()) <= MAX_CELL_WORDS else NONE


def _head_of_rows(text: str, blocks: Sequence[Block], index: int) -> str:
    """The line above a row that names the columns, or the lines, with no blank line between; empty if there is none."""
    opening: list[str] = []
    for above in range(index - 1, max(-1, index - MAX_ROWS), -1):
        if _is_parted(text, blocks, above):
            break
        line = _text(text, blocks, above)
        if _names_columns(line):
            return line
        if _CAPTION.match(line):
            break
        opening = [] if _POWER.search(line) else [line, *opening][:MAX_OPENING]
    whole = " ".join(opening)
    return whole if _names_columns(whole) else ""


def _is_parted(text: str, blocks: Sequence[Block], index: int) -> bool:
    """True if a blank line stands behind a block."""
    return text.count("\n", blocks[index].span.end, blocks[index + 1].span.start) > 1


def _lines_of_head(text: str, blocks: Sequence[Block], index: int) -> list[str]:
    """The lines between the caption above a line and the first figure of its table that name a column of doses."""
    caption = index - 1
    while caption >= 0 and not _CAPTION.match(text, blocks[caption].span.start):
        span = blocks[caption].span
        if index - caption > MAX_CELLS or span.end - span.start > LONGEST:
            return []
        caption -= 1
    found = []
    for place in range(caption + 1, index if caption >= 0 else 0):
        line = _text(text, blocks, place)
        if _NUMBERED.match(line):
            break
        if (len(line.split(None, MAX_NAME)) <= MAX_NAME or _names_columns(line)) and _denies(line):
            return []
        if len(line.split()) <= MAX_HEAD_WORDS and _DOSE_COLUMN.search(line) and not _OWN_FIGURE.search(line):
            found.append(line)
    return found


def _nearest(text: str, blocks: Sequence[Block], index: int) -> str:
    """The nearest line above a cell, longer than one, that speaks of giving; empty if running text comes first."""
    for above in range(index - 1, max(-1, index - MAX_CELLS), -1):
        line = _text(text, blocks, above)
        words = len(line.split())
        if words > MAX_CELL_WORDS and _speaks_of_doses(line):
            return line
        if words > MAX_HEAD_WORDS:
            return ""
    return ""


@functools.lru_cache(maxsize=4096)  # the lines above a cell are looked at again for the next
def _speaks_of_doses(line: str) -> bool:
    return any(cue.kind in GIVEN for cue in find_cues(line))


@functools.lru_cache(maxsize=4096)
def _denies(line: str) -> bool:
    """True for a head that names what is harvested, cultured, supplied or counted, or another agent: which column holds
    a figure is not told."""
    return _columns("count").search(line) is not None or any(cue.kind in NOT_GIVEN for cue in find_cues(line))


@functools.cache
def _columns(role: str) -> re.Pattern[str]:
    names = alternation(listed("columns", role))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def _names_columns(line: str) -> bool:
    """True for a line that names the columns of a table, one of doses among them, and holds no figure."""
    if not MIN_NAMES < len(line.split(None, MAX_NAMES)) <= MAX_NAMES or not _DOSE_COLUMN.search(line):
        return False
    named = {match.group().lower() for match in _columns("column").finditer(line)}
    return len(named) >= MIN_NAMES and _OWN_FIGURE.search(_BRACKETED.sub(" ", line)) is None


_BRACKETED = re.compile(r"\([^()\n]{0,60}\)|\b(?:day|week|month|year|visit)\s\d{1,4}(?![\w.,–-])", re.IGNORECASE)
"""What a head says of a column, and the time that a column is of: their figures are none of a row."""


@functools.lru_cache(maxsize=256)
def _read(line: str) -> Head:
    """What a line that names all columns says of that of the doses; no unit where it leaves one open."""
    named = {unit: match.group() for match in _DOSE_COLUMN.finditer(line) if (unit := _unit(match.group()))}
    unit, column = named.popitem() if len(named) == 1 else ("", "")
    if cells.speaks_of_weight(line) and not cells.speaks_of_weight(unit):
        unit, column = "", ""
    return Head(line, unit, named=True, column=column)


@functools.lru_cache(maxsize=256)
def _column(line: str) -> Head:
    """What a line that names one column of doses says of it."""
    return Head(line, _unit(line), named=True)


def _unit(name: str) -> str:
    """The unit that the name of a column gives for powers: one that counts cells, without a power of its own."""
    unit = "" if _FIGURE.search(name) else cells.counted((name,)) or cells.unit_phrase(name)
    return unit if mentions_cells(unit) else ""


def _text(text: str, blocks: Sequence[Block], index: int) -> str:
    span = blocks[index].span
    return text[span.start : span.end]
