"""What a document names: quantities, entities, citation markers, references and stances, each in a folder of its own.

``entities`` gives what the lexicons and the model find in the parts of a segmented document. ``figures`` reads the text
of a part with its sentences.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from litclaims.extract import disease, lexical
from litclaims.extract.citation import (
    CitationMark,
    blanked,
    document_style,
    find_citations,
    known_markers,
    linked_marks,
    links_in,
    preferring,
)
from litclaims.extract.disease.mentions import Text, without_bare
from litclaims.extract.disease.mentions import mentions as diseases
from litclaims.extract.quantity import Context, Finding, cells, copied, find_quantities
from litclaims.extract.quantity.cues import find_cues
from litclaims.extract.quantity.labelled import Labelled, labelled
from litclaims.extract.quantity.measures import is_route, names_route
from litclaims.extract.quantity.numbers import points_are_times
from litclaims.extract.quantity.schedule import may_hold_figures
from litclaims.extract.reference import reference_blocks
from litclaims.model import Block, Mention, Reference, Span
from litclaims.segment import Part, Segmented
from litclaims.vocab import knowledge, load
from litclaims.vocab.heads import DOSE, ROUTE, role_of_head

_TRUE_E = re.compile(r"(?<![\w.])(?!10[eE])\d{1,2}(?:\.\d{1,3})?[eE]\+?0?[4-9]\b")

_BROKEN = re.compile(r"\d\.\s*\n\Z")
"""What stands before a block that may go on with a decimal: digits, a point, a line break and no indent."""

HEADS = ("title", "heading")

__all__ = ["cell_words", "entities", "figures", "governing", "markers", "models", "without_raised"]


def entities(
    segmented: Segmented, *, figured: Collection[int] | None = None, model: str | None = None
) -> tuple[Mention, ...]:
    """The entities of a document's running text, in order; those of its reference list are left out.

    Args:
        figured: the blocks that hold a figure. Only these, and those that govern them, are read by the model; none of
            any document if it is None.
        model: the model in place of our own, see :func:`litclaims.extract.disease.load`.

    Raises:
        ConfigurationError: the model cannot be used.
    """
    skipped = reference_blocks(segmented.document)
    found: list[Mention] = []
    meant = dict(segmented.abbreviations)
    for part in segmented.parts:
        meant |= lexical.hyphenated(part.plain)
    for part in segmented.parts:
        if part.block not in skipped:
            found.extend(lexical.mentions(part.plain, meant, offset=part.start, block=part.block))
    if figured:
        wanted = governing(segmented.document.blocks, figured) - skipped
        heads = {index for index, block in enumerate(segmented.document.blocks) if block.kind in HEADS}
        texts = [
            Text(part.block, part.start, part.view, part.block in heads)
            for part in segmented.parts
            if part.block in wanted
        ]
        found.extend(diseases(texts, found, abbreviations=segmented.abbreviations, model=model))
        found = without_bare(found)
        found.sort(key=lambda mention: mention.span)
    return tuple(found)


def governing(blocks: Sequence[Block], figured: Collection[int]) -> set[int]:
    """The blocks that a figure's attributes are looked for in: its own, the one before, its headings, the title."""
    titles = {index for index, block in enumerate(blocks) if block.kind == "title"}
    before = {index - 1 for index in figured if index}
    return titles.union(figured, before, *(blocks[index].heading_path for index in figured))


def models(model: str | None = None) -> tuple[dict[str, str], ...]:
    """Name, version and sha256 of the model and of the knowledge base, for the record of a run.

    Raises:
        ConfigurationError: there is no such model.
    """
    base = {"name": "knowledge base", "version": "", "sha256": knowledge.load().sha256}
    return disease.record(model), base


def cell_words(segmented: Segmented) -> frozenset[str]:
    """Abbreviations, singular, that the document defines for a kind of cell: ``hAPC`` for a pericyte."""
    found = set()
    for short, long in segmented.abbreviations.items():
        last = long.split()[-1].lower() if long.split() else ""
        if last in ("cell", "cells") or load("cell_type").find(long):
            found.add(short.removesuffix("s"))
    return frozenset(found)


def markers(segmented: Segmented, references: tuple[Reference, ...]) -> dict[int, tuple[CitationMark, ...]]:
    """Citation marks of each part (by its place in ``segmented.parts``), with offsets into the part."""
    skipped = reference_blocks(segmented.document)
    known = known_markers(references)
    texts = [part.view for part in segmented.parts if part.block not in skipped]
    style = document_style(texts, known_markers=known)
    links = segmented.document.links
    return {
        index: preferring(
            find_citations(part.view, known_markers=known, style=style),
            linked_marks(links_in(links, part.start, len(part.view)), references, part.view, offset=part.start),
        )
        for index, part in enumerate(segmented.parts)
        if part.block not in skipped
    }


def without_raised(view: str, marks: tuple[CitationMark, ...]) -> str:
    """A part's view with raised marks as blanks: ``cells8`` and ``knee⁸`` would hide the word before them."""
    return blanked(view, [mark.span for mark in marks if mark.rule in ("link", "superscript")])


