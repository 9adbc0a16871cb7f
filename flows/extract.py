"""The flow behind ``litclaims run``: batches of documents are read and extracted, then compared, written and published.

What is done to a document and to the outcomes is said in :mod:`litclaims.pipeline`; here is only how Prefect does it:

* a task is a batch: it costs 5 ms in threads and 100 ms in processes, and Prefect is sure of some hundreds a run;
* a task is given paths and names, never a Doc, an nlp object or a text;
* only a read that failed is tried again: extraction gives the same twice;
* a document that fails is a row, and so is every document of a batch that fails as a whole.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from litclaims import config, pipeline
from litclaims.compare import Comparison
from litclaims.errors import ConfigurationError, VocabularyError
from litclaims.flows.artifacts import publish
from litclaims.model import Outcome

Progress = Callable[[int, int, str], None]
"""Called with the documents done, all documents, and the name of the last one."""

MAX_BATCHES = 300
"""Task runs in a flow run: beyond some hundreds Prefect's server becomes the slowest part and loses records."""

WORKERS = 1
"""Threads that extract. spaCy holds the interpreter's lock, so that a second thread gains nothing, and nobody promises
that two threads may share an nlp object."""

WINDOW = 2 * WORKERS
"""Batches handed in at a time: one at work, one waiting. More would only queue, and hold their results."""

watcher: ContextVar[Progress | None] = ContextVar("watcher", default=None)
"""Who is told of the progress: no parameter of the flow, for Prefect writes those down."""


class _Watch:
    """What the flow and the thread at work share: how far it is, and whether to stop."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.progress = progress
        self.done = 0
        self.stopping = Event()

    def tell(self, doc: str, done: int = 1) -> None:
        self.done += done
        if self.progress is not None:
            self.progress(self.done, self.total, doc)


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


def _is_transient(task, task_run, state) -> bool:
    """True if reading failed in a way that may pass."""
    return isinstance(state.result(raise_on_failure=False), pipeline.TRANSIENT)


@task(
    name="read-again",
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_is_transient,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_again(item: pipeline.Input, model: str | None) -> Outcome:
    """One document whose reading failed in its batch, with the retries that a batch is spared."""
    return pipeline.extract_input(item, model=model)


@task(name="extract-batch", task_run_name="extract {number}", cache_policy=NO_CACHE, persist_result=False)
def extract_batch(number: int, batch: tuple[pipeline.Input, ...], model: str | None = None) -> tuple[Outcome, ...]:
    """A batch of documents, read and extracted, an outcome each."""
    return tuple(_extract(item, model) for item in batch)


def _extract(item: pipeline.Input, model: str | None) -> Outcome:
    watch = _watch.get()
    if watch is not None and watch.stopping.is_set():
        raise RuntimeError("the run was interrupted")
    try:
        outcome = pipeline.extract_input(item, model=model)
    except pipeline.TRANSIENT:
        outcome = read_again(item, model, return_state=True).result(raise_on_failure=False)
    if watch is not None:
        watch.tell(item.doc)
    return outcome if isinstance(outcome, Outcome) else pipeline.failed_outcome(item, outcome)


@task(name="compare", cache_policy=NO_CACHE, persist_result=False)
def compare(outcomes: Sequence[Outcome], out: Path) -> Comparison:
    """The positions of all documents and the verdicts between them, as reviewers left their claims."""
    return pipeline.compare_outcomes(outcomes, out=out)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
def write(
    outcomes: Sequence[Outcome],
    comparison: Comparison,
    out: Path,
    *,
    started: datetime,
    configuration: dict[str, object],
    seconds: dict[str, float],
) -> dict[str, Path]:
    """The tables, the workbook, the page, the record of the run and its ledger."""
    return pipeline.write_outputs(
        outcomes, comparison, out, started=started, configuration=configuration, seconds=seconds
    )


@flow(
    name="litclaims-extract",
    flow_run_name="extract to {out}",
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),
    persist_result=False,
)
def extract_flow(paths: list[str], out: str, model: str | None = None) -> pipeline.RunResult:
    """Documents to tables: read, extract, compare, write, publish.

    Where no document could be read nothing is written, so that the tables of an earlier run stay.

    Args:
        paths: files, folders, patterns and addresses to read.
        out: folder to write to.
        model: the spaCy pipeline that finds diseases, by name; None is our own.

    Raises:
        InputError: there is nothing to read.
        OutputError: ``out`` cannot be written.
        ConfigurationError: there is no such model.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    inputs = pipeline.find_inputs(paths)
    with pipeline.reading():
        outcomes = (*inputs.outcomes, *extract_all(inputs.items, model))
    read = time.perf_counter()
    comparison = compare(quote(outcomes), Path(out))
    if not any(outcome.extraction for outcome in outcomes):
        return pipeline.RunResult(outcomes, comparison, {})
    files = write(
        quote(outcomes),
        quote(comparison),
        Path(out),
        started=started,
        configuration={**config.load().model_dump(mode="json"), "paths": paths, "prefect": True, "model": model},
        seconds={"extract": read - clock, "compare": time.perf_counter() - read},
    )
    publish(comparison, Path(out))
    return pipeline.RunResult(outcomes, comparison, files)


def extract_all(items: Sequence[pipeline.Input], model: str | None = None) -> list[Outcome]:
    """An outcome for every input, in their order; at most :data:`WINDOW` batches are handed in at a time."""
    waiting = deque(enumerate(batches(items, config.load().batch_bytes), start=1))
    running: dict[PrefectFuture, tuple[pipeline.Input, ...]] = {}
    outcomes: dict[str, Outcome] = {}
    watch = _Watch(len(items), watcher.get())
    _watch.set(watch)
    watch.tell("", done=0)
    try:
        while waiting or running:
            while waiting and len(running) < WINDOW:
                number, batch = waiting.popleft()
                running[extract_batch.submit(number, quote(batch), model)] = batch
            future = next(as_completed(list(running)))
            outcomes |= _collect(future, running.pop(future))
    except BaseException:
        watch.stopping.set()  # the thread at work ends after its present document, not after its batch
        raise
    return [outcomes[item.doc] for item in items]


def _collect(future: PrefectFuture, batch: Sequence[pipeline.Input]) -> dict[str, Outcome]:
    result = future.result(raise_on_failure=False)
    if isinstance(result, (VocabularyError, ConfigurationError)):
        raise result  # every other batch would meet it, too
    if isinstance(result, BaseException):
        result = [pipeline.failed_outcome(item, result) for item in batch]
    return {outcome.doc: outcome for outcome in result}


def batches(items: Sequence[pipeline.Input], size: int) -> Iterator[tuple[pipeline.Input, ...]]:
    """The inputs in order, packed into batches of about ``size`` bytes and into no more than :data:`MAX_BATCHES`.

    A batch holds at least one input, however large. One that cannot be looked at counts as empty: reading it will say
    what is wrong.
    """
    weights = [_bytes(item) for item in items]
    limit = max(size, -(-2 * sum(weights) // MAX_BATCHES))  # two neighbours together always fill more than a batch
    batch: list[pipeline.Input] = []
    filled = 0
    for item, weight in zip(items, weights, strict=True):
        if batch and filled + weight > limit:
            yield tuple(batch)
            batch, filled = [], 0
        batch.append(item)
        filled += weight
    if batch:
        yield tuple(batch)


def _bytes(item: pipeline.Input) -> int:
    if item.size or item.part is not None:
        return item.size
    try:
        return item.path.stat().st_size
    except OSError:
        return 0
