"""All files of a run in one batch: the tables, the workbook, the page and the record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from litclaims import tables
from litclaims.report.page import render_page
from litclaims.report.page_data import told, told_before
from litclaims.report.page_texts import PageTexts
from litclaims.report.run_record import record_text
from litclaims.report.workbook import write_workbook
from litclaims.report.write import Writer, table_writers, text_writer, write_batch

Frames = dict[str, pd.DataFrame]
"""Tables by name."""

PAGE = "report.html"
WORKBOOK = "litclaims.xlsx"
RECORD = "run.json"


def write_run(
    frames: Mapping[str, pd.DataFrame], out: Path, *, record: Mapping[str, Any], texts: PageTexts | None = None
) -> list[Path]:
    """Write every file of a run into ``out``: all of them or none.

    Args:
        frames: the tables, as of :func:`litclaims.report.rows.frames`.
        record: as of :func:`litclaims.report.run_record.run_record`.
        texts: what the page shows of the documents.

    Returns:
        The files written.

    Raises:
        litclaims.errors.OutputError: a file cannot be written; nothing of an earlier run is lost.
    """
    writers = table_writers(frames)
    writers[WORKBOOK] = lambda path: write_workbook(frames, path)
    shown = () if texts is None else texts.parts(frames)
    writers[PAGE] = text_writer(lambda: render_page(frames, record=record, texts=list(map(told, shown))))
    return write_batch(writers | _recording(record, {}), out)


def write_again(
    frames: Mapping[str, pd.DataFrame], out: Path, *, record: Mapping[str, Any], changed: Collection[str]
) -> None:
    """Write a run of which only some tables differ from those in ``out``: these, what is made of all, and the record.

    The texts of the page stay as they are there.

    Args:
        frames: all tables.
        record: with the hashes of the files that are there.
        changed: names of the tables that differ.

    Raises:
        litclaims.errors.OutputError: as :func:`write_run`.
    """
    texts = told_before((out / PAGE).read_text("utf-8"))
    writers = table_writers({name: frames[name] for name in changed})
    writers[WORKBOOK] = lambda path: write_workbook(frames, path)
    writers[PAGE] = text_writer(lambda: render_page(frames, record=record, texts=texts))
    write_batch(writers | _recording(record, record["files"]), out)


def _recording(record: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Writer]:
    """The writer of the record: with the hashes of the files that stay and of those written before it."""

    def text_of(folder: Path) -> str:
        return record_text({**record, "files": dict(sorted({**files, **_sums(folder)}.items()))})

    return {RECORD: lambda path: text_writer(lambda: text_of(path.parent))(path)}


def write_record(out: Path, *, record: Mapping[str, Any]) -> Path:
    """Write the record alone, of a run that found all files of the folder as it would write them."""
    (path,) = write_batch({RECORD: text_writer(lambda: record_text(record))}, out)
    return path


def read_tables(out: Path, names: Iterable[str] = tuple(tables.TABLES)) -> Frames:
    """The tables that a run wrote, as :func:`litclaims.report.rows.frames` made them.

    Raises:
        OSError, pyarrow.ArrowException: one is gone or damaged, which :func:`read_record` would have told.
    """
    return {name: pd.read_parquet(out / f"{name}.parquet", engine="pyarrow") for name in names}


def read_record(out: Path) -> dict[str, Any] | None:
    """The record of the run whose files are in a folder, None if there is none or a file is not as it was written."""
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
        sums = {name: _sum(out / name) for name in record["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if record["files"] == sums else None


def _sums(folder: Path) -> dict[str, str]:
    """SHA-256 of the files of a folder by name, so that it can be told later that they are as they were written."""
    return {path.name: _sum(path) for path in sorted(folder.iterdir()) if path.is_file()}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
