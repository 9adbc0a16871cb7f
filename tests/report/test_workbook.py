"""The workbook, read back from its XML."""

import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest

from litclaims.report.workbook import MAX_CHARS, write_workbook
from report.sample_run import HOSTILE

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(path) as file:
        names = [
            sheet.get("name") for sheet in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{SPACE}sheet")
        ]
        return {
            name: ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, start=1)
        }


def cells(sheet: ElementTree.Element) -> list[list[str]]:
    """The texts of the cells that hold something, row by row."""
    rows = ([cell for cell in row.iter(f"{SPACE}c") if len(cell)] for row in sheet.iter(f"{SPACE}row"))
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def test_a_sheet_a_table_with_frozen_header_and_filter(run_frames, tmp_path):
    write_workbook(run_frames, tmp_path / "book.xlsx")
    book = sheets(tmp_path / "book.xlsx")
    assert set(book) == set(run_frames)
    assert next(iter(book)) == "disagreements"
    for name, sheet in book.items():
        assert sheet.find(f".//{SPACE}pane").get("state") == "frozen"
        assert sheet.find(f".//{SPACE}autoFilter") is not None
        assert cells(sheet)[0] == list(run_frames[name].columns)
        assert len(cells(sheet)) == 1 + len(run_frames[name])
    assert [file.name for file in tmp_path.iterdir()] == ["book.xlsx"]


def test_empty_tables_have_their_headers(empty_frames, tmp_path):
    write_workbook(empty_frames, tmp_path / "book.xlsx")
    assert {len(cells(sheet)) for sheet in sheets(tmp_path / "book.xlsx").values()} == {1}


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-5", "@SUM(A1)", "{=1}", "http://a.example/", "1e6", "<script>", "[bold]"]
)
def test_text_is_text(text, tmp_path):
    write_workbook({"t": pd.DataFrame({"figure": [text]})}, tmp_path / "book.xlsx")
    sheet = sheets(tmp_path / "book.xlsx")["t"]
    assert sheet.find(f".//{SPACE}f") is None
    assert sheet.find(f".//{SPACE}hyperlink") is None
    assert [cell.get("t") for cell in sheet.iter(f"{SPACE}c")] == ["inlineStr", "inlineStr"]
    assert cells(sheet)[1] == [text]


def test_hostile_text_leaves_a_workbook_that_can_be_read(hostile_frames, tmp_path):
    write_workbook(hostile_frames, tmp_path / "book.xlsx")
    title = next(row for row in cells(sheets(tmp_path / "book.xlsx")["documents"]) if row[0] == "=a.txt")[4]
    # The workbook format writes a control character as _xHHHH_.
    restored = re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), title)
    assert " ".join(restored.split()) == " ".join(HOSTILE.replace("\0", "\ufffd").split())


def test_a_text_that_no_cell_holds_is_cut_with_a_note(tmp_path):
    texts = ["x" * MAX_CHARS, "y" * (MAX_CHARS + 1), "\U0001f9ea" * MAX_CHARS]
    write_workbook({"t": pd.DataFrame({"sentence": texts})}, tmp_path / "book.xlsx")
    found = [row[0] for row in cells(sheets(tmp_path / "book.xlsx")["t"])[1:]]
    assert found[0] == texts[0]
    assert all(text.endswith("the whole text is in the CSV file)") for text in found[1:])
    assert all(len(text.encode("utf-16-le")) // 2 <= MAX_CHARS for text in found)


@pytest.mark.parametrize(("rows", "shown"), [(3, 3), (4, 2)])
def test_rows_that_no_sheet_holds_are_told(rows, shown, tmp_path):
    write_workbook({"t": pd.DataFrame({"figure": ["x"] * rows})}, tmp_path / "book.xlsx", max_rows=3)
    found = [row[0] for row in cells(sheets(tmp_path / "book.xlsx")["t"])[1:]]
    assert len(found) == 3
    assert found.count("x") == shown
    assert shown == rows or found[-1] == "2 more rows do not fit into a sheet; all of them are in t.csv"


def test_flagged_rows_are_coloured_and_numbers_are_numbers(run_frames, tmp_path):
    write_workbook(run_frames, tmp_path / "book.xlsx")
    sheet = sheets(tmp_path / "book.xlsx")["disagreements"]
    header, *rows = list(sheet.iter(f"{SPACE}row"))
    styles = [row[0].get("s") for row in rows]
    assert styles[0] == styles[1] is not None
    assert styles[2] is None
    place = list(run_frames["disagreements"].columns).index("low_b")
    assert (header[place].get("t"), rows[0][place].get("t"), rows[0][place][0].text) == ("inlineStr", None, "40000000")
