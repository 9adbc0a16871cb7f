"""Figures on two scales that one number would bring together: a body weight, or a number of sites or sessions.

* Per kg of body weight against absolute: at which weight would they agree?
* Per session or course against per session, injection or site within it, which share nothing: for how many of them?

**Flag**: never. If no weight of :data:`USUAL_WEIGHT` makes them agree, the grade is cross and the severity higher.

**Leave alone**: per m² or per g against anything, for which no usual size is known; animals, whose weight is told
without judging it; a number of sites or sessions that is not whole, is 1, or lies beyond :data:`USUAL_NUMBERS`, and
figures whose route, site, condition or cell type differs besides, which are disjoint.

Since one side is per kg and the other is not, the grade is never better than partial; across bases it is cross.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from litclaims.compare.bases import counted
from litclaims.compare.comparability import per_kg_pair
from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import Interval, divide, of, overlap
from litclaims.compare.positions import is_animal
from litclaims.compare.wording import say_interval
from litclaims.model import DOSE_MEASURES, Position

PRIORITY = 30

USUAL_WEIGHT = Interval(Decimal(50), Decimal(100))
"""Body weights of most adults in kg; the range that dosing tables assume. Children are lighter: hence no flag."""

USUAL_NUMBERS = {"session": (2, 12), "injection": (2, 24), "site": (2, 24)}
"""Sessions of a course, injections and sites of a treatment as protocols have them; more explain any difference."""

MEASURES = (*DOSE_MEASURES, "mass_dose", "volume")
"""Of which so many times a part make the whole."""

SEVERITY_USUAL, SEVERITY_UNUSUAL = 0.1, 0.5


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Solve for the body weight, or else for the number of sites or sessions, at which the two would meet."""
    pair = per_kg_pair(a, b)
    return _by_number(a, b, context) if pair is None else _by_weight(a, b, pair, context)


def _by_weight(a: Position, b: Position, pair: tuple[Position, Position], context: Context) -> Finding:
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


def _by_number(a: Position, b: Position, context: Context) -> Finding | None:
    if a.measure not in MEASURES or a.unit != b.unit or set(context.likeness.differ) - {"basis"}:
        return None
    if overlap(of(a), of(b)) is not None:
        return None
    for whole, part in ((a, b), (b, a)):
        noun = counted(whole.basis, part.basis, context.is_a)
        numbers = None if noun is None else _numbers(whole, part, *USUAL_NUMBERS[noun])
        if numbers is not None:
            reason = f"{both(a, b)} would agree for {_said(numbers, noun)}"
            return Finding("convertible_if", severity=SEVERITY_USUAL, reason=reason)
    return None


def _numbers(whole: Position, part: Position, least: int, most: int) -> tuple[int, int] | None:
    """The fewest and the most parts that make up the whole, within what is usual; None if no whole number does."""
    fewest, highest = least, most
    ours, theirs = of(whole), of(part)
    if ours.low is not None and theirs.high is not None and theirs.high > 0:
        needed = Fraction(ours.low) / Fraction(theirs.high)
        fewest = max(least, floor(needed) + 1 if ours.low_open or theirs.high_open else ceil(needed))
    if ours.high is not None and theirs.low is not None and theirs.low > 0:
        allowed = Fraction(ours.high) / Fraction(theirs.low)
        highest = min(most, ceil(allowed) - 1 if ours.high_open or theirs.low_open else floor(allowed))
    return (fewest, highest) if fewest <= highest else None


def _said(numbers: tuple[int, int], noun: str) -> str:
    fewest, most = numbers
    return f"{fewest} {noun}s" if fewest == most else f"{fewest}–{most} {noun}s"
