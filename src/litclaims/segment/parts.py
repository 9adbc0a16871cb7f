"""A document as the extractors read it: parts with tokens, sentences and the abbreviations of the whole document."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

from spacy.tokens import Doc

from litclaims.model import Document, Span
from litclaims.segment.pipeline import load
from litclaims.segment.view import view

MAX_PART = 8_000
"""Characters of a part. pysbd takes quadratic time, so a longer block is cut after a sentence end near this length."""

_INSIDE_NUMBER = re.compile(r"\d\.\s*\n\s*\Z")
_CUT = re.compile(r"[.!?][\"')\]]?\s")


@dataclass(frozen=True)
class Part:
    """A block, or a stretch of one that is too long to read at once.

    Attributes:
        block: index in ``Document.blocks``.
        start: where it begins in the document's text.
        view: its text as the grammar reads it, as long as the part.
        doc: tokens, sentences and abbreviations of the view.
    """

    block: int
    start: int
    view: str
    doc: Doc

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Spans of its sentences, into the view; the whole part if there is none.

        The splitter's sentences are joined where it cut a decimal that a line break had split (``0.`` and ``3``).
        """
        spans: list[Span] = []
        for sentence in self.doc.sents:
            start, end = sentence.start_char, sentence.end_char
            if spans and _INSIDE_NUMBER.search(self.view, max(0, start - 12), start) and self.view[start].isdigit():
                spans[-1] = Span(spans[-1].start, end)
            elif sentence.text.strip():
                spans.append(Span(start, end))
        return tuple(spans) or (Span(0, len(self.view)),)


@dataclass(frozen=True)
class Segmented:
    """A document with its parts.

    Attributes:
        abbreviations: long form of each abbreviation that the document defines.
    """

    document: Document
    parts: tuple[Part, ...]
    abbreviations: dict[str, str]


def segment(document: Document) -> Segmented:
    """The document cut into parts."""
    text = view(document.text, markdown=document.media_type == "text/markdown")
    parts = tuple(
        Part(index, start, text[start:end], read(text[start:end]))
        for index, block in enumerate(document.blocks)
        for start, end in pieces(text, block.span)
    )
    return Segmented(document, parts, _abbreviations(parts))


def read(text: str) -> Doc:
    """Tokens, sentences and abbreviations of a text."""
    with warnings.catch_warnings():
        # scispaCy's detector matches with no patterns where a text defines no abbreviation, and spaCy warns each time
        warnings.filterwarnings("ignore", message=r"\[W036\]")
        return load()(text)


def pieces(text: str, span: Span) -> list[tuple[int, int]]:
    """A span cut into stretches of about :data:`MAX_PART` characters at most, after a sentence end if there is one."""
    cut, start = [], span.start
    while span.end - start > MAX_PART:
        limit = start + MAX_PART
        ends = [match.end() for match in _CUT.finditer(text, limit - MAX_PART // 2, limit)]
        end = ends[-1] if ends else limit
        cut.append((start, end))
        start = end
    return [*cut, (start, span.end)]


def _abbreviations(parts: tuple[Part, ...]) -> dict[str, str]:
    """Short and long forms over all parts; the first definition counts."""
    found: dict[str, str] = {}
    for part in parts:
        for entry in part.doc._.abbreviations:
            found.setdefault(entry["short_text"], entry["long_text"])
    return found
