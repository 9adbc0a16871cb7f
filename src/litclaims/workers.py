"""Who reads the batches of a run: a thread of this process, processes of their own, or the machines of a scheduler.

Here is what all of them share and nothing of what reading is: how a worker process begins and ends, and what becomes of
a batch whose worker died. A document that ends its worker (a crash of native code, a lack of memory, a time limit)
breaks a whole pool, and the pool does not say which document it was. So the batches in flight become suspects: a new
pool goes on with the others, and each suspect is read in a process of its own, cut at the document that was at work or
else halved, until the one document is known.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from litclaims import environ
from litclaims.errors import ConfigurationError, ServiceError

KINDS = ("process", "thread", "dask", "ray")
"""What a runner can be."""

SCHEDULED = frozenset({"dask", "ray"})
"""Those whose workers can be on other machines; they need Prefect, whose task runners they are."""

POOL_BYTES = 600_000
"""Bytes of input from which a pool is made unasked: half a minute of work, against seconds in which workers start."""

ENDED = "its reader process ended"
"""Stands in the reason of a document that ended its worker: the next run reads it apart, too."""

PRELOAD = "LITCLAIMS_PRELOAD_MODEL"
"""Tells the fork server of a pool to load the models, and which; set while it starts."""

BYTES_PER_SECOND = 500
"""A thirtieth of what is read in a second: what a large document gets beyond the limit of any document."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

T = TypeVar("T")
Item = TypeVar("Item")
Work = Callable[..., Sequence[T]]


@dataclass(frozen=True, slots=True)
class Runner:
    """Who is to read.

    Attributes:
        kind: one of :data:`KINDS`; None for processes where they pay and else a thread.
        workers: how many read at a time; None for as many as there are cores.
        address: of the scheduler; None for a cluster of our own on this machine.
        seconds: that one document may take in a worker process, beyond :data:`BYTES_PER_SECOND`.
    """

    kind: str | None = None
    workers: int | None = None
    address: str | None = None
    seconds: float = 600.0

    def __post_init__(self) -> None:
        for said, remedy in self._faults():
            raise ConfigurationError(said, source="--runner", remedy=remedy)

    def _faults(self) -> Iterator[tuple[str, str]]:
        if self.kind is not None and self.kind not in KINDS:
            yield f"{self.kind!r} is no runner", f"choose one of {', '.join(KINDS)}"
        if self.workers is not None and self.workers < 1:
            yield f"{self.workers} workers cannot read", "choose at least one"
        if self.address is not None and self.kind not in SCHEDULED:
            yield f"the runner {self.kind or 'process'} has no address", "say --runner dask or --runner ray"
        if self.kind == "thread" and (self.workers or 1) > 1:
            yield "threads read one at a time, for spaCy holds the interpreter's lock", "choose --runner process"

    def decided(self, size: int) -> Runner:
        """The runner with a kind and a number of workers, for so many bytes of input."""
        cores = self.workers or available_cores()
        kind = self.kind or ("process" if cores > 1 and size >= POOL_BYTES else "thread")
        return replace(self, kind=kind, workers=1 if kind == "thread" else cores)


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # fewer than there are, in a container or under taskset
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Lost(Exception):
    """The worker of a batch ended before it could answer."""


class Pool(Protocol):
    """Workers that take batches.

    Attributes:
        lasting: True if it goes on when one of its workers has ended.
        window: batches that it is given at a time.
    """

    lasting: bool
    window: int

    def submit(self, batch: Sequence[Any]) -> Hashable:
        """Hand in a batch; gives what stands for its answer. :class:`Lost` if the pool is broken."""

    def first(self, waiting: Sequence[Any]) -> Any:
        """Wait for one of them."""

    def result(self, future: Any) -> Sequence[Any]:
        """What the worker answered. :class:`Lost` if it ended."""


