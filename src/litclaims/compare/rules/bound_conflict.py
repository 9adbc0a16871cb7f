"""Two limits that face away from each other: less than 6 weeks against more than 6 weeks.

**Flag**: an upper limit and a lower limit that share nothing, or no more than the limit itself, for conditions that do
not differ.

**Leave alone**: limits that leave room between them (at least 5, at most 50), which is an overlap; two limits of one
direction; a limit against a range; limits for different conditions, which may both hold.
"""

from __future__ import annotations

from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import gap_fold, of, overlap
from litclaims.model import Position

PRIORITY = 50

SEVERITY = 0.7
"""A contradiction in words whatever the size of the gap, yet often one of definition (acute, chronic)."""


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Compare the two limits; whichever is the upper one."""
    if not (_opposed(a, b) or _opposed(b, a)) or context.likeness.relations["condition"] == "differ":
        return None
    shared = overlap(of(a), of(b))
    if shared is not None and shared.low != shared.high:
        return None
    return Finding(
        "bound_conflict",
        severity=SEVERITY,
        reason=f"{both(a, b)} exclude each other",
        flag=True,
        shared=shared,
        gap_fold=gap_fold(of(a), of(b)),
    )


def _opposed(upper: Position, lower: Position) -> bool:
    return upper.low is None and upper.high is not None and lower.high is None and lower.low is not None
