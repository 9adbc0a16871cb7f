"""Tables for the terminal: what ``litclaims show`` prints. Nothing here prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from litclaims import tables
from litclaims.errors import InputError, TableError
from litclaims.report.cells import interval_text, missing, number_text, records, visible
from litclaims.report.write import csv_text

FORMATS = ("table", "csv", "json", "markdown")
"""The ways to show a table; all but the first are :func:`export`."""

FLAG, AGREES, OTHER = "✗", "✓", "–"
_AGREEING = frozenset({"agree", "contained", "overlap"})
_NOUNS = {"comparison": "position", "comparison_matrix": "subject", "disagreements": "verdict"}
_MAX_CELL = 300
_MAX_NAME = 28
_ROOMY = 70
_NAME_PARTS = re.compile(r"(?<=[/\\_\- ])")

Row = Mapping[str, Any]


def read_table(out: Path, name: str) -> pd.DataFrame:
    """A table that an earlier run wrote.

    Raises:
        InputError: there is no such table, no run in this folder, or its file is damaged; names the remedy.
    """
    if name not in tables.TABLES:
        raise InputError(f"no table {name!r}", remedy=f"choose one of {', '.join(tables.TABLES)}")
    path = out / f"{name}.parquet"
    if not path.is_file():
        raise InputError("no run there", source=out, remedy=f"run litclaims run … --out {out} first")
    try:
        return tables.validate(name, pd.read_parquet(path, engine="pyarrow"))
    except (OSError, pa.ArrowException, TableError) as error:
        remedy = f"run litclaims run … --out {out} again"
        raise InputError(f"cannot be read as table {name}: {error}", source=path, remedy=remedy) from error


def select(
    table: pd.DataFrame,
    name: str,
    *,
    flagged: bool = False,
    doc: str | None = None,
    measure: str | None = None,
    verdict: str | None = None,
) -> pd.DataFrame:
    """The rows that were asked for, the flagged first, else in the order of the table.

    Args:
        flagged: only flagged rows, and of verdicts those that repeat no other.
        doc: only rows of this document, on either side of a verdict.
        measure, verdict: only rows of this measure or verdict.

    Raises:
        InputError: the table has no such column.
    """
    if flagged:
        table = table[_column(table, name, "flag", "--flagged")]
        if "repeats" in table.columns:
            table = table[table["repeats"].isna()]
    if doc is not None:
        sides = [side for side in ("doc", "doc_a", "doc_b") if side in table.columns]
        table = table[(table[sides] == doc).any(axis=1)]
    for column, wanted in (("measure", measure), ("verdict", verdict)):
        if wanted is not None:
            table = table[_column(table, name, column, f"--{column}") == wanted]
    return table.sort_values("flag", ascending=False, kind="stable") if "flag" in table.columns else table


def _column(table: pd.DataFrame, name: str, column: str, option: str) -> pd.Series:
    if column not in table.columns:
        having = ", ".join(other for other in tables.TABLES if column in tables.columns(other))
        raise InputError(f"table {name} has no {column}", remedy=f"use {option} with {having}")
    return table[column]


def render(
    table: pd.DataFrame, name: str, *, width: int = 80, limit: int | None = None, flagged: bool = False, **filters: Any
) -> RenderableType:
    """A table for people, no line wider than ``width``.

    Args:
        table: as :func:`read_table` gives it.
        name: its name; decides the columns and the shape.
        width: of the terminal, in columns; columns give way before figures do.
        limit: rows shown; all without it.
        flagged, filters: as of :func:`select`.

    Returns:
        A rich renderable of plain texts: what documents say is never taken as markup.
    """
    rows = select(table, name, flagged=flagged, **filters)
    shown = records(rows.head(len(rows) if limit is None else limit))
    head = Text(_head(rows, name, len(shown)), style="bold")
    if not shown:
        return head
    body = _verdicts(shown, width) if name == "disagreements" else [_grid(shown, VIEWS[name], width)]
    return Group(head, Text(), *body)


def export(
    table: pd.DataFrame, name: str, *, format: str, limit: int | None = None, flagged: bool = False, **filters: Any
) -> str:
    """A table as ``csv`` or ``json`` (all columns, exact values) or ``markdown`` (the columns of the terminal view).

    Raises:
        InputError: no such format.
    """
    rows = select(table, name, flagged=flagged, **filters)
    rows = rows.head(len(rows) if limit is None else limit)
    if format == "csv":
        return csv_text(rows)
    if format == "json":
        return json.dumps(records(rows), ensure_ascii=False, indent=2) + "\n"
    if format == "markdown":
        return _markdown(records(rows), VIEWS[name])
    raise InputError(f"no format {format!r}", remedy=f"choose one of {', '.join(FORMATS)}")


def _head(rows: pd.DataFrame, name: str, shown: int) -> str:
    """``27 verdicts, 9 flagged; showing the flagged first``."""
    noun = _NOUNS.get(name, name.removesuffix("s"))
    told = [f"{len(rows):,} {noun}" if len(rows) == 1 else f"{len(rows):,} {noun}s"]
    marked = int(rows["flag"].sum()) if "flag" in rows.columns else 0
    if "flag" in rows.columns:
        told.append(f", {marked:,} flagged")
    if shown < len(rows):
        told.append(f"; showing the first {shown:,}" + (", the flagged first" if marked else ""))
    elif 0 < marked < len(rows):
        told.append("; showing the flagged first")
    return "".join(told)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the terminal view.

    Attributes:
        share: of the width that is left; 0 for a column as wide as its cells.
        floor: columns it keeps when the width is short, so that a figure is not broken.
        name: True for file names, which are broken after a separator.
    """

    header: str
    cell: Callable[[Row], str]
    share: int = 0
    floor: int = 0
    name: bool = False


