"""The flow behind ``litclaims run``: batches of documents are read and extracted, then compared, written and published.

What is done to a document is said in :mod:`litclaims.reading`, and to the outcomes in :mod:`litclaims.pipeline`; here
is only how Prefect does it:

* a task is a batch: it costs 5 ms in threads and 100 ms in processes, and Prefect is sure of some hundreds a run;
* a task is given paths and names, never a Doc, an nlp object or a text;
* only a read that failed is tried again: extraction gives the same twice;
* a document that fails is a row, and so is every document of a batch that fails as a whole;
* what a batch gave is in a part and in the ledger before the next one is handed in: Prefect remembers nothing for us.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import chain, count
from threading import Event
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import deployment
from prefect.task_runners import TaskRunner
from prefect.utilities.annotations import quote

from litclaims import batches, config, pipeline, plan, reading, workers
from litclaims.compare import Comparison
from litclaims.errors import ConfigurationError, InputError, StoreError, VocabularyError
from litclaims.flows import pools
from litclaims.flows.artifacts import announce, publish
from litclaims.flows.schedules import FLOW
from litclaims.flows.server import end_with_schedule
from litclaims.gather import Gathered
from litclaims.inputs import Input
from litclaims.model import Outcome
from litclaims.plan import Job, Plan
from litclaims.store import Done, Parts, Store
from litclaims.workers import Runner

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called with the documents done, all documents, and the name of the last one."""

waiting: ContextVar[float | None] = ContextVar("waiting", default=None)
"""Seconds to wait for another run; None for what the settings say."""

watcher: ContextVar[Progress | None] = ContextVar("watcher", default=None)
"""Who is told of the progress: no parameter of the flow, for Prefect writes those down."""

start_seconds: ContextVar[float | None] = ContextVar("start_seconds", default=None)
"""How long Prefect's server took to start, for the record of the run; None where it was not started for it."""


def _wait() -> float | None:
    """What :data:`waiting` says: the flow travels to workers, and a variable of a context that it names cannot."""
    return waiting.get()


