"""What changed between two runs: documents, claims and disagreements, a row each.

A disagreement is a flagged verdict that repeats no other. A claim whose id is gone and another of the same document and
measure that is new in a like sentence are one claim that changed: ids hold the value.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz

from litclaims.errors import InputError, StoreError
from litclaims.store.ledger import Store
from litclaims.store.parts import Parts, storable
from litclaims.tables import CHANGES

CLAIMS = (
    *("claim_id", "doc", "measure", "figure", "low", "high", "unit", "bound", "basis", "route", "target", "condition"),
    *("cell_type", "species", "status", "sentence"),
)
VERDICTS = (
    *("pair_id", "measure", "unit", "verdict", "flag", "severity", "grade", "reason", "doc_a", "doc_b", "low_a"),
    *("high_a", "low_b", "high_b", "figure_a", "figure_b", "state", "repeats"),
)
"""The columns of the tables that a run keeps for later comparison."""

FOLDER = "runs"
"""Of these tables, below the parts."""

ALIKE = 85.0
"""Of 100: how like two sentences must be, digits aside, for their claims to be one that changed."""

MAX_PAIRS = 100_000
"""Sentences of one document and measure that are held against each other; where there are more, only equal ones are."""

_TOLD_CLAIM = tuple(name for name in CLAIMS if name not in ("claim_id", "doc", "measure", "sentence"))
_TOLD_VERDICT = ("verdict", "low_a", "high_a", "low_b", "high_b")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_KINDS = {"disagreement": 0, "claim": 1, "document": 2}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run as it is compared with another: its claims, its verdicts, and status and hash of each document by name."""

    claims: pd.DataFrame
    verdicts: pd.DataFrame
    documents: Mapping[str, tuple[str, str | None]]


def snapshot(frames: Mapping[str, pd.DataFrame], documents: Mapping[str, tuple[str, str | None]]) -> Snapshot:
    """The snapshot of the tables of a run."""
    return Snapshot(frames["claims"][list(CLAIMS)], frames["disagreements"][list(VERDICTS)], documents)


def of_run(store: Store, parts: Parts, run: Mapping[str, Any]) -> Snapshot | None:
    """The snapshot of a run of the ledger; None of one whose tables are gone, or that was recorded without them.

    Raises:
        StoreError: what it kept is damaged.
    """
    if not {run["claims_part"], run["verdicts_part"]} <= parts.names():
        return None
    documents = store.run_documents(run["run_id"])
    return Snapshot(load(parts, run["claims_part"]), load(parts, run["verdicts_part"]), documents)


def between(store: Store, parts: Parts, names: Sequence[str] = ()) -> tuple[Row, Row, list[Row]]:
    """What changed between two runs of a store.

    Args:
        names: ids of the earlier and the later run, or the beginnings of them; without them, the last run and the one
            before it over the same paths.

    Returns:
        The earlier run, the later one, and the changes as of :func:`changes`.

    Raises:
        InputError: there are no such runs.
        StoreError: what they kept is gone or damaged.
    """
    runs = store.runs()
    before, after = _last_two(runs, store.name) if not names else [_named(runs, name, store.name) for name in names]
    made = [of_run(store, parts, run) for run in (before, after)]
    for run, kept in zip((before, after), made, strict=True):
        if kept is None:
            told = f"the claims and verdicts of run {run['run_id'][:8]} are not kept"
            raise StoreError(told, source=store.name, remedy="choose a later run: litclaims runs lists them")
    return before, after, changes(*made)


def _last_two(runs: Sequence[Row], name: str) -> tuple[Row, Row]:
    if len(runs) < 2:
        told = "there is no run yet" if not runs else "there is only one run yet"
        raise InputError(f"{told}, and nothing to compare", source=name, remedy="run litclaims run again first")
    *earlier, last = runs
    same = [run for run in earlier if run["scope"] == last["scope"]]
    return (same or earlier)[-1], last


