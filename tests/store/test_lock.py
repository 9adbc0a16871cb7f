"""One run at a time into a folder or a store, and a lock that dies with its process."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from litclaims.errors import StoreError
from litclaims.pipeline import run_local
from litclaims.plan import LOCK, job, locked
from litclaims.store import lock

HOLD = """
import sys, time
from pathlib import Path
from litclaims.store import lock
with lock.held(Path(sys.argv[1]), of="it", wait=0):
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock of the output folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / LOCK)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Patients received 5 million MSCs intravenously.")
    return path


def test_a_second_run_says_who_holds_the_folder(holder, document, tmp_path):
    with pytest.raises(StoreError, match=rf"another run is writing to it: process {holder.pid} on .*--wait SECONDS"):
        run_local([document], out=tmp_path, wait=0)


def test_a_run_waits_for_the_one_before_it_and_says_so(document, tmp_path, caplog):
    released = []
    with locked(job([document], out=tmp_path)):
        with caplog.at_level(logging.WARNING, logger="litclaims.notice"):
            waiting = threading.Thread(target=lambda: released.append(run_local([document], out=tmp_path, wait=60)))
            waiting.start()
            deadline = time.monotonic() + 30
            while not caplog.messages and time.monotonic() < deadline:
                time.sleep(0.01)
        assert f"process {os.getpid()}" in caplog.messages[0]
        assert released == []
    waiting.join(60)
    assert released[0].outcomes[0].status == "ok"


def test_a_killed_process_holds_nothing(holder, document, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert run_local([document], out=tmp_path, wait=0).files


def test_two_runs_into_one_store_from_two_folders_keep_apart(document, tmp_path):
    store = tmp_path / "ledger.sqlite"
    with (
        locked(job([document], out=tmp_path / "a", store=store)),
        pytest.raises(StoreError, match=r"ledger\.sqlite: another run"),
    ):
        run_local([document], out=tmp_path / "b", store=store, wait=0)


def test_the_file_says_who_holds_it(tmp_path):
    with lock.held(tmp_path / "lock", of="it", wait=0):
        assert json.loads((tmp_path / "lock").read_text())["pid"] == os.getpid()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be locked"), lock.held(tmp_path / "file" / "lock", of="it", wait=0):
        pass
