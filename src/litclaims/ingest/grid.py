"""Tables: where each cell stands, which cells are headers, and which headers and labels govern a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from litclaims.errors import InputError
from litclaims.ingest.build import Builder, Run
from litclaims.model import Cell, Span

MAX_CELLS = 100_000
"""A larger table is data, not text; spans could claim any number of cells."""

MAX_ROW = 40
"""Cells of a row that are read together; a wider table is no text."""

MAX_TEXTS = 8
"""Texts of a column that describe an arm; a column of more is a list of its own."""

MAX_HEADS = 20
"""Headers above a cell, and columns of labels to its left: more are no heads, and every cell would hold all of them."""

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell as a reader finds it: its text, how far it spans, and whether the format says that it is a header.

    ``span`` is its place in a text that stands as it is (Markdown); None where a builder writes the text.
    """

    runs: tuple[Run, ...]
    header: bool = False
    rowspan: int = 1
    colspan: int = 1
    span: Span | None = None

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(run.text for run in self.runs).strip()


@dataclass(frozen=True, slots=True)
class _Placed:
    entry: Entry
    cell: Cell


def add_table(
    builder: Builder,
    rows: Sequence[Sequence[Entry]],
    *,
    number: int,
    caption: Iterable[Run] | str = (),
    footnotes: Sequence[Iterable[Run] | str] = (),
) -> list[int]:
    """Add a table as blocks: its caption, its cells row by row, its footnotes. Gives the indices of the footnotes.

    A cell's heading path gets the caption, the headers above it and the labels to its left, so that it is read under
    them as a paragraph is read under its headings.

    Args:
        rows: of cells, without the places that a span from above or from the left covers.
        number: of the table in the document, from 0.

    Raises:
        InputError: the table has more than :data:`MAX_CELLS` places.
    """
    head = builder.add("caption", caption)
    before = -1

    def write(entry: Entry, cell: Cell, heads: tuple[int, ...]) -> int | None:
        nonlocal before
        separator = "\n\n" if before < 0 else " | " if cell.row == before else "\n"
        index = builder.add("cell", entry.runs, cell=cell, heads=heads, separator=separator)
        before = before if index is None else cell.row
        return index

    above = () if head is None else (head,)
    write_cells(rows, write, builder.head, number=number, caption=above, source=builder.source)
    return [index for note in footnotes if (index := builder.add("footnote", note)) is not None]


def write_cells(
    rows: Sequence[Sequence[Entry]],
    write: Callable[[Entry, Cell, tuple[int, ...]], int | None],
    head: Callable[[int, tuple[int, ...]], None],
    *,
    number: int,
    caption: tuple[int, ...] = (),
    source: object = "",
    headless: bool = False,
) -> None:
    """Write each cell of a table with its place and the indices of what heads it.

    Args:
        rows: as of :func:`add_table`.
        write: writes one cell and gives the index of its block, None where it has none.
        head: says which further blocks head one that was written: the texts beside it in its row.
        caption: index of the table's caption, if it has one.
        headless: True for a table whose first row is as the others.

    Raises:
        InputError: the table has more than :data:`MAX_CELLS` places.
    """
    heads = _Heads(caption)
    columns: dict[int, list[tuple[int, _Placed]]] = {}
    for row in _by_row(_with_headers(_place(rows, number, source), headless=headless)):
        heads.enter(row)
        written: list[tuple[int, _Placed]] = []
        for item in row:
            index = write(item.entry, item.cell, heads.of(item.cell))
            if index is not None:
                heads.add(item.cell, index)
                written.append((index, item))
        if heads.of_cells:
            for index, item in written:
                columns.setdefault(item.cell.column, []).append((index, item))
            _head_by_row(written, head)
    for column in columns.values():
        _head_by_column(column, head)


def _head_by_row(written: Sequence[tuple[int, _Placed]], head: Callable[[int, tuple[int, ...]], None]) -> None:
    """Let the texts of a row head the figures beside them: ``Crohn's disease | intravenous | 2``."""
    said = [index for index, item in written if _describes(item)]
    for index, _ in written[:MAX_ROW]:
        beside = tuple(other for other in said[:MAX_ROW] if other != index)
        if beside:
            head(index, beside)


def _describes(item: _Placed) -> bool:
    """True for a cell of words that opens with none of the figures it may tell: ``intravenous``, not ``5 mL``."""
    text = item.entry.text
    return not item.cell.header and not _is_figure(text) and not text[:1].isdigit()


def _head_by_column(column: Sequence[tuple[int, _Placed]], head: Callable[[int, tuple[int, ...]], None]) -> None:
    """Let the texts of a column head its figures, where columns are arms: ``intravenous`` over ``50``, ``5 mL``."""
    said = tuple(index for index, item in column if _describes(item))
    if 0 < len(said) <= MAX_TEXTS:
        for index, item in column:
            if not item.cell.header and _is_figure(item.entry.text):
                head(index, said)


