"""A run that finds nothing new ends at once, and leaves what a whole run would have left."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from litclaims import pipeline, plan, repeat, tables
from litclaims.pipeline import run_local
from litclaims.report.outputs import PAGE, RECORD, WORKBOOK, read_record
from litclaims.report.page_data import told_before
from litclaims.store import Store
from litclaims.store.decisions import Decision
from litclaims.store.ledger import FILE

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"
TIMES = {"run_id", "started", "ended", "seconds", "files"}
"""What two runs cannot share: their ids and times, and the hashes of files that show times."""


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in (("a.txt", "20–40"), ("b.txt", "200–400"), ("c.txt", "30")):
        (made / name).write_text(TEXT.format(figure), encoding="utf-8")
    (made / "bad.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    (made / "gone.txt").write_text(TEXT.format("35"), encoding="utf-8")
    return made


@pytest.fixture
def out(tmp_path, folder) -> Path:
    """The folder of two runs: a document was there in the first one only."""
    made = tmp_path / "out"
    run_local([folder], out=made)
    (folder / "gone.txt").unlink()
    run_local([folder], out=made)
    run_local([folder], out=made)
    return made


@pytest.fixture
def job(folder, out):
    return plan.job([folder], out=out)


def frames(out: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(out / f"{name}.parquet") for name in tables.TABLES}


def contents(out: Path) -> dict[str, bytes]:
    return {
        f"{name}.{kind}": (out / f"{name}.{kind}").read_bytes() for name in tables.TABLES for kind in ("csv", "parquet")
    }


def test_it_leaves_the_tables_that_a_whole_run_leaves(folder, out, tmp_path):
    (folder / "d.txt").write_text(TEXT.format("33"), encoding="utf-8")
    run_local([folder], out=out)
    shutil.copytree(out, tmp_path / "whole")
    assert repeat.repeat(plan.job([folder], out=out)) is not None
    run_local([folder], out=tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
    first, second = (Store.open(each / FILE) for each in (out, tmp_path / "whole"))
    with first, second:
        for held in ("documents", "runs"):
            one, other = (getattr(store, held)() for store in (first, second))
            assert [_timeless(row) for row in one] == [_timeless(row) for row in other]
        assert _pairs(first) == _pairs(second)
        assert first.text("a.txt", run_id=first.runs()[-1]["run_id"]) == first.text("a.txt")


def test_the_page_and_the_workbook_are_those_of_a_whole_run_too(folder, out, tmp_path):
    (folder / "d.txt").write_text(TEXT.format("33"), encoding="utf-8")
    run_local([folder], out=out)
    shutil.copytree(out, tmp_path / "whole")
    assert repeat.repeat(plan.job([folder], out=out)) is not None
    run_local([folder], out=tmp_path / "whole")
    pages = [told_before((each / PAGE).read_text(encoding="utf-8")) for each in (out, tmp_path / "whole")]
    assert pages[0] == pages[1] != []
    assert sheets(out) == sheets(tmp_path / "whole") != []
    counts, again = (json.loads((each / RECORD).read_text())["counts"] for each in (out, tmp_path / "whole"))
    assert list(counts["rows"].items()) == list(again["rows"].items())
    assert read_record(out)["files"].keys() == read_record(tmp_path / "whole")["files"].keys()


def sheets(out: Path) -> list[bytes]:
    with zipfile.ZipFile(out / WORKBOOK) as book:
        return [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]


def _timeless(row):
    return {name: value for name, value in row.items() if name not in {*TIMES, "last_seen", "configuration"}}


def _pairs(store):
    """The pairs as they are kept; the state within what was seen is never looked at again."""
    rows = store._pairs(["a.txt", "b.txt", "c.txt", "d.txt"])
    return {name: _timeless(row) | {"seen": row["seen"] and row["seen"] | {"state": ""}} for name, row in rows.items()}


def test_it_needs_neither_spacy_nor_prefect(folder, out):
    code = (
        "import sys; from litclaims import repeat, plan\n"
        f"assert repeat.repeat(plan.job([{str(folder)!r}], out={str(out)!r})) is not None\n"
        "print([name for name in ('spacy', 'prefect') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_after_it_there_is_nothing_left_to_write(job, out):
    assert repeat.repeat(job) is not None
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.*") if path.suffix in (".csv", ".xlsx", ".html")}
    done = repeat.repeat(job)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    with Store.open(out / FILE) as store:
        assert store.runs()[-1]["run_id"] == done.record["run_id"]
    assert repeat.repeat(job) is not None


def test_what_cannot_be_read_and_what_is_gone_stays_told(job, out):
    done = repeat.repeat(job)
    documents = done.frames["documents"].set_index("doc")["status"].to_dict()
    assert documents == dict.fromkeys(("a.txt", "b.txt", "c.txt"), "unchanged") | {
        "bad.txt": "failed",
        "gone.txt": "missing",
    }
    assert set(frames(out)["disagreements"]["state"]) == {"open"}


@pytest.mark.parametrize(
    "change",
    [
        lambda folder, out: (folder / "a.txt").write_text(TEXT.format("21")),
        lambda folder, out: (folder / "new.txt").write_text(TEXT.format("21")),
        lambda folder, out: (folder / "a.txt").unlink(),
        lambda folder, out: (folder / "a.txt").rename(folder / "z.txt"),
        lambda folder, out: (folder / "gone.txt").write_text(TEXT.format("35")),
        lambda folder, out: (folder / "unknown.xyz").write_text("5"),
        lambda folder, out: (folder / "bad.txt").unlink(),
        lambda folder, out: (out / "claims.csv").unlink(),
        lambda folder, out: (out / "report.html").write_text("edited"),
        lambda folder, out: (out / "run.json").unlink(),
        lambda folder, out: shutil.rmtree(out / "parts"),
        lambda folder, out: decide(out),
    ],
    ids=[
        *("edited", "new", "deleted", "renamed", "back", "unknown", "bad one deleted"),
        *("table gone", "page edited", "record gone", "parts gone", "decided"),
    ],
)
def test_whatever_changes_makes_a_whole_run(change, job, folder, out):
    change(folder, out)
    before = {path: path.read_bytes() for path in out.glob("*.csv")}
    assert repeat.repeat(job) is None
    assert {path: path.read_bytes() for path in out.glob("*.csv")} == before


def decide(out: Path) -> None:
    with Store.open(out / FILE) as store:
        store.decide([Decision("claim", "c", "rejected", "a.txt", "volume", "2 mL", "s" * 64, "2026-05-01T09:00:00Z")])


@pytest.mark.parametrize("name", ["code", "fingerprint"])
def test_other_code_makes_a_whole_run(name, job, monkeypatch):
    module = repeat if name == "code" else plan
    monkeypatch.setattr(module, name, lambda *_: "f" * 64)
    assert repeat.repeat(job) is None


def test_refresh_another_folder_and_other_paths_make_a_whole_run(folder, out, tmp_path):
    for asked in (
        plan.job([folder], out=out, refresh=True),
        plan.job([folder], out=tmp_path / "other", store=out / FILE),
        plan.job([folder / "a.txt"], out=out),
        plan.job([folder], out=out, store=tmp_path / "new.sqlite"),
    ):
        assert repeat.repeat(asked) is None
    assert not (tmp_path / "new.sqlite").exists()


def test_a_run_of_another_folder_in_between_makes_a_whole_run(job, folder, out, tmp_path):
    run_local([folder], out=tmp_path / "other", store=out / FILE)
    assert repeat.repeat(job) is None


def test_resolved_disagreements_are_left_to_a_whole_run(folder, out):
    (folder / "b.txt").write_text(TEXT.format("25"), encoding="utf-8")
    run_local([folder], out=out)
    job = plan.job([folder], out=out)
    assert "resolved" in set(frames(out)["disagreements"]["state"])
    assert repeat.repeat(job) is None
    assert pipeline.run_local([folder], out=out).files
