"""The terminal view: reads well at 80 columns, obeys nothing that a document says."""

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from litclaims import tables
from litclaims.errors import InputError
from litclaims.report.rows import frames
from litclaims.report.show import export, read_table, render
from litclaims.report.write import csv_text, table_writers, write_batch
from report.sample_run import make_positions, make_verdict


def drawn(renderable, width: int = 80) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False, color_system=None).print(renderable)
    return file.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("which", ["run_frames", "hostile_frames", "empty_frames"])
@pytest.mark.parametrize("width", [40, 80, 132])
@pytest.mark.parametrize("name", list(tables.TABLES))
def test_no_line_is_wider_than_the_terminal(name, width, which, request):
    text = drawn(render(request.getfixturevalue(which)[name], name, width=width), width)
    assert text.strip()
    assert max(map(cell_len, text.splitlines())) <= width


def test_disagreements_are_blocks_with_a_summary(run_frames):
    lines = drawn(render(run_frames["disagreements"], "disagreements")).splitlines()
    assert lines[0].strip() == "3 verdicts, 2 flagged; showing the flagged first"
    assert lines[2].strip() == "✗ disjoint · partial · cell_dose · route level · v2"
    text = words(" ".join(lines))
    assert "✗ overlap · partial · cell_dose · route level · v1 a.txt" in text
    assert "✓ agree" in text
    assert "40–200M = 40–200 million cells" in text
    assert "route not stated" in text
    assert "The two ranges share only 40–50 million cells; one side does not state the route." in text


def test_the_columns_of_the_blocks_stand_alike(run_frames):
    lines = drawn(render(run_frames["disagreements"], "disagreements")).splitlines()
    places = {line.index("= ") - len("40–200M ") for line in lines if "40–200M = " in line}
    places |= {line.index("≥40M") for line in lines if "≥40M" in line}
    assert len(places) == 1


def test_only_flagged_on_request(run_frames):
    text = drawn(render(run_frames["disagreements"], "disagreements", flagged=True))
    assert text.splitlines()[0].strip() == "2 verdicts, 2 flagged"
    assert "✓" not in text


def test_a_limit_is_told(run_frames):
    lines = drawn(render(run_frames["disagreements"], "disagreements", limit=1)).splitlines()
    assert lines[0].strip() == "3 verdicts, 2 flagged; showing the flagged first"
    assert lines[-1].strip() == "row 1 of 3; --page 2 shows more"
    assert sum(line.startswith(("✗", "✓")) for line in lines) == 1


def test_the_last_page_tells_of_no_more(run_frames):
    lines = drawn(render(run_frames["disagreements"], "disagreements", limit=2, number=2)).splitlines()
    assert lines[0].strip() == "3 verdicts, 2 flagged"
    assert lines[-1].strip() == "row 3 of 3"
    assert "✓ agree" in "\n".join(lines)


def test_a_table_that_has_no_view_is_shown_by_its_first_columns(run_frames, monkeypatch):
    monkeypatch.setattr("litclaims.report.views.VIEWS", {})
    text = words(drawn(render(run_frames["documents"], "documents", width=120), 120))
    assert "doc doc_id source" in text
    assert "z.pdf" in text


def test_words_stay_whole_where_there_is_room(run_frames):
    assert "intramuscular" in drawn(render(run_frames["comparison"], "comparison"))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"doc": "c.txt"}, 2),
        ({"verdict": "overlap"}, 1),
        ({"measure": "volume"}, 0),
        ({"doc": "a.txt", "verdict": "agree"}, 1),
    ],
)
def test_filters(filters, found, run_frames):
    assert len(json.loads(export(run_frames["disagreements"], "disagreements", format="json", **filters))) == found


@pytest.mark.parametrize(("name", "filters"), [("claims", {"flagged": True}), ("documents", {"measure": "volume"})])
def test_a_filter_that_a_table_lacks_is_refused_with_those_that_have_it(name, filters, run_frames):
    with pytest.raises(InputError, match=r"has no (flag|measure) \(use --.*comparison, disagreements"):
        render(run_frames[name], name, **filters)


def test_values_are_in_words(run_frames):
    text = words(drawn(render(run_frames["comparison"], "comparison", width=132), 132))
    assert "40–200 million cells per session" in text
    assert "at least 40 million cells" in text
    assert "3 positions, 3 flagged" in text


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_figure_is_never_cut(width):
    figure = "between 123,456,789 and 987,654,321 cells per kilogram of body weight and session"
    one, two, _ = make_positions()
    one = replace(one, figures=(figure,))
    table = frames([], [one, two], [make_verdict("v", one, two)])["disagreements"]
    text = drawn(render(table, "disagreements", width=width), width)
    assert "…" not in text
    assert all(word in text for word in figure.split() if len(word) <= width // 4)


def test_document_text_is_no_markup_and_no_escape_sequence(hostile_frames):
    for name in ("disagreements", "documents", "claims"):
        text = drawn(render(hostile_frames[name], name, width=200), 200)
        assert "[bold]x[/bold]" in text
        assert not any(char in text for char in "\x00\x1b\u202e\r\t")


def test_csv_and_json_hold_every_column(run_frames):
    table = run_frames["comparison"]
    assert export(table, "comparison", format="csv") == csv_text(table)
    rows = json.loads(export(table, "comparison", format="json"))
    assert list(rows[0]) == tables.columns("comparison")
    assert (rows[0]["low"], rows[0]["flag"], rows[0]["route"]) == (40_000_000, True, None)


def test_hostile_text_survives_json(hostile_frames):
    rows = json.loads(export(hostile_frames["claims"], "claims", format="json"))
    assert rows[0]["figure"] == hostile_frames["claims"]["figure"].iloc[0]


@pytest.mark.parametrize("name", list(tables.TABLES))
def test_markdown_is_one_table(name, hostile_frames):
    lines = export(hostile_frames[name], name, format="markdown").splitlines()
    assert len(lines) == 2 + len(hostile_frames[name])
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "<script>" not in "".join(lines)


def test_an_unknown_format_is_refused(run_frames):
    with pytest.raises(InputError, match=r"'xml'.*table, csv, json, markdown"):
        export(run_frames["claims"], "claims", format="xml")


def test_a_table_reads_back(run_frames, tmp_path):
    write_batch(table_writers(run_frames), tmp_path)
    for name, table in run_frames.items():
        pd.testing.assert_frame_equal(read_table(tmp_path, name), table)


def test_a_folder_without_a_run_is_told_with_the_remedy(tmp_path):
    with pytest.raises(InputError, match=r"no run there \(run litclaims run … --out .* first\)"):
        read_table(tmp_path, "claims")


def test_an_unknown_table_is_told_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match=r"'quotes'.*claims, comparison, disagreements"):
        read_table(tmp_path, "quotes")


@pytest.mark.parametrize("content", [b"", b"not a parquet file at all"])
def test_a_damaged_table_is_told(content, tmp_path):
    (tmp_path / "claims.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"claims\.parquet: cannot be read as table claims.* again"):
        read_table(tmp_path, "claims")
