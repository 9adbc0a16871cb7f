"""The documents' texts on the page, with all that was found in them marked.

A short text is there whole; of a long one, or where there are very many, the paragraphs that hold a claim with the
headings that they stand under. Offsets are those of JavaScript, which counts a character beyond U+FFFF as two.
"""

from __future__ import annotations

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
    read = {outcome.doc: outcome.extraction for outcome in outcomes if outcome.extraction is not None}
    whole = WHOLE if sum(len(one.document.text) for one in read.values()) <= most else 0
    claims = {name: row for row, name in enumerate(frames["claims"]["claim_id"])}
    parts: list[Texts] = []
    size = PART
    for row, doc in enumerate(frames["documents"]["doc"]):
        if doc not in read:
            continue
        if size >= PART:
            parts.append({"labels": {"": 0}, "documents": {}})
            size = 0
        shown = _shown(read[doc], claims, parts[-1]["labels"], whole=whole)
        parts[-1]["documents"][row] = shown
        size += sum(len(text) for _, text in shown["text"])
    return [part | {"labels": list(part["labels"])} for part in parts]


def _shown(read: Extraction, claims: Mapping[str, int], labels: dict[str, int], *, whole: int) -> dict[str, Any]:
    """One document: ``text`` as pairs of offset and characters, ``marks`` of start, end, kind and label, ``claims`` of
    row, start, end and the ends of the sentence, ``stances`` of start and end.
    """
    document = read.document
    spans = [Span(0, len(document.text))] if len(document.text) <= whole else excerpts(read)
    at = utf16(document.text)
    marks = [
        (at(span.start), at(span.end), KINDS.index(kind), labels.setdefault(label, len(labels)))
        for span, kind, label in _marks(read)
        if _holds(spans, span)
    ]
    return {
        "length": len(document.text),
        "text": [(at(span.start), document.text[span.start : span.end]) for span in spans],
        "marks": sorted(marks),
        "claims": [
            (claims[one.claim_id], at(one.span.start), at(one.span.end), at(one.sentence.start), at(one.sentence.end))
            for one in read.claims
            if one.claim_id in claims
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
