"""Which server a run uses, and that none is left behind. What starts one is marked; the rest needs no Prefect."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from litclaims.errors import OutputError, ServiceError
from litclaims.flows import server
from litclaims.flows.server import RECORD, prefect_server

HOLD = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born without
from litclaims.flows.server import prefect_server
with prefect_server(Path(sys.argv[1])) as address:
    print(address, flush=True)
    time.sleep(300)
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """One state folder for the tests of this module: a new database costs six seconds."""
    return tmp_path_factory.mktemp("held")


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}


@pytest.fixture
def hold():
    """``hold(state)`` → a process that holds a server, and the server's address."""
    held = []

    def start(state, **environment):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(state)],
            env={**clean_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        held.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in held:
        process.kill()
        process.communicate()


def is_up(address):
    place = urlsplit(address)
    try:
        socket.create_connection((place.hostname, place.port), timeout=1).close()
    except OSError:
        return False
    return True


def goes_down(address, seconds=30):
    deadline = time.monotonic() + seconds
    while is_up(address) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not is_up(address)


@pytest.mark.flow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_server_is_left_behind(state, hold, number):
    process, address = hold(state)
    assert is_up(address)
    process.send_signal(number)
    process.wait(30)
    assert goes_down(address)


@pytest.mark.flow
def test_server_listens_on_loopback_only(state, hold):
    _, address = hold(state)
    assert urlsplit(address).hostname == "127.0.0.1"


@pytest.mark.flow
def test_proxy_and_profile_of_the_user_do_not_reach_the_server(state, hold):
    process, address = hold(
        state, HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9", PREFECT_PROFILE="x"
    )
    assert is_up(address), process.stderr.read()


@pytest.mark.flow
def test_shared_server_is_used_by_another_run(api, hold):
    _, address = hold(api.state)
    assert address == api.address


@pytest.mark.flow
def test_server_of_another_run_is_left_to_it(state, hold):
    _, first = hold(state)
    _, second = hold(state)
    assert first != second
    assert is_up(first)
    assert is_up(second)


@pytest.mark.flow
def test_record_of_a_dead_server_is_not_believed(state, hold):
    (state / "prefect").mkdir(exist_ok=True)
    (state / "prefect" / RECORD).write_text(json.dumps({"address": "http://127.0.0.1:9/api", "pid": 1}))
    _, address = hold(state)
    assert is_up(address)


@pytest.mark.flow
def test_environment_is_as_before_after_the_block(api):
    before = dict(os.environ)
    with prefect_server(api.state) as address:
        assert address == os.environ["PREFECT_API_URL"]
    assert dict(os.environ) == before


def lose_server(state, started):
    with prefect_server(state):
        started[0].process.kill()
        started[0].process.wait()
        raise ConnectionError("what the flow says then")


@pytest.mark.flow
def test_server_that_dies_during_a_run_is_named_as_the_cause(state, monkeypatch):
    started = []
    genuine = server._start
    monkeypatch.setattr(server, "_start", lambda home: started.append(genuine(home)) or started[0])
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(ServiceError, match="ended during the run") as told:
        lose_server(state, started)
    assert isinstance(told.value.__cause__, ConnectionError)


@pytest.mark.flow
def test_run_of_a_killed_process_is_marked_crashed(api, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from litclaims.flows.extract import extract_flow
    from litclaims.flows.server import mark_lost_runs

    with get_client(sync_client=True) as client:
        lost = client.create_flow_run(extract_flow, parameters={"paths": [], "out": str(tmp_path)}, state=Running())
        mark_lost_runs()
        assert client.read_flow_run(lost.id).state.is_crashed()


def test_given_server_that_does_not_answer_is_named(tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
    monkeypatch.setenv("PREFECT_API_URL", address)
    with pytest.raises(ServiceError, match="no Prefect server answers") as told, prefect_server(tmp_path):
        pass
    assert told.value.source == address
    assert "PREFECT_API_URL" in told.value.remedy


def test_state_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="LITCLAIMS_STATE") as told, prefect_server(tmp_path / "file" / "state"):
        pass
    assert "file" in told.value.source


def test_server_that_takes_too_long_is_stopped_and_its_log_named(tmp_path, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    started = []
    with (
        pytest.raises(ServiceError, match="did not answer within") as told,
        prefect_server(tmp_path, timeout=0.05, meanwhile=lambda: started.append(dict(os.environ))),
    ):
        pass
    assert told.value.source.endswith("server.log")
    assert not is_up(started[0]["PREFECT_API_URL"])
    assert started[0]["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert started[0]["DO_NOT_TRACK"] == "1"