def figures(
    segmented: Segmented, part: Part, *, nouns: frozenset[str], marks: tuple[CitationMark, ...], gate: bool = True
) -> tuple[Finding, ...]:
    """The figures of a part, those in citation marks left out.

    Args:
        nouns: words for cells that the document defines.
        gate: False to look for figures even where there is no digit and no word for a number.
    """
    if gate and not may_hold_figures(part.view):
        return ()
    blocks, text = segmented.document.blocks, segmented.document.text
    path = [blocks[index].span for index in reversed(blocks[part.block].heading_path)]
    before = blocks[part.block - 1].span if part.block else None
    head = copied.head_of(segmented.view, blocks, part.block)
    context = Context(
        sentences=part.sentences,
        headings=tuple(text[span.start : span.end] for span in path),
        before=text[before.start : before.end] if before else "",
        below=_below(segmented, part.block),
        table_head=head.line,
        unit=head.unit,
        true_e=_writes_e(text),
        point_is_times=points_are_times(text),
        broken=before is not None and _BROKEN.search(text, max(0, part.start - 12), part.start) is not None,
        **_of_row(segmented, part),
    )
    taken = [span for mark in marks for span in _spoken_for(part.view, mark)]
    view = without_raised(part.view, marks)
    if blocks[part.block].kind == "cell":
        return _cell_figures(segmented, part, view, context, nouns=nouns, taken=taken)
    row = labelled(segmented.view, blocks, part.block)
    if row is not None:
        return tuple(_labelled_figures(row, view, context, nouns=nouns, taken=taken))
    found = find_quantities(view, context, nouns=nouns, taken=taken)
    return tuple(cells.without_lost_per(found, (head.line,), str) if head.named else found)


def _below(segmented: Segmented, index: int) -> str:
    """The first words below a heading; empty for another block."""
    blocks, text = segmented.document.blocks, segmented.document.text
    if blocks[index].kind != "heading" or index + 1 == len(blocks):
        return ""
    below = blocks[index + 1].span
    return text[below.start : min(below.end, below.start + MAX_BELOW)]


MAX_BELOW = 300
"""Characters below a heading that may tell what it heads."""

_COUNTED = re.compile(r"\d\s?(?:million|billion|[x×]\s?10)")
_CITED_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d[a-z]?(?!\w)")


def _spoken_for(view: str, mark: CitationMark) -> list[Span]:
    """The stretches of a mark that hold no figures: all of it, or the years of ``(5 million cells, Doe, 2007)``."""
    start, end = mark.span.start, mark.span.end
    if mark.rule != "author year" or _COUNTED.search(view, start, end) is None:
        return [mark.span]
    return [Span(*match.span()) for match in _CITED_YEAR.finditer(view, start, end)]


@functools.lru_cache(maxsize=4)  # asked of the same document for each of its parts
def _writes_e(text: str) -> bool:
    """True if a text writes powers of ten with an E."""
    pointed = points_are_times(text)
    return any(not (pointed and ".10" in match.group()) for match in _TRUE_E.finditer(text))


def _cell_figures(
    segmented: Segmented, part: Part, view: str, context: Context, *, nouns: frozenset[str], taken: list[Span]
) -> tuple[Finding, ...]:
    """The figures of a table's cell: under the unit of its header where it holds but numbers, else as they stand."""
    blocks = segmented.document.blocks
    cell = blocks[part.block].cell
    if cell is not None and cell.header:
        found = find_quantities(view, context, nouns=nouns, taken=taken)
        # a time in a header says when its cells were measured: it claims nothing by itself
        told = (one for one in found if one.dimension != "time")
        return tuple(one for one in told if not cells.is_lone_power(view[one.start : one.end]))
    spans = [blocks[index].span for index in reversed(blocks[part.block].heading_path) if blocks[index].kind == "cell"]
    headers = [segmented.view[span.start : span.end] for span in spans]
    lead = functools.partial(_lead, segmented, part.block)
    heads = _heads(segmented, part.block)
    counted = cells.counted(heads, nouns)
    context = replace(context, heads=heads)
    composed = cells.compose(view, headers, nouns, lead=lead, counted=counted)
    if composed is None:
        found = find_quantities(view, replace(context, unit=counted), nouns=nouns, taken=taken)
        return tuple(cells.without_lost_per(found, headers, lead))
    found = _composed_figures(composed, context, nouns=nouns, taken=taken)
    return tuple(cells.without_lost_per(found, headers, lead))


def _labelled_figures(
    row: Labelled, view: str, context: Context, *, nouns: frozenset[str], taken: list[Span]
) -> Iterator[Finding]:
    """The figures of the values that stand under the label of a row, each with the unit of that behind it."""
    under = replace(context, table_head=row.label, heads=(row.label,))
    for value in row.values:
        if not any(value.overlaps(span) for span in taken):
            said = view[value.start : value.end]
            composed = cells.Composed(f"{said} {row.unit}", len(said))
            for found in _composed_figures(composed, under, nouns=nouns, taken=[]):
                at = value.start
                yield replace(found, start=found.start + at, end=found.end + at, unit_end=found.unit_end + at)


