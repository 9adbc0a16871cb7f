"""The Prefect server of a run: the one that is given, one that is up already, or one of our own for the time of it.

Prefect reads its settings when it is imported, so nothing here imports it before the environment is set, and no other
module but ``flows.extract`` imports it at all.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO
from uuid import UUID

from litclaims import environ
from litclaims.errors import OutputError, ServiceError
from litclaims.flows.server_process import PR_SET_PDEATHSIG

API_URL = "PREFECT_API_URL"
RECORD = "server.json"
"""In a home: the address of a server that other runs may use."""

SERVED_BY = "LITCLAIMS_SERVED_BY"
"""Set for the runs of a schedule: the process that serves it, with which they end."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The new page and the adverts call out to hosts on the internet; documents may be confidential.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
    # The default of 20 s is too short for a first start on a busy machine with two cores.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
"""Settings of our server and of this process: nothing leaves the machine."""

LOGGING = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # What goes wrong is told by litclaims in one line; Prefect's own account is kept on the server.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
}
"""Settings that a user may overrule."""

_LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.1
_STOP_SECONDS = 10.0
_DRAIN_SECONDS = 20.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach our loopback


@contextmanager
def prefect_server(
    state: Path, *, timeout: float = 120.0, shared: bool = False, meanwhile: Callable[[], object] | None = None
) -> Iterator[str]:
    """A Prefect API for the time of the block, with the environment of this process set for it.

    ``PREFECT_API_URL`` decides if it is set. Else a shared server that is up in ``state`` is used. Else a server is
    started on loopback at a free port, with a database of its own below ``state``, and stopped at the end; should this
    process be killed, it ends too. Enter the block in a thread that lives as long as the process: on Linux the server
    ends with the thread that started it.

    Args:
        state: the project's folder for such things; the user's own ``~/.prefect`` is never read or written.
        timeout: seconds in which the server must answer.
        shared: True for a server that stays up for long: runs that start meanwhile with the same ``state`` use it.
        meanwhile: work that needs no server, done while ours starts.

    Yields:
        The address of the API.

    Raises:
        ServiceError: no server answers in time, or ours has died when the block ends with an error.
        OutputError: ``state`` cannot be written.
    """
    with ExitStack() as stack:
        given = os.environ.get(API_URL)
        if given:
            _check_given(given)
            home, server = _make_home(state, 1), None
        else:
            home, server = stack.enter_context(_own_or_borrowed(state))
        address = given or (server.address if server else _recorded(home))
        stack.enter_context(_environment(home, address))
        if meanwhile is not None:
            meanwhile()
        if server is not None:
            server.wait(timeout)
            if shared:
                stack.enter_context(_record(home, address))
        stack.enter_context(_connection(address))
        if server is None:
            yield address
            return
        mark_lost_runs()
        try:
            yield address
        except Exception as error:
            code = server.process.poll()
            if code is None:
                raise
            raise _no_server(f"the Prefect server ended during the run with code {code}", server.log) from error


@contextmanager
def running_server(state: Path) -> Iterator[str]:
    """The Prefect API that is up, with the environment of this process set for it: given, or shared in ``state``.

    Raises:
        ServiceError: there is none.
    """
    given = os.environ.get(API_URL)
    if given:
        _check_given(given)
    homes = sorted(home for home in state.glob("prefect*") if home.is_dir())
    found = next(((home, address) for home in homes if (address := _recorded(home))), None)
    if found is None and not given:
        remedy = "litclaims schedule … starts one; --out names its folder, where LITCLAIMS_STATE is not set"
        raise ServiceError("no schedule is served here", source=state, remedy=remedy)
    home, address = (_make_home(state, 1), given) if given else found
    with _environment(home, address), _connection(address):
        yield address


@contextmanager
def _own_or_borrowed(state: Path) -> Iterator[tuple[Path, _Server | None]]:
    """The first home whose server is shared and up, or that no living process holds; there a server is started."""
    for number in count(1):
        home = _make_home(state, number)
        with open(home / "lock", "a+") as lock:
            if lock_file(lock):
                # Whoever wrote the record is dead, for a living one holds the lock.
                (home / RECORD).unlink(missing_ok=True)
                server = _start(home)
                try:
                    yield home, server
                finally:
                    server.stop()
                return
            if _recorded(home):
                yield home, None
                return