def read_all(
    batches: Iterable[Sequence[Item]],
    *,
    pool: Callable[[], AbstractContextManager[Pool]],
    alone: Callable[[Sequence[Item]], Iterable[Sequence[T]]],
) -> Iterator[Sequence[T]]:
    """What became of the batches, as they are done.

    At most ``window`` batches are handed in at a time, so that a run holds no more than their answers.

    Args:
        pool: makes a pool; another one when the last broke.
        alone: reads a batch whose worker died, see :func:`read_alone`.
    """
    queue = deque(batches)
    while queue:
        suspects: list[Sequence[Item]] = []
        with pool() as opened:
            running: dict[Any, Sequence[Item]] = {}
            broken = False
            while running or (queue and not broken):
                while queue and not broken and len(running) < opened.window:
                    try:
                        running[opened.submit(queue[0])] = queue[0]
                    except Lost:
                        broken = True
                        break
                    queue.popleft()
                if not running:
                    break
                future = opened.first(list(running))
                batch = running.pop(future)
                try:
                    made = opened.result(future)
                except Lost:
                    broken = broken or not opened.lasting
                    suspects.append(batch)
                    continue
                yield made
        for batch in suspects:
            yield from alone(batch)


def read_alone(
    batch: Sequence[Item],
    *,
    work: Work[T],
    ready: Callable[[], object],
    failed: Callable[[Item, str], T],
    seconds: float,
) -> Iterator[Sequence[T]]:
    """Read a batch in a process of its own, and again in parts where it ends the process, until the document is known.

    Args:
        work: reads documents; is given a batch and ``told``, which it calls when a document is done.
        ready: makes a process ready to work.
        failed: what becomes of a document that ends its reader, with the reason.
        seconds: the time limit of a document, for the reason.

    Raises:
        ServiceError: a process does not even begin.
    """
    suspects = deque([tuple(batch)])
    while suspects:
        with _Cell(ready) as cell:
            while suspects:
                few = suspects.popleft()
                try:
                    yield cell.read(work, few)
                except Lost:
                    if len(few) == 1:
                        yield [failed(few[0], _how(cell.code, seconds))]
                    else:
                        suspects.extendleft(reversed(_cut(few, cell.read_so_far)))
                    break


def _cut(batch: tuple[Item, ...], at: int) -> list[tuple[Item, ...]]:
    """A batch without the document at work when its process ended, which comes first; in halves if there was none."""
    if at < len(batch):
        pieces = [batch[at : at + 1], batch[:at], batch[at + 1 :]]
    else:
        pieces = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
    return [piece for piece in pieces if piece]


def _how(code: int | None, seconds: float) -> str:
    if code is not None and code == -getattr(signal, "SIGALRM", 0):
        return f"{ENDED} after {seconds:g} s, which is what a document may take (LITCLAIMS_DOCUMENT_SECONDS)"
    if code is None:
        return f"{ENDED} by itself"
    return f"{ENDED} (signal {-code})" if code < 0 else f"{ENDED} (exit code {code})"


class ProcessPool:
    """Worker processes of this machine; a :class:`Pool` of :mod:`concurrent.futures`."""

    lasting = False

    def __init__(self, workers: int, work: Work[T], ready: Callable[[], object], *shared: Any) -> None:
        """``shared`` is given to ``work`` by the processes, for what can only be handed to a new process."""
        self.window = 2 * workers
        self._work = work
        self._arguments = {"max_workers": workers, "initializer": begin, "initargs": (ready, *shared)}
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> ProcessPool:
        self._before = set(multiprocessing.active_children())
        self._executor = ProcessPoolExecutor(mp_context=_context(), **self._arguments)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # nobody waits for what they are at
            for child in self.children():
                child.kill()
        self.end()

    def end(self) -> None:
        """Take no more batches, and wait until the workers have ended."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def children(self) -> list[BaseProcess]:
        """The processes that have begun."""
        return [child for child in multiprocessing.active_children() if child not in self._before]

    def submit(self, batch: Sequence[Any]) -> Future[Sequence[Any]]:
        """See :class:`Pool`."""
        return self.call(self._work, tuple(batch))

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand in a call."""
        try:
            return self._executor.submit(_called, function, *arguments)
        except BrokenExecutor as error:
            raise Lost from error

    def first(self, waiting: Sequence[Future[Any]]) -> Future[Any]:
        """See :class:`Pool`."""
        return next(iter(wait(waiting, return_when=FIRST_COMPLETED).done))

    def result(self, future: Future[Any]) -> Any:
        """See :class:`Pool`."""
        try:
            return future.result()
        except BrokenExecutor as error:
            raise Lost from error


