"""Nouns to rows: the tables that a run writes, in the columns and the order of the contract.

Values become floats here; the exact decimals stay in the nouns. Sentences are shown on one line, their offsets in the
ingested text are in the claim.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from litclaims import tables
from litclaims.compare import Comparison
from litclaims.compare.clusters import Cluster
from litclaims.compare.consensus import Standing
from litclaims.compare.pairing import counts
from litclaims.compare.sources import Source, Sources, merge_sources
from litclaims.compare.stances import stance_id
from litclaims.compare.wording import say_number
from litclaims.model import (
    Claim,
    Duplicate,
    Extraction,
    Outcome,
    Position,
    Reference,
    Slot,
    Stance,
    Verdict,
)
from litclaims.report.cells import collapse, encodable, joined
from litclaims.report.matrix import matrix
from litclaims.vocab.measurement import ucum

AGREEING = frozenset({"agree", "contained", "overlap"})
"""The verdicts that count as agreement where they are not flagged."""

MOST_DOCS = 20
"""Documents that a cluster names; the rest are counted, and found by ``cluster_id`` in the table ``comparison``."""

_FACETS = {"unit": "dimension", "target": "site", "cell_type": "cell type", "species": "subject"}

Row = dict[str, Any]

Review = tuple[str, str]
"""One of :data:`litclaims.tables.REVIEWS`, and a note."""


def frames(
    outcomes: Sequence[Outcome],
    positions: Sequence[Position],
    verdicts: Sequence[Verdict],
    *,
    comparison: Comparison | None = None,
    reviews: Mapping[str, Review] | None = None,
) -> dict[str, pd.DataFrame]:
    """Every table of a run, validated, under its name in :data:`litclaims.tables.TABLES`.

    Args:
        comparison: what else came of the comparison: clusters, consensus, repeats, and the works that are cited;
            without them the entries of the reference lists are merged here.
        reviews: what reviewers decided of claims and verdicts, as word and note, by ``claim_id`` and ``pair_id``.

    Raises:
        litclaims.errors.TableError: a row breaks its schema, e.g. two documents of one name.
    """
    read = [outcome.extraction for outcome in outcomes if outcome.extraction is not None]
    found = comparison or Comparison(tuple(positions), tuple(verdicts))
    sources = found.sources or merge_sources(entry for one in read for entry in one.references)
    decided = reviews or {}
    matrix_rows, documents = matrix(positions, verdicts)
    # a table and a row after the other: as rows a table takes ten times the memory
    made: dict[str, Callable[[], Iterable[Row]]] = {
        "claims": lambda: (row for one in _by_doc(read) for row in claims_rows(one, decided)),
        "comparison": lambda: _comparison_rows(positions, verdicts, found),
        "comparison_matrix": lambda: matrix_rows,
        "clusters": lambda: clusters_rows(found.clusters),
        "disagreements": lambda: _disagreements_rows(verdicts, found.repeats, decided),
        "references": lambda: (row for one in _by_doc(read) for row in references_rows(one, sources)),
        "sources": lambda: sources_rows(sources),
        "stances": lambda: _sorted((row for one in read for row in stances_rows(one)), "doc", "start", "end", "stance"),
        "documents": lambda: documents_rows(outcomes, found.duplicates),
        "changes": list,  # known only when these tables are
    }
    columns = {"comparison_matrix": [encodable(name) for name in documents.values()]}
    return {
        name: tables.frame(name, map(_encodable, made[name]()), documents=columns.get(name, ()))
        for name in tables.TABLES
    }


def claims_rows(extraction: Extraction, reviews: Mapping[str, Review] | None = None) -> list[Row]:
    """A row a claim, in order of the text."""
    claims = sorted(extraction.claims, key=lambda claim: (claim.span, claim.claim_id))
    return [_claim_row(claim, extraction) | _review(reviews, claim.claim_id) for claim in claims]


def _review(reviews: Mapping[str, Review] | None, name: str) -> Row:
    """What was decided of a claim or verdict: ``review`` and ``review_note``."""
    decided, note = (reviews or {}).get(name, (None, ""))
    return {"review": decided, "review_note": note or None}


def _claim_row(claim: Claim, read: Extraction) -> Row:
    quantity = claim.quantity
    return {
        "claim_id": claim.claim_id,
        "doc": claim.doc,
        "doc_id": claim.doc_id,
        "source": read.document.source,
        "start": claim.span.start,
        "end": claim.span.end,
        "figure": claim.figure,
        "measure": claim.measure,
        "low": _float(quantity.low),
        "high": _float(quantity.high),
        "unit": quantity.unit,
        "bound": quantity.bound,
        "spread": _float(quantity.spread),
        "status": claim.value("status"),
        "citations": joined(claim.citations),
        "section": claim.section or None,
        "sentence": read.quote(claim.sentence),
        "page": claim.page,
        "confidence": claim.confidence,
        "repairs": joined(quantity.repairs),
        "rule": claim.rule,
        "origin": claim.origin or None,
        "ucum": ucum(quantity.unit),
        **_slot_cells(claim),
    }


def _slot_cells(claim: Claim) -> Row:
    said = {
        name: joined(claim.values(name)) for name in ("basis", "route", "target", "condition", "cell_type", "species")
    }
    ids = {
        "condition_ids": _ids(claim.slot("condition")),
        "target_ids": _ids(claim.slot("target")),
        "cell_type_id": _ids(claim.slot("cell_type")),
        "route_id": _ids(claim.slot("route")),
    }
    context = tuple(f"{slot.name}: {slot.step}" for slot in claim.slots if slot.step)
    return said | ids | {"context": joined(context)}


def _ids(slot: Slot | None) -> str | None:
    """The ids of a slot, each at the place of its value, an empty place where a value has none."""
    if slot is None:
        return None
    unsaid = (None,) * (len(slot.values) - len(slot.ids))
    return joined(slot.ids + unsaid)


def comparison_rows(
    positions: Sequence[Position], verdicts: Sequence[Verdict], comparison: Comparison | None = None
) -> list[Row]:
    """A row a position, those that can be compared side by side; counts the verdicts that it takes part in."""
    return list(_comparison_rows(positions, verdicts, comparison or Comparison((), ())))


def _comparison_rows(positions: Sequence[Position], verdicts: Sequence[Verdict], found: Comparison) -> Iterator[Row]:
    disagree, agree = _tally(verdicts)
    for name, (apart, together) in counts(found.clusters).items():  # of groups whose pairs are not all listed
        disagree[name], agree[name] = max(disagree[name], apart), max(agree[name], together)
    clusters = {
        position.position_id: cluster_id
        for cluster in found.clusters
        for cluster_id in [cluster.cluster_id]
        for position in cluster.members
    }
    for position in sorted(positions, key=_beside):
        row = _position_row(position, disagree, agree)
        row |= _standing_cells(found.standings.get(position.position_id))
        yield row | {"cluster_id": clusters.get(position.position_id)}


def _beside(position: Position) -> tuple:
    """Where a position stands among all, missing values first."""
    low, high = _float(position.low), _float(position.high)
    cells = (position.measure, position.unit, position.level, joined(position.route), position.doc, low, high)
    return tuple((cell is not None, cell) for cell in (*cells, position.position_id))


def _standing_cells(standing: Standing | None) -> Row:
    """The consensus on a position's subject, and how far it lies outside."""
    if standing is None:
        return {}
    agreed = standing.consensus
    far = f"{say_number(standing.fold)}-fold " if standing.fold is not None and standing.fold > 1 else ""
    return {
        "envelope_low": _float(agreed.low),
        "envelope_high": _float(agreed.high),
        "consensus_low": _float(agreed.median_low),
        "consensus_high": _float(agreed.median_high),
        "n_sources": agreed.n_sources,
        "outside": f"{far}{standing.side}" if standing.side else None,
        "outside_fold": _float(standing.fold),
    }


