"""Tables of a page: grids of rules, rows between rules below a caption, and rows whose cells are aligned.

A table that is not surely one stays running text: a figure under the wrong header is worse than one under none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from litclaims.ingest._pdf.columns import gutter
from litclaims.ingest._pdf.glyphs import Piece
from litclaims.ingest._pdf.rules import Rule
from litclaims.ingest._pdf.segments import Segment, join_text

CAPTION = re.compile(
    r"(?:(?:Supplementa(?:l|ry)|Extended\s+Data|Appendix|Online)\s+)?(?P<kind>TABLE|Table|FIGURE|Figure|FIG|Fig)\.?\s+"
    r"[A-Z]?\d{1,3}[A-Za-z]?(?:\.\d{1,2})?(?:\s*[.:|—–]|\s*$|\s+(?=[\"“(A-Z\d]))"
    r"|(?P<roman>TABLE|Table)\s+[IVX]{1,5}(?:\s*[.:|—–]|\s*$|\s+(?=[A-Z]))"
)
"""What opens the caption of a table or figure. ``Table 1 shows`` is running text."""

CHUNK_GAP = 0.5
"""A gap of so many font sizes parts two cells, if it runs through all rows."""

OVERLAPPING = 0.85
"""Lines nearer to each other than so many font sizes are no lines of different rows."""

MAX_CAPTION_LINES = 8
MAX_CELL_CHARACTERS = 1_500
"""More in a cell is a page's text in a frame."""

MIN_FIGURE_ROWS = 2

MAX_CROSSINGS = 1_500
"""A grid of more rules is a chart's."""

MAX_TABLES = 40
"""A page has no more."""

_NOTE = re.compile(r"(?:[*†‡§¶#]|Notes?\b|Abbreviations?\b|NOTE\b|[a-z][).:]?\s|Data\s+(?:are|is)\b|Values\b)")
_FIGURE = re.compile(r"[<>≤≥~±(]*\s*\d")
_OPEN = re.compile(r"(?:[,(/×x–−-]|\b(?:to|and|or|per|of))\s*$")


@dataclass(slots=True)
class GridCell:
    """A cell: its pieces line by line, and how far it spans."""

    lines: list[list[Piece]]
    header: bool = False
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        return " ".join(join_text(line) for line in self.lines)


@dataclass(slots=True)
class Table:
    """A table as an item of a page; ``caption`` and ``notes`` hold lines of pieces.

    Attributes:
        y, low: its upper and lower end.
        used: the segments that are parts of it, caption and footnotes included.
    """

    rows: list[list[GridCell]]
    x0: float
    x1: float
    y: float
    low: float
    caption: list[Segment] = field(default_factory=list)
    notes: list[list[Segment]] = field(default_factory=list)
    used: list[Segment] = field(default_factory=list)


def find_tables(segments: Sequence[Segment], rules: Sequence[Rule]) -> tuple[list[Table], list[Segment]]:
    """The tables of a page, and the segments that are in none."""
    rest, drawn = list(segments), list(rules)
    size = median(part.size for part in segments) if segments else 0.0
    at = gutter(segments, size) if size and any(_is_table_caption(part) for part in segments) else None
    tables: list[Table] = []
    for finder in (_grids, _captioned, _ruled):
        for table in finder(rest, drawn, at)[:MAX_TABLES]:
            left = {id(part) for part in rest}
            gone = {id(part) for part in table.used}
            if gone and gone <= left:
                rest = _with_surroundings(table, [part for part in rest if id(part) not in gone])
                drawn = [rule for rule in drawn if not _is_of(rule, table)]
                tables.append(table)
    for table in tables:
        if not table.caption:
            rest = _with_far_caption(table, rest)
    return tables, rest


def _is_of(rule: Rule, table: Table) -> bool:
    """True for a rule of a table that was found."""
    if rule.horizontal:
        return table.low - 3 <= rule.at <= table.y + 3 and rule.start < table.x1 and rule.end > table.x0
    return table.x0 - 3 <= rule.at <= table.x1 + 3 and rule.start < table.y and rule.end > table.low


# --- grids ---------------------------------------------------------------------------------------------------------


def _grids(segments: Sequence[Segment], rules: Sequence[Rule], at: float | None) -> list[Table]:
    """Tables whose cells are boxes of rules, found by pdfplumber."""
    upright = sum(not rule.horizontal for rule in rules)
    if upright < 2 or len(rules) - upright < 3 or upright * (len(rules) - upright) > 10 * MAX_CROSSINGS:
        return []
    from pdfplumber import table as plumber  # late: its imports take half a second

    edges = plumber.merge_edges([_edge(rule) for rule in rules], 2, 2, 3, 3)
    crossings = plumber.edges_to_intersections(edges, 2, 2)
    if len(crossings) > MAX_CROSSINGS:
        return []
    groups = plumber.cells_to_tables(plumber.intersections_to_cells(crossings))
    return [table for cells in groups if (table := _grid(cells, segments, rules)) is not None]


