"""The walk over HTML that the page and DOCX readers share: elements to blocks, with powers, tables and places kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from litclaims.errors import InputError
from litclaims.ingest._parts import HIDDEN_TAGS, Markup, has_class
from litclaims.ingest.build import Builder, Run
from litclaims.ingest.grid import MAX_CELLS, Entry, add_table
from litclaims.ingest.lines import MARKER, MAX_HEADING_CHARS, MAX_HEADING_WORDS, TERMINAL
from litclaims.model import Reference, Span

MAX_PATH = 100
"""Steps of an element path; a place that lies deeper is given by its ancestor there."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ul", "ol", "dir", "menu", "dl")
ITEMS = ("li", "dt", "dd")
BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "details", "div", "fieldset",
        "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "nav", "p",
        "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    ]
).union(HEADINGS, LISTS, ITEMS)  # fmt: skip
"""Elements that begin a line of their own."""

BOLD_LEVEL = 6
"""Rank of a bold line that stands for a heading, as in Markdown."""

_MATHS = frozenset(("mfrac", "mi", "mn", "mo", "mrow", "mstyle", "msub", "msubsup", "msup", "mtext"))
"""Elements of MathML that stand for a part of a formula."""

_BREAK = Run("\n")
"""Stands for a line break until the lines are put together."""

_TABLE_LABEL = re.compile(r"(?i:tab(?:le|\.))\s?(?:S?\d|[IVX]{1,4}\b)")
_RAISING = re.compile(r"vertical-align\s*:\s*(?:super|text-top|\+?\d*\.?\d*[1-9]\d*\s*(?:px|pt|em|ex|rem|%))")
_LOWERING = re.compile(r"vertical-align\s*:\s*(?:sub\b|-\s*\d*\.?\d*[1-9])")
_CLASS_RULE = re.compile(r"\.([A-Za-z_][\w-]{0,60})\s{0,9}\{([^{}]{0,500})\}")
_STYLED = frozenset(("span", "font", "small", "b", "i", "em", "strong", "a"))
_BACK = re.compile(r"\s*[↑↩↵⤴^][\ufe0e\ufe0f]?\s*")
_NOTE_MARK = re.compile(r"[ᵃ-ᶻⁱⁿʰʲˡʳˢʷˣʸ]|[¹²³⁴-⁹]{1,2}|[*†‡§¶#]{1,3}")
_LISTED = re.compile(r"\[?(\d{1,3})(?:\]|\.)\s")


class Ink(NamedTuple):
    """How the characters in an element are set, and where their link leads."""

    raised: bool = False
    lowered: bool = False
    kind: str = ""
    targets: tuple[str, ...] = ()
    bold: bool = False
    preformatted: bool = False


@dataclass(slots=True)
class _Context:
    """What the text directly in an element becomes.

    Attributes:
        used: True once a list item has had its first block: what follows in it are paragraphs.
    """

    kind: str = "paragraph"
    level: int = 0
    nesting: int = 0
    used: bool = False


@dataclass(slots=True)
class _Entry:
    """An entry of the reference list: the blocks from ``first`` up to ``end``."""

    key: str
    marker: str | None
    first: int
    end: int


