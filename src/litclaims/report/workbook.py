"""``litclaims.xlsx``: a sheet a table.

Text is always text, never a formula. A cell that names a row of another sheet leads there. Large amounts are shown in
millions and billions and keep their exact values. Flagged rows and those of documents that could not be read have a
colour, which moves with them when the sheet is sorted.
"""

from __future__ import annotations

import functools
import math
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from litclaims import tables
from litclaims.report.cells import exact

MAX_ROWS = 1_048_575
"""Rows below the header that a sheet can hold (Excel specifications and limits: 1,048,576 rows in all)."""

MAX_CHARS = 32_767
"""Characters that a cell can hold (Excel specifications and limits)."""

MAX_LINKS = 65_530
"""Links that a sheet can hold (Excel specifications and limits)."""

_CUT = " … (cut here; the whole text is in the CSV file)"
_WIDE = frozenset({"sentence", "sentence_a", "sentence_b", "reason", "raw", "title"})
_MIDDLE = frozenset({"doc", "doc_a", "doc_b", "source", "figure", "figure_a", "figure_b", "figures", "section", "url"})
_AMOUNTS = frozenset(
    {"low", "high", "spread", "low_a", "high_a", "low_b", "high_b", "overlap_low", "overlap_high", "gap_fold"}
    | {"envelope_low", "envelope_high", "consensus_low", "consensus_high"}
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
    "changes",
)


_LINKS: Mapping[str, tuple[str, str]] = {
    "doc": ("documents", "doc"),
    "doc_a": ("documents", "doc"),
    "doc_b": ("documents", "doc"),
    "duplicate_of": ("documents", "doc"),
    "claim_ids": ("claims", "claim_id"),
    "claim_ids_a": ("claims", "claim_id"),
    "claim_ids_b": ("claims", "claim_id"),
    "cluster_id": ("clusters", "cluster_id"),
    "source_id": ("sources", "source_id"),
    "repeats": ("disagreements", "pair_id"),
}
"""The cells that name a row of another sheet, by column: that sheet, and the column that holds the name there."""

