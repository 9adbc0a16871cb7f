"""Rows of a table without boxes: its columns, headers, and which lines are one row."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from litclaims.ingest._pdf.glyphs import Piece
from litclaims.ingest._pdf.rules import Rule
from litclaims.ingest._pdf.segments import Segment, join_text
from litclaims.ingest._pdf.table import FIGURE, MAX_CELL_CHARACTERS, GridCell, Table

CHUNK_GAP = 0.5
"""A gap of so many font sizes parts two cells, if it runs through all rows."""

OVERLAPPING = 0.85
"""Lines nearer to each other than so many font sizes are no lines of different rows."""

_OPEN = re.compile(r"(?:[,(/×x–−-]|\b(?:to|and|or|per|of))\s*$")


@dataclass(slots=True)
class Chunk:
    """Pieces of a row between wide gaps."""

    pieces: list[Piece]

    @property
    def x0(self) -> float:
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        return max(piece.x1 for piece in self.pieces)

    @property
    def text(self) -> str:
        return join_text(self.pieces)


@dataclass(slots=True)
class Row:
    """A line of a table: the segments on one baseline, and their pieces between wide gaps."""

    y: float
    size: float
    chunks: list[Chunk]
    parts: list[Segment]


def rows_of(segments: Iterable[Segment]) -> list[Row]:
    """The rows of segments, from the top down, with their chunks."""
    rows: list[Row] = []
    for part in sorted(segments, key=lambda part: -part.y):
        if rows and abs(rows[-1].y - part.y) < 0.3 * min(rows[-1].size, part.size):
            rows[-1].parts.append(part)
        else:
            rows.append(Row(part.y, part.size, [], [part]))
    for row in rows:
        pieces = sorted((piece for part in row.parts for piece in part.pieces), key=lambda piece: piece.x0)
        row.chunks = _chunks(pieces, row.size)
    return rows


def _chunks(pieces: list[Piece], size: float) -> list[Chunk]:
    chunks: list[Chunk] = []
    end = 0.0
    for piece in pieces:
        if chunks and piece.x0 - end < CHUNK_GAP * size:
            chunks[-1].pieces.append(piece)
            end = max(end, piece.x1)
        else:
            chunks.append(Chunk([piece]))
            end = piece.x1
    return chunks


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a page; ``header`` is the height of the rule below the header rows, None if there is none."""

    x0: float
    x1: float
    high: float
    low: float
    header: float | None = None


def table_of(parts: Sequence[Segment], zone: Zone, rules: Sequence[Rule]) -> Table | None:
    """The table of the segments in a stretch; None if its columns are not sure."""
    rows = rows_of(parts)
    gutters = _gutters(rows)
    if len(rows) < 2 or not gutters:
        return None
    head = _header_rows(rows, zone)
    short = 0.9 * (zone.x1 - zone.x0)
    spans = [rule for rule in rules if rule.horizontal and rule.end - rule.start < short]
    places = [_place(row, gutters, spans if index < head else None) for index, row in enumerate(rows)]
    if any(place is None for place in places) or _holds_prose(rows, zone):
        return None
    lines = [rule.at for rule in rules if rule.horizontal and rule.start < zone.x0 + 20 and rule.end > zone.x1 - 20]
    merged = _merged(rows, places, head, lines)
    cells = [_as_cells(line, len(gutters) + 1, header=index < merged.head) for index, line in enumerate(merged.lines)]
    if any(len(cell.text) > MAX_CELL_CHARACTERS for row in cells for cell in row):
        return None
    low = min(zone.low, rows[-1].y - 0.3 * rows[-1].size)
    return Table(cells, zone.x0, zone.x1, zone.high, low, used=list(parts))


def _holds_prose(rows: Sequence[Row], zone: Zone) -> bool:
    """True if two lines on end fill the width: running text between two tables."""
    full = [len(row.chunks) == 1 and row.chunks[0].x1 - row.chunks[0].x0 > 0.7 * (zone.x1 - zone.x0) for row in rows]
    return any(first and second for first, second in pairwise(full))


def _gutters(rows: Sequence[Row]) -> list[float]:
    """The middles of the gaps that run through all rows but headers over several columns and rows of one label."""
    counts = Counter(len(row.chunks) for row in rows if len(row.chunks) > 1)
    if not counts:
        return []
    usual = max(counts, key=lambda count: (counts[count], count))
    first = next(index for index, row in enumerate(rows) if len(row.chunks) >= usual)
    left = min(row.chunks[0].x0 for row in rows) + rows[0].size
    cells = [row for row in rows[first:] if len(row.chunks) > 1 or row.chunks[0].x0 > left]
    found = _gaps(cells)
    return found if len(found) >= usual - 1 else _gaps([row for row in rows if len(row.chunks) >= usual])


def _gaps(rows: Sequence[Row]) -> list[float]:
    """The middles of the gaps that run through all of the rows."""
    spans = sorted((chunk.x0, chunk.x1) for row in rows for chunk in row.chunks)
    gutters, end = [], spans[0][1]
    for start, stop in spans[1:]:
        if start - end >= CHUNK_GAP * rows[0].size:
            gutters.append((start + end) / 2)
        end = max(end, stop)
    return gutters


def _header_rows(rows: Sequence[Row], zone: Zone) -> int:
    """How many rows are headers: those above the first inner rule, or before the first with figures beside a label."""
    if zone.header is not None:
        count = sum(row.y > zone.header for row in rows)
        if 0 < count < len(rows):
            return count
    first = next(
        (index for index, row in enumerate(rows) if any(FIGURE.match(chunk.text) for chunk in row.chunks[1:])), 0
    )
    return first if first <= 4 else 0


