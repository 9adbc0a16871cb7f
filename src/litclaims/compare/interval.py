"""Interval algebra on exact decimals, with open sides and strict ends.

Every function is pure and leaves the caller's decimal context alone: 28 digits, no traps, so that absurd exponents give
None instead of an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

from litclaims.model import Position

TOLERANCE = Decimal("1e-9")
"""Relative difference below which two ends are the same figure: what is left by unit conversion (1/30.4375 d)."""

_MATH = Context(prec=28, traps=[])


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the number line.

    Attributes:
        low, high: its ends; None if that side is unbounded.
        low_open, high_open: True if the end itself does not belong to it (``less than 6``).
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


def of(position: Position) -> Interval:
    """The interval of a position: ``less_than`` and ``greater_than`` exclude their end, all other bounds include it."""
    return Interval(
        position.low,
        position.high,
        low_open=position.bound == "greater_than",
        high_open=position.bound == "less_than",
    )


def close(x: Decimal | None, y: Decimal | None) -> bool:
    """True if two ends are the same within :data:`TOLERANCE`; an unbounded side equals only another."""
    if x is None or y is None:
        return x is y
    return x == y or abs(_MATH.subtract(x, y)) <= _MATH.multiply(TOLERANCE, max(abs(x), abs(y)))


def equal(a: Interval, b: Interval) -> bool:
    """True if both ends are the same. ``under 35`` and ``at most 35`` are the same figure here."""
    return close(a.low, b.low) and close(a.high, b.high)


def contained(a: Interval, b: Interval) -> bool:
    """True if all of ``a`` lies in ``b``; an end within :data:`TOLERANCE` is met, unless ``b`` excludes it."""
    return _starts_within(a, b) and _ends_within(a, b)


def _starts_within(a: Interval, b: Interval) -> bool:
    if b.low is None or a.low is None:
        return b.low is None
    return (a.low_open or not b.low_open) if close(a.low, b.low) else a.low > b.low


def _ends_within(a: Interval, b: Interval) -> bool:
    if b.high is None or a.high is None:
        return b.high is None
    return (a.high_open or not b.high_open) if close(a.high, b.high) else a.high < b.high


def overlap(a: Interval, b: Interval) -> Interval | None:
    """What two intervals share, None if nothing. A shared end that both include is shared, with no width."""
    low, low_open = _inner((a.low, a.low_open), (b.low, b.low_open), largest=True)
    high, high_open = _inner((a.high, a.high_open), (b.high, b.high_open), largest=False)
    if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
        return None
    return Interval(low, high, low_open, high_open)


def _inner(x: tuple[Decimal | None, bool], y: tuple[Decimal | None, bool], *, largest: bool):
    """The end that bounds more tightly; of two equal ends the strict one."""
    if x[0] is None or y[0] is None:
        return y if x[0] is None else x
    if x[0] == y[0]:
        return x[0], x[1] or y[1]
    return x if (x[0] > y[0]) is largest else y


def width(interval: Interval, *, log: bool = False) -> Decimal | None:
    """Distance of the ends, None if a side is unbounded.

    Args:
        log: in powers of ten; both ends must be positive then.
    """
    if interval.low is None or interval.high is None:
        return None
    if log:
        return _MATH.log10(_MATH.divide(interval.high, interval.low))
    return _MATH.subtract(interval.high, interval.low)


def divide(x: Decimal, y: Decimal) -> Decimal | None:
    """``x / y``, None where that is no finite number."""
    quotient = _MATH.divide(x, y)
    return quotient if quotient.is_finite() else None


def gap_fold(a: Interval, b: Interval) -> Decimal | None:
    """How many times the nearest end above is the nearest end below.

    Returns:
        At least 1; None if the two share something, or if the lower end is not positive, where a ratio means nothing.
    """
    if overlap(a, b) is not None:
        return None
    below, above = _nearest(a, b)
    return divide(above, below) if below > 0 else None


def _nearest(a: Interval, b: Interval) -> tuple[Decimal, Decimal]:
    if a.high is not None and b.low is not None and a.high <= b.low:
        return a.high, b.low
    return b.high, a.low


def share_of_narrower(a: Interval, b: Interval, *, log: bool = False) -> Decimal | None:
    """Width of what they share over the width of the narrower of the two.

    Args:
        log: measure widths in powers of ten, as doses are thought of: from 1 to 10 million is as far as from 10 to 100.
            Taken as a wish: where an end is not positive widths are linear.

    Returns:
        0–1, 1 if the narrower is a point within the other, 0 if they share nothing, None if both are unbounded.
    """
    shared = overlap(a, b)
    if shared is None:
        return Decimal(0)
    log = log and _positive(a, b)
    widths = [size for size in (width(a, log=log), width(b, log=log)) if size is not None]
    return _share(width(shared, log=log), min(widths)) if widths else None


def share_of_joint(a: Interval, b: Interval, *, log: bool = False) -> Decimal | None:
    """Width of what they share over the width from the lowest to the highest end; None if one is unbounded."""
    shared = overlap(a, b)
    if shared is None:
        return Decimal(0)
    if width(a) is None or width(b) is None:
        return None
    log = log and _positive(a, b)
    joint = Interval(min(a.low, b.low), max(a.high, b.high))
    return _share(width(shared, log=log), width(joint, log=log))


def _positive(*intervals: Interval) -> bool:
    return all(end is None or end > 0 for interval in intervals for end in (interval.low, interval.high))


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return divide(part, whole) if whole else Decimal(1)