def clusters_rows(clusters: Sequence[Cluster]) -> list[Row]:
    """A row a cluster, those of one cell together, from the lowest to the highest."""
    return [_cluster_row(cluster) for cluster in clusters]


def _cluster_row(cluster: Cluster) -> Row:
    first, docs = cluster.lowest, cluster.documents
    shown = [*docs[:MOST_DOCS], *([f"… {len(docs) - MOST_DOCS:,} more"] if len(docs) > MOST_DOCS else [])]
    own = first.level == "site"
    return {
        "cluster_id": cluster.cluster_id,
        "level": first.level,
        "measure": first.measure,
        "unit": first.unit,
        "route": joined(first.route),
        "basis": first.basis,
        "target": joined(first.target) if own else None,
        "condition": joined(first.condition) if own else None,
        "cell_type": first.cell_type if own else None,
        "species": first.species,
        "low": _float(cluster.low),
        "high": _float(cluster.high),
        "n_positions": len(cluster.members),
        "n_documents": len(docs),
        "gap_above": _float(cluster.gap_above),
        "docs": tables.SEPARATOR.join(shown),
    }


def _tally(verdicts: Sequence[Verdict]) -> tuple[Counter[str], Counter[str]]:
    """How many verdicts each position is flagged in, and how many it agrees in, by ``position_id``."""
    disagree: Counter[str] = Counter()
    agree: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.flag:
            disagree.update({verdict.a.position_id, verdict.b.position_id})
        elif verdict.verdict in AGREEING:
            agree.update({verdict.a.position_id, verdict.b.position_id})
    return disagree, agree


