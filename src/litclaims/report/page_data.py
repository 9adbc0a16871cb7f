"""What the page holds: the tables of the run column by column, small enough to be sent and quick to search.

Every text stands once in one list, columns hold its place there (-1 where missing). A column has a kind ``k``: ``s``
for places of texts, ``n`` for numbers (null where missing), ``b`` for 0 and 1. Its rows are

- ``v``: a list of them, or
- ``d`` and ``v``: the different values, and for each row the place of its own, written in ``w`` characters, or
- ``same`` and ``n``: one value for so many rows, or ``from`` and ``n``: a value that grows by one from row to row.

What is large is compressed: browsers unpack gzip themselves
(https://developer.mozilla.org/docs/Web/API/DecompressionStream).
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from litclaims import tables
from litclaims.compare.positions import NOT_HELD, is_animal
from litclaims.model import MEASURES
from litclaims.report.cells import interval_text, plain
from litclaims.report.page_texts import Texts

PACKED_FROM = 2_000_000
"""Characters of data from which it is compressed; below, the page can be read and searched as it is."""

MOST_VERDICTS = 150_000
"""Verdicts on the page, the gravest first; several groups of positions that are all paired with all have more."""

TABLES = ("claims", "comparison", "disagreements", "references", "sources", "stances", "documents")

DIGITS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<\\")
"""What places are written in: characters that need no escape in JSON, nor in a script."""

_MOST_DIGITS = 2

_TEXTS_ISLAND = re.compile(
    r'<script type="application/json" id="texts-\d+"( data-packed="gzip")? class="texts" data-first="(\d+)">([^<]*)<'
)
"""Texts on a page that was made before; the template writes them so."""

Columns = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Island:
    """Data that stands in the page as a script that no browser runs.

    Attributes:
        name: its id.
        packed: True if ``text`` is base64 of gzip of the JSON, else it is the JSON.
        text: safe within a script element.
        first: of texts the row of the first document.
    """

    name: str
    packed: bool
    text: Markup
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Texts that are unpacked together, as JSON; ``first`` is the row of the first document."""

    text: str
    first: int


def told(texts: Texts) -> Told:
    """Texts as they stand on the page."""
    return Told(_json(texts), min(texts["documents"]))


def told_before(page: str) -> list[Told]:
    """The texts of a page that was made before."""
    return [
        Told(_unpacked(text) if packed else text, int(first)) for packed, first, text in _TEXTS_ISLAND.findall(page)
    ]


def islands(
    frames: Mapping[str, pd.DataFrame], texts: Sequence[Told], *, packed_from: int = PACKED_FROM
) -> list[Island]:
    """The data of the page: the tables as ``data``, then the texts as ``texts-0`` and so on."""
    parts = [("data", _json(page_data(frames)), None)]
    parts += [(f"texts-{number}", part.text, part.first) for number, part in enumerate(texts)]
    packed = sum(len(text) for _, text, _ in parts) >= packed_from
    return [Island(name, packed, Markup(_packed(text) if packed else text), first) for name, text, first in parts]


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # within a script element only "<" begins what could end it; the line separators were no JavaScript before 2019
    for char in ("<", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text  # mostly, and a copy of it would be the most that a run holds


def _packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 5, mtime=0)).decode("ascii")


def _unpacked(text: str) -> str:
    return gzip.decompress(base64.b64decode(text)).decode("utf-8")


