"""The order of the stages: ingest → segment → extract → relate → normalize → compare → report."""

from __future__ import annotations

import functools
import itertools
import logging
import multiprocessing.util
import platform
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from litclaims import compare, config, extract, ingest, inputs, normalize, plan, vocab, workers
from litclaims.compare.sources import Sources, Work, merge_sources
from litclaims.errors import (
    ConfigurationError,
    InputError,
    ReaderEnded,
    UnsupportedFormat,
    UnsupportedLanguage,
    VocabularyError,
)
from litclaims.extract.citation import find_citations, keys, resolve
from litclaims.extract.quantity.gate import dosed_blocks, may_hold_doses
from litclaims.extract.reference import find_references, reference_blocks
from litclaims.extract.stance import find_stances
from litclaims.inputs import Address, Input, find_inputs
from litclaims.model import (
    DOSE_MEASURES,
    Claim,
    Document,
    Duplicate,
    Extraction,
    Mention,
    Outcome,
    Reference,
    Span,
    Unparsed,
)
from litclaims.plan import Job, Plan
from litclaims.relate import PartReading, relate
from litclaims.report import rows
from litclaims.report.outputs import write_run
from litclaims.report.run_record import run_record
from litclaims.segment import Segmented, segment, view_of
from litclaims.store import changes as history
from litclaims.store import decisions as reviews
from litclaims.store.fingerprint import code
from litclaims.store.fingerprint import fingerprint as fingerprint_of
from litclaims.store.ledger import Run, Store, stored
from litclaims.store.parts import Done, Parts
from litclaims.tables import frame
from litclaims.workers import Runner

