"""``litclaims schedule``: a schedule registered with Prefect and served by this process until it is told to end.

The server is the one that is given or up, or one of our own, as for a run; ours stays up while the schedule is served,
so that runs and ``litclaims schedules`` find it. One run at a time; each is a process of its own that ends with us.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litclaims import config
from litclaims.errors import ServiceError
from litclaims.flows.schedules import FLOW, LastRun, alone, told_run
from litclaims.flows.server import API_URL, SERVED_BY, mark_lost_runs, prefect_server
from litclaims.flows.timing import Timing, told_time
from litclaims.inputs import find_inputs
from litclaims.report.write import check_out

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

POLL_SECONDS = 2.0
"""Between two looks for runs that are due, and for runs that began or ended."""

LOST_SECONDS = 20.0
"""After so long without an answer the server is given up."""

GONE_SECONDS = 3.0
"""The same for one on this machine where nobody listens any more."""

STEADY_SECONDS = 60.0
"""A server that was up for less is not replaced: another would end the same way."""

STOP_SECONDS = 45.0
"""For a run at work to end when we do; it is killed then. Its work is taken up by the next."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule does.

    Attributes:
        name: see :func:`litclaims.flows.schedules.check_name`.
        paths: files, folders and patterns, absolute, and addresses.
        out: folder to write to, absolute.
        model: the spaCy pipeline that finds diseases, by name; None is our own.
        only: ``doses`` to read the doses of cells alone; None for all figures.
        at_once: True for a run at the start, too.
    """

    name: str
    paths: tuple[str, ...]
    out: Path
    timing: Timing
    model: str | None = None
    only: str | None = None
    at_once: bool = False

    def parameters(self) -> dict[str, Any]:
        """Of the flow. Prefect shows them to whoever can reach its page: paths and names, never a password."""
        given = {"paths": list(self.paths), "out": str(self.out), "model": self.model, "only": self.only}
        return {name: value for name, value in given.items() if value is not None}


class _Stopped(BaseException):
    """Ctrl-C or SIGTERM."""


def absolute(path: str) -> str:
    """A path that means the same in every folder; addresses stay."""
    return path if "://" in path else os.path.abspath(os.path.expanduser(path))


def serve(plan: Plan, *, say: Say) -> None:
    """Register the schedule and run it at its times, until Ctrl-C, SIGTERM or its removal.

    Args:
        say: called with each line that a user wants to read.

    Raises:
        InputError: there is nothing to read.
        OutputError: the folder of the tables or of the state cannot be written.
        ServiceError: the Prefect server does not start or ends again and again, or the schedule is served already.
    """
    settings = config.load()
    find_inputs(plan.paths)
    check_out(plan.out)
    state = settings.state_folder(plan.out)
    try:
        with _signals(), alone(state, plan.name) as nobody:
            if not nobody:
                remedy = "end that command first, or choose another --name"
                raise ServiceError(f"schedule {plan.name!r} is served by another process", source=state, remedy=remedy)
            _serve_on(plan, state, settings.server_timeout, say)
    except _Stopped:
        say(f"{plan.name}: stopped. The same command goes on with it; what was missed meanwhile is run once.")


@contextmanager
def _signals() -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the block once, in order; a second one does not disturb the first."""

    def stop(number: int, frame: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _serve_on(plan: Plan, state: Path, timeout: float, say: Say) -> None:
    """Serve the schedule; where the server ends, serve it on another."""
    elsewhere = bool(os.environ.get(API_URL))
    say("Starting Prefect's server, or finding the one that is up; this takes some seconds …")
    while True:
        begun = time.monotonic()
        try:
            with prefect_server(state, timeout=timeout, shared=True, meanwhile=_import) as address, _parenthood():
                seconds = time.monotonic() - begun
                say(f"Prefect's server was ready after {seconds:.1f} s; its page: {address.removesuffix('/api')}")
                _Service(plan, address, say, elsewhere=elsewhere).run()
                return
        except ServiceError as error:
            if time.monotonic() - begun < STEADY_SECONDS:
                raise
            say(f"{error.message}; another is started")


def _import() -> None:
    """Load Prefect and the flow while the server starts on the other core."""
    import prefect.runner  # noqa: F401

    import litclaims.flows.extract  # noqa: F401


@contextmanager
def _parenthood() -> Iterator[None]:
    """Tell the processes of the runs whose they are, so that they end with us."""
    os.environ[SERVED_BY] = str(os.getpid())
    try:
        yield
    finally:
        os.environ.pop(SERVED_BY, None)


class _Service:
    """A schedule on a server that is up.

    Prefect's runner lives in a thread with a loop of its own: in the main one it would take SIGTERM for itself, and
    that of its handlers which stops the runner waits for the loop that it has interrupted.
    """

    def __init__(self, plan: Plan, address: str, say: Say, *, elsewhere: bool) -> None:
        self._plan = plan
        self._address = address
        self._say = say
        self._elsewhere = elsewhere  # then a run that we did not start may be another machine's
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._states: dict[UUID, str] = {}
        self._error: BaseException | None = None

    def run(self) -> None:
        """Serve until the schedule is removed or this thread is interrupted."""
        thread = threading.Thread(target=copy_context().run, args=(self._work,), name="schedule")
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.2)  # short, for a signal is only heard between two of them
        finally:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
            thread.join(STOP_SECONDS + LOST_SECONDS)
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._error = error

    async def _serve(self) -> None:
        from prefect.client.orchestration import get_client
        from prefect.runner import Runner

        async with get_client() as client:
            runner = Runner(name=self._plan.name, limit=1, pause_on_shutdown=False, query_seconds=POLL_SECONDS)
            deployment_id = await runner.aadd_deployment(await self._deployment(client))
            if not self._elsewhere:
                await asyncio.to_thread(mark_lost_runs, deployment_id)
            missed = await _missed(client, deployment_id, keep=not self._plan.at_once)
            if self._plan.at_once:
                await client.create_flow_run_from_deployment(deployment_id)
            await self._tell(client, deployment_id, missed)
            serving = asyncio.create_task(runner.start())
            try:
                await self._watch(client, deployment_id, serving)
            finally:
                if runner.started:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(runner.astop(), STOP_SECONDS)
                await _ended(serving)

    async def _deployment(self, client: PrefectClient) -> Any:
        """The deployment; one of this name that is there stays paused and keeps the beginning of its interval."""
        from prefect.schedules import Cron, Interval
        from prefect.types.entrypoint import EntrypointType

        from litclaims.flows.extract import extract_flow

        known = await _known(client, self._plan.name)
        timing = self._plan.timing
        if timing.cron is not None:
            schedule = Cron(timing.cron, timezone=timing.timezone)
        else:
            schedule = Interval(timing.every, anchor_date=_anchor(known, timing.every))
        return await extract_flow.ato_deployment(
            self._plan.name,
            schedule=schedule,
            paused=known is not None and known.paused,
            parameters=self._plan.parameters(),
            description="Reads documents again and compares the figures that they claim.",
            tags=["litclaims"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )

    async def _tell(self, client: PrefectClient, deployment_id: UUID, missed: int) -> None:
        plan, deployment = self._plan, await client.read_deployment(deployment_id)
        anchors = (getattr(each.schedule, "anchor_date", None) for each in deployment.schedules)
        after = datetime.now(UTC)
        first = plan.timing.next(after=after, anchor=next(filter(None, anchors), None))
        told = f"next {told_time(first, plan.timing.timezone)}"
        if deployment.paused:
            told = f"paused: litclaims schedules resume {plan.name}"
        elif plan.at_once:
            told = f"now, and {told}"
        self._say(f"Schedule {plan.name}")
        self._say(f"  reads   {'; '.join(plan.paths)}")
        self._say(f"  writes  {plan.out}")
        self._say(f"  runs    {plan.timing.words}; {told}")
        if missed:
            runs = "a run" if missed == 1 else f"{missed} runs"
            self._say(f"  missed  {runs} while it was not served, made up for by one now")
        self._say("It is served while this command runs. Ctrl-C ends it, and the same command goes on with it.")

    async def _watch(self, client: PrefectClient, deployment_id: UUID, serving: asyncio.Task) -> None:
        """Tell of runs that begin and end, until we are stopped or the schedule is removed.

        Raises:
            ServiceError: the server does not answer any more.
        """
        from httpx import ConnectError, HTTPError
        from prefect.exceptions import ObjectNotFound

        since, answered = datetime.now(UTC) - timedelta(seconds=1), time.monotonic()
        while not self._stop.is_set() and not serving.done():
            try:
                async with asyncio.timeout(LOST_SECONDS / 2):
                    await self._look(client, deployment_id, since)
                answered = time.monotonic()
            except ObjectNotFound:
                self._say(f"{self._plan.name} was removed; this command ends")
                return
            except (HTTPError, OSError) as error:  # TimeoutError is one
                gone = isinstance(error, ConnectError) and not self._elsewhere
                if time.monotonic() - answered > (GONE_SECONDS if gone else LOST_SECONDS):
                    remedy = "start the schedule again"
                    raise ServiceError("the Prefect server ended", source=self._address, remedy=remedy) from error
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), POLL_SECONDS)
        if not self._stop.is_set():
            serving.result()  # raises what ended it

    async def _look(self, client: PrefectClient, deployment_id: UUID, since: datetime) -> None:
        await client.read_deployment(deployment_id)
        await self._tell_runs(client, deployment_id, since)
        await _missed(client, deployment_id, keep=True)  # where a run takes longer than the interval

    async def _tell_runs(self, client: PrefectClient, deployment_id: UUID, since: datetime) -> None:
        from prefect.client.schemas.filters import FlowRunFilter

        wanted = {"deployment_id": {"any_": [deployment_id]}, "start_time": {"after_": since}}
        for run in await client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted)):
            state = run.state.type.value if run.state else ""
            if run.start_time is None or self._states.get(run.id) == state:
                continue
            if run.id not in self._states:
                self._say(f"{told_time(run.start_time, self._plan.timing.timezone)}: {self._plan.name} started")
            self._states[run.id] = state
            if run.state.is_final():
                self._say(_told_end(await asyncio.to_thread(_last_run, run), self._plan))


