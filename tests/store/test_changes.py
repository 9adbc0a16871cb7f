"""What changed between two runs: in the table, on the command line, and as an exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import litclaims
from litclaims.cli import app
from litclaims.errors import InputError, StoreError
from litclaims.pipeline import run_local
from litclaims.store import Store
from litclaims.store.changes import told
from litclaims.store.ledger import FILE

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    write(made, a="20–40", b="30")
    return made


@pytest.fixture
def out(tmp_path, folder) -> Path:
    """The folder of one run, in which nothing disagrees."""
    run_local([folder], out=tmp_path / "out")
    return tmp_path / "out"


def write(folder: Path, **figures: str) -> None:
    for name, figure in figures.items():
        (folder / f"{name}.txt").write_text(TEXT.format(figure), encoding="utf-8")


def changes(out: Path) -> list[tuple]:
    rows = pd.read_csv(out / "changes.csv", keep_default_na=False)
    return list(rows[["kind", "change", "doc", "before", "after"]].itertuples(index=False, name=None))


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run(folder: Path, out: Path, *options: object):
    return invoke("run", folder, "--out", out, "--no-prefect", *options)


def test_the_first_run_has_nothing_to_compare_with(out):
    assert changes(out) == []


def test_a_new_document_brings_its_claims_and_disagreements(folder, out):
    write(folder, c="200–400")
    run_local([folder], out=out)
    found = changes(out)
    assert ("document", "added", "c.txt", "missing", "ok") in found
    assert ("claim", "added", "c.txt", "", "200–400 million") in found
    new = [row for row in found if row[:2] == ("disagreement", "new")]
    assert {row[2] for row in new} == {"a.txt; c.txt", "b.txt; c.txt"}
    assert all(row[4].startswith("disjoint: ") for row in new)


def test_an_edited_figure_is_one_claim_that_changed(folder, out):
    write(folder, b="25")
    run_local([folder], out=out)
    rows = pd.read_csv(out / "changes.csv").query("kind == 'claim'")
    (row,) = rows.to_dict("records")
    assert (row["change"], row["before"], row["after"]) == ("changed", "30 million", "25 million")
    assert "low" in row["what"]
    assert row["was_id"] != row["id"]
    assert ("document", "changed", "b.txt", "ok", "ok") in changes(out)


def test_a_disagreement_is_new_then_resolved_then_reopened(folder, out):
    states = []
    for figure in ("200–400", "30", "200–400", "300–500"):
        write(folder, b=figure)
        run_local([folder], out=out)
        states.append({change for kind, change, *_ in changes(out) if kind == "disagreement"})
    assert states[:3] == [{"new"}, {"resolved"}, {"reopened"}]
    assert states[3] <= {"changed", "new", "resolved"}
    assert states[3]


def test_a_document_that_is_gone_takes_its_claims_and_disagreements_with_it(folder, out):
    write(folder, c="200–400")
    run_local([folder], out=out)
    (folder / "c.txt").unlink()
    run_local([folder], out=out)
    found = changes(out)
    assert {row[1] for row in found if row[0] == "disagreement"} == {"resolved"}
    assert ("claim", "gone", "c.txt", "200–400 million", "") in found
    assert ("document", "gone", "c.txt", "ok", "missing") in found
    run_local([folder], out=out)
    assert changes(out) == []


def test_runs_over_other_paths_are_not_compared(folder, out, tmp_path):
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", x="70")
    run_local([tmp_path / "other"], out=out)
    assert changes(out) == []
    write(folder, c="30")
    run_local([folder], out=out)
    assert {row[2] for row in changes(out)} == {"c.txt"}


def test_diff_shows_the_last_two_runs_in_every_format(folder, out):
    write(folder, c="200–400")
    run_local([folder], out=out)
    shown = invoke("diff", "--out", out)
    assert shown.exit_code == 0
    assert "2 disagreements new" in shown.stdout
    assert "1 claim added" in shown.stdout
    rows = json.loads(invoke("diff", "--out", out, "--format", "json").stdout)
    assert [row["kind"] for row in rows].count("disagreement") == 2
    text = invoke("diff", "--out", out, "--format", "csv").stdout
    assert next(csv.DictReader(io.StringIO(text)))["kind"] == "disagreement"
    assert text == (out / "changes.csv").read_text(encoding="utf-8")


def test_diff_of_two_named_runs_and_back(folder, out):
    write(folder, c="200–400")
    run_local([folder], out=out)
    run_local([folder], out=out)
    with Store.open(out / FILE) as store:
        first, second, third = (run["run_id"] for run in store.runs())
    assert "nothing changed" in invoke("diff", second[:8], third, "--out", out).stdout
    assert "2 disagreements resolved" in invoke("diff", second, first, "--out", out).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "only one run"), (("abc",), "two runs or none"), (("x", "y"), "no run with the id 'x'")],
)
def test_diff_without_its_runs_says_so(arguments, told, out):
    result = invoke("diff", *arguments, "--out", out)
    assert result.exit_code == 2
    assert told in result.stderr


def test_diff_of_a_run_whose_tables_were_deleted_says_so(folder, out):
    run_local([folder], out=out)
    for path in (out / "parts" / "runs").iterdir():
        path.unlink()
    assert "are not kept" in invoke("diff", "--out", out).stderr
    assert run_local([folder], out=out).changes is None


def test_fail_on_new_ends_with_a_code_of_its_own_when_there_are_new_ones_only(folder, out):
    assert run(folder, out, "--fail-on", "new").exit_code == 0
    write(folder, c="200–400")
    assert run(folder, out, "--fail-on", "new").exit_code == 3
    assert run(folder, out, "--fail-on", "new").exit_code == 0
    assert run(folder, out, "--fail-on", "any").exit_code == 3
    assert run(folder, out).exit_code == 0


def test_all_disagreements_of_a_first_run_are_new(folder, tmp_path):
    write(folder, c="200–400")
    result = run(folder, tmp_path / "first", "--fail-on", "new")
    assert result.exit_code == 3
    assert "litclaims: 2 new disagreements, 2 in all" in result.stderr


def test_summary_says_what_changed(folder, out):
    write(folder, c="200–400")
    assert "since the last run: 2 disagreements new; 1 claim added; 1 document added" in run(folder, out).stdout
    again = run(folder, out).stdout
    assert "3 documents: 0 ok, 3 unchanged" in again
    assert "since the last run: nothing changed" in again


def test_runs_are_listed(folder, out):
    run_local([folder], out=out)
    lines = invoke("runs", "--out", out).stdout.splitlines()
    assert len(lines) == 2
    assert str(folder) in lines[0]
    assert len(json.loads(invoke("runs", "--out", out, "--format", "json").stdout)) == 2


@pytest.mark.parametrize("command", ["diff", "runs"])
def test_without_a_store_there_is_nothing_to_list(command, tmp_path):
    result = invoke(command, "--out", tmp_path)
    assert (result.exit_code, "no run there" in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_store_elsewhere_serves_every_command(folder, tmp_path):
    store, out = tmp_path / "ledger.sqlite", tmp_path / "out"
    assert run(folder, out, "--store", store, "--parts", tmp_path / "kept").exit_code == 0
    assert run(folder, out, "--store", store).exit_code == 0
    assert len(invoke("runs", "--store", store).stdout.splitlines()) == 2
    assert "nothing changed" in invoke("diff", "--store", store).stdout
    name = json.loads(invoke("show", "claims", "--out", out, "--format", "json").stdout)[0]["claim_id"]
    assert invoke("review", "reject", name, "--out", out, "--store", store).exit_code == 0
    with Store.open(store) as ledger:
        assert len(ledger.decisions().made) == 1


def test_an_opened_store_gives_tables(folder, out):
    write(folder, c="200–400")
    run_local([folder], out=out)
    with litclaims.open(out) as store:
        assert list(store.documents()["doc"]) == ["a.txt", "b.txt", "c.txt"]
        assert len(store.runs()) == 2
        first = store.runs()["run_id"][0]
        assert (len(store.claims()), len(store.claims(first))) == (3, 2)
        assert store.verdicts()["flag"].sum() > 0
        assert set(store.changes()["kind"]) == {"disagreement", "claim", "document"}
        assert len(store.extractions()) == 3
        assert set(store.pairs()["state"]) <= {"new", "open"}
        assert store.decisions().empty
        assert sum(len(pd.read_parquet(part)) for part in store.parts()) == 3
        assert store.store.quote("a.txt", 0, 8) == "Patients"
        with pytest.raises(InputError, match="no run with the id"):
            store.claims("nonsense")
        with pytest.raises(InputError, match="two runs or none"):
            store.changes(first)


def test_an_opened_store_cannot_be_written(out):
    with litclaims.open(out / FILE) as store, pytest.raises(StoreError, match=r"read-?only"):
        store.store.decide(list(store.store.decisions().made) or [_decision()])


def _decision():
    from litclaims.store.decisions import Decision

    return Decision("claim", "c", "rejected", "a.txt", "volume", "2 mL", "s" * 64, "2026-05-01T09:00:00Z")


@pytest.mark.parametrize("place", ["nowhere", "nowhere.sqlite"])
def test_opening_a_store_makes_none(place, tmp_path):
    with pytest.raises(InputError, match="no store there"):
        litclaims.open(tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_changes_in_a_line():
    rows = [{"kind": "claim", "change": change} for change in ("gone", "added", "added", "changed")]
    assert told(rows) == "1 claim changed, 2 added, 1 gone"
    assert told([]) == "nothing changed"
    assert told(None).startswith("nothing to compare with")
