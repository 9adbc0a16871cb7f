"""Which prediction speaks of which gold claim: overlap, equal value, and the largest one-to-one assignment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from litclaims.model import Quantity, Span

RELATIVE_TOLERANCE = Decimal("1e-6")
"""A value may pass through a float (gold is JSON) and through a unit factor; both stay far below this."""

DAY_TOLERANCE = Decimal("0.5")
"""Times from one day up are rounded to whole days, so an unrounded one is off by half a day at most."""


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


def overlaps(golds: Sequence[_Spanned], claims: Sequence[_Spanned]) -> list[list[int]]:
    """For each gold item the indices of the claims that share a character with it, in ascending order.

    Args:
        claims: sorted by the start of their spans.
    """
    starts = [claim.span.start for claim in claims]
    longest = max((len(claim.span) for claim in claims), default=0)
    return [
        [
            index
            for index in range(bisect_left(starts, gold.span.start - longest), bisect_left(starts, gold.span.end))
            if claims[index].span.overlaps(gold.span)
        ]
        for gold in golds
    ]


def likeness(a: Span, b: Span) -> float:
    """Shared characters over joint characters, 0 to 1; 1 for equal spans."""
    shared = max(0, min(a.end, b.end) - max(a.start, b.start))
    joint = len(a) + len(b) - shared
    return shared / joint if joint else 0.0


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """True if unit and both ends are equal; the bound is an attribute and is judged apart.

    An open end equals an open end only. Ends are equal within :data:`RELATIVE_TOLERANCE`; days, where both are at
    least one, within :data:`DAY_TOLERANCE`.
    """
    return a.unit == b.unit and _same_end(a.low, b.low, a.unit) and _same_end(a.high, b.high, a.unit)


def same_number(a: Decimal | None, b: Decimal | None) -> bool:
    """True if both are None or equal within :data:`RELATIVE_TOLERANCE`."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= RELATIVE_TOLERANCE * max(abs(a), abs(b))


def _same_end(a: Decimal | None, b: Decimal | None, unit: str) -> bool:
    if same_number(a, b):
        return True
    in_whole_days = unit == "d" and a is not None and b is not None and min(a, b) >= 1
    return in_whole_days and abs(a - b) <= DAY_TOLERANCE


def assign(edges: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """The largest one-to-one assignment, taking the heaviest edges where that costs no pair.

    Edges are taken greedily, heaviest first (ties: lowest indices), then augmenting paths (Berge 1957) bring the
    number of pairs to its maximum. The result does not depend on the order of ``edges``.

    Args:
        edges: (gold index, claim index) → weight.

    Returns:
        gold index → claim index.
    """
    ranked = sorted(edges, key=lambda pair: (-edges[pair], pair))
    wanted: dict[int, list[int]] = {}
    partner: dict[int, int] = {}
    owner: dict[int, int] = {}
    for gold, claim in ranked:
        wanted.setdefault(gold, []).append(claim)
        if gold not in partner and claim not in owner:
            partner[gold], owner[claim] = claim, gold
    for gold in sorted(wanted):
        if gold not in partner:
            _augment(gold, wanted, partner, owner)
    return partner


def _augment(start: int, wanted: Mapping[int, list[int]], partner: dict[int, int], owner: dict[int, int]) -> None:
    """Pair ``start`` along the shortest augmenting path, if there is one: every pair on the way moves over by one."""
    asked_by: dict[int, int] = {}
    queue = [start]
    for gold in queue:
        for claim in wanted[gold]:
            if claim in asked_by:
                continue
            asked_by[claim] = gold
            if claim in owner:
                queue.append(owner[claim])
            else:
                _flip(start, claim, asked_by, partner, owner)
                return


def _flip(start: int, claim: int, asked_by: dict[int, int], partner: dict[int, int], owner: dict[int, int]) -> None:
    while True:
        gold = asked_by[claim]
        freed = partner.get(gold)
        partner[gold], owner[claim] = claim, gold
        if gold == start:
            return
        claim = freed
