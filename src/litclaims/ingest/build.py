"""Puts a document's text and layout together from runs of text, whatever the format they were read from.

A reader walks its format and hands over blocks, each a sequence of :class:`Run`; white space is collapsed as a browser
does it, raised characters become powers or markers (:mod:`litclaims.ingest.raised`), and every stretch keeps its place
in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from litclaims.errors import InputError
from litclaims.ingest.outline import Layout, Raw, outline, retitle
from litclaims.ingest.raised import follows_ten, raise_text
from litclaims.model import Cell, Link, Origin, Repair, Span

MAX_CHARACTERS = 20_000_000
"""A longer text is refused: it is no document for a reader, and tokens take some fifty times its size."""

_BLANKS = re.compile(r"[ \t\r\n\f\v\u200b\ufeff]+")
"""No-break spaces are kept: they hold numbers together."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of characters of one kind.

    Attributes:
        raised: True for a superscript.
        lowered: True for a subscript.
        kind, targets: of a link: ``bibr``, ``fn``, ``table`` or ``fig``, and the keys that it points to.
        page, box, path: its place in the original, see :class:`litclaims.model.Origin`.
        repair: what was changed on the way, e.g. ``word joined over a hyphen``.
    """

    text: str
    raised: bool = False
    lowered: bool = False
    kind: str = ""
    targets: tuple[str, ...] = ()
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: str | None = None
    repair: str = ""


@dataclass
class Builder:
    """Collects blocks in reading order; :meth:`layout` gives what was collected. Indices of blocks count from 0.

    Attributes:
        source: what is read, for messages.
    """

    source: object
    _texts: list[str] = field(default_factory=list)
    _length: int = 0
    _raws: list[Raw] = field(default_factory=list)
    _origins: list[Origin] = field(default_factory=list)
    _links: list[Link] = field(default_factory=list)
    _repairs: list[Repair] = field(default_factory=list)
    _closes: int | None = None

    def __len__(self) -> int:
        """The number of blocks."""
        return len(self._raws)

    def add(
        self,
        kind: str,
        runs: Iterable[Run] | str,
        *,
        level: int = 0,
        nesting: int = 0,
        cell: Cell | None = None,
        heads: Sequence[int] = (),
        separator: str = "\n\n",
    ) -> int | None:
        """Add a block and give its index; None where it holds no character.

        Args:
            kind: one of :data:`litclaims.model.BLOCK_KINDS`.
            runs: its text.
            level: rank of a heading, 1 is the highest.
            nesting: depth of a list item, 1 is the outermost.
            cell: place of a cell in its table.
            heads: of a cell: the indices of its caption, headers and row labels, outermost first.
            separator: white space between the block before and this one.

        Raises:
            InputError: the text grows beyond :data:`MAX_CHARACTERS`.
        """
        pieces = _collapse([Run(runs)] if isinstance(runs, str) else runs)
        if not pieces:
            return None
        if self._texts:
            self._write(separator)
        start, first = self._length, len(self._texts)
        for run in pieces:
            self._add_run(run)
        text = "".join(self._texts[first:])
        page = next((run.page for run in pieces if run.page is not None), None)
        tight = separator.count("\n") < 2
        raw = Raw(kind, start, self._length, text, level, nesting, tight, page, cell, tuple(heads), (), self._closes)
        self._raws.append(raw)
        self._closes = None
        return len(self._raws) - 1

    def close(self, rank: int) -> None:
        """End what stands open, for the blocks to come: headings of this level and below, or lists with ``ITEM``."""
        self._closes = rank if self._closes is None else min(rank, self._closes)

    def note(self, block: int, footnotes: Iterable[int]) -> None:
        """Say that a block refers to footnotes, given by their indices."""
        raw = self._raws[block]
        self._raws[block] = replace(raw, notes=tuple(dict.fromkeys((*raw.notes, *footnotes))))

    def head(self, block: int, heads: Iterable[int]) -> None:
        """Say which further blocks head one, nearer than those that it has."""
        raw = self._raws[block]
        self._raws[block] = replace(raw, heads=tuple(dict.fromkeys((*raw.heads, *heads))))

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._texts)

    def link_notes(self, footnotes: Mapping[str, int]) -> None:
        """Say of each block that it refers to the footnotes that its links of kind ``fn`` point to.

        Args:
            footnotes: the index of each footnote's block by its key.
        """
        starts = [raw.start for raw in self._raws]
        noted: dict[int, list[int]] = {}
        for link in self._links:
            if link.kind == "fn":
                block = bisect_right(starts, link.span.start) - 1
                noted.setdefault(block, []).extend(footnotes[key] for key in link.targets if key in footnotes)
        for block, notes in noted.items():
            self.note(block, notes)

    def text_of(self, block: int) -> str:
        """The text of a block that was added."""
        return self._raws[block].text

    def span_of(self, block: int) -> Span:
        """The place of a block that was added."""
        return Span(self._raws[block].start, self._raws[block].end)

    def layout(self, **said) -> Layout:
        """The layout of all blocks; ``said`` fills its further fields (``title``, ``authors``, ``doi`` …)."""
        made = outline(self._raws, "".join(self._texts))
        kept = {"origins": tuple(self._origins), "links": tuple(self._links), "repairs": tuple(self._repairs)}
        return replace(made, **kept, **{name: value for name, value in said.items() if value})

    def headings(self, level: int) -> list[int]:
        """The headings of a rank that were added."""
        return [index for index, raw in enumerate(self._raws) if raw.kind == "heading" and raw.level == level]

    def retitle(self, block: int) -> None:
        """Make a block the title of the document."""
        self._raws[block] = retitle(self._raws[block])

    def _add_run(self, run: Run) -> None:
        text, repair = run.text, run.repair
        if run.raised:
            text, repair = raise_text("".join(self._texts[-8:])[-24:], run.text, linked=bool(run.kind))
        span = Span(self._length, self._length + len(text))
        self._write(text)
        if repair:
            self._repairs.append(Repair(span, repair))
        if run.kind:
            blank = len(text) - len(text.lstrip())
            self._links.append(Link(Span(span.start + blank, span.end), run.kind, run.targets))
        if run.page is not None or run.box or run.path:
            self._add_origin(Origin(span, run.page, run.box, run.path))

    def _add_origin(self, origin: Origin) -> None:
        last = self._origins[-1] if self._origins else None
        if last and last.path and (last.path, last.page, last.box) == (origin.path, origin.page, origin.box):
            self._origins[-1] = replace(last, span=Span(last.span.start, origin.span.end))
        else:
            self._origins.append(origin)

    def _write(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise InputError(f"holds more than {MAX_CHARACTERS} characters", source=self.source, remedy="split it")


def plain_text(runs: Iterable[Run]) -> str:
    """The text that a block of these runs would hold."""
    pieces: list[str] = []
    for run in _collapse(runs):
        before = "".join(pieces[-8:])[-24:]
        pieces.append(raise_text(before, run.text, linked=bool(run.kind))[0] if run.raised else run.text)
    return "".join(pieces)


def _collapse(runs: Iterable[Run]) -> list[Run]:
    """The runs with white space collapsed, none at the ends, and none between 10 and its exponent."""
    kept: list[Run] = []
    blank = True
    for run in runs:
        text = _BLANKS.sub(" ", run.text)
        after = ""
        if run.raised:
            # a blank that is set high as well is one between words
            after = " " if text[-1:] == " " else ""
            text = text.strip()
            if kept and text and _goes_on(kept[-1], run):
                kept[-1] = replace(kept[-1], text=kept[-1].text + text)
                text = ""
            elif kept and text and kept[-1].text[-1] == " " and follows_ten(kept[-1].text):
                kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
        if blank:
            text = text.lstrip(" ")
        if text:
            kept.append(run if text == run.text else replace(run, text=text))
            blank = text[-1] == " "
        if after and not blank:
            kept.append(Run(after, page=run.page, box=run.box, path=run.path))
            blank = True
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept and kept[-1].text[-1] == " ":
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return kept


def _goes_on(last: Run, run: Run) -> bool:
    """True if two superscripts are one that the format split."""
    return last.raised and not last.kind and not run.kind and last.path == run.path and last.page == run.page
