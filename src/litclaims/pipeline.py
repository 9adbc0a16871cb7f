"""The order of the stages: ingest → segment → extract → relate → normalize → compare → report."""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from litclaims import compare, config, extract, ingest, inputs, normalize, vocab
from litclaims.compare.sources import Sources, Work, merge_sources
from litclaims.errors import ConfigurationError, InputError, UnsupportedFormat, UnsupportedLanguage, VocabularyError
from litclaims.extract.citation import find_citations, keys, resolve
from litclaims.extract.quantity.gate import dosed_blocks, may_hold_doses
from litclaims.extract.reference import find_references, reference_blocks
from litclaims.extract.stance import find_stances
from litclaims.inputs import Input, find_inputs
from litclaims.model import DOSE_MEASURES, Claim, Document, Duplicate, Extraction, Outcome, Reference, Span, Unparsed
from litclaims.relate import PartReading, relate
from litclaims.report import rows
from litclaims.report.outputs import write_run
from litclaims.report.run_record import run_record
from litclaims.report.write import check_out
from litclaims.segment import Segmented, segment, view_of

__all__ = [
    "Input",
    "RunResult",
    "compare_outcomes",
    "extract_document",
    "extract_file",
    "extract_input",
    "extract_text",
    "find_inputs",
    "reading",
    "run_local",
    "warm_up",
    "write_outputs",
]

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]

TRANSIENT = (TimeoutError, ConnectionError, BlockingIOError, InterruptedError)
"""Errors of reading that may pass: they are let through, so that whoever runs the stage can try again."""

HEAD_BLOCKS = 8
"""A document names itself (its DOI) among its first blocks."""


DOSES = "doses"
"""What ``only`` can be: the measures of :data:`litclaims.model.DOSE_MEASURES`."""

WARM_UP = (
    "Patients received a single intra-articular (IA) injection of 5 ± 1 million MSCs/kg in 2 mL, twice a week for 4 "
    "weeks, into the knee, unlike one in three adults with a BMI < 35.\n\nDoses of cells:\n10 million\n\n"
    "References\n1. Doe J. On cells. J Made. 2011;2:3.\n"
)

PAUSES = (0.2, 1.0)
"""Seconds before the second and third try of a read that failed in a way that may pass."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made."""

    outcomes: tuple[Outcome, ...]
    comparison: compare.Comparison
    files: dict[str, Path]


def warm_up(model: str | None = None) -> None:
    """Load the pipeline, the models and the vocabulary, so that a fault in one stops the run at its start.

    Raises:
        ConfigurationError: there is no such model.
    """
    for kind in vocab.kinds():
        vocab.load(kind)
    # a figure with all that it can hang on, and an entry, read every file of the vocabulary
    extract_document(ingest.from_text(WARM_UP, doc="warm-up"), model=model)


def extract_document(
    document: Document, *, model: str | None = None, only: str | None = None, gate: bool = True
) -> Extraction:
    """All claims, references and stances of one document.

    Args:
        model: the spaCy pipeline that finds diseases, by name; None is our own.
        only: :data:`DOSES` for the doses of cells alone. Of a document that can hold none nothing is read, its
            references and stances neither.
        gate: False to read what a scan says can hold no figure, too: slower, and the claims are the same.

    Raises:
        ConfigurationError: there is no such model.
    """
    wanted = _dosed(document) if only == DOSES and gate else None
    if wanted is not None and not wanted:
        return Extraction(document)
    segmented = segment(document)
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
    claims = _claims(segmented, parts, model, only=only, gate=gate)
    return Extraction(
        document=document,
        claims=claims,
        references=references,
        stances=find_stances(document) if claims or only is None else (),
        unparsed=tuple(_unparsed(document, parts)),
    )


def _dosed(document: Document) -> set[int]:
    """The blocks of a document that may hold a dose."""
    return dosed_blocks(view_of(document), document.blocks) if may_hold_doses(document.text) else set()


def _claims(
    segmented: Segmented, parts: Sequence[PartReading], model: str | None, *, only: str | None, gate: bool
) -> tuple[Claim, ...]:
    """The claims of a document; where no figure claims anything its text is not searched for what it would hang on."""
    if gate and not any(_is_wanted(finding.measure, only) for part in parts for finding in part.findings):
        return ()
    # only doses are compared by what they are given for: the other figures take the conditions that the lexicons name
    figured = {part.block for part in parts if any(each.measure in DOSE_MEASURES for each in part.findings)}
    entities = extract.entities(segmented, figured=figured, model=model)
    drafts = relate(segmented.document, segmented.view, parts, entities)
    claims = normalize.claims(drafts, segmented.document)
    return tuple(claim for claim in claims if _is_wanted(claim.measure, only))


def _is_wanted(measure: str, only: str | None) -> bool:
    return measure in DOSE_MEASURES if only == DOSES else bool(measure)


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


