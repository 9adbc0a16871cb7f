"""The task runners of Prefect as pools of workers: processes of this machine, Dask and Ray, each behind an extra."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import active_children
from typing import Any

from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from litclaims.errors import ConfigurationError, ServiceError
from litclaims.workers import Lost, Runner, begin, one_thread_each

Submit = Callable[[TaskRunner[Any], Sequence[Any]], PrefectFuture[Any]]
Collect = Callable[[object, Sequence[Any]], Sequence[Any]]


class TaskPool:
    """A task runner that has been started; a :class:`litclaims.workers.Pool`."""

    def __init__(
        self, tasks: TaskRunner[Any], submit: Submit, collect: Collect, *, workers: int, lasting: bool = True
    ) -> None:
        self.lasting = lasting
        self.window = 2 * workers
        self._tasks, self._submit, self._collect = tasks, submit, collect
        self._batches: dict[PrefectFuture[Any], Sequence[Any]] = {}

    def submit(self, batch: Sequence[Any]) -> PrefectFuture[Any]:
        """See :class:`litclaims.workers.Pool`."""
        future = self._submit(self._tasks, batch)
        self._batches[future] = batch
        return future

    def first(self, waiting: Sequence[PrefectFuture[Any]]) -> PrefectFuture[Any]:
        """See :class:`litclaims.workers.Pool`."""
        return next(as_completed(list(waiting)))

    def result(self, future: PrefectFuture[Any]) -> Sequence[Any]:
        """What became of the batch.

        Raises:
            Lost: the worker ended: then the task has no state, and the error is one of the pool.
        """
        batch = self._batches.pop(future)
        try:
            result = future.result(raise_on_failure=False)
        except Exception as error:
            raise Lost from error
        return self._collect(result, batch)


def opened(
    runner: Runner, submit: Submit, collect: Collect, ready: Callable[[], object]
) -> AbstractContextManager[TaskPool]:
    """A pool of the runner's kind.

    Args:
        submit: hands in a batch to a task runner.
        collect: makes of what a task gave, or of the error that it ended with, what became of its batch.
        ready: makes a process ready.
    """
    if runner.kind == "thread":
        return _threads(submit, collect)
    if runner.kind == "process":
        return _processes(runner, submit, collect, ready)
    return (_dask if runner.kind == "dask" else _ray)(runner, submit, collect)


@contextmanager
def _threads(submit: Submit, collect: Collect) -> Iterator[TaskPool]:
    """One thread: spaCy holds the interpreter's lock, and nobody promises that two may share an nlp object."""
    with ThreadPoolTaskRunner(max_workers=1) as tasks:
        yield TaskPool(tasks, submit, collect, workers=1)


@contextmanager
def _processes(runner: Runner, submit: Submit, collect: Collect, ready: Callable[[], object]) -> Iterator[TaskPool]:
    before = set(active_children())
    tasks = ProcessPoolTaskRunner(max_workers=runner.workers, initializer=begin, initargs=(ready,))
    with one_thread_each(), tasks:
        try:
            yield TaskPool(tasks, submit, collect, workers=runner.workers, lasting=False)
        except BaseException:  # nobody waits for what they are at
            for child in set(active_children()) - before:
                child.kill()
            raise


@contextmanager
def _dask(runner: Runner, submit: Submit, collect: Collect) -> Iterator[TaskPool]:
    with _extra("dask"):
        import dask
        from prefect_dask import DaskTaskRunner
    # a document that ends its worker would end others until the scheduler gives up; the dashboard is a port to the net
    quiet = {"distributed.scheduler.allowed-failures": 0, "distributed.logging.distributed": "critical"}
    local = {"n_workers": runner.workers, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    tasks = DaskTaskRunner(address=runner.address, cluster_kwargs=None if runner.address else local)
    with one_thread_each(), dask.config.set(quiet), _started(tasks, "Dask", runner):
        with _reached("Dask", runner):
            cores = sum(tasks.client.ncores().values())
        yield TaskPool(tasks, submit, collect, workers=max(cores, 1))


@contextmanager
def _ray(runner: Runner, submit: Submit, collect: Collect) -> Iterator[TaskPool]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    with _extra("ray"):
        import ray
        from prefect_ray import RayTaskRunner
        from prefect_ray.context import remote_options
    local = {"num_cpus": runner.workers, "include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
    tasks = RayTaskRunner(address=runner.address, init_kwargs={} if runner.address else local)
    # Ray would try a batch that ended its worker three times more
    with one_thread_each(), _started(tasks, "Ray", runner), remote_options(max_retries=0, num_cpus=1):
        cores = int(ray.cluster_resources().get("CPU", 1))
        yield TaskPool(tasks, submit, collect, workers=max(cores, 1))


@contextmanager
def _started(tasks: TaskRunner[Any], name: str, runner: Runner) -> Iterator[None]:
    with _reached(name, runner):
        tasks.__enter__()
    try:
        yield
    finally:
        tasks.__exit__(None, None, None)


@contextmanager
def _reached(name: str, runner: Runner) -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError, RuntimeError, ValueError) as error:
        where = runner.address or "this machine"
        remedy = "see that the scheduler is up and --address is right" if runner.address else "try --runner process"
        raise ServiceError(f"no {name} cluster: {error}", source=where, remedy=remedy) from error


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        remedy = f"pip install 'litclaims[{name}]'"
        raise ConfigurationError(f"the runner {name} is not installed", source="--runner", remedy=remedy) from error
