"""Files: what is written reads back, and a failure loses nothing."""

import csv
import errno
import io
import math
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims import tables
from litclaims.errors import OutputError
from litclaims.report import write
from litclaims.report.cells import number_text
from litclaims.report.outputs import write_run
from litclaims.report.write import check_out, csv_text, table_writers, text_writer, write_batch
from report.sample_run import HOSTILE


def read_csv(path, name: str) -> pd.DataFrame:
    """A table from its CSV: an empty cell is missing, except where the contract wants text."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
    for column, kind in tables.TABLES[name].to_schema().columns.items():
        if not kind.nullable and str(kind.dtype).startswith("string"):
            table[column] = table[column].fillna("")
        if str(kind.dtype) == "bool":
            table[column] = table[column].map({"true": True, "false": False})
    return tables.validate(name, table)


@pytest.mark.parametrize("which", ["run_frames", "empty_frames", "hostile_frames"])
def test_tables_read_back_as_they_were(which, request, tmp_path):
    given = request.getfixturevalue(which)
    write_batch(table_writers(given), tmp_path)
    for name, table in given.items():
        parquet = tables.validate(name, pd.read_parquet(tmp_path / f"{name}.parquet"))
        pd.testing.assert_frame_equal(parquet, table)
        pd.testing.assert_frame_equal(read_csv(tmp_path / f"{name}.csv", name), table)


def test_every_table_is_written_twice_and_nothing_else_is_left(run_frames, tmp_path):
    files = write_batch(table_writers(run_frames), tmp_path)
    assert {file.name for file in files} == {
        f"{name}.{suffix}" for name in tables.TABLES for suffix in ("csv", "parquet")
    }
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}


def test_csv_has_plain_numbers_plain_booleans_and_unix_line_ends(run_frames):
    text = csv_text(run_frames["comparison"])
    assert ",40000000,200000000," in text
    assert ",true," in text
    assert "\r" not in text
    assert text.endswith("\n")
    assert text.count("\n") == 1 + len(run_frames["comparison"])


@pytest.mark.parametrize(
    "figure", ["-5", ">6 weeks", "=3", "+1", "@x", "\t=1", "\r=1", " a", "a,b", 'say "x"', "a\nb", "\x00", HOSTILE]
)
def test_a_figure_is_verbatim_in_csv(figure):
    text = csv_text(pd.DataFrame({"figure": [figure], "next": ["end"]}))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["figure", "next"], [figure, "end"]]


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=5))
def test_any_text_reads_back_from_csv(cells):
    text = csv_text(pd.DataFrame({f"column {index}": [cell] for index, cell in enumerate(cells)}))
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == cells


def test_csv_tells_a_missing_value_from_empty_text():
    assert csv_text(pd.DataFrame({"a": [None, ""], "b": ["x", "y"]})) == 'a,b\n,x\n"",y\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4e7, "40000000"),
        (0.25, "0.25"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (-0.0, "0"),
        (-5.5, "-5.5"),
    ],
)
def test_a_number_has_plain_digits(value, text):
    assert number_text(value) == text


@given(st.floats(allow_nan=False))
def test_a_number_reads_back_the_same(value):
    text = number_text(value)
    assert float(text) == value
    assert math.isinf(value) or "e" not in text.lower()


def test_a_failure_while_writing_keeps_the_earlier_run(run_frames, tmp_path):
    write_batch(table_writers(run_frames), tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(path):
        path.write_bytes(b"half a ta")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"claims\.parquet.*No space.*free some space"):
        write_batch({"claims.csv": text_writer(lambda: "new"), "claims.parquet": fail}, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("links", [True, False])
def test_a_failure_while_renaming_puts_the_earlier_files_back(links, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old a")
    replace = os.replace

    def refuse(source, target):
        if str(target).endswith("c") and "earlier" not in str(source):
            raise PermissionError(errno.EACCES, "Permission denied")
        replace(source, target)

    def no_link(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(write.os, "replace", refuse)
    if not links:
        monkeypatch.setattr(write.os, "link", no_link)
    writers = {name: text_writer(lambda: "new") for name in ("a", "b", "c")}
    with pytest.raises(OutputError, match=r"c: cannot be written: Permission denied \(close the program"):
        write_batch(writers, tmp_path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "old a"}


def test_a_bug_or_an_interrupt_while_writing_leaves_nothing_behind(tmp_path):
    def interrupt(path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_batch({"a": interrupt}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_told_and_nothing_is_changed(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_text("old")
    with pytest.raises(OutputError, match=r"b: cannot be written: a folder has the name"):
        write_batch({"a": text_writer(lambda: "new"), "b": text_writer(lambda: "new")}, tmp_path)
    assert (tmp_path / "a").read_text() == "old"


def test_an_output_folder_is_made_and_left_empty(tmp_path):
    check_out(tmp_path / "one" / "two")
    assert list((tmp_path / "one" / "two").iterdir()) == []


def test_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"file: is a file, not a folder \(choose another --out\)"):
        check_out(tmp_path / "file")


def test_a_folder_below_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="choose another --out"):
        check_out(tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("code", "remedy"), [(errno.EACCES, "make it writable"), (errno.EROFS, "read-only"), (errno.EIO, "--out")]
)
def test_a_folder_that_cannot_be_written_is_told_with_its_remedy(code, remedy, tmp_path, monkeypatch):
    def refuse(**_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(write.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(OutputError, match=remedy) as told:
        check_out(tmp_path)
    assert str(tmp_path) in str(told.value)


def test_a_folder_that_cannot_even_be_looked_at_is_told(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(write.Path, "exists", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        check_out(tmp_path / "out")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="make it writable"):
        check_out(tmp_path)


def test_a_run_writes_tables_workbook_page_and_record(run_frames, tmp_path):
    record = {"versions": {"litclaims": "1"}, "started": "2026-05-01T10:00:00Z"}
    names = {file.name for file in write_run(run_frames, tmp_path, record=record)}
    assert {"claims.csv", "documents.parquet", "litclaims.xlsx", "report.html", "run.json"} <= names
    assert {file.name for file in tmp_path.iterdir()} == names


def test_a_run_whose_page_fails_writes_nothing(run_frames, tmp_path, monkeypatch):
    monkeypatch.setattr("litclaims.report.outputs.render_page", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_run(run_frames, tmp_path, record={})
    assert list(tmp_path.iterdir()) == []
