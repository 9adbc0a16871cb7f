"""Two positions with the same figure.

**Flag**: never; that pairs were compared and found the same is evidence.

**Leave alone**: intervals of which an end differs by more than what unit conversion leaves. ``Less than 35`` and
``at most 35`` are the same figure.
"""

from __future__ import annotations

from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import Interval, equal, of, overlap
from litclaims.compare.wording import say_position
from litclaims.model import Position

PRIORITY = 70


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Compare both ends."""
    if not equal(of(a), of(b)):
        return None
    shared = overlap(of(a), of(b)) or _lower(of(a), of(b))
    said = say_position(a, other=b)
    reason = f"both give {said}" if said == say_position(b, other=a) else f"{both(a, b)} agree"
    return Finding("agree", severity=0.0, reason=reason, shared=shared)


def _lower(a: Interval, b: Interval) -> Interval:
    """Of two points that a conversion has moved apart by a crumb, and which so miss each other, always the same one."""
    return min(a, b, key=lambda interval: (interval.low, interval.high, interval.low_open, interval.high_open))
