"""Runs of many documents leave the texts in their parts, and come to the same."""

from pathlib import Path

import pandas as pd
import pytest

from litclaims import gather, tables
from litclaims.notebook import run
from litclaims.pipeline import run_local
from litclaims.report.outputs import PAGE
from litclaims.report.page_data import told_before
from litclaims.store import Store
from litclaims.store.decisions import Decision, claim_text
from litclaims.store.ledger import FILE

TEXT = "# Doses\n\nPatients with knee  osteoarthritis received {} million mesenchymal stromal cells\nby injection.\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for name, figure in (("a.md", "20–40"), ("b.md", "200–400"), ("c.md", "20–40"), ("d.md", "30")):
        (made / name).write_text(TEXT.format(figure), encoding="utf-8")
    (made / "bad.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    return made


def contents(out: Path) -> dict[str, bytes]:
    """The tables, but for the seconds that reading took."""
    return {name: (out / f"{name}.csv").read_bytes() for name in tables.TABLES if name != "documents"}


def decide(out: Path) -> None:
    """Reject a claim and correct another, as a reviewer does who reads their sentences."""
    with Store.open(out / FILE) as store:
        for doc, word, low in (("a.md", "rejected", None), ("d.md", "corrected", "35000000")):
            claim = next(row for row in pd.read_parquet(out / "claims.parquet").to_dict("records") if row["doc"] == doc)
            seen = claim_text(claim["figure"], claim["sentence"])
            about = (claim["claim_id"], word, doc, claim["measure"], claim["figure"], seen, "2026-05-01T09:00:00Z")
            store.decide([Decision("claim", *about, low=low, high=low, unit="cell")])


def test_texts_that_are_left_in_their_parts_change_nothing(folder, tmp_path, monkeypatch):
    run_local([folder], out=tmp_path / "held")
    monkeypatch.setattr(gather, "HELD", 0)
    result = run_local([folder], out=tmp_path / "left")
    assert all(one.extraction.document.text == "" for one in result.outcomes if one.extraction is not None)
    assert contents(tmp_path / "held") == contents(tmp_path / "left")
    pages = [told_before((tmp_path / name / PAGE).read_text(encoding="utf-8")) for name in ("held", "left")]
    assert pages[0] == pages[1] != []
    with Store.open(tmp_path / "held" / FILE) as one, Store.open(tmp_path / "left" / FILE) as other:
        for doc in ("a.md", "d.md"):
            assert one.text(doc) == other.text(doc) == (folder / doc).read_text(encoding="utf-8")
    documents = pd.read_csv(tmp_path / "left" / "documents.csv").set_index("doc")
    assert (documents.loc["c.md", "duplicate_of"], documents.loc["c.md", "duplicate_kind"]) == ("a.md", "same")


def test_decisions_hold_where_texts_are_left_in_their_parts(folder, tmp_path, monkeypatch):
    for name, held in (("held", gather.HELD), ("left", 0)):
        monkeypatch.setattr(gather, "HELD", held)
        run_local([folder], out=tmp_path / name)
        decide(tmp_path / name)
        run_local([folder], out=tmp_path / name)
    assert contents(tmp_path / "held") == contents(tmp_path / "left")
    assert b"35000000" in contents(tmp_path / "left")["claims"]


def test_a_notebook_shows_a_text_that_was_left_in_its_part(folder, tmp_path, monkeypatch):
    held = run(folder, tmp_path / "held").highlight("a.md")
    monkeypatch.setattr(gather, "HELD", 0)
    assert run(folder, tmp_path / "left").highlight("a.md")._repr_html_() == held._repr_html_()


def test_a_text_is_had_from_its_part(folder, tmp_path):
    result = run_local([folder], out=tmp_path / "out")
    read = {one.doc: one.extraction for one in result.outcomes if one.extraction is not None}
    left = gather.without_text(read["a.md"])
    assert (left.chars, left.document.text) == (len(read["a.md"].document.text), "")
    assert [left.quote(one.sentence) for one in left.claims] == [
        read["a.md"].quote(one.sentence) for one in read["a.md"].claims
    ]
    assert result.extraction("d.md").document.text == read["d.md"].document.text
