"""The real documents of the field and what must come out of them; skipped where they are not beside the project."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from litclaims.pipeline import run_local
from litclaims.report.plot import GID, interval_chart, save
from litclaims.report.show import render

SHARED = Path(__file__).resolve().parents[2] / "shared"
DOSES = ("cell_dose", "platelet_dose", "particle_dose")

pytestmark = pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the shared data is not here")


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> dict[str, pd.DataFrame]:
    out = tmp_path_factory.mktemp("seeds")
    run_local([SHARED / "seeds"], out=out)
    return {
        name: pd.read_parquet(out / f"{name}.parquet")
        for name in ("claims", "comparison", "disagreements", "references")
    }


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    lines = (SHARED / "gold" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    return [{"doc": line["doc"], **claim} for line in map(json.loads, lines) for claim in line["claims"]]


def cell(values: list[str] | str | None) -> frozenset[str]:
    if values is None or values is pd.NA:
        return frozenset()
    return frozenset(values.split("; ")) if isinstance(values, str) else frozenset(values)


def found(claims: pd.DataFrame, want: dict) -> pd.DataFrame:
    """The rows of the same document, measure and place."""
    here = claims[(claims["doc"] == want["doc"]) & (claims["measure"] == want["measure"])]
    return here[(here["start"] < want["end"]) & (want["start"] < here["end"])]


def test_every_dose_comes_out_with_all_it_hangs_on(tables, gold):
    wanted = [claim for claim in gold if claim["measure"] in DOSES]
    assert len(wanted) == 10
    for want in wanted:
        rows = found(tables["claims"], want)
        assert len(rows) == 1, want
        row = rows.iloc[0]
        assert (row["low"], row["high"], row["unit"], row["bound"]) == (
            want["low"],
            want["high"],
            want["unit"],
            want["bound"],
        )
        for name in ("basis", "route", "target", "cell_type"):
            value = None if pd.isna(row[name]) else row[name]
            assert cell(value) == cell(want[name]), (want["figure"], name)


def test_no_dose_is_read_that_is_none(tables, gold):
    doses = tables["claims"][tables["claims"]["measure"].isin(DOSES)]
    assert len(doses) == sum(claim["measure"] in DOSES for claim in gold)


def test_at_least_ten_of_the_twelve_other_figures_come_out(tables, gold):
    others = [claim for claim in gold if claim["measure"] not in DOSES]
    right = 0
    for want in others:
        for row in found(tables["claims"], want).itertuples():
            low, high = (None if pd.isna(value) else value for value in (row.low, row.high))
            same = [
                (a is None) == (b is None) and (a is None or a == pytest.approx(b))
                for a, b in ((low, want["low"]), (high, want["high"]))
            ]
            right += all(same) and row.unit == want["unit"]
    assert len(others) == 12
    assert right >= 10


def test_the_five_entries_with_a_doi_come_out_whole(tables):
    lines = (SHARED / "gold" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = {ref["doi"]: ref for line in map(json.loads, lines) for ref in line["references"] if ref["doi"]}
    rows = tables["references"].dropna(subset=["doi"]).set_index("doi")
    assert set(rows.index) == set(wanted)
    for doi, ref in wanted.items():
        assert {name: rows.loc[doi, name] for name in ("first_author", "year", "title", "journal")} == {
            name: ref[name] for name in ("first_author", "year", "title", "journal")
        }


def test_the_web_entries_come_out_once_each_with_their_date(tables):
    web = tables["references"].dropna(subset=["accessed"])
    assert len(web) == web["title"].nunique() == 6
    assert set(web["accessed"]) == {"2019-09-09"}
    assert web[["doi", "journal", "first_author"]].isna().all(axis=None)


def test_every_marker_of_the_spine_guide_is_that_of_the_gold_and_no_digit_of_a_figure(tables, gold):
    cited = [claim for claim in gold if claim.get("citations")]
    assert len(cited) >= 4
    for want in cited:
        (row,) = found(tables["claims"], want).itertuples()
        assert cell(row.citations) == frozenset(want["citations"]), want["figure"]
        assert row.end <= want["end"]
    here = tables["claims"][tables["claims"]["doc"] == cited[0]["doc"]]
    assert here["citations"].notna().sum() == len(cited)


def pairs(disagreements: pd.DataFrame, one: tuple[float, float], other: tuple[float, float]) -> pd.DataFrame:
    """The dose verdicts between two intervals, whichever side is first."""
    doses = disagreements[disagreements["measure"] == "cell_dose"]
    a, b = (list(zip(doses[f"low_{side}"], doses[f"high_{side}"], strict=True)) for side in "ab")
    return doses[[{left, right} == {one, other} for left, right in zip(a, b, strict=True)]]


def test_the_essay_against_the_intramuscular_envelope_is_a_flagged_overlap(tables):
    row = pairs(tables["disagreements"], (40e6, 200e6), (2e6, 50e6)).query("level == 'route'").iloc[0]
    assert (row["verdict"], row["flag"], row["grade"]) == ("overlap", True, "partial")
    assert (row["overlap_low"], row["overlap_high"]) == (40e6, 50e6)
    assert row["reason"].endswith(".")
    assert row["reason"].count(". ") == 0


def test_the_intravenous_dose_against_the_intramuscular_envelope_is_disjoint(tables):
    row = pairs(tables["disagreements"], (100e6, 200e6), (2e6, 50e6)).query("level == 'route'").iloc[0]
    assert (row["verdict"], row["flag"], row["grade"]) == ("disjoint", True, "cross")


def test_one_document_that_says_two_things_is_told(tables):
    rows = pairs(tables["disagreements"], (40e6, 200e6), (15e6, 50e6))
    assert len(rows) >= 1
    assert rows["same_document"].all()


def test_less_and_more_than_six_weeks_exclude_each_other(tables):
    rows = tables["disagreements"]
    found = rows[(rows["verdict"] == "bound_conflict") & rows["flag"]]
    assert {(row.high_a, row.low_b) for row in found.itertuples()} | {
        (row.high_b, row.low_a) for row in found.itertuples()
    } >= {(42, 42)}


def test_the_gap_of_the_intravenous_dose_is_twofold(tables):
    row = pairs(tables["disagreements"], (100e6, 200e6), (2e6, 50e6)).query("level == 'route'").iloc[0]
    assert row["gap_fold"] == 2


def test_one_spinal_dose_lies_within_the_other(tables):
    rows = pairs(tables["disagreements"], (20e6, 50e6), (50e6, 50e6))
    assert len(rows) >= 1
    assert set(rows["verdict"]) == {"contained"}
    assert not rows["flag"].any()


def test_not_recommended_against_promising_is_a_stance_conflict(tables):
    rows = tables["disagreements"].query("measure == 'stance'")
    essay = rows[rows["doc_a"].str.startswith("002") & rows["doc_b"].str.startswith("003")]
    assert len(essay) >= 1
    assert essay["flag"].all()
    assert set(map(frozenset, zip(essay["figure_a"], essay["figure_b"], strict=True))) == {
        frozenset({"against", "supports"})
    }
    assert essay["sentence_a"].str.contains("NOT").all()
    assert essay["sentence_b"].str.contains("promising").all()


def test_the_example_of_the_readme_is_what_is_shown(tables):
    file = io.StringIO()
    shown = render(tables["disagreements"], "disagreements", measure="cell_dose", width=80)
    Console(file=file, width=80, color_system=None).print(shown)
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```text\n(✗ .*?)^```$", readme, re.MULTILINE | re.DOTALL)
    printed = "\n".join(map(str.rstrip, file.getvalue().splitlines()))
    assert re.sub(r"[0-9a-f]{16}", "", example) in re.sub(r"[0-9a-f]{16}", "", printed)


@pytest.mark.parametrize("level", ["route", "site"])
def test_the_chart_has_a_bar_for_every_position(level, tables, tmp_path):
    comparison = tables["comparison"]
    wanted = set(comparison.loc[comparison["level"] == level, "position_id"])
    chart = interval_chart(comparison, level=level, measure=list(comparison["measure"].unique()), limit=0)
    save(chart.figure, tmp_path / "chart.svg")
    drawn = re.findall(rf'id="{GID}([^"]+)"', (tmp_path / "chart.svg").read_text(encoding="utf-8"))
    assert sorted(drawn) == sorted(wanted)
    assert chart.bars == len(wanted) > 10
