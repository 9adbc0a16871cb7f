"""What reviewers decided of claims and verdicts, and what becomes of a run under it.

A decision holds while the text that the reviewer saw is unchanged, even where it is now read otherwise; when the text
has changed the reviewer is asked again. A rejected claim stays in its table and is left out of the comparison, a
corrected one has the corrected value; a rejected verdict is no longer flagged.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from litclaims.model import Claim, Extraction, Outcome, Quantity, Verdict

KINDS = ("claim", "verdict")
DECIDED = ("accepted", "corrected", "rejected")
ASKED_AGAIN = "asked again"
CORRECTED = "corrected by a reviewer"
"""The repair that a corrected claim names."""

FLAGGED = ("disjoint", "magnitude_suspect", "bound_conflict", "misquoted")
"""Verdicts that are flagged when a reviewer puts them in the place of another."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        kind: one of :data:`KINDS`; ``id`` is the ``claim_id`` or ``pair_id``.
        decision: one of :data:`DECIDED`.
        doc, measure, figure: of the claim, or of the verdict's sides joined, by which it is known again.
        text_sha256: of what the reviewer saw, see :func:`claim_text` and :func:`verdict_text`.
        low, high, unit: the corrected value of a claim, as exact decimals in canonical units; an open side is None.
        verdict: the corrected verdict.
        decided: when, ISO 8601 in UTC.
    """

    kind: str
    id: str
    decision: str
    doc: str
    measure: str
    figure: str
    text_sha256: str
    decided: str
    note: str = ""
    low: str | None = None
    high: str | None = None
    unit: str | None = None
    verdict: str | None = None

    def row(self) -> dict[str, Any]:
        """The decision as a row of the store."""
        return dataclasses.asdict(self)


def claim_text(figure: str, sentence: str) -> str:
    """The hash of what stands under a claim: its figure and its sentence, white space aside."""
    return _sha(figure, sentence)


def verdict_text(sides: Iterable[tuple[str, str, str]]) -> str:
    """The hash of what stands under a verdict: document, figures and sentence of both sides, in any order."""
    return _sha(*(part for side in sorted(sides) for part in side))


def _sha(*parts: str) -> str:
    plain = "\x1f".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(plain.encode("utf-8", "backslashreplace")).hexdigest()


def text_of_claim(claim: Claim, text: str) -> str:
    """:func:`claim_text` of a claim in the text of its document."""
    return claim_text(claim.figure, text[claim.sentence.start : claim.sentence.end])


def text_of_verdict(verdict: Verdict) -> str:
    """:func:`verdict_text` of a verdict."""
    return verdict_text((side.doc, "; ".join(side.figures), side.sentence) for side in (verdict.a, verdict.b))


@dataclass(frozen=True)
class Decisions:
    """All decisions, to be looked up by what they are about."""

    made: tuple[Decision, ...] = ()
    of_verdicts: Mapping[str, Decision] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_verdicts", {one.id: one for one in self.made if one.kind == "verdict"})

    @functools.cached_property
    def sha256(self) -> str:
        """A hash of all of them: as long as it is the same, nothing was decided."""
        rows = sorted(json.dumps(one.row(), sort_keys=True) for one in self.made)
        return hashlib.sha256("\n".join(rows).encode("utf-8", "backslashreplace")).hexdigest()

    @functools.cached_property
    def _of_documents(self) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for one in self.made:
            if one.kind == "claim":
                found.setdefault(one.doc, []).append(one)
        return found

    def of_claims(self, extraction: Extraction) -> dict[str, tuple[str, Decision]]:
        """Of the claims of a document the word for ``review`` and the decision behind it, by ``claim_id``.

        A claim takes up the decision on its own id, else one on the same words, else, to be asked again, one on the
        same figure of its measure; both of these only where the claim decided on is gone.
        """
        there = {claim.claim_id for claim in extraction.claims}
        found: dict[str, tuple[str, Decision]] = {}
        made = self._of_documents.get(extraction.document.doc, [])
        free = [one for one in made if one.id not in there]
        by_id = {one.id: one for one in made}
        for claim in extraction.claims:
            seen = claim_text(claim.figure, extraction.quote(claim.sentence))
            own = by_id.get(claim.claim_id)
            if own is not None:
                found[claim.claim_id] = (own.decision if own.text_sha256 == seen else ASKED_AGAIN, own)
                continue
            alike = [one for one in free if one.measure == claim.measure]
            held = next((one for one in alike if one.text_sha256 == seen), None)
            near = held or next((one for one in alike if one.figure == claim.figure), None)
            if near is not None:
                free.remove(near)
                found[claim.claim_id] = (near.decision if near is held else ASKED_AGAIN, near)
        return found

    def of_verdict(self, verdict: Verdict) -> tuple[str, Decision] | None:
        """The word for ``review`` and the decision behind it; None if nothing was decided."""
        own = self.of_verdicts.get(verdict.pair_id)
        if own is None:
            return None
        return (own.decision if own.text_sha256 == text_of_verdict(verdict) else ASKED_AGAIN), own


def corrected(outcomes: Sequence[Outcome], decisions: Decisions, *, rejected: bool = True) -> tuple[Outcome, ...]:
    """The outcomes with the values that reviewers corrected.

    Args:
        rejected: keep the claims that reviewers rejected; without them for the comparison.
    """
    if not decisions.made:
        return tuple(outcomes)
    return tuple(_corrected_outcome(outcome, decisions, rejected=rejected) for outcome in outcomes)


def _corrected_outcome(outcome: Outcome, decisions: Decisions, *, rejected: bool) -> Outcome:
    if outcome.extraction is None:
        return outcome
    found = decisions.of_claims(outcome.extraction)
    claims = tuple(_corrected_claims(outcome.extraction.claims, found, rejected=rejected))
    return replace(outcome, extraction=replace(outcome.extraction, claims=claims))


def _corrected_claims(
    claims: Iterable[Claim], found: Mapping[str, tuple[str, Decision]], *, rejected: bool
) -> Iterator[Claim]:
    for claim in claims:
        word, decision = found.get(claim.claim_id, ("", None))
        if word == "rejected" and not rejected:
            continue
        yield replace(claim, quantity=_value(claim.quantity, decision)) if word == "corrected" else claim


def _value(quantity: Quantity, decision: Decision) -> Quantity:
    low, high = (None if end is None else Decimal(end) for end in (decision.low, decision.high))
    bound = "at_most" if low is None else "at_least" if high is None else "exact" if low == high else "range"
    return Quantity(
        low,
        high,
        decision.unit or quantity.unit,
        bound=bound,
        repairs=(*quantity.repairs, CORRECTED),
    )


def reviewed(
    verdicts: Iterable[Verdict], decisions: Decisions, *, repeats: Mapping[str, str] | None = None
) -> tuple[Verdict, ...]:
    """The verdicts as reviewers left them: a rejected one is not flagged, a corrected one has the corrected verdict.

    Args:
        repeats: of a verdict that says what another says already, by ``pair_id``, that other: both go by its decision.
    """
    said = {verdict.pair_id: decisions.of_verdict(verdict) for verdict in verdicts} if decisions.made else {}
    known = repeats or {}
    return tuple(
        _reviewed(verdict, said.get(verdict.pair_id) or said.get(known.get(verdict.pair_id, "")))
        for verdict in verdicts
    )


def _reviewed(verdict: Verdict, decided: tuple[str, Decision] | None) -> Verdict:
    word, decision = decided or ("", None)
    if word == "rejected":
        return replace(verdict, flag=False, severity=0.0)
    if word == "corrected":
        flag = decision.verdict in FLAGGED
        return replace(verdict, verdict=decision.verdict, flag=flag, severity=verdict.severity if flag else 0.0)
    return verdict


def words(outcomes: Iterable[Outcome], verdicts: Iterable[Verdict], decisions: Decisions) -> dict[str, tuple[str, str]]:
    """What is told of each claim and verdict that something was decided of: the word and the note, by id."""
    if not decisions.made:
        return {}
    read = (outcome.extraction for outcome in outcomes if outcome.extraction is not None)
    claims = {name: found for extraction in read for name, found in decisions.of_claims(extraction).items()}
    pairs = {verdict.pair_id: decisions.of_verdict(verdict) for verdict in verdicts}
    return {name: (found[0], found[1].note) for name, found in (claims | pairs).items() if found is not None}
