"""Tables of a page: grids of rules, rows between rules below a caption, and rows whose cells are aligned.

A table that is not surely one stays running text: a figure under the wrong header is worse than one under none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import median

from litclaims.ingest._pdf.cells import rows_of
from litclaims.ingest._pdf.columns import gutter
from litclaims.ingest._pdf.grids import grids
from litclaims.ingest._pdf.rules import Rule
from litclaims.ingest._pdf.segments import Segment
from litclaims.ingest._pdf.table import CAPTION, MAX_CAPTION_LINES, NOTE, Table, is_table_caption
from litclaims.ingest._pdf.zones import MAX_TABLES, captioned, ruled


def find_tables(segments: Sequence[Segment], rules: Sequence[Rule]) -> tuple[list[Table], list[Segment]]:
    """The tables of a page, and the segments that are in none."""
    rest, drawn = list(segments), list(rules)
    size = median(part.size for part in segments) if segments else 0.0
    at = gutter(segments, size) if size and any(is_table_caption(part) for part in segments) else None
    tables: list[Table] = []
    for finder in (grids, partial(captioned, at=at), ruled):
        for table in finder(rest, drawn)[:MAX_TABLES]:
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
        if near and is_table_caption(part) and not any(_is_between(other, part, table) for other in rest):
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
            named = is_table_caption(part)
            beside = [
                other for other in above if abs(other.y - part.y) < 1 and other is not part and other not in taken
            ]
            return sorted([*taken, *beside], key=lambda part: (-round(part.y), part.x0)) if named else []
        edge = max(edge, part.y)
    return []


def _caption_below(below: list[Segment], table: Table) -> list[Segment]:
    if not below or table.low - below[0].y > 3 * below[0].size:
        return []
    if not is_table_caption(below[0]):
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
    for row in rows_of(below):
        part = row.parts[0]
        raised = part.pieces[0].shift > 0
        if edge - row.y > 2.2 * row.size or row.size > usual + (1.2 if raised else 0.3) or CAPTION.match(part.text):
            break
        marked = raised or NOTE.match(part.text) is not None
        if marked:
            notes.append(list(row.parts))
        elif notes and edge - row.y < 1.5 * row.size:
            notes[-1] += row.parts
        else:
            break
        edge = row.y
    return notes
