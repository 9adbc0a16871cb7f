"""Lines of columns to blocks: paragraphs, headings, list items, captions, footnotes and entries of reference lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from litclaims.ingest._pdf.columns import Column
from litclaims.ingest._pdf.glyphs import HYPHEN, Piece
from litclaims.ingest._pdf.segments import Segment
from litclaims.ingest._pdf.table import CAPTION, Table
from litclaims.ingest._pdf.words import PageLine
from litclaims.ingest.lines import MARKER, MAX_HEADING_WORDS, Line, looks_like_heading, nest

LOOSE = 1.3
"""A distance of so many usual ones between two lines parts two blocks."""

INDENT = 0.7
"""A line that begins so many font sizes further right is indented."""

LARGER = 1.07
"""Letters larger than the running text by this factor are those of a heading."""

SMALLER = 0.95
"""Letters smaller than the running text by this factor are those of running lines, captions and footnotes."""

BULLETS = "•‣◦▪●·■□○➢►✓"

_NUMBER_MARK = re.compile(r"(?:\[(\d{1,3})\]|\(?(\d{1,3})[.)])(?=[\s\u00a0]|$|[A-Z])")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[A-Z]")
_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+[A-Z]")
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)10\.\d{4,9}/")
_ENDED = re.compile(r"[.!?:;]['\"”’)\]]*$")
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)\]]*$")
_FOOTNOTE = re.compile(r"[*†‡§¶]")

FIGURE_TAIL = 3
"""A caption is passed over when a paragraph goes on behind it; so many blocks aside may stand between its parts."""


@dataclass(slots=True)
class Block:
    """A block of lines, or a table.

    Attributes:
        lines: with their page and the segment's style.
        place: number of its column in the document.
        entry: True for a numbered entry of a reference list, which keeps its number.
        opens: True if its first line is set off by an indent: no paragraph goes on with it.
    """

    kind: str
    lines: list[PageLine]
    segments: list[Segment]
    page: int
    place: int
    level: int = 0
    nesting: int = 0
    opens: bool = False
    gap: bool = False
    table: Table | None = None
    marker: str = ""
    entry: bool = False

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return self.segments[0].size if self.segments else 0.0


@dataclass(frozen=True, slots=True)
class PageColumn:
    """A column and its page, counted from 1."""

    column: Column
    page: int


@dataclass(slots=True)
class _Run:
    """Lines below each other at the usual distance; ``hanging`` if the first lines of blocks reach furthest left."""

    segments: list[Segment]
    left: float
    right: float
    leading: float
    hanging: bool = False


@dataclass(slots=True)
class _State:
    size: float
    bold: bool
    blocks: list[Block] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)


def blocks(columns: Sequence[PageColumn]) -> list[Block]:
    """The blocks of a document in reading order."""
    size, bold = usual_style(segment for column in columns for segment in _segments(column.column))
    state = _State(size, bold)
    leadings = _leadings(columns)
    for place, column in enumerate(columns):
        for item in _runs(column.column, leadings):
            if isinstance(item, Table):
                state.blocks.append(Block("table", [], [], column.page, place, table=item))
            else:
                _add_run(state, item, column.page, place)
    made = _with_headings(_continued(state.blocks), state)
    return _levelled(made)


def usual_style(segments: Iterable[Segment]) -> tuple[float, bool]:
    """The font size of most letters, and whether most letters of that size are bold."""
    sizes = Counter[tuple[float, bool]]()
    for segment in segments:
        for piece in segment.pieces:
            sizes[piece.style.size, piece.style.bold] += len(piece.text)
    if not sizes:
        return 10.0, False
    by_size = Counter[float]()
    for (size, _), count in sizes.items():
        by_size[size] += count
    size = by_size.most_common(1)[0][0]
    return size, sizes[size, True] > sizes[size, False]


def _segments(column: Column) -> list[Segment]:
    return [item for item in column.items if isinstance(item, Segment)]


def _leadings(columns: Sequence[PageColumn]) -> dict[float, float]:
    """The usual distance between two lines of each font size."""
    found: dict[float, list[float]] = {}
    for column in columns:
        for last, item in pairwise(column.column.items):
            if isinstance(last, Segment) and isinstance(item, Segment) and last.size == item.size:
                distance = last.y - item.y
                if 0.8 * item.size < distance < 2.5 * item.size:
                    found.setdefault(item.size, []).append(distance)
    return {size: median(distances) for size, distances in found.items()}


def _runs(column: Column, leadings: dict[float, float]) -> list[_Run | Table]:
    """The lines of a column between wide gaps, changes of size, and tables."""
    runs: list[_Run | Table] = []
    group: list[Segment] = []
    for item in column.items:
        if isinstance(item, Table):
            runs += [_run(group, leadings), item] if group else [item]
            group = []
            continue
        if group and _parts(group[-1], item, leadings):
            runs.append(_run(group, leadings))
            group = []
        group.append(item)
    if group:
        runs.append(_run(group, leadings))
    return runs


def _parts(last: Segment, segment: Segment, leadings: dict[float, float]) -> bool:
    """True if two lines are in blocks of their own by distance, size or weight."""
    if abs(last.size - segment.size) > 0.6:
        return True
    leading = leadings.get(segment.size, 1.25 * segment.size)
    if last.y - segment.y > LOOSE * max(leading, 0.9 * segment.size) or last.y < segment.y:
        return True
    return last.bold != segment.bold and not _runs_on(last, segment)


def _runs_on(last: Segment, segment: Segment) -> bool:
    """True for a line that ends amid a sentence, so that a change of weight is one amid the text."""
    return segment.text[:1].islower() and not _ENDED.search(last.text)


def _run(segments: list[Segment], leadings: dict[float, float]) -> _Run:
    left, right = min(segment.x0 for segment in segments), max(segment.x1 for segment in segments)
    leading = leadings.get(segments[0].size, 1.25 * segments[0].size)
    return _Run(segments, left, right, leading, _is_hanging(segments, left))


def _is_hanging(segments: list[Segment], left: float) -> bool:
    """True if blocks open at the left margin and go on indented."""
    openers = [segment for segment in segments if not _is_indented(segment, left)]
    if len(segments) < 2 or len(openers) == len(segments):
        return False
    marked = sum(bool(_NUMBER_MARK.match(segment.text) or MARKER.match(segment.text)) for segment in openers)
    capital = sum(segment.text[:1].isupper() or not segment.text[:1].isalpha() for segment in openers)
    fresh = sum(
        1
        for last, segment in pairwise(segments)
        if _is_indented(segment, left) and not _is_indented(last, left) and _may_open(last, segment)
    )
    starts = sum(
        1 for last, segment in pairwise(segments) if _is_indented(segment, left) and not _is_indented(last, left)
    )
    if marked >= 0.8 * len(openers):
        return True
    if _is_indented(segments[0], left):
        return False
    return capital >= 0.9 * len(openers) and fresh < 0.5 * starts


def _may_open(last: Segment, segment: Segment) -> bool:
    """True if a line may be the first of a paragraph: the last ended a sentence, and it begins as one."""
    return bool(_SENTENCE_END.search(_unmarked(last))) and not segment.text[:1].islower()


def _unmarked(segment: Segment) -> str:
    """The text of a line without the raised marks at its end."""
    pieces = list(segment.pieces)
    while pieces and pieces[-1].shift > 0:
        pieces.pop()
    return "".join(f" {piece.text}" if piece.blank else piece.text for piece in pieces).strip()


def _is_indented(segment: Segment, left: float) -> bool:
    return segment.x0 - left > INDENT * segment.size


def _add_run(state: _State, run: _Run, page: int, place: int) -> None:
    """The blocks of a run of lines."""
    first = True
    for index, segment in enumerate(run.segments):
        last = run.segments[index - 1] if index else None
        line = PageLine(segment.pieces, page)
        block = state.blocks[-1] if state.blocks and not first else None
        marker = _marker(segment, last, block, state)
        if block is not None and not marker and not _opens(segment, last, block, run, state):
            block.lines.append(line)
            block.segments.append(segment)
            continue
        indented = _is_indented(segment, run.left) and not run.hanging
        made = Block("paragraph", [line], [segment], page, place, opens=indented, gap=first)
        _classify(made, segment, marker, state)
        state.blocks.append(made)
        first = False


def _opens(segment: Segment, last: Segment, block: Block, run: _Run, state: _State) -> bool:
    """True if a line begins a block of its own."""
    text = segment.text
    if CAPTION.match(text) and _SENTENCE_END.search(_unmarked(last)):
        return True
    if block.kind == "caption":
        return False
    if segment.size > LARGER * state.size or (segment.bold and not state.bold):
        return _is_forced(segment, last, run) and abs(segment.x0 - last.x0) < 2
    if block.kind == "list_item":
        back = segment.x0 < block.segments[0].x0 - 0.3 * segment.size
        outdented = len(block.segments) > 1 and segment.x0 < last.x0 - 0.3 * segment.size
        return (back or outdented) and _may_open(last, segment)
    if run.hanging:
        return (not _is_indented(segment, run.left) and _is_indented(last, run.left)) or _ends_short(segment, last, run)
    if _is_indented(segment, run.left) and not _is_indented(last, run.left):
        return segment.x0 - run.left < 6 * segment.size and (_may_open(last, segment) or _is_forced(segment, last, run))
    return _ends_short(segment, last, run)


def _ends_short(segment: Segment, last: Segment, run: _Run) -> bool:
    """True if the line before ends where there was room for more, and what follows begins anew."""
    if not _is_forced(segment, last, run):
        return False
    if _may_open(last, segment):
        return True
    return (
        not segment.text[:1].islower()
        and run.right - last.x1 > 0.3 * (run.right - run.left)
        and not (segment.text[:1].isdigit() or last.text.endswith((",", "-", HYPHEN)))
    )


def _is_forced(segment: Segment, last: Segment, run: _Run) -> bool:
    """True if the first word would have fitted on the line before."""
    width = 0.0
    for piece in segment.pieces:
        if width and piece.blank:
            break
        width = piece.x1 - segment.x0
    return last.x1 + width + 0.6 * segment.size < run.right


def _marker(segment: Segment, last: Segment | None, block: Block | None, state: _State) -> str:
    """The list marker that a line opens with, empty if it is none."""
    text = segment.text
    if text[:1] in BULLETS and (len(text) > 1):
        return text[0]
    match = MARKER.match(text) or _NUMBER_MARK.match(text)
    if match is None or (_DEEP_NUMBER.match(text) and segment.bold):
        return ""
    marker = match.group().strip()
    if len(text) < len(marker) + 2:
        return ""
    if last is None or block is None:
        return "" if marker[-1].isascii() and _is_amid(state) else marker
    if _follows(marker, block) or (block.kind == "list_item" and marker == block.marker):
        return marker
    ended = _ENDED.search(_unmarked(last)) is not None
    return marker if ended and (_value(marker) in (1, None) or abs(segment.x0 - last.x0) > 2) else ""


def _is_amid(state: _State) -> bool:
    """True if the block before ended amid a sentence at the end of a full line: what follows may go on with it."""
    before = next(
        (block for block in reversed(state.blocks) if block.kind not in ("caption", "table", "footnote")), None
    )
    if before is None or before.kind != "paragraph" or len(before.segments) < 2:
        return False
    right = max(segment.x1 for segment in before.segments)
    last = before.segments[-1]
    return not _ENDED.search(_unmarked(last)) and right - last.x1 < 3 * last.size


def _value(marker: str) -> int | None:
    digits = re.sub(r"\D", "", marker)
    return int(digits) if digits else None


def _follows(marker: str, block: Block) -> bool:
    """True if a number is the next after that of the block before, and written alike."""
    number, before = _value(marker), _value(block.marker)
    return None not in (number, before) and number == before + 1 and marker[-1] == block.marker[-1]


def _classify(block: Block, segment: Segment, marker: str, state: _State) -> None:
    text = segment.text
    if CAPTION.match(text):
        block.kind = "caption"
    elif marker and not (_NUMBERED.match(text) and (segment.bold or segment.size > LARGER * state.size)):
        block.kind, block.marker = "list_item", marker
        block.nesting = nest(state.indents, round(segment.x0), slack=4)
        return
    elif segment.size < 0.93 * state.size and (segment.pieces[0].shift > 0 or _FOOTNOTE.match(text)):
        block.kind = "footnote"
    if block.kind != "list_item":
        state.indents.clear()


def _continued(found: list[Block]) -> list[Block]:
    """Paragraphs that go on in the next column or page, joined; what stands between comes after."""
    made: list[Block] = []
    for block in found:
        before = _broken_off(made, block) if block.kind == "paragraph" and not block.opens else None
        if before is None:
            made.append(block)
        else:
            before.lines += block.lines
            before.segments += block.segments
            before.place, before.page = block.place, before.page
    return made


def _broken_off(made: list[Block], block: Block) -> Block | None:
    """The paragraph or item that ended amid a sentence which this block goes on with."""
    aside = 0
    for before in reversed(made):
        if before.kind in ("caption", "table", "footnote"):
            aside += 1
            if aside > FIGURE_TAIL:
                return None
            continue
        if before.kind not in ("paragraph", "list_item") or (before.place == block.place and not aside):
            return None
        return before if _reads_on(before, block) else None
    return None


def _reads_on(before: Block, block: Block) -> bool:
    last, first = before.segments[-1], block.segments[0]
    if abs(last.size - first.size) > 0.3 or last.bold != first.bold:
        return False
    text = _unmarked(last)
    if not text or _ENDED.search(text) or CAPTION.match(block.text):
        return False
    if first.text[:1].islower() or text.endswith((",", "-", HYPHEN, "–", "(")):
        return True
    width = max(segment.x1 for segment in before.segments) - min(segment.x0 for segment in before.segments)
    room = max(segment.x1 for segment in before.segments) - last.x1
    return len(before.segments) > 1 and room < 0.12 * width and not looks_like_heading(Line(0, 0, block.text))


def _with_headings(found: list[Block], state: _State) -> list[Block]:
    """The blocks with headings marked, and entries of reference lists as paragraphs with their number."""
    for index, block in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        if block.kind == "list_item" and _DATED.search(block.text) and (_value(block.marker) or 0) > 0:
            if len(block.text) > 40:
                block.kind, block.entry, block.nesting = "paragraph", True, 0
        elif block.kind in ("paragraph", "list_item") and _is_heading(block, after, state):
            block.kind, block.marker, block.nesting = "heading", "", 0
    return found


def _is_heading(block: Block, after: Block | None, state: _State) -> bool:
    text = block.text
    first = block.segments[0]
    if len(block.segments) > 4 or not any(character.isalpha() for character in text) or first.pieces[0].shift > 0:
        return False
    larger = first.size > LARGER * state.size
    bold = all(segment.bold for segment in block.segments) and not state.bold
    words = len(text.split())
    if larger and (bold or first.size > 1.2 * state.size):
        return words <= 3 * MAX_HEADING_WORDS
    shaped = looks_like_heading(Line(0, 0, text)) or (text.endswith(":") and words <= 8)
    if not shaped or after is None or (first.size < SMALLER * state.size and not bold):
        return False
    if block.kind == "list_item":
        return bold or larger
    capitals = text.isupper() and words <= 10 and sum(character.isalpha() for character in text) > 3
    if larger or bold or capitals or (_NUMBERED.match(text) and block.gap):
        return True
    slanted = all(segment.italic for segment in block.segments) and words <= 10
    short = len(block.segments) == 1 and words <= 8 and not text[0].isdigit() and not text.endswith(":")
    return block.gap and short and (slanted or _stands_over(block, after))


def _stands_over(block: Block, after: Block) -> bool:
    """True for a short line set above a paragraph of the same column."""
    if after.kind not in ("paragraph", "list_item") or after.place != block.place or len(after.segments) < 2:
        return False
    width = max(segment.x1 for segment in after.segments) - min(segment.x0 for segment in after.segments)
    line = block.segments[0]
    near = abs(line.x0 - min(segment.x0 for segment in after.segments)) < 2 * line.size
    return near and line.x1 - line.x0 < 0.6 * width and not after.text[:1].islower()


def _levelled(found: list[Block]) -> list[Block]:
    """The blocks with levels of headings: by number, else by the look, the largest first."""
    looks = sorted({_look(block) for block in found if block.kind == "heading"}, reverse=True)
    for block in found:
        if block.kind == "heading":
            number = _NUMBERED.match(block.text)
            block.level = number[1].count(".") + 1 if number else looks.index(_look(block)) + 1
    return found


def _look(block: Block) -> tuple[float, bool, bool, bool]:
    first = block.segments[0]
    return round(2 * first.size) / 2, block.text.isupper(), first.bold, not first.italic


def without_marker(block: Block) -> list[PageLine]:
    """The lines of a list item without its marker."""
    left = len(block.marker)
    pieces: list[Piece] = []
    for piece in block.lines[0].pieces:
        if left >= len(piece.text):
            left -= len(piece.text)
        elif left:
            share = left / len(piece.text)
            pieces.append(
                replace(piece, text=piece.text[left:], x0=piece.x0 + share * (piece.x1 - piece.x0), blank=True)
            )
            left = 0
        else:
            pieces.append(piece)
    return [PageLine(pieces, block.lines[0].page), *block.lines[1:]]
