"""Positions: what one document holds of one measure, as the interval that its claims span.

Site level: claims of one document with the same measure, unit, route set, basis, target set, condition set, cell type,
species and standing. Route level: the envelope over sites, conditions and cell types of one route and basis; it is made
even of a single site, so that comparisons at that level are complete.

Three choices keep an envelope from saying what nobody said:

* A limit (``at most 50 million``) is another statement than a range given, so one-sided claims form positions of their
  own: an upper and a lower limit in one envelope would span everything and hide that they may contradict each other.
* Guessed figures set an end only where every claim of the position is guessed.
* Negated and hypothetical figures never enter the envelope of figures that are said to hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from litclaims.model import Claim, Position

HUMAN = "human"
"""The species label that is not an animal."""

NOT_HELD = ("negated", "hypothetical")
"""Statuses of figures that the document does not hold to be so."""

_APART = ("cited", "planned", *NOT_HELD)  # standings that do not mix with the document's own statements at a site


class _Key(NamedTuple):
    """What the claims of a position share; the id is made of it, never of the values."""

    doc: str
    measure: str
    level: str
    route: tuple[str, ...]
    basis: str
    target: tuple[str, ...]
    condition: tuple[str, ...]
    cell_type: str
    species: str
    standing: str
    unit: str
    side: str


def positions(claims: Iterable[Claim], *, sentences: Callable[[Claim], str]) -> tuple[Position, ...]:
    """The positions of any number of documents at both levels.

    Args:
        claims: in any order; the result does not depend on it.
        sentences: gives the text of a claim's sentence.

    Returns:
        Sorted by document, measure, level, route, basis and the other facets.
    """
    groups: dict[_Key, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.doc, claim.span, claim.claim_id)):
        for key in (_site(claim), _route(claim)):
            groups.setdefault(key, []).append(claim)
    ids = _ids(groups)
    return tuple(_position(ids[key], key, groups[key], sentences) for key in sorted(groups))


def is_animal(species: str | None) -> bool:
    """True for any species but the human one; an unsaid species is taken to be human."""
    return species is not None and species != HUMAN


def _site(claim: Claim) -> _Key:
    status = claim.value("status") or ""
    return _Key(
        doc=claim.doc,
        measure=claim.measure,
        level="site",
        route=_set(claim, "route"),
        basis=claim.value("basis") or "",
        target=_set(claim, "target"),
        condition=_set(claim, "condition"),
        cell_type=claim.value("cell_type") or "",
        species=_species(claim) or "",
        standing=status if status in _APART else "",
        unit=claim.quantity.unit,
        side=_side(claim),
    )


def _route(claim: Claim) -> _Key:
    """Animals are kept apart by species; a human figure and one of unsaid species share an envelope."""
    site = _site(claim)
    return site._replace(
        level="route",
        target=(),
        condition=(),
        cell_type="",
        species=site.species if is_animal(site.species or None) else "",
        standing=site.standing if site.standing in NOT_HELD else "",
    )


def _side(claim: Claim) -> str:
    if claim.quantity.low is None:
        return "upper"
    return "lower" if claim.quantity.high is None else ""


def _set(claim: Claim, slot: str) -> tuple[str, ...]:
    return tuple(sorted(set(claim.values(slot))))


def _species(claim: Claim) -> str | None:
    """The first species named; None if humans and animals are named together, where the figure is of neither surely."""
    values = claim.values("species")
    return None if HUMAN in values and len(set(values)) > 1 else next(iter(values), None)


def _ids(keys: Iterable[_Key]) -> dict[_Key, str]:
    """Short ids; longer ones only for a run in which two short ones would be alike."""
    digests = {key: hashlib.sha256(json.dumps(key).encode()).hexdigest() for key in keys}
    length = 16 if len({digest[:16] for digest in digests.values()}) == len(digests) else 64
    return {key: digest[:length] for key, digest in digests.items()}


def _position(position_id: str, key: _Key, claims: list[Claim], sentences: Callable[[Claim], str]) -> Position:
    sure = [claim for claim in claims if not claim.quantity.guessed]
    low, high = _envelope(sure or claims)
    return Position(
        position_id=position_id,
        level=key.level,
        doc=key.doc,
        doc_id=claims[0].doc_id,
        measure=key.measure,
        unit=key.unit,
        low=low,
        high=high,
        bound=_bound(sure or claims, low, high),
        route=key.route,
        basis=key.basis or None,
        target=_shared(_set(claim, "target") for claim in claims) or (),
        condition=_shared(_set(claim, "condition") for claim in claims) or (),
        cell_type=_shared(claim.value("cell_type") for claim in claims),
        species=key.species or _shared(_species(claim) for claim in claims if _species(claim)),
        status=key.standing or _shared(claim.value("status") for claim in claims),
        claim_ids=tuple(claim.claim_id for claim in claims),
        figures=tuple(claim.figure for claim in claims),
        citations=_citations(claims),
        sentence=sentences(claims[0]),
        guessed=not sure,
    )


def _envelope(claims: list[Claim]) -> tuple[Decimal | None, Decimal | None]:
    lows = [claim.quantity.low for claim in claims]
    highs = [claim.quantity.high for claim in claims]
    return (None if None in lows else min(lows)), (None if None in highs else max(highs))


def _bound(claims: list[Claim], low: Decimal | None, high: Decimal | None) -> str:
    """The bound that all share; ``range`` if they differ, or if several exact points span one."""
    bound = _shared(claim.quantity.bound for claim in claims) or "range"
    return "range" if bound == "exact" and low != high else bound


def _citations(claims: list[Claim]) -> tuple[str, ...]:
    """What the whole position rests on: the citations of all claims, none if one of the claims cites nothing."""
    if not all(claim.citations for claim in claims):
        return ()
    return tuple(sorted({citation for claim in claims for citation in claim.citations}))


def _shared(values: Iterator):
    """The one value that all have, None if they differ or there is none."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
