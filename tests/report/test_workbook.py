"""The workbook, read back from its XML."""

import csv
import re
import shutil
import subprocess
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


def linked(sheet: ElementTree.Element) -> dict[str, str]:
    """Where the cells of a sheet lead, by cell."""
    return {link.get("ref"): link.get("location") for link in sheet.iter(f"{SPACE}hyperlink")}


def place(table, row, column) -> str:
    """A cell's name: ``B2`` is the second column of the first row below the header."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return xl_rowcol_to_cell(row + 1, list(table.columns).index(column))


def test_cells_that_name_a_row_lead_to_it(corpus_run, tmp_path):
    frames = corpus_run.tables
    write_workbook(frames, tmp_path / "book.xlsx")
    verdicts, claims, documents = (frames[name] for name in ("disagreements", "claims", "documents"))
    book = sheets(tmp_path / "book.xlsx")
    links = linked(book["disagreements"])
    for row in (0, 7, len(verdicts) - 1):
        for side in "ab":
            first = verdicts[f"claim_ids_{side}"].iloc[row].split("; ")[0]
            wanted = f"'claims'!A{list(claims['claim_id']).index(first) + 2}"
            assert links[place(verdicts, row, f"claim_ids_{side}")] == wanted
            wanted = f"'documents'!A{list(documents['doc']).index(verdicts[f'doc_{side}'].iloc[row]) + 2}"
            assert links[place(verdicts, row, f"doc_{side}")] == wanted
    repeating = next(row for row, value in enumerate(verdicts["repeats"]) if isinstance(value, str))
    twin = list(verdicts["pair_id"]).index(verdicts["repeats"].iloc[repeating])
    assert links[place(verdicts, repeating, "repeats")] == f"'disagreements'!A{twin + 2}"
    assert set(linked(book["comparison"]).values()) >= {"'claims'!A2", "'documents'!A2"}
    assert linked(book["documents"]) == {}


def test_links_that_no_sheet_holds_are_told(run_frames, tmp_path, monkeypatch):
    monkeypatch.setattr("litclaims.report.workbook._Links.__init__.__defaults__", (2, 0))
    write_workbook(run_frames, tmp_path / "book.xlsx")
    assert len(linked(sheets(tmp_path / "book.xlsx")["disagreements"])) == 2
    rows = cells(sheets(tmp_path / "book.xlsx")["disagreements"])
    assert rows[-1][0].startswith("A sheet holds no more than 2 links")
    assert len(rows) == 1 + len(run_frames["disagreements"]) + 1


def test_truth_values_are_truth_values_and_shown_as_words(run_frames, tmp_path):
    write_workbook(run_frames, tmp_path / "book.xlsx")
    flags = [cell for cell in sheets(tmp_path / "book.xlsx")["comparison"].iter(f"{SPACE}c") if cell.get("t") == "b"]
    assert len(flags) == len(run_frames["comparison"])
    with zipfile.ZipFile(tmp_path / "book.xlsx") as file:
        assert b'formatCode="&quot;TRUE&quot;;;&quot;FALSE&quot;"' in file.read("xl/styles.xml")


def test_a_name_that_leads_nowhere_is_plain_text(tmp_path):
    write_workbook({"claims": pd.DataFrame({"claim_id": ["c"], "doc": ["gone.txt"]})}, tmp_path / "book.xlsx")
    assert linked(sheets(tmp_path / "book.xlsx")["claims"]) == {}
    assert cells(sheets(tmp_path / "book.xlsx")["claims"])[1] == ["c", "gone.txt"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4e7, '#,##0,," million"'),
        (2.5e6, '#,##0.0,," million"'),
        (1.1e9, '#,##0.0,,," billion"'),
        (1234567.0, "#,##0"),
        (999.0, "#,##0"),
        (0.5, None),
        (2e6 / 3, None),
    ],
)
def test_large_amounts_are_shown_in_words_and_kept_exact(value, shown, tmp_path):
    write_workbook({"t": pd.DataFrame({"low": [value]})}, tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as file:
        styles = ElementTree.fromstring(file.read("xl/styles.xml"))
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SPACE}numFmt")} | {"3": "#,##0"}
    (cell,) = (cell for cell in sheets(tmp_path / "book.xlsx")["t"].iter(f"{SPACE}c") if cell.get("r") == "A2")
    style = styles.find(f"{SPACE}cellXfs")[int(cell.get("s", 0))]
    assert codes.get(style.get("numFmtId")) == shown
    assert float(cells(sheets(tmp_path / "book.xlsx")["t"])[1][0]) == value


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook_with_the_same_values(corpus_run, hostile_frames, tmp_path):
    hostile = {f"h_{name}": table for name, table in hostile_frames.items()}
    tables = {**corpus_run.tables, **hostile}
    write_workbook(tables, tmp_path / "book.xlsx")
    # separator, quote, UTF-8, first row, no column formats, language, quote nothing more, numbers as they are and not
    # as shown, no formulas, keep spaces, every sheet into a file of its own
    shape = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", shape, "--outdir", tmp_path, tmp_path / "book.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for name, table in tables.items():
        with open(tmp_path / f"book-{name}.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == list(table.columns)
        assert len(rows) == len(table)
        for row, values in zip(rows, table.itertuples(index=False, name=None), strict=True):
            for cell, value in zip(row, values, strict=True):
                assert same(cell, value), (name, cell, value)


def same(cell: str, value) -> bool:
    """True if the cell of the converted sheet says what the table says."""
    if pd.isna(value):
        return cell == ""
    if isinstance(value, bool):
        return cell == str(int(value))  # a truth value is a number there, shown as a word by its format
    if isinstance(value, str):
        return " ".join(cell.split()) == " ".join(value.split())
    return float(cell) == pytest.approx(float(value), rel=1e-14)
