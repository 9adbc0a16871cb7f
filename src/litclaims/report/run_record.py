"""``run.json``: what made the tables, so that a run can be understood and done again."""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

PACKAGES = ("litclaims", "spacy", "scispacy", "prefect", "pandas", "pandera", "pyarrow", "sqlalchemy", "xlsxwriter")
"""The packages whose versions decide what comes out."""

# ``user:password@`` of a URL, as a store or service setting may hold it.
_PASSWORD = re.compile(r"(://[^/?#\s:@]{0,256}):[^/?#\s@]{1,256}@")


def run_record(
    frames: Mapping[str, pd.DataFrame],
    *,
    configuration: Mapping[str, Any],
    vocabulary_sha256: str,
    models: Sequence[Mapping[str, str]] = (),
    started: datetime,
    ended: datetime,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The record of a run, of plain JSON types.

    Args:
        frames: the tables, as of :func:`litclaims.report.rows.frames`.
        configuration: the settings in force; passwords in URLs are masked.
        vocabulary_sha256: of the vocabulary files that were used.
        models: for each model its ``name``, ``version`` and ``sha256``.
        started, ended: with a time zone.
        seconds: wall-clock seconds of each stage.

    Raises:
        ValueError: a time without a zone.
    """
    return {
        "started": utc_text(started),
        "ended": utc_text(ended),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "versions": versions(),
        "configuration": _json(configuration),
        "vocabulary_sha256": vocabulary_sha256,
        "models": [dict(model) for model in models],
        "counts": counts(frames),
    }


def counts(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Rows of each table, documents by status, verdicts by kind, flagged verdicts."""
    verdicts = frames["disagreements"]
    return {
        "rows": {name: len(table) for name, table in frames.items()},
        "documents": _tally(frames["documents"]["status"]),
        "verdicts": _tally(verdicts["verdict"]),
        "flagged": int(verdicts["flag"].sum()),
    }


def versions() -> dict[str, str | None]:
    """Versions of Python and of :data:`PACKAGES`; None for one that is not installed."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def utc_text(time: datetime) -> str:
    """A time as ISO 8601 in UTC, whole seconds: ``2026-05-01T10:00:00Z``. As text it sorts as in time.

    Raises:
        ValueError: the time has no zone.
    """
    if time.tzinfo is None:
        raise ValueError(f"{time!r} has no time zone")
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def record_text(record: Mapping[str, Any]) -> str:
    """The record as it stands in ``run.json``."""
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _tally(values: pd.Series) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _json(value: Any) -> Any:
    """The value as plain JSON types: what JSON does not know becomes text, passwords become ``***``."""
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_json(item) for item in value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _PASSWORD.sub(r"\1:***@", str(value))
