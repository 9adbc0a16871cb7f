"""What a figure counts that leaves it unsaid: cells, platelets or particles.

A page on platelets that says ``about 1.6 billion per injection`` means platelets, and one that speaks of several does
not say which it means.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from litclaims.extract.quantity.cues import Context, find_cues, sentence_of
from litclaims.extract.quantity.units import (
    AT_ONCE,
    BARE,
    CELLS,
    SMALLEST_BARE,
    SMALLEST_PLATELETS,
    Reading,
    named_units,
)
from litclaims.model import Span
from litclaims.vocab.wordlist import alternation, listed

SUPPOSED = ("context", "arm")
"""Sources of a unit that no word beside the figure says."""


def resolved(view: str, readings: Sequence[Reading], context: Context, nouns: frozenset[str]) -> list[Reading]:
    """The readings, those with a supposed unit with the one that their text speaks of; without one if it is unsure.

    Args:
        view: the text's view.
        readings: in order.
        context: what surrounds the text.
        nouns: further cell words, singular.
    """
    if not any(reading.figure.scaled for reading in readings):
        return list(readings)
    named = functools.cache(lambda: _Named.of(view, context, nouns))
    # where doses are told per kg, one that does not say what it is per may be meant so
    weightless = functools.cache(lambda: not any(each.per and each.sense == "dose" for each in readings))
    resolved: list[Reading] = []
    for index, reading in enumerate(readings):
        if reading.source in SUPPOSED and reading.unit:
            reading = _resolved(reading, named(), context)
        elif reading.source == BARE and reading.dimension == "cell":
            reading = _by_what_is_named(reading, named(), sentence_of(reading.figure.start, context.sentences))
        elif reading.source == "ellipsis" and reading.sense in ("blood", "concentration"):
            reading = _in_all(view, reading)
        elif not (reading.unit or reading.figure.doubt) and reading.figure.scaled:
            after = readings[index + 1] if index + 1 < len(readings) else None
            reading = (
                _compared(view, reading, after)
                or _said_of_another(view, reading, resolved)
                or (_of_the_text(view, reading, named, context) if weightless() else None)
                or reading
            )
        resolved.append(reading)
    return resolved


def _resolved(reading: Reading, named: _Named, context: Context) -> Reading:
    unit = named.unit_at(reading.figure.start, sentence_of(reading.figure.start, context.sentences))
    joined = unit and unit + reading.unit.removeprefix(reading.dimension)
    return replace(reading, unit=joined, dimension=unit)


EITHER = "cells, or the particles of them"


def _by_what_is_named(reading: Reading, named: _Named, sentence: Span) -> Reading:
    """A number per kg without a noun, of what the text names if that is no cells: ``platelets at 5 × 10^9/kg``."""
    beside = {unit for place, unit in named.here if sentence.start <= place < sentence.end}
    if {"cell", "particle"} <= beside:
        return reading.doubted(reading.figure.doubt or EITHER)
    units = {unit for _, unit in named.here}
    unit = next(iter(units)) if len(units) == 1 else "cell"
    if unit == "platelet" and reading.figure.high < SMALLEST_PLATELETS:
        return reading
    return replace(reading, unit=unit + reading.unit.removeprefix("cell"), dimension=unit)


_TREATED = re.compile(r"\s(?:per|into\seach|in\seach|in\sall|in\stotal|altogether)\b")


def _in_all(view: str, reading: Reading) -> Reading:
    """A total behind a concentration is none itself: ``1 million platelets/µL, that is 5 billion per knee``."""
    if _TREATED.match(view, reading.figure.end) is None:
        return reading
    return replace(reading, unit=reading.dimension, per="", sense="")


_THAN = re.compile(r"\s(?:rather\s)?than\s(?:(?:with|after|from|for|by|in\sthose\sgiven)\s)?")


def _compared(view: str, reading: Reading, after: Reading | None) -> Reading | None:
    """What is compared counts the same: ``better with 100 million than with 20 million cells``."""
    if after is None or after.dimension not in CELLS or not after.figure.scaled:
        return None
    if _THAN.fullmatch(view, reading.figure.end, after.figure.start) is None:
        return None
    return replace(after, figure=reading.figure, unit_end=reading.figure.end, noun=None, source="comparison")


_ANOTHER = re.compile(
    r"(?:[,;]\s?)?\s?(?:and|whereas|while|but)\s[A-Z][\w'’-]{1,24}(?:\set\sal\.?|\sand\s[A-Z]?[\w-]{1,24}|['’]s?\sgroup)?"
    r"(?:\s?[(\[]\d{4}[a-z]?[)\]])?\s"
)
_ENDS_HERE = re.compile(
    r"\s?(?:[).,;\[]|$|\s(?:in|into|by|per|via|on|at|with|cells)\b)|\s(?:in|into|by|via|on|at|with)\b"
)


def _said_of_another(view: str, reading: Reading, before: Sequence[Reading]) -> Reading | None:
    """What another did whose verb is left out: ``Schnabel gave 1 million cells, and Crovace et al. 5.5 × 10⁶``."""
    if _ENDS_HERE.match(view, reading.figure.end) is None:
        return None
    for last in reversed(before[-2:]):  # a year may stand between
        if last.dimension not in CELLS:
            continue
        told = last.figure.scaled and not last.per and _ANOTHER.fullmatch(view, last.unit_end, reading.figure.start)
        return replace(reading, unit=last.unit, dimension=last.dimension, source="ellipsis") if told else None
    return None


_SAYS_DOSE = r"\b(?:dos(?:es?|ages?)\s(?:of|was|were|is|are)|(?:boosters?|infusions?|injections?)\sof)\s(?:only\s)?$"
_DOSE_OF = re.compile(_SAYS_DOSE, re.IGNORECASE)
_DOSE_OF_OR_OVER = re.compile(rf"{_SAYS_DOSE}|\bdos(?:es?|ages?)\s$", re.IGNORECASE)
"""Before a figure with a bound, which may stand for ``of``: ``a dose over`` 5 million."""

_ANOTHER_PART = re.compile(r"\b(?:another|remaining|portion\sof)\s$", re.IGNORECASE)
_NO_NOUN = re.compile(r"\s?[(),.;:]|\s(?:[a-z]{3,12}ed\s(?:the|an?|half|all|most|no|both|in|at|by|to|on)\b)|$")
"""Behind a figure: what shows that no noun follows which it may count."""

_BE = re.compile(r"\s(?:(?:can|may|will|could|should|must)\s(?:also\s|then\s)?be|is|are|was|were)\s(?:also\s|then\s)?")


@functools.cache
def _stop() -> re.Pattern[str]:
    words = alternation(listed("stops", "stop"))
    return re.compile(rf"\s(?:{words})(?!\w)")


def _is_given_behind(view: str, end: int) -> bool:
    """True where a verb says that a figure is given: ``another 10 million can be injected``."""
    passive = _BE.match(view, end)
    cues = find_cues(view[passive.end() : passive.end() + 24]) if passive else []
    return bool(cues) and cues[0].start == 0 and cues[0].kind == "given"


def _of_the_text(view: str, reading: Reading, named: Callable[[], _Named], context: Context) -> Reading | None:
    """A dose of what the text speaks of: ``never above 300 million in one day``, ``a dose of 128 × 10(6) had``."""
    figure = reading.figure
    if figure.high < SMALLEST_BARE or figure.letter:
        return None
    ends = _NO_NOUN.match(view, figure.end) or _stop().match(view, figure.end)
    bounded = figure.start != figure.core and figure.bound != "approximate"
    said = _DOSE_OF_OR_OVER if bounded else _DOSE_OF
    stated = ends and said.search(view, max(0, figure.start - 20), figure.start)
    part = _ANOTHER_PART.search(view, max(0, figure.start - 16), figure.start) and _is_given_behind(view, figure.end)
    if not (stated or part or AT_ONCE.match(view, figure.end)):
        return None
    unit = named().unit_at(figure.start, sentence_of(figure.start, context.sentences))
    return replace(reading, unit=unit, dimension=unit, source="context") if unit else None


@dataclass(frozen=True, slots=True)
class _Named:
    """What a text and its context name that a dose counts.

    Attributes:
        here: where each is named in the text, and its unit.
        around: the units that the block before and the headings name.
    """

    here: tuple[tuple[int, str], ...]
    around: frozenset[str]

    @classmethod
    def of(cls, view: str, context: Context, nouns: frozenset[str]) -> _Named:
        around = frozenset(unit for text in context.around for _, unit in named_units(text, nouns))
        return cls(tuple(named_units(view, nouns)), around)

    def unit_at(self, position: int, sentence: Span) -> str:
        """The unit named last before a position in its sentence, else the only one that is named; empty if unsure."""
        before = [unit for place, unit in self.here if sentence.start <= place < position]
        if before:
            return before[-1]
        units = {unit for _, unit in self.here} or set(self.around)
        if "cell" in units:
            units -= {"platelet"}  # they are counted in the blood of whoever gets cells
        return next(iter(units)) if len(units) == 1 else ""
