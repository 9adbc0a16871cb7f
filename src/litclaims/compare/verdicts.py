"""Verdicts: which positions are paired, which rule decides, and how much it matters.

Pairs are made within one measure and level, between documents and within one. Of :data:`CONTEXT_BOUND` measures a
difference means nothing unless both figures are about the same thing (two trials have two sample sizes), so they are
paired only where both name a condition and condition and site match. Limits of eligibility (``threshold``) are paired
only in one unit: BMI against age is not worth a row that says so.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from litclaims.compare.comparability import Likeness, facet_values, likeness
from litclaims.compare.finding import Context, Corpus, Finding
from litclaims.compare.kinds import IsA, vocabulary_is_a
from litclaims.compare.positions import NOT_HELD, positions
from litclaims.compare.rules import name, rules
from litclaims.compare.wording import say_facets
from litclaims.model import DOSE_MEASURES, Claim, Position, Verdict

LIMIT = 400
"""Positions of one measure and level up to which all are paired with all: at most 79,800 pairs.

Beyond it they are sorted by their lower end, and each is paired with those 1, 2, 4, 8 … places above it: n log n pairs,
near and far alike. How many were left out is always told.
"""

CONTEXT_BOUND = ("sample_size", "age", "follow_up", "count", "proportion", "mass_dose")
"""Measures of which a difference means something only for one condition and site."""

GRADE_FACTOR = {"same": 1.0, "partial": 0.6, "cross": 0.3}
"""What remains of the severity: a facet left unsaid is a doubt, one that differs explains most differences.

Of ``cross`` this is with one facet that differs; with two it is two thirds of that, with three a half, 2 / (1 + n).
"""

DOSE_FACTOR, OTHER_FACTOR, CONTEXT_BOUND_FACTOR = 1.0, 0.7, 0.3
"""A wrong dose harms; a wrong interval less; figures of :data:`CONTEXT_BOUND` measures differ for many reasons."""

GUESSED_FACTOR = 0.3
"""What remains if a side rests wholly on guessed readings."""

_SHOWN = ("route", "basis", "unit")  # facets that the main clause of a reason shows already

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison; ``notes`` tell what was left out, one sentence each."""

    positions: tuple[Position, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()


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
    found = positions(claims, sentences=sentences)
    judged, notes = _judged(found, is_a=is_a, document_keys=document_keys or {})
    return Comparison(found, judged, notes)


def verdicts(
    positions: Iterable[Position],
    *,
    is_a: IsA = vocabulary_is_a,
    document_keys: Mapping[str, Collection[str]] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts between positions, sorted by documents, measure and level; see :func:`compare`.

    Pairs left out for their number are logged as a warning.
    """
    judged, notes = _judged(positions, is_a=is_a, document_keys=document_keys or {})
    if notes:
        _log.warning("%s", " ".join(notes))
    return judged


def judge(a: Position, b: Position, *, is_a: IsA = vocabulary_is_a, corpus: Corpus | None = None) -> Verdict:
    """The verdict between two positions of one measure and level, the same whichever is named first."""
    a, b = sorted((a, b), key=_order)
    return _verdict(a, b, Context(likeness(a, b, is_a=is_a), corpus or Corpus(), is_a))


def _judged(
    found: Iterable[Position], *, is_a: IsA, document_keys: Mapping[str, Collection[str]]
) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    ordered = sorted(found, key=_order)
    corpus = _corpus(ordered, document_keys)
    judged, notes = [], []
    for (measure, level), group in sorted(_grouped(ordered).items()):
        if len(group) > LIMIT:
            notes.append(_note(measure, level, len(group)))
        for a, b in _pairs(group):
            a, b = sorted((a, b), key=_order)
            alike = likeness(a, b, is_a=is_a)
            if _worth(a, b, alike):
                judged.append(_verdict(a, b, Context(alike, corpus, is_a)))
    return tuple(sorted(judged, key=lambda v: (v.a.doc, v.b.doc, v.measure, v.level, v.pair_id))), tuple(notes)


def _order(position: Position) -> tuple[str, str]:
    return position.doc, position.position_id


def _corpus(found: Sequence[Position], document_keys: Mapping[str, Collection[str]]) -> Corpus:
    stated: dict[tuple[str, str, str], list[Position]] = {}
    for position in found:
        if position.status not in NOT_HELD:
            stated.setdefault((position.doc, position.measure, position.unit), []).append(position)
    return Corpus(
        document_keys={doc: frozenset(key.lower() for key in keys) for doc, keys in document_keys.items()},
        stated={key: tuple(group) for key, group in stated.items()},
    )


def _grouped(found: Sequence[Position]) -> dict[tuple[str, str], list[Position]]:
    groups: dict[tuple[str, str], list[Position]] = {}
    for position in found:
        groups.setdefault((position.measure, position.level), []).append(position)
    return groups


def _pairs(group: Sequence[Position]) -> Iterator[tuple[Position, Position]]:
    if len(group) <= LIMIT:
        yield from itertools.combinations(group, 2)
        return
    ranked = sorted(group, key=lambda p: (_lower(p), p.position_id))
    for offset in _offsets(len(ranked)):
        yield from zip(ranked, ranked[offset:], strict=False)


def _lower(position: Position) -> Decimal:
    return Decimal("-Infinity") if position.low is None else position.low


def _offsets(size: int) -> tuple[int, ...]:
    return tuple(1 << power for power in range((size - 1).bit_length()))


def _note(measure: str, level: str, size: int) -> str:
    total = size * (size - 1) // 2
    compared = sum(size - offset for offset in _offsets(size))
    return (
        f"{total - compared:,} of {total:,} pairs of {measure} at the {level} level were left out:"
        f" {size:,} positions are more than the {LIMIT} that are compared all with all."
    )


def _worth(a: Position, b: Position, alike: Likeness) -> bool:
    """True if a verdict on the pair would mean something."""
    if a.doc == b.doc and (set(a.claim_ids) <= set(b.claim_ids) or set(b.claim_ids) <= set(a.claim_ids)):
        return False
    if a.measure == "threshold":
        return a.unit == b.unit
    if a.measure not in CONTEXT_BOUND:
        return True
    held = a.status not in NOT_HELD and b.status not in NOT_HELD
    about = a.condition and alike.relations["condition"] == alike.relations["target"] == "match"
    return bool(held and about and a.unit == b.unit and alike.grade != "cross")


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
    if measure in (*DOSE_MEASURES, "mass_dose"):
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
