"""The matrix: a row a subject, a column a document, and why a row is flagged."""

from decimal import Decimal

import pandas as pd
import pytest

from litclaims import tables
from litclaims.compare.verdicts import compare_positions
from litclaims.model import Position
from litclaims.report import matrix as module
from litclaims.report.matrix import matrix
from litclaims.report.rows import frames


def held(doc, low, high, **facets):
    fields = {
        "measure": "cell_dose",
        "unit": "cell",
        "level": "site",
        "route": ("intra-articular",),
        "target": ("knee",),
    }
    ends = {"low": Decimal(low), "high": Decimal(high)}
    name = f"{doc} {low} {high} {sorted(facets.items())}"
    own = {"position_id": name, "doc": doc, "doc_id": doc, "claim_ids": (name,), "figures": (f"{low}–{high}",)}
    return Position(**(own | fields | ends | {"sentence": f"{doc} says so."} | facets))


@pytest.fixture
def positions():
    return (
        held("a.txt", 15_000_000, 50_000_000, basis="knee"),
        held("a.txt", 40_000_000, 200_000_000, basis="session", route=(), target=()),
        held("b.txt", 100_000_000, 100_000_000, basis="knee"),
        held("b.txt", 2_000_000, 5_000_000, species="sheep"),
        held("c.txt", 900_000_000, 900_000_000, status="negated"),
    )


def framed(positions):
    found = compare_positions(positions)
    return frames([], found.positions, found.verdicts, comparison=found)


def test_documents_are_columns_between_the_subject_and_the_flag(positions):
    table = framed(positions)["comparison_matrix"]
    named = tables.columns("comparison_matrix")
    assert list(table.columns) == [*named[:-2], "a.txt", "b.txt", *named[-2:]]


def test_a_cell_says_what_a_document_gives(positions):
    table = framed(positions)["comparison_matrix"]
    row = table[(table["route"] == "intra-articular") & table["species"].isna()].iloc[0]
    assert (row["a.txt"], row["b.txt"]) == ("15–50 million cells per knee", "100 million cells per knee")
    assert (row["low"], row["high"], row["n_documents"]) == (15e6, 100e6, 2)


def test_a_row_is_flagged_with_its_gravest_reason(positions):
    table = framed(positions)["comparison_matrix"]
    (row,) = table[table["flag"]].itertuples()
    assert row.why.startswith("a.txt / b.txt: 15–50 million cells per knee intra-articular and 100 million cells")
    assert table.loc[~table["flag"], "why"].isna().all()


def test_animals_and_what_is_not_held_stand_apart(positions):
    table = framed(positions)["comparison_matrix"]
    assert table["species"].dropna().tolist() == ["sheep"]
    assert "900" not in table.to_csv()


def test_a_document_named_like_a_column_has_a_column_of_its_own():
    rows, columns = matrix([held("flag", 1, 2)], [])
    assert columns == {"flag": "document flag"}
    assert rows[0]["document flag"] == "1–2 cells"
    assert rows[0]["flag"] is False


def test_of_too_many_documents_those_with_the_most_figures_are_shown(monkeypatch):
    monkeypatch.setattr(module, "MOST_DOCUMENTS", 1)
    said = [held("a", 1, 2), held("b", 1, 2), held("b", 3, 4, basis="session")]
    rows, columns = matrix(said, [])
    assert list(columns) == ["b"]
    assert rows[0]["n_documents"] == 2


def test_positions_show_the_consensus_and_their_cluster(positions):
    found = framed((*positions, held("d.txt", 20_000_000, 60_000_000, basis="knee")))
    table = found["comparison"].set_index(["doc", "basis"])
    row = table.loc[("b.txt", "knee")]
    assert (row["consensus_low"], row["consensus_high"], row["n_sources"]) == (20e6, 60e6, 3)
    assert (row["outside"], row["envelope_high"]) == ("1.667-fold above", 100e6)
    assert row["outside_fold"] == pytest.approx(100 / 60)
    assert pd.isna(table.loc[("a.txt", "knee"), "outside"])
    clusters = found["clusters"].set_index("cluster_id")
    assert clusters.loc[row["cluster_id"], ["docs", "n_positions"]].tolist() == ["b.txt", 1]
    together = clusters.loc[table.loc[("a.txt", "knee"), "cluster_id"]]
    assert (together["docs"], together["low"], together["high"]) == ("a.txt; d.txt", 15e6, 60e6)


def test_verdicts_list_their_facets_and_name_repeats(positions):
    route = [Position(**{**_fields(p), "level": "route", "position_id": f"r{p.position_id}"}) for p in positions[:3:2]]
    found = framed((*positions[:3:2], *route))["disagreements"]
    assert found["repeats"].isna().tolist() == [True, False]
    assert found["repeats"].iloc[1] == found["pair_id"].iloc[0]
    assert found["issue_id"].nunique() == 1
    facets = found.iloc[0][["facets_match", "facets_unsaid", "facets_differ"]].tolist()
    assert facets[0] == "measure; dimension; route; basis; site; condition; cell type; subject; status"
    assert pd.isna(facets[1])
    assert pd.isna(facets[2])


def _fields(position):
    return {name: getattr(position, name) for name in Position.__dataclass_fields__}
