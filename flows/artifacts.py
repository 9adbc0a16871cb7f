"""What a run shows on Prefect's own page: the comparison as a table, and what disagrees as a Markdown page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from pathlib import Path

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from litclaims.compare import Comparison
from litclaims.model import Verdict
from litclaims.report.show import read_table

COMPARISON_KEY = "comparison"
DISAGREEMENTS_KEY = "disagreements"

MAX_ROWS = 1000
"""Rows of an artifact: it is stored as one JSON text in the server's database and drawn whole by its page."""

MAX_LISTED = 100
"""Disagreements written out in the Markdown page."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:])")


def publish(comparison: Comparison, out: Path) -> None:
    """Publish both artifacts of a run whose tables have been written to ``out``."""
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
    create_markdown_artifact(
        markdown=disagreements_page(comparison.verdicts, source=str(out / "disagreements.csv")),
        key=DISAGREEMENTS_KEY,
        description="The disagreements that a reader should look at, the gravest first.",
    )


def disagreements_page(verdicts: Iterable[Verdict], *, source: str) -> str:
    """The flagged verdicts as Markdown, the gravest first, with every word of a document escaped.

    Args:
        source: where the whole table is.
    """
    flagged = sorted((verdict for verdict in verdicts if verdict.flag), key=_gravest_first)
    lines = ["# Disagreements", ""]
    if not flagged:
        lines.append("None of the compared figures disagree.")
    lines += [_entry(verdict) for verdict in flagged[:MAX_LISTED]]
    if len(flagged) > MAX_LISTED:
        lines.append(f"- … and {len(flagged) - MAX_LISTED} more")
    return "\n".join([*lines, "", f"All verdicts: {_escaped(source)}", ""])


def _gravest_first(verdict: Verdict) -> tuple[float, str]:
    return -verdict.severity, verdict.pair_id


def _entry(verdict: Verdict) -> str:
    sides = " against ".join(
        f"{_escaped(', '.join(side.figures))} ({_escaped(side.doc)})" for side in (verdict.a, verdict.b)
    )
    kind = f"{verdict.verdict.replace('_', ' ')}, {verdict.grade}, {verdict.level} level"
    return f"- **{kind}**: {sides}. {_escaped(verdict.reason)}"


def _escaped(text: str) -> str:
    """On one line, with every character that means something in Markdown or HTML as itself."""
    return html.escape(_MARKUP.sub(r"\\\1", " ".join(text.split())), quote=False)
