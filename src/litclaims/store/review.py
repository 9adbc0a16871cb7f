"""Reviewing a run: what is there to decide, decisions one by one, and a sheet to be edited in a spreadsheet.

The sheet is CSV with a byte order mark, which spreadsheets take for UTF-8. Cells that a spreadsheet would run as a
formula begin with an apostrophe, which is taken away again on reading; of a sheet that comes back only ``decision``,
``note``, ``new_low``, ``new_high``, ``new_unit`` and ``new_verdict`` are read, and ``text``, which says what the
reviewer had before him: a decision on a text that has changed since is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from litclaims.errors import InputError
from litclaims.model import VERDICTS
from litclaims.store.decisions import DECIDED, Decision, claim_text, verdict_text

COLUMNS = (
    *("kind", "id", "severity", "doc", "says", "means", "why", "review"),
    *("decision", "note", "new_low", "new_high", "new_unit", "new_verdict", "text"),
)

ACTIONS = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
"""What a reviewer writes, and what is kept; the kept words are understood too."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
MAX_BYTES = 50 * 2**20
"""A sheet larger than this was not made here."""

Row = Mapping[str, Any]


def items(out: Path, *, flagged: bool = True) -> list[dict[str, Any]]:
    """What there is to decide in the run of a folder: verdicts first, the gravest of them first, then claims.

    Args:
        flagged: of the verdicts only the flagged ones that repeat none, and of the claims only those to be asked again
            or decided already; else all.

    Raises:
        InputError: there is no run in the folder.
    """
    verdicts, claims = (_records(out, name) for name in ("disagreements", "claims"))
    if flagged:
        verdicts = [row for row in verdicts if (row["flag"] and row["repeats"] is None) or row["review"] is not None]
        claims = [row for row in claims if row["review"] is not None]
    return [*map(_verdict_item, verdicts), *map(_claim_item, claims)]


def decide(
    out: Path,
    name: str,
    action: str,
    *,
    note: str = "",
    low: str | None = None,
    high: str | None = None,
    unit: str | None = None,
    verdict: str | None = None,
) -> Decision:
    """The decision on a claim or verdict of the run in a folder.

    Args:
        name: its id, or the beginning of it.
        action: ``accept``, ``correct`` or ``reject``.
        low, high, unit: of a corrected claim; one end alone is an open interval.
        verdict: of a corrected verdict.

    Raises:
        InputError: no or more than one such id, or a correction that says nothing or cannot be read.
    """
    found = [item for item in items(out, flagged=False) if item["id"].startswith(name)] if name else []
    if len(found) != 1:
        what = "no claim or verdict" if not found else f"{len(found)} claims and verdicts"
        raise InputError(f"{what} with the id {name!r}", source=out, remedy="see litclaims review list")
    changes = {"new_low": low, "new_high": high, "new_unit": unit, "new_verdict": verdict}
    return _decision(found[0], {"decision": action, "note": note} | changes, where=name)


def sheet(found: Sequence[Row]) -> str:
    """The items as a sheet; ``decision`` and what follows it are to be filled in."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for item in found:
        writer.writerow({name: _guarded(item.get(name)) for name in COLUMNS})
    return "\ufeff" + file.getvalue()


def read_sheet(path: Path, out: Path) -> list[Decision]:
    """The decisions of a sheet that came back, on the run in a folder. Rows without a decision are passed over.

    Raises:
        InputError: it cannot be read, names what is not in the run or has changed since, or holds a decision or value
            that is none; names file and line. Nothing of such a sheet is taken.
    """
    known = {(item["kind"], item["id"]): item for item in items(out, flagged=False)}
    decisions = []
    for line, row in _rows(path):
        if not row.get("decision"):
            continue
        where = f"{path}, line {line}"
        item = known.get((row.get("kind", ""), row.get("id", "")))
        if item is None:
            raise InputError(
                f"{row.get('id')!r} is not in this run", source=where, remedy="export the sheet again and copy it over"
            )
        if row.get("text") != item["text"]:
            raise InputError(
                "the text has changed since the sheet was exported", source=where, remedy="export the sheet again"
            )
        decisions.append(_decision(item, row, where=where))
    return decisions


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("is too large for a sheet", source=path, remedy=f"give at most {MAX_BYTES:,} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=path, remedy="save the sheet as CSV in UTF-8") from error
    # A spreadsheet writes semicolons where its language has a decimal comma.
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    missing = {"kind", "id", "decision", "text"} - set(reader.fieldnames or ())
    if missing:
        remedy = "keep the header that litclaims review export wrote"
        raise InputError(f"lacks the column {', '.join(sorted(missing))}", source=path, remedy=remedy)
    try:
        return [(reader.line_num, {k: _bare(v) for k, v in row.items() if k and isinstance(v, str)}) for row in reader]
    except csv.Error as error:
        raise InputError(f"cannot be read: {error}", source=path, remedy="save the sheet as CSV") from error


def _guarded(value: Any) -> str:
    """A cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:] if text.startswith("'") else text


