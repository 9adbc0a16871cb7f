"""Clusters: the positions that stand together, found by one sorted sweep, where pairs would be too many to list.

Positions that say the same of every facet that their level keeps apart form a *cell*. Within a cell the intervals are
sorted and swept from below: those that overlap, each with one before it, stand together, and between two clusters there
is a gap. Of very many gaps the widest count, so that a cell never has more than :data:`MOST` clusters. The time is
that of sorting.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from litclaims.compare.interval import of, overlap
from litclaims.compare.positions import NOT_HELD, is_animal
from litclaims.model import Position

MOST = 20
"""Clusters of one cell: what a reader can take in; closer groups are told as one with its envelope."""

_LEAST, _GREATEST = Decimal("-Infinity"), Decimal("Infinity")

Profile = tuple


@dataclass(frozen=True, slots=True)
class Cluster:
    """Positions of one cell that stand together.

    Attributes:
        members: from the lowest to the highest.
        low, high: the envelope; an open side is None.
        gap_above: how many times the lower end of the next cluster is our upper end; None for the highest cluster and
            where a ratio means nothing.
    """

    members: tuple[Position, ...]
    low: Decimal | None
    high: Decimal | None
    gap_above: Decimal | None = None

    @property
    def cluster_id(self) -> str:
        """Of its cell and its lowest position; stable while these are."""
        return hashlib.sha256(f"{profile(self.lowest)!r}|{self.lowest.position_id}".encode()).hexdigest()[:16]

    @property
    def lowest(self) -> Position:
        """The member that begins it."""
        return self.members[0]

    @property
    def highest(self) -> Position:
        """The member that reaches highest."""
        return max(self.members, key=lambda position: (upper(position), position.position_id))

    @property
    def middle(self) -> Position:
        """The member in the middle of the order, which may speak for the cluster."""
        return self.members[len(self.members) // 2]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents in it, sorted, each once."""
        return tuple(sorted({position.doc for position in self.members}))


def profile(position: Position) -> Profile:
    """What positions of one cell share.

    At the route level an envelope over sites, conditions and cell types is compared whole, so these do not part cells.
    An unsaid species counts as human; figures that are not held, and limits, are cells of their own.
    """
    own = (position.target, position.condition, position.cell_type or "") if position.level == "site" else ()
    return (
        position.measure,
        position.level,
        position.unit,
        position.route,
        position.basis or "",
        *own,
        position.species if is_animal(position.species) else "",
        position.status if position.status in NOT_HELD else "",
        "upper" if position.low is None else "lower" if position.high is None else "",
    )


def cells(positions: Iterable[Position]) -> dict[Profile, list[Position]]:
    """The positions by profile, in order of the profiles."""
    found: dict[Profile, list[Position]] = {}
    for position in positions:
        found.setdefault(profile(position), []).append(position)
    return {key: found[key] for key in sorted(found)}


def lower(position: Position) -> Decimal:
    """The lower end for sorting; an open side lies below all."""
    return _LEAST if position.low is None else position.low


def upper(position: Position) -> Decimal:
    """The upper end for sorting; an open side lies above all."""
    return _GREATEST if position.high is None else position.high


def sweep(cell: Iterable[Position], *, most: int = MOST) -> tuple[Cluster, ...]:
    """The clusters of one cell, from the lowest to the highest.

    Args:
        most: clusters at most; with more gaps than that only the widest part clusters.
    """
    cell = tuple(cell)
    if len(cell) == 1:
        return (Cluster(cell, cell[0].low, cell[0].high),)
    ordered = sorted(cell, key=lambda position: (lower(position), upper(position), position.position_id))
    cuts = sorted(index for _, index in heapq.nlargest(most - 1, _gaps(ordered)))
    starts = [0, *cuts]
    parts = [ordered[start:end] for start, end in zip(starts, [*cuts, len(ordered)], strict=True)]
    return tuple(_cluster(part, after) for part, after in zip(parts, [*parts[1:], None], strict=True) if part)


def _gaps(ordered: Sequence[Position]) -> Iterator[tuple[float, int]]:
    """The size of every gap in the sorted positions, with the index of the first position above it."""
    reach = ordered[0] if ordered else None
    for index, position in enumerate(ordered[1:], 1):
        if lower(position) >= upper(reach) and overlap(of(reach), of(position)) is None:
            yield _size(upper(reach), lower(position)), index
        if upper(position) >= upper(reach):
            reach = position


def _size(below: Decimal, above: Decimal) -> float:
    """The gap on a log scale, on which 1 to 2 is as wide as 50 to 100; from zero up it is the widest."""
    return math.log10(float(above / below)) if below > 0 else math.inf


def _cluster(part: Sequence[Position], after: Sequence[Position] | None) -> Cluster:
    lows, highs = ([getattr(position, end) for position in part] for end in ("low", "high"))
    high = None if None in highs else max(highs)
    gap = None if after is None or high is None or after[0].low is None or high <= 0 else after[0].low / high
    return Cluster(
        members=tuple(part),
        low=None if None in lows else min(lows),
        high=high,
        gap_above=gap,
    )
