"""Where tables without boxes lie: between rules of one width, or in the rows of several cells below a caption."""

from __future__ import annotations

from collections.abc import Sequence

from litclaims.ingest._pdf.cells import Row, Zone, rows_of, table_of
from litclaims.ingest._pdf.rules import Rule
from litclaims.ingest._pdf.segments import Segment
from litclaims.ingest._pdf.table import CAPTION, FIGURE, MAX_CAPTION_LINES, NOTE, GridCell, Table, is_table_caption

MINFIGURE_ROWS = 2
"""A table without a caption holds figures in so many rows."""

MAX_TABLES = 40
"""A page has no more captions of tables."""


def captioned(segments: Sequence[Segment], rules: Sequence[Rule], *, at: float | None) -> list[Table]:
    """Tables below a caption, between rules or of aligned rows."""
    captions = [part for part in sorted(segments, key=lambda part: -part.y) if is_table_caption(part)][:MAX_TABLES]
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


def _below(caption: Segment, segments: Sequence[Segment], rules: Sequence[Rule]) -> Table | None:
    zone = _ruled_zone(caption, rules)
    if zone is not None:
        inside = [part for part in segments if _is_inside(part, zone) and part.y < caption.y - 0.3 * caption.size]
        table = table_of(inside, zone, rules)
        if table is not None:
            return table
    return _aligned(caption, segments)


def _ruled_zone(caption: Segment, rules: Sequence[Rule]) -> Zone | None:
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


def _zone_from(first: Rule, flat: Sequence[Rule]) -> Zone | None:
    """The stretch from a rule to the last of those that are as wide."""
    same = [rule for rule in flat if rule.at < first.at - 3 and _is_alike(rule, first)]
    if not same:
        return None
    return Zone(first.start, first.end, first.at, same[-1].at, same[0].at if len(same) > 1 else None)


def _is_alike(rule: Rule, other: Rule) -> bool:
    return abs(rule.start - other.start) < 6 and abs(rule.end - other.end) < 6


def _is_inside(part: Segment, zone: Zone) -> bool:
    middle = part.y + 0.3 * part.size
    return zone.low < middle < zone.high and part.x0 > zone.x0 - 6 and part.x1 < zone.x1 + 6


def ruled(segments: Sequence[Segment], rules: Sequence[Rule]) -> list[Table]:
    """Tables without a caption above: between at least three rules of one width."""
    flat = sorted((rule for rule in rules if rule.horizontal and rule.end - rule.start > 60), key=lambda rule: -rule.at)
    found, low = [], float("inf")
    for rule in flat[:60]:
        zone = _zone_from(rule, flat) if rule.at < low else None
        if zone is None or zone.header is None:
            continue
        table = table_of([part for part in segments if _is_inside(part, zone)], zone, rules)
        if table is not None and sum(_has_figure(row) for row in table.rows) >= MINFIGURE_ROWS:
            found.append(table)
            low = table.low
    return found


def _has_figure(row: Sequence[GridCell]) -> bool:
    return any(FIGURE.match(cell.text) for cell in row[1:])


def _aligned(caption: Segment, segments: Sequence[Segment]) -> Table | None:
    """A table without rules: the rows below a caption, as long as they are of several cells."""
    below = [part for part in segments if part.y < caption.y - 0.3 * caption.size]
    taken: list[Row] = []
    lead: list[Row] = []
    last = caption.y
    for row in rows_of(below):
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
    zone = Zone(x0, x1, taken[0].y + size, taken[-1].y - 0.3 * size)
    return table_of([part for row in taken for part in row.parts], zone, ())


def _is_group(row: Row, taken: Sequence[Row]) -> bool:
    """True for a row of one short cell at the left: it heads the rows below, or goes on with a label."""
    left = min(other.chunks[0].x0 for other in taken)
    right = max(other.chunks[-1].x1 for other in taken)
    chunk = row.chunks[0]
    short = chunk.x1 - chunk.x0 < 0.5 * (right - left)
    return short and abs(chunk.x0 - left) < 1.5 * row.size and not NOTE.match(chunk.text) and not chunk.pieces[0].shift


def _is_inner(row: Row, taken: Sequence[Row]) -> bool:
    """True for a row of one cell in an inner column: a line of a cell of several."""
    chunk = row.chunks[0]
    left = min(other.chunks[0].x0 for other in taken)
    right = max(other.chunks[-1].x1 for other in taken)
    return left + 3 * row.size < chunk.x0 and chunk.x1 < right + 3 * row.size and taken[-1].y - row.y < 2.5 * row.size