def run_of(store: Store, name: str | None = None) -> Row:
    """The run of an id or its beginning; the last one without it.

    Raises:
        InputError: there is no such run.
    """
    runs = store.runs()
    if name is None and not runs:
        raise InputError("there is no run yet", source=store.name, remedy="run litclaims run first")
    return runs[-1] if name is None else _named(runs, name, store.name)


def _named(runs: Sequence[Row], name: str, store: str) -> Row:
    found = [run for run in runs if run["run_id"].startswith(name)] if name else []
    if len(found) != 1:
        what = "no run" if not found else f"{len(found)} runs"
        raise InputError(f"{what} with the id {name!r}", source=store, remedy="litclaims runs lists them")
    return found[0]


def told(rows: Sequence[Row] | None) -> str:
    """What changed in one line: ``2 new disagreements, 1 resolved; 3 claims added``."""
    if rows is None:
        return "nothing to compare with: no earlier run over the same paths"
    counted = Counter((row["kind"], row["change"]) for row in rows)
    parts = []
    for kind in _KINDS:
        found = [(change, counted[kind, change]) for change in CHANGES if counted[kind, change]]
        for number, (change, count) in enumerate(found):
            noun = f" {kind}" + ("" if count == 1 else "s") if number == 0 else ""
            parts.append(f"{'; ' if number == 0 else ', '}{count:,}{noun} {change}")
    return "".join(parts).removeprefix("; ") or "nothing changed"


def save(parts: Parts, kind: str, table: pd.DataFrame) -> str:
    """Keep a table of a run; its name is of its content, so that runs in which it is the same share it.

    Raises:
        StoreError: it cannot be written.
    """
    data = pa.Table.from_pandas(_encodable(table), preserve_index=False).replace_schema_metadata(None)
    digest = hashlib.sha256()
    with pa.PythonFile(_Digesting(digest), mode="w") as sink, pa.ipc.new_stream(sink, data.schema) as stream:
        stream.write_table(data)
    sign = digest.hexdigest()[:16]
    name = f"{FOLDER}/run-{parts.owner}-{kind}-{sign}.parquet"
    if name not in parts.names():
        parts.put(name, data)
    return name


class _Digesting(io.RawIOBase):
    """A file that takes the digest of what is written to it, and keeps nothing."""

    def __init__(self, digest: hashlib._Hash) -> None:
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return len(data)


def load(parts: Parts, name: str) -> pd.DataFrame:
    """A table that :func:`save` kept.

    Raises:
        StoreError: it is gone or damaged.
    """
    return parts.get(name).to_pandas()


def changes(before: Snapshot | None, after: Snapshot) -> list[Row]:
    """What changed, disagreements first; nothing if there is no run to compare with."""
    if before is None:
        return []
    rows = [
        *_verdict_changes(before.verdicts, after.verdicts),
        *_claim_changes(before.claims, after.claims),
        *_document_changes(before.documents, after.documents),
    ]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[int, float, str, str, str]:
    return _KINDS[row["kind"]], -row.get("severity", 0.0), row["change"], row["doc"], row["id"]


def _verdict_changes(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Row]:
    was, now = (_flagged(table) for table in (before, after))
    listed = {row["pair_id"]: row for row in _records(after)}
    for name, row in now.items():
        if name not in was:
            yield _verdict_row("reopened" if row["state"] == "reopened" else "new", None, row)
        elif differing := _differing(was[name], row, _TOLD_VERDICT):
            yield _verdict_row("changed", was[name], row) | {"what": "; ".join(differing)}
    for name, row in was.items():
        if name not in now:
            still = listed.get(name)
            if still is None or not still["flag"]:  # else it is flagged, under another that says the same
                yield _verdict_row("resolved", row, still)


def _flagged(table: pd.DataFrame) -> dict[str, Row]:
    return {row["pair_id"]: row for row in _records(table) if row["flag"] and row["repeats"] is None}


def _verdict_row(change: str, before: Row | None, after: Row | None) -> Row:
    row = after or before
    return {
        "kind": "disagreement",
        "change": change,
        "id": row["pair_id"],
        "doc": "; ".join(dict.fromkeys((row["doc_a"], row["doc_b"]))),
        "measure": row["measure"],
        "before": before and _told_verdict(before),
        "after": after and _told_verdict(after),
        "severity": row["severity"],
        "reason": row["reason"],
    }


