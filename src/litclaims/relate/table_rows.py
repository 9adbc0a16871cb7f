"""Rows of tables: what stands beside a figure in its row, what its columns and its table are of, and whose work it is.

A table comes as cells, or in a text that copies it: a line for each row under a line of heads, or a line for each cell.
The latter are only read under a caption (``Table 2``), and ends where running text begins.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from litclaims.extract.citation import CitationMark
from litclaims.extract.citation.find import expand
from litclaims.model import Document, Span
from litclaims.vocab.heads import DOSE, OUTCOME, REFERENCE, role_of_head, roles_in

MIN_HEADS = 3
"""So many columns have to be named in a line, or in a run of lines, that heads a table."""

SHARE_OF_HEADS = 0.4
"""This share of the words of a line of heads names columns: a caption names some of them in passing."""

MAX_CAPTION, MAX_HEAD_WORDS, MAX_CELL_WORDS = 4, 60, 8
"""Lines from the word table to the heads, words of a line of heads, and words of a line that is one cell."""

MAX_HEADS, MAX_LINES, MAX_ROW, MAX_CELLS = 16, 600, 40, 40
"""Lines of heads, lines of a table, lines of one row, and cells of one; a wider table is no text."""

PROSE, LONG_PROSE = 12, 40
"""Words of a paragraph that is no row, in a table of a line for each row and in one of a line for each cell."""

_CAPTION = re.compile(
    r"(?i:supplement(?:al|ary)\s)?(?i:table|tab)\.?\s?(?:S?\d{1,2}|[IVX]{1,4})(?:\s?[.:|–-])?(?=\s{1,3}[A-Z(]|\s*\Z)"
)
_LIST = r"[1-9]\d{0,2}(?:\s?[,;–-]\s?[1-9]\d{0,2}){0,12}"
_YEAR = r"(?:,?\s?(?:19|20)\d\d[a-z]?)?"
_ENDS = {
    "bracket": re.compile(rf"\[\s?(?P<list>{_LIST})\s?\]{_YEAR}\.?\s*\Z"),
    "round": re.compile(rf"(?<!\S)\((?P<list>{_LIST})\)\s*\Z"),
    "bare": re.compile(rf"(?<![^\s])(?P<list>{_LIST})\s*\Z"),
}
_WHOLE = re.compile(rf"[\[(]?\s?(?P<list>{_LIST})\s?[\])]?")
_IN_BRACKETS = re.compile(rf"[^\[\]\n]{{0,80}}?\[\s?(?P<list>{_LIST})\s?\]")
_NAMED = re.compile(
    rf"[^\[\]()\d\n]{{1,60}}\bet\sal(?:\.,?|,)?\s?(?:[\[(]\s?(?P<marked>{_LIST})\s?[\])]|(?P<raised>{_LIST}))\.?"
)
"""A cell that is the authors of a work and its number, in brackets or raised: ``Doe et al. (24)``, ``Doe et al.24``."""

_NAMED_YEAR = re.compile(r"(?P<work>[A-Z][\w'’-]{1,20}(?:\s[A-Z][\w'’-]{1,20}){0,2}\s?/\s?(?:19|20)\d\d[a-z]?)(?!\w)")
"""A line or cell that opens with a work's author and year: ``Doe/2012``."""

_TRIAL = re.compile(r"(?<!\w)(?P<trial>NCT\d{8})\.?\s*\Z")
"""A line that ends in the number of a trial, in a column of references."""

_WORDS = re.compile(r"[^\d\n]{0,40}[^\W\d_]{2}[^\d\n]{0,40}")
_STOP = re.compile(r"[.!?]\s*\Z")
_NOTE = re.compile(r"\s*(?:\^?[a-z]\s(?=[A-Z])|\^\S|[*†‡§¶#]|[ᵃ-ᶿ⁰¹²³⁴-⁹])")
"""The mark that opens a note below a table."""


_Works = dict[int, tuple[tuple[str, ...], Span]]
"""The markers of lines, by their blocks, with where they stand."""


