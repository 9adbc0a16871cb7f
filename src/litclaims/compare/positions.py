"""Positions: what one document holds of one measure, as the interval that its claims span.

Site level: claims of one document with the same measure, unit, route set, basis, target set, condition set, cell type,
species and standing. Route level: the envelope over sites, conditions and cell types of one route and basis; it is made
even of a single site, so that comparisons at that level are complete.

Four choices keep an envelope from saying what nobody said:

* A limit (``at most 50 million``) is another statement than a range given, so one-sided claims form positions of their
  own: an upper and a lower limit in one envelope would span everything and hide that they may contradict each other.
* Guessed figures set an end only where every claim of the position is guessed.
* Negated and hypothetical figures never enter the envelope of figures that are said to hold.
* Where the abstract gives figures that share nothing with those that the body gives of the same, the two are positions
  of their own at the site level: one envelope over both would hide that a document contradicts itself.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from litclaims.model import Claim, Position

HUMAN = "human"
"""The species label that is not an animal."""

NOT_HELD = ("negated", "hypothetical")
"""Statuses of figures that the document does not hold to be so."""

_SECTIONS = Path(__file__).with_name("sections.csv")
_NO_LETTER = re.compile(r"[^a-z]+")

_APART = ("cited", "planned", *NOT_HELD)  # standings that do not mix with the document's own statements at a site


class _Facets(NamedTuple):
    """What one claim says of each facet, in the form that positions have."""

    route: tuple[str, ...]
    basis: str
    target: tuple[str, ...]
    condition: tuple[str, ...]
    cell_type: str
    species: str
    status: str


_Member = tuple[Claim, _Facets]


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
    part: str = ""


def positions(claims: Iterable[Claim], *, sentences: Callable[[Claim], str]) -> tuple[Position, ...]:
    """The positions of any number of documents at both levels.

    Args:
        claims: in any order; the result does not depend on it.
        sentences: gives the text of a claim's sentence.

    Returns:
        Sorted by document, measure, level, route, basis and the other facets.
    """
    groups: dict[_Key, list[_Member]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.doc, claim.span, claim.claim_id)):
        facets = _facets(claim)
        site = _site(claim, facets)
        for key in (site, _route(site)):
            groups.setdefault(key, []).append((claim, facets))
    _split_parts(groups)
    ordered = sorted(groups)
    ids = _ids(ordered)
    return tuple(_position(name, key, groups.pop(key), sentences) for name, key in zip(ids, ordered, strict=True))


def _split_parts(groups: dict[_Key, list[_Member]]) -> None:
    """Part the abstract from the body, in place, where the two contradict each other."""
    for key, members in list(groups.items()):
        if key.level != "site" or len(members) < 2:
            continue
        parts: dict[str, list[_Member]] = {}
        for claim, facets in members:
            parts.setdefault(part_of(claim.section), []).append((claim, facets))
        if len(parts) > 1 and _contradict(*parts.values()):
            groups[key] = parts.pop("")
            groups |= {key._replace(part=part): said for part, said in parts.items()}


def _contradict(ours: list[_Member], theirs: list[_Member]) -> bool:
    (low, high), (least, most) = (_envelope([claim for claim, _ in part]) for part in (ours, theirs))
    if any(claim.quantity.guessed for claim, _ in (*ours, *theirs)):
        return False
    return (high is not None and least is not None and high < least) or (
        most is not None and low is not None and most < low
    )


@functools.lru_cache(maxsize=1 << 12)
def part_of(section: str) -> str:
    """``abstract`` if a heading above a claim is one of ``sections.csv``, else empty.

    Args:
        section: the headings joined with `` > ``.
    """
    headings = (_NO_LETTER.sub(" ", heading.casefold()).strip() for heading in section.split(" > "))
    return next((_parts()[heading] for heading in headings if heading in _parts()), "")


@functools.cache
def _parts() -> dict[str, str]:
    return {row["label"]: row["part"] for row in section_rows()}


def section_rows() -> list[dict[str, str]]:
    """The rows of ``sections.csv``."""
    with _SECTIONS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_animal(species: str | None) -> bool:
    """True for any species but the human one; an unsaid species is taken to be human."""
    return species is not None and species != HUMAN


def _facets(claim: Claim) -> _Facets:
    said = {slot.name: slot.values for slot in claim.slots}
    return _Facets(
        route=_ordered(said.get("route", ())),
        basis=_first(said.get("basis", ())),
        target=_ordered(said.get("target", ())),
        condition=_ordered(said.get("condition", ())),
        cell_type=_first(said.get("cell_type", ())),
        species=_species(said.get("species", ())),
        status=_first(said.get("status", ())),
    )


def _ordered(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values sorted, each once."""
    return values if len(values) < 2 else tuple(sorted(set(values)))


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def _species(values: tuple[str, ...]) -> str:
    """The first species named; none if humans and animals are named together, where the figure is of neither surely."""
    return "" if HUMAN in values and len(set(values)) > 1 else _first(values)