def _plain_cell(name: str) -> Callable[[Row], str]:
    return lambda row: _said(row[name])


def _said(value: Any, default: str = "") -> str:
    """A cell as harmless text on one line; a long one is cut between words, with dots."""
    if missing(value):
        return default
    if isinstance(value, float):
        return number_text(value)
    text = visible(str(value))
    return text if len(text) <= _MAX_CELL else text[:_MAX_CELL].rsplit(" ", 1)[0] + " …"


def _words(*names: str) -> Callable[[Row], str]:
    """Several cells as one, those that are said, with a comma."""
    return lambda row: ", ".join(filter(None, (_said(row[name]).replace("_", " ") for name in names)))


def _figure(row: Row) -> str:
    return visible(row["figure"])


def _amount(row: Row) -> str:
    return interval_text(row["low"], row["high"], row["unit"], row.get("bound"))


def _amount_per(row: Row) -> str:
    return _amount(row) + _per(row["basis"], row["unit"])


def _per(basis: str | None, unit: str) -> str:
    if basis is None or visible(unit).endswith(f"/{basis}"):
        return ""
    return " in total" if basis == "total" else f" per {_said(basis)}"


def _reason(row: Row) -> str:
    return visible(row["reason"])


def _mark(row: Row) -> str:
    return FLAG if row["flag"] else ""


def _against(row: Row) -> str:
    return f"{row['n_disagree']:,} / {row['n_agree']:,}"


def _verdict_mark(row: Row) -> str:
    if row["flag"]:
        return FLAG
    return AGREES if row["verdict"] in _AGREEING else OTHER


def _author_year(row: Row) -> str:
    return " ".join(filter(None, (_said(row["first_author"]), _said(row["year"]))))


def _work(row: Row) -> str:
    told = ". ".join(filter(None, (_said(row["title"]), _said(row["journal"]))))
    return told or _said(row["raw"])


def _identifier(row: Row) -> str:
    if not missing(row["doi"]):
        return f"doi:{visible(row['doi'])}"
    return f"PMID {visible(row['pmid'])}" if not missing(row["pmid"]) else _said(row["url"])


VIEWS: dict[str, tuple[_Column, ...]] = {
    "claims": (
        _Column("Document", _plain_cell("doc"), name=True),
        _Column("As written", _figure, share=4, floor=16),
        _Column("Means", _amount_per, share=4, floor=16),
        _Column("Measure", _words("measure")),
        _Column("Route, site, condition", _words("route", "target", "condition"), share=4),
    ),
    "comparison": (
        _Column("", _mark),
        _Column("Measure", _words("measure")),
        _Column("Value", _amount_per, share=4, floor=18),
        _Column("Route, site, condition", _words("route", "target", "condition"), share=4),
        _Column("Document", _plain_cell("doc"), name=True),
        _Column("✗ / ✓", _against),
    ),
    "comparison_matrix": (
        _Column("", _mark),
        _Column("Measure", _words("measure")),
        _Column("Route, site", _words("route", "target", "species"), share=2),
        _Column("Documents", _plain_cell("n_documents")),
        _Column("Value", _amount, share=2, floor=18),
        _Column("Why flagged", _plain_cell("why"), share=4),
    ),
    "clusters": (
        _Column("Measure", _words("measure")),
        _Column("Value", _amount, share=3, floor=18),
        _Column("Route, site, condition", _words("route", "basis", "target", "condition"), share=3),
        _Column("Documents", _plain_cell("n_documents")),
        _Column("Named", _plain_cell("docs"), share=4),
    ),
    "disagreements": (
        _Column("", _verdict_mark),
        _Column("Verdict", _words("verdict", "grade", "measure"), share=2),
        _Column("Document A", _plain_cell("doc_a"), share=2),
        _Column("Figure A", lambda row: _said_figure(row, "a"), share=3),
        _Column("Document B", _plain_cell("doc_b"), share=2),
        _Column("Figure B", lambda row: _said_figure(row, "b"), share=3),
        _Column("Reason", _reason, share=4),
    ),
    "references": (
        _Column("Document", _plain_cell("doc"), name=True),
        _Column("No.", _plain_cell("marker")),
        _Column("Author, year", _author_year, share=2),
        _Column("Title", _work, share=5),
        _Column("Identifier", _identifier, share=3),
    ),
    "sources": (
        _Column("Cited by", _plain_cell("n_cited_by")),
        _Column("Author, year", _author_year, share=2),
        _Column("Title", lambda row: _said(row["title"]) or _said(row["journal"]), share=5),
        _Column("Identifier", _plain_cell("source_id"), share=3),
        _Column("Is document", _plain_cell("doc"), share=2),
    ),
    "stances": (
        _Column("Document", _plain_cell("doc"), name=True),
        _Column("Treatment", _plain_cell("intervention"), share=2),
        _Column("Condition", _plain_cell("condition"), share=2),
        _Column("Stance", _plain_cell("stance")),
        _Column("Sentence", _plain_cell("sentence"), share=4),
    ),
    "documents": (
        _Column("Document", _plain_cell("doc"), name=True),
        _Column("Status", _plain_cell("status")),
        _Column("Claims", _plain_cell("n_claims")),
        _Column("Title or reason", lambda row: _said(row["reason"]) or _said(row["title"]), share=5),
    ),
}
"""The few columns of each table that matter at 80 columns."""


