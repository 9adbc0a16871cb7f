"""Units that a figure leaves unsaid because its context has said them: arms of a trial, cells of a list."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from litclaims.extract.quantity.cues import Context
from litclaims.extract.quantity.units import (
    CELLS,
    MIXED,
    NOT_BEHIND,
    RANGE_SAID,
    SMALLEST_BARE,
    Reading,
    is_per_treated,
    mentions_cells,
    without_unread_per,
)
from litclaims.vocab.wordlist import alternation, listed

_ENDS = re.compile(
    r"\s{0,2}(?:[),.;:|+]|$|respectively\b|(?:per|via|by|in\sall|in\stotal|total|each|placed|injected|infused|given|flat|IV|IM|IT|IP|"
    r"were|was|are|in\s(?:\d[\d.]{0,5}\s?[mµ][lL]|a\svolume)|of\s(?:those|these|them)|into|on|at|with|intra[a-z-]+|if)\b)",
    re.IGNORECASE,
)
"""What may stand behind a number of cells that does not say what it counts."""

_RANGE_OF_MEAN = re.compile(rf"[^()\n]{{0,30}}\(\s?(?:{RANGE_SAID})?\s?[,:]?\s{{0,2}}(?:of\s|from\s)?", re.IGNORECASE)
_PER_KG = re.compile(r"\bper[\s-](?:kg|kilo|kilogram)\b", re.IGNORECASE)
_STATED_PER_KG = re.compile(
    r"\b(?:cells|dose|doses)\sper\s(?:kg|kilo|kilogram)(?:\s(?:of\s)?body\s?weight)?\s(?:was|were|is|are|of)\s$"
    r"|\bper[\s-](?:kg|kilo|kilogram)\sdose\s(?:was|is|of)\s$",
    re.IGNORECASE,
)
"""Right before a figure: ``the number of cells per kg was``, ``a per-kilo dose of``."""

_PERHAPS = re.compile(r"[a-z\d],\s(?:maybe|perhaps|possibly)\s$", re.IGNORECASE)
_OF_A_FIGURE = re.compile(r"\d(?![^\n]*\b(?:the|of)\b)[^\n]{0,40}$", re.IGNORECASE)
"""What stands before a ``per kg`` that belongs to a figure there."""


_FACTOR = re.compile(r"\w\s?[*×x]\s?\(?$")
"""Before a factor of a product: ``n*(10(7)-10(8))`` is no dose by itself."""


@functools.cache
def _arm() -> re.Pattern[str]:
    labels = alternation(listed("arms"))
    return re.compile(rf"[\s-]{{0,2}}(?:cells?\s)?(?:{labels})s?(?!\w)")


def fill(view: str, readings: Sequence[Reading], context: Context, *, nouns: frozenset[str]) -> list[Reading]:
    """The readings with the units that their context gives, and with those that it makes doubtful left open.

    Args:
        view: the text's view.
        readings: in order.
        context: what surrounds the text: its headings and the block before tell whether cells are spoken of.
        nouns: further cell words, singular.
    """
    celled = functools.cache(lambda: _speaks_of_cells(view, context, nouns))
    filled: list[Reading] = []
    for reading in readings:
        if not reading.unit:
            reading = _range_of(view, reading, filled) or _in_context(view, reading, celled) or reading
        reading = _without_lost_per(view, without_unread_per(view, reading), filled[-_FEW:])
        filled.append(_without_second_thought(view, reading))
    following = (*filled[1:], None)
    return [_without_later_per(view, *pair) for pair in zip(filled, following, strict=False)]


_FEW = 3
"""Figures before one that may tell what they are per."""

_NEAR_BEHIND = 60
"""Characters between two figures of which the second may tell what the first is per."""


def _without_later_per(view: str, reading: Reading, after: Reading | None) -> Reading:
    """The reading in doubt if its unit is supposed, and the next dose of its clause is per kg or m²."""
    figure = reading.figure
    if (
        after is None
        or reading.per
        or figure.doubt
        or reading.source not in NOT_BEHIND
        or reading.dimension not in CELLS
    ):
        return reading
    gap = view[figure.end : after.figure.start]
    if (
        after.dimension not in CELLS
        or after.sense != "dose"
        or len(gap) > _NEAR_BEHIND
        or re.search(r"\.\s|[;\n]", gap)
    ):
        return reading
    return reading.doubted(MIXED)


def _speaks_of_cells(view: str, context: Context, nouns: frozenset[str]) -> bool:
    return any(mentions_cells(text, nouns) for text in (view, *context.around))


def _in_context(view: str, reading: Reading, celled) -> Reading | None:
    """``the 10 million dose``, ``Group B: 1*10^6, portal vein``: cells, where the context speaks of cells."""
    figure = reading.figure
    is_arm = _arm().match(view, figure.end) is not None
    if figure.high < SMALLEST_BARE or not (figure.scaled or is_arm) or figure.doubt:
        return None
    if _FACTOR.search(view, max(0, figure.start - 6), figure.start):
        return None
    ends = is_arm or _ENDS.match(view, figure.tail) or is_per_treated(view, figure.tail)
    if not ends or not celled():
        return None
    return replace(reading, unit="cell", dimension="cell", source="arm" if is_arm else "context")


def _range_of(view: str, reading: Reading, before: Sequence[Reading]) -> Reading | None:
    """The range of a mean, which shares its power and unit: ``2.7 × 10^8 cells/kg (range, 0.9–4.6)``.

    Only where the mean lies within it, as a range must hold its mean.
    """
    figure, mean = reading.figure, before[-1] if before else None
    if mean is None or figure.bound != "range" or figure.scaled or mean.dimension not in CELLS:
        return None
    scale = mean.figure.numbers[-1].scale
    if scale is None or not _RANGE_OF_MEAN.fullmatch(view[mean.unit_end : figure.start]):
        return None
    scaled = figure.times(scale)
    if not scaled.low <= mean.figure.low <= mean.figure.high <= scaled.high:
        return None
    return replace(mean, figure=scaled, unit_end=figure.end, noun=None, source="range of the mean")


def _without_second_thought(view: str, reading: Reading) -> Reading:
    """The reading in doubt if another number is said before it: ``twenty, maybe twenty five million``."""
    figure = reading.figure
    if reading.dimension in CELLS and _PERHAPS.search(view, max(0, figure.start - 14), figure.start):
        return reading.doubted("another number is said before it")
    return reading


def _without_lost_per(view: str, reading: Reading, before: Sequence[Reading]) -> Reading:
    """The reading in doubt if ``per kg`` stands before it and not behind: it may belong to it or not.

    Args:
        view: the text's view.
        reading: of a figure.
        before: of the few figures before it; what is said behind one of them to be per kg is said of no other.
    """
    figure = reading.figure
    if reading.dimension not in CELLS or reading.per or figure.doubt:
        return reading
    if _STATED_PER_KG.search(view, max(0, figure.start - 60), figure.start):
        return replace(reading, unit=f"{reading.unit}/kg", per="kg", sense="dose")
    start = max(view.rfind(". ", 0, figure.start), view.rfind("\n", 0, figure.start), figure.start - 120, 0)
    for match in _PER_KG.finditer(view, start, figure.start):
        said = any(last.figure.end <= match.start() < last.unit_end for last in before)
        if not (said or _OF_A_FIGURE.search(view, start, match.start())):
            return reading.doubted("per kg is said before it, and may be meant")
    return reading