class Walk:
    """Reads elements in order and adds their text to a builder as blocks. A subclass may name places otherwise."""

    def __init__(self, builder: Builder, markup: Markup) -> None:
        self.builder = builder
        self._markup = markup
        self._raising, self._lowering = _classes(markup.root)
        self._kinds: dict[str, str] = {}
        self._pieces: list[tuple[Run, bool]] = []
        self._contexts = [_Context()]
        self._lists = 0
        self._tight = False
        self._in_cell = False
        self._tables = 0
        self._caption: tuple[str, list[Run], bool] | None = None
        self._captioned: etree._Element | None = None
        self._numbers: dict[etree._Element, int] = {}
        self._entry_element: etree._Element | None = None
        self._done: set[etree._Element] = set()
        self._table_blocks: range = range(0)
        self._after_table = False
        self._first_of: dict[str, int] = {}
        self._waiting: list[str] = []
        self._markers: list[tuple[int, str]] = []
        self._entries: list[_Entry] = []

    def read(self, root: etree._Element) -> None:
        """Add the blocks of an element and of all below it."""
        self._walk(root, _steps_to(root), Ink(), part=self._markup.part(root))
        self._flush(())
        self._give_caption()
        self._link_footnotes()

    def references(self) -> tuple[Reference, ...]:
        """The entries of the reference list that the page itself sets apart, once all is read."""
        text, found = self.builder.text, []
        for entry in self._entries:
            if entry.first < entry.end:
                span = Span(self.builder.span_of(entry.first).start, self.builder.span_of(entry.end - 1).end)
                raw = text[span.start : span.end]
                listed = _LISTED.match(raw)
                marker = listed[1] if listed else entry.marker
                found.append(Reference(ref_id="", doc="", raw=raw, span=span, marker=marker, key=entry.key or None))
        return tuple(found)

    def _walk(self, root: etree._Element, steps: list[str], ink: Ink, *, part: str = "") -> None:
        """Read an element; ``steps`` is the path to it, itself included."""
        inks, counts, parts = [ink], [Counter()], [part]
        events = etree.iterwalk(root, events=("start", "end"))
        for event, element in events:
            tag = element.tag
            if event == "end":
                if element is not root:
                    counts.pop(), inks.pop(), parts.pop()
                    self._leave(element, tag, steps)
                    steps.pop()
                    self._text(element.tail, inks[-1], steps)
                continue
            if element is not root:
                counts[-1][tag] += 1
                steps.append(tag if tag in ("html", "body") else f"{tag}[{counts[-1][tag]}]")
                counts.append(Counter())
                inks.append(self._ink(element, tag, inks[-1]))
                parts.append(self._markup.parts.get(element, parts[-1]))
            if self._is_out(element, tag) or self._enter(element, tag, steps, parts[-1]):
                events.skip_subtree()
            else:
                self._text(element.text, inks[-1], steps)

    def _is_out(self, element: etree._Element, tag: object) -> bool:
        if not isinstance(tag, str) or tag in HIDDEN_TAGS or element in self._done:
            return True
        return element in self._markup.skipped

    def _enter(self, element: etree._Element, tag: str, steps: list[str], part: str) -> bool:
        """Begin an element; True if it was read as a whole."""
        key = element.get("id") or (element.get("name") if tag == "a" else None)
        if tag == "br":
            self._pieces.append((_BREAK, False))
            return True
        if tag in _MATHS and _script_of(element) == "mfrac":
            self._pieces.append((Run("/"), False))
        if tag in BLOCKS:
            self._flush(steps[:-1])
            if not self._in_cell:
                self._open(element, tag, steps, part)
        if key and not self._in_cell:
            self._waiting.append(key)
        if tag == "table" and not self._in_cell and not is_layout(element, self._markup.skipped):
            self._table(element, steps)
            return True
        return False

    def _open(self, element: etree._Element, tag: str, steps: list[str], part: str) -> None:
        """A block's context: what its text will be."""
        self.open_block(element, tag)
        context = _Context(kind="footnote") if part == "footnote" else _Context()
        if tag in HEADINGS:
            context = _Context("heading", int(tag[1]))
        elif tag in LISTS:
            self._lists += 1 + (tag == "dl")
        elif tag in ITEMS:
            nesting = max(1, self._lists - (tag == "dt"))
            context = _Context("footnote" if part == "footnote" else "list_item", 0, nesting)
            self._tight = tag != "li" or nesting > 1 or element.getprevious() is not None
        elif tag in ("figcaption", "caption") or (tag in ("div", "p") and has_class(element, "caption")):
            context = _Context("caption")
        elif self._contexts[-1].kind in ("list_item", "footnote", "caption") and tag not in ("section", "article"):
            context = self._contexts[-1]  # a paragraph in an item
        self._contexts.append(context)
        if part == "reference" and (element.get("id") or tag in ("li", "dd")):
            self._begin_entry(element)

    def _leave(self, element: etree._Element, tag: object, steps: list[str]) -> None:
        if tag not in BLOCKS or element in self._done or element in self._markup.skipped:
            return
        self._flush(steps)
        if self._in_cell:
            return
        self._contexts.pop()
        if tag in LISTS:
            self._lists -= 1 + (tag == "dl")
        elif tag in ITEMS:
            self._tight = False
        elif tag == "figcaption":
            self._done.add(element)
            self._captioned = element.getparent()
        if self._entries and self._entries[-1].end < 0 and self._entry_element is element:
            self._entries[-1].end = len(self.builder)

    def _begin_entry(self, element: etree._Element) -> None:
        """Note the entry of a reference list; one within another is not one of its own."""
        if self._entries and self._entries[-1].end < 0:
            return
        if any(below.tag in ITEMS for below in element.iter() if below is not element):
            return  # the list, not one of its entries
        self._entry_element = element
        keys = (below.get("id") or below.get("name") for below in element.iter("li", "a", "p", "span", "cite"))
        key = element.get("id") or next(filter(None, keys), "")
        self._entries.append(_Entry(key, self._number(element), len(self.builder), -1))

    def _number(self, item: etree._Element) -> str | None:
        """The number that a browser sets before an item of an ordered list."""
        above = item.getparent()
        if item.tag != "li" or above is None or above.tag != "ol":
            return None
        before = self._numbers.get(above, _whole(above.get("start"), 1) - 1)
        self._numbers[above] = _whole(item.get("value"), before + 1)
        return str(self._numbers[above])

    def _ink(self, element: etree._Element, tag: object, above: Ink) -> Ink:
        """How the text in an element is set."""
        if tag == "a":
            return self._linked(element, above)
        if tag == "sup":
            return above._replace(raised=True, lowered=False)
        if tag == "sub":
            return above._replace(lowered=True, raised=False)
        if tag in _MATHS and (script := _script_of(element)) in ("msup", "msub"):
            return above._replace(raised=script == "msup", lowered=script == "msub")
        if tag in ("b", "strong", *HEADINGS):
            above = above._replace(bold=True)
        if tag in ("pre", "textarea"):
            return above._replace(preformatted=True)
        if tag in _STYLED:
            return self._styled(element, above)
        return above

    def _styled(self, element: etree._Element, above: Ink) -> Ink:
        """Raised and lowered by a style of its own or by a class: as some editors write every superscript."""
        style = element.get("style") or ""
        names = (element.get("class") or "").split() if self._raising or self._lowering else ()
        if _RAISING.search(style) or not self._raising.isdisjoint(names):
            return above._replace(raised=True, lowered=False)
        if _LOWERING.search(style) or not self._lowering.isdisjoint(names):
            return above._replace(lowered=True, raised=False)
        return above

    def _linked(self, element: etree._Element, above: Ink) -> Ink:
        above = self._styled(element, above)
        _, _, key = (element.get("href") or "").partition("#")
        if not key or key not in self._markup.ids:
            return above
        return above._replace(kind=self._kind_of(key), targets=(key,))

    def _kind_of(self, key: str) -> str:
        """What a link in the page leads to: a reference, a footnote, a table, a figure; empty for another place."""
        if key not in self._kinds:
            target = self._markup.ids[key]
            part = self._markup.part(target)
            named = {"reference": "bibr", "footnote": "fn"}.get(part, "")
            self._kinds[key] = named or _floating(target)
        return self._kinds[key]

    def _text(self, text: str | None, ink: Ink, steps: list[str]) -> None:
        if not text:
            return
        if ink.targets and _BACK.fullmatch(text):
            return  # the way back from a note
        if not ink.preformatted:
            self._pieces.append((Run(text, ink.raised, ink.lowered, ink.kind, ink.targets), ink.bold))
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._pieces.append((_BREAK, False))
            self._pieces.append((Run(line, ink.raised, ink.lowered), ink.bold))

    def place(self, steps: Sequence[str]) -> str:
        """The path of an element."""
        return "/" + "/".join(steps[:MAX_PATH])

    def open_block(self, element: etree._Element, tag: str) -> None:
        """Called as a block begins, for a subclass that counts them."""

    def cell_place(self, steps: Sequence[str], row: int, column: int) -> str:
        """The place of a cell of the table that is being read; row and column count from 1."""
        return self.place(steps)

    def _flush(self, steps: Sequence[str]) -> None:
        """Add what was collected since the last border of a block; ``steps`` lead to the element that holds it."""
        if not self._pieces:
            return
        if self._in_cell:
            self._pieces.append((_BREAK, False))
            return
        pieces, self._pieces = self._pieces, []
        if not any(run.text.strip() for run, _ in pieces):
            return
        path = self.place(steps)
        if self._contexts[-1].kind in ("heading", "caption"):
            self._add([(run, False) for run in _one_line(pieces)], path)
            return
        for number, line in enumerate(_lines(pieces)):
            if any(run.text.strip() for run, _ in line):
                self._tight = self._tight or number > 0
                self._add(line, path)

    def _add(self, line: list[tuple[Run, bool]], path: str) -> None:
        context = self._contexts[-1]
        runs = [Run(run.text, run.raised, run.lowered, run.kind, run.targets, path=path or None) for run, _ in line]
        text = "".join(run.text for run in runs).strip()
        kind, level, nesting = context.kind, context.level, context.nesting
        if kind == "list_item":
            kind, nesting = ("paragraph", 0) if context.used else (kind, nesting)
            self._tight = self._tight or context.used
            context.used = True
        elif kind == "paragraph" and (marker := MARKER.match(text)) and marker["bullet"]:
            kind, nesting, runs = "list_item", 1, _without_start(runs, marker.group())
        elif kind == "paragraph" and _is_heading(line, text):
            kind, level = "heading", BOLD_LEVEL
        if kind in ("caption", "paragraph", "heading") and self._hold_caption(kind, runs, text):
            return
        if kind == "paragraph" and self._after_table and runs[0].text.strip() and _opens_note(line, text):
            kind = "footnote"
        self._put(kind, runs, level, nesting)

    def _put(self, kind: str, runs: list[Run], level: int = 0, nesting: int = 0) -> None:
        self._give_caption()
        separator = "\n" if self._tight else "\n\n"
        index = self.builder.add(kind, runs, level=level, nesting=nesting, separator=separator)
        self._tight = False
        if index is None:
            return
        for key in self._waiting:
            self._first_of.setdefault(key, index)
        self._waiting.clear()
        self._markers += [(index, key) for run in runs if run.kind == "fn" for key in run.targets]
        if kind == "footnote":
            self._note_table([index])
        else:
            self._after_table = False

    def _hold_caption(self, kind: str, runs: list[Run], text: str) -> bool:
        """Keep a line that names a table until it is seen whether the table follows."""
        named = _TABLE_LABEL.match(text) is not None
        if kind != "caption" and not (named and len(text) < 400):
            return False
        self._give_caption()
        self._caption = kind, runs, named
        return True

    def _give_caption(self) -> None:
        """Add the caption that no table followed."""
        if self._caption is not None:
            (kind, runs, _), self._caption = self._caption, None
            self._put(kind, runs, BOLD_LEVEL if kind == "heading" else 0)

    def _table(self, element: etree._Element, steps: list[str]) -> None:
        """A table of data."""
        self._tables += 1
        caption = self._caption_of(element, steps)
        rows, places = self._rows(element, steps)
        rows, notes = _split_notes(rows, places)
        start = len(self.builder)
        markers = [run for row in rows for entry in row for run in entry.runs if run.kind == "fn"]
        footnotes = add_table(
            self.builder, rows, number=self._tables - 1, caption=caption, footnotes=[entry.runs for entry in notes]
        )
        self._table_blocks = range(start, len(self.builder) - len(footnotes))
        for key in self._waiting:
            self._first_of.setdefault(key, start)
        self._waiting.clear()
        self._tight, self._after_table = False, True
        self._note_table(footnotes)
        self._mark_cells(markers)

    def _mark_cells(self, markers: Sequence[Run]) -> None:
        """Remember which cells refer to the notes of the document."""
        for run in dict.fromkeys(markers):
            for index in self._table_blocks:
                if run.text.strip("[] ") in self.builder.text_of(index):
                    self._markers += [(index, key) for key in run.targets]

    def _caption_of(self, table: etree._Element, steps: list[str]) -> list[Run]:
        """The table's own caption, that of the figure around it, or the line before it that names it."""
        own = [child for child in table if child.tag == "caption"]
        figure = table.getparent()
        while not own and figure is not None and figure.tag in ("div", "figure") and len(figure) < 9:
            if figure.tag == "figure":
                own = [child for child in figure if child.tag == "figcaption" and child not in self._done]
                break
            figure = figure.getparent()
        held: list[Run] = []
        if self._caption and (self._caption[2] or (figure is not None and figure is self._captioned)):
            held, self._caption = self._caption[1], None
        self._give_caption()
        if not own:
            return held
        steps = _steps_to(own[0])
        runs = self._runs(own[0], steps, self.place(steps))
        self._done.update(own)
        return [*held, Run(" "), *runs] if held else runs

    def _rows(self, table: etree._Element, steps: list[str]) -> tuple[list[list[Entry]], list[str]]:
        """The entries of a table row by row, and for each row the part of the table that it stands in."""
        self._refuse_cells(sum(1 for _ in table.iter("td", "th")))
        rows: list[list[Entry]] = []
        places: list[str] = []
        taken: set[tuple[int, int]] = set()
        for group, row, path in _table_rows(table, steps):
            if self._is_out(row, row.tag) or self._is_out(group, group.tag):
                continue
            rows.append(self._entries_of(row, path, len(rows), taken, head=group.tag == "thead"))
            places.append(group.tag)
        return rows, places

    def _refuse_cells(self, number: int) -> None:
        """Stop before work is done for a table that would be refused in any case."""
        if number > MAX_CELLS:
            raise InputError(
                f"has a table of more than {MAX_CELLS} cells",
                source=self.builder.source,
                remedy="give its data as a table file",
            )

    def _entries_of(
        self, row: etree._Element, path: list[str], number: int, taken: set[tuple[int, int]], *, head: bool
    ) -> list[Entry]:
        entries, counts, column = [], Counter(), 0
        for cell in row:
            if cell.tag not in ("td", "th") or self._is_out(cell, cell.tag):
                continue
            counts[cell.tag] += 1
            while (number, column) in taken:
                column += 1
            steps = [*path, f"{cell.tag}[{counts[cell.tag]}]"]
            rowspan, colspan = _span(cell, "rowspan"), _span(cell, "colspan")
            self._refuse_cells(len(taken) + rowspan * colspan)
            if rowspan > 1:
                below = range(number + 1, number + rowspan)
                taken.update((line, at) for line in below for at in range(column, column + colspan))
            runs = self._runs(cell, steps, self.cell_place(steps, number + 1, column + 1))
            header = head or cell.tag == "th" or cell.get("scope") is not None
            entries.append(Entry(tuple(runs), header, rowspan, colspan))
            column += colspan
        return entries

    def _runs(self, element: etree._Element, steps: list[str], path: str) -> list[Run]:
        """The text of an element as one block."""
        if not len(element):
            return [Run(element.text, path=path)] if element.text else []
        kept, self._pieces, self._in_cell = self._pieces, [], True
        self._walk(element, list(steps), Ink())
        pieces, self._pieces, self._in_cell = self._pieces, kept, False
        return [Run(run.text, run.raised, run.lowered, run.kind, run.targets, path=path) for run in _one_line(pieces)]

    def _note_table(self, footnotes: Sequence[int]) -> None:
        """Link the cells of the last table to its footnotes by their raised letters and signs."""
        for index in footnotes:
            mark = _NOTE_MARK.match(self.builder.text_of(index))
            if mark is None:
                continue
            pattern = re.compile(rf"(?<!10)(?<![¹²³⁰⁴-⁹]){re.escape(mark.group())}(?![¹²³⁰⁴-⁹])")
            for block in self._table_blocks:
                if pattern.search(self.builder.text_of(block)):
                    self.builder.note(block, [index])

    def _link_footnotes(self) -> None:
        for block, key in self._markers:
            if key in self._first_of and self._first_of[key] != block:
                self.builder.note(block, [self._first_of[key]])


