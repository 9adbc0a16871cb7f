"""Runs that repeat: what is unchanged is not read again, what is gone leaves the comparison, nothing is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from litclaims import batches, inputs, plan, reading, repeat
from litclaims.errors import ConfigurationError
from litclaims.inputs import is_under
from litclaims.pipeline import run_local
from litclaims.store import Store, fingerprint
from litclaims.store.ledger import FILE
from litclaims.workers import Runner

TEXT = "Patients with knee osteoarthritis received {} million mesenchymal stromal cells by intra-articular injection.\n"
FIGURES = {"a.txt": "20–40", "b.txt": "200–400", "c.txt": "30"}


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three documents, of which ``b.txt`` disagrees with the others."""
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in FIGURES.items():
        (made / name).write_text(TEXT.format(figure), encoding="utf-8")
    return made


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The names of the documents that were read, in order."""
    genuine, names = reading.extract_input, []

    def extract_input(item, **given):
        names.append(item.doc)
        return genuine(item, **given)

    monkeypatch.setattr(reading, "extract_input", extract_input)
    return names


def table(out: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(out / f"{name}.parquet")


def statuses(out: Path) -> dict[str, str]:
    return dict(table(out, "documents")[["doc", "status"]].itertuples(index=False))


def test_what_is_unchanged_is_not_read_again(folder, out, reads):
    run_local([folder], out=out)
    first = table(out, "claims")
    assert reads == ["a.txt", "b.txt", "c.txt"]
    result = run_local([folder], out=out)
    assert len(reads) == 3
    assert {outcome.status for outcome in result.outcomes} == {"unchanged"}
    assert statuses(out) == dict.fromkeys(FIGURES, "unchanged")
    pd.testing.assert_frame_equal(table(out, "claims"), first)


def test_unchanged_documents_keep_their_place_in_the_comparison(folder, out):
    run_local([folder], out=out)
    first = table(out, "disagreements")
    run_local([folder], out=out)
    second = table(out, "disagreements")
    assert first["flag"].any()
    assert (set(first["state"]), set(second["state"])) == ({"new"}, {"open"})
    pd.testing.assert_frame_equal(first.drop(columns="state"), second.drop(columns="state"))


def test_of_many_documents_only_the_changed_one_is_read(folder, out, reads):
    run_local([folder], out=out)
    (folder / "b.txt").write_text(TEXT.format("25"), encoding="utf-8")
    run_local([folder], out=out)
    assert reads[3:] == ["b.txt"]
    assert statuses(out) == {"a.txt": "unchanged", "b.txt": "ok", "c.txt": "unchanged"}
    states = table(out, "disagreements").set_index("flag")["state"]
    assert "resolved" in set(states.get(False, pd.Series()))


def test_a_change_that_keeps_size_and_times_is_seen(folder, out, reads):
    before = os.stat(folder / "c.txt")
    run_local([folder], out=out)
    (folder / "c.txt").write_text(TEXT.format("90"), encoding="utf-8")
    os.utime(folder / "c.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    run_local([folder], out=out)
    assert reads[3:] == ["c.txt"]


def test_a_new_document_is_read_alone(folder, out, reads):
    run_local([folder], out=out)
    (folder / "d.txt").write_text(TEXT.format("60"), encoding="utf-8")
    run_local([folder], out=out)
    assert reads[3:] == ["d.txt"]


def test_another_fingerprint_reads_all_again_and_the_first_one_is_remembered(folder, out, reads, monkeypatch):
    run_local([folder], out=out)
    with monkeypatch.context() as patch:
        patch.setattr(plan, "fingerprint", lambda model=None, only=None: "f" * 64)
        run_local([folder], out=out)
    assert len(reads) == 6
    assert set(statuses(out).values()) == {"ok"}
    run_local([folder], out=out)
    assert len(reads) == 6
    assert set(statuses(out).values()) == {"ok"}


def test_refresh_reads_all_again(folder, out, reads):
    run_local([folder], out=out)
    run_local([folder], out=out, refresh=True)
    assert len(reads) == 6
    assert set(statuses(out).values()) == {"ok"}


def test_a_document_under_another_name_is_read_under_it(folder, out, reads):
    run_local([folder], out=out)
    (folder / "a.txt").rename(folder / "z.txt")
    run_local([folder], out=out)
    assert reads[3:] == ["z.txt"]
    assert set(table(out, "claims")["doc"]) == {"b.txt", "c.txt", "z.txt"}
    assert statuses(out)["a.txt"] == "missing"


def test_a_document_that_is_gone_is_missing_and_its_claims_leave(folder, out):
    run_local([folder], out=out)
    (folder / "b.txt").unlink()
    run_local([folder], out=out)
    (row,) = table(out, "documents").query("doc == 'b.txt'").to_dict("records")
    assert (row["status"], row["n_claims"]) == ("missing", 0)
    assert "no longer there" in row["reason"]
    assert "b.txt" not in set(table(out, "claims")["doc"])
    assert "b.txt" not in set(table(out, "comparison")["doc"])
    verdicts = table(out, "disagreements")
    of_it = verdicts[(verdicts["doc_a"] == "b.txt") | (verdicts["doc_b"] == "b.txt")]
    assert set(of_it["state"]) == {"resolved"}
    assert not of_it["flag"].any()
    run_local([folder], out=out)
    assert statuses(out)["b.txt"] == "missing"
    again = table(out, "disagreements")
    assert "b.txt" not in {*again["doc_a"], *again["doc_b"]}


def test_a_document_that_comes_back_is_compared_again_without_being_read(folder, out, reads):
    run_local([folder], out=out)
    (folder / "b.txt").rename(folder.parent / "b.txt")
    run_local([folder], out=out)
    (folder.parent / "b.txt").rename(folder / "b.txt")
    run_local([folder], out=out)
    assert len(reads) == 3
    assert statuses(out)["b.txt"] == "ok"
    flagged = table(out, "disagreements").query("flag")
    assert set(flagged["state"]) == {"reopened"}


def test_documents_of_other_paths_are_not_missing(folder, out, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text(TEXT.format("70"), encoding="utf-8")
    run_local([folder], out=out)
    run_local([other], out=out)
    assert statuses(out) == {"x.txt": "ok"}
    run_local([folder / "a.txt"], out=out)
    assert statuses(out) == {"a.txt": "unchanged"}


def test_the_same_documents_through_another_path_are_not_missing(folder, out):
    run_local([folder.parent / "in"], out=out)
    run_local([folder.parent], out=out)
    assert set(statuses(out).values()) == {"ok"}


def test_what_may_not_be_looked_at_is_not_missing(folder, out, tmp_path, monkeypatch):
    (folder / "deep").mkdir()
    (folder / "deep" / "d.txt").write_text(TEXT.format("60"), encoding="utf-8")
    run_local([folder], out=out)
    genuine = os.scandir

    def scandir(path):
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return genuine(path)

    monkeypatch.setattr(os, "scandir", scandir)
    run_local([folder], out=out)
    assert statuses(out)["deep"] == "failed"
    assert "missing" not in statuses(out).values()


def test_what_cannot_be_read_is_not_tried_again_until_it_changes(folder, out, reads):
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    run_local([folder], out=out)
    run_local([folder], out=out)
    assert reads.count("bad.txt") == 1
    (row,) = table(out, "documents").query("doc == 'bad.txt'").to_dict("records")
    assert row["status"] == "failed"
    assert "UTF-8" in row["reason"]
    (folder / "bad.txt").write_text(TEXT.format("50"), encoding="utf-8")
    run_local([folder], out=out)
    assert statuses(out)["bad.txt"] == "ok"


def test_a_read_that_failed_in_a_way_that_may_pass_is_tried_by_the_next_run(folder, out, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(batches, "PAUSES", ())
        patch.setattr(inputs, "take", _raising(TimeoutError("the disk sleeps"), inputs.take))
        run_local([folder], out=out)
    assert statuses(out)["a.txt"] == "failed"
    run_local([folder], out=out)
    assert statuses(out) == {"a.txt": "ok", "b.txt": "unchanged", "c.txt": "unchanged"}


def _raising(error, genuine):
    def take(item):
        if item.doc == "a.txt":
            raise error
        return genuine(item)

    return take


@pytest.mark.parametrize(("after", "again"), [(False, []), (True, ["a.txt"])])
def test_a_document_that_changes_while_it_is_read_is_known_by_what_was_read(
    folder, out, reads, monkeypatch, after, again
):
    genuine = inputs.take

    def take(item):
        taken = genuine(item) if after else None
        if item.doc == "a.txt" and reads.count("a.txt") == 1:
            item.path.write_text(TEXT.format("77"), encoding="utf-8")
        return taken or genuine(item)

    monkeypatch.setattr(inputs, "take", take)
    run_local([folder], out=out)
    run_local([folder], out=out)
    assert reads[3:] == again
    assert table(out, "claims").query("doc == 'a.txt'")["low"].tolist() == [77_000_000]


def test_a_part_that_was_deleted_is_read_again(folder, out, reads):
    run_local([folder], out=out)
    shutil.rmtree(out / "parts")
    run_local([folder], out=out)
    assert len(reads) == 6


def test_what_a_killed_run_read_is_not_read_again_and_its_documents_are_new(folder, out, reads, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_BATCH_BYTES", "1")  # a batch a document
    genuine = Store.keep

    def keep(store, done, **given):
        genuine(store, done, **given)
        if done[0].doc == "b.txt":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "keep", keep)
        with pytest.raises(KeyboardInterrupt):
            run_local([folder], out=out)
    assert not (out / "claims.csv").exists()
    run_local([folder], out=out)
    assert reads == ["a.txt", "b.txt", "c.txt"]
    assert set(statuses(out).values()) == {"ok"}


def test_what_a_killed_run_left_half_done_is_swept_away(folder, out):
    run_local([folder], out=out)
    (part,) = (out / "parts").glob("*.parquet")
    owner = part.name.split("-")[1]
    for name in (f"part-{owner}-0123456789abcdef.parquet", f".part-{owner}-0123456789abcdef.parquet.new"):
        (out / "parts" / name).write_bytes(b"half")
    run_local([folder], out=out)
    assert [each.name for each in (out / "parts").iterdir() if each.is_file()] == [part.name]


@pytest.mark.parametrize("kind", ["zip", "jsonl", "csv"])
def test_of_a_file_of_many_documents_only_the_changed_one_is_read(kind, tmp_path, out, reads):
    folder = tmp_path / "in"
    folder.mkdir()
    texts = {f"d{number}": TEXT.format(number * 10) for number in range(1, 4)}
    write_many(folder / f"many.{kind}", kind, texts)
    run_local([folder], out=out)
    assert len(reads) == 3
    write_many(folder / f"many.{kind}", kind, texts | {"d2": TEXT.format("two hundred")})
    run_local([folder], out=out)
    assert len(reads) == 4
    assert sorted(statuses(out).values()) == ["ok", "unchanged", "unchanged"]
    write_many(folder / f"many.{kind}", kind, {name: texts[name] for name in ("d1", "d3")})
    run_local([folder], out=out)
    assert len(reads) == 4
    assert sorted(statuses(out).values()) == ["missing", "unchanged", "unchanged"]


def write_many(path: Path, kind: str, texts: dict[str, str]) -> None:
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in texts.items():
                archive.writestr(f"{name}.txt", text)
    elif kind == "jsonl":
        lines = (json.dumps({"id": name, "text": text}) for name, text in texts.items())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        pd.DataFrame({"id": list(texts), "text": list(texts.values())}).to_csv(path, index=False)


def test_names_that_are_no_unicode_are_known_again(folder, out, reads):
    try:
        os.rename(folder / "a.txt", os.fsencode(folder) + b"/caf\xe9.txt")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    run_local([folder], out=out)
    run_local([folder], out=out)
    assert len(reads) == 3
    os.remove(os.fsencode(folder) + b"/caf\xe9.txt")
    run_local([folder], out=out)
    assert sorted(statuses(out).values()) == ["missing", "unchanged", "unchanged"]


def test_a_store_elsewhere_keeps_its_parts_beside_it(folder, out, tmp_path, reads):
    store = tmp_path / "ledger" / "mine.sqlite"
    run_local([folder], out=out, store=store)
    run_local([folder], out=tmp_path / "other", store=store)
    assert len(reads) == 3
    assert not (out / FILE).exists()
    assert {path.name for path in store.parent.iterdir() if not path.name.startswith(".")} == {
        "mine.sqlite",
        "mine-parts",
    }


def test_parts_go_where_they_are_told_to_and_stay_there(folder, out, tmp_path, reads):
    run_local([folder], out=out, parts=str(tmp_path / "elsewhere"))
    run_local([folder], out=out)
    assert len(reads) == 3
    assert len(list((tmp_path / "elsewhere").glob("*.parquet"))) == 1
    assert not (out / "parts").exists()


def test_a_store_among_documents_is_no_document(folder, out):
    run_local([folder], out=out, store=folder / FILE)
    run_local([folder], out=out, store=folder / FILE)
    assert statuses(out) == dict.fromkeys(FIGURES, "unchanged")


def test_nothing_is_known_before_the_first_run_and_all_after_it(folder, out):
    job = plan.job([folder], out=out)
    assert not plan.is_known(job)
    assert not out.exists()
    run_local([folder], out=out)
    assert plan.is_known(job)
    (folder / "d.txt").write_text(TEXT.format("60"), encoding="utf-8")
    assert not plan.is_known(job)


@pytest.mark.parametrize(
    ("where", "path", "expected"),
    [
        ("/d/a.txt", "/d", True),
        ("/d/a.txt", "/d/", True),
        ("/d/a.txt", "/d/a.txt", True),
        ("/d/a.txt", "/d/a", False),
        ("/dd/a.txt", "/d", False),
        ("/d/z.zip#m/a.txt", "/d/z.zip", True),
        ("/d/e/a.txt", "/d/*/a.txt", True),
        ("/d/e/f/a.txt", "/d/*/a.txt", False),
        ("/d/e/f/a.txt", "/d/**/a.txt", True),
        ("/d/a.txt", "/d/**/a.txt", True),
        ("/d/e/a.txt", "/d/*", True),
        ("/d/a1.txt", "/d/a[0-9].txt", True),
        ("/d/a1.txt", "/d/a[!0-9].txt", False),
        ("/d/a1.txt", "/d/a?.md", False),
        ("https://h/x", "https://h/x#top", True),
        ("https://h/x/y", "https://h/x", False),
        ("/h/x", "https://h/x", False),
    ],
)
def test_a_place_is_under_a_path(where, path, expected):
    assert is_under(where, path) is expected


def test_doses_alone_are_read_where_they_are_asked_for(folder, out):
    (folder / "a.txt").write_text(TEXT.format(20) + "They rested for 6 weeks.\n", encoding="utf-8")
    run_local([folder / "a.txt"], out=out)
    assert set(table(out, "claims")["measure"]) > {"cell_dose"}
    for runner in (Runner("thread"), Runner("process", 2)):
        run_local([folder / "a.txt"], out=out, only="doses", refresh=True, runner=runner)
        assert list(table(out, "claims")["measure"]) == ["cell_dose"]
        record = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert record["configuration"]["only"] == "doses"
        assert any("--only" in note for note in record["notes"])


def test_a_run_for_doses_and_one_for_all_figures_take_nothing_from_each_other(folder, out):
    run_local([folder], out=out)
    assert repeat.repeat(plan.job([folder], out=out, only="doses")) is None
    run_local([folder], out=out, only="doses")
    assert set(statuses(out).values()) == {"ok"}
    run_local([folder], out=out)
    assert set(statuses(out).values()) == {"ok"}


def test_what_is_read_alone_can_be_set_in_the_environment(folder, out, monkeypatch):
    monkeypatch.setenv("LITCLAIMS_ONLY", "doses")
    assert plan.job([folder], out=out) == plan.job([folder], out=out, only="doses")


def test_nothing_else_can_be_read_alone(folder, out):
    with pytest.raises(ConfigurationError, match=r"--only: 'figures' .*doses"):
        run_local([folder], out=out, only="figures")


def test_all_that_decides_on_an_extraction_is_in_the_fingerprint():
    counted = {name.removesuffix(".py") for name in fingerprint.STAGES}
    read = (fingerprint.PACKAGE / "reading.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^from litclaims\.(\w+)", read, re.MULTILINE))
    imported |= {name for line in re.findall(r"^from litclaims import (.+)$", read, re.M) for name in line.split(", ")}
    assert {"extract", "relate"} < imported
    assert (imported | {"reading"}) - counted == {"config", "errors"}
