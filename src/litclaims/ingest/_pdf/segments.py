"""Pieces to segments: stretches of one line without a wide gap, with their superscripts and subscripts in place."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from litclaims.ingest._pdf.glyphs import BLANK_GAP, Piece

WIDE_GAP = 0.7
"""A gap of so many font sizes ends a segment: a gutter or the space between cells. It may come in justified lines too;
segments of one line of a column are joined again."""

SMALL = 0.86
"""Letters below this share of the size beside them may be raised or lowered; 0.6 to 0.75 are usual."""

RAISED = (0.12, 0.8)
LOWERED = (0.05, 0.6)
"""How far above and below the line such letters stand, in font sizes of the line."""

RAISED_ALONE = (0.2, 0.6)
"""The same for letters of full size, which no other line comes as near to."""

MAX_RAISED = 40
MAX_RAISED_ALONE = 12
"""So many letters may be raised or lowered, and of full size."""


@dataclass(slots=True)
class Segment:
    """Pieces on one line, from left to right.

    Attributes:
        y: baseline.
        size: of most of its letters.
        x0, x1: its ends.
    """

    pieces: list[Piece]
    y: float
    size: float
    x0: float = field(init=False)
    x1: float = field(init=False)

    def __post_init__(self) -> None:
        self.x0 = self.pieces[0].x0
        self.x1 = max(piece.x1 for piece in self.pieces)

    @property
    def text(self) -> str:
        """Its characters, white space collapsed."""
        return join_text(self.pieces)

    @property
    def bold(self) -> bool:
        return all(piece.style.bold for piece in self.pieces if not piece.shift)

    @property
    def italic(self) -> bool:
        return all(piece.style.italic for piece in self.pieces if not piece.shift)


def join_text(pieces: Iterable[Piece]) -> str:
    """The characters of pieces, a space before those that have white space before them."""
    return "".join(f" {piece.text}" if piece.blank else piece.text for piece in pieces).strip()


def segment(pieces: Sequence[Piece]) -> list[Segment]:
    """The segments of the pieces of a page, all of one turn, from the top down."""
    rows = [part for row in _rows(pieces) for part in _split(row)]
    return [_spaced(part) for part in _attach(rows)]


def make(pieces: list[Piece]) -> Segment:
    """A segment of pieces of one line, in any order."""
    pieces = _placed(pieces)
    sizes = Counter[float]()
    for piece in pieces:
        if not piece.shift:
            sizes[piece.size] += len(piece.text)
    size = sizes.most_common(1)[0][0] if sizes else pieces[0].size
    y = next((piece.y for piece in pieces if piece.size == size and not piece.shift), pieces[0].y)
    return Segment(pieces, y, size)


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by baseline, from the top down."""
    rows: list[list[Piece]] = []
    base = 0.0
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        if rows and base - piece.y <= min(1.2, 0.08 * max(piece.size, rows[-1][0].size)):
            rows[-1].append(piece)
        else:
            rows.append([piece])
            base = piece.y
    return rows


def _split(row: list[Piece]) -> list[Segment]:
    """The pieces of a row between wide gaps."""
    row.sort(key=lambda piece: piece.x0)
    parts: list[list[Piece]] = []
    end = 0.0
    for piece in row:
        near = parts and piece.x0 - end <= WIDE_GAP * max(piece.size, parts[-1][-1].size)
        if near and not _differ(piece, parts[-1][-1]):
            parts[-1].append(piece)
        else:
            parts.append([piece])
            end = piece.x1
        end = max(end, piece.x1)
    return [make(part) for part in parts]


def _differ(piece: Piece, last: Piece) -> bool:
    """True for pieces of so different a size that they share a baseline by chance."""
    return max(piece.size, last.size) > 1.9 * min(piece.size, last.size)


