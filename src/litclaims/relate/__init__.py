"""Figures of a document and what governs each: clause → sentence → item → headings → text before → document subject."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from litclaims.extract.citation import CitationMark, attach
from litclaims.extract.citation.names import author_years
from litclaims.extract.quantity import Finding, copied
from litclaims.model import DOSE_MEASURES, Document, Mention, Slot, Span
from litclaims.relate.basis import basis_of_head, find_basis, total
from litclaims.relate.columns import column_of, head_of
from litclaims.relate.governs import implied_routes
from litclaims.relate.mentions import Sentences
from litclaims.relate.naming import as_meant
from litclaims.relate.scope import Scope, scopes
from litclaims.relate.slots import fill, people_meant
from litclaims.relate.status import (
    ADVISED,
    CITED,
    PLANNED,
    REPORTED,
    cues,
    document_status,
    goes_on_with_work,
    is_background,
    is_own,
    lists_plans,
    lists_works,
    names_page,
    status_of,
)
from litclaims.relate.subject import subject
from litclaims.relate.surroundings import Surroundings
from litclaims.relate.table_rows import Tables
from litclaims.segment import Part

__all__ = ["Draft", "PartReading", "relate"]


AMOUNTS = (*DOSE_MEASURES, "mass_dose", "volume")
"""Measures of what is given, which have a basis: neither a time nor how dense a liquid is goes for each of anything."""


@dataclass(frozen=True)
class PartReading:
    """What was extracted from one part of a document.

    Attributes:
        part: with its block, its offset and its sentences.
        view: its text, without what would hide a word before it.
        findings, marks: with offsets into the view.
    """

    part: Part
    view: str
    findings: tuple[Finding, ...]
    marks: tuple[CitationMark, ...]

    @property
    def block(self) -> int:
        """Index of its block."""
        return self.part.block

    @property
    def start(self) -> int:
        """Where it begins in the document."""
        return self.part.start

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Spans of its sentences, into the view; made when they are first asked for."""
        return self.part.sentences


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
    mentions = _of_treatment(as_meant(mentions, text))
    mentions = sorted([*mentions, *implied_routes(mentions, text)], key=lambda mention: mention.span)
    by_block: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_block[mention.block, mention.kind].append(mention)
    sentences = _sentences(parts)
    about = subject(document, text, mentions, sentences)
    answers: dict[tuple[str, ...], Slot | None] = {}
    dosed = frozenset(part.block for part in parts if any(each.measure in DOSE_MEASURES for each in part.findings))
    stated = document_status([part.view for part in parts], document.title)
    tables = Tables(document, text, {part.block: part.marks for part in parts if part.marks})
    drafts: list[Draft] = []
    for part in parts:
        if not part.findings:
            continue
        column = column_of(document, part.block, dosed.__contains__)
        around = Surroundings(
            document,
            text,
            part.start,
            part.block,
            mentions,
            by_block,
            about,
            sentences,
            answers,
            dosed,
            column,
            tables.row_of(part.block),
        )
        parsed = list(part.findings)
        placed = zip(parsed, scopes(part.view, parsed, part.sentences), strict=True)
        for index, (finding, scope) in enumerate(placed):
            if finding.measure:
                before = parsed[max(0, index - MEMBERS) : index]
                drafts.append(_draft(part, finding, scope, around, before=before, stated=stated))
    return tuple(drafts)


