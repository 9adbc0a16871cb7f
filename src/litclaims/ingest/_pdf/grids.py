"""Tables whose cells are boxes of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litclaims.ingest._pdf.glyphs import Piece
from litclaims.ingest._pdf.rules import Rule
from litclaims.ingest._pdf.segments import Segment
from litclaims.ingest._pdf.table import FIGURE, MAX_CELL_CHARACTERS, GridCell, Table

MAX_CROSSINGS = 1_500
"""A grid of more rules is a chart's."""


def grids(segments: Sequence[Segment], rules: Sequence[Rule]) -> list[Table]:
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
    if 1 < depth < len(rows) and not any(FIGURE.match(cell.text) for row in rows[:depth] for cell in row):
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
