"""The data of the page: what the tables hold comes back, however a column is written, and nothing can break out."""

import base64
import gzip
import json

import pandas as pd
import pytest

from litclaims import tables
from litclaims.report import page_data as module
from litclaims.report.cells import plain
from litclaims.report.page import render_page
from litclaims.report.page_data import DIGITS, islands, page_data, told, told_before
from litclaims.report.rows import frames
from report.sample_run import HOSTILE, make_outcomes, make_position, make_positions, make_verdict


def cells(column, strings):
    """The rows of a column, as the page's script reads them."""
    if "same" in column:
        rows = [column["same"]] * column["n"]
    elif "from" in column:
        rows = list(range(column["from"], column["from"] + column["n"]))
    elif "d" in column:
        width, text = column["w"], column["v"]
        spelt = [text[at : at + width] for at in range(0, len(text), width)]
        rows = [
            column["d"][sum(DIGITS.index(char) * 90**place for place, char in enumerate(word[::-1]))] for word in spelt
        ]
    else:
        rows = column["v"]
    return [None if row == -1 else strings[row] for row in rows] if column["k"] == "s" else rows


def written(values, **more):
    strings: dict[str, int] = {}
    column = module._column(pd.Series(values, **more), strings)
    return column, cells(column, list(strings))


@pytest.mark.parametrize("name", module.TABLES)
def test_every_table_comes_back(run_frames, name):
    data = page_data(run_frames)
    table, said = run_frames[name], data["tables"][name]
    assert said["rows"] == len(table)
    for column in tables.columns(name):
        found = cells(said["columns"][column], data["strings"])
        assert found == [plain(value) for value in table[column].array.astype(object)], column


@pytest.mark.parametrize(
    ("values", "way"),
    [
        (["a"] * 9, "same"),
        (["a", None, "b"] * 9, "d"),
        ([f"text {n}" for n in range(50)], "from"),
        ([f"text {n}" for n in range(49, -1, -1)] * 2, "v"),
        ([f"text {n % 300}" for n in range(1300)], "d"),
        ([None], "same"),
        ([], "v"),
    ],
)
def test_a_column_of_text_is_written_briefly(values, way):
    column, found = written(values, dtype=pd.StringDtype())
    assert way in column
    assert found == values


@pytest.mark.parametrize(
    ("values", "told"),
    [([1.0, None, 2.5, 4e21], [1, None, 2.5, 4e21]), ([float("inf"), 1.0], ["inf", 1]), ([1.0, 2.0] * 9, [1, 2] * 9)],
)
def test_numbers_are_whole_where_they_can_be(values, told):
    assert written(values, dtype=float)[1] == told


def test_two_characters_hold_as_many_values_as_are_written_so():
    values = [float(n % 8100) / 7 for n in range(40_000)]
    column, found = written(values, dtype=float)
    assert "d" not in column  # with the missing one there is one too many
    column, found = written([value for value in values if value < 1150], dtype=float)
    assert column["w"] == 2
    assert found == [plain(value) for value in values if value < 1150]


def test_sides_positions_routes_and_subjects_are_named_by_row():
    site, route = make_position("s", "a.txt", "1", "2", level="site"), make_position("r", "a.txt", "1", "2")
    route = make_position("r", "a.txt", "1", "9", claim_ids=(*site.claim_ids, "other"))
    other = make_position("o", "b.txt", "5", None, level="site", basis="session")
    gone = make_position("gone", "b.txt", "7", "7", level="site")
    said = [make_verdict("v1", site, other, level="site"), make_verdict("v2", site, gone, level="site", severity=0.1)]
    data = page_data(frames([], [site, route, other], said))
    column = {name: cells(each, data["strings"]) for name, each in data["tables"]["comparison"]["columns"].items()}
    at = {name: row for row, name in enumerate(column["position_id"])}
    assert column["_row"][at["s"]] == column["_row"][at["r"]] == at["r"]
    assert column["_row"][at["o"]] == at["o"]
    assert column["_subject"][at["r"]] == -1
    assert column["_subject"][at["s"]] == column["_subject"][at["o"]] == 0
    assert column["_said"][at["o"]] == "at least 5 cells per session"
    verdicts = {name: cells(each, data["strings"]) for name, each in data["tables"]["disagreements"]["columns"].items()}
    assert verdicts["_a"] == [at["s"], at["s"]]
    assert verdicts["_b"] == [at["o"], -1]
    assert verdicts["_said_b"][1] == "7 cells"


def test_a_verdict_that_repeats_another_is_left_out(run_frames):
    table = run_frames["disagreements"]
    table["repeats"] = table["repeats"].where(table["pair_id"] != "v1", "v2")
    assert page_data(run_frames)["tables"]["disagreements"]["rows"] == len(table) - 1


def test_no_text_can_end_its_script(hostile_frames):
    (island,) = islands(hostile_frames, [])
    assert "<" not in island.text
    strings = json.loads(island.text)["strings"]
    assert any("<script>alert(1)</script>" in text for text in strings)


def test_what_is_large_is_packed(run_frames):
    (island,) = islands(run_frames, [], packed_from=0)
    assert island.packed
    assert json.loads(gzip.decompress(base64.b64decode(island.text))) == json.loads(islands(run_frames, [])[0].text)


def test_a_lone_surrogate_and_line_separators_do_no_harm():
    one, two, _ = make_positions()
    reason = f"{HOSTILE} \udce9 \u2028 \u2029"
    (island,) = islands(frames(make_outcomes(), [one, two], [make_verdict("v", one, two, reason=reason)]), [])
    island.text.encode("utf-8")
    assert "\u2028" not in island.text
    assert any("\u2028" in text for text in json.loads(island.text)["strings"])


@pytest.mark.parametrize("packed_from", [0, 10**9])
def test_the_texts_of_a_page_are_had_back_from_it(packed_from):
    texts = [told({"labels": ["<b>", ""], "documents": {number: {"text": "a </script> b"}}}) for number in (0, 7)]
    page = render_page(frames(make_outcomes(), [], []), texts=texts, packed_from=packed_from)
    assert told_before(page) == texts
    assert told_before(render_page(frames(make_outcomes(), [], []), texts=[])) == []