def extract_input(item: Input, *, model: str | None = None) -> Outcome:
    """The outcome of one input. A document that cannot be read is a failed or skipped outcome with its reason.

    Args:
        model: as for :func:`extract_document`.

    Raises:
        TimeoutError, ConnectionError, BlockingIOError, InterruptedError: reading failed in a way that may pass.
        VocabularyError, ConfigurationError: no document can be read right.
    """
    started = time.perf_counter()
    status, reason, extraction = _try_input(item, model)
    return Outcome(item.doc, item.source, status, reason, extraction, time.perf_counter() - started)


def _try_input(item: Input, model: str | None) -> tuple[str, str, Extraction | None]:
    """Status, reason and extraction of an input."""
    try:
        return "ok", "", extract_document(inputs.load(item, seconds=config.load().read_seconds), model=model)
    except (*TRANSIENT, VocabularyError, ConfigurationError):
        raise
    except (UnsupportedFormat, UnsupportedLanguage) as error:
        return "skipped", str(error), None
    except (InputError, OSError) as error:
        return "failed", _told(error, item), None
    except Exception as error:
        # one bad document must not end a run over a thousand others; what it was stands in its row
        _log.exception("%s could not be extracted", item.source)
        return "failed", f"{item.source}: {type(error).__name__}: {error}", None


@contextmanager
def reading() -> Iterator[None]:
    """While a run reads its inputs; at its end processes and files that were kept from one input to the next go."""
    config.load()  # a setting that cannot be used stops the run here, not at its first document
    try:
        yield
    finally:
        ingest.isolate.close()
        inputs.close()


def _told(error: Exception, item: Input) -> str:
    if isinstance(error, OSError):
        return f"{item.source}: {error.strerror or error} (check that the file exists and may be read)"
    return str(error)


def compare_outcomes(outcomes: Sequence[Outcome], *, out: Path | None = None) -> compare.Comparison:
    """Positions and verdicts over all documents that were read; one that repeats another counts once.

    Args:
        out: folder of the ledger. Claims that reviewers rejected there are left out, and corrected ones have their
            corrected value.
    """
    if out is not None:
        outcomes = _as_reviewed(outcomes, out)
    read = {outcome.doc: outcome.extraction for outcome in outcomes if outcome.extraction is not None}
    duplicates, left_out = compare.judge_figures(
        compare.find_duplicates(list(read), lambda doc: read[doc].document.text), lambda doc: read[doc].claims
    )
    counted = [extraction for doc, extraction in read.items() if doc not in left_out]
    sources = cited_sources(outcomes)
    compared = compare.compare(
        [claim for extraction in counted for claim in _with_keys(extraction, sources)],
        sentences=lambda claim: _quote(read[claim.doc].document, claim.sentence),
        document_keys=_document_keys(read, duplicates, sources),
    )
    stances = compare.stance_verdicts(
        (stance for extraction in counted for stance in extraction.stances),
        sentences=lambda stance: _quote(read[stance.doc].document, stance.span),
    )
    return replace(
        compared,
        verdicts=compared.verdicts + stances,
        duplicates=duplicates,
        notes=(*compared.notes, *_note(duplicates)),
    )


def _quote(document: Document, span: Span) -> str:
    return " ".join(document.text[span.start : span.end].split())


def _note(duplicates: Sequence[Duplicate]) -> Iterator[str]:
    counts = Counter(each.kind == "changed" for each in duplicates)
    if counts[False]:
        yield f"Documents that repeat another and count once: {counts[False]} (duplicate_of in the table documents)."
    if counts[True]:
        yield f"Documents near another that state other figures, so that both are compared: {counts[True]}."


def _document_keys(
    read: Mapping[str, Extraction], duplicates: Sequence[Duplicate], sources: Sources
) -> dict[str, frozenset[str]]:
    """The identifiers of each document; what repeats another is named by those of both."""
    own = {doc: _own_keys(extraction) | sources.keys_of(doc) for doc, extraction in read.items()}
    found = dict(own)
    for each in duplicates:
        if each.kind != "changed":
            found[each.doc] = found[each.of] = found[each.of] | own[each.doc]
    return found


def _as_reviewed(outcomes: Sequence[Outcome], out: Path) -> Sequence[Outcome]:
    from litclaims.store.decisions import corrected
    from litclaims.store.ledger import FILE, Store

    if not (out / FILE).exists():
        return outcomes
    with Store.open(out / FILE) as store:
        return corrected(outcomes, store.decisions(), rejected=False)


def cited_sources(outcomes: Sequence[Outcome]) -> Sources:
    """The works that the documents cite, merged over their reference lists, and which of them are documents here."""
    read = [outcome.extraction for outcome in outcomes if outcome.extraction is not None]
    works = (Work(one.document.doc, one.document.title, _own_keys(one)) for one in read)
    return merge_sources((entry for one in read for entry in one.references), works)


