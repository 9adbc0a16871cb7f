"""Schedules on a real server: they run at their times, one run at a time, and do what they are told."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from litclaims.cli import app
from litclaims.flows.schedules import schedules
from litclaims.flows.server import QUIET

pytestmark = pytest.mark.flow

SECONDS = 300
"""For anything to happen on a busy machine."""


def own_environment():
    """Without the server of the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}


class Served:
    """``litclaims schedule`` as a process, and the lines it has printed."""

    def __init__(self, *args, state, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "litclaims", "schedule", *map(str, args)],
            env={**own_environment(), "LITCLAIMS_STATE": str(state), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines, self._queue = [], queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._queue.put(line.rstrip())
        self._queue.put(None)

    def wait_for(self, words):
        """The next line that holds the words."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                line = self._queue.get(timeout=max(0.1, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no line with {words!r} came after:\n" + "\n".join(self.lines)
            self.lines.append(line)
            if words in line:
                return line

    def children(self):
        """The processes that this one has started and that live."""
        path = Path(f"/proc/{self.process.pid}/task")
        return [int(pid) for task in path.iterdir() for pid in (task / "children").read_text().split()]

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def serve():
    started = []

    def start(*args, **given):
        started.append(Served(*args, **given))
        return started[-1]

    yield start
    for served in started:
        served.process.kill()
        served.process.wait()


@pytest.fixture
def readable(documents):
    (documents / "broken.txt").unlink()
    return documents


def said(*args):
    done = CliRunner().invoke(app, ["schedules", *map(str, args)])
    return done.exit_code, done.output


def wait_until(true, seconds=SECONDS):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.2)
    return true()


@pytest.fixture(scope="module")
def twice(api, tmp_path_factory):
    """What a schedule of some seconds says until its second run has ended, and how it ends on SIGTERM."""
    folder = tmp_path_factory.mktemp("twice")
    for number in (30, 300):
        words = f"Each knee received {number} million mesenchymal stromal cells by intra-articular injection.\n"
        (folder / f"{number}.txt").write_text(words, encoding="utf-8")
    served = Served(folder, "--out", folder / "often", "--every", "5s", state=api.state)
    try:
        ended = [served.wait_for("often completed after"), served.wait_for("often completed after")]
        code = served.end()
        served.wait_for("often: stopped.")
    finally:
        served.process.kill()
    return served.lines, ended, code


def test_schedule_of_some_seconds_runs_twice_and_ends_on_sigterm(twice):
    lines, (first, second), code = twice
    assert any("runs    every 5 seconds; next " in line for line in lines)
    assert ": 2 documents: 2 ok; " in first
    assert ": 2 documents: 2 " in second
    assert second.endswith("none new")
    assert code == 0


def test_second_run_of_a_schedule_finds_the_documents_unchanged(twice):
    _, (_, second), _ = twice
    assert ": 2 documents: 2 unchanged; " in second


def test_schedule_is_listed_paused_triggered_resumed_and_removed(api, serve, readable, tmp_path, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_STATE", str(api.state))
    out, name = tmp_path / "out", "monday"
    served = serve(
        *(readable, "--out", out, "--cron", "0 6 * * 1", "--timezone", "Europe/Berlin", "--name", name), state=api.state
    )
    served.wait_for("runs    At 06:00 on Monday (Europe/Berlin); next Mon ")
    served.wait_for("It is served while this command runs")

    def found():
        return next(each for each in schedules(out) if each.name == name)

    assert wait_until(lambda: found().next_run is not None), "no run was planned"
    one = found()
    assert (one.paths, one.out, one.paused, one.served) == ((str(readable),), str(out), False, True)
    assert (one.next_run.astimezone().weekday(), one.last_run) == (0, None)
    assert said()[1].count(f"{name}: At 06:00 on Monday (Europe/Berlin)\n") == 1

    assert said("pause", name)[0] == 0
    assert found().paused
    assert found().next_run is None

    assert said("trigger", name)[0] == 0
    served.wait_for(f"{name} completed after")
    last = found().last_run
    assert (last.state, last.summary[:11]) == ("completed", "2 documents")
    assert (out / "claims.csv").exists()

    for path in readable.iterdir():
        path.write_bytes(b"\xff\xfe\x00 50 million cells")
    kept = (out / "claims.csv").read_bytes()
    assert said("trigger", name)[0] == 0
    assert "no document could be read" in served.wait_for(f"{name} failed after")
    assert found().last_run.state == "failed"
    assert (out / "claims.csv").read_bytes() == kept

    assert said("resume", name)[0] == 0
    assert not found().paused
    assert wait_until(lambda: found().next_run is not None)

    assert said("remove", name)[0] == 0
    served.wait_for(f"{name} was removed; this command ends")
    assert served.process.wait(SECONDS) == 0
    code, told = said("trigger", name)
    assert code == 2
    assert f"there is no schedule '{name}'" in told


def test_schedule_is_served_once_on_a_server_that_is_given_too(api, serve, readable, tmp_path):
    args = (readable, "--out", tmp_path / "out", "--every", "1d", "--name", "once")
    given = {"state": tmp_path / "state", "PREFECT_API_URL": api.address}
    first = serve(*args, **given)
    assert api.address.removesuffix("/api") in first.wait_for("Prefect's server was ready")
    first.wait_for("It is served while")
    second = serve(*args, **given)
    second.wait_for("'once' is served by another process")
    assert second.process.wait(SECONDS) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a process ends with its parent on Linux only")
def test_killed_schedule_leaves_nothing_behind_and_goes_on(serve, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(40):
        words = f"Each knee received {number + 2} million mesenchymal stromal cells.\n\n" * 40
        (documents / f"{number}.txt").write_text(words, encoding="utf-8")
    args, state = (documents, "--out", tmp_path / "out", "--every", "4s", "--name", "killed"), tmp_path / "state"
    served = serve(*args, state=state)
    served.wait_for("killed started")
    children = served.children()
    assert len(children) >= 2  # the server and a run
    for pid in children:
        known = Path(f"/proc/{pid}/environ").read_bytes().lower().split(b"\0")  # Prefect writes False for false
        assert {f"{key}={value}".lower().encode() for key, value in QUIET.items()} <= set(known)
    served.end(signal.SIGKILL)
    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))

    for path in sorted(documents.iterdir())[1:]:
        path.unlink()
    again = serve(*args, state=state)
    again.wait_for("while it was not served, made up for by one now")
    again.wait_for("killed completed after")
    told = subprocess.run(
        [sys.executable, "-c", CRASHED, str(state)],
        env=own_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    assert "The process of this run was killed." in told.stdout


CRASHED = """
import sys
from pathlib import Path
from litclaims.flows.server import running_server
with running_server(Path(sys.argv[1])):
    from prefect.client.orchestration import get_client
    with get_client(sync_client=True) as client:
        print([run.state.message for run in client.read_flow_runs() if run.state.is_crashed()])
        assert sum(run.state.is_running() for run in client.read_flow_runs()) <= 1
"""
