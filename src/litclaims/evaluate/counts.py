"""Tallies that add up: totals are sums of counts, never of ratios; an empty denominator gives None, never 0 or 1."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=type)

WRONG = ("wrong_value", "wrong_measure", "trapped", "spurious")


def adding(kind: Kind) -> Kind:
    """Give a dataclass of whole numbers an addition, field by field."""

    def add(self: Any, other: Any) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        names = [field.name for field in dataclasses.fields(self)]
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})

    kind.__add__ = add
    return kind


def ratio(part: int, whole: int) -> float | None:
    """The share, None where there is nothing to share in."""
    return part / whole if whole else None


class Ratios:
    """Precision, recall and F1 of a tally that tells how much is ``right``, in ``gold`` and ``predicted``."""

    __slots__ = ()

    right: int
    gold: int
    predicted: int

    @property
    def precision(self) -> float | None:
        """Right of predicted, None if nothing was."""
        return ratio(self.right, self.predicted)

    @property
    def recall(self) -> float | None:
        """Right of gold, None if there is none."""
        return ratio(self.right, self.gold)

    @property
    def f1(self) -> float | None:
        """Twice right of gold and predicted together (the harmonic mean); None if there is neither."""
        return ratio(2 * self.right, self.gold + self.predicted)


@adding
@dataclass(frozen=True, slots=True)
class Counts(Ratios):
    """Tally of figures.

    Attributes:
        right: gold claims found: same measure, overlapping span, same unit and value, one to one.
        misread: gold claims missed where a wrong prediction overlaps.
        silent: gold claims missed where none does.
        wrong_value: predictions that overlap a gold claim of their measure and give another value or unit.
        wrong_measure: predictions that overlap gold claims of other measures only.
        trapped: doses predicted on a trap.
        spurious: every other prediction that is not right; a right one said twice is one of these.
    """

    right: int = 0
    misread: int = 0
    silent: int = 0
    wrong_value: int = 0
    wrong_measure: int = 0
    trapped: int = 0
    spurious: int = 0

    @property
    def gold(self) -> int:
        """How many there are to find."""
        return self.right + self.misread + self.silent

    @property
    def wrong(self) -> int:
        """How many predictions are not right."""
        return self.wrong_value + self.wrong_measure + self.trapped + self.spurious

    @property
    def predicted(self) -> int:
        """How many predictions count: those on optional claims do not."""
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Matches(Ratios):
    """Tally of what is right only if it is wholly right: how many there are to find, were found, and are right."""

    gold: int = 0
    predicted: int = 0
    right: int = 0


LABELS = tuple(field.name for field in dataclasses.fields(Counts))
"""What a judged figure can be."""


def tally(labels: Iterable[str]) -> Counts:
    """Counts of labels, each the name of a field of :class:`Counts`."""
    numbers: dict[str, int] = {}
    for label in labels:
        numbers[label] = numbers.get(label, 0) + 1
    return Counts(**numbers)