def _script_of(element: etree._Element) -> str:
    """What a part of a formula is: ``msup`` an exponent, ``msub`` an index, ``mfrac`` a denominator; else empty."""
    above, before = element.getparent(), element.getprevious()
    if above is None or before is None:
        return ""
    if above.tag == "msubsup":
        return "msub" if before.getprevious() is None else "msup"
    return above.tag if above.tag in ("msup", "msub", "mfrac") else ""


def is_layout(table: etree._Element, skipped: frozenset[etree._Element] = frozenset()) -> bool:
    """True if a table only lays out the page: it says so, holds tables, has one column, or cells of running text."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(_below(table, ("table",)), None) is not None:
        return True
    said = next(_below(table, ("th", "caption")), None) is not None
    widest = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th") and cell not in skipped]
        widest = max(widest, len(cells))
        if not said and any(_is_prose(cell) for cell in cells):
            return True
    return widest < 2 and not said


def _below(element: etree._Element, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    return (below for below in element.iter(*tags) if below is not element)


def _is_prose(cell: etree._Element) -> bool:
    """True if a cell holds a section of running text."""
    if next(cell.iter(*HEADINGS), None) is not None:
        return True
    return len("".join(cell.itertext()).split()) > 80


def _table_rows(table: etree._Element, steps: list[str]) -> Iterator[tuple[etree._Element, etree._Element, list[str]]]:
    """Each row with the part of the table that holds it, and its path; the foot comes last."""
    counts: Counter[str] = Counter()
    found = []
    for child in table:
        if not isinstance(child.tag, str):
            continue
        counts[child.tag] += 1
        step = f"{child.tag}[{counts[child.tag]}]"
        if child.tag == "tr":
            found.append((table, child, [*steps, step]))
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows = [row for row in child if row.tag == "tr"]
            found += [(child, row, [*steps, step, f"tr[{number}]"]) for number, row in enumerate(rows, 1)]
    return iter(sorted(found, key=lambda one: one[0].tag == "tfoot"))


def _split_notes(rows: list[list[Entry]], places: list[str]) -> tuple[list[list[Entry]], list[Entry]]:
    """The rows, and the footnotes: rows of one cell over the whole width at the end, or alone in the foot."""
    width = max((sum(entry.colspan for entry in row) for row in rows), default=0)
    end = len(rows)
    while end > 1 and _is_note(rows[end - 1], places[end - 1], width):
        end -= 1
    return rows[:end], [entry for row in rows[end:] for entry in row if entry.text]


def _is_note(row: list[Entry], place: str, width: int) -> bool:
    filled = [entry for entry in row if entry.text]
    if place == "tfoot":
        return len(filled) <= 1
    return len(row) == 1 and len(filled) == 1 and filled[0].colspan >= width > 1 and not filled[0].header


def _span(cell: etree._Element, name: str) -> int:
    """A cell's span; 0 is to the end of the table."""
    return min(_whole(cell.get(name), 1) or 1000, 1000)


