"""Figures as read brought to canonical units. Reads no raw text."""

from __future__ import annotations

import dataclasses
import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from litclaims.extract import linking
from litclaims.extract.quantity import Finding
from litclaims.model import Claim, Document, Origin, Quantity, Slot, Span
from litclaims.relate import Draft

_DAY = Decimal(1)

STEP_CONFIDENCE = {
    "clause": 1.0,
    "sentence": 0.97,
    "item": 0.97,
    "heading": 0.95,
    "before": 0.9,
    "after": 0.9,
    "title": 0.9,
    "document": 0.85,
}
"""How sure a slot is by the context that gave it; a claim is as sure as its least sure slot."""

REPAIRED, GUESSED = 0.95, 0.5
"""A repair that the context proves costs little; a guessed one halves the confidence."""


def claims(drafts: Iterable[Draft], document: Document) -> tuple[Claim, ...]:
    """Drafts as claims with canonical values and stable ids, in order of the text.

    An id is made of document, measure, value and sentence, not of the place: text that is added above leaves it alone,
    and so does another way to write the figure's white space. Of claims that are alike in all that, the order counts.
    """
    seen: Counter[str] = Counter()
    made = []
    for draft in sorted(drafts, key=lambda draft: (draft.span, draft.finding.measure)):
        value = dataclasses.replace(quantity(draft.finding), unit=unit(draft.finding))
        sentence = " ".join(document.text[draft.sentence.start : draft.sentence.end].split())
        ends = "–".join("" if end is None else str(end.normalize()) for end in (value.low, value.high))
        key = f"{document.doc}|{draft.finding.measure}|{ends} {value.unit}|{value.bound}|{sentence}"
        seen[key] += 1
        made.append(_claim(draft, document, value, f"{key}|{seen[key]}"))
    return tuple(made)


def _claim(draft: Draft, document: Document, value: Quantity, key: str) -> Claim:
    repairs = dict.fromkeys((*ingest_repairs(document, draft.span), *value.repairs))
    return Claim(
        claim_id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        doc=document.doc,
        doc_id=document.doc_id,
        span=draft.span,
        figure=document.text[draft.span.start : draft.span.end],
        measure=draft.finding.measure,
        quantity=dataclasses.replace(value, repairs=tuple(repairs)),
        sentence=draft.sentence,
        slots=tuple(map(_with_ids, draft.slots)),
        citations=draft.citations,
        section=draft.section,
        page=document.blocks[draft.block].page,
        rule=draft.finding.rule,
        confidence=_confidence(draft),
        origin=origin(document.origins_of(draft.span)),
    )


def ingest_repairs(document: Document, span: Span) -> tuple[str, ...]:
    """What ingest changed within a span, each change named once."""
    first = bisect_right(document.repairs, span.start, key=lambda repair: repair.span.end)
    last = bisect_left(document.repairs, span.end, lo=first, key=lambda repair: repair.span.start)
    return tuple(dict.fromkeys(repair.name for repair in document.repairs[first:last]))


def origin(places: Sequence[Origin]) -> str:
    """Places in an original in words: ``page 3, box 72 500 110 512``, ``/article/body/sec[2]/p[1]``; empty if none.

    The boxes of a page are told as the one around them all, in whole points.
    """
    told = dict.fromkeys(place.path for place in places if place.path)
    pages: dict[int | None, list[tuple[float, float, float, float]]] = {}
    for place in places:
        if place.box:
            pages.setdefault(place.page, []).append(place.box)
    for page, boxes in pages.items():
        left, bottom, right, top = zip(*boxes, strict=True)
        box = " ".join(f"{side:.0f}" for side in (min(left), min(bottom), max(right), max(top)))
        told[f"page {page}, box {box}"] = None
    return "; ".join(told)


def _with_ids(slot: Slot) -> Slot:
    """The slot with the ids that the knowledge base has where the lexicon has none."""
    if slot.name not in linking.KINDS:
        return slot
    ids = (*slot.ids, *(None,) * (len(slot.values) - len(slot.ids)))
    found = tuple(known or linking.identifier(slot.name, value) for known, value in zip(ids, slot.values, strict=True))
    return dataclasses.replace(slot, ids=found)


def _confidence(draft: Draft) -> float:
    steps = [STEP_CONFIDENCE.get(slot.step, 1.0) for slot in draft.slots if slot.name != "status"]
    repaired = GUESSED if draft.finding.guessed else REPAIRED if draft.finding.repairs else 1.0
    return round(min(steps, default=1.0) * repaired, 3)


def quantity(finding: Finding) -> Quantity:
    """The value of a figure in canonical units, as the guide defines it.

    Times become days (a month has 30.4375, a year 365.25), rounded to whole days from one day up; a bound opens one
    side.
    """
    low, high = (_canonical(value, finding) for value in (finding.low, finding.high))
    spread = None if finding.spread is None else _canonical(finding.spread, finding)
    if finding.bound in ("less_than", "at_most"):
        low = None
    elif finding.bound in ("greater_than", "at_least"):
        high = None
    return Quantity(low, high, finding.unit, finding.bound, spread, finding.repairs, finding.guessed)


def _canonical(value: Decimal, finding: Finding) -> Decimal:
    scaled = value * finding.factor
    if finding.measure == "age":
        return value if finding.factor > 365 else scaled / Decimal("365.25")
    if finding.unit == "d" and scaled >= _DAY:
        return scaled.quantize(_DAY, rounding=ROUND_HALF_UP)
    return scaled.normalize() if scaled == scaled.to_integral_value() else scaled


def unit(finding: Finding) -> str:
    """The canonical unit: ages are in years (UCUM ``a``), all other times in days."""
    return "a" if finding.measure == "age" else finding.unit
