"""Writing: all files of a run or none.

Every file is first written whole into a hidden folder beside its place and only then renamed, so that a reader, a crash
or a full disk never meets half a table. If a rename fails (a workbook that is open elsewhere), what was renamed before
is put back: the folder holds the files of one run.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from litclaims.errors import OutputError
from litclaims.report.cells import missing, number_text

Writer = Callable[[Path], None]
"""Writes one file to the path it is given."""

STAGING = ".litclaims-"
"""How the names of the hidden folders begin."""

ROWS_AT_ONCE = 2_000
"""Rows of a table that are made text together."""

_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')
_REMEDIES = {
    errno.EACCES: "close the program that has it open, make it writable, or choose another --out",
    errno.EPERM: "close the program that has it open, make it writable, or choose another --out",
    errno.EROFS: "the disk is read-only; choose another --out",
    errno.ENOSPC: "the disk is full; free some space or choose another --out",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another --out",
    errno.ENAMETOOLONG: "choose a shorter --out",
    errno.ENOTDIR: "a part of this path is a file; choose another --out",
    errno.EEXIST: "a part of this path is a file; choose another --out",
    errno.EISDIR: "a folder has the name of this file; move it away or choose another --out",
}


def check_out(out: Path) -> None:
    """Make the output folder and see that files can be made in it, before any work is done.

    Raises:
        OutputError: it cannot be made or written; names the folder and the remedy.
    """
    with _told(out):
        if out.exists() and not out.is_dir():
            raise OutputError("is a file, not a folder", source=out, remedy="choose another --out")
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=STAGING) as folder:
            Path(folder, "probe").write_bytes(b"probe")


def table_writers(frames: Mapping[str, pd.DataFrame]) -> dict[str, Writer]:
    """The writers of each table, as ``NAME.csv`` and ``NAME.parquet``, for :func:`write_batch`."""
    writers: dict[str, Writer] = {}
    for name, table in frames.items():
        writers[f"{name}.csv"] = csv_writer(table)
        writers[f"{name}.parquet"] = lambda path, table=table: table.to_parquet(path, engine="pyarrow", index=False)
    return writers


def text_writer(make: Callable[[], str]) -> Writer:
    """A writer of text in UTF-8, line ends as they are. What UTF-8 cannot hold is spelt out."""

    def write(path: Path) -> None:
        path.write_bytes(make().encode("utf-8", "backslashreplace"))

    return write


def write_batch(writers: Mapping[str, Writer], out: Path) -> list[Path]:
    """Write all files whole, then put all of them in their places.

    Args:
        writers: by file name.
        out: the folder; made if it is missing.

    Returns:
        The files, in order of the writers.

    Raises:
        OutputError: a file cannot be written or put in its place; the folder is as it was before.
    """
    check_out(out)
    with _told(out), tempfile.TemporaryDirectory(dir=out, prefix=STAGING) as folder:
        staged = Path(folder)
        for name, write in writers.items():
            with _told(out / name):
                write(staged / name)
                _flush(staged / name)
        _publish(list(writers), staged, out)
    return [out / name for name in writers]


def _publish(names: list[str], staged: Path, out: Path) -> None:
    """Rename every staged file to its place; on failure put the earlier files back."""
    kept = staged / "earlier"
    kept.mkdir()
    for name in names:
        with _told(out / name):
            _keep(out / name, kept / name)
    done: list[str] = []
    try:
        for name in names:
            with _told(out / name):
                os.replace(staged / name, out / name)
            done.append(name)
    except BaseException:
        for name in done:
            _restore(kept / name, out / name)
        raise


def _keep(file: Path, copy: Path) -> None:
    """A second name for an earlier file; a copy where the file system knows no links."""
    if not file.exists():
        return
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder has the name of this file", str(file))
    try:
        os.link(file, copy)
    except OSError:
        shutil.copy2(file, copy)


def _restore(copy: Path, file: Path) -> None:
    if copy.exists():
        os.replace(copy, file)
    else:
        file.unlink()


def _flush(path: Path) -> None:
    """Bring the file to the disk before it is renamed: some file systems rename first and write later."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Turn a failure of the system into an OutputError that names the file and the remedy."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        what = getattr(error, "strerror", None) or str(error)
        code = getattr(error, "errno", None)
        remedy = _REMEDIES.get(code, "see that the folder can be written, or choose another --out")
        raise OutputError(f"cannot be written: {what}", source=place, remedy=remedy) from error


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: header, ``\\n`` line ends, numbers in plain digits, ``true`` and ``false``.

    A missing value is an empty cell, empty text is ``""``. Text is verbatim: a figure such as ``-5``, ``>6 weeks`` or
    ``=3`` is data, and the guard that is often advised against spreadsheet formulas (an apostrophe in front) would
    change it for every other reader. For spreadsheets there is the workbook, whose text cells are never formulas.
    """
    return "".join(_csv_lines(table))


def csv_writer(table: pd.DataFrame) -> Writer:
    """A writer of :func:`csv_text`, which does not hold the whole of it at once."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for lines in _csv_lines(table):
                file.write(lines.encode("utf-8", "backslashreplace"))

    return write


def _csv_lines(table: pd.DataFrame) -> Iterator[str]:
    """The header, then some thousand rows at a time."""
    # Not csv.writer: before Python 3.13 it leaves a lone carriage return unquoted, which splits the row on reading.
    yield ",".join(_quoted(str(name)) for name in table.columns) + "\n"
    for start in range(0, len(table), ROWS_AT_ONCE):
        part = table.iloc[start : start + ROWS_AT_ONCE]
        columns = [list(map(_csv_cell, part[name].array.astype(object))) for name in table.columns]
        yield "".join([",".join(cells) + "\n" for cells in zip(*columns, strict=True)])


def _csv_cell(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None or value is pd.NA or missing(value):  # pandas takes long to say it of what is at hand
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else str(value)


def _quoted(text: str) -> str:
    if text and not _QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