_TINTS = {"flagged": "#FDE7D9", "failed": "#F8D7DA"}
_SCORES = frozenset({"severity", "confidence", "overlap_share"})
_SCALES = ((Decimal("1e9"), ',,," billion"'), (Decimal("1e6"), ',," million"'))
_MOST_DIGITS = 4
_TRUTH = '"TRUE";;"FALSE"'  # Excel shows a truth value as a word in any format, LibreOffice a formatted one as 1
_UNWRITABLE = re.compile("[\ufffe\uffff]")
_TO_ESCAPE = re.compile(r"[\x00-\x1f&<>]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
"""What cannot stand as it is in the XML of a cell."""

ROWS_AT_ONCE = 2_000
"""Rows that are taken out of a table together."""


@dataclass(frozen=True, slots=True)
class _Formats:
    """The cell formats of a book, each made once."""

    book: xlsxwriter.Workbook
    made: dict[tuple[str | None, str | None, bool], Format] = field(default_factory=dict)

    def get(self, tint: str | None = None, number: str | None = None, *, link: bool = False) -> Format | None:
        """The format of a cell in a row of a tint; None for a plain one."""
        key = (tint, number, link)
        if key == (None, None, False):
            return None
        if key not in self.made:
            given = {"bg_color": _TINTS[tint]} if tint else {}
            given |= {"num_format": number} if number else {}
            given |= {"font_color": "#0B5394", "underline": 1} if link else {}
            self.made[key] = self.book.add_format(given)
        return self.made[key]


@dataclass(slots=True)
class _Links:
    """Where the names in the cells of a sheet lead, until the sheet can hold no more links."""

    rows: Mapping[tuple[str, str], Mapping[str, int]]
    most: int = MAX_LINKS
    made: int = 0

    def to(self, column: str, value: str, sheet: str) -> str | None:
        """The address of the row that a cell names (the first, if it names several); None if it leads nowhere."""
        target = _LINKS.get(column)
        if target is None or (sheet == target[0] and column == target[1]):
            return None
        found = self._row(target, value) or (self._row(_STANCES, value) if target == _CLAIMS else None)
        if found is None or self.made >= self.most:
            return None
        self.made += 1
        return found

    def _row(self, target: tuple[str, str], value: str) -> str | None:
        rows = self.rows.get(target, {})
        row = rows.get(value) or rows.get(value.split(tables.SEPARATOR, 1)[0])
        return None if row is None else f"'{target[0]}'!A{row}"


_CLAIMS, _STANCES = ("claims", "claim_id"), ("stances", "stance_id")


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
    rows = {
        (name, key): {value: row for row, value in enumerate(frames[name][key].head(max_rows), start=2)}
        for name, key in {*_LINKS.values(), _STANCES}
        if name in frames
    }
    try:
        with ExitStack() as stack, xlsxwriter.Workbook(str(path), options) as book:
            formats = _Formats(book)
            for name in sorted(frames, key=_rank):
                sheet = book.add_worksheet(name, _Sheet)
                sheet.links = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", dir=path.parent))
                _write_sheet(sheet, name, frames[name], formats, _Links(rows), max_rows)
    except XlsxWriterException as error:
        raise OSError(f"the workbook cannot be written: {error}") from error


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


class _Sheet(Worksheet):
    """A sheet whose rows are written as XML at once: a call a cell, as xlsxwriter has it, takes five times as long.

    Like xlsxwriter's own in constant memory it keeps no row; texts stand within the cells.
    """

    links: IO[str]

    def write_row_of(self, number: int, cells: Sequence[str]) -> None:
        """Write a row of cells as :func:`_cell` makes them, below all that was written before."""
        self.fh.write(f'<row r="{number + 1}">{"".join(cells)}</row>')

    def text_in_xml(self, text: str) -> str:
        """A text as the element of a cell."""
        if _TO_ESCAPE.search(text) is None:
            return f"<t>{text}</t>"
        kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
        return f"<t{kept}>{self._escape_data(self._escape_control_characters(text))}</t>"

    def link(self, place: str, address: str, text: str) -> None:
        """Let a cell lead to another; the text is that of the cell."""
        said = [self._escape_attributes(value) for value in (address, text)]
        self.links.write(f'<hyperlink ref="{place}" location="{said[0]}" display="{said[1]}"/>')

    def _write_hyperlinks(self) -> None:
        """The links, which stand below the rows: as xlsxwriter has them, but not held until then."""
        if not self.links.tell():
            return
        self.links.seek(0)
        self._xml_start_tag("hyperlinks")
        shutil.copyfileobj(self.links, self.fh)
        self._xml_end_tag("hyperlinks")

    def begin_rows(self, last: int, columns: int) -> None:
        """Write out the header, and say how far the rows will reach."""
        self._write_single_row(1)
        self._check_dimensions(last, columns - 1)


def _write_sheet(
    sheet: _Sheet, name: str, table: pd.DataFrame, formats: _Formats, links: _Links, max_rows: int
) -> None:
    columns = list(table.columns)
    shown = table if len(table) <= max_rows else table.head(max_rows - 1)
    header = formats.book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF2"})
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _width(column))
        sheet.write_string(0, index, _fitting(column), header)
    sheet.begin_rows(len(shown), len(columns))
    cells = _Cells(sheet, formats, links, tuple(columns), tuple(map(xl_col_to_name, range(len(columns)))))
    for number, values in enumerate(_rows(shown), start=1):
        cells.write(number, values)
    for row, note in enumerate(_notes(name, len(table), len(shown), links), start=len(shown) + 1):
        if row <= max_rows:
            sheet.write_string(row, 0, note, formats.book.add_format({"italic": True}))
    sheet.autofilter(0, 0, len(shown), len(columns) - 1)


