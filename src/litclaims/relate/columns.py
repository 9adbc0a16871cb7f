"""Columns of a table that was flattened into lines: a row is a line for each column, and a blank line ends a cell that
takes several.

Only a row of doses whose cells are told apart by blank lines counts, and only under a caption; what its columns are
of is read from rows of as many lines. Anything else is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from litclaims.model import Document

REACH = 40
"""Lines from a row within which the caption and the other rows are looked for."""

LONGEST = 120
"""Characters of the longest line that may be a cell."""

_CAPTION = re.compile(r"Table\s?\d")


@dataclass(frozen=True, slots=True)
class Column:
    """The column of a figure: its index from 0, of how many, and the blocks of its table's caption and its row."""

    index: int
    of: int
    caption: int
    row: int


def column_of(document: Document, block: int, is_dosed: Callable[[int], bool]) -> Column | None:
    """The column of a block in a flattened table; None if it stands in none.

    Args:
        is_dosed: whether a block holds a dose.
    """
    if not is_dosed(block) or not _is_line(document, block):
        return None
    caption = next((at for at in range(block - 1, max(-1, block - REACH), -1) if _is_caption(document, at)), None)
    if caption is None:
        return None
    first = block
    while first - 1 > caption and is_dosed(first - 1) and _is_line(document, first - 1):
        first -= 1
    index, cells, at = 0, 1, first
    while at + 1 < min(len(document.blocks), block + REACH) and is_dosed(at + 1) and _is_line(document, at + 1):
        cells += _is_parted(document, at)
        at += 1
        index = cells - 1 if at == block else index
    return Column(index, cells, caption, first) if cells > 1 else None


def cell_of(document: Document, column: Column, names: Callable[[int], bool]) -> int | None:
    """The block of a column in the one row of its table in which each of as many lines names something; None if there
    is no such row, or several.

    Args:
        names: whether a block does.
    """
    stop = min(len(document.blocks), column.row + REACH)
    rows, run = [], []
    for at in range(column.caption + 1, stop + 1):
        if at < stop and _is_line(document, at) and names(at):
            run.append(at)
            continue
        if len(run) == column.of:
            rows.append(run)
        run = []
    return rows[0][column.index] if len(rows) == 1 else None


def head_of(document: Document, column: Column) -> int | None:
    """The block that heads a column: the lines below the caption are the first column's head, then those of the
    others. None if they are no lines."""
    at = column.caption + 2 + column.index
    return at if at < column.row and _is_line(document, at) else None


def _is_line(document: Document, block: int) -> bool:
    span = document.blocks[block].span
    return span.end - span.start <= LONGEST and "\n" not in document.text[span.start : span.end]


def _is_caption(document: Document, block: int) -> bool:
    return _CAPTION.match(document.text, document.blocks[block].span.start) is not None


def _is_parted(document: Document, block: int) -> bool:
    """True if a blank line follows a block."""
    gap = document.text[document.blocks[block].span.end : document.blocks[block + 1].span.start]
    return gap.count("\n") > 1
