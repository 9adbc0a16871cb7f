"""What a comparison rule is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from litclaims.compare.comparability import Likeness
from litclaims.compare.interval import Interval
from litclaims.compare.kinds import IsA, vocabulary_is_a
from litclaims.compare.wording import say_position
from litclaims.model import Position


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is known beyond the pair.

    Attributes:
        document_keys: of a document the reference keys that name it (``doi:10.1000/1``), in lower case.
        by_key: the documents by those keys.
        stated: the positions that a document holds of a measure in a unit, by ``(doc, measure, unit)``.
    """

    document_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_key: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[tuple[str, str, str], tuple[Position, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at besides the two positions."""

    likeness: Likeness
    corpus: Corpus
    is_a: IsA = vocabulary_is_a


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a pair, before grade and measure are weighed in.

    Attributes:
        verdict: one of :data:`litclaims.model.VERDICTS`.
        severity: 0–1, as if all facets were the same.
        reason: main clause of the reason, without its full stop.
        flag: True if a reader should look at it.
        shared: what the two intervals share.
        share: how much of the narrower interval that is, 0–1; None where it is all of it or means nothing.
        gap_fold: see :func:`litclaims.compare.interval.gap_fold`.
        grade: a grade that replaces the one of the likeness, None to keep that.
    """

    verdict: str
    severity: float
    reason: str
    flag: bool = False
    shared: Interval | None = None
    share: Decimal | None = None
    gap_fold: Decimal | None = None
    grade: str | None = None


def both(a: Position, b: Position) -> str:
    """The two positions in words, as the subject of a plural verb."""
    first, second = say_position(a, other=b), say_position(b, other=a)
    return f"{first} on both sides" if first == second else f"{first} and {second}"
