"""``litclaims.xlsx``: a sheet a table. Text is always text, never a formula and never a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from litclaims.report.cells import missing

MAX_ROWS = 1_048_575
"""Rows below the header that a sheet can hold (Excel specifications and limits: 1,048,576 rows in all)."""

MAX_CHARS = 32_767
"""Characters that a cell can hold (Excel specifications and limits)."""

_CUT = " … (cut here; the whole text is in the CSV file)"
_WIDE = frozenset({"sentence", "sentence_a", "sentence_b", "reason", "raw", "title"})
_MIDDLE = frozenset({"doc", "doc_a", "doc_b", "source", "figure", "figure_a", "figure_b", "figures", "section", "url"})
_AMOUNTS = frozenset(
    {"low", "high", "spread", "low_a", "high_a", "low_b", "high_b", "overlap_low", "overlap_high", "gap_fold"}
)
_ORDER = (
    "disagreements",
    "comparison_matrix",
    "comparison",
    "clusters",
    "claims",
    "references",
    "sources",
    "stances",
    "documents",
)


@dataclass(frozen=True, slots=True)
class _Formats:
    header: Format
    flagged: Format
    failed: Format
    whole: Format
    flagged_whole: Format
    note: Format


def write_workbook(frames: Mapping[str, pd.DataFrame], path: Path, *, max_rows: int = MAX_ROWS) -> None:
    """Write the workbook, the disagreements first.

    Memory does not grow with the rows: each is written to a file beside ``path`` at once.

    Args:
        max_rows: rows below the header that a sheet may hold; what does not fit is told in the last of them.

    Raises:
        OSError: it cannot be written.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            formats = _formats(book)
            for name in sorted(frames, key=_rank):
                _write_sheet(book.add_worksheet(name), name, frames[name], formats, max_rows)
    except XlsxWriterException as error:
        raise OSError(f"the workbook cannot be written: {error}") from error


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    flag, failure = {"bg_color": "#FDE7D9"}, {"bg_color": "#F8D7DA"}
    amount = {"num_format": "#,##0"}
    return _Formats(
        header=book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF2"}),
        flagged=book.add_format(flag),
        failed=book.add_format(failure),
        whole=book.add_format(amount),
        flagged_whole=book.add_format(flag | amount),
        note=book.add_format({"italic": True}),
    )


def _write_sheet(sheet: Worksheet, name: str, table: pd.DataFrame, formats: _Formats, max_rows: int) -> None:
    columns = list(table.columns)
    shown = table if len(table) <= max_rows else table.head(max_rows - 1)
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _width(column))
        sheet.write_string(0, index, column, formats.header)
    for number, values in enumerate(shown.itertuples(index=False, name=None), start=1):
        _write_row(sheet, number, dict(zip(columns, values, strict=True)), formats)
    if len(shown) < len(table):
        note = f"{len(table) - len(shown):,} more rows do not fit into a sheet; all of them are in {name}.csv"
        sheet.write_string(len(shown) + 1, 0, note, formats.note)
    sheet.autofilter(0, 0, len(shown), len(columns) - 1)


def _write_row(sheet: Worksheet, number: int, row: dict[str, Any], formats: _Formats) -> None:
    tint = _tint(row, formats)
    for index, (column, value) in enumerate(row.items()):
        if missing(value):
            if tint is not None:
                sheet.write_blank(number, index, None, tint)
        elif isinstance(value, str):
            sheet.write_string(number, index, _fitting(value), tint)
        elif isinstance(value, bool):
            sheet.write_boolean(number, index, value, tint)
        elif value in (float("inf"), float("-inf")):
            sheet.write_string(number, index, str(value), tint)
        else:
            sheet.write_number(number, index, value, _number_format(column, value, tint, formats))


def _tint(row: dict[str, Any], formats: _Formats) -> Format | None:
    if row.get("flag") is True:
        return formats.flagged
    return formats.failed if row.get("status") == "failed" else None


def _number_format(column: str, value: float, tint: Format | None, formats: _Formats) -> Format | None:
    """Thousands are grouped in whole amounts only: ``#,##0`` would round a fraction, and a year has no comma."""
    if column not in _AMOUNTS or not float(value).is_integer():
        return tint
    return formats.flagged_whole if tint is formats.flagged else formats.whole


def _fitting(text: str) -> str:
    """The text, cut with a note where a cell cannot hold it. Excel counts in UTF-16 units."""
    if len(text) * 2 <= MAX_CHARS or len(text.encode("utf-16-le")) // 2 <= MAX_CHARS:
        return text
    room = (MAX_CHARS - len(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _width(column: str) -> int:
    if column in _WIDE:
        return 60
    return 28 if column in _MIDDLE else max(11, len(column) + 3)
