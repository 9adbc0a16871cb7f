"""The flow with every task runner: the same tables from all, and a document that ends its worker costs only itself."""

from __future__ import annotations

import importlib.util

import pandas as pd
import pytest

import killers
from litclaims import batches, reading, workers
from litclaims.errors import ConfigurationError, ServiceError
from litclaims.flows.run import run
from litclaims.workers import Runner

pytestmark = pytest.mark.flow

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Documents in several batches, and one that cannot be read."""
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "250")
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in {"a": "20–40", "b": "200–400", "c": "30", "d": "1–2", "e": "50"}.items():
        (made / f"{name}.txt").write_text(TEXT.format(figure), encoding="utf-8")
    (made / "broken.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    return made


def tables(out):
    """Every table of a run as bytes, but for the seconds that each document took."""
    found = {path.name: path.read_bytes() for path in out.glob("*.csv") if path.stem != "documents"}
    documents = pd.read_csv(out / "documents.csv").drop(columns="seconds")
    return {**found, "documents.csv": documents.to_csv(index=False).encode()}


def here(monkeypatch):
    """Have the reading of a document in this process fail: others are to read."""

    def extract_input(item, **_):
        raise AssertionError(f"{item.doc} was read by the process of the run")

    monkeypatch.setattr(reading, "extract_input", extract_input)


@pytest.mark.parametrize("kind", ["process", "dask", "ray"])
def test_every_runner_gives_the_tables_of_one_thread(api, folder, tmp_path, monkeypatch, kind):
    if kind in workers.SCHEDULED and importlib.util.find_spec(f"prefect_{kind}") is None:
        pytest.skip(f"prefect-{kind} is not installed: pip install 'litclaims[{kind}]'")
    run([folder], tmp_path / "thread", runner=Runner("thread"))
    with monkeypatch.context() as patched:
        here(patched)
        told = []
        progress = lambda *args: told.append(args)  # noqa: E731
        result = run([folder], tmp_path / kind, runner=Runner(kind, 2), progress=progress)
    assert {outcome.doc for outcome in result.outcomes if outcome.status != "ok"} == {"broken.txt"}, result.outcomes
    assert tables(tmp_path / kind) == tables(tmp_path / "thread")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][:2] == (6, 6)


@pytest.mark.parametrize("kind", ["thread", "process"])
def test_doses_alone_are_read_by_every_runner_of_the_flow(api, folder, tmp_path, kind):
    for path in folder.glob("?.txt"):
        path.write_text(path.read_text(encoding="utf-8") + "They rested for 6 weeks.\n", encoding="utf-8")
    run([folder], tmp_path / "doses", only="doses", runner=Runner(kind))
    assert set(pd.read_csv(tmp_path / "doses" / "claims.csv")["measure"]) == {"cell_dose"}


def test_document_that_ends_its_worker_is_a_failed_row_and_all_others_are_read(api, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "get_ready", killers.get_ready)
    (folder / "kill.txt").write_text(TEXT.format("70"), encoding="utf-8")
    result = run([folder], tmp_path / "out", runner=Runner("process", 2))
    statuses = {outcome.doc: outcome.status for outcome in result.outcomes}
    assert statuses.pop("broken.txt") == statuses.pop("kill.txt") == "failed"
    assert set(statuses.values()) == {"ok"}
    (reason,) = [outcome.reason for outcome in result.outcomes if outcome.doc == "kill.txt"]
    assert reason.endswith(f"{workers.ENDED} (signal 9)")


def test_scheduler_that_does_not_answer_is_told(api, folder, tmp_path):
    pytest.importorskip("prefect_dask", reason="prefect-dask is not installed: pip install 'litclaims[dask]'")
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), pytest.raises(ServiceError, match="--address"):
        run([folder], tmp_path / "out", runner=Runner("dask", 2, "tcp://127.0.0.1:9"))


def test_runner_of_an_extra_that_is_missing_is_told(api, folder, tmp_path, monkeypatch):
    import builtins

    genuine = builtins.__import__

    def without_ray(name, *rest, **given):
        if name.partition(".")[0] in ("ray", "prefect_ray"):
            raise ModuleNotFoundError(name)
        return genuine(name, *rest, **given)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    with pytest.raises(ConfigurationError, match=r"litclaims\[ray\]"):
        run([folder], tmp_path / "out", runner=Runner("ray", 2))
