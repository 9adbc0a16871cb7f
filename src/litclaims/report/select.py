"""Rows of a table by what they say: filters, free text, order and pages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from litclaims import tables
from litclaims.errors import InputError
from litclaims.model import DOCUMENT_STATUSES, GRADES, MEASURES, STATES, STATUSES, VERDICTS
from litclaims.report.cells import collapse

PAGE_ROWS = 40
"""Rows of a page on the terminal, where nothing else is asked."""

NOT_STATED = "none"
"""Asks for the rows in which a text leaves something unsaid."""

FILTERS = (
    *("doc", "measure", "route", "condition", "cell_type", "basis", "target", "species"),
    *("status", "verdict", "grade", "state"),
)
"""What rows can be chosen by: each a column, or one for each side of a verdict (``route_a``, ``route_b``)."""

_MOST_NAMED = 12

_WORDS: Mapping[str, Sequence[str]] = {
    "measure": (*MEASURES, tables.STANCE),
    "verdict": VERDICTS,
    "grade": GRADES,
    "state": STATES,
    "status": (*STATUSES, *DOCUMENT_STATUSES),
}
"""Values that are asked for rightly even where a table has none."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the rows of a table.

    Attributes:
        rows: the rows of this page.
        first: number of its first row, counted from 1; 0 if there is none.
        total: rows in all.
        number, pages: of this page, counted from 1, and how many there are.
    """

    rows: pd.DataFrame
    first: int
    total: int
    number: int
    pages: int

    @property
    def told(self) -> str:
        """``rows 1–40 of 312; --page 2 shows more``; empty where all rows are on the page."""
        if len(self.rows) == self.total:
            return ""
        last = self.first + len(self.rows) - 1
        more = f"; --page {self.number + 1} shows more" if self.number < self.pages else ""
        stretch = f"row {self.first:,}" if last == self.first else f"rows {self.first:,}–{last:,}"
        return f"{stretch} of {self.total:,}{more}"


def select(
    table: pd.DataFrame,
    name: str,
    *,
    flagged: bool = False,
    where: str | None = None,
    sort: str | None = None,
    **filters: str | Iterable[str] | None,
) -> pd.DataFrame:
    """The rows that were asked for, the flagged first, else in the order of the table.

    Args:
        flagged: only flagged rows, and of verdicts those that repeat no other.
        where: only rows that hold each of these words, in any column, whatever their case.
        sort: columns with commas between them, ``-`` before one for the other way round: ``-severity,doc_a``. Missing
            values come last.
        filters: by the names in :data:`FILTERS`, a value or several of which one must hold; case does not matter.
            :data:`NOT_STATED` asks for rows that do not say. Of a verdict either side may hold it.

    Raises:
        InputError: the table has no such column, or none of its rows such a value; names those there are.
    """
    if flagged:
        table = table[_column(table, name, "flag", "flagged")]
        if "repeats" in table.columns:
            table = table[table["repeats"].isna()]
    chosen = table
    for option, wanted in filters.items():
        values = [wanted] if isinstance(wanted, str) else list(wanted or ())
        if values:
            held = _sides(table, name, option)
            chosen = chosen[_any_holds(held.loc[chosen.index], held, option, values, name)]
    if where:
        chosen = chosen[_mentions(chosen, where)]
    return _sorted(chosen, name, sort)


def page(rows: pd.DataFrame, *, number: int = 1, size: int | None = None) -> Page:
    """A page of rows.

    Args:
        number: counted from 1.
        size: rows of a page, all of them if None or 0.

    Raises:
        InputError: there is no such page.
    """
    size = size or max(1, len(rows))
    pages = max(1, -(-len(rows) // size))
    if not 1 <= number <= pages:
        raise InputError(f"no page {number}", remedy=f"there {'is' if pages == 1 else 'are'} {pages:,}, from --page 1")
    start = (number - 1) * size
    shown = rows.iloc[start : start + size]
    return Page(shown, start + 1 if len(shown) else 0, len(rows), number, pages)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _column(table: pd.DataFrame, name: str, column: str, option: str) -> pd.Series:
    if column not in table.columns:
        raise _lacking(name, column, option)
    return table[column]


def _lacking(name: str, column: str, option: str) -> InputError:
    having = [each for each in tables.TABLES if {column, f"{column}_a"} & set(tables.columns(each))]
    return InputError(f"table {name} has no {column}", remedy=f"use {_option(option)} with {', '.join(having)}")


def _sides(table: pd.DataFrame, name: str, option: str) -> pd.DataFrame:
    """The columns that hold what a filter asks for: one, or one for each side."""
    if option not in FILTERS:
        raise InputError(f"no filter {option!r}", remedy=f"choose one of {', '.join(FILTERS)}")
    found = [each for each in (option, f"{option}_a", f"{option}_b") if each in table.columns]
    if not found:
        raise _lacking(name, option, option)
    return table[found]


def _any_holds(
    cells: pd.DataFrame, known: pd.DataFrame, option: str, values: Sequence[str], name: str
) -> pd.Series | Sequence[bool]:
    """True for each row of which a cell holds one of the values."""
    wanted = {collapse(value).casefold() for value in values}
    stated = wanted - {NOT_STATED}
    _check(stated, known, option, name)
    held = cells.apply(lambda column: column.map(lambda cell: _holds(cell, option, stated)))
    found = held.any(axis=1)
    return found | cells.isna().any(axis=1) if NOT_STATED in wanted else found


def _holds(cell: Any, option: str, wanted: set[str]) -> bool:
    return any(value.casefold() in wanted for value in _values(cell, option))


def _values(cell: Any, option: str) -> list[str]:
    """The values of one cell; a document's name is one, whatever it holds."""
    if pd.isna(cell):
        return []
    return [str(cell)] if option == "doc" else str(cell).split(tables.SEPARATOR)


