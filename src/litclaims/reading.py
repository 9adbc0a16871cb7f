"""One document: ingest → segment → extract → relate → normalize."""

from __future__ import annotations

import functools
import gc
import itertools
import logging
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from litclaims import config, extract, ingest, inputs, normalize, vocab
from litclaims.errors import (
    ConfigurationError,
    InputError,
    ReaderEnded,
    UnsupportedFormat,
    UnsupportedLanguage,
    VocabularyError,
)
from litclaims.extract import linking
from litclaims.extract.citation import find_citations, keys
from litclaims.extract.quantity.gate import dosed_blocks, explained, may_hold_doses, without_marks
from litclaims.extract.reference import find_references, reference_blocks
from litclaims.extract.stance import find_stances
from litclaims.inputs import Input
from litclaims.model import DOSE_MEASURES, Claim, Document, Extraction, Mention, Outcome, Span, Unparsed
from litclaims.relate import PartReading, relate
from litclaims.segment import Part, Segmented, segment, view_of

_log = logging.getLogger(__name__)

TRANSIENT = (TimeoutError, ConnectionError, BlockingIOError, InterruptedError)
"""Errors of reading that may pass: they are let through, so that whoever runs the stage can try again."""


HEAD_BLOCKS = 8
"""A document names itself (its DOI) among its first blocks."""


DOSES = "doses"
"""What ``only`` can be: the measures of :data:`litclaims.model.DOSE_MEASURES`."""


COLLECTED_AT = 20_000
"""Objects more than before at which Python searches for cycles while documents are read; its own way is 700."""


WARM_UP = (
    "Patients received a single intra-articular (IA) injection of 5 ± 1 million MSCs/kg in 2 mL, twice a week for 4 "
    "weeks, into the knee, unlike one in three adults with a BMI < 35.\n\nDoses of cells:\n10 million\n\n"
    "References\n1. Doe J. On cells. J Made. 2011;2:3.\n"
)


def warm_up(model: str | None = None, *, names: bool = False) -> None:
    """Load the pipeline, the models and the vocabulary, so that a fault in one stops the run at its start.

    Args:
        names: with the index by which names that are spelt a little otherwise are found: half a second that a few
            documents may never need, and many will.

    Raises:
        ConfigurationError: there is no such model.
    """
    for kind in vocab.kinds():
        vocab.load(kind)
    # a figure with all that it can hang on, and an entry, read every file of the vocabulary
    extract_document(ingest.from_text(WARM_UP, doc="warm-up"), model=model)
    if names:
        linking.generator("condition")
    # what is loaded stays: no collection need look through a million objects of it, nor write to pages that are shared
    gc.freeze()


def extract_document(
    document: Document,
    *,
    model: str | None = None,
    only: str | None = None,
    gate: bool = True,
    scanned: bool = False,
) -> Extraction:
    """All claims, references and stances of one document.

    Args:
        model: the spaCy pipeline that finds diseases, by name; None is our own.
        only: :data:`DOSES` for the doses of cells alone. Of a document that can hold none nothing is read, its
            references and stances neither.
        gate: False to read what a scan says can hold no figure, too: slower, and the claims are the same.
        scanned: True if the text as a whole was scanned, and may hold a dose.

    Raises:
        ConfigurationError: there is no such model.
    """
    wanted = _dosed(document, scanned=scanned) if only == DOSES and gate else None
    if wanted is not None and not wanted:
        return Extraction(document)
    segmented = segment(document)
    if wanted is not None:
        seen = _glimpsed(segmented, wanted)
        if not any(finding.measure in DOSE_MEASURES for part in seen for finding in part.findings):
            return Extraction(document, unparsed=tuple(dict.fromkeys(_unparsed(document, seen))))
    references = find_references(document)
    skipped = reference_blocks(document)
    marks, nouns = extract.markers(segmented, references), extract.cell_words(segmented)
    parts = [
        PartReading(part, seen, figures, marks[index])
        for index, part in enumerate(segmented.parts)
        if part.block not in skipped
        for seen in [extract.without_raised(part.view, marks[index])]
        for figures in [
            extract.figures(segmented, part, nouns=nouns, marks=marks[index], gate=gate)
            if wanted is None or part.block in wanted
            else ()
        ]
    ]
    claims, entities = _claims(segmented, parts, model, only=only, gate=gate)
    found = Extraction(
        document=document,
        claims=claims,
        references=references,
        stances=find_stances(document) if claims or only is None else (),
        unparsed=tuple(_unparsed(document, parts)),
        mentions=_in_order(entities, _marked(document, parts)) if claims else (),
    )
    return replace(found, keys=tuple(sorted(own_keys(found))))


