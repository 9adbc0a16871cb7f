"""Nouns to rows: what stands in a cell, and in which order."""

from decimal import Decimal

import pandas as pd
import pytest

from litclaims import tables
from litclaims.errors import TableError
from litclaims.model import Extraction, Outcome, Quantity, Slot
from litclaims.report.rows import claims_rows, comparison_rows, disagreements_rows, frames
from report.sample_run import (
    FIGURE,
    TEXT,
    make_claim,
    make_document,
    make_outcomes,
    make_positions,
    make_verdict,
    make_verdicts,
    span_of,
)


def only_claim(**given) -> dict:
    return claims_rows(Extraction(make_document(), claims=(make_claim(**given),)))[0]


def test_every_table_has_the_columns_of_the_contract(run_frames):
    assert {name: list(table.columns) for name, table in run_frames.items()} == {
        name: tables.columns(name) for name in tables.TABLES
    }


def test_a_claim_keeps_figure_and_offsets_and_its_sentence_is_on_one_line():
    row = only_claim()
    assert TEXT[row["start"] : row["end"]] == row["figure"] == FIGURE
    assert row["sentence"] == "Give 40–200M cells per session."
    assert (row["low"], row["high"], row["repairs"]) == (40_000_000.0, 200_000_000.0, "one; two")


def test_ids_stand_at_the_places_of_their_values():
    slots = (
        Slot("route", ("a", "b", "c"), (None, "R:2")),
        Slot("condition", ("x",), ("D:1",)),
        Slot("target", ("y",), (None,)),
    )
    row = only_claim(slots=slots)
    assert row["route"] == "a; b; c"
    assert row["route_id"] == "; R:2; "
    assert row["condition_ids"] == "D:1"
    assert row["target_ids"] is None
    assert row["cell_type_id"] is None


def test_context_tells_the_step_of_each_slot():
    assert only_claim()["context"] == "route: heading; target: clause; basis: clause"


def test_an_open_side_and_unsaid_slots_are_missing_not_empty():
    row = only_claim(
        quantity=Quantity(low=None, high=Decimal("42"), unit="d", bound="less_than"), slots=(), citations=()
    )
    assert [row[name] for name in ("low", "spread", "route", "basis", "status", "citations", "repairs", "context")] == [
        None
    ] * 8


def test_claims_come_by_document_then_place():
    def outcome(doc: str) -> Outcome:
        claims = (
            make_claim(claim_id=f"{doc}2", doc=doc, span=span_of("1")),
            make_claim(claim_id=f"{doc}1", doc=doc),
        )
        return Outcome(doc, doc, "ok", extraction=Extraction(make_document(doc), claims=claims))

    table = frames([outcome("b"), outcome("a")], [], [])["claims"]
    assert list(table["claim_id"]) == ["a1", "a2", "b1", "b2"]


def test_a_position_counts_its_flagged_and_its_agreeing_verdicts():
    positions = make_positions()
    rows = {row["position_id"]: row for row in comparison_rows(positions, make_verdicts(positions))}
    counted = {name: (row["n_disagree"], row["n_agree"], row["flag"]) for name, row in rows.items()}
    assert counted == {"p1": (1, 1, True), "p2": (2, 0, True), "p3": (1, 1, True)}


@pytest.mark.parametrize(
    ("verdict", "agrees"),
    [("agree", 1), ("contained", 1), ("overlap", 1), ("disjoint", 0), ("not_comparable", 0), ("inherited", 0)],
)
def test_only_unflagged_agreement_counts_as_agreement(verdict, agrees):
    one, two, _ = make_positions()
    rows = comparison_rows([one, two], [make_verdict("v", one, two, verdict=verdict, flag=False, severity=0.0)])
    assert [(row["n_agree"], row["n_disagree"], row["flag"]) for row in rows] == [(agrees, 0, False)] * 2


def test_verdicts_come_flagged_first_then_worst_first_then_by_id():
    one, two, three = make_positions()
    given = [("e", False, 0.9), ("d", True, 0.5), ("c", True, 0.5), ("b", True, 0.7), ("a", False, 0.0)]
    verdicts = [make_verdict(name, one, two, flag=flag, severity=severity) for name, flag, severity in given]
    assert [row["pair_id"] for row in disagreements_rows(verdicts)] == ["b", "c", "d", "e", "a"]
    assert frames([], [one, two, three], verdicts)["disagreements"]["pair_id"].tolist() == ["b", "c", "d", "e", "a"]


def test_a_verdict_shows_both_sides():
    positions = make_positions()
    row = disagreements_rows(make_verdicts(positions))[1]
    assert (row["doc_a"], row["figure_a"], row["basis_a"], row["route_a"]) == ("a.txt", "40–200M", "session", None)
    assert (row["doc_b"], row["figure_b"], row["route_b"]) == ("b.txt", "2–5; 10–20; 30–50M", "intramuscular")
    assert (row["overlap_low"], row["overlap_high"], row["same_document"]) == (4e7, 5e7, False)


def test_documents_come_by_name_with_status_and_reason(run_frames):
    documents = run_frames["documents"]
    assert list(documents["doc"]) == ["a.txt", "b.txt", "z.pdf"]
    assert list(documents["status"]) == ["ok", "ok", "failed"]
    assert documents["reason"].iloc[2] == "the file is encrypted"
    assert pd.isna(documents["doc_id"].iloc[2])
    assert (documents["n_claims"].iloc[0], documents["chars"].iloc[0]) == (1, len(TEXT))


def test_two_documents_of_one_name_are_refused():
    with pytest.raises(TableError, match="documents"):
        frames([*make_outcomes(), make_outcomes()[0]], [], [])


def test_the_order_of_the_input_does_not_matter():
    positions = make_positions()
    verdicts = make_verdicts(positions)
    one = frames(make_outcomes(), positions, verdicts)
    other = frames(make_outcomes()[::-1], positions[::-1], verdicts[::-1])
    for name in tables.TABLES:
        pd.testing.assert_frame_equal(one[name], other[name])


def test_a_file_name_of_another_encoding_is_spelt_out():
    table = frames([Outcome("caf\udce9.txt", "caf\udce9.txt", "failed", "not text")], [], [])["documents"]
    assert table["doc"].iloc[0] == r"caf\udce9.txt"


def test_an_empty_run_has_empty_tables(empty_frames):
    assert {name: len(table) for name, table in empty_frames.items()} == dict.fromkeys(tables.TABLES, 0)