_Places = list[tuple[int, int, Chunk]]
"""The chunks of a row, each with its first and last column."""


def _place(row: Row, gutters: list[float], spans: Sequence[Rule] | None) -> _Places | None:
    """The columns of each chunk of a row; None if they are not sure.

    They are not if a chunk of several columns is no header and not alone, or if chunks far apart share a column.

    Args:
        spans: of a header row the rules below its cells, which say how far each reaches; None for other rows.
    """
    placed: _Places = []
    for chunk in row.chunks:
        x0, x1 = _reach(chunk, row, spans or ())
        first, last = bisect_right(gutters, x0 + 0.5), bisect_right(gutters, x1 - 0.5)
        if first != last and spans is None and len(row.chunks) > 1:
            return None
        if placed and first <= placed[-1][1]:
            if first != last or placed[-1][0] != placed[-1][1] or chunk.x0 - placed[-1][2].x1 > 1.2 * row.size:
                return None
            placed[-1] = (first, last, Chunk([*placed[-1][2].pieces, *chunk.pieces]))
        else:
            placed.append((first, last, chunk))
    return placed


def _reach(chunk: Chunk, row: Row, spans: Sequence[Rule]) -> tuple[float, float]:
    """The ends of a header cell: those of the short rule right below it, else of its text."""
    for rule in spans:
        under = row.y - 0.9 * row.size < rule.at < row.y and rule.start - 3 <= chunk.x0 and chunk.x1 <= rule.end + 3
        if under and not any(
            other is not chunk and rule.start < (other.x0 + other.x1) / 2 < rule.end for other in row.chunks
        ):
            return min(chunk.x0, rule.start + 3), max(chunk.x1, rule.end - 3)
    return chunk.x0, chunk.x1


@dataclass(slots=True)
class _Merged:
    lines: list[list[tuple[int, int, GridCell]]]
    head: int


def _merged(rows: Sequence[Row], places: Sequence[_Places], head: int, rules: Sequence[float]) -> _Merged:
    """Rows of cells: lines that go on with the cells above are joined to them."""
    merged = _Merged([], 0)
    hangs = False
    for index, (row, placed) in enumerate(zip(rows, places, strict=True)):
        is_header = index < head
        last = rows[index - 1] if index and is_header == (index - 1 < head) else None
        after = rows[index + 1] if index + 1 < len(rows) else None
        parted = last is None or any(row.y < at < last.y for at in rules)
        if hangs and not parted:
            hangs = placed[0][0] != 0
            _join(merged.lines[-1], placed)
            continue
        hangs = not is_header and not parted and _hangs(last, row, after, placed)
        if not parted and not hangs and _is_same(last, row, merged, placed, is_header):
            _join(merged.lines[-1], placed)
        else:
            merged.lines.append([(first, end, GridCell([chunk.pieces])) for first, end, chunk in placed])
            merged.head += is_header
    return merged


def _hangs(last: Row, row: Row, after: Row | None, placed: _Places) -> bool:
    """True for a line without a label that is nearer to the row below: cells set to the bottom of their row."""
    if after is None or placed[0][0] == 0 or any(first != end for first, end, _ in placed):
        return False
    return row.y - after.y < 1.5 * row.size and row.y - after.y < 0.85 * (last.y - row.y)


def _is_same(last: Row, row: Row, merged: _Merged, placed: _Places, is_header: bool) -> bool:
    """True if a line belongs to the row of the line before."""
    above = merged.lines[-1]
    if last.y - row.y < OVERLAPPING * row.size:
        # too near for two rows: cells of several lines, each set to the middle of its row
        return all(first == end for first, end, _ in [*above, *placed])
    return last.y - row.y < 1.7 * row.size and _goes_on(above, placed, is_header=is_header)


def _goes_on(above: list[tuple[int, int, GridCell]], placed: _Places, *, is_header: bool) -> bool:
    """True if a line of a table continues the cells of the row above."""
    if any(first != last for first, last, _ in [*above, *placed]):
        return False
    known = {first: cell.text for first, _, cell in above}
    if is_header:
        return True
    if len(placed) >= len(above) or any(first not in known for first, _, _ in placed):
        return False
    for first, _, chunk in placed:
        if FIGURE.match(chunk.text) and not _OPEN.search(known[first]):
            return False
    label = next((chunk.text for first, _, chunk in placed if first == 0), None)
    return label is None or label[0].islower() or label[0] in "(&/" or _OPEN.search(known[0]) is not None


def _join(above: list[tuple[int, int, GridCell]], placed: _Places) -> None:
    known = {first: cell for first, _, cell in above}
    for first, last, chunk in placed:
        if first in known:
            known[first].lines.append(chunk.pieces)
        else:
            above.append((first, last, GridCell([chunk.pieces])))
    above.sort(key=lambda item: item[0])


def _as_cells(line: list[tuple[int, int, GridCell]], width: int, *, header: bool) -> list[GridCell]:
    """The cells of a row, empty ones where nothing stands."""
    cells: list[GridCell] = []
    column = 0
    for first, last, cell in line:
        cells += [GridCell([], header) for _ in range(column, first)]
        cells.append(replace(cell, header=header, colspan=last - first + 1))
        column = last + 1
    return cells + [GridCell([], header) for _ in range(column, width)]
