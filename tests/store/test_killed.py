"""Whatever happens to a run, the next one ends with the tables of one to which nothing happened."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

import litclaims
from litclaims import tables
from litclaims.errors import StoreError
from litclaims.pipeline import run_local
from litclaims.store import ledger

HERE = Path(__file__).parent
TEXT = "Patients with {} received {}–{} million mesenchymal stromal cells by {}.\n"
OTHER = "The {} was well tolerated by patients with {}; nobody went home early, as the protocol had it.\n"
ILLS = ("knee osteoarthritis", "critical limb ischemia", "multiple sclerosis")
WAYS = ("intravenous infusion", "intra-articular injection", "intramuscular injection")
BATCH_BYTES = 1200
"""Of text a batch: some ten documents."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")


def write(folder: Path, number: int, seed: int = 1) -> Path:
    """A folder of so many documents, of which one in four gives a dose; these agree and disagree at random."""
    made = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(number):
        low = made.choice((1, 2, 5, 10, 20, 50))
        ill, way = made.choice(ILLS), made.choice(WAYS)
        text = TEXT.format(ill, low, low * made.choice((2, 4)), way) if index % 4 == 0 else OTHER.format(way, ill)
        (folder / f"{index:03}.txt").write_text(text, encoding="utf-8")
    return folder


def contents(out: Path) -> dict[str, object]:
    """Every table of a run byte for byte; of the documents all but the seconds that reading took."""
    made: dict[str, object] = {}
    for name in tables.TABLES:
        for kind in ("csv", "parquet"):
            made[f"{name}.{kind}"] = (out / f"{name}.{kind}").read_bytes()
    documents = pd.read_parquet(out / "documents.parquet").drop(columns="seconds")
    made["documents.csv"] = made["documents.parquet"] = documents.to_csv()
    return made


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", str(BATCH_BYTES))


@pytest.mark.flow
def test_a_run_killed_ten_times_ends_as_one_that_was_not(tmp_path, small_batches):
    folder = write(tmp_path / "in", 200)
    run_local([folder], out=tmp_path / "whole")
    command = [sys.executable, str(HERE / "killed.py"), str(folder), str(tmp_path / "out"), "20261121"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["deaths"] == [-9] * 10
    assert told["statuses"] == ["ok"]
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    read = (tmp_path / "reads.txt").read_text().split()
    assert set(read) == {f"{number:03}.txt" for number in range(200)}
    longest = -(-200 // told["batches"]) + 2
    assert len(read) - 200 <= 10 * longest  # at most the batch at work was done again
    left = [path.name for path in (tmp_path / "out").rglob("*") if path.name.endswith(".new")]
    assert left == []


def test_readers_see_whole_tables_only(tmp_path, small_batches):
    folder, out = write(tmp_path / "in", 20), tmp_path / "out"
    run_local([folder], out=out)
    rows = {len(pd.read_csv(out / "claims.csv"))}
    write(tmp_path / "in", 26)
    faults, seen, done = [], set(), threading.Event()

    def read(number: int) -> None:
        while not done.is_set():
            try:
                if number % 10 == 0:
                    with litclaims.open(out) as store:
                        seen.add(len(store.claims()))
                elif number % 2:
                    seen.add(len(pd.read_parquet(out / "claims.parquet")))
                else:
                    seen.add(len(pd.read_csv(out / "claims.csv")))
            except Exception as error:
                faults.append(error)
            done.wait(0.6)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(50)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(2):
            run_local([folder], out=out)
            rows.add(len(pd.read_csv(out / "claims.csv")))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert seen <= rows
    assert len(rows) == 2


@pytest.mark.flow
def test_two_runs_at_once_corrupt_nothing(tmp_path, small_batches):
    folder = write(tmp_path / "in", 12)
    command = [sys.executable, "-m", "litclaims", "run", str(folder), "--out", str(tmp_path / "out"), "--no-prefect"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate(timeout=600)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    run_local([folder], out=tmp_path / "whole")
    run_local([folder], out=tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.sqlite
def test_a_full_disk_loses_nothing(tmp_path, small_batches, monkeypatch):
    folder, out = write(tmp_path / "in", 30), tmp_path / "out"
    run_local([folder], out=out)
    before = contents(out)
    write(tmp_path / "in", 60)
    genuine = ledger._set_up

    def set_up(connection, record):
        genuine(connection, record)
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={used + 2}")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_set_up", set_up)
        with pytest.raises(StoreError, match=r"litclaims\.sqlite.*full.*free some space"):
            run_local([folder], out=out)
    assert contents(out) == before
    with litclaims.open(out) as store:
        assert len(store.runs()) == 1
    run_local([folder], out=out)
    run_local([folder], out=tmp_path / "whole")
    documents = pd.read_parquet(out / "documents.parquet")
    assert sorted(documents["status"].value_counts().items()) == [("ok", 30), ("unchanged", 30)]
    assert (out / "claims.csv").read_bytes() == (tmp_path / "whole" / "claims.csv").read_bytes()


@pytest.mark.flow
def test_a_killed_flow_is_taken_up_where_it_was(tmp_path, small_batches):
    folder, out = write(tmp_path / "in", 60), tmp_path / "out"
    command = [sys.executable, "-m", "litclaims", "run", str(folder), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(list(out.glob("parts/part-*"))) < 2:
        assert process.poll() is None
    process.kill()
    process.wait()
    assert not (out / "claims.csv").exists()
    assert subprocess.run(command, stdout=subprocess.DEVNULL, timeout=600).returncode == 0
    run_local([folder], out=tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
