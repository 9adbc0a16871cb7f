"""What a figure counts whose unit was supposed from its context: cells, platelets or particles.

A page on platelets that says ``about 1.6 billion per injection`` means platelets, and one that speaks of several does
not say which it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from litclaims.extract.quantity.cues import Context, sentence_of
from litclaims.extract.quantity.units import Reading, named_units
from litclaims.model import Span

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
    if not any(reading.source in SUPPOSED and reading.unit for reading in readings):
        return list(readings)
    named = _Named.of(view, context, nouns)
    return [_resolved(reading, named, context) for reading in readings]


def _resolved(reading: Reading, named: _Named, context: Context) -> Reading:
    if reading.source not in SUPPOSED or not reading.unit:
        return reading
    unit = named.unit_at(reading.figure.start, sentence_of(reading.figure.start, context.sentences))
    joined = unit and unit + reading.unit.removeprefix(reading.dimension)
    return replace(reading, unit=joined, dimension=unit)


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
        texts = (context.before, *context.headings)
        around = frozenset(unit for text in texts for _, unit in named_units(text, nouns))
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
