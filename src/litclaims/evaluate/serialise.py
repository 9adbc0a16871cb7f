"""Scores as JSON, and files that are written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from litclaims.errors import GoldError, OutputError
from litclaims.evaluate import attributes, entries
from litclaims.evaluate.counts import LABELS, Counts
from litclaims.evaluate.score import FileScore, Item, Score, attribute_counts, counts_by_row
from litclaims.model import to_json as plain_json

FORMAT = 1
"""Version of the score file; raised when an older reader would read a newer file wrongly."""


def to_json(score: Score) -> dict[str, Any]:
    """A score as plain JSON: totals, and for each gold file its tables, entries, failures and every judged item."""
    return {
        "format": FORMAT,
        "total": _tables(score),
        "files": [
            {
                "gold": file.gold,
                "sha256": file.sha256,
                **_tables(file),
                "documents": [document.doc for document in file.documents],
                "failures": [
                    {"doc": document.doc, "reason": document.failure}
                    for document in file.documents
                    if document.failure is not None
                ],
                "entries": plain_json(file.entries),
                "items": plain_json(file.items),
            }
            for file in score.files
        ],
    }


def _tables(score: Score | FileScore) -> dict[str, Any]:
    return {
        "figures": {name: _counts(row) for name, row in counts_by_row(score.items).items()},
        "attributes": {name: _attribute(row) for name, row in attribute_counts(score.items).items()},
        "references": _entries(score.entries, "reference"),
        "stances": _entries(score.entries, "stance"),
    }


def _counts(row: Counts) -> dict[str, Any]:
    derived = {name: getattr(row, name) for name in ("gold", "predicted", "wrong", "precision", "recall", "f1")}
    return {**plain_json(row), **derived}


def _attribute(row: attributes.AttributeCounts) -> dict[str, Any]:
    return {**plain_json(row), "total": row.total, "accuracy": row.accuracy}


def _entries(judged: Iterable[entries.Entry], kind: str) -> dict[str, Any]:
    mine = [entry for entry in judged if entry.kind == kind]
    row = entries.tally(mine)
    fields = entries.field_counts(mine)
    return {
        **plain_json(row),
        "precision": row.precision,
        "recall": row.recall,
        "f1": row.f1,
        "fields": {name: _attribute(counts) for name, counts in fields.items()},
    }


def read_items(path: Path) -> dict[str, dict[str, tuple[Item, ...]]]:
    """The judged items of a saved score: gold file → document → items.

    Raises:
        GoldError: the file cannot be read or is no saved score of this format.
    """
    saved = read_json(path, remedy="give a file that --save wrote")
    if not isinstance(saved, Mapping) or saved.get("format") != FORMAT:
        raise GoldError(f"is no saved score of format {FORMAT}", source=path, remedy="write it again with --save")
    try:
        return {file["gold"]: _items_by_document(file) for file in saved["files"]}
    except (KeyError, TypeError) as error:
        message = f"is no whole saved score: {type(error).__name__}: {error}"
        raise GoldError(message, source=path, remedy="write it again with --save") from error


def _items_by_document(file: Mapping[str, Any]) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {doc: [] for doc in file["documents"]}
    for row in file["items"]:
        if row["label"] not in LABELS:
            raise GoldError(f"label {row['label']!r} is not known", source=file["gold"], remedy="write it with --save")
        judged = tuple(attributes.Judgement(**judgement) for judgement in row["attributes"])
        found[row["doc"]].append(Item(**{**row, "attributes": judged}))
    return {doc: tuple(items) for doc, items in found.items()}


def read_json(path: Path, *, remedy: str) -> Any:
    """The content of a JSON file.

    Raises:
        GoldError: it cannot be read or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise GoldError(f"cannot be read: {reason}", source=path, remedy=remedy) from error
    except (ValueError, RecursionError) as error:
        raise GoldError(f"not valid JSON: {error}", source=path, remedy=remedy) from error


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all, keys in the order given.

    Raises:
        OutputError: it cannot be written.
    """
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file under a temporary name next to its place and move it there, so that no half file is ever seen.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", newline="", dir=path.parent, delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(text)
                file.close()
                os.chmod(temporary, 0o644)
                os.replace(temporary, path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise OutputError(message, source=path, remedy="name a folder that you may write to") from error