def _lines(pieces: list[tuple[Run, bool]]) -> Iterator[list[tuple[Run, bool]]]:
    """The lines that line breaks part; a break within a sentence or a number is a blank."""
    line: list[tuple[Run, bool]] = []
    broken = False
    for piece in pieces:
        if piece[0] is _BREAK:
            broken = True
        elif not piece[0].text.strip():
            line.append(piece)
        else:
            if broken and _parts(line, piece[0].text):
                yield line
                line = []
            elif broken:
                line.append((Run(" "), False))
            line.append(piece)
            broken = False
    yield line


def _parts(line: list[tuple[Run, bool]], after: str) -> bool:
    """True if a line break ends a statement: what follows opens like one, or is a number and the line has one."""
    before = "".join(run.text for run, _ in line[-4:]).rstrip()
    after = after.lstrip()
    if MARKER.match(after) or not before:
        return True
    if after[0].isdigit():
        told = not before[-1].islower() or any(character.isdigit() for character in before)
        return told and before[-1] not in ",(-–—×x*/"
    return after[0].isupper() and before[-1] not in ",(-–—×x*/"


def _one_line(pieces: list[tuple[Run, bool]]) -> Iterator[Run]:
    """The runs of a cell; a line break is a blank, and between two figures a semicolon, so that they stay two."""
    last, broken = "", False
    for run, _ in pieces:
        if run is _BREAK:
            broken = True
            continue
        if not run.text.strip():
            yield run
            continue
        if broken and last:
            first = run.text.lstrip()[0]
            yield Run("; " if (last.isdigit() or last == "%") and (first.isdigit() or first in "<>≤≥~±") else " ")
        yield run
        last, broken = run.text.rstrip()[-1], False


