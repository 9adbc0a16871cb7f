"""JATS, the XML in which journals keep their articles (ANSI/NISO Z39.96), and the NLM DTDs before it.

Read are the title, abstracts, key words, the body, floats where they are first mentioned, and the back matter; not who
wrote it, permissions, and the reviews and replies that some journals append. Tag library: jats.nlm.nih.gov.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from litclaims.errors import InputError
from litclaims.ingest import _xml
from litclaims.ingest._jats.citations import read_entries
from litclaims.ingest._jats.front import language, said_of
from litclaims.ingest._jats.inline import ASIDE, HIDDEN, Inline
from litclaims.ingest._marks import note_by_marks
from litclaims.ingest._xml import children, first, local, words
from litclaims.ingest.build import Builder, Run
from litclaims.ingest.grid import Entry, add_table
from litclaims.ingest.outline import ITEM, Layout
from litclaims.model import Reference

SUFFIXES = (".nxml", ".xml")
MEDIA_TYPE = "application/jats+xml"

MAX_LEVEL = 90
"""Of a heading."""

MAX_MARK = 3
"""Characters of the mark of a footnote; what is longer is a word."""

_MARKS = (b"<front", b"<article-meta", b"article-type=", b"<body", b"JATS", b"//NLM//")
_IDS = etree.XPath("//*[@id]")
_BROKEN_OUT = frozenset(("list", "def-list", "disp-quote", "verse-group", "ref-list", "speech", "statement"))
"""Blocks that break the paragraph in which they stand."""

_SET_APART = _BROKEN_OUT | ASIDE

_SKIPPED = frozenset(["title", "label", "sec-meta", "bio", "object-id", "permissions", "related-article", "fn-type"])

_HEADINGS = {
    "abstract": "Abstract",
    "ack": "Acknowledgements",
    "app": "Appendix",
    "fn-group": "Footnotes",
    "glossary": "Abbreviations",
    "notes": "Notes",
    "ref-list": "References",
}
"""The heading of a part that has none of its own."""


def matches(raw: bytes) -> bool:
    """True if the first element is an article, or a set of articles, of this vocabulary."""
    name = _xml.root_name(raw)
    if name == "article":
        head = _xml.head_of(raw)
        return any(mark in head for mark in _MARKS)
    return name == "pmc-articleset"


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of an article.

    Raises:
        InputError: it is no well-formed XML, holds no article or several, declares entities, or is too large.
    """
    root = _xml.parse(raw, source=source)
    found = [root] if local(root) == "article" else root.findall(".//{*}article")
    if len(found) != 1:
        counted = f"{len(found)} articles" if found else "no article"
        raise InputError(f"holds {counted}", source=source, remedy="give each article as a file")
    return _Reader(found[0], source).layout()


