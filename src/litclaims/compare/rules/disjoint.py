"""Two figures that share nothing.

**Flag**: always, with the gap in fold where both nearest ends are positive; but not if all figures of one side are
guessed readings (held for every rule in one place, when the verdict is made).

**Leave alone**: figures that touch at an end which both include.
"""

from __future__ import annotations

import math
from decimal import Decimal

from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import gap_fold, of, overlap
from litclaims.compare.wording import say_number
from litclaims.model import Position

PRIORITY = 100

SEVERITY, SEVERITY_RANGE = 0.6, 0.4
"""A gap of nothing, and what is added on a log scale up to :data:`WIDE`; an unknown gap counts half of that."""

WIDE = 100
"""Gap in fold from which it cannot get worse: two powers of ten lie beyond any difference in practice."""


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Tell how far the nearest ends are apart."""
    if overlap(of(a), of(b)) is not None:
        return None
    gap = gap_fold(of(a), of(b))
    apart = "" if gap is None or gap == 1 else f": the nearest ends are {say_number(gap)}-fold apart"
    return Finding(
        "disjoint",
        severity=SEVERITY + SEVERITY_RANGE * _size(gap),
        reason=f"{both(a, b)} do not meet{apart}",
        flag=True,
        gap_fold=gap,
    )


def _size(gap: Decimal | None) -> float:
    return 0.5 if gap is None else min(1.0, math.log10(float(gap)) / math.log10(WIDE))