def _of_treatment(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without the sites that only name a kind of cell (the marrow of ``donor bone marrow``) and the people
    that only tell the age of animals (``newborn rats``)."""
    cells = {mention.span.start: mention.span.end for mention in mentions if mention.kind == "cell_type"}
    starts = sorted(cells)
    animals = {mention.span.start for mention in mentions if mention.kind == "species" and mention.label != "human"}
    return [
        each
        for each in mentions
        if not (each.kind == "target" and _lies_in(each.span, starts, cells))
        and not (each.kind == "species" and each.label == "human" and each.span.end + 1 in animals)
    ]


def _lies_in(span: Span, starts: Sequence[int], ends: dict[int, int]) -> bool:
    index = bisect_right(starts, span.start) - 1
    return index >= 0 and span.end <= ends[starts[index]]


def _sentences(parts: Sequence[PartReading]) -> Sentences:
    """The sentences of a document, and which of them hold a dose or the mark of another work."""
    found = Sentences(parts)
    dosed = {
        found.at(part.start + finding.start)
        for part in parts
        for finding in part.findings
        if finding.measure in DOSE_MEASURES
    }
    cited = {found.at(part.start + mark.span.start) for part in parts for mark in part.marks}
    return replace(found, dosed=frozenset(dosed), cited=frozenset(cited))


def _draft(
    part: PartReading,
    finding: Finding,
    scope: Scope,
    around: Surroundings,
    *,
    before: Sequence[Finding],
    stated: str | None,
) -> Draft:
    span = Span(part.start + finding.start, part.start + finding.end)
    markers, place = _work_of_row(around, span.end)
    cited = attach(Span(finding.start, finding.end), scope.sentence, part.marks) or markers
    cited = cited or _work_gone_on_with(part, finding, scope)
    told = _status_of_table(around) or (() if place is None else _cited(place)) or _status_of_caption(around)
    if told:
        status, is_cited = told, told[0].values == (CITED,)
    else:
        status, is_cited = _status(part, finding, scope, cited, stated, around)
        if not status and around.row is not None and around.row.tells_outcomes:
            status = (Slot("status", (REPORTED,), (None,), "heading"),)
    return Draft(
        finding=finding,
        span=span,
        sentence=Span(part.start + scope.sentence.start, part.start + scope.sentence.end),
        slots=(
            *_with_species(fill(finding, scope, around, is_cited=is_cited), status, around),
            *_basis(part, finding, scope, before, around),
            *status,
        ),
        citations=cited,
        section=_section(around.document, part.block),
        block=part.block,
    )


def _basis(
    part: PartReading, finding: Finding, scope: Scope, before: Sequence[Finding], around: Surroundings
) -> tuple[Slot, ...]:
    if finding.measure not in AMOUNTS:
        return _total_number(part, finding) if finding.measure == "doses" else ()
    found = find_basis(part.view, finding, scope, before)
    if found is None:
        return _basis_of_column(around) if finding.measure in DOSE_MEASURES else ()
    place = Span(part.start + found.span.start, part.start + found.span.end)
    return (Slot("basis", (found.label,), (None,), found.step, (place,)),)


def _with_species(slots: tuple[Slot, ...], status: tuple[Slot, ...], around: Surroundings) -> tuple[Slot, ...]:
    """The slots of a figure, with people if it is advised or planned in a text that names no animal."""
    if not {value for slot in status for value in slot.values} & {ADVISED, PLANNED}:
        return slots
    meant = None if any(slot.name == "species" for slot in slots) else people_meant(around)
    return slots if meant is None else (*slots, meant)


def _total_number(part: PartReading, finding: Finding) -> tuple[Slot, ...]:
    """The basis of a number of treatments that is said to be all there are."""
    found = total(part.view, finding)
    if found is None:
        return ()
    place = Span(part.start + found.span.start, part.start + found.span.end)
    return (Slot("basis", (found.label,), (None,), found.step, (place,)),)


def _basis_of_column(around: Surroundings) -> tuple[Slot, ...]:
    if around.document.blocks[around.block].kind != "cell":
        column = copied.head_of(around.text, around.document.blocks, around.block).column
        label = basis_of_head(column) if column else None
        return (Slot("basis", (label,), (None,), "heading", ()),) if label else ()
    for span in _heads_of_cell(around):
        label = basis_of_head(around.text[span.start : span.end])
        if label is not None:
            return (Slot("basis", (label,), (None,), "heading", (span,)),)
    return ()


def _heads_of_cell(around: Surroundings) -> Iterator[Span]:
    """The cells that head a figure's cell, none outside a table."""
    blocks = around.document.blocks
    if blocks[around.block].kind == "cell":
        yield from (blocks[index].span for index in blocks[around.block].heading_path if blocks[index].kind == "cell")


def _status(
    part: PartReading,
    finding: Finding,
    scope: Scope,
    cited: tuple[str, ...],
    stated: str | None,
    around: Surroundings,
) -> tuple[tuple[Slot, ...], bool]:
    """The status of a figure, and whether it is another work's, of which the document tells only this."""
    heads = [around.document.blocks[index].span for index in around.document.blocks[part.block].heading_path]
    found = status_of(
        part.view,
        sentence=scope.sentence,
        clause=scope.shared or scope.clause,
        figure=Span(finding.start, finding.end),
        document=stated,
        is_cited=bool(cited) or names_page(part.view, scope.sentence),
        is_background=any(is_background(around.text, head) for head in heads),
    )
    if found is None or found.step == "document":
        advice = [cue for head in heads[-1:] for cue in cues(around.text, head) if cue.status == ADVISED]
        if advice:
            return (Slot("status", (ADVISED,), (None,), "heading", (advice[0].span,)),), False
    if found is None:
        return (), False
    places = () if found.cue is None else (Span(part.start + found.cue.start, part.start + found.cue.end),)
    return (Slot("status", (found.status,), (None,), found.step, places),), found.status == CITED and not found.is_ours


MEMBERS = 12
"""Figures before one that are looked at as members of its list."""

BACK = 3
"""Sentences before a figure's in which the work stands that it goes on with."""


def _work_gone_on_with(part: PartReading, finding: Finding, scope: Scope) -> tuple[str, ...]:
    """The markers of the work whose authors a sentence before names, if that of the figure tells more of it."""
    if not part.marks or not goes_on_with_work(part.view, Span(scope.sentence.start, finding.start)):
        return ()
    before = [sentence for sentence in part.sentences if sentence.end <= scope.sentence.start + 1][-BACK:]
    for sentence in reversed(before):
        named = [mark for mark in part.marks if sentence.start <= mark.span.start < sentence.end]
        if named or is_own(part.view, sentence):
            return named[-1].markers if named and named[-1].rule == "narrative" else ()
    return ()


_ROW_HEAD = re.compile(
    r"(?P<name>(?:[a-z]{2,3}\s){0,2}[A-Z][^\W\d_A-Z][^\d()\n|]{0,60}?),?\s\(?(?P<year>(?:19|20)\d\d)(?!\d)"
)


def _work_of_row(around: Surroundings, position: int) -> tuple[tuple[str, ...], Span | None]:
    """The markers of the work that a figure's row is of, and where they stand: those in its cell for references or in
    a cell of their own, else of one that names it by author and year: ``Murphy 2008 | knee | 10 million``."""
    markers, place = ((), None) if around.row is None else around.row.work_of(position)
    if markers:
        return markers, place
    for span in _heads_of_cell(around):
        match = _ROW_HEAD.match(around.text, span.start, span.end)
        for mark in () if match is None else author_years(f"({match['name']}, {match['year']})", frozenset()):
            return mark.markers, span
    return (), None


def _status_of_table(around: Surroundings) -> tuple[Slot, ...]:
    """``cited`` for a figure in a table of works, each row of which is another's, or under the head of one."""
    return _status_of_head(around) or _status_of_row(around)


def _status_of_caption(around: Surroundings) -> tuple[Slot, ...]:
    """``planned`` for a figure in a table of trials that go on."""
    for index in () if around.row is None else around.row.captions:
        span = around.document.blocks[index].span
        if lists_plans(around.text, span):
            return (Slot("status", (PLANNED,), (None,), "heading", (span,)),)
    return ()


def _cited(span: Span) -> tuple[Slot, ...]:
    return (Slot("status", (CITED,), (None,), "heading", (span,)),)


def _status_of_row(around: Surroundings) -> tuple[Slot, ...]:
    blocks = around.document.blocks
    if blocks[around.block].kind != "cell":
        return ()
    for index in blocks[around.block].heading_path:
        for head in blocks[index].heading_path:
            span = blocks[head].span
            if blocks[head].kind == "cell" and lists_works(around.text[span.start : span.end]):
                return _cited(span)
    return ()


def _status_of_head(around: Surroundings) -> tuple[Slot, ...]:
    """``cited`` for a figure in a column of a flattened table that another work heads."""
    head = None if around.column is None else head_of(around.document, around.column)
    if head is None:
        return ()
    found = [cue for cue in cues(around.text, around.document.blocks[head].span) if cue.status == CITED]
    return _cited(found[0].span) if found else ()


def _section(document: Document, block: int) -> str:
    """The headings above a block, the outermost first."""
    titles = [document.blocks[index] for index in document.blocks[block].heading_path]
    return " > ".join(" ".join(document.text[title.span.start : title.span.end].split()) for title in titles)
