"""A whole run: what is new is read, batch by batch; then all documents are compared, and the tables written."""

from __future__ import annotations

import itertools
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from litclaims import batches, compare, extract, plan, reading, vocab, workers
from litclaims.compare.sources import Sources, Work, merge_sources
from litclaims.errors import ConfigurationError
from litclaims.extract.citation import resolve
from litclaims.gather import HELD, Gathered, gather
from litclaims.model import Claim, Duplicate, Extraction, Outcome, Reference
from litclaims.plan import Job, Plan
from litclaims.report import rows
from litclaims.report.outputs import write_run
from litclaims.report.run_record import run_record
from litclaims.store import changes as history
from litclaims.store import decisions as reviews
from litclaims.store.fingerprint import code
from litclaims.store.ledger import Run, Store, stored
from litclaims.store.parts import Done, Parts
from litclaims.tables import frame
from litclaims.workers import Runner

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made.

    Attributes:
        files: what it wrote, by name.
        changes: rows of the table of that name; None if there is no earlier run over the same paths.
        n_flagged: flagged verdicts that repeat no other, as reviewers left them.
        extraction: gives all that was read in a document, by its name, where ``outcomes`` hold an excerpt of it.
    """

    outcomes: tuple[Outcome, ...]
    comparison: compare.Comparison
    files: dict[str, Path]
    changes: tuple[Mapping[str, object], ...] | None = None
    n_flagged: int = 0
    extraction: Callable[[str], Extraction] | None = None


def compare_outcomes(
    outcomes: Sequence[Outcome], *, store: Store | None = None, gathered: Gathered | None = None
) -> compare.Comparison:
    """Positions and verdicts over all documents that were read; one that repeats another counts once.

    Args:
        store: the ledger. Claims that reviewers rejected there are left out, and corrected ones have their corrected
            value.
        gathered: where the texts are, if the outcomes do not hold them.
    """
    if store is not None:
        outcomes = reviews.corrected(outcomes, store.decisions(), rejected=False)
    read = {outcome.doc: outcome.extraction for outcome in outcomes if outcome.extraction is not None}
    text = (lambda doc: read[doc].document.text) if gathered is None else gathered.text
    signatures = None if gathered is None else gathered.signatures
    duplicates, left_out = compare.judge_figures(
        compare.find_duplicates(list(read), text, signatures=signatures), lambda doc: read[doc].claims
    )
    counted = [extraction for doc, extraction in read.items() if doc not in left_out]
    sources = cited_sources(outcomes)
    compared = compare.compare(
        [claim for extraction in counted for claim in _with_keys(extraction, sources)],
        sentences=lambda claim: read[claim.doc].quote(claim.sentence),
        document_keys=_document_keys(read, duplicates, sources),
    )
    stances = compare.stance_verdicts(
        (stance for extraction in counted for stance in extraction.stances),
        sentences=lambda stance: read[stance.doc].quote(stance.span),
    )
    _log.info("%d positions compared, %d verdicts", len(compared.positions), len(compared.verdicts) + len(stances))
    return replace(
        compared,
        verdicts=compared.verdicts + stances,
        duplicates=duplicates,
        sources=sources,
        notes=(*compared.notes, *_note(duplicates)),
    )


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
    own = {doc: reading.own_keys(extraction) | sources.keys_of(doc) for doc, extraction in read.items()}
    found = dict(own)
    for each in duplicates:
        if each.kind != "changed":
            found[each.doc] = found[each.of] = found[each.of] | own[each.doc]
    return found


def cited_sources(outcomes: Sequence[Outcome]) -> Sources:
    """The works that the documents cite, merged over their reference lists, and which of them are documents here."""
    read = [outcome.extraction for outcome in outcomes if outcome.extraction is not None]
    works = (Work(one.document.doc, one.document.title, reading.own_keys(one)) for one in read)
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


def write_outputs(
    gathered: Gathered,
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
    comparison = replace(comparison, notes=(*comparison.notes, *_left_out(job)))
    outcomes, seen = gathered.outcomes, planned.seen_after(read)
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
        configuration={**configuration, "paths": list(job.paths), "model": job.model, "only": job.only},
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
    files = write_run(tables, job.out, record=record, texts=gathered.shown)
    store.record(run, outcomes, settled, seen=seen, texts=gathered.texts())
    _log.info("%d files written to %s", len(files), job.out)
    flagged = sum(verdict.flag and verdict.pair_id not in comparison.repeats for verdict in verdicts)
    written = {file.name: file for file in files}
    return RunResult(outcomes, comparison, written, changed, flagged, gathered.extraction)


def _left_out(job: Job) -> Iterator[str]:
    if job.only is not None:
        yield f"Read were {job.only} of cells alone (--only): no other figures, and nothing of a document without one."


def _sha256(seen: plan.Seen | None) -> str | None:
    return None if seen is None else seen.sha256


def earlier_run(store: Store, parts: Parts, scope: str) -> history.Snapshot | None:
    """The last run over the same paths, as the next is compared with it; None if there is none that kept enough."""
    run = store.last_run(scope)
    return None if run is None else history.of_run(store, parts, run)


def run_local(
    paths: Sequence[str | Path],
    *,
    out: Path,
    progress: Progress | None = None,
    model: str | None = None,
    only: str | None = None,
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
        model, only, store, parts, refresh, wait, runner: see :class:`litclaims.plan.Job`; by default the store is in
            ``out`` and much is read by all cores. Who calls this from a script guards it with ``if __name__ ==
            "__main__":``, for worker processes import the script.

    Raises:
        InputError, OutputError, StoreError: there is nothing to read, or nowhere to write.
        ConfigurationError: there is no such model.
    """
    asked = {"model": model, "only": only, "store": store, "parts": parts, "refresh": refresh, "wait": wait}
    job = plan.job(paths, out=out, **asked, runner=runner)
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
    runner = batches.runner_of(planned, job)
    others = [item for item in items if item.doc not in planned.suspects]
    shared = batches.shared_out(others, runner, only=job.only)
    read: dict[str, Done] = {}

    with reading.session(), closing(batches.read_shared(shared, planned, job, runner, told=told)) as shared_read:
        for made in itertools.chain(shared_read, batches.read_suspects(planned, job, told=told)):
            store.keep(made, fingerprint=planned.fingerprint)
            read.update((one.doc, one) for one in made)
    return [read[item.doc] for item in items]


