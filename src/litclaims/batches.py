"""Documents in batches: how they are shared out, read, and told of, here and in worker processes."""

from __future__ import annotations

import functools
import multiprocessing.util
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from litclaims import config, reading, workers
from litclaims.errors import ConfigurationError
from litclaims.inputs import Input
from litclaims.model import Outcome
from litclaims.plan import Job, Plan
from litclaims.store.fingerprint import fingerprint as fingerprint_of
from litclaims.store.parts import Done, Parts
from litclaims.workers import Runner

PAUSES = (0.2, 1.0)
"""Seconds before the second and third try of a read that failed in a way that may pass."""


def failed_outcome(item: Input, error: BaseException) -> Outcome:
    """The outcome of an input whose reading failed each time it was tried."""
    reason = f"{item.source}: {type(error).__name__}: {error} (try again)"
    return Outcome(doc=item.doc, source=item.source, status="failed", reason=reason, lasting=False)


def read_patiently(item: Input, *, model: str | None = None, only: str | None = None) -> Outcome:
    """The outcome of an input; a read that failed in a way that may pass is tried again before it is a failed row."""
    for pause in (*PAUSES, None):
        try:
            return reading.extract_input(item, model=model, only=only)
        except reading.TRANSIENT as error:
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
    only: str | None = None,
    read: Callable[[Input], Outcome] | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[Done, ...]:
    """Read a batch and keep what was read as one part; gives what became of each input, in their order.

    It needs no ledger and nothing of the process that calls it: arguments and results are small and can be sent to
    another process or machine. What it gives is kept once :meth:`litclaims.store.Store.keep` has it; a part of which
    nothing is kept is swept away by the next run.

    Args:
        model, only: see :class:`litclaims.plan.Job`.
        read: reads one input, in place of :func:`read_patiently`.
        told: is given the name of each document when it was read.

    Raises:
        StoreError: the part cannot be written.
        VocabularyError, ConfigurationError: no document can be read right.
    """
    reader = read or functools.partial(read_patiently, model=model, only=only)
    made: list[Outcome] = []
    for item in items:
        made.append(reader(item))
        if told is not None:
            told(item.doc)
    kept = [outcome for outcome in made if outcome.extraction is not None]
    part = parts.write(kept, fingerprint=fingerprint) if kept else None
    numbers = {outcome.doc: number for number, outcome in enumerate(kept)}
    return tuple(done(outcome, part=part, row=numbers.get(outcome.doc)) for outcome in made)


