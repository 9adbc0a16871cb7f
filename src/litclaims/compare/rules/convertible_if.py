"""A figure per kg of body weight against an absolute one: at which weight would they agree?

**Flag**: never. If no weight of :data:`USUAL_WEIGHT` makes them agree, the grade is cross and the severity higher.

**Leave alone**: figures of one unit; per m² or per g against anything, for which no usual size is known; animals, whose
weight is told without judging it.

Since one side is per kg and the other is not, the grade is never better than partial.
"""

from __future__ import annotations

from decimal import Decimal

from litclaims.compare.comparability import per_kg_pair
from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import Interval, divide, overlap
from litclaims.compare.positions import is_animal
from litclaims.compare.wording import say_interval
from litclaims.model import Position

PRIORITY = 20

USUAL_WEIGHT = Interval(Decimal(50), Decimal(100))
"""Body weights of most adults in kg; the range that dosing tables assume. Children are lighter: hence no flag."""

SEVERITY_USUAL, SEVERITY_UNUSUAL = 0.1, 0.5


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Solve for the body weights at which the two would meet."""
    pair = per_kg_pair(a, b)
    if pair is None:
        return None
    weights = _weights(*pair)
    said = f"a body weight of {say_interval(weights.low, weights.high, 'kg')}"
    if is_animal(a.species) or is_animal(b.species) or overlap(weights, USUAL_WEIGHT):
        return Finding(
            "convertible_if",
            severity=SEVERITY_USUAL,
            reason=f"{both(a, b)} would agree at {said}",
            grade="partial" if context.likeness.grade == "same" else None,
        )
    usual = say_interval(USUAL_WEIGHT.low, USUAL_WEIGHT.high, "kg")
    reason = f"{both(a, b)} would agree only at {said}, outside the usual {usual} of adults"
    return Finding("convertible_if", severity=SEVERITY_UNUSUAL, reason=reason, grade="cross")


def _weights(rate: Position, absolute: Position) -> Interval:
    """The weights in kg at which the two intervals meet; a side is open where an end is missing or zero."""
    low = None if absolute.low is None or rate.high is None else divide(absolute.low, rate.high)
    high = None if absolute.high is None or rate.low is None else divide(absolute.high, rate.low)
    return Interval(low, high)