def _edge(rule: Rule) -> dict:
    """A rule as pdfplumber has it, with heights that grow downwards."""
    if rule.horizontal:
        x0, x1, top, bottom = rule.start, rule.end, -rule.at, -rule.at
    else:
        x0, x1, top, bottom = rule.at, rule.at, -rule.end, -rule.start
    return {
        "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
        "orientation": "h" if rule.horizontal else "v",
    }  # fmt: skip


def _grid(boxes: list[tuple[float, float, float, float]], segments: Sequence[Segment], rules: Sequence[Rule]):
    """The table of a group of boxes (left, top, right, bottom, downwards), None if it is no table of text."""
    lefts, tops = sorted({box[0] for box in boxes}), sorted({box[1] for box in boxes})
    x0, x1 = lefts[0], max(box[2] for box in boxes)
    high, low = -tops[0], -max(box[3] for box in boxes)
    if len(lefts) < 2 or len(tops) < 2 or _reaches_out(rules, x0, x1, low, high):
        return None
    cells = {
        box: GridCell([], rowspan=_within(tops, box[1], box[3]), colspan=_within(lefts, box[0], box[2]))
        for box in boxes
    }
    used = []
    for part in segments:
        middle = part.y + 0.3 * part.size
        if not (low < middle < high and part.x1 > x0 and part.x0 < x1):
            continue
        homes = [_home(piece, middle, boxes) for piece in part.pieces]
        if None in homes:
            return None
        for box in dict.fromkeys(homes):
            line = [piece for piece, home in zip(part.pieces, homes, strict=True) if home == box]
            _add_line(cells[box], line, part.y)
        used.append(part)
    filled = [cell for cell in cells.values() if cell.lines]
    if len(filled) < 4 or 3 * len(filled) < len(cells) or any(len(cell.text) > MAX_CELL_CHARACTERS for cell in filled):
        return None
    rows = _with_header_rows([[cells[box] for box in sorted(boxes) if box[1] == top] for top in tops])
    return Table(rows, x0, x1, high, low, used=used)


def _with_header_rows(rows: list[list[GridCell]]) -> list[list[GridCell]]:
    """The rows of a grid with those marked as headers beside which a header of the first row goes down."""
    depth = max((cell.rowspan for cell in rows[0] if cell.lines), default=1)
    if 1 < depth < len(rows) and not any(_FIGURE.match(cell.text) for row in rows[:depth] for cell in row):
        for row in rows[:depth]:
            for cell in row:
                cell.header = True
    return rows


def _reaches_out(rules: Sequence[Rule], x0: float, x1: float, low: float, high: float) -> bool:
    """True if the horizontal rules go on beside the boxes: the outer columns have no rules at their sides."""
    inside = [
        rule
        for rule in rules
        if rule.horizontal and low - 2 <= rule.at <= high + 2 and rule.end > x0 and rule.start < x1
    ]
    return any(rule.start < x0 - 10 or rule.end > x1 + 10 for rule in inside)


def _within(places: list[float], start: float, end: float) -> int:
    return max(1, sum(start <= place < end - 1 for place in places))


def _home(piece: Piece, middle: float, boxes: Iterable[tuple[float, float, float, float]]):
    x = (piece.x0 + piece.x1) / 2
    return next((box for box in boxes if box[0] <= x <= box[2] and box[1] <= -middle <= box[3]), None)


def _add_line(cell: GridCell, pieces: list[Piece], y: float) -> None:
    """Add pieces to the cell, to its last line where they stand on it."""
    if cell.lines and abs(_base(cell.lines[-1]) - y) < 0.3 * pieces[0].size:
        cell.lines[-1] = sorted([*cell.lines[-1], *pieces], key=lambda piece: piece.x0)
        return
    cell.lines.append(pieces)
    cell.lines.sort(key=lambda line: -_base(line))


def _base(line: list[Piece]) -> float:
    return next((piece.y for piece in line if not piece.shift), line[0].y)


# --- rows ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Chunk:
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
class _Row:
    y: float
    size: float
    chunks: list[_Chunk]
    parts: list[Segment]