def _rows(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, missing values as None, some at a time: as objects they take much memory."""
    for start in range(0, len(table), ROWS_AT_ONCE):
        part = table.iloc[start : start + ROWS_AT_ONCE]
        yield from zip(*(_cells_of(part.iloc[:, index]) for index in range(len(table.columns))), strict=True)


def _cells_of(values: pd.Series) -> list[Any]:
    found = values.astype(object).tolist()
    if not values.hasnans:
        return found
    return [None if gone else value for value, gone in zip(found, values.isna().tolist(), strict=True)]


def _notes(name: str, rows: int, shown: int, links: _Links) -> Iterator[str]:
    """What a sheet tells below its rows."""
    if shown < rows:
        yield f"{rows - shown:,} more rows do not fit into a sheet; all of them are in {name}.csv"
    if links.made >= links.most:
        yield f"A sheet holds no more than {links.most:,} links: the cells further down name their rows without one"


@dataclass(frozen=True, slots=True)
class _Cells:
    """A sheet with what its cells need."""

    sheet: _Sheet
    formats: _Formats
    links: _Links
    columns: tuple[str, ...]
    letters: tuple[str, ...]

    def write(self, number: int, values: Sequence[Any]) -> None:
        """Write a row; a missing value is a blank cell, and text is text."""
        row = dict(zip(self.columns, values, strict=True))
        tint = _tint(row)
        made = []
        for index, (column, value) in enumerate(row.items()):
            place = f'r="{self.letters[index]}{number + 1}"'
            if value is None:
                if tint is not None:
                    made.append(f"<c {place}{self._style(tint)}/>")
            elif isinstance(value, str):
                made.append(self._text(number, index, column, value, tint, place))
            elif isinstance(value, bool):
                made.append(f'<c {place}{self._style(tint, _TRUTH)} t="b"><v>{value:d}</v></c>')
            elif math.isfinite(value):
                shape = self._style(tint, _number_format(column, value))
                made.append(f"<c {place}{shape}><v>{value:.16G}</v></c>")
            else:
                made.append(self._in_cell(place, self._style(tint), str(value)))
        self.sheet.write_row_of(number, made)

    def _style(self, tint: str | None, number: str | None = None, *, link: bool = False) -> str:
        """The attribute that names the format of a cell."""
        found = self.formats.get(tint, number, link=link)
        return "" if found is None else f' s="{found._get_xf_index()}"'

    def _text(self, number: int, index: int, column: str, value: str, tint: str | None, place: str) -> str:
        text = _fitting(value)
        address = self.links.to(column, value, self.sheet.name) if column in _LINKS else None
        if address is not None:
            self.sheet.link(f"{self.letters[index]}{number + 1}", address, text)
        return self._in_cell(place, self._style(tint, link=address is not None), text)

    def _in_cell(self, place: str, style: str, text: str) -> str:
        return f'<c {place}{style} t="inlineStr"><is>{self.sheet.text_in_xml(text)}</is></c>'


def _tint(row: Mapping[str, Any]) -> str | None:
    if row.get("flag") is True:
        return "flagged"
    return "failed" if row.get("status") == "failed" else None


@functools.lru_cache(maxsize=10_000)  # the same amounts come again and again
def _number_format(column: str, value: float) -> str | None:
    """How a number is shown: whole amounts in thousands, millions or billions; no comma in a year."""
    if column in _SCORES:
        return "0.00"
    number = exact(float(value))
    if column not in _AMOUNTS or number is None:
        return None
    return _in_words(number) or ("#,##0" if number == number.to_integral_value() else None)


def _in_words(number: Decimal) -> str | None:
    """A format that shows a large number exactly as ``2.5 million``; None where that takes too many digits."""
    for scale, words in _SCALES:
        scaled = (number / scale).normalize()
        digits = max(0, -scaled.as_tuple().exponent)
        if abs(number) >= scale and digits <= _MOST_DIGITS:
            return f"#,##0{'.' + '0' * digits if digits else ''}{words}"
    return None


def _fitting(text: str) -> str:
    """The text, cut with a note where a cell cannot hold it. Excel counts in UTF-16 units."""
    text = text if text.isascii() else _UNWRITABLE.sub("\ufffd", text)
    if len(text) * 2 <= MAX_CHARS or len(text.encode("utf-16-le")) // 2 <= MAX_CHARS:
        return text
    room = (MAX_CHARS - len(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _width(column: str) -> int:
    if column in _WIDE:
        return 60
    if column in _MIDDLE:
        return 28
    return max(20 if column.endswith(("_id", "_ids", "_ids_a", "_ids_b")) else 11, len(column) + 3)
