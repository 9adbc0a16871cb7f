"""Review: decisions hold while the text is unchanged, are asked again when it changed, and travel by a sheet."""

import csv
import io
import sqlite3
from contextlib import closing
from decimal import Decimal

import pandas as pd
import pytest
from typer.testing import CliRunner

from litclaims.cli import app
from litclaims.errors import InputError
from litclaims.model import Claim, Document, Extraction, Outcome, Quantity, Span
from litclaims.pipeline import run_local
from litclaims.store import Store, review
from litclaims.store.decisions import CORRECTED, Decision, Decisions, corrected, text_of_claim
from litclaims.store.ledger import FILE

KNEE = "We injected 50 million MSCs into each knee.\n"
OTHER = "We injected 5 million MSCs into each knee.\n"


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(KNEE, encoding="utf-8")
    (folder / "b.txt").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def ran(texts, out):
    run_local([texts], out=out)
    tables = {name: pd.read_parquet(out / f"{name}.parquet") for name in ("claims", "disagreements")}
    return tables["claims"].set_index("doc"), tables["disagreements"].query("measure == 'cell_dose'")


def decided(out, name, action, **given):
    with Store.open(out / FILE) as store:
        store.decide([review.decide(out, name, action, **given)])


def test_a_rejected_claim_is_kept_and_compared_no_more(texts, out):
    claims, verdicts = ran(texts, out)
    assert verdicts["flag"].all()
    assert len(verdicts) == 2
    decided(out, claims.loc["b.txt", "claim_id"], "reject", note="a typing error")
    claims, verdicts = ran(texts, out)
    assert claims.loc["b.txt", ["review", "review_note"]].tolist() == ["rejected", "a typing error"]
    assert verdicts["flag"].tolist() == [False, False]
    assert verdicts["state"].tolist() == ["resolved", "resolved"]


def test_a_corrected_claim_is_compared_with_its_corrected_value(texts, out):
    claims, _ = ran(texts, out)
    decided(out, claims.loc["b.txt", "claim_id"], "correct", low="5e7", high="5e7")
    claims, verdicts = ran(texts, out)
    row = claims.loc["b.txt"]
    assert (row["low"], row["high"], row["figure"], row["review"]) == (5e7, 5e7, "5 million", "corrected")
    assert CORRECTED in row["repairs"]
    assert verdicts[["verdict", "state"]].to_numpy().tolist() == [["agree", "resolved"]] * 2


def test_a_rejected_verdict_is_flagged_no_more_nor_is_what_repeats_it(texts, out):
    _, verdicts = ran(texts, out)
    site = verdicts.query("level == 'site'").iloc[0]
    decided(out, site["pair_id"], "reject", note="other cells")
    _, verdicts = ran(texts, out)
    assert verdicts["flag"].tolist() == [False, False]
    assert verdicts.set_index("level").loc["site", ["review", "review_note"]].tolist() == ["rejected", "other cells"]


def test_a_corrected_verdict_takes_the_place_of_the_first(texts, out):
    _, verdicts = ran(texts, out)
    decided(out, verdicts.query("level == 'site'")["pair_id"].iloc[0], "correct", verdict="magnitude_suspect")
    _, verdicts = ran(texts, out)
    row = verdicts.set_index("level").loc["site"]
    assert (row["verdict"], row["flag"], row["review"]) == ("magnitude_suspect", True, "corrected")


def test_a_decision_holds_when_text_is_added_around_it(texts, out):
    claims, _ = ran(texts, out)
    decided(out, claims.loc["b.txt", "claim_id"], "reject")
    (texts / "b.txt").write_text(f"A word before.\n\n{OTHER}\nAnd one after.\n", encoding="utf-8")
    claims, _ = ran(texts, out)
    assert claims.loc["b.txt", "review"] == "rejected"


def test_a_decision_is_asked_again_when_its_sentence_changed(texts, out):
    claims, verdicts = ran(texts, out)
    decided(out, claims.loc["b.txt", "claim_id"], "reject", note="typing error")
    decided(out, verdicts.query("level == 'site'")["pair_id"].iloc[0], "reject")
    changed = "In the second round we injected 5 million MSCs into each knee.\n"
    (texts / "b.txt").write_text(changed, encoding="utf-8")
    claims, verdicts = ran(texts, out)
    assert claims.loc["b.txt", ["review", "review_note"]].tolist() == ["asked again", "typing error"]
    assert verdicts["flag"].all()
    assert verdicts.set_index("level").loc["site", "review"] == "asked again"


def test_the_later_decision_counts(texts, out):
    claims, _ = ran(texts, out)
    for action in ("reject", "accept"):
        decided(out, claims.loc["a.txt", "claim_id"], action)
    claims, verdicts = ran(texts, out)
    assert claims.loc["a.txt", "review"] == "accepted"
    assert verdicts["flag"].all()


