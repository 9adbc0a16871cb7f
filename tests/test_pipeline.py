"""The stages together: inputs, outcomes, tables, and the laws that hold for every claim."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from litclaims import inputs, pipeline, reading, tables
from litclaims.errors import InputError
from litclaims.inputs import Input, find_inputs
from litclaims.pipeline import compare_outcomes, run_local
from litclaims.reading import extract_input, extract_text

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> tuple[pipeline.RunResult, Path]:
    """A run over the example documents, and where it wrote."""
    out = tmp_path_factory.mktemp("corpus")
    return run_local([CORPUS], out=out), out


def test_the_text_of_every_claim_is_its_figure(corpus):
    result, _ = corpus
    seen = 0
    for outcome in result.outcomes:
        for claim in outcome.extraction.claims if outcome.extraction else ():
            text = outcome.extraction.document.text
            assert text[claim.span.start : claim.span.end] == claim.figure
            assert claim.sentence.start <= claim.span.start
            assert claim.span.end <= claim.sentence.end
            seen += 1
    assert seen > 50


def test_claim_ids_are_unique_and_the_same_again(corpus):
    result, _ = corpus
    ids = [claim.claim_id for outcome in result.outcomes if outcome.extraction for claim in outcome.extraction.claims]
    assert len(ids) == len(set(ids))
    again = [extract_input(item) for item in find_inputs([CORPUS]).items]
    assert ids == [claim.claim_id for outcome in again for claim in outcome.extraction.claims]


def test_every_table_of_the_contract_is_written_twice(corpus):
    _, out = corpus
    for name in tables.TABLES:
        read = pd.read_parquet(out / f"{name}.parquet")
        named = [column for column in read.columns if column in tables.columns(name)]  # documents may be columns too
        assert named == tables.columns(name)
        assert len(pd.read_csv(out / f"{name}.csv")) == len(read)
    assert {"report.html", "litclaims.xlsx", "run.json", "litclaims.sqlite"} <= {file.name for file in out.iterdir()}


def test_the_headline_pair_is_flagged(corpus):
    _, out = corpus
    found = pd.read_csv(out / "disagreements.csv")
    pair = found[
        (found["level"] == "route")
        & (found["verdict"] == "overlap")
        & (found["overlap_low"] == 40e6)
        & (found["overlap_high"] == 50e6)
        & (found[["low_a", "low_b"]].min(axis=1) == 2e6)
        & (found[["high_a", "high_b"]].max(axis=1) == 200e6)
    ]
    assert pair["flag"].all()
    assert set(pair["grade"]) == {"partial"}
    assert len(pair) >= 1


def test_the_record_of_a_run_tells_versions_vocabulary_and_counts(corpus):
    _, out = corpus
    record = json.loads((out / "run.json").read_text())
    assert record["versions"]["spacy"]
    assert len(record["vocabulary_sha256"]) == 64
    assert record["counts"]["documents"]


def test_the_order_of_documents_changes_nothing():
    outcomes = [extract_input(item) for item in find_inputs([CORPUS]).items]
    assert compare_outcomes(outcomes) == compare_outcomes(outcomes[::-1])


def test_a_missing_path_beside_a_good_one_is_a_failed_row(tmp_path):
    (tmp_path / "a.txt").write_text("Patients received 5 million MSCs intravenously.")
    inputs = find_inputs([tmp_path, tmp_path / "none"])
    assert [item.doc for item in inputs.items] == ["a.txt"]
    assert [(outcome.status, "check the path" in outcome.reason) for outcome in inputs.outcomes] == [("failed", True)]


def test_nothing_to_read_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(InputError, match="put files of these formats there"):
        find_inputs([tmp_path])
    with pytest.raises(InputError, match="check the path"):
        find_inputs([tmp_path / "none"])


def test_an_unknown_suffix_is_skipped_and_named(tmp_path):
    (tmp_path / "a.txt").write_text("5")
    (tmp_path / "b.xyz").write_text("5")
    assert [(outcome.doc, outcome.status) for outcome in find_inputs([tmp_path]).outcomes] == [("b.xyz", "skipped")]


def test_two_files_of_one_name_keep_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("5")
    docs = [item.doc for item in find_inputs([tmp_path / "a", tmp_path / "b"]).items]
    assert len(set(docs)) == 2


def test_the_same_file_given_twice_is_read_once(tmp_path):
    (tmp_path / "x.txt").write_text("5")
    assert len(find_inputs([tmp_path / "x.txt", tmp_path / "x.txt"]).items) == 1


def test_hidden_files_readmes_and_gold_are_passed_over(tmp_path):
    (tmp_path / "gold").mkdir()
    for name in ("a.txt", ".b.txt", "README.md", "gold/a.txt"):
        (tmp_path / name).write_text("5")
    assert [item.doc for item in find_inputs([tmp_path]).items] == ["a.txt"]


def test_a_document_that_breaks_an_extractor_is_a_failed_row(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("5")

    def broken(document, **_):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(reading, "extract_document", broken)
    outcome = extract_input(Input(tmp_path / "a.txt", "a.txt", "a.txt"))
    assert (outcome.status, outcome.reason) == ("failed", "a.txt: ZeroDivisionError: planted")


def test_a_read_that_may_succeed_later_is_let_through(tmp_path, monkeypatch):
    def slow(*_, **__):
        raise TimeoutError("planted")

    monkeypatch.setattr(inputs, "take", slow)
    with pytest.raises(TimeoutError):
        extract_input(Input(tmp_path / "a.txt", "a.txt", "a.txt"))


def test_an_interrupted_run_loses_nothing_of_an_earlier_one(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Patients received 5 million MSCs intravenously.")
    out = tmp_path / "out"
    run_local([tmp_path / "in"], out=out)
    before = (out / "claims.csv").read_bytes()
    (tmp_path / "in" / "a.txt").write_bytes(b"\xff\xfe")
    result = run_local([tmp_path / "in"], out=out)
    assert result.files == {}
    assert (out / "claims.csv").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1" * 100_000,
        "( " * 20_000,
        "5 million cells " * 3_000,
        "a" * 100_000,
        "\u202e5 million\u202c",
        "10^" * 9_999,
    ],
    ids=["empty", "blank", "digits", "brackets", "doses", "letters", "direction", "powers"],
)
def test_hostile_texts_are_read(text):
    extraction = extract_text(text, doc="a")
    assert all(text[claim.span.start : claim.span.end] == claim.figure for claim in extraction.claims)


@pytest.mark.parametrize("name", tables.TABLES)
def test_the_columns_of_a_table_are_those_of_its_schema(name):
    assert tables.columns(name) == list(tables.TABLES[name].to_schema().columns)
