"""Two doses that are a clean power of ten apart: one may have lost an exponent, a zero or a prefix.

The reason names the exponent that is likely lost, on which side, and what the figure would be with it restored.

**Flag**: intervals that share nothing and whose ends stand in one ratio, within :data:`SLACK`, which is

* that of a lost superscript: ``10^6`` read as ``106`` is off by 10^6/106 = 9,434 (from 10^5 on: doses are not smaller,
  and ratios of about 10 or 100 are common); or
* 10^k with k ≥ 3: the same digits with another multiplier, as with mg and µg, or thousand and million; or
* 10^2 if one side rests on a guessed repair.

**Leave alone**: a ratio of 10 or 100 of figures that were read surely, since 1 and 100 million are both common doses;
a clean 10^k where a facet differs (a hundred thousand cells into the eye, a hundred million into a vein), unless one
side was guessed; different mantissas; measures in which exponents are not written (times, volumes, counts).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import divide, gap_fold, of, overlap
from litclaims.compare.wording import say_interval, say_number
from litclaims.model import DOSE_MEASURES, Position

PRIORITY = 40

MEASURES = (*DOSE_MEASURES, "mass_dose", "concentration")

SLACK = Decimal("0.01")
"""Relative: a lost exponent leaves the digits alone, so only rounding may differ."""

SEVERITY = 0.8

LOST_SUPERSCRIPT = {e: Decimal(10) ** e / Decimal(f"10{e}") for e in range(5, 14)}
"""By the exponent that was lost, how many times too small a figure is without its superscript."""

_POWERS = range(2, 13)


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Take the ratio of the ends and look for an accident of writing that explains it."""
    if a.measure not in MEASURES or a.unit != b.unit or overlap(of(a), of(b)):
        return None
    guessed = a.guessed or b.guessed
    told = _explained(_ratios(a, b), cross=context.likeness.grade == "cross", guessed=guessed)
    if told is None:
        return None
    return Finding(
        "magnitude_suspect",
        severity=SEVERITY,
        reason=f"{both(a, b)} are {told}; {_repair(a, b)}",
        flag=True,
        gap_fold=gap_fold(of(a), of(b)),
    )


def _repair(a: Position, b: Position) -> str:
    """What the suspect figure would read: the guessed one, else the smaller, for exponents get lost and not gained."""
    suspect, other = sorted((a, b), key=lambda x: (not x.guessed, x.low if x.high is None else x.high))
    was, would_be = (say_interval(x.low, x.high, x.unit, x.bound) for x in (suspect, other))
    return f"with it restored {was} would read {would_be}"


def _ratios(a: Position, b: Position) -> tuple[Decimal, ...]:
    """Larger over smaller for both ends; nothing if an end has no partner or is not positive."""
    ratios = []
    for x, y in ((a.low, b.low), (a.high, b.high)):
        if x is None and y is None:
            continue
        if x is None or y is None or min(x, y) <= 0:
            return ()
        ratio = divide(max(x, y), min(x, y))
        if ratio is None:
            return ()
        ratios.append(ratio)
    return tuple(ratios)


def _explained(ratios: tuple[Decimal, ...], *, cross: bool, guessed: bool) -> str | None:
    if not ratios:
        return None
    for power, ratio in LOST_SUPERSCRIPT.items():
        if _all_near(ratios, ratio):
            return f"{say_number(ratio)}-fold apart, as if 10^{power} had been read as 10{power} in one of them"
    for power in _allowed(cross=cross, guessed=guessed):
        if _all_near(ratios, Decimal(10) ** power):
            return (
                f"exactly 10^{power} apart, as if one of them had lost a factor of {say_number(Decimal(10) ** power)}"
            )
    return None


def _allowed(*, cross: bool, guessed: bool) -> Iterator[int]:
    return (power for power in _POWERS if guessed or (power > 2 and not cross))


def _all_near(ratios: tuple[Decimal, ...], wanted: Decimal) -> bool:
    return all(abs(ratio / wanted - 1) <= SLACK for ratio in ratios)
