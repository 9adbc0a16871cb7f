"""``report.html``: one page that needs nothing else, to read, to send, to print.

The page holds its data (:mod:`litclaims.report.page_data`) and draws itself with scripts of its own
(``templates/page_*.js``), which no document can add to: they run by their hash alone, and put texts in as text. Where
no script runs the gravest disagreements are there all the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from litclaims.model import Outcome
from litclaims.report.cells import interval_text, missing, visible
from litclaims.report.highlight import marked
from litclaims.report.page_data import MOST_VERDICTS, PACKED_FROM, Told, islands, told, told_once
from litclaims.report.page_texts import page_texts

LIMIT = 25
"""Disagreements shown where no script runs; the rest is in the CSV file."""

SCRIPTS = ("data", "filter", "parts", "chart", "list", "tables", "reader", "main")
"""The parts of the page's script, in order."""

_TEMPLATE = "report.html.j2"


def render_page(
    frames: Mapping[str, pd.DataFrame],
    *,
    record: Mapping[str, Any] | None = None,
    outcomes: Sequence[Outcome] = (),
    texts: Sequence[Told] | None = None,
    limit: int = LIMIT,
    packed_from: int = PACKED_FROM,
) -> str:
    """The page as HTML.

    Args:
        frames: the tables, as of :func:`litclaims.report.rows.frames`.
        record: of the run, for times and versions in the foot.
        outcomes: of the run, for the texts; without them the page shows sentences only.
        texts: in place of ``outcomes``, where they are made already.
        limit: disagreements shown where no script runs; the page says how many more there are and in which file.
        packed_from: characters of data from which it is compressed.
    """
    verdicts = told_once(frames["disagreements"])
    flagged = verdicts[verdicts["flag"]]
    style, script = _file("page.css"), script_text()
    made = map(told, page_texts(frames, outcomes)) if texts is None else texts
    return _template().render(
        record=record,
        summary=_summary(frames, verdicts),
        unflagged=_tally(verdicts.loc[~verdicts["flag"], "verdict"]),
        verdicts=_part(flagged, limit),
        islands=islands(frames, list(made), packed_from=packed_from),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def script_text() -> str:
    """The page's script: its parts in one function of their own, so that they leave no name behind."""
    parts = "\n".join(_file(f"page_{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _file(name: str) -> str:
    return files("litclaims.report").joinpath("templates", name).read_text("utf-8")


def _hash(text: str) -> str:
    """As a content security policy names what may run (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"words": _words, "counted": _counted, "side": _side, "said": _said}
    environment.finalize = _shown
    return environment.from_string(_file(_TEMPLATE))


def _shown(value: Any) -> Any:
    """What the template prints: nothing for a missing value, text without control characters."""
    if isinstance(value, Markup):
        return value
    if missing(value):
        return ""
    return visible(value) if isinstance(value, str) else value


def _summary(frames: Mapping[str, pd.DataFrame], verdicts: pd.DataFrame) -> dict[str, Any]:
    status, flagged = Counter(frames["documents"]["status"]), verdicts["flag"]
    return {
        "documents": len(frames["documents"]),
        "unread": status["failed"] + status["skipped"],
        "claims": len(frames["claims"]),
        "positions": len(frames["comparison"]),
        "verdicts": len(verdicts),
        "left_out": max(0, len(verdicts) - MOST_VERDICTS),
        "flagged": int(flagged.sum()),
        "issues": int(verdicts.loc[flagged, "issue_id"].nunique()),
        "states": Counter(verdicts["state"]),
    }


def _tally(values: pd.Series) -> str:
    """How often each value comes, the most frequent first: ``agree 12, contained 3``."""
    return ", ".join(f"{_words(value)} {number:,}" for value, number in Counter(values).most_common())


def _part(table: pd.DataFrame, limit: int) -> dict[str, Any]:
    """The rows to show of a table, and how many more there are."""
    rows = table.head(limit).astype(object).to_dict("records")
    return {"rows": rows, "more": len(table) - len(rows)}


def _words(name: str) -> str:
    """A name of the vocabulary as words: ``cell_dose`` is ``cell dose``."""
    return name.replace("_", " ")


def _counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 claim``, ``1,200 claims``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _said(value: Any, default: str = "–") -> Any:
    """The value, or a dash where the text leaves it unsaid."""
    return default if missing(value) or value == "" else value


def _side(row: Mapping[str, Any], side: str) -> dict[str, Any]:
    """One side of a verdict, ready to show."""
    figure = row[f"figure_{side}"]
    return {
        "doc": row[f"doc_{side}"],
        "figure": figure,
        "interval": interval_text(row[f"low_{side}"], row[f"high_{side}"], row["unit"], row[f"bound_{side}"]),
        "route": row[f"route_{side}"],
        "basis": row[f"basis_{side}"],
        "sentence": marked(row[f"sentence_{side}"], figure),
    }
