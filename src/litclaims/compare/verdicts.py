"""Verdicts: which rule decides between two positions, how much it matters, and what is listed.

The pairs are those of :mod:`~litclaims.compare.pairing`. A pair of positions at the route level that holds the same
claims as a pair at the site level, and comes to the same, adds nothing: it is there for whoever looks at that level
only, and named as a repeat, so that nobody has to read or count it twice.
"""

from __future__ import annotations

import gc
import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from litclaims.compare.clusters import Cluster
from litclaims.compare.comparability import Likeness, facet_values, likeness
from litclaims.compare.consensus import Standing, standings
from litclaims.compare.finding import Context, Corpus, Finding
from litclaims.compare.kinds import IsA, vocabulary_is_a
from litclaims.compare.pairing import CONTEXT_BOUND, group_clusters, limit, pairs, worth
from litclaims.compare.positions import NOT_HELD, positions
from litclaims.compare.rules import name, rules
from litclaims.compare.sources import Sources
from litclaims.compare.wording import say_facets
from litclaims.model import DOSE_MEASURES, Claim, Duplicate, Position, Verdict

GRADE_FACTOR = {"same": 1.0, "partial": 0.6, "cross": 0.3}
"""What remains of the severity: a facet left unsaid is a doubt, one that differs explains most differences.

Of ``cross`` this is with one facet that differs; with two it is two thirds of that, with three a half, 2 / (1 + n).
"""

DOSE_FACTOR, OTHER_FACTOR, CONTEXT_BOUND_FACTOR = 1.0, 0.7, 0.3
"""A wrong dose of cells harms, a wrong interval less. Figures of :data:`CONTEXT_BOUND` differ for many reasons,
amounts of substances too: no facet tells of which."""

GUESSED_FACTOR = 0.3
"""What remains if a side rests wholly on guessed readings."""

_SHOWN = ("route", "basis", "unit")  # facets that the main clause of a reason shows already

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison.

    Attributes:
        verdicts: sorted by documents, measure and level.
        notes: what was told by clusters instead of pairs, one sentence each.
        clusters: of every measure and level, those of one cell together, from the lowest to the highest.
        standings: how each position stands to the consensus, by ``position_id``.
        repeats: pairs at the route level that a pair at the site level says already, by ``pair_id`` with that one's.
        duplicates: documents that repeat another.
        sources: the works that the documents cite, merged over their reference lists.
    """

    positions: tuple[Position, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    repeats: Mapping[str, str] = field(default_factory=dict)
    duplicates: tuple[Duplicate, ...] = ()
    sources: Sources | None = None


def compare(
    claims: Iterable[Claim],
    *,
    sentences: Callable[[Claim], str],
    is_a: IsA = vocabulary_is_a,
    document_keys: Mapping[str, Collection[str]] | None = None,
) -> Comparison:
    """Positions and verdicts of any number of documents.

    Args:
        claims: in any order.
        sentences: gives the text of a claim's sentence.
        is_a: ``is_a(kind, label, ancestor)``; by default the lexicons.
        document_keys: of a document the reference keys that name it, for finding misquotations.
    """
    with _uncollected():
        return compare_positions(positions(claims, sentences=sentences), is_a=is_a, document_keys=document_keys)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for reference cycles: nothing here makes one, and among millions of nouns it takes a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def compare_positions(
    positions: Iterable[Position],
    *,
    is_a: IsA = vocabulary_is_a,
    document_keys: Mapping[str, Collection[str]] | None = None,
) -> Comparison:
    """The comparison of positions that are made already; see :func:`compare`."""
    ordered = tuple(positions)
    corpus = _corpus(ordered, document_keys or {})
    judged: list[Verdict] = []
    clusters: list[Cluster] = []
    notes: list[str] = []
    for (measure, level), group in sorted(_grouped(ordered).items()):
        found = group_clusters(group)
        clusters += [cluster for cell in found for cluster in cell]
        listed = [
            _verdict(a, b, Context(alike, corpus, is_a))
            for a, b, alike in _alike(pairs(group, found, keys=corpus.by_key), is_a)
            if worth(a, b, alike)
        ]
        judged += listed
        if len(group) > limit(measure):
            notes.append(_note(measure, level, len(group), sum(map(len, found)), len(listed)))
    return Comparison(
        positions=ordered,
        verdicts=tuple(sorted(judged, key=lambda v: (v.a.doc, v.b.doc, v.measure, v.level, v.pair_id))),
        notes=tuple(notes),
        clusters=tuple(clusters),
        standings=standings(ordered, document_keys=document_keys),
        repeats=_repeats(judged),
    )


def verdicts(
    positions: Iterable[Position],
    *,
    is_a: IsA = vocabulary_is_a,
    document_keys: Mapping[str, Collection[str]] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts between positions, sorted by documents, measure and level; see :func:`compare`.

    Groups too large to list are logged as a warning.
    """
    found = compare_positions(positions, is_a=is_a, document_keys=document_keys)
    if found.notes:
        _log.warning("%s", " ".join(found.notes))
    return found.verdicts


def judge(a: Position, b: Position, *, is_a: IsA = vocabulary_is_a, corpus: Corpus | None = None) -> Verdict:
    """The verdict between two positions of one measure and level, the same whichever is named first."""
    a, b = sorted((a, b), key=_order)
    return _verdict(a, b, Context(likeness(a, b, is_a=is_a), corpus or Corpus(), is_a))