def _rows(segments: Iterable[Segment]) -> list[_Row]:
    rows: list[_Row] = []
    for part in sorted(segments, key=lambda part: -part.y):
        if rows and abs(rows[-1].y - part.y) < 0.3 * min(rows[-1].size, part.size):
            rows[-1].parts.append(part)
        else:
            rows.append(_Row(part.y, part.size, [], [part]))
    for row in rows:
        pieces = sorted((piece for part in row.parts for piece in part.pieces), key=lambda piece: piece.x0)
        row.chunks = _chunks(pieces, row.size)
    return rows


def _chunks(pieces: list[Piece], size: float) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    end = 0.0
    for piece in pieces:
        if chunks and piece.x0 - end < CHUNK_GAP * size:
            chunks[-1].pieces.append(piece)
            end = max(end, piece.x1)
        else:
            chunks.append(_Chunk([piece]))
            end = piece.x1
    return chunks


def _captioned(segments: Sequence[Segment], rules: Sequence[Rule], at: float | None) -> list[Table]:
    """Tables below a caption, between rules or of aligned rows."""
    captions = [part for part in sorted(segments, key=lambda part: -part.y) if _is_table_caption(part)][:MAX_TABLES]
    found = []
    for part in captions:
        others = [other.y for other in captions if other.y < part.y - 1 and other.x0 < part.x1 and other.x1 > part.x0]
        beside = [other for other in segments if at is None or _is_beside(other, part, at)]
        table = _below(part, beside, [rule for rule in rules if rule.at > max(others, default=float("-inf"))])
        if table is not None:
            found.append(table)
    return found


def _is_beside(part: Segment, caption: Segment, at: float) -> bool:
    """True for a part on the side of the page's gutter on which the caption is, or anywhere if that lies over it."""
    if caption.x1 <= at:
        return part.x1 <= at
    return caption.x0 < at or part.x0 >= at


def _is_table_caption(part: Segment) -> bool:
    match = CAPTION.match(part.text)
    return match is not None and (match["kind"] or match["roman"]).lower() == "table"


def _below(caption: Segment, segments: Sequence[Segment], rules: Sequence[Rule]) -> Table | None:
    zone = _ruled_zone(caption, rules)
    if zone is not None:
        inside = [part for part in segments if _is_inside(part, zone) and part.y < caption.y - 0.3 * caption.size]
        table = _table(inside, zone, rules)
        if table is not None:
            return table
    return _aligned(caption, segments)


@dataclass(frozen=True, slots=True)
class _Zone:
    """A stretch of a page; ``header`` is the height of the rule below the header rows, None if there is none."""

    x0: float
    x1: float
    high: float
    low: float
    header: float | None = None


def _ruled_zone(caption: Segment, rules: Sequence[Rule]) -> _Zone | None:
    """The stretch between the first and last of the rules of one width below a caption."""
    near = caption.y - MAX_CAPTION_LINES * 1.6 * caption.size
    flat = sorted((rule for rule in rules if rule.horizontal), key=lambda rule: -rule.at)
    first = next(
        (
            rule
            for rule in flat
            if near < rule.at < caption.y + 2.2 * caption.size
            and rule.start < caption.x1
            and rule.end > caption.x0
            and rule.end - rule.start > 6 * caption.size
        ),
        None,
    )
    return None if first is None else _zone_from(first, flat)


def _zone_from(first: Rule, flat: Sequence[Rule]) -> _Zone | None:
    """The stretch from a rule to the last of those that are as wide."""
    same = [rule for rule in flat if rule.at < first.at - 3 and _is_alike(rule, first)]
    if not same:
        return None
    return _Zone(first.start, first.end, first.at, same[-1].at, same[0].at if len(same) > 1 else None)


def _is_alike(rule: Rule, other: Rule) -> bool:
    return abs(rule.start - other.start) < 6 and abs(rule.end - other.end) < 6


def _is_inside(part: Segment, zone: _Zone) -> bool:
    middle = part.y + 0.3 * part.size
    return zone.low < middle < zone.high and part.x0 > zone.x0 - 6 and part.x1 < zone.x1 + 6


def _ruled(segments: Sequence[Segment], rules: Sequence[Rule], at: float | None) -> list[Table]:
    """Tables without a caption above: between at least three rules of one width."""
    flat = sorted((rule for rule in rules if rule.horizontal and rule.end - rule.start > 60), key=lambda rule: -rule.at)
    found, low = [], float("inf")
    for rule in flat[:60]:
        zone = _zone_from(rule, flat) if rule.at < low else None
        if zone is None or zone.header is None:
            continue
        table = _table([part for part in segments if _is_inside(part, zone)], zone, rules)
        if table is not None and sum(_has_figure(row) for row in table.rows) >= MIN_FIGURE_ROWS:
            found.append(table)
            low = table.low
    return found