def read_apart(
    items: Sequence[Input],
    *,
    parts: Parts,
    fingerprint: str,
    seconds: float,
    model: str | None = None,
    only: str | None = None,
    read: Callable[[Input], Outcome] | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[Done, ...]:
    """Read a batch as :func:`read_batch` does, in a worker process that a document may end.

    Args:
        seconds: that a document may take, and more if it is large; one that takes longer ends the process.

    Raises:
        ConfigurationError: here is another version of litclaims or of a library than where the run was started.
    """
    if fingerprint_of(model, only) != fingerprint:
        remedy = "install the same litclaims, models and libraries for the workers as for the run"
        raise ConfigurationError(f"{platform.node()} would read otherwise than the run", source="worker", remedy=remedy)
    reader = read or functools.partial(read_patiently, model=model, only=only)

    def timed(item: Input) -> Outcome:
        with workers.limited(seconds + _bytes(item) / workers.BYTES_PER_SECOND):
            return reader(item)

    return read_batch(items, parts=parts, fingerprint=fingerprint, read=timed, told=told)


def failed_apart(item: Input, reason: str) -> Done:
    """What is told of an input that ended the process which read it."""
    return done(Outcome(item.doc, item.source, "failed", f"{item.source}: {reason}", lasting=False))


def done(outcome: Outcome, *, part: str | None = None, row: int | None = None) -> Done:
    """What is told of an outcome, in brief."""
    read = outcome.extraction
    return Done(
        doc=outcome.doc,
        source=outcome.source,
        sha256=outcome.input_sha256 if outcome.lasting else None,
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


SCANNED = 8
"""How many times as long a text may be for the same work where doses alone are read: most is only scanned."""

MIN_BATCH = 20_000
"""Bytes below which a batch is not made smaller for that: it is a second of work, and handing it in takes a tenth."""


def packed(items: Sequence[Input], size: int) -> Iterator[tuple[Input, ...]]:
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


def shared_out(items: Sequence[Input], runner: Runner, *, only: str | None = None) -> list[tuple[Input, ...]]:
    """The inputs in batches for workers that are to end together: some for each, what is larger than a batch first."""
    size = config.load().batch_bytes * (SCANNED if only else 1)
    if runner.workers == 1:
        return list(packed(items, size))
    share = sum(map(_bytes, items)) // (runner.workers * SHARES)
    size = min(size, max(share, MIN_BATCH))
    return sorted(packed(items, size), key=lambda batch: -max(0, sum(map(_bytes, batch)) - size))


def runner_of(planned: Plan, job: Job) -> Runner:
    """Who reads what is to be read, now that it is known how much it is."""
    return job.runner.decided(sum(map(_bytes, planned.to_read)) // (SCANNED if job.only else 1))


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


def read_shared(
    shared: Sequence[Sequence[Input]], planned: Plan, job: Job, runner: Runner, *, told: Callable[[str], None]
) -> Iterator[Sequence[Done]]:
    """What became of each batch, as they are done, without Prefect.

    Args:
        shared: the batches, see :func:`shared_out`.
        runner: who reads them, this thread or processes.
        told: is given the name of each document when it was read; by a process, when its batch was taken in.
    """
    if runner.kind == "thread":
        if shared:
            reading.warm_up(job.model)
        given = {"parts": planned.parts, "fingerprint": planned.fingerprint, "model": job.model, "only": job.only}
        for batch in shared:
            yield read_batch(batch, told=told, **given)
        return
    work, ready = worker_of(planned, job)
    with workers.one_thread_each(job.model):
        made = workers.read_all(
            shared,
            pool=lambda: workers.ProcessPool(runner.workers, work, ready),
            alone=lambda batch: read_alone(batch, planned, job),
        )
        with closing(made):
            yield from _telling(made, told)


def _telling(made: Iterable[Sequence[Done]], told: Callable[[str], None]) -> Iterator[Sequence[Done]]:
    """Tell of the documents of a batch once whoever takes it has done so."""
    for batch in made:
        yield batch
        for one in batch:
            told(one.doc)


def worker_of(planned: Plan, job: Job) -> tuple[Callable[..., Sequence[Done]], Callable[[], object]]:
    """What a worker process does with a batch, and what makes it ready; both can be sent to it."""
    parts, _ = sent(planned, ())
    given = {"parts": parts, "fingerprint": planned.fingerprint, "model": job.model, "only": job.only}
    return functools.partial(read_apart, **given, seconds=job.runner.seconds), functools.partial(get_ready, job.model)


def get_ready(model: str | None) -> None:
    """Make a worker process ready: all that it needs is loaded, and what it keeps open goes when it ends."""
    multiprocessing.util.Finalize(None, reading.close, exitpriority=1)
    reading.warm_up(model, names=True)
    reading.collect_seldom()


def read_alone(batch: Sequence[Input], planned: Plan, job: Job) -> Iterator[Sequence[Done]]:
    """Read a batch whose worker died, on this machine, until the document that ends its reader is known."""
    work, ready = worker_of(planned, job)
    with workers.one_thread_each(job.model):
        yield from workers.read_alone(batch, work=work, ready=ready, failed=failed_apart, seconds=job.runner.seconds)


def read_suspects(
    planned: Plan, job: Job, *, told: Callable[[str], None] = lambda doc: None
) -> Iterator[Sequence[Done]]:
    """Read the documents that ended their reader before, never in this process: it is to live."""
    suspects = [item for item in planned.to_read if item.doc in planned.suspects]
    for item in suspects:
        yield from _telling(read_alone([item], planned, job), told)