def _without_start(runs: list[Run], start: str) -> list[Run]:
    """The runs without a list marker at their start, which may lie over several of them."""
    left = len(start.strip())
    kept = []
    for run in runs:
        text = run.text
        while left and text:
            left -= not text[0].isspace()
            text = text[1:]
        if text:
            kept.append(Run(text, run.raised, run.lowered, run.kind, run.targets, path=run.path))
    return kept


def _is_heading(line: list[tuple[Run, bool]], text: str) -> bool:
    """True if a line is bold from end to end and short: a heading that is not marked as one."""
    if len(text) > MAX_HEADING_CHARS or len(text.split()) > MAX_HEADING_WORDS or text[-1] in TERMINAL:
        return False
    return all(bold for run, bold in line if run.text.strip()) and any(character.isalpha() for character in text)


def _opens_note(line: list[tuple[Run, bool]], text: str) -> bool:
    """True if a line under a table is one of its footnotes."""
    first = next(run for run, _ in line if run.text.strip())
    return (first.raised and len(first.text.strip()) <= 3) or text[0] in "*†‡§¶"


def _classes(root: etree._Element) -> tuple[frozenset[str], frozenset[str]]:
    """The classes that the page's own style sheet raises and lowers."""
    raising, lowering = {"sup", "superscript"}, {"sub", "subscript"}
    for style in root.iter("style"):
        for name, rule in _CLASS_RULE.findall((style.text or "")[:200_000]):
            if _RAISING.search(rule):
                raising.add(name)
            elif _LOWERING.search(rule):
                lowering.add(name)
    return frozenset(raising), frozenset(lowering)


def _floating(element: etree._Element | None) -> str:
    """``table`` or ``fig`` if an element is one or stands in one."""
    for _ in range(4):
        if element is None or element.tag in ("body", "article", "main"):
            return ""
        if element.tag in ("table", "caption"):
            return "table"
        if element.tag == "figure":
            return "table" if element.find(".//table") is not None else "fig"
        element = element.getparent()
    return ""


def _whole(said: str | None, default: int) -> int:
    """A whole number of at most five digits that an attribute says."""
    said = (said or "").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else default


def _steps_to(element: etree._Element) -> list[str]:
    """The steps of the path from the root to an element."""
    steps = []
    while element is not None:
        twins = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
        steps.append(element.tag if element.tag in ("html", "body") else f"{element.tag}[{twins + 1}]")
        element = element.getparent()
    return steps[::-1]