def _position_row(position: Position, disagree: Counter[str], agree: Counter[str]) -> Row:
    return {
        "position_id": position.position_id,
        "level": position.level,
        "doc": position.doc,
        "measure": position.measure,
        "unit": position.unit,
        "route": joined(position.route),
        "basis": position.basis,
        "target": joined(position.target),
        "condition": joined(position.condition),
        "cell_type": position.cell_type,
        "low": _float(position.low),
        "high": _float(position.high),
        "n_claims": len(position.claim_ids),
        "claim_ids": tables.SEPARATOR.join(position.claim_ids),
        "n_disagree": disagree[position.position_id],
        "n_agree": agree[position.position_id],
        "flag": disagree[position.position_id] > 0,
        "figures": tables.SEPARATOR.join(position.figures),
        "bound": position.bound,
        "species": position.species,
        "status": position.status,
    }


def disagreements_rows(
    verdicts: Sequence[Verdict], repeats: Mapping[str, str] | None = None, reviews: Mapping[str, Review] | None = None
) -> list[Row]:
    """A row a verdict: the flagged first, then those that repeat none, the most severe of them first."""
    return list(_disagreements_rows(verdicts, repeats or {}, reviews or {}))


def _disagreements_rows(
    verdicts: Sequence[Verdict], known: Mapping[str, str], reviews: Mapping[str, Review]
) -> Iterator[Row]:
    ranked = sorted(verdicts, key=lambda one: (not one.flag, one.pair_id in known, -one.severity, one.pair_id))
    for verdict in ranked:
        more = {"repeats": known.get(verdict.pair_id), "issue_id": _issue(verdict)}
        yield _verdict_row(verdict) | more | _review(reviews, verdict.pair_id)


def _issue(verdict: Verdict) -> str:
    """What two documents have with each other on one measure, in one way: a reader takes it up once."""
    key = "|".join((verdict.measure, verdict.verdict, *sorted((verdict.a.doc, verdict.b.doc))))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _verdict_row(verdict: Verdict) -> Row:
    return {
        "pair_id": verdict.pair_id,
        "level": verdict.level,
        "measure": verdict.measure,
        "unit": verdict.unit,
        "verdict": verdict.verdict,
        "flag": verdict.flag,
        "severity": verdict.severity,
        "grade": verdict.grade,
        "reason": verdict.reason,
        "overlap_low": _float(verdict.overlap_low),
        "overlap_high": _float(verdict.overlap_high),
        "gap_fold": _float(verdict.gap_fold),
        "same_document": verdict.a.doc == verdict.b.doc,
        "state": verdict.state,
        "rule": verdict.rule,
        "facets_match": joined(_words(verdict.match)),
        "facets_unsaid": joined(_words(verdict.unsaid)),
        "facets_differ": joined(_words(verdict.differ)),
        "overlap_share": _float(verdict.share),
        **_side("a", verdict.a),
        **_side("b", verdict.b),
    }


def _words(facets: Sequence[str]) -> tuple[str, ...]:
    return tuple(_FACETS.get(facet, facet) for facet in facets)


