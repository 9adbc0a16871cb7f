"""What a table is before it is written, and the wording of captions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from litclaims.ingest._pdf.glyphs import Piece
from litclaims.ingest._pdf.segments import Segment, join_text

CAPTION = re.compile(
    r"(?:(?:Supplementa(?:l|ry)|Extended\s+Data|Appendix|Online)\s+)?(?P<kind>TABLE|Table|FIGURE|Figure|FIG|Fig)\.?\s+"
    r"[A-Z]?\d{1,3}[A-Za-z]?(?:\.\d{1,2})?(?:\s*[.:|—–]|\s*$|\s+(?=[\"“(A-Z\d]))"
    r"|(?P<roman>TABLE|Table)\s+[IVX]{1,5}(?:\s*[.:|—–]|\s*$|\s+(?=[A-Z]))"
)
"""What opens the caption of a table or figure. ``Table 1 shows`` is running text."""

MAX_CELL_CHARACTERS = 1_500
"""More in a cell is a page's text in a frame."""

MAX_CAPTION_LINES = 8

NOTE = re.compile(r"(?:[*†‡§¶#]|Notes?\b|Abbreviations?\b|NOTE\b|[a-z][).:]?\s|Data\s+(?:are|is)\b|Values\b)")
"""What opens a footnote of a table that has no raised mark."""

FIGURE = re.compile(r"[<>≤≥~±(]*\s*\d")
"""A cell that opens so holds a figure."""


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


def is_table_caption(part: Segment) -> bool:
    """True if a line opens the caption of a table."""
    match = CAPTION.match(part.text)
    return match is not None and (match["kind"] or match["roman"]).lower() == "table"