__all__ = [
    "Input",
    "RunResult",
    "batches",
    "compare_outcomes",
    "extract_document",
    "extract_file",
    "extract_input",
    "extract_text",
    "failed_apart",
    "find_inputs",
    "finish",
    "read_apart",
    "read_batch",
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
    """What a run made.

    Attributes:
        files: what it wrote, by name.
        changes: rows of the table of that name; None if there is no earlier run over the same paths.
        n_flagged: flagged verdicts that repeat no other, as reviewers left them.
    """

    outcomes: tuple[Outcome, ...]
    comparison: compare.Comparison
    files: dict[str, Path]
    changes: tuple[Mapping[str, object], ...] | None = None
    n_flagged: int = 0


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
    claims, entities = _claims(segmented, parts, model, only=only, gate=gate)
    found = Extraction(
        document=document,
        claims=claims,
        references=references,
        stances=find_stances(document) if claims or only is None else (),
        unparsed=tuple(_unparsed(document, parts)),
        mentions=_in_order(entities, _marked(document, parts)) if claims else (),
    )
    return replace(found, keys=tuple(sorted(_own_keys(found))))


def _dosed(document: Document) -> set[int]:
    """The blocks of a document that may hold a dose."""
    return dosed_blocks(view_of(document), document.blocks) if may_hold_doses(document.text) else set()


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


def extract_input(item: Input, *, model: str | None = None) -> Outcome:
    """The outcome of one input. A document that cannot be read is a failed or skipped outcome with its reason.

    Args:
        model: as for :func:`extract_document`.

    Raises:
        TimeoutError, ConnectionError, BlockingIOError, InterruptedError: reading failed in a way that may pass.
        VocabularyError, ConfigurationError: no document can be read right.
    """
    started = time.perf_counter()
    outcome = _try_input(item, model)
    return replace(outcome, seconds=time.perf_counter() - started)


def _try_input(item: Input, model: str | None) -> Outcome:
    failed = functools.partial(Outcome, item.doc, item.source, "failed")
    settings = config.load()
    try:
        document = inputs.load(item, seconds=settings.read_seconds)
        extraction = extract_document(document, model=model, only=settings.only)
        return Outcome(item.doc, item.source, "ok", extraction=extraction)
    except (*TRANSIENT, VocabularyError, ConfigurationError):
        raise
    except (UnsupportedFormat, UnsupportedLanguage) as error:
        return Outcome(item.doc, item.source, "skipped", str(error))
    except (InputError, OSError) as error:
        return failed(_told(error, item), lasting=not isinstance(error, (ReaderEnded, OSError)))
    except Exception as error:
        # one bad document must not end a run over a thousand others; what it was stands in its row
        _log.exception("%s could not be extracted", item.source)
        return failed(f"{item.source}: {type(error).__name__}: {error}", lasting=not isinstance(error, MemoryError))


@contextmanager
def reading() -> Iterator[None]:
    """While a run reads its inputs; at its end processes and files that were kept from one input to the next go."""
    config.load()  # a setting that cannot be used stops the run here, not at its first document
    try:
        yield
    finally:
        _close()


def _told(error: Exception, item: Input) -> str:
    if isinstance(error, OSError):
        return f"{item.source}: {error.strerror or error} (check that the file exists and may be read)"
    return str(error)


def compare_outcomes(outcomes: Sequence[Outcome], *, store: Store | None = None) -> compare.Comparison:
    """Positions and verdicts over all documents that were read; one that repeats another counts once.

    Args:
        store: the ledger. Claims that reviewers rejected there are left out, and corrected ones have their corrected
            value.
    """
    if store is not None:
        outcomes = reviews.corrected(outcomes, store.decisions(), rejected=False)
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
    _log.info("%d positions compared, %d verdicts", len(compared.positions), len(compared.verdicts) + len(stances))
    return replace(
        compared,
        verdicts=compared.verdicts + stances,
        duplicates=duplicates,
        sources=sources,
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


def write_outputs(
    outcomes: Sequence[Outcome],
    comparison: compare.Comparison,
    *,
    job: Job,
    store: Store,
    planned: Plan,
    read: Sequence[Done],
    started: datetime,
    configuration: Mapping[str, object],
    seconds: Mapping[str, float],
) -> RunResult:
    """Write every file of a run, all or none (see :func:`litclaims.report.outputs.write_run`), and then its ledger.

    The ledger is last: a run that is killed before has not been, and the next one writes the same tables again.

    Args:
        read: what became of the inputs that were to be read.
    """
    seen = planned.seen_after(read)
    ended = datetime.now(UTC)
    decided = store.decisions()
    listed = [outcome.doc for outcome in outcomes if outcome.extraction is not None or outcome.status == "missing"]
    settled = store.settle(comparison, listed)
    verdicts = reviews.reviewed(settled, decided, repeats=comparison.repeats)
    tables = rows.frames(
        reviews.corrected(outcomes, decided),
        comparison.positions,
        verdicts,
        comparison=comparison,
        reviews=reviews.words(outcomes, verdicts, decided),
    )
    members = {stored(outcome.doc): (outcome.status, _sha256(seen.get(outcome.doc))) for outcome in outcomes}
    after = history.snapshot(tables, members)
    before = earlier_run(store, planned.parts, job.scope)
    changed = None if before is None else tuple(history.changes(before, after))
    tables["changes"] = frame("changes", [dict(row) for row in changed or ()])
    run_id = uuid.uuid4().hex
    record = {"run_id": run_id, "notes": list(comparison.notes)} | run_record(
        tables,
        configuration={**configuration, "paths": list(job.paths), "model": job.model},
        vocabulary_sha256=vocab.fingerprint(),
        models=extract.models(job.model),
        started=started,
        ended=ended,
        seconds=seconds,
    )
    run = Run(
        run_id=run_id,
        started=started,
        ended=ended,
        version=str(record["versions"]["litclaims"]),
        configuration=record["configuration"],
        n_flagged=sum(verdict.flag for verdict in verdicts),
        fingerprint=job.fingerprint,
        code=code(),
        decisions=decided.sha256,
        scope=job.scope,
        claims_part=history.save(planned.parts, "claims", after.claims),
        verdicts_part=history.save(planned.parts, "verdicts", after.verdicts),
    )
    files = write_run(tables, job.out, record=record, outcomes=outcomes)
    store.record(run, outcomes, settled, seen=seen)
    _log.info("%d files written to %s", len(files), job.out)
    flagged = sum(verdict.flag and verdict.pair_id not in comparison.repeats for verdict in verdicts)
    return RunResult(tuple(outcomes), comparison, {file.name: file for file in files}, changed, flagged)


def _sha256(seen: plan.Seen | None) -> str | None:
    return None if seen is None else seen.sha256


def earlier_run(store: Store, parts: Parts, scope: str) -> history.Snapshot | None:
    """The last run over the same paths, as the next is compared with it; None if there is none that kept enough."""
    run = store.last_run(scope)
    return None if run is None else history.of_run(store, parts, run)


def failed_outcome(item: Input, error: BaseException) -> Outcome:
    """The outcome of an input whose reading failed each time it was tried."""
    reason = f"{item.source}: {type(error).__name__}: {error} (try again)"
    return Outcome(doc=item.doc, source=item.source, status="failed", reason=reason, lasting=False)


def read_patiently(item: Input, *, model: str | None = None) -> Outcome:
    """The outcome of an input; a read that failed in a way that may pass is tried again before it is a failed row."""
    for pause in (*PAUSES, None):
        try:
            return extract_input(item, model=model)
        except TRANSIENT as error:
            if pause is None:
                return failed_outcome(item, error)
            time.sleep(pause)
    raise AssertionError("the last try returns")


def read_batch(
    items: Sequence[Input],
    *,
    parts: Parts,
    fingerprint: str,
    model: str | None = None,
    read: Callable[[Input], Outcome] | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[Done, ...]:
    """Read a batch and keep what was read as one part; gives what became of each input, in their order.

    It needs no ledger and nothing of the process that calls it: arguments and results are small and can be sent to
    another process or machine. What it gives is kept once :meth:`litclaims.store.Store.keep` has it; a part of which
    nothing is kept is swept away by the next run.

    Args:
        read: reads one input, in place of :func:`read_patiently`.
        told: is given the name of each document when it was read.

    Raises:
        StoreError: the part cannot be written.
        VocabularyError, ConfigurationError: no document can be read right.
    """
    reader = read or functools.partial(read_patiently, model=model)
    made: list[tuple[Outcome, str | None]] = []
    for item in items:
        made.append(_read_surely(item, reader))
        if told is not None:
            told(item.doc)
    kept = [outcome for outcome, _ in made if outcome.extraction is not None]
    part = parts.write(kept, fingerprint=fingerprint) if kept else None
    numbers = {outcome.doc: number for number, outcome in enumerate(kept)}
    return tuple(done(outcome, sha256, part=part, row=numbers.get(outcome.doc)) for outcome, sha256 in made)


def _read_surely(item: Input, read: Callable[[Input], Outcome]) -> tuple[Outcome, str | None]:
    """The outcome of an input, and the digest of what was read; None if that cannot be said for sure."""
    if isinstance(item.part, Address):  # what is fetched a second time may be another page
        outcome = read(item)
        return outcome, outcome.extraction and outcome.extraction.document.sha256
    before = inputs.digest(item)
    outcome = read(item)
    return outcome, before if outcome.lasting and before == inputs.digest(item) else None


def read_apart(
    items: Sequence[Input],
    *,
    parts: Parts,
    fingerprint: str,
    seconds: float,
    model: str | None = None,
    read: Callable[[Input], Outcome] | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[Done, ...]:
    """Read a batch as :func:`read_batch` does, in a worker process that a document may end.

    Args:
        seconds: that a document may take, and more if it is large; one that takes longer ends the process.

    Raises:
        ConfigurationError: here is another version of litclaims or of a library than where the run was started.
    """
    if fingerprint_of(model, config.load().only) != fingerprint:
        remedy = "install the same litclaims, models and libraries for the workers as for the run"
        raise ConfigurationError(f"{platform.node()} would read otherwise than the run", source="worker", remedy=remedy)
    reader = read or functools.partial(read_patiently, model=model)

    def timed(item: Input) -> Outcome:
        with workers.limited(seconds + _bytes(item) / workers.BYTES_PER_SECOND):
            return reader(item)

    return read_batch(items, parts=parts, fingerprint=fingerprint, model=model, read=timed, told=told)


def failed_apart(item: Input, reason: str) -> Done:
    """What is told of an input that ended the process which read it."""
    return done(Outcome(item.doc, item.source, "failed", f"{item.source}: {reason}", lasting=False))


def done(outcome: Outcome, sha256: str | None = None, *, part: str | None = None, row: int | None = None) -> Done:
    """What is told of an outcome, in brief."""
    read = outcome.extraction
    return Done(
        doc=outcome.doc,
        source=outcome.source,
        sha256=sha256,
        status=outcome.status,
        reason=outcome.reason,
        part=part if read is not None else None,
        row=row,
        n_claims=0 if read is None else len(read.claims),
        chars=0 if read is None else len(read.document.text),
        seconds=outcome.seconds,
    )


MAX_BATCHES = 300
"""Batches of a run: beyond some hundreds of task runs Prefect's server becomes the slowest part and loses records."""


SHARES = 8
"""Batches that each worker gets at least: the last to end is then late by a sixteenth of the time, on average."""

MIN_BATCH = 20_000
"""Bytes below which a batch is not made smaller for that: it is a second of work, and handing it in takes a tenth."""


def batches(items: Sequence[Input], size: int) -> Iterator[tuple[Input, ...]]:
    """The inputs in order, packed into batches of about ``size`` bytes and into no more than :data:`MAX_BATCHES`.

    A batch holds at least one input, however large. One that cannot be looked at counts as empty: reading it will say
    what is wrong.
    """
    weights = [_bytes(item) for item in items]
    limit = max(size, -(-2 * sum(weights) // MAX_BATCHES))  # two neighbours together always fill more than a batch
    batch: list[Input] = []
    filled = 0
    for item, weight in zip(items, weights, strict=True):
        if batch and filled + weight > limit:
            yield tuple(batch)
            batch, filled = [], 0
        batch.append(item)
        filled += weight
    if batch:
        yield tuple(batch)


def shared_out(items: Sequence[Input], runner: Runner) -> list[tuple[Input, ...]]:
    """The inputs in batches for workers that are to end together: some for each, what is larger than a batch first."""
    size = config.load().batch_bytes
    if runner.workers == 1:
        return list(batches(items, size))
    share = sum(map(_bytes, items)) // (runner.workers * SHARES)
    size = min(size, max(share, MIN_BATCH))
    return sorted(batches(items, size), key=lambda batch: -max(0, sum(map(_bytes, batch)) - size))


def runner_of(planned: Plan, job: Job) -> Runner:
    """Who reads what is to be read, now that it is known how much it is."""
    return job.runner.decided(sum(map(_bytes, planned.to_read)))


def sent(planned: Plan, items: Sequence[Input]) -> tuple[Parts, tuple[Input, ...]]:
    """Parts and inputs for a process with another working folder."""
    parts = planned.parts
    where = parts.where if "://" in parts.where else str(Path(parts.where).absolute())
    return replace(parts, where=where), tuple(replace(item, path=item.path.absolute()) for item in items)


def _bytes(item: Input) -> int:
    if item.size or item.part is not None:
        return item.size
    try:
        return item.path.stat().st_size
    except OSError:
        return 0


def run_local(
    paths: Sequence[str | Path],
    *,
    out: Path,
    progress: Progress | None = None,
    model: str | None = None,
    store: str | Path | None = None,
    parts: str | None = None,
    refresh: bool = False,
    wait: float | None = None,
    runner: Runner | None = None,
) -> RunResult:
    """The whole run without Prefect. Where no document could be read nothing is written.

    Documents that an earlier run into the same store read are not read again while they and the pipeline are as they
    were.

    Args:
        paths: files, folders, patterns and addresses, see :func:`litclaims.inputs.find_inputs`.
        out: folder of the tables; made if it is missing.
        progress: called after each document with how many are done, of how many, and its name.
        model, store, parts, refresh, wait, runner: see :class:`litclaims.plan.Job`; by default the store is in ``out``
            and much is read by all cores. Who calls this from a script guards it with ``if __name__ == "__main__":``,
            for worker processes import the script.

    Raises:
        InputError, OutputError, StoreError: there is nothing to read, or nowhere to write.
        ConfigurationError: there is no such model.
    """
    job = plan.job(paths, out=out, model=model, store=store, parts=parts, refresh=refresh, wait=wait, runner=runner)
    if job.runner.kind in workers.SCHEDULED:
        remedy = "leave out --no-prefect, or say --runner process"
        raise ConfigurationError(f"the runner {job.runner.kind} is a task runner of Prefect", remedy=remedy)
    started, clock = datetime.now(UTC), time.perf_counter()
    with plan.opened(job) as (opened, planned):
        read = _read_here(planned, opened, job, progress)
        return finish(job, opened, planned, read, started=started, clock=clock, configuration={"prefect": False})


def _read_here(planned: Plan, store: Store, job: Job, progress: Progress | None) -> list[Done]:
    """Read what is new, batch by batch, each kept before the next is begun or handed in."""
    items = planned.to_read
    if not items:
        return []
    told = _counting(progress, len(items))
    runner = runner_of(planned, job)
    others = [item for item in items if item.doc not in planned.suspects]
    shared = shared_out(others, runner)
    read: dict[str, Done] = {}

    def keep(made: Sequence[Done]) -> None:
        store.keep(made, fingerprint=planned.fingerprint)
        read.update((one.doc, one) for one in made)

    with reading():
        if runner.kind == "thread" and shared:
            warm_up(job.model)
        if runner.kind == "thread":
            for batch in shared:
                keep(
                    read_batch(batch, parts=planned.parts, fingerprint=planned.fingerprint, model=job.model, told=told)
                )
        else:
            with closing(_read_by_processes(shared, planned, job, runner)) as shared_read:
                for made in shared_read:
                    keep(made)
                    _tell_all(told, made)
        for made in read_suspects(planned, job):
            keep(made)
            _tell_all(told, made)
    return [read[item.doc] for item in items]


def _read_by_processes(
    shared: Sequence[Sequence[Input]], planned: Plan, job: Job, runner: Runner
) -> Iterator[Sequence[Done]]:
    work, ready = worker_of(planned, job)
    with workers.one_thread_each(job.model):
        yield from workers.read_all(
            shared,
            pool=lambda: workers.ProcessPool(runner.workers, work, ready),
            alone=lambda batch: read_alone(batch, planned, job),
        )


def worker_of(planned: Plan, job: Job) -> tuple[Callable[..., Sequence[Done]], Callable[[], object]]:
    """What a worker process does with a batch, and what makes it ready; both can be sent to it."""
    parts, _ = sent(planned, ())
    given = {"parts": parts, "fingerprint": planned.fingerprint, "model": job.model, "seconds": job.runner.seconds}
    return functools.partial(read_apart, **given), functools.partial(get_ready, job.model)


def get_ready(model: str | None) -> None:
    """Make a worker process ready: all that it needs is loaded, and what it keeps open goes when it ends."""
    multiprocessing.util.Finalize(None, _close, exitpriority=1)
    warm_up(model)


def _close() -> None:
    ingest.isolate.close()
    inputs.close()


def read_alone(batch: Sequence[Input], planned: Plan, job: Job) -> Iterator[Sequence[Done]]:
    """Read a batch whose worker died, on this machine, until the document that ends its reader is known."""
    work, ready = worker_of(planned, job)
    with workers.one_thread_each(job.model):
        yield from workers.read_alone(batch, work=work, ready=ready, failed=failed_apart, seconds=job.runner.seconds)


def read_suspects(planned: Plan, job: Job) -> Iterator[Sequence[Done]]:
    """Read the documents that ended their reader before, never in this process: it is to live."""
    suspects = [item for item in planned.to_read if item.doc in planned.suspects]
    for item in suspects:
        yield from read_alone([item], planned, job)


def _tell_all(told: Callable[[str], None], made: Sequence[Done]) -> None:
    for one in made:
        told(one.doc)


def _counting(progress: Progress | None, total: int) -> Callable[[str], None]:
    counted = iter(range(1, total + 1))
    return lambda doc: None if progress is None else progress(next(counted), total, doc)


def finish(
    job: Job,
    store: Store,
    planned: Plan,
    read: Sequence[Done],
    *,
    started: datetime,
    clock: float,
    configuration: Mapping[str, object],
) -> RunResult:
    """Compare all documents and write the run. Where none could be read nothing is written.

    Args:
        read: what became of the inputs that were to be read.
        clock: :func:`time.perf_counter` when the run began.
    """
    was_read = time.perf_counter()
    outcomes = planned.outcomes(read)
    comparison = compare_outcomes(outcomes, store=store)
    if not any(outcome.extraction for outcome in outcomes):
        return RunResult(outcomes, comparison, {})
    return write_outputs(
        outcomes,
        comparison,
        job=job,
        store=store,
        planned=planned,
        read=read,
        started=started,
        configuration=configuration,
        seconds={"extract": was_read - clock, "compare": time.perf_counter() - was_read},
    )