def _grid(rows: list[dict[str, Any]], view: tuple[_Column, ...], width: int) -> Table:
    """The rows as a rich table. Cells wrap between words; only a word longer than its column is folded."""
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline", width=width)
    columns = [[column.cell(row) for row in rows] for column in view]
    for index, column in enumerate(view):
        room = _name_width(columns[index], width) if column.name else None
        if room is not None:
            columns[index] = [_broken(cell, room) for cell in columns[index]]
        floor = column.floor if column.floor and width >= _ROOMY else None
        grid.add_column(column.header, overflow="fold", ratio=column.share or None, min_width=floor, width=room)
    for row, cells in zip(rows, zip(*columns, strict=True), strict=True):
        grid.add_row(*map(Text, cells), style=_style(row))
    return grid


def _style(row: Row) -> str | None:
    return "red" if row.get("flag") is True or row.get("status") == "failed" else None


def _name_width(names: list[str], width: int) -> int:
    """Columns for file names: what the longest needs, at most a quarter of the width."""
    most = max(8, min(_MAX_NAME, width // 4))
    return min(most, max(8, *map(cell_len, names)))


def _broken(name: str, width: int) -> str:
    """A file name in lines, broken after ``/``, ``-`` or ``_`` where it is longer than the width."""
    lines = [""]
    for part in _NAME_PARTS.split(name):
        if lines[-1] and cell_len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _verdicts(rows: list[dict[str, Any]], width: int) -> list[RenderableType]:
    names = [_said(row[side]) for row in rows for side in ("doc_a", "doc_b")]
    room = _name_width(names, width + width // 4)
    blocks: list[RenderableType] = []
    for row in rows:
        reason = Padding(Text(_reason(row)), (0, 0, 0, 2))
        blocks += [_verdict_title(row), _verdict_sides(row, room), reason, Text()]
    return blocks[:-1]


def _verdict_title(row: Row) -> Text:
    mark = _verdict_mark(row)
    told = " · ".join(_said(row[name]) for name in ("verdict", "grade", "measure")) + f" · {row['level']} level"
    return Text(f"{mark} {told}", style="bold red" if mark == FLAG else "bold")


def _verdict_sides(row: Row, room: int) -> Padding:
    """Document, figure and setting of both sides, in columns that stand alike in every block."""
    sides = Table.grid(padding=(0, 2, 0, 0), expand=True)
    sides.add_column(overflow="fold", width=room)
    sides.add_column(overflow="fold", ratio=5)
    sides.add_column(overflow="fold", ratio=3)
    for side in ("a", "b"):
        name = _broken(_said(row[f"doc_{side}"]), room)
        sides.add_row(Text(name), Text(_said_figure(row, side)), Text(_setting(row, side)))
    return Padding(sides, (0, 0, 0, 2))


def _said_figure(row: Row, side: str) -> str:
    """The figure as written and, where it reads otherwise, what it means: ``40–200M = 40–200 million cells``."""
    written = visible(row[f"figure_{side}"])
    meant = interval_text(row[f"low_{side}"], row[f"high_{side}"], row["unit"], row[f"bound_{side}"])
    return meant if meant.startswith(written) else f"{written} = {meant}"


def _setting(row: Row, side: str) -> str:
    route, basis = row[f"route_{side}"], row[f"basis_{side}"]
    told = _said(route, "route not stated")
    return told if basis is None else f"{told},{_per(basis, '')}"


def _markdown(rows: list[dict[str, Any]], view: tuple[_Column, ...]) -> str:
    lines = [[column.header for column in view], ["---"] * len(view)]
    lines += [[_markdown_cell(column.cell(row)) for column in view] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _markdown_cell(text: str) -> str:
    """The text as Markdown that shows it as it is: no markup, no new cell, no HTML."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]|#~" else char for char in text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