def _last_run(run: FlowRun) -> LastRun:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return told_run(client, run)


def _told_end(last: LastRun, plan: Plan) -> str:
    ended = told_time(last.started + timedelta(seconds=int(last.seconds)), plan.timing.timezone)
    what = f": {last.summary}" if last.summary else ""
    return f"{ended}: {plan.name} {last.state} after {last.seconds:.0f} s{what}"


async def _ended(serving: asyncio.Task) -> None:
    """Wait for the runner to end; one that does not is cancelled, and kills the run at work."""
    done, _ = await asyncio.wait([serving], timeout=STOP_SECONDS)
    if not done:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
    elif not serving.cancelled():
        serving.exception()  # seen: what matters of it was raised by the watch


async def _known(client: PrefectClient, name: str) -> Any:
    from prefect.exceptions import ObjectNotFound

    try:
        return await client.read_deployment_by_name(f"{FLOW}/{name}")
    except ObjectNotFound:
        return None


def _anchor(known: Any, every: timedelta) -> datetime:
    """Where an interval begins: as before if it is the same, so that a restart moves nothing."""
    for each in known.schedules if known is not None else ():
        if getattr(each.schedule, "interval", None) == every:
            return each.schedule.anchor_date
    return datetime.now(UTC)


async def _missed(client: PrefectClient, deployment_id: UUID, *, keep: bool) -> int:
    """How many planned runs had their time and wait. They are dropped, but for the last if it is kept: one after
    another they would all do the same."""
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.sorting import FlowRunSort

    wanted = FlowRunFilter.model_validate(
        {
            "deployment_id": {"any_": [deployment_id]},
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"before_": datetime.now(UTC)},
        }
    )
    found = await client.read_flow_runs(flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=200)
    planned = [run for run in found if run.auto_scheduled]
    for run in planned[1 if keep else 0 :]:
        await client.delete_flow_run(run.id)
    return len(planned)
