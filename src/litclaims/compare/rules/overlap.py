"""Two figures that share a part, neither within the other.

**Flag**: what they share is less than half of the narrower range, or less than half of the range that they span
together.

Shares of doses are measured on a log scale, where 1–10 million is as wide as 10–100 million; all others are linear.

**Leave alone**: one within the other; nothing shared; a lower and an upper limit with room between them, which bound
one range rather than dispute it (listed as overlap, not flagged).
"""

from __future__ import annotations

from decimal import Decimal

from litclaims.compare import interval
from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.wording import say_interval
from litclaims.model import DOSE_MEASURES, Position

PRIORITY = 90

LOG_MEASURES = (*DOSE_MEASURES, "mass_dose", "concentration")
"""Measures whose figures run over powers of ten, and are chosen by them."""

ENOUGH = Decimal("0.5")
"""Share from which an overlap counts as agreement in the main."""

SEVERITY, SEVERITY_RANGE = 0.1, 0.4
"""An overlap in full and what is added as it shrinks to nothing: always below the smallest disjoint gap."""


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Measure what the two share against the narrower range and against both together."""
    ours, theirs = interval.of(a), interval.of(b)
    shared = interval.overlap(ours, theirs)
    if shared is None or interval.contained(ours, theirs) or interval.contained(theirs, ours):
        return None
    log = a.measure in LOG_MEASURES
    shares = (interval.share_of_narrower(ours, theirs, log=log), interval.share_of_joint(ours, theirs, log=log))
    smallest = min((share for share in shares if share is not None), default=Decimal(1))
    little = smallest < ENOUGH
    said = say_interval(shared.low, shared.high, a.unit)
    return Finding(
        "overlap",
        severity=SEVERITY + SEVERITY_RANGE * float(1 - smallest),
        reason=f"{both(a, b)} share {'only ' if little else ''}{said}",
        flag=little,
        shared=shared,
        share=shares[0],
    )
