"""Running headers and footers and page numbers: what stands at the edge of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims.ingest._pdf.segments import Segment

EDGE = 0.13
"""Share of the page's height at its top and bottom in which running lines stand."""

EDGE_LINES = 3
"""So many running lines may stand together."""

APART = 1.45
"""A gap of so many font sizes parts running lines from the text."""

NEAR = 6.0
"""Running lines stand at the same height on each page, in points."""

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:[Pp]age|[Pp]\.|[-–—(\[|])?\s*\d{1,5}(?:\s*(?:of|/)\s*\d{1,5})?\s*[-–—)\]|]?")


@dataclass(frozen=True, slots=True)
class _Edge:
    page: int
    segment: Segment
    numbers: tuple[int, ...]


def running(pages: Sequence[tuple[Sequence[Segment], float, float]]) -> set[int]:
    """The ids of the segments that are running lines.

    Args:
        pages: of each its segments, and the bottom and top of the page, in the frame of its text.
    """
    groups: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    found: set[int] = set()
    for page, (segments, low, high) in enumerate(pages):
        for top, part in _edges(segments, low, high):
            text = part.text
            if len(text) > 200:
                continue
            numbers = tuple(int(number) for number in _NUMBER.findall(text) if len(number) < 10)
            groups[top, _NUMBER.sub("#", text).casefold()].append(_Edge(page, part, numbers))
            if len(pages) == 1 and _PAGE_NUMBER.fullmatch(text):
                found.add(id(part))
    need = 2 if len(pages) < 6 else 3
    for group in groups.values():
        for same in _runs(group):
            if len({edge.page for edge in same}) >= need:
                found |= {id(edge.segment) for edge in same}
    return found


def _edges(segments: Sequence[Segment], low: float, high: float) -> list[tuple[bool, Segment]]:
    """The segments of lines at the edges that stand apart from the text, each with True for those at the top."""
    edge = EDGE * (high - low)
    found = []
    for stack in _stacks(segments):
        if len({round(part.y) for part in stack}) > EDGE_LINES:
            continue
        top, bottom = max(part.y for part in stack), min(part.y for part in stack)
        if bottom >= high - edge or top <= low + edge:
            found += [(bottom >= high - edge, part) for part in stack]
    return found


def _stacks(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments of a page, from the top down, between the gaps that are wider than those between lines."""
    stacks: list[list[Segment]] = []
    for part in sorted(segments, key=lambda part: -part.y):
        if stacks and stacks[-1][-1].y - part.y < APART * max(part.size, stacks[-1][-1].size):
            stacks[-1].append(part)
        else:
            stacks.append([part])
    return stacks


def _runs(group: list[_Edge]) -> list[list[_Edge]]:
    """Those of one wording that stand at one height and say the same, but for a number that counts the pages."""
    by_sense: dict[tuple, list[_Edge]] = defaultdict(list)
    for edge in group:
        by_sense[(None, *edge.numbers)].append(edge)
        for place, number in enumerate(edge.numbers):
            rest = (*edge.numbers[:place], None, *edge.numbers[place + 1 :])
            by_sense[(place, number - edge.page, *rest)].append(edge)
    return [run for edges in by_sense.values() for run in _at_one_height(edges)]


def _at_one_height(edges: list[_Edge]) -> list[list[_Edge]]:
    runs: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda edge: edge.segment.y):
        if runs and edge.segment.y - runs[-1][0].segment.y <= NEAR:
            runs[-1].append(edge)
        else:
            runs.append([edge])
    return runs
