"""Workers: who reads, what becomes of a batch whose worker dies, and the same tables whoever read."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from functools import partial
from multiprocessing import forkserver
from pathlib import Path

import pandas as pd
import pytest

import killers
from litclaims import batches, pipeline, workers
from litclaims.errors import ConfigurationError, ServiceError
from litclaims.inputs import Input, find_inputs
from litclaims.plan import runner_of
from litclaims.store import Store
from litclaims.store.ledger import FILE
from litclaims.store.parts import Parts
from litclaims.workers import ProcessPool, Runner, read_all, read_alone

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"


@pytest.fixture(autouse=True)
def _loaded_once():
    """The fork server of this process loads the models when it starts, and has them for all tests."""
    with workers.one_thread_each():
        yield


def alone(batch, **given):
    asked = {"work": killers.work, "ready": killers.ready, "seconds": 600.0, **given}
    return [one for made in read_alone(batch, failed=lambda word, reason: f"{word}: {reason}", **asked) for one in made]


def through_pool(batches, *, work=killers.work, ready=killers.ready, n=2):
    made = read_all(batches, pool=lambda: ProcessPool(n, work, ready), alone=lambda batch: [alone(batch)])
    return [one for each in made for one in each]


def test_few_bytes_are_read_by_a_thread_and_many_by_all_cores(monkeypatch):
    monkeypatch.setattr(workers, "available_cores", lambda: 4)
    assert Runner().decided(1_000) == Runner("thread", 1)
    assert Runner().decided(10_000_000) == Runner("process", 4)
    assert Runner(workers=2).decided(10_000_000).workers == 2
    assert Runner("process").decided(1).kind == "process"
    monkeypatch.setattr(workers, "available_cores", lambda: 1)
    assert Runner().decided(10_000_000) == Runner("thread", 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("spark",), "spark"),
        (("thread", 2), "process"),
        (("process", 0), "0 workers"),
        (("process", 2, "tcp://host:8786"), "address"),
        ((None, None, "tcp://host:8786"), "--runner dask"),
    ],
)
def test_runner_that_cannot_be_is_refused(given, said):
    with pytest.raises(ConfigurationError, match=said):
        Runner(*given)


def test_arguments_come_before_settings(monkeypatch):
    from litclaims import config

    monkeypatch.setenv("LITCLAIMS_RUNNER", "dask")
    monkeypatch.setenv("LITCLAIMS_WORKERS", "3")
    monkeypatch.setenv("LITCLAIMS_ADDRESS", "tcp://host:8786")
    monkeypatch.setenv("LITCLAIMS_DOCUMENT_SECONDS", "7")
    assert runner_of(config.load()) == Runner("dask", 3, "tcp://host:8786", 7.0)
    assert runner_of(config.load(), "process", 2) == Runner("process", 2, None, 7.0)
    assert runner_of(config.load(), "thread").workers is None


def test_every_batch_is_read_once_by_all_processes():
    read = through_pool([[str(n)] for n in range(12)], work=killers.process_id)
    assert len(read) == 12
    assert len(set(read)) == 2
    assert os.getpid() not in read


@pytest.mark.parametrize("killer", ["kill", "exit"])
def test_a_document_that_ends_its_process_costs_only_itself(killer):
    read = through_pool([["a", "b"], ["c", killer, "d"], ["e"], ["f"], ["g"]])
    how = {"kill": "signal 9", "exit": "exit code 3"}[killer]
    assert sorted(read) == sorted([*"ABCDEFG", f"{killer}: {workers.ENDED} ({how})"])


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="processes are spawned here")
def test_how_a_process_ended_is_known_where_its_code_comes_slowly(monkeypatch):
    genuine = forkserver.read_signed

    def slowly(sentinel):
        code = genuine(sentinel)
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.2)  # the executor's thread has taken the code and not yet said so
        return code

    monkeypatch.setattr(forkserver, "read_signed", slowly)
    assert alone(["exit"]) == [f"exit: {workers.ENDED} (exit code 3)"]


def test_several_killers_in_one_batch_are_all_known():
    read = alone(["a", "kill 1", "b", "exit", "kill 2"])
    assert sorted(each for each in read if ":" not in each) == ["A", "B"]
    assert {each.split(":")[0] for each in read if ":" in each} == {"kill 1", "kill 2", "exit"}


def test_batch_that_dies_after_its_documents_is_halved():
    read = alone(["a", "b", "last", "c"])
    assert sorted(read) == sorted(["A", "B", "C", f"last: {workers.ENDED} (exit code 4)"])


def test_document_that_takes_too_long_ends_its_process_and_is_told():
    read = alone(["a", "hang-by-itself", "b"], seconds=0.2)
    (told,) = [each for each in read if each.startswith("hang")]
    assert sorted(read) == sorted(["A", "B", told])
    assert "after 0.2 s" in told


def test_fault_at_the_start_of_a_worker_is_the_error_of_the_run():
    with pytest.raises(ValueError, match="a fault in the vocabulary"):
        through_pool([["a"]], ready=killers.faulty)


def test_processes_that_do_not_even_begin_end_the_run():
    with pytest.raises(ServiceError, match="before they have read anything"):
        alone(["a"], ready=killers.stillborn)


def raise_while_a_worker_hangs(children):
    with ProcessPool(2, killers.work, killers.ready) as pool:
        pool.submit(["hang"])
        children += pool.children()
        raise KeyboardInterrupt


def test_workers_are_gone_when_nobody_waits_for_them():
    children = []
    with pytest.raises(KeyboardInterrupt):
        raise_while_a_worker_hangs(children)
    assert children
    assert not any(child.is_alive() for child in children)


ORPHANS = """
import os, sys, time
sys.path[:] = {path!r}
from litclaims.workers import ProcessPool
def work(batch):
    time.sleep(batch[0])
    return os.getpid()