def _site(claim: Claim, facets: _Facets) -> _Key:
    return _Key(
        doc=claim.doc,
        measure=claim.measure,
        level="site",
        route=facets.route,
        basis=facets.basis,
        target=facets.target,
        condition=facets.condition,
        cell_type=facets.cell_type,
        species=facets.species,
        standing=facets.status if facets.status in _APART else "",
        unit=claim.quantity.unit,
        side=_side(claim),
    )


def _route(site: _Key) -> _Key:
    """Animals are kept apart by species; a human figure and one of unsaid species share an envelope."""
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


def _ids(keys: list[_Key]) -> list[str]:
    """Short ids; longer ones only for a run in which two short ones would be alike."""
    for length in (16, 64):
        ids = [hashlib.sha256(json.dumps(key if key.part else key[:-1]).encode()).hexdigest()[:length] for key in keys]
        if len(set(ids)) == len(ids):
            return ids
    raise AssertionError("two positions of one SHA-256")


def _position(position_id: str, key: _Key, members: list[_Member], sentences: Callable[[Claim], str]) -> Position:
    if len(members) == 1:  # by far the most: what one claim says needs no putting together
        return _single(position_id, key, *members[0], sentences)
    claims = [claim for claim, _ in members]
    said = [facets for _, facets in members]
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
        target=_shared(facets.target for facets in said) or (),
        condition=_shared(facets.condition for facets in said) or (),
        cell_type=_shared(facets.cell_type for facets in said) or None,
        species=key.species or _shared(facets.species for facets in said if facets.species),
        status=key.standing or _shared(facets.status for facets in said) or None,
        claim_ids=tuple(claim.claim_id for claim in claims),
        figures=tuple(claim.figure for claim in claims),
        citations=_citations(claims),
        sentence=sentences(claims[0]),
        guessed=not sure,
    )


def _single(position_id: str, key: _Key, claim: Claim, facets: _Facets, sentences: Callable[[Claim], str]) -> Position:
    quantity = claim.quantity
    return Position(
        position_id=position_id,
        level=key.level,
        doc=key.doc,
        doc_id=claim.doc_id,
        measure=key.measure,
        unit=key.unit,
        low=quantity.low,
        high=quantity.high,
        bound="range" if quantity.bound == "exact" and quantity.low != quantity.high else quantity.bound,
        route=key.route,
        basis=key.basis or None,
        target=facets.target,
        condition=facets.condition,
        cell_type=facets.cell_type or None,
        species=facets.species or None,
        status=facets.status or None,
        claim_ids=(claim.claim_id,),
        figures=(claim.figure,),
        citations=_citations([claim]),
        sentence=sentences(claim),
        guessed=quantity.guessed,
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
    return _ordered(tuple(citation for claim in claims for citation in claim.citations))


def _shared(values: Iterable):
    """The one value that all have, None if they differ or there is none."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