class _Watch:
    """What the flow and the thread at work share: how far it is, and whether to stop."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.progress = progress
        self.done = 0
        self.begun = time.perf_counter()
        self.stopping = Event()

    def __str__(self) -> str:
        seconds = time.perf_counter() - self.begun
        return f"{self.done:,} of {self.total:,} documents read in {seconds:.1f} s"

    def tell(self, doc: str, done: int = 1) -> None:
        self.done += done
        if self.progress is not None:
            self.progress(self.done, self.total, doc)

    def reach(self, done: int, doc: str) -> None:
        """Tell what other processes read, of which nobody here told."""
        if done > self.done:
            self.tell(doc, done - self.done)


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


def _is_transient(task, task_run, state) -> bool:
    """True if reading failed in a way that may pass."""
    return isinstance(state.result(raise_on_failure=False), reading.TRANSIENT)


@task(
    name="read-again",
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_is_transient,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_again(item: Input, model: str | None, only: str | None = None) -> Outcome:
    """One document whose reading failed in its batch, with the retries that a batch is spared."""
    return reading.extract_input(item, model=model, only=only)


class Sealed:
    """What a batch is and where it goes, in a wrapper that Prefect does not look into, nor takes for a collection."""

    def __init__(self, batch: Sequence[Input], parts: Parts) -> None:
        self.batch = batch
        self.parts = parts


@task(name="extract-batch", task_run_name="extract {number}", cache_policy=NO_CACHE, persist_result=False)
def extract_batch(
    number: int,
    sealed: Sealed,
    fingerprint: str,
    model: str | None = None,
    seconds: float | None = None,
    only: str | None = None,
) -> tuple[Done, ...]:
    """A batch of documents, read and kept as a part; what became of each.

    Args:
        seconds: in a worker process, the time that a document may take.
    """
    batch, parts = sealed.batch, sealed.parts
    given = {"parts": parts, "fingerprint": fingerprint, "model": model, "only": only}
    read = functools.partial(_read, model=model, only=only)
    if seconds is not None:
        return batches.read_apart(batch, read=read, seconds=seconds, **given)
    return batches.read_batch(batch, read=read, **given)


def _read(item: Input, model: str | None, only: str | None) -> Outcome:
    watch = _watch.get()
    if watch is not None and watch.stopping.is_set():
        raise RuntimeError("the run was interrupted")
    try:
        outcome = reading.extract_input(item, model=model, only=only)
    except reading.TRANSIENT:
        outcome = read_again(item, model, only, return_state=True).result(raise_on_failure=False)
    if watch is not None:
        watch.tell(item.doc)
    return outcome if isinstance(outcome, Outcome) else batches.failed_outcome(item, outcome)


@task(name="compare", cache_policy=NO_CACHE, persist_result=False)
def compare(gathered: Gathered, store: Store) -> Comparison:
    """The positions of all documents and the verdicts between them, as reviewers left their claims."""
    return pipeline.compare_gathered(gathered, store)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
def write(gathered: Gathered, comparison: Comparison, given: Mapping[str, Any]) -> pipeline.RunResult:
    """The tables, the workbook, the page, the record of the run, and then its ledger."""
    return pipeline.write_outputs(gathered, comparison, **given)


@flow(
    name=FLOW,
    flow_run_name="extract to {out}",
    persist_result=False,
)
def extract_flow(
    paths: list[str],
    out: str,
    model: str | None = None,
    store: str | None = None,
    parts: str | None = None,
    refresh: bool = False,
    runner: str | None = None,
    n_workers: int | None = None,
    address: str | None = None,
    only: str | None = None,
) -> pipeline.RunResult:
    """Documents to tables: read what is new, compare, write, publish.

    Where no document could be read nothing is written, so that the tables of an earlier run stay.

    Args:
        paths: files, folders, patterns and addresses to read.
        out: folder to write to.
        model, store, parts, refresh, only: see :class:`litclaims.plan.Job`. Prefect shows the parameters of a flow: a
            URL with a password belongs in ``LITCLAIMS_STORE``.
        runner, n_workers, address: see :class:`litclaims.workers.Runner`.

    Raises:
        InputError: there is nothing to read; in a run of a schedule also that no document could be read.
        OutputError, StoreError: ``out`` or the store cannot be written, or another run holds it.
        ConfigurationError: there is no such model.
    """
    end_with_schedule()
    started, clock = datetime.now(UTC), time.perf_counter()
    who = plan.runner_of(config.load(), runner, n_workers, address)
    asked = {"model": model, "only": only, "store": store, "parts": parts, "refresh": refresh, "wait": _wait()}
    job = plan.job(paths, out=out, **asked, runner=who)
    with plan.opened(job) as (opened, planned):
        with reading.session():
            read = extract_all(planned, opened, job)
        result = pipeline.finish(
            job,
            opened,
            planned,
            read,
            started=started,
            clock=clock,
            configuration={**config.load().model_dump(mode="json"), "prefect": True},
            seconds=_start(),
            comparing=lambda *given: compare(*map(quote, given)),
            writing=lambda *found, **given: write(*map(quote, found), quote(given)),
        )
    if not result.files:
        if deployment.id is not None:  # nobody looks at what a schedule's run returns
            raise InputError("no document could be read", remedy="what an earlier run wrote is kept")
        return result
    publish(result.comparison, job.out, result.outcomes)
    announce(result.comparison, job.out)
    return result


def _start() -> dict[str, float]:
    seconds = start_seconds.get()
    return {} if seconds is None else {"start": seconds}


def extract_all(planned: Plan, store: Store, job: Job) -> list[Done]:
    """What became of every input that is to be read, by the task runner of the job.

    What a batch gave is kept before the next one is handed in.
    """
    items = planned.to_read
    runner = batches.runner_of(planned, job)
    others = [item for item in items if item.doc not in planned.suspects]
    shared = batches.shared_out(others, runner, only=job.only)
    read: dict[str, Done] = {}
    watch = _Watch(len(items), watcher.get())
    _watch.set(watch)
    watch.tell("", done=0)
    try:
        with closing(_read_shared(shared, planned, job, runner)) as shared_read:
            for made in chain(shared_read, batches.read_suspects(planned, job)):
                store.keep(made, fingerprint=planned.fingerprint)
                read |= {one.doc: one for one in made}
                watch.reach(len(read), made[-1].doc)
                _log.info("%s", watch)
    except BaseException:
        watch.stopping.set()  # the thread at work ends after its present document, not after its batch
        raise
    return [read[item.doc] for item in items]


def _read_shared(
    shared: Sequence[Sequence[Input]], planned: Plan, job: Job, runner: Runner
) -> Iterator[Sequence[Done]]:
    """What became of each batch, as they are done; at most two a worker are handed in at a time."""
    numbers = count(1)
    seconds = None if runner.kind == "thread" else runner.seconds

    def submit(tasks: TaskRunner[Any], batch: Sequence[Input]) -> PrefectFuture[Any]:
        parts, items = batches.sent(planned, batch)
        given = {"number": next(numbers), "sealed": Sealed(items, parts), "seconds": seconds}
        given |= {"fingerprint": planned.fingerprint, "model": job.model, "only": job.only}
        return tasks.submit(extract_batch, given)

    _, ready = batches.worker_of(planned, job)
    return workers.read_all(
        shared,
        pool=lambda: pools.opened(runner, submit, _collect, ready),
        alone=lambda batch: batches.read_alone(batch, planned, job),
    )


def _collect(result: object, batch: Sequence[Input]) -> Sequence[Done]:
    if isinstance(result, (VocabularyError, ConfigurationError, StoreError)):
        raise result  # every other batch would meet it, too
    if isinstance(result, BaseException):
        return [batches.done(batches.failed_outcome(item, result)) for item in batch]
    return result