def ready():
    pass
if __name__ == "__main__":
    with ProcessPool(2, work, ready) as pool:
        print(*{{pool.result(future) for future in [pool.submit([0.2]) for _ in range(4)]}}, flush=True)
        pool.submit([600])
        time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS.format(path=sys.path), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != workers.PRELOAD}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    numbers = [int(word) for word in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert numbers
    deadline = time.monotonic() + 30
    while any(_lives(number) for number in numbers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_lives(number) for number in numbers)


def _lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in {"a": "20–40", "b": "200–400", "c": "30", "d": "1–2", "e": "50"}.items():
        (made / f"{name}.txt").write_text(TEXT.format(figure), encoding="utf-8")
    return made


def tables(out):
    """Every table of a run as bytes, but for the seconds that each document took."""
    found = {path.name: path.read_bytes() for path in out.glob("*.csv") if path.stem != "documents"}
    documents = pd.read_csv(out / "documents.csv").drop(columns="seconds")
    return {**found, "documents.csv": documents.to_csv(index=False).encode()}


def test_processes_give_the_tables_of_one_thread(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "150")
    told = []
    pipeline.run_local([folder], out=tmp_path / "one", runner=Runner("thread"))
    pipeline.run_local(
        [folder], out=tmp_path / "two", runner=Runner("process", 2), progress=lambda *args: told.append(args)
    )
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    assert [(done, total) for done, total, _ in told] == [(number, 5) for number in range(1, 6)]


def test_document_that_ends_its_reader_is_a_failed_row_and_never_read_in_the_run_itself(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "get_ready", killers.get_ready)
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "250")
    out = tmp_path / "out"
    (folder / "kill.txt").write_text(TEXT.format("70"), encoding="utf-8")
    pipeline.run_local([folder], out=out, runner=Runner("process", 2))
    for _ in range(2):  # the second time by the thread that few documents are read by
        rows = pd.read_csv(out / "documents.csv").set_index("doc")
        assert rows.loc["kill.txt", "status"] == "failed"
        assert rows.loc["kill.txt", "reason"].endswith(f"kill.txt: {workers.ENDED} (signal 9)")
        assert set(rows.drop("kill.txt")["status"]) <= {"ok", "unchanged"}
        pipeline.run_local([folder], out=out)
    with Store.open(out / FILE) as store:
        assert len(store.documents()) == 6


def test_fault_of_the_model_is_told_by_the_run_and_not_by_each_document(folder, tmp_path):
    asked = partial(pipeline.run_local, [folder], out=tmp_path / "out", model="no_such_model")
    with pytest.raises(ConfigurationError, match="no_such_model"):
        asked(runner=Runner("process", 2))


def test_cluster_without_prefect_is_refused_before_anything_is_read(folder, tmp_path):
    with pytest.raises(ConfigurationError, match="task runner of Prefect"):
        pipeline.run_local([folder], out=tmp_path / "out", runner=Runner("dask"))
    assert not (tmp_path / "out").exists()


def test_batches_are_shared_out_evenly_and_the_largest_document_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "300000")
    sizes = [10_000] * 150 + [400_000] + [10_000] * 50
    items = [Input(tmp_path / f"{n}", f"{n}", f"{n}", size=size) for n, size in enumerate(sizes)]
    shared = batches.shared_out(items, Runner("process", 2))
    assert [item.size for item in shared[0]] == [400_000]
    assert {item for batch in shared for item in batch} == set(items)
    assert max(sum(item.size for item in batch) for batch in shared[1:]) <= 2_400_000 / 16
    assert len(batches.shared_out(items, Runner("thread", 1))) < len(shared)


def test_worker_of_another_version_does_not_read(folder, tmp_path):
    items = find_inputs([folder]).items
    with pytest.raises(ConfigurationError, match="would read otherwise"):
        batches.read_apart(items, parts=Parts(str(tmp_path / "parts"), "abcd"), fingerprint="f" * 64, seconds=60)
    assert not (tmp_path / "parts").exists()