class _Heads:
    """What governs the next cell of a table that is read row by row."""

    def __init__(self, caption: tuple[int, ...]) -> None:
        self._caption = caption
        self._columns: dict[int, tuple[int, ...]] = {}
        self._group: tuple[int, ...] = ()
        self._labels: dict[tuple[int, int], int] = {}
        self._kind = ""

    @property
    def of_cells(self) -> bool:
        """True in a row of a label and its cells."""
        return self._kind == "cells"

    def enter(self, row: Sequence[_Placed]) -> None:
        """Begin a row: of headers for the columns, one that heads the rows below, or one of a label and its cells."""
        before, self._kind = self._kind, _kind(row)
        if self._kind == "columns" and before != "columns":
            self._columns, self._group = {}, ()

    def add(self, cell: Cell, index: int) -> None:
        """Remember a header that was written as a block."""
        if not cell.header:
            return
        if self._kind == "group":
            self._group = (index,)
        elif self._kind == "columns":
            for column in range(cell.column, cell.column + cell.colspan):
                self._columns[column] = (*self._columns.get(column, ()), index)[-MAX_HEADS:]
        else:
            self._labels |= dict.fromkeys(_covered(cell), index)

    def of(self, cell: Cell) -> tuple[int, ...]:
        """The caption, the headers above, the group and the labels to the left, none of them twice."""
        columns = range(cell.column, cell.column + cell.colspan)
        above = [index for column in columns for index in self._columns.get(column, ())]
        before = [(cell.row, column) for column in range(min(cell.column, MAX_HEADS))]
        left = [self._labels[place] for place in before if place in self._labels]
        group = () if self._kind in ("group", "columns") else self._group
        return tuple(dict.fromkeys((*self._caption, *above, *group, *left)))


def _kind(row: Sequence[_Placed]) -> str:
    """``group`` for a row of one header alone, ``columns`` for one of headers only, else ``cells``."""
    filled = [item for item in row if item.entry.text]
    if not filled or not all(item.cell.header for item in filled):
        return "cells"
    return "group" if len(filled) == 1 and filled[0].cell.column == 0 and filled[0].cell.row else "columns"


def _by_row(placed: Sequence[_Placed]) -> list[list[_Placed]]:
    rows: dict[int, list[_Placed]] = {}
    for item in placed:
        rows.setdefault(item.cell.row, []).append(item)
    return list(rows.values())


def _place(rows: Sequence[Sequence[Entry]], number: int, source: object) -> list[_Placed]:
    """Each entry with its row and column, as HTML lays out a table with spans."""
    taken: set[tuple[int, int]] = set()
    placed: list[_Placed] = []
    for row, entries in enumerate(rows):
        column = 0
        for entry in entries:
            while (row, column) in taken:
                column += 1
            rowspan = max(1, min(entry.rowspan, len(rows) - row))
            colspan = max(1, min(entry.colspan, 1000))
            cell = Cell(number, row, column, rowspan, colspan, entry.header)
            if len(taken) + rowspan * colspan > MAX_CELLS:
                raise InputError(
                    f"has a table of more than {MAX_CELLS} cells", source=source, remedy="give its data as a table file"
                )
            taken.update(_covered(cell))
            placed.append(_Placed(entry, cell))
            column += colspan
    return placed


def _covered(cell: Cell) -> Iterable[tuple[int, int]]:
    return (
        (row, column)
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    )


def _with_headers(placed: list[_Placed], *, headless: bool) -> list[_Placed]:
    """The same cells with headers marked where the format says nothing.

    If no cell of the first row is a header, the first row is one, unless most of it are figures; and the rows that name
    the columns below or again. The first cell of a row is a label if it is text; so is one that has its row for itself.
    """
    width = max((item.cell.column + item.cell.colspan for item in placed), default=0)
    first = [item for item in placed if item.cell.row == 0]
    figures = sum(_is_figure(item.entry.text) for item in first)
    plain = not any(item.cell.header for item in first) and 2 * figures <= len(first) and width > 1
    alone = _alone(placed)
    heads = {0, *_further_heads(placed, alone)} if plain and not headless else set()
    return [
        replace(item, cell=replace(item.cell, header=True))
        if item.cell.row in heads
        or (item.cell.column == 0 and width > 1 and item.entry.text and not _is_figure(item.entry.text))
        or item.cell.row in alone
        else item
        for item in placed
    ]


def _further_heads(placed: list[_Placed], alone: set[int]) -> set[int]:
    """The rows that name columns though they are not the first: below what heads the whole table, or named again."""
    rows = [row for row in _by_row(placed) if row[0].cell.row not in alone]
    head = rows[0] if rows else []
    if not head or (head[0].cell.row and not _names_columns(head)):
        return set()
    told = head[0].entry.text.lower()
    again = (row for row in rows[1:] if told and row[0].entry.text.lower() == told and _names_columns(row))
    return {head[0].cell.row, *(row[0].cell.row for row in again)}


def _names_columns(row: Sequence[_Placed]) -> bool:
    """True for a row of three words or more, none of which begins with a digit."""
    told = [item.entry.text for item in row if item.entry.text]
    return len(told) > 2 and all(_WORD.search(text) and not text[0].isdigit() for text in told)


def _alone(placed: list[_Placed]) -> set[int]:
    """The rows whose only text is in their first cell: they head the rows below."""
    filled: dict[int, list[Cell]] = {}
    for item in placed:
        if item.entry.text:
            filled.setdefault(item.cell.row, []).append(item.cell)
    width = max((item.cell.column + item.cell.colspan for item in placed), default=0)
    return {row for row, cells in filled.items() if width > 1 and len(cells) == 1 and cells[0].column == 0}


def _is_figure(text: str) -> bool:
    """True if a text is a figure rather than words, with or without one."""
    return any(character.isdigit() for character in text) and _WORD.search(text) is None