def told_once(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The verdicts without those that only repeat another."""
    return verdicts[verdicts["repeats"].isna()]


def page_data(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The tables as columns, with what the page needs beside them.

    Columns that begin with ``_`` are not of the contract: ``_said`` an interval in words, ``_row`` the position of the
    route level that a position belongs to, ``_subject`` the row of the matrix that it stands in, ``_a`` and ``_b`` the
    positions of a verdict's sides, ``_said_a`` and ``_said_b`` these in words; -1 where there is none.
    """
    strings: dict[str, int] = {}
    verdicts = told_once(frames["disagreements"]).head(MOST_VERDICTS)
    shown = {name: frames[name] for name in TABLES} | {"disagreements": verdicts}
    made = {name: _columns(table, strings) for name, table in shown.items()}
    say = cache(interval_text)
    for name, more in _more(shown, frames["comparison_matrix"], say).items():
        made[name] |= {label: _column(values, strings) for label, values in more.items()}
    return {
        "tables": {name: {"rows": len(shown[name]), "columns": columns} for name, columns in made.items()},
        "matrix": _columns(frames["comparison_matrix"][tables.columns("comparison_matrix")], strings),
        "subjects": len(frames["comparison_matrix"]),
        "measures": list(MEASURES),
        "strings": list(strings),
    }


def _columns(table: pd.DataFrame, strings: dict[str, int]) -> Columns:
    return {name: _column(table[name], strings) for name in table.columns}


def _column(rows: pd.Series | list, strings: dict[str, int]) -> dict[str, Any]:
    series = rows if isinstance(rows, pd.Series) else pd.Series(rows, dtype=None if rows else object)
    codes, values = pd.factorize(series)
    found = values.astype(object).tolist()
    if series.dtype == bool:
        kind, gone, different = "b", 0, [int(value) for value in found]
    elif pd.api.types.is_numeric_dtype(series.dtype):
        kind, gone, different = "n", None, [plain(value) for value in found]
    else:
        kind, gone, different = "s", -1, [strings.setdefault(value, len(strings)) for value in found]
    return {"k": kind} | _written([*different, gone], codes.tolist())


def _written(values: list, codes: list[int]) -> dict[str, Any]:
    """The rows of a column, as briefly as they can be: ``codes`` are places in ``values``, -1 the last of them."""
    if len(set(codes)) == 1:
        return {"same": values[codes[0]], "n": len(codes)}
    digits = 1 if len(values) <= len(DIGITS) else _MOST_DIGITS
    if len(values) <= len(DIGITS) ** digits and 4 * len(values) <= len(codes):
        last, base = len(values) - 1, len(DIGITS)
        spelt = [DIGITS[n // base] + DIGITS[n % base] if digits == 2 else DIGITS[n] for n in range(len(values))]
        return {"d": values, "w": digits, "v": "".join(spelt[last if code < 0 else code] for code in codes)}
    rows = [values[code] for code in codes]
    if rows and isinstance(rows[0], int) and rows == list(range(rows[0], rows[0] + len(rows))):
        return {"from": rows[0], "n": len(rows)}
    return {"v": rows}


def _more(shown: Mapping[str, pd.DataFrame], matrix: pd.DataFrame, say: Any) -> dict[str, dict[str, list]]:
    positions, verdicts = shown["comparison"], shown["disagreements"]
    at = {key: row for row, key in enumerate(_keys(positions, "doc", "claim_ids"))}
    sides = {side: _keys(verdicts, f"doc_{side}", f"claim_ids_{side}") for side in "ab"}
    per = [_per(basis, unit) for basis, unit in _rows(positions, "basis", "unit")]
    return {
        "claims": {"_said": _said(shown["claims"], say)},
        "comparison": {
            "_said": [f"{said}{more}" for said, more in zip(_said(positions, say), per, strict=True)],
            "_row": _routes(positions),
            "_subject": _subjects(positions, matrix),
        },
        "disagreements": {
            **{f"_{side}": [at.get(key, -1) for key in keys] for side, keys in sides.items()},
            **{f"_said_{side}": _said(verdicts, say, side) for side in "ab"},
        },
    }


def _rows(table: pd.DataFrame, *names: str) -> Iterator[tuple]:
    """The rows of some columns, missing values as None."""
    return zip(*(_cells(table[name]) for name in names), strict=True)


def _cells(values: pd.Series) -> list:
    gone = values.isna().tolist()
    return [None if none else value for value, none in zip(values.array.astype(object), gone, strict=True)]


def _keys(table: pd.DataFrame, doc: str, claims: str) -> list[tuple]:
    """What names a position, of a verdict's side too: its claims are in one position of a level and unit."""
    return list(_rows(table, "level", "measure", "unit", doc, claims))


def _said(table: pd.DataFrame, say: Any, side: str = "") -> list[str | None]:
    end = f"_{side}" if side else ""
    names = (f"low{end}", f"high{end}", "unit", f"bound{end}")
    return [
        None if unit == tables.STANCE else say(low, high, unit, bound)
        for low, high, unit, bound in _rows(table, *names)
    ]


def _per(basis: str | None, unit: str) -> str:
    if basis is None or unit.endswith(f"/{basis}"):
        return ""
    return " in total" if basis == "total" else f" per {basis}"


def _routes(positions: pd.DataFrame) -> list[int]:
    """For each position the one of the route level that holds its first claim; itself where it is one."""
    lists = [(level, ids.split(tables.SEPARATOR)) for level, ids in _rows(positions, "level", "claim_ids")]
    holds = {one: row for row, (level, ids) in enumerate(lists) if level == "route" for one in ids}
    return [row if level == "route" else holds.get(ids[0], row) for row, (level, ids) in enumerate(lists)]


def _subjects(positions: pd.DataFrame, matrix: pd.DataFrame) -> list[int]:
    """For each position the row of the matrix that it stands in, see :func:`litclaims.report.matrix.matrix`."""
    known = {key: row for row, key in enumerate(_rows(matrix, "measure", "unit", "route", "target", "species"))}
    names = ("level", "status", "measure", "unit", "route", "target", "species")
    found = []
    for level, status, *subject, species in _rows(positions, *names):
        held = level == "site" and status not in NOT_HELD
        found.append(known.get((*subject, species if is_animal(species) else None), -1) if held else -1)
    return found
