"""Right, wrong or silent: one label against what a system read on its characters.

Only values are judged, and all systems by one rule, so that a parser without units of its own loses nothing:

* a dose is *right* if what was read on its characters gives the stated ends and no other number, *wrong* if it gives
  any other number, *silent* if nothing was read there. Two quantities may give one end each (``40 million`` to
  ``200 million``), and where a parser leaves open whether ``5 ± 1`` is a range, the better reading counts;
* a trap is *wrong* if a number of cells was read there (cells alone, or per body weight or surface), else right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isclose

from benchmarks.strings import Label, Text

RELATIVE_TOLERANCE = 1e-6
OUTCOMES = ("right", "wrong", "silent")
MOST_READINGS = 4
"""A parser that reads more uncertain numbers than this on one figure is wrong on it whichever reading is taken."""


@dataclass(frozen=True, slots=True)
class Read:
    """A quantity as a system read it.

    Attributes:
        start, end: its characters.
        readings: the ends it gives; several where the system leaves open which is meant.
        cells: True if it says that these are cells, platelets or particles, alone or per body weight or surface.
        unit, bound, basis: as the system names them, empty if it does not.
    """

    start: int
    end: int
    readings: tuple[tuple[float, ...], ...]
    cells: bool
    unit: str = ""
    bound: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One label and what became of it."""

    text_id: str
    label: Label
    outcome: str
    read: tuple[Read, ...]


def judge(label: Label, reads: Iterable[Read], *, text_id: str = "") -> Result:
    """What the quantities of a text make of one of its labels."""
    there = tuple(read for read in reads if max(read.start, label.span.start) < min(read.end, label.span.end))
    if label.is_trap:
        outcome = "wrong" if any(read.cells for read in there) else "right"
    elif not there:
        outcome = "silent"
    else:
        outcome = "right" if _gives(there, label.ends) else "wrong"
    return Result(text_id, label, outcome, there)


def _gives(reads: Sequence[Read], ends: frozenset[float]) -> bool:
    """True if one choice of readings gives these ends, all of them and nothing else."""
    if sum(len(read.readings) > 1 for read in reads) > MOST_READINGS:
        return False
    return any(
        _same({number for reading in choice for number in reading}, ends)
        for choice in product(*(read.readings for read in reads))
    )


def _same(numbers: set[float], ends: frozenset[float]) -> bool:
    return _within(numbers, ends) and _within(ends, numbers)


def _within(numbers: Iterable[float], others: Iterable[float]) -> bool:
    return all(any(isclose(number, other, rel_tol=RELATIVE_TOLERANCE) for other in others) for number in numbers)


def judge_all(texts: Sequence[Text], reads: Mapping[str, Sequence[Read]]) -> list[Result]:
    """Every label of every text. A text that was not answered is silence."""
    return [judge(label, reads.get(text.id, ()), text_id=text.id) for text in texts for label in text.labels]


def count(results: Iterable[Result], *, traps: bool) -> dict[str, int]:
    """How many doses, or traps, came out as which of :data:`OUTCOMES`."""
    counts = Counter(result.outcome for result in results if result.label.is_trap == traps)
    return {outcome: counts[outcome] for outcome in OUTCOMES}