class _Cell:
    """One process for suspects: it says how far it came and how it ended."""

    def __init__(self, ready: Callable[[], object]) -> None:
        self._count = _context().RawValue("q", 0)
        self._pool = ProcessPool(1, _nothing, ready, self._count)
        self._children: list[BaseProcess] = []

    def __enter__(self) -> _Cell:
        self._pool.__enter__()
        try:
            self._pool.result(self._pool.call(_nothing))
        except BaseException as error:
            self._pool.__exit__(type(error))
            if isinstance(error, Lost):
                remedy = "take fewer --workers if memory is short, or --runner thread"
                raise ServiceError("worker processes end before they have read anything", remedy=remedy) from error
            raise
        self._children = self._pool.children()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._pool.__exit__(kind, *rest)

    @property
    def read_so_far(self) -> int:
        """How many documents of the last batch were done."""
        return self._count.value

    @property
    def code(self) -> int | None:
        """The exit code of the process, as of :class:`subprocess.Popen`; takes its end to be at hand.

        A fork server tells a code once, to whoever asks first, and another who asks at that moment is told 255. The
        executor's own thread asks, too, so that it must have ended.
        """
        self._pool.end()
        return next((child.exitcode for child in self._children), None)

    def read(self, work: Work[T], batch: Sequence[Any]) -> Sequence[T]:
        """What became of the documents; :class:`Lost` if one ended the process."""
        self._count.value = 0
        return self._pool.result(self._pool.call(_counted, work, tuple(batch)))


_fault: Exception | None = None
_count: Any = None
_one_at_a_time = threading.Lock()


def begin(ready: Callable[[], object], count: Any = None) -> None:
    """Begin a worker process: it ends with its parent, leaves Ctrl-C to it, and loads what it needs.

    A fault in that is raised by the first call: an initializer that raises would only break the pool.
    """
    global _fault, _count
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_ONE_THREAD)
    _count = count
    try:
        ready()
    except Exception as error:
        _fault = error


def end_with_parent() -> None:
    """Have this process end when its parent does, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
    if sys.platform == "linux":  # needs no thread of ours to run; the fork server's children end with it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_after(sentinel: int) -> None:
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)


def _called(function: Callable[..., T], *arguments: Any) -> T:
    if _fault is not None:
        raise _fault
    return function(*arguments)


def _nothing() -> None:
    """Shows that a process has begun."""


def _counted(work: Work[T], batch: Sequence[Any]) -> Sequence[T]:
    def told(_: str) -> None:
        _count.value += 1

    return work(batch, told=told)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer. For worker processes only, and one block of them at a time.

    A block that native code holds can be ended in no other way: no thread and no signal handler of Python gets a turn.
    """
    with _one_at_a_time:  # a worker of a foreign cluster may have threads, and the models are for one at a time
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            return
        with open(os.devnull, "w") as nowhere:
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            try:
                yield
            finally:
                faulthandler.cancel_dump_traceback_later()


@contextmanager
def one_thread_each(model: str | None = None) -> Iterator[None]:
    """While workers are started: each multiplies matrices in one thread, and the fork server has the models loaded."""
    with environ.changed({**_ONE_THREAD, PRELOAD: model or ""}):
        yield


def end_server() -> None:
    """End the fork server, which holds the models in some hundred megabytes; the next pool starts another.

    For when much was read that is now to be compared: otherwise it stays, for the next run of this process.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver

        stop = getattr(forkserver._forkserver, "_stop", None)  # without it the server ends with this process
        if stop is not None:
            stop()


def _context() -> multiprocessing.context.BaseContext:
    """How processes are made: forked from a server that holds nothing but the models, where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    with contextlib.suppress(AttributeError):
        context.set_forkserver_preload(["litclaims.preload"])
    return context
