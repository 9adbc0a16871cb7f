"""Numbers in a clinician's words: ``40–200 million cells``, ``2 million cells/kg``, ``3–6 months``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from litclaims.model import Position

_MATH = Context(prec=4, rounding=ROUND_HALF_EVEN, traps=[])  # four digits are all that a sentence needs
_EXACT = Context(prec=28, traps=[])
_SCALES = (
    (Decimal("1e12"), " trillion"),
    (Decimal("1e9"), " billion"),
    (Decimal("1e6"), " million"),
)
_SCIENTIFIC_FROM, _SCIENTIFIC_BELOW = 15, -4  # powers of ten outside which a number is written as m × 10^e

# A period as days, longest first. Months and years were rounded to whole days, so half a day of slack undoes that.
_PERIODS = (
    ("year", Decimal("365.25"), Decimal("0.5")),
    ("month", Decimal("30.4375"), Decimal("0.5")),
    ("week", Decimal(7), Decimal(0)),
)
_HOUR = Decimal(1) / Decimal(24)
_RATE_SLACK = Decimal("1e-6")

_WORD = re.compile(r"[a-z]{3,}")  # "cell", "patient" take a plural; "mg", "mL", "IU" do not
_HEDGES = {
    "approximate": "about ",
    "less_than": "less than ",
    "at_most": "at most ",
    "greater_than": "more than ",
    "at_least": "at least ",
}
_NOUNS = {"target": "site", "cell_type": "cell type", "unit": "what is counted"}


def say_number(value: Decimal) -> str:
    """A number with at most four significant digits: ``2.5 million``, ``250,000``, ``0.33``, ``1 × 10^20``."""
    digits, scale = _scaled(value)
    return digits + scale


def _scaled(value: Decimal) -> tuple[str, str]:
    """Digits and scale word, the latter empty or with a space before it."""
    if value and not _SCIENTIFIC_BELOW <= value.adjusted() < _SCIENTIFIC_FROM:
        mantissa = _plain(_MATH.scaleb(_MATH.plus(value), -value.adjusted()))
        return f"{mantissa} × 10^{value.adjusted()}", ""
    rounded = _MATH.plus(value)
    for scale, word in _SCALES:
        if abs(rounded) >= scale:
            return _plain(_MATH.divide(value, scale)), word
    return _plain(value if value == value.to_integral_value() else rounded), ""


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_interval(low: Decimal | None, high: Decimal | None, unit: str, bound: str = "range") -> str:
    """An interval as a clinician would say it.

    Args:
        low, high: ends in canonical units, None for an open side.
        unit: canonical unit; days become months or weeks where they are whole ones, shares below 1 percent.
        bound: one of :data:`litclaims.model.BOUNDS`.
    """
    if low is None and high is None:
        return "any number"
    ends = [end for end in (low, high) if end is not None]
    values, noun = _in_words(ends, unit)
    hedge = _hedge(low, high, bound)
    if len(ends) == 2 and low != high:
        return _with_noun(f"{'about ' if bound == 'approximate' else ''}{_range(*values)}", noun, single=False)
    return _with_noun(hedge + say_number(values[0]), noun, single=values[0] == 1)


def _hedge(low: Decimal | None, high: Decimal | None, bound: str) -> str:
    if low is None:
        return _HEDGES["less_than" if bound == "less_than" else "at_most"]
    if high is None:
        return _HEDGES["greater_than" if bound == "greater_than" else "at_least"]
    return _HEDGES.get(bound, "")


def _range(low: Decimal, high: Decimal) -> str:
    """``2–5 million``; ends of different scale are both written out: ``500,000 to 5 million``."""
    (first, scale), (second, other) = _scaled(low), _scaled(high)
    if scale == other and "×" not in first + second and low >= 0:
        return f"{first}–{second}{scale}"
    return f"{first}{scale} to {second}{other}"


def _with_noun(number: str, noun: str, *, single: bool) -> str:
    """Number and noun, the noun in the plural unless single; ``per week`` and ``mg/kg`` have none."""
    if noun == "%":
        return number + noun
    head, slash, rest = noun.partition("/")
    plural = "s" if not single and _WORD.fullmatch(head) else ""
    return f"{number} {head}{plural}{slash}{rest}".rstrip()


def _in_words(values: list[Decimal], unit: str) -> tuple[list[Decimal], str]:
    """The values and the noun they are best said in."""
    if unit == "d":
        return _period(values)
    if unit == "1/d":
        return _rate(values)
    if unit == "1":
        shares = all(0 <= value <= 1 for value in values) and any(value % 1 for value in values)
        return ([_whole(value * 100) for value in values], "%") if shares else (values, "")
    return values, unit


def _period(days: list[Decimal]) -> tuple[list[Decimal], str]:
    for noun, length, slack in _PERIODS:
        counts = [(value / length).to_integral_value() for value in days if value.adjusted() < 9]
        if len(counts) == len(days) and all(
            count >= 1 and abs(value - count * length) <= slack for value, count in zip(days, counts, strict=True)
        ):
            return counts, noun
    if all(0 < value < 1 for value in days):
        return [_whole(value / _HOUR) for value in days], "hour"
    return days, "day"


def _rate(per_day: list[Decimal]) -> tuple[list[Decimal], str]:
    """Times per day, week, month or year: the first in which all are whole numbers."""
    for noun, length in (("day", Decimal(1)), ("week", Decimal(7)), ("month", Decimal("30.4375"))):
        times = [_EXACT.multiply(value, length) for value in per_day]
        if all(time >= 1 - _RATE_SLACK and _whole(time) == _whole(time).to_integral_value() for time in times):
            return [_whole(time) for time in times], f"per {noun}"
    return [_whole(_EXACT.multiply(value, Decimal("365.25"))) for value in per_day], "per year"


def _whole(value: Decimal) -> Decimal:
    """The whole number nearby where conversion has left a crumb, else the value with four digits."""
    nearest = value.to_integral_value() if value.adjusted() < 20 else value
    return nearest if abs(value - nearest) <= _RATE_SLACK else _MATH.plus(value)


def say_position(position: Position, *, other: Position) -> str:
    """A position with its basis and route: ``2–50 million cells intramuscular``.

    A route that only the other side says is called ``(route not stated)``.
    """
    told = [say_interval(position.low, position.high, position.unit, position.bound)]
    if position.basis == "total":
        told.append("in total")
    elif position.basis and not position.unit.endswith(f"/{position.basis}"):
        told.append(f"per {position.basis}")
    if position.route:
        told.append(" or ".join(position.route))
    elif other.route:
        told.append("(route not stated)")
    return " ".join(told)


def say_facets(facets: Iterable[str]) -> str:
    """``basis``, ``basis and site``, ``route, basis and cell type``."""
    nouns = [_NOUNS.get(facet, facet) for facet in facets]
    return " and ".join(filter(None, (", ".join(nouns[:-1]), nouns[-1]))) if nouns else ""