def _has_figure(row: Sequence[GridCell]) -> bool:
    return any(_FIGURE.match(cell.text) for cell in row[1:])


def _aligned(caption: Segment, segments: Sequence[Segment]) -> Table | None:
    """A table without rules: the rows below a caption, as long as they are of several cells."""
    below = [part for part in segments if part.y < caption.y - 0.3 * caption.size]
    taken: list[_Row] = []
    lead: list[_Row] = []
    last = caption.y
    for row in _rows(below):
        if last - row.y > 3.5 * row.size or (taken and CAPTION.match(row.chunks[0].text)):
            break
        if len(row.chunks) >= 2:
            taken.append(row)
        elif not taken:
            lead.append(row)
            if len(lead) > MAX_CAPTION_LINES:
                return None
        elif _is_group(row, taken) or _is_inner(row, taken):
            taken.append(row)
        else:
            break
        last = row.y
    while taken and len(taken[-1].chunks) < 2 and not _is_inner(taken[-1], taken[:-1] or taken):
        taken.pop()
    if len(taken) < 3:
        return None
    while lead and _is_inner(lead[-1], [*taken[:4], lead[-1]]) and lead[-1].y - taken[0].y < 1.5 * taken[0].size:
        taken.insert(0, lead.pop())
    x0 = min(row.chunks[0].x0 for row in taken)
    x1 = max(chunk.x1 for row in taken for chunk in row.chunks)
    size = taken[0].size
    zone = _Zone(x0, x1, taken[0].y + size, taken[-1].y - 0.3 * size)
    return _table([part for row in taken for part in row.parts], zone, ())


def _is_group(row: _Row, taken: Sequence[_Row]) -> bool:
    """True for a row of one short cell at the left: it heads the rows below, or goes on with a label."""
    left = min(other.chunks[0].x0 for other in taken)
    right = max(other.chunks[-1].x1 for other in taken)
    chunk = row.chunks[0]
    short = chunk.x1 - chunk.x0 < 0.5 * (right - left)
    return short and abs(chunk.x0 - left) < 1.5 * row.size and not _NOTE.match(chunk.text) and not chunk.pieces[0].shift


def _is_inner(row: _Row, taken: Sequence[_Row]) -> bool:
    """True for a row of one cell in an inner column: a line of a cell of several."""
    chunk = row.chunks[0]
    left = min(other.chunks[0].x0 for other in taken)
    right = max(other.chunks[-1].x1 for other in taken)
    return left + 3 * row.size < chunk.x0 and chunk.x1 < right + 3 * row.size and taken[-1].y - row.y < 2.5 * row.size


# --- columns of a table --------------------------------------------------------------------------------------------


def _table(parts: Sequence[Segment], zone: _Zone, rules: Sequence[Rule]) -> Table | None:
    """The table of the segments in a stretch; None if its columns are not sure."""
    rows = _rows(parts)
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


def _holds_prose(rows: Sequence[_Row], zone: _Zone) -> bool:
    """True if two lines on end fill the width: running text between two tables."""
    full = [len(row.chunks) == 1 and row.chunks[0].x1 - row.chunks[0].x0 > 0.7 * (zone.x1 - zone.x0) for row in rows]
    return any(first and second for first, second in pairwise(full))


def _gutters(rows: Sequence[_Row]) -> list[float]:
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


def _gaps(rows: Sequence[_Row]) -> list[float]:
    """The middles of the gaps that run through all of the rows."""
    spans = sorted((chunk.x0, chunk.x1) for row in rows for chunk in row.chunks)
    gutters, end = [], spans[0][1]
    for start, stop in spans[1:]:
        if start - end >= CHUNK_GAP * rows[0].size:
            gutters.append((start + end) / 2)
        end = max(end, stop)
    return gutters


def _header_rows(rows: Sequence[_Row], zone: _Zone) -> int:
    """How many rows are headers: those above the first inner rule, or before the first with figures beside a label."""
    if zone.header is not None:
        count = sum(row.y > zone.header for row in rows)
        if 0 < count < len(rows):
            return count
    first = next(
        (index for index, row in enumerate(rows) if any(_FIGURE.match(chunk.text) for chunk in row.chunks[1:])), 0
    )
    return first if first <= 4 else 0


_Places = list[tuple[int, int, _Chunk]]
"""The chunks of a row, each with its first and last column."""


def _place(row: _Row, gutters: list[float], spans: Sequence[Rule] | None) -> _Places | None:
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
            placed[-1] = (first, last, _Chunk([*placed[-1][2].pieces, *chunk.pieces]))
        else:
            placed.append((first, last, chunk))
    return placed


