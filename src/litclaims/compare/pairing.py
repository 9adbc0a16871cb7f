"""Which pairs are judged: all of a small group; of a large one those that its clusters and its documents single out.

Pairs are made within one measure and level, between documents and within one. Of :data:`CONTEXT_BOUND` measures a
difference means nothing unless both figures are about the same thing (two trials have two sample sizes), so they are
paired only where both name a condition and condition and site match. Limits of eligibility (``threshold``) are paired
only in one unit: BMI against age is not worth a row that says so.

Beyond :func:`limit` positions a group is told by its clusters, and these pairs are judged:

* of two neighbouring clusters of a cell the two positions that face each other across the gap;
* the middles of the largest clusters of different cells, which differ in a facet;
* two positions of one document that do not meet, where no facet forbids it;
* a figure and another of its cell with the same digits and another power of ten, or as a lost superscript leaves it;
* a quotation and what the quoted document says.

Of each kind at most :data:`LISTED` are judged, those of the widest gaps: the time is that of sorting.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from litclaims.compare.clusters import Cluster, Profile, cells, lower, profile, sweep, upper
from litclaims.compare.comparability import FACETS, Likeness
from litclaims.compare.positions import NOT_HELD
from litclaims.compare.rules.magnitude_suspect import LOST_SUPERSCRIPT, MEASURES
from litclaims.model import DOSE_MEASURES, Position

LIMIT = 150
"""Positions of doses, at one level, up to which all are paired with all: at most 11,175 pairs."""

OTHER_LIMIT = 80
"""The same of any other measure: at most 3,160 pairs. A thousand documents on anything have hundreds of durations and
numbers of sessions, of which all pairs would bury the doses."""

LISTED = 500
"""Pairs of one kind that are judged of a larger group: more than anybody reads."""

MIDDLES = 30
"""Clusters of a large group whose middles are paired with each other: 435 pairs."""

DOCUMENT_LIMIT = 40
"""Positions of one document in a large group up to which all are paired; beyond it those next to each other."""

CONTEXT_BOUND = ("sample_size", "age", "follow_up", "count", "proportion", "mass_dose")
"""Measures of which a difference means something only for one condition and site."""

SMALL = Decimal("1e6")
"""Figures above it were written with their multiplier: ``10^13`` without its superscript is 1,013."""

Pair = tuple[Position, Position]


def limit(measure: str) -> int:
    """Positions of a measure, at one level, up to which all are paired with all."""
    return LIMIT if measure in (*DOSE_MEASURES, "mass_dose") else OTHER_LIMIT


def worth(a: Position, b: Position, alike: Likeness) -> bool:
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


def counts(clusters: Iterable[Cluster]) -> dict[str, tuple[int, int]]:
    """Of the positions of groups too large for pairs how many of their cell they stand apart from, and how many with.

    Args:
        clusters: of any number of groups.

    Returns:
        By ``position_id``; nothing of groups whose pairs are all listed.
    """
    found = list(clusters)
    sizes: Counter[tuple[str, str]] = Counter()
    in_cell: Counter[Profile] = Counter()
    for cluster in found:
        sizes[cluster.lowest.measure, cluster.lowest.level] += len(cluster.members)
        in_cell[profile(cluster.lowest)] += len(cluster.members)
    return {
        position.position_id: (in_cell[profile(cluster.lowest)] - len(cluster.members), len(cluster.members) - 1)
        for cluster in found
        if sizes[cluster.lowest.measure, cluster.lowest.level] > limit(cluster.lowest.measure)
        for position in cluster.members
    }


def group_clusters(group: Sequence[Position]) -> tuple[tuple[Cluster, ...], ...]:
    """The clusters of every cell of a group, a tuple a cell."""
    return tuple(sweep(cell) for cell in cells(group).values())


def pairs(
    group: Sequence[Position], clusters: Sequence[Sequence[Cluster]], *, keys: Mapping[str, str] | None = None
) -> Iterator[Pair]:
    """The pairs of a group that are to be judged, each once.

    Args:
        group: the positions of one measure and level.
        clusters: as :func:`group_clusters` gives them.
        keys: the documents by the reference keys that name them, in lower case.
    """
    if not group or len(group) <= limit(group[0].measure):
        yield from itertools.combinations(group, 2)
        return
    kinds = (_neighbours(clusters), _middles(clusters), _inside(group), _shifted(clusters), _quoted(group, keys or {}))
    seen = set()
    for a, b in itertools.chain.from_iterable(_widest(kind) for kind in kinds):
        key = frozenset((a.position_id, b.position_id))
        if key not in seen:
            seen.add(key)
            yield a, b


def _widest(found: Iterable[Pair]) -> list[Pair]:
    """The pairs of the widest gaps; of equal ones those whose ids sort first."""
    return heapq.nsmallest(LISTED, found, key=lambda pair: (-_gap(*pair), *sorted(x.position_id for x in pair)))


def _gap(a: Position, b: Position) -> float:
    """The gap between two positions in powers of ten; 0 if they meet, or if a ratio means nothing."""
    below, above = (a, b) if lower(a) <= lower(b) else (b, a)
    end, start = upper(below), lower(above)
    return math.log10(start / end) if 0 < end < start and start.is_finite() else 0.0


def _neighbours(clusters: Sequence[Sequence[Cluster]]) -> Iterator[Pair]:
    for cell in clusters:
        for below, above in itertools.pairwise(cell):
            yield below.highest, above.lowest


def _middles(clusters: Sequence[Sequence[Cluster]]) -> Iterator[Pair]:
    """Across cells; within one the neighbours tell how clusters stand."""
    largest = heapq.nlargest(
        MIDDLES,
        ((cluster, index) for index, cell in enumerate(clusters) for cluster in cell),
        key=lambda item: (len(item[0].members), item[0].lowest.position_id),
    )
    for (one, cell), (other, another) in itertools.combinations(largest, 2):
        if cell != another:
            yield one.middle, other.middle


def _inside(group: Sequence[Position]) -> Iterator[Pair]:
    by_document: dict[str, list[Position]] = {}
    for position in group:
        if position.status not in NOT_HELD:
            by_document.setdefault(position.doc, []).append(position)
    for said in by_document.values():
        if len(said) <= DOCUMENT_LIMIT:
            found = itertools.combinations(said, 2)
        else:
            found = itertools.pairwise(sorted(said, key=lambda x: (lower(x), upper(x), x.position_id)))
        yield from ((a, b) for a, b in found if _apart(a, b) and not _unlike(a, b))


def _apart(a: Position, b: Position) -> bool:
    return a.unit == b.unit and (upper(a) < lower(b) or upper(b) < lower(a))


def _unlike(a: Position, b: Position) -> bool:
    """True if both name a facet and name it differently. Kinds are not asked for: it must be quick, and may miss."""
    return any(
        ours and theirs and ours != theirs
        for ours, theirs in ((getattr(a, facet), getattr(b, facet)) for facet in FACETS)
    )


def _shifted(clusters: Sequence[Sequence[Cluster]]) -> Iterator[Pair]:
    """Figures of a cell with the same digits and another power of ten, or as a lost superscript leaves them."""
    for cell in clusters:
        if sum(len(cluster.members) for cluster in cell) > 1 and cell[0].lowest.measure in MEASURES:
            first: dict[tuple, Position] = {}
            for position in itertools.chain.from_iterable(cluster.members for cluster in cell):
                first.setdefault((position.low, position.high), position)
            yield from _powers(first.values())
            yield from _superscripts(first)


def _powers(distinct: Iterable[Position]) -> Iterator[Pair]:
    by_digits: dict[tuple, dict[int, Position]] = {}
    for position in distinct:
        ends = [None if end is None else end.normalize() for end in (position.low, position.high)]
        shifts = [end.as_tuple().exponent for end in ends if end]
        if shifts:
            digits = tuple(end and end.scaleb(-shifts[0]) for end in ends)
            by_digits.setdefault(digits, {}).setdefault(shifts[0], position)
    for shifted in by_digits.values():
        yield from itertools.combinations(shifted.values(), 2)


def _superscripts(first: Mapping[tuple, Position]) -> Iterator[Pair]:
    for (low, high), position in first.items():
        if high is None or low is None or high >= SMALL:
            continue
        for power in LOST_SUPERSCRIPT:
            stuck = Decimal(f"10{power}")
            if not low % stuck and not high % stuck:
                meant = first.get((low / stuck * 10**power, high / stuck * 10**power))
                if meant is not None:
                    yield position, meant


def _quoted(group: Sequence[Position], keys: Mapping[str, str]) -> Iterator[Pair]:
    """Quotations, each with the first positions of the document quoted."""
    if not keys:
        return
    by_document: dict[tuple[str, str], Position] = {}
    for position in group:
        by_document.setdefault((position.doc, position.unit), position)
    for position in group:
        quoted = {keys.get(citation.lower()) for citation in position.citations}
        if position.status == "cited" and len(quoted) == 1 and quoted != {position.doc}:
            found = by_document.get((quoted.pop() or "", position.unit))
            if found is not None:
                yield position, found