def _composed_figures(
    composed: cells.Composed, context: Context, *, nouns: frozenset[str], taken: list[Span]
) -> list[Finding]:
    """The figures of a text with the unit of its header behind it."""
    whole = replace(context, sentences=(Span(0, len(composed.text)),))
    kept = [
        span for span in taken if span.end <= composed.length
    ]  # a mark behind the figure is not in the composed text
    return cells.back_in_cell(find_quantities(composed.text, whole, nouns=nouns, taken=kept), composed)


def _heads(segmented: Segmented, block: int) -> tuple[str, ...]:
    """The headers and labels of its table that a cell stands under, nearest first, as views."""
    blocks = segmented.document.blocks
    above = (blocks[index] for index in reversed(blocks[block].heading_path))
    spans = (head.span for head in above if head.cell is not None and head.cell.header)
    return tuple(segmented.view[span.start : span.end] for span in spans)


_SCALED = re.compile(r"\dM\b|million|billion|10|\d{3},\d{3}")

MAX_ABOUT = 2000
"""Characters before a cell in which its document says what its tables count."""


def _of_row(segmented: Segmented, part: Part) -> dict:
    """What the row of a table's cell adds to its context: the other cells and, if one is a route, the text before."""
    if _SCALED.search(part.view) is None:
        return {}
    if segmented.document.blocks[part.block].kind != "cell":
        return {"row": _route_above(segmented, part)}
    row = _row(segmented, part.block)
    about = segmented.view[max(0, part.start - MAX_ABOUT) : part.start]
    told = any(names_route(text) for text in (*row, part.view)) and not _names_agents(segmented, part.block)
    return {
        "row": row,
        "about": about if told else _dosed_beside(segmented, part.block, about),
        "delivered": _is_delivered(segmented, part.block),
    }


MAX_LINE = 5
"""Words of a line that is a figure and what it counts."""


def _route_above(segmented: Segmented, part: Part) -> tuple[str, ...]:
    """The line above one that is but a figure, if it is but a route: cells of one row, each on a line."""
    if not part.block or not part.view[:1].isdigit() or len(part.view.split(None, MAX_LINE)) > MAX_LINE:
        return ()
    above = _block_text(segmented, part.block - 1)
    return (above,) if is_route(above) else ()


def _is_delivered(segmented: Segmented, block: int) -> bool:
    """True for a cell of a column of doses in a table with a column for how they are given."""
    blocks = segmented.document.blocks
    for index in _column_heads(blocks, block):
        if role_of_head(_block_text(segmented, index)) == DOSE:
            return any(role_of_head(text) == ROUTE for text in _row(segmented, index))
    return False


def _column_heads(blocks: Sequence[Block], block: int) -> Iterator[int]:
    """The headers that stand above a cell in its column."""
    own = blocks[block].cell
    for index in blocks[block].heading_path:
        head = blocks[index].cell
        if own is not None and head is not None and head.header and head.column == own.column and head.row != own.row:
            yield index


def _names_agents(segmented: Segmented, block: int) -> bool:
    """True for a cell under a head that names other agents than cells: ``Virus dose``."""
    return any(cue.kind == "other_agent" for head in _heads(segmented, block) for cue in find_cues(head))


def _dosed_beside(segmented: Segmented, block: int, before: str) -> str:
    """The heads beside that of a column of doses, such as ``Source of MSCs``; empty for a cell of any other column.

    Empty, too, where the rows before speak of weight: a figure without it may be meant so.
    """
    index = next(_column_heads(segmented.document.blocks, block), None)
    if index is None or cells.speaks_of_weight(before):
        return ""
    beside = [text for text in _row(segmented, index) if cells.names_kind(text)]
    return " | ".join(beside) if cells.names_dose(_block_text(segmented, index)) else ""


MAX_ROW = 16
"""Cells on either side of a cell in which those of its row are looked for."""


def _row(segmented: Segmented, block: int) -> tuple[str, ...]:
    """The other cells of a cell's row."""
    blocks = segmented.document.blocks
    own = blocks[block].cell
    near = range(max(0, block - MAX_ROW), min(len(blocks), block + MAX_ROW + 1))
    return tuple(
        _block_text(segmented, index)
        for index in near
        if index != block
        and own is not None
        and (cell := blocks[index].cell) is not None
        and (cell.table, cell.row) == (own.table, own.row)
    )


def _lead(segmented: Segmented, block: int) -> str:
    """The text right before the table of a cell, as a view."""
    cell = segmented.document.blocks[block].cell
    first = 0 if cell is None else segmented.tables[cell.table]
    if not first:
        return ""
    span = segmented.document.blocks[first - 1].span
    return segmented.view[span.start : span.end]


def _block_text(segmented: Segmented, block: int) -> str:
    span = segmented.document.blocks[block].span
    return segmented.document.text[span.start : span.end]
