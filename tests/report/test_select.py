"""Rows of a table by what they say, in order, page by page."""

import json

import pytest

from litclaims.errors import InputError
from litclaims.report.select import page, select
from litclaims.report.show import export
from litclaims.tables import frame


@pytest.fixture
def positions():
    def row(name, doc, low, **given):
        shared = {"level": "site", "measure": "cell_dose", "unit": "cell", "n_claims": 1, "claim_ids": name}
        shared |= {"n_disagree": 0, "n_agree": 0, "flag": False, "figures": "x", "bound": "exact", "high": low}
        return {"position_id": name, "doc": doc, "low": low} | shared | given

    return frame(
        "comparison",
        [
            row("p1", "a.txt", 1.0, route="intramuscular", target="knee", status="reported"),
            row("p2", "b; c.txt", 3.0, route="intramuscular; intravenous", species="dog", flag=True),
            row("p3", "d.txt", None, high=2.0, condition="knee osteoarthritis", cell_type="chondrocyte"),
        ],
    )


def names(rows):
    return list(rows["position_id"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"route": "intravenous"}, ["p2"]),
        ({"route": "Intramuscular"}, ["p2", "p1"]),
        ({"route": ["intravenous", "none"]}, ["p2", "p3"]),
        ({"route": ["intramuscular"], "target": ["knee"]}, ["p1"]),
        ({"route": "none"}, ["p3"]),
        ({"doc": "b; c.txt"}, ["p2"]),
        ({"condition": "knee osteoarthritis"}, ["p3"]),
        ({"cell_type": "chondrocyte"}, ["p3"]),
        ({"species": "dog"}, ["p2"]),
        ({"status": "recommended"}, []),
        ({"measure": "volume"}, []),
        ({"where": "OSTEO chondro"}, ["p3"]),
        ({"where": "osteo dog"}, []),
        ({"flagged": True}, ["p2"]),
        ({}, ["p2", "p1", "p3"]),
    ],
)
def test_rows_that_were_asked_for(positions, asked, found):
    assert names(select(positions, "comparison", **asked)) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [("low", ["p1", "p2", "p3"]), ("-low", ["p2", "p1", "p3"]), ("measure,-position_id", ["p3", "p2", "p1"])],
)
def test_rows_in_the_order_that_was_asked_for_missing_values_last(positions, sort, found):
    assert names(select(positions, "comparison", sort=sort)) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"route": "intramusc"}, r"no route 'intramusc' \(it has intramuscular, intravenous\)"),
        ({"doc": "d.tx"}, r"no doc 'd.tx' \(it has d\.txt, "),
        ({"measure": "dose"}, r"no measure 'dose' \(it has cell_dose"),
        ({"verdict": "overlap"}, r"no verdict \(use --verdict with disagreements\)"),
        ({"sort": "-hihg"}, r"no column 'hihg' to sort by \(it has high, .* and \d+ more\)"),
        ({"colour": "red"}, r"no filter 'colour' \(choose one of doc, measure"),
    ],
)
def test_what_the_table_cannot_hold_is_told_with_what_it_has(positions, asked, told):
    with pytest.raises(InputError, match=told):
        select(positions, "comparison", **asked)


def test_an_empty_table_has_no_wrong_values(positions):
    assert names(select(positions.head(0), "comparison", route="intramuscular")) == []


def test_either_side_of_a_verdict_may_hold_a_value(run_frames):
    found = select(run_frames["disagreements"], "disagreements", route="intramuscular")
    assert set(found["pair_id"]) == {"v1", "v2", "v3"}
    assert set(select(run_frames["disagreements"], "disagreements", basis="session")["pair_id"]) == {"v1", "v3"}


def test_only_one_half_holds_after_two_filters(positions):
    chosen = select(positions, "comparison", route="intramuscular", flagged=True)
    assert names(chosen) == ["p2"]


@pytest.mark.parametrize(
    ("number", "size", "rows", "told"),
    [
        (1, 2, 2, "rows 1–2 of 3; --page 2 shows more"),
        (2, 2, 1, "row 3 of 3"),
        (1, 3, 3, ""),
        (1, None, 3, ""),
        (1, 0, 3, ""),
    ],
)
def test_pages(positions, number, size, rows, told):
    found = page(positions, number=number, size=size)
    assert (len(found.rows), found.told) == (rows, told)


def test_no_rows_are_one_page(positions):
    assert page(positions.head(0), size=40).told == ""


@pytest.mark.parametrize("number", [0, 3])
def test_a_page_that_is_not_there_is_told(positions, number):
    with pytest.raises(InputError, match=rf"no page {number} \(there are 2, from --page 1\)"):
        page(positions, number=number, size=2)


def test_pages_together_are_the_table(positions):
    whole = json.loads(export(positions, "comparison", format="json"))
    parts = [json.loads(export(positions, "comparison", format="json", limit=1, number=n)) for n in (1, 2, 3)]
    assert [row for part in parts for row in part] == whole


def test_hostile_cells_are_searched_as_text(hostile_frames):
    found = select(hostile_frames["documents"], "documents", where="<script>alert(1)</script> =cmd()|")
    assert sorted(found["doc"]) == ["-b", "=a.txt"]
