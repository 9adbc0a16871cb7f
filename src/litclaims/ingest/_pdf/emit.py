"""Blocks to a layout: each with its runs, tables as cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litclaims.ingest._pdf import metadata
from litclaims.ingest._pdf.blocks import Block, without_marker
from litclaims.ingest._pdf.segments import Segment
from litclaims.ingest._pdf.table import GridCell, Table
from litclaims.ingest._pdf.words import PageLine, known_words, runs
from litclaims.ingest.build import Builder
from litclaims.ingest.grid import Entry, add_table
from litclaims.ingest.outline import Layout

_SIGNS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ*†‡§¶#"
_MARK = re.compile(f"[{_SIGNS}]")
_MARKS = re.compile(rf"[{_SIGNS}](?:[,\s]{{0,2}}[{_SIGNS}]){{0,8}}$")
"""The mark of a footnote, and the marks at the end of a cell."""


def emit(blocks: Sequence[Block], told: dict[str, str], *, head: Sequence[str], size: float, source: object) -> Layout:
    """The layout of blocks in reading order.

    Args:
        told: the information dictionary.
        head: the running lines of the first page.
        size: the font size of the running text.
    """
    words = known_words(line for block in blocks for line in block.lines)
    title = metadata.title_block(blocks, told.get("Title", ""), size)
    builder = Builder(source)
    tables = 0
    for block in blocks:
        if block.table is not None:
            _add_table(builder, block.table, block.page, tables, words)
            tables += 1
            continue
        _add_block(builder, block, words, is_title=block is title)
    front = "\n".join([*head, *_front(blocks)])
    said = {
        "authors": metadata.authors(blocks, title, told.get("Author", "")),
        "date": metadata.date(front),
        "doi": metadata.doi(front, told),
    }
    if title is None:
        said["title"] = metadata.sensible_title(told.get("Title", ""))
    return builder.layout(**said)


def _front(blocks: Sequence[Block]) -> Iterator[str]:
    """The texts of the first page, up to a reference list."""
    for block in blocks:
        if block.page != blocks[0].page or block.entry:
            return
        yield block.text


def _add_block(builder: Builder, block: Block, words: frozenset[str], *, is_title: bool) -> None:
    lines = without_marker(block) if block.kind == "list_item" and block.marker else block.lines
    kind = "heading" if is_title else block.kind
    index = builder.add(kind, runs(lines, words), level=block.level, nesting=block.nesting)
    if is_title and index is not None:
        builder.retitle(index)


def _add_table(builder: Builder, table: Table, page: int, number: int, words: frozenset[str]) -> None:
    rows = [[_entry(cell, page, words) for cell in row] for row in table.rows]
    caption = runs(_lines(table.caption, page), words)
    notes = [runs(_lines(note, page), words) for note in table.notes]
    footnotes = add_table(builder, rows, number=number, caption=caption, footnotes=notes)
    if footnotes:
        _link(builder, footnotes, sum(1 for row in rows for entry in row if entry.text))


def _link(builder: Builder, footnotes: Sequence[int], cells: int) -> None:
    """Say which of the cells before the footnotes end in the mark of which."""
    marks = {match.group(): index for index in footnotes if (match := _MARK.match(builder.text_of(index)))}
    for cell in range(footnotes[0] - cells, footnotes[0]):
        match = _MARKS.search(builder.text_of(cell))
        noted = [marks[mark] for mark in match.group() if mark in marks] if match else []
        if noted:
            builder.note(cell, noted)


def _entry(cell: GridCell, page: int, words: frozenset[str]) -> Entry:
    lines = [PageLine(line, page) for line in cell.lines]
    return Entry(tuple(runs(lines, words)), cell.header, cell.rowspan, cell.colspan)


def _lines(segments: Sequence[Segment], page: int) -> list[PageLine]:
    """The segments of a caption or footnote as lines, those of one line joined."""
    lines: list[PageLine] = []
    last: Segment | None = None
    for segment in segments:
        if last is not None and abs(last.y - segment.y) < 0.3 * segment.size:
            lines[-1] = PageLine([*lines[-1].pieces, *segment.pieces], page)
        else:
            lines.append(PageLine(segment.pieces, page))
        last = segment
    return lines