def _dosed(document: Document, *, scanned: bool) -> set[int]:
    """The blocks of a document that may hold a dose."""
    table = any(block.kind == "cell" for block in document.blocks)
    may = scanned or may_hold_doses(document.text, table=table)
    return dosed_blocks(view_of(document), document.blocks) if may else set()


def _glimpsed(segmented: Segmented, blocks: Collection[int]) -> list[PartReading]:
    """The figures of some blocks as they are seen without a look at the rest of the document.

    Its citations are not known: what may be the mark of one is taken for it and for none, and what may be an
    abbreviation of cells for one, so that no dose stays unseen.
    """
    nouns = explained(segmented.view)
    parts = [part for part in segmented.parts if part.block in blocks]
    bare = [Part(part.block, part.start, without_marks(part.view)) for part in parts]
    return [
        PartReading(part, part.view, extract.figures(segmented, part, nouns=nouns, marks=()), ())
        for part in (*parts, *(other for other, part in zip(bare, parts, strict=True) if other.view != part.view))
    ]


def _claims(
    segmented: Segmented, parts: Sequence[PartReading], model: str | None, *, only: str | None, gate: bool
) -> tuple[tuple[Claim, ...], tuple[Mention, ...]]:
    """The claims of a document and what it names; where no figure claims anything its text is not searched for that."""
    if gate and not any(_is_wanted(finding.measure, only) for part in parts for finding in part.findings):
        return (), ()
    # only doses are compared by what they are given for: the other figures take the conditions that the lexicons name
    figured = {part.block for part in parts if any(each.measure in DOSE_MEASURES for each in part.findings)}
    entities = extract.entities(segmented, figured=figured, model=model)
    drafts = relate(segmented.document, segmented.view, parts, entities)
    claims = normalize.claims(drafts, segmented.document)
    return tuple(claim for claim in claims if _is_wanted(claim.measure, only)), entities


def _in_order(*mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(itertools.chain(*mentions), key=lambda one: (one.span.start, one.span.end)))


def _is_wanted(measure: str, only: str | None) -> bool:
    return measure in DOSE_MEASURES if only == DOSES else bool(measure)


def _marked(document: Document, parts: Sequence[PartReading]) -> Iterator[Mention]:
    """Figures, by their measure, and citation marks, by what they point to."""
    for part in parts:
        found = [(one.start, one.end, "quantity", one.rule, one.measure or None) for one in part.findings]
        for mark in part.marks:
            found.append((mark.span.start, mark.span.end, "citation", mark.rule, ", ".join(mark.markers) or None))
        for start, end, kind, rule, label in found:
            span = Span(part.start + start, part.start + end)
            yield Mention(kind, document.text[span.start : span.end], span, rule, part.block, label)


def _unparsed(document: Document, parts: Sequence[PartReading]) -> Iterator[Unparsed]:
    """Figures of cells that were seen and not claimed, each with its reason."""
    for part in parts:
        for finding in part.findings:
            if not finding.measure:
                span = Span(part.start + finding.start, part.start + finding.end)
                yield Unparsed(document.doc, span, document.text[span.start : span.end], finding.reason)


def extract_text(text: str, *, doc: str) -> Extraction:
    """The extraction of a text in memory, read as plain text."""
    return extract_document(ingest.from_text(text, doc=doc))


def extract_file(path: Path, *, doc: str) -> Outcome:
    """The outcome of one file under a name of its own; see :func:`extract_input`."""
    return extract_input(Input(path, doc, str(path)))