def _attach(parts: list[Segment]) -> list[Segment]:
    """The segments with raised and lowered ones put into those that they belong to."""
    parts.sort(key=lambda part: -part.y)
    heights = [-part.y for part in parts]
    hosts: dict[int, list[Piece]] = {}
    gone: set[int] = set()
    largest = max((part.size for part in parts), default=0.0)
    for index in sorted(range(len(parts)), key=lambda index: parts[index].size):
        part = parts[index]
        if sum(len(piece.text) for piece in part.pieces) > MAX_RAISED:
            continue
        found = [_host(piece, index, parts, heights, gone, largest) for piece in part.pieces]
        if found and all(host is not None for host in found):
            gone.add(index)
            for piece, (host, shift) in zip(part.pieces, found, strict=True):
                piece.shift = shift
                hosts.setdefault(host, []).append(piece)
                hosts[host] += hosts.pop(index, []) if piece is part.pieces[0] else []
    kept = []
    for index, part in enumerate(parts):
        if index not in gone:
            kept.append(replace(part, pieces=_placed(part.pieces + hosts[index])) if index in hosts else part)
    return _rejoined(kept)


def _placed(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.x0)


def _spaced(part: Segment) -> Segment:
    """The same segment; a gap between neighbours that were none in the file is white space."""
    for last, piece in pairwise(part.pieces):
        piece.blank = piece.blank or piece.x0 - last.x1 > BLANK_GAP * max(piece.size, last.size)
    return part


def _host(
    piece: Piece, index: int, parts: list[Segment], heights: list[float], gone: set[int], largest: float
) -> tuple[int, int] | None:
    """The segment that a piece is raised above or lowered below, and which of the two; None if there is none.

    The host's letters are larger, and it stands beside the piece without a gap between; of two lines the nearer one.
    """
    best: tuple[float, int, int] | None = None
    y, least = piece.y, piece.y - RAISED[1] * largest
    for other in range(bisect_left(heights, -(y + LOWERED[1] * largest)), len(parts)):
        host = parts[other]
        if host.y < least:
            break
        if other == index or other in gone:
            continue
        shift = _shift(piece, host)
        if not shift:
            continue
        distance = abs(y - host.y) / host.size
        if (best is None or distance < best[0]) and _is_near(piece, host):
            best = (distance, other, shift)
    return None if best is None else best[1:]


def _shift(piece: Piece, host: Segment) -> int:
    """1 if the piece would be raised on that line, -1 if lowered, 0 if it is neither."""
    offset = (piece.y - host.y) / host.size
    if piece.size <= SMALL * host.size:
        if RAISED[0] <= offset <= RAISED[1]:
            return 1
        return -1 if LOWERED[0] <= -offset <= LOWERED[1] else 0
    if len(piece.text) > MAX_RAISED_ALONE or piece.size > 1.02 * host.size or len(host.pieces) < 2:
        return 0
    return 1 if RAISED_ALONE[0] <= offset <= RAISED_ALONE[1] else 0


def _is_near(piece: Piece, host: Segment) -> bool:
    """True if the piece stands beside letters of the line, and over none of them."""
    if piece.x1 < host.x0 - host.size or piece.x0 > host.x1 + host.size:
        return False
    gap = min(max(other.x0 - piece.x1, piece.x0 - other.x1) for other in host.pieces)
    return -0.35 * host.size < gap < 0.6 * host.size


def _rejoined(parts: list[Segment]) -> list[Segment]:
    """Segments of one line joined where a raised piece stands in the gap that had parted them."""
    joined: list[Segment] = []
    for part in sorted(parts, key=lambda part: (-round(part.y, 1), part.x0)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and abs(last.y - part.y) <= 0.08 * part.size
            and -1 <= part.x0 - last.x1 <= WIDE_GAP * min(part.size, last.size)
            and (last.pieces[-1].shift or part.pieces[0].shift)
            and not _differ(part.pieces[0], last.pieces[0])
        ):
            joined[-1] = make([*last.pieces, *part.pieces])
        else:
            joined.append(part)
    return joined
