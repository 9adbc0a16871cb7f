"""The schedules of a state folder: what they are, when they ran and run next, and what a user does with one.

A schedule is a Prefect deployment of the flow. It is made and served by :mod:`litclaims.flows.serving`; here it is
asked about and told what to do, on the server that is up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litclaims import config
from litclaims.errors import ConfigurationError, InputError, OutputError
from litclaims.flows.server import lock_file, running_server
from litclaims.flows.timing import Timing, told_interval, told_time

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

FLOW = "litclaims-extract"
"""Name of the flow, which all its deployments share."""

SUMMARY_KEY = "summary"
"""Key of the artifact that tells a run in one line."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run of a schedule went.

    Attributes:
        started: with a time zone.
        state: in Prefect's words, in lower case: ``completed``, ``running``, ``failed``, ``crashed``, ``cancelled``.
        seconds: how long it took or has been taking.
        summary: what it found, or why it failed; empty if nothing is known.
    """

    started: datetime
    state: str
    seconds: float
    summary: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as it is now.

    Attributes:
        paths: what it reads.
        out: the folder it writes to.
        words: when it runs.
        timezone: the zone that its times are told in; None is that of this machine.
        paused: True if nothing is run until it is resumed.
        served: True if a process on this machine waits for its time, None if that cannot be known.
        next_run: with a time zone; None if it is paused or not yet planned.
        last_run: None before the first.
    """

    name: str
    paths: tuple[str, ...]
    out: str
    words: str
    timezone: str | None
    paused: bool
    served: bool | None
    next_run: datetime | None
    last_run: LastRun | None


def check_name(name: str | None, out: Path) -> str:
    """The name of a schedule: the one that is given, or that of its folder.

    Raises:
        ConfigurationError: Prefect, or a file system, would not take it.
    """
    if name is None:
        return re.sub(r"[^A-Za-z0-9._-]+", "-", out.absolute().name).strip("-._")[:64] or "litclaims"
    if not _NAME.fullmatch(name):
        remedy = "use up to 64 letters, digits, dots, dashes and underscores, as in --name weekly"
        raise ConfigurationError(f"{name!r} cannot be the name of a schedule", source="--name", remedy=remedy)
    return name


@contextmanager
def alone(state: Path, name: str) -> Iterator[bool]:
    """True if nobody else on this machine serves the schedule of this name, and nobody can while the block lasts."""
    folder = state / "schedules"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / f"{name}.lock", "a+") as file:
            yield lock_file(file)
    except OSError as error:
        remedy = "make it writable or set LITCLAIMS_STATE to another folder"
        raise OutputError(f"cannot be written: {error.strerror or error}", source=folder, remedy=remedy) from error


def schedules(out: Path) -> list[Schedule]:
    """The schedules of the state folder of ``out``, by name.

    Raises:
        ServiceError: no server is up, so that none is served.
    """
    with _client(out) as (client, state):
        return [_told(client, each, state) for each in _deployments(client)]


def pause(name: str, out: Path) -> str:
    """Have a schedule run no more until it is resumed; told in a line."""
    with _client(out) as (client, _):
        client.pause_deployment(_found(client, name).id)
    return f"{name} is paused: it runs no more until litclaims schedules resume {name}; a run at work goes on"


def resume(name: str, out: Path) -> str:
    """Have a paused schedule run again; told in a line."""
    with _client(out) as (client, _):
        client.resume_deployment(_found(client, name).id)
    return f"{name} runs again at its times"


def trigger(name: str, out: Path) -> str:
    """Have a schedule run once, now; told in a line."""
    with _client(out) as (client, state):
        client.create_flow_run_from_deployment(_found(client, name).id)
        served = _is_served(state, name)
    when = "starts in some seconds" if served is not False else "starts when litclaims schedule serves it again"
    return f"{name}: a run {when}; litclaims schedules tells how it ends"


def remove(name: str, out: Path) -> str:
    """Forget a schedule; what it wrote stays, and the process that serves it ends. Told in a line."""
    with _client(out) as (client, _):
        client.delete_deployment(_found(client, name).id)
    return f"{name} is removed; what it wrote stays"


def told(schedule: Schedule) -> list[str]:
    """A schedule in some lines."""
    zone, following, last = schedule.timezone, schedule.next_run, schedule.last_run
    head = [schedule.words]
    head += ["paused"] if schedule.paused else []
    head += ["not served: start litclaims schedule … again"] if schedule.served is False else []
    lines = [
        f"{schedule.name}: {'; '.join(head)}",
        f"  reads     {'; '.join(schedule.paths)}",
        f"  writes    {schedule.out}",
        f"  next run  {told_time(following, zone) if following else 'none is planned'}",
    ]
    if last is None:
        return [*lines, "  last run  none yet"]
    what = f": {last.summary}" if last.summary else ""
    verb = "for" if last.state == "running" else "after"
    return [*lines, f"  last run  {told_time(last.started, zone)}, {last.state} {verb} {last.seconds:.0f} s{what}"]


