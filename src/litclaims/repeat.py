"""A run that finds all as the last one left it: nothing is read or compared again, and little or nothing is written.

That it may be so rests on four things: the documents (bytes, names and sources), the code and models, what reviewers
decided, and the files in the folder, of which the record of the last run holds the hashes. What such a run changes is
what time changes: documents that were read by the last run are now ``unchanged``, verdicts that were ``new`` are
``open``, and nothing has changed since the last run. After a second such run not even that is left to write.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litclaims import tables
from litclaims.inputs import find_inputs
from litclaims.plan import READ, Job, Plan, locked, make
from litclaims.report.cells import collapse, encodable
from litclaims.report.outputs import Frames, read_record, read_tables, write_again, write_record
from litclaims.report.run_record import counts, utc_text
from litclaims.store.changes import VERDICTS, save
from litclaims.store.fingerprint import code
from litclaims.store.ledger import Run, Store
from litclaims.store.parts import Parts

SHOWN = ("documents", "disagreements", "claims", "changes")
"""The tables of which a run with nothing to do tells, or that it may have to write."""

AGED = ("documents", "disagreements", "changes")
"""The tables that time changes."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a run found that had nothing to do.

    Attributes:
        record: of the run, as in ``run.json``.
        frames: its tables, by name; where nothing had to be written :data:`SHOWN` only.
    """

    record: Mapping[str, Any]
    frames: Frames


def repeat(asked: Job) -> Repeated | None:
    """Do a run that has nothing to do; None, with nothing done, for one that has.

    Raises:
        InputError: there is nothing to read at all.
        StoreError, OutputError: the store or the folder cannot be read or written, or another run holds them.
    """
    found = find_inputs(asked.paths)
    if asked.refresh or not _may_be_done(asked):
        return None
    with locked(asked), Store.open(asked.store) as store:
        record, last = read_record(asked.out), _last(store)
        if record is None or last is None or not _is_of(asked, store, record, last):
            return None
        planned = make(asked, store, found)
        frames = read_tables(asked.out, SHOWN)
        if planned.to_read or _told(planned) != _listed(frames["documents"]):
            return None
        return _repeated(asked, store, planned.parts, frames, record, last)


def _may_be_done(asked: Job) -> bool:
    return (asked.out / "run.json").is_file() and ("://" in asked.store or Path(asked.store).is_file())


def _last(store: Store) -> Mapping[str, Any] | None:
    runs = store.runs()
    return runs[-1] if runs else None


def _is_of(asked: Job, store: Store, record: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """True if the files in the folder are of the last run, and it was asked the same of the same code."""
    now = (record.get("run_id"), asked.fingerprint, code(), asked.scope, store.decisions().sha256)
    return now == tuple(last[name] for name in ("run_id", "fingerprint", "code", "scope", "decisions"))


def _told(planned: Plan) -> dict[str, tuple[str, str, str]]:
    """Status, reason and source of every document, as the table would have them; one that was read is ``ok``."""
    became = {doc: ("ok" if one.status in READ else one.status, one.reason) for doc, one in planned.known.items()}
    told = {item.doc: (*became[item.doc], item.source) for item in planned.inputs.items if item.doc in became}
    for outcome in (*planned.inputs.outcomes, *planned.missing):
        told[outcome.doc] = (outcome.status, outcome.reason, outcome.source)
    return {encodable(doc): (one[0], encodable(collapse(one[1])), encodable(one[2])) for doc, one in told.items()}


def _listed(documents: Any) -> dict[str, tuple[str, str, str]]:
    rows = documents[["doc", "status", "reason", "source"]].fillna("").itertuples(index=False)
    return {row.doc: ("ok" if row.status in READ else row.status, row.reason, row.source) for row in rows}


def _repeated(
    asked: Job,
    store: Store,
    parts: Parts,
    frames: Frames,
    record: Mapping[str, Any],
    last: Mapping[str, Any],
) -> Repeated | None:
    started = datetime.now(UTC)
    documents, verdicts = frames["documents"], frames["disagreements"]
    if (verdicts["state"] == "resolved").any():
        return None  # some of these are told once and then no more: only a comparison knows which
    settled = not ((documents["status"] == "ok").any() or (verdicts["state"] != "open").any() or len(frames["changes"]))
    documents["status"] = documents["status"].mask(documents["status"] == "ok", "unchanged")
    verdicts["state"] = verdicts["state"].mask(verdicts["state"] != "open", "open")
    frames["changes"] = frames["changes"].iloc[:0].reset_index(drop=True)
    if not settled:
        frames |= read_tables(asked.out, tables.TABLES.keys() - frames.keys())
    now = {"run_id": uuid.uuid4().hex, "started": utc_text(started), "ended": utc_text(datetime.now(UTC))}
    counted = counts(frames)
    counted["rows"] = {**record["counts"]["rows"], **counted["rows"]}
    record = {**record, **now, "seconds": {}, "counts": counted}
    run = Run(
        run_id=record["run_id"],
        started=started,
        ended=datetime.now(UTC),
        version=last["version"],
        configuration=last["configuration"],
        n_flagged=last["n_flagged"],
        **{name: last[name] for name in ("fingerprint", "code", "decisions", "scope", "claims_part")},
        verdicts_part=last["verdicts_part"] if settled else save(parts, "verdicts", verdicts[list(VERDICTS)]),
    )
    if settled:
        write_record(asked.out, record=record)
    else:
        write_again(frames, asked.out, record=record, changed=AGED)
    store.repeat(run, of=last["run_id"])
    return Repeated(record, frames)