def _decision(item: Row, given: Row, *, where: str) -> Decision:
    word = str(given["decision"]).strip().lower()
    decided = ACTIONS.get(word, word)
    if decided not in DECIDED:
        raise InputError(f"no decision {word!r}", source=where, remedy=f"write one of {', '.join(ACTIONS)}")
    low, high = (_number(given.get(name), where) for name in ("new_low", "new_high"))
    unit, verdict = (given.get(name) or None for name in ("new_unit", "new_verdict"))
    if decided == "corrected":
        _check_correction(item, low, high, verdict, where)
    else:
        low = high = unit = verdict = None
    return Decision(
        kind=item["kind"],
        id=item["id"],
        decision=decided,
        note=str(given.get("note") or ""),
        doc=item["doc"],
        measure=item["measure"],
        figure=item["says"],
        text_sha256=item["text"],
        low=low,
        high=high,
        unit=unit,
        verdict=verdict,
        decided=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _check_correction(item: Row, low: str | None, high: str | None, verdict: str | None, where: str) -> None:
    if item["kind"] == "verdict" and verdict not in VERDICTS:
        raise InputError(
            f"no verdict {verdict!r} to correct it to", source=where, remedy=f"give one of {', '.join(VERDICTS)}"
        )
    if item["kind"] == "claim":
        if low is None and high is None:
            raise InputError("a corrected claim needs its value", source=where, remedy="give low, high or both")
        if low is not None and high is not None and Decimal(low) > Decimal(high):
            raise InputError(f"low {low} is above high {high}", source=where, remedy="swap them")


def _number(value: Any, where: str) -> str | None:
    text = str(value or "").strip().replace(" ", "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise InputError(f"{text!r} is no number", source=where, remedy="write it as 2000000, 2e6 or 0.5")
    return str(number)


def _records(out: Path, name: str) -> list[dict[str, Any]]:
    path = out / f"{name}.parquet"
    if not path.is_file():
        raise InputError("no run there", source=out, remedy=f"run litclaims run … --out {out} first")
    try:
        table = pd.read_parquet(path, engine="pyarrow")
    except (OSError, pa.ArrowException) as error:
        remedy = f"run litclaims run … --out {out} again"
        raise InputError(f"cannot be read: {error}", source=path, remedy=remedy) from error
    if "review" not in table.columns:
        raise InputError("was written by an earlier version", source=path, remedy="run litclaims run on it again")
    return [{k: None if pd.isna(v) else v for k, v in row.items()} for row in table.to_dict("records")]


def _verdict_item(row: Row) -> dict[str, Any]:
    sides = [(row[f"doc_{side}"], row[f"figure_{side}"], row[f"sentence_{side}"]) for side in "ab"]
    return {
        "kind": "verdict",
        "id": row["pair_id"],
        "severity": row["severity"],
        "doc": " | ".join(dict.fromkeys(side[0] for side in sides)),
        "says": " | ".join(side[1] for side in sides),
        "means": f"{row['verdict']} ({row['grade']}, {row['level']})",
        "why": row["reason"],
        "measure": row["measure"],
        "review": row["review"],
        "note": row["review_note"],
        "text": verdict_text(sides),
    }


def _claim_item(row: Row) -> dict[str, Any]:
    ends = [None if row[end] is None else f"{row[end]:g}" for end in ("low", "high")]
    return {
        "kind": "claim",
        "id": row["claim_id"],
        "severity": None,
        "doc": row["doc"],
        "says": row["figure"],
        "means": f"{row['measure']} {ends[0] or '…'} to {ends[1] or '…'} {row['unit']}",
        "why": row["sentence"],
        "measure": row["measure"],
        "review": row["review"],
        "note": row["review_note"],
        "text": claim_text(row["figure"], row["sentence"]),
    }
