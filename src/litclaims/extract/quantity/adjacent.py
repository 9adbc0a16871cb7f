"""Figures with only a blank between: the sign of a spread or a list may be lost there, so that neither is sure.

``25 4 million`` was 25 ± 4 million, and ``30 days 7 days`` 30 ± 7 days. ``Day 7 5 million`` is a label and a figure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from litclaims.extract.quantity.intervals import LABELLED, Figure
from litclaims.extract.quantity.units import CELLS, Reading
from litclaims.vocab.wordlist import alternation, listed

DOUBT = "two figures with a blank between: a spread, or a list"

LARGEST_LABEL = 100
"""Labels that no word announces (the number of a list item) are smaller, and smaller than what they label."""

WIDEST_BLANK = 3
"""Characters of a blank between two figures."""

_BLANK = re.compile(rf"[^\S\n]{{1,{WIDEST_BLANK}}}|[^\S\n]?\n[^\S\n]?")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEGINS = re.compile(r"(?:\A|\n|[|:;.]\s)\s*$")


@functools.cache
def _numbered() -> re.Pattern[str]:
    words = alternation(listed("numbered"))
    return re.compile(rf"\b(?:{words})\.?\s{{1,2}}(?:no\.?\s|#\s?)?$", re.IGNORECASE)


def is_numbered(view: str, start: int) -> bool:
    """True for a figure that numbers what stands before it: ``phase 2``, ``day 7``."""
    return _numbered().search(view, max(0, start - 60), start) is not None


def doubted(view: str, readings: Sequence[Reading], *, in_row: bool = False) -> list[Reading]:
    """The readings, with a doubt on those that stand side by side.

    Args:
        in_row: True for the row of a table whose first column is not that of doses.
    """
    found = list(readings)
    for index in range(len(found) - 1):
        left, right = found[index], found[index + 1]
        if right.figure.start - max(left.unit_end, left.figure.end) > WIDEST_BLANK:
            continue
        opens = in_row and not view[: left.figure.start].strip()
        if (not opens and _may_be_spread(view, left, right)) or _says_twice(view, left, right):
            found[index], found[index + 1] = (
                reading.doubted(reading.figure.doubt or DOUBT) for reading in (left, right)
            )
    return [_without_label(view, reading) for reading in found]


def _without_label(view: str, reading: Reading) -> Reading:
    """The reading in doubt if the first digits of its figure may be a label's: ``day 14 500 000 cells``."""
    figure = reading.figure
    if " " not in view[figure.core : figure.end] or not _THOUSANDS.match(view, figure.core):
        return reading
    if not is_numbered(view, figure.start):
        return reading
    return reading.doubted(figure.doubt or DOUBT)


def _may_be_spread(view: str, left: Reading, right: Reading) -> bool:
    """True for a bare number right before a figure with a unit, or a scaled one."""
    figure, after = left.figure, right.figure
    if figure.scaled or not (right.unit or after.scaled) or figure.numbers[-1].kind != "digits":
        return False
    return _BLANK.fullmatch(view, figure.end, after.start) is not None and not _is_label(view, figure, after)


def _is_label(view: str, figure: Figure, after: Figure) -> bool:
    """True for ``Day 7``, a year, and the number of a list item."""
    if any(number.value % 1 for number in figure.numbers):
        return False
    if _YEAR.fullmatch(view[figure.core : figure.end]):
        return True
    if any(pattern.search(view, max(0, figure.start - 60), figure.start) for pattern in (LABELLED, _numbered())):
        return True
    begins = _BEGINS.search(view, max(0, figure.start - 4), figure.start) is not None
    return begins and figure.high < LARGEST_LABEL and figure.high < after.numbers[0].mantissa


def _says_twice(view: str, left: Reading, right: Reading) -> bool:
    """True for two figures of one unit, each with it: ``30 days 7 days``."""
    same = (left.unit, left.factor) == (right.unit, right.factor) and left.figure.scaled == right.figure.scaled
    if not same or not left.unit or right.figure.start <= left.unit_end or left.dimension == "count":
        return False
    if _cannot_be_spread(left, right):
        return False
    return _BLANK.fullmatch(view, left.unit_end, right.figure.start) is not None


def _cannot_be_spread(left: Reading, right: Reading) -> bool:
    """True for doses of which the second is no half-width of the first: one is a range, or the second is larger."""
    if left.dimension not in CELLS or not ((left.figure.scaled and left.noun) or left.per):
        return False
    return "range" in (left.figure.bound, right.figure.bound) or right.figure.low > left.figure.high
