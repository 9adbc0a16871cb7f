"""Reading order: the columns of a page, and the lines in each from the top down."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Protocol

from litclaims.ingest._pdf.segments import Segment, make

GUTTER = 0.7
"""A gutter is at least so many font sizes wide."""

MIN_COLUMN = 9.0
"""A column of running text is at least so many font sizes wide; what is narrower are cells."""

MIN_LINES = 4
"""A gutter stands between at least so many lines on either side, or half of all where there are fewer."""

CROSSING = 0.34
"""So many of the lines beside a gutter may cross it: titles, figures and captions over the whole page."""

MAX_DEPTH = 4
"""A page of more columns than 2 to the power of this is no page of text."""


class Item(Protocol):
    """Something that is placed on a page: a segment, or a table as a whole."""

    @property
    def x0(self) -> float: ...

    @property
    def x1(self) -> float: ...

    @property
    def y(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Column:
    """Items of one column, or of a stretch over all columns, from the top down."""

    x0: float
    x1: float
    items: tuple[Item, ...]


def columns(items: Sequence[Item], size: float) -> list[Column]:
    """The columns of a page in reading order; ``size`` is the font size of its running text."""
    return [column for column in _cut(list(items), size, 0) if column.items]


def _cut(items: list[Item], size: float, depth: int) -> list[Column]:
    """The columns on both sides of a gutter, stretch by stretch between what lies over it."""
    at = gutter(items, size) if depth < MAX_DEPTH else None
    if at is None:
        return [_column(items)]
    found: list[Column] = []
    waiting: list[Item] = []
    over: list[Item] = []
    rows = sorted(items, key=lambda item: -item.y)
    for index, item in enumerate(rows):
        if item.x0 < at < item.x1:
            found += _sides(waiting, at, size, depth)
            waiting = []
            over.append(item)
        elif over and not waiting and (_is_beside(item, over[-1]) or _ends(item, over[-1], rows, index, at)):
            over.append(item)
        else:
            found.append(_column(over))
            over = []
            waiting.append(item)
    if over:
        found.append(_column(over))
    return found + _sides(waiting, at, size, depth)


def _ends(item: Item, over: Item, rows: list[Item], index: int, gutter: float) -> bool:
    """True for the short last line of a title or paragraph that lies over both columns: nothing stands beside it."""
    if not (isinstance(item, Segment) and isinstance(over, Segment)):
        return False
    if abs(item.size - over.size) > 0.3 or over.y - item.y > 1.5 * item.size:
        return False
    left = item.x1 <= gutter
    for other in rows[index + 1 : index + 12]:
        if item.y - other.y > 0.8 * item.size:
            return True
        if (other.x1 <= gutter) != left:
            return False
    return True


def _is_beside(item: Item, over: Item) -> bool:
    """True for a part of the same line as an item that lies over both columns."""
    return isinstance(item, Segment) and isinstance(over, Segment) and abs(item.y - over.y) < 0.3 * over.size


def _sides(items: list[Item], gutter: float, size: float, depth: int) -> list[Column]:
    left = [item for item in items if item.x1 <= gutter]
    right = [item for item in items if item.x1 > gutter]
    return [column for side in (left, right) if side for column in _cut(side, size, depth + 1)]


def _column(items: list[Item]) -> Column:
    """The items as one column, segments of one line joined."""
    if not items:
        return Column(0, 0, ())
    joined: list[Item] = []
    rows = sorted(items, key=lambda item: (-item.y, item.x0))
    index = 0
    while index < len(rows):
        item = rows[index]
        index += 1
        if isinstance(item, Segment):
            line = [item]
            while index < len(rows) and _is_beside(rows[index], item):
                line.append(rows[index])
                index += 1
            item = item if len(line) == 1 else _joined(line)
        joined.append(item)
    return Column(min(item.x0 for item in items), max(item.x1 for item in items), tuple(joined))


def _joined(parts: list[Segment]) -> Segment:
    for part in parts[1:]:
        part.pieces[0].blank = True
    return make([piece for part in parts for piece in part.pieces])


def gutter(items: Sequence[Item], size: float) -> float | None:
    """The middle of the gutter between two columns of running text, None if there is none."""
    lines = [item for item in items if isinstance(item, Segment)]
    if len(lines) < 4:
        return None
    lefts, rights = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    first, last = lefts[0], rights[-1]
    if last - first < 2 * MIN_COLUMN * size:
        return None
    best: tuple[int, float, float] | None = None
    for start, end in _gaps(lefts, rights, size):
        if not (first + 0.12 * (last - first) < (start + end) / 2 < last - 0.12 * (last - first)):
            continue
        middle = (start + end) / 2
        crossing = bisect_left(lefts, middle) - bisect_left(rights, middle)
        if best is None or (crossing, start - end) < (best[0], best[2]):
            best = (crossing, middle, start - end)
    if best is None or not _parts_text(lines, best[1], size):
        return None
    return best[1]


def _gaps(lefts: list[float], rights: list[float], size: float) -> list[tuple[float, float]]:
    """Stretches of the width in which no line begins or ends, wide enough for a gutter.

    Only the ends of lines tell where a gutter may be: those that cross it have none there.
    """
    ends = sorted([(x, 1) for x in lefts] + [(x, 0) for x in rights])
    gaps = []
    for (before, _), (after, _) in pairwise(ends):
        if after - before >= GUTTER * size:
            gaps.append((before, after))
    return gaps + _fuzzy(lefts, rights, size)


def _fuzzy(lefts: list[float], rights: list[float], size: float) -> list[tuple[float, float]]:
    """Gutters into which the odd line reaches: before the left ends of many lines that are aligned."""
    gaps = []
    index = 0
    while index < len(lefts):
        start = lefts[index]
        count = bisect_left(lefts, start + 1.5) - index
        if count >= max(MIN_LINES, 0.15 * len(lefts)):
            end = start - 0.1
            near = bisect_left(rights, end)
            if near and end - rights[near - 1] < GUTTER * size:
                gaps.append((end - GUTTER * size, end))
            elif near:
                gaps.append((rights[near - 1], end))
        index += max(count, 1)
    return gaps


@dataclass(slots=True)
class _Line:
    """The segments of one line on one side of a gutter."""

    y: float
    x0: float
    x1: float
    words: int


def _parts_text(segments: list[Segment], gutter: float, size: float) -> bool:
    """True if running text stands on both sides, and not too many lines go across."""
    left = _lines(segment for segment in segments if segment.x1 <= gutter)
    right = _lines(segment for segment in segments if segment.x0 >= gutter)
    least = min(MIN_LINES, max(2, len(segments) // 4))
    if len(left) < least or len(right) < least:
        return False
    # lines beside each other are what two columns look like; over and under each other they are none
    top = min(left[0].y, right[0].y)
    low = max(left[-1].y, right[-1].y)
    if top < low:
        return False
    over = _lines(segment for segment in segments if segment.x0 < gutter < segment.x1 and low <= segment.y <= top)
    beside = min(sum(low <= line.y <= top for line in side) for side in (left, right))
    return len(over) <= CROSSING * (len(over) + beside) and _is_text(left, size) and _is_text(right, size)


def _lines(segments: Iterable[Segment]) -> list[_Line]:
    """The lines of segments, from the top down."""
    lines: list[_Line] = []
    for segment in sorted(segments, key=lambda segment: -segment.y):
        words = sum(piece.blank for piece in segment.pieces[1:]) + 1
        last = lines[-1] if lines else None
        if last is not None and last.y - segment.y < 0.3 * segment.size:
            last.x0, last.x1 = min(last.x0, segment.x0), max(last.x1, segment.x1)
            last.words += words
        else:
            lines.append(_Line(segment.y, segment.x0, segment.x1, words))
    return lines


def _is_text(lines: list[_Line], size: float) -> bool:
    """True for lines of running text: wide, of several words, most of them nearly as wide as their column."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    if width < MIN_COLUMN * size:
        return False
    return median(line.words for line in lines) >= 3 and median(line.x1 - line.x0 for line in lines) >= 0.45 * width