def _counting(progress: Progress | None, total: int) -> Callable[[str], None]:
    counted = iter(range(1, total + 1))
    return lambda doc: None if progress is None else progress(next(counted), total, doc)


def compare_gathered(gathered: Gathered, store: Store) -> compare.Comparison:
    """:func:`compare_outcomes` of a run."""
    return compare_outcomes(gathered.outcomes, store=store, gathered=gathered)


def finish(
    job: Job,
    store: Store,
    planned: Plan,
    read: Sequence[Done],
    *,
    started: datetime,
    clock: float,
    configuration: Mapping[str, object],
    seconds: Mapping[str, float] | None = None,
    comparing: Callable[..., compare.Comparison] = compare_gathered,
    writing: Callable[..., RunResult] = write_outputs,
) -> RunResult:
    """Compare all documents and write the run. Where none could be read nothing is written.

    Args:
        read: what became of the inputs that were to be read.
        clock: :func:`time.perf_counter` when the run began.
        seconds: of stages before that.
        comparing, writing: do it as :func:`compare_gathered` and :func:`write_outputs` do.
    """
    was_read = time.perf_counter()
    if sum(done.chars for done in read) > HELD:
        workers.end_server()
    gathered = gather(planned, read)
    comparison = comparing(gathered, store)
    if not any(outcome.extraction for outcome in gathered.outcomes):
        return RunResult(gathered.outcomes, comparison, {})
    spent = {"extract": was_read - clock, "compare": time.perf_counter() - was_read}
    return writing(
        gathered,
        comparison,
        job=job,
        store=store,
        planned=planned,
        read=read,
        started=started,
        configuration=configuration,
        seconds={**(seconds or {}), **spent},
    )
