"""The documents' texts on the page, with all that was found in them marked.

A short text is there whole; of a long one, or where there are very many, the paragraphs that hold a claim with the
headings that they stand under. Offsets are those of JavaScript, which counts a character beyond U+FFFF as two.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from litclaims.model import Document, Extraction, Outcome, Span

WHOLE = 60_000
"""Characters up to which a text is shown whole."""

MOST = 6_000_000
"""Characters of all texts above which only the paragraphs around claims are shown."""

AROUND = 400
"""Characters that are shown on either side of a sentence in a paragraph that is shown in part."""

PART = 1_000_000
"""Characters of the texts that are unpacked together."""

KINDS = ("quantity", "route", "target", "condition", "cell_type", "species", "basis", "citation", "heading")
"""What is marked; a mark names its kind by its place here."""

Texts = dict[str, Any]
"""Texts that are unpacked together: ``labels``, and in ``documents`` by row of the table documents what is shown."""


def page_texts(frames: Mapping[str, pd.DataFrame], outcomes: Sequence[Outcome], *, most: int = MOST) -> list[Texts]:
    """The texts of all documents that were read, in the order of the table ``documents``, in parts."""
    read = [outcome.extraction for outcome in outcomes if outcome.extraction is not None]
    made = PageTexts(sum(one.chars for one in read), most=most)
    for one in read:
        made.add(one)
    return list(made.parts(frames))


class PageTexts:
    """What the page shows of each document, taken as they come and held small, until the tables are known."""

    def __init__(self, chars: int, *, most: int = MOST) -> None:
        """Args: chars: characters of all texts together."""
        self._whole = WHOLE if chars <= most else 0
        self._shown: dict[str, bytes] = {}

    def add(self, read: Extraction) -> None:
        """Take what is shown of a document; its text is not needed any more."""
        shown = json.dumps(_shown(read, whole=self._whole))
        self._shown[read.document.doc] = zlib.compress(shown.encode(), 1)

    def parts(self, frames: Mapping[str, pd.DataFrame]) -> Iterator[Texts]:
        """The texts in the order of the table ``documents``, each part as it is asked for."""
        claims = {name: row for row, name in enumerate(frames["claims"]["claim_id"])}
        labels: dict[str, int] = {"": 0}
        documents: dict[int, dict[str, Any]] = {}
        size = 0
        for row, doc in enumerate(frames["documents"]["doc"]):
            packed = self._shown.get(doc)
            if packed is None:
                continue
            if size >= PART:
                yield {"labels": list(labels), "documents": documents}
                labels, documents, size = {"": 0}, {}, 0
            documents[row] = _numbered(json.loads(zlib.decompress(packed)), claims, labels)
            size += sum(len(text) for _, text in documents[row]["text"])
        if documents:
            yield {"labels": list(labels), "documents": documents}


def _numbered(shown: dict[str, Any], claims: Mapping[str, int], labels: dict[str, int]) -> dict[str, Any]:
    """What is shown of a document with the rows of its claims, and the numbers of its labels."""
    marks = [(start, end, kind, labels.setdefault(label, len(labels))) for start, end, kind, label in shown["marks"]]
    told = [(claims[name], *places) for name, *places in shown["claims"] if name in claims]
    again = {name: list(map(tuple, shown[name])) for name in ("text", "stances")}  # of pairs JSON makes lists
    return shown | again | {"marks": sorted(marks), "claims": told}


def _shown(read: Extraction, *, whole: int) -> dict[str, Any]:
    """One document: ``text`` as pairs of offset and characters, ``marks`` of start, end, kind and label, ``claims`` of
    id, start, end and the ends of the sentence, ``stances`` of start and end.
    """
    document = read.document
    spans = [Span(0, len(document.text))] if len(document.text) <= whole else excerpts(read)
    at = utf16(document.text)
    return {
        "length": len(document.text),
        "text": [(at(span.start), document.text[span.start : span.end]) for span in spans],
        "marks": [
            (at(span.start), at(span.end), KINDS.index(kind), label)
            for span, kind, label in _marks(read)
            if _holds(spans, span)
        ],
        "claims": [
            (one.claim_id, at(one.span.start), at(one.span.end), at(one.sentence.start), at(one.sentence.end))
            for one in read.claims
        ],
        "stances": [(at(one.span.start), at(one.span.end)) for one in read.stances],
    }


def _holds(spans: Sequence[Span], span: Span) -> bool:
    """True if one of the ordered spans contains another."""
    index = bisect_left(spans, span.start + 1, key=lambda each: each.start) - 1
    return index >= 0 and spans[index].contains(span)


def _marks(read: Extraction) -> Iterator[tuple[Span, str, str]]:
    document = read.document
    used = {span for claim in read.claims for slot in claim.slots if slot.name == "basis" for span in slot.mentions}
    for mention in read.mentions:
        # "cell", "dose" and "year" can all be what a figure is per, and stand everywhere
        if mention.kind in KINDS and (mention.kind != "basis" or mention.span in used):
            yield mention.span, mention.kind, mention.label or ""
    named = {mention.span for mention in read.mentions if mention.kind == "quantity"}
    for claim in read.claims:
        if claim.span not in named:
            yield claim.span, "quantity", claim.measure
    for block in document.blocks:
        if block.kind in ("title", "heading"):
            yield block.span, "heading", ""


def excerpts(read: Extraction) -> list[Span]:
    """The paragraphs with a claim or stance, long ones in part, and the headings above them; in order, apart."""
    document = read.document
    said = [claim.sentence for claim in read.claims] + [stance.span for stance in read.stances]
    starts = [block.span.start for block in document.blocks]
    holding = {max(0, bisect_left(starts, span.start + 1) - 1): span for span in said} if starts else {}
    found = [part for span in said for part in _paragraph(document, span, starts)]
    found += [document.blocks[index].span for index in _above(document, holding)]
    return _merged(found)


def _above(document: Document, blocks: Collection[int]) -> set[int]:
    return {above for index in blocks for above in document.blocks[index].heading_path}


def _paragraph(document: Document, sentence: Span, starts: Sequence[int]) -> Iterator[Span]:
    index = bisect_left(starts, sentence.start + 1) - 1
    block = document.blocks[index].span if index >= 0 else sentence
    start = max(min(block.start, sentence.start), sentence.start - AROUND)
    yield Span(start, min(max(block.end, sentence.end), sentence.end + AROUND))


def _merged(spans: Collection[Span]) -> list[Span]:
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.start <= made[-1].end + 2:  # a line break between two paragraphs is no gap
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return made


def utf16(text: str) -> Callable[[int], int]:
    """From an offset in a text to that in its UTF-16 form."""
    if text.isascii() or max(text) <= "\uffff":
        return int
    wide = [place for place, char in enumerate(text) if char > "\uffff"]
    return lambda offset: offset + bisect_left(wide, offset)