@dataclass
class _Reader:
    """Walks one article."""

    article: etree._Element
    source: object
    builder: Builder = field(init=False)
    inline: Inline = field(init=False)
    floats: dict[str, tuple[etree._Element, str]] = field(default_factory=dict)
    footnotes: dict[str, int] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    tables: int = 0
    level: int = 1

    def __post_init__(self) -> None:
        self.builder = Builder(self.source)
        order = [key for ref in self.article.iter("{*}ref") if (key := ref.get("id"))]
        self.inline = Inline(
            targets={element.get("id"): element for element in _IDS(self.article)},
            order={key: index for index, key in enumerate(dict.fromkeys(order))},
        )

    def layout(self) -> Layout:
        """The layout of the article."""
        parts: dict[str, list[tuple[etree._Element, str]]] = {}
        for element, name, path in children(self.article, self.article.getroottree().getpath(self.article)):
            parts.setdefault(name, []).append((element, path))
        for element, path in parts.get("floats-group", []) + parts.get("floats-wrap", []):
            self._keep_floats(element, path)
        for name, read_part in (("front", self._front), ("body", self._body), ("back", self._back)):
            for element, path in parts.get(name, []):
                read_part(element, path)
        self.builder.link_notes(self.footnotes)
        said = said_of(self.article)
        return self.builder.layout(**said, references=tuple(self.references))

    # front matter

    def _front(self, front: etree._Element, path: str) -> None:
        for meta, name, meta_path in children(front, path):
            if name != "article-meta":
                continue
            for element, kind, inner in children(meta, meta_path):
                if kind == "title-group":
                    self._title(element, inner)
                elif kind == "abstract":
                    self._part(element, inner, kind, 1)
                elif kind == "kwd-group":
                    self._key_words(element, inner)
            self._flush()

    def _title(self, group: etree._Element, path: str) -> None:
        title = first(group, "article-title")
        if title is None:
            return
        runs = self.inline.runs(title, f"{path}/article-title", without=ASIDE)
        subtitle = first(group, "subtitle")
        if subtitle is not None and runs:
            opened = words(title)[-1:] in ":?!.–—"
            runs = [*runs, Run(" " if opened else ": "), *self.inline.runs(subtitle, f"{path}/subtitle")]
        self.builder.add("title", runs)

    def _key_words(self, group: etree._Element, path: str) -> None:
        found = [words(element) for element in group.iter("{*}kwd", "{*}compound-kwd-part")]
        listed = "; ".join(word for word in found if word)
        if listed and (language(group) or language(self.article)) == language(self.article):
            name = words(first(group, "title")).rstrip(": ") or "Keywords"
            self.builder.add("paragraph", [Run(f"{name}: {listed}", path=path)])

    # sections

    def _body(self, body: etree._Element, path: str) -> None:
        self._flow(body, path, 1)
        self._rest_of_floats()

    def _back(self, back: etree._Element, path: str) -> None:
        funding = self._funding()
        if funding:
            self.builder.add("heading", "Funding", level=1)
            for run in funding:
                self.builder.add("paragraph", [run])
        self._flow(back, path, 1)
        self._rest_of_floats()

    def _funding(self) -> list[Run]:
        """The statements on funding of the front matter."""
        found = self.article.iterfind("{*}front/{*}article-meta/{*}funding-group/{*}funding-statement")
        tree = self.article.getroottree()
        return [Run(text, path=tree.getpath(element)) for element in found if (text := words(element))]

    def _flow(self, holder: etree._Element, path: str, level: int) -> None:
        """All children of an element that holds blocks; ``level`` is that of a heading among them."""
        outer, self.level = self.level, level
        for element, name, inner in children(holder, path):
            if name not in _SKIPPED and name not in HIDDEN:
                self._block(element, name, inner, level)
                self._flush()
        self.level = outer

    def _block(self, element: etree._Element, name: str, path: str, level: int) -> None:
        if name == "p":
            self._paragraph(element, path)
        elif name == "sec":
            self._section(element, path, level)
        elif name in _HEADINGS:
            self._part(element, path, name, level)
        elif name in ASIDE:
            self.inline.aside.append((element, path))
        elif name in ("list", "def-list"):
            read_list = self._list if name == "list" else self._definitions
            read_list(element, path, 1)
            self.builder.close(ITEM)
        elif name in ("table", "array"):
            self._table([(element, path)], (), ())
        elif any(_is_block(child) for child in element):
            if name == "app-group" or first(element, "title") is None:
                self._flow(element, path, level)
            else:
                self._section(element, path, level)
        else:
            self.builder.add("paragraph", self.inline.runs(element, path))

    def _section(self, section: etree._Element, path: str, level: int) -> None:
        self.builder.close(level)
        heading = self._heading(section, path, level)
        self._flow(section, path, level + 1 if heading else level)
        self.builder.close(level)

    def _heading(self, section: etree._Element, path: str, level: int) -> bool:
        """Write the title of a section; False if it has none."""
        title = first(section, "title")
        if title is None:
            return False
        label = words(first(section, "label"))
        runs = self.inline.runs(title, f"{path}/title")
        head = [Run(f"{label} ", path=f"{path}/label")] if label and runs else []
        return self.builder.add("heading", [*head, *runs], level=min(level, MAX_LEVEL)) is not None

    def _part(self, element: etree._Element, path: str, name: str, level: int) -> None:
        """A part that is known by its element: it has a heading, if not its own."""
        self.builder.close(level)
        if not words(first(element, "title")) and (name == "abstract" or not _opens_with_title(element)):
            self.builder.add("heading", _HEADINGS[name], level=min(level, MAX_LEVEL))
            headed = True
        else:
            headed = self._heading(element, path, level)
        if name == "ref-list":
            self._references(element, path, level)
        elif name == "fn-group":
            for child, kind, inner in children(element, path):
                if kind == "fn":
                    self._footnote(child, inner)
        else:
            self._flow(element, path, level + 1 if headed else level)
        self.builder.close(level)

    def _box(self, box: etree._Element, path: str) -> None:
        """A box: a text of its own, whose headings end with it."""
        level = self.level
        runs = self._caption_runs(box, first(box, "caption"), path)
        if runs:
            self.builder.add("heading", runs, level=min(level, MAX_LEVEL))
        self._flow(box, path, level + 1 if runs else level)
        self.builder.close(level)

    # paragraphs and lists

    def _paragraph(self, element: etree._Element, path: str) -> None:
        for kind, piece in self._pieces(element, path):
            if kind == "text":
                self.builder.add("paragraph", piece)
            else:
                self._block(*piece, 1)

    def _pieces(self, element: etree._Element, path: str) -> Iterator[tuple[str, Sequence]]:
        """The running text of a paragraph, and the blocks that break it, in order."""
        if not any(local(child) in _SET_APART for child in element):
            yield "text", self.inline.runs(element, path)
            return
        runs = self.inline.begin(path)
        runs.add(element.text or "")
        for child, name, inner in children(element, path):
            if name in _BROKEN_OUT:
                yield "text", runs.done()
                yield "block", (child, name, inner)
                runs = self.inline.begin(path)
            elif name in ASIDE:
                self.inline.aside.append((child, inner))
            else:
                self.inline.add(child, runs)
            runs.add(child.tail or "")
        yield "text", runs.done()

    def _list(self, element: etree._Element, path: str, nesting: int) -> None:
        opened = False
        for item, name, inner in children(element, path):
            if name == "title":
                self.builder.add("paragraph", self.inline.runs(item, inner))
            elif name == "list-item":
                self._item(item, inner, nesting, separator="\n" if opened or nesting > 1 else "\n\n")
                opened = True

    def _item(self, item: etree._Element, path: str, nesting: int, *, separator: str) -> None:
        """A list item: its first paragraph, then those that go on with it and lists below it."""
        begun = False
        for element, name, inner in children(item, path):
            if name in ("label", *HIDDEN):
                continue
            if name == "list":
                self._list(element, inner, nesting + 1)
            elif name == "def-list":
                self._definitions(element, inner, nesting + 1)
            elif name in ASIDE:
                self.inline.aside.append((element, inner))
            else:
                for kind, piece in self._pieces(element, inner):
                    if kind == "text":
                        how = {"kind": "paragraph"} if begun else {"kind": "list_item", "nesting": nesting}
                        added = self.builder.add(runs=piece, separator="\n" if begun else separator, **how)
                        begun = begun or added is not None
                    elif piece[1] == "list":
                        self._list(piece[0], piece[2], nesting + 1)
                    else:
                        self._block(*piece, 1)

    def _definitions(self, element: etree._Element, path: str, nesting: int) -> None:
        """A definition list: each term heads what is said of it."""
        for item, name, inner in children(element, path):
            if name == "title":
                self.builder.add("paragraph", self.inline.runs(item, inner))
            elif name == "def-item":
                for part, kind, part_path in children(item, inner):
                    if kind == "term":
                        self.builder.add(
                            "list_item", self.inline.runs(part, part_path), nesting=nesting, separator="\n"
                        )
                    elif kind == "def":
                        self._item(part, part_path, nesting + 1, separator="\n")
            elif name == "def-list":
                self._definitions(item, inner, nesting + 1)

    # what stands beside the text

    def _keep_floats(self, group: etree._Element, path: str) -> None:
        for element, name, inner in children(group, path):
            if name in ("fig-group", "table-wrap-group") and element.get("id") is None:
                self._keep_floats(element, inner)
            else:
                self.floats[element.get("id") or inner] = (element, inner)

    def _flush(self) -> None:
        """Write what the last block called for: footnotes and floats in it, and floats that it is the first to name."""
        while self.inline.aside or self.inline.called:
            called, self.inline.called = self.inline.called, []
            waiting, self.inline.aside = self.inline.aside, []
            waiting += [self.floats.pop(key) for key in called if key in self.floats]
            for element, path in waiting:
                self._float(element, path)

    def _rest_of_floats(self) -> None:
        """Write the floats that no text has named."""
        if self.floats:
            self.builder.add("heading", "Tables and figures", level=1)
        while self.floats:
            element, path = self.floats.pop(next(iter(self.floats)))
            self._float(element, path)
            self._flush()

    def _float(self, element: etree._Element, path: str) -> None:
        name = local(element)
        if name == "fn":
            self._footnote(element, path)
        elif name == "boxed-text":
            self._box(element, path)
        elif name == "table-wrap":
            self._table_wrap(element, path)
        else:
            self._caption(element, path)
            for child, kind, inner in children(element, path):
                if kind in ASIDE:
                    self._float(child, inner)
                elif kind in ("p", "list", "def-list", "table", "array"):
                    self._block(child, kind, inner, 1)

    def _caption(self, element: etree._Element, path: str) -> None:
        runs = self._caption_runs(element, first(element, "caption"), path)
        self.builder.add("caption", runs)

    def _caption_runs(self, element: etree._Element, caption: etree._Element | None, path: str) -> list[Run]:
        """Label, title and text of a caption; each ends in a stop if more follows."""
        parts: list[list[Run]] = []
        label = first(element, "label")
        if label is not None:
            parts.append(self.inline.runs(label, f"{path}/label"))
        if caption is not None:
            for child, name, inner in children(caption, f"{path}/caption"):
                if name not in HIDDEN and name not in ASIDE:
                    parts.append(self.inline.runs(child, inner))
        runs: list[Run] = []
        for part in parts:
            if runs and (end := runs[-1].text.rstrip()[-1:]):
                runs.append(Run(" " if end in ".:;?!,)" else ". ", path=runs[-1].path))
            runs.extend(part)
        return runs

    def _footnote(self, note: etree._Element, path: str) -> None:
        index = self.builder.add("footnote", self._note_runs(note, path))
        if index is not None and note.get("id"):
            self.footnotes[note.get("id")] = index

    def _note_runs(self, note: etree._Element, path: str) -> list[Run]:
        """A footnote with its mark before it."""
        mark = words(first(note, "label"))
        runs = self.inline.runs(note, path, without=("label",))
        if not mark or not runs:
            return runs
        return [Run(mark, raised=len(mark) <= MAX_MARK, path=path), Run(" ", path=path), *runs]

    # tables

    def _table_wrap(self, wrap: etree._Element, path: str) -> None:
        tables: list[tuple[etree._Element, str]] = []
        notes: list[tuple[etree._Element, str]] = []
        for element, name, inner in children(wrap, path):
            if name == "alternatives":
                tables += [(child, at) for child, kind, at in children(element, inner) if kind == "table"]
            elif name == "table":
                tables.append((element, inner))
            elif name == "table-wrap-foot":
                notes += _notes(element, inner)
        caption = self._caption_runs(wrap, first(wrap, "caption"), path)
        self._table(tables, caption, notes)

    def _table(
        self, tables: list[tuple[etree._Element, str]], caption: Sequence[Run], notes: list[tuple[etree._Element, str]]
    ) -> None:
        """The tables of one caption as one: a header between rows begins its columns anew."""
        rows = [row for table, path in tables for row in self._rows(table, path, header=False)]
        written = [(self._note_runs(note, path), note.get("id")) for note, path in notes]
        written = [(runs, key) for runs, key in written if any(run.text.strip() for run in runs)]
        begin = len(self.builder)
        made = add_table(
            self.builder, rows, number=self.tables, caption=caption, footnotes=[runs for runs, _ in written]
        )
        note_by_marks(self.builder, range(begin, len(self.builder) - len(made)), made)
        self.tables += bool(rows)
        keys = [key for _, key in written]
        self.footnotes |= {key: index for key, index in zip(keys, made, strict=True) if key}

    def _rows(self, holder: etree._Element, path: str, *, header: bool) -> Iterator[list[Entry]]:
        for element, name, inner in children(holder, path):
            if name in ("thead", "tbody", "tfoot"):
                yield from self._rows(element, inner, header=name == "thead")
            elif name in ("tr", "row"):
                yield [
                    self._cell(cell, kind, at, header=header)
                    for cell, kind, at in children(element, inner)
                    if kind in ("td", "th", "entry")
                ]

    def _cell(self, cell: etree._Element, name: str, path: str, *, header: bool) -> Entry:
        runs = tuple(self.inline.runs(cell, path))
        return Entry(runs, header or name == "th", _count(cell.get("rowspan")), _count(cell.get("colspan")))

    # references

    def _references(self, element: etree._Element, path: str, level: int) -> None:
        numbered = self.inline.numbered > self.inline.named
        for child, name, inner in children(element, path):
            if name == "ref":
                self._reference(child, inner, numbered=numbered)
            elif name == "ref-list":
                self._part(child, inner, name, level + 1)
            elif name not in _SKIPPED and name not in HIDDEN:
                self._block(child, name, inner, level + 1)
        self._flush()

    def _reference(self, ref: etree._Element, path: str, *, numbered: bool) -> None:
        number = len(self.references) + 1 if numbered else None
        for entry in read_entries(ref, path, self.inline, number=number):
            index = self.builder.add("paragraph", entry.runs, separator="\n")
            if index is None:
                continue
            raw, span = self.builder.text_of(index), self.builder.span_of(index)
            self.references.append(Reference(ref_id="", doc="", raw=raw, span=span, key=entry.key, **entry.fields))


def _is_block(element: etree._Element) -> bool:
    return local(element) in ("p", "sec", "list", "def-list", "disp-quote", *ASIDE, *_HEADINGS)


def _opens_with_title(element: etree._Element) -> bool:
    """True if the first section of an element that has no title has one."""
    inner = first(element, "sec")
    return inner is not None and inner.getprevious() is None and bool(words(first(inner, "title")))


def _notes(foot: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    """The footnotes of a table: each ``fn``, and each paragraph beside them."""
    for element, name, inner in children(foot, path):
        if name == "fn-group":
            yield from _notes(element, inner)
        elif name not in ("title", "label") and name not in HIDDEN:
            yield element, inner


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1
