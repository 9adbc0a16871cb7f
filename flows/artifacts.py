"""What a run tells Prefect: the comparison, what a reader should look at, the way to its page, the whole in a line, and
an event when something disagrees that did not before."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.events import emit_event

from litclaims.compare import Comparison
from litclaims.flows.schedules import SUMMARY_KEY
from litclaims.model import DOCUMENT_STATUSES, Outcome
from litclaims.report.cells import records
from litclaims.report.outputs import PAGE
from litclaims.report.select import select
from litclaims.report.show import read_table

COMPARISON_KEY = "comparison"
DISAGREEMENTS_KEY = "disagreements"
PAGE_KEY = "report"

NEW_DISAGREEMENTS = "litclaims.disagreements.new"
"""Name of the event."""

MAX_ROWS = 1000
"""Rows of an artifact: it is stored as one JSON text in the server's database and drawn whole by its page."""

MAX_LISTED = 100
"""Disagreements written out in the Markdown page."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:])")

Row = Mapping[str, Any]


def publish(comparison: Comparison, out: Path, outcomes: Sequence[Outcome] = ()) -> None:
    """Publish the artifacts of a run whose files have been written to ``out``."""
    out = out.absolute()  # the page knows no working folder
    table = read_table(out, "comparison").sort_values(
        ["flag", "n_disagree", "position_id"], ascending=[False, False, True]
    )
    shown = table.head(MAX_ROWS)
    create_table_artifact(
        # by way of JSON text, because times and missing numbers are none to Prefect's own encoder
        table=json.loads(shown.to_json(orient="records", date_format="iso")),
        key=COMPARISON_KEY,
        description=f"{len(shown)} of {len(table)} positions, those that disagree first. All: {out / 'comparison.csv'}",
    )
    flagged = records(select(read_table(out, "disagreements"), "disagreements", flagged=True))
    create_markdown_artifact(
        markdown=disagreements_page(flagged, source=str(out / "disagreements.csv"), notes=comparison.notes),
        key=DISAGREEMENTS_KEY,
        description="The disagreements that a reader should look at, the gravest first.",
    )
    create_link_artifact(
        link=(out / PAGE).as_uri(),
        link_text=PAGE,
        key=PAGE_KEY,
        description=f"The page of this run. A browser that does not follow links to files can be given {out / PAGE}",
    )
    create_markdown_artifact(markdown=summary(outcomes, count_flagged(comparison, out)), key=SUMMARY_KEY)


def announce(comparison: Comparison, out: Path) -> None:
    """Emit the event :data:`NEW_DISAGREEMENTS` if a run has written disagreements that were not there before.

    It holds counts and the folder, and no word of a document: an automation may send it anywhere.
    """
    counts = count_flagged(comparison, out)
    fresh = {state: counts[state] for state in ("new", "reopened")}
    if any(fresh.values()):
        folder = str(out.absolute())
        resource = {"prefect.resource.id": f"litclaims.outputs.{folder}", "prefect.resource.name": out.absolute().name}
        emit_event(NEW_DISAGREEMENTS, resource, payload={**fresh, "flagged": counts.total(), "out": folder})


def count_flagged(comparison: Comparison, out: Path) -> Counter[str]:
    """How many flagged disagreements the tables of a run hold, by state; one that says another again is not counted."""
    table = read_table(out, "disagreements")
    counted = table["flag"].astype(bool) & ~table["pair_id"].isin(list(comparison.repeats))
    return Counter(table.loc[counted, "state"].astype(str))


def summary(outcomes: Sequence[Outcome], flagged: Counter[str]) -> str:
    """A run in a line: documents by status, and how many disagreements are flagged and how many of them new."""
    found = Counter(outcome.status for outcome in outcomes)
    statuses = ", ".join(f"{found[status]:,} {status}" for status in DOCUMENT_STATUSES if found[status])
    fresh = ", ".join(f"{flagged[state]:,} {state}" for state in ("new", "reopened") if flagged[state])
    documents = f"{len(outcomes):,} document{'' if len(outcomes) == 1 else 's'}: {statuses or 'none'}"
    return f"{documents}; {flagged.total():,} flagged disagreements, {fresh or 'none new'}"


def disagreements_page(flagged: Sequence[Row], *, source: str, notes: Sequence[str] = ()) -> str:
    """The flagged verdicts as Markdown, in their order, with every word of a document escaped.

    Args:
        flagged: rows of the table ``disagreements``.
        source: where the whole table is.
        notes: what else came of the comparison, a sentence each.
    """
    lines = ["# Disagreements", ""]
    if not flagged:
        lines.append("None of the compared figures disagree.")
    lines += [_entry(row) for row in flagged[:MAX_LISTED]]
    if len(flagged) > MAX_LISTED:
        lines.append(f"- … and {len(flagged) - MAX_LISTED} more")
    lines += ["", *(_escaped(note) for note in notes)] if notes else []
    return "\n".join([*lines, "", f"All verdicts: {_escaped(source)}", ""])


def _entry(row: Row) -> str:
    sides = " against ".join(f"{_escaped(row[f'figure_{side}'])} ({_escaped(row[f'doc_{side}'])})" for side in "ab")
    told = f"{row['verdict'].replace('_', ' ')}, {row['grade']}, {row['level']} level, {row['state']}"
    return f"- **{told}**: {sides}. {_escaped(row['reason'])} ({_escaped(row['pair_id'])})"


def _escaped(text: str) -> str:
    """On one line, with every character that means something in Markdown or HTML as itself."""
    return html.escape(_MARKUP.sub(r"\\\1", " ".join(text.split())), quote=False)