def _check(wanted: set[str], known: pd.DataFrame, option: str, name: str) -> None:
    """Raise where a value is none that the table could hold: a typing error must not look like an empty result."""
    cells = pd.unique(known.astype(object).to_numpy().ravel())
    there = sorted({value for cell in cells for value in _values(cell, option)} - {""})
    strange = wanted - {value.casefold() for value in (*there, *_WORDS.get(option, ()))}
    if not strange or not there:
        return
    value = min(strange)
    raise InputError(f"table {name} has no {option} {value!r}", remedy=f"it has {_named(value, there)}")


def _named(value: str, there: Sequence[str]) -> str:
    """The values there are, those that are written alike first; not more than a line or two of them."""
    spelt = {one.casefold(): one for one in there}
    alike = [spelt[one] for one in difflib.get_close_matches(value, spelt, n=3)]
    alike += [one for one in there if value in one.casefold() and one not in alike]
    shown = [*alike, *(one for one in there if one not in alike)][:_MOST_NAMED]
    rest = len(there) - len(shown)
    return ", ".join(shown) + (f" and {rest:,} more" if rest else "")


def _mentions(table: pd.DataFrame, text: str) -> Sequence[bool]:
    words = text.casefold().split()
    told = (" ".join(str(cell) for cell in row if not pd.isna(cell)) for row in _rows(table))
    return [all(word in line for word in words) for line in map(str.casefold, told)]


def _rows(table: pd.DataFrame) -> Iterable[tuple]:
    return table.astype(object).itertuples(index=False, name=None)


def _sorted(table: pd.DataFrame, name: str, sort: str | None) -> pd.DataFrame:
    if not sort:
        return table.sort_values("flag", ascending=False, kind="stable") if "flag" in table.columns else table
    asked = [each.strip() for each in sort.split(",") if each.strip()]
    columns = [each.removeprefix("-") for each in asked]
    for column in columns:
        if column not in table.columns:
            told = _named(column.casefold(), [str(each) for each in table.columns])
            raise InputError(f"table {name} has no column {column!r} to sort by", remedy=f"it has {told}")
    ascending = [not each.startswith("-") for each in asked]
    return table.sort_values(columns, ascending=ascending, kind="stable", na_position="last")
