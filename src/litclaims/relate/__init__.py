"""Figures of a document and what governs each: clause → sentence → item → headings → text before → document subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from litclaims.extract.citation import CitationMark, attach
from litclaims.extract.quantity import Finding
from litclaims.model import Document, Mention, Slot, Span
from litclaims.relate.basis import find_basis
from litclaims.relate.scope import Scope, scopes
from litclaims.relate.slots import Surroundings, fill
from litclaims.relate.status import document_status, status_of
from litclaims.relate.subject import subject

__all__ = ["Draft", "PartReading", "relate"]


@dataclass(frozen=True)
class PartReading:
    """What was extracted from one part of a document.

    Attributes:
        block: its block; ``start`` its offset; ``view`` its text.
        sentences, findings, marks: spans and offsets into the view.
    """

    block: int
    start: int
    view: str
    sentences: tuple[Span, ...]
    findings: tuple[Finding, ...]
    marks: tuple[CitationMark, ...]


@dataclass(frozen=True)
class Draft:
    """A figure with its slots, before its value is normalised. Spans index the document's text."""

    finding: Finding
    span: Span
    sentence: Span
    slots: tuple[Slot, ...]
    citations: tuple[str, ...]
    section: str
    block: int


def relate(
    document: Document, text: str, parts: Sequence[PartReading], mentions: Sequence[Mention]
) -> tuple[Draft, ...]:
    """The figures of a document with what each hangs on.

    Args:
        document: with its blocks.
        text: its view.
        parts: in order.
        mentions: entities of the whole document, in order.
    """
    by_block: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda mention: mention.span):
        by_block[mention.block, mention.kind].append(mention)
    about = subject(document, mentions)
    main_sites: dict[tuple[str, ...], Slot | None] = {}
    stated = document_status([part.view for part in parts])
    drafts: list[Draft] = []
    for part in parts:
        around = Surroundings(document, text, part.start, part.block, mentions, by_block, about, main_sites)
        parsed = list(part.findings)
        for index, (finding, scope) in enumerate(zip(parsed, scopes(part.view, parsed, part.sentences), strict=True)):
            if finding.measure:
                before = parsed[index - 1] if index else None
                drafts.append(_draft(part, finding, scope, around, before=before, stated=stated))
    return tuple(drafts)


def _draft(
    part: PartReading,
    finding: Finding,
    scope: Scope,
    around: Surroundings,
    *,
    before: Finding | None,
    stated: str | None,
) -> Draft:
    span = Span(part.start + finding.start, part.start + finding.end)
    cited = attach(Span(finding.start, finding.end), scope.sentence, part.marks)
    return Draft(
        finding=finding,
        span=span,
        sentence=Span(part.start + scope.sentence.start, part.start + scope.sentence.end),
        slots=(
            *fill(finding, scope, around),
            *_basis(part, finding, scope, before),
            *_status(part, scope, cited, stated),
        ),
        citations=cited,
        section=_section(around.document, part.block),
        block=part.block,
    )


def _basis(part: PartReading, finding: Finding, scope: Scope, before: Finding | None) -> tuple[Slot, ...]:
    if finding.measure in (
        "frequency",
        "interval",
        "duration",
        "doses",
        "sample_size",
        "age",
        "proportion",
        "count",
        "threshold",
    ):
        return ()
    found = find_basis(part.view, finding, scope, before)
    if found is None:
        return ()
    place = Span(part.start + found.span.start, part.start + found.span.end)
    return (Slot("basis", (found.label,), (None,), found.step, (place,)),)


def _status(part: PartReading, scope: Scope, cited: tuple[str, ...], stated: str | None) -> tuple[Slot, ...]:
    sentence = part.view[scope.sentence.start : scope.sentence.end]
    clause = part.view[scope.clause.start : scope.clause.end]
    status, step = status_of(sentence, clause=clause, document=stated, is_cited=bool(cited))
    return (Slot("status", (status,), (None,), step),) if status else ()


def _section(document: Document, block: int) -> str:
    """The headings above a block, the outermost first."""
    titles = [document.blocks[index] for index in document.blocks[block].heading_path]
    return " > ".join(" ".join(document.text[title.span.start : title.span.end].split()) for title in titles)