@dataclass(frozen=True, slots=True)
class Row:
    """The row of a figure.

    Attributes:
        blocks: of the row, in order.
        table: the first block of its table's body, and one beyond the last.
        captions: the blocks that say what the table is of.
        heads: the cells that head the columns of a table of cells.
        roles: of its cells what their columns are of; empty where lines are rows.
        columns: what the columns of a table of lines are of, in order, those left out that are of nothing known.
        markers: of the work that the row is of.
        place: where these stand, None if there are none.
        inner: the markers that end further rows in a figure's own block, with their lines.
    """

    blocks: tuple[int, ...]
    table: tuple[int, int]
    captions: tuple[int, ...] = ()
    roles: Mapping[int, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    place: Span | None = None
    inner: tuple[tuple[Span, tuple[str, ...]], ...] = ()
    heads: tuple[int, ...] = ()

    def work_of(self, position: int) -> tuple[tuple[str, ...], Span | None]:
        """The markers of the work of a figure that ends at a position, and where they stand."""
        for line, markers in self.inner:
            if position <= line.end:
                return markers, line
        return self.markers, self.place

    def is_of_another(self, block: int) -> bool:
        """True for a block of the same table that stands in another row."""
        return self.table[0] <= block < self.table[1] and block not in self.blocks

    @property
    def is_of_lines(self) -> bool:
        """True for the lines of a row that are told apart from those of others, in a table that is copied so."""
        return bool(self.columns) and (self.place is not None or len(self.blocks) == 1)

    @property
    def tells_outcomes(self) -> bool:
        """True for a row that tells what became of the treated."""
        return OUTCOME in self.columns or OUTCOME in self.roles.values()

    def tells(self, kind: str, block: int) -> bool:
        """True if the row has another cell than a block for a kind of thing, or its lines have a column for it."""
        return kind in self.columns or any(role == kind for index, role in self.roles.items() if index != block)


@dataclass(frozen=True, slots=True)
class _Copied:
    """A table in a text that copies it: its captions, the blocks of its body, its columns, the works of its lines, and
    if a line is a cell."""

    captions: tuple[int, ...]
    first: int
    stop: int
    columns: tuple[str, ...]
    works: _Works
    by_cell: bool


@dataclass(frozen=True)
class Tables:
    """The tables of a document.

    Attributes:
        text: the document's view.
        marks: the citation marks of each block that has some.
    """

    document: Document
    text: str
    marks: Mapping[int, Sequence[CitationMark]]

    def row_of(self, block: int) -> Row | None:
        """The row that a block stands in; None if it stands in no table."""
        cell = self.document.blocks[block].cell
        if cell is not None:
            if (cell.table, cell.row) not in self._known:
                self._known[cell.table, cell.row] = self._row_of_cells(cell.table, cell.row)
            return self._known[cell.table, cell.row]
        at = bisect_right(self._copied, block, key=lambda copied: copied.first) - 1
        return self._row_of_line(block, self._copied[at]) if at >= 0 and block < self._copied[at].stop else None

    @functools.cached_property
    def _known(self) -> dict[tuple[int, int], Row | None]:
        """The rows of cells that were asked for."""
        return {}

    @functools.cached_property
    def _rows(self) -> dict[tuple[int, int], list[int]]:
        """The blocks of each row of cells, by the numbers of its table and of itself."""
        found: dict[tuple[int, int], list[int]] = {}
        for index, block in enumerate(self.document.blocks):
            cell = block.cell
            for row in () if cell is None else range(cell.row, cell.row + cell.rowspan):
                found.setdefault((cell.table, row), []).append(index)
        return found

    @functools.cached_property
    def _bounds(self) -> dict[int, tuple[int, int]]:
        """The first block of each table of cells, and one beyond the last."""
        found: dict[int, tuple[int, int]] = {}
        for index, block in enumerate(self.document.blocks):
            if block.cell is not None:
                found[block.cell.table] = (found.get(block.cell.table, (index, 0))[0], index + 1)
        return found

    def _row_of_cells(self, table: int, row: int) -> Row | None:
        mine, bounds = tuple(self._rows[table, row]), self._bounds[table]
        if len(mine) > MAX_CELLS:
            return None
        roles = self._roles(mine)
        markers, place = self._work_of_cells(mine, roles)
        captions, heads = self._captions_above(bounds[0]), tuple(self._rows.get((table, 0), ()))
        return Row(mine, bounds, captions, roles, markers=markers, place=place, heads=heads)

    def _roles(self, cells: Sequence[int]) -> dict[int, str]:
        """What the columns of some cells of a row are of; of works alone where the heads stand over other cells than
        their own, as where a dose would be ``IV``."""
        found = {index: role for index in cells if (role := self._role_of_cell(index)) is not None}
        if any(role == DOSE and _WORDS.fullmatch(self._said(index)) for index, role in found.items()):
            return {index: role for index, role in found.items() if role == REFERENCE}
        return found

    def _role_of_cell(self, index: int) -> str | None:
        blocks = self.document.blocks
        own = blocks[index].cell
        for head in blocks[index].heading_path:
            cell = blocks[head].cell
            above = cell is not None and own is not None and cell.row < own.row and cell.column <= own.column
            if above and own.column < cell.column + cell.colspan and (role := role_of_head(self._said(head))):
                return role
        return None

    def _work_of_cells(self, cells: Sequence[int], roles: Mapping[int, str]) -> tuple[tuple[str, ...], Span | None]:
        """The markers in the cell for references, else in one that holds nothing but a marker or a name with one."""
        for index in sorted(cells, key=lambda index: roles.get(index) != REFERENCE):
            said, span = self._said(index), self.document.blocks[index].span
            whole = _WHOLE.fullmatch(said)
            if roles.get(index) == REFERENCE:
                found = self._marked(index) or (expand(whole["list"]) if whole else ())
            elif whole and said.startswith("["):
                found = expand(whole["list"])
            else:
                found = _named_in(said)
            if found:
                return tuple(found), span
        return (), None

    def _marked(self, block: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(marker for mark in self.marks.get(block, ()) for marker in mark.markers))

    def _captions_above(self, first: int) -> tuple[int, ...]:
        """The line with the word table and a number shortly above a block, and those between them; without such a line
        the one right above if it is no sentence."""
        is_label = first > 0 and self.document.blocks[first - 1].kind == "paragraph" and self._is_label(first - 1)
        above = (first - 1,) if is_label else ()
        for index in range(first - 1, max(-1, first - 1 - MAX_CAPTION), -1):
            if self.document.blocks[index].kind == "cell":
                break
            if self._is_caption(index):
                return tuple(range(index, first))
        return above

    @functools.cached_property
    def _copied(self) -> list[_Copied]:
        captions = [index for index in range(len(self.document.blocks)) if self._is_caption(index)]
        ends = itertools.pairwise([*captions, len(self.document.blocks)])
        found = (self._copied_below(caption, following) for caption, following in ends)
        return [each for each in found if each is not None]

    def _copied_below(self, caption: int, last: int) -> _Copied | None:
        """The table whose caption begins in a block, if it begins before another."""
        for index in range(caption + 1, min(last, caption + 1 + MAX_CAPTION)):
            if self.document.blocks[index].kind == "cell":
                return None
            first, columns, by_cell = self._heads_at(index, last)
            if columns:
                opens = role_of_head(" ".join(self._said(index).split()[:2])) in (REFERENCE, "other")
                stop = self._end_of_body(first, last, by_cell=by_cell)
                works = self._works(range(first, stop), columns, opens=opens, by_cell=by_cell)
                return _Copied(tuple(range(caption, index)), first, stop, columns, works, by_cell)
        return None

    def _heads_at(self, index: int, stop: int) -> tuple[int, tuple[str, ...], bool]:
        """The block behind the heads that begin in one, what they name, and whether each is a line of its own."""
        line, _, more = self._said(index).partition("\n")
        columns = _line_of_heads(line)
        if columns:
            return index + (not more.strip()), columns, False
        if joined := self._heads_over_lines(index, stop):
            return *joined, False
        named: list[tuple[int, str]] = []
        for at in range(index, min(stop, index + MAX_HEADS)):
            said = self._said(at)
            is_figure = any(sign.isdigit() for sign in said.split("(")[0])
            if len(said.split()) > MAX_CELL_WORDS or is_figure or self.document.blocks[at].kind == "cell":
                break
            if _names_several(said):  # the heads of all columns on one line
                return index, (), False
            if (role := role_of_head(said)) is not None:
                named.append((at, role))
        if len(named) < MIN_HEADS:
            return index, (), False
        return named[-1][0] + 1, tuple(role for _, role in named), True

    def _heads_over_lines(self, index: int, stop: int) -> tuple[int, tuple[str, ...]] | None:
        """The block behind the heads that begin in one and go on over lines, of which one names several; None if there
        are none."""
        line = self._said(index)
        several = _names_several(line)
        for last in range(index + 1, min(stop, index + MAX_CAPTION)):
            line, several = f"{line} {self._said(last)}", several or _names_several(self._said(last))
            if any(sign.isdigit() for sign in line) or self._is_parted(last):
                return None
            if several and (columns := _line_of_heads(line)):
                return last + 1, columns
        return None

    def _end_of_body(self, first: int, last: int, *, by_cell: bool) -> int:
        """One beyond the last line of a table: where its notes, running text or another table begin."""
        blocks = self.document.blocks
        for index in range(first, min(last, first + MAX_LINES)):
            said = self._said(index)
            parted = "\n\n" in self.document.text[blocks[index - 1].span.end : blocks[index].span.start]
            long = len(said.split()) >= (LONG_PROSE if by_cell else PROSE)
            is_sentence = _STOP.search(said) is not None
            if blocks[index].kind == "cell" or (is_sentence and ((parted and long) or _NOTE.match(said))):
                return index
        return min(last, first + MAX_LINES)

    def _row_of_line(self, block: int, table: _Copied) -> Row | None:
        closes = table.columns[-1] == REFERENCE
        first, last = _extent(block, list(table.works), table)
        markers, place = table.works.get(last if closes else first) or ((), None)
        mine, inner = tuple(range(first, last + 1)), self._inner(block) if closes else ()
        bounds = (table.first, table.stop)
        return Row(mine, bounds, table.captions, {}, table.columns, markers, place, inner)

    def _inner(self, block: int) -> tuple[tuple[Span, tuple[str, ...]], ...]:
        """The markers that end lines of a block of several, with their lines, the last left out."""
        found, at = [], self.document.blocks[block].span.start
        for line in self._said(block).split("\n")[:-1]:
            match = _ENDS["bracket"].search(line[-60:])
            trial = _TRIAL.search(line[-16:])
            if match is not None or trial is not None:
                found.append((Span(at, at + len(line)), (trial["trial"],) if trial else expand(match["list"])))
            at += len(line) + 1
        return tuple(found)

    def _works(self, lines: range, columns: Sequence[str], *, opens: bool, by_cell: bool) -> _Works:
        """The markers of the lines in which a row ends, or begins if its work stands first."""
        if columns[-1] == REFERENCE:
            return self._at_ends(lines, bare=not by_cell)
        if not opens:
            return {}
        named = ((index, _opening_work(self._said(index))) for index in lines)
        return {index: (work, self.document.blocks[index].span) for index, work in named if work}

    def _at_ends(self, lines: range, *, bare: bool) -> _Works:
        """The markers at the end of lines, of the surest form that they have."""
        found: dict[str, _Works] = {}
        for index in lines:
            said, span = self._said(index), self.document.blocks[index].span
            for mark in self.marks.get(index, ()):
                if mark.rule in ("author year", "narrative") and mark.span.end >= len(said) - 1:
                    found.setdefault("name", {})[index] = (mark.markers, span)
            if (trial := _TRIAL.search(said[-16:])) is not None:
                found.setdefault("trial", {})[index] = ((trial["trial"],), span)
            for form, pattern in _ENDS.items():
                match = pattern.search(said[-60:])
                if match is not None and expand(match["list"]):
                    found.setdefault(form, {})[index] = (expand(match["list"]), span)
        if not bare or len(found.get("bare", ())) < 2:
            found.pop("bare", None)
        forms = Counter({form: len(each) for form, each in found.items()})
        surest = next((form for form in ("bracket", "round", "name") if forms[form]), "bare")
        return dict(sorted({**found.get(surest, {}), **found.get("trial", {})}.items()))

    def _is_caption(self, block: int) -> bool:
        each = self.document.blocks[block]
        return each.kind != "cell" and _CAPTION.match(self.text, each.span.start, each.span.end) is not None

    def _is_parted(self, block: int) -> bool:
        """True if a blank line, or a cell, stands before a block."""
        blocks = self.document.blocks
        gap = self.text[blocks[block - 1].span.end : blocks[block].span.start]
        return gap.count("\n") > 1 or blocks[block].kind == "cell"

    def _is_label(self, block: int) -> bool:
        said = self._said(block)
        return len(said.split()) < PROSE and _STOP.search(said) is None

    def _said(self, block: int) -> str:
        span = self.document.blocks[block].span
        return self.text[span.start : span.end]


def _named_in(cell: str) -> tuple[str, ...]:
    """The markers of a work in the cell that names it by its authors; none for any other cell."""
    if " et al" in cell:
        named = _IN_BRACKETS.fullmatch(cell)
        marks = named["list"] if named else ""
        if named is None and (other := _NAMED.fullmatch(cell.strip())) is not None:
            marks = other["marked"] or other["raised"]
        return tuple(expand(marks)) if marks else ()
    dated = _NAMED_YEAR.fullmatch(cell.strip())
    return (dated["work"],) if dated else ()


def _opening_work(line: str) -> tuple[str, ...]:
    """The markers of the work that a line opens with; none if it opens with none."""
    match = _IN_BRACKETS.match(line)
    if match is not None:
        return tuple(expand(match["list"]))
    dated = _NAMED_YEAR.match(line)
    return (dated["work"],) if dated else ()


def _extent(block: int, works: Sequence[int], table: _Copied) -> tuple[int, int]:
    """The first and the last line of the row of a line, by the lines that name works; where none tells, the line alone,
    and all of a table whose lines are cells."""
    closes = table.columns[-1] == REFERENCE
    at = bisect_left(works, block) if closes else bisect_right(works, block)
    before, behind = works[at - 1] if at else None, works[at] if at < len(works) else None
    if closes:
        first, last = table.first if before is None else before + 1, behind
    else:
        first, last = before, (table.stop if behind is None else behind) - 1
    if first is not None and last is not None and last - first <= MAX_ROW:
        return first, last
    return (table.first, table.stop - 1) if table.by_cell else (block, block)


def _names_several(line: str) -> bool:
    """True for a line that names so many columns that it cannot be the head of one."""
    return len(roles_in(line)) >= MIN_HEADS


def _line_of_heads(line: str) -> tuple[str, ...]:
    """What the columns are of that a line names; nothing for a line that is none of heads."""
    words = line.split()
    if not MIN_HEADS <= len(words) <= MAX_HEAD_WORDS:
        return ()
    found = roles_in(line)
    named = sum(len(match.group().split()) for _, match in found)
    if len(found) < MIN_HEADS or named < SHARE_OF_HEADS * len(words):
        return ()
    columns = tuple(role for role, _ in found)
    is_stopped = _STOP.search(line) is not None and found[-1][1].end() < len(line.rstrip())
    return () if is_stopped or len(set(columns)) < MIN_HEADS else columns
