"""Tables whose rows are lines and whose cells stand between bars, in Markdown and in texts that copy a table so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from litclaims.ingest.build import Run
from litclaims.ingest.grid import MAX_CELLS, Entry, write_cells
from litclaims.ingest.outline import Raw
from litclaims.model import Cell, Span

_BAR = re.compile(r"(?<!\\)\|")
_RULE_SIGNS = frozenset(" \t:|-")

MAX_LINES = 12
"""Lines that the row of a table may take."""


def is_rule(text: str) -> bool:
    """True for the line between the head of a table and its rows: ``|---|:--:|``."""
    return "|" in text[1:] and "-" in text and _RULE_SIGNS.issuperset(text)


def with_whole_rows(raws: list[Raw], text: str) -> list[Raw]:
    """The blocks of a text without the rules of its tables, and with rows that a line break within a cell cut as one.

    A rule tells how many cells each row has; lines that have as many together, and none more, are one row.
    """
    made: list[Raw] = []
    rule: Raw | None = None
    index = 0
    while index < len(raws):
        raw, taken = raws[index], 1
        if is_rule(raw.text):
            rule = raw
            above = _lines_of_head(made, text, rule)
            made[len(made) - above :] = [_whole(made[-above:], text)] if above else []
        else:
            rule = rule if raw.tight else None
            taken = _lines_of_row(raws, index, text, rule) if rule else 1
            made.append(_whole(raws[index : index + taken], text))
        index += taken
    return made


MIN_WIDTH = 3
"""Cells of a row whose cells each stand on a line."""

_CELL_LINE = re.compile(r"[^|]{1,400}(?<!\\)\|\s{0,3}")
_WORK = re.compile(r"[^|\d]{2,60}\bet\sal\b[^|]{0,24}|\s{0,3}\[\d{1,3}\]\s{0,3}")
"""The cell that names the work of a row."""


def with_rows_of_lines(raws: list[Raw], text: str) -> list[Raw]:
    """The blocks with a table whose cells each stand on a line, a bar behind it, as its rows.

    Only works at even distances tell how many cells a row has.
    """
    made: list[Raw] = []
    index = 0
    while index < len(raws):
        stop = _end_of_cells(raws, index)
        width = _width(raws[index:stop])
        rows = range(index, stop - width + 1, width) if width else range(0)
        made.extend(_whole(raws[place : place + width], text) for place in rows)
        following = max(stop, index + 1)
        made.extend(raws[index + len(rows) * width : following])
        index = following
    return made


def _end_of_cells(raws: list[Raw], index: int) -> int:
    """One beyond the last of the lines from one on that are each a cell with a bar behind it, no blank line between."""
    first = index
    while index < len(raws) and (index == first or raws[index].tight) and _CELL_LINE.fullmatch(raws[index].text):
        index += 1
    return index


def _width(lines: list[Raw]) -> int:
    """How many of the cells on lines make a row: works end each row, or begin it; 0 if that is not sure."""
    works = [index for index, raw in enumerate(lines) if _WORK.fullmatch(raw.text.rstrip(" |"))]
    apart = {after - before for before, after in itertools.pairwise(works)}
    width = apart.pop() if len(apart) == 1 else 0
    return width if width >= MIN_WIDTH and works[0] in (0, width - 1) else 0


def _lines_of_head(made: list[Raw], text: str, rule: Raw) -> int:
    """How many blocks before a rule are together the head of its table; 0 if one is or if they make none."""
    width, below = len(_cells(text, rule)), rule
    for count, raw in enumerate(reversed(made[-MAX_LINES:]), start=1):
        if not below.tight or not raw.text.rstrip().endswith("|"):
            return 0
        total = len(_cells(text, replace(raw, end=made[-1].end)))
        if total >= width:
            return count if total == width and count > 1 else 0
        below = raw
    return 0


def _lines_of_row(raws: list[Raw], index: int, text: str, rule: Raw) -> int:
    """How many blocks from one on are a row of the table that a rule tells of; 1 if they make none."""
    width, closed = len(_cells(text, rule)), rule.text.endswith("|")
    for count, raw in enumerate(raws[index : index + MAX_LINES], start=1):
        if (count > 1 and not raw.tight) or is_rule(raw.text):
            return 1
        total = len(_cells(text, replace(raws[index], end=raw.end)))
        if total > width:
            return 1
        if total == width and (raw.text.endswith("|") or not closed):
            return count
    return 1


def _whole(lines: list[Raw], text: str) -> Raw:
    """A row of several lines as one block; a single block as it is."""
    first, last = lines[0], lines[-1]
    if first is last:
        return first
    return replace(first, kind="paragraph", end=last.end, text=text[first.start : last.end], level=0, nesting=0)


def with_cells(raws: list[Raw], text: str, *, is_row: Callable[[Raw], bool]) -> list[Raw]:
    """The blocks with each row of a table as its cells; rows on neighbouring lines are one table, one alone is none."""
    made: list[Raw] = []
    tables = 0
    for table, group in itertools.groupby(_numbered_tables(raws, is_row), key=lambda item: item[1]):
        block = [raw for raw, _ in group]
        if table and len(block) > 1 and sum(text.count("|", raw.start, raw.end) for raw in block) < MAX_CELLS // 2:
            _add_cells(made, block, text, number=tables)
            tables += 1
        else:
            made.extend(block)
    return made


def _numbered_tables(raws: list[Raw], is_row: Callable[[Raw], bool]) -> list[tuple[Raw, int]]:
    """Each block with the number of the table that it is a row of, 0 if it is none."""
    number, numbered, in_table = 0, [], False
    for raw in raws:
        row = is_row(raw)
        number += row and not (in_table and raw.tight)
        numbered.append((raw, number if row else 0))
        in_table = row
    return numbered


def _add_cells(made: list[Raw], block: list[Raw], text: str, *, number: int) -> None:
    rows = [[_entry(text, start, end) for start, end in _cells(text, raw)] for raw in block]

    def write(entry: Entry, cell: Cell, heads: tuple[int, ...]) -> int | None:
        if not entry.text or entry.span is None:
            return None
        span = entry.span
        made.append(Raw("cell", span.start, span.end, "", tight=True, cell=cell, heads=heads))
        return len(made) - 1

    def head(index: int, heads: tuple[int, ...]) -> None:
        made[index] = replace(made[index], heads=(*made[index].heads, *heads))

    headless = any(_WORK.fullmatch(entry.text) for entry in rows[0])  # a head names columns, and no work
    write_cells(rows, write, head, number=number, headless=headless)


def _entry(text: str, start: int, end: int) -> Entry:
    return Entry((Run(text[start:end]),), span=Span(start, end))


def _cells(text: str, raw: Raw) -> list[tuple[int, int]]:
    """Where the cells of a row stand, blanks and the bars around them left out; an escaped bar is text."""
    bars = [match.start() for match in _BAR.finditer(text, raw.start, raw.end)]
    edges = [raw.start - 1, *bars, raw.end]
    pairs = [(left + 1, right) for left, right in itertools.pairwise(edges)]
    if bars and not text[raw.start : bars[0]].strip():
        pairs = pairs[1:]
    if bars and not text[bars[-1] + 1 : raw.end].strip():
        pairs = pairs[:-1]
    return [_trimmed(text, start, end) for start, end in pairs]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, max(start, end - (len(inner) - len(inner.rstrip())))
