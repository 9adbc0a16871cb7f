"""The sentences of a document with the weight of their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from litclaims.extract.reference import cues, reference_blocks
from litclaims.model import Document, Span

TITLE, HEADING, LEAD, CONCLUSION, BODY = 4.0, 2.0, 2.0, 2.0, 1.0
"""What a sentence weighs by its place: a title is chosen to say what the text holds, a conclusion sums it up."""

LEAD_BLOCKS = 3
"""So many blocks below the title are the lead."""

_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])")
_ABBREVIATED = re.compile(r"(?:\b(?:al|vs|cf|Dr|Fig|No|e\.g|i\.e|approx)|\b[A-Z])\.$")


class Sentence(NamedTuple):
    """A sentence: its place in the document, the index of its block, the weight of its place."""

    span: Span
    text: str
    block: int
    weight: float
    kind: str


def sentences(document: Document) -> Iterator[Sentence]:
    """The sentences that may hold a stance: none of a reference list, a contraindication or a disclaimer."""
    references = reference_blocks(document)
    seen = 0
    for index, block in enumerate(document.blocks):
        if block.kind not in ("title", "heading"):
            seen += 1
        if index in references or _is_aside(document, index):
            continue
        weight = _weight(document, index, lead=seen <= LEAD_BLOCKS)
        for span in split(document.text, block.span):
            yield Sentence(span, document.text[span.start : span.end], index, weight, block.kind)


def split(text: str, within: Span) -> Iterator[Span]:
    """The sentences of a stretch of text: they end at ``.``, ``!`` or ``?`` before a capital, not after ``et al.``."""
    start = within.start
    for match in _END.finditer(text, within.start, within.end):
        if text[match.start()] == "." and _ABBREVIATED.search(text, max(start, match.start() - 8), match.start() + 1):
            continue
        yield Span(start, match.start() + len(match.group().rstrip()))
        start = match.end()
    if start < within.end:
        yield Span(start, within.end)


def _weight(document: Document, index: int, *, lead: bool) -> float:
    kind = document.blocks[index].kind
    if kind == "title":
        return TITLE
    if kind == "heading":
        return HEADING
    if any(_is_heading(text, "conclusion") for text in _above(document, index)):
        return CONCLUSION
    return LEAD if lead else BODY


def _is_aside(document: Document, index: int) -> bool:
    span = document.blocks[index].span
    own = document.text[span.start : span.end]
    return own.endswith(":") or any(_is_heading(text, "aside") for text in (*_above(document, index), own))


def _above(document: Document, index: int) -> list[str]:
    spans = [document.blocks[above].span for above in document.blocks[index].heading_path]
    return [document.text[span.start : span.end] for span in spans]


def _is_heading(text: str, kind: str) -> bool:
    """True if a heading, without its number and what it shares with others after ``and``, is of that kind."""
    name = re.sub(r"^[\d.\s#]{0,8}", "", text[:80]).strip(" *_:.")
    first = re.split(r"\s(?:and|&)\s|:\s", name)[0]
    return any(cue.regex().fullmatch(part) for part in (name, first) for cue in cues.load("stance")[kind])