def test_a_decision_holds_where_the_same_words_are_read_otherwise():
    text = "Give 5 million cells."
    document = Document("a.txt", "a.txt", "text/plain", text, "a" * 64)

    def claim(name, value):
        quantity = Quantity(Decimal(value), Decimal(value), "cell")
        return Claim(name, "a.txt", document.doc_id, Span(5, 14), text[5:14], "cell_dose", quantity, Span(0, len(text)))

    seen = claim("first", "5")
    decision = Decision(
        kind="claim",
        id="first",
        decision="corrected",
        doc="a.txt",
        measure="cell_dose",
        figure=seen.figure,
        text_sha256=text_of_claim(seen, text),
        decided="2026-05-01T00:00:00Z",
        low="5e6",
        high="5e6",
    )
    read = Outcome("a.txt", "a.txt", "ok", extraction=Extraction(document, claims=(claim("second", "5e3"),)))
    (outcome,) = corrected([read], Decisions((decision,)))
    (found,) = outcome.extraction.claims
    assert (found.claim_id, found.quantity.low, found.quantity.repairs) == ("second", Decimal("5e6"), (CORRECTED,))


def sheet_of(out, **filled):
    """The exported sheet with the decisions filled in, by kind."""
    rows = list(csv.DictReader(io.StringIO(review.sheet(review.items(out, flagged=False)).removeprefix("\ufeff"))))
    for row in rows:
        row.update(filled.get(row["kind"], {}))
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_sheet_comes_back_with_decisions(texts, out, tmp_path, separator):
    ran(texts, out)
    text = sheet_of(out, verdict={"decision": "Reject", "note": "seen; both right"})
    rows = list(csv.reader(io.StringIO(text)))
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("\ufeff" + file.getvalue(), encoding="utf-8")
    told = CliRunner().invoke(app, ["review", "import", str(sheet), "--out", str(out)])
    assert (told.exit_code, told.stdout.split(";")[0]) == (0, "2 decisions kept")
    _, verdicts = ran(texts, out)
    assert set(verdicts["review_note"]) == {"seen; both right"}
    assert not verdicts["flag"].any()


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"decision": "perhaps"}, "no decision 'perhaps'"),
        ({"decision": "correct"}, "needs its value"),
        ({"decision": "correct", "new_low": "many"}, "'many' is no number"),
        ({"decision": "correct", "new_low": "9", "new_high": "1"}, "low 9 is above high 1"),
        ({"decision": "accept", "id": "x"}, "'x' is not in this run"),
        ({"decision": "accept", "text": "x"}, "has changed since"),
    ],
)
def test_a_sheet_with_a_fault_is_refused_whole_and_names_the_line(texts, out, tmp_path, filled, told):
    ran(texts, out)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_of(out, claim=filled), encoding="utf-8")
    with pytest.raises(InputError, match=told) as error:
        review.read_sheet(sheet, out)
    assert f"{sheet}, line 4" in str(error.value)


def test_a_cell_that_a_spreadsheet_would_run_is_guarded():
    item = {"kind": "claim", "id": "1", "says": "=cmd()", "why": "-5", "text": "t", "decision": "", "note": "'+1"}
    text = review.sheet([item])
    assert "'=cmd()" in text
    assert ",'-5," in text
    assert ",''+1," in text


def test_an_id_that_is_not_there_or_not_one_is_told(texts, out):
    ran(texts, out)
    with pytest.raises(InputError, match="no claim or verdict with the id 'zz'"):
        review.decide(out, "zz", "accept")
    with pytest.raises(InputError, match="no claim or verdict"):
        review.decide(out, "", "accept")


def test_a_list_names_what_is_flagged_and_once_only(texts, out):
    ran(texts, out)
    told = CliRunner().invoke(app, ["review", "list", "--out", str(out)]).stdout.splitlines()
    assert len(told) == 1
    assert "a.txt | b.txt" in told[0]
    assert len(CliRunner().invoke(app, ["review", "list", "--all", "--out", str(out)]).stdout.splitlines()) == 4


def test_a_folder_without_a_run_is_told(tmp_path):
    told = CliRunner().invoke(app, ["review", "list", "--out", str(tmp_path)])
    assert told.exit_code == 2


def test_a_store_of_the_first_version_is_brought_up(texts, out):
    ran(texts, out)
    with closing(sqlite3.connect(out / FILE)) as connection:
        connection.executescript(
            "DROP TABLE pairs; DROP TABLE decisions; DELETE FROM schema_version; INSERT INTO schema_version VALUES (1);"
        )
    with Store.open(out / FILE) as store:
        assert len(store.runs()) == 1
        assert store.decisions().made == ()
    claims, verdicts = ran(texts, out)
    assert set(verdicts["state"]) == {"new"}
    assert claims["review"].isna().all()