def _side(side: str, position: Position) -> Row:
    cells = {
        "doc": position.doc,
        "low": _float(position.low),
        "high": _float(position.high),
        "figure": tables.SEPARATOR.join(position.figures),
        "route": joined(position.route),
        "basis": position.basis,
        "bound": position.bound,
        "claim_ids": tables.SEPARATOR.join(position.claim_ids),
        "sentence": collapse(position.sentence),
    }
    return {f"{name}_{side}": value for name, value in cells.items()}


def references_rows(extraction: Extraction, sources: Sources | None = None) -> list[Row]:
    """A row an entry of the reference list, in order of the list."""
    ordered = sorted(extraction.references, key=lambda one: (one.span, one.ref_id))
    return [_reference_row(one, sources or Sources()) for one in ordered]


def _reference_row(reference: Reference, sources: Sources) -> Row:
    made = {
        "raw": collapse(reference.raw),
        "authors": joined(reference.authors),
        "source_id": sources.key(reference),
    }
    return {name: made[name] if name in made else getattr(reference, name) for name in tables.columns("references")}


def sources_rows(sources: Sources) -> list[Row]:
    """A row a cited work, those that most documents cite first."""
    return [_source_row(source) for source in sources.listed]


def _source_row(source: Source) -> Row:
    made = {
        "n_cited_by": len(source.cited_by),
        "cited_by": tables.SEPARATOR.join(source.cited_by),
        "ref_ids": tables.SEPARATOR.join(source.ref_ids),
        "title": collapse(source.title or "") or None,
    }
    return {name: made[name] if name in made else getattr(source, name) for name in tables.columns("sources")}


def stances_rows(extraction: Extraction) -> list[Row]:
    """A row a stance, in order of the text."""
    stances = sorted(extraction.stances, key=lambda one: (one.span, one.intervention, one.condition))
    return [_stance_row(stance, extraction) for stance in stances]


def _stance_row(stance: Stance, read: Extraction) -> Row:
    return {
        "doc": stance.doc,
        "intervention": stance.intervention,
        "condition": stance.condition,
        "stance": stance.stance,
        "sentence": read.quote(stance.span),
        "start": stance.span.start,
        "end": stance.span.end,
        "stance_id": stance_id(stance),
    }


def documents_rows(outcomes: Sequence[Outcome], duplicates: Sequence[Duplicate] = ()) -> list[Row]:
    """A row an input, whatever became of it, in order of the name."""
    repeating = {each.doc: each for each in duplicates}
    ordered = sorted(outcomes, key=lambda outcome: outcome.doc)
    return [_document_row(outcome) | _repeated(repeating.get(outcome.doc)) for outcome in ordered]


def _repeated(duplicate: Duplicate | None) -> Row:
    return {} if duplicate is None else {"duplicate_of": duplicate.of, "duplicate_kind": duplicate.kind}


def _document_row(outcome: Outcome) -> Row:
    row = {
        "doc": outcome.doc,
        "source": outcome.source,
        "status": outcome.status,
        "reason": collapse(outcome.reason) or None,
        "n_claims": 0,
        "chars": 0,
        "seconds": outcome.seconds,
    }
    if outcome.extraction is None:
        return row
    document = outcome.extraction.document
    return row | {
        "doc_id": document.doc_id,
        "media_type": document.media_type,
        "title": None if document.title is None else collapse(document.title) or None,
        "n_claims": len(outcome.extraction.claims),
        "chars": outcome.extraction.chars,
        "authors": joined(document.authors),
        "date": document.date,
        "doi": document.doi,
        "language": document.language,
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _by_doc(extractions: Iterable[Extraction]) -> list[Extraction]:
    return sorted(extractions, key=lambda extraction: extraction.document.doc)


def _sorted(rows: Iterable[Row], *names: str) -> list[Row]:
    """The rows in order of these columns, missing values first."""
    return sorted(rows, key=lambda row: tuple((row[name] is not None, row[name]) for name in names))


def _encodable(row: Row) -> Row:
    """The row with its texts as every reader can take them, in place."""
    for name, value in row.items():
        if isinstance(value, str):
            row[name] = encodable(value)
    return row
