"""litclaims.run: typed tables, marked documents, nothing written unless asked."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

import litclaims
from litclaims import batches, reading, tables
from litclaims.errors import InputError

GOOD = "Each knee received 20 to 40 million mesenchymal stromal cells by intra-articular injection.\n"
OTHER = "Each knee received 200 to 400 million mesenchymal stromal cells by intra-articular injection.\n"
VARYING = {"seconds", "review_note"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    return folder


@pytest.fixture(scope="module")
def result(documents):
    return litclaims.run(documents)


@pytest.fixture(scope="module")
def written(documents, tmp_path_factory):
    return litclaims.run(str(documents), tmp_path_factory.mktemp("out"))


def test_a_run_writes_nothing_unless_asked(documents, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(documents.iterdir())
    found = litclaims.run([documents / "good.txt", documents / "other.txt"])
    assert (found.out, dict(found.files)) == (None, {})
    assert (sorted(documents.iterdir()), list(tmp_path.iterdir())) == (before, [])


@pytest.mark.parametrize("name", list(tables.TABLES))
def test_tables_have_the_columns_and_types_of_the_contract(name, result, written):
    for found in (result, written):
        table = getattr(found, name, found.tables[name])
        pd.testing.assert_frame_equal(tables.validate(name, table.copy()), table)
        assert list(table.columns)[:3] == tables.columns(name)[:3]


@pytest.mark.parametrize("name", list(tables.TABLES))
def test_the_tables_are_those_that_a_run_writes(name, result, written):
    shared = [column for column in result.tables[name].columns if column not in VARYING]
    pd.testing.assert_frame_equal(result.tables[name][shared], written.tables[name][shared])
    assert (written.out / f"{name}.csv").is_file()


def test_what_cannot_be_read_is_a_row(result):
    rows = result.documents.set_index("doc")
    assert list(rows["status"]) == ["failed", "ok", "ok"]
    assert "UTF-8" in rows.loc["broken.txt", "reason"]


def test_flagged_are_those_that_repeat_none(result):
    assert len(result.flagged) == 1
    assert result.disagreements["flag"].sum() == 2


@pytest.mark.parametrize("which", ["result", "written"])
def test_a_document_is_shown_with_its_figures_marked(which, request):
    shown = request.getfixturevalue(which).highlight("good.txt")
    assert "⟦20 to 40 million = 20–40 million cells" in str(shown)
    assert {"claim", "route", "cell_type"} <= {mark.kind for mark in shown.marks}
    assert shown.text == GOOD


def test_a_document_whose_reading_was_not_kept_is_shown_from_the_ledger(written):
    from dataclasses import replace

    light = replace(written, outcomes=tuple(replace(one, extraction=None) for one in written.outcomes))
    assert "⟦20 to 40 million = 20–40 million cells" in str(light.highlight("good.txt"))


@pytest.mark.parametrize(
    ("doc", "told"), [("god.txt", r"no document 'god\.txt' \(there are good\.txt"), ("broken.txt", "UTF-8")]
)
def test_a_document_that_is_not_there_or_was_not_read_is_told(doc, told, result, written):
    for found in (result, written):
        with pytest.raises(InputError, match=told):
            found.highlight(doc)


def test_the_summary_shows_the_gravest_with_both_sentences(result):
    assert repr(result) == (
        "<Result: 3 documents (1 failed, 2 ok); 2 claims (2 doses); 1 verdicts (1 flagged); nothing written>"
    )
    page = result._repr_html_()
    assert page.count("<details>") == 1
    assert '<mark class="whole">200 to 400 million</mark>' in page


def test_a_verdict_is_explained(result):
    assert result.explain(result.flagged["pair_id"].iloc[0])["numbers"]["gap_fold"] == 5


def test_nothing_to_read_and_no_document_read_differ(documents, tmp_path):
    with pytest.raises(InputError):
        litclaims.run(tmp_path / "missing")
    for out in (None, tmp_path / "out"):
        found = litclaims.run(documents / "broken.txt", out)
        assert list(found.documents["status"]) == ["failed"]
        assert dict(found.files) == {}


def test_progress_is_told(documents):
    told = []
    litclaims.run(documents / "good.txt", progress=lambda *step: told.append(step))
    assert told == [(1, 1, "good.txt")]


def test_a_read_that_fails_for_a_moment_is_tried_again(documents, monkeypatch):
    genuine, tries = reading.extract_input, []

    def extract_input(item, **given):
        tries.append(item.doc)
        if len(tries) < 3:
            raise TimeoutError("the disk sleeps")
        return genuine(item, **given)

    monkeypatch.setattr(reading, "extract_input", extract_input)
    monkeypatch.setattr(batches, "PAUSES", (0.0, 0.0))
    assert list(litclaims.run(documents / "good.txt").documents["status"]) == ["ok"]
    monkeypatch.setattr(batches, "PAUSES", ())
    tries.clear()
    assert list(litclaims.run(documents / "good.txt").documents["status"]) == ["failed"]


def test_importing_litclaims_loads_nothing_heavy():
    heavy = ("pandas", "prefect", "spacy", "matplotlib", "sqlalchemy", "pydantic_settings")
    code = f"import sys, litclaims; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
