"""The comparison side by side: a row a subject, a column a document, in each cell what it gives, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from litclaims import tables
from litclaims.compare.positions import NOT_HELD, is_animal
from litclaims.compare.wording import say_interval
from litclaims.model import Position, Verdict
from litclaims.report.cells import joined

MOST_DOCUMENTS = 200
"""Columns of documents: more than anybody scrolls through. Those with the most figures are kept."""

Subject = tuple[str, str, tuple[str, ...], tuple[str, ...], str]


def matrix(positions: Iterable[Position], verdicts: Iterable[Verdict]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows of the matrix, and the name of its column by document.

    Positions at the site level that the documents hold, a row for each measure, unit, route, site and animal. A row is
    flagged if two of its positions are flagged against each other; ``why`` gives the gravest reason.
    """
    subjects: dict[Subject, list[Position]] = {}
    for position in positions:
        if position.level == "site" and position.status not in NOT_HELD:
            subjects.setdefault(_subject(position), []).append(position)
    columns = _columns(subjects.values())
    told = _why(verdicts)
    rows = [_row(subject, subjects[subject], columns, told.get(subject, [])) for subject in sorted(subjects)]
    return rows, columns


def _subject(position: Position) -> Subject:
    animal = position.species if is_animal(position.species) else None
    return position.measure, position.unit, position.route, position.target, animal or ""


def _columns(groups: Iterable[Sequence[Position]]) -> dict[str, str]:
    """The names of the documents' columns, in order of the documents; one that is a column already gets a mark."""
    counts: dict[str, int] = {}
    for group in groups:
        for position in group:
            counts[position.doc] = counts.get(position.doc, 0) + 1
    most = sorted(counts, key=lambda doc: (-counts[doc], doc))[:MOST_DOCUMENTS]
    taken = set(tables.columns("comparison_matrix"))
    return {doc: f"document {doc}" if doc in taken else doc for doc in sorted(most)}


def _why(verdicts: Iterable[Verdict]) -> dict[Subject, list[Verdict]]:
    """The flagged verdicts between two positions of one row, by row."""
    found: dict[Subject, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.flag and verdict.level == "site" and _subject(verdict.a) == _subject(verdict.b):
            found.setdefault(_subject(verdict.a), []).append(verdict)
    return found


def _row(
    subject: Subject, said: Sequence[Position], columns: dict[str, str], flagged: Sequence[Verdict]
) -> dict[str, Any]:
    measure, unit, route, target, species = subject
    lows, highs = ([getattr(position, end) for position in said] for end in ("low", "high"))
    cells: dict[str, list[str]] = {}
    for position in said:
        if position.doc in columns:
            cells.setdefault(columns[position.doc], []).append(_cell(position))
    return {
        "measure": measure,
        "unit": unit,
        "route": joined(route),
        "target": joined(target),
        "species": species or None,
        "n_documents": len({position.doc for position in said}),
        "low": _float(None if None in lows else min(lows)),
        "high": _float(None if None in highs else max(highs)),
        "flag": bool(flagged),
        "why": _worst(flagged),
        **{name: tables.SEPARATOR.join(dict.fromkeys(texts)) for name, texts in cells.items()},
    }


def _cell(position: Position) -> str:
    said = say_interval(position.low, position.high, position.unit, position.bound)
    if position.basis == "total":
        return f"{said} in total"
    basis = position.basis if position.basis and not position.unit.endswith(f"/{position.basis}") else None
    return f"{said} per {basis}" if basis else said


def _worst(flagged: Sequence[Verdict]) -> str | None:
    if not flagged:
        return None
    worst = min(flagged, key=lambda verdict: (-verdict.severity, verdict.pair_id))
    docs = " / ".join(dict.fromkeys((worst.a.doc, worst.b.doc)))
    more = f" (and {len(flagged) - 1:,} more)" if len(flagged) > 1 else ""
    return f"{docs}: {worst.reason}{more}"


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