def _alike(found: Iterable[tuple[Position, Position]], is_a: IsA) -> Iterator[tuple[Position, Position, Likeness]]:
    for pair in found:
        a, b = sorted(pair, key=_order)
        yield a, b, likeness(a, b, is_a=is_a)


def _repeats(judged: Sequence[Verdict]) -> dict[str, str]:
    """Of the verdicts at the route level that one at the site level has said already, by ``pair_id``, that one."""
    at_sites = {_said(verdict): verdict.pair_id for verdict in judged if verdict.level == "site"}
    at_routes = ((verdict.pair_id, at_sites.get(_said(verdict))) for verdict in judged if verdict.level == "route")
    return {pair_id: twin for pair_id, twin in at_routes if twin is not None}


def _said(verdict: Verdict) -> tuple:
    return frozenset((verdict.a.claim_ids, verdict.b.claim_ids)), verdict.verdict, verdict.flag, verdict.grade


def _order(position: Position) -> tuple[str, str]:
    return position.doc, position.position_id


def _corpus(found: Iterable[Position], document_keys: Mapping[str, Collection[str]]) -> Corpus:
    stated: dict[tuple[str, str, str], list[Position]] = {}
    for position in found:
        if position.status not in NOT_HELD:
            stated.setdefault((position.doc, position.measure, position.unit), []).append(position)
    return Corpus(
        document_keys={doc: frozenset(key.lower() for key in keys) for doc, keys in document_keys.items()},
        stated={key: tuple(group) for key, group in stated.items()},
        by_key={key.lower(): doc for doc, keys in document_keys.items() for key in keys},
    )


def _grouped(found: Sequence[Position]) -> dict[tuple[str, str], list[Position]]:
    groups: dict[tuple[str, str], list[Position]] = {}
    for position in found:
        groups.setdefault((position.measure, position.level), []).append(position)
    return groups


def _note(measure: str, level: str, size: int, clusters: int, listed: int) -> str:
    total = size * (size - 1) // 2
    return (
        f"{size:,} positions of {measure} at the {level} level make {total:,} pairs, more than can be listed:"
        f" {clusters:,} clusters hold them, and {listed:,} pairs that stand out are listed."
    )


def _verdict(a: Position, b: Position, context: Context) -> Verdict:
    rule, finding = _first(a, b, context)
    alike = context.likeness
    grade = finding.grade or alike.grade
    guessed = (a.guessed or b.guessed) and finding.verdict != "magnitude_suspect"
    shared = finding.shared
    return Verdict(
        pair_id=_pair_id(a, b),
        level=a.level,
        measure=a.measure,
        unit="; ".join(sorted({a.unit, b.unit})),
        verdict=finding.verdict,
        grade=grade,
        flag=finding.flag and not guessed,
        severity=_severity(finding, grade, a.measure, differing=len(alike.differ), guessed=guessed),
        reason=_reason(a, b, finding, alike, guessed=guessed),
        a=a,
        b=b,
        overlap_low=shared.low if shared else None,
        overlap_high=shared.high if shared else None,
        gap_fold=finding.gap_fold,
        rule=rule,
        match=alike.listed("match"),
        unsaid=alike.listed("unsaid"),
        differ=alike.listed("differ"),
        share=finding.share,
    )


def _first(a: Position, b: Position, context: Context) -> tuple[str, Finding]:
    for rule in rules():
        finding = rule.check(a, b, context)
        if finding is not None:
            return name(rule), finding
    raise AssertionError(f"no rule decides between {a.position_id} and {b.position_id}")  # two intervals meet or not


def _pair_id(a: Position, b: Position) -> str:
    ids = "|".join((a.level, *sorted((a.position_id, b.position_id))))
    return hashlib.sha256(ids.encode()).hexdigest()[:16]


def _severity(finding: Finding, grade: str, measure: str, *, differing: int, guessed: bool) -> float:
    """The severity of a finding as the grade, the measure and a guess leave it."""
    factor = OTHER_FACTOR
    if measure in DOSE_MEASURES:
        factor = DOSE_FACTOR
    elif measure in CONTEXT_BOUND:
        factor = CONTEXT_BOUND_FACTOR
    if grade == "cross":
        factor *= 2 / (1 + max(1, differing))
    return round(finding.severity * GRADE_FACTOR[grade] * factor * (GUESSED_FACTOR if guessed else 1.0), 4)


def _reason(a: Position, b: Position, finding: Finding, alike: Likeness, *, guessed: bool) -> str:
    clauses = [finding.reason]
    if finding.verdict != "not_comparable":
        clauses += [*_differences(a, b, alike), *_silences(alike), *alike.notes]
        if guessed:
            clauses.append("one side rests on a guessed reading")
    sentence = "; ".join(clauses)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _differences(a: Position, b: Position, alike: Likeness) -> Iterator[str]:
    shown = [facet for facet in alike.differ if facet in _SHOWN]
    if shown:
        yield f"{say_facets(shown)} {'differs' if len(shown) == 1 else 'differ'}"
    for facet in alike.differ:
        if facet not in _SHOWN:
            ours, theirs = (", ".join(facet_values(x, facet, other=y)) for x, y in ((a, b), (b, a)))
            yield f"{say_facets([facet])} differs ({ours} against {theirs})"


def _silences(alike: Likeness) -> Iterator[str]:
    silent = [facet for facet in alike.unsaid if facet != "route"]  # the main clause says "route not stated"
    if silent:
        yield f"{say_facets(silent)} {'is' if len(silent) == 1 else 'are each'} not stated on one side"