def _with_keys(extraction: Extraction, sources: Sources) -> Iterator[Claim]:
    """The claims with their markers replaced by the works they point to, which are the same in every document."""
    for claim in extraction.claims:
        cited = (work_key(marker, extraction.references, sources) for marker in claim.citations)
        yield replace(claim, citations=tuple(dict.fromkeys(key for key in cited if key is not None)))


def work_key(marker: str, references: Sequence[Reference], sources: Sources) -> str | None:
    """The work that a marker points to, by the key it has in every document; None if it points to none."""
    entry = resolve(marker, references)
    if entry is not None:
        return sources.key(entry)
    return sources.key_of(marker) if marker.startswith(("doi:", "pmid:")) else None


def _own_keys(extraction: Extraction) -> frozenset[str]:
    """The identifiers that a document gives for itself: a DOI among its first blocks that none of its claims cites."""
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


def write_outputs(
    outcomes: Sequence[Outcome],
    comparison: compare.Comparison,
    out: Path,
    *,
    started: datetime,
    configuration: Mapping[str, object],
    seconds: Mapping[str, float],
) -> dict[str, Path]:
    """Write every file of a run and its ledger; all files or none. See :func:`litclaims.report.outputs.write_run`."""
    from litclaims.store import decisions as reviews  # late: whoever only reads documents needs no database
    from litclaims.store.ledger import FILE, Run, Store

    ended = datetime.now(UTC)
    with Store.open(out / FILE) as store:
        decided = store.decisions()
        settled = store.settle(comparison, [outcome.doc for outcome in outcomes if outcome.extraction is not None])
        verdicts = reviews.reviewed(settled, decided, repeats=comparison.repeats)
        tables = rows.frames(
            reviews.corrected(outcomes, decided),
            comparison.positions,
            verdicts,
            sources=cited_sources(outcomes),
            comparison=comparison,
            reviews=reviews.words(outcomes, verdicts, decided),
        )
        record = run_record(
            tables,
            configuration=configuration,
            vocabulary_sha256=vocab.fingerprint(),
            models=extract.models(configuration.get("model")),
            started=started,
            ended=ended,
            seconds=seconds,
        )
        run = Run(
            run_id=uuid.uuid4().hex,
            started=started,
            ended=ended,
            version=str(record["versions"]["litclaims"]),
            configuration=record["configuration"],
            n_flagged=sum(verdict.flag for verdict in verdicts),
        )
        store.record(run, outcomes, settled)
        files = write_run(tables, out, record=record)
    return {file.name: file for file in files}


def failed_outcome(item: Input, error: BaseException) -> Outcome:
    """The outcome of an input whose reading failed each time it was tried."""
    reason = f"{item.source}: {type(error).__name__}: {error} (try again)"
    return Outcome(doc=item.doc, source=item.source, status="failed", reason=reason)


def _extract_patiently(item: Input, model: str | None) -> Outcome:
    """The outcome of an input; a read that failed in a way that may pass is tried again before it is a failed row."""
    for pause in (*PAUSES, None):
        try:
            return extract_input(item, model=model)
        except TRANSIENT as error:
            if pause is None:
                return failed_outcome(item, error)
            time.sleep(pause)
    raise AssertionError("the last try returns")


def run_local(
    paths: Sequence[str | Path], *, out: Path, progress: Progress | None = None, model: str | None = None
) -> RunResult:
    """The whole run in this process, without Prefect. Where no document could be read nothing is written.

    Args:
        paths: files, folders, patterns and addresses, see :func:`litclaims.inputs.find_inputs`.
        out: folder of the tables; made if it is missing.
        progress: called after each document with how many are done, of how many, and its name.

        model: the spaCy pipeline that finds diseases, by name; None is our own.

    Raises:
        InputError, OutputError: there is nothing to read, or nowhere to write.
        ConfigurationError: there is no such model.
    """
    check_out(out)
    started, clock = datetime.now(UTC), time.perf_counter()
    found = find_inputs(paths)
    warm_up(model)
    outcomes = list(found.outcomes)
    with reading():
        for number, item in enumerate(found.items, 1):
            outcomes.append(_extract_patiently(item, model))
            if progress is not None:
                progress(number, len(found.items), item.doc)
    read = time.perf_counter()
    comparison = compare_outcomes(outcomes, out=out)
    if not any(outcome.extraction for outcome in outcomes):
        return RunResult(tuple(outcomes), comparison, {})
    seconds = {"extract": read - clock, "compare": time.perf_counter() - read}
    configuration = {"paths": [str(path) for path in paths], "prefect": False, "model": model}
    files = write_outputs(outcomes, comparison, out, started=started, configuration=configuration, seconds=seconds)
    return RunResult(tuple(outcomes), comparison, files)