def extract_input(item: Input, *, model: str | None = None, only: str | None = None) -> Outcome:
    """The outcome of one input. A document that cannot be read is a failed or skipped outcome with its reason.

    Args:
        model, only: as for :func:`extract_document`.

    Raises:
        TimeoutError, ConnectionError, BlockingIOError, InterruptedError: reading failed in a way that may pass.
        VocabularyError, ConfigurationError: no document can be read right.
    """
    started = time.perf_counter()
    outcome = _try_input(item, model, only)
    return replace(outcome, seconds=time.perf_counter() - started)


def _try_input(item: Input, model: str | None, only: str | None) -> Outcome:
    try:
        taken = inputs.take(item)
    except TRANSIENT:
        raise
    except UnsupportedFormat as error:
        return Outcome(item.doc, item.source, "skipped", str(error))
    except (InputError, OSError) as error:
        # it is not known of which bytes
        return Outcome(item.doc, item.source, "failed", _reason(error, item), lasting=False)
    return replace(_try_taken(item, taken, model, only), input_sha256=taken.sha256)


def _try_taken(item: Input, taken: inputs.Taken, model: str | None, only: str | None) -> Outcome:
    outcome = functools.partial(Outcome, item.doc, item.source)
    try:
        return outcome("ok", extraction=_read(item, taken, model, only))
    except (*TRANSIENT, VocabularyError, ConfigurationError):
        raise
    except (UnsupportedFormat, UnsupportedLanguage) as error:
        return outcome("skipped", str(error))
    except (InputError, OSError) as error:
        return outcome("failed", _reason(error, item), lasting=not isinstance(error, (ReaderEnded, OSError)))
    except Exception as error:
        # one bad document must not end a run over a thousand others; what it was stands in its row
        _log.exception("%s could not be extracted", item.source)
        reason = f"{item.source}: {type(error).__name__}: {error}"
        return outcome("failed", reason, lasting=not isinstance(error, MemoryError))


def _read(item: Input, taken: inputs.Taken, model: str | None, only: str | None) -> Extraction:
    """The extraction of an input; where its very text shows that it holds no dose, and those alone are asked for, an
    empty one of a document that is not laid out."""
    text = inputs.raw_text(item, taken) if only == DOSES else None
    if text is not None and not may_hold_doses(text):
        return Extraction(inputs.unread(item, taken, text))
    document = inputs.load(item, taken, seconds=config.load().read_seconds)
    return extract_document(document, model=model, only=only, scanned=text is not None)


@contextmanager
def session() -> Iterator[None]:
    """While a run reads its inputs; at its end processes and files that were kept from one input to the next go."""
    config.load()  # a setting that cannot be used stops the run here, not at its first document
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        close()


def collect_seldom() -> None:
    """Let this process search for cycles seldom: reading makes many small objects, and hardly a cycle of them."""
    gc.set_threshold(COLLECTED_AT, *gc.get_threshold()[1:])


def _reason(error: Exception, item: Input) -> str:
    if isinstance(error, OSError):
        return f"{item.source}: {error.strerror or error} (check that the file exists and may be read)"
    return str(error)


def own_keys(extraction: Extraction) -> frozenset[str]:
    """The identifiers that a document gives for itself: a DOI among its first blocks that none of its claims cites."""
    if extraction.keys is not None:
        return frozenset(extraction.keys)
    document = extraction.document
    listed = reference_blocks(document)
    marks = (
        marker
        for index, block in enumerate(document.blocks[:HEAD_BLOCKS])
        if index not in listed
        for mark in find_citations(document.text[block.span.start : block.span.end])
        if mark.rule in ("doi", "pmid")
        for marker in mark.markers
    )
    cited = {key for claim in extraction.claims for key in keys(claim.citations, extraction.references)}
    own = {f"doi:{document.doi.lower()}"} if document.doi else set()
    return (frozenset(marks) - cited) | own


def close() -> None:
    ingest.isolate.close()
    inputs.close()