def _told_verdict(row: Row) -> str:
    flagged = "" if row["flag"] else ", not flagged"
    return f"{row['verdict']}: {row['figure_a']} | {row['figure_b']}{flagged}"


def _claim_changes(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Row]:
    was, now = ({row["claim_id"]: row for row in _records(table)} for table in (before, after))
    for name in was.keys() & now.keys():
        if differing := _differing(was[name], now[name], _TOLD_CLAIM):
            yield _claim_row("changed", was[name], now[name], differing)
    gone = [row for name, row in was.items() if name not in now]
    added = [row for name, row in now.items() if name not in was]
    paired = _paired(gone, added)
    for one, other in paired:
        yield _claim_row("changed", one, other, _differing(one, other, _TOLD_CLAIM) or ["sentence"])
    left, right = {row["claim_id"] for row, _ in paired}, {row["claim_id"] for _, row in paired}
    yield from (_claim_row("gone", row, None) for row in gone if row["claim_id"] not in left)
    yield from (_claim_row("added", None, row) for row in added if row["claim_id"] not in right)


def _paired(gone: Sequence[Row], added: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Each claim that is gone with the one that stands in its place, the likest first, each once."""
    places: dict[tuple[str, str], tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((gone, added)):
        for row in rows:
            places.setdefault((row["doc"], row["measure"]), ([], []))[side].append(row)
    made, taken = [], set()
    for score, one, two, row, other in sorted(_likeness(places), key=lambda each: (-each[0], each[1], each[2])):
        if score >= ALIKE and not taken & {one, two}:
            taken |= {one, two}
            made.append((row, other))
    return made


def _likeness(places: Mapping[Any, tuple[list[Row], list[Row]]]) -> Iterator[tuple[float, str, str, Row, Row]]:
    for gone, added in places.values():
        alike = fuzz.ratio if len(gone) * len(added) <= MAX_PAIRS else lambda one, other: 100.0 * (one == other)
        sentences = [_masked(row) for row in added]
        for row in gone:
            masked = _masked(row)
            for other, sentence in zip(added, sentences, strict=True):
                yield alike(masked, sentence), row["claim_id"], other["claim_id"], row, other


def _masked(row: Row) -> str:
    return _DIGITS.sub("0", row["sentence"])


def _claim_row(change: str, before: Row | None, after: Row | None, differing: Sequence[str] = ()) -> Row:
    row = after or before
    return {
        "kind": "claim",
        "change": change,
        "id": row["claim_id"],
        "was_id": before["claim_id"] if before and after and before["claim_id"] != after["claim_id"] else None,
        "doc": row["doc"],
        "measure": row["measure"],
        "before": before and before["figure"],
        "after": after and after["figure"],
        "what": "; ".join(differing) or None,
        "reason": row["sentence"],
    }


def _document_changes(
    before: Mapping[str, tuple[str, str | None]], after: Mapping[str, tuple[str, str | None]]
) -> Iterator[Row]:
    for doc in sorted(before.keys() | after.keys()):
        (was, old), (now, new) = before.get(doc, ("missing", None)), after.get(doc, ("missing", None))
        was, now = ("ok" if status == "unchanged" else status for status in (was, now))
        change = "added" if was == "missing" else "gone" if now == "missing" else "changed"
        if (was, now) != ("missing", "missing") and (was != now or (old != new and None not in (old, new))):
            yield {"kind": "document", "change": change, "id": doc, "doc": doc, "before": was, "after": now}


def _differing(before: Row, after: Row, names: Sequence[str]) -> list[str]:
    return [name for name in names if before[name] != after[name]]


def _records(table: pd.DataFrame) -> list[Row]:
    rows = table.astype(object).to_dict("records")
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]


def _encodable(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(lambda value: storable(value) if isinstance(value, str) and not value.isascii() else value)