def _make_home(state: Path, number: int) -> Path:
    """Two servers on one SQLite file lock each other out, so every server that runs at a time has a home of its own."""
    home = state / ("prefect" if number == 1 else f"prefect-{number}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "lock").touch()
    except OSError as error:
        reason = error.strerror or error
        remedy = "make it writable or set LITCLAIMS_STATE to another folder"
        raise OutputError(f"cannot be written: {reason}", source=home, remedy=remedy) from error
    return home


def lock_file(file: IO[str]) -> bool:
    """Take the file's lock without waiting; it is let go when the file is closed or the process ends."""
    try:
        import fcntl
    except ImportError:  # Windows: runs at the same time share a home there
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network disk without locks: there, too
        return True
    return True


def _recorded(home: Path) -> str | None:
    """The address of the home's shared server if it is up."""
    try:
        address = json.loads((home / RECORD).read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, KeyError):
        return None
    return address if _healthy(address) else None


@contextmanager
def _record(home: Path, address: str) -> Iterator[None]:
    written = home / (RECORD + ".new")
    written.write_text(json.dumps({"address": address, "pid": os.getpid()}), encoding="utf-8")
    written.replace(home / RECORD)
    try:
        yield
    finally:
        (home / RECORD).unlink(missing_ok=True)


@dataclass
class _Server:
    """A server that we started."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://{_LOOPBACK}:{self.port}/api"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not _healthy(self.address):
            if self.process.poll() is not None:
                raise _no_server(f"the Prefect server ended with code {self.process.returncode}", self.log)
            if time.monotonic() >= deadline:
                raise _no_server(f"the Prefect server did not answer within {timeout:g} s", self.log)
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        finally:
            if self.process.stdin:
                self.process.stdin.close()


def _start(home: Path) -> _Server:
    port = _free_port()
    command = [sys.executable, "-P", str(Path(__file__).with_name("server_process.py"))]
    with open(home / "server.log", "wb") as log:
        process = subprocess.Popen(
            [*command, "--host", _LOOPBACK, "--port", str(port)],
            cwd=home,  # where no prefect.toml, .env or pyproject.toml of the user lies
            env=_server_environment(home),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the server when the flow has ended
        )
    return _Server(home, port, process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return probe.getsockname()[1]


def _server_environment(home: Path) -> dict[str, str]:
    """The user's environment without his own Prefect: his database and his profile are not ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**others, **QUIET, "PREFECT_HOME": str(home), "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}


def _healthy(address: str) -> bool:
    try:
        with _DIRECT.open(f"{address}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _check_given(address: str) -> None:
    """Any answer will do, for some servers want a key before they say that they are well."""
    try:
        urllib.request.urlopen(f"{address.rstrip('/')}/health", timeout=10).close()
    except urllib.error.HTTPError:
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        remedy = f"start that server, or unset {API_URL} to have one started"
        raise ServiceError(f"no Prefect server answers: {reason}", source=address, remedy=remedy) from error


def _no_server(message: str, log: Path) -> ServiceError:
    return ServiceError(message, source=log, remedy="the log may say why; --no-prefect does the same work without it")


@contextmanager
def _environment(home: Path, address: str) -> Iterator[None]:
    """The environment of this process, which the children of a pool inherit, and as it was before at the end."""
    mine = {**QUIET, "PREFECT_HOME": str(home), API_URL: address}
    mine |= {name: value for name, value in LOGGING.items() if name not in os.environ}
    mine["NO_PROXY"] = mine["no_proxy"] = _unproxied(os.environ)
    absent = {"PREFECT_PROFILE": None}  # a profile of the user's own home, which is not in ours
    with environ.changed(mine | absent):
        yield


def _unproxied(environment: Mapping[str, str]) -> str:
    known = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    return ",".join(filter(None, [known, _LOOPBACK, "localhost"]))


@contextmanager
def _connection(address: str) -> Iterator[None]:
    """Prefect bound to this address, also if it was imported before, by an earlier run here or by the host program.

    At the end what it has still to send is sent, while there is a server to take it: the workers that send outlive a
    flow, and would later try the old address for minutes.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: address}):
        try:
            yield
        finally:
            for worker in (EventsWorker, APILogWorker):
                worker.drain_all(timeout=_DRAIN_SECONDS)


def end_with_schedule() -> None:
    """In a run of a schedule: have the kernel end this process when the one that serves the schedule ends.

    Killed, that one cannot end us, and the next run would begin beside us. Elsewhere than on Linux a run goes on to its
    end. The kernel sends what cannot be caught: with its server gone Prefect would try for minutes to report.
    """
    parent = os.environ.get(SERVED_BY)
    if parent != str(os.getppid()) or sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent != str(os.getppid()):  # it ended while we asked
        os.kill(os.getpid(), signal.SIGKILL)


def mark_lost_runs(deployment_id: UUID | None = None) -> None:
    """Mark the runs that a killed process left as running.

    Args:
        deployment_id: only those of this deployment; without it all, for where the database is ours alone none lives.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    wanted: dict[str, object] = {"state": {"type": {"any_": [StateType.RUNNING, StateType.PENDING]}}}
    if deployment_id is not None:
        wanted["deployment_id"] = {"any_": [deployment_id]}
    running = FlowRunFilter.model_validate(wanted)
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=running):
            client.set_flow_run_state(run.id, Crashed(message="The process of this run was killed."), force=True)