def _reach(chunk: _Chunk, row: _Row, spans: Sequence[Rule]) -> tuple[float, float]:
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


def _merged(rows: Sequence[_Row], places: Sequence[_Places], head: int, rules: Sequence[float]) -> _Merged:
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


def _hangs(last: _Row, row: _Row, after: _Row | None, placed: _Places) -> bool:
    """True for a line without a label that is nearer to the row below: cells set to the bottom of their row."""
    if after is None or placed[0][0] == 0 or any(first != end for first, end, _ in placed):
        return False
    return row.y - after.y < 1.5 * row.size and row.y - after.y < 0.85 * (last.y - row.y)


def _is_same(last: _Row, row: _Row, merged: _Merged, placed: _Places, is_header: bool) -> bool:
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
        if _FIGURE.match(chunk.text) and not _OPEN.search(known[first]):
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


# --- around a table ------------------------------------------------------------------------------------------------


def _with_surroundings(table: Table, rest: list[Segment]) -> list[Segment]:
    """Give a table its caption and footnotes; what is left of the segments."""
    above = sorted(
        (part for part in rest if part.y > table.y - 0.5 * part.size and _is_over(part, table)), key=lambda part: part.y
    )
    caption = _caption(above, table)
    below = sorted((part for part in rest if part.y < table.low and _is_over(part, table)), key=lambda part: -part.y)
    if not caption:
        caption = _caption_below(below, table)
        below = [part for part in below if part not in caption]
    table.caption = caption
    table.notes = _notes(below, table)
    gone = {id(part) for part in [*caption, *(part for note in table.notes for part in note)]}
    if caption:
        table.y = max(table.y, caption[0].y + 1)
        table.x0, table.x1 = min(table.x0, *(c.x0 for c in caption)), max(table.x1, *(c.x1 for c in caption))
    return [part for part in rest if id(part) not in gone]


def _with_far_caption(table: Table, rest: list[Segment]) -> list[Segment]:
    """Give a narrow table the caption of one line that stands at the margin above it; what is left of the segments."""
    for part in rest:
        near = part.x1 <= table.x0 and 0 < part.y - table.y < 3 * part.size
        if near and _is_table_caption(part) and not any(_is_between(other, part, table) for other in rest):
            table.caption = [part]
            table.y, table.x0 = part.y + 1, part.x0
            return [other for other in rest if other is not part]
    return rest


def _is_between(other: Segment, part: Segment, table: Table) -> bool:
    return other is not part and table.low < other.y < part.y and other.x0 < table.x0 and other.x1 > part.x0


def _is_over(part: Segment, table: Table) -> bool:
    return part.x0 < table.x1 and part.x1 > table.x0


def _caption(above: list[Segment], table: Table) -> list[Segment]:
    """The lines from the opening of a caption down to the table, from the bottom up."""
    taken: list[Segment] = []
    edge = table.y
    for part in above:
        if part.y - edge > 3.2 * part.size or len(taken) > 2 * MAX_CAPTION_LINES:
            return []
        taken.append(part)
        if CAPTION.match(part.text):
            named = _is_table_caption(part)
            beside = [
                other for other in above if abs(other.y - part.y) < 1 and other is not part and other not in taken
            ]
            return sorted([*taken, *beside], key=lambda part: (-round(part.y), part.x0)) if named else []
        edge = max(edge, part.y)
    return []


def _caption_below(below: list[Segment], table: Table) -> list[Segment]:
    if not below or table.low - below[0].y > 3 * below[0].size:
        return []
    if not _is_table_caption(below[0]):
        return []
    taken = [below[0]]
    for last, part in pairwise(below):
        if last.y - part.y > 1.5 * part.size or abs(part.size - below[0].size) > 0.3:
            break
        taken.append(part)
    return taken


def _notes(below: list[Segment], table: Table) -> list[list[Segment]]:
    """The footnotes: small lines right below that open with a mark, each with its further lines."""
    size = Counter(piece.size for row in table.rows for cell in row for line in cell.lines for piece in line)
    usual = size.most_common(1)[0][0] if size else 0
    notes: list[list[Segment]] = []
    edge = table.low
    for row in _rows(below):
        part = row.parts[0]
        raised = part.pieces[0].shift > 0
        if edge - row.y > 2.2 * row.size or row.size > usual + (1.2 if raised else 0.3) or CAPTION.match(part.text):
            break
        marked = raised or _NOTE.match(part.text) is not None
        if marked:
            notes.append(list(row.parts))
        elif notes and edge - row.y < 1.5 * row.size:
            notes[-1] += row.parts
        else:
            break
        edge = row.y
    return notes
