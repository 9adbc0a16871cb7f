"""``report.html``: one page that needs nothing else, to read, to send, to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from litclaims.report.cells import interval_text, missing, visible
from litclaims.report.highlight import marked

LIMIT = 500
"""Rows of a table on the page; the rest is in its CSV file."""

_TEMPLATE = "report.html.j2"


def render_page(
    frames: Mapping[str, pd.DataFrame], *, record: Mapping[str, Any] | None = None, limit: int = LIMIT
) -> str:
    """The page as HTML.

    Args:
        frames: the tables, as of :func:`litclaims.report.rows.frames`.
        record: of the run, for times and versions in the foot.
        limit: rows shown of each table; the page says how many more there are and in which file.
    """
    verdicts = _told_once(frames["disagreements"])
    flagged = verdicts[verdicts["flag"]]
    return _template().render(
        record=record,
        summary=_summary(frames),
        unflagged=_tally(verdicts.loc[~verdicts["flag"], "verdict"]),
        verdicts=_part(flagged, "disagreements", limit),
        comparison=_part(frames["comparison"], "comparison", limit),
        documents=_part(frames["documents"], "documents", limit),
        stances=_part(frames["stances"], "stances", limit),
        references=_part(frames["references"], "references", limit),
    )


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"words": _words, "counted": _counted, "interval": _interval, "side": _side, "said": _said}
    environment.finalize = _shown
    return environment.from_string(files("litclaims.report").joinpath("templates", _TEMPLATE).read_text("utf-8"))


def _shown(value: Any) -> Any:
    """What the template prints: nothing for a missing value, text without control characters."""
    if isinstance(value, Markup):
        return value
    if missing(value):
        return ""
    return visible(value) if isinstance(value, str) else value


def _summary(frames: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    status, verdicts = Counter(frames["documents"]["status"]), _told_once(frames["disagreements"])
    return {
        "documents": len(frames["documents"]),
        "unread": status["failed"] + status["skipped"],
        "claims": len(frames["claims"]),
        "positions": len(frames["comparison"]),
        "verdicts": len(verdicts),
        "flagged": int(verdicts["flag"].sum()),
    }


def _told_once(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The verdicts without those that only repeat another."""
    return verdicts[verdicts["repeats"].isna()]


def _tally(values: pd.Series) -> str:
    """How often each value comes, the most frequent first: ``agree 12, contained 3``."""
    return ", ".join(f"{_words(value)} {number:,}" for value, number in Counter(values).most_common())


def _part(table: pd.DataFrame, name: str, limit: int) -> dict[str, Any]:
    """The rows to show of a table, how many more there are, and in which file."""
    rows = table.head(limit).astype(object).to_dict("records")
    return {"rows": rows, "total": len(table), "more": len(table) - len(rows), "file": f"{name}.csv"}


def _words(name: str) -> str:
    """A name of the vocabulary as words: ``cell_dose`` is ``cell dose``."""
    return name.replace("_", " ")


def _counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 claim``, ``1,200 claims``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _said(value: Any, default: str = "–") -> Any:
    """The value, or a dash where the text leaves it unsaid."""
    return default if missing(value) or value == "" else value


def _interval(row: Mapping[str, Any]) -> str:
    return interval_text(row["low"], row["high"], row["unit"], row["bound"])


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
