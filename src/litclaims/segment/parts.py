"""A document as the extractors read it: parts with tokens, sentences and the abbreviations of the whole document."""

from __future__ import annotations

import functools
import re
import warnings
from dataclasses import dataclass

from spacy.tokens import Doc

from litclaims.model import Document, Span
from litclaims.segment.abbreviations import definitions, listed
from litclaims.segment.pipeline import load
from litclaims.segment.sentences import sentences
from litclaims.segment.view import view

MAX_PART = 8_000
"""Characters of a part. pysbd takes quadratic time, so a longer block is cut after a sentence end near this length."""

_INSIDE_NUMBER = re.compile(r"\d\.\s*\n\s*\Z")
_CUT = re.compile(r"[.!?][\"')\]]?\s(?!\s{0,9}[\d<>≤≥~])")
"""A sentence end; no digit follows, so that no number is cut in two."""

_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d_])\s+(?=[^\W\d_])")
_AWAY_FROM_DIGITS = re.compile(r"(?<=[^\s\d])\s+(?=[^\s\d])")
_NUMBER_RUN = re.compile(r"(?<![\w.,^×])(?<![\d×]\s)[\w.,^×]+")

FAR = 80
"""A figure and the words that bound it (``less than``, ``to``) lie within so many characters."""

_LONG_RUN = re.compile(r"([^\w\s]|_)\1{20,}|[^\w\s]{60,}")
"""A rule of dashes, a heap of brackets: no text, and slow to match."""

_STEP, _TWO_SIGNS = 10, re.compile(r"(?:[^\w\s]|_){2}")
"""A run of twenty signs shows as two in a row in every tenth character, which is quicker to search."""

MAX_OPEN = 50
"""Brackets of a part that are never closed: from each the detector of abbreviations searches to the end."""


_RAISED = re.compile(r"[¹²³⁴-⁹]")
_RAISED_AFTER_STOP = re.compile(r"(?<=[\w)%\]\"”’])(?P<stop>[.?!])(?P<marks>[¹²³⁴-⁹][⁰¹²³⁴-⁹,˒⁻–-]{0,40})(?=\s|\Z)")
"""``saline.² Then``: the splitter sees no end in a stop with something stuck to it."""


@dataclass(frozen=True)
class Part:
    """A block, or a stretch of one that is too long to read at once.

    Tokens and sentences are made when they are first asked for: most parts hold no figure and are never asked.

    Attributes:
        block: index in ``Document.blocks``.
        start: where it begins in the document's text.
        view: its text as the grammar reads it, as long as the part.
    """

    block: int
    start: int
    view: str

    @functools.cached_property
    def plain(self) -> str:
        """The view, as long, with heaps of signs as blanks."""
        return plain(self.view)

    @functools.cached_property
    def doc(self) -> Doc:
        """The tokens of the part."""
        return load().make_doc(self.plain)

    @functools.cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Spans of its sentences, into the view; the whole part if there is none.

        The splitter's sentences are joined where it cut a decimal that a line break had split (``0.`` and ``3``).
        """
        spans: list[Span] = []
        for start, end in sentences(self.plain, lambda: self.doc):
            if spans and _INSIDE_NUMBER.search(self.view, max(0, start - 12), start) and self.view[start].isdigit():
                spans[-1] = Span(spans[-1].start, end)
            elif self.plain[start:end].strip():
                spans.append(Span(start, end))
        return tuple(spans) or (Span(0, len(self.view)),)


@dataclass(frozen=True)
class Segmented:
    """A document with its parts.

    Attributes:
        view: the whole document's text as the grammar reads it.
    """

    document: Document
    parts: tuple[Part, ...]
    view: str

    @functools.cached_property
    def tables(self) -> dict[int, int]:
        """The first block of each table, by the table's number."""
        first: dict[int, int] = {}
        for index, block in enumerate(self.document.blocks):
            if block.cell is not None:
                first.setdefault(block.cell.table, index)
        return first

    @functools.cached_property
    def abbreviations(self) -> dict[str, str]:
        """Long form of each abbreviation that the document defines."""
        return _abbreviations(self.parts)


def segment(document: Document) -> Segmented:
    """The document cut into parts."""
    text = view_of(document)
    parts = tuple(
        Part(index, start, text[start:end])
        for index, block in enumerate(document.blocks)
        for start, end in pieces(text, block.span)
    )
    return Segmented(document, parts, text)


def read(text: str) -> Doc:
    """Tokens, sentences and abbreviations of a text, heaps of signs in it as blanks."""
    with warnings.catch_warnings():
        # scispaCy's detector matches with no patterns where a text defines no abbreviation, and spaCy warns each time
        warnings.filterwarnings("ignore", message=r"\[W036\]")
        return load()(plain(text))


def view_of(document: Document) -> str:
    """A document's text as the grammar reads it."""
    return view(document.text, markdown=document.media_type == "text/markdown")


def plain(text: str) -> str:
    """A text with heaps of signs as blanks, and with stops behind the raised marks that would hide them; as long."""
    if _TWO_SIGNS.search(text[_STEP - 1 :: _STEP]) is not None:
        text = _LONG_RUN.sub(lambda match: " " * len(match.group()), text)
    if text.count("(") - text.count(")") > MAX_OPEN:
        text = text.replace("(", " ")
    if not _RAISED.search(text):
        return text
    return _RAISED_AFTER_STOP.sub(lambda match: " " * len(match["marks"]) + match["stop"], text)


def pieces(text: str, span: Span) -> list[tuple[int, int]]:
    """A span cut into stretches of :data:`MAX_PART` characters at most, after a sentence end if there is one."""
    cut, start = [], span.start
    while span.end - start > MAX_PART:
        end = _cut(text, start + MAX_PART)
        cut.append((start, end))
        start = end
    return [*cut, (start, span.end)]


def _cut(text: str, limit: int) -> int:
    """Where to cut before a limit: the last place of the best kind, never within a number of ordinary length."""
    first = limit - MAX_PART // 2
    if ends := [match.end() for match in _CUT.finditer(text, first, limit)]:
        return ends[-1]
    words = [match.end() for match in _BETWEEN_WORDS.finditer(text, first, limit)]
    for end in reversed(words):
        if not any(character.isdigit() for character in text[end - FAR : end + FAR]):
            return end
    if words:
        return words[-1]
    if blanks := [match.end() for match in _AWAY_FROM_DIGITS.finditer(text, first, limit)]:
        return blanks[-1]
    runs = [match.start() for match in _NUMBER_RUN.finditer(text, first, limit) if match.start() > first]
    # a run through the whole window is no number; far from both its ends, no piece of it can pass for one
    return runs[-1] if runs else limit - MAX_PART // 4


def defined(text: str) -> dict[str, str]:
    """Short and long forms that a text defines, by scispaCy's detector; the first definition counts."""
    return _abbreviations((Part(0, 0, text),))


def _abbreviations(parts: tuple[Part, ...]) -> dict[str, str]:
    """Short and long forms over all parts; the first definition counts."""
    found: dict[str, str] = {}
    for part in parts:
        for short, long in definitions(part.plain):
            found.setdefault(short, long)
    for part in parts:
        for short, long in listed(part.view):
            found.setdefault(short, long)
    return found