@contextmanager
def _client(out: Path) -> Iterator[tuple[SyncPrefectClient, Path]]:
    """A client of the server that is up, and the state folder."""
    state = config.load().state_folder(out)
    with running_server(state):
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            yield client, state


def _deployments(client: SyncPrefectClient, name: str | None = None) -> list[DeploymentResponse]:
    from prefect.client.schemas.filters import DeploymentFilter, FlowFilter

    flow = FlowFilter.model_validate({"name": {"any_": [FLOW]}})
    named = None if name is None else DeploymentFilter.model_validate({"name": {"any_": [name]}})
    found = client.read_deployments(flow_filter=flow, deployment_filter=named)
    return sorted(found, key=lambda each: each.name)


def _found(client: SyncPrefectClient, name: str) -> DeploymentResponse:
    found = _deployments(client, name)
    if not found:
        known = ", ".join(each.name for each in _deployments(client)) or "there is none"
        raise InputError(f"there is no schedule {name!r}", remedy=f"known are: {known}")
    return found[0]


def _told(client: SyncPrefectClient, deployment: DeploymentResponse, state: Path) -> Schedule:
    words, timezone = timing_words(deployment)
    given = deployment.parameters
    return Schedule(
        name=deployment.name,
        paths=tuple(str(path) for path in given.get("paths") or ()),
        out=str(given.get("out", "")),
        words=words,
        timezone=timezone,
        paused=deployment.paused,
        served=_is_served(state, deployment.name),
        next_run=_next_run(client, deployment),
        last_run=_last_run(client, deployment),
    )


def timing_words(deployment: DeploymentResponse) -> tuple[str, str | None]:
    """When a deployment runs, in words, and its zone."""
    for each in deployment.schedules:
        cron, span = getattr(each.schedule, "cron", None), getattr(each.schedule, "interval", None)
        if cron:
            zone = each.schedule.timezone or "UTC"
            return Timing(cron, None, zone).words if len(cron.split()) == 5 else f"{cron} ({zone})", zone
        if span:
            return f"every {told_interval(span)}", None
    return "only when it is triggered", None


def _is_served(state: Path, name: str) -> bool | None:
    if not (state / "schedules" / f"{name}.lock").exists():
        return None  # by a worker, or on another machine
    with alone(state, name) as nobody:
        return not nobody


def _next_run(client: SyncPrefectClient, deployment: DeploymentResponse) -> datetime | None:
    from prefect.client.schemas.sorting import FlowRunSort

    runs = _runs(
        client,
        {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"after_": datetime.now(UTC)}},
        deployment,
        FlowRunSort.EXPECTED_START_TIME_ASC,
    )
    return runs[0].expected_start_time if runs else None


def _last_run(client: SyncPrefectClient, deployment: DeploymentResponse) -> LastRun | None:
    from prefect.client.schemas.sorting import FlowRunSort

    runs = _runs(client, {"start_time": {"is_null_": False}}, deployment, FlowRunSort.START_TIME_DESC)
    return told_run(client, runs[0]) if runs else None


def _runs(client: SyncPrefectClient, wanted: dict[str, Any], deployment: DeploymentResponse, sort: Any) -> list:
    from prefect.client.schemas.filters import FlowRunFilter

    known = {**wanted, "deployment_id": {"any_": [deployment.id]}}
    return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(known), sort=sort, limit=1)


def told_run(client: SyncPrefectClient, run: FlowRun) -> LastRun:
    """How a run went that has begun."""
    ended = run.end_time or datetime.now(UTC)
    seconds = max(0.0, (ended - run.start_time).total_seconds())
    state = run.state.type.value.lower() if run.state else "unknown"
    failed = state in ("failed", "crashed", "cancelled")
    return LastRun(run.start_time, state, seconds, (run.state.message or "") if failed else _summary(client, run))


def _summary(client: SyncPrefectClient, run: FlowRun) -> str:
    from prefect.client.schemas.filters import ArtifactFilter

    wanted = ArtifactFilter.model_validate({"flow_run_id": {"any_": [run.id]}, "key": {"any_": [SUMMARY_KEY]}})
    found = client.read_artifacts(artifact_filter=wanted)
    return str(found[0].data) if found else ""
