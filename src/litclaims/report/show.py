"""Tables for the terminal: what ``litclaims show`` prints. Nothing here prints."""

from __future__ import annotations

import json
import re
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
from litclaims.report.cells import records, visible
from litclaims.report.select import Page, page, select
from litclaims.report.views import FLAG, Column, Row, per, reason_cell, said, said_figure, verdict_mark, view_of
from litclaims.report.write import csv_text

FORMATS = ("table", "csv", "json", "markdown")
"""The ways to show a table; all but the first are :func:`export`."""

_NOUNS = {"comparison": "position", "comparison_matrix": "subject", "disagreements": "verdict"}
_MAX_NAME = 28
_MAX_WORD = 16
_GAP = 2
_NARROWEST = 8
_ROOMY = 70
_NAME_PARTS = re.compile(r"(?<=[/\\_\- ])")


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


def render(
    table: pd.DataFrame, name: str, *, width: int = 80, limit: int | None = None, number: int = 1, **asked: Any
) -> RenderableType:
    """A table for people, no line wider than ``width``.

    Args:
        table: as :func:`read_table` gives it.
        name: its name; decides the columns and the shape.
        width: of the terminal, in columns; columns give way before figures do.
        limit: rows of a page; all without it.
        number: of the page, counted from 1.
        asked: which rows and in which order, see :func:`litclaims.report.select.select`.

    Returns:
        A rich renderable of plain texts: what documents say is never taken as markup.

    Raises:
        InputError: there are no such rows to ask for, or no such page.
    """
    rows = select(table, name, **asked)
    part = page(rows, number=number, size=limit)
    shown = records(part.rows)
    head = Text(_head(rows, name, part, sort=asked.get("sort")), style="bold")
    if not shown:
        return head
    body = _verdicts(shown, width) if name == "disagreements" else [_grid(shown, view_of(name, [*rows]), width)]
    foot = [Text(), Text(part.told, style="bold")] if part.told else []
    return Group(head, Text(), *body, *foot)


def export(
    table: pd.DataFrame, name: str, *, format: str, limit: int | None = None, number: int = 1, **asked: Any
) -> str:
    """A table as ``csv`` or ``json`` (all columns, exact values) or ``markdown`` (the columns of the terminal view).

    Args:
        limit, number, asked: as for :func:`render`.

    Raises:
        InputError: no such format, rows or page.
    """
    rows = page(select(table, name, **asked), number=number, size=limit).rows
    if format == "csv":
        return csv_text(rows)
    if format == "json":
        return json.dumps(records(rows), ensure_ascii=False, indent=2) + "\n"
    if format == "markdown":
        return _markdown(records(rows), view_of(name, [*rows]))
    raise InputError(f"no format {format!r}", remedy=f"choose one of {', '.join(FORMATS)}")


def _head(rows: pd.DataFrame, name: str, part: Page, *, sort: str | None) -> str:
    """``27 verdicts, 9 flagged; showing the flagged first``."""
    noun = _NOUNS.get(name, name.removesuffix("s"))
    told = [f"{len(rows):,} {noun}" if len(rows) == 1 else f"{len(rows):,} {noun}s"]
    if "flag" in rows.columns:
        told.append(f", {int(rows['flag'].sum()):,} flagged")
        if 0 < rows["flag"].sum() < len(rows) and not sort and part.number == 1:
            told.append("; showing the flagged first")
    return "".join(told)


def _grid(rows: list[dict[str, Any]], view: tuple[Column, ...], width: int) -> Table:
    """The rows as a rich table. Cells wrap between words; only a word longer than its column is folded."""
    grid = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold underline", width=width)
    columns = [[column.cell(row) for row in rows] for column in view]
    for index, column in enumerate(view):
        if column.name:
            columns[index] = [_broken(cell, _name_width(columns[index], width)) for cell in columns[index]]
    widths = _widths(columns, view, width) if width >= _ROOMY else None
    for index, column in enumerate(view):
        room = widths[index] if widths else (_name_width(columns[index], width) if column.name else None)
        ratio = None if widths else column.share or None
        grid.add_column(column.header, overflow="fold", ratio=ratio, width=room)
    for row, cells in zip(rows, zip(*columns, strict=True), strict=True):
        grid.add_row(*map(Text, cells), style=_style(row))
    return grid


def _widths(columns: list[list[str]], view: tuple[Column, ...], width: int) -> list[int] | None:
    """The width of each column: words stay whole if they can, what is left over goes to the columns by their shares.

    None where there is no room for all of them.
    """
    wanted = [
        max(cell_len(line) for cell in (*cells, column.header) for line in (cell.splitlines() or [""]))
        for cells, column in zip(columns, view, strict=True)
    ]
    least = [
        most if column.name or not column.share else min(most, max(column.floor, _longest_word(cells, column)))
        for cells, column, most in zip(columns, view, wanted, strict=True)
    ]
    rest = width - sum(least) - _GAP * len(view)
    while rest < 0:
        shared = [index for index, column in enumerate(view) if column.share and least[index] > _NARROWEST]
        if not shared:
            return None
        widest = max(shared, key=lambda index: least[index])
        least[widest], rest = least[widest] - 1, rest + 1
    found = list(least)
    while rest and (growing := [i for i, column in enumerate(view) if column.share and found[i] < wanted[i]]):
        slowest = min(growing, key=lambda index: (found[index] - least[index]) / view[index].share)
        found[slowest], rest = found[slowest] + 1, rest - 1
    return found


def _longest_word(cells: list[str], column: Column) -> int:
    """Columns that the longest word needs, up to :data:`_MAX_WORD`."""
    return min(_MAX_WORD, max(map(cell_len, " ".join([*cells, column.header]).split()), default=0))


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
    names = [said(row[side]) for row in rows for side in ("doc_a", "doc_b")]
    room = _name_width(names, width + width // 4)
    blocks: list[RenderableType] = []
    for row in rows:
        reason = Padding(Text(reason_cell(row)), (0, 0, 0, 2))
        blocks += [_verdict_title(row), _verdict_sides(row, room), reason, Text()]
    return blocks[:-1]


def _verdict_title(row: Row) -> Text:
    mark = verdict_mark(row)
    told = " · ".join(said(row[name]) for name in ("verdict", "grade", "measure")) + f" · {row['level']} level"
    told += f" · {visible(row['pair_id'])}"
    return Text(f"{mark} {told}", style="bold red" if mark == FLAG else "bold")


def _verdict_sides(row: Row, room: int) -> Padding:
    """Document, figure and setting of both sides, in columns that stand alike in every block."""
    sides = Table.grid(padding=(0, 2, 0, 0), expand=True)
    sides.add_column(overflow="fold", width=room)
    sides.add_column(overflow="fold", ratio=5)
    sides.add_column(overflow="fold", ratio=3)
    for side in ("a", "b"):
        name = _broken(said(row[f"doc_{side}"]), room)
        sides.add_row(Text(name), Text(said_figure(row, side)), Text(_setting(row, side)))
    return Padding(sides, (0, 0, 0, 2))


def _setting(row: Row, side: str) -> str:
    route, basis = row[f"route_{side}"], row[f"basis_{side}"]
    told = said(route, "route not stated")
    return told if basis is None else f"{told},{per(basis, '')}"


def _markdown(rows: list[dict[str, Any]], view: tuple[Column, ...]) -> str:
    lines = [[column.header for column in view], ["---"] * len(view)]
    lines += [[_markdown_cell(column.cell(row)) for column in view] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _markdown_cell(text: str) -> str:
    """The text as Markdown that shows it as it is: no markup, no new cell, no HTML."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]|#~" else char for char in text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
